"""Fifteen days of silence confirm a case, marked "no answer"."""

from typing import Any

import pytest
from sqlalchemy import select

from civic.refusals import Refusal
from civic.reports import moves
from jobs import lapse
from jobs.deliver import deliver_due
from jobs.house import JobHouse
from storage.tables import report_events
from tests.clock import FakeClock
from tests.jobs.cases import case, files_report, officer, resolves
from tests.jobs.chats import chat_of, read_chat, rows, web_person


async def test_after_fifteen_days_of_silence_a_case_is_confirmed_without_an_answer(
    house: JobHouse, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    report_id = await files_report(house, person)
    await resolves(house, await officer(house), report_id)
    clock.tick(days=15)
    assert await lapse.lapse(house) == 0
    clock.tick(seconds=1)
    assert await lapse.lapse(house) == 1
    closed = await case(house, report_id)
    assert (closed.state, closed.answer, closed.closed_at) == ('confirmed', 'none', clock.now)
    told = await rows(house.store, select(report_events.c.move, report_events.c.actor).order_by(report_events.c.id))
    assert (told[-1].move, told[-1].actor) == ('lapse', 'clock')
    await deliver_due(house)
    await deliver_due(house)
    assert '15 天' in (await read_chat(house.store, await chat_of(house.store, person)))[-1]
    assert await lapse.lapse(house) == 0


async def test_an_answer_on_the_last_day_stands(house: JobHouse, clock: FakeClock) -> None:
    person = await web_person(house.intake)
    report_id = await files_report(house, person)
    await resolves(house, await officer(house), report_id)
    clock.tick(days=15)
    await person.taps(f'1:ans:{report_id}:3:fixed')
    clock.tick(days=1)
    assert await lapse.lapse(house) == 0
    assert (await case(house, report_id)).answer == 'fixed'


async def test_many_silent_cases_lapse_in_one_run(house: JobHouse, clock: FakeClock) -> None:
    member = await officer(house)
    for number in range(lapse.BATCH + 3):
        person = await web_person(house.intake, chat_id=number + 1)
        await resolves(house, member, await files_report(house, person))
        clock.tick(minutes=1)
    clock.tick(days=16)
    assert await lapse.lapse(house) == lapse.BATCH + 3


async def test_a_reporter_who_answers_at_the_very_moment_stops_no_other_case(
    house: JobHouse, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = await files_report(house, await web_person(house.intake))
    await resolves(house, await officer(house), report_id)
    clock.tick(days=16)
    real, collisions = moves.lapse, iter([1, 2])

    async def collide(*all_of: Any) -> int:
        if next(collisions, None):
            raise Refusal('changed_meanwhile')
        return await real(*all_of)

    monkeypatch.setattr(moves, 'lapse', collide)
    assert await lapse.lapse(house) == 1
