"""One process at a time over a SQLite file: order within a chat and the bells live in that process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from civic.refusals import Refusal


@contextmanager
def alone(path: Path | None) -> Iterator[None]:
    """Hold the store's file for this process; it ends with the process. Raises Refusal already_running."""
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + '.running').open('w') as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal('already_running', path=path) from None
        yield
