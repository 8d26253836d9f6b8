"""Order within a chat: every door that touches a chat passes here first, before it takes a connection."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Order:
    """First come, first served, by chat; the lock of a chat that nobody waits for is let go."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def holding(self, chat: Hashable) -> AsyncIterator[None]:
        """Hold a chat until the block ends; never inside a transaction, which would wait on the pool of one."""
        lock, waiters = self._locks.get(chat, (None, 0))
        lock = lock or asyncio.Lock()
        self._locks[chat] = lock, waiters + 1
        try:
            async with lock:
                yield
        finally:
            waiters = self._locks[chat][1] - 1
            if waiters:
                self._locks[chat] = lock, waiters
            else:
                del self._locks[chat]
