"""Forgetting, end to end: words, photos and files are really gone; an open case keeps its words until it closes."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from jobs.copies import remove_copies
from jobs.deliver import deliver_due
from jobs.doomed import delete_doomed
from jobs.files_check import compare
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from jobs.lapse import lapse
from jobs.my_data import orders
from jobs.upkeep import keep_up
from storage.tables import (
    albums,
    conversations,
    doomed_files,
    drafts,
    files,
    inbox,
    metadata,
    outbox,
    photos,
    report_events,
    reports,
    residents,
    transcript,
)
from tests.clock import FakeClock
from tests.jobs.cases import case, files_report, lying, officer, resolves, shows
from tests.jobs.chats import WebPerson, chat_of, notify, read_chat, rows, text_of, web_person

WORDS = '河水发黑发臭，三天了'


@pytest.fixture(autouse=True)
def _files_are_old(clock: FakeClock) -> None:
    """Files get the time of this machine; put the house's clock two hours after it, so that strays are seen."""
    clock.now = datetime.now(UTC) + timedelta(hours=2)


async def forget(person: WebPerson) -> None:
    for data in ('1:forget:sure', '1:forget:yes'):
        await person.taps(data)


async def everywhere(house: JobHouse, words: str) -> set[str]:
    """Name all tables of the store in which words stand, in whatever form."""
    tables = metadata.sorted_tables
    return {table.name for table in tables if words in await text_of(house.store, select(table))}


async def in_order(house: JobHouse) -> None:
    """Let what was forgotten and the doomed files go, and check that files and rows fit."""
    await clear_forgotten(house)
    assert await clear_forgotten(house) == 0
    await delete_doomed(house)
    found = await compare(house.store, house.media)
    assert (found.missing, found.stray) == ([], [])
    assert await rows(house.store, select(doomed_files.c.media_key)) == []


async def kept_words(house: JobHouse, chat: int, words: str) -> list[str]:
    """Name the tables of a chat in which words still stand, in whatever form."""
    places = []
    for table in (transcript, inbox, outbox, drafts, files, albums):
        found = await text_of(house.store, select(table).where(table.c.conversation_id == chat))
        places += [table.name] if words in found else []
    whole = [await text_of(house.store, select(table)) for table in (conversations, reports, report_events, photos)]
    return [*places, *(['cases and chats'] if words in str(whole) else [])]


async def test_words_photos_files_and_notices_of_closed_matters_go(house: JobHouse) -> None:
    person = await web_person(house.intake)
    report_id = await files_report(house, person, WORDS)
    await resolves(house, await officer(house), report_id)
    await person.taps(f'1:ans:{report_id}:3:fixed')
    await shows(house, person)
    await person.says(WORDS)
    await person.says('/cancel')
    await person.says('/mydata')
    await orders.work_orders(house)
    while await deliver_due(house):
        pass
    chat = await chat_of(house.store, person)
    assert await kept_words(house, chat, WORDS)
    assert len(await lying(house)) == 7
    await forget(person)
    await in_order(house)
    assert await lying(house) == []
    assert await kept_words(house, chat, WORDS) == []
    assert len(await read_chat(house.store, await chat_of(house.store, person))) == 1  # that it is done
    bare = await case(house, report_id)
    assert (bare.state, bare.resident_id, bare.conversation_id, bare.lat) == ('confirmed', None, None, None)
    left = await rows(house.store, select(residents.c.id).order_by(residents.c.id))
    assert [row.id for row in left] == [2, 3]  # the officer, and the new person of the chat


async def test_an_open_case_keeps_its_words_and_photo_until_it_closes_and_then_they_go(
    house: JobHouse, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    report_id = await files_report(house, person, WORDS)
    chat = await chat_of(house.store, person)
    await forget(person)
    await in_order(house)
    assert (await case(house, report_id)).words == WORDS
    assert await kept_words(house, chat, WORDS) == ['cases and chats']
    assert len(await lying(house)) == 3
    clock.tick(days=2)
    await keep_up(house)
    await resolves(house, await officer(house), report_id)
    await in_order(house)
    assert (await case(house, report_id)).words == WORDS
    clock.tick(days=15, seconds=1)
    assert await lapse(house) == 1
    await in_order(house)
    assert await lying(house) == []
    assert await kept_words(house, chat, WORDS) == []
    assert (await case(house, report_id)).answer == 'none'


async def test_what_staff_were_shown_of_a_forgotten_case_leaves_their_chats_too(
    house: JobHouse, clock: FakeClock
) -> None:
    person, neighbour = await web_person(house.intake), await web_person(house.intake, chat_id=8)
    report_id = await files_report(house, person, WORDS)
    other = await files_report(house, neighbour, '烟囱冒黑烟，天天如此')
    member = await officer(house)
    for shown in (report_id, other):
        await member.taps(f'1:sc:{shown}')
    await resolves(house, member, report_id)
    await person.taps(f'1:ans:{report_id}:3:fixed')
    await forget(person)
    await clear_forgotten(house)
    assert await everywhere(house, WORDS) == {'transcript'}
    assert await remove_copies(house) == 0
    clock.tick(seconds=10)
    assert await remove_copies(house) == 1
    assert await remove_copies(house) == 0
    assert await everywhere(house, WORDS) == set()
    [place] = await rows(house.store, select(transcript).where(transcript.c.method == 'sendLocation'))
    assert place.report_id == other
    seen = await read_chat(house.store, await chat_of(house.store, member))
    assert any('烟囱冒黑烟' in text for text in seen)


async def test_a_move_of_an_officer_who_saw_the_case_before_it_was_forgotten_is_refused(house: JobHouse) -> None:
    """He would close it without knowing that its words must go then."""
    person = await web_person(house.intake)
    report_id = await files_report(house, person, WORDS)
    member = await officer(house)
    await forget(person)
    await clear_forgotten(house)
    await member.taps(f'1:do:claim:{report_id}:1')
    found = await case(house, report_id)
    assert (found.state, found.forget, found.version) == ('received', True, 2)


async def test_forgetting_waits_for_a_move_that_is_under_way_and_then_sees_that_the_case_is_closed(
    house: JobHouse,
) -> None:
    if house.store.dialect == 'sqlite':
        return  # there the gate lets in one transaction at a time
    person = await web_person(house.intake)
    report_id = await files_report(house, person, WORDS)
    await forget(person)
    closed = {'state': 'rejected', 'version': 2}
    async with house.store.begin() as tx:
        await tx.execute(update(reports).where(reports.c.id == report_id).values(**closed))
        forgetting = asyncio.get_running_loop().create_task(clear_forgotten(house))
        while not (await tx.execute(text('SELECT 1 FROM pg_locks WHERE NOT granted'))).all():
            assert not forgetting.done()
    await forgetting
    found = await case(house, report_id)
    assert (found.words, found.lat, found.forget, found.resident_id) == (None, None, False, None)
    await in_order(house)
    assert await lying(house) == []


async def test_a_closed_case_whose_words_were_overlooked_loses_them_in_the_upkeep(house: JobHouse) -> None:
    person = await web_person(house.intake)
    report_id = await files_report(house, person, WORDS)
    await forget(person)
    await clear_forgotten(house)
    async with house.store.begin() as tx:
        await tx.execute(update(reports).where(reports.c.id == report_id).values(state='rejected'))
    await keep_up(house)
    await in_order(house)
    found = await case(house, report_id)
    assert (found.words, found.lat, found.forget, await lying(house)) == (None, None, False, [])


async def test_a_notice_that_was_said_does_not_lead_from_the_chat_to_its_forgotten_case(house: JobHouse) -> None:
    person = await web_person(house.intake)
    report_id = await files_report(house, person, WORDS)
    chat, draft = await chat_of(house.store, person), (await case(house, report_id)).draft
    await notify(house.store, chat, 'E-1', once=f'nudge:{draft}')
    await deliver_due(house)
    await forget(person)
    await clear_forgotten(house)
    assert await rows(house.store, select(outbox).where(outbox.c.conversation_id == chat)) == []
    assert 'outbox' not in await everywhere(house, draft)


async def test_another_persons_things_stay(house: JobHouse) -> None:
    person, neighbour = await web_person(house.intake), await web_person(house.intake, chat_id=8)
    await files_report(house, person, WORDS)
    other = await files_report(house, neighbour, '烟囱冒黑烟，天天如此')
    await forget(person)
    await in_order(house)
    assert (await case(house, other)).words == '烟囱冒黑烟，天天如此'
    assert await kept_words(house, await chat_of(house.store, neighbour), '烟囱') == [
        'transcript',
        'inbox',
        'cases and chats',
    ]
