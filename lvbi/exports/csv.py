"""CSV (RFC 4180) that no spreadsheet takes for formulas."""

import codecs
import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from civic.reports.exports import Line, Value

# Signs with which a spreadsheet begins a formula, also the full-width ones that Chinese and Japanese input gives.
FORMULA = ('=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠')


def write_mark(file: BinaryIO) -> None:
    """Write the byte order mark by which Excel knows UTF-8."""
    file.write(codecs.BOM_UTF8)


class CsvWriter:
    """UTF-8, comma, CRLF; every text is quoted, so that no other separator can split it."""

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(file, encoding='utf-8', newline='', write_through=False)
        self._rows = csv.writer(self._text, quoting=csv.QUOTE_NONNUMERIC)
        self._columns = columns
        self._rows.writerow(columns)

    def write(self, line: Line) -> None:
        """Write one report."""
        self._rows.writerow([safe(line[name]) for name in self._columns])

    def finish(self) -> None:
        """Hand everything to the file."""
        self._text.flush()

    def close(self) -> None:
        """Let go of the file, which stays open."""
        self._text.detach()


def safe(value: Value) -> Value:
    """Put an apostrophe before what a spreadsheet would run; OWASP's "CSV Injection" names the signs."""
    if isinstance(value, str) and value.lstrip(' \u3000').startswith(FORMULA):
        return f"'{value}"
    return value
