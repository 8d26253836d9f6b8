"""Copies: what staff were shown of a case leaves their chats once its reporter was forgotten."""

from civic.reports import copies
from civic.reports.copies import Forgotten
from jobs.house import JobHouse


async def remove_copies(house: JobHouse) -> int:
    """Remove the copies of all cases that were blanked; gives how many cases."""
    async with house.store.read() as tx:
        forgotten = await copies.find_forgotten(tx, house.city)
    for case in forgotten:
        await _remove(house, case)
    return len(forgotten)


async def _remove(house: JobHouse, case: Forgotten) -> None:
    while True:
        async with house.store.read() as tx:
            frames = await copies.find_copies(tx, case)
        async with house.store.begin() as tx:
            if not frames:
                await copies.done(tx, case.report_id)
                return
            await copies.remove(tx, frames)
