"""Making the archive: rows come in pages, photos in pieces, all writing is done in threads; memory stays flat."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.content import my_data as words
from bot.content.language import speaking
from civic import my_data
from civic.my_data import Held
from jobs.house import JobHouse
from jobs.my_data.archive import Archive, ending_of
from jobs.my_data.documents import Documents
from jobs.my_data.readable import Readable
from storage.media import MediaMissing

Alive = Callable[[], Awaitable[None]]
# Which files of a photo are handed over, and what marks them in the archive.
FILES = (('clean_key', ''), ('original_key', '-original'))

log = structlog.get_logger('jobs')


@dataclass(slots=True)
class Made:
    """The finished ZIP files, and when they were made (the city's time)."""

    at: datetime
    paths: list[Path]


@dataclass(slots=True)
class Making:
    """One archive in the making; `alive` is asked after each page and photo whether to go on (it raises if not)."""

    house: JobHouse
    chat: Held
    folder: Path
    alive: Alive
    archive: Archive
    documents: Documents
    readable: Readable = field(init=False)

    def __post_init__(self) -> None:
        """The rows are made readable for the city's people."""
        self.readable = Readable(self.house.city)

    async def rows(self, noun: str) -> AsyncIterator[list[Held]]:
        """Give all rows of a noun, a page at a time, each in a transaction of its own."""
        after: Any = None
        while True:
            async with self.house.store.read() as tx:
                page = await my_data.read_page(tx, noun, self.chat, after)
            if not page:
                return
            yield page
            await self.alive()
            after = page[-1]['id']

    async def add(self, name: str, rows: list[Any]) -> None:
        """Write rows of a list."""
        await asyncio.to_thread(self.documents.add, name, rows)

    async def write_photos(self) -> None:
        """Write the photos' rows, and their files into the archive as they come."""
        number = 0
        await self.add('photos', [])
        async for page in self.rows('photos'):
            for row in page:
                number += 1
                names = [name async for name in self._files(row, number)]
                await self.add('photos', [self.readable.photo(row, names)])

    async def _files(self, row: Held, number: int) -> AsyncIterator[str]:
        for column, mark in FILES:
            path = self.folder / f'{number:03}{mark}'
            if row[column] and await self._fetch(row[column], path):
                name = f'photos/{path.name}.{ending_of(path)}'
                await asyncio.to_thread(self.archive.add_file, name, path)
                path.unlink()
                yield name
                await self.alive()

    async def _fetch(self, key: str, path: Path) -> bool:
        try:
            pieces = await self.house.media.stream(key)
        except MediaMissing:
            log.warning('a photo is missing from the media store', key=key)
            return False
        with path.open('wb') as target:
            async for piece in pieces:
                await asyncio.to_thread(target.write, piece)
        return True

    async def write_reports(self) -> None:
        """Write the reports, each with its history."""
        await self.add('reports', [])
        async for page in self.rows('reports'):
            async with self.house.store.read() as tx:
                told = await my_data.read_history(tx, [row['id'] for row in page])
            await self.add('reports', [self.readable.report(row, told) for row in page])

    async def write_list(self, name: str, noun: str, read: Callable[[Held], Any]) -> None:
        """Write all rows of a noun under a readable name."""
        await self.add(name, [])
        async for page in self.rows(noun):
            await self.add(name, [read(row) for row in page])


async def make_archive(house: JobHouse, conversation_id: int, folder: Path, alive: Alive) -> Made:
    """Write README.txt, the photos and data.json into ZIP files in `folder`."""
    async with house.store.read() as tx:
        person, chat = await my_data.read_person(tx, conversation_id)
        made_at = tx.now.astimezone(ZoneInfo(house.city.timezone))
    making = Making(house, chat, folder, alive, Archive(folder, made_at), Documents(folder))
    try:
        with speaking(person['locale']):
            making.archive.add_text('README.txt', words.readme(house.city, made_at).encode())
            await _write_all(making, making.readable.head(person, chat, made_at))
        for path in await asyncio.to_thread(making.documents.close):
            await asyncio.to_thread(making.archive.add_file, path.name, path, compressed=True)
            path.unlink()
    finally:
        making.documents.close()
        paths = await asyncio.to_thread(making.archive.close)
    return Made(made_at, paths)


async def _write_all(making: Making, head: dict[str, Any]) -> None:
    readable = making.readable
    for name, value in head.items():
        making.documents.put(name, value)
    await making.write_reports()
    await making.write_list('drafts', 'drafts', readable.draft)
    await making.write_photos()
    await making.write_list('chat', 'transcript', readable.frame)
    await making.write_list('updates', 'updates', readable.update)
    await making.write_list('notices', 'notices', readable.notice)
