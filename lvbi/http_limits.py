"""Limits of HTTP that uvicorn does not keep by itself, so that the house also stands without a proxy in front."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lvbi.connections import Attended

LONGEST_HEAD = 32 * 1024  # bytes of a request line with its headers; of what else stands around a body
HEAD_WITHIN = 15.0  # seconds for all of it, from the first byte or from the connection
REST_WITHIN = 30.0  # seconds for the rest of a body that was answered before it was here


class CarefulProtocol(Attended, HttpToolsProtocol):
    """uvicorn's own protocol, which waits for ever and takes headers and trailers in any length."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head = 0
        self._in_message = False
        self._too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first request, if there is room for it."""
        super().connection_made(transport)
        if self.has_room:
            self._await_head()
        else:
            self._refuse(b'503 Service Unavailable')

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; too much that is no body (a head, trailers, what is added to chunks) is not taken."""
        self._head += len(data)
        if not self._in_message:
            self._await_head()
        super().data_received(data)
        if self._head > LONGEST_HEAD:
            self._refuse(b'431 Request Header Fields Too Large')

    def on_message_begin(self) -> None:
        """Begin the head of a request, which may come right behind another one."""
        super().on_message_begin()
        self._await_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers mean nothing to us."""
        if not self._in_message:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Leave the rest of the request to those who read bodies."""
        self._in_message = True
        self._head_is_there()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Let a piece of a body count for nothing."""
        self._head = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect another request; behind a body that nobody waited for any more nothing else would end the wait."""
        self._in_message = False
        if self._too_late is not None:
            self._head_is_there()
            self._await_head()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the rest of the body a while, so that the answer is read: to close at once could take it back."""
        rest = self._in_message and not self.pipeline
        super().on_response_complete()
        if rest and not self.transport.is_closing():
            self._too_late = self.loop.call_later(REST_WITHIN, self.transport.close)

    def handle_websocket_upgrade(self) -> None:
        """Hand over to the socket's protocol, also what waits to be read."""
        super().handle_websocket_upgrade()
        self.let_go()
        if self.transport.get_write_buffer_size():
            cast(Attended, self.transport.get_protocol()).pause_writing()

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
        if self.transport.is_closing():
            return
        if not self._in_message:  # else its answer may be under way
            self.transport.write(b'HTTP/1.1 ' + status + b'\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
        self.transport.close()
