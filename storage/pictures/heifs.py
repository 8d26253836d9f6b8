"""HEIF, box by box as far as needed (ISO/IEC 23008-12, 14496-12 §4.2); libheif reads the rest."""

from storage.pictures.limits import Pace, PictureRefused
from storage.pictures.parts import Parts

STILL = {b'heic', b'heix', b'heim', b'heis'}  # one picture, coded as HEVC
MOVING = {b'hevc', b'hevx', b'hevm', b'hevs', b'msf1'}
GENERAL = b'mif1'  # a still picture of any coding: the list of compatible brands says which
MAX_BOXES = 200


def take_apart(data: bytes) -> Parts:
    """The file as it is, when it says it is HEVC and is not cut. Its size and pace are asked of libheif."""
    _check_brand(data)
    _check_whole(data)
    return Parts('HEIF', (0, 0), Pace(0, 0), data)


def _check_brand(data: bytes) -> None:
    length = int.from_bytes(data[:4], 'big')
    major, others = data[8:12], {data[i : i + 4] for i in range(16, min(length, 256), 4)}
    if major in MOVING:
        raise PictureRefused('animated')
    if major not in STILL and not (major == GENERAL and others & STILL):
        raise PictureRefused('kind_not_allowed')


def _check_whole(data: bytes) -> None:
    """The directory and the data must be there to their last byte; what a phone hangs on after is its own."""
    at, missing = 0, {b'meta', b'mdat'}
    for _ in range(MAX_BOXES):
        end = at + _length(data, at)
        if end <= at or end > len(data):
            break
        missing -= {data[at + 4 : at + 8]}
        at = end
    if missing:
        raise PictureRefused('broken')


def _length(data: bytes, at: int) -> int:
    """0 means to the end of the file, 1 that a 64-bit length follows the name."""
    length = int.from_bytes(data[at : at + 4], 'big')
    if at + 8 > len(data):
        return 0
    if length == 1:
        return int.from_bytes(data[at + 8 : at + 16], 'big')
    return length or len(data) - at
