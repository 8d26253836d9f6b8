"""Delivery to an address: order, repetition, the secret, and a method in the answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.botapi import BotApi
from tests.botapi.bells import Bell
from tests.botapi.conftest import Bot


@dataclass
class Listener:
    """The bot's address. `answers` are given one after another, then 200; `gate` closed keeps all waiting."""

    url: str = ''
    answers: list[web.Response] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    inside: int = 0
    most_inside: int = 0
    bell: Bell = field(default_factory=Bell)

    async def hear(self, request: web.BaseRequest) -> web.Response:
        self.heard.append(await request.json())
        self.secrets.append(request.headers.get('X-Telegram-Bot-Api-Secret-Token'))
        self.inside += 1
        self.most_inside = max(self.inside, self.most_inside)
        self.bell.ring()
        await self.gate.wait()
        self.inside -= 1
        return self.answers.pop(0) if self.answers else web.Response()

    async def until(self, number: int) -> list[str]:
        assert await self.bell.until(lambda: len(self.heard) >= number, 5), self.heard
        return [update['message']['text'] for update in self.heard]


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()
    listener.gate.set()
    runner = web.ServerRunner(web.Server(listener.hear), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, '127.0.0.1', 0).start()
    listener.url = 'http://{}:{}/hook'.format(*runner.addresses[0][:2])
    yield listener
    listener.gate.set()
    await runner.cleanup()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as listener:
        yield listener


async def test_updates_are_posted_with_the_secret_and_then_forgotten(
    api: BotApi, bot: Bot, listener: Listener
) -> None:
    api.user(7).text('before')
    await bot.ok('setWebhook', url=listener.url, secret_token='s-3_cret')
    api.user(7).text('after')
    assert await listener.until(2) == ['before', 'after']
    assert listener.secrets == ['s-3_cret', 's-3_cret']
    await api.updates.heard(2)
    info = await bot.ok('getWebhookInfo')
    assert (info['url'], info['pending_update_count'], info['max_connections']) == (listener.url, 0, 40)


async def test_a_chat_waits_for_its_answer_while_other_chats_go_on(api: BotApi, bot: Bot, listener: Listener) -> None:
    listener.gate.clear()
    await bot.ok('setWebhook', url=listener.url)
    for number in (1, 2):
        for word in ('first', 'second'):
            api.user(number).text(f'{word} of {number}')
    assert sorted(await listener.until(2)) == ['first of 1', 'first of 2']
    listener.gate.set()
    assert sorted((await listener.until(4))[2:]) == ['second of 1', 'second of 2']


async def test_no_more_connections_than_allowed(api: BotApi, bot: Bot, listener: Listener) -> None:
    listener.gate.clear()
    await bot.ok('setWebhook', url=listener.url, max_connections=3)
    for number in range(1, 11):
        api.user(number).text('hello')
    await listener.until(3)
    listener.gate.set()
    await listener.until(10)
    assert listener.most_inside == 3


async def test_a_refused_update_is_repeated_before_the_next_of_its_chat(
    api: BotApi, bot: Bot, listener: Listener
) -> None:
    listener.answers += [web.Response(status=503), web.Response(status=500)]
    await bot.ok('setWebhook', url=listener.url)
    for word in ('one', 'two'):
        api.user(7).text(word)
    assert await listener.until(4) == ['one', 'one', 'one', 'two']
    assert (await bot.ok('getWebhookInfo'))['last_error_message'].startswith('Wrong response from the webhook: 500')


async def test_an_update_that_is_not_answered_in_time_is_repeated(api: BotApi, bot: Bot, listener: Listener) -> None:
    listener.gate.clear()
    api.webhook.answer_within = 0.05
    await bot.ok('setWebhook', url=listener.url)
    api.user(7).text('hello')
    assert await listener.until(2) == ['hello', 'hello']
    assert (await bot.ok('getWebhookInfo'))['last_error_message'] == 'Read timeout expired'


async def test_a_method_in_the_answer_is_carried_out(api: BotApi, bot: Bot, listener: Listener) -> None:
    user = api.user(7)
    listener.answers.append(web.json_response({'method': 'sendMessage', 'chat_id': 7, 'text': 'by return'}))
    await bot.ok('setWebhook', url=listener.url)
    user.text('hello')
    await user.sees('by return')


async def test_a_faulty_method_in_the_answer_is_remembered(api: BotApi, bot: Bot, listener: Listener) -> None:
    listener.answers.append(web.json_response({'method': 'sendMessage', 'chat_id': 7}))
    await bot.ok('setWebhook', url=listener.url)
    api.user(7).text('hello')
    await api.updates.heard(1)
    assert [refusal.words for refusal in api.refused] == ['Bad Request: parameter "text" is required']


async def test_after_the_webhook_is_deleted_the_bot_may_ask(api: BotApi, bot: Bot, listener: Listener) -> None:
    await bot.ok('setWebhook', url=listener.url)
    await bot.ok('deleteWebhook')
    api.user(7).text('hello')
    assert len(await bot.ok('getUpdates')) == 1
    await bot.ok('deleteWebhook', drop_pending_updates=True)
    assert await bot.ok('getUpdates') == []
    assert listener.heard == []


async def test_setting_the_same_webhook_again_disturbs_nothing(api: BotApi, bot: Bot, listener: Listener) -> None:
    listener.gate.clear()
    await bot.ok('setWebhook', url=listener.url)
    api.user(7).text('hello')
    await listener.until(1)
    await bot.ok('setWebhook', url=listener.url)
    listener.gate.set()
    await api.updates.heard(1)
    assert len(listener.heard) == len(api.webhook.answered) == 1


async def test_an_update_is_redelivered_to_the_webhook(api: BotApi, bot: Bot, listener: Listener) -> None:
    await bot.ok('setWebhook', url=listener.url)
    api.redeliver(api.user(7).text('hello'))
    await listener.until(2)
    assert listener.heard[0] == listener.heard[1]
