"""The ways to people that the contract is held against: a channel, and what a person sees in a chat of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any, Protocol

from sqlalchemy import insert, select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.kept import KeptFiles
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.wire import Wire as TelegramWire
from bot.channels.web import WebChannel
from bot.content.calls import Call
from jobs.telegram.delivery import Delivery
from storage.buckets import Rate
from storage.media import MediaStore
from storage.store import Store
from storage.tables import conversations, files, transcript
from tests.botapi import BotApi, serving
from tests.people import WireChannel


class Way(Protocol):
    """A channel in a house of its own, and eyes on what it shows."""

    channel: Any

    async def shown(self, chat_id: int) -> list[Call]:
        """All that the person was shown, in order, toasts too; a tap that is only acknowledged shows nothing."""

    async def message_id(self, chat_id: int) -> int:
        """The id of the newest message in the chat, as an edit names it."""

    async def offer(self, key: str) -> None:
        """Let a file of the media store be sent under its key."""

    async def file_of(self, call: Call) -> bytes:
        """The photo or the document that stands in a call, as the person gets it."""


class _Kept:
    """Files stand in the call as keys of the media store."""

    def __init__(self, store: Store, media: MediaStore) -> None:
        self._store, self._media = store, media

    async def offer(self, key: str) -> None:
        """Nothing is to be known of it."""

    async def file_of(self, call: Call) -> bytes:
        sent = call.params.get('photo') or call.params['document']
        return await self._media.get(sent['$kept'][0])


class Wire(_Kept):
    """A channel that speaks after the commit, over a wire."""

    def __init__(self, store: Store, media: MediaStore) -> None:
        super().__init__(store, media)
        self.channel = WireChannel()

    async def shown(self, chat_id: int) -> list[Call]:
        said = self.channel.said[chat_id]
        return [call for call in said if call.method != 'answerCallbackQuery' or call.params.get('text')]

    async def message_id(self, chat_id: int) -> int:
        return self.channel._next_id


class Web(_Kept):
    """A channel that keeps what it says in the turn itself."""

    def __init__(self, store: Store, media: MediaStore) -> None:
        super().__init__(store, media)
        self.channel = WebChannel()

    async def shown(self, chat_id: int) -> list[Call]:
        return [Call(row.method, row.params) for row in await self._rows(chat_id) if row.method != 'heard']

    async def message_id(self, chat_id: int) -> int:
        return (await self._rows(chat_id))[-1].id

    async def _rows(self, chat_id: int) -> Any:
        mine = select(transcript).join(conversations).where(conversations.c.chat_id == chat_id)
        async with self._store.read() as tx:
            return (await tx.execute(mine.order_by(transcript.c.id))).all()


class Telegram:
    """A channel that speaks over HTTP: aiogram makes the calls, or python-telegram-bot in the jobs."""

    def __init__(self, api: BotApi, channel: Any, store: Store) -> None:
        self.channel = channel
        self._api, self._store = api, store
        self._people = {chat: api.user(chat).opened() for chat in (5, 7)}
        api.taps = _AnyTap(self._people[7].chat)

    async def shown(self, chat_id: int) -> list[Call]:
        return [
            Call(call.method, call.params)
            for call in self._api.calls
            if call.chat in (chat_id, None) and (call.method != 'answerCallbackQuery' or call.params.get('text'))
        ]

    async def message_id(self, chat_id: int) -> int:
        return max(self._people[chat_id].chat.messages)

    async def offer(self, key: str) -> None:
        async with self._store.begin() as tx:
            [chat] = (await tx.execute(select(conversations.c.id))).all()
            row = {'token': key, 'conversation_id': chat.id, 'media_key': key, 'name': 'name.bin', 'kind': 'test'}
            await tx.execute(insert(files), row | {'until': tx.now + timedelta(days=1)})

    async def file_of(self, call: Call) -> bytes:
        [upload] = next(one for one in reversed(self._api.calls) if one.params is call.params).uploads.values()
        return bytes(upload.data)


class _AnyTap(dict[str, Any]):
    """Every tap was made by the one person of the test."""

    def __init__(self, chat: Any) -> None:
        self._chat = chat

    def __contains__(self, query: object) -> bool:
        return True

    def __getitem__(self, query: str) -> Any:
        return self._chat


@asynccontextmanager
async def wire(store: Store, media: MediaStore) -> AsyncIterator[Way]:
    """Over a wire in memory."""
    yield Wire(store, media)


@asynccontextmanager
async def web(store: Store, media: MediaStore) -> AsyncIterator[Way]:
    """Into the transcript."""
    yield Web(store, media)


@asynccontextmanager
async def telegram(store: Store, media: MediaStore) -> AsyncIterator[Way]:
    """To a Bot API server, as replies go."""
    async with serving() as api:
        line = TelegramWire(api.token, api.url)
        yield Telegram(api, TelegramChannel(line, KeptFiles(store, media, line.bot_id)), store)
        await line.close()


@asynccontextmanager
async def delivery(store: Store, media: MediaStore) -> AsyncIterator[Way]:
    """To a Bot API server, as notices go, with a clock by which a quarter of an hour lies between two looks."""
    async with serving() as api:
        line = TelegramWire(api.token, api.url)
        unhurried = Pace(store, line.bot_id, Rate(1e6, 1e6), clock=count(0.0, 900.0).__next__)
        channel = Delivery(line, KeptFiles(store, media, line.bot_id), unhurried)
        yield Telegram(api, channel, store)
        await channel.close()
        await line.close()


# A new channel joins by one line here, and the whole contract runs on it.
WAYS: dict[str, Callable[[Store, MediaStore], AbstractAsyncContextManager[Way]]] = {
    'wire': wire,
    'web': web,
    'telegram': telegram,
    'delivery': delivery,
}
