"""A part of a file, as players ask for it (RFC 9110, section 14): one range of bytes, or all of it."""

import re
from dataclasses import dataclass

from web.declined import Declined

MOST = 1_000_000  # bytes in one answer; a player asks for the rest when it gets there
ONE_RANGE = re.compile(r'bytes=(\d{0,15})-(\d{0,15})')


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes `start` to `stop`, the last one not included, of a file of `size`."""

    start: int
    stop: int
    size: int

    @property
    def headers(self) -> dict[str, str]:
        """Name the part."""
        return {'Content-Range': f'bytes {self.start}-{self.stop - 1}/{self.size}'}


def asked_part(header: str | None, size: int) -> Part | None:
    """Read a Range header; None where all is asked for, or in a way that may be passed over (several ranges).

    Raises Declined 416 for what lies behind the end.
    """
    found = ONE_RANGE.fullmatch(header.strip()) if header else None
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    if start >= size or (first and last and int(last) < start):
        raise Declined(416, 'not_here')
    return Part(start, min(stop, start + MOST), size)
