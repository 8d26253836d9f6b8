"""The real `lvbi` as a process of its own, forked from a parent that has imported everything: a start is a moment."""

import asyncio
import itertools
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

WARM = multiprocessing.get_context('forkserver')
WARM.set_forkserver_preload(['tests.system.warm', 'lvbi.cli', 'lvbi.commands.house', 'lvbi.wiring'])
LONGEST = 30  # seconds; a moment is usual


def _child(folder: str, words: Sequence[str], settings: dict[str, str], lines: Connection) -> None:
    """Become `lvbi WORDS` in a folder, with these settings and no others."""
    os.setsid()
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith('LVBI_')]:
        del os.environ[name]
    os.environ.update(settings, LANG='en_US.UTF-8', LVBI_TEST_FAULTS='1')
    with open('lvbi.log', 'a') as log:
        os.dup2(log.fileno(), 2)
    os.dup2(lines.fileno(), 1)
    sys.stdout = os.fdopen(1, 'w', buffering=1)
    sys.stderr = os.fdopen(2, 'w', buffering=1)
    from lvbi.cli import app

    sys.argv = ['lvbi', *words]
    app()


@dataclass
class Process:
    """A process of the house that lasts until it dies or is stopped."""

    process: ForkServerProcess
    lines: asyncio.StreamReader
    folder: Path

    async def says(self, words: str) -> str:
        """Wait for a line on its stdout; gives it."""
        async with asyncio.timeout(LONGEST):
            async for line in self.lines:
                if words in line.decode():
                    return line.decode().strip()
        raise AssertionError(f'it ended without saying {words!r}: {self.log[-2000:]}')

    @property
    def log(self) -> str:
        """What it logged, with those that ran before it in the same folder."""
        return (self.folder / 'lvbi.log').read_text()

    async def logs(self, words: str, times: int = 1) -> None:
        """Wait until it has logged these words so often."""
        async with asyncio.timeout(LONGEST):
            for pause in itertools.repeat(0.05):
                if self.log.count(words) >= times:
                    return
                await asyncio.sleep(pause)

    def may_write(self, most: int | None) -> None:
        """Let no file of it grow beyond so many bytes, as on a full disk; with None there is room again."""
        assert self.process.pid
        limit = resource.RLIM_INFINITY if most is None else most
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    async def dies(self) -> int:
        """Wait until it is gone; gives its exit code, negative for a signal."""
        code = await asyncio.to_thread(self._wait)
        assert code is not None, f'still there after {LONGEST} s: {self.log[-2000:]}'
        return code

    def _wait(self) -> int | None:
        self.process.join(LONGEST)
        return self.process.exitcode

    async def stops(self) -> int:
        """Tell it to stop, as an operator does."""
        self.signal(signal.SIGTERM)
        return await self.dies()

    def kill(self) -> None:
        """End it without a word, as a power cut does."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send a signal."""
        if self.process.pid is not None and self.process.is_alive():
            os.kill(self.process.pid, number)


@asynccontextmanager
async def lvbi(folder: Path, *words: str, **settings: str) -> AsyncIterator[Process]:
    """Start `lvbi WORDS`; it is gone when the block ends."""
    ours, theirs = WARM.Pipe(duplex=False)
    process = WARM.Process(target=_child, args=(str(folder), words, settings, theirs), daemon=True)
    process.start()
    theirs.close()
    lines = asyncio.StreamReader()
    pipe = os.fdopen(os.dup(ours.fileno()), 'rb', buffering=0)
    ours.close()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), pipe
    )
    found = Process(process, lines, folder)
    try:
        yield found
    finally:
        found.signal(signal.SIGKILL)
        await asyncio.to_thread(process.join)
        transport.close()
