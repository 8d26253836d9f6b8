"""Bodies of requests, read in pieces and given up as soon as they are too long or too slow."""

import asyncio

from starlette.requests import Request

from web.declined import Declined

PIECE_WITHIN = 60.0  # seconds without a byte; the page itself gives up after 45 and begins anew
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
    loop = asyncio.get_running_loop()
    end = loop.time() + WHOLE_WITHIN
    try:
        async with asyncio.timeout(PIECE_WITHIN) as limit:
            async for piece in request.stream():
                pieces.append(piece)
                length += len(piece)
                if length > most:
                    raise too_long
                limit.reschedule(min(loop.time() + PIECE_WITHIN, end))
    except TimeoutError:
        raise Declined(408, 'too_slow') from None
    return b''.join(pieces)
