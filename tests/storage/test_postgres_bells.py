"""Bells on PostgreSQL: heard here with the commit and elsewhere soon after, and no turn waits for them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.postgres import PostgresStore
from tests.clock import FakeClock
from tests.postgres import Postgres

END_EARS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname LIKE 'test%' AND (query LIKE 'LISTEN%' OR query LIKE '%pg_notify%')
"""


@pytest.fixture
async def elsewhere(postgres_url: str, clock: FakeClock) -> AsyncIterator[PostgresStore]:
    """Another process on the same database."""
    store = PostgresStore(postgres_url, clock=clock)
    await store.open()
    yield store
    await store.close()


async def ring(store: PostgresStore, *subjects: object) -> None:
    async with store.begin() as tx:
        for subject in subjects:
            tx.ring('chat', subject)


async def heard(*bells: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        for bell in bells:
            await bell.wait()


async def test_a_bell_is_heard_here_as_soon_as_the_commit_is_done(postgres_url: str, clock: FakeClock) -> None:
    store = PostgresStore(postgres_url, clock=clock)
    with store.bells.listening('chat', '7') as bell, store.bells.listening('chat', '8') as other:
        async with store.begin() as tx:
            tx.ring('chat', 7)
            assert not bell.is_set()
        assert (bell.is_set(), other.is_set()) == (True, False)
    await store.close()


async def test_what_many_turns_ring_at_once_is_heard_elsewhere(
    postgres_store: PostgresStore, elsewhere: PostgresStore
) -> None:
    with (
        elsewhere.bells.listening('chat', '1') as first,
        elsewhere.bells.listening('chat', '30') as last,
        elsewhere.bells.listening('chat', '31') as other,
    ):
        await ring(postgres_store, 1)
        await heard(first)  # by now its own connection is there
        other.clear()
        await asyncio.gather(*(ring(postgres_store, number) for number in range(31)))
        await heard(last)
        assert not other.is_set()


async def test_no_turn_holds_the_lock_of_notify(postgres_store: PostgresStore) -> None:
    """NOTIFY locks the whole database until its commit is on the disk: it stands in no turn."""
    async with postgres_store.begin() as tx:
        before = tx.statements
        tx.ring('chat', 7)
    assert tx.statements == before


async def test_a_ring_is_carried_after_its_connection_broke(
    postgres_store: PostgresStore, elsewhere: PostgresStore, postgres: Postgres
) -> None:
    with elsewhere.bells.listening('chat', '7') as bell:
        await ring(postgres_store, 7)
        await heard(bell)
        postgres.order(END_EARS)
        bell.clear()
        await ring(postgres_store, 7)
        await heard(bell)


async def test_a_command_rings_though_it_holds_no_connection_for_it(
    postgres_url: str, postgres_store: PostgresStore, elsewhere: PostgresStore, clock: FakeClock
) -> None:
    command = PostgresStore(postgres_url, clock=clock)
    with elsewhere.bells.listening('chat', '7') as bell:
        await ring(postgres_store, 7)
        await heard(bell)
        bell.clear()
        await ring(command, 7)
        await heard(bell)
    await command.close()
