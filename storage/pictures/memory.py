"""The memory of all pictures that are cleaned at once: who waits for it, and that the system gets it back."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MAPPED_FROM = 4 << 20  # bytes
M_MMAP_THRESHOLD = -3  # malloc.h of glibc


def map_large_blocks() -> None:
    """Let large blocks go back to the system when they are freed; for the whole process, where there is glibc.

    Left to itself, glibc learns from freed pictures to keep them: 30 to 70 MB stayed with each thread, and
    malloc_trim does not reach the top of a thread's arena.
    """
    mallopt = getattr(ctypes.CDLL(None), 'mallopt', None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, MAPPED_FROM)


map_large_blocks()


class MemoryRoom:
    """First come, first served: a large picture waits until it is alone, small ones need not.

    Threads wait here, for the little while that a picture takes; `room` is in bytes.
    """

    def __init__(self, room: int) -> None:
        self._room = self._free = room
        self._line = threading.Lock()
        self._more = threading.Condition()

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Hold `size` bytes until the block ends; what is larger than the room takes all of it."""
        size = min(size, self._room)
        with self._line, self._more:
            self._more.wait_for(lambda: self._free >= size)
            self._free -= size
        try:
            yield
        finally:
            with self._more:
                self._free += size
                self._more.notify()
