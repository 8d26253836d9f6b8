"""Bodies of requests, read in pieces and given up as soon as they are too long or too slow."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.requests import Request

from web.declined import Declined

PIECE_WITHIN = 20.0  # seconds without a byte
WHOLE_WITHIN = 300.0  # seconds


def announced(request: Request, most: int, too_long: Exception) -> int:
    """Give the length that a body will have at most. Raises `too_long` when it says itself that it is."""
    said = request.headers.get('content-length', '')
    if not (said.isascii() and said.isdecimal()):
        return most
    if len(said) > 18 or int(said) > most:
        raise too_long
    return int(said)


async def read_body(request: Request, most: int, too_long: Exception) -> bytes:
    """Read a body of at most `most` bytes. Raises `too_long` as soon as it is longer, Declined 408."""
    announced(request, most, too_long)
    pieces, length = [], 0
    stream = request.stream()
    try:
        async with asyncio.timeout(WHOLE_WITHIN):
            while piece := await _next(stream):
                pieces.append(piece)
                length += len(piece)
                if length > most:
                    raise too_long
    except TimeoutError:
        raise Declined(408, 'too_slow') from None
    return b''.join(pieces)


async def _next(stream: AsyncGenerator[bytes, None]) -> bytes:
    async with asyncio.timeout(PIECE_WITHIN):
        return await anext(stream, b'')
