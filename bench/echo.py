"""`bare_aiogram_echo`: JSON bytes to Update to echo on one router, no filter, a session that does nothing."""

import time
from typing import Any

import orjson
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.types import Update

from bench.dialog import _message


class Silent(BaseSession):
    """A session that sends nothing."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's
        """Do nothing."""

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        """Do nothing."""
        yield b''

    async def close(self) -> None:
        """Do nothing."""


async def bare_aiogram_echo(count: int = 4000) -> float:
    """Measure updates per second of aiogram alone."""
    bot = Bot('1:bench', session=Silent())
    dispatcher, router = Dispatcher(disable_fsm=True), Router()

    @router.message()
    async def echo(message: Any) -> None:
        await message.answer(message.text)

    dispatcher.include_router(router)
    text = '河水发黑发臭，已经三天了，附近有一家印染厂'
    updates = [orjson.dumps({'update_id': n, **_message(n % 200 + 1, n, text=text)}) for n in range(count)]
    started = time.perf_counter()
    for raw in updates:
        await dispatcher.feed_update(bot, Update.model_validate(orjson.loads(raw), context={'bot': bot}))
    return count / (time.perf_counter() - started)
