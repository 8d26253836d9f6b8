"""People for tests: they send updates in Telegram's shape through the front door and read what comes back."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bot.content.calls import Call
from bot.intake import Heard, Intake, Outcome
from bot.intake.channel import Spoken
from storage.arrivals import Conversation
from storage.store import Tx
from tests.thawing import thaw

MIDNIGHT = 1_795_000_000


class WireChannel:
    """A channel whose wire only remembers; `broken` makes speaking fail, as when the network is gone."""

    name = 'wire'
    bot = 1
    has_page = False

    def __init__(self, *, keeps_uploads: bool = False) -> None:
        self.keeps_uploads = keeps_uploads
        self.said: dict[int, list[Call]] = defaultdict(list)
        self.broken = False
        self._next_id = 1000

    async def keep(
        self, tx: Tx, conversation: Conversation, heard: Heard | None, calls: Sequence[Call]
    ) -> Sequence[Call]:
        """Keep nothing: all must be spoken; each must be a call that aiogram knows."""
        for call in calls:
            thaw(call)
        return calls

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        """Remember what was said, with message ids as a platform gives them."""
        if self.broken:
            return []
        spoken = []
        for position, call in calls:
            self._next_id += 1
            self.said[chat_id].append(call)
            spoken.append(Spoken(position, self._next_id))
        return spoken


class Person:
    """Somebody with a chat: what he sends gets the next update id, what he is told is in `told`."""

    def __init__(self, intake: Intake, channel: WireChannel, chat_id: int = 7, language: str = 'zh-hans') -> None:
        self.intake = intake
        self.channel = channel
        self.chat_id = chat_id
        self.language = language
        self.last = chat_id * 100_000

    def heard(self, body: dict[str, Any], **more: Any) -> Heard:
        """Make the next update of this person, without sending it."""
        self.last += 1
        update = {'update_id': self.last, **body}
        return Heard(str(self.last), self.chat_id, update, language_code=self.language, **more)

    def message(self, **fields: Any) -> Heard:
        """Make a message update."""
        message = {
            'message_id': self.last + 1,
            'date': MIDNIGHT,
            'chat': {'id': self.chat_id, 'type': 'private'},
            'from': self.sender(),
            **fields,
        }
        return self.heard({'message': message}, album=fields.get('media_group_id'))

    def sender(self) -> dict[str, Any]:
        """The `from` of an update."""
        return {'id': self.chat_id, 'is_bot': False, 'first_name': 'Test', 'language_code': self.language}

    async def send(self, heard: Heard) -> Outcome:
        """Send one update through the door."""
        return await self.intake.hear(self.channel, heard)

    async def says(self, text: str) -> str:
        """Write a text; gives the last words of the answer."""
        await self.send(self.message(text=text))
        return self.words

    async def shows(self, name: str, album: str | None = None, caption: str | None = None) -> str:
        """Send a photo."""
        size = {'file_id': name, 'file_unique_id': name, 'width': 90, 'height': 90}
        more = {'media_group_id': album} if album else {}
        await self.send(self.message(photo=[size], **more, **({'caption': caption} if caption else {})))
        return self.words

    async def is_at(self, latitude: float, longitude: float) -> str:
        """Send a place."""
        await self.send(self.message(location={'latitude': latitude, 'longitude': longitude}))
        return self.words

    async def taps(self, data: str, message_id: int = 55) -> str:
        """Tap a button by its data, or by the words that stand on it."""
        data = self.button(data)
        chat = {'id': self.chat_id, 'type': 'private'}
        query = {
            'id': str(self.last + 1),
            'chat_instance': '1',
            'from': self.sender(),
            'data': data,
            'message': {'message_id': message_id, 'date': MIDNIGHT, 'chat': chat, 'text': '?'},
        }
        await self.send(self.heard({'callback_query': query}))
        return self.words

    def button(self, wanted: str) -> str:
        """Find the data of a button by its words in what was said last, or take data as it is."""
        for call in reversed(self.told):
            for row in (call.params.get('reply_markup') or {}).get('inline_keyboard', []):
                for button in row:
                    if wanted in (button['text'], button.get('callback_data')):
                        return str(button['callback_data'])
        if not wanted.startswith('1:'):
            raise AssertionError(f'no button {wanted!r} in: {self.words}')
        return wanted

    @property
    def told(self) -> list[Call]:
        """Everything this person was told."""
        return self.channel.said[self.chat_id]

    @property
    def words(self) -> str:
        """The last words this person was told."""
        texts = [call.params['text'] for call in self.told if call.params.get('text')]
        return texts[-1] if texts else ''

    @property
    def all_words(self) -> str:
        """All words this person was told."""
        return '\n'.join(str(call.params.get('text', '')) for call in self.told)
