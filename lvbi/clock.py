"""The house's clock: the database's time where it gives one, else this process's."""

from datetime import UTC, datetime


class SystemClock:
    """The clock that every door takes its time from."""

    def __call__(self, database: datetime | None) -> datetime:
        """Give the time to use, UTC: on PostgreSQL the database's, which all processes share."""
        return database or datetime.now(UTC)
