"""Threads of their own for pictures, so that a photo never stands in the way of a chat."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from storage.pictures.limits import Limits, PictureRefused
from storage.pictures.pixels import Picture, clean


class PictureRoomFull(Exception):
    """So many pictures wait already that one more would only wait longer; ask again in some seconds."""


class PictureRoom:
    """Cleans pictures in `threads` threads; at most `waiting` more stand in line, the next is turned away.

    A picture that takes longer than `seconds` is refused as broken. Its thread cannot be stopped and keeps
    its seat until the decoder ends, so that no more than `threads` pictures ever hold memory.
    """

    def __init__(
        self, *, threads: int = 2, waiting: int = 16, seconds: float = 20.0, limits: Limits | None = None
    ) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix='pictures')
        self._seats = asyncio.Semaphore(threads)
        self._waiting = waiting
        self._in_line = 0
        self._seconds = seconds
        self._limits = limits or Limits()

    async def clean(self, data: bytes) -> Picture:
        """The clean picture. Raises PictureRefused, or PictureRoomFull at once when the line is too long."""
        self._limits.check_bytes(len(data))
        if self._seats.locked() and self._in_line >= self._waiting:
            raise PictureRoomFull
        self._in_line += 1
        try:
            await self._seats.acquire()
        finally:
            self._in_line -= 1
        job = self._begin(data)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.shield(job)
        except TimeoutError:
            raise PictureRefused('broken') from None

    def _begin(self, data: bytes) -> asyncio.Future[Picture]:
        """The seat is given back when the thread is done, not when we stop waiting for it."""
        try:
            job = asyncio.get_running_loop().run_in_executor(self._pool, partial(clean, data, limits=self._limits))
        except RuntimeError:  # closed
            self._seats.release()
            raise
        job.add_done_callback(lambda _: self._seats.release())
        return job

    def close(self) -> None:
        """Takes no more pictures; those in work end by themselves."""
        self._pool.shutdown(wait=False)
