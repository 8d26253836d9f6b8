"""The staff queue and forgetting look their cases up: no statement walks through all cases."""

from typing import Any

import pytest
from sqlalchemy import Executable, select, text, true

from civic.people import StaffMember
from civic.reports.cases import filtered, in_subtree
from civic.reports.workflow import FINAL, STATES
from storage.sqlite import SqliteStore
from storage.store import Store
from storage.tables import DONE_CASES, OPEN_CASES, codes, reports

CITY, STREET = (StaffMember(1, '', 'handler', '', path) for path in ('3306', '3306/330602/330602001'))
OPEN_ONES = select(reports.c.state).where(in_subtree('3306/330602'), OPEN_CASES)


@pytest.mark.parametrize(
    'statement',
    [
        OPEN_ONES,
        filtered(STREET, 'done'),
        select(reports.c.draft).where(reports.c.forget.is_(true())),
        select(codes.c.id).where(codes.c.conversation_id == 1),
        select(codes.c.id).where(codes.c.staff_id == 1),
    ],
)
async def test_an_index_serves(sqlite_store: SqliteStore, statement: Any) -> None:
    assert 'INDEX ix_' in await explain(sqlite_store, statement)


@pytest.mark.parametrize(('wanted', 'index'), [('mine', 'ix_reports_owner_id'), ('done', 'ix_reports_done')])
async def test_whoever_sees_the_whole_city_reads_no_more_than_a_page(
    sqlite_store: SqliteStore, wanted: str, index: str
) -> None:
    plan = await explain(sqlite_store, filtered(CITY, wanted).order_by(reports.c.id.desc()).limit(9))
    assert index in plan
    assert 'B-TREE' not in plan


async def test_the_indexes_of_open_and_done_cases_know_the_states_of_the_workflow(store: Store) -> None:
    unit = {'city': 'x', 'year': 2026, 'category': 'c', 'unit_code': '3306', 'unit_path': '3306'}
    async with store.begin() as tx:
        moment = {'filed_at': tx.now, 'moved_at': tx.now}
        await tx.execute(
            reports.insert(),
            [unit | moment | {'serial': n, 'draft': state, 'state': state} for n, state in enumerate(STATES)],
        )
        open_ones = (await tx.execute(select(reports.c.state).where(OPEN_CASES))).all()
        done = (await tx.execute(select(reports.c.state).where(DONE_CASES))).all()
    assert {row.state for row in open_ones} == set(STATES) - FINAL
    assert {row.state for row in done} == FINAL | {'resolved'}


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
