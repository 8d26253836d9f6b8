"""What the fake refuses, as Telegram would."""

import json
from typing import Any

import aiohttp
import pytest
from selfrot.methods import generated

from tests.botapi import BotApi
from tests.botapi.conftest import Bot
from tests.botapi.description import method


def buttons(**button: Any) -> dict[str, Any]:
    return {'inline_keyboard': [[{'text': 'A', **button}]]}


MEDIA = {'type': 'photo', 'media': 'x'}
FAULTY: dict[str, tuple[str, dict[str, Any], str]] = {
    'without text': ('sendMessage', {'chat_id': 7}, 'parameter "text" is required'),
    'of no words': ('sendMessage', {'chat_id': 7, 'text': ' \n'}, 'message text is empty'),
    'empty': ('sendMessage', {'chat_id': 7, 'text': ''}, 'message text is empty'),
    'too long': ('sendMessage', {'chat_id': 7, 'text': 'x' * 4097}, 'message is too long'),
    'too long in UTF-16': ('sendMessage', {'chat_id': 7, 'text': '😀' * 2049}, 'message is too long'),
    'caption too long': ('sendPhoto', {'chat_id': 7, 'photo': 'x', 'caption': 'x' * 1025}, 'caption is too long'),
    'toast too long': (
        'answerCallbackQuery',
        {'callback_query_id': '1', 'text': '水' * 201},
        'allowed are 0-200 characters',
    ),
    'data too long in bytes': (
        'sendMessage',
        {'chat_id': 7, 'text': 'a', 'reply_markup': buttons(callback_data='黑' * 22)},
        'BUTTON_DATA_INVALID',
    ),
    'button of no use': ('sendMessage', {'chat_id': 7, 'text': 'a', 'reply_markup': buttons()}, 'one action'),
    'button of two uses': (
        'sendMessage',
        {'chat_id': 7, 'text': 'a', 'reply_markup': buttons(callback_data='1', url='https://a.b')},
        'one action',
    ),
    'keyboard of no kind': ('sendMessage', {'chat_id': 7, 'text': 'a', 'reply_markup': {}}, 'must be a Inline'),
    'unknown parameter': (
        'sendMessage',
        {'chat_id': 7, 'text': 'a', 'disable_web_page_preview': True},
        'has no parameter "disable_web_page_preview"',
    ),
    'unknown field': (
        'sendMessage',
        {'chat_id': 7, 'text': 'a', 'link_preview_options': {'off': True}},
        'has no field "off"',
    ),
    'text that is a number': ('sendMessage', {'chat_id': 7, 'text': 5}, 'text must be a text'),
    'number that is a text': ('deleteMessage', {'chat_id': 7, 'message_id': 'last'}, 'must be a whole number'),
    'markup': ('sendMessage', {'chat_id': 7, 'text': '<b>', 'parse_mode': 'HTML'}, "can't parse entities"),
    'album of one': ('sendMediaGroup', {'chat_id': 7, 'media': [MEDIA]}, 'allowed are 2-10 items'),
    'album of eleven': ('sendMediaGroup', {'chat_id': 7, 'media': [MEDIA] * 11}, 'allowed are 2-10 items'),
    'album without kinds': ('sendMediaGroup', {'chat_id': 7, 'media': [{'media': 'x'}] * 2}, 'media[0]'),
    'poll of words': ('sendPoll', {'chat_id': 7, 'question': '?', 'options': ['是']}, 'must be a InputPollOption'),
    'unknown file': ('sendPhoto', {'chat_id': 7, 'photo': 'x'}, 'wrong file identifier'),
    'place off the earth': ('sendLocation', {'chat_id': 7, 'latitude': 91.0, 'longitude': 0.0}, 'wrong latitude'),
    'stranger': ('sendMessage', {'chat_id': 8, 'text': 'a'}, 'chat not found'),
    'command in capitals': (
        'setMyCommands',
        {'commands': [{'command': 'Start', 'description': 'a'}]},
        'BOT_COMMAND_INVALID',
    ),
    'too many commands': (
        'setMyCommands',
        {'commands': [{'command': 'start', 'description': 'a'}] * 101},
        'BOT_COMMANDS_TOO_MUCH',
    ),
    'address that nobody else can open': (
        'sendMessage',
        {'chat_id': 7, 'text': 'a', 'reply_markup': buttons(url='http://localhost:8000/chat')},
        'Wrong HTTP URL',
    ),
    'album of photo and document': (
        'sendMediaGroup',
        {'chat_id': 7, 'media': [MEDIA, {'type': 'document', 'media': 'x'}]},
        "can't be mixed",
    ),
    'secret with a space': ('setWebhook', {'url': 'https://a.b', 'secret_token': 'a b'}, 'unallowed characters'),
    'webhook in the open': ('setWebhook', {'url': 'http://a.b/hook'}, 'An HTTPS URL must be provided'),
    'webhook on an odd port': ('setWebhook', {'url': 'https://a.b:9000/hook'}, 'only on ports 80, 88, 443 or 8443'),
}


@pytest.mark.parametrize('case', FAULTY)
async def test_a_faulty_request_is_refused_with_what_is_wrong_and_remembered(
    case: str, api: BotApi, bot: Bot
) -> None:
    name, params, words = FAULTY[case]
    api.user(7).opened()
    code, said = await bot.refused(name, **params)
    assert code == 400
    assert words in said
    assert [refusal.method for refusal in api.refused] == [name]
    assert api.calls == []


FITTING: dict[str, dict[str, Any]] = {
    'longest text': {'text': 'x' * 4096},
    'longest text in UTF-16': {'text': '😀' * 2048},
    'longest data': {'text': 'a', 'reply_markup': buttons(callback_data='黑' * 21 + 'a')},
    'number as a text': {'chat_id': '7', 'text': 'a'},
    'keyboard as JSON text': {'text': 'a', 'reply_markup': json.dumps(buttons(callback_data='1'))},
    'address': {'text': 'a', 'reply_markup': buttons(url='https://lvbi.example:8443/chat?a=b')},
    'removing the keyboard': {'text': 'a', 'reply_markup': {'remove_keyboard': True}},
}


@pytest.mark.parametrize('case', FITTING)
async def test_what_just_fits_is_sent(case: str, api: BotApi, bot: Bot) -> None:
    api.user(7).opened()
    message = await bot.ok('sendMessage', **{'chat_id': 7, **FITTING[case]})
    assert message['chat'] == {'id': 7, 'type': 'private', 'first_name': '王阿姨'}
    assert api.refused == []


async def test_a_wrong_token_opens_nothing(api: BotApi, session: aiohttp.ClientSession) -> None:
    for path in ('/bot1:WRONG/getMe', '/file/bot1:WRONG/photos/file_1.jpg'):
        async with session.get(api.url + path) as answer:
            assert answer.status == 401
            assert await answer.json() == {'ok': False, 'error_code': 401, 'description': 'Unauthorized'}
    assert [refusal.code for refusal in api.refused] == [401, 401]


async def test_an_unknown_method_is_not_found(api: BotApi, bot: Bot) -> None:
    assert await bot.refused('sendMesage', chat_id=7, text='a') == (404, 'Not Found')
    assert [refusal.method for refusal in api.refused] == ['sendMesage']


async def test_a_method_that_the_fake_cannot_carry_out_says_so(bot: Bot) -> None:
    code, words = await bot.refused('getStickerSet', name='leaves')
    assert (code, 'getStickerSet is not carried out' in words) == (501, True)


async def test_parameters_come_in_the_address_as_a_form_and_in_parts(
    api: BotApi, session: aiohttp.ClientSession
) -> None:
    api.user(7).opened()
    url = f'{api.url}/bot{api.token}/sendmessage'
    parts = aiohttp.FormData({'chat_id': '7', 'text': 'parts'}, default_to_multipart=True)
    for request in (
        {'params': {'chat_id': 7, 'text': 'address'}},
        {'data': {'chat_id': 7, 'text': 'form'}},
        {'data': parts},
    ):
        async with session.post(url, **request) as answer:
            assert answer.status == 200
    assert [call.text for call in api.sent(7, 'sendMessage')] == ['address', 'form', 'parts']


async def test_commands_and_descriptions_are_kept_by_language(api: BotApi, bot: Bot) -> None:
    commands = [{'command': 'start', 'description': '开始'}]
    await bot.ok('setMyCommands', commands=commands, language_code='zh')
    await bot.ok('setMyDescription', description='A bot')
    await bot.ok('setChatMenuButton', menu_button={'type': 'commands'})
    assert await bot.ok('getMyCommands', language_code='zh') == commands == api.setting('commands', 'zh')
    assert await bot.ok('getMyCommands') == []
    assert await bot.ok('getMyDescription') == {'description': 'A bot'}
    assert await bot.ok('getChatMenuButton') == {'type': 'commands'}


async def test_every_published_method_can_be_read() -> None:
    names = [
        cls.__api_method__ for cls in vars(generated).values() if '__api_method__' in getattr(cls, '__dict__', {})
    ]
    described = [method(name) for name in names if name]
    assert len(described) > 180
    assert method('SENDMESSAGE').required == {'chat_id', 'text'}
