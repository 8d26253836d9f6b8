"""The transcript: what stands in a web chat, in order; its ids are the wire's ids."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, delete, insert, or_, select

from storage.prepared import Prepared
from storage.store import ReadTx, Tx
from storage.tables import conversations, residents, staff, transcript

SETTLED = timedelta(seconds=10)  # what was begun before a change of rights was committed has been written by then
BATCH = 500  # frames deleted in one transaction
HISTORY = 300  # frames that a first load gets; older ones stay in /mydata

_write = Prepared(insert(transcript))


async def write(
    tx: Tx,
    conversation_id: int,
    frames: Sequence[tuple[str, dict[str, Any]]],
    staff_id: int | None = None,
    report_id: int | None = None,
) -> None:
    """Append frames (method, params) and wake the chat's sockets after the commit.

    `staff_id` and `report_id` mark what only this member of the staff may read, and what shows this case.
    """
    if not frames:
        return
    every = {'conversation_id': conversation_id, 'at': tx.now, 'staff_id': staff_id, 'report_id': report_id}
    await tx.execute(_write, [{**every, 'method': method, 'params': params} for method, params in frames])
    tx.ring('chat', conversation_id)


async def read(tx: ReadTx, conversation_id: int, after: int) -> list[Row[Any]]:
    """Read the frames after an id in order (id, at, method, params), at most 300; from 0, the newest 300.

    What a member of the staff was shown is there only as long as he is one, and only in the chat he is bound to.
    """
    frames = select(transcript.c.id, transcript.c.at, transcript.c.method, transcript.c.params)
    mine = frames.where(transcript.c.conversation_id == conversation_id, transcript.c.id > after)
    mine = mine.where(or_(transcript.c.staff_id.is_(None), transcript.c.staff_id == _member(conversation_id)))
    if after:
        return list((await tx.execute(mine.order_by(transcript.c.id).limit(HISTORY))).all())
    newest = (await tx.execute(mine.order_by(transcript.c.id.desc()).limit(HISTORY))).all()
    return list(reversed(newest))


def _member(conversation_id: int) -> ScalarSelect[int]:
    bound = select(staff.c.id).join(conversations, conversations.c.resident_id == staff.c.resident_id)
    return bound.where(conversations.c.id == conversation_id, staff.c.removed_at.is_(None)).scalar_subquery()


async def remove(tx: Tx, which: ColumnElement[bool]) -> list[Row[Any]]:
    """Delete the first 500 frames under a condition; gives their ids with their chats'."""
    some = select(transcript.c.id).where(which).order_by(transcript.c.id).limit(BATCH)
    gone = (
        delete(transcript).where(transcript.c.id.in_(some)).returning(transcript.c.id, transcript.c.conversation_id)
    )
    return list((await tx.execute(gone)).all())


async def find_chat(tx: ReadTx | Tx, channel: str, bot: int, chat_id: int) -> Row[Any] | None:
    """Find a chat with its person's settings: id, session, resident_id, locale, big, cleared …"""
    statement = (
        select(
            conversations.c.id,
            conversations.c.session,
            conversations.c.resident_id,
            residents.c.locale,
            residents.c.big,
            residents.c.notice_version,
            conversations.c.cleared,
        )
        .join(residents, residents.c.id == conversations.c.resident_id)
        .where(conversations.c.channel == channel, conversations.c.bot == bot, conversations.c.chat_id == chat_id)
    )
    return (await tx.execute(statement)).one_or_none()
