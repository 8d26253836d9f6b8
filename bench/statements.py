"""`statement_*_us`: one small statement, prepared and on SQLAlchemy's own way, in µs, on both databases."""

import time
from typing import Any

from sqlalchemy import bindparam, select

from bench import stores
from storage.prepared import Prepared
from storage.store import Store
from storage.tables import leases

COUNT = 2000
ONE = select(leases.c.holder, leases.c.until).where(leases.c.name == bindparam('lease'))


async def statement_costs() -> dict[str, float]:
    """Measure both databases."""
    found: dict[str, float] = {}
    for open_store in (stores.sqlite, stores.postgres):
        async with open_store() as store:
            found |= await _costs(store)
    return found


async def _costs(store: Store) -> dict[str, float]:
    """Read one absent row two thousand times, each way."""
    ways: dict[str, Any] = {'prepared': Prepared(ONE), 'core': ONE}
    found = {}
    async with store.begin() as tx:
        for name, statement in ways.items():
            begun = time.perf_counter()
            for _ in range(COUNT):
                (await tx.execute(statement, {'lease': 'nobody'})).one_or_none()
            found[f'statement_{tx.dialect}_{name}_us'] = (time.perf_counter() - begun) / COUNT * 1e6
    return found
