"""Updates after they were heard: marking what was said, sweeping what was not, blanking old words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from storage.store import ReadTx, Tx
from storage.tables import conversations, inbox

WORDS_KEPT = timedelta(hours=48)  # house.md, "The way of an update", 2
DEAD_KEPT = timedelta(days=30)  # product default: staff have a month to replay a dead letter


@dataclass(frozen=True, slots=True)
class Said:
    """Of the update (channel, bot, key): all that was said so far as [position, message id], and how much is left."""

    channel: str
    bot: int
    key: str
    said: list[list[int | None]]
    unsaid: int


_MARK = (
    update(inbox)
    .where(
        inbox.c.channel == bindparam('the_channel'),
        inbox.c.bot == bindparam('the_bot'),
        inbox.c.key == bindparam('the_key'),
    )
    .values(said=bindparam('the_said'), unsaid=bindparam('the_unsaid'))
)


async def mark_said(tx: Tx, batch: list[Said]) -> None:
    """Write what was said of each update, in one go; in the order of keys, so that two batches never deadlock."""
    ordered = sorted(batch, key=lambda one: (one.channel, one.bot, one.key))
    names = ('channel', 'bot', 'key', 'said', 'unsaid')
    await tx.execute(_MARK, [{f'the_{name}': getattr(one, name) for name in names} for one in ordered])


async def find_unsaid(tx: ReadTx, before: datetime, limit: int = 200) -> list[Row[Any]]:
    """List updates committed before a moment with replies that nobody has said, oldest first."""
    statement = (
        select(inbox.c.channel, inbox.c.bot, inbox.c.key, conversations.c.chat_id)
        .join(conversations, conversations.c.id == inbox.c.conversation_id)
        .where(inbox.c.unsaid > 0, inbox.c.heard_at < before)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return list((await tx.execute(statement)).all())


async def blank_old_words(tx: Tx, limit: int = 5000) -> int:
    """Blank updates' words after 48 h (dead letters: 30 days); the keys stay for dedupe. Gives how many."""
    old = (
        select(inbox.c.id)
        .where(
            inbox.c.raw.is_not(None),
            ((inbox.c.outcome != 'dead') & (inbox.c.heard_at < tx.now - WORDS_KEPT))
            | (inbox.c.heard_at < tx.now - DEAD_KEPT),
        )
        .limit(limit)
    )
    done = await tx.execute(
        update(inbox).where(inbox.c.id.in_(old)).values(raw=None, replies=None, said=None, unsaid=0)
    )
    return done.rowcount
