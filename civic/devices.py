"""A chat moves to another device: whoever has its one-time code gets it, and the device before is signed out."""

from dataclasses import dataclass

from sqlalchemy import select, update

from civic import codes
from civic.refusals import Refusal
from storage.store import Tx
from storage.tables import codes as code_rows
from storage.tables import conversations


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat that was moved, and the only session that is let in from now on."""

    chat_id: int
    session: int


async def move_chat(tx: Tx, channel: str, code: str, *who: str) -> Moved | None:
    """Use a return code up; None when it is wrong, which counts against each of `who`.

    Raises Refusal too_many_tries; no_such_chat, which uses nothing up, for a code of another channel's chat.
    """
    await _lock_chat(tx, code)
    used = await codes.use(tx, 'return', code, *who)
    if used is None:
        return None
    chat = conversations.c.id == used.conversation_id
    moved = (
        update(conversations)
        .where(chat, conversations.c.channel == channel)
        .values(session=conversations.c.session + 1)
        .returning(conversations.c.chat_id, conversations.c.session)
    )
    row = (await tx.execute(moved)).one_or_none()
    if row is None:
        raise Refusal('no_such_chat')
    tx.ring('chat', used.conversation_id)
    return Moved(row.chat_id, row.session)


async def _lock_chat(tx: Tx, code: str) -> None:
    """Lock the chat before its code, as a turn that issues one does; the other way round they would deadlock."""
    if tx.dialect == 'postgresql':
        known = select(code_rows.c.conversation_id).where(code_rows.c.digest == codes.digest(codes.normal(code)))
        chat = select(conversations.c.id).where(conversations.c.id.in_(known))
        await tx.execute(chat.with_for_update(of=conversations))
