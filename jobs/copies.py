"""Copies: what staff were shown of a case leaves their chats once its reporter was forgotten, or they left."""

from datetime import datetime

from civic import staff
from civic.reports import copies
from jobs.house import JobHouse
from jobs.scrubbing import scrub


async def remove_copies(house: JobHouse) -> int:
    """Remove what nobody may keep any more, in small transactions; gives of how many cases and members."""
    async with house.store.read() as tx:
        forgotten, left = await copies.find_forgotten(tx), await staff.list_left(tx)
    for report_id in forgotten:
        await _remove_case(house, report_id)
    for member in left:
        await _take_back(house, member.id, member.left_at)
    if forgotten or left:
        await scrub(house)
    return len(forgotten) + len(left)


async def _remove_case(house: JobHouse, report_id: int) -> None:
    more = True
    while more:
        async with house.store.begin() as tx:
            more = await copies.remove(tx, report_id)


async def _take_back(house: JobHouse, staff_id: int, left_at: datetime) -> None:
    more = True
    while more:
        async with house.store.begin() as tx:
            more = await staff.take_back(tx, staff_id, left_at)
