"""Store against files: every file that a row names is there, and every file that is there is named by a row."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Column, select

from jobs.house import JobHouse
from storage import doomed
from storage.media import KINDS, MediaStore
from storage.store import ReadTx, Store
from storage.tables import doomed_files, files, photos

IN_FLIGHT = timedelta(hours=1)  # an upload has its file before its row
STRAY_KEPT = timedelta(days=7)  # product default: time to notice that a wrong database was restored
BATCH = 500

Tell = Callable[[int, int], None]

log = structlog.get_logger('jobs')

# Which rows name the files of a kind; doomed files are known whatever their kind.
NAMED_BY: dict[str, Column[str]] = {
    'original': photos.c.original_key,
    'sound': photos.c.original_key,
    'film': photos.c.original_key,
    'clean': photos.c.clean_key,
    'small': photos.c.small_key,
    'file': files.c.media_key,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Keys that a row names and that are not there; keys that are there and that no row names."""

    missing: list[str]
    stray: list[str]


async def doom_stray(house: JobHouse) -> int:
    """Doom files that no row has named for a week: nobody could ask for them to be forgotten. Gives how many."""
    found = await compare(house.store, house.media, STRAY_KEPT)
    if found.missing:
        log.error('rows name files that are not there', count=len(found.missing), example=found.missing[0])
    for start in range(0, len(found.stray), BATCH):
        async with house.store.begin() as tx:
            await doomed.doom(tx, found.stray[start : start + BATCH])
    return len(found.stray)


async def compare(
    store: Store, media: MediaStore, stray_after: timedelta = IN_FLIGHT, tell: Tell = lambda found, done: None
) -> Comparison:
    """Compare rows with files, kind by kind; what seems wrong is looked up again: people go on meanwhile.

    `tell` hears how many more files are to be looked for, and how many more were found. Raises MediaUnreachable.
    """
    missing: list[str] = []
    stray: list[str] = []
    for kind in KINDS:
        async with store.read() as tx:
            named, now = await _named(tx, kind), tx.now
        tell(len(named), 0)
        unnamed = await _list_unnamed(media.entries(kind), named, now - stray_after, tell)
        async with store.read() as tx:
            missing += await _known(tx, (NAMED_BY[kind],), sorted(named))
            known = set(await _known(tx, (NAMED_BY[kind], doomed_files.c.media_key), unnamed))
        stray += [key for key in unnamed if key not in known]
    return Comparison(missing, sorted(stray))


async def _named(tx: ReadTx, kind: str) -> set[str]:
    named, column = set(), NAMED_BY[kind]
    rows = await tx.stream(select(column).where(column.startswith(f'{kind}/')))
    async for row in rows:
        named.add(row[0])
    return named


async def _list_unnamed(
    entries: AsyncIterator[tuple[str, datetime]], named: set[str], before: datetime, tell: Tell
) -> list[str]:
    """List files older than a moment that nobody names; takes those that are there out of `named`."""
    unnamed = []
    async for key, written in entries:
        if key in named:
            named.discard(key)
            tell(0, 1)
        elif written < before:
            unnamed.append(key)
    return unnamed


async def _known(tx: ReadTx, columns: Sequence[Column[str]], keys: Sequence[str]) -> list[str]:
    """Give those of `keys` that rows name at this moment."""
    found: list[str] = []
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        for column in columns:
            rows = await tx.execute(select(column).where(column.in_(batch)))
            found += [row[0] for row in rows.all()]
    return found
