"""What we hold about the person of a chat, read in small pages, and asking for it (/mydata)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, select

from storage import outbox
from storage.store import ReadTx, Tx
from storage.tables import (
    conversations,
    drafts,
    files,
    inbox,
    photos,
    report_events,
    reports,
    residents,
    transcript,
)
from storage.tables import outbox as notices

PAGE = 100  # rows in memory at once; the largest are updates, of some 60 kB

Held = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ordered:
    """What became of an order: it is new, one is being made already (both empty), or the files lie here still."""

    new: bool
    ready: Sequence[Row[Any]] = ()


async def order(tx: Tx, conversation_id: int) -> Ordered:
    """Order the file of all that is held, unless one is being made or was made and has not lapsed."""
    made = select(files).where(files.c.conversation_id == conversation_id, files.c.until > tx.now)
    ready = (await tx.execute(made.order_by(files.c.name))).all()
    if ready or await outbox.has_waiting(tx, conversation_id, 'my_data'):
        return Ordered(False, ready)
    await outbox.put(tx, [outbox.message(tx, conversation_id, 'my_data', {}, lane='file')])
    return Ordered(True)


async def read_person(tx: ReadTx, conversation_id: int) -> tuple[Held, Held]:
    """Read the person and the chat."""
    chat = (await tx.execute(select(conversations).where(conversations.c.id == conversation_id))).mappings().one()
    person = select(residents).where(residents.c.id == chat['resident_id'])
    return dict((await tx.execute(person)).mappings().one()), dict(chat)


async def read_page(tx: ReadTx, noun: str, chat: Held, after: Any) -> list[Held]:
    """Read the next rows of a noun (one of PAGES) in the order of their ids, after an id or from None."""
    statement = PAGES[noun](chat['id'], chat['resident_id'])
    key = next(iter(statement.selected_columns))
    if after is not None:
        statement = statement.where(key > after)
    return [dict(row) for row in (await tx.execute(statement.order_by(key).limit(PAGE))).mappings().all()]


async def read_history(tx: ReadTx, report_ids: Sequence[int]) -> list[Held]:
    """Read what happened to some reports, oldest first."""
    told = select(report_events).where(report_events.c.report_id.in_(report_ids)).order_by(report_events.c.id)
    return [dict(row) for row in (await tx.execute(told)).mappings().all()]


def _photos(chat: int, resident: int) -> Select[Any]:
    """Each with the number of the person's own report that it belongs to."""
    mine = photos.outerjoin(reports, and_(reports.c.draft == photos.c.draft, reports.c.resident_id == resident))
    columns = (*photos.c, reports.c.year, reports.c.serial)
    return select(*columns).select_from(mine).where(photos.c.conversation_id == chat)


# What a member of the staff was shown, or is told as such, is about others: it is not held about him.
PAGES: dict[str, Callable[[int, int], Select[Any]]] = {
    'reports': lambda chat, resident: select(reports).where(reports.c.resident_id == resident),
    'drafts': lambda chat, resident: select(drafts).where(drafts.c.conversation_id == chat),
    'photos': _photos,
    'transcript': lambda chat, resident: select(transcript).where(
        transcript.c.conversation_id == chat, transcript.c.staff_id.is_(None)
    ),
    'updates': lambda chat, resident: select(inbox).where(
        inbox.c.conversation_id == chat, inbox.c.staff_id.is_(None)
    ),
    'notices': lambda chat, resident: select(notices).where(
        notices.c.conversation_id == chat, notices.c.staff_id.is_(None)
    ),
}
