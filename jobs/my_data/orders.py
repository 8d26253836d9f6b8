"""Orders of /mydata: claimed one at a time, worked under a lease that is renewed, handed over or let go."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import structlog
from sqlalchemy import Row, insert

from jobs.house import JobHouse
from jobs.my_data.making import Alive, make_archive
from jobs.scratch import scratch
from jobs.steady import going_on
from storage import arrivals, doomed, outbox
from storage.arrivals import Address
from storage.dead_letters import Trouble
from storage.media import new_key
from storage.store import StoreDown, Tx
from storage.tables import files

KEPT = timedelta(hours=24)
RENEW = 20.0  # seconds of work after which the lease of a minute is renewed

log = structlog.get_logger('jobs')


class OrderGone(Exception):
    """The lease was lost, or the person was forgotten: whatever was made must go."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive as it is handed over."""

    key: str
    name: str
    path: Path


async def work_orders(house: JobHouse) -> int:
    """Work one order that is due; gives how many there were."""
    async with house.store.begin() as tx:
        rows = await outbox.claim(tx, house.worker, 1, files=True)
    for row in rows:
        with going_on('my_data', order=row.id):
            await work(house, row)
    return len(rows)


async def work(house: JobHouse, row: Row[Any]) -> None:
    """Make the archive and hand it over; what fails is tried again, and in the end the person is told."""
    try:
        if row.attempt > outbox.MOST_ATTEMPTS:
            raise TimeoutError('each time the worker died')
        await _make(house, row)
    except OrderGone:
        return
    except StoreDown:
        raise  # the lease runs out, and the order is due again
    except Exception as fault:
        await _put_back(house, row, fault)


async def _make(house: JobHouse, row: Row[Any]) -> None:
    alive = _heartbeat(house, row)
    with scratch() as folder:
        made = await make_archive(house, row.conversation_id, folder, alive)
        named = zip(_names(made.paths, made.at), made.paths, strict=True)
        parts = [Part(new_key('file'), name, path) for name, path in named]
        for part in parts:
            await _store(house, part)
            await alive()
    await _hand_over(house, row, parts)


def _names(paths: Sequence[Path], made_at: datetime) -> list[str]:
    whole = f'lvbi-my-data-{made_at:%Y-%m-%d}'
    if len(paths) == 1:
        return [f'{whole}.zip']
    return [f'{whole}-{number}-of-{len(paths)}.zip' for number in range(1, len(paths) + 1)]


def _heartbeat(house: JobHouse, row: Row[Any]) -> Alive:
    """Renew the lease now and then. Raises OrderGone."""
    loop = asyncio.get_running_loop()
    last = loop.time()

    async def alive() -> None:
        nonlocal last
        if loop.time() - last < RENEW:
            return
        last = loop.time()
        async with house.store.begin() as tx:
            if not await outbox.renew(tx, row.id, house.worker):
                raise OrderGone

    return alive


async def _store(house: JobHouse, part: Part) -> None:
    """Put a file into the media store; until it is handed over it is doomed, whatever happens to us."""
    async with house.store.begin() as tx:
        await doomed.doom_unless_kept(tx, [part.key])
    await house.media.put_file(part.key, part.path)


async def _hand_over(house: JobHouse, row: Row[Any], parts: Sequence[Part]) -> None:
    """Give the files their rows and tell the person, unless he was forgotten meanwhile."""
    keys = [part.key for part in parts]
    async with house.intake.order.holding(Address(row.channel, row.bot, row.chat_id)), house.store.begin() as tx:
        listener = await arrivals.lock(tx, row.conversation_id)
        if await outbox.still_mine(tx, row.id, house.worker) is None or listener.unreachable:
            await doomed.doom_now(tx, keys)
            return
        if not await doomed.keep(tx, keys):
            raise TimeoutError('it took more than an hour, and the files went')
        await _announce(tx, row.conversation_id, parts)
        await outbox.end(tx, row.id, 'said')


async def _announce(tx: Tx, conversation_id: int, parts: Sequence[Part]) -> None:
    until = tx.now + KEPT
    tokens = [token_urlsafe(16) for _part in parts]
    rows = [
        {
            'token': token,
            'conversation_id': conversation_id,
            'media_key': part.key,
            'name': part.name,
            'kind': 'application/zip',
            'until': until,
        }
        for token, part in zip(tokens, parts, strict=True)
    ]
    await tx.execute(insert(files), rows)
    facts = [{'token': token, 'name': part.name} for token, part in zip(tokens, parts, strict=True)]
    ready = [outbox.message(tx, conversation_id, 'my_data_ready', fact, not_after=until) for fact in facts]
    await outbox.put(tx, ready)


async def _put_back(house: JobHouse, row: Row[Any], fault: Exception) -> None:
    trouble = Trouble.of(fault)
    log.error('an order failed', reference=trouble.reference, order=row.id, exc_info=fault)
    async with house.store.begin() as tx:
        if await outbox.still_mine(tx, row.id, house.worker) is None:
            return
        await outbox.put_back(tx, row.id, row.attempt, f'{trouble.kind} {trouble.reference}')
        if row.attempt >= outbox.MOST_ATTEMPTS:
            sorry = {'reference': trouble.reference}
            await outbox.put(tx, [outbox.message(tx, row.conversation_id, 'my_data_failed', sorry)])
