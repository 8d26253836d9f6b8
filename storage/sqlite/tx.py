"""One SQLite transaction, and a turn that waits for its group's commit."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Executable

from storage.bells import Bell
from storage.store import Tx

T = TypeVar('T')


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
