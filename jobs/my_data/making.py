"""Making the archive: photos are fetched piece by piece, all writing is done in threads, memory stays flat."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

from bot.content import my_data as words
from bot.content.language import speaking
from civic.city import City
from jobs.my_data.archive import Archive, ending_of
from jobs.my_data.readable import Found, Readable
from storage.media import MediaMissing, MediaStore

Alive = Callable[[], Awaitable[None]]
# Which files of a photo are handed over, and what marks them in the archive.
FILES = (('clean_key', ''), ('original_key', '-original'))

log = structlog.get_logger('jobs')


@dataclass(frozen=True, slots=True)
class Fetched:
    """A photo's file, as it is called in the archive and where it lies meanwhile."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Texts:
    """What the words of the archive are made of: all rows of a person, and how he reads."""

    city: City
    locale: str
    found: Found
    made_at: datetime


async def fetch_photos(
    media: MediaStore, rows: Sequence[Mapping[str, Any]], folder: Path, alive: Alive
) -> list[list[Fetched]]:
    """Copy the files of photos to `folder`; `alive` is asked after each whether to go on (it raises if not)."""
    photos = []
    for number, row in enumerate(rows, 1):
        files = [
            fetched
            for column, mark in FILES
            if row[column] and (fetched := await _fetch(media, row[column], folder / f'{number:03}{mark}'))
        ]
        photos.append(files)
        await alive()
    return photos


async def _fetch(media: MediaStore, key: str, path: Path) -> Fetched | None:
    try:
        pieces = await media.stream(key)
    except MediaMissing:
        log.warning('a photo is missing from the media store', key=key)
        return None
    with path.open('wb') as target:
        async for piece in pieces:
            await asyncio.to_thread(target.write, piece)
    return Fetched(f'photos/{path.name}.{ending_of(path)}', path)


async def write_archive(archive: Archive, texts: Texts, photos: Sequence[Sequence[Fetched]]) -> list[Path]:
    """Write README.txt, data.json and the photos; gives the ZIP files."""
    names = [[file.name for file in files] for files in photos]
    await asyncio.to_thread(_write_texts, archive, texts, names)
    for file in (file for files in photos for file in files):
        await asyncio.to_thread(archive.add_file, file.name, file.path)
        file.path.unlink()
    return await asyncio.to_thread(archive.close)


def _write_texts(archive: Archive, texts: Texts, names: Sequence[Sequence[str]]) -> None:
    with speaking(texts.locale):
        readme = words.readme(texts.city, texts.made_at)
        data = Readable(texts.city).everything(texts.found, names, texts.made_at)
    archive.add_text('README.txt', readme.encode())
    archive.add_text('data.json', orjson.dumps(data, option=orjson.OPT_INDENT_2))
