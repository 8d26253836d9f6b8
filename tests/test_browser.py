"""What a developer meets when the browser for the tests is there, is named wrongly, or is missing."""

import os
from pathlib import Path

import pytest

from tests.browser import NoBrowser, find_browser, ready_browser

LISTS_A_FONT = 'echo Noto Sans CJK SC'
LISTS_NOTHING = 'true'


def put_program(folder: Path, name: str, body: str = 'true') -> Path:
    program = folder / name
    program.write_text(f'#!/bin/sh\n{body}\n')
    program.chmod(0o755)
    return program


def test_the_named_browser_comes_before_the_one_on_path(tmp_path: Path) -> None:
    named = put_program(tmp_path, 'my-browser')
    put_program(tmp_path, 'chromium')
    assert find_browser({'PATH': str(tmp_path), 'LVBI_CHROMIUM': str(named)}) == named


def test_chromium_comes_before_chrome(tmp_path: Path) -> None:
    put_program(tmp_path, 'google-chrome')
    chromium = put_program(tmp_path, 'chromium')
    assert find_browser({'PATH': str(tmp_path)}) == chromium


def test_a_wrongly_named_browser_is_called_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(NoBrowser, match=r"LVBI_CHROMIUM names '/no/where'"):
        ready_browser({'PATH': str(tmp_path), 'LVBI_CHROMIUM': '/no/where'})


def test_without_apt_the_line_to_type_is_said(tmp_path: Path) -> None:
    put_program(tmp_path, 'fc-list', LISTS_A_FONT)
    with pytest.raises(NoBrowser, match=r'apt-get install -y --no-install-recommends chromium\.'):
        ready_browser({'PATH': str(tmp_path)})


def test_a_browser_that_cannot_draw_chinese_is_not_enough(tmp_path: Path) -> None:
    put_program(tmp_path, 'chromium')
    put_program(tmp_path, 'fc-list', LISTS_NOTHING)
    with pytest.raises(NoBrowser, match='fonts-noto-cjk'):
        ready_browser({'PATH': str(tmp_path)})


@pytest.mark.skipif(os.geteuid() != 0, reason='only root may install')
def test_root_gets_a_browser_even_when_the_package_lists_are_still_empty(tmp_path: Path) -> None:
    put_program(tmp_path, 'fc-list', LISTS_A_FONT)
    browser, updated = tmp_path / 'chromium', tmp_path / 'updated'
    put_program(
        tmp_path,
        'apt-get',
        f'if [ "$1" = update ]; then touch {updated}; exit; fi\n[ -e {updated} ] && cp {tmp_path}/fc-list {browser}',
    )
    assert ready_browser({'PATH': str(tmp_path)}) == browser


@pytest.mark.skipif(os.geteuid() != 0, reason='only root may install')
def test_when_apt_fails_its_own_words_are_passed_on(tmp_path: Path) -> None:
    put_program(tmp_path, 'fc-list', LISTS_A_FONT)
    put_program(tmp_path, 'apt-get', 'echo no network today; exit 100')
    with pytest.raises(NoBrowser, match=r'no network today[^$]*chromium'):
        ready_browser({'PATH': str(tmp_path)})
