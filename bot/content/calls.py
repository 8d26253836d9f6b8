"""Calls: replies frozen as Bot API JSON, so that they can be kept, spoken later and spoken again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import aiogram.methods
from aiogram.client.default import Default
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile, TelegramObject

API_VERSION = '10.3'

BY_NAME: dict[str, type[TelegramMethod[Any]]] = {
    kind.__api_method__: kind
    for name in aiogram.methods.__all__
    if name not in ('Request', 'Response', 'TelegramMethod')
    for kind in [getattr(aiogram.methods, name)]
}


WITHOUT_CHAT = frozenset(name for name, kind in BY_NAME.items() if 'chat_id' not in kind.model_fields)


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call: method name and JSON parameters (photos kept by us stand as {'$kept': [key, name]})."""

    method: str
    params: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Give the form that is kept with the update."""
        return {'api': API_VERSION, 'method': self.method, 'params': self.params}


Reply = Call | TelegramMethod[Any]


class Kept(InputFile):
    """A file that lies in the media store under `key`; it is fetched when it is sent."""

    def __init__(self, key: str, filename: str) -> None:
        super().__init__(filename=filename)
        self.key = key

    async def read(self, bot: Any) -> Any:
        """Refuse: a channel fetches kept files itself, after the commit."""
        raise RuntimeError('a kept file is fetched by its channel')
        yield b''


def replies(result: Any) -> list[Reply]:
    """Flatten what a handler returned: nothing, one reply, or several. Raises TypeError for anything else."""
    found: list[Reply] = []
    parts = [result]
    while parts:
        part = parts.pop()
        if isinstance(part, list | tuple):
            parts += reversed(part)
        elif isinstance(part, Call | TelegramMethod):
            found.append(part)
        elif part is not None and part is not UNHANDLED:
            raise TypeError(f'a handler returned {type(part).__name__}')
    return found


def freeze(reply: Reply, chat_id: int) -> Call:
    """Address a reply to `chat_id`, as JSON. Raises TypeError for files outside the media store."""
    if isinstance(reply, TelegramMethod):
        reply = Call(reply.__api_method__, plain(reply))
    if reply.method in WITHOUT_CHAT:
        return reply
    return Call(reply.method, {'chat_id': chat_id, **reply.params})


def plain(value: Any) -> Any:
    """Reduce a method or a part of one to JSON values, leaving out what is unset."""
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, TelegramObject | TelegramMethod):
        return _fields(value)
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return _rare(value)


def _fields(value: TelegramObject | TelegramMethod[Any]) -> dict[str, Any]:
    """Take the set fields; constants such as a medium's type count as set, unlike in pydantic's exclusions."""
    found = {}
    for name, part in value.__dict__.items():
        if part is not None and (reduced := plain(part)) is not None:
            found[name] = reduced
    return found | (value.model_extra or {})


def _rare(value: Any) -> Any:
    if isinstance(value, Default):
        return None  # our bots have no defaults
    if isinstance(value, Kept):
        return {'$kept': [value.key, value.filename]}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, datetime):
        return int(value.timestamp())
    raise TypeError(f'{_reason(value)} cannot be kept with an update')


def _reason(value: Any) -> str:
    if isinstance(value, InputFile):
        return 'a file outside the media store'
    if isinstance(value, timedelta):
        return 'a span without its moment'
    return type(value).__name__
