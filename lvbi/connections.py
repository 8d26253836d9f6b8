"""What a connection is held to in either protocol: a place among those of its network, and to read what we say."""

import asyncio
import resource
from collections import Counter
from typing import Any

from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from web.newcomers import network_of

MOST_CONNECTIONS = 4000  # requests and sockets at once; beyond it 503 (product default)
OF_NETWORK = 500  # of them of one network address; many phones share one of a mobile network (product default)
WANTED_FILES = 16_384  # open files, as in deploy/lvbi@.service
OTHER_FILES = 200  # database, photos on their way, libraries
UNREAD_WITHIN = 60.0  # seconds in which nothing of what waits to be read is read
MOST_TALK = 32 * 1024  # bytes said on a socket by a page that does not read; all it has to say are pongs


class Crowd:
    """Counts the connections of each network address, except those of the proxies in front of us."""

    def __init__(self, trusted_proxies: str) -> None:
        self._trusted = ProxyHeadersMiddleware(_nothing, trusted_proxies).trusted_hosts
        self._here: Counter[str] = Counter()

    def network(self, client: tuple[str, int] | None) -> str | None:
        """Name the network that a connection counts for, if any."""
        return None if client is None or client[0] in self._trusted else network_of(client[0])

    def enter(self, network: str | None) -> bool:
        """Count one more, and say whether there was room for it."""
        if network is None:
            return True
        self._here[network] += 1
        return self._here[network] <= OF_NETWORK

    def leave(self, network: str | None) -> None:
        """Count one less."""
        if network is not None:
            self._here[network] -= 1
            if not self._here[network]:
                del self._here[network]


class CrowdConfig(Config):
    """uvicorn's settings; the connections made by them are one crowd."""

    def __init__(self, app: Any, trusted_proxies: str, **more: Any) -> None:
        super().__init__(app, forwarded_allow_ips=trusted_proxies, limit_concurrency=connections_allowed(), **more)
        self.crowd = Crowd(trusted_proxies)


class Attended(asyncio.Protocol):
    """Has a place in the crowd, and is given up when what waits to be read is not read."""

    config: Config
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    client: tuple[str, int] | None
    has_room: bool
    _crowd: Crowd
    _network: str | None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a place; learn of every byte that waits, not only of many."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)
        assert isinstance(self.config, CrowdConfig)
        self._crowd = self.config.crowd
        self._network = self._crowd.network(self.client)
        self.has_room = self._crowd.enter(self._network)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self.let_go()
        super().connection_lost(exc)

    def let_go(self) -> None:
        """Attend to it no more."""
        self._forget_unread()
        self._crowd.leave(self._network)

    def pause_writing(self) -> None:
        """Something waits to be read, and nothing is added to it until it was."""
        super().pause_writing()
        self._look_again(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """All was read."""
        self._forget_unread()
        super().resume_writing()

    def _look_again(self, size: int) -> None:
        self._forget_unread()
        self._unread = self.loop.call_later(UNREAD_WITHIN, self._look, size)

    def _look(self, before: int) -> None:
        """Give the connection up, also one that only waits to be closed, when as much waits as before."""
        size = self.transport.get_write_buffer_size()
        if size >= before:
            self.transport.abort()
        else:
            self._look_again(size)

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


class CarefulSocket(Attended, WebSocketsSansIOProtocol):
    """uvicorn's own socket, which answers pings without end to somebody who never reads."""

    _talk = 0

    def data_received(self, data: bytes) -> None:
        """Take what came, a little only while our own words wait."""
        self._talk = self._talk + len(data) if self._unread is not None else 0
        if self._talk > MOST_TALK:
            self.transport.abort()
        else:
            super().data_received(data)


def connections_allowed() -> int:
    """Let this process open as many files as it may, and say how many connections that is enough for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft - OTHER_FILES)


async def _nothing(*_asgi: Any) -> None:
    """Stand for the application where only the names of proxies are read."""
