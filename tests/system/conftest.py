"""The house as processes of its own, and a Bot API server for them."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.botapi import BotApi, serving
from tests.system.warm import Process, lvbi

Start = Callable[..., AbstractAsyncContextManager[Process]]
Rows = Callable[[str], Awaitable[list[tuple[Any, ...]]]]


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
def rows(database: str, tmp_path: Path) -> Rows:
    """Look into the store from outside."""

    async def found(query: str) -> list[tuple[Any, ...]]:
        if database.startswith('sqlite'):
            with sqlite3.connect(tmp_path / 'var' / 'lvbi.db') as store:
                return store.execute(query).fetchall()
        connection = await asyncpg.connect(database.replace('+asyncpg', ''))
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return found
