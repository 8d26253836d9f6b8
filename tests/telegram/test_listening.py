"""What people do on Telegram is heard once and in order, whatever the poller goes through."""

import asyncio
import random
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.ears import Ears
from bot.channels.telegram.hello import introduce
from bot.channels.telegram.poller import Poller
from bot.intake import Intake
from civic.city import City
from storage.store import Store, StoreDown
from storage.tables import conversations, inbox, photos
from tests import log_watch
from tests.botapi import BotApi
from tests.telegram.conftest import Polling


async def count(store: Store, table: Any) -> int:
    async with store.read() as tx:
        found: int = (await tx.execute(select(func.count()).select_from(table))).scalar_one()
    return found


async def test_somebody_who_writes_is_answered_in_the_language_of_his_phone(api: BotApi, polling: Polling) -> None:
    wang, smith = api.user(7), api.user(8, language='en', name='Smith')
    async with polling():
        wang.text('/start')
        smith.text('/start')
        await wang.sees('您好')
        await smith.sees('Hello!')


async def test_no_link_that_somebody_writes_shows_a_preview(api: BotApi, polling: Polling) -> None:
    wang = api.user(7)
    async with polling():
        wang.text('河水发黑，见 https://example.cn/evil')
        await wang.sees('在哪')
    assert all(call.params['link_preview_options'] == {'is_disabled': True} for call in api.sent(chat=7))


async def test_a_command_that_names_the_bot_is_obeyed(api: BotApi, polling: Polling) -> None:
    wang = api.user(7)
    async with polling():
        wang.text('/help@lvbi_test_bot')
        await wang.sees('119')


async def test_what_one_person_sends_is_heard_in_order_while_many_write(
    api: BotApi, polling: Polling, store: Store
) -> None:
    people = [api.user(100 + n) for n in range(8)]
    with api.held():
        for n in range(5):
            for person in people:
                person.text(f'/start {n}' if n else '/start')
    async with polling():
        await api.until(8 * 5, method='sendMessage', within=20)
    async with store.read() as tx:
        heard = (await tx.execute(select(inbox.c.conversation_id, inbox.c.key).order_by(inbox.c.id))).all()
    for chat in {row.conversation_id for row in heard}:
        keys = [int(row.key) for row in heard if row.conversation_id == chat]
        assert keys == sorted(keys)
        assert len(keys) == 5


async def test_after_a_restart_nothing_is_lost_and_nothing_is_answered_twice(
    api: BotApi, polling: Polling, store: Store
) -> None:
    wang = api.user(7)
    async with polling():
        wang.text('/help')
        await wang.sees('119')
    answers = len(api.sent(chat=7))
    wang.text('/settings')
    async with polling():
        await wang.sees('设置')
    assert len(api.sent(chat=7)) == answers + 1
    assert await count(store, inbox) == 2


async def test_an_update_that_comes_again_is_not_answered_again(api: BotApi, polling: Polling, store: Store) -> None:
    wang = api.user(7)
    async with polling():
        first = wang.text('/help')
        await wang.sees('119')
        answers = len(api.sent(chat=7))
        api.redeliver(first)
        wang.text('/settings')
        await wang.sees('设置')
    assert len(api.sent(chat=7)) == answers + 1
    assert await count(store, inbox) == 2


async def test_the_offset_never_passes_what_is_not_kept(
    api: BotApi, ears: Ears, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = asyncio.Event()
    hear = intake.hear

    async def hear_when_up(channel: Any, heard: Any, committed: Any = None) -> Any:
        if heard.chat_id == 7 and not down.is_set():
            raise StoreDown
        return await hear(channel, heard, committed)

    monkeypatch.setattr(intake, 'hear', hear_when_up)
    poller = Poller(ears, patience=5)
    running = asyncio.ensure_future(poller.run())
    stuck = api.user(7).text('/help')
    quick = api.user(8)
    quick.text('/help')
    await quick.sees('119')
    assert poller.offset == stuck['update_id']
    down.set()
    await api.until(4, method='sendMessage', within=20)
    running.cancel()
    await asyncio.wait([running])


async def test_a_dead_network_and_a_busy_server_are_waited_out(
    api: BotApi, polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('bot.channels.telegram.poller.back_off', lambda failed: 0.01)
    for answer in ('drop', 502, 'broken'):
        api.trouble('getUpdates', answer=answer)
    api.trouble('getUpdates', answer=429, retry_after=1)
    wang = api.user(7)
    wang.text('/help')
    async with polling():
        await wang.sees('119', within=10)


@pytest.mark.parametrize(('answer', 'said'), [(409, 'another program polls'), (401, 'refuses LVBI_TELEGRAM_TOKEN')])
async def test_two_pollers_and_a_wrong_token_are_one_clear_line(
    api: BotApi, ears: Ears, monkeypatch: pytest.MonkeyPatch, answer: int, said: str
) -> None:
    waited = asyncio.Event()

    def pause(self: Poller, fault: Exception, failed: int) -> float:
        waited.set()
        return explain(self, fault, failed)

    explain = Poller._pause
    monkeypatch.setattr(Poller, '_pause', pause)
    before = log_watch.LOG.tell()
    api.trouble('getUpdates', answer=answer)
    running = asyncio.ensure_future(Poller(ears).run())
    await asyncio.wait_for(waited.wait(), 5)
    running.cancel()
    await asyncio.wait([running])
    assert [said in line for line in log_watch.LOG.getvalue()[before:].splitlines()].count(True) == 1


async def test_an_album_in_any_order_is_one_report_with_one_answer(
    api: BotApi, polling: Polling, store: Store
) -> None:
    wang = api.user(7).opened()
    async with polling():
        wang.text('/start')
        await wang.sees('您好')
        before = len(api.sent(chat=7))
        with api.held(shuffle=random.Random(3)):
            album = wang.album([b'\xff\xd8 one', b'\xff\xd8 two', b'\xff\xd8 three'])
        await wang.sees('在哪')
        api.redeliver(*album)
        wang.text('/settings')
        await wang.sees('设置')
    assert len(api.sent(chat=7)) == before + 2
    async with store.read() as tx:
        rows = (await tx.execute(select(photos.c.draft, photos.c.position))).all()
    assert len(rows) == 3
    assert len({row.draft for row in rows}) == 1


async def test_of_a_live_location_the_first_point_counts(api: BotApi, polling: Polling, store: Store) -> None:
    wang = api.user(7).opened()
    async with polling():
        wang.text('河道里有很多死鱼')
        await wang.sees('在哪')
        live = wang.live_location(30.0, 120.58)
        await wang.sees('哪方面')
        for step in range(40):
            live.moves(30.0 + step / 1000, 120.58)
        wang.text('/settings')
        await wang.sees('设置')
    assert await count(store, inbox) == 3


async def test_groups_are_left_politely_except_the_staffs(api: BotApi, polling: Polling, store: Store) -> None:
    li = api.user(9)
    other, staff = api.group(), api.group(-100500, '值班')
    async with polling():
        other.adds_bot(li)
        staff.adds_bot(li)
        await api.until(1, method='leaveChat')
        li.text('/help')
        await li.sees('119')
    assert not other.has_bot
    assert staff.has_bot
    assert [call.method for call in api.calls if call.chat == other.chat.id][:2] == ['sendMessage', 'leaveChat']
    assert await count(store, conversations) == 1


async def test_who_blocks_the_bot_is_unreachable_until_he_is_back(
    api: BotApi, polling: Polling, store: Store
) -> None:
    wang, other = api.user(7), api.user(8)

    async def unreachable() -> bool:
        async with store.read() as tx:
            row = (await tx.execute(select(conversations).where(conversations.c.chat_id == 7))).one()
        return row.unreachable_at is not None

    async with polling():
        wang.text('/help')
        await wang.sees('119')
        wang.blocks()
        other.text('/help')
        await other.sees('119')
        assert await unreachable()
        wang.unblocks()
        wang.text('/help')
        await wang.sees('119')
    assert not await unreachable()


async def test_an_edited_sentence_changes_the_draft_and_an_old_one_does_not(api: BotApi, polling: Polling) -> None:
    wang = api.user(7)
    async with polling():
        said = wang.text('河水发绿，很臭')
        await wang.sees('在哪')
        wang.edit(said, text='河水发绿，臭了一星期')
        await wang.sees('在哪')
        wang.text('/cancel')
        await wang.sees('我的反映')
        wang.edit(said, text='河水发红')
        await wang.sees('重新发一遍')


async def test_the_bot_introduces_itself_in_both_languages(api: BotApi, channel: TelegramChannel, city: City) -> None:
    await introduce(channel, city)
    assert api.setting('commands')[0]['command'] == 'report'
    assert api.setting('commands', 'zh')[0]['description'] == '反映问题'
    assert '绍兴' in api.setting('description', 'zh')
    assert 'Shaoxing' in api.setting('short_description', 'en')


async def test_numbers_that_begin_anew_after_a_quiet_week_are_heard(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    poller = Poller(ears)
    async with asyncio.TaskGroup() as group:
        assert poller._take([{'update_id': 900, 'poll': {}}], group)
        await asyncio.sleep(0)
    assert poller.offset == 901
    monkeypatch.setattr('bot.channels.telegram.poller.QUIET', -1.0)
    assert poller.offset == 0
    async with asyncio.TaskGroup() as group:
        assert poller._take([{'update_id': 5, 'poll': {}}], group)
