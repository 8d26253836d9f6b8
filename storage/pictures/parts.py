"""A picture file taken apart without decoding it: what the decoder needs, and nothing else.

Everything that is not pixels (comments, previews, tracks, trailing files) is left behind here, before
the decoder of a C library sees the file; the formats are read as their documents define them.
"""

from dataclasses import dataclass

from storage.pictures.limits import Pace

MAX_ICC = 1 << 20  # bytes; a larger colour profile is not a profile


@dataclass(frozen=True, slots=True)
class Parts:
    """`body` is the smallest stream with the pixels of the first picture; `size` is (width, height)."""

    kind: str
    size: tuple[int, int]
    pace: Pace
    body: bytes
    exif: bytes = b''  # the TIFF block, without the `Exif` prefix
    icc: bytes = b''


def tiff_block(exif: bytes) -> bytes:
    """The TIFF block of an EXIF item; writers disagree on whether the `Exif` prefix belongs to it."""
    return exif.removeprefix(b'Exif\x00\x00')
