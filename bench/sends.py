"""`delivery_sends`: messages per second through python-telegram-bot to a fake server, the bucket wide open."""

import asyncio
import time
from typing import Any

from bench import stores
from bench.bot_api import bot_api
from bot.channels.telegram.kept import KeptFiles
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.wire import Wire
from bot.content.calls import Call
from bot.intake.channel import Fate
from jobs.deliver import CHATS_AT_ONCE
from jobs.telegram.delivery import Delivery
from storage.buckets import Rate
from tests.botapi import TOKEN

CHATS = 1500
WIDE_OPEN = Rate(1e9, 1e9)


async def delivery_sends() -> float:
    """One message to each of 1,500 people, eight at a time as the delivery does; drawn from a bucket in SQLite."""
    nothing: Any = None  # no files are sent
    with bot_api(CHATS) as base:
        async with stores.sqlite() as store:
            wire = Wire(TOKEN, base)
            delivery = Delivery(wire, KeptFiles(store, nothing, wire.bot_id), Pace(store, wire.bot_id, WIDE_OPEN))
            try:
                return await _send(delivery)
            finally:
                await delivery.close()
                await wire.close()


async def _send(delivery: Delivery) -> float:
    chats = iter(range(1, CHATS + 1))

    async def work() -> None:
        for chat in chats:
            message = Call('sendMessage', {'chat_id': chat, 'text': '您反映的问题已经受理。'})
            [spoken] = await delivery.speak(chat, [(0, message)])
            if spoken.fate is not Fate.SAID:
                raise RuntimeError(spoken.fate)

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _place in range(CHATS_AT_ONCE)))
    return CHATS / (time.perf_counter() - begun)
