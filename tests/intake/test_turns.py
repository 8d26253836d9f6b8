"""A turn awaits nothing but the store, and costs what it may cost."""

from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.types import CallbackQuery, Message, Update
from sqlalchemy import select

from bot.content.calls import Call
from bot.handlers import MUTE, make_answering
from bot.handlers.turn import Turn
from bot.intake import Intake, Outcome
from civic.city import City
from storage.sqlite import SqliteStore
from storage.store import Store, Tx
from storage.tables import inbox
from tests.people import Person, WireChannel


def drive(coroutine: Any) -> Any:
    """Run a coroutine by hand: if it suspends, it awaited something foreign."""
    try:
        waited_for = coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError(f'the turn waited for {waited_for!r}')


DIALOG = [
    ('message', {'photo': [{'file_id': 'a', 'file_unique_id': 'a', 'width': 9, 'height': 9}], 'media_group_id': 'A'}),
    ('message', {'photo': [{'file_id': 'b', 'file_unique_id': 'b', 'width': 9, 'height': 9}], 'media_group_id': 'A'}),
    ('message', {'location': {'latitude': 30.0, 'longitude': 120.58}}),
    ('tap', '1:cat:black_water'),
    ('tap', '1:str:330602001'),
    ('message', {'text': '河水发黑发臭，三天了'}),
    ('tap', '1:see:others'),
    ('tap', '1:file'),
]


def updates(person: Person) -> list[Any]:
    """The report dialog of the benchmark: eight updates."""
    chat = {'id': person.chat_id, 'type': 'private'}
    made = []
    for kind, body in DIALOG:
        if kind == 'message':
            made.append(person.message(**body))
            continue
        query = {'id': '1', 'chat_instance': '1', 'from': person.sender(), 'data': body}
        query['message'] = {'message_id': 5, 'date': 1, 'chat': chat, 'text': '?'}
        made.append(person.heard({'callback_query': query}))
    return made


async def test_a_turn_on_sqlite_never_suspends(sqlite_store: SqliteStore, city: City, wire: WireChannel) -> None:
    intake = Intake(sqlite_store, city, make_answering())
    for heard in updates(Person(intake, wire)):
        async with sqlite_store.begin() as tx:
            kept = drive(intake._turn(wire, heard, Outcome.HEARD, intake._dispatch(wire, heard), None, tx))
        assert kept.outcome is Outcome.HEARD


# Statements of each step: first contact (photo, 2 more for the person and a second look), album member with the
# consent, place, category, street, words, preview, filing (the photo is looked for; nobody works there, so those who
# direct are looked for).
STATEMENTS = {'sqlite': [8, 7, 3, 3, 3, 3, 3, 10], 'postgresql': [7, 6, 2, 2, 2, 2, 2, 9]}


async def test_each_step_of_the_report_dialog_costs_its_statements(
    store: Store, city: City, wire: WireChannel
) -> None:
    intake = Intake(store, city, make_answering())
    counts = []
    for heard in updates(Person(intake, wire)):
        txs: list[Tx] = []

        async def body(tx: Tx, heard: Any = heard, txs: list[Tx] = txs) -> Any:
            txs.append(tx)
            return await intake._turn(wire, heard, Outcome.HEARD, intake._dispatch(wire, heard), None, tx)

        await store.turn(body)
        counts.append(txs[-1].statements)
    assert counts == STATEMENTS[store.dialect]
    assert sum(counts) / len(counts) <= 6
    assert max(counts) <= 14


async def speak_to_message(message: Message) -> None:
    await message.answer('spoken inside a turn')


async def speak_to_tap(query: CallbackQuery) -> None:
    await query.answer('spoken inside a turn')


@pytest.mark.parametrize('number', [0, 3], ids=['message', 'tap'])
async def test_a_handler_that_speaks_fails_at_once_and_nobody_hears_it(
    number: int, store: Store, city: City, wire: WireChannel
) -> None:
    speaking = Dispatcher(disable_fsm=True)
    speaking.message.register(speak_to_message)
    speaking.callback_query.register(speak_to_tap)

    async def answer(turn: Turn, bot: int, raw: dict[str, Any]) -> list[Call]:
        await speaking.feed_update(MUTE, Update.model_validate(raw, context={'bot': MUTE}))
        return []

    person = Person(Intake(store, city, answer), wire)
    assert await person.send(updates(person)[number]) is Outcome.DEAD
    async with store.read() as tx:
        assert (await tx.execute(select(inbox.c.trouble))).scalar_one() == 'SpokeInside'
    assert 'spoken inside a turn' not in str(person.told)
