"""A bot at the fake Bot API server with both its libraries: aiogram answers, python-telegram-bot delivers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.kept import KeptFiles
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.wire import Wire
from bot.content.calls import Call
from bot.intake import Intake
from jobs.house import JobHouse
from jobs.telegram.delivery import Delivery
from storage.buckets import Rate
from storage.media import MediaStore
from storage.store import Store
from tests.botapi import ME, BotApi, serving
from tests.clock import FakeClock
from tests.people import Person

CHAT = 7
MakePace = Callable[..., Pace]


class TelegramPerson(Person):
    """Somebody with Telegram: what he was told stands at the fake server."""

    @property
    def told(self) -> list[Call]:
        """Nothing is remembered on our side."""
        return []


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Bot API server to which person 7 has written; it has nothing to complain about at the end."""
    async with serving() as server:
        server.user(CHAT).opened()
        yield server
        assert server.refused == []


@pytest.fixture
def make_pace(store: Store, clock: FakeClock) -> MakePace:
    """Make a process's knowledge of the bucket."""

    def make(rate: Rate | None = None, over: Store = store) -> Pace:
        return make_pace_over(over, clock, rate)

    return make


def make_pace_over(store: Store, clock: FakeClock, rate: Rate | None = None) -> Pace:
    """Make a process's knowledge of the bucket; waiting moves the test's clock."""

    async def pause(seconds: float) -> None:
        clock.tick(seconds=seconds)
        await asyncio.sleep(0)

    return Pace(store, ME['id'], rate or Rate(), lambda: clock.now.timestamp(), pause)


@pytest.fixture
def pace(make_pace: MakePace) -> Pace:
    """The pace of this process."""
    return make_pace()


@pytest.fixture
async def telegram_wire(api: BotApi) -> AsyncIterator[Wire]:
    """The way to the server."""
    wire = Wire(api.token, api.url)
    yield wire
    await wire.close()


@pytest.fixture
def files(store: Store, media: MediaStore) -> KeptFiles:
    """The bot's files."""
    return KeptFiles(store, media, ME['id'])


@pytest.fixture
def replying(telegram_wire: Wire, files: KeptFiles, pace: Pace, intake: Intake) -> TelegramChannel:
    """The channel of replies."""
    channel = TelegramChannel(telegram_wire, files)
    channel.pace = pace
    intake.marks.beside.append(pace.settle)
    return channel


@pytest.fixture
async def delivery(telegram_wire: Wire, files: KeptFiles, pace: Pace, house: JobHouse) -> AsyncIterator[Delivery]:
    """The channel of notices, in the house of jobs."""
    made = Delivery(telegram_wire, files, pace)
    house.channels['telegram', made.bot] = made  # type: ignore[index]  # a dict in tests
    yield made
    await made.close()


@pytest.fixture
async def person(intake: Intake, replying: TelegramChannel, api: BotApi) -> TelegramPerson:
    """Person 7, who has asked for help and was answered."""
    somebody = TelegramPerson(intake, replying, chat_id=CHAT)  # type: ignore[arg-type]  # no wire of the test's own
    await somebody.says('/help')
    await intake.marks.flush()
    api.calls.clear()
    return somebody


def message(text: str, chat: int = CHAT) -> Call:
    """A frozen text."""
    return Call('sendMessage', {'chat_id': chat, 'text': text})


def texts(api: BotApi, chat: int | None = None) -> list[Any]:
    """What arrived, in order."""
    return [call.text for call in api.sent(chat)]
