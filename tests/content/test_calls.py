"""Calls: aiogram's methods frozen and thawed are the same; what cannot be kept is refused."""

from datetime import timedelta

import pytest
from aiogram.enums import ParseMode
from aiogram.methods import AnswerCallbackQuery, SendMediaGroup, SendMessage, SendPhoto, SendPoll
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputPollOption,
    ReplyKeyboardRemove,
)

from bot.content import say
from bot.content.calls import Call, Kept, freeze, replies
from tests.thawing import thaw

METHODS = [
    SendMessage(
        chat_id=1, text='<b>', parse_mode=ParseMode.HTML, reply_markup=ReplyKeyboardRemove(remove_keyboard=True)
    ),
    SendMessage(chat_id=1, text='x', reply_markup=ForceReply(force_reply=True)),
    SendMessage(
        chat_id=1,
        text='x',
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text='a', callback_data='1:a')]]),
    ),
    SendPhoto(chat_id=1, photo=Kept('key', 'a.jpg'), caption='c'),
    SendMediaGroup(
        chat_id=1, media=[InputMediaPhoto(media=Kept('k', 'a.jpg')), InputMediaPhoto(media=Kept('l', 'b.jpg'))]
    ),
    SendPoll(chat_id=1, question='?', options=[InputPollOption(text='是'), InputPollOption(text='否')]),
    AnswerCallbackQuery(callback_query_id='1', text='ok'),
]


@pytest.mark.parametrize('method', METHODS, ids=lambda method: type(method).__name__)
def test_frozen_and_thawed_is_the_same(method: object) -> None:
    call = freeze(method, 1)  # type: ignore[arg-type]
    assert freeze(thaw(call), 1) == call


def test_a_message_never_gets_a_parse_mode_by_default() -> None:
    assert freeze(thaw(freeze(say.say('<b>*x*'), 7)), 7).params == {'chat_id': 7, 'text': '<b>*x*'}


def test_files_outside_the_media_store_are_refused() -> None:
    with pytest.raises(TypeError, match='outside the media store'):
        freeze(SendPhoto(chat_id=1, photo=BufferedInputFile(b'x', 'a.jpg')), 1)


def test_a_span_of_time_is_refused() -> None:
    with pytest.raises(TypeError, match='span'):
        freeze(SendPoll(chat_id=1, question='?', options=[], close_date=timedelta(hours=1)), 1)


def test_replies_are_flattened_and_anything_else_is_refused() -> None:
    one = say.say('x')
    assert replies([one, [None, (one,)]]) == [one, one]
    with pytest.raises(TypeError, match='returned str'):
        replies('x')


def test_callback_data_longer_than_the_platform_takes_is_refused() -> None:
    assert say.data('cat', 'x' * 58) == f'1:cat:{"x" * 58}'
    with pytest.raises(ValueError, match='too long'):
        say.data('cat', '长' * 30)


def test_a_text_is_cut_to_what_a_message_holds() -> None:
    for text in ('长' * 5000, '😀' * 3000):
        assert len(say.clipped(text).encode('utf-16-le')) <= 4096 * 2
    assert say.clipped('短') == '短'


def test_more_than_ten_photos_travel_as_several_albums() -> None:
    calls = say.show_photos([(str(n), 'a.jpg') for n in range(12)], 'words')
    assert [len(call.params['media']) for call in calls] == [10, 2]
    assert isinstance(calls[0], Call)
