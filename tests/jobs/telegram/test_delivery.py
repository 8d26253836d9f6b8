"""Notices over python-telegram-bot: whatever Telegram answers, each is said once, or known not to be."""

import io
from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.channels.telegram import speaking
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.chats import AT_ONCE
from bot.channels.telegram.kept import KeptFiles
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.wire import Wire
from bot.content.calls import Call
from bot.intake.channel import Fate, Spoken
from jobs import deliver
from jobs.deliver import deliver_due
from jobs.house import JobHouse
from jobs.sweep import sweep
from jobs.telegram.delivery import Delivery
from lvbi import logs
from storage import sent_files
from storage.media import MediaStore, new_key
from storage.store import Store, StoreDown
from storage.tables import conversations
from storage.tables import files as file_rows
from tests import log_watch
from tests.botapi import BotApi
from tests.clock import FakeClock
from tests.jobs.chats import chat_of, notice, notify, rows
from tests.jobs.telegram.conftest import CHAT, TelegramPerson, message, texts

SECRET = 'secret words of a resident'


async def tell(house: JobHouse, store: Store, person: TelegramPerson, *references: str) -> None:
    """Write notices for somebody and deliver what may go."""
    await notify(store, await chat_of(store, person), *references)
    await deliver_due(house)


async def speak(channel: Delivery | TelegramChannel, *calls: Call) -> Sequence[Spoken]:
    """Say calls in their order."""
    return await channel.speak(CHAT, list(enumerate(calls)))


@pytest.mark.parametrize(
    ('answer', 'state'),
    [
        (400, 'failed'),
        (401, 'due'),
        (403, 'unreachable'),
        (404, 'due'),
        (413, 'failed'),
        (429, 'due'),
        (502, 'ambiguous'),
        ('broken', 'ambiguous'),
        ('drop', 'ambiguous'),
    ],
)
async def test_a_notice_ends_as_telegram_answers(
    house: JobHouse, store: Store, person: TelegramPerson, delivery: Delivery, api: BotApi, answer: Any, state: str
) -> None:
    api.trouble('sendMessage', answer=answer)
    await tell(house, store, person, 'E-ONE')
    assert ((found := await notice(store)).state, found.attempt) == (state, 0 if state == 'due' else 1)


async def test_a_server_that_cannot_be_reached_is_tried_again(
    house: JobHouse, store: Store, person: TelegramPerson, files: KeptFiles, pace: Pace, api: BotApi
) -> None:
    nowhere = Delivery(Wire(api.token, 'http://127.0.0.1:9'), files, pace)
    house.channels['telegram', nowhere.bot] = nowhere  # type: ignore[index]  # a dict in tests
    await tell(house, store, person, 'E-ONE')
    assert ((found := await notice(store)).state, found.attempt, found.trouble) == ('due', 1, 'not spoken')
    await nowhere.close()


async def test_what_may_have_arrived_is_never_said_again(
    house: JobHouse,
    store: Store,
    person: TelegramPerson,
    delivery: Delivery,
    api: BotApi,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speaking, 'PATIENCE', 0.2)
    for answer in ('drop', 'hang', 'broken'):
        api.trouble('sendMessage', answer=answer, carried_out=True)
        await tell(house, store, person, 'E-ONCE')
        assert (await notice(store)).state == 'ambiguous'
        clock.tick(minutes=10)
        await deliver_due(house)
    assert len(api.sent(CHAT)) == 3


@pytest.mark.parametrize(
    ('description', 'fate'),
    [
        ('Bad Request: message is not modified', Fate.SAID),
        ('Bad Request: chat not found', Fate.AWAY),
        ('Bad Request: message text is empty', Fate.REFUSED),
    ],
)
async def test_a_refusal_is_read_as_with_replies(
    delivery: Delivery, api: BotApi, description: str, fate: Fate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__('tests.botapi.trouble', fromlist=['WORDS']).WORDS, 400, description)
    api.trouble('sendMessage', answer=400)
    assert [one.fate for one in await speak(delivery, message('x'))] == [fate]


async def test_a_halt_silences_notices_and_replies_alike_and_burns_no_attempt(
    house: JobHouse, store: Store, person: TelegramPerson, delivery: Delivery, api: BotApi, clock: FakeClock
) -> None:
    api.trouble('sendMessage', answer=429, retry_after=20)
    await tell(house, store, person, 'E-ONE')
    asked = api.trouble('*', answer=500, times=0)
    await person.says('/help')
    assert (api.sent(), asked.met) == ([], 0)
    clock.tick(seconds=21)
    await deliver_due(house)
    await sweep(house)
    assert 'E-ONE' in texts(api)[0]
    assert len(texts(api)) > 1
    assert (await notice(store)).attempt == 1


async def test_a_halt_that_replies_meet_silences_the_notices_of_another_process(
    person: TelegramPerson,
    replying: TelegramChannel,
    telegram_wire: Wire,
    files: KeptFiles,
    make_pace: Any,
    api: BotApi,
) -> None:
    other = TelegramPerson(person.intake, replying, chat_id=8)  # type: ignore[arg-type]  # no wire of the test's own
    api.user(8).opened()
    api.trouble('sendMessage', answer=429, retry_after=20, times=2)
    await person.says('/help')
    await other.says('/help')
    elsewhere = Delivery(telegram_wire, files, make_pace())
    [spoken] = await speak(elsewhere, message('x'))
    assert (spoken.fate, round(spoken.wait)) == (Fate.HALTED, 20)
    assert api.sent() == []
    await elsewhere.close()


async def test_a_429_of_one_chat_silences_that_chat_only_and_of_a_second_one_all(
    house: JobHouse, store: Store, person: TelegramPerson, delivery: Delivery, api: BotApi, clock: FakeClock
) -> None:
    others = [TelegramPerson(person.intake, person.channel, chat_id=chat) for chat in (8, 9)]
    for chat in (8, 9):
        api.user(chat).opened()
    api.trouble('sendMessage', answer=429, retry_after=20, chat=CHAT)
    await tell(house, store, person, 'E-ONE')
    await person.says('/help')
    await others[0].says('/help')
    assert (texts(api, CHAT), len(texts(api, 8)) > 0) == ([], True)
    api.trouble('sendMessage', answer=429, retry_after=20, chat=9)
    for other in reversed(others):
        await other.says('/settings')
    assert not any('设置' in text for text in texts(api))
    clock.tick(seconds=21)
    await deliver_due(house)
    await sweep(house)
    assert 'E-ONE' in texts(api, CHAT)[0]
    assert all('设置' in texts(api, chat)[-1] for chat in (8, 9))


async def test_who_asks_for_very_much_is_told_it_slowly_and_in_order_and_nobody_else_waits(
    house: JobHouse, store: Store, person: TelegramPerson, delivery: Delivery, api: BotApi, clock: FakeClock
) -> None:
    clock.tick(seconds=60)
    other = TelegramPerson(person.intake, person.channel, chat_id=8)
    api.user(8).opened()
    for n in range(28):
        await person.says('/settings' if n % 2 else '/help')
    assert AT_ONCE - 2 <= len(api.sent(CHAT)) <= AT_ONCE
    await other.says('/help')
    assert len(texts(api, 8)) > 0
    clock.tick(seconds=5)
    await person.says('/help')
    for _sweep in range(6):
        clock.tick(seconds=10)
        before = len(api.sent(CHAT))
        await sweep(house)
        assert len(api.sent(CHAT)) - before <= AT_ONCE
    told = ['设置' in text for text in texts(api, CHAT) if '设置' in text or '119' in text]
    assert told == [False, True] * 14 + [False]
    await person.says('/settings')
    assert '设置' in texts(api, CHAT)[-1]


async def test_who_blocked_the_bot_is_told_nothing_until_he_writes_again(
    house: JobHouse, store: Store, person: TelegramPerson, delivery: Delivery, api: BotApi
) -> None:
    wang = api.user(CHAT)
    wang.blocks()
    await tell(house, store, person, 'E-ONE')
    [row] = await rows(store, select(conversations.c.unreachable_at))
    assert ((await notice(store)).state, row.unreachable_at is None) == ('unreachable', False)
    wang.unblocks()
    await person.says('/help')
    await tell(house, store, person, 'E-TWO')
    assert [text for text in texts(api) if 'E-' in text] == [texts(api)[-1]]
    assert 'E-TWO' in texts(api)[-1]


async def test_notices_of_a_chat_arrive_in_order_twenty_at_once_then_one_a_second(
    house: JobHouse, store: Store, person: TelegramPerson, delivery: Delivery, api: BotApi, clock: FakeClock
) -> None:
    clock.tick(seconds=60)
    names = [f'E-{n:02}' for n in range(AT_ONCE + 3)]
    await tell(house, store, person, *names)
    assert len(api.sent(CHAT)) - 1 <= AT_ONCE
    for _second in range(3):
        clock.tick(seconds=1)
        await deliver_due(house)
    assert [name for text, name in zip(texts(api), names, strict=True) if name in text] == names
    assert {row.attempt for row in [await notice(store, n) for n in range(len(names))]} == {1}


async def keep_file(store: Store, media: MediaStore, person: TelegramPerson, token: str) -> dict[str, Any]:
    """Put a file of ours where documents lie; gives how a call names it."""
    key = new_key('file')
    await media.put(key, f'content of {token}'.encode())
    row = {'token': token, 'conversation_id': await chat_of(store, person), 'media_key': key}
    async with store.begin() as tx:
        until = tx.now + timedelta(hours=24)
        await tx.execute(insert(file_rows), [{**row, 'name': 'a.jpg', 'kind': 'image/jpeg', 'until': until}])
    return {'$kept': [token, 'a.jpg']}


async def test_a_picture_is_uploaded_once_and_then_sent_by_its_id(
    person: TelegramPerson, delivery: Delivery, api: BotApi, store: Store, media: MediaStore
) -> None:
    photo = await keep_file(store, media, person, 'one')
    shown = Call('sendPhoto', {'chat_id': CHAT, 'photo': photo, 'caption': 'before'})
    assert [one.fate for one in await speak(delivery, shown, shown)] == [Fate.SAID] * 2
    first, second = api.sent(CHAT, 'sendPhoto')
    assert (len(first.uploads), len(second.uploads)) == (1, 0)
    assert api.files.data(second.params['photo']) == b'content of one'


async def test_an_album_arrives_whole_and_its_pictures_are_known_afterwards(
    person: TelegramPerson, delivery: Delivery, api: BotApi, store: Store, media: MediaStore
) -> None:
    kept = [await keep_file(store, media, person, token) for token in ('one', 'two', 'three')]
    media_of = [{'type': 'photo', 'media': one} for one in kept]
    media_of[0]['caption'] = 'after'
    album = Call('sendMediaGroup', {'chat_id': CHAT, 'media': media_of})
    alone = Call('sendPhoto', {'chat_id': CHAT, 'photo': kept[2]})
    assert [one.fate for one in await speak(delivery, album, alone, album)] == [Fate.SAID] * 3
    uploaded = [len(call.uploads) for call in api.sent(CHAT)]
    assert uploaded == [3, 0, 0]
    assert api.sent(CHAT)[2].params['media'][0]['caption'] == 'after'
    assert api.files.data(api.sent(CHAT)[1].params['photo']) == b'content of three'


async def test_an_id_that_telegram_does_not_take_any_more_is_forgotten_and_the_file_goes_again(
    person: TelegramPerson, delivery: Delivery, api: BotApi, store: Store, media: MediaStore
) -> None:
    photo = await keep_file(store, media, person, 'one')
    async with store.begin() as tx:
        await sent_files.remember(tx, delivery.bot, {'one': 'of another bot'})
    [spoken] = await speak(delivery, Call('sendPhoto', {'chat_id': CHAT, 'photo': photo}))
    assert (spoken.fate, len(api.sent(CHAT)[0].uploads)) == (Fate.SAID, 1)
    assert [refusal.code for refusal in api.refused] == [400]
    api.refused.clear()


class Down:
    """A store that takes nothing, `times` times; else it is the store."""

    def __init__(self, store: Store, times: float = float('inf')) -> None:
        self._store, self._left = store, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def begin(self) -> Any:
        self._left -= 1
        if self._left >= 0:
            raise StoreDown
        async with self._store.begin() as tx:
            yield tx


async def test_while_the_store_is_down_nothing_is_sent(
    delivery: Delivery, pace: Pace, store: Store, api: BotApi
) -> None:
    pace.store = Down(store)  # type: ignore[assignment]  # a store that fails
    assert [one.fate for one in await speak(delivery, message('x'))] == [Fate.UNSENT]
    assert api.calls == []


async def test_a_database_that_goes_while_a_notice_is_being_said_makes_it_neither_lost_nor_double(
    house: JobHouse,
    store: Store,
    person: TelegramPerson,
    delivery: Delivery,
    api: BotApi,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver, 'PAUSES', [0] * 6)
    say = delivery.speak

    async def speak_and_lose_it(*args: Any) -> Any:
        object.__setattr__(house, 'store', Down(store, times=4))
        return await say(*args)

    monkeypatch.setattr(delivery, 'speak', speak_and_lose_it)
    await tell(house, store, person, 'E-ONE')
    assert ((await notice(store)).state, len(api.sent(CHAT))) == ('said', 1)


@pytest.fixture
def debugging() -> Any:
    """Everything that the house logs at the level debug."""
    stream = io.StringIO()
    logs.configure('json', 'debug', stream=stream)
    yield stream
    logs.configure('json', 'info', stream=log_watch.LOG)


async def test_no_log_shows_the_token_or_what_was_said(
    delivery: Delivery, replying: TelegramChannel, api: BotApi, debugging: io.StringIO, clock: FakeClock
) -> None:
    for answer in (400, 401, 403, 429, 502, 'broken', 'drop'):
        for channel in (delivery, replying):
            trouble = api.trouble('sendMessage', answer=answer, carried_out=answer == 'broken')
            await speak(channel, message(SECRET))
            assert trouble.met == 1
            clock.tick(seconds=30)
    assert [one.fate for one in await speak(delivery, message(SECRET))] == [Fate.SAID]
    assert debugging.tell() > 0
    assert api.token.partition(':')[2] not in debugging.getvalue()
    assert SECRET not in debugging.getvalue()
