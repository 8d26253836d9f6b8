"""The wire to a Bot API server: aiogram's session, with requests and answers as plain JSON.

Calls are kept as JSON (bot/content/calls.py) and stay JSON on the wire: aiogram's models would refuse what a newer
server answers, and one update they cannot read would lose a whole batch.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramRetryAfter
from aiogram.methods import TelegramMethod
from aiohttp import ClientTimeout
from pydantic import ConfigDict

OFFICIAL = 'https://api.telegram.org'
PATIENCE = 10  # seconds for an answer
UPLOAD_PATIENCE = 60  # seconds for the answer to a call that carries a file
FILE_PATIENCE = ClientTimeout(total=120, sock_connect=10, sock_read=20)  # seconds for a file to come
PIECE = 256 * 1024
TOO_MANY = 429
LEAST_HALT = 1  # seconds, where a 429 does not say how long


class JsonCall(TelegramMethod[Any]):
    """Any method with any parameters; the answer's result as it came."""

    model_config = ConfigDict(extra='allow', arbitrary_types_allowed=True)
    __returning__ = Any
    __api_method__ = ''


@cache
def _kind(method: str) -> type[JsonCall]:
    return type(method, (JsonCall,), {'__api_method__': method, '__returning__': Any, '__module__': __name__})


class _Session(AiohttpSession):
    """aiogram's session, which of a 429 that names no time makes an error like any other."""

    def check_response(self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str) -> Any:
        """Read an answer. Raises TelegramRetryAfter for every 429."""
        try:
            return super().check_response(bot, method, status_code, content)
        except (TelegramAPIError, ClientDecodeError) as fault:
            if status_code != TOO_MANY or isinstance(fault, TelegramRetryAfter):
                raise
        raise TelegramRetryAfter(method, 'Too Many Requests', LEAST_HALT)


class Wire:
    """One bot on one Bot API server (`base`: https://api.telegram.org or a server of one's own)."""

    def __init__(self, token: str, base: str = OFFICIAL) -> None:
        self.token = token
        self.base = base
        self._bot = Bot(token, session=_Session(api=TelegramAPIServer.from_base(base), limit=100))
        self.bot_id = self._bot.id

    async def call(self, method: str, params: Mapping[str, Any] | None = None, *, patience: float = PATIENCE) -> Any:
        """Make one call and give its result as JSON. Raises aiogram's TelegramAPIError, ClientDecodeError."""
        return await self._bot.session(self._bot, _kind(method)(**(params or {})), timeout=patience)  # type: ignore[arg-type]

    def file_address(self, path: str) -> str:
        """Where a file lies that getFile named; holds the token, so it is never shown or logged."""
        return self._bot.session.api.file_url(self.token, path)

    def stream(self, path: str) -> Any:
        """Fetch a file that getFile named, in pieces. Raises aiohttp.ClientError, TimeoutError."""
        return self._bot.session.stream_content(self.file_address(path), timeout=FILE_PATIENCE, chunk_size=PIECE)  # type: ignore[arg-type]  # handed on to aiohttp

    async def close(self) -> None:
        """Close all connections."""
        await self._bot.session.close()
