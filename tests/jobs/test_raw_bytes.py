"""What was forgotten is not in the bytes of the database's files either."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from jobs import scrubbing
from jobs.copies import remove_copies
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from storage.sqlite import SqliteStore
from storage.store import Store
from storage.tables import transcript
from tests.clock import FakeClock
from tests.jobs.cases import files_report, officer, resolves
from tests.jobs.chats import chat_of, web_person
from tests.jobs.test_forgetting import forget

WORDS = '河水发黑发臭，三天了'


@pytest.fixture
def store(sqlite_store: SqliteStore) -> Store:
    """PostgreSQL has files of its own."""
    return sqlite_store


def in_files(store: Store, words: str) -> list[str]:
    """Name the files of the database whose bytes hold words."""
    assert isinstance(store, SqliteStore)
    files: list[Path] = sorted(store.path.parent.glob(f'{store.path.name}*'))
    return [path.suffix for path in files if words.encode() in path.read_bytes()]


async def has_long_past(house: JobHouse, chat: int, chapter: str) -> None:
    """Words of every length, between those of others, so that pages are split and joined again."""
    async with house.store.begin() as tx:
        for n in range(400):
            frame = {
                'conversation_id': chat,
                'at': tx.now,
                'method': 'sendMessage',
                'params': {'text': chapter * (n % 40 + 1)},
            }
            await tx.execute(insert(transcript), frame)


async def test_nothing_of_a_forgotten_chat_and_its_copies_can_be_read_from_the_files(
    house: JobHouse, clock: FakeClock
) -> None:
    person, member = await web_person(house.intake), await officer(house)
    neighbour = await web_person(house.intake, chat_id=8)
    report_id = await files_report(house, person, WORDS)
    for words, one in ((WORDS, person), ('烟囱冒黑烟', neighbour), (WORDS, person)):
        await has_long_past(house, await chat_of(house.store, one), words)
    await resolves(house, member, report_id)
    await member.taps(f'1:sc:{report_id}')
    await person.taps(f'1:ans:{report_id}:3:fixed')
    assert in_files(house.store, WORDS)
    await forget(person)
    await clear_forgotten(house)
    clock.tick(seconds=10)
    assert await remove_copies(house) == 1
    assert in_files(house.store, WORDS) == []
    assert in_files(house.store, '烟囱冒黑烟') == ['.db']


async def test_forgetting_waits_for_whoever_reads_what_was_before(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, 'PAUSES', (0.0,) * 1000)
    person = await web_person(house.intake)
    await has_long_past(house, await chat_of(house.store, person), WORDS)
    begun, scrub = asyncio.Event(), house.store.scrub

    async def watched() -> bool:
        done = await scrub()
        begun.set()
        return done

    monkeypatch.setattr(house.store, 'scrub', watched)
    async with house.store.read() as tx:
        await tx.execute(transcript.select())
        await forget(person)
        clearing = asyncio.create_task(clear_forgotten(house))
        await begun.wait()
        assert in_files(house.store, WORDS)
    await clearing
    assert in_files(house.store, WORDS) == []


async def test_a_reader_that_stays_is_not_waited_for_for_ever(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch, logged: list[Any]
) -> None:
    monkeypatch.setattr(scrubbing, 'PAUSES', (0.0,) * 3)
    person = await web_person(house.intake)
    async with house.store.read() as tx:
        await tx.execute(transcript.select())
        await forget(person)
        await clear_forgotten(house)
    assert [line['log_level'] for line in logged] == ['warning']


async def test_whoever_reads_what_was_before_keeps_it_in_the_log_until_the_next_scrubbing(house: JobHouse) -> None:
    person = await web_person(house.intake)
    async with house.store.read() as tx:
        await tx.execute(transcript.select())
        await has_long_past(house, await chat_of(house.store, person), WORDS)
        assert await house.store.scrub() is False
    assert '.db-wal' in in_files(house.store, WORDS)
    assert await house.store.scrub() is True
    assert in_files(house.store, WORDS) == ['.db']
