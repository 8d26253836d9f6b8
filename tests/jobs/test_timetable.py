"""The timetable as it runs: bells wake it, the clock starts jobs, and stopping finishes what is begun."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.content.calls import Call
from bot.intake.channel import Spoken
from jobs import timetable
from jobs.house import JobHouse
from jobs.steady import finish
from storage import doomed
from storage.media import new_key
from storage.store import StoreBusy
from storage.tables import doomed_files, files, leases
from tests.jobs.chats import chat_of, notice, notify, rows, web_person
from tests.people import Person, WireChannel


@asynccontextmanager
async def running(house: JobHouse) -> AsyncIterator[asyncio.Task[None]]:
    """The jobs at work, stopped at the end."""
    task = asyncio.ensure_future(timetable.run(house))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class SlowWire(WireChannel):
    """Begins to speak, and ends when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_end = asyncio.Event(), asyncio.Event()

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        self.began.set()
        await self.may_end.wait()
        return await super().speak(chat_id, calls)


def told_of(thing: object, verb: str, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """An event that is set when a verb of a thing is called."""
    called = asyncio.Event()
    real = getattr(thing, verb)

    def call(*all_of: object) -> object:
        called.set()
        return real(*all_of)

    monkeypatch.setattr(thing, verb, call)
    return called


async def soon(event: asyncio.Event) -> None:
    await asyncio.wait_for(event.wait(), 20)
    event.clear()


async def test_a_notice_is_said_soon_after_it_is_written(
    house: JobHouse, wire: WireChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(house.intake, wire)
    await person.says('/help')
    chat = await chat_of(house.store, person)
    spoken = told_of(wire, 'speak', monkeypatch)
    async with running(house):
        for reference in ('E-FIRST', 'E-SECOND'):
            await notify(house.store, chat, reference)
            await soon(spoken)
    assert 'E-FIRST' in person.all_words
    assert 'E-SECOND' in person.words


async def test_data_are_handed_over_and_doomed_files_go_without_anybody_asking(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await web_person(house.intake)
    await house.media.put(key := new_key('clean'), b'x')
    made, deleted = told_of(house.media, 'put_file', monkeypatch), told_of(house.media, 'delete', monkeypatch)
    async with running(house):
        await person.says('/mydata')
        await soon(made)
        async with house.store.begin() as tx:
            await doomed.doom(tx, [key])
        await soon(deleted)
    assert len(await rows(house.store, select(files.c.token))) == 1
    assert await rows(house.store, select(doomed_files.c.media_key)) == []


async def test_stopping_lets_the_notice_in_hand_be_said_and_noted(house: JobHouse) -> None:
    wire = SlowWire()
    house.channels['wire', 1] = wire  # type: ignore[index]  # a dict in tests
    person = Person(house.intake, WireChannel())
    await person.says('/help')
    await notify(house.store, await chat_of(house.store, person), 'E-LAST')
    async with running(house) as task:
        await asyncio.wait_for(wire.began.wait(), 20)
        task.cancel()
        await asyncio.sleep(0)
        wire.may_end.set()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert (await notice(house.store)).state == 'said'
    assert await rows(house.store, select(leases.c.name)) == []


async def test_each_job_of_the_timetable_has_its_turn_at_the_start(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    all_done = asyncio.Event()

    def noting(name: str) -> Callable[[JobHouse], Awaitable[None]]:
        async def note(_house: JobHouse) -> None:
            done.append(name)
            if len(done) == len(timetable.PERIODIC):
                all_done.set()

        return note

    names = [job.name for job in timetable.PERIODIC]
    jobs = [timetable.Periodic(name, timedelta(hours=1), noting(name)) for name in names]
    monkeypatch.setattr(timetable, 'PERIODIC', jobs)
    async with running(house):
        await asyncio.wait_for(all_done.wait(), 20)
    assert sorted(done) == sorted(names)


async def test_the_clock_starts_a_job_again_and_again(house: JobHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = 0
    third = asyncio.Event()

    async def count(_house: JobHouse) -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            third.set()

    monkeypatch.setattr(timetable, 'PERIODIC', [timetable.Periodic('count', timedelta(milliseconds=20), count)])
    async with running(house):
        await asyncio.wait_for(third.wait(), 20)


async def test_a_store_that_is_down_for_a_moment_does_not_end_the_jobs(
    house: JobHouse, wire: WireChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(house.intake, wire)
    await person.says('/help')
    chat = await chat_of(house.store, person)
    failed = asyncio.Event()

    def down() -> object:
        failed.set()
        raise StoreBusy('for a moment')

    spoken = told_of(wire, 'speak', monkeypatch)
    monkeypatch.setattr(timetable, 'PERIODIC', timetable.PERIODIC[:1])
    async with running(house):
        with monkeypatch.context() as patch:
            patch.setattr(house.store, 'read', down)
            await soon(failed)
        await notify(house.store, chat, 'E-AFTER')
        await soon(spoken)
    assert (await notice(house.store)).state == 'said'


async def test_told_to_stop_twice_work_is_broken_off() -> None:
    began, never = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        await never.wait()

    task = asyncio.ensure_future(finish(work()))
    await began.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
