"""Trouble on order, as a client meets it."""

import asyncio

import aiohttp
import pytest

from tests.botapi import BotApi, unreachable
from tests.botapi.conftest import Bot

WORDS = {'chat_id': 7, 'text': 'hello'}


@pytest.fixture(autouse=True)
def _open(api: BotApi) -> None:
    api.user(7).opened()


async def test_too_many_requests_names_the_seconds_and_ends_after_its_times(api: BotApi, bot: Bot) -> None:
    trouble = api.trouble('sendMessage', answer=429, retry_after=3, times=2)
    for _ in range(2):
        status, body = await bot.asks('sendMessage', **WORDS)
        assert (status, body['parameters']) == (429, {'retry_after': 3})
    await bot.ok('sendMessage', **WORDS)
    await trouble.struck(2)
    assert len(api.sent(7)) == 1
    assert api.refused == []


async def test_trouble_strikes_one_chat_or_every_method(api: BotApi, bot: Bot) -> None:
    api.user(8).opened()
    api.trouble('*', answer=403, chat=8)
    await bot.ok('sendMessage', **WORDS)
    assert await bot.refused('sendMessage', chat_id=8, text='a') == (403, 'Forbidden: bot was blocked by the user')


async def test_a_bad_gateway_answers_a_page(api: BotApi, session: aiohttp.ClientSession) -> None:
    api.trouble('sendMessage', answer=502)
    async with session.post(f'{api.url}/bot{api.token}/sendMessage', json=WORDS) as answer:
        assert (answer.status, answer.content_type) == (502, 'text/html')
        assert '<html>' in await answer.text()
    assert api.sent() == []


@pytest.mark.parametrize('carried_out', [False, True])
async def test_a_dropped_connection_leaves_open_whether_it_was_carried_out(
    carried_out: bool, api: BotApi, bot: Bot
) -> None:
    api.trouble('sendMessage', answer='drop', carried_out=carried_out)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await bot.asks('sendMessage', **WORDS)
    assert len(api.sent(7)) == carried_out


@pytest.mark.parametrize('carried_out', [False, True])
async def test_what_hangs_is_answered_only_when_released(carried_out: bool, api: BotApi, bot: Bot) -> None:
    trouble = api.trouble('sendMessage', answer='hang', carried_out=carried_out)
    asking = asyncio.ensure_future(bot.ok('sendMessage', **WORDS))
    await trouble.struck()
    assert len(api.sent(7)) == carried_out
    assert not asking.done()
    trouble.release()
    assert (await asking)['text'] == 'hello'
    assert len(api.sent(7)) == 1


async def test_who_gave_up_waiting_is_not_written_to_after_the_release(api: BotApi, bot: Bot) -> None:
    trouble = api.trouble('sendMessage', answer='hang')
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bot.asks('sendMessage', **WORDS)
    await bot.ok('getMe')  # By now the server knows that he is gone.
    trouble.release()
    await bot.ok('getMe')
    assert api.sent() == []


async def test_an_unreachable_server_refuses_connections_and_comes_back_at_its_address(api: BotApi, bot: Bot) -> None:
    await bot.ok('getMe')
    async with unreachable(api):
        with pytest.raises(aiohttp.ClientConnectorError):
            await bot.asks('sendMessage', **WORDS)
    await bot.ok('sendMessage', **WORDS)
    assert len(api.sent(7)) == 1


async def test_broken_json_comes_with_status_200(api: BotApi, session: aiohttp.ClientSession) -> None:
    api.trouble('sendMessage', answer='broken', carried_out=True)
    async with session.post(f'{api.url}/bot{api.token}/sendMessage', json=WORDS) as answer:
        assert answer.status == 200
        with pytest.raises(ValueError, match=r'JSON|Unterminated|Expecting'):
            await answer.json()
    assert len(api.sent(7)) == 1


async def test_a_download_can_fail_too(api: BotApi, bot: Bot, session: aiohttp.ClientSession) -> None:
    file_id = api.user(7).voice(b'words')['message']['voice']['file_id']
    path = (await bot.ok('getFile', file_id=file_id))['file_path']
    api.trouble('download', answer=500)
    statuses = []
    for _ in range(2):
        async with session.get(f'{api.url}/file/bot{api.token}/{path}') as answer:
            statuses.append(answer.status)
    assert statuses == [500, 200]
