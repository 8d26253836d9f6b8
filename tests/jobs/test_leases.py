"""Of several processes one does a period's work; who died is replaced when the lease runs out."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from jobs import deliver
from jobs.house import JobHouse
from jobs.timetable import Periodic, work_if_mine
from storage import leases, outbox
from storage.store import Store
from tests.clock import FakeClock
from tests.jobs.chats import chat_of, notify, web_person

MINUTE = timedelta(minutes=1)


async def take(store: Store, holder: str) -> bool:
    async with store.begin() as tx:
        return await leases.take(tx, 'job', holder, MINUTE)


async def test_a_lease_is_one_holders_until_it_runs_out(store: Store, clock: FakeClock) -> None:
    assert await take(store, 'a')
    assert not await take(store, 'b')
    clock.tick(seconds=59)
    assert not await take(store, 'b')
    clock.tick(seconds=1)
    assert await take(store, 'b')
    assert not await take(store, 'a')


async def test_a_holder_may_hold_on(store: Store, clock: FakeClock) -> None:
    for _minute in range(3):
        assert await take(store, 'a')
        clock.tick(seconds=50)
        assert not await take(store, 'b')


async def test_the_only_process_waits_for_nobody_who_died(store: Store, house: JobHouse) -> None:
    person = await web_person(house.intake)
    await notify(store, await chat_of(store, person), 'E-LOST')
    assert await take(store, 'dead')
    async with store.begin() as tx:
        assert await outbox.claim(tx, 'dead')
        await leases.end_all(tx)
    assert await take(store, 'new')
    assert await deliver.deliver_due(house) == 1


async def test_a_lease_given_back_is_free(store: Store) -> None:
    assert await take(store, 'a')
    async with store.begin() as tx:
        await leases.release(tx, 'b')
    assert not await take(store, 'b')
    async with store.begin() as tx:
        await leases.release(tx, 'a')
    assert await take(store, 'b')


async def test_a_periods_work_is_done_once_by_two_processes(
    house: JobHouse, another: Callable[[], JobHouse], clock: FakeClock
) -> None:
    done: list[str] = []

    async def note(worker: JobHouse) -> None:
        done.append(worker.worker)

    job = Periodic('note', MINUTE, note)
    workers = [house, another(), another()]
    for _period in range(3):
        await asyncio.gather(*(work_if_mine(worker, job) for worker in workers))
        clock.tick(minutes=1)
    assert len(done) == 3
    assert len(set(done)) == 1


async def test_work_that_fails_is_logged_with_a_reference_and_comes_again(
    house: JobHouse, clock: FakeClock, logged: list[Any]
) -> None:
    tried = 0

    async def fail(worker: JobHouse) -> None:
        nonlocal tried
        tried += 1
        raise ZeroDivisionError

    for _period in range(2):
        assert await work_if_mine(house, Periodic('fail', MINUTE, fail))
        clock.tick(minutes=1)
    assert tried == 2
    assert [(line['job'], line['reference'][:2]) for line in logged] == [('fail', 'E-')] * 2
