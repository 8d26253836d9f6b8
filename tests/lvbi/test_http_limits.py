"""What the HTTP server does with clients that send slowly, endlessly or not at all, never read, or come in crowds."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.websockets import WebSocket

from lvbi import connections, http_limits, serving
from lvbi.connections import connections_allowed
from lvbi.http_limits import LONGEST_HEAD
from lvbi.settings import Settings

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


LARGE = b'x' * 20_000_000  # more than the system itself keeps for a reader
ASKED = b'POST / HTTP/1.1\r\nHost: x\r\n'
UPGRADE = (
    b'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
    b'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n'
)


class Application:
    """Says how long a body was and what the last header was; at /early without reading it, and much at /large,
    on a socket too."""

    def __init__(self) -> None:
        self.abandoned = asyncio.Event()

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        if scope['type'] == 'websocket':  # type: ignore[index]
            await self._talk(WebSocket(scope, receive, send))  # type: ignore[arg-type]
            return
        request = Request(scope, receive)  # type: ignore[arg-type]
        answer = Response(LARGE) if request.url.path == '/large' else await self._length(request)
        await answer(scope, receive, send)  # type: ignore[arg-type]

    async def _length(self, request: Request) -> Response:
        if request.url.path == '/early':
            return PlainTextResponse('early')
        try:
            length = len(await request.body())
        except ClientDisconnect:
            length = 0
        return PlainTextResponse(f'{length} bytes after {request.headers.keys()}')

    async def _talk(self, page: WebSocket) -> None:
        await page.accept()
        if page.url.path == '/large':
            await page.send_bytes(LARGE)
        async for _ in page.iter_bytes():
            pass
        self.abandoned.set()


@pytest.fixture
def application() -> Application:
    return Application()


@asynccontextmanager
async def served(application: Application, trusted_proxies: str) -> AsyncIterator[serving.Server]:
    chosen = Settings(http_port=0, trusted_proxies=trusted_proxies)
    taken = serving.listen(chosen)
    ready = asyncio.Event()
    server = serving.make_server(application, chosen, ready.set)
    server.config.lifespan = 'off'
    running = asyncio.get_running_loop().create_task(serving.serve(server, taken))
    await ready.wait()
    yield server
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def server(application: Application) -> AsyncIterator[serving.Server]:
    async with served(application, '10.0.0.1') as server:
        yield server


@pytest.fixture
def port(server: serving.Server) -> int:
    return port_of(server)


def port_of(server: serving.Server) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


async def ask(port: int, words: bytes = b'') -> Wire:
    wire = await asyncio.open_connection('127.0.0.1', port)
    wire[1].write(words)
    return wire


async def until_closed(wire: Wire) -> bytes:
    async with asyncio.timeout(20):
        said = bytearray()
        try:
            while piece := await wire[0].read(65536):
                said += piece
        except ConnectionError:  # it was closed while we still spoke
            pass
    wire[1].close()
    return bytes(said)


async def test_headers_that_never_end_are_given_up(port: int) -> None:
    wire = await asyncio.open_connection('127.0.0.1', port)
    wire[1].write(b'GET / HTTP/1.1\r\nHost: x\r\n')
    wire[1].write(b'X-Long: ' + b'x' * LONGEST_HEAD)
    assert (await until_closed(wire)).startswith(b'HTTP/1.1 431 ')


@pytest.mark.parametrize('begin', [b'', b'GET / HTTP/1.1\r\nHost: x\r\n', b'\r\n', b'GET / HTTP/1.1\r\n\r\nGET /'])
async def test_headers_that_do_not_come_are_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch, begin: bytes
) -> None:
    monkeypatch.setattr(http_limits, 'HEAD_WITHIN', 0.01)
    wire = await asyncio.open_connection('127.0.0.1', port)
    wire[1].write(begin)
    assert b'HTTP/1.1 408 ' in await until_closed(wire)


async def test_a_long_body_in_pieces_is_no_head_and_the_connection_goes_on(port: int) -> None:
    wire = await asyncio.open_connection('127.0.0.1', port)
    size = 10 * LONGEST_HEAD
    for closing in (b'keep-alive', b'close'):
        wire[1].write(b'POST / HTTP/1.1\r\nHost: x\r\nConnection: %s\r\nContent-Length: %d\r\n\r\n' % (closing, size))
        for _ in range(10):
            wire[1].write(b'x' * LONGEST_HEAD)
            await wire[1].drain()
    assert (await until_closed(wire)).count(b'%d bytes' % size) == 2


@pytest.mark.parametrize('begin', [b'0\r\nX-Long: ', b'1;long='], ids=['trailers', 'chunk extensions'])
@pytest.mark.parametrize('path', [b'/', b'/early'])
async def test_what_stands_around_a_body_is_bounded_as_a_head_is(port: int, begin: bytes, path: bytes) -> None:
    wire = await ask(port, b'POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n' % path)
    wire[1].write(b'3\r\nabc\r\n' + begin)
    wire[1].write(b'x' * 30 * LONGEST_HEAD)
    await until_closed(wire)


async def test_trailers_are_no_headers(port: int) -> None:
    wire = await ask(port, ASKED + b'Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n')
    wire[1].write(b'3\r\nabc\r\n0\r\nX-Forged: 1\r\n\r\n')
    said = await until_closed(wire)
    assert b'3 bytes' in said
    assert b'x-forged' not in said


@pytest.mark.parametrize('rest', [b'', b'x'])
async def test_a_body_that_was_answered_early_is_not_waited_for_without_end(
    port: int, monkeypatch: pytest.MonkeyPatch, rest: bytes
) -> None:
    monkeypatch.setattr(http_limits, 'REST_WITHIN', 0.05)
    wire = await ask(port, b'POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n')
    await wire[0].readuntil(b'early')
    wire[1].write(rest)
    assert await until_closed(wire) == b''


async def test_behind_a_body_that_was_answered_early_another_request_may_come_and_must_come(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_limits, 'HEAD_WITHIN', 0.5)
    wire = await ask(port)
    for _ in range(2):
        wire[1].write(b'POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n')
        await wire[0].readuntil(b'early')
        wire[1].write(b'x')
    assert b'HTTP/1.1 408 ' in await until_closed(wire)


@pytest.mark.parametrize('ending', [b'keep-alive', b'close'])
async def test_an_answer_that_nobody_reads_is_given_up(
    server: serving.Server, monkeypatch: pytest.MonkeyPatch, ending: bytes
) -> None:
    monkeypatch.setattr(connections, 'UNREAD_WITHIN', 0.05)
    wire = await ask(port_of(server))
    wire[1].transport.pause_reading()  # type: ignore[attr-defined]
    wire[1].write(b'GET /large HTTP/1.1\r\nHost: x\r\nConnection: %s\r\n\r\n' % ending)
    async with asyncio.timeout(20):
        while not server.server_state.total_requests or server.server_state.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    wire[1].transport.abort()


async def test_an_answer_that_is_read_slowly_comes_whole(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, 'UNREAD_WITHIN', 1.0)
    wire = await ask(port, b'GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    assert (await until_closed(wire)).endswith(LARGE)


async def test_a_page_that_only_talks_on_its_socket_and_never_reads_is_given_up(
    port: int, application: Application
) -> None:
    wire = await ask(port)
    wire[1].transport.pause_reading()  # type: ignore[attr-defined]
    wire[1].write(UPGRADE.replace(b'/ws', b'/large') + b'\x89\x80mask' * 200_000)  # pings, each of which is answered
    await asyncio.wait_for(application.abandoned.wait(), 20)
    wire[1].transport.abort()


async def test_one_network_address_has_its_own_number_of_connections(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, 'OF_NETWORK', 2)
    socket, request = await ask(port, UPGRADE), await ask(port, ASKED + b'\r\n')
    await socket[0].readuntil(b'\r\n\r\n')  # a socket keeps its place and has only one
    await request[0].readuntil(b'\r\n\r\n')
    assert (await until_closed(await ask(port))).startswith(b'HTTP/1.1 503 ')
    elsewhere = await asyncio.open_connection('127.0.0.1', port, local_addr=('127.0.0.2', 0))
    elsewhere[1].write(ASKED + b'Connection: close\r\n\r\n')
    assert b'0 bytes' in await until_closed(elsewhere)
    request[1].write(ASKED + b'Connection: close\r\n\r\n')
    await until_closed(request)
    assert b'0 bytes' in await until_closed(await ask(port, ASKED + b'Connection: close\r\n\r\n'))
    socket[1].transport.abort()


async def test_a_proxy_in_front_counts_its_clients_itself(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, 'OF_NETWORK', 0)
    async with served(application, '127.0.0.0/8') as server:
        assert b'0 bytes' in await until_closed(await ask(port_of(server), ASKED + b'Connection: close\r\n\r\n'))


def test_so_many_connections_are_taken_as_files_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, 'setrlimit', lambda _kind, both: raised.append(both))
    for soft, hard, most in ((1024, 4096, 3896), (1024, 100_000, 4000), (1024, 1024, 824), (50_000, 100_000, 4000)):
        monkeypatch.setattr(resource, 'getrlimit', lambda _kind, both=(soft, hard): both)
        assert connections_allowed() == most
    assert raised == [(4096, 4096), (16_384, 100_000)]
