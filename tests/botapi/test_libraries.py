"""One round each with the two libraries that the product speaks and listens with."""

import warnings
from collections.abc import AsyncIterator

import aiogram
import pytest
import telegram.error
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from tests.botapi import BotApi
from tests.botapi.test_files import picture

BUTTONS = [[{'text': 'Yes', 'callback_data': '1:y'}]]


@pytest.fixture
async def aiogram_bot(api: BotApi) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    async with aiogram.Bot(api.token, session=session) as bot:
        yield bot


@pytest.fixture
async def ext_bot(api: BotApi) -> AsyncIterator[ExtBot[None]]:
    urls = {'base_url': f'{api.url}/bot', 'base_file_url': f'{api.url}/file/bot'}
    async with ExtBot(api.token, **urls, request=HTTPXRequest(), get_updates_request=HTTPXRequest()) as bot:
        yield bot


async def test_a_round_with_aiogram(api: BotApi, aiogram_bot: aiogram.Bot) -> None:
    bot, user = aiogram_bot, api.user(7)
    assert (await bot.me()).username == 'lvbi_test_bot'
    await bot.set_my_commands([BotCommand(command='start', description='开始')], language_code='zh')
    user.photo(picture())
    [update] = await bot.get_updates(timeout=5, allowed_updates=['message', 'callback_query'])
    assert (await bot.download(update.message.photo[-1])).read() == picture()
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(**button) for button in BUTTONS[0]]])
    sent = await bot.send_message(7, '好吗？', reply_markup=markup)
    user.tap('Yes')
    [update] = await bot.get_updates(offset=update.update_id + 1, timeout=5)
    await update.callback_query.answer('noted').as_(bot)
    await sent.edit_text('好')
    await bot.send_media_group(7, [InputMediaPhoto(media=BufferedInputFile(picture(), 'a.jpg')) for _ in range(2)])
    await bot.send_location(7, 30.0, 120.58)
    assert user.phone == '(photo)\n\n好\n\n(photo)\n\n(photo)\n\n(location)'
    await user.sees('noted')
    assert api.refused == []


async def test_a_round_with_python_telegram_bot(api: BotApi, ext_bot: ExtBot[None]) -> None:
    bot, user = ext_bot, api.user(7)
    user.text('hello')
    [update] = await bot.get_updates(timeout=5)
    assert update.message.text == 'hello'
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', message="Please use 'Bot")
        words = {'chat_id': 7, 'text': '好吗？', 'reply_markup': {'inline_keyboard': BUTTONS}}
        sent = await bot.do_api_request('sendMessage', api_kwargs=words)
    await bot.edit_message_text('好', chat_id=7, message_id=sent['message_id'])
    photo = await bot.send_photo(7, picture(), caption='see')
    await bot.send_photo(7, photo.photo[-1].file_id)
    await bot.send_media_group(
        7, [telegram.InputMediaPhoto(picture()), telegram.InputMediaPhoto(photo.photo[-1].file_id)]
    )
    assert bytes(await (await bot.get_file(photo.photo[-1].file_id)).download_as_bytearray()) == picture()
    assert user.phone == 'hello\n\n好\n\nsee\n(photo)\n\n(photo)\n\n(photo)\n\n(photo)'
    assert api.refused == []


@pytest.mark.filterwarnings('ignore:.*`retry_after` will be of type')
@pytest.mark.parametrize(
    ('answer', 'fault'),
    [
        (429, telegram.error.RetryAfter),
        (403, telegram.error.Forbidden),
        (400, telegram.error.BadRequest),
        (502, telegram.error.NetworkError),
        ('drop', telegram.error.NetworkError),
        ('broken', telegram.error.TelegramError),
    ],
)
async def test_python_telegram_bot_meets_trouble_as_its_own_errors(
    answer: int, fault: type[Exception], api: BotApi, ext_bot: ExtBot[None]
) -> None:
    api.user(7).opened()
    api.trouble('sendMessage', answer=answer)
    with pytest.raises(fault):
        await ext_bot.send_message(7, 'hello')
    await ext_bot.send_message(7, 'hello')
    assert len(api.sent(7)) == 1
