"""How far long work is, on stderr, when somebody looks at it there."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[int, int], None]


def tell_nobody(found: int, done: int) -> None:
    """Say nothing."""


@contextmanager
def progress() -> Iterator[Tell]:
    """Give a function that takes how much more work was found, and how much more is done; no bar without terminal."""
    if not sys.stderr.isatty():
        yield tell_nobody
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task('', total=0)

        def tell(found: int, done: int) -> None:
            bar.update(task, total=(bar.tasks[0].total or 0) + found, advance=done)

        yield tell
