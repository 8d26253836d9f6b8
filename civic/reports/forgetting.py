"""Forgetting what a reporter wrote: words, places and photos of a case, and the files behind them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, true, update

from civic.reports.workflow import FINAL
from storage.store import Tx
from storage.tables import albums, doomed_files, photos, report_events, reports
from storage.upsert import upsert

KEYS = ('clean_key', 'small_key', 'original_key')


async def blank_case(tx: Tx, report_id: int, draft: str) -> None:
    """Blank the reporter's words and exact place, and remove the photos, of a case; the bare case stays."""
    await blank_cases(tx, [report_id])
    await remove_photos(tx, photos.c.draft == draft)


async def blank_cases(tx: Tx, report_ids: Sequence[int]) -> list[str]:
    """Blank the words and exact places of cases; gives their draft ids, under which their photos still lie.

    Copies in the chats of staff are noted, for a job to remove (civic.reports.copies).
    """
    bare = {'words': None, 'place_words': None, 'lat': None, 'lon': None, 'forget': False, 'conversation_id': None}
    blank = update(reports).where(reports.c.id.in_(report_ids)).values(**bare, copies_since=tx.now)
    drafts = [row.draft for row in (await tx.execute(blank.returning(reports.c.draft))).all()]
    await tx.execute(update(report_events).where(report_events.c.report_id.in_(report_ids)).values(words=None))
    return drafts


async def remove_photos(tx: Tx, which: object) -> int:
    """Remove photo rows and doom their files, in one transaction; gives how many photos."""
    rows = (await tx.execute(delete(photos).where(which).returning(*(photos.c[key] for key in KEYS)))).all()  # type: ignore[arg-type]  # any SQL condition
    await doom(tx, [key for row in rows for key in row if key])
    return len(rows)


async def doom(tx: Tx, keys: list[str]) -> None:
    """Note files to be deleted; a job does it after the commit and again until it is done."""
    if keys:
        statement = upsert(tx.dialect, doomed_files).on_conflict_do_nothing()
        await tx.execute(statement, [{'media_key': key, 'since': tx.now} for key in keys])
        tx.ring('doomed')


async def forget_cases(tx: Tx, resident_id: int) -> tuple[list[str], int]:
    """Detach a resident from his cases at once; the words of closed ones go now, those of open ones when they close.

    The change itself reads the state: it waits for an officer's move that is under way, and a move of somebody who
    read the case before it is refused. Gives the draft ids of the closed ones, whose photos the caller removes, and
    how many are still open.
    """
    gone = {'resident_id': None, 'conversation_id': None, 'forget': True, 'version': reports.c.version + 1}
    detached = update(reports).where(reports.c.resident_id == resident_id).values(**gone)
    mine = (await tx.execute(detached.returning(reports.c.id, reports.c.state))).all()
    closed = [row.id for row in mine if row.state in FINAL]
    return (await blank_cases(tx, closed) if closed else []), len(mine) - len(closed)


def overlooked() -> ColumnElement[bool]:
    """Tell which cases are closed and still to be blanked."""
    return reports.c.forget.is_(true()) & reports.c.state.in_(FINAL)


async def blank_overlooked(tx: Tx, report_ids: Sequence[int]) -> None:
    """Blank closed cases that ought to have been when they closed."""
    await remove_photos(tx, photos.c.draft.in_(await blank_cases(tx, report_ids)))


async def forget_albums(tx: Tx, conversation_id: int) -> None:
    """Drop the notes on a chat's albums."""
    await tx.execute(delete(albums).where(albums.c.conversation_id == conversation_id))
