"""Doomed files: deleted from the media store, then forgotten; what could not be deleted is tried again."""

import asyncio

import structlog

from jobs.house import JobHouse
from storage import doomed
from storage.media import MediaUnreachable, is_key

BATCH = 100
AT_ONCE = 8

log = structlog.get_logger('jobs')


async def delete_doomed(house: JobHouse) -> int:
    """Delete what must go now; gives how many files. That one is not there is fine: it went before.

    Stops when the media store does not answer; the notes stay, and the next run goes on.
    """
    done = 0
    while True:
        async with house.store.read() as tx:
            keys = await doomed.list_due(tx, BATCH)
        gone = await _delete(house, keys)
        if gone:
            async with house.store.begin() as tx:
                await doomed.forget(tx, gone)
        done += len(gone)
        if len(gone) < BATCH:
            return done


async def _delete(house: JobHouse, keys: list[str]) -> list[str]:
    places = asyncio.Semaphore(AT_ONCE)
    troubles: list[MediaUnreachable] = []

    async def delete(key: str) -> bool:
        async with places:
            try:
                if is_key(key) and not troubles:  # what is no key cannot lie there
                    await house.media.delete(key)
            except MediaUnreachable as trouble:
                troubles.append(trouble)
            return not troubles

    went = await asyncio.gather(*(delete(key) for key in keys))
    if troubles:
        log.warning('files could not be deleted', trouble=str(troubles[0]), waiting=went.count(False))
    return [key for key, gone in zip(keys, went, strict=True) if gone]
