"""What every channel keeps to, whether it keeps its words in the turn or speaks them after the commit."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from bot.content.calls import Call
from bot.handlers import make_answering
from bot.handlers.turn import Turn
from bot.intake import Intake, Outcome
from bot.intake.channel import Fate
from civic.city import City
from storage import arrivals
from storage.media import MediaStore, new_key
from storage.store import Store, Tx
from storage.tables import conversations, inbox, reports
from tests.channels.ways import WAYS, Way
from tests.people import Person

Say = Callable[..., Awaitable[None]]


@pytest.fixture(params=list(WAYS))
async def way(request: pytest.FixtureRequest, store: Store, media: MediaStore) -> AsyncIterator[Way]:
    async with WAYS[request.param](store, media) as found:
        yield found


@pytest.fixture
async def person(intake: Intake, way: Way) -> Person:
    """Somebody who has said hello."""
    found = Person(intake, way.channel)
    await found.send(found.message(text='/help'))
    return found


@pytest.fixture
def say(store: Store, way: Way, person: Person) -> Say:
    """Say calls that nobody asked for, as a job does; `fault` is raised in the turn after they were kept."""

    async def keep(calls: list[Call], fault: Exception | None, tx: Tx) -> Any:
        mine = select(conversations.c.id).where(conversations.c.chat_id == person.chat_id)
        listener = await arrivals.lock(tx, (await tx.execute(mine)).scalar_one())
        left = await way.channel.keep(tx, listener.conversation, None, calls)
        if fault is not None:
            raise fault
        return left

    async def say(*calls: Call, fault: Exception | None = None) -> None:
        left = await store.turn(lambda tx: keep(list(calls), fault, tx))
        spoken = await way.channel.speak(person.chat_id, list(enumerate(left)))
        assert [(one.position, one.fate) for one in spoken] == [(n, Fate.SAID) for n in range(len(left))]

    return say


def text(words: str, **more: Any) -> Call:
    return Call('sendMessage', {'chat_id': 7, 'text': words, **more})


async def seen(way: Way, person: Person) -> list[str]:
    return [call.method for call in await way.shown(person.chat_id)]


async def test_replies_are_shown_once_and_in_order(way: Way, person: Person) -> None:
    before = len(await seen(way, person))
    help_text, begin = person.message(text='/help'), person.message(text='/report')
    for heard in (help_text, begin, help_text):
        await person.send(heard)
    first, second = (await way.shown(person.chat_id))[before:]
    assert first.params['text'] == (await way.shown(person.chat_id))[before - 1].params['text']
    assert second.params['text'] != first.params['text']


async def test_a_refused_step_shows_only_the_refusal(way: Way, person: Person) -> None:
    before = len(await seen(way, person))
    assert await person.send(tap(person, '1:file')) is Outcome.REFUSED
    assert len(await seen(way, person)) == before + 1


async def test_a_fault_shows_only_the_apology(way: Way, store: Store, city: City) -> None:
    async def broken(turn: Turn, bot: int, raw: dict[str, Any]) -> Any:
        raise ZeroDivisionError

    person = Person(Intake(store, city, broken), way.channel)
    assert await person.send(person.message(text='/help')) is Outcome.DEAD
    assert await seen(way, person) == ['sendMessage']


async def test_a_whole_report_is_filed_unchanged(way: Way, person: Person, store: Store, city: City) -> None:
    await person.send(person.message(text='工地半夜打桩吵得睡不着'))
    await person.send(person.message(location={'latitude': 30.0, 'longitude': 120.58}))
    for data in (f'1:cat:{quiet_category(city)}', '1:str:330602001', '1:file'):
        assert await person.send(tap(person, data)) is Outcome.HEARD
    async with store.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(reports))).scalar_one() == 1


async def test_of_the_message_that_an_update_points_at_no_words_are_kept(
    way: Way, person: Person, store: Store
) -> None:
    chat = {'id': person.chat_id, 'type': 'private'}
    card = {
        'message_id': 5,
        'date': 1,
        'chat': chat,
        'text': 'CARD',
        'caption': 'CARD',
        'reply_markup': {'a': 'CARD'},
    }
    query = {'id': '1', 'chat_instance': '1', 'from': person.sender(), 'data': '1:lang:en', 'message': card}
    await person.send(person.heard({'callback_query': query}))
    await person.send(person.message(text='MINE', reply_to_message=card))
    await person.send(person.message(text='MINE', quote={'text': 'CARD', 'position': 0}))
    async with store.read() as tx:
        kept = [orjson.loads(row.raw) for row in (await tx.execute(select(inbox.c.raw).order_by(inbox.c.id))).all()]
    assert 'CARD' not in str(kept)
    assert kept[-3]['callback_query']['message'] == {'message_id': 5, 'date': 1, 'chat': chat}
    assert [one['message']['text'] for one in kept[-2:]] == ['MINE', 'MINE']


def tap(person: Person, data: str) -> Any:
    query = {'id': data, 'chat_instance': '1', 'from': person.sender(), 'data': data}
    return person.heard({'callback_query': query})


def quiet_category(city: City) -> str:
    """A category that needs no photo."""
    return next(category.code for category in city.open_categories() if not category.photo_required)


async def test_two_channels_with_the_same_chat_id_are_two_people(store: Store, city: City, media: MediaStore) -> None:
    intake = Intake(store, city, make_answering())
    for name in ('wire', 'web', 'telegram'):
        async with WAYS[name](store, media) as way:
            person = Person(intake, way.channel, chat_id=5)
            await person.send(person.message(text='/help'))
    async with store.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(conversations))).scalar_one() == 3


async def test_a_notice_is_shown_to_somebody_who_said_nothing(way: Way, person: Person, say: Say) -> None:
    await say(text('办好了'))
    assert (await way.shown(person.chat_id))[-1].params['text'] == '办好了'


async def test_what_was_kept_in_a_turn_that_is_rolled_back_is_never_shown(way: Way, person: Person, say: Say) -> None:
    before = await way.shown(person.chat_id)
    with pytest.raises(ZeroDivisionError):
        await say(text('没有的事'), fault=ZeroDivisionError())
    assert await way.shown(person.chat_id) == before
    await say(text('有的事'))
    assert [call.params['text'] for call in (await way.shown(person.chat_id))[len(before) :]] == ['有的事']


async def test_several_calls_of_one_turn_stand_in_their_order_and_after_what_was_said_before(
    way: Way, person: Person, say: Say
) -> None:
    before = len(await seen(way, person))
    await say(text('一'), text('二'), Call('sendLocation', {'chat_id': 7, 'latitude': 30.0, 'longitude': 120.5}))
    await say(text('三'))
    shown = (await way.shown(person.chat_id))[before:]
    assert [call.params.get('text', call.method) for call in shown] == ['一', '二', 'sendLocation', '三']


@pytest.mark.parametrize(
    ('method', 'field', 'kind'), [('sendPhoto', 'photo', 'clean'), ('sendDocument', 'document', 'file')]
)
async def test_a_kept_file_is_shown_with_its_bytes_and_its_words(
    way: Way, person: Person, say: Say, media: MediaStore, method: str, field: str, kind: str
) -> None:
    key = new_key(kind)
    await media.put(key, b'pixels')
    await way.offer(key)
    await say(Call(method, {'chat_id': 7, field: {'$kept': [key, 'name.bin']}, 'caption': '桥下'}))
    shown = (await way.shown(person.chat_id))[-1]
    assert (shown.method, shown.params['caption']) == (method, '桥下')
    assert await way.file_of(shown) == b'pixels'


async def test_an_edit_names_the_message_that_it_changes(way: Way, person: Person, say: Say) -> None:
    buttons = {'inline_keyboard': [[{'text': '好', 'callback_data': '1:x'}]]}
    await say(text('旧', reply_markup=buttons))
    message = await way.message_id(person.chat_id)
    await say(Call('editMessageText', {'chat_id': 7, 'message_id': message, 'text': '新', 'reply_markup': buttons}))
    await say(Call('editMessageReplyMarkup', {'chat_id': 7, 'message_id': message}))
    changed, bare = (await way.shown(person.chat_id))[-2:]
    assert (changed.method, changed.params['message_id'], changed.params['text']) == (
        'editMessageText',
        message,
        '新',
    )
    assert (bare.method, bare.params['message_id']) == ('editMessageReplyMarkup', message)


async def test_buttons_come_as_they_were_made(way: Way, person: Person, say: Say) -> None:
    rows = [
        [{'text': '是', 'callback_data': '1:y'}, {'text': '否', 'callback_data': '1:n'}],
        [{'text': '网', 'url': 'https://a.cn'}],
    ]
    await say(text('?', reply_markup={'inline_keyboard': rows}))
    assert (await way.shown(person.chat_id))[-1].params['reply_markup'] == {'inline_keyboard': rows}


async def test_a_toast_is_shown_and_a_tap_without_words_only_acknowledged(way: Way, person: Person, say: Say) -> None:
    before = len(await seen(way, person))
    await say(Call('answerCallbackQuery', {'callback_query_id': '1', 'text': '已记下'}))
    await say(Call('answerCallbackQuery', {'callback_query_id': '2'}))
    (toast,) = (await way.shown(person.chat_id))[before:]
    assert (toast.method, toast.params['text']) == ('answerCallbackQuery', '已记下')
