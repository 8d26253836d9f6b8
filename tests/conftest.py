"""What most tests start from: a store of either kind, the city, the front door, a clock that stands still."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.content import pack
from bot.handlers import make_answering
from bot.intake import Intake
from civic.city import City
from civic.staff import copy_units
from lvbi import logs
from storage import schema
from storage.media import MediaStore
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore
from storage.store import Store
from tests import log_watch
from tests.clock import FakeClock
from tests.people import WireChannel
from tests.postgres import Postgres


def pytest_configure() -> None:
    """Settings of the machine must not reach the tests."""
    for name in [name for name in os.environ if name.startswith('LVBI_') and not name.startswith('LVBI_TEST_')]:
        if name != 'LVBI_CHROMIUM':
            del os.environ[name]
    logs.configure('json', 'info', stream=log_watch.LOG)
    settings.register_profile('suite', derandomize=True)  # the same examples each time: what passed once passes again
    settings.load_profile('suite')


@pytest.fixture(autouse=True)
def _watched_log() -> Iterator[None]:
    """No secret and nobody's words reach the log, in any test, whatever the one before made of the log."""
    logs.configure('json', 'info', stream=log_watch.LOG)
    before = log_watch.LOG.tell()
    yield
    assert not (found := log_watch.found_since(before)), f'in the log: {found}'


@pytest.fixture
def clock() -> FakeClock:
    """Noon in Shaoxing, until the test lets time pass."""
    return FakeClock()


@pytest.fixture(scope='session')
def city() -> City:
    """Shaoxing."""
    return pack.load('shaoxing')


@pytest.fixture(scope='session')
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server for this worker."""
    server = Postgres.start()
    yield server
    server.stop()


@pytest.fixture(scope='session')
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory, city: City) -> Path:
    """A migrated SQLite file with the city's units, to be copied."""
    path = tmp_path_factory.mktemp('template') / 'lvbi.db'
    _run(_prepare(SqliteStore(path, clock=FakeClock()), f'sqlite:///{path}', city))
    return path


@pytest.fixture(scope='session')
def empty_postgres(postgres: Postgres, city: City) -> str:
    """The name of a migrated PostgreSQL database with the city's units, to be cloned."""
    postgres.create('template_lvbi')
    url = postgres.url('template_lvbi')
    _run(_prepare(PostgresStore(url, clock=FakeClock()), url, city))
    return 'template_lvbi'


def _run(coroutine: object) -> None:
    import asyncio

    asyncio.run(coroutine)  # type: ignore[arg-type]


async def _prepare(store: Store, url: str, city: City) -> None:
    await schema.migrate(url)
    async with store.begin() as tx:
        await copy_units(tx, city)
    await store.close()


@pytest.fixture
async def sqlite_store(tmp_path: Path, empty_sqlite: Path, clock: FakeClock) -> AsyncIterator[SqliteStore]:
    """A SQLite store of its own."""
    shutil.copy(empty_sqlite, tmp_path / 'lvbi.db')
    store = SqliteStore(tmp_path / 'lvbi.db', clock=clock)
    await store.open()
    yield store
    await store.close()


_databases = iter(range(1_000_000))


@pytest.fixture
def postgres_url(postgres: Postgres, empty_postgres: str) -> Iterator[str]:
    """The address of a PostgreSQL database of the test's own."""
    name = f'test_{next(_databases)}'
    postgres.create(name, template=empty_postgres)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
async def postgres_store(postgres_url: str, clock: FakeClock) -> AsyncIterator[PostgresStore]:
    """A PostgreSQL store of its own."""
    store = PostgresStore(postgres_url, clock=clock)
    await store.open()
    yield store
    await store.close()


@pytest.fixture(params=['sqlite', 'postgres'])
def store(request: pytest.FixtureRequest) -> Store:
    """A store; each test that asks for it runs on both databases."""
    found: Store = request.getfixturevalue(f'{request.param}_store')
    return found


@pytest.fixture
def intake(store: Store, city: City) -> Intake:
    """The front door over the store."""
    return Intake(store, city, make_answering())


@pytest.fixture
def wire() -> WireChannel:
    """A channel with a wire of its own, which remembers what was said to whom."""
    return WireChannel()


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    """A media store in a folder."""
    return MediaStore.open(str(tmp_path / 'media'))
