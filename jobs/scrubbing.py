"""Scrubbing: what was deleted leaves the database's own log; whoever still reads what was before is waited for."""

import asyncio

import structlog

from jobs.house import JobHouse

PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)  # seconds; a page or a job that reads is done long before

log = structlog.get_logger('jobs')


async def scrub(house: JobHouse) -> None:
    """Scrub the log, for some seconds again and again while somebody reads; after that the hourly upkeep does it."""
    for pause in PAUSES:
        if await house.store.scrub():
            return
        await asyncio.sleep(pause)
    if not await house.store.scrub():
        log.warning('deleted words are still in the log of the database: somebody reads what was before')
