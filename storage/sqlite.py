"""SQLite as the store: one writer in the event loop behind a gate, group commit, readers beside it."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from random import uniform
from time import perf_counter
from typing import Any, Generic, TypeVar, cast

import orjson
from sqlalchemy import Connection, CursorResult, Engine, Executable, StaticPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.bells import Bell, Bells
from storage.store import Clock, Reading, ReadTx, StoreBusy, TransactionLost, Tx, the_only_transaction

T = TypeVar('T')

GROUP_TURNS = 20
GROUP_SECONDS = 0.002
BUSY_TRIES = 200


def dumps(value: Any) -> str:
    """Write JSON text for a column."""
    return orjson.dumps(value).decode()


class SqliteTx:
    """A transaction on the one writing connection; nothing in it ever suspends."""

    dialect = 'sqlite'

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self.now = now
        self.bells: set[Bell] = set()
        self.statements = 0

    def read_clock(self, database: datetime) -> None:
        """Nothing: the time of a SQLite transaction is the process's, taken when it began."""

    async def execute(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Run one Core statement in the loop (10 to 40 µs)."""
        self.statements += 1
        return self._connection.execute(statement, params)

    def ring(self, topic: str, subject: object = '') -> None:
        """Ring a bell after the commit."""
        self.bells.add((topic, str(subject)))


class Waiting(Generic[T]):
    """A turn that waits for a group commit, and what came of it."""

    def __init__(self, body: Callable[[Tx], Awaitable[T]]) -> None:
        self.body = body
        self.tx: SqliteTx | None = None
        self.done = False
        self.gone = False
        self.value: T | None = None
        self.error: BaseException | None = None

    async def run(self, tx: SqliteTx) -> None:
        """Run the body and remember its value or what it raised."""
        self.tx, self.error = tx, None
        try:
            self.value = await self.body(tx)
        except Exception as error:
            self.error = error

    def result(self) -> T:
        """Give the body's value, or raise what it raised."""
        if self.error is not None:
            raise self.error
        return cast(T, self.value)


class SqliteStore:
    """One SQLite file: a writer whose lock is the gate (house.md decision 3), readers over aiosqlite."""

    dialect = 'sqlite'

    def __init__(self, path: Path, *, clock: Clock, synchronous: str = 'FULL') -> None:
        self.path = path
        self.clock = clock
        self.bells = Bells()
        self._gate = asyncio.Lock()
        self._queue: deque[Waiting[Any]] = deque()
        self._engine = _writing_engine(path, synchronous)
        self._connection: Connection | None = None
        self._readers = _reading_engine(path)

    async def open(self) -> None:
        """Open the writer now rather than at the first resident."""
        self._raw()

    async def close(self) -> None:
        """Close the writer and the readers."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()
        await self._readers.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Open a writing transaction: leaving commits, raising rolls back."""
        with the_only_transaction():
            async with self._gate:
                tx = await self._start()
                try:
                    yield tx
                    self._commit()
                except BaseException:
                    self._roll_back()
                    raise
        self._ring(tx)

    async def turn(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one turn; whoever gets the gate first runs all that wait and commits them together."""
        waiting = Waiting(body)
        self._queue.append(waiting)
        with the_only_transaction():
            try:
                await asyncio.sleep(0)  # whoever is ready now may join the group; nobody waits for a timer
                while not waiting.done:
                    async with self._gate:
                        if not waiting.done:
                            await self._run_group()
            except BaseException:
                waiting.gone = True
                raise
        if waiting.error is None and waiting.tx is not None:
            self._ring(waiting.tx)
        return waiting.result()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadTx]:
        """Open a read-only transaction on a connection of its own, in a thread of its own."""
        async with self._readers.connect() as connection:
            yield Reading(connection, self.clock(None))

    async def _run_group(self) -> None:
        """Run what is queued, at most 20 turns or 2 ms, each in a savepoint, and commit once."""
        group: list[Waiting[Any]] = []
        await self._start()
        try:
            stood = await self._run_queued(group)
            if stood:
                self._commit()
        except sqlite3.Error:
            stood = False
        if not stood:
            self._roll_back()
            for waiting in group:
                await self._run_alone(waiting)
        for waiting in group:
            waiting.done = True

    async def _run_queued(self, group: list[Waiting[Any]]) -> bool:
        """Run queued turns into `group`; False when the database ended the transaction under them."""
        raw, started = self._raw(), perf_counter()
        while self._queue and len(group) < GROUP_TURNS and perf_counter() - started < GROUP_SECONDS:
            waiting = self._queue.popleft()
            if waiting.gone:
                continue
            group.append(waiting)
            raw.execute('SAVEPOINT turn')
            await waiting.run(self._tx())
            if not raw.in_transaction:
                return False
            raw.execute('RELEASE turn' if waiting.error is None else 'ROLLBACK TO turn')
        return True

    async def _run_alone(self, waiting: Waiting[Any]) -> None:
        """Run one turn again in a transaction of its own, after its group broke."""
        try:
            await waiting.run(await self._start())
            if waiting.error is None:
                self._commit()
        except (sqlite3.Error, TransactionLost, StoreBusy) as error:
            waiting.error = error
        finally:
            self._roll_back()

    async def _start(self) -> SqliteTx:
        """Take the write lock; another process (a command) may hold it, so wait in the loop, not in sqlite3."""
        raw = self._raw()
        for attempt in range(BUSY_TRIES):
            try:
                raw.execute('BEGIN IMMEDIATE')
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                await asyncio.sleep(min(0.001 * 2**attempt, 0.05) * uniform(0.5, 1.5))
            else:
                return self._tx()
        raise StoreBusy(f'{self.path} stayed locked by another process')

    def _tx(self) -> SqliteTx:
        assert self._connection is not None
        return SqliteTx(self._connection, self.clock(None))

    def _commit(self) -> None:
        raw = self._raw()
        if not raw.in_transaction:
            raise TransactionLost('the database ended the transaction')
        raw.execute('COMMIT')

    def _roll_back(self) -> None:
        raw = self._raw()
        if raw.in_transaction:
            with suppress(sqlite3.Error):
                raw.execute('ROLLBACK')

    def _ring(self, tx: Tx) -> None:
        for bell in tx.bells:
            self.bells.ring(*bell)

    def _raw(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return cast(sqlite3.Connection, self._connection.connection.driver_connection)


def _writing_engine(path: Path, synchronous: str) -> Engine:
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
        raw.execute('PRAGMA cache_size=-65536')
        raw.execute('PRAGMA temp_store=MEMORY')
        raw.execute('PRAGMA busy_timeout=0')

    return engine


def _reading_engine(path: Path) -> AsyncEngine:
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
