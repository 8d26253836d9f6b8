"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # noon in Shaoxing


class FakeClock:
    """The house's clock for tests: the same moment on both databases."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self, database: datetime | None) -> datetime:
        """Give the time, whatever the database says."""
        return self.now

    def tick(self, **span: float) -> None:
        """Let time pass: tick(minutes=5)."""
        self.now += timedelta(**span)
