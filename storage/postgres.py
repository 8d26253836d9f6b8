"""PostgreSQL as the store: many connections, row locks, bells that other processes hear."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import orjson
from sqlalchemy import Executable, bindparam, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.types import ARRAY, Text

from storage.bells import Bell, Bells
from storage.postgres_bells import CHANNEL, PostgresBells
from storage.postgres_faults import LOST, RUN_AGAIN, down_by_name, is_lost, sqlstate
from storage.prepared import Prepared, Rows
from storage.store import Clock, Reading, ReadTx, Result, StoreDown, Tx, the_only_transaction

T = TypeVar('T')

TRIES = 3
_CLOCK = Prepared(select(func.clock_timestamp().label('now')))
_NOTIFY = Prepared(select(func.pg_notify(CHANNEL, func.unnest(bindparam('payloads', type_=ARRAY(Text))))))


class PostgresTx:
    """A transaction on one pooled connection."""

    dialect = 'postgresql'

    def __init__(self, connection: AsyncConnection, raw: asyncpg.Connection, clock: Clock) -> None:
        self._connection = connection
        self._raw = raw
        self._clock = clock
        self._now: datetime | None = None
        self.bells: set[Bell] = set()
        self.statements = 0

    @property
    def now(self) -> datetime:
        """The moment of this transaction; the door's first statement sets it from the database's clock."""
        assert self._now is not None, 'the door has not read the clock yet'
        return self._now

    def read_clock(self, database: datetime) -> None:
        """Take the database's time, once."""
        self._now = self._clock(database)

    async def execute(self, statement: Executable | Prepared, params: Any = None) -> Result:
        """Run one Core statement: one round trip."""
        self.statements += 1
        if isinstance(statement, Prepared):
            return await self._run(statement, params or {})
        return await self._connection.execute(statement, params)

    async def _run(self, statement: Prepared, params: Any) -> Rows:
        """Run a prepared statement on the driver's own connection."""
        many = isinstance(params, list)
        form = statement.form(self._connection.dialect, params[0] if many else params)
        if many:
            await self._raw.executemany(form.sql, [form.args(one) for one in params])
            return Rows([], -1)
        if form.gives_rows:
            rows = form.rows(await self._raw.fetch(form.sql, *form.args(params)))
            return Rows(rows, len(rows))
        status = await self._raw.execute(form.sql, *form.args(params))
        return Rows([], int(status.rsplit(' ', 1)[1]))

    def ring(self, topic: str, subject: object = '') -> None:
        """Ring a bell after the commit, in every process."""
        self.bells.add((topic, str(subject)))

    async def notify(self) -> None:
        """Hand the bells to PostgreSQL in one statement, which rings them at commit: for commands (PostgresBells)."""
        if self.bells:
            await self.execute(_NOTIFY, {'payloads': ['\n'.join(bell) for bell in sorted(self.bells)]})


class PostgresStore:
    """One PostgreSQL database, READ COMMITTED; the database's clock is the time of all processes."""

    dialect = 'postgresql'

    def __init__(self, url: str, *, clock: Clock, connections: int = 10) -> None:
        self.url = url
        self.clock = clock
        self._connections = connections
        # BEGIN and COMMIT are ours, so that prepared and other statements share a transaction.
        self._engine = create_async_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_reset_on_return=None,
            isolation_level='AUTOCOMMIT',
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
        dsn = self._engine.url.set(drivername='postgresql').render_as_string(hide_password=False)
        self._bells = PostgresBells(dsn)
        self.bells: Bells = self._bells

    async def open(self) -> None:
        """Start to hear the bells of other processes, and to ring there."""
        self._bells.open()

    async def close(self) -> None:
        """Give all connections back."""
        await self._bells.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Open a writing transaction: leaving commits, raising rolls back."""
        async with self._transaction() as tx:
            tx.read_clock((await tx.execute(_CLOCK)).scalar_one())
            yield tx

    async def turn(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one turn, again up to three times when the database asks for it."""
        for attempt in range(1, TRIES + 1):
            try:
                async with self._transaction() as tx:
                    return await body(tx)
            except (DBAPIError, asyncpg.PostgresError) as error:
                if attempt == TRIES or sqlstate(error) not in RUN_AGAIN:
                    raise
        raise AssertionError('unreachable')

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadTx]:
        """Open a read-only transaction."""
        async with self._transaction('BEGIN READ ONLY', 'ROLLBACK') as tx:
            tx.read_clock((await tx.execute(_CLOCK)).scalar_one())
            yield Reading(tx._connection, tx.now)

    async def scrub(self) -> bool:
        """Nothing: autovacuum clears dead rows, and the server recycles its log (docs/operating.md)."""
        return True

    @asynccontextmanager
    async def _transaction(self, begin: str = 'BEGIN', commit: str = 'COMMIT') -> AsyncIterator[PostgresTx]:
        """Hold a pooled connection through one transaction; a broken connection leaves the pool."""
        with the_only_transaction(), down_by_name():
            connection, raw = await self._begun(begin)
            try:
                tx = PostgresTx(connection, raw, self.clock)
                yield tx
                if not self._bells.carried:
                    await tx.notify()
                await raw.execute(commit)
                self._bells.ring_everywhere(tx.bells)
            except BaseException:
                await _roll_back(connection, raw)
                raise
            finally:
                await connection.close()

    async def _begun(self, begin: str) -> tuple[AsyncConnection, asyncpg.Connection]:
        """Begin on a pooled connection; those that the server ended while they lay in the pool are let go."""
        for stale in range(self._connections + 1):
            connection = await self._connect()
            try:
                raw = _driver(connection)
                await raw.execute(begin)
            except BaseException as error:
                await connection.invalidate()
                await connection.close()
                if stale == self._connections or not is_lost(error):
                    raise
            else:
                return connection, raw
        raise AssertionError('unreachable')

    async def _connect(self) -> AsyncConnection:
        """Take a connection from the pool. Raises StoreDown when there is none to be had."""
        try:
            return await self._engine.connect()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError, PoolTimeout) as error:
            raise StoreDown(type(error).__name__) from error


async def _roll_back(connection: AsyncConnection, raw: asyncpg.Connection) -> None:
    """Undo; a connection that cannot even do that, or was left in mid-query, leaves the pool."""
    try:
        await raw.execute('ROLLBACK')
    except (OSError, asyncpg.PostgresError, *LOST):
        await connection.invalidate()
    except BaseException:  # cancelled once more: who knows in what state it was left
        await connection.invalidate()
        raise


def _driver(connection: AsyncConnection) -> asyncpg.Connection:
    assert connection.sync_connection is not None
    return connection.sync_connection.connection.driver_connection
