"""The front door: heard once, kept with its answer, spoken after the commit, refused and mended in words."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.content.calls import Call
from bot.handlers import make_answering
from bot.handlers.turn import Turn
from bot.intake import Intake, Outcome
from civic.city import City
from civic.refusals import Refusal
from lvbi.commands.replay import hear_again
from storage.store import NestedTransaction, Store, Tx
from storage.tables import conversations, inbox, residents
from tests.people import Person, WireChannel


@pytest.fixture
def person(intake: Intake, wire: WireChannel) -> Person:
    """A resident."""
    return Person(intake, wire)


async def rows(store: Store, statement: Any) -> list[Any]:
    async with store.read() as tx:
        return list((await tx.execute(statement)).all())


async def test_the_same_update_twice_is_heard_once_and_changes_nothing(person: Person, store: Store) -> None:
    heard = person.message(text='/help')
    assert await person.send(heard) is Outcome.HEARD
    await person.intake.marks.flush()
    said = len(person.told)
    assert await person.send(heard) is Outcome.AGAIN
    assert len(person.told) == said
    assert len(await rows(store, select(inbox.c.id))) == 1


async def test_what_was_kept_but_not_said_is_said_when_the_update_comes_again(person: Person) -> None:
    person.channel.broken = True
    heard = person.message(text='/help')
    await person.send(heard)
    assert person.told == []
    person.channel.broken = False
    assert await person.send(heard) is Outcome.AGAIN
    assert '12345' in person.all_words


async def test_the_same_update_at_once_from_two_doors_is_heard_once(
    store: Store, city: City, wire: WireChannel
) -> None:
    doors = [Intake(store, city, make_answering()) for _ in range(2)]
    people = [Person(door, wire) for door in doors]
    heard = people[0].message(text='/help')
    outcomes = await asyncio.gather(*(person.send(heard) for person in people))
    assert sorted(outcomes) == [Outcome.AGAIN, Outcome.HEARD]
    assert len(await rows(store, select(residents.c.id))) == 1


async def test_updates_of_one_chat_keep_their_order(person: Person, store: Store) -> None:
    updates = [person.message(text=f'/help {number}') for number in range(20)]
    await asyncio.gather(*(person.send(heard) for heard in updates))
    keys = [row.key for row in await rows(store, select(inbox.c.key).order_by(inbox.c.id))]
    assert keys == [heard.key for heard in updates]


async def test_many_people_at_once_each_get_their_answer(intake: Intake, wire: WireChannel, store: Store) -> None:
    people = [Person(intake, wire, chat_id=number) for number in range(1, 31)]
    await asyncio.gather(*(person.says('/help') for person in people))
    assert all('12345' in person.all_words for person in people)
    assert len(await rows(store, select(conversations.c.id))) == 30


async def test_a_refusal_rolls_back_what_the_step_did_and_says_why(person: Person, store: Store) -> None:
    await person.says('河里都是黑水，臭了三天')
    before = (await rows(store, select(conversations.c.data)))[0].data
    answer = await person.is_at(39.9, 116.4)
    assert '12345' in answer
    after = (await rows(store, select(conversations.c.data)))[0].data
    assert after['draft'] == before['draft']
    outcomes = [row.outcome for row in await rows(store, select(inbox.c.outcome).order_by(inbox.c.id))]
    assert outcomes == ['heard', 'refused']


async def _break(turn: Turn, bot: int, raw: dict[str, Any]) -> list[Call]:
    await turn.tx.execute(residents.update().values(locale='en'))
    raise ZeroDivisionError('secret words of a resident')


async def test_a_fault_is_told_with_a_reference_and_the_update_is_kept(
    store: Store, city: City, wire: WireChannel
) -> None:
    person = Person(Intake(store, city, _break), wire)
    answer = await person.says('河水发黑')
    letter = (await rows(store, select(inbox)))[0]
    assert letter.outcome == 'dead'
    assert letter.reference in answer
    assert letter.trouble == 'ZeroDivisionError'
    assert '河水发黑' in letter.raw
    assert (await rows(store, select(residents.c.locale)))[0].locale == 'zh'


async def test_a_dead_letter_is_said_once_more_when_replayed(store: Store, city: City, wire: WireChannel) -> None:
    broken = Person(Intake(store, city, _break), wire)
    await broken.says('/help')
    letter = (await rows(store, select(inbox)))[0]
    mended = Intake(store, city, make_answering())
    assert await hear_again(mended, {(wire.name, wire.bot): wire}, letter.reference) == (Outcome.HEARD, None)
    assert '12345' in broken.all_words
    with pytest.raises(Refusal, match='no_such_letter'):
        await hear_again(mended, {(wire.name, wire.bot): wire}, letter.reference)


async def test_after_thirty_updates_in_a_minute_one_polite_notice_and_then_silence(
    person: Person, store: Store, clock: Any
) -> None:
    for _ in range(30):
        assert await person.send(person.message(text='/help')) is Outcome.HEARD
    said = len(person.told)
    for _ in range(3):
        assert await person.send(person.message(text='/help')) is Outcome.FLOODED
    assert len(person.told) == said + 1
    assert '歇一分钟' in person.words
    assert len(await rows(store, select(inbox.c.id))) == 33
    clock.tick(minutes=1)
    assert await person.send(person.message(text='/help')) is Outcome.HEARD


async def test_an_album_counts_once_in_the_flood_guard(person: Person) -> None:
    for album in range(5):
        for photo in range(9):
            await person.shows(f'{album}-{photo}', album=f'album {album}')
    assert '歇一分钟' not in person.all_words


async def test_an_update_that_skips_one_is_not_heard(person: Person, store: Store) -> None:
    person.message(text='lost')
    heard = person.heard(person.message(text='/help').update, follows='never came')
    assert await person.send(heard) is Outcome.GAP
    assert await rows(store, select(func.count()).select_from(inbox)) == [(0,)]


async def test_a_kind_nobody_knows_is_kept_as_seen_and_not_answered(person: Person, store: Store) -> None:
    poll = {'poll_answer': {'poll_id': '1', 'user': person.sender(), 'option_ids': [0], 'option_persistent_ids': []}}
    assert await person.send(person.heard(poll)) is Outcome.HEARD
    assert len(await rows(store, select(inbox.c.id))) == 1


async def test_a_transaction_inside_a_turn_is_refused_at_once(store: Store) -> None:
    async def body(tx: Tx) -> None:
        async with store.begin():
            raise AssertionError('must not open')

    with pytest.raises(NestedTransaction):
        await store.turn(body)


async def test_one_refused_turn_in_a_group_takes_nobody_else_with_it(
    sqlite_store: Store, city: City, wire: WireChannel
) -> None:
    """Twenty residents share a commit; one of them is refused after writing."""

    async def answer(turn: Turn, bot: int, raw: dict[str, Any]) -> list[Call]:
        await turn.tx.execute(residents.update().where(residents.c.id == turn.resident.id).values(big=True))
        if turn.conversation.address.chat_id == 3:
            raise Refusal('old_button')
        return []

    intake = Intake(sqlite_store, city, answer)
    people = [Person(intake, wire, chat_id=number) for number in range(1, 21)]
    await asyncio.gather(*(person.says('x') for person in people))
    big = await rows(sqlite_store, select(func.count()).where(residents.c.big))
    assert big == [(19,)]


async def test_language_follows_the_phone(intake: Intake, wire: WireChannel) -> None:
    reader = Person(intake, wire, chat_id=9, language='en-GB')
    await reader.says('/start')
    assert 'Hello!' in reader.all_words
    assert '您好' not in reader.all_words
    speaker = Person(intake, wire, chat_id=10, language='zh-hans')
    await speaker.says('/start')
    assert '您好' in speaker.all_words
