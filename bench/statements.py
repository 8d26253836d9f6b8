"""`statement_*_us`: one small statement, prepared and on SQLAlchemy's own way, in µs, on both databases."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from bench.doors import clock
from storage import schema
from storage.postgres import PostgresStore
from storage.prepared import Prepared
from storage.sqlite import SqliteStore
from storage.store import Store
from storage.tables import leases
from tests.postgres import Postgres

COUNT = 2000
ONE = select(leases.c.holder, leases.c.until).where(leases.c.name == bindparam('lease'))


async def statements(store: Store, url: str) -> dict[str, float]:
    """Read one absent row two thousand times, each way."""
    await schema.migrate(url)
    ways: dict[str, Any] = {'prepared': Prepared(ONE), 'core': ONE}
    found = {}
    async with store.begin() as tx:
        for name, statement in ways.items():
            begun = time.perf_counter()
            for _ in range(COUNT):
                (await tx.execute(statement, {'lease': 'nobody'})).one_or_none()
            found[f'statement_{tx.dialect}_{name}_us'] = (time.perf_counter() - begun) / COUNT * 1e6
    return found


async def statement_costs() -> dict[str, float]:
    """Measure both databases."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'bench.db'
        sqlite_store = SqliteStore(path, clock=clock)
        found = await statements(sqlite_store, f'sqlite:///{path}')
        await sqlite_store.close()
    server = await asyncio.to_thread(Postgres.start, True)
    server.create('bench')
    store = PostgresStore(server.url('bench'), clock=clock)
    found |= await statements(store, server.url('bench'))
    await store.close()
    await asyncio.to_thread(server.stop)
    return found
