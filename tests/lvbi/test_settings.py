"""Settings: read once, refused by name in one line, and secrets never shown."""

import re
from pathlib import Path

import pytest

from lvbi.refused import lines_of
from lvbi.settings import Settings, SettingsWrong, read_settings
from lvbi.stores import media_options, open_media
from tests.lvbi.running import refused

ROOT = Path(__file__).parents[2]
KEY = 'k3Y' * 12
S3 = {'LVBI_MEDIA_URL': 's3://bucket/prefix', 'LVBI_S3_ACCESS_KEY_ID': 'id', 'LVBI_S3_REGION': 'cn-east-1'}


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env, and English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('LC_ALL', 'en_US.UTF-8')


TOKEN = '123456789:' + 'A' * 35


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


WRONG = [
    ({'LVBI_HTTP_PORT': 'http'}, 'LVBI_HTTP_PORT: must be a whole number'),
    ({'LVBI_HTTP_PORT': '65536'}, 'LVBI_HTTP_PORT: must be at most 65535'),
    ({'LVBI_FLOOD_PER_MINUTE': '0'}, 'LVBI_FLOOD_PER_MINUTE: must be at least 1'),
    ({'LVBI_LOG_LEVEL': 'loud'}, 'LVBI_LOG_LEVEL: must be one of: debug, info, warning, error'),
    ({'LVBI_LOG_FORMAT': 'xml'}, 'LVBI_LOG_FORMAT: must be one of: console, json'),
    ({'LVBI_SQLITE_SYNCHRONOUS': 'OFF'}, 'LVBI_SQLITE_SYNCHRONOUS: must be one of: FULL, NORMAL'),
    ({'LVBI_CITY': 'atlantis'}, 'LVBI_CITY: there is no city pack "atlantis"; there are: shaoxing'),
    ({'LVBI_SECRET_KEY': 'geheim'}, 'LVBI_SECRET_KEY: must have at least 32 characters'),
    ({'LVBI_DATABASE_URL': 'mysql://u:geheim@h/d'}, 'LVBI_DATABASE_URL: must be sqlite:///FILE or postgresql://'),
    ({'LVBI_DATABASE_URL': 'sqlite://'}, 'LVBI_DATABASE_URL: must be sqlite:///FILE or postgresql://'),
    ({'LVBI_DATABASE_URL': 'postgresql://u:geheim@h:x/d'}, 'LVBI_DATABASE_URL: must be sqlite:///FILE or'),
    ({'LVBI_DATABASE_URL': 'postgresql://h/d?sslmode=require'}, 'LVBI_DATABASE_URL: has no ssl options'),
    ({'LVBI_PUBLIC_URL': 'lvbi.example'}, 'LVBI_PUBLIC_URL: must be http://HOST or https://HOST'),
    ({'LVBI_PUBLIC_URL': 'https://lvbi.example/chat'}, 'LVBI_PUBLIC_URL: must be http://HOST or https://HOST'),
    ({'LVBI_PUBLIC_URL': 'https://u:geheim@lvbi.example'}, 'LVBI_PUBLIC_URL: must be http://HOST or https://HOST'),
    (
        {'LVBI_TILE_URL': 'https://t/{z}/{x}/{y}.png'},
        'LVBI_TILE_ATTRIBUTION: is missing: it belongs to LVBI_TILE_URL',
    ),
    ({'LVBI_TILE_ATTRIBUTION': 'x'}, 'LVBI_TILE_URL: is missing: it belongs to LVBI_TILE_ATTRIBUTION'),
    ({'LVBI_TILE_URL': 'https://t/'}, 'LVBI_TILE_URL: must be http(s)://… with {z}, {x}, {y} in it'),
    ({'LVBI_CHANNELS': 'web,fax'}, 'LVBI_CHANNELS: there is no channel "fax"; there are: web, telegram'),
    ({'LVBI_CHANNELS': ','}, 'LVBI_CHANNELS: there is no channel ""; there are: web, telegram'),
    ({'LVBI_CHANNELS': 'web, Telegram'}, 'LVBI_TELEGRAM_TOKEN: is missing: it belongs to LVBI_CHANNELS=telegram'),
    ({'LVBI_TELEGRAM_TOKEN': '123456:geheim'}, 'LVBI_TELEGRAM_TOKEN: must be the token that BotFather gave'),
    (
        {'LVBI_TELEGRAM_TOKEN': TOKEN, 'LVBI_TELEGRAM_WEBHOOK_URL': 'http://lvbi.example'},
        'LVBI_TELEGRAM_WEBHOOK_URL: must begin with https://',
    ),
    (
        {'LVBI_TELEGRAM_WEBHOOK_URL': 'https://lvbi.example'},
        'LVBI_TELEGRAM_TOKEN: is missing: it belongs to LVBI_TELEGRAM_WEBHOOK_URL',
    ),
    ({'LVBI_TELEGRAM_TOKEN': TOKEN, 'LVBI_TELEGRAM_API_BASE': 'telegram'}, 'LVBI_TELEGRAM_API_BASE: must be http'),
    ({'LVBI_TELEGRAM_STAFF_GROUP': '5'}, 'LVBI_TELEGRAM_STAFF_GROUP: must be below 0'),
    (S3, 'LVBI_S3_SECRET_ACCESS_KEY: is missing: LVBI_MEDIA_URL names an S3 bucket'),
    ({'LVBI_S3_ENDPOINT': 'minio:9000'}, 'LVBI_S3_ENDPOINT: must be http://HOST or https://HOST'),
]


@pytest.mark.parametrize(('variables', 'line'), WRONG)
def test_a_wrong_value_gets_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], line: str
) -> None:
    with pytest.raises(SettingsWrong) as wrong:
        read(monkeypatch, **variables)
    (said,) = lines_of(wrong.value) or []
    assert said.startswith(line)
    assert 'geheim' not in said + str(wrong.value) + repr(wrong.value)


def test_the_line_speaks_the_operators_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LC_ALL', 'zh_CN.UTF-8')
    with pytest.raises(SettingsWrong) as wrong:
        read(monkeypatch, LVBI_HTTP_PORT='http')
    assert lines_of(wrong.value) == ['LVBI_HTTP_PORT: 必须是整数']


def test_a_command_with_a_wrong_setting_does_nothing(tmp_path: Path) -> None:
    assert refused(tmp_path, 'init', LVBI_HTTP_PORT='http') == 'LVBI_HTTP_PORT: must be a whole number'
    assert list(tmp_path.iterdir()) == []


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        LVBI_SECRET_KEY=KEY,
        LVBI_DATABASE_URL='postgresql://lvbi:geheim@db/lvbi',
        LVBI_S3_SECRET_ACCESS_KEY='s3geheim',
        **S3,
    )
    shown = repr(settings) + str(settings) + settings.model_dump_json()
    assert 'geheim' not in shown
    assert KEY not in shown
    assert sorted(settings.secrets()) == ['geheim', KEY, 's3geheim']


def test_an_s3_is_told_all_it_needs_and_plain_http_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {'LVBI_S3_SECRET_ACCESS_KEY': 's3geheim', 'LVBI_S3_VIRTUAL_HOST': '1'}
    settings = read(monkeypatch, LVBI_S3_ENDPOINT='http://minio:9000/', **options, **S3)
    assert media_options(settings) == {
        'endpoint': 'http://minio:9000',
        'access_key_id': 'id',
        'secret_access_key': 's3geheim',
        'region': 'cn-east-1',
        'allow_http': True,
        'virtual_host': True,
    }
    assert open_media(settings).name == 's3://bucket/prefix'


@pytest.mark.parametrize(
    ('given', 'store_url'),
    [
        ('sqlite:///var/lvbi.db', 'sqlite:///var/lvbi.db'),
        ('sqlite:////srv/lvbi.db', 'sqlite:////srv/lvbi.db'),
        ('postgres://u:p%40ss@db/lvbi', 'postgresql+asyncpg://u:p%40ss@db/lvbi'),
        ('postgresql://u@db:5433/lvbi', 'postgresql+asyncpg://u@db:5433/lvbi'),
        ('postgresql+asyncpg://u@/lvbi?host=/run', 'postgresql+asyncpg://u@/lvbi?host=%2Frun'),
    ],
)
def test_addresses_of_databases_come_in_the_forms_people_know(
    monkeypatch: pytest.MonkeyPatch, given: str, store_url: str
) -> None:
    assert read(monkeypatch, LVBI_DATABASE_URL=given).store_url == store_url


def test_a_dotenv_file_counts_below_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = '\ufeffLVBI_HTTP_PORT=8001\nLVBI_HTTP_HOST=::1\nLVBI_CHANNELS=web\nPOSTGRES_PASSWORD=x\nLVBI_TILE_URL=\n'
    (tmp_path / '.env').write_text(said, encoding='utf-8')
    settings = read(monkeypatch, LVBI_HTTP_PORT='8002')
    assert (settings.http_port, settings.http_host, settings.channels) == (8002, '::1', ('web',))


def test_a_dotenv_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / '.env').write_bytes(b'LVBI_CITY=\xff\xfe')
    with pytest.raises(SettingsWrong) as wrong:
        read_settings()
    assert lines_of(wrong.value) == ['.env: cannot be read (UnicodeDecodeError); it must be a UTF-8 text file']


@pytest.mark.parametrize('path', ['.env.example', 'docs/operating.md'])
def test_every_setting_is_written_down_and_no_other(path: str) -> None:
    written = set(re.findall(r'^(?:# |\| `)(LVBI_[A-Z0-9_]+)', (ROOT / path).read_text(), re.MULTILINE))
    assert written == {f'LVBI_{name.upper()}' for name in Settings.model_fields}
