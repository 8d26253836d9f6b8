"""The three things we read from EXIF: which way is up, where, and when (CIPA DC-008, TIFF 6.0).

A reader of our own: it never warns, never raises, and takes nothing else out of the block.
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime

ORIENTATION, EXIF_BLOCK, GPS_BLOCK = 0x0112, 0x8769, 0x8825
TAKEN_AT, TAKEN_OFFSET = 0x9003, 0x9011
LAT_REF, LAT, LON_REF, LON, DATUM = 0x01, 0x02, 0x03, 0x04, 0x12

BYTES_OF = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}  # TIFF field type → bytes of one value
MAX_ENTRIES, MAX_VALUE = 500, 1024

Block = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Said:
    """`place` is (latitude, longitude) in degrees, WGS-84; `taken_at` is the camera's clock, ISO 8601."""

    orientation: int = 1
    place: tuple[float, float] | None = None
    taken_at: str | None = None


def read(tiff: bytes) -> Said:
    """What the TIFF block says; what it does not say readably stays unsaid."""
    order = {b'II*\x00': 'little', b'MM\x00*': 'big'}.get(tiff[:4])
    if order is None:
        return Said()
    reader = _Reader(tiff, big=order == 'big')
    first = reader.block(reader.number(tiff[4:8]))
    exif = reader.block(reader.number(first.get(EXIF_BLOCK, b'')))
    gps = reader.block(reader.number(first.get(GPS_BLOCK, b'')))
    turn = reader.number(first.get(ORIENTATION, b''))
    return Said(turn if 1 <= turn <= 8 else 1, _place(reader, gps), _taken_at(exif))


class _Reader:
    def __init__(self, tiff: bytes, *, big: bool) -> None:
        self.tiff = tiff
        self.big = big

    def number(self, raw: bytes) -> int:
        return int.from_bytes(raw[:4], 'big' if self.big else 'little')

    def block(self, at: int) -> Block:
        """Tag → raw value bytes of one directory; {} when there is none at `at`."""
        if not 8 <= at < len(self.tiff):
            return {}
        count = min(self.number(self.tiff[at : at + 2]), MAX_ENTRIES)
        starts = range(at + 2, min(at + 2 + 12 * count, len(self.tiff) - 11), 12)
        return {self.number(self.tiff[start : start + 2]): self._value(start) for start in reversed(starts)}

    def _value(self, start: int) -> bytes:
        """A value of up to four bytes stands in the entry itself, a longer one where the entry points."""
        field = self.number(self.tiff[start + 2 : start + 4])
        size = BYTES_OF.get(field, 0) * self.number(self.tiff[start + 4 : start + 8])
        if size > MAX_VALUE:
            return b''
        at = start + 8 if size <= 4 else self.number(self.tiff[start + 8 : start + 12])
        return self.tiff[at : at + size]

    def degrees(self, raw: bytes) -> float:
        """Degrees, minutes and seconds as three fractions; NaN when they are none."""
        fractions = [(self.number(raw[i : i + 4]), self.number(raw[i + 4 : i + 8])) for i in (0, 8, 16)]
        if len(raw) != 24 or not all(below for _, below in fractions):
            return math.nan
        whole, minutes, seconds = (above / below for above, below in fractions)
        return whole + minutes / 60 + seconds / 3600 if max(minutes, seconds) <= 60 else math.nan


def _place(reader: _Reader, gps: Block) -> tuple[float, float] | None:
    """The place, when it is one on Earth, not the null island, and in the datum we keep."""
    signs = {b'N': 1, b'E': 1, b'S': -1, b'W': -1}
    lat_ref, lon_ref = gps.get(LAT_REF, b'')[:1].upper(), gps.get(LON_REF, b'')[:1].upper()
    if lat_ref not in {b'N', b'S'} or lon_ref not in {b'E', b'W'} or not _is_wgs84(gps.get(DATUM, b'')):
        return None
    lat = signs[lat_ref] * reader.degrees(gps.get(LAT, b''))
    lon = signs[lon_ref] * reader.degrees(gps.get(LON, b''))
    if not (abs(lat) <= 90 and abs(lon) <= 180) or (abs(lat) < 1e-4 and abs(lon) < 1e-4):
        return None
    return round(lat, 6), round(lon, 6)


def _is_wgs84(datum: bytes) -> bool:
    """Phones leave the tag out or write some spelling of WGS-84; another datum would be a wrong place."""
    letters = re.sub(rb'[^A-Z0-9]', b'', datum.upper())
    return letters in {b'', b'WGS84', b'WGS1984'}


def _taken_at(exif: Block) -> str | None:
    found = re.match(rb'(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)', exif.get(TAKEN_AT, b''))
    if not found:
        return None
    offset = re.match(rb'[+-]\d\d:\d\d', exif.get(TAKEN_OFFSET, b''))
    text = '{}-{}-{}T{}'.format(*(piece.decode() for piece in found.groups()))
    text += offset[0].decode() if offset else ''
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return None
