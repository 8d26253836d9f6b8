"""JPEG, marker by marker (ITU-T T.81 annex B)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from storage.pictures.limits import CLEAN_SIDE, Pace, PictureRefused
from storage.pictures.parts import MAX_ICC, Parts, tiff_block

SOI, EOI, SOS, APP0, APP1, APP2, APP14, COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
DHT, DQT, DRI, SOF0, SOF1, SOF2 = 0xC4, 0xDB, 0xDD, 0xC0, 0xC1, 0xC2
FRAMES = {SOF0, SOF1, SOF2}  # baseline, extended, progressive: what phones write
TABLES = FRAMES | {DQT, DHT, DRI}
OURS = {APP0, DQT, SOF0, DHT, SOS, EOI}  # what our own encoder writes

MAX_SEGMENTS = 3_000
MAX_SCANS = 100  # each scan walks the whole picture, however few its bytes

_AFTER_SCAN = re.compile(rb'\xff([^\x00\xff\xd0-\xd7])')  # not a stuffed byte, not a restart marker


class Segment(NamedTuple):
    """A marker and the payload between `start` and `end`; `at` is where its 0xFF stands."""

    marker: int
    at: int
    start: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """The segments after SOI up to and with EOI. Raises PictureRefused('broken') where they do not fit."""
    at = 2
    for _ in range(MAX_SEGMENTS):
        segment = _segment_at(data, at)
        yield segment
        if segment.marker == EOI:
            return
        at = _next_marker(data, segment.end) if segment.marker == SOS else segment.end
    raise PictureRefused('broken')


def _segment_at(data: bytes, at: int) -> Segment:
    while data[at : at + 2] == b'\xff\xff':  # fill bytes may stand before a marker
        at += 1
    head = data[at : at + 4]
    if len(head) < 2 or head[0] != 0xFF:
        raise PictureRefused('broken')
    if head[1] == EOI:
        return Segment(EOI, at, at + 2, at + 2)
    end = at + 2 + int.from_bytes(head[2:], 'big')
    if head[1] < SOF0 or SOI - 8 <= head[1] <= SOI or end < at + 4 or end > len(data):
        raise PictureRefused('broken')
    return Segment(head[1], at, at + 4, end)


def _next_marker(data: bytes, at: int) -> int:
    found = _AFTER_SCAN.search(data, at)
    if found is None:
        raise PictureRefused('broken')
    return found.start()


def take_apart(data: bytes) -> Parts:
    """The first picture of a JPEG file. Raises PictureRefused('broken') on a cut or odd one."""
    found = list(segments(data))
    scans = [segment for segment in found if segment.marker == SOS]
    frames = [segment for segment in found if segment.marker in FRAMES]
    if not 1 <= len(scans) <= MAX_SCANS or len(frames) != 1 or frames[0].end - frames[0].start < 6:
        raise PictureRefused('broken')
    head = [segment for segment in found if segment.at < scans[0].at]
    tables = b''.join(data[s.at : s.end] for s in head if _is_needed(data, s))
    frame = data[frames[0].start : frames[0].end]
    size = int.from_bytes(frame[3:5], 'big'), int.from_bytes(frame[1:3], 'big')
    body = b'\xff\xd8' + tables + data[scans[0].at : found[-1].end]
    drafted = 4 / _fraction(size) ** 2
    pace = Pace(_held(data, frames[0], scans[0]) + drafted, drafted)
    return Parts('JPEG', size, pace, body, exif=_exif(data, head), icc=_icc(data, head))


def _fraction(size: tuple[int, int]) -> int:
    """Of both sides: the decoder leaves out what we would throw away, by halves."""
    return max(half for half in (1, 2, 4, 8) if half == 1 or half * CLEAN_SIDE <= max(size))


def _held(data: bytes, frame: Segment, scan: Segment) -> float:
    """Bytes a pixel: none when line after line is decoded, else two for each coefficient of the whole picture.

    So it is when the colours come one by one or ever finer (T.81 §A.2.3, §G.1.1).
    """
    colours = data[frame.start + 5]
    if frame.marker != SOF2 and data[scan.start] == colours:
        return 0
    factors = [(byte >> 4, byte & 15) for byte in data[frame.start + 7 : frame.end : 3]]
    whole = max(across for across, _ in factors) * max(down for _, down in factors)
    return 2 * sum(across * down for across, down in factors) / whole


def _is_needed(data: bytes, segment: Segment) -> bool:
    """JFIF and Adobe say how the colours are written, so the decoder gets them."""
    names = {APP0: b'JFIF\x00', APP14: b'Adobe'}
    name = names.get(segment.marker)
    return segment.marker in TABLES or (name is not None and data.startswith(name, segment.start))


def _exif(data: bytes, head: list[Segment]) -> bytes:
    for segment in head:
        if segment.marker == APP1 and data.startswith(b'Exif\x00\x00', segment.start):
            return tiff_block(data[segment.start : segment.end])
    return b''


def _icc(data: bytes, head: list[Segment]) -> bytes:
    """The colour profile of the APP2 pieces, numbered from 1 (ICC.1:2022 annex B.4); b'' when not whole."""
    name = b'ICC_PROFILE\x00'
    pieces = [data[s.start + 12 : s.end] for s in head if s.marker == APP2 and data.startswith(name, s.start)]
    pieces.sort(key=lambda piece: piece[:1])
    numbers = [tuple(piece[:2]) for piece in pieces]
    if numbers != [(n, len(pieces)) for n in range(1, len(pieces) + 1)]:
        return b''
    profile = b''.join(piece[2:] for piece in pieces)
    return profile if len(profile) <= MAX_ICC else b''


def check_only_pixels(data: bytes) -> None:
    """Raises PictureRefused('broken') unless `data` is a JPEG of bare pixels that ends at its EOI.

    The last look at what we wrote ourselves: whatever a new version of the encoder may add, nothing but
    the plain 16-byte JFIF header and the picture leaves this house.
    """
    last = Segment(SOI, 0, 0, 0)
    for last in segments(data):
        if last.marker not in OURS or (last.marker == APP0 and last.end - last.at != 18):
            raise PictureRefused('broken')
    if not data.startswith(b'\xff\xd8') or last.end != len(data):
        raise PictureRefused('broken')
