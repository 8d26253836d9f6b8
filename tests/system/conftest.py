"""The house as processes of its own, and a Bot API server for them."""

import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.botapi import BotApi, serving
from tests.system.warm import Process, lvbi

Start = Callable[..., AbstractAsyncContextManager[Process]]
House = Callable[..., AbstractAsyncContextManager[Process]]
Rows = Callable[[str], Awaitable[list[tuple[Any, ...]]]]
TimePasses = Callable[[], Awaitable[None]]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Bot API server that has nothing to complain about at the end."""
    async with serving() as server:
        yield server
        assert server.refused == []


@pytest.fixture(params=['sqlite', 'postgres'])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated store, of either kind."""
    if request.param == 'postgres':
        url: str = request.getfixturevalue('postgres_url')
        return url
    (tmp_path / 'var').mkdir()
    shutil.copy(request.getfixturevalue('empty_sqlite'), tmp_path / 'var' / 'lvbi.db')
    return 'sqlite:///var/lvbi.db'


@pytest.fixture
def settings(database: str, api: BotApi) -> dict[str, str]:
    """What each process of the house is told."""
    return {
        'LVBI_DATABASE_URL': database,
        'LVBI_TELEGRAM_TOKEN': api.token,
        'LVBI_TELEGRAM_API_BASE': api.url,
        'LVBI_HTTP_PORT': '0',
        'LVBI_LOG_FORMAT': 'json',
    }


@pytest.fixture
def start(tmp_path: Path, settings: dict[str, str]) -> Start:
    """Start the whole house in one process (or other words): `start(LVBI_FAULT='after_commit')` arms a fault."""

    def started(*words: str, **more: str) -> AbstractAsyncContextManager[Process]:
        return lvbi(tmp_path, *(words or ('run',)), **(settings | more))

    return started


@pytest.fixture
def by_webhook(database: str, free_port: int) -> dict[str, str]:
    """Settings for a webhook on PostgreSQL, where the lease of a killed poller would have to run out."""
    if database.startswith('sqlite'):
        return {}
    return {'LVBI_TELEGRAM_WEBHOOK_URL': f'http://127.0.0.1:{free_port}', 'LVBI_HTTP_PORT': str(free_port)}


@pytest.fixture
def house(start: Start, by_webhook: dict[str, str]) -> House:
    """The whole house in one process, open when the block begins: `house(LVBI_FAULT='after_commit')`."""

    @asynccontextmanager
    async def opened(**more: str) -> AsyncIterator[Process]:
        async with start(**(by_webhook | more)) as process:
            await process.says('Lvbi is open')
            yield process

    return opened


@pytest.fixture
def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        port: int = taken.getsockname()[1]
    return port


@pytest.fixture
def rows(database: str, tmp_path: Path) -> Rows:
    """Look into the store from outside, or change it."""

    async def found(query: str) -> list[tuple[Any, ...]]:
        if database.startswith('sqlite'):
            with closing(sqlite3.connect(tmp_path / 'var' / 'lvbi.db', timeout=20)) as store, store:
                return store.execute(query).fetchall()
        connection = await asyncpg.connect(database.replace('+asyncpg', ''))
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return found


@pytest.fixture
def time_passes(rows: Rows, database: str) -> TimePasses:
    """A while for those who died: their leases run out, and what they left unsaid or undone falls due."""
    minute = '60000000' if database.startswith('sqlite') else "interval '1 minute'"

    async def passed() -> None:
        for table, moment, minutes in (
            ('leases', 'until', 120),
            ('doomed_files', 'since', 120),
            ('inbox', 'heard_at', 5),
            ('outbox', 'lease_until', 5),
            ('outbox', 'due_at', 5),
            ('photos', 'lease_until', 5),
            ('photos', 'due_at', 5),
        ):
            await rows(f'UPDATE {table} SET {moment} = {moment} - {minutes} * {minute}')

    return passed
