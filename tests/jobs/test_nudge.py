"""Whoever left a draft is asked about it once, by day, and not when it was filed meanwhile."""

from datetime import timedelta

from jobs.deliver import deliver_due
from jobs.house import JobHouse
from jobs.nudge import nudge
from storage.store import Store
from tests.clock import NOON, FakeClock
from tests.jobs.chats import notice
from tests.people import Person, WireChannel

NUDGE = '写到一半'


async def begun(house: JobHouse, wire: WireChannel, chat_id: int = 7) -> Person:
    """Somebody who began a report and left."""
    person = Person(house.intake, wire, chat_id=chat_id)
    await person.shows('a', caption='河里全是黑水，臭了三天')
    await person.is_at(30.0, 120.58)
    return person


async def test_a_draft_left_for_two_hours_is_asked_about_once(
    house: JobHouse, wire: WireChannel, clock: FakeClock
) -> None:
    person = await begun(house, wire)
    clock.tick(hours=2)
    assert await nudge(house) == 0
    clock.tick(seconds=1)
    assert await nudge(house) == 1
    await deliver_due(house)
    assert NUDGE in person.words
    assert '核对' in await _go_on(person)
    clock.tick(hours=20)
    assert await nudge(house) == 0


async def _go_on(person: Person) -> str:
    await person.taps('1:resume')
    await person.taps('1:cat:black_water')
    return await person.taps('1:str:330602001')


async def test_at_night_nobody_is_nudged_and_in_the_morning_they_are(
    house: JobHouse, wire: WireChannel, clock: FakeClock
) -> None:
    await begun(house, wire)
    for hour, nudged in ((21, 0), (23, 0), (24 + 7, 0), (24 + 8, 1)):
        clock.now = NOON + timedelta(hours=hour - 12)
        assert await nudge(house) == nudged


async def test_who_files_before_the_nudge_is_said_does_not_get_it(
    house: JobHouse, wire: WireChannel, store: Store, clock: FakeClock
) -> None:
    person = await begun(house, wire)
    clock.tick(hours=3)
    await nudge(house)
    await _go_on(person)
    await person.taps('1:file')
    await deliver_due(house)
    assert NUDGE not in person.all_words
    assert (await notice(store)).state == 'cancelled'


async def test_a_second_draft_gets_a_nudge_of_its_own(house: JobHouse, wire: WireChannel, clock: FakeClock) -> None:
    person = await begun(house, wire)
    clock.tick(hours=3)
    assert await nudge(house) == 1
    await person.says('/cancel')
    await person.is_at(30.0, 120.58)
    clock.tick(hours=3)
    assert await nudge(house) == 1


async def test_a_nudge_that_comes_too_late_is_not_said(
    house: JobHouse, wire: WireChannel, store: Store, clock: FakeClock
) -> None:
    person = await begun(house, wire)
    clock.tick(hours=3)
    await nudge(house)
    clock.tick(hours=24, seconds=1)
    await deliver_due(house)
    assert NUDGE not in person.all_words
    assert (await notice(store)).state == 'expired'
