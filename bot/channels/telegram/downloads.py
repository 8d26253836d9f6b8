"""Files that Telegram keeps for us: asked for, then taken piece by piece, never more than we take."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramRetryAfter,
)

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.wire import Wire
from bot.intake.files import NeverFetched, NotFetched

# What a Bot API server says with 400 of a file that may be there later.
FOR_NOW = 'temporarily unavailable'


async def fetch(channel: TelegramChannel, file_id: str, target: Path, most: int) -> None:
    """Fetch a file of at most `most` bytes. Raises NotFetched, NeverFetched; neither holds the address."""
    found = await _ask(channel, file_id)
    path = found.get('file_path')
    if not path:
        raise NotFetched('no path')
    try:
        got = await _take(channel.wire, path, target, most)
    except (aiohttp.ClientError, TimeoutError) as fault:
        raise NotFetched(type(fault).__name__) from None  # its words would hold the token
    if got < (found.get('file_size') or 0):
        raise NotFetched('cut short')


async def _ask(channel: TelegramChannel, file_id: str) -> dict[str, Any]:
    """Ask where the file lies: an address that is good for an hour (Bot API, getFile)."""
    try:
        found: dict[str, Any] = await channel.ask('getFile', {'file_id': file_id})
    except TelegramRetryAfter as halt:
        raise NotFetched('halted', float(halt.retry_after)) from None
    except (TelegramBadRequest, TelegramEntityTooLarge) as refused:
        said = refused.message.lower()
        if 'too big' in said or isinstance(refused, TelegramEntityTooLarge):
            raise NeverFetched('too_big') from None
        if FOR_NOW in said:
            raise NotFetched('not there now') from None
        raise NeverFetched('gone') from None
    except (TelegramAPIError, ClientDecodeError) as fault:
        raise NotFetched(type(fault).__name__) from None
    return found


async def _take(wire: Wire, path: str, target: Path, most: int) -> int:
    """Write the file to `target`; gives its length, whatever was announced."""
    got = 0
    with target.open('wb') as file:
        async for piece in wire.stream(path):
            got += len(piece)
            if got > most:
                raise NeverFetched('too_big')
            await asyncio.to_thread(file.write, piece)
    return got
