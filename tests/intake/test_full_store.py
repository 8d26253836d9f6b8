"""A full SQLite ends the whole group of turns: whoever was in it is told nothing, and heard once there is room."""

import asyncio

import pytest
from sqlalchemy import func, select

from bot.handlers import make_answering
from bot.intake import Intake
from civic.city import City
from storage.sqlite import SqliteStore
from storage.sqlite import store as group
from storage.store import StoreDown
from storage.tables import inbox
from tests.people import Person, WireChannel


def give_room(store: SqliteStore, pages: int) -> None:
    """Let the file grow by so many pages at most, as a disk does that is nearly full."""
    [(now,)] = store._raw().execute('PRAGMA page_count')
    store._raw().execute(f'PRAGMA max_page_count = {now + pages}')


async def test_who_finds_no_room_is_told_nothing_and_is_heard_once_when_there_is_some(
    sqlite_store: SqliteStore, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, 'GROUP_SECONDS', 60)  # a busy machine must not split the group
    intake, wire = Intake(sqlite_store, city, make_answering()), WireChannel()
    people = [Person(intake, wire, chat_id=number) for number in range(10, 30)]
    heard = [person.message(text='工地半夜打桩，' * 100) for person in people]
    give_room(sqlite_store, 3)
    first = await asyncio.gather(
        *(person.send(one) for person, one in zip(people, heard, strict=True)), return_exceptions=True
    )
    refused = {person.chat_id for person, came in zip(people, first, strict=True) if isinstance(came, StoreDown)}
    assert len(refused) > 1
    assert refused == {person.chat_id for person in people if not person.told}
    give_room(sqlite_store, 10_000)
    await asyncio.gather(*(person.send(one) for person, one in zip(people, heard, strict=True)))
    assert all(len(person.told) == len(people[0].told) > 0 for person in people)
    async with sqlite_store.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(inbox))).scalar_one() == len(people)
