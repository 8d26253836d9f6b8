"""Empty stores to measure on, at default durability: migrated, with the city's units."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.content import pack
from civic.city import City
from civic.places import prepare_ground
from civic.staff import copy_units
from storage import schema
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore
from storage.store import Store
from tests.postgres import Postgres

OpenStore = Callable[[], AbstractAsyncContextManager[Store]]


def clock(database: datetime | None) -> datetime:
    """The time as the house takes it."""
    return database or datetime.now(UTC)


def city() -> City:
    """The city, with its ground prepared as `lvbi run` does."""
    found = pack.load('shaoxing')
    prepare_ground(found)
    return found


@asynccontextmanager
async def sqlite() -> AsyncIterator[Store]:
    """SQLite with synchronous=FULL and group commit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'bench.db'
        async with _filled(SqliteStore(path, clock=clock), f'sqlite:///{path}') as store:
            yield store


@asynccontextmanager
async def postgres() -> AsyncIterator[Store]:
    """PostgreSQL with fsync on and a pool of ten."""
    server = await asyncio.to_thread(Postgres.start, True)
    try:
        server.create('bench')
        url = server.url('bench')
        async with _filled(PostgresStore(url, clock=clock, connections=10), url) as store:
            yield store
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def _filled(store: Store, url: str) -> AsyncIterator[Store]:
    await schema.migrate(url)
    await store.open()
    try:
        async with store.begin() as tx:
            await copy_units(tx, city())
        yield store
    finally:
        await store.close()
