"""Bodies of requests, read in pieces and given up as soon as they are too long or too slow."""

import asyncio

from starlette.requests import Request

from web.declined import Declined

PIECE_WITHIN = 60.0  # seconds without a byte; the page itself gives up after 45 and begins anew
WHOLE_WITHIN = 300.0  # seconds
BEGIN_WITHIN = 10.0  # seconds in which no rate is asked for yet
LEAST_RATE = 5_000  # bytes a second on the average after that: a slow phone network has ten times as much


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
    rate = max(LEAST_RATE, announced(request, most, too_long) / WHOLE_WITHIN)
    pieces, length = [], 0
    loop = asyncio.get_running_loop()
    begun = loop.time()
    try:
        async with asyncio.timeout(BEGIN_WITHIN) as limit:
            async for piece in request.stream():
                pieces.append(piece)
                length += len(piece)
                if length > most:
                    raise too_long
                limit.reschedule(_next_within(begun, loop.time(), length / rate))
    except TimeoutError:
        raise Declined(408, 'too_slow') from None
    return b''.join(pieces)


def _next_within(begun: float, now: float, credit: float) -> float:
    """Say until when the next piece must come if those that are here may have taken `credit` seconds.

    All are seconds of the loop's clock. Nobody may hold room for a large body with a trickle that could never be
    whole in time: the rate asked for grows with the length.
    """
    return min(now + PIECE_WITHIN, begun + WHOLE_WITHIN, begun + BEGIN_WITHIN + credit)
