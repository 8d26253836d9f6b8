"""The archive: ZIP files of at most 45 MB, written piece by piece to a folder of this machine. For a thread."""

import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import IO

MOST_BYTES = 45_000_000  # a bot may send 50 MB (Bot API); the rest is room for names and the directory
ENTRY_BYTES = 300  # what an entry costs beside its content, generously
COPY_BYTES = 256 * 1024

# How a photo or recording as it came is recognised, to be named so that programs open it: where, what, ending.
SIGNATURES = (
    (0, b'\xff\xd8', 'jpg'),
    (0, b'\x89PNG', 'png'),
    (8, b'WEBP', 'webp'),
    (0, b'OggS', 'ogg'),
    (4, b'ftyphe', 'heic'),
    (4, b'ftypmif1', 'heic'),
    (4, b'ftyp', 'mp4'),
)


class Archive:
    """ZIP files in `folder`; a new one is begun when the next entry would make one too large."""

    def __init__(self, folder: Path, made_at: datetime, most_bytes: int = MOST_BYTES) -> None:
        self.paths: list[Path] = []
        self._folder = folder
        self._moment = made_at.timetuple()[:6]
        self._most = most_bytes
        self._zip: zipfile.ZipFile | None = None

    def add_text(self, name: str, data: bytes) -> None:
        """Add words, compressed."""
        with self._entry(name, len(data), zipfile.ZIP_DEFLATED) as entry:
            entry.write(data)

    def add_file(self, name: str, path: Path, *, compressed: bool = False) -> None:
        """Add a file; a photo as it is, words compressed."""
        kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        with path.open('rb') as source, self._entry(name, path.stat().st_size, kind) as entry:
            shutil.copyfileobj(source, entry, COPY_BYTES)

    def close(self) -> list[Path]:
        """Finish the last file; gives all, in order."""
        if self._zip is not None:
            self._zip.close()
        return self.paths

    def _entry(self, name: str, size: int, compression: int) -> IO[bytes]:
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type = compression
        info.external_attr = 0o600 << 16
        return self._with_room(size + ENTRY_BYTES).open(info, 'w')

    def _with_room(self, size: int) -> zipfile.ZipFile:
        if self._zip is not None and _held(self._zip) + size > self._most:
            self._zip.close()
            self._zip = None
        if self._zip is None:
            self.paths.append(self._folder / f'part-{len(self.paths) + 1}.zip')
            self._zip = zipfile.ZipFile(self.paths[-1], 'w')
        return self._zip


def _held(archive: zipfile.ZipFile) -> int:
    return sum(entry.compress_size + ENTRY_BYTES for entry in archive.infolist())


def ending_of(path: Path) -> str:
    """Name the ending of a photo or recording by its first bytes."""
    with path.open('rb') as source:
        head = source.read(16)
    return next((ending for at, sign, ending in SIGNATURES if head[at : at + len(sign)] == sign), 'bin')
