"""XLSX with real strings: nothing is taken for a formula, a link or a number."""

import re
import tempfile
from collections.abc import Sequence
from typing import BinaryIO

import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from civic.reports.exports import Line, Value

MOST_ROWS = 1_048_576  # of a sheet, its heads included (Excel specifications and limits)
OPTIONS = {
    'constant_memory': True,
    'strings_to_formulas': False,
    'strings_to_urls': False,
    'strings_to_numbers': False,
    'default_date_format': None,
}
# What XML 1.0 cannot hold.
IMPOSSIBLE = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')


class XlsxWriter:
    """A workbook that is written row by row; a sheet that is full is followed by another."""

    def __init__(self, file: BinaryIO, columns: Sequence[str], most_rows: int = MOST_ROWS) -> None:
        # The library keeps rows in files of its own until the end, and leaves them when it never comes.
        self._room = tempfile.TemporaryDirectory(prefix='lvbi-')
        self._book = xlsxwriter.Workbook(file, OPTIONS | {'tmpdir': self._room.name})
        self._columns = columns
        self._most_rows = most_rows
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._row = 0
        self._put(self._columns)

    def write(self, line: Line) -> None:
        """Write one report."""
        if self._row >= self._most_rows:
            self._begin_sheet()
        self._put([line[name] for name in self._columns])

    def finish(self) -> None:
        """Put the workbook together in the file."""
        self._book.close()

    def close(self) -> None:
        """Take away the rows that were put aside."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
        self._room.cleanup()

    def _put(self, values: Sequence[Value]) -> None:
        for column, value in enumerate(values):
            if isinstance(value, str):
                self._sheet.write_string(self._row, column, IMPOSSIBLE.sub('', value))
            elif value is not None:
                self._sheet.write_number(self._row, column, value)
        self._row += 1
