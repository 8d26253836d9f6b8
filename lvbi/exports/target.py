"""Where an export goes: a file that is there whole or not at all, or standard output."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from civic.refusals import Refusal


@contextmanager
def target(output: str | None, *, force: bool) -> Iterator[BinaryIO]:
    """Open what to write to. Raises Refusal file_there, file_not_writable; then nothing is left behind."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    _check_free(path, force)
    try:
        beside = tempfile.NamedTemporaryFile(dir=path.parent, prefix=f'.{path.name}.', delete=False)  # noqa: SIM115 - closed below
    except OSError as error:
        raise Refusal('file_not_writable', path=path, said=error.strerror) from None
    try:
        with beside:
            yield beside  # type: ignore[misc]
        _check_free(path, force)
        os.replace(beside.name, path)
    except OSError as error:
        raise Refusal('file_not_writable', path=path, said=error.strerror) from None
    finally:
        Path(beside.name).unlink(missing_ok=True)


def _check_free(path: Path, force: bool) -> None:
    if path.is_dir():
        raise Refusal('file_not_writable', path=path, said=os.strerror(21))
    if path.exists() and not force:
        raise Refusal('file_there', path=path)
