"""`web_turns_…`: words a second of 20 web chats at once, each a turn with transcript rows and a bell.

On PostgreSQL as it is here, and with a disk that takes 5 ms to write: only there does it show whether turns that
commit at the same time share a write.
"""

import asyncio
import time

from bench.stores import clock
from bot.channels.web import WebChannel
from bot.content import pack
from bot.handlers import make_answering
from bot.intake import Heard, Intake
from civic.places import prepare_ground
from civic.staff import copy_units
from storage import schema
from storage.postgres import PostgresStore
from tests.postgres import Postgres

CHATS = 20
MESSAGES = 60


async def web_turns_postgres() -> float:
    """Turns per second, fsync on, on this disk."""
    return await _measured()


async def web_turns_slow_disk() -> float:
    """Turns per second where each write of the log takes 5 ms."""
    return await _measured('ALTER SYSTEM SET commit_delay = 5000', 'ALTER SYSTEM SET commit_siblings = 0')


async def _measured(*orders: str) -> float:
    """Start a server, with a connection for each chat and a second process that hears every bell."""
    server = await asyncio.to_thread(Postgres.start, True)
    for order in (*orders, 'SELECT pg_reload_conf()'):
        await asyncio.to_thread(server.order, order)
    server.create('bench')
    stores = [PostgresStore(server.url('bench'), clock=clock, connections=CHATS) for _ in range(2)]
    try:
        await schema.migrate(server.url('bench'))
        for store in stores:
            await store.open()
        return await _turns(stores[0])
    finally:
        for store in stores:
            await store.close()
        await asyncio.to_thread(server.stop)


async def _turns(store: PostgresStore) -> float:
    city = pack.load('shaoxing')
    prepare_ground(city)
    async with store.begin() as tx:
        await copy_units(tx, city)
    intake = Intake(store, city, make_answering(), flood_limit=100_000)
    await asyncio.gather(*(_talk(intake, chat, 1) for chat in range(1, CHATS + 1)))
    started = time.perf_counter()
    await asyncio.gather(*(_talk(intake, chat, MESSAGES, first=2) for chat in range(1, CHATS + 1)))
    return CHATS * MESSAGES / (time.perf_counter() - started)


async def _talk(intake: Intake, chat: int, count: int, first: int = 1) -> None:
    channel = WebChannel()
    sender = {'id': chat, 'is_bot': False, 'first_name': 'Web', 'language_code': 'zh-CN'}
    for number in range(first, first + count):
        message = {'message_id': number, 'date': 1_795_000_000, 'chat': {'id': chat, 'type': 'private'}}
        update = {'update_id': number, 'message': {**message, 'from': sender, 'text': '/help'}}
        echo = {'tab': 'bench', 'seq': number, 'message': {'text': '/help'}}
        await intake.hear(channel, Heard(f'{chat}:bench:{number}', chat, update, language_code='zh-CN', echo=echo))
