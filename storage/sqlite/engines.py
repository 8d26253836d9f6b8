"""The two engines over one SQLite file: the writer in the loop, the readers in threads of their own."""

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, StaticPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def dumps(value: Any) -> str:
    """Write JSON text for a column."""
    return orjson.dumps(value).decode()


def writing_engine(path: Path, synchronous: str) -> Engine:
    """SQLAlchemy compiles and runs statements here; BEGIN and COMMIT are ours."""
    engine = create_engine(
        f'sqlite:///{path}',
        poolclass=StaticPool,
        isolation_level='AUTOCOMMIT',
        connect_args={'timeout': 0, 'check_same_thread': False},
        json_serializer=dumps,
        json_deserializer=orjson.loads,
    )

    @event.listens_for(engine, 'connect')
    def _prepare(raw: Any, _record: Any) -> None:
        raw.execute('PRAGMA busy_timeout=2000')
        raw.execute('PRAGMA journal_mode=WAL')
        raw.execute(f'PRAGMA synchronous={synchronous}')
        raw.execute('PRAGMA foreign_keys=ON')
        raw.execute('PRAGMA secure_delete=ON')  # what was deleted is overwritten, not only forgotten
        raw.execute('PRAGMA cache_size=-65536')
        raw.execute('PRAGMA temp_store=MEMORY')
        raw.execute('PRAGMA busy_timeout=0')

    return engine


def reading_engine(path: Path) -> AsyncEngine:
    """Readers never wait for the writer and cannot write."""
    engine = create_async_engine(
        f'sqlite+aiosqlite:///{path}', pool_size=4, json_serializer=dumps, json_deserializer=orjson.loads
    )

    @event.listens_for(engine.sync_engine, 'connect')
    def _prepare(raw: Any, _record: Any) -> None:
        cursor = raw.cursor()
        cursor.execute('PRAGMA busy_timeout=5000')
        cursor.execute('PRAGMA query_only=1')
        cursor.close()

    return engine
