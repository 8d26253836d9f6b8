"""PNG, chunk by chunk (W3C Portable Network Graphics, third edition)."""

import zlib
from collections.abc import Iterator

from storage.pictures.limits import Pace, PictureRefused
from storage.pictures.parts import MAX_ICC, Parts

SIGNATURE = b'\x89PNG\r\n\x1a\n'
NEEDED = {b'IHDR', b'PLTE', b'tRNS', b'IDAT', b'IEND'}
GREY, PALETTE = 0, 3  # colour types of IHDR
MAX_CHUNKS = 30_000


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, where it starts, where it ends with its checksum) of each chunk up to and with IEND."""
    at = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        name, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], 'big')
        if len(name) < 4 or end > len(data):
            raise PictureRefused('broken')
        yield name, at, end
        if name == b'IEND':
            return
        at = end
    raise PictureRefused('broken')


def take_apart(data: bytes) -> Parts:
    """The one picture of a PNG file. Raises PictureRefused('animated' or 'broken')."""
    needed: list[bytes] = []
    said: dict[bytes, bytes] = {}
    for name, start, end in chunks(data):
        if name in NEEDED:
            needed.append(_checked(data[start:end]))
        elif name in {b'acTL', b'eXIf', b'iCCP'}:
            said[name] = data[start + 8 : end - 4]
    if int.from_bytes(said.get(b'acTL', b'')[:4], 'big') > 1:
        raise PictureRefused('animated')
    header = needed[0][8:]
    if needed[0][4:8] != b'IHDR' or len(header) != 17:
        raise PictureRefused('broken')
    size = int.from_bytes(header[:4], 'big'), int.from_bytes(header[4:8], 'big')
    icc = _profile(said.get(b'iCCP', b''))
    body = SIGNATURE + b''.join(needed)
    return Parts('PNG', size, _pace(header), body, exif=said.get(b'eXIf', b''), icc=icc)


def _pace(header: bytes) -> Pace:
    """Pillow keeps a colour in four bytes, grey in one or two; the file's own lines are few beside that."""
    depth, colours = header[8], header[9]
    pixel = 4 if colours not in {GREY, PALETTE} else 2 if depth == 16 else 1
    return Pace(pixel, pixel)


def _checked(chunk: bytes) -> bytes:
    if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], 'big'):
        raise PictureRefused('broken')
    return chunk


def _profile(chunk: bytes) -> bytes:
    """The profile after its name and the method byte; b'' when broken or longer than a profile is."""
    packed = chunk.partition(b'\x00')[2][1:]
    try:
        profile = zlib.decompressobj().decompress(packed, MAX_ICC + 1)
    except zlib.error:
        return b''
    return profile if len(profile) <= MAX_ICC else b''
