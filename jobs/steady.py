"""What keeps jobs steady: a fault is logged with a reference and work goes on; what is begun is finished."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog

from storage.dead_letters import new_reference

T = TypeVar('T')

log = structlog.get_logger('jobs')


@contextmanager
def going_on(job: str, **facts: Any) -> Iterator[None]:
    """Log a fault of the block under a reference, with ids and never with words, and go on after it."""
    try:
        yield
    except Exception as fault:
        log.error('a job failed', job=job, reference=new_reference(), exc_info=fault, **facts)


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """Let work end that is begun, though we are told to stop meanwhile; told twice, it is broken off."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _end(task)
        raise


async def _end(task: asyncio.Future[Any]) -> None:
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        task.cancel()
        raise


async def wait_for_bell(bell: asyncio.Event, seconds: float) -> None:
    """Wait until the bell rings, at most so long; the ring is used up."""
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        pass
    bell.clear()
