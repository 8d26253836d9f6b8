"""The outbox: a message to send is a row with a due time, a state and a lease (ARCHITECTURE.md)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import uniform
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Exists,
    FromClause,
    Row,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from storage.columns import Moment
from storage.prepared import Prepared
from storage.store import ReadTx, Tx
from storage.tables import conversations, outbox
from storage.upsert import upsert

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8

_EARLIER = outbox.alias('earlier')
_TRIED = _EARLIER.c.trouble.is_not(None)  # a halt is no attempt, but keeps its place as well


def message(tx: Tx, conversation_id: int, code: str, facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make the row of a notice; `more`: lane, staff_id, once, due_at, not_after."""
    row = {
        'conversation_id': conversation_id,
        'lane': 'notice',
        'staff_id': None,
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
        await tx.execute(_PUT, list(messages))
        tx.ring('outbox')


@Prepared
def _PUT(dialect: str) -> Executable:  # noqa: N802 - a statement
    return upsert(dialect, outbox).on_conflict_do_nothing(index_elements=['once'])


async def claim(tx: Tx, worker: str, limit: int = 50, *, files: bool = False) -> list[Row[Any]]:
    """Take due notices (or orders of files) under a lease, oldest first, each with its chat.

    What waits behind an earlier one of the same chat, which another worker has or which is tried again later, is
    left, so that a chat's notices keep their order.
    """
    free = or_(outbox.c.state == 'due', and_(outbox.c.state == 'claimed', outbox.c.lease_until < tx.now))
    due = (
        select(outbox.c.id)
        .where(_waiting(outbox), _lane(files), free, outbox.c.due_at <= tx.now, ~_held_up(tx.now))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
    )
    if tx.dialect == 'postgresql':
        due = due.with_for_update(skip_locked=True, of=outbox)
    taken = (
        update(outbox)
        .where(outbox.c.id.in_(due))
        .values(state='claimed', lease_by=worker, lease_until=tx.now + LEASE, attempt=outbox.c.attempt + 1)
        .returning(outbox.c.id)
    )
    ids = [row.id for row in (await tx.execute(taken)).all()]
    return await _with_chats(tx, ids) if ids else []


def _waiting(table: FromClause) -> ColumnElement[bool]:
    """Written out, not bound: only so do the partial indexes of the waiting serve."""
    return table.c.state.in_([literal_column(f"'{state}'") for state in ('due', 'claimed', 'calling')])


def _lane(files: bool) -> ColumnElement[bool]:
    return outbox.c.lane == 'file' if files else outbox.c.lane != 'file'


def _earlier(*conditions: ColumnElement[bool]) -> Exists:
    """Whether an earlier notice of the same chat waits under these conditions; orders of files are no notices."""
    before = _EARLIER.c.conversation_id == outbox.c.conversation_id
    before &= (_EARLIER.c.id < outbox.c.id) & (_EARLIER.c.lane != 'file') & (outbox.c.lane != 'file')
    return exists().where(before, _waiting(_EARLIER), *conditions).correlate(outbox)


def _held_up(now: datetime) -> Exists:
    """In another worker's hands, or to be tried again later."""
    held = _EARLIER.c.state.in_(('claimed', 'calling')) & (_EARLIER.c.lease_until >= now)
    again = (_EARLIER.c.state == 'due') & _TRIED & (_EARLIER.c.due_at > now)
    return _earlier(or_(held, again))


def _unfinished(now: datetime) -> Exists:
    """Not said yet though its time has come: two workers may have claimed at the same moment."""
    begun = or_(_EARLIER.c.due_at <= now, _TRIED)
    calling = (_EARLIER.c.state == 'calling') & (_EARLIER.c.lease_until < now)
    return _earlier(begun, ~calling)


async def _with_chats(tx: Tx, ids: list[int]) -> list[Row[Any]]:
    statement = (
        select(
            outbox.c.id,
            outbox.c.lane,
            outbox.c.staff_id,
            outbox.c.code,
            outbox.c.facts,
            outbox.c.attempt,
            outbox.c.not_after,
            outbox.c.spoken,
            outbox.c.conversation_id,
            conversations.c.channel,
            conversations.c.bot,
            conversations.c.chat_id,
        )
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(outbox.c.id.in_(ids))
        .order_by(outbox.c.id)
    )
    return list((await tx.execute(statement)).all())


async def still_mine(tx: Tx, message_id: int, worker: str) -> Row[Any] | None:
    """Look, in the transaction that says it, whether the lease was kept; locks the row.

    Gives None when it was lost or the notice was cancelled, else `behind`: whether an earlier one must come first.
    """
    own = _held_by(message_id, worker)
    mine = select(outbox.c.id, _unfinished(tx.now).label('behind')).where(own)
    if tx.dialect == 'postgresql':
        mine = mine.with_for_update(of=outbox)
    row: Row[Any] | None = (await tx.execute(mine)).one_or_none()
    return row


def _held_by(message_id: int, worker: str) -> ColumnElement[bool]:
    return (outbox.c.id == message_id) & (outbox.c.state == 'claimed') & (outbox.c.lease_by == worker)


async def has_waiting(tx: Tx, conversation_id: int, code: str) -> bool:
    """Tell whether something of this code still waits for a chat."""
    mine = select(outbox.c.id).where(outbox.c.conversation_id == conversation_id, outbox.c.code == code)
    return bool((await tx.execute(mine.where(_waiting(outbox)).limit(1))).all())


async def renew(tx: Tx, message_id: int, worker: str) -> bool:
    """Hold the lease of long work for another minute; False when it was lost or the order was cancelled."""
    own = _held_by(message_id, worker)
    return (await tx.execute(update(outbox).where(own).values(lease_until=tx.now + LEASE))).rowcount == 1


async def let_go(tx: Tx, message_id: int) -> None:
    """Give a claimed notice back as if it had never been claimed."""
    back = {'state': 'due', 'lease_by': None, 'lease_until': None, 'attempt': outbox.c.attempt - 1}
    await tx.execute(update(outbox).where(outbox.c.id == message_id).values(**back))


async def begin_call(tx: Tx, message_id: int) -> None:
    """Note, before the wire is used, that a notice may be said from now on: what dies here is never said twice."""
    calling = {'state': 'calling', 'lease_until': tx.now + LEASE}
    await tx.execute(update(outbox).where(outbox.c.id == message_id).values(**calling))


async def lose_calls(tx: Tx) -> int:
    """Call ambiguous what was being said by a worker that died; gives how many."""
    lost = _waiting(outbox) & (outbox.c.state == 'calling') & (outbox.c.lease_until < tx.now)
    ambiguous = {'state': 'ambiguous', 'trouble': 'the worker died', 'lease_by': None, 'lease_until': None}
    return (await tx.execute(update(outbox).where(lost).values(**ambiguous))).rowcount


async def end(tx: Tx, message_id: int, state: str, *, trouble: str | None = None) -> None:
    """Write the final state: said, failed, ambiguous, unreachable, expired or cancelled."""
    done: dict[str, Any] = {'state': state, 'trouble': trouble, 'lease_by': None, 'lease_until': None}
    if state == 'said':
        done['said_at'] = tx.now
    await tx.execute(update(outbox).where(outbox.c.id == message_id).values(**done))


async def put_back(tx: Tx, message_id: int, attempt: int, trouble: str, spoken: int = 0) -> None:
    """Try again later: 2, 4, 8 … seconds with jitter, at most an hour; after 8 attempts it has failed.

    `spoken` is how many of its calls were said and need not be said again.
    """
    if attempt >= MOST_ATTEMPTS:
        await end(tx, message_id, 'failed', trouble=trouble)
        return
    await _wait(tx, message_id, tx.now + back_off(attempt), trouble=trouble, spoken=spoken)


async def halt(tx: Tx, message_id: int, attempt: int, seconds: float, spoken: int = 0) -> None:
    """Wait as long as the platform told us to; that was no attempt."""
    until = tx.now + timedelta(seconds=seconds)
    await _wait(tx, message_id, until, trouble='halted', spoken=spoken, attempt=attempt - 1)


async def _wait(tx: Tx, message_id: int, until: datetime, **more: Any) -> None:
    free = {'state': 'due', 'due_at': until, 'lease_by': None, 'lease_until': None}
    await tx.execute(update(outbox).where(outbox.c.id == message_id).values(**free, **more))


def back_off(attempt: int) -> timedelta:
    """Wait after the n-th attempt: doubling from 2 s to an hour, half to one and a half of it."""
    return timedelta(seconds=min(2.0**attempt, 3600) * uniform(0.5, 1.5))


async def next_due(tx: Tx | ReadTx, *, files: bool = False) -> datetime | None:
    """Tell when the next notice (or order of a file) can be claimed, if one waits."""
    when = case((outbox.c.state == 'due', outbox.c.due_at), else_=outbox.c.lease_until)
    claimable = outbox.c.state.in_(('due', 'claimed')) & ~_held_up(tx.now)
    first = select(func.min(when, type_=Moment())).where(_waiting(outbox), _lane(files), claimable)
    found: datetime | None = (await tx.execute(first)).scalar_one()
    return found
