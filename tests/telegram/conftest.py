"""A bot at the fake Bot API server: its wire, its channel, and its poller at work."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.ears import Ears
from bot.channels.telegram.kept import KeptFiles
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.wire import Wire
from bot.intake import Intake
from storage.media import MediaStore
from tests.botapi import BotApi, serving

Polling = Callable[[], AbstractAsyncContextManager[Poller]]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Bot API server that has nothing to complain about at the end."""
    async with serving() as server:
        yield server
        assert server.refused == []


@pytest.fixture
async def telegram_wire(api: BotApi) -> AsyncIterator[Wire]:
    """The way to it."""
    wire = Wire(api.token, api.url)
    yield wire
    await wire.close()


@pytest.fixture
def channel(telegram_wire: Wire, intake: Intake, media: MediaStore) -> TelegramChannel:
    """Telegram as a channel."""
    return TelegramChannel(telegram_wire, KeptFiles(intake.store, media, telegram_wire.bot_id))


@pytest.fixture
def ears(intake: Intake, channel: TelegramChannel) -> Ears:
    """Who hears."""
    return Ears(intake, channel, staff_group=-100500)


@pytest.fixture
def polling(ears: Ears) -> Polling:
    """A poller at work while the block lasts; then it is gone as after a kill."""

    @asynccontextmanager
    async def at_work() -> AsyncIterator[Poller]:
        poller = Poller(ears, patience=5)
        running = asyncio.ensure_future(poller.run())
        try:
            yield poller
        finally:
            running.cancel()
            await asyncio.wait([running])

    return at_work
