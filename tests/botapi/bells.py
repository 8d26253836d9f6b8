"""Waiting for something to happen, from any thread's event loop, without looking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar('T')


class Bell:
    """Rung whenever something changed; whoever waits looks again then."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all who wait; may be called from any thread."""
        waiting, self._waiting = self._waiting, set()
        for one in waiting:
            one.get_loop().call_soon_threadsafe(_wake, one)

    async def until(self, look: Callable[[], T], within: float) -> T:
        """Give what `look` gives as soon as it is true, or what it gives after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                return await self._until(look)
        except TimeoutError:
            return look()

    async def _until(self, look: Callable[[], T]) -> T:
        while True:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(waiter)
            try:
                if found := look():
                    return found
                await waiter
            finally:
                self._waiting.discard(waiter)


def _wake(waiter: 'asyncio.Future[None]') -> None:
    if not waiter.done():
        waiter.set_result(None)
