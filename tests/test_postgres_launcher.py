"""The PostgreSQL that the suite starts itself: it works, it is tidy, and it never outlives the tests."""

import os
import pwd
import select
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgres import FLEETING, SETTINGS, Postgres, PostgresFailed, launch, make_folder, socket_url, wheel_folder

pytestmark = pytest.mark.xdist_group('postgres-launcher')
SECONDS = 30

START_AND_WAIT = """
import sys
from tests.postgres import Postgres
server = Postgres.start(environ={})
print(server.keeper.pid, server.admin.query['host'], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope='module')
def server() -> Iterator[Postgres]:
    server = Postgres.start(environ={})
    yield server
    server.stop()


async def ask(url: str, *statements: str) -> object:
    """Runs statements in one transaction and returns the single value that the last one gave, if any."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements:
                result = await connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        await engine.dispose()


def folder_of(server: Postgres) -> Path:
    return Path(str(server.admin.query['host']))


async def test_a_copied_database_has_what_the_template_had_and_goes_its_own_way(server: Postgres) -> None:
    server.create('pattern')
    await ask(server.url('pattern'), 'CREATE TABLE coins (n int)', 'INSERT INTO coins VALUES (7)')
    server.create('copied', template='pattern')
    await ask(server.url('copied'), 'UPDATE coins SET n = n + 1')
    assert await ask(server.url('copied'), 'SELECT n FROM coins') == 8
    assert await ask(server.url('pattern'), 'SELECT n FROM coins') == 7


async def test_a_dropped_database_is_gone_even_while_somebody_is_connected(server: Postgres) -> None:
    server.create('brief')
    engine = create_async_engine(server.url('brief'))
    async with engine.connect() as connection:
        await connection.execute(text('SELECT 1'))
        server.drop('brief')
        with pytest.raises(DBAPIError):
            await connection.execute(text('SELECT 1'))
        await connection.invalidate()
    await engine.dispose()
    server.drop('brief')
    server.create('brief')


async def test_chinese_text_is_kept_and_lowercase_knows_more_than_ascii(server: Postgres) -> None:
    server.create('words')
    assert await ask(server.url('words'), "SELECT lower('ÄÖ') || '绿币'") == 'äö绿币'


async def test_commits_are_synced_only_when_durability_is_measured(server: Postgres) -> None:
    durable = Postgres.start(durable=True, environ={})
    durable.create('ledger')
    server.create('ledger')
    assert await ask(durable.url('ledger'), 'SHOW fsync') == 'on'
    assert await ask(server.url('ledger'), 'SHOW fsync') == 'off'
    durable.stop()


def test_a_strange_name_for_a_database_is_refused(server: Postgres) -> None:
    with pytest.raises(ValueError, match='Not a name for a test database'):
        server.create('x"; DROP DATABASE postgres')


def test_what_the_server_refuses_is_said_in_its_words(server: Postgres) -> None:
    server.create('twice')
    with pytest.raises(PostgresFailed, match='database "twice" already exists'):
        server.create('twice')


def test_a_server_that_cannot_start_says_why_and_leaves_nothing() -> None:
    folder = make_folder()
    with pytest.raises(PostgresFailed, match='shared_buffers'):
        launch(wheel_folder(), folder, {'shared_buffers': 'many'})
    assert not folder.exists()


def test_only_its_own_user_may_enter_its_folder_and_it_is_not_root(server: Postgres) -> None:
    folder = folder_of(server)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    nobody = pwd.getpwnam('nobody').pw_uid
    assert folder.stat().st_uid == (os.geteuid() or nobody)


def test_stopping_twice_is_harmless_and_the_folder_is_gone() -> None:
    short = Postgres.start(environ={})
    folder = folder_of(short)
    assert folder.exists()
    short.stop()
    short.stop()
    assert not folder.exists()


def test_the_server_dies_with_the_tests_even_when_they_are_killed() -> None:
    tests = subprocess.Popen(
        [sys.executable, '-c', START_AND_WAIT],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with tests:
        assert tests.stdout
        keeper, folder = tests.stdout.readline().split()
        keeper_ended = os.pidfd_open(int(keeper))
        server = int((Path(folder) / 'data' / 'postmaster.pid').read_text().split()[0])
        tests.kill()
        assert select.select([keeper_ended], [], [], SECONDS)[0]
    os.close(keeper_ended)
    assert not Path(folder).exists()
    assert not Path(f'/proc/{server}').exists()


async def test_it_starts_from_an_environment_in_a_closed_folder_without_opening_it(tmp_path: Path) -> None:
    wheel = wheel_folder()
    closed = tmp_path / 'closed'
    for part in (f'{wheel.name}/pginstall', f'{wheel.name}.libs'):
        shutil.copytree(wheel.parent / part, closed / part, ignore=shutil.ignore_patterns('include'))
    closed.chmod(0o700)
    folder = make_folder()
    keeper = launch(closed / wheel.name, folder, {**SETTINGS, **FLEETING})
    server = Postgres(socket_url(folder), wheel / 'pginstall' / 'bin', keeper=keeper)
    server.create('inside')
    assert await ask(server.url('inside'), 'SELECT 1') == 1
    server.stop()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


async def test_another_server_may_be_named_and_stays_when_the_tests_end(server: Postgres) -> None:
    named = {'LVBI_TEST_POSTGRES_URL': server.admin.render_as_string()}
    first, second = Postgres.start(environ=named), Postgres.start(environ=named)
    for other in (first, second):
        other.create('shared_name')
        assert await ask(other.url('shared_name'), 'SELECT 1') == 1
        other.drop('shared_name')
        other.stop()
    server.create('still_here')
