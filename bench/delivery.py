"""`delivery_engine_…`: notices per second that are claimed, worded and ended, over a channel that does nothing."""

import time
from typing import Any

from bench import stores
from bench.doors import Speechless
from bot.handlers import make_answering
from bot.intake import Intake
from jobs.deliver import deliver_due
from jobs.house import JobHouse
from storage import arrivals, outbox
from storage.arrivals import Address
from storage.store import Store

CHATS = 100
NOTICES = 10


async def delivery_engine_sqlite() -> float:
    """Each notice is a turn, a call and a mark."""
    return await _delivered(stores.sqlite)


async def delivery_engine_postgres() -> float:
    """The same, eight chats at once."""
    return await _delivered(stores.postgres)


async def _delivered(open_store: stores.OpenStore) -> float:
    nothing: Any = None  # neither files nor photos are delivered here
    async with open_store() as store:
        city, channel = stores.city(), Speechless()
        channels = {(channel.name, channel.bot): channel}
        intake = Intake(store, city, make_answering())
        house = JobHouse(store, intake, city, nothing, channels, 'bench', nothing, {})
        await _fill(store)
        begun, claimed = time.perf_counter(), 0
        while found := await deliver_due(house):
            claimed += found
        return claimed / (time.perf_counter() - begun)


async def _fill(store: Store) -> None:
    """A hundred chats with ten notices each, all due, of the kind that asks nothing of the store."""
    for chat in range(1, CHATS + 1):
        address = Address(Speechless.name, Speechless.bot, chat)
        async with store.begin() as tx:
            await arrivals.open_conversation(tx, address, 'zh')
            row = await arrivals.find(tx, address, '')
            facts = [{'reference': f'{chat}-{number}'} for number in range(NOTICES)]
            await outbox.put(tx, [outbox.message(tx, row.id, 'my_data_failed', one) for one in facts])
