"""The command line answers at once and refuses in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lvbi.running import environ, lvbi, refused

HEAVY = ('aiogram', 'sqlalchemy', 'PIL', 'starlette', 'uvicorn', 'pydantic', 'pydantic_settings', 'babel', 'rich',
         'structlog', 'shapely', 'obstore', 'alembic', 'asyncpg', 'apscheduler', 'orjson', 'asyncio')  # fmt: skip


def test_help_comes_before_anything_heavy_is_imported() -> None:
    code = 'import lvbi.cli, sys; print(sorted(name for name in sys.modules if "." not in name))'
    shown = subprocess.run([sys.executable, '-c', code], env=environ(), capture_output=True, text=True, check=True)
    imported = set(eval(shown.stdout))
    assert imported & set(HEAVY) == set()
    assert 'typer' in imported


def test_short_commands_do_not_wait_for_what_only_the_chat_needs() -> None:
    code = 'import lvbi.commands.staff, lvbi.commands.reports, lvbi.commands.exporting, sys; print(*sys.modules)'
    shown = subprocess.run([sys.executable, '-c', code], env=environ(), capture_output=True, text=True, check=True)
    assert {'aiogram', 'uvicorn', 'PIL', 'shapely'} & set(shown.stdout.split()) == set()


def test_help_names_every_command(tmp_path: Path) -> None:
    done = lvbi(tmp_path, '--help')
    assert done.returncode == 0
    for name in ('run', 'serve', 'jobs', 'init', 'doctor', 'replay', 'staff', 'reports'):
        assert f'\n  {name} ' in done.stdout
    assert done.stdout.count('...') == 1  # after COMMAND [ARGS]


@pytest.mark.parametrize(
    ('words', 'line'),
    [
        (['nonsense'], "lvbi: No such command 'nonsense'."),
        (['staff', 'add'], "lvbi staff add: Missing argument 'NAME'."),
        (['staff', 'remove', 'x'], "lvbi staff remove: Invalid value for 'ID'"),
        (['reports', 'list', '--limit', '0'], "lvbi reports list: Invalid value for '--limit'"),
    ],
)
def test_a_mistyped_command_gets_one_line(tmp_path: Path, words: list[str], line: str) -> None:
    assert refused(tmp_path, *words).startswith(line)


def test_no_command_at_all_gets_the_help(tmp_path: Path) -> None:
    done = lvbi(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith('Usage: lvbi')
