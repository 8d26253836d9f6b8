"""getUpdates as it is documented, and updates that come late, twice or mixed."""

import asyncio
import random
from typing import Any

from tests.botapi import BotApi
from tests.botapi.conftest import Bot


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update['message']['text'] for update in updates]


async def test_updates_come_again_until_a_higher_offset_confirms_them(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    first, second = user.text('one'), user.text('two')
    assert second['update_id'] == first['update_id'] + 1
    assert texts(await bot.ok('getUpdates')) == ['one', 'two']
    assert texts(await bot.ok('getUpdates', offset=first['update_id'])) == ['one', 'two']
    assert texts(await bot.ok('getUpdates', offset=second['update_id'])) == ['two']
    assert texts(await bot.ok('getUpdates')) == ['two']
    assert await bot.ok('getUpdates', offset=second['update_id'] + 1) == []
    assert api.updates.pending == {}


async def test_a_limit_and_a_negative_offset_are_kept_to(api: BotApi, bot: Bot) -> None:
    for number in range(120):
        api.user(7).text(str(number))
    assert len(await bot.ok('getUpdates')) == 100
    assert texts(await bot.ok('getUpdates', limit=2)) == ['0', '1']
    assert texts(await bot.ok('getUpdates', offset=-2)) == ['118', '119']
    assert len(api.updates.pending) == 2


async def test_a_long_poll_is_answered_when_something_comes(api: BotApi, bot: Bot) -> None:
    poll = asyncio.ensure_future(bot.ok('getUpdates', timeout=30))
    await api.updates.polled()
    api.user(7).text('at last')
    assert texts(await poll) == ['at last']


async def test_the_older_of_two_polls_hears_of_the_conflict(api: BotApi, bot: Bot) -> None:
    older = asyncio.ensure_future(bot.refused('getUpdates', timeout=30))
    await api.updates.polled()
    newer = asyncio.ensure_future(bot.ok('getUpdates', timeout=30))
    code, words = await older
    assert (code, 'terminated by other getUpdates request' in words) == (409, True)
    api.user(7).text('for the newer')
    assert texts(await newer) == ['for the newer']
    assert api.refused == []
    assert [refusal.code for refusal in api.declined] == [409]


async def test_a_poll_during_a_webhook_is_a_conflict(bot: Bot) -> None:
    await bot.ok('setWebhook', url='http://127.0.0.1:9/hook')
    code, words = await bot.refused('getUpdates')
    assert (code, 'while webhook is active' in words) == (409, True)


async def test_only_wanted_kinds_are_queued_from_then_on(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    await bot.ok('getUpdates', allowed_updates=['message'])
    user.text('hello')
    user.blocks()
    assert [sorted(update) for update in await bot.ok('getUpdates')] == [['message', 'update_id']]
    await bot.ok('getUpdates', allowed_updates=[])
    user.unblocks()
    assert 'my_chat_member' in (await bot.ok('getUpdates'))[-1]


async def test_an_update_is_redelivered_once_with_its_old_id(api: BotApi, bot: Bot) -> None:
    update = api.user(7).text('again')
    await bot.ok('getUpdates', offset=update['update_id'] + 1)
    api.redeliver(update)
    assert await bot.ok('getUpdates', offset=update['update_id'] + 1) == [update]
    assert await bot.ok('getUpdates', offset=update['update_id'] + 1) == []


async def test_what_is_held_comes_later_and_ids_follow_the_new_order(api: BotApi, bot: Bot) -> None:
    users = [api.user(number) for number in range(1, 6)]
    with api.held(random.Random(3)):
        for user in users:
            for word in 'abc':
                user.text(word)
        users[0].album([b'1', b'2', b'3', b'4'])
        assert await bot.ok('getUpdates') == []
    came = await bot.ok('getUpdates')
    assert [update['update_id'] for update in came] == sorted(update['update_id'] for update in came)
    chats = [update['message']['chat']['id'] for update in came]
    assert chats != sorted(chats)
    for user in users:
        mine = [u['message'] for u in came if u['message']['chat']['id'] == user.chat.id]
        assert [message['text'] for message in mine[:3]] == ['a', 'b', 'c']
    album = [u['message']['message_id'] for u in came if 'media_group_id' in u['message']]
    assert len(album) == 4
    assert album != sorted(album)
