"""Statements compiled once: SQLAlchemy writes the SQL, the driver runs it without SQLAlchemy's way around.

The hot statements of a turn go through here, all others take SQLAlchemy's own way; `make bench` prints what a
statement costs on each (`statement_*_us`).
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Params = Mapping[str, Any]
Converter = Callable[[Any], Any] | None


class Form:
    """A statement as one database takes it: SQL text, the order of its parameters, converters in and out."""

    def __init__(self, clause: Any, dialect: Dialect, keys: Sequence[str]) -> None:
        compiled = clause.compile(dialect=dialect, column_keys=list(keys) or None)
        assert isinstance(compiled, SQLCompiler)
        self.sql = str(compiled)
        assert 'POSTCOMPILE' not in self.sql, f'write == instead of IN in {self.sql}'
        self._binds = _binds(compiled, dialect)
        columns = list(clause.exported_columns) if _gives_rows(compiled) else []
        self.gives_rows = bool(columns)
        row: Any = namedtuple('Row', [column.key for column in columns], rename=True)  # type: ignore[misc]  # made at run time
        self._make = row._make
        self._out = [(n, out) for n, column in enumerate(columns) if (out := _out(column.type, dialect))]

    def args(self, params: Params) -> list[Any]:
        """Put parameters in order, converted for the driver."""
        return [
            convert(params.get(name, default)) if convert else params.get(name, default)
            for name, default, convert in self._binds
        ]

    def rows(self, fetched: Iterable[Sequence[Any]]) -> list[Any]:
        """Make named rows of what the driver fetched."""
        make, out = self._make, self._out
        if not out:
            return [make(row) for row in fetched]
        found = []
        for row in fetched:
            values = list(row)
            for n, convert in out:
                values[n] = convert(values[n])
            found.append(make(values))
        return found


def _binds(compiled: SQLCompiler, dialect: Dialect) -> list[tuple[str, Any, Converter]]:
    """List the parameters in the driver's order: name, value where the statement itself has one, converter."""
    defaults = compiled.params
    return [
        (name, defaults.get(name), _in(compiled.binds[name].type, dialect)) for name in compiled.positiontup or ()
    ]


def _in(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _gives_rows(compiled: Compiled) -> bool:
    return bool(getattr(compiled, 'effective_returning', None)) or (
        not getattr(compiled, 'isinsert', False)
        and not (getattr(compiled, 'isupdate', False) or getattr(compiled, 'isdelete', False))
    )


class Prepared:
    """A statement without post-compile parts (no expanding IN), to be run by `Tx.execute` with named parameters."""

    def __init__(self, clause: Executable | Callable[[str], Executable]) -> None:
        self._clause = clause
        self._forms: dict[tuple[str, ...], Form] = {}

    def form(self, dialect: Dialect, params: Params) -> Form:
        """Give the form for a database and a set of parameters."""
        key = (dialect.name, *params)
        found = self._forms.get(key)
        if found is None:
            clause = self._clause(dialect.name) if callable(self._clause) else self._clause
            found = self._forms[key] = Form(clause, dialect, tuple(params))
        return found


class Rows:
    """What a prepared statement gave: like SQLAlchemy's result, as far as turns use it."""

    __slots__ = ('_rows', 'rowcount')

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def all(self) -> list[Any]:
        """Give all rows."""
        return self._rows

    def one(self) -> Any:
        """Give the only row. Raises LookupError otherwise."""
        if len(self._rows) != 1:
            raise LookupError(f'{len(self._rows)} rows where one was expected')
        return self._rows[0]

    def one_or_none(self) -> Any:
        """Give the only row, or None. Raises LookupError when there are more."""
        return self.one() if self._rows else None

    def scalar_one(self) -> Any:
        """Give the only row's first column."""
        return self.one()[0]
