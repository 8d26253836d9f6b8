"""What the HTTP server does with clients that send headers slowly, endlessly, or not at all."""

import asyncio
import resource
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lvbi import http_limits, serving
from lvbi.http_limits import LONGEST_HEAD, connections_allowed
from lvbi.settings import Settings

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def length_of(scope: object, receive: object, send: object) -> None:
    """An application that says how long the body was."""
    request = Request(scope, receive)  # type: ignore[arg-type]
    answer: Response = PlainTextResponse(f'{len(await request.body())} bytes')
    await answer(scope, receive, send)  # type: ignore[arg-type]


@pytest.fixture
async def port() -> AsyncIterator[int]:
    settings = Settings(http_port=0)
    taken = serving.listen(settings)
    ready = asyncio.Event()
    server = serving.make_server(length_of, settings, ready.set)
    server.config.lifespan = 'off'
    running = asyncio.get_running_loop().create_task(serving.serve(server, taken))
    await ready.wait()
    yield taken.getsockname()[1]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def until_closed(wire: Wire) -> bytes:
    async with asyncio.timeout(20):
        said = await wire[0].read()
    wire[1].close()
    return said


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


def test_so_many_connections_are_taken_as_files_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, 'setrlimit', lambda _kind, both: raised.append(both))
    for soft, hard, most in ((1024, 4096, 3896), (1024, 100_000, 4000), (1024, 1024, 824), (50_000, 100_000, 4000)):
        monkeypatch.setattr(resource, 'getrlimit', lambda _kind, both=(soft, hard): both)
        assert connections_allowed() == most
    assert raised == [(4096, 4096), (16_384, 100_000)]
