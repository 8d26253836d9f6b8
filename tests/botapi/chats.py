"""Chats with their messages, as Telegram's servers hold them; what a phone shows is read from here."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.bells import Bell
from tests.botapi.refusals import Refused, bad

Message = dict[str, Any]

BLOCKED = 'bot was blocked by the user'
DEACTIVATED = 'user is deactivated'
KICKED = 'bot was kicked from the group chat'


@dataclass(eq=False)
class Chat:
    """One chat. `shown` counts up with everything that changes on the phone; `touched` says when a message did."""

    id: int
    facts: dict[str, Any]
    open: bool = False
    closed_because: str | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    menu: list[list[dict[str, Any]]] = field(default_factory=list)
    laid_by: int = 0
    toasts: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    touched: dict[int, int] = field(default_factory=dict)
    shown: int = 0
    bell: Bell = field(default_factory=Bell)
    ids: 'itertools.count[int]' = field(default_factory=lambda: itertools.count(1))

    def message(self, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        """Make and keep the next message of this chat."""
        message = {
            'message_id': next(self.ids),
            'from': sender,
            'chat': {'id': self.id, **self.facts},
            'date': int(time.time()),
            **content,
        }
        self.show(message)
        return message

    def show(self, message: Message) -> None:
        """Put a message, or the new version of one, on the phone; versions seen earlier stay as they were."""
        self.messages[message['message_id']] = message
        self.shown += 1
        self.touched[message['message_id']] = self.shown
        self.bell.ring()

    def forget(self, message_id: int) -> None:
        """Take a message off the phone."""
        del self.messages[message_id]
        self.shown += 1
        self.bell.ring()

    def toast(self, answer: dict[str, Any]) -> None:
        """Show the answer to a tap."""
        self.shown += 1
        self.toasts.append((self.shown, answer))
        self.bell.ring()

    def lay(self, markup: dict[str, Any], message_id: int) -> None:
        """Lay the keyboard of a message under the composer, or take it away."""
        if 'keyboard' in markup:
            self.menu, self.laid_by = markup['keyboard'], message_id
            self.bell.ring()
        elif markup.get('remove_keyboard'):
            self.menu = []

    def hold_open(self) -> None:
        """Raise Refused where the bot may not write."""
        if self.closed_because:
            raise Refused(403, f'Forbidden: {self.closed_because}', foreseeable=False)
        if not self.open:
            raise bad('chat not found')


class Chats:
    """All chats of the server, by id."""

    def __init__(self) -> None:
        self._by_id: dict[int, Chat] = {}

    def private(self, person: dict[str, Any]) -> Chat:
        """The chat of a person with the bot."""
        names: dict[str, Any] = {key: person[key] for key in ('first_name', 'last_name', 'username') if key in person}
        return self._by_id.setdefault(person['id'], Chat(person['id'], {'type': 'private', **names}))

    def group(self, chat_id: int, title: str) -> Chat:
        """A supergroup."""
        return self._by_id.setdefault(chat_id, Chat(chat_id, {'type': 'supergroup', 'title': title}))

    def find(self, chat_id: int | str) -> Chat:
        """The chat of a request, where the bot may write; raises Refused."""
        if (chat := self._by_id.get(chat_id) if isinstance(chat_id, int) else None) is None:
            raise bad('chat not found')
        chat.hold_open()
        return chat

    def __iter__(self) -> Any:
        return iter(list(self._by_id.values()))
