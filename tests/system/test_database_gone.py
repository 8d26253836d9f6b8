"""The database goes away and comes back: nothing is lost meanwhile, nothing is said that is not kept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from tests.botapi import BotApi
from tests.botapi.webhook import SECRET
from tests.postgres import Postgres
from tests.system import ledger, scenes
from tests.system.conftest import House, Rows, Start
from tests.system.test_webhook import update


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A PostgreSQL of the test's own."""
    server = Postgres.start(environ={})
    server.create('lvbi')
    yield server
    server.stop()


async def posted(api: BotApi, body: dict[str, Any]) -> int:
    """Post to the webhook by hand; gives the status."""
    headers = {SECRET: str(api.webhook.secret)}
    async with (
        aiohttp.ClientSession() as session,
        session.post(api.webhook.url, json=body, headers=headers) as answer,
    ):
        return answer.status


class TestStopped:
    """PostgreSQL is stopped, and started again."""

    @pytest.fixture
    def database(self, server: Postgres) -> str:
        return server.url('lvbi')

    async def test_the_webhook_says_503_and_all_is_heard_when_the_database_is_back(
        self, api: BotApi, start: Start, house: House, rows: Rows, server: Postgres
    ) -> None:
        wang, li = api.user(7), api.user(8, name='李芳')
        async with house() as process:
            number = await scenes.files(wang)
            await scenes.takes_office(start, li)
            await scenes.opens(li, number)
            server.go_down()
            li.tap('✋ 受理')
            wang.text('/settings')
            assert await posted(api, update(900, '/help', chat=9)) == 503
            await process.logs('the store is down; Telegram keeps the update', times=3)
            server.come_back()
            await wang.sees(scenes.SETTINGS, within=scenes.WITHIN)
            await wang.sees(ledger.TAKEN_UP, within=scenes.WITHIN)
            await ledger.quiet(rows)
            assert await process.stops() == 0
        await ledger.heard_once(api, rows)
        assert max(ledger.told(api, wang).values()) == 1

    async def test_the_poller_keeps_waiting_and_all_is_heard_when_the_database_is_back(
        self, api: BotApi, house: House, rows: Rows, server: Postgres
    ) -> None:
        wang = api.user(7)
        async with house(LVBI_TELEGRAM_WEBHOOK_URL='') as process:
            wang.text('/help')
            await wang.sees('119', within=scenes.WITHIN)
            server.go_down()
            wang.text('/settings')
            await process.logs('the store is down; the update waits')
            assert scenes.SETTINGS not in wang.phone
            server.come_back()
            await wang.sees(scenes.SETTINGS, within=scenes.WITHIN)
            await ledger.quiet(rows)
            assert await process.stops() == 0
        await ledger.heard_once(api, rows)


@pytest.mark.parametrize('database', ['postgres'], indirect=True)
async def test_a_connection_that_is_ended_in_the_midst_of_a_turn_loses_nothing(
    api: BotApi, house: House, rows: Rows, database: str
) -> None:
    wang = api.user(7)
    async with house() as process:
        wang.text('/help')
        await wang.sees('119', within=scenes.WITHIN)
        await ledger.quiet(rows)
        other = await asyncpg.connect(database.replace('+asyncpg', ''))
        async with other.transaction():
            await other.execute('SELECT 1 FROM conversations FOR UPDATE')
            wang.text('/settings')
            await ledger.until_some(rows, f'SELECT count(*) {WAITING_FOR_IT}')
            assert await rows(f'SELECT pg_terminate_backend(pid) {WAITING_FOR_IT}') == [(True,)]
            await process.logs('the store is down')
        await other.close()
        await wang.sees(scenes.SETTINGS, within=scenes.WITHIN)
        await ledger.quiet(rows)
        assert await process.stops() == 0
    await ledger.heard_once(api, rows)
    assert max(ledger.told(api, wang).values()) == 1


WAITING_FOR_IT = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.mark.parametrize('database', ['sqlite'], indirect=True)
async def test_while_another_process_locks_the_file_the_house_stays_awake_and_then_goes_on(
    api: BotApi, house: House, rows: Rows, tmp_path: Path, free_port: int
) -> None:
    wang = api.user(7)
    async with house(LVBI_HTTP_PORT=str(free_port)) as process, aiohttp.ClientSession() as session:
        wang.text('/help')
        await wang.sees('119', within=scenes.WITHIN)
        await ledger.quiet(rows)
        with closing(sqlite3.connect(tmp_path / 'var' / 'lvbi.db', isolation_level=None)) as other:
            other.execute('BEGIN IMMEDIATE')
            wang.text('/settings')
            await api.updates.heard(2, within=scenes.WITHIN)
            for _ in range(20):
                async with session.get(f'http://127.0.0.1:{free_port}/health') as answer:
                    assert answer.status == 200
            assert scenes.SETTINGS not in wang.phone
            other.execute('ROLLBACK')
        await wang.sees(scenes.SETTINGS, within=scenes.WITHIN)
        await ledger.quiet(rows)
        assert await process.stops() == 0
    await ledger.heard_once(api, rows)
    assert max(ledger.told(api, wang).values()) == 1
