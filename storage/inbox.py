"""Updates after they were heard: marking what was said, finding what was not, blanking what is not kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, literal_column, select, update

from storage.prepared import Prepared
from storage.store import ReadTx, Tx
from storage.tables import conversations, inbox, staff

# What an update loses when its words go: only its key stays, for dedupe (ARCHITECTURE.md, "The way of one update").
BLANK: dict[str, Any] = {
    'raw': None,
    'replies': None,
    'said': None,
    'unsaid': 0,
    'staff_id': None,
    'report_id': None,
}
BATCH = 500  # updates blanked in one transaction


@dataclass(frozen=True, slots=True)
class Said:
    """Of the update (channel, bot, key): what came of each call ([position, message id] …), and how many are left."""

    channel: str
    bot: int
    key: str
    said: list[list[Any]]
    unsaid: int


_MARK = Prepared(
    update(inbox)
    .where(
        inbox.c.channel == bindparam('the_channel'),
        inbox.c.bot == bindparam('the_bot'),
        inbox.c.key == bindparam('the_key'),
        inbox.c.replies.is_not(None),  # blanked meanwhile: nothing is left to mark
        inbox.c.unsaid >= bindparam('the_unsaid'),  # another process, where a call did not hang, said more of it
    )
    .values(said=bindparam('the_said'), unsaid=bindparam('the_unsaid'))
)


async def mark_said(tx: Tx, batch: list[Said]) -> None:
    """Write what was said of each update, in one go; in the order of keys, so that two batches never deadlock."""
    ordered = sorted(batch, key=lambda one: (one.channel, one.bot, one.key))
    names = ('channel', 'bot', 'key', 'said', 'unsaid')
    await tx.execute(_MARK, [{f'the_{name}': getattr(one, name) for name in names} for one in ordered])


async def find_unsaid(tx: ReadTx, before: datetime, after: int = 0, limit: int = 200) -> list[Row[Any]]:
    """List updates heard before a moment with replies that nobody has said, oldest first, a page after an id."""
    statement = (
        select(inbox.c.id, inbox.c.channel, inbox.c.bot, inbox.c.key, conversations.c.chat_id)
        .join(conversations, conversations.c.id == inbox.c.conversation_id)
        .where(inbox.c.unsaid > literal_column('0'), inbox.c.heard_at < before, inbox.c.id > after)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return list((await tx.execute(statement)).all())


async def read_unsaid(tx: ReadTx, inbox_id: int) -> Row[Any]:
    """Read what is unsaid of an update at this moment, for whom it is, and who is bound to its chat.

    Gives replies, said, unsaid, for_staff, staff_id.
    """
    bound = and_(staff.c.resident_id == conversations.c.resident_id, staff.c.removed_at.is_(None))
    statement = (
        select(
            inbox.c.replies,
            inbox.c.said,
            inbox.c.unsaid,
            inbox.c.staff_id.label('for_staff'),
            staff.c.id.label('staff_id'),
        )
        .outerjoin(conversations, conversations.c.id == inbox.c.conversation_id)
        .outerjoin(staff, bound)
        .where(inbox.c.id == inbox_id)
    )
    return (await tx.execute(statement)).one()


async def blank(tx: Tx, which: ColumnElement[bool]) -> int:
    """Blank the first 500 updates under a condition, locked in the order of their marks; gives how many."""
    some = select(inbox.c.id).where(which).order_by(inbox.c.channel, inbox.c.bot, inbox.c.key).limit(BATCH)
    if tx.dialect == 'postgresql':
        some = some.with_for_update()
    return (await tx.execute(update(inbox).where(inbox.c.id.in_(some)).values(**BLANK))).rowcount
