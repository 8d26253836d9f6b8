"""How much somebody may send in a day is counted in a place that being forgotten does not empty."""

import pytest
from sqlalchemy import func, select

from civic import photos as photo_verbs
from civic.refusals import Refusal
from civic.reports import filing
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from storage.tables import reports
from tests.clock import FakeClock
from tests.jobs.cases import files_report, upload
from tests.jobs.chats import WebPerson, chat_of, rows, web_person


async def is_forgotten(house: JobHouse, person: WebPerson) -> None:
    for data in ('1:forget:sure', '1:forget:yes'):
        await person.taps(data)
    await clear_forgotten(house)


async def filed(house: JobHouse) -> int:
    return int((await rows(house.store, select(func.count()).select_from(reports)))[0][0])


async def test_whoever_was_forgotten_files_no_more_reports_that_day(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setattr(filing, 'MOST_A_DAY', 2)
    person = await web_person(house.intake)
    await files_report(house, person)
    await is_forgotten(house, person)
    await files_report(house, person)
    await is_forgotten(house, person)
    await files_report(house, person)
    assert await filed(house) == 2
    clock.tick(hours=24)
    await person.taps('1:file')
    assert await filed(house) == 3


async def test_whoever_was_forgotten_sends_no_more_photos_that_day(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setattr(photo_verbs, 'MOST_A_DAY', 2)
    person = await web_person(house.intake)
    for _photo in range(2):
        await upload(house, await chat_of(house.store, person))
    await is_forgotten(house, person)
    chat = await chat_of(house.store, person)
    async with house.store.read() as tx:
        with pytest.raises(Refusal, match='too_many_photos_today'):
            await photo_verbs.check_day(tx, chat)
    with pytest.raises(Refusal, match='too_many_photos_today'):
        await upload(house, chat)
    clock.tick(hours=24)
    await upload(house, chat)
