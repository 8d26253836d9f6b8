"""Telegram's webhook: 200 once the update is kept and we tried to answer it, 503 while nothing can be kept."""

import asyncio
import hmac
from contextlib import suppress
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.telegram.ears import Unreadable, log_unheard
from bot.intake import TurnedAway
from storage.store import StoreDown
from web.bodies import read_body
from web.declined import Declined
from web.house import TelegramDoor

MOST = 1024 * 1024  # bytes
SPEAKING = 2.0  # seconds that Telegram waits for our first attempt to speak: it holds the chat's next update so long
SECRET = 'x-telegram-bot-api-secret-token'

log = structlog.get_logger('telegram')


class TelegramUpdates:
    """Takes what Telegram posts."""

    def __init__(self, door: TelegramDoor) -> None:
        self._door = door
        self._speaking: set[asyncio.Future[None]] = set()

    async def take(self, request: Request) -> Response:
        """POST /telegram/{bot}: 200 after the commit and the first attempt to speak, within two seconds of it."""
        if not hmac.compare_digest(request.headers.get(SECRET, '').encode(), self._door.secret.encode()):
            return Response(status_code=403)
        update = _update_in(await read_body(request, MOST, Declined(413, 'too_much')))
        return Response(status_code=await self._hear(update) if update is not None else 200)

    async def _hear(self, update: dict[str, Any]) -> int:
        """Hear an update; what is still being said after two seconds goes on by itself."""
        kept = asyncio.get_running_loop().create_future()
        hearing = asyncio.ensure_future(self._door.ears.take(update, lambda: kept.set_result(None)))
        self._speaking.add(hearing)
        hearing.add_done_callback(self._speaking.discard)
        await asyncio.wait([hearing, kept], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait([hearing], timeout=SPEAKING)
        return _answer(hearing, update)


def _answer(hearing: asyncio.Future[None], update: dict[str, Any]) -> int:
    fault = hearing.exception() if hearing.done() else None
    if isinstance(fault, StoreDown):
        log.warning('the store is down; Telegram keeps the update', update=update['update_id'])
        return 503
    if fault is not None and not isinstance(fault, TurnedAway):
        log_unheard(fault, update['update_id'])
    return 200  # repeating it would meet the same fault


def _update_in(body: bytes) -> dict[str, Any] | None:
    """Read an update; what is none is logged and passed over: after a 400 Telegram would send it for ever."""
    with suppress(orjson.JSONDecodeError):
        update = orjson.loads(body)
        if isinstance(update, dict) and isinstance(update.get('update_id'), int):
            return update
    log_unheard(Unreadable())
    return None
