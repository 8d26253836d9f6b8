"""How much of people's uploads one process holds in memory at once, and who waits until there is room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from web.declined import Declined

ROOM = 80_000_000  # bytes: some twenty photos of the usual size, or four of the largest
LINE = 60  # uploads that may wait
RETRY = 5  # seconds


class UploadRoom:
    """First come, first served; an upload waits before its body is read, so the network holds it, not we."""

    def __init__(self, room: int = ROOM, line: int = LINE) -> None:
        self._free = room
        self._places = line
        self._line = asyncio.Lock()
        self._more = asyncio.Event()

    @asynccontextmanager
    async def holding(self, size: int) -> AsyncIterator[None]:
        """Hold room for `size` bytes until the block ends. Raises Declined 503 when the line is long."""
        if not self._places:
            raise Declined(503, 'busy', retry_after=RETRY)
        self._places -= 1
        try:
            await self._wait_for(size)
        finally:
            self._places += 1
        try:
            yield
        finally:
            self._free += size
            self._more.set()

    async def _wait_for(self, size: int) -> None:
        async with self._line:
            while self._free < size:
                self._more.clear()
                await self._more.wait()
            self._free -= size
