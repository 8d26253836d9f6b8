"""The webhook of the real process: 200 once an update is kept and answered, and nothing for anybody but Telegram."""

import io
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.botapi import BotApi
from tests.system.conftest import Rows, Start

MEGABYTE = 1024 * 1024
SECRET = 'X-Telegram-Bot-Api-Secret-Token'


@dataclass
class Posted:
    """Posting to the webhook by hand."""

    session: aiohttp.ClientSession
    address: str
    secret: str

    async def post(self, body: bytes | dict[str, Any], secret: str | None = None) -> int:
        """Post an update; gives the status."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {SECRET: self.secret if secret is None else secret}
        async with self.session.post(self.address, data=io.BytesIO(data), headers=headers) as answer:
            return answer.status


@pytest.fixture
def webhook_port() -> int:
    """A port that is free now."""
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        port: int = taken.getsockname()[1]
    return port


@pytest.fixture
async def posted(api: BotApi, start: Start, webhook_port: int) -> AsyncIterator[Posted]:
    """The house with a webhook, and the way to it."""
    url = f'http://127.0.0.1:{webhook_port}'
    async with (
        start(LVBI_TELEGRAM_WEBHOOK_URL=url, LVBI_HTTP_PORT=str(webhook_port)) as house,
        aiohttp.ClientSession() as session,
    ):
        await house.says('Lvbi is open')
        [set_webhook] = await api.until(1, 'setWebhook', within=20)
        assert set_webhook.params['max_connections'] == 40
        yield Posted(session, set_webhook.params['url'], set_webhook.params['secret_token'])
        assert await house.stops() == 0


def update(number: int, text: str, chat: int = 7) -> dict[str, Any]:
    """A message as Telegram posts it."""
    person = {'id': chat, 'is_bot': False, 'first_name': 'W', 'language_code': 'zh-hans'}
    message = {'message_id': number, 'date': 1, 'chat': {'id': chat, 'type': 'private'}, 'from': person, 'text': text}
    return {'update_id': number, 'message': message}


async def test_what_telegram_posts_is_answered_and_repeating_it_changes_nothing(
    api: BotApi, posted: Posted, rows: Rows
) -> None:
    wang = api.user(7)
    first = wang.text('/help')
    await wang.sees('119', within=20)
    answers = len(api.sent(chat=7))
    api.redeliver(first)
    assert await posted.post(update(900, '/settings')) == 200
    assert await posted.post(update(900, '/settings')) == 200
    assert len(api.sent(chat=7)) == answers + 1
    assert await rows('SELECT count(*) FROM inbox') == [(2,)]


async def test_only_who_knows_the_secret_is_heard(posted: Posted, rows: Rows) -> None:
    for wrong in ('', 'guess', posted.secret[:-1], posted.secret + 'x'):
        assert await posted.post(update(901, '/help'), wrong) == 403
    assert await rows('SELECT count(*) FROM inbox') == [(0,)]


@pytest.mark.parametrize(
    ('body', 'status'),
    [(b'', 200), (b'{', 200), (b'[]', 200), (b'{"update_id":1,"message":null}', 200), (b'x' * (MEGABYTE + 1), 413)],
)
async def test_what_is_no_update_is_passed_over_and_what_is_too_large_refused(
    posted: Posted, body: bytes, status: int
) -> None:
    assert await posted.post(body) == status


async def test_an_update_of_an_unknown_kind_or_shape_stops_nothing(api: BotApi, posted: Posted) -> None:
    api.user(7).opened()
    assert await posted.post({'update_id': 902, 'something_new': {'x': 1}}) == 200
    assert await posted.post({'update_id': 903, 'message': {'chat': 'odd'}}) == 200
    assert await posted.post(update(904, '/help')) == 200


async def test_telegram_is_not_kept_waiting_while_we_cannot_speak(api: BotApi, posted: Posted, rows: Rows) -> None:
    api.user(7).opened()
    silent = api.trouble('sendMessage', answer='hang')
    assert await posted.post(update(905, '/help')) == 200
    assert await rows('SELECT count(*) FROM inbox') == [(1,)]
    silent.release()
    await api.until(2, 'sendMessage')
