"""PostgreSQL as the store: many connections, row locks, bells carried by NOTIFY."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import orjson
from sqlalchemy import CursorResult, Executable, column, func, select, values
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.types import Text

from storage.bells import Bell, Bells
from storage.store import Clock, Reading, ReadTx, Tx, the_only_transaction

T = TypeVar('T')

TRIES = 3
# 40001 serialization_failure, 40P01 deadlock_detected, 23505 unique_violation (two processes heard one update).
RUN_AGAIN = {'40001', '40P01', '23505'}
CHANNEL = 'lvbi'


class PostgresTx:
    """A transaction on one pooled connection."""

    dialect = 'postgresql'

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._connection = connection
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

    async def execute(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Run one Core statement: one round trip."""
        self.statements += 1
        return await self._connection.execute(statement, params)

    def ring(self, topic: str, subject: object = '') -> None:
        """Ring a bell after the commit, in every process."""
        self.bells.add((topic, str(subject)))

    async def notify(self) -> None:
        """Hand the bells to PostgreSQL, which rings them at commit."""
        if self.bells:
            rows = values(column('payload', Text), name='bells').data([('\n'.join(b),) for b in self.bells])
            await self._connection.execute(select(func.pg_notify(CHANNEL, rows.c.payload)))


class PostgresStore:
    """One PostgreSQL database, READ COMMITTED; the database's clock is the time of all processes."""

    dialect = 'postgresql'

    def __init__(self, url: str, *, clock: Clock, connections: int = 10) -> None:
        self.url = url
        self.clock = clock
        self.bells = Bells()
        self._engine = create_async_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            isolation_level='READ COMMITTED',
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
        self._ear: asyncpg.Connection | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start to hear the bells of other processes."""
        self._listening = asyncio.get_running_loop().create_task(self._listen(), name='bells')

    async def close(self) -> None:
        """Give all connections back."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Open a writing transaction: leaving commits, raising rolls back."""
        with the_only_transaction():
            async with self._engine.begin() as connection:
                tx = PostgresTx(connection, self.clock)
                tx.read_clock((await connection.execute(select(func.clock_timestamp()))).scalar_one())
                yield tx
                await tx.notify()

    async def turn(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one turn, again up to three times when the database asks for it."""
        for attempt in range(1, TRIES + 1):
            try:
                return await self._turn_once(body)
            except DBAPIError as error:
                if attempt == TRIES or getattr(error.orig, 'sqlstate', None) not in RUN_AGAIN:
                    raise
        raise AssertionError('unreachable')

    async def _turn_once(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        with the_only_transaction():
            async with self._engine.begin() as connection:
                tx = PostgresTx(connection, self.clock)
                value = await body(tx)
                await tx.notify()
                return value

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadTx]:
        """Open a read-only transaction."""
        async with self._engine.connect() as connection:
            await connection.execution_options(postgresql_readonly=True)
            now = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
            yield Reading(connection, self.clock(now))

    async def _listen(self) -> None:
        """Keep one connection that hears NOTIFY; after a break everybody is woken, for rings may be lost."""
        while True:
            closed = asyncio.Event()
            try:
                ear = await asyncpg.connect(self._dsn())
                try:
                    ear.add_termination_listener(lambda *_: closed.set())  # noqa: B023 - used within this round
                    await ear.add_listener(CHANNEL, lambda *said: self.bells.ring(*_bell(said[3])))
                    self.bells.ring_all()
                    await closed.wait()
                finally:
                    await ear.close(timeout=1)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                pass
            await asyncio.sleep(1)

    def _dsn(self) -> str:
        return self._engine.url.set(drivername='postgresql').render_as_string(hide_password=False)


def _bell(payload: str) -> Bell:
    topic, _, subject = payload.partition('\n')
    return topic, subject
