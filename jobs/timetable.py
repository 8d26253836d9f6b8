"""The timetable: what runs when. Of several processes one does each period's work; notices are claimed by lease."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from jobs.copies import remove_copies
from jobs.deliver import deliver_due
from jobs.doomed import delete_doomed
from jobs.downloads import AT_ONCE, fetch_next
from jobs.files_check import doom_stray
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from jobs.lapse import lapse
from jobs.my_data.orders import work_orders
from jobs.nudge import nudge
from jobs.return_codes import hide_codes
from jobs.steady import finish, going_on, wait_for_bell
from jobs.sweep import sweep
from jobs.upkeep import keep_up
from storage import downloads, leases, outbox
from storage.store import ReadTx

Work = Callable[[JobHouse], Awaitable[Any]]

NET = 3.0  # seconds after which a queue is looked at though no bell rang
LEAST_WAIT = 0.2


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that the clock starts; the first time at once."""

    name: str
    every: timedelta
    work: Work


PERIODIC = (
    Periodic('sweep', timedelta(seconds=10), sweep),
    Periodic('doomed', timedelta(minutes=1), delete_doomed),
    Periodic('forgotten', timedelta(minutes=1), clear_forgotten),
    Periodic('copies', timedelta(minutes=1), remove_copies),
    Periodic('return codes', timedelta(minutes=5), hide_codes),
    Periodic('nudge', timedelta(minutes=10), nudge),
    Periodic('lapse', timedelta(hours=1), lapse),
    Periodic('upkeep', timedelta(hours=1), keep_up),
    Periodic('stray files', timedelta(days=1), doom_stray),
)


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows that are worked when they fall due, and at once when the bell rings.

    Work that is not `finished` when we are told to stop is broken off: another worker begins it anew.
    """

    name: str
    bell: str
    next_due: Callable[[ReadTx], Awaitable[datetime | None]]
    work: Work
    finished: bool = True


QUEUES = (
    Queue('deliver', 'outbox', partial(outbox.next_due, files=False), deliver_due),
    Queue('my_data', 'outbox', partial(outbox.next_due, files=True), work_orders),
    *(Queue(f'download {n}', 'downloads', downloads.next_due, fetch_next, finished=False) for n in range(AT_ONCE)),
)


async def run(house: JobHouse) -> None:
    """Work until cancelled; what is begun then is finished, and the leases are given back."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    try:
        async with asyncio.TaskGroup() as group:
            for job in PERIODIC:
                tick = _start_at_once(scheduler, job)
                group.create_task(_keep_time(house, job, tick), name=job.name)
            for queue in QUEUES:
                group.create_task(_answer_queue(house, queue), name=queue.name)
            group.create_task(_answer_bell(house, 'doomed', delete_doomed), name='doomed bell')
            group.create_task(_answer_bell(house, 'forgotten', clear_forgotten), name='forgotten bell')
            scheduler.start()
    finally:
        if scheduler.running:
            scheduler.shutdown(wait=False)
        await finish(_give_back(house))


def _start_at_once(scheduler: AsyncIOScheduler, job: Periodic) -> asyncio.Event:
    """Let APScheduler only ring: its executor would break off a transaction when it is shut down."""
    tick = asyncio.Event()
    tick.set()

    async def ring() -> None:
        tick.set()

    scheduler.add_job(
        ring, 'interval', seconds=job.every.total_seconds(), id=job.name, coalesce=True, misfire_grace_time=None
    )
    return tick


async def _keep_time(house: JobHouse, job: Periodic, tick: asyncio.Event) -> None:
    while True:
        await tick.wait()
        tick.clear()
        await finish(work_if_mine(house, job))


async def work_if_mine(house: JobHouse, job: Periodic) -> bool:
    """Do a period's work unless another process has it; gives whether it was ours."""
    mine = False
    with going_on(job.name):
        async with house.store.begin() as tx:
            mine = await leases.take(tx, f'job:{job.name}', house.worker, job.every * 1.5)
        if mine:
            await job.work(house)
    return mine


async def _answer_queue(house: JobHouse, queue: Queue) -> None:
    """Work whenever the bell rings or something falls due."""
    with house.store.bells.listening(queue.bell) as bell:
        while True:
            work = _work_due(house, queue)
            await wait_for_bell(bell, await (finish(work) if queue.finished else work))


async def _work_due(house: JobHouse, queue: Queue) -> float:
    """Work as long as something is due; gives the seconds until there will be more, the longest after a fault."""
    with going_on(queue.name):
        wait = await _seconds_until_due(house, queue)
        while wait <= 0 and await queue.work(house):
            wait = await _seconds_until_due(house, queue)
        return max(wait, LEAST_WAIT)
    return NET


async def _seconds_until_due(house: JobHouse, queue: Queue) -> float:
    """Ask in a reader, so that an idle house writes nothing."""
    async with house.store.read() as tx:
        due = await queue.next_due(tx)
        return min((due - tx.now).total_seconds(), NET) if due is not None else NET


async def _answer_bell(house: JobHouse, topic: str, work: Work) -> None:
    """Work as soon as it rings; the periodic job of the same name goes after what resisted."""
    with house.store.bells.listening(topic) as bell:
        while True:
            await bell.wait()
            bell.clear()
            await finish(_work_now(house, topic, work))


async def _work_now(house: JobHouse, topic: str, work: Work) -> None:
    with going_on(topic):
        await work(house)


async def _give_back(house: JobHouse) -> None:
    with going_on('leases'):
        async with house.store.begin() as tx:
            await leases.release(tx, house.worker)
            await downloads.release(tx, house.worker)
