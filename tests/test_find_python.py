"""Which Python `make` builds the environment with, and what it says when none will do."""

import subprocess
from pathlib import Path

FIND = Path(__file__).parent.parent / '.ci' / 'find-python'


def put_python(folder: Path, name: str, version: str, *, venv: bool = True) -> None:
    """A program that answers the questions of find-python as a Python of that version would."""
    program = folder / name
    program.write_text(
        '#!/bin/sh\n'
        'case "$2" in\n'
        f'*version_info*) echo {version} ;;\n'
        f'*ensurepip*) {"true" if venv else "false"} ;;\n'
        f'*executable*) echo {program} ;;\n'
        'esac\n'
    )
    program.chmod(0o755)


def find(folder: Path, *versions: str) -> subprocess.CompletedProcess[str]:
    environ = {'PATH': str(folder), 'HOME': str(folder)}
    return subprocess.run(['/bin/sh', str(FIND), *versions], env=environ, capture_output=True, text=True)


def test_the_ordinary_python3_is_taken_when_it_is_new_enough(tmp_path: Path) -> None:
    put_python(tmp_path, 'python3', '3.11')
    put_python(tmp_path, 'python3.13', '3.13')
    assert find(tmp_path).stdout == f'{tmp_path}/python3\n'


def test_beside_an_old_python3_a_newer_one_is_found(tmp_path: Path) -> None:
    put_python(tmp_path, 'python3', '3.9')
    put_python(tmp_path, 'python3.12', '3.12')
    assert find(tmp_path).stdout == f'{tmp_path}/python3.12\n'


def test_a_python_newer_than_those_tested_is_passed_by(tmp_path: Path) -> None:
    put_python(tmp_path, 'python3', '3.14')
    put_python(tmp_path, 'python3.13', '3.13')
    assert find(tmp_path).stdout == f'{tmp_path}/python3.13\n'


def test_a_python_kept_by_pyenv_is_found(tmp_path: Path) -> None:
    kept = tmp_path / '.pyenv' / 'versions' / '3.12.1' / 'bin'
    kept.mkdir(parents=True)
    put_python(kept, 'python', '3.12')
    assert find(tmp_path, '3.12').stdout == f'{kept}/python\n'


def test_without_the_venv_module_the_line_to_type_is_said(tmp_path: Path) -> None:
    put_python(tmp_path, 'python3', '3.11', venv=False)
    found = find(tmp_path)
    assert found.returncode == 1
    assert 'apt-get install python3-venv (or python3.11-venv)' in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_too_old_a_python_is_named_in_the_message(tmp_path: Path) -> None:
    put_python(tmp_path, 'python3', '3.9')
    found = find(tmp_path)
    assert found.returncode == 1
    assert 'python3 is 3.9' in found.stderr
    assert len(found.stderr.splitlines()) == 1
