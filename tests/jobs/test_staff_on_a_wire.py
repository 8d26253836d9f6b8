"""What staff were shown over a wire stands in our answers to their updates, and is kept as strictly as a page is."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.content.calls import Call
from bot.handlers.turn import Turn
from bot.intake import Intake, Outcome
from jobs.copies import remove_copies
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from jobs.sweep import sweep
from storage import inbox as updates
from storage.tables import inbox, reports
from tests.clock import FakeClock
from tests.jobs.cases import TASHAN, case, files_report
from tests.jobs.chats import WebPerson, chat_of, rows, text_of, web_person
from tests.jobs.test_forgetting import everywhere, forget
from tests.jobs.test_former_staff import ASKED, LEAVES, WORDS, Leave
from tests.jobs.test_my_data import data_of, order
from tests.journeys.test_reports import make_officer
from tests.people import Person, WireChannel


@pytest.fixture
async def reporter(house: JobHouse) -> WebPerson:
    """Whoever filed the case."""
    person = await web_person(house.intake)
    await files_report(house, person, WORDS)
    return person


@pytest.fixture
async def officer(house: JobHouse, wire: WireChannel) -> Person:
    """A street officer on a platform."""
    return await make_officer(house.store, house.intake, wire, house.city, 'grid', TASHAN)


async def works(officer: Person) -> None:
    """See the case, take it up and ask about it."""
    for data in ('1:sc:1', '1:do:claim:1:1', '1:do:ask:1:2'):
        await officer.taps(data)
    await officer.says(ASKED)
    assert WORDS in officer.all_words


async def kept_of(house: JobHouse, officer: Person) -> str:
    """All that is kept of the updates of a chat."""
    chat = await chat_of(house.store, officer)
    return await text_of(house.store, select(inbox).where(inbox.c.conversation_id == chat))


async def test_an_officers_own_data_hold_nothing_of_the_cases_he_works_on_nor_after_he_signed_out(
    house: JobHouse, reporter: WebPerson, officer: Person
) -> None:
    await works(officer)
    await officer.says('我自己的话')
    await officer.taps('1:staffout')
    assert WORDS in await kept_of(house, officer)
    await order(house, officer)
    told = str(await data_of(house))
    assert (WORDS in told, ASKED in told, 'SX26-000001' in told, '我自己的话' in told) == (False, False, False, True)


@LEAVES
async def test_what_was_said_to_him_is_blanked_once_he_left(
    house: JobHouse, reporter: WebPerson, officer: Person, leave: Leave, clock: FakeClock
) -> None:
    await works(officer)
    await officer.says('我自己的话')
    await leave(house, officer)
    clock.tick(seconds=10)
    assert await remove_copies(house) == 1
    kept = await kept_of(house, officer)
    assert (WORDS in kept, ASKED in kept, 'SX26-000001' in kept, '我自己的话' in kept) == (False, False, False, True)
    assert await remove_copies(house) == 0


async def test_much_is_blanked_in_small_transactions(
    house: JobHouse, reporter: WebPerson, officer: Person, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, 'BATCH', 2)
    await works(officer)
    await officer.taps('1:staffout')
    clock.tick(seconds=10)
    await remove_copies(house)
    assert WORDS not in await kept_of(house, officer)


async def test_what_was_said_of_a_forgotten_case_is_blanked_while_its_officer_stays(
    house: JobHouse, reporter: WebPerson, officer: Person, clock: FakeClock
) -> None:
    await works(officer)
    other = await files_report(house, await web_person(house.intake, chat_id=8), '烟囱冒黑烟，天天如此')
    await officer.taps(f'1:sc:{other}')
    await closes_and_forgets(house, reporter)
    assert 'inbox' in await everywhere(house, WORDS)
    clock.tick(seconds=10)
    assert await remove_copies(house) == 1
    assert await everywhere(house, WORDS) == set()
    assert '烟囱冒黑烟' in await kept_of(house, officer)


async def test_a_dead_letter_of_an_officer_does_not_keep_the_words_of_a_forgotten_case(
    house: JobHouse, reporter: WebPerson, officer: Person, clock: FakeClock
) -> None:
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:ask:1:2')

    async def break_down(turn: Turn, bot: int, raw: dict[str, Any]) -> list[Call]:
        raise ZeroDivisionError

    broken = Intake(house.store, house.city, break_down)
    said = officer.message(text=f'您写道：{WORDS}。在哪里？')
    assert await broken.hear(officer.channel, said) is Outcome.DEAD
    await closes_and_forgets(house, reporter)
    clock.tick(seconds=10)
    await remove_copies(house)
    assert await everywhere(house, WORDS) == set()


async def closes_and_forgets(house: JobHouse, reporter: WebPerson) -> None:
    """Close the case and let its reporter be forgotten."""
    async with house.store.begin() as tx:
        await tx.execute(reports.update().where(reports.c.id == 1).values(state='withdrawn'))
    await forget(reporter)
    await clear_forgotten(house)
    assert (await case(house, 1)).words is None


@LEAVES
async def test_what_could_not_be_said_is_not_said_to_him_after_he_left(
    house: JobHouse, reporter: WebPerson, officer: Person, wire: WireChannel, leave: Leave, clock: FakeClock
) -> None:
    wire.broken = True
    opening = officer.heard({'callback_query': {**tapped(officer), 'data': '1:sc:1'}})
    await officer.send(opening)
    wire.broken = False
    await leave(house, officer)
    clock.tick(hours=1)
    await sweep(house)
    assert await officer.send(opening) is Outcome.AGAIN
    assert WORDS not in officer.all_words
    await remove_copies(house)
    assert await rows(house.store, select(inbox.c.id).where(inbox.c.unsaid > 0)) == []


async def test_what_could_not_be_said_is_said_to_him_while_he_stays(
    house: JobHouse, reporter: WebPerson, officer: Person, wire: WireChannel, clock: FakeClock
) -> None:
    wire.broken = True
    await officer.taps('1:sc:1')
    wire.broken = False
    clock.tick(hours=1)
    await sweep(house)
    assert officer.all_words.count(WORDS) == 1


def tapped(person: Person) -> dict[str, Any]:
    return {'id': '1', 'chat_instance': '1', 'from': person.sender()}
