"""How a command runs: settings once, logs, the fastest loop there is, words in the operator's language."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import typer

from bot.content.language import speaking
from lvbi import logs
from lvbi.refused import operators_locale
from lvbi.settings import Settings, read_settings

T = TypeVar('T')

OWNER_ONLY = 0o077  # what we write holds people's words: the store, its log, photos, exports


def do(work: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """Run a command's work to its end. Raises what lvbi.refused words in one line."""
    os.umask(OWNER_ONLY)
    settings = read_settings()
    logs.configure(settings.log_format, settings.log_level, settings.secrets())
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        return runner.run(work(settings))


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Take uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def worded() -> AbstractContextManager[None]:
    """Speak the operator's language within."""
    return speaking(operators_locale())


def tell(words: Callable[[], Iterable[str]]) -> None:
    """Print the lines that `words` makes in the operator's language."""
    with worded():
        for line in words():
            typer.echo(line)
