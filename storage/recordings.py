"""Voice and video as they came: what kind of file it is and how long it plays, by its own bytes.

Names, kinds and lengths that came with it are not asked. Nothing is decoded; players do that.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SAMPLES = 48_000  # a second, of Opus in Ogg whatever was recorded (RFC 7845, section 4)
TAIL = 65_536 * 2  # bytes; an Ogg page has at most 65,307 (RFC 3533, section 6)
CONTAINERS = (b'moov',)
FILMS = (b'isom', b'iso2', b'iso4', b'iso5', b'iso6', b'mp41', b'mp42', b'avc1', b'M4V ', b'dash', b'qt  ')
MOST_BOXES = 1000
PIECE = 256 * 1024


class RecordingRefused(Exception):
    """This is nothing that we keep as a voice message or a video; `code`: not_a_recording, too_long, broken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording: 'sound' (Opus in Ogg) or 'film' (MP4); whole seconds, rounded up; SHA-256 (hex)."""

    kind: str
    seconds: int
    size: int
    sha256: str


def read(path: Path, most_seconds: dict[str, int]) -> Recording:
    """Read a file of a kind that `most_seconds` names, and no longer. For a thread. Raises RecordingRefused."""
    size = path.stat().st_size
    with path.open('rb') as file:
        try:
            kind, seconds = _look_into(file, size)
        except (struct.error, ZeroDivisionError, OverflowError):
            raise RecordingRefused('broken') from None
        file.seek(0)
        digest = hashlib.file_digest(file, 'sha256').hexdigest()
    if kind not in most_seconds:
        raise RecordingRefused('not_a_recording')
    if seconds > most_seconds[kind]:
        raise RecordingRefused('too_long')
    return Recording(kind, seconds, size, digest)


def _look_into(file: BinaryIO, size: int) -> tuple[str, int]:
    head = file.read(64)
    if head.startswith(b'OggS') and b'OpusHead' in head:
        return 'sound', _seconds_of_ogg(file, size)
    if head[4:8] == b'ftyp' and head[8:12] in FILMS:
        return 'film', _seconds_of_film(file, size)
    raise RecordingRefused('not_a_recording')


def _seconds_of_ogg(file: BinaryIO, size: int) -> int:
    """The last page tells how many samples there were before its end (RFC 3533: bytes 6 to 13 of its header)."""
    file.seek(max(0, size - TAIL))
    tail = file.read()
    at = tail.rfind(b'OggS')
    if at < 0:
        raise RecordingRefused('broken')
    samples: int = struct.unpack_from('<q', tail, at + 6)[0]
    if samples <= 0:
        raise RecordingRefused('broken')
    return -(-samples // SAMPLES)


def _seconds_of_film(file: BinaryIO, size: int) -> int:
    """The movie header gives length and time scale (ISO/IEC 14496-12, 8.2.2)."""
    for name, start, _end in _boxes(file, 0, size):
        if name == b'mvhd':
            file.seek(start)
            head = file.read(32)
            scale, length = (
                struct.unpack_from('>IQ', head, 20) if head[0] == 1 else struct.unpack_from('>II', head, 12)
            )
            return -(-int(length) // int(scale))
    raise RecordingRefused('broken')


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Walk the boxes as (name, start of content, end), going into those that hold what we look for."""
    for _ in range(MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        length, name = struct.unpack('>I4s', head[:8])
        start = at + 8
        if length == 1:
            length, start = struct.unpack_from('>Q', head, 8)[0], at + 16
        stop = at + length if length else end
        if stop < start or stop > end:
            raise RecordingRefused('broken')
        yield name, start, stop
        at = start if name in CONTAINERS else stop
