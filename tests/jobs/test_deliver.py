"""Notices are said once, in order, in the reader's language of the moment, and one that fails stops no other."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot.content import notices as wordings
from bot.content.calls import Call
from bot.intake import Intake
from bot.intake.channel import Spoken
from jobs import deliver
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from storage import outbox
from storage.arrivals import Address
from storage.store import Store
from storage.tables import outbox as notices
from tests.clock import FakeClock
from tests.jobs.chats import chat_of, notice, notify, read_chat, rows, web_person
from tests.people import Person, WireChannel

Another = Callable[[], JobHouse]


def times(texts: Sequence[str], reference: str) -> int:
    return sum(reference in text for text in texts)


async def test_two_workers_that_claim_at_once_say_each_notice_once(
    house: JobHouse, another: Another, store: Store
) -> None:
    chats = [await chat_of(store, await web_person(house.intake, chat_id=number)) for number in range(1, 6)]
    for chat in chats:
        await notify(store, chat, 'E-ONE', 'E-TWO', 'E-THREE')
    workers = [house, another(), another()]
    for _round in range(4):
        await asyncio.gather(*(deliver.deliver_due(worker) for worker in workers))
    for chat in chats:
        said = [text.split('：')[-1] for text in await read_chat(store, chat) if 'E-' in text]
        assert said == ['E-ONE', 'E-TWO', 'E-THREE']


async def test_a_notice_whose_worker_died_after_claiming_it_is_said_once_by_another(
    house: JobHouse, another: Another, store: Store, clock: FakeClock
) -> None:
    chat = await chat_of(store, await web_person(house.intake))
    await notify(store, chat, 'E-LOST')
    async with store.begin() as tx:
        [lost] = await outbox.claim(tx, house.worker)
    second = another()
    assert await deliver.deliver_due(second) == 0
    clock.tick(seconds=61)
    assert await deliver.deliver_due(second) == 1
    await deliver.deliver(house, lost)
    assert times(await read_chat(store, chat), 'E-LOST') == 1


async def test_a_language_switch_after_the_notice_was_written_and_claimed_counts(
    house: JobHouse, store: Store
) -> None:
    person = await web_person(house.intake)
    chat = await chat_of(store, person)
    await notify(store, chat, 'E-TALK')
    async with store.begin() as tx:
        [claimed] = await outbox.claim(tx, house.worker)
    await person.taps('1:lang:en')
    await deliver.deliver(house, claimed)
    assert 'We could not put your data together' in (await read_chat(store, chat))[-1]


async def test_after_forgetting_a_notice_that_was_claimed_already_is_not_said(house: JobHouse, store: Store) -> None:
    person = await web_person(house.intake)
    chat = await chat_of(store, person)
    await notify(store, chat, 'E-GONE')
    async with store.begin() as tx:
        [claimed] = await outbox.claim(tx, house.worker)
    for data in ('1:forget:sure', '1:forget:yes'):
        await person.taps(data)
    await deliver.deliver(house, claimed)
    assert times(await read_chat(store, chat), 'E-GONE') == 0
    kept = await notice(store)
    assert kept.state == 'unreachable'
    await clear_forgotten(house)
    assert await rows(store, select(notices.c.id)) == []


async def test_a_notice_waits_behind_an_earlier_one_that_is_tried_again_later(
    house: JobHouse, store: Store, clock: FakeClock, wire: WireChannel
) -> None:
    person = Person(house.intake, wire)
    await person.says('/help')
    chat = await chat_of(store, person)
    await notify(store, chat, 'E-FIRST', 'E-SECOND')
    wire.broken = True
    await deliver.deliver_due(house)
    wire.broken = False
    await notify(store, chat, 'E-THIRD')
    await deliver.deliver_due(house)
    assert 'E-' not in person.all_words
    clock.tick(minutes=1)
    await deliver.deliver_due(house)
    said = [word for word in person.all_words.split('：') if word.startswith('E-')]
    assert [word.split('\n')[0] for word in said] == ['E-FIRST', 'E-SECOND', 'E-THIRD']


async def test_a_notice_that_another_worker_has_is_waited_for(
    house: JobHouse, another: Another, store: Store
) -> None:
    chat = await chat_of(store, await web_person(house.intake))
    await notify(store, chat, 'E-FIRST', 'E-SECOND')
    second = another()
    async with store.begin() as tx:
        [first] = await outbox.claim(tx, house.worker, 1)
    assert await deliver.deliver_due(second) == 0
    await deliver.deliver(house, first)
    assert await deliver.deliver_due(second) == 1
    assert [text.split('：')[-1] for text in (await read_chat(store, chat))[-2:]] == ['E-FIRST', 'E-SECOND']


async def test_a_later_notice_that_was_claimed_at_the_same_moment_is_given_back(
    house: JobHouse, store: Store
) -> None:
    chat = await chat_of(store, await web_person(house.intake))
    await notify(store, chat, 'E-FIRST', 'E-SECOND')
    async with store.begin() as tx:
        _first, second = await outbox.claim(tx, house.worker)
    await deliver.deliver(house, second)
    given_back = await notice(store)
    assert (given_back.state, given_back.attempt) == ('due', 0)
    assert times(await read_chat(store, chat), 'E-') == 0


async def test_a_notice_after_its_time_expires(house: JobHouse, store: Store, clock: FakeClock) -> None:
    chat = await chat_of(store, await web_person(house.intake))
    await notify(store, chat, 'E-LATE', not_after=clock.now)
    clock.tick(seconds=1)
    await deliver.deliver_due(house)
    assert (await notice(store)).state == 'expired'
    assert times(await read_chat(store, chat), 'E-LATE') == 0


async def test_a_notice_that_is_due_later_is_left_until_then(house: JobHouse, store: Store, clock: FakeClock) -> None:
    chat = await chat_of(store, await web_person(house.intake))
    await notify(store, chat, 'E-MORNING', due_at=clock.now.replace(hour=12))
    assert await deliver.deliver_due(house) == 0
    await notify(store, chat, 'E-NOW')
    assert await deliver.deliver_due(house) == 1
    clock.tick(hours=8)
    assert await deliver.deliver_due(house) == 1


async def test_a_notice_that_cannot_be_worded_fails_with_a_reference_and_the_next_one_is_said(
    house: JobHouse, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_all: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(wordings.WORDINGS, 'broken', broken)
    chat = await chat_of(store, await web_person(house.intake))
    async with store.begin() as tx:
        await outbox.put(tx, [outbox.message(tx, chat, 'broken', {})])
    await notify(store, chat, 'E-NEXT')
    await deliver.deliver_due(house)
    failed = await notice(store, 0)
    assert failed.state == 'failed'
    assert failed.trouble.startswith('ZeroDivisionError E-')
    assert times(await read_chat(store, chat), 'E-NEXT') == 1


async def test_a_notice_about_a_case_that_is_gone_is_cancelled(house: JobHouse, store: Store) -> None:
    chat = await chat_of(store, await web_person(house.intake))
    async with store.begin() as tx:
        await outbox.put(tx, [outbox.message(tx, chat, 'report_filed', {'report_id': 99})])
    await deliver.deliver_due(house)
    assert (await notice(store)).state == 'cancelled'


async def test_a_notice_over_a_wire_is_said_and_noted(house: JobHouse, store: Store, wire: WireChannel) -> None:
    person = Person(house.intake, wire)
    await person.says('/help')
    await notify(store, await chat_of(store, person), 'E-WIRE')
    await deliver.deliver_due(house)
    assert 'E-WIRE' in person.words
    said = await notice(store)
    assert (said.state, said.lease_by) == ('said', None)


class BreakingWire(WireChannel):
    """Says nothing that we would hear of: it breaks while it speaks."""

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        raise ConnectionResetError


async def test_a_notice_that_broke_off_while_it_was_said_is_ambiguous_and_never_said_again(
    house: JobHouse, store: Store, wire: WireChannel, clock: FakeClock
) -> None:
    person = Person(house.intake, wire)
    await person.says('/help')
    await notify(store, await chat_of(store, person), 'E-MAYBE')
    house.channels['wire', 1] = BreakingWire()  # type: ignore[index]  # a dict in tests
    await deliver.deliver_due(house)
    assert (await notice(store)).state == 'ambiguous'
    clock.tick(hours=1)
    assert await deliver.deliver_due(house) == 0


async def test_a_channel_that_is_not_open_reaches_nobody(house: JobHouse, store: Store, wire: WireChannel) -> None:
    person = Person(house.intake, wire)
    await person.says('/help')
    await notify(store, await chat_of(store, person), 'E-NOBODY')
    del house.channels['wire', 1]  # type: ignore[attr-defined]  # a dict in tests
    await deliver.deliver_due(house)
    assert (await notice(store)).state == 'unreachable'


async def test_a_notice_that_kills_its_workers_fails_in_the_end(
    house: JobHouse, store: Store, clock: FakeClock
) -> None:
    await notify(store, await chat_of(store, await web_person(house.intake)), 'E-DEADLY')
    for _death in range(outbox.MOST_ATTEMPTS):
        async with store.begin() as tx:
            assert await outbox.claim(tx, house.worker)
        clock.tick(seconds=61)
    await deliver.deliver_due(house)
    assert (await notice(store)).state == 'failed'


async def test_what_is_said_to_a_chat_waits_for_the_answer_that_is_being_given_there(
    house: JobHouse, store: Store, intake: Intake
) -> None:
    person = await web_person(intake)
    chat = await chat_of(store, person)
    await notify(store, chat, 'E-PATIENT')
    async with store.begin() as tx:
        [claimed] = await outbox.claim(tx, house.worker)
    async with asyncio.TaskGroup() as group, intake.order.holding(Address('web', 0, person.chat_id)):
        group.create_task(deliver.deliver(house, claimed))
        await asyncio.sleep(0)
        assert times(await read_chat(store, chat), 'E-PATIENT') == 0
    assert times(await read_chat(store, chat), 'E-PATIENT') == 1
