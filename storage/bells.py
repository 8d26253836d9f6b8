"""Bells wake whoever waits for a commit: chat sockets, the delivery job; PostgreSQL carries them across processes."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

Bell = tuple[str, str]


class Bells:
    """Events by (topic, subject); a ring wakes every waiter of this process, and a missed one costs only time."""

    def __init__(self) -> None:
        self._waiters: dict[Bell, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def listening(self, topic: str, subject: str = '') -> Iterator[asyncio.Event]:
        """Give an event that is set at each ring of (topic, subject); the listener clears it."""
        event = asyncio.Event()
        self._waiters[topic, subject].add(event)
        try:
            yield event
        finally:
            self._waiters[topic, subject].discard(event)
            if not self._waiters[topic, subject]:
                del self._waiters[topic, subject]

    def ring(self, topic: str, subject: str = '') -> None:
        """Wake the waiters of (topic, subject)."""
        for event in self._waiters.get((topic, subject), ()):
            event.set()

    def ring_all(self) -> None:
        """Wake everybody, as after a lost connection to the database that carries the rings."""
        for bell in list(self._waiters):
            self.ring(*bell)
