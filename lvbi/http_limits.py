"""Limits of HTTP that uvicorn does not keep by itself, so that the house also stands without a proxy in front."""

import asyncio
import resource
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 32 * 1024  # bytes of a request line with its headers
HEAD_WITHIN = 15.0  # seconds for all of it, from the first byte or from the connection
MOST_CONNECTIONS = 4000  # requests and sockets at once; beyond it 503 (product default)
WANTED_FILES = 16_384  # open files, as in deploy/lvbi@.service
OTHER_FILES = 200  # database, photos on their way, libraries


class CarefulProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, which waits for headers for ever and takes them in any length."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head = 0
        self._in_message = False
        self._too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; too much of a head is not taken."""
        if not self._in_message:
            self._head += len(data)
            self._await_head()
        super().data_received(data)
        if self._too_late is not None and self._head > LONGEST_HEAD:
            self._refuse(b'431 Request Header Fields Too Large')

    def on_message_begin(self) -> None:
        """Begin the head of a request, which may come right behind another one."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Leave the rest of the request to those who read bodies."""
        self._in_message = True
        self._head_is_there()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect another request."""
        self._in_message = False
        super().on_message_complete()

    def _await_head(self) -> None:
        if self._too_late is None:
            self._too_late = self.loop.call_later(HEAD_WITHIN, self._refuse, b'408 Request Timeout')

    def _head_is_there(self) -> None:
        self._head = 0
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def _refuse(self, status: bytes) -> None:
        self._head_is_there()
        if not self.transport.is_closing():
            self.transport.write(b'HTTP/1.1 ' + status + b'\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
            self.transport.close()


def connections_allowed() -> int:
    """Let this process open as many files as it may, and say how many connections that is enough for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft - OTHER_FILES)
