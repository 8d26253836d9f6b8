"""What stands before several processes with one webhook: each update goes to the next of them, or to all at once."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.botapi.webhook import SECRET


class Balancer:
    """Hands what is posted to it to `ports`, in turn; with `to_all` to all of them at the same moment."""

    def __init__(self) -> None:
        self.url = ''
        self.ports: list[int] = []
        self.to_all = False
        self._turns = itertools.count()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Give the status that the process answers, the worst of all of them, or 502 for one that is not there."""
        ports = self.ports if self.to_all else [self.ports[next(self._turns) % len(self.ports)]]
        body, headers = await request.read(), {SECRET: request.headers.get(SECRET, '')}
        async with aiohttp.ClientSession(headers=headers) as session:
            answers = await asyncio.gather(*(_post(session, port, request.path, body) for port in ports))
        return web.Response(status=max(answers))


async def _post(session: aiohttp.ClientSession, port: int, path: str, body: bytes) -> int:
    try:
        async with session.post(f'http://127.0.0.1:{port}{path}', data=body) as answer:
            return answer.status
    except aiohttp.ClientError:
        return web.HTTPBadGateway.status_code


@asynccontextmanager
async def balancing() -> AsyncIterator[Balancer]:
    """Stand at an address of one's own."""
    balancer = Balancer()
    runner = web.ServerRunner(web.Server(balancer.answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, '127.0.0.1', 0).start()
    balancer.url = 'http://{}:{}'.format(*runner.addresses[0][:2])
    try:
        yield balancer
    finally:
        await runner.cleanup()
