"""Finds the browser for the tests, or installs Debian's when it may; it never lets them be skipped.

`python -m tests.browser` prints the path of the browser.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

NAMES = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
APT = ('apt-get', 'install', '-y', '--no-install-recommends')


class NoBrowser(Exception):
    """Says in one sentence what is missing and the line that brings it."""


def ready_browser(environ: Mapping[str, str] = os.environ) -> Path:
    """A browser that can draw Chinese: LVBI_CHROMIUM, else one on PATH, else Debian's by apt.

    Raises NoBrowser with the line to type when nothing is there and apt may not be used.
    """
    path = environ.get('PATH', os.defpath)
    missing = missing_packages(environ)
    if missing:
        install(missing, path)
        missing = missing_packages(environ)
    browser = find_browser(environ)
    if browser is None or missing:
        raise NoBrowser(f'Installed, and still missing: {" ".join(missing)}.')
    return browser


def missing_packages(environ: Mapping[str, str]) -> list[str]:
    """The Debian packages that would fill what this machine lacks; empty when it lacks nothing."""
    browser = [] if find_browser(environ) else ['chromium']
    return browser + ([] if has_chinese_font(environ.get('PATH', os.defpath)) else ['fontconfig', 'fonts-noto-cjk'])


def find_browser(environ: Mapping[str, str]) -> Path | None:
    """The browser that LVBI_CHROMIUM names or the first known one on PATH; a wrong name raises NoBrowser."""
    path = environ.get('PATH', os.defpath)
    if named := environ.get('LVBI_CHROMIUM'):
        found = shutil.which(named, path=path)
        if found is None:
            raise NoBrowser(f'LVBI_CHROMIUM names {named!r}, which is not a program on this machine.')
        return Path(found)
    return next((Path(found) for name in NAMES if (found := shutil.which(name, path=path))), None)


def has_chinese_font(path: str) -> bool:
    fc_list = shutil.which('fc-list', path=path)
    return fc_list is not None and bool(subprocess.check_output([fc_list, ':lang=zh']).strip())


def install(packages: list[str], path: str) -> None:
    """By apt, when we are root on a Debian; otherwise NoBrowser says what to type."""
    line = ' '.join([*APT, *packages])
    apt = shutil.which('apt-get', path=path)
    if apt is None or os.geteuid() != 0:
        raise NoBrowser(
            f'The browser tests lack: {" ".join(packages)}. As root on Debian: {line}. '
            'Elsewhere install Chromium or Chrome and a Chinese font (LVBI_CHROMIUM may name the browser).'
        )
    sys.stderr.write(f'Installing for the browser tests: {" ".join(packages)} …\n')
    said = run_apt([apt, *APT[1:], *packages])
    if said.returncode != 0:  # A fresh machine has no package lists yet.
        run_apt([apt, 'update'])
        said = run_apt([apt, *APT[1:], *packages])
    if said.returncode != 0:
        raise NoBrowser(f'{said.stdout}{said.stderr}This failed, so the browser tests cannot run: {line}')


def run_apt(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs apt without questions and without showing what it says."""
    environ = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    return subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def main() -> int:
    try:
        sys.stdout.write(f'{ready_browser()}\n')
    except NoBrowser as missing:
        sys.stderr.write(f'{missing}\n')
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
