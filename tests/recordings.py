"""Recordings made for the tests: as short as a file of their kind can be, with the length that they claim."""

import struct

SAMPLES = 48_000


def voice(seconds: int = 3, *, noise: bytes = b'') -> bytes:
    """Opus in Ogg: the page of the head, and a last page that tells how long it plays."""
    return _page(0, b'OpusHead\x01\x01' + bytes(9)) + _page(seconds * SAMPLES, b'\xf8\xff\xfe' + noise)


def _page(samples: int, content: bytes) -> bytes:
    head = b'OggS\x00\x02' + struct.pack('<qIII', samples, 1, 0, 0)
    return head + bytes([1, min(len(content), 255)]) + content


def film(seconds: int = 3, brand: bytes = b'isom', noise: bytes = b'film') -> bytes:
    """MP4: what it is, its movie header, and some data."""
    header = struct.pack('>B3xIIII', 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    return _box(b'ftyp', brand + bytes(4) + b'isom') + _box(b'moov', _box(b'mvhd', header)) + _box(b'mdat', noise)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack('>I4s', len(content) + 8, name) + content
