"""Long work says on the terminal how far it is, and says nothing where nobody looks."""

import os
import pty
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from lvbi.progress import progress
from storage import schema
from tests.lvbi.running import COMMAND, LONGEST, environ, lvbi


def on_a_terminal(folder: Path, *words: str) -> str:
    """Run a command whose stderr is a terminal; gives what stood there."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [*COMMAND, *words], cwd=folder, env=environ(TERM='xterm'), stdout=subprocess.DEVNULL, stderr=theirs
        )
        os.close(theirs)
        seen = read_all(ours)
        process.wait(LONGEST)
    finally:
        os.close(ours)
    return seen.decode()


def read_all(terminal: int) -> bytes:
    """All that is written until nobody holds the other end; Linux calls that an I/O error."""
    seen = b''
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            return seen
        if not piece:
            return seen
        seen += piece


@pytest.mark.parametrize('words', [('init',), ('doctor',), ('reports', 'export', '-o', 'all.csv')], ids=' '.join)
def test_long_work_shows_a_bar_on_a_terminal_only(tmp_path: Path, words: Sequence[str]) -> None:
    if words != ('init',):
        lvbi(tmp_path, 'init')
    assert '━' in on_a_terminal(tmp_path, *words)
    assert '━' not in lvbi(tmp_path, *words, *(['--force'] if 'export' in words else [])).stderr


async def test_the_steps_of_a_migration_are_known_before_and_told_after(tmp_path: Path) -> None:
    told: list[int] = []
    await schema.migrate(f'sqlite:///{tmp_path}/new.db', step_done=lambda: told.append(1))
    assert len(told) == schema.steps_from(None) > 0
    assert schema.steps_from(schema.needed_version()) == 0


def test_without_a_terminal_there_is_nothing_to_see(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as tell:
        tell(2, 0)
        tell(0, 2)
    assert capsys.readouterr() == ('', '')
