"""The shapes of what we say, as Bot API calls: plain text with buttons; the door puts in the chat it goes to.

They are written as JSON at once: building and freezing aiogram's models cost a fifth of a turn (`make bench`). That
each is a call that aiogram accepts is held by the tests, which thaw every one.
"""

from collections.abc import Sequence
from typing import Any

from bot.content.calls import Call

VERSION = '1'
MOST_UNITS = 4096
MORE = '…'
# A button: its words, and the verb with its values ('cat', 'water.black').
Button = tuple[str, str]
Rows = Sequence[Sequence[Button]]


def data(verb: str, *values: object) -> str:
    """Write callback data: version, verb, values; at most 64 bytes (Bot API)."""
    packed = ':'.join((VERSION, verb, *(str(value) for value in values)))
    if len(packed.encode()) > 64:
        raise ValueError(f'callback data too long: {packed}')
    return packed


def keyboard(rows: Rows) -> dict[str, Any]:
    """Lay out buttons under a message; a button whose data is an address opens it."""
    if not rows:
        return {}
    return {'reply_markup': {'inline_keyboard': [[_button(*button) for button in row] for row in rows]}}


def _button(words: str, value: str) -> dict[str, str]:
    return {'text': words, 'url' if value.startswith('http') else 'callback_data': value}


def say(text: str, rows: Rows = ()) -> Call:
    """A message in plain text: what residents write is never read as markup, so no parse mode is ever set."""
    return Call('sendMessage', {'text': clipped(text), **keyboard(rows)})


def say_all(head: Sequence[str], told: Sequence[str], rows: Rows = ()) -> list[Call]:
    """A head and what followed it, oldest first, with buttons: in two messages where one does not hold them.

    The newest of what followed is always there; the oldest gives way.
    """
    together = '\n'.join([*head, '', *told])
    if units(together) <= MOST_UNITS:
        return [say(together, rows)]
    kept: list[str] = []
    for line in reversed(told):
        if units('\n'.join([MORE, line, *kept])) > MOST_UNITS:
            kept.insert(0, MORE)
            break
        kept.insert(0, line)
    return [say('\n'.join(head)), say('\n'.join(kept) or MORE, rows)]


def units(text: str) -> int:
    """Count a text as the Bot API does, in UTF-16 units."""
    return len(text.encode('utf-16-le')) // 2


def clipped(text: str) -> str:
    """Cut a text to what a message holds: 4096 UTF-16 units (Bot API); the beginning stays."""
    if len(text) < MOST_UNITS // 2:
        return text
    units = text.encode('utf-16-le')
    if len(units) <= MOST_UNITS * 2:
        return text
    return units[: (MOST_UNITS - 1) * 2].decode('utf-16-le', errors='ignore') + '…'


def say_with_menu(text: str, rows: Sequence[Sequence[str]], place: str | None = None) -> Call:
    """A message that also lays the standing menu; the button `place` asks the phone for its location."""
    buttons = [
        [{'text': words, **({'request_location': True} if words == place else {})} for words in row] for row in rows
    ]
    menu = {'keyboard': buttons, 'resize_keyboard': True, 'is_persistent': True}
    return Call('sendMessage', {'text': text, 'reply_markup': menu})


def strip(message_id: int | None) -> list[Call]:
    """Take the buttons off a message of ours whose question is answered; it stays to be read."""
    return [] if message_id is None else [Call('editMessageReplyMarkup', {'message_id': message_id})]


def edit(message_id: int, text: str, rows: Rows = ()) -> Call:
    """Replace a message of ours."""
    return Call('editMessageText', {'message_id': message_id, 'text': clipped(text), **keyboard(rows)})


def show_photos(photos: Sequence[tuple[str, str]], caption: str | None = None) -> list[Call]:
    """Photos of the media store as (token, filename); several travel as albums of at most ten (Bot API)."""
    words = {'caption': caption} if caption else {}
    if len(photos) == 1:
        return [Call('sendPhoto', {'photo': kept(*photos[0]), **words})]
    return [_album(photos[start : start + 10], words if start == 0 else {}) for start in range(0, len(photos), 10)]


def _album(photos: Sequence[tuple[str, str]], words: dict[str, str]) -> Call:
    media: list[dict[str, Any]] = [{'type': 'photo', 'media': kept(*photo)} for photo in photos]
    media[0] |= words
    return Call('sendMediaGroup', {'media': media})


def show_place(latitude: float, longitude: float) -> Call:
    """A point on the map."""
    return Call('sendLocation', {'latitude': latitude, 'longitude': longitude})


def hand_over(token: str, filename: str, caption: str) -> Call:
    """A document of the media store."""
    return Call('sendDocument', {'document': kept(token, filename), 'caption': caption})


def play(kind: str, token: str, filename: str, caption: str) -> Call:
    """A voice message or a video of the media store."""
    return Call(f'send{kind.title()}', {kind: kept(token, filename), 'caption': caption})


def kept(token: str, filename: str) -> dict[str, Any]:
    """A file of the media store; its channel fetches it when it is sent."""
    return {'$kept': [token, filename]}
