"""What a photo may take of the machine's memory, measured in a process of its own; and what is too much."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from bench import pictures
from storage.pictures import Limits, PictureRefused, clean
from storage.pictures.memory import MemoryRoom
from tests.storage import photos

LIMIT = Limits().memory / 2**20
MARGIN = 1.15  # what the decoder's own tables and the allocator add

needs_proc = pytest.mark.skipif(not Path('/proc/self/status').exists(), reason='memory is read from /proc')


@needs_proc
@pytest.mark.parametrize('name', pictures.HEAVY)
def test_no_photo_that_we_accept_takes_more_than_the_limit(name: str) -> None:
    assert pictures.peak_megabytes(pictures.HEAVY[name]()) <= LIMIT * MARGIN


@needs_proc
def test_heavy_photos_are_cleaned_one_at_a_time_and_common_ones_together() -> None:
    heavy, common = pictures.HEAVY['png_29mp'](), photos.jpeg(photos.drawing(4000, 3000))
    assert pictures.peak_megabytes(heavy, together=3) <= LIMIT * MARGIN
    assert pictures.peak_megabytes(common, together=4) <= LIMIT * MARGIN


@needs_proc
def test_the_memory_is_given_back() -> None:
    command = [sys.executable, '-m', 'bench.pictures', '2']
    for name in ('png_29mp', 'jpeg_50mp_progressive'):
        said = subprocess.run(command, input=pictures.HEAVY[name](), stdout=subprocess.PIPE, check=True).stdout
        assert float(said.split()[1]) <= 20


TOO_HEAVY = {
    'PNG': lambda: photos.bare_png(7000, 5300),
    'progressive JPEG of fine colours': lambda: photos.saved(
        wide(7000, 5300), 'JPEG', progressive=True, subsampling=0
    ),
    'WebP': lambda: photos.saved(wide(4000, 3000), 'WEBP', method=0),
    'HEIC of fine colours': lambda: photos.heic(wide(4000, 3000), chroma=444),
    'JPEG of more than any phone': lambda: photos.saved(Image.new('L', (16_000, 14_000)), 'JPEG'),
}


def wide(width: int, height: int) -> Image.Image:
    return Image.new('RGB', (width, height), 'green')


@pytest.mark.parametrize('name', TOO_HEAVY)
def test_a_photo_that_would_take_more_is_refused_before_it_is_decoded(name: str) -> None:
    with pytest.raises(PictureRefused) as caught:
        clean(TOO_HEAVY[name]())
    assert caught.value.code == 'too_many_pixels'


def test_who_needs_much_is_not_overtaken_for_ever_by_those_who_need_little() -> None:
    room, order, waits = MemoryRoom(10), list[str](), threading.Event()

    def take(size: int, name: str) -> None:
        waits.set()
        with room.holding(size):
            order.append(name)

    with room.holding(6):
        first = threading.Thread(target=take, args=(10, 'large'))
        first.start()
        waits.wait()
        while not room._line.locked():
            pass
        second = threading.Thread(target=take, args=(4, 'small'))
        second.start()
    first.join()
    second.join()
    assert order == ['large', 'small']


def test_what_needs_more_than_there_is_gets_all_of_it() -> None:
    room = MemoryRoom(10)
    with room.holding(11):
        pass
    with room.holding(10):
        pass
