"""The house opens, says where to click, and closes well."""

import json
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lvbi.running import LONGEST, environ, get, lvbi, refused, running

CHAT = r'(http://\S+/chat)$'
NO_CONTACT = 'residents read no contact in the data notice; fill in [operator] in bot/content/shaoxing/city.toml'
CODE = r'http://\S+/chat\?code=([A-Z0-9-]{14})'


def test_the_house_opens_with_one_command_and_closes_when_told(tmp_path: Path) -> None:
    with running(tmp_path, 'run', LVBI_HTTP_PORT='0') as house:
        chat = house.line_with(CHAT)[1]
        first = house.line_with(CODE)[1]
        assert get(chat.replace('/chat', '/health')) == (200, 'ok')
        assert get(chat)[0] == 200
        port = chat.split(':')[2].split('/')[0]
        assert 'uses this store already' in refused(tmp_path, 'run', LVBI_HTTP_PORT='0')
        taken = refused(tmp_path, 'run', LVBI_HTTP_PORT=port, LVBI_DATABASE_URL='sqlite:///var/other.db')
        assert taken == f'LVBI_HTTP_PORT: port {port} is taken; stop what uses it or choose another.'
        assert 'Lvbi answers there' in lvbi(tmp_path, 'doctor', LVBI_HTTP_PORT=port).stdout
        assert house.stop() == 0
    assert (tmp_path / 'run.log').read_text() == ''
    with running(tmp_path, 'run', LVBI_HTTP_PORT='0') as house:
        assert house.line_with(CODE)[1] != first
        assert house.stop(signal.SIGINT) == 0
    with sqlite3.connect(tmp_path / 'var' / 'lvbi.db') as store:
        assert store.execute('SELECT count(*) FROM staff').fetchall() == [(1,)]
    for path in (tmp_path / 'var').rglob('*'):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_admin_link_is_gone_once_an_admin_has_signed_in(tmp_path: Path) -> None:
    lvbi(tmp_path, 'init')
    lvbi(tmp_path, 'staff', 'add', '王五', '--role', 'admin', '--unit', '3306')
    with sqlite3.connect(tmp_path / 'var' / 'lvbi.db') as store:
        store.execute('UPDATE staff SET signed_in_at = 1')
    with running(tmp_path, 'run', LVBI_HTTP_PORT='0') as house:
        house.line_with(CHAT)
        house.process.send_signal(signal.SIGTERM)
        rest = house.process.stdout.read() if house.process.stdout else ''
        assert house.process.wait(LONGEST) == 0
    assert 'code=' not in rest


def test_several_processes_share_a_postgresql(tmp_path: Path, postgres_url: str) -> None:
    settings = {'LVBI_DATABASE_URL': postgres_url, 'LVBI_HTTP_PORT': '0', 'LVBI_HTTP_HOST': '127.0.0.1'}
    with running(tmp_path, 'jobs', **settings) as jobs, running(tmp_path, 'serve', **settings) as serve:
        chat = serve.line_with(CHAT)[1]
        jobs.line_with('The jobs of Shaoxing')
        assert get(chat.replace('/chat', '/health')) == (200, 'ok')
        assert (serve.stop(), jobs.stop()) == (0, 0)
    assert (tmp_path / 'serve.log').read_text() + (tmp_path / 'jobs.log').read_text() == ''


@pytest.mark.parametrize('command', ['serve', 'jobs'])
def test_several_processes_need_postgresql(tmp_path: Path, command: str) -> None:
    line = refused(tmp_path, command)
    assert line.startswith('On SQLite one process does everything; run: lvbi run')


@pytest.mark.parametrize('database', ['sqlite', 'postgres'])
def test_two_who_prepare_the_store_at_once_agree(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    settings = {}
    if database == 'postgres':
        server = request.getfixturevalue('postgres')
        server.create('two_inits')
        settings = {'LVBI_DATABASE_URL': server.url('two_inits')}
    command = [sys.executable, '-m', 'lvbi', 'init']
    both = [
        subprocess.Popen(command, cwd=tmp_path, env=environ(**settings), stdout=-1, stderr=-1, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=LONGEST) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert all(re.search(r'110 units copied\.$', out) and not err for out, err in said)


def test_a_store_of_another_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    assert refused(tmp_path, 'staff', 'list') == 'The store is empty; run: lvbi init'
    lvbi(tmp_path, 'init')
    with sqlite3.connect(tmp_path / 'var' / 'lvbi.db') as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in ('init', 'run'):
        line = refused(tmp_path, command, LVBI_HTTP_PORT='0')
        assert line.startswith('The store has schema 9999, which this version does not know')


def test_a_database_that_does_not_answer_is_one_line_without_its_password(tmp_path: Path) -> None:
    with socket.create_server(('127.0.0.1', 0)) as closed:
        port = closed.getsockname()[1]
    address = f'postgresql://lvbi:geheim@127.0.0.1:{port}/lvbi'
    line = refused(tmp_path, 'init', LVBI_DATABASE_URL=address)
    assert line == 'LVBI_DATABASE_URL: the database cannot be reached (Connection refused).'


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(tmp_path: Path) -> None:
    lvbi(tmp_path, 'init')
    (tmp_path / 'var' / 'secret_key').write_text('x' * 40)
    (tmp_path / 'var' / 'secret_key').chmod(0o644)
    (tmp_path / '.env').write_text('LVBI_HTTP_PROT=8081\n')
    done = lvbi(tmp_path, 'doctor', LVBI_HTTP_PORT='0', LVBI_PUBLIC_URL='http://lvbi.example')
    found = [line.split('\t') for line in done.stdout.splitlines()[1:]]
    assert done.returncode == 1
    assert ['WRONG', 'settings', 'LVBI_HTTP_PROT is not a setting; did you mean LVBI_HTTP_PORT?'] in found
    assert ['WRONG', 'secret key', 'var/secret_key can be read by others; run: chmod 600 var/secret_key'] in found
    assert ['ok', 'migrations', 'schema 0001'] in found
    assert ['note', 'settings', NO_CONTACT] in found
    assert ['ok', 'files and rows', 'every row has its file and every file its row'] in found
    assert ['note', 'https'] in [line[:2] for line in found]


def test_the_doctor_reads_wrong_settings_as_findings(tmp_path: Path) -> None:
    done = lvbi(tmp_path, 'doctor', LVBI_HTTP_PORT='x', LANG='zh_CN.UTF-8')
    assert (done.returncode, done.stderr) == (1, '')
    assert done.stdout.splitlines()[1:] == ['有问题\t设置\tLVBI_HTTP_PORT: 必须是整数']


def test_staff_are_added_listed_renewed_and_removed(tmp_path: Path) -> None:
    lvbi(tmp_path, 'init')
    added = lvbi(tmp_path, 'staff', 'add', '张三', '--role', 'grid', '--unit', '330602001', LANG='zh_CN.UTF-8')
    code = re.search(r'/start (\S{14})$', added.stdout, re.MULTILINE)
    assert code
    assert f'http://127.0.0.1:8080/chat?code={code[1]}' in added.stdout
    assert lvbi(tmp_path, 'staff', 'list').stdout.splitlines()[1].startswith('1\t张三\tgrid\t330602001 ')
    assert code[1] not in lvbi(tmp_path, 'staff', 'code', '1', LVBI_PUBLIC_URL='https://lvbi.example').stdout
    assert lvbi(tmp_path, 'staff', 'remove', '1').returncode == 0
    assert lvbi(tmp_path, 'staff', 'list').stdout.count('\n') == 1
    assert refused(tmp_path, 'staff', 'remove', '1').startswith('Nobody of the staff has the number 1')
    with sqlite3.connect(tmp_path / 'var' / 'lvbi.db') as store:
        noted = store.execute("SELECT verb, facts FROM audit WHERE noun = 'staff' ORDER BY id").fetchall()
    assert [verb for verb, _facts in noted] == ['add', 'renew_code', 'remove']
    assert json.loads(noted[0][1]) == {'role': 'grid', 'unit': '330602001'}


@pytest.mark.parametrize('name', [' ', '\u3164\u2800', '张\u202e三'])
def test_a_name_that_nobody_can_read_is_refused(tmp_path: Path, name: str) -> None:
    said = refused(tmp_path, 'staff', 'add', name, '--role', 'grid', '--unit', '3306')
    assert said.startswith('The name must have')


@pytest.mark.parametrize(
    ('role', 'unit', 'line'),
    [
        ('boss', '3306', 'There is no such role; there are: viewer, grid, handler, supervisor, admin'),
        ('grid', '99', 'There is no unit "99"; there are: 3306 Shaoxing, 330602 Yuecheng District, 330603'),
        ('grid', '3306029', 'There is no unit "3306029"; there are: 330602001 Tashan Subdistrict, 330602002'),
    ],
)
def test_what_staff_cannot_be_gets_a_line_with_what_is_possible(
    tmp_path: Path, role: str, unit: str, line: str
) -> None:
    assert refused(tmp_path, 'staff', 'add', '张三', '--role', role, '--unit', unit).startswith(line)


def test_an_unknown_reference_cannot_be_replayed(tmp_path: Path) -> None:
    lvbi(tmp_path, 'init')
    line = refused(tmp_path, 'replay', 'e-7k3q9m2x')
    assert line == 'There is no dead letter E-7K3Q9M2X; it may have been replayed.'


def test_a_list_without_reports_says_so(tmp_path: Path) -> None:
    lvbi(tmp_path, 'init')
    listed = lvbi(tmp_path, 'reports', 'list')
    assert (listed.stdout.splitlines(), listed.stderr) == (
        ['Number\tState\tCategory\tUnit\tFiled\tIn hand of'],
        'No report fits.\n',
    )
