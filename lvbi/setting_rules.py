"""Rules for single values of the settings; each raises an error that pydantic collects by variable."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

TOKEN = re.compile(r'[1-9][0-9]{4,18}:[A-Za-z0-9_-]{30,}')


def fault(name: str, why: str, **facts: Any) -> PydanticCustomError:
    """Make an error that names its variable: `why` is a code that bot.content.operators words."""
    shown = {key: _shown(value) for key, value in facts.items()}
    return PydanticCustomError(why, '{variable}', {'variable': f'LVBI_{name}', **shown})


def _shown(value: Any) -> str:
    return value if isinstance(value, str) or not isinstance(value, Iterable) else ', '.join(value)


def check(good: bool, name: str, why: str, **facts: Any) -> None:
    """Raise the fault `why` of a variable unless all is good."""
    if not good:
        raise fault(name, why, **facts)


def upper(value: Any) -> Any:
    """Take `full` for FULL."""
    return value.upper() if isinstance(value, str) else value


def lower(value: Any) -> Any:
    """Take `JSON` for json."""
    return value.lower() if isinstance(value, str) else value


def listed(value: Any) -> Any:
    """Read a list with commas: `web, telegram`."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip().lower() for part in value.split(',') if part.strip())


def web_address(value: str) -> str:
    """Take http(s)://host[:port] and nothing after it. Raises a fault."""
    try:
        parts = urlsplit(value.strip())
        plain = bool(parts.hostname) and parts.port != 0 and '@' not in parts.netloc
    except ValueError:  # a port that is none
        raise _address_fault() from None
    if parts.scheme not in ('http', 'https') or not plain or parts.path.strip('/') or parts.query or parts.fragment:
        raise _address_fault()
    return f'{parts.scheme}://{parts.netloc}'


def _address_fault() -> PydanticCustomError:
    return PydanticCustomError('not_a_web_address', 'not a web address')


def bot_token(value: SecretStr) -> SecretStr:
    """Take a token as BotFather gives it: the bot's number, a colon, and 30 characters or more. Raises a fault."""
    if TOKEN.fullmatch(value.get_secret_value().strip()) is None:
        raise PydanticCustomError('not_a_token', 'not a token')
    return SecretStr(value.get_secret_value().strip())


def tile_address(value: str) -> str:
    """Take an address of map tiles with the holes {z}, {x} and {y}. Raises a fault."""
    holes = all(hole in value for hole in ('{z}', '{x}', '{y}'))
    if value and not (holes and urlsplit(value).scheme in ('http', 'https')):
        raise PydanticCustomError('not_a_tile_address', 'not a tile address')
    return value
