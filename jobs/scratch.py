"""Scratch folders for files that are worked on; what a killed process left in one does not stay."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

PREFIX = 'lvbi-scratch-'
LEFT = 3600  # seconds without a change, after which nobody works in a folder any more


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that goes with the block; those on this machine that a killed process left go now."""
    with TemporaryDirectory(prefix=PREFIX) as name:
        _remove_left(Path(name))
        yield Path(name)


def _remove_left(fresh: Path) -> None:
    oldest = fresh.stat().st_mtime - LEFT
    for folder in fresh.parent.glob(f'{PREFIX}*'):
        with suppress(OSError):  # another process removes it, or it is not ours
            if max(path.stat().st_mtime for path in (folder, *folder.rglob('*'))) < oldest:
                shutil.rmtree(folder)
