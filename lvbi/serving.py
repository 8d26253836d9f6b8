"""Processes that run until they are told to stop: the web server in the loop, and the work beside it."""

import asyncio
import errno
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from starlette.types import ASGIApp

from civic.refusals import Refusal
from lvbi.connections import CarefulSocket, CrowdConfig
from lvbi.http_limits import CarefulProtocol
from lvbi.settings import Settings

if TYPE_CHECKING:
    from bot.intake import Intake

log = structlog.get_logger('serving')

STOP_WITHIN = 10  # seconds for turns under way, once told to stop
PAUSES = (1, 2, 5, 15, 30)  # seconds before work that broke off is taken up again
STEADY = 60  # seconds after which work counts as going well again
LARGEST_FRAME = 64 * 1024  # bytes; the chat's sockets only listen
STOPPING = (signal.SIGTERM, signal.SIGINT)


class Server(uvicorn.Server):
    """Uvicorn that says when it is ready and leaves signals to us: being told to stop is a good end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield


def listen(settings: Settings) -> socket.socket:
    """Take the address before anything else starts. Raises Refusal port_taken, cannot_listen."""
    host, port = settings.http_host, settings.http_port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal('port_taken', port=port) from None
        raise Refusal('cannot_listen', host=host, port=port, said=error.strerror or str(error)) from None


def make_server(app: ASGIApp, settings: Settings, ready: Callable[[], None]) -> Server:
    """Make the HTTP server; it keeps no log of requests, whose addresses may hold one-time codes."""
    config = CrowdConfig(
        app,
        settings.trusted_proxies,
        http=CarefulProtocol,
        ws=CarefulSocket,
        ws_max_size=LARGEST_FRAME,
        lifespan='on',
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    return Server(config, ready)


async def serve(server: Server, taken: socket.socket) -> None:
    """Answer HTTP until cancelled; then stop listening, end sockets, finish what is under way, and return."""
    serving = asyncio.ensure_future(server.serve([taken]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving


@asynccontextmanager
async def working(**work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Keep endless work going beside the block; at its end all is cancelled and waited for."""
    tasks = [asyncio.ensure_future(kept_going(name, body)) for name, body in work.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def kept_going(name: str, body: Callable[[], Awaitable[None]]) -> None:
    """Take work up again when it breaks off: a database that restarts must not end the house."""
    loop, broke_off = asyncio.get_running_loop(), 0
    while True:
        began = loop.time()
        try:
            await body()
        except Exception as fault:
            broke_off = 0 if loop.time() - began > STEADY else min(broke_off + 1, len(PAUSES) - 1)
            log.error('work broke off and goes on', work=name, pause=PAUSES[broke_off], exc_info=fault)
            await asyncio.sleep(PAUSES[broke_off])
        else:
            return


async def until_told(body: Coroutine[Any, Any, None]) -> None:
    """Run `body` until it ends or SIGTERM or Ctrl+C comes; then it is cancelled and waited for."""
    loop, running = asyncio.get_running_loop(), asyncio.ensure_future(body)
    for number in STOPPING:
        loop.add_signal_handler(number, running.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await running
    finally:
        for number in STOPPING:
            loop.remove_signal_handler(number)


async def flush_marks(intake: 'Intake') -> None:
    """Write down at the end what was said; what cannot be written is said once more at most."""
    try:
        await intake.marks.flush()
    except Exception as fault:
        log.warning('marks not written', exc_info=fault)
