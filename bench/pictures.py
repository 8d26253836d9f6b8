"""`picture_*`: how fast a phone's photo becomes clean, and what memory the heaviest photos take that we accept."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pillow_heif
from PIL import Image

from storage.pictures import PictureRoom, clean

ALONE, TOGETHER = 9, 24


def photo(width: int, height: int) -> bytes:
    """A JPEG of shapes under sensor noise, about as heavy as a phone's."""
    noise = [Image.effect_noise((width, height), 12 + 2 * band) for band in range(3)]
    blended = [Image.blend(shapes(width, height).getchannel(0), band, 0.6) for band in noise]
    return saved(Image.merge('RGB', blended), 'JPEG', quality=88)


def shapes(width: int, height: int) -> Image.Image:
    """The Mandelbrot set, which every format packs well."""
    small = Image.effect_mandelbrot((width // 8, height // 8), (-2, -1.5, 1, 1.5), 60)
    return small.resize((width, height)).convert('RGB')


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def heic(width: int, height: int) -> bytes:
    """As a phone held upright writes it: turned."""
    turned = Image.Exif()
    turned[0x0112] = 6
    picture, buffer = shapes(width, height), BytesIO()
    picture.info['exif'] = turned.tobytes()
    pillow_heif.from_pillow(picture).save(buffer, quality=50, enc_params={'preset': 'ultrafast'})
    return buffer.getvalue()


# About the largest of each kind that we accept, and that of the largest phones.
HEAVY: dict[str, Callable[[], bytes]] = {
    'jpeg_12mp': lambda: photo(4000, 3000),
    'jpeg_50mp': lambda: saved(shapes(8160, 6144), 'JPEG'),
    'jpeg_50mp_progressive': lambda: saved(shapes(8160, 6144), 'JPEG', progressive=True),
    'jpeg_200mp': lambda: saved(shapes(16320, 12240), 'JPEG'),
    'png_29mp': lambda: saved(shapes(6200, 4650).convert('RGBA'), 'PNG', compress_level=1),
    'png_29mp_grey_16bit': lambda: saved(deep(6200, 4650), 'PNG', compress_level=1),
    'webp_10mp': lambda: saved(shapes(3600, 2700), 'WEBP', method=0),
    'heic_24mp': lambda: heic(5712, 4284),
}


def deep(width: int, height: int) -> Image.Image:
    """Grey in sixteen bits."""
    return shapes(width, height).convert('L').convert('I').point(lambda value: value * 256).convert('I;16')


async def measure() -> dict[str, float]:
    """Milliseconds of one 12 megapixel photo alone, such photos a second through the room, MB for one of each."""
    data = photo(4000, 3000)
    alone = statistics.median(timed(clean, data) for _ in range(ALONE))
    room = PictureRoom(waiting=TOGETHER)
    started = time.perf_counter()
    await asyncio.gather(*(room.clean(data) for _ in range(TOGETHER)))
    rate = TOGETHER / (time.perf_counter() - started)
    room.close()
    peaks = {f'picture_{name}_peak_megabytes': peak_megabytes(make()) for name, make in HEAVY.items()}
    return {
        'picture_jpeg_12mp_ms': alone * 1000,
        'pictures_per_second': rate,
        'pictures_two_at_once_peak_megabytes': peak_megabytes(data, together=2),
        **peaks,
    }


def timed(work: Callable[[bytes], object], data: bytes) -> float:
    started = time.perf_counter()
    work(data)
    return time.perf_counter() - started


def peak_megabytes(data: bytes, together: int = 1) -> float:
    """What cleaning adds to the peak of a process of its own, which has the file already."""
    command = [sys.executable, '-m', 'bench.pictures', str(together)]
    said = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout
    return float(said.split()[0])


async def clean_here(data: bytes, together: int) -> None:
    """Clean the picture so many times at once, and say what that took at its peak, and what it left (MB)."""
    room = PictureRoom()
    before = resident('VmRSS')
    await asyncio.gather(*(room.clean(data) for _ in range(together)))
    print(f'{resident("VmHWM") - before:.1f} {resident("VmRSS") - before:.1f}')
    room.close()


def resident(what: str) -> float:
    """MB of this process: its peak (VmHWM) or now (VmRSS). getrusage would count the parent's peak in."""
    line = next(line for line in Path('/proc/self/status').read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


if __name__ == '__main__':
    asyncio.run(clean_here(sys.stdin.buffer.read(), int(sys.argv[1])))
