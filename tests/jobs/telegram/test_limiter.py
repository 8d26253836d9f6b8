"""The bucket: all that a bot says stays below Telegram's bound, replies never wait, and nobody waits for ever."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.kept import KeptFiles
from bot.channels.telegram.pace import Pace, messages_in
from bot.channels.telegram.wire import Wire
from bot.intake.channel import Fate
from jobs.telegram.delivery import Delivery
from jobs.telegram.limiter import Limiter, NotNow
from storage import outbox
from storage.buckets import Rate, draw
from storage.media import MediaStore
from storage.postgres import PostgresStore
from storage.store import Store
from storage.tables import buckets
from tests.botapi import BotApi
from tests.clock import FakeClock
from tests.jobs.chats import rows
from tests.jobs.telegram.conftest import MakePace, TelegramPerson, make_pace_over, message

RATE = Rate()


class Counting:
    """A store that counts its writing transactions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.begun = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        self.begun += 1
        async with self._store.begin() as tx:
            yield tx


async def went(limiter: Limiter, clock: FakeClock, chat: int, into: list[datetime], messages: int = 1) -> None:
    """Let a request through a limiter, and note when it went."""

    async def call() -> bool:
        into.append(clock.now)
        return True

    method = 'sendMessage' if messages == 1 else 'sendMediaGroup'
    params = {'chat_id': chat, 'media': [{}] * messages}
    assert await limiter.process_request(call, (), {}, method, params, None)


def most_within(moments: list[datetime], seconds: float) -> int:
    """The most that went within any such window."""
    return max(sum(0 <= (other - start).total_seconds() < seconds for other in moments) for start in moments)


@pytest.mark.parametrize('seed', range(4))
async def test_in_no_second_do_two_workers_together_say_more_than_telegram_takes(
    make_pace: MakePace, clock: FakeClock, seed: int
) -> None:
    chance, moments = random.Random(seed), list[datetime]()
    workers = [Limiter(make_pace()), Limiter(make_pace())]
    for chat in range(120):
        await went(chance.choice(workers), clock, chat, moments)
        if chance.random() < 0.1:
            clock.tick(seconds=chance.random() / 4)
    for seconds in (0.1, 0.5, 1.0, 2.0):
        assert most_within(moments, seconds) <= RATE.per_second * seconds + RATE.burst


async def test_an_album_counts_as_many_as_it_has_pictures(make_pace: MakePace, clock: FakeClock) -> None:
    limiter, moments = Limiter(make_pace()), list[datetime]()
    for chat in range(12):
        await went(limiter, clock, chat, moments, messages=10)
    assert (moments[-1] - moments[0]).total_seconds() >= (110 - RATE.burst) / RATE.per_second


@pytest.fixture
async def two_processes(
    postgres_store: PostgresStore, telegram_wire: Wire, media: MediaStore, clock: FakeClock
) -> AsyncIterator[list[Delivery]]:
    """Two processes over one PostgreSQL, each with what it knows of the bucket."""
    made = []
    for _process in range(2):
        files, own = KeptFiles(postgres_store, media, telegram_wire.bot_id), make_pace_over(postgres_store, clock)
        made.append(Delivery(telegram_wire, files, own))
    yield made
    for one in made:
        await one.close()


async def test_two_processes_that_deliver_at_once_share_one_bucket(
    two_processes: list[Delivery], api: BotApi, clock: FakeClock
) -> None:
    chats = iter(range(1000, 1100))
    for chat in range(1000, 1100):
        api.user(chat).opened()
    began = clock.now

    async def work(process: Delivery) -> None:
        for chat in chats:
            [spoken] = await process.speak(chat, [(0, message('x', chat))])
            assert spoken.fate is Fate.SAID

    await asyncio.gather(*(work(process) for process in two_processes for _place in range(8)))
    took = (clock.now - began).total_seconds()
    assert len(api.calls) == 100
    assert (100 - RATE.burst) / RATE.per_second <= took <= 100 / RATE.per_second + 1


async def test_requests_that_wait_together_cost_one_transaction(
    make_pace: MakePace, store: Store, clock: FakeClock
) -> None:
    counting = Counting(store)
    limiter, moments = Limiter(make_pace(Rate(1000, 100), counting)), list[datetime]()
    await asyncio.gather(*(went(limiter, clock, chat, moments) for chat in range(50)))
    assert len(moments) == 50
    assert counting.begun <= 2


async def test_replies_debit_the_bucket_without_waiting_and_without_a_transaction_of_their_own(
    person: TelegramPerson, replying: TelegramChannel, make_pace: MakePace, clock: FakeClock, store: Store
) -> None:
    clock.tick(seconds=60)
    counting = Counting(store)
    person.intake.marks._store = counting  # type: ignore[assignment]  # it counts
    began = clock.now
    await person.says('/help')
    await person.intake.marks.flush()
    assert (clock.now, counting.begun) == (began, 1)
    [bucket] = await rows(store, select(buckets))
    assert bucket.level < RATE.burst
    moments: list[datetime] = []
    await went(Limiter(make_pace()), clock, 1, moments)
    await went(Limiter(make_pace()), clock, 2, moments)
    assert (moments[-1] - began).total_seconds() > 0


async def test_a_rush_of_replies_delays_notices_by_a_second_and_not_longer(
    pace: Pace, clock: FakeClock, store: Store
) -> None:
    pace.spend(1000)
    async with store.begin() as tx:
        await pace.settle(tx)
    began, moments = clock.now, list[datetime]()
    await went(Limiter(pace), clock, 1, moments)
    assert 1.0 <= (moments[0] - began).total_seconds() <= 1.2


async def test_a_process_whose_transaction_began_earlier_fills_the_bucket_not_twice(
    store: Store, clock: FakeClock
) -> None:
    async def level(messages: int, **span: float) -> float:
        clock.tick(**span)
        async with store.begin() as tx:
            return (await draw(tx, 1, messages)).level

    assert await level(100) == -RATE.per_second
    assert await level(0, seconds=1) == pytest.approx(0)
    assert await level(0, seconds=-0.5) == pytest.approx(0)
    assert await level(0, seconds=0.5) == pytest.approx(0)


async def test_who_would_wait_longer_than_a_lease_allows_comes_again(make_pace: MakePace, clock: FakeClock) -> None:
    limiter, moments = Limiter(make_pace(Rate(0.1, 1))), list[datetime]()
    await went(limiter, clock, 1, moments)
    began = clock.now
    with pytest.raises(NotNow) as later:
        await went(limiter, clock, 2, moments)
    assert 9 <= later.value.wait <= 10
    assert (clock.now - began) < outbox.LEASE / 2
    clock.tick(seconds=later.value.wait)
    await went(limiter, clock, 2, moments)


async def test_a_halt_of_another_process_reaches_those_who_already_wait(
    make_pace: MakePace, clock: FakeClock
) -> None:
    limiter, moments = Limiter(make_pace()), list[datetime]()
    await make_pace().halt(30)
    results = await asyncio.gather(
        *(went(limiter, clock, chat, moments) for chat in range(5)), return_exceptions=True
    )
    assert [type(one) for one in results] == [NotNow] * 5
    assert moments == []


async def test_a_shorter_halt_does_not_end_a_longer_one(make_pace: MakePace, clock: FakeClock) -> None:
    await make_pace().halt(30)
    await make_pace().halt(5)
    clock.tick(seconds=10)
    with pytest.raises(NotNow) as later:
        await went(Limiter(make_pace()), clock, 1, [])
    assert round(later.value.wait) == 20


@pytest.mark.parametrize(
    ('method', 'params', 'count'),
    [
        ('sendMessage', {}, 1),
        ('editMessageText', {}, 1),
        ('sendMediaGroup', {'media': [1, 2, 3]}, 3),
        ('answerCallbackQuery', {}, 0),
        ('deleteMessage', {}, 0),
    ],
)
def test_what_counts_as_a_message(method: str, params: dict[str, Any], count: int) -> None:
    assert messages_in(method, params) == count
