"""The shapes of what we say: plain text with buttons; the door puts in the chat it goes to."""

from collections.abc import Sequence

from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendLocation,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from bot.content.calls import Kept

HERE = 0
VERSION = '1'
# A button: its words, and the verb with its values ('cat', 'water.black').
Button = tuple[str, str]
Rows = Sequence[Sequence[Button]]


def data(verb: str, *values: object) -> str:
    """Write callback data: version, verb, values; at most 64 bytes (Bot API)."""
    packed = ':'.join((VERSION, verb, *(str(value) for value in values)))
    if len(packed.encode()) > 64:
        raise ValueError(f'callback data too long: {packed}')
    return packed


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Lay out buttons under a message; a button whose data begins with 'https:' or 'tel:' opens that address."""
    if not rows:
        return None
    return InlineKeyboardMarkup(inline_keyboard=[[_button(*button) for button in row] for row in rows])


def _button(words: str, value: str) -> InlineKeyboardButton:
    if value.startswith('http'):
        return InlineKeyboardButton(text=words, url=value)
    return InlineKeyboardButton(text=words, callback_data=value)


def say(text: str, rows: Rows = ()) -> SendMessage:
    """A message in plain text: what residents write is never read as markup."""
    return SendMessage(chat_id=HERE, text=text, parse_mode=None, reply_markup=keyboard(rows))


def say_with_menu(text: str, rows: Sequence[Sequence[str]], place: str | None = None) -> SendMessage:
    """A message that also lays the standing menu; the button `place` asks the phone for its location."""
    buttons = [[KeyboardButton(text=words, request_location=words == place or None) for words in row] for row in rows]
    menu = ReplyKeyboardMarkup(keyboard=buttons, resize_keyboard=True, is_persistent=True)
    return SendMessage(chat_id=HERE, text=text, parse_mode=None, reply_markup=menu)


def edit(message_id: int, text: str, rows: Rows = ()) -> EditMessageText:
    """Replace a message of ours."""
    return EditMessageText(
        chat_id=HERE, message_id=message_id, text=text, parse_mode=None, reply_markup=keyboard(rows)
    )


def strip_buttons(message_id: int) -> EditMessageReplyMarkup:
    """Take the buttons off a message of ours."""
    return EditMessageReplyMarkup(chat_id=HERE, message_id=message_id, reply_markup=None)


def toast(callback_query_id: str, text: str) -> AnswerCallbackQuery:
    """A short word at the button that was tapped."""
    return AnswerCallbackQuery(callback_query_id=callback_query_id, text=text)


def show_photos(photos: Sequence[tuple[str, str]], caption: str | None = None) -> list[SendPhoto | SendMediaGroup]:
    """Photos of the media store as (token, filename); several travel as albums of at most ten (Bot API)."""
    if len(photos) == 1:
        return [SendPhoto(chat_id=HERE, photo=Kept(*photos[0]), caption=caption, parse_mode=None)]
    albums: list[SendPhoto | SendMediaGroup] = []
    for start in range(0, len(photos), 10):
        words = [caption if start == 0 else None] + [None] * 9
        media = [
            InputMediaPhoto(media=Kept(*photo), caption=said, parse_mode=None)
            for photo, said in zip(photos[start : start + 10], words, strict=False)
        ]
        albums.append(SendMediaGroup(chat_id=HERE, media=list(media)))
    return albums


def show_place(latitude: float, longitude: float) -> SendLocation:
    """A point on the map."""
    return SendLocation(chat_id=HERE, latitude=latitude, longitude=longitude)


def hand_over(token: str, filename: str, caption: str) -> SendDocument:
    """A document of the media store."""
    return SendDocument(chat_id=HERE, document=Kept(token, filename), caption=caption, parse_mode=None)
