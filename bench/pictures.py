"""How fast a phone's photo (12 megapixels, JPEG) becomes clean, and what memory that takes.

`python -m bench.pictures` prints one line.
"""

import asyncio
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO

ALONE, TOGETHER = 9, 24


def photo(width: int, height: int) -> bytes:
    """A JPEG of shapes under sensor noise, about as heavy as a phone's."""
    from PIL import Image

    shapes = Image.effect_mandelbrot((width // 8, height // 8), (-2, -1.5, 1, 1.5), 60).resize((width, height))
    noise = [Image.effect_noise((width, height), 12 + 2 * band) for band in range(3)]
    buffer = BytesIO()
    Image.merge('RGB', [Image.blend(shapes, band, 0.6) for band in noise]).save(buffer, 'JPEG', quality=88)
    return buffer.getvalue()


def megabytes() -> float:
    """Most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure() -> dict[str, float]:
    """Milliseconds of one photo alone, photos a second through the room, MB of memory one and two of them add."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('spawn')) as elsewhere:
        data = elsewhere.submit(photo, 4000, 3000).result()
    from storage.pictures import PictureRoom, clean

    before = megabytes()
    alone = statistics.median(timed(clean, data) for _ in range(ALONE))
    one = megabytes()
    room = PictureRoom(waiting=TOGETHER)
    started = time.perf_counter()
    await asyncio.gather(*(room.clean(data) for _ in range(TOGETHER)))
    rate = TOGETHER / (time.perf_counter() - started)
    room.close()
    return {
        'photo_megabytes': round(len(data) / 1e6, 1),
        'alone_ms': round(alone * 1000),
        'per_second': round(rate, 1),
        'memory_one_mb': round(one - before),
        'memory_room_mb': round(megabytes() - before),
    }


def timed(work: Callable[[bytes], object], data: bytes) -> float:
    started = time.perf_counter()
    work(data)
    return time.perf_counter() - started


def main() -> None:
    found = asyncio.run(measure())
    print(
        'pictures: a 12 megapixel JPEG of {photo_megabytes} MB takes {alone_ms} ms alone; a room of two threads '
        'cleans {per_second}/s; memory +{memory_one_mb} MB for one, +{memory_room_mb} MB for two'.format(**found)
    )


if __name__ == '__main__':
    main()
