"""Forgotten: chats that were given up are cleared a small batch at a time, with room for people in between."""

import asyncio

from civic import forgotten
from jobs.house import JobHouse
from jobs.scrubbing import scrub


async def clear_forgotten(house: JobHouse) -> int:
    """Clear all chats that were given up; gives how many there were."""
    async with house.store.read() as tx:
        chats = await forgotten.list_chats(tx)
    for chat in chats:
        await _clear(house, chat)
    if chats:
        await scrub(house)
    return len(chats)


async def _clear(house: JobHouse, chat: int) -> None:
    more = True
    while more:
        async with house.store.begin() as tx:
            more = await forgotten.clear(tx, chat)
        await asyncio.sleep(0)
