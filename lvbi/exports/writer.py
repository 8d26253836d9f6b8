"""What every form of export has in common."""

from collections.abc import Sequence
from typing import BinaryIO, Protocol

from civic.reports.exports import Line


class Writer(Protocol):
    """Writes lines to a file as they come; nothing is complete before `finish`."""

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        """Write what stands before the first line."""

    def write(self, line: Line) -> None:
        """Write one report."""

    def finish(self) -> None:
        """Write what stands after the last line; the file stays open."""

    def close(self) -> None:
        """Let go of everything of its own, also when it broke off."""
