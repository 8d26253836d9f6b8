"""Rows against files: what is missing and what is stray is found, what is on its way is not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from jobs.doomed import delete_doomed
from jobs.files_check import compare, doom_stray
from jobs.house import JobHouse
from storage import doomed
from storage.media import MediaUnreachable, new_key
from storage.tables import doomed_files, photos
from tests.clock import FakeClock
from tests.jobs.cases import lying, upload
from tests.jobs.chats import chat_of, rows, web_person


@pytest.fixture(autouse=True)
def _files_are_old(clock: FakeClock) -> None:
    """Files get the time of this machine; put the house's clock two hours after it."""
    clock.now = datetime.now(UTC) + timedelta(hours=2)


async def test_a_house_in_order_has_nothing_missing_and_nothing_stray(house: JobHouse) -> None:
    await upload(house, await chat_of(house.store, await web_person(house.intake)))
    found = await compare(house.store, house.media)
    assert (found.missing, found.stray) == ([], [])


async def test_a_row_without_its_file_is_missing(house: JobHouse) -> None:
    await upload(house, await chat_of(house.store, await web_person(house.intake)))
    [photo] = await rows(house.store, select(photos))
    await house.media.delete(photo.small_key)
    assert (await compare(house.store, house.media)).missing == [photo.small_key]


async def test_a_file_without_its_row_is_stray_after_an_hour(house: JobHouse, clock: FakeClock) -> None:
    keys = sorted(new_key(kind) for kind in ('clean', 'file'))
    for key in keys:
        await house.media.put(key, b'x')
    assert (await compare(house.store, house.media)).stray == keys
    clock.tick(hours=-1, minutes=-5)
    assert (await compare(house.store, house.media)).stray == []


async def test_a_doomed_file_is_known(house: JobHouse) -> None:
    key = new_key('clean')
    await house.media.put(key, b'x')
    async with house.store.begin() as tx:
        await doomed.doom_unless_kept(tx, [key])
    found = await compare(house.store, house.media)
    assert (found.missing, found.stray) == ([], [])


async def test_what_comes_and_goes_while_we_look_is_neither(house: JobHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await chat_of(house.store, await web_person(house.intake))
    await upload(house, chat)
    entries = house.media.entries

    async def meanwhile(prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        if prefix == 'clean':
            [old] = await rows(house.store, select(photos))
            await upload(house, chat)
            await house.media.delete(old.clean_key)
            async with house.store.begin() as tx:
                await tx.execute(delete(photos).where(photos.c.id == old.id))
        async for entry in entries(prefix):
            yield entry

    monkeypatch.setattr(house.media, 'entries', meanwhile)
    found = await compare(house.store, house.media)
    assert found.missing == []
    assert [key for key in found.stray if key.startswith('clean')] == []


async def test_a_stray_file_goes_after_a_week(house: JobHouse, clock: FakeClock) -> None:
    key = new_key('clean')
    await house.media.put(key, b'x')
    assert await doom_stray(house) == 0
    clock.tick(days=7)
    assert await doom_stray(house) == 1
    await delete_doomed(house)
    assert await lying(house) == []


async def test_doomed_files_wait_for_a_media_store_that_is_gone(house: JobHouse, tmp_path: Path) -> None:
    keys = [new_key('clean') for _number in range(3)]
    for key in keys:
        await house.media.put(key, b'x')
    async with house.store.begin() as tx:
        await doomed.doom_unless_kept(tx, keys)
        await doomed.doom_now(tx, keys)
    (tmp_path / 'media').rename(tmp_path / 'away')
    assert await delete_doomed(house) == 0
    with pytest.raises(MediaUnreachable):
        await compare(house.store, house.media)
    (tmp_path / 'away').rename(tmp_path / 'media')
    assert await delete_doomed(house) == 3
    assert await rows(house.store, select(doomed_files.c.media_key)) == []


async def test_a_doomed_file_that_is_gone_already_is_done_with(house: JobHouse) -> None:
    async with house.store.begin() as tx:
        keys = [new_key('clean'), 'no key at all']
        await doomed.doom_unless_kept(tx, keys)
        await doomed.doom_now(tx, keys)
    assert await delete_doomed(house) == 2
