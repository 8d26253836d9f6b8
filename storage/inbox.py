"""Updates after they were heard: marking what was said, finding what was not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, literal_column, select, update

from storage.prepared import Prepared
from storage.store import ReadTx, Tx
from storage.tables import conversations, inbox


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
    """Read what is unsaid of an update at this moment: replies, said, unsaid."""
    statement = select(inbox.c.replies, inbox.c.said, inbox.c.unsaid).where(inbox.c.id == inbox_id)
    return (await tx.execute(statement)).one()
