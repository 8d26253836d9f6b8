"""Migrations: up, down, up; the tables equal them; the audit log takes no change."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from civic import audit
from storage import schema
from storage.store import Store
from storage.tables import metadata
from tests.postgres import Postgres


@pytest.fixture(params=['sqlite', 'postgres'])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == 'sqlite':
        yield f'sqlite:///{tmp_path}/empty.db'
        return
    server: Postgres = request.getfixturevalue('postgres')
    server.create('empty')
    yield server.url('empty')
    server.drop('empty')


async def differences(url: str) -> list[object]:
    if url.startswith('sqlite'):
        with create_engine(url, poolclass=NullPool).connect() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), metadata))
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        return await connection.run_sync(
            lambda sync: list(compare_metadata(MigrationContext.configure(sync), metadata))
        )


async def test_up_down_and_up_again(url: str) -> None:
    await schema.migrate(url)
    await schema.migrate(url, 'base')
    assert await schema.found_version(url) is None
    await schema.migrate(url)
    await schema.migrate(url)
    assert await schema.found_version(url) == schema.needed_version()


async def test_who_comes_while_another_migrates_waits_and_finds_nothing_to_do(url: str) -> None:
    steps: list[int] = []
    await asyncio.gather(*(schema.migrate(url, step_done=partial(steps.append, one)) for one in range(4)))
    assert len(steps) == schema.steps_from(None)
    assert await schema.found_version(url) == schema.needed_version()


async def test_the_tables_are_what_the_migrations_make(url: str) -> None:
    await schema.migrate(url)
    assert await differences(url) == []


@pytest.mark.parametrize('change', ["UPDATE audit SET verb = 'x'", 'DELETE FROM audit'])
async def test_the_audit_log_takes_no_change(store: Store, change: str) -> None:
    async with store.begin() as tx:
        await audit.note(tx, None, 'add', 'staff', 1, role='grid')
    with pytest.raises(Exception, match='append-only'):
        async with store.begin() as tx:
            await tx.execute(text(change))
