"""Small parts of the house, where a whole process would be clumsy."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content.pack import PackError
from civic.city import City
from civic.refusals import Refusal
from civic.staff import list_staff
from lvbi import secret_key, serving
from lvbi.addresses import chat_link, code_link
from lvbi.commands.tables import show_table
from lvbi.first_admin import first_admin_code
from lvbi.refused import lines_of, operators_locale
from lvbi.settings import Settings, SettingsWrong
from lvbi.stores import open_media
from lvbi.wiring import channel_names, open_house
from storage.media import MediaUnreachable
from storage.store import Store, StoreBusy, StoreDown


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('LC_ALL', 'en_US.UTF-8')


@pytest.mark.parametrize(
    ('error', 'line'),
    [
        (StoreBusy('x'), 'Another process holds the store for too long; please try again.'),
        (StoreDown('ConnectionError'), 'LVBI_DATABASE_URL: the database cannot be reached (ConnectionError).'),
        (MediaUnreachable('The media store m cannot be opened: full.'), 'LVBI_MEDIA_URL: The media store m cannot'),
        (PackError(Path('shaoxing/city.toml'), 'code', 'is wrong'), 'LVBI_CITY: shaoxing/city.toml: code: is wrong'),
        (Refusal('number_mistyped'), 'This number is mistyped'),
    ],
)
def test_expected_troubles_are_one_line(error: Exception, line: str) -> None:
    (said,) = lines_of(error) or []
    assert said.startswith(line)


async def test_the_house_opens_the_channels_that_are_named_and_no_others(city: City) -> None:
    assert list(channel_names(Settings(), city)) == ['web']
    with_fax = replace(city, channels=('web', 'fax'))
    assert list(channel_names(Settings(channels='web'), with_fax)) == ['web']  # type: ignore[arg-type]  # as in .env
    with pytest.raises(SettingsWrong) as wrong:
        channel_names(Settings(), with_fax)
    assert lines_of(wrong.value) == [
        'bot/content/shaoxing/city.toml, channels: there is no channel "fax"; there are: web, telegram'
    ]
    with pytest.raises(SettingsWrong):
        async with open_house(Settings.model_construct(channels=('fax',))):
            raise AssertionError('must not open')


def test_what_nobody_expected_is_no_line() -> None:
    assert lines_of(ZeroDivisionError()) is None


@pytest.mark.parametrize(
    ('lang', 'locale'), [('zh_CN.UTF-8', 'zh'), ('zh', 'zh'), ('en_GB', 'en'), ('C.UTF-8', 'en'), ('de_DE', 'en')]
)
def test_the_operators_language_follows_the_terminal(monkeypatch: pytest.MonkeyPatch, lang: str, locale: str) -> None:
    monkeypatch.delenv('LC_ALL')
    monkeypatch.delenv('LC_MESSAGES', raising=False)
    monkeypatch.setenv('LANG', lang)
    assert operators_locale() == locale


@pytest.mark.parametrize(
    ('settings', 'link'),
    [
        ({}, 'http://127.0.0.1:8080/chat'),
        ({'http_host': '0.0.0.0', 'http_port': 80}, 'http://127.0.0.1:80/chat'),
        ({'http_host': '::'}, 'http://[::1]:8080/chat'),
        ({'http_host': 'fd00::1'}, 'http://[fd00::1]:8080/chat'),
        ({'http_host': '0.0.0.0', 'public_url': 'https://lvbi.example/'}, 'https://lvbi.example/chat'),
    ],
)
def test_the_link_is_one_that_can_be_clicked(settings: dict[str, object], link: str) -> None:
    assert chat_link(Settings(**settings)) == link
    assert code_link(link, 'ABCD-EFGH-JKLM') == f'{link}?code=ABCD-EFGH-JKLM'


def test_a_key_is_made_once_and_a_broken_one_is_refused() -> None:
    key = secret_key.secret_key(Settings())
    assert len(key) >= 32
    assert secret_key.secret_key(Settings()) == key
    assert secret_key.is_owner_only(secret_key.FILE)
    assert [path.name for path in secret_key.FILE.parent.iterdir()] == ['secret_key']
    secret_key.FILE.write_text('short')
    with pytest.raises(SettingsWrong, match='var/secret_key'):
        secret_key.secret_key(Settings())
    assert secret_key.secret_key(Settings(secret_key='s' * 32)) == b's' * 32


def test_a_media_address_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(SettingsWrong) as wrong:
        open_media(Settings(media_url='ftp://somewhere'))
    (line,) = lines_of(wrong.value) or []
    assert line.startswith('LVBI_MEDIA_URL: a media store is a folder')


async def test_the_first_admin_is_one_person_with_a_new_code_each_time(store: Store, city: City) -> None:
    first, second = await first_admin_code(store, city), await first_admin_code(store, city)
    assert first != second
    async with store.read() as tx:
        (member,) = await list_staff(tx)
    assert (member.name, member.role, member.unit_code) == ('管理员', 'admin', city.root)


async def test_work_that_breaks_off_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, 'PAUSES', (0,))
    done = asyncio.Event()
    tries: list[int] = []

    async def work() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise OSError('the database restarts')
        done.set()

    async with serving.working(work=work):
        await done.wait()
    assert tries == [0, 1, 2]


def test_a_terminal_gets_a_table_and_a_program_gets_tabs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    show_table(['No.', 'Name'], [('1', '张三\x1b[2J\n二')])
    assert capsys.readouterr().out == 'No.\tName\n1\t张三[2J 二\n'
    monkeypatch.setattr(sys.stdout, 'isatty', lambda: True)
    show_table(['No.', 'Name'], [('1', '张三 [red]')])
    assert '张三 [red]' in capsys.readouterr().out
