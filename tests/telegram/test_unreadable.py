"""One update that nobody can read is passed over, and everybody else is heard."""

from typing import Any

import pytest

from bot.channels.telegram.wire import Wire
from tests import log_watch
from tests.botapi import BotApi
from tests.telegram.conftest import Polling

SECRET = '黑水 secret words'


@pytest.mark.parametrize(
    ('kind', 'body'),
    [
        ('message', None),
        ('message', []),
        ('message', SECRET),
        ('message', {'text': SECRET}),
        ('message', {'chat': [SECRET], 'text': SECRET}),
        ('message', {'message_id': 1, 'date': 1, 'chat': {'id': [SECRET], 'type': 'private'}, 'text': SECRET}),
        ('callback_query', {'id': '1', 'data': SECRET}),
    ],
)
async def test_an_unreadable_update_stops_nobody(api: BotApi, polling: Polling, kind: str, body: Any) -> None:
    wang, before = api.user(8), log_watch.LOG.tell()
    api.updates.add(kind, body)
    async with polling():
        wang.text('/help')
        await wang.sees('119')
    assert 'not heard' in log_watch.LOG.getvalue()[before:]
    assert SECRET not in log_watch.LOG.getvalue()[before:]


@pytest.mark.parametrize('junk', [[[]], ['x', None], None, {'update_id': 'x'}])
async def test_an_answer_without_updates_stops_nobody(
    api: BotApi, polling: Polling, telegram_wire: Wire, monkeypatch: pytest.MonkeyPatch, junk: Any
) -> None:
    monkeypatch.setattr('bot.channels.telegram.poller.back_off', lambda failed: 0.01)
    call, given = telegram_wire.call, []

    async def call_with_junk(method: str, *args: Any, **named: Any) -> Any:
        if method == 'getUpdates' and not given:
            given.append(junk)
            return junk
        return await call(method, *args, **named)

    monkeypatch.setattr(telegram_wire, 'call', call_with_junk)
    wang = api.user(8)
    async with polling():
        wang.text('/help')
        await wang.sees('119')
    assert given == [junk]
