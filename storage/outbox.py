"""The outbox: a message to send is a row with a due time, a state and a lease (house.md decision 5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from random import uniform
from typing import Any

from sqlalchemy import Executable, Row, and_, or_, select, update

from storage.store import Tx
from storage.tables import conversations, outbox, residents
from storage.upsert import upsert

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8


def message(tx: Tx, conversation_id: int, code: str, facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make the row of a notice; `more`: lane, once, due_at, not_after."""
    row = {
        'conversation_id': conversation_id,
        'lane': 'notice',
        'code': code,
        'facts': facts,
        'once': None,
        'created_at': tx.now,
        'due_at': tx.now,
        'not_after': None,
        'state': 'due',
    }
    return row | more


async def put(tx: Tx, messages: Sequence[dict[str, Any]]) -> None:
    """Write notices in the turn's transaction; one with the same `once` as an earlier one is dropped."""
    if messages:
        await tx.execute(_put(tx.dialect), list(messages))
        tx.ring('outbox')


@cache
def _put(dialect: str) -> Executable:
    return upsert(dialect, outbox).on_conflict_do_nothing(index_elements=['once'])


async def claim(tx: Tx, worker: str, limit: int = 50) -> list[Row[Any]]:
    """Take due notices under a lease, oldest first, with their reader's chat and language."""
    free = or_(
        outbox.c.state == 'due',
        and_(outbox.c.state == 'claimed', outbox.c.lease_until < tx.now),
    )
    due = (
        select(outbox.c.id).where(free, outbox.c.due_at <= tx.now).order_by(outbox.c.due_at, outbox.c.id).limit(limit)
    )
    if tx.dialect == 'postgresql':
        due = due.with_for_update(skip_locked=True)
    taken = (
        update(outbox)
        .where(outbox.c.id.in_(due))
        .values(state='claimed', lease_by=worker, lease_until=tx.now + LEASE, attempt=outbox.c.attempt + 1)
        .returning(outbox.c.id)
    )
    ids = [row.id for row in (await tx.execute(taken)).all()]
    return await _with_readers(tx, ids) if ids else []


async def _with_readers(tx: Tx, ids: list[int]) -> list[Row[Any]]:
    statement = (
        select(
            outbox.c.id,
            outbox.c.code,
            outbox.c.facts,
            outbox.c.attempt,
            outbox.c.not_after,
            outbox.c.conversation_id,
            conversations.c.channel,
            conversations.c.bot,
            conversations.c.chat_id,
            conversations.c.unreachable_at,
            residents.c.locale,
        )
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .join(residents, residents.c.id == conversations.c.resident_id)
        .where(outbox.c.id.in_(ids))
        .order_by(outbox.c.due_at, outbox.c.id)
    )
    return list((await tx.execute(statement)).all())


async def still_mine(tx: Tx, message_id: int, worker: str) -> bool:
    """Check, in the transaction that says it, that the lease was not lost meanwhile; locks the row."""
    mine = select(outbox.c.id).where(
        outbox.c.id == message_id, outbox.c.state == 'claimed', outbox.c.lease_by == worker
    )
    if tx.dialect == 'postgresql':
        mine = mine.with_for_update()
    return (await tx.execute(mine)).one_or_none() is not None


async def end(tx: Tx, message_id: int, state: str, *, trouble: str | None = None) -> None:
    """Write the final state: said, failed, ambiguous, unreachable, expired or cancelled."""
    done: dict[str, Any] = {'state': state, 'trouble': trouble, 'lease_by': None, 'lease_until': None}
    if state == 'said':
        done['said_at'] = tx.now
    await tx.execute(update(outbox).where(outbox.c.id == message_id).values(**done))


async def put_back(tx: Tx, message_id: int, attempt: int, trouble: str) -> None:
    """Try again later: 2, 4, 8 … seconds with jitter, at most an hour; after 8 attempts it has failed."""
    if attempt >= MOST_ATTEMPTS:
        await end(tx, message_id, 'failed', trouble=trouble)
        return
    later = tx.now + back_off(attempt)
    changes = {'state': 'due', 'due_at': later, 'trouble': trouble, 'lease_by': None, 'lease_until': None}
    await tx.execute(update(outbox).where(outbox.c.id == message_id).values(**changes))


def back_off(attempt: int) -> timedelta:
    """Wait after the n-th attempt: doubling from 2 s to an hour, half to one and a half of it."""
    return timedelta(seconds=min(2.0**attempt, 3600) * uniform(0.5, 1.5))


async def next_due(tx: Tx) -> datetime | None:
    """Tell when the next notice is due, if one waits."""
    waiting = select(outbox.c.due_at).where(outbox.c.state == 'due').order_by(outbox.c.due_at).limit(1)
    row = (await tx.execute(waiting)).one_or_none()
    return row.due_at if row else None
