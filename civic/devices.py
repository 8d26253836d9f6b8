"""A chat moves to another device: whoever has its one-time code gets it, and the device before is signed out."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, select, true, update

from civic import codes
from civic.refusals import Refusal
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import codes as code_rows
from storage.tables import conversations, staff


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat that was moved, and the only session that is let in from now on."""

    chat_id: int
    session: int


async def move_chat(tx: Tx, channel: str, code: str, who: codes.Who) -> Moved | None:
    """Use a return code up; None when it is wrong, which counts against `who`. Sets the clock of `tx`.

    Raises Refusal too_many_tries; no_such_chat, which uses nothing up, for a code of another channel's chat.
    """
    locked = (await tx.execute(_LOCKED, {'digest': codes.digest(codes.normal(code))})).one()
    tx.read_clock(locked.database_now)
    since = None if locked.staff_id is None else tx.now - codes.STAFF_VALID
    used = await codes.use(tx, 'return', code, who, since)
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
    await codes.hide(tx, used.id)
    tx.ring('chat', used.conversation_id)
    return Moved(row.chat_id, row.session)


def _locked(dialect: str) -> Select[Any]:
    """Lock the chat before its code, as a turn that issues one does; the other way round they would deadlock.

    Gives one row always: (now, the staff member that the chat's person is).
    """
    known = select(code_rows.c.conversation_id).where(code_rows.c.digest == bindparam('digest'))
    lock = select(conversations.c.id, conversations.c.resident_id).where(conversations.c.id.in_(known))
    now: ColumnElement[Any] = literal(None)
    if dialect == 'postgresql':
        lock = lock.with_for_update(key_share=True)
        now = func.clock_timestamp()
    chat = lock.cte('chat')
    one = select(literal(1).label('one')).subquery('one')
    member = and_(staff.c.resident_id == chat.c.resident_id, staff.c.removed_at.is_(None))
    return select(now.label('database_now'), staff.c.id.label('staff_id')).select_from(
        one.outerjoin(chat, true()).outerjoin(staff, member)
    )


_LOCKED = Prepared(_locked)
