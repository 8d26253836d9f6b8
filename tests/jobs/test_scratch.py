"""Nothing of a resident's stays in the folder for temporary files, whoever was killed there."""

import os
import tempfile
from pathlib import Path

import pytest

from jobs.scratch import PREFIX, scratch


@pytest.fixture(autouse=True)
def _room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path))


def left(room: Path, name: str, hours: float) -> Path:
    """A folder with a photo, as a killed process leaves it."""
    folder = room / name
    folder.mkdir()
    (folder / 'file').write_bytes(b'\xff\xd8')
    moment = (room.stat().st_mtime - hours * 3600,) * 2
    os.utime(folder / 'file', moment)
    os.utime(folder, moment)
    return folder


def test_what_a_killed_process_left_goes_when_the_next_one_works(tmp_path: Path) -> None:
    old = left(tmp_path, f'{PREFIX}dead', hours=1.5)
    young, foreign = left(tmp_path, f'{PREFIX}busy', hours=0.5), left(tmp_path, 'other', hours=9)
    with scratch() as folder:
        assert folder.is_dir()
    assert not folder.exists()
    assert [path.exists() for path in (old, young, foreign)] == [False, True, True]


def test_a_folder_in_which_something_is_still_written_stays(tmp_path: Path) -> None:
    long = left(tmp_path, f'{PREFIX}long', hours=5)
    (long / 'file').touch()
    with scratch():
        assert long.exists()
