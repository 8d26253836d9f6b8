"""`http_webhook`: updates per second and p99 through the webhook of a real `lvbi run`, answers sent to a fake server.

Each chat posts one update after the other, as Telegram does; 200 comes after the commit and the first speaking.
"""

import asyncio
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bench.machine import Running
from lvbi.telegram import secret_of, webhook_path
from tests.botapi import ME, TOKEN

CHATS = 20
UPDATES = 50


@dataclass(frozen=True)
class Posting:
    """Updates per second at full rate, 99th percentile in ms at half of it, our CPU time per update in ms."""

    per_second: float
    p99_ms: float
    cpu_ms: float


@contextmanager
def bot_api() -> Iterator[str]:
    """The fake Bot API server as a process; gives its address."""
    command = [sys.executable, '-m', 'tests.botapi', '--residents', str(CHATS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def http_webhook() -> Posting:
    """Post as fast as answers come, then at half that rate."""
    key = secrets.token_hex(32)
    with bot_api() as api, _running(api, key) as house:
        headers = {'X-Telegram-Bot-Api-Secret-Token': secret_of(key.encode(), ME['id'])}
        async with aiohttp.ClientSession(house.url, headers=headers) as session:
            await _post_all(session, 0, pause=0.0)
            cpu = house.cpu_seconds()
            full = await _post_all(session, 1, pause=0.0)
            cpu = (house.cpu_seconds() - cpu) / (CHATS * UPDATES)
            rate = CHATS * UPDATES / full.spent
            half = await _post_all(session, 2, pause=2 * CHATS / rate)
    return Posting(rate, statistics.quantiles(half.waits, n=100)[98] * 1000, cpu * 1000)


def _running(api: str, key: str) -> Running:
    settings = {'LVBI_TELEGRAM_TOKEN': TOKEN, 'LVBI_TELEGRAM_API_BASE': api, 'LVBI_SECRET_KEY': key}
    return Running(LVBI_TELEGRAM_WEBHOOK_URL=api, **settings)  # the fake posts nothing: nobody writes to it


@dataclass
class _Round:
    spent: float
    waits: list[float]


async def _post_all(session: aiohttp.ClientSession, number: int, pause: float) -> _Round:
    waits: list[float] = []
    begun = time.perf_counter()
    await asyncio.gather(*(_post_chat(session, chat, number, pause, waits) for chat in range(1, CHATS + 1)))
    return _Round(time.perf_counter() - begun, waits)


async def _post_chat(
    session: aiohttp.ClientSession, chat: int, number: int, pause: float, waits: list[float]
) -> None:
    for n in range(UPDATES):
        begun = time.perf_counter()
        body = _update(chat, (number * UPDATES + n) * 1000 + chat)
        async with session.post(webhook_path(ME['id']), json=body) as answer:
            if answer.status != 200:
                raise RuntimeError(f'{answer.status} {await answer.text()}')
        waits.append(time.perf_counter() - begun)
        await asyncio.sleep(max(0.0, pause - waits[-1]))


def _update(chat: int, number: int) -> dict[str, Any]:
    person = {'id': chat, 'is_bot': False, 'first_name': 'Bench', 'language_code': 'zh-hans'}
    message = {'message_id': number, 'date': 1_795_000_000, 'chat': {'id': chat, 'type': 'private'}, 'from': person}
    return {'update_id': number, 'message': message | {'text': '/help'}}
