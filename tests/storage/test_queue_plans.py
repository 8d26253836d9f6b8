"""The staff queue and forgetting look their cases up: no statement walks through all cases."""

from typing import Any

import pytest
from sqlalchemy import Executable, select, text, true

from civic.reports.cases import in_subtree
from storage.sqlite import SqliteStore
from storage.store import Store
from storage.tables import OPEN_CASES, codes, reports

OPEN_ONES = select(reports.c.state).where(in_subtree('3306/330602'), OPEN_CASES)


@pytest.mark.parametrize(
    'statement',
    [
        OPEN_ONES,
        select(reports.c.draft).where(reports.c.forget.is_(true())),
        select(codes.c.id).where(codes.c.conversation_id == 1),
        select(codes.c.id).where(codes.c.staff_id == 1),
    ],
)
async def test_an_index_serves(sqlite_store: SqliteStore, statement: Any) -> None:
    assert 'INDEX ix_' in await explain(sqlite_store, statement)


async def test_on_postgresql_too_a_subtree_is_a_range_of_the_index(postgres_store: Store) -> None:
    async with postgres_store.begin() as tx:
        await tx.execute(text('SET LOCAL enable_seqscan = off'))
        literal = OPEN_ONES.compile(compile_kwargs={'literal_binds': True})
        lines = (await tx.execute(text(f'EXPLAIN {literal}'))).all()
    assert 'ix_reports_open' in str(lines)


async def explain(store: SqliteStore, statement: Executable) -> str:
    literal = statement.compile(store._engine, compile_kwargs={'literal_binds': True})
    async with store.read() as tx:
        return str((await tx.execute(text(f'EXPLAIN QUERY PLAN {literal}'))).all())
