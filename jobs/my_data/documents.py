"""data.json, written row by row to a folder of this machine; when one is full, data-2.json goes on. For a thread."""

from collections.abc import Iterable
from io import BufferedWriter
from pathlib import Path
from typing import Any

import orjson

MOST_BYTES = 20_000_000  # of one document: half of what a part of the archive holds, though it be not compressed


class Documents:
    """JSON objects whose lists are given row by row; a list that does not fit goes on under its name in the next."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.paths: list[Path] = []
        self._folder = folder
        self._most = most_bytes
        self._file: BufferedWriter | None = None
        self._list: str | None = None
        self._first = True

    def put(self, name: str, value: Any) -> None:
        """Write a member; before all lists."""
        self._member(name).write(orjson.dumps(value, option=orjson.OPT_INDENT_2))

    def add(self, name: str, rows: Iterable[Any]) -> None:
        """Write rows of a list, which is begun by this and ended when another name comes."""
        if self._list != name:
            self._begin(name)
        for row in rows:
            self._add(name, orjson.dumps(row, option=orjson.OPT_INDENT_2))

    def close(self) -> list[Path]:
        """Finish; gives the files in order."""
        self._end_list()
        if self._file is not None:
            self._file.write(b'\n}\n')
            self._file.close()
            self._file = None
        return self.paths

    def _add(self, name: str, row: bytes) -> None:
        assert self._file is not None
        if not self._first and self._file.tell() + len(row) > self._most:
            self.close()
            self._begin(name)
        self._file.write((b'\n' if self._first else b',\n') + row)
        self._first = False

    def _begin(self, name: str) -> None:
        self._end_list()
        self._member(name).write(b'[')
        self._list, self._first = name, True

    def _end_list(self) -> None:
        if self._list is not None and self._file is not None:
            self._file.write(b']')
        self._list = None

    def _member(self, name: str) -> BufferedWriter:
        if self._file is None:
            number = len(self.paths) + 1
            self.paths.append(self._folder / ('data.json' if number == 1 else f'data-{number}.json'))
            self._file = self.paths[-1].open('wb')
            self._file.write(b'{\n')
        else:
            self._file.write(b',\n')
        self._file.write(orjson.dumps(name) + b': ')
        return self._file
