"""SQLite as the store: one writer in the event loop behind a gate, group commit, readers beside it."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import uniform
from time import perf_counter
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.bells import Bells
from storage.sqlite.engines import reading_engine, writing_engine
from storage.sqlite.tx import SqliteTx, Waiting, raise_down
from storage.store import Clock, Reading, ReadTx, StoreBusy, StoreDown, TransactionLost, Tx, the_only_transaction

T = TypeVar('T')

GROUP_TURNS = 20
GROUP_SECONDS = 0.005
BUSY_TRIES = 200


class SqliteStore:
    """One SQLite file: a writer whose lock is the gate (ARCHITECTURE.md, decision 1), readers over aiosqlite."""

    dialect = 'sqlite'

    def __init__(self, path: Path, *, clock: Clock, synchronous: str = 'FULL') -> None:
        self.path = path
        self.clock = clock
        self.bells = Bells()
        self._gate = asyncio.Lock()
        self._queue: deque[Waiting[Any]] = deque()
        self._engine = writing_engine(path, synchronous)
        self._connection: Connection | None = None
        self._readers = reading_engine(path)

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
                try:
                    tx = await self._start()
                    yield tx
                    self._commit()
                except BaseException as error:
                    self._roll_back()
                    raise_down(error)
                    raise
        self._ring(tx)

    async def turn(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one turn; whoever gets the gate first runs all that wait and commits them together."""
        waiting = Waiting(body)
        with the_only_transaction():
            self._queue.append(waiting)
            try:
                await asyncio.sleep(0)  # whoever is ready now may join the group; nobody waits for a timer
                while not waiting.done:
                    async with self._gate:
                        if not waiting.done:
                            await self._run_group()
            except BaseException as error:
                waiting.gone = True
                raise_down(error)
                raise
        if waiting.error is None and waiting.tx is not None:
            self._ring(waiting.tx)
        return waiting.result()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadTx]:
        """Open a read-only transaction on a connection of its own, in a thread of its own."""
        try:
            async with self._readers.connect() as connection:
                await connection.exec_driver_sql('BEGIN')  # one snapshot for all its statements
                yield Reading(connection, self.clock(None))
        except DBAPIError as error:
            raise_down(error)
            raise

    async def scrub(self) -> bool:
        """Empty the write-ahead log, which keeps deleted words; in the file itself they were overwritten."""
        with the_only_transaction():
            async with self._gate:
                try:
                    busy, _pages, _moved = self._raw().execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()
                except sqlite3.OperationalError as error:
                    raise_down(error)
                    raise
        return not busy

    async def _run_group(self) -> None:
        """Run what is queued, at most 20 turns or 5 ms, and commit once; all again alone when that broke.

        Whoever runs the group may be cancelled in it: what is not done then goes back to the queue, for the next.
        """
        group: list[Waiting[Any]] = []
        try:
            await self._start()
            if not await self._run_together(group):
                self._roll_back()
                for waiting in group:
                    await self._run_alone(waiting)
        except BaseException:
            self._roll_back()
            self._queue.extendleft(waiting for waiting in reversed(group) if not waiting.done)
            raise

    async def _run_together(self, group: list[Waiting[Any]]) -> bool:
        """Run queued turns into `group` and commit them; False when the database took none of them."""
        try:
            if not await self._run_queued(group):
                return False
            self._commit()
        except sqlite3.Error:
            return False
        for waiting in group:
            waiting.done = True
        return True

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
        except (sqlite3.Error, StoreDown) as error:
            waiting.error = error
        finally:
            self._roll_back()
        waiting.done = True

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
        if self._connection is not None and self._raw().in_transaction:
            with suppress(sqlite3.Error):
                self._raw().execute('ROLLBACK')

    def _ring(self, tx: Tx) -> None:
        for bell in tx.bells:
            self.bells.ring(*bell)

    def _raw(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return cast(sqlite3.Connection, self._connection.connection.driver_connection)
