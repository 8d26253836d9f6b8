"""Settings from the environment (LVBI_…) or `.env`, read once; what is wrong is said by the variable's name."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url

from bot.content.pack import PACKS
from lvbi.setting_rules import bot_token, check, fault, listed, lower, tile_address, upper, web_address

PREFIX = 'LVBI_'
VAR = Path('var')
DATABASE, MEDIA = f'sqlite:///{VAR}/lvbi.db', f'{VAR}/media'
CHANNELS = ('web', 'telegram')
OFFICIAL_API = 'https://api.telegram.org'
FEWEST = 32  # characters of a key that signs
S3 = ('s3_access_key_id', 's3_secret_access_key', 's3_region')


@dataclass(frozen=True, slots=True)
class Wrong:
    """One value that cannot be used: its variable, why (a code for bot.content.operators), and the facts."""

    variable: str
    why: str
    facts: dict[str, Any] = field(default_factory=dict)


class SettingsWrong(Exception):
    """Some values cannot be used; holds no value of a secret."""

    def __init__(self, *found: Wrong) -> None:
        super().__init__(', '.join(one.variable for one in found))
        self.found = found


class Settings(BaseSettings):
    """All settings; the table in docs/operating.md explains them. Secrets do not show when this is printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file='.env',
        env_file_encoding='utf-8-sig',  # Windows editors write a byte order mark
        env_ignore_empty=True,
        extra='ignore',  # .env may also hold what a compose file needs
        frozen=True,
        hide_input_in_errors=True,
    )

    city: str = 'shaoxing'
    database_url: SecretStr = SecretStr(DATABASE)
    media_url: str = MEDIA
    s3_endpoint: Annotated[str, AfterValidator(web_address)] | None = None
    s3_access_key_id: str | None = None
    s3_secret_access_key: SecretStr | None = None
    s3_region: str | None = None
    s3_virtual_host: bool = False
    channels: Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(listed)] = None
    telegram_token: Annotated[SecretStr, AfterValidator(bot_token)] | None = None
    telegram_api_base: Annotated[str, AfterValidator(web_address)] = OFFICIAL_API
    telegram_webhook_url: Annotated[str, AfterValidator(web_address)] | None = None
    telegram_staff_group: Annotated[int, Field(lt=0)] | None = None
    secret_key: Annotated[SecretStr, Field(min_length=FEWEST)] | None = None
    http_host: str = '127.0.0.1'
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: Annotated[str, AfterValidator(web_address)] | None = None
    trusted_proxies: str = '127.0.0.1'
    sqlite_synchronous: Annotated[Literal['FULL', 'NORMAL'], BeforeValidator(upper)] = 'FULL'
    tile_url: Annotated[str, AfterValidator(tile_address)] = ''
    tile_attribution: str = ''
    log_format: Annotated[Literal['console', 'json'], BeforeValidator(lower)] = 'console'
    log_level: Annotated[Literal['debug', 'info', 'warning', 'error'], BeforeValidator(lower)] = 'info'
    flood_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 30

    @model_validator(mode='after')
    def _fit_together(self) -> Self:
        """Check what one value alone cannot tell; the first that does not fit is named."""
        cities = sorted(path.parent.name for path in PACKS.glob('*/city.toml'))
        check(self.city in cities, 'CITY', 'no_such_city', value=self.city, choices=cities)
        _check_database(self.database_url.get_secret_value())
        _check_channels(self.channels, self.telegram_token)
        self._check_webhook()
        for name in S3 if self.media_url.startswith('s3://') else ():
            check(bool(getattr(self, name)), name.upper(), 'needed_for_s3')
        check(
            bool(self.tile_attribution) or not self.tile_url, 'TILE_ATTRIBUTION', 'needed_with', other='LVBI_TILE_URL'
        )
        check(
            bool(self.tile_url) or not self.tile_attribution, 'TILE_URL', 'needed_with', other='LVBI_TILE_ATTRIBUTION'
        )
        return self

    def _check_webhook(self) -> None:
        """Telegram itself posts to https only; a Bot API server of one's own may stand beside us."""
        url = self.telegram_webhook_url
        check(
            url is None or self.telegram_token is not None,
            'TELEGRAM_TOKEN',
            'needed_with',
            other='LVBI_TELEGRAM_WEBHOOK_URL',
        )
        safe = url is None or url.startswith('https:') or self.telegram_api_base != OFFICIAL_API
        check(safe, 'TELEGRAM_WEBHOOK_URL', 'https_needed')

    @property
    def store_url(self) -> str:
        """The address of the store as storage/ takes it: sqlite:///FILE or postgresql+asyncpg://…; a secret."""
        url = make_url(self.database_url.get_secret_value())
        if url.get_backend_name() != 'sqlite':
            url = url.set(drivername='postgresql+asyncpg')
        return url.render_as_string(hide_password=False)

    @property
    def sqlite_path(self) -> Path | None:
        """The store's file; None on PostgreSQL."""
        url = make_url(self.store_url)
        return Path(url.database or '') if url.get_backend_name() == 'sqlite' else None

    def secrets(self) -> list[str]:
        """All values that must not appear in a log line."""
        kept = (self.telegram_token, self.s3_secret_access_key, self.secret_key)
        password = make_url(self.store_url).password
        found = [one.get_secret_value() for one in kept if one is not None]
        return [*found, *([str(password)] if password else [])]


def _check_database(text: str) -> None:
    try:
        url = make_url(text)
    except Exception:  # make_url raises what its parts raise; the words may repeat the password
        raise fault('DATABASE_URL', 'not_a_database') from None
    check(not {'ssl', 'sslmode'} & set(url.query), 'DATABASE_URL', 'tls_by_environment')
    if url.drivername == 'sqlite':
        named = url.database not in (None, '', ':memory:') and not url.host and not url.query
        check(named, 'DATABASE_URL', 'not_a_database')
        return
    known = url.drivername in ('postgres', 'postgresql', 'postgresql+asyncpg')
    check(known and bool(url.database), 'DATABASE_URL', 'not_a_database')


def _check_channels(channels: tuple[str, ...] | None, token: SecretStr | None) -> None:
    check(channels != (), 'CHANNELS', 'no_such_channel', value='', choices=CHANNELS)
    for name in channels or ():
        check(name in CHANNELS, 'CHANNELS', 'no_such_channel', value=name, choices=CHANNELS)
    wanted = 'telegram' in (channels or ())
    check(token is not None or not wanted, 'TELEGRAM_TOKEN', 'needed_with', other='LVBI_CHANNELS=telegram')


def read_settings() -> Settings:
    """Read the environment and `.env`. Raises SettingsWrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsWrong(*(_wrong(one) for one in error.errors(include_input=False))) from None
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsWrong(Wrong('.env', 'unreadable', {'said': type(error).__name__})) from None


def _wrong(error: ErrorDetails) -> Wrong:
    facts = dict(error.get('ctx', {}))
    variable = facts.pop('variable', None) or PREFIX + str(error['loc'][0]).upper()
    return Wrong(variable, error['type'], facts | {'said': error['msg']})
