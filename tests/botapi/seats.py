"""What a person does in a chat with the bot, and what the phone shows."""

import itertools
from typing import TYPE_CHECKING, Any

from tests.botapi.chats import Chat, Message
from tests.botapi.updates import Update

if TYPE_CHECKING:
    from tests.botapi.api import BotApi

CARRIED = ('photo', 'document', 'video', 'voice', 'sticker', 'location')
_numbers = itertools.count(4_000_000_000_000_000_001)


class Seat:
    """One person in one chat. What he does becomes an update at once; each act gives its update."""

    def __init__(self, api: 'BotApi', person: dict[str, Any], chat: Chat) -> None:
        self.api = api
        self.person = person
        self.chat = chat
        # What the phone had shown when the person last did something: `sees` looks at what came after.
        self.before = 0

    # Doing ----------------------------------------------------------------------------------------------------

    def writes(self, **content: Any) -> Update:
        """Send a message with any content (`text=…`, `dice={…}`), for kinds that have no verb here."""
        self.chat.open = True
        message = self.chat.message(self.person, content)
        self.before = self.chat.shown
        return self.api.updates.add('message', message)

    def text(self, words: str) -> Update:
        """Write a text; a command is marked as one."""
        if not words.startswith('/'):
            return self.writes(text=words)
        length = len(words.split()[0])
        return self.writes(text=words, entities=[{'type': 'bot_command', 'offset': 0, 'length': length}])

    def starts(self, payload: str = '') -> Update:
        """Open the bot by its link and press "Start"."""
        return self.text(f'/start {payload}'.rstrip())

    def photo(self, data: bytes, caption: str | None = None, album: str | None = None) -> Update:
        """Send a picture; the phone makes it small and takes out where it was made. `album`: its media group."""
        more = {'caption': caption} if caption else {}
        group = {'media_group_id': album} if album else {}
        return self.writes(photo=self.api.files.keep('photo', data), **group, **more)

    def album(self, pictures: list[bytes], caption: str | None = None) -> list[Update]:
        """Send pictures together: each is a message of its own, all share a media group."""
        group = str(next(_numbers))
        return [self.photo(data, None if at else caption, group) for at, data in enumerate(pictures)]

    def document(self, data: bytes, name: str, mime_type: str, caption: str | None = None) -> Update:
        """Send any file."""
        kept = self.api.files.keep('document', data, file_name=name, mime_type=mime_type)
        return self.writes(document=kept[0], **({'caption': caption} if caption else {}))

    def photo_as_file(self, data: bytes, name: str = 'IMG_0001.jpg', caption: str | None = None) -> Update:
        """Send a picture as a file: nothing is taken out."""
        return self.document(data, name, 'image/jpeg', caption)

    def voice(self, data: bytes, seconds: int = 5) -> Update:
        """Send spoken words."""
        return self.writes(voice=self.api.files.keep('voice', data, duration=seconds, mime_type='audio/ogg')[0])

    def video(self, data: bytes, seconds: int = 5, caption: str | None = None) -> Update:
        """Send a short film."""
        facts = {'width': 640, 'height': 360, 'duration': seconds, 'mime_type': 'video/mp4'}
        kept = self.api.files.keep('video', data, **facts)
        return self.writes(video=kept[0], **({'caption': caption} if caption else {}))

    def sticker(self, emoji: str = '🌿') -> Update:
        """Send a sticker."""
        facts = {'type': 'regular', 'width': 512, 'height': 512, 'is_animated': False, 'is_video': False}
        return self.writes(sticker=self.api.files.keep('sticker', emoji.encode(), emoji=emoji, **facts)[0])

    def location(self, latitude: float, longitude: float, **more: Any) -> Update:
        """Send a point; more: horizontal_accuracy in metres."""
        return self.writes(location={'latitude': latitude, 'longitude': longitude, **more})

    def live_location(self, latitude: float, longitude: float, seconds: int = 900) -> 'LiveLocation':
        """Show where one walks."""
        return LiveLocation(self, self.location(latitude, longitude, live_period=seconds))

    def venue(self, title: str, address: str, latitude: float, longitude: float) -> Update:
        """Send a place with a name."""
        point = {'latitude': latitude, 'longitude': longitude}
        return self.writes(location=point, venue={'location': point, 'title': title, 'address': address})

    def edit(self, update: Update, **content: Any) -> Update:
        """Change what one sent (`text=…`, `caption=…`)."""
        sent = update['message']
        message = {**self.chat.messages[sent['message_id']], **content}
        message['edit_date'] = max(sent['date'], int(self.api.wall_clock()))
        self.chat.show(message)
        self.before = self.chat.shown
        return self.api.updates.add('edited_message', message)

    def tap(self, label: str, message: Message | None = None, *, too_old: bool = False) -> Update:
        """Tap a button by its words: the newest that the phone shows, under a message or in the menu below.

        `message`: the button of this message as it once was, though the phone may show it no more. `too_old`: the
        bot is not told what stood in the message ("Currently, only messages sent within 48 hours are accessible").
        """
        if found := self._button(label, [message] if message else list(reversed(self.chat.messages.values()))):
            shown, button = found
            return self._tapped(
                {key: shown[key] for key in ('chat', 'message_id')} | {'date': 0} if too_old else shown, button
            )
        assert any(label == button['text'] for row in self.chat.menu for button in row), self._missing(label)
        return self.text(label)

    def _button(self, label: str, messages: list[Message]) -> tuple[Message, dict[str, Any]] | None:
        for message in messages:
            for button in itertools.chain(*message.get('reply_markup', {}).get('inline_keyboard', ())):
                if label == button['text']:
                    return message, button
        return None

    def _tapped(self, message: Message, button: dict[str, Any]) -> Update:
        assert 'callback_data' in button, f'{button} asks nothing of the bot'
        self.before = self.chat.shown
        query = str(next(_numbers))
        self.api.taps[query] = self.chat
        body = {'id': query, 'from': self.person, 'message': message, 'chat_instance': str(self.chat.id)}
        return self.api.updates.add('callback_query', {**body, 'data': button['callback_data']})

    # Seeing ---------------------------------------------------------------------------------------------------

    async def sees(self, words: str, within: float = 5) -> Message:
        """Wait for a message of the bot (or its button, the menu, a toast) with these words, newer than the last act.

        Gives it as the phone shows it. Raises AssertionError with the whole phone.
        """
        found = await self.chat.bell.until(lambda: self._news(words), within)
        assert found, f'no {words!r} within {within} s. The phone:\n{self.phone}'
        return found[-1]

    def _news(self, words: str) -> list[Message]:
        news = [
            message
            for message in list(self.chat.messages.values())
            if self.chat.touched[message['message_id']] > self.before
            and message['from']['id'] == self.api.me['id']
            and words in self._with_menu(message)
        ]
        toasts = [answer for at, answer in self.chat.toasts if at > self.before and words in answer.get('text', '')]
        return news or toasts

    def _with_menu(self, message: Message) -> str:
        laid = self.chat.menu if self.chat.laid_by == message['message_id'] else []
        return '\n'.join([shown(message), *rows_of(laid)])

    @property
    def phone(self) -> str:
        """All that the phone shows, a message a paragraph, the menu last."""
        messages = [shown(message) for message in list(self.chat.messages.values())]
        return '\n\n'.join([*messages, '\n'.join(rows_of(self.chat.menu))]).strip()

    def _missing(self, label: str) -> str:
        return f'no button {label!r}. The phone:\n{self.phone}'


class LiveLocation:
    """A place that moves: each move is an edited message."""

    def __init__(self, seat: Seat, sent: Update) -> None:
        self.sent = sent
        self._seat = seat

    def moves(self, latitude: float, longitude: float) -> Update:
        """Be somewhere else."""
        point = {**self.sent['message']['location'], 'latitude': latitude, 'longitude': longitude}
        return self._seat.edit(self.sent, location=point)

    def stops(self) -> Update:
        """Show no more where one is."""
        point = {key: value for key, value in self.sent['message']['location'].items() if key != 'live_period'}
        return self._seat.edit(self.sent, location=point)


def shown(message: Message) -> str:
    """A message as lines: words, then what it carries, then its buttons in brackets."""
    carried = [f'({kind})' for kind in CARRIED if kind in message]
    words = [message[kind] for kind in ('text', 'caption') if kind in message]
    return '\n'.join([*words, *carried, *rows_of(message.get('reply_markup', {}).get('inline_keyboard', []))])


def rows_of(buttons: list[list[dict[str, Any]]]) -> list[str]:
    """Rows of buttons as lines."""
    return [' '.join(f'[{button["text"]}]' for button in row) for row in buttons]
