"""The ways to people that the contract is held against: a channel, and what a person sees in a chat of it."""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import select

from bot.channels.web import WebChannel
from bot.content.calls import Call
from storage.media import MediaStore
from storage.store import Store
from storage.tables import conversations, transcript
from tests.people import WireChannel


class Way(Protocol):
    """A channel in a house of its own, and eyes on what it shows."""

    channel: Any

    async def shown(self, chat_id: int) -> list[Call]:
        """All that the person was shown, in order, toasts too; a tap that is only acknowledged shows nothing."""

    async def message_id(self, chat_id: int) -> int:
        """The id of the newest message in the chat, as an edit names it."""

    async def file_of(self, call: Call) -> bytes:
        """The photo or the document that stands in a call, as the person gets it."""


class _Kept:
    """Files stand in the call as keys of the media store."""

    def __init__(self, store: Store, media: MediaStore) -> None:
        self._store, self._media = store, media

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


# A new channel joins by one line here, and the whole contract runs on it.
WAYS: dict[str, Callable[[Store, MediaStore], Way]] = {'wire': Wire, 'web': Web}
