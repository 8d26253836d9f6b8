"""The fake Bot API server as a process of its own, so that its work is not measured with ours."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def bot_api(residents: int) -> Iterator[str]:
    """Start it; residents 1 to N have written to the bot before. Gives its address."""
    command = [sys.executable, '-m', 'tests.botapi', '--residents', str(residents)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
