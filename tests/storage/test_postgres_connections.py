"""Connections that break in the pool or in mid-rollback: nobody else gets to feel it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, insert, select

from storage.postgres import PostgresStore
from storage.store import Tx
from storage.tables import tries
from tests.clock import FakeClock
from tests.postgres import Postgres

END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE '%test\\_%'"


@pytest.fixture
async def one_connection(postgres_url: str, clock: FakeClock) -> AsyncIterator[PostgresStore]:
    """A store whose pool holds one connection, which everybody gets."""
    store = PostgresStore(postgres_url, clock=clock, connections=1)
    yield store
    await store.close()


async def count(tx: Tx) -> int:
    return int((await tx.execute(select(func.count()).select_from(tries))).scalar_one())


async def backend(tx: Tx) -> int:
    return int((await tx.execute(select(func.pg_backend_pid()))).scalar_one())


async def test_after_the_server_ended_all_connections_the_next_turns_are_heard_as_ever(
    postgres_url: str, postgres: Postgres, clock: FakeClock
) -> None:
    store = PostgresStore(postgres_url, clock=clock, connections=4)
    together = asyncio.Barrier(4)

    async def meet(tx: Tx) -> None:
        await tx.execute(select(1))
        await together.wait()

    await asyncio.gather(*(store.turn(meet) for _ in range(4)))
    postgres.order(END_ALL)
    assert await asyncio.gather(*(store.turn(count) for _ in range(4))) == [0] * 4
    await store.close()


async def test_a_turn_that_is_cancelled_twice_leaves_no_open_transaction_to_the_next(
    one_connection: PostgresStore, clock: FakeClock
) -> None:
    """Nobody knows in what state its connection was left, so that is not used again."""
    written = asyncio.Event()
    before = await one_connection.turn(backend)

    async def stay() -> None:
        async with one_connection.begin() as tx:
            await tx.execute(insert(tries), {'who': 'x', 'at': clock.now})
            written.set()
            await asyncio.Event().wait()

    task = asyncio.get_running_loop().create_task(stay())
    await written.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await one_connection.turn(count) == 0
    assert await one_connection.turn(backend) != before
