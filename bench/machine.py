"""What a figure hangs on: start-up time to the first answer, and the process's peak memory."""

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return int(probe.getsockname()[1])


class Running:
    """A real `lvbi run` (or `serve`) in a folder of its own, until the block ends, with settings beside our own."""

    def __init__(self, command: str = 'run', **settings: str) -> None:
        self._command = command
        self._settings = settings
        self._folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.started = 0.0

    def __enter__(self) -> 'Running':
        """Start it and wait for the first answer."""
        settings = {'LVBI_HTTP_PORT': str(self.port), 'LVBI_FLOOD_PER_MINUTE': '100000'} | self._settings
        environ = {name: value for name, value in os.environ.items() if not name.startswith('LVBI_')} | settings
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name('lvbi'), self._command],
            cwd=self._folder.name,
            env=environ,
            stdout=subprocess.DEVNULL,
        )
        while not self._answers():
            time.sleep(0.02)
        self.started = time.perf_counter() - begun
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self._folder.cleanup()

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f'lvbi {self._command} ended by itself')
        try:
            with urllib.request.urlopen(f'{self.url}/health', timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def cpu_seconds(self) -> float:
        """Read the CPU time that the process has used."""
        fields = Path(f'/proc/{self.process.pid}/stat').read_text().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def peak_megabytes(self) -> float:
        """Read the process's peak resident memory."""
        status = Path(f'/proc/{self.process.pid}/status').read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM'))
        return int(kilobytes) / 1024


def own_peak_megabytes() -> float:
    """Give this process's peak resident memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
