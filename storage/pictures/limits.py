"""What a picture may be before anybody decodes it, and the one way it is refused."""

from dataclasses import dataclass
from typing import NamedTuple

CODES = frozenset({'too_big', 'too_many_pixels', 'not_a_picture', 'kind_not_allowed', 'animated', 'broken'})


class PictureRefused(Exception):
    """The file gave no clean picture; nothing of it may be shown. `code` is one of CODES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


CLEAN_SIDE, SMALL_SIDE = 1600, 480  # pixels of the longer side of what we keep
WORK = 45_000_000  # bytes: the bands that are converted, the picture at up to twice our size, and at our size


class Pace(NamedTuple):
    """Bytes for each pixel of the whole picture: while the decoder works, and when its pixels lie there."""

    decoding: float
    decoded: float


def memory_needed(size: tuple[int, int], pace: Pace) -> int:
    """Bytes that cleaning takes at its peak, beside the file itself."""
    pixels = size[0] * size[1]
    return int(max(pace.decoding * pixels, pace.decoded * pixels + WORK))


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of the file, pixels of the picture and of its longer side, bytes of memory. Product defaults.

    20 MB is also the largest file a Telegram bot can fetch. 210 million pixels let in the largest JPEG of a
    phone (200 megapixels), which is decoded at a fraction; `memory` sets the limit of all that is not: some
    10 megapixels of WebP, 30 of PNG, 27 of HEIC, 55 of progressive JPEG.
    """

    bytes: int = 20_000_000
    pixels: int = 210_000_000
    side: int = 30_000
    memory: int = 165_000_000

    def check_bytes(self, count: int) -> None:
        """Raises PictureRefused when a file of `count` bytes is empty or too long."""
        if count == 0:
            raise PictureRefused('not_a_picture')
        if count > self.bytes:
            raise PictureRefused('too_big')

    def check_size(self, size: tuple[int, int], pace: Pace) -> None:
        """Raises PictureRefused when a picture of this size must not be decoded."""
        if min(size) < 1:
            raise PictureRefused('broken')
        too_large = size[0] * size[1] > self.pixels or max(size) > self.side
        if too_large or memory_needed(size, pace) > self.memory:
            raise PictureRefused('too_many_pixels')
