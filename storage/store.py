"""The store: one open transaction at a time per door, on SQLite (the embedded default) or PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult

from storage.bells import Bell, Bells
from storage.prepared import Prepared

T = TypeVar('T')

# The door's clock: takes the database's time where there is one, gives the time to use.
Clock = Callable[[datetime | None], datetime]


class NestedTransaction(RuntimeError):
    """A transaction was asked for inside another one; with a pool of one this would wait on itself for ever."""


class StoreDown(Exception):
    """The database cannot take a transaction now; nothing was kept, so whoever asked may ask again."""


class StoreBusy(StoreDown):
    """The database stayed locked by somebody else for too long."""


class TransactionLost(StoreDown):
    """The database ended the transaction by itself (a full disk does this on SQLite)."""


class Result(Protocol):
    """What a statement gave, as far as turns and jobs use it."""

    @property
    def rowcount(self) -> int:
        """How many rows a change touched."""

    def all(self) -> Sequence[Any]:
        """Give all rows."""

    def one(self) -> Any:
        """Give the only row."""

    def one_or_none(self) -> Any:
        """Give the only row, or None."""

    def scalar_one(self) -> Any:
        """Give the only row's first column."""


class Tx(Protocol):
    """One open transaction: what civic/ and the handlers get."""

    bells: set[Bell]
    statements: int
    dialect: str

    @property
    def now(self) -> datetime:
        """The moment of this transaction, UTC, taken once by the door."""

    def read_clock(self, database: datetime) -> None:
        """Take the time that the door's first statement read from the database (PostgreSQL)."""

    async def execute(self, statement: Executable | Prepared, params: Any = None) -> Result:
        """Run one Core statement; a list of parameters runs it for each. On SQLite this never suspends."""

    def ring(self, topic: str, subject: object = '') -> None:
        """Ring a bell after the commit, in every process."""


class ReadTx(Protocol):
    """A read-only transaction, for pages, lists and exports."""

    @property
    def now(self) -> datetime:
        """The moment of this transaction, UTC."""

    async def execute(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Run one Core statement and fetch all of it."""

    async def stream(self, statement: Executable) -> AsyncResult[Any]:
        """Run one Core statement and fetch it piece by piece, in constant memory."""


class Store(Protocol):
    """What the doors hold: `begin` and `turn` write, `read` reads."""

    dialect: str
    bells: Bells
    clock: Clock

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Open a writing transaction: leaving commits, raising rolls back. Raises NestedTransaction, StoreBusy."""

    async def turn(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one resident's turn in a transaction; on SQLite turns that wait share one commit.

        The body may be run again (deadlock, busy, a batch that broke), so it keeps nothing outside `tx`.
        """

    def read(self) -> AbstractAsyncContextManager[ReadTx]:
        """Open a read-only transaction that never makes a writer wait."""

    async def scrub(self) -> bool:
        """Take what was deleted out of the database's own log; False when somebody still reads what was before."""

    async def open(self) -> None:
        """Connect what must be connected beforehand (the bells of other processes)."""

    async def close(self) -> None:
        """Give all connections back."""


class Reading:
    """A read-only transaction on either database."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self.now = now

    async def execute(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Run one Core statement and fetch all of it."""
        return await self._connection.execute(statement, params)

    async def stream(self, statement: Executable) -> AsyncResult[Any]:
        """Run one Core statement and fetch it in pieces of 500 rows."""
        return await self._connection.stream(statement, execution_options={'yield_per': 500})


# The task that has a transaction open; a task that was started meanwhile inherits the variable, not the transaction.
_inside: ContextVar[object] = ContextVar('inside_a_transaction', default=None)


@contextmanager
def the_only_transaction() -> Iterator[None]:
    """Refuse a second transaction within the same task at once, by name."""
    task = asyncio.current_task()
    if task is not None and _inside.get() is task:
        raise NestedTransaction('a transaction is already open here; pass its tx on')
    token = _inside.set(task)
    try:
        yield
    finally:
        _inside.reset(token)
