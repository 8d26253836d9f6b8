"""Files that a platform keeps for us until a job has fetched them: rows with a due time and a lease (see outbox)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal_column, or_, select, update

from storage.columns import Moment
from storage.outbox import back_off
from storage.store import ReadTx, Tx
from storage.tables import conversations, photos

LEASE = timedelta(minutes=3)  # longer than a file may take to come and to be cleaned
STEP = timedelta(seconds=10)  # far longer than a file takes, so that chats come in turn


def place_in_line(now: datetime, before: int) -> datetime:
    """Give the place of a file of whose chat so many came before in its day: behind the first ones of others.

    Nobody waits for ever: what comes ten seconds later for each of them stands behind it.
    """
    return now + before * STEP


def _pending() -> ColumnElement[bool]:
    """Written out, not bound: only so does the partial index serve. What was taken off its draft is not fetched."""
    return (photos.c.state == literal_column("'pending'")) & photos.c.draft.is_not(None)


async def claim(tx: Tx, worker: str) -> Row[Any] | None:
    """Take the file that is first in line, under a lease, with the chat it came from."""
    due = claimable(tx.now)
    if tx.dialect == 'postgresql':
        due = due.with_for_update(skip_locked=True)
    lease = {'lease_by': worker, 'lease_until': tx.now + LEASE, 'attempt': photos.c.attempt + 1}
    taken = update(photos).where(photos.c.id.in_(due)).values(**lease).returning(photos.c.id)
    found = (await tx.execute(taken)).one_or_none()
    return await _with_chat(tx, found.id) if found else None


def claimable(now: datetime) -> Select[Any]:
    """Select the file that is due, first in line, and in nobody's hands."""
    free = or_(photos.c.lease_until.is_(None), photos.c.lease_until < now)
    due = select(photos.c.id).where(_pending(), free, photos.c.due_at <= now, photos.c.conversation_id.is_not(None))
    return due.order_by(photos.c.line_at, photos.c.id).limit(1)


async def _with_chat(tx: Tx, photo_id: int) -> Row[Any]:
    chat = (conversations.c.channel, conversations.c.bot, conversations.c.chat_id)
    statement = select(photos, *chat).join(conversations, conversations.c.id == photos.c.conversation_id)
    row: Row[Any] = (await tx.execute(statement.where(photos.c.id == photo_id))).one()
    return row


def held_by(photo_id: int, worker: str) -> ColumnElement[bool]:
    """Tell whether a file still waits, and in this worker's hands; false once it was removed."""
    return (photos.c.id == photo_id) & (photos.c.state == 'pending') & (photos.c.lease_by == worker)


async def put_back(tx: Tx, row: Row[Any], worker: str, wait: timedelta | None = None) -> None:
    """Try again later: 2, 4, 8 … seconds with jitter, at most an hour, or when the platform says."""
    free = {'lease_by': None, 'lease_until': None, 'due_at': tx.now + (wait or back_off(row.attempt))}
    await tx.execute(update(photos).where(held_by(row.id, worker)).values(**free))


async def release(tx: Tx, worker: str) -> None:
    """Give back what a worker that stops had in hand."""
    mine = _pending() & (photos.c.lease_by == worker)
    await tx.execute(update(photos).where(mine).values(lease_by=None, lease_until=None))


async def next_due(tx: ReadTx) -> datetime | None:
    """Tell when the next file can be claimed, if one waits."""
    when = case((photos.c.lease_until > photos.c.due_at, photos.c.lease_until), else_=photos.c.due_at)
    first = select(func.min(when, type_=Moment())).where(_pending(), photos.c.conversation_id.is_not(None))
    found: datetime | None = (await tx.execute(first)).scalar_one()
    return found
