"""What a reporter adds to his case reaches its officer, and never as a flood of notices."""

import pytest
from sqlalchemy import select

from bot.intake import Intake
from civic.city import City
from jobs.deliver import deliver_due
from jobs.house import JobHouse
from storage.store import Store
from storage.tables import outbox
from tests.clock import FakeClock
from tests.jobs.chats import rows
from tests.journeys.test_reports import TASHAN, file_one, make_officer
from tests.people import Person, WireChannel


@pytest.fixture
async def officer(intake: Intake, wire: WireChannel, store: Store, city: City) -> Person:
    """An officer who has taken the case of person 7."""
    await file_one(Person(intake, wire))
    somebody = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await somebody.taps('1:do:claim:1:1')
    return somebody


async def test_many_additions_to_a_case_are_two_notices_and_none_is_missed(
    house: JobHouse, intake: Intake, wire: WireChannel, store: Store, officer: Person, clock: FakeClock
) -> None:
    async def notices() -> int:
        while await deliver_due(house):
            pass
        told = await rows(store, select(outbox.c.state).where(outbox.c.code == 'report_answered'))
        return sum(row.state == 'said' for row in told)

    resident = Person(intake, wire)
    resident.last += 1000
    clock.tick(seconds=(-clock.now.timestamp()) % 600)
    for n in range(14):
        await resident.taps('1:add:1')
        await resident.says(f'补充说明第{n}条')
        clock.tick(seconds=5)
        assert await notices() == 1
    clock.tick(minutes=10)
    assert await notices() == 2
    clock.tick(minutes=10)
    await resident.taps('1:add:1')
    await resident.says('又有新情况了')
    assert await notices() == 3
