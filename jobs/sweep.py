"""The sweep: what was committed and not said is said again, in order; what a dead worker was saying is noted."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from bot.intake import unsaid_of
from bot.intake.said import all_said
from jobs.house import JobHouse
from jobs.steady import going_on
from storage import inbox, outbox
from storage.arrivals import Address

AGE = timedelta(seconds=10)  # whoever heard it had that long to say it
PAGE = 200


async def sweep(house: JobHouse) -> None:
    """Speak what is unsaid, and call ambiguous what died while it was being said."""
    await speak_unsaid(house)
    await house.intake.marks.flush()
    async with house.store.begin() as tx:
        await outbox.lose_calls(tx)


async def speak_unsaid(house: JobHouse) -> None:
    """Go through all unsaid updates, oldest first; a chat whose answer fails again waits for the next sweep."""
    silent: set[Address] = set()
    last = 0
    while rows := await _page(house, last):
        for row in rows:
            address = Address(row.channel, row.bot, row.chat_id)
            if address not in silent and not await _speak(house, address, row):
                silent.add(address)
        last = rows[-1].id


async def _page(house: JobHouse, after: int) -> list[Row[Any]]:
    async with house.store.read() as tx:
        return await inbox.find_unsaid(tx, tx.now - AGE, after, PAGE)


async def _speak(house: JobHouse, address: Address, row: Row[Any]) -> bool:
    """Say what is still unsaid of an update; False when not all of it could be said."""
    channel = house.channels.get((row.channel, row.bot))
    if channel is None:
        return False
    with going_on('sweep', update=row.id):
        async with house.intake.order.holding(address):
            await house.intake.marks.flush()  # it may have been said while we waited
            async with house.store.read() as tx:
                unsaid = unsaid_of(await inbox.read_unsaid(tx, row.id))
            spoken = await channel.speak(row.chat_id, unsaid.calls) if unsaid.calls else []
            house.intake.marks.add(channel, row.key, row.chat_id, unsaid, spoken)
            return all_said(unsaid, spoken)
    return False
