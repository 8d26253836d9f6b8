"""Sockets: each is told what is in its chat, in order, and then what comes, as soon as it is committed."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from storage.bells import Bell
from storage.store import StoreDown
from web.at_once import AtOnce
from web.declined import Declined
from web.frames import Frames, Page, as_text, asked_after, frame
from web.house import WebHouse
from web.newcomers import hashed_address
from web.origins import check_origin
from web.visitors import Visitor, Visitors

NET = 20.0  # seconds after which a socket looks by itself, should a ring have been lost
OF_CHAT, OF_ADDRESS = 8, 100  # sockets at once: tabs of one person, phones behind one address (product defaults)
REFUSED, TRY_AGAIN = 1008, 1013  # close codes: RFC 6455 §7.4.1 and its registry


class Sockets:
    """Speaks on sockets; nothing is held for a slow one but the page of frames that it is being sent."""

    def __init__(self, house: WebHouse, visitors: Visitors, frames: Frames) -> None:
        self._bells = house.store.bells
        self._public_url = house.public_url
        self._secret_key = house.secret_key
        self._visitors = visitors
        self._frames = frames
        self._open = AtOnce()

    async def talk(self, socket: WebSocket) -> None:
        """GET /chat/ws?after=N: hello, then the frames after N, then each new one, until the page goes."""
        try:
            check_origin(socket, self._public_url)
            after = asked_after(socket)
        except Declined:
            await socket.close(REFUSED)
            return
        await socket.accept()
        try:
            with self._places(socket):
                await self._both_ways(socket, after)
        except Declined:
            await socket.close(TRY_AGAIN)

    @contextmanager
    def _places(self, socket: WebSocket) -> Iterator[None]:
        """Take a place of the chat's and one of the network address. Raises Declined when there is none."""
        identity = self._visitors.cookies.read(socket)
        with ExitStack() as places:
            network = hashed_address(socket, self._secret_key)
            places.enter_context(self._open.place(network, OF_ADDRESS, 'busy'))
            if identity is not None:
                places.enter_context(self._open.place(str(self._visitors.address(identity)), OF_CHAT, 'busy'))
            yield

    async def _both_ways(self, socket: WebSocket, after: int) -> None:
        async with asyncio.TaskGroup() as group:
            speaking = group.create_task(self._speak(socket, after))
            await _until_gone(socket)
            speaking.cancel()

    async def _speak(self, socket: WebSocket, after: int) -> None:
        """Speak until the page is gone, the store is, or the cookie is no longer valid."""
        with suppress(WebSocketDisconnect):
            try:
                await self._tell(Teller(socket, after))
            except StoreDown:
                await socket.close(TRY_AGAIN)

    async def _tell(self, teller: 'Teller') -> None:
        page = await self._frames.page(teller.socket, teller.after)
        while page is not None:
            await teller.tell(page)
            page = await self._follow(teller, _bell_of(page.visitor))
        await teller.socket.send_text(as_text({'method': 'signed_out'}))
        await teller.socket.close(REFUSED)

    async def _follow(self, teller: 'Teller', name: Bell) -> Page | None:
        """Tell what comes; gives the page at which another bell is to be heard: the chat was opened just now."""
        with self._bells.listening(*name) as bell:
            while True:
                bell.clear()  # before reading: what is committed from here on rings again
                page = await self._frames.page(teller.socket, teller.after)
                if page is None or _bell_of(page.visitor) != name:
                    return page
                await teller.tell(page)
                if not page.more:
                    await _rung(bell)


class Teller:
    """One socket, the last frame it was sent, and how its person reads, as it was told."""

    def __init__(self, socket: WebSocket, after: int) -> None:
        self.socket = socket
        self.after = after
        self._hello: dict[str, Any] | None = None

    async def tell(self, page: Page) -> None:
        """Send a page of frames, after a hello if that is new; waits for the network, not in memory."""
        if page.hello != self._hello:
            await self.socket.send_text(as_text({'method': 'hello', 'params': page.hello}))
            self._hello = page.hello
        for row in page.rows:
            await self.socket.send_text(as_text(frame(row)))
            self.after = row.id


def _bell_of(visitor: Visitor) -> Bell:
    """Name the bell of a chat, or of its being opened."""
    return ('arrival', str(visitor.address)) if visitor.chat is None else ('chat', str(visitor.chat.id))


async def _rung(bell: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(NET):
            await bell.wait()


async def _until_gone(socket: WebSocket) -> None:
    """Wait for the page to go; what it says on the socket is not listened to."""
    while (await socket.receive())['type'] != 'websocket.disconnect':
        pass
