"""How much of people's uploads one process holds in memory at once, and who waits until there is room."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from web.at_once import RETRY, AtOnce
from web.declined import Declined

ROOM = 80_000_000  # bytes: some twenty photos of the usual size, or four of the largest
LINE = 60  # uploads that may wait
OF_CHAT, OF_ADDRESS = 2, 8  # uploads at once; the page sends two, and many phones may share an address
MOST_PASSED = 20  # smaller uploads that may go before a large one for which there is no room yet
WAIT_WITHIN = 30.0  # seconds; the page takes an upload without progress for lost after 45


@dataclass(eq=False, slots=True)
class Upload:
    """One upload: how many bytes it may have, and from which network address (hashed)."""

    size: int
    address: str
    let_in: asyncio.Event = field(default_factory=asyncio.Event)
    passed: int = 0


class UploadRoom:
    """An upload waits before its body is read, so the network holds it, not we; small ones may pass large ones.

    One address never holds more than half of the room, so that four slow uploads do not stop everybody's.
    """

    def __init__(self, room: int = ROOM, line: int = LINE, wait_within: float = WAIT_WITHIN) -> None:
        self._room = room
        self._line_most = line
        self._wait_within = wait_within
        self._line: list[Upload] = []
        self._held: Counter[str] = Counter()  # bytes by address
        self._at_once = AtOnce()  # waiting ones too

    @asynccontextmanager
    async def holding(self, size: int, chat: str, address: str) -> AsyncIterator[None]:
        """Hold room for `size` bytes until the block ends.

        Raises Declined: 429 when this chat or this address uploads enough already, 503 when the line is long.
        """
        with self._at_once.place(chat, OF_CHAT, 'uploading'), self._at_once.place(address, OF_ADDRESS, 'busy'):
            upload = Upload(size, address)
            try:
                await self._enter(upload)
                yield
            finally:
                self._leave(upload)

    async def _enter(self, upload: Upload) -> None:
        self._line.append(upload)
        self._let_in()
        if len(self._line) > self._line_most and not upload.let_in.is_set():
            raise Declined(503, 'busy', retry_after=RETRY)
        try:
            async with asyncio.timeout(self._wait_within):
                await upload.let_in.wait()
        except TimeoutError:
            raise Declined(503, 'busy', retry_after=RETRY) from None

    def _leave(self, upload: Upload) -> None:
        """Give the room back, or the place in the line."""
        if upload.let_in.is_set():
            self._held[upload.address] -= upload.size
            self._held += Counter()  # forgets addresses that hold nothing
        else:
            self._line.remove(upload)
        self._let_in()

    def _let_in(self) -> None:
        """Let in whoever fits, in order, until one was passed too often already."""
        blocked: list[Upload] = []
        for upload in list(self._line):
            if any(one.passed >= MOST_PASSED for one in blocked):
                return
            if self._fits(upload):
                self._held[upload.address] += upload.size
                self._line.remove(upload)
                upload.let_in.set()
                for one in blocked:
                    one.passed += 1
            else:
                blocked.append(upload)

    def _fits(self, upload: Upload) -> bool:
        own = self._held[upload.address]
        return self._held.total() + upload.size <= self._room and (not own or own + upload.size <= self._room // 2)
