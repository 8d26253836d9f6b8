"""`http_chat`: messages per second and p99 over real HTTP, into a real `lvbi run`, from another process."""

import asyncio
import statistics
import time
from dataclasses import dataclass

import aiohttp

from bench.machine import Running

CHATS = 16
MESSAGES = 60


@dataclass(frozen=True)
class Chatting:
    """Messages per second at full rate, and the 99th percentile in ms at half of it."""

    per_second: float
    p99_ms: float
    start_seconds: float
    peak_megabytes: float


async def http_chat() -> Chatting:
    """Many residents write at once; then the same at half the rate, for the waiting time."""
    with Running() as house:
        async with aiohttp.ClientSession(house.url, cookie_jar=aiohttp.DummyCookieJar()) as session:
            chats = [await _Chat.open(session, number) for number in range(CHATS)]
            full = await _run(chats, pause=0.0)
            rate = CHATS * MESSAGES / full.spent
            half = await _run(chats, pause=2 * CHATS / rate)
        p99 = statistics.quantiles(half.waits, n=100)[98] * 1000
        return Chatting(rate, p99, house.started, house.peak_megabytes())


@dataclass
class _Run:
    spent: float
    waits: list[float]


async def _run(chats: list['_Chat'], pause: float) -> _Run:
    waits: list[float] = []
    begun = time.perf_counter()
    await asyncio.gather(*(chat.talk(waits, pause) for chat in chats))
    return _Run(time.perf_counter() - begun, waits)


class _Chat:
    """One resident's tab."""

    def __init__(self, session: aiohttp.ClientSession, cookie: str, number: int) -> None:
        self._session, self._cookie, self._tab, self._seq = session, cookie, f'bench{number:03}', 0

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, number: int) -> '_Chat':
        async with session.get('/chat') as answer:
            cookie = answer.cookies['lvbi_chat'].value
        return cls(session, cookie, number)

    async def talk(self, waits: list[float], pause: float) -> None:
        for _ in range(MESSAGES):
            begun = time.perf_counter()
            await self._say('/help')
            waits.append(time.perf_counter() - begun)
            await asyncio.sleep(max(0.0, pause - waits[-1]))

    async def _say(self, text: str) -> None:
        self._seq += 1
        body = {'tab': self._tab, 'seq': self._seq, 'language_code': 'zh-CN', 'message': {'text': text}}
        headers = {'Cookie': f'lvbi_chat={self._cookie}'}
        async with self._session.post('/chat/updates', json=body, headers=headers) as answer:
            if answer.status != 200:
                raise RuntimeError(await answer.text())
