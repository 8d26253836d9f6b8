"""`http_webhook`: updates per second and p99 through the webhook of a real `lvbi run`, answers sent to a fake server.

Each chat posts one update after the other, as Telegram does; 200 comes after the commit and the first speaking.
"""

import asyncio
import secrets
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp

from bench.bot_api import bot_api
from bench.machine import Running
from lvbi.telegram import secret_of, webhook_path
from storage import schema
from tests.botapi import ME, TOKEN
from tests.postgres import Postgres

CHATS = 20
UPDATES = 50
KEY = secrets.token_hex(32)


@dataclass(frozen=True)
class Posting:
    """Updates per second at full rate, 99th percentile in ms at half of it, our CPU time per update in ms."""

    per_second: float
    p99_ms: float
    cpu_ms: float


async def http_webhook() -> Posting:
    """Post to `lvbi run` on SQLite as fast as answers come, then at half that rate."""
    with bot_api(CHATS) as api, Running(**_settings(api)) as house:
        async with _session() as session:
            await _post_all(session, [house], 0)
            cpu = house.cpu_seconds()
            full = await _post_all(session, [house], 1)
            cpu = house.cpu_seconds() - cpu
            rate = CHATS * UPDATES / full.spent
            half = await _post_all(session, [house], 2, pause=2 * CHATS / rate)
    p99 = statistics.quantiles(half.waits, n=100)[98]
    return Posting(rate, p99 * 1000, cpu / (CHATS * UPDATES) * 1000)


async def cpu_of_workers(workers: int) -> float:
    """Give the CPU time in ms that an update takes when so many `lvbi serve` share one PostgreSQL."""
    server = await asyncio.to_thread(Postgres.start, True)
    try:
        server.create('bench')
        await schema.migrate(server.url('bench'))
        with bot_api(CHATS) as api, ExitStack() as stack:
            settings = _settings(api) | {'LVBI_DATABASE_URL': server.url('bench').replace('+asyncpg', '')}
            houses = [stack.enter_context(Running('serve', **settings)) for _worker in range(workers)]
            async with _session() as session:
                await _post_all(session, houses, 0)
                cpu = sum(house.cpu_seconds() for house in houses)
                await _post_all(session, houses, 1)
                cpu = sum(house.cpu_seconds() for house in houses) - cpu
    finally:
        await asyncio.to_thread(server.stop)
    return cpu / (CHATS * UPDATES) * 1000


def _settings(api: str) -> dict[str, str]:
    """Name the fake as the webhook's address too: nobody writes to it, so it posts nothing."""
    bot = {'LVBI_TELEGRAM_TOKEN': TOKEN, 'LVBI_TELEGRAM_API_BASE': api, 'LVBI_TELEGRAM_WEBHOOK_URL': api}
    return bot | {'LVBI_SECRET_KEY': KEY}


def _session() -> aiohttp.ClientSession:
    secret = {'X-Telegram-Bot-Api-Secret-Token': secret_of(KEY.encode(), ME['id'])}
    return aiohttp.ClientSession(headers=secret)


@dataclass
class _Round:
    spent: float
    waits: list[float]


async def _post_all(
    session: aiohttp.ClientSession, houses: Sequence[Running], number: int, pause: float = 0.0
) -> _Round:
    """Let every chat post its updates, each to one of the houses."""
    waits: list[float] = []
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for chat in range(1, CHATS + 1):
            address = houses[chat % len(houses)].url + webhook_path(ME['id'])
            group.create_task(_post_chat(session, address, _updates(chat, number), pause, waits))
    return _Round(time.perf_counter() - begun, waits)


async def _post_chat(
    session: aiohttp.ClientSession, address: str, updates: Sequence[dict[str, Any]], pause: float, waits: list[float]
) -> None:
    for update in updates:
        begun = time.perf_counter()
        async with session.post(address, json=update) as answer:
            if answer.status != 200:
                raise RuntimeError(f'{answer.status} {await answer.text()}')
        waits.append(time.perf_counter() - begun)
        await asyncio.sleep(max(0.0, pause - waits[-1]))


def _updates(chat: int, number: int) -> list[dict[str, Any]]:
    """Write the updates of a chat in one round."""
    return [_update(chat, (number * UPDATES + n) * 1000 + chat) for n in range(UPDATES)]


def _update(chat: int, number: int) -> dict[str, Any]:
    person = {'id': chat, 'is_bot': False, 'first_name': 'Bench', 'language_code': 'zh-hans'}
    message = {'message_id': number, 'date': 1_795_000_000, 'chat': {'id': chat, 'type': 'private'}, 'from': person}
    return {'update_id': number, 'message': message | {'text': '/help'}}
