"""The transcript: what stands in a web chat, in order; its ids are the wire's ids."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from storage.prepared import Prepared
from storage.store import ReadTx, Tx
from storage.tables import conversations, residents, transcript

HISTORY = 300  # frames that a first load gets; older ones stay in /mydata

_write = Prepared(insert(transcript))


async def write(tx: Tx, conversation_id: int, frames: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Append frames (method, params) and wake the chat's sockets after the commit."""
    if not frames:
        return
    rows = [
        {'conversation_id': conversation_id, 'at': tx.now, 'method': method, 'params': params}
        for method, params in frames
    ]
    await tx.execute(_write, rows)
    tx.ring('chat', conversation_id)


async def read(tx: ReadTx, conversation_id: int, after: int) -> list[Row[Any]]:
    """Read the frames after an id in order (id, at, method, params), at most 300; from 0, the newest 300."""
    frames = select(transcript.c.id, transcript.c.at, transcript.c.method, transcript.c.params)
    mine = frames.where(transcript.c.conversation_id == conversation_id, transcript.c.id > after)
    if after:
        return list((await tx.execute(mine.order_by(transcript.c.id).limit(HISTORY))).all())
    newest = (await tx.execute(mine.order_by(transcript.c.id.desc()).limit(HISTORY))).all()
    return list(reversed(newest))


async def find_chat(tx: ReadTx | Tx, channel: str, bot: int, chat_id: int) -> Row[Any] | None:
    """Find a chat with its person's settings: id, session, resident_id, locale, big."""
    statement = (
        select(
            conversations.c.id,
            conversations.c.session,
            conversations.c.resident_id,
            residents.c.locale,
            residents.c.big,
            residents.c.notice_version,
        )
        .join(residents, residents.c.id == conversations.c.resident_id)
        .where(conversations.c.channel == channel, conversations.c.bot == bot, conversations.c.chat_id == chat_id)
    )
    return (await tx.execute(statement)).one_or_none()
