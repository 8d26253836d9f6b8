"""The store that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lvbi.clock import SystemClock
from lvbi.refused import reaching_the_store
from lvbi.settings import Settings
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore
from storage.store import Store


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the store alone, for commands that need no more. Raises Refusal store_unreachable."""
    store = make_store(settings)
    with reaching_the_store():
        await store.open()
    try:
        yield store
    finally:
        await store.close()


def make_store(settings: Settings) -> Store:
    """Make the store that the address names; nothing is opened yet."""
    clock, path = SystemClock(), settings.sqlite_path
    if path is None:
        return PostgresStore(settings.store_url, clock=clock)
    return SqliteStore(path, clock=clock, synchronous=settings.sqlite_synchronous)
