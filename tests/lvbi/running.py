"""`lvbi` as people start it: a process of its own, in a folder of its own, with nothing else in its environment."""

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LONGEST = 60  # seconds; a second is usual
COMMAND = (sys.executable, '-m', 'lvbi')


def environ(**settings: str) -> dict[str, str]:
    """English words, the settings of the test, and what coverage needs to follow; nothing else."""
    measured = {name: value for name, value in os.environ.items() if name.startswith('COVERAGE_')}
    return {'PATH': os.environ['PATH'], 'LANG': 'en_US.UTF-8', 'PYTHONUTF8': '1', **measured, **settings}


def lvbi(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *words], cwd=folder, env=environ(**settings), capture_output=True, text=True, timeout=LONGEST
    )


def refused(folder: Path, *words: str, **settings: str) -> str:
    """Run a command that must be refused: exit code 2, nothing on stdout; gives the one line on stderr."""
    done = lvbi(folder, *words, **settings)
    assert (done.returncode, done.stdout) == (2, ''), done
    (line,) = done.stderr.splitlines()
    return line


@dataclass
class Running:
    """A process that lasts."""

    process: subprocess.Popen[str]

    def line_with(self, pattern: str) -> re.Match[str]:
        """Wait for a line that has the pattern."""
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f'ended with {self.process.wait()} and said no line with {pattern}')

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; gives its exit code."""
        self.process.send_signal(number)
        return self.process.wait(LONGEST)


@contextmanager
def running(folder: Path, *words: str, **settings: str) -> Iterator[Running]:
    """Start a process that lasts; it is gone when the block ends."""
    with (folder / f'{words[0]}.log').open('w') as log:
        process = subprocess.Popen(
            [*COMMAND, *words], cwd=folder, env=environ(**settings), stdout=subprocess.PIPE, stderr=log, text=True
        )
    watchdog = threading.Timer(LONGEST, process.kill)
    watchdog.start()
    with process:
        try:
            yield Running(process)
        finally:
            watchdog.cancel()
            process.kill()


def get(address: str) -> tuple[int, str]:
    """Fetch a page of this machine: status and text."""
    with urllib.request.urlopen(address, timeout=LONGEST) as answer:
        return answer.status, answer.read().decode()
