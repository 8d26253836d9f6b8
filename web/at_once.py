"""What somebody does at once: so many of a thing by name (a chat, a hashed network address) in this process."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from web.declined import Declined

RETRY = 5  # seconds


class AtOnce:
    """Counts what has begun and not ended."""

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()

    @contextmanager
    def place(self, name: str, most: int, code: str) -> Iterator[None]:
        """Take one of somebody's `most` places until the block ends. Raises Declined 429 when all are taken."""
        if self._begun[name] >= most:
            raise Declined(429, code, retry_after=RETRY)
        self._begun[name] += 1
        try:
            yield
        finally:
            self._begun[name] -= 1
            if not self._begun[name]:
                del self._begun[name]
