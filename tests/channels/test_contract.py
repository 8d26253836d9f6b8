"""What every channel keeps to; a new channel joins by one line in CHANNELS and all of this runs on it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.web import WebChannel
from bot.handlers import make_answering
from bot.handlers.turn import Turn
from bot.intake import Intake, Outcome
from civic.city import City
from storage.store import Store
from storage.tables import conversations, reports, transcript
from tests.people import Person, WireChannel

Shown = Callable[[Store, Any, int], Awaitable[list[str]]]


async def shown_on_the_wire(store: Store, channel: Any, chat_id: int) -> list[str]:
    return [call.method for call in channel.said[chat_id] if call.method != 'answerCallbackQuery']


async def shown_in_the_web_chat(store: Store, channel: Any, chat_id: int) -> list[str]:
    mine = select(transcript.c.method).join(conversations).where(conversations.c.chat_id == chat_id)
    async with store.read() as tx:
        rows = (await tx.execute(mine.order_by(transcript.c.id))).all()
    return [row.method for row in rows if row.method != 'heard']


# A channel and how to see what stands in a chat of it.
CHANNELS: dict[str, tuple[Callable[[], Any], Shown]] = {
    'wire': (WireChannel, shown_on_the_wire),
    'web': (WebChannel, shown_in_the_web_chat),
}


@pytest.fixture(params=list(CHANNELS))
def channel(request: pytest.FixtureRequest) -> Any:
    made, request.node.shown = CHANNELS[request.param][0](), CHANNELS[request.param][1]
    return made


@pytest.fixture
def shown(request: pytest.FixtureRequest, channel: Any) -> Shown:
    found: Shown = request.node.shown
    return found


async def test_replies_are_shown_once_and_in_order(intake: Intake, channel: Any, shown: Shown, store: Store) -> None:
    person = Person(intake, channel)
    await person.send(person.message(text='/start'))
    before = len(await shown(store, channel, person.chat_id))
    help_text, begin = person.message(text='/help'), person.message(text='/report')
    for heard in (help_text, begin, help_text):
        await person.send(heard)
    assert len(await shown(store, channel, person.chat_id)) == before + 2


async def test_a_refused_step_shows_only_the_refusal(
    intake: Intake, channel: Any, shown: Shown, store: Store
) -> None:
    person = Person(intake, channel)
    await person.send(person.message(text='/help'))
    before = len(await shown(store, channel, person.chat_id))
    tap = {'id': '9', 'chat_instance': '1', 'from': person.sender(), 'data': '1:file'}
    assert await person.send(person.heard({'callback_query': tap})) is Outcome.REFUSED
    assert len(await shown(store, channel, person.chat_id)) == before + 1


async def test_a_fault_shows_only_the_apology(channel: Any, shown: Shown, store: Store, city: City) -> None:
    async def broken(turn: Turn, bot: int, raw: dict[str, Any]) -> Any:
        raise ZeroDivisionError

    person = Person(Intake(store, city, broken), channel)
    assert await person.send(person.message(text='/help')) is Outcome.DEAD
    assert await shown(store, channel, person.chat_id) == ['sendMessage']


async def test_a_whole_report_is_filed_unchanged(intake: Intake, channel: Any, store: Store, city: City) -> None:
    person = Person(intake, channel)
    await person.send(person.message(text='工地半夜打桩吵得睡不着'))
    await person.send(person.message(location={'latitude': 30.0, 'longitude': 120.58}))
    for data in ('1:cat:site_noise', '1:str:330602001', '1:file'):
        code = data if data != '1:cat:site_noise' else f'1:cat:{quiet_category(city)}'
        query = {'id': data, 'chat_instance': '1', 'from': person.sender(), 'data': code}
        assert await person.send(person.heard({'callback_query': query})) is Outcome.HEARD
    async with store.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(reports))).scalar_one() == 1


def quiet_category(city: City) -> str:
    """A category that needs no photo."""
    return next(category.code for category in city.open_categories() if not category.photo_required)


async def test_two_channels_with_the_same_chat_id_are_two_people(store: Store, city: City) -> None:
    intake = Intake(store, city, make_answering())
    for made in (WireChannel(), WebChannel()):
        person = Person(intake, made, chat_id=5)
        await person.send(person.message(text='/help'))
    async with store.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(conversations))).scalar_one() == 2
