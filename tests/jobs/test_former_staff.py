"""Whoever is no officer any more is told nothing of the cases, and keeps nothing of what he was shown."""

import dataclasses
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from civic import staff as members
from jobs.copies import remove_copies
from jobs.deliver import deliver_due
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from storage import transcript
from storage.store import Tx
from storage.tables import conversations, outbox, report_events, reports, staff
from storage.tables import transcript as frames
from tests.clock import FakeClock
from tests.jobs.cases import case, files_report, officer
from tests.jobs.chats import WebPerson, chat_of, notify, read_chat, rows, text_of, web_person
from tests.jobs.test_my_data import data_of, order
from tests.people import Person

WORDS = '河水发黑发臭，三天了'
ASKED = '请问是哪一段河道？'

Leave = Callable[[JobHouse, Person], Awaitable[None]]


async def is_removed(house: JobHouse, _person: Person) -> None:
    [member] = await rows(house.store, select(staff.c.id))
    async with house.store.begin() as tx:
        await members.remove_staff(tx, member.id)


async def signs_out(_house: JobHouse, person: Person) -> None:
    await person.taps('1:staffout')


async def signs_in_elsewhere(house: JobHouse, _person: Person) -> None:
    [member] = await rows(house.store, select(staff.c.id))
    async with house.store.begin() as tx:
        code = await members.renew_code(tx, member.id)
    await (await web_person(house.intake, chat_id=1001)).says(f'/start {code}')


LEAVES = pytest.mark.parametrize('leave', [is_removed, signs_out, signs_in_elsewhere])


async def writes(person: WebPerson, words: str) -> None:
    """Write in the page, which shows one's own words too."""
    await person.send(dataclasses.replace(person.message(text=words), echo={'message': {'text': words}}))


async def works(house: JobHouse, member: WebPerson) -> None:
    """See a case and ask about it, and a queue."""
    report_id = await files_report(house, await web_person(house.intake), WORDS)
    while await deliver_due(house):
        pass
    await member.taps(f'1:sc:{report_id}')
    await member.taps(f'1:do:claim:{report_id}:1')
    await member.taps(f'1:do:ask:{report_id}:2')
    await writes(member, ASKED)
    await member.says('/staff')


async def page_of(house: JobHouse, chat: int) -> str:
    """All that a page of this chat is given."""
    async with house.store.read() as tx:
        return str(await transcript.read(tx, chat, 0))


@LEAVES
async def test_notices_for_staff_that_wait_are_not_told(house: JobHouse, leave: Leave) -> None:
    person = await officer(house)
    chat = await chat_of(house.store, person)
    [member] = await rows(house.store, select(staff.c.id))
    await notify(house.store, chat, 'E-CASE', staff_id=member.id)
    await notify(house.store, chat, 'E-OWN')
    await leave(house, person)
    while await deliver_due(house):
        pass
    told = ' '.join(await read_chat(house.store, chat))
    assert ('E-CASE' in told, 'E-OWN' in told) == (False, True)
    states = await rows(house.store, select(outbox.c.staff_id, outbox.c.state).order_by(outbox.c.id))
    assert [tuple(row) for row in states] == [(member.id, 'cancelled'), (None, 'said')]


async def test_a_notice_for_one_officer_is_not_told_to_another_who_signed_in_to_the_same_chat(
    house: JobHouse,
) -> None:
    person = await officer(house)
    await files_report(house, await web_person(house.intake), WORDS)
    async with house.store.begin() as tx:
        _id, code = await members.add_staff(tx, house.city, '李明', 'grid', '330602002')
    await person.says(f'/start {code}')
    while await deliver_due(house):
        pass
    told = ' '.join(await read_chat(house.store, await chat_of(house.store, person)))
    assert ('李明' in told, 'SX26-000001' in told) == (True, False)


@pytest.mark.parametrize('typed', ['{code}', '/start {code}'])
async def test_whoever_signs_in_does_not_go_on_with_the_question_that_another_was_asked_for(
    house: JobHouse, typed: str
) -> None:
    person = await officer(house)
    report_id = await files_report(house, await web_person(house.intake), WORDS)
    await person.taps(f'1:do:claim:{report_id}:1')
    await person.taps(f'1:do:ask:{report_id}:2')
    async with house.store.begin() as tx:
        _id, code = await members.add_staff(tx, house.city, '李明', 'supervisor', '330602')
    await person.says(typed.format(code=code))
    chat = await chat_of(house.store, person)
    assert '李明' in await page_of(house, chat)
    await person.says('今天食堂吃什么')
    told = await text_of(house.store, select(report_events))
    assert ('今天食堂吃什么' in told, (await case(house, report_id)).state) == (False, 'accepted')
    [notes] = await rows(house.store, select(conversations.c.data).where(conversations.c.id == chat))
    assert 'case' not in notes.data


@LEAVES
async def test_what_was_shown_cannot_be_read_from_the_moment_of_leaving_and_is_then_deleted(
    house: JobHouse, leave: Leave, clock: FakeClock
) -> None:
    person = await officer(house)
    chat = await chat_of(house.store, person)
    await works(house, person)
    await writes(person, '我自己的话')
    before = await page_of(house, chat)
    assert WORDS in before
    assert ASKED in before
    [seen] = await rows(house.store, select(conversations.c.cleared).where(conversations.c.id == chat))
    await leave(house, person)
    after = await page_of(house, chat)
    assert WORDS not in after
    assert ASKED not in after
    assert 'SX26-000001' not in after
    assert '我自己的话' in after
    [now] = await rows(house.store, select(conversations.c.cleared).where(conversations.c.id == chat))
    assert now.cleared == seen.cleared + 1  # an open page loads itself anew
    clock.tick(seconds=10)
    assert await remove_copies(house) == 1
    kept = await text_of(house.store, select(frames).where(frames.c.conversation_id == chat))
    assert (WORDS in kept, ASKED in kept, 'SX26-000001' in kept, '我自己的话' in kept) == (False, False, False, True)
    assert await remove_copies(house) == 0


async def test_much_is_deleted_in_small_transactions(
    house: JobHouse, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, 'BATCH', 3)
    person = await officer(house)
    await works(house, person)
    await signs_out(house, person)
    removed = []
    remove = transcript.remove

    async def counted(tx: Tx, which: object) -> object:
        removed.append(len(gone := await remove(tx, which)))  # type: ignore[arg-type]  # passed on
        return gone

    monkeypatch.setattr(transcript, 'remove', counted)
    clock.tick(seconds=10)
    await remove_copies(house)
    assert max(removed) == 3
    assert sum(removed) > 6
    assert await rows(house.store, select(frames.c.id).where(frames.c.staff_id.is_not(None))) == []


async def test_whoever_comes_back_sees_what_he_is_shown_from_then_on(house: JobHouse, clock: FakeClock) -> None:
    person = await officer(house)
    await works(house, person)
    await signs_out(house, person)
    clock.tick(seconds=1)
    [member] = await rows(house.store, select(staff.c.id))
    async with house.store.begin() as tx:
        code = await members.renew_code(tx, member.id)
    await person.says(f'/start {code}')
    [case] = await rows(house.store, select(reports.c.id))
    await person.taps(f'1:sc:{case.id}')
    clock.tick(seconds=10)
    await remove_copies(house)
    seen = await page_of(house, await chat_of(house.store, person))
    assert seen.count(WORDS) == 1


async def test_nothing_of_the_cases_of_others_is_in_an_officers_own_data(house: JobHouse) -> None:
    person = await officer(house)
    await works(house, person)
    await writes(person, '我自己的话')
    await order(house, person)
    told = await data_of(house)
    assert WORDS not in str(told)
    assert 'SX26-000001' not in str(told['chat'])
    assert [one['about'] for one in told['notices']] == ['my_data']
    assert '我自己的话' in str(told['chat'])


async def test_an_open_page_loses_what_was_shown_of_a_forgotten_case(house: JobHouse, clock: FakeClock) -> None:
    member, reporter = await officer(house), await web_person(house.intake)
    report_id = await files_report(house, reporter, WORDS)
    await member.taps(f'1:sc:{report_id}')
    chat = await chat_of(house.store, member)
    shown = await rows(house.store, select(frames.c.id).where(frames.c.report_id == report_id))
    async with house.store.begin() as tx:
        await tx.execute(reports.update().values(state='withdrawn'))
    for data in ('1:forget:sure', '1:forget:yes'):
        await reporter.taps(data)
    await clear_forgotten(house)
    clock.tick(seconds=10)
    await remove_copies(house)
    last = await rows(house.store, select(frames.c.params).where(frames.c.method == 'deleteMessage'))
    assert {row.params['message_id'] for row in last} == {row.id for row in shown}
    assert WORDS not in await page_of(house, chat)
