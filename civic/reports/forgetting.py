"""Forgetting what a reporter wrote: words, places and photos of a case, and the files behind them."""

from sqlalchemy import delete, select, update

from storage.store import Tx
from storage.tables import albums, doomed_files, photos, report_events, reports
from storage.upsert import upsert

KEYS = ('clean_key', 'small_key', 'original_key')


async def blank_case(tx: Tx, report_id: int, draft: str) -> None:
    """Blank the reporter's words and exact place, and remove the photos, of a case; the bare case stays.

    Copies in the chats of staff are noted, for a job to remove (civic.reports.copies).
    """
    place = (await tx.execute(select(reports.c.lat, reports.c.lon).where(reports.c.id == report_id))).one()
    blank = {'words': None, 'place_words': None, 'lat': None, 'lon': None, 'forget': False, 'conversation_id': None}
    copies = {'lat': place.lat, 'lon': place.lon, 'since': tx.now.isoformat()}
    await tx.execute(update(reports).where(reports.c.id == report_id).values(**blank, copies=copies))
    await tx.execute(update(report_events).where(report_events.c.report_id == report_id).values(words=None))
    await remove_photos(tx, photos.c.draft == draft)


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


async def forget_cases(tx: Tx, resident_id: int, open_states: frozenset[str]) -> tuple[int, int]:
    """Detach a resident from his cases at once; closed ones are blanked now, open ones when they close.

    Gives (blanked now, to be blanked when they close).
    """
    mine = (await tx.execute(select(reports).where(reports.c.resident_id == resident_id))).all()
    for row in mine:
        gone = {'resident_id': None, 'conversation_id': None, 'forget': True}
        await tx.execute(update(reports).where(reports.c.id == row.id).values(**gone))
        if row.state not in open_states:
            await blank_case(tx, row.id, row.draft)
    still_open = sum(1 for row in mine if row.state in open_states)
    return len(mine) - still_open, still_open


async def forget_albums(tx: Tx, conversation_id: int) -> None:
    """Drop the notes on a chat's albums."""
    await tx.execute(delete(albums).where(albums.c.conversation_id == conversation_id))
