"""python-telegram-bot's HTTP, with what is no success told by its status; nothing of an answer reaches a log.

The library itself makes a NetworkError of a 413 as of a 502, makes a 400 a kind of NetworkError too, warns whenever
it makes a RetryAfter, and logs an answer that is no JSON with all that is in it.
"""

from typing import Any

import httpx
import orjson
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram.wire import LEAST_HALT, TOO_MANY

CONNECTIONS = 20
TOO_LARGE = 413


class NotDone(TelegramError):
    """Telegram's answer to a call that it did not carry out: HTTP's status, its description, seconds after a 429."""

    def __init__(self, code: int, description: str = '', wait: float = 0.0) -> None:
        super().__init__(f'{code}')
        self.code = code
        self.description = description
        self.wait = wait


class Unreadable(TelegramError):
    """An answer that is not the Bot API's; whether the call was carried out, nobody knows."""


class Request(HTTPXRequest):
    """HTTP as ExtBot uses it."""

    def __init__(self) -> None:
        super().__init__(connection_pool_size=CONNECTIONS, connect_timeout=5.0, pool_timeout=5.0)

    async def do_request(self, *args: Any, **named: Any) -> tuple[int, bytes]:
        """Make a request. Raises NotDone, Unreadable, NetworkError (its cause: httpx's)."""
        code, answer = await super().do_request(*args, **named)
        if code >= httpx.codes.MULTIPLE_CHOICES:
            raise _refusal(code, answer)
        return code, answer

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Read an answer. Raises Unreadable."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise Unreadable('no JSON') from None
        if not isinstance(answer, dict) or 'result' not in answer:
            raise Unreadable('no result')
        return answer


def _refusal(code: int, answer: bytes) -> TelegramError:
    """Two statuses need no words: a proxy says them for the server, too."""
    try:
        said = orjson.loads(answer)
        wait = (said.get('parameters') or {}).get('retry_after', LEAST_HALT)
        return NotDone(code, str(said['description']), float(wait))
    except (ValueError, TypeError, AttributeError, KeyError):
        return NotDone(code, wait=LEAST_HALT) if code in (TOO_LARGE, TOO_MANY) else Unreadable(f'{code}')
