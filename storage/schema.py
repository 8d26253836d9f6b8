"""The schema's version: migrate under a lock, and tell which version a store has."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

MIGRATIONS = Path(__file__).parent / 'migrations'
ADVISORY_LOCK = 0x4C564249  # "LVBI"


def needed_version() -> str:
    """Name the newest migration that this program carries."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ''


def steps_from(version: str | None) -> int:
    """Count the migrations that a store of this version, or an empty one, still needs."""
    return len(list(ScriptDirectory(str(MIGRATIONS)).iterate_revisions('head', version or 'base')))


async def migrate(url: str, revision: str = 'head', step_done: Callable[[], None] = lambda: None) -> None:
    """Bring the store to `revision`; two at once wait for each other and the second finds nothing to do.

    `step_done` is called after each migration, in whatever thread that runs.
    """
    move = partial(_upgrade, revision=revision, step_done=step_done)
    if make_url(url).get_backend_name() == 'sqlite':
        await asyncio.to_thread(_migrate_sqlite, url, move)
    else:
        await _migrate_postgres(url, move)


async def found_version(url: str) -> str | None:
    """Read the store's version; None when it is empty."""
    if make_url(url).get_backend_name() == 'sqlite':
        return await asyncio.to_thread(_sqlite_version, url)
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        found = await connection.run_sync(_version)
    await engine.dispose()
    return found


def _sqlite_version(url: str) -> str | None:
    path = make_url(url).database or ''
    if not Path(path).exists():
        return None
    engine = create_engine(f'sqlite:///{path}', poolclass=NullPool)
    with engine.connect() as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _migrate_sqlite(url: str, move: Callable[[Connection], None]) -> None:
    """Run all in one BEGIN IMMEDIATE: SQLite's own lock is the lease, and its DDL rolls back."""
    path = Path(make_url(url).database or '')
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute('PRAGMA journal_mode=WAL')
    engine = create_engine(
        f'sqlite:///{path}', poolclass=NullPool, isolation_level='AUTOCOMMIT', connect_args={'timeout': 60}
    )
    with engine.connect() as connection:
        connection.exec_driver_sql('BEGIN IMMEDIATE')
        try:
            move(connection)
        except BaseException:
            connection.exec_driver_sql('ROLLBACK')
            raise
        connection.exec_driver_sql('COMMIT')


async def _migrate_postgres(url: str, move: Callable[[Connection], None]) -> None:
    """Run all in one transaction under its own lock: whoever waits has no lease that could run out meanwhile."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text('SELECT pg_advisory_xact_lock(:key)'), {'key': ADVISORY_LOCK})
        await connection.run_sync(move)
    await engine.dispose()


def _upgrade(connection: Connection, revision: str, step_done: Callable[[], None]) -> None:
    config = Config()
    config.set_main_option('script_location', str(MIGRATIONS))
    config.attributes.update(connection=connection, step_done=step_done)
    move = command.downgrade if _is_before(config, connection, revision) else command.upgrade
    move(config, revision)


def _is_before(config: Config, connection: Connection, revision: str) -> bool:
    """Tell whether `revision` lies before the store's present one."""
    found = _version(connection)
    if revision == 'base':
        return True
    if found is None or revision == 'head':
        return False
    script = ScriptDirectory.from_config(config)
    return revision != found and revision in {step.revision for step in script.iterate_revisions(found, 'base')}
