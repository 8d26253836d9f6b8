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
    """Of the update (channel, bot, key): which positions were said, as which message ids."""

    channel: str
    bot: int
    key: str
    said: list[tuple[int, int | None]]


_find = select(inbox.c.id, inbox.c.replies).where(
    inbox.c.channel == bindparam('channel'), inbox.c.bot == bindparam('bot'), inbox.c.key == bindparam('key')
)
_mark = update(inbox).where(inbox.c.id == bindparam('the_id'))
_mark = _mark.values(replies=bindparam('the_replies'), unsaid=bindparam('the_unsaid'))


async def mark_said(tx: Tx, batch: list[Said]) -> None:
    """Write into each update's replies what was said, and how many are still unsaid."""
    marks = []
    for said in sorted(batch, key=lambda one: one.key):
        row = (await tx.execute(_find, {'channel': said.channel, 'bot': said.bot, 'key': said.key})).one()
        replies = _marked(row.replies, said, tx.now)
        unsaid = sum(1 for reply in replies if 'said' not in reply)
        marks.append({'the_id': row.id, 'the_replies': replies, 'the_unsaid': unsaid})
    await tx.execute(_mark, marks)


def _marked(replies: list[dict[str, Any]], said: Said, now: datetime) -> list[dict[str, Any]]:
    for position, message_id in said.said:
        replies[position] |= {'said': now.isoformat(), 'message_id': message_id}
    return replies


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
    done = await tx.execute(update(inbox).where(inbox.c.id.in_(old)).values(raw=None, replies=None, unsaid=0))
    return done.rowcount
