"""Whatever call meets a 429, and however little that 429 says, Telegram is heeded."""

import pytest
from aiogram.exceptions import TelegramRetryAfter

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.downloads import fetch
from bot.channels.telegram.hello import introduce
from bot.channels.telegram.wire import Wire
from bot.content.calls import Call
from bot.intake.channel import Fate
from bot.intake.files import NotFetched
from civic.city import City
from tests.botapi import BotApi
from tests.botapi.refusals import Refused
from tests.telegram.conftest import Polling


async def test_a_group_is_left_though_telegram_says_not_now(api: BotApi, polling: Polling) -> None:
    li, group = api.user(9), api.group()
    refused = api.trouble('leaveChat', answer=429, retry_after=1, times=1)
    async with polling():
        group.adds_bot(li)
        await api.until(1, method='leaveChat', within=10)
    assert (refused.met, group.has_bot) == (1, False)
    assert [call.method for call in api.calls if call.chat == group.chat.id] == ['sendMessage', 'leaveChat']


async def test_a_group_that_could_not_be_left_is_left_at_its_next_message(api: BotApi, polling: Polling) -> None:
    li, group = api.user(9), api.group()
    refused = api.trouble('leaveChat', answer=502, times=3)
    async with polling():
        group.adds_bot(li)
        await refused.struck(3)
        group.seat(li).text('hello bot')
        await api.until(1, method='leaveChat', within=10)
    assert not group.has_bot


async def test_a_429_that_names_no_time_is_a_halt_of_a_second(
    api: BotApi, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.user(7).opened()
    trouble = api.trouble('sendMessage', answer=429, times=1)
    monkeypatch.setattr(trouble, 'refusal', lambda: Refused(429, 'Too Many Requests'))
    [spoken] = await channel.speak(7, [(0, Call('sendMessage', {'chat_id': 7, 'text': 'x'}))])
    assert (trouble.met, spoken.fate, spoken.wait) == (1, Fate.HALTED, 1.0)


async def test_a_429_of_a_call_without_a_chat_halts_the_bot(
    api: BotApi, channel: TelegramChannel, city: City
) -> None:
    api.trouble('setMyCommands', answer=429, retry_after=30, times=1)
    await introduce(channel, city)
    assert 29 <= channel.pace.halted <= 30


async def test_a_429_while_a_file_is_asked_for_halts_the_bot(
    api: BotApi, channel: TelegramChannel, telegram_wire: Wire, tmp_path_factory: pytest.TempPathFactory
) -> None:
    api.trouble('getFile', answer=429, retry_after=30, times=1)
    with pytest.raises(NotFetched) as fault:
        await fetch(channel, 'id', tmp_path_factory.mktemp('file') / 'file', 1000)
    assert (fault.value.wait, channel.pace.halted > 29) == (30.0, True)
    api.trouble('getMe', answer=429, retry_after=1, times=1)
    with pytest.raises(TelegramRetryAfter):
        await telegram_wire.call('getMe')
