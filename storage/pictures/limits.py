"""What a picture may be before anybody decodes it, and the one way it is refused."""

from dataclasses import dataclass

CODES = frozenset({'too_big', 'too_many_pixels', 'not_a_picture', 'kind_not_allowed', 'animated', 'broken'})


class PictureRefused(Exception):
    """The file gave no clean picture; nothing of it may be shown. `code` is one of CODES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# Bytes of memory for each pixel while a picture of this kind is decoded, measured with Pillow 13: a JPEG is
# decoded at a fraction (but a progressive one keeps its coefficients), a WebP is held in four buffers.
MEMORY_A_PIXEL = {'JPEG': 6, 'HEIF': 6, 'PNG': 8, 'WEBP': 16}


def memory_needed(kind: str, size: tuple[int, int]) -> int:
    """Bytes that decoding takes, about."""
    return MEMORY_A_PIXEL[kind] * size[0] * size[1]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of the file, pixels of the picture and of its longer side, bytes of memory. Product defaults.

    20 MB is also the largest file a Telegram bot can fetch; 50 million pixels lets in every phone's
    full-size photo that is common today (48 megapixels).
    """

    bytes: int = 20_000_000
    pixels: int = 50_000_000
    side: int = 30_000
    memory: int = 400_000_000

    def check_bytes(self, count: int) -> None:
        """Raises PictureRefused when a file of `count` bytes is empty or too long."""
        if count == 0:
            raise PictureRefused('not_a_picture')
        if count > self.bytes:
            raise PictureRefused('too_big')

    def check_size(self, kind: str, size: tuple[int, int]) -> None:
        """Raises PictureRefused when a picture of this size must not be decoded."""
        if min(size) < 1:
            raise PictureRefused('broken')
        too_large = size[0] * size[1] > self.pixels or max(size) > self.side
        if too_large or memory_needed(kind, size) > self.memory:
            raise PictureRefused('too_many_pixels')
