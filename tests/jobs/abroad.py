"""The files that a platform keeps for us, for the tests of jobs."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.intake.files import NeverFetched, NotFetched

Act = Callable[[], Awaitable[None]]


class Abroad:
    """Hands out what a test put into `files`; an exception there is raised, and `meanwhile` happens before."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | Exception] = {}
        self.asked: list[str] = []
        self.meanwhile: Act | None = None

    async def fetch(self, file_id: str, target: Path, most: int) -> None:
        """Fetch, as a channel does."""
        self.asked.append(file_id)
        if self.meanwhile is not None:
            await self.meanwhile()
        found = self.files.get(file_id, NotFetched('not there'))
        if isinstance(found, Exception):
            raise found
        if len(found) > most:
            raise NeverFetched('too_big')
        await asyncio.to_thread(target.write_bytes, found)
