"""Forgetting what a reporter wrote: words, places and photos of a case, and the files behind them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, true, update

from civic import photos
from civic.reports.unreadable import BARE
from civic.reports.workflow import FINAL
from storage.store import Tx
from storage.tables import photos as photo_rows
from storage.tables import report_events, reports


async def blank_cases(tx: Tx, report_ids: Sequence[int]) -> None:
    """Blank the words and exact places of cases, and remove their photos.

    Copies in the chats of staff are noted, for a job to remove (civic.reports.copies).
    """
    gone = {**BARE, 'forget': False, 'conversation_id': None, 'copies_since': tx.now}
    blank = update(reports).where(reports.c.id.in_(report_ids)).values(**gone)
    drafts = [row.draft for row in (await tx.execute(blank.returning(reports.c.draft))).all()]
    await tx.execute(update(report_events).where(report_events.c.report_id.in_(report_ids)).values(words=None))
    await photos.remove(tx, photo_rows.c.draft.in_(drafts))


async def forget_cases(tx: Tx, resident_id: int, limit: int) -> int:
    """Detach a resident from some of his cases; the words of closed ones go now, those of open ones when they close.

    The change itself reads the state: it waits for an officer's move that is under way, and a move of somebody who
    read the case before it is refused. Gives how many cases there were.
    """
    gone = {'resident_id': None, 'conversation_id': None, 'forget': True, 'version': reports.c.version + 1}
    some = select(reports.c.id).where(reports.c.resident_id == resident_id).limit(limit)
    detached = update(reports).where(reports.c.id.in_(some)).values(**gone)
    mine = (await tx.execute(detached.returning(reports.c.id, reports.c.state))).all()
    closed = [row.id for row in mine if row.state in FINAL]
    if closed:
        await blank_cases(tx, closed)
    return len(mine)


def overlooked() -> ColumnElement[bool]:
    """Tell which cases are closed and still to be blanked."""
    return reports.c.forget.is_(true()) & reports.c.state.in_(FINAL)
