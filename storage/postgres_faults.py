"""What goes wrong with PostgreSQL, sorted: run it again, take another connection, or the database is not there."""

import asyncpg

from storage.store import StoreDown

# serialization_failure, deadlock_detected, unique_violation (two processes heard one update).
RUN_AGAIN = {'40001', '40P01', '23505'}
# Connection trouble, too many connections, shutting down, disk full: the whole classes 08, 53, 57.
DOWN = ('08', '53', '57')
# Connection trouble, and the server ended the session (it shuts down, an administrator asked for it).
ENDED = ('08', '57P')
# A connection that the server ended while it lay in the pool is found out by its next statement, in either of these.
LOST = (asyncpg.InterfaceError, asyncpg.InternalClientError)


class down_by_name:  # noqa: N801 - a context manager reads as a verb
    """Name every kind of 'the database is not there' StoreDown."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Rename what means that the database is gone."""
        if isinstance(error, (ConnectionError, *LOST)) or sqlstate(error).startswith(DOWN):
            raise StoreDown(type(error).__name__) from error


def is_lost(error: BaseException) -> bool:
    """Tell whether the connection is gone, so that another one may do."""
    return isinstance(error, (ConnectionError, *LOST)) or sqlstate(error).startswith(ENDED)


def sqlstate(error: BaseException | None) -> str:
    """Give PostgreSQL's code of an error, also of one that SQLAlchemy wrapped; '' when it has none."""
    origin = getattr(error, 'orig', error)
    return str(getattr(origin, 'sqlstate', '') or '')
