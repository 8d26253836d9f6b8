"""Downloads: files that people sent over a platform are fetched, checked and kept, and tried for days.

Nothing here lasts in memory: a worker that dies leaves a row whose lease runs out, and no file without a row.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Row

from bot.intake.files import Content, NeverFetched, NotFetched, laid_down
from civic import downloads
from civic.pictures import cleaned
from civic.recordings import MOST_BYTES, MOST_SECONDS
from jobs.house import JobHouse
from jobs.scratch import scratch
from jobs.steady import going_on
from storage import arrivals, doomed, fault_points, recordings
from storage import downloads as queue
from storage.arrivals import Address
from storage.dead_letters import Trouble
from storage.media import MediaUnreachable, new_key
from storage.pictures import PictureRefused, PictureRoomFull
from storage.recordings import RecordingRefused
from storage.store import StoreDown

AT_ONCE = 4  # files that one process fetches at the same time

log = structlog.get_logger('jobs')


class Unwanted(Exception):
    """The file was taken off or forgotten meanwhile, or another worker has it: what was made of it must go."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a file became: contents by key, and what is written of them, by column."""

    files: Mapping[str, Content]
    columns: Mapping[str, Any]


async def fetch_next(house: JobHouse) -> int:
    """Claim the file that is first in line and fetch it; gives how many there were."""
    async with house.store.begin() as tx:
        row = await queue.claim(tx, house.worker)
    if row is None:
        return 0
    with going_on('downloads', photo=row.id):
        await _work(house, row)
    return 1


async def _work(house: JobHouse, row: Row[Any]) -> None:
    try:
        await _fetch(house, row)
    except Unwanted:
        return
    except (NeverFetched, PictureRefused, RecordingRefused) as refused:
        await _refuse(house, row, refused.code)
    except (NotFetched, MediaUnreachable, PictureRoomFull) as fault:
        log.warning('a file could not be fetched', photo=row.id, tries=row.attempt, why=str(fault)[:200])
        await _put_back(house, row, getattr(fault, 'wait', 0.0))
    except StoreDown:
        raise  # the lease runs out, and the file is due again
    except Exception as fault:
        log.error('a download failed', reference=Trouble.of(fault).reference, photo=row.id, exc_info=fault)
        await _put_back(house, row)


async def _fetch(house: JobHouse, row: Row[Any]) -> None:
    fetch = house.fetch.get((row.channel, row.bot))
    if fetch is None:
        raise NotFetched('its channel is not open')
    with scratch() as folder:
        path = folder / 'file'
        await fetch(row.file_id, path, MOST_BYTES)
        made = await (_clean(house, path) if row.kind == 'photo' else _listen(row.kind, path))
        async with laid_down(house.store, house.media, made.files):
            fault_points.reach('mid_download')
            await _write(house, row, made)


async def _clean(house: JobHouse, path: Path) -> Made:
    """Make a photo anew, as one that is uploaded. Raises PictureRefused, PictureRoomFull."""
    data = await asyncio.to_thread(path.read_bytes)
    picture = await house.pictures.clean(data)
    keys = {kind: new_key(kind) for kind in ('original', 'clean', 'small')}
    contents: dict[str, Content] = {'original': path, 'clean': picture.clean, 'small': picture.small}
    files = {keys[kind]: content for kind, content in contents.items()}
    return Made(files, cleaned(picture, keys) | {'size': len(data)})


async def _listen(kind: str, path: Path) -> Made:
    """Look at a voice message or a video, which is kept as it came. Raises RecordingRefused."""
    allowed = {'film': MOST_SECONDS['video']} if kind == 'video' else {'sound': MOST_SECONDS['voice']}
    found = await asyncio.to_thread(recordings.read, path, allowed)
    key = new_key(found.kind)
    columns = {'original_key': key, 'sha256': found.sha256, 'size': found.size, 'seconds': found.seconds}
    return Made({key: path}, columns)


async def _write(house: JobHouse, row: Row[Any], made: Made) -> None:
    async with house.intake.order.holding(_address(row)), house.store.begin() as tx:
        conversation = (await arrivals.lock(tx, row.conversation_id)).conversation
        photo = await downloads.find_wanted(tx, row, house.worker, conversation)
        if photo is None:
            raise Unwanted
        if not await doomed.keep(tx, list(made.files)):
            raise NotFetched('it took more than an hour, and the files went')
        until = tx.now + timedelta(days=house.city.retention.original_photo_days)
        await downloads.keep(tx, house.city, photo, conversation, {**made.columns, 'original_until': until})


async def _refuse(house: JobHouse, row: Row[Any], code: str) -> None:
    async with house.intake.order.holding(_address(row)), house.store.begin() as tx:
        conversation = (await arrivals.lock(tx, row.conversation_id)).conversation
        photo = await downloads.find_wanted(tx, row, house.worker, conversation)
        if photo is not None:
            await downloads.refuse(tx, photo, conversation, code)


async def _put_back(house: JobHouse, row: Row[Any], wait: float = 0.0) -> None:
    """Try again later; after days its sender is asked to send it once more."""
    async with house.store.begin() as tx:
        hopeless = downloads.is_hopeless(row, tx.now)
        if not hopeless:
            await queue.put_back(tx, row, house.worker, timedelta(seconds=wait) if wait else None)
    if hopeless:
        await _refuse(house, row, 'gone')


def _address(row: Row[Any]) -> Address:
    return Address(row.channel, row.bot, row.chat_id)
