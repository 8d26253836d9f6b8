"""One SQLite transaction, and a turn that waits for its group's commit."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection, Executable

from storage.bells import Bell
from storage.prepared import Prepared, Rows
from storage.store import Result, StoreDown, Tx

T = TypeVar('T')


class SqliteTx:
    """A transaction on the one writing connection; nothing in it ever suspends."""

    dialect = 'sqlite'

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._raw = cast(sqlite3.Connection, connection.connection.driver_connection)
        self.now = now
        self.bells: set[Bell] = set()
        self.statements = 0

    def read_clock(self, database: datetime) -> None:
        """Nothing: the time of a SQLite transaction is the process's, taken when it began."""

    async def execute(self, statement: Executable | Prepared, params: Any = None) -> Result:
        """Run one Core statement in the loop (5 to 40 µs)."""
        self.statements += 1
        if isinstance(statement, Prepared):
            return self._run(statement, params or {})
        return self._connection.execute(statement, params)

    def _run(self, statement: Prepared, params: Any) -> Rows:
        """Run a prepared statement on the driver's own connection."""
        many = isinstance(params, list)
        form = statement.form(self._connection.dialect, params[0] if many else params)
        if many:
            cursor = self._raw.executemany(form.sql, [form.args(one) for one in params])
            return Rows([], cursor.rowcount)
        cursor = self._raw.execute(form.sql, form.args(params))
        return Rows(form.rows(cursor.fetchall()) if form.gives_rows else [], cursor.rowcount)

    def ring(self, topic: str, subject: object = '') -> None:
        """Ring a bell after the commit."""
        self.bells.add((topic, str(subject)))


def raise_down(error: BaseException) -> None:
    """Raise StoreDown for a full disk, a lost file, a lock that stays; a fault in a statement is ours and goes on."""
    origin = getattr(error, 'orig', error)
    code = getattr(origin, 'sqlite_errorcode', None)
    if isinstance(origin, sqlite3.OperationalError) and code is not None and code & 0xFF != sqlite3.SQLITE_ERROR:
        raise StoreDown(origin.sqlite_errorname) from error


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
        """Give the body's value, or raise what it raised; StoreDown when the database could not take it."""
        if self.error is not None:
            raise_down(self.error)
            raise self.error
        return cast(T, self.value)
