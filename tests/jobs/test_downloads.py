"""Files that people sent over a platform are fetched, checked and kept, whatever happens in between."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.intake.files import NeverFetched, NotFetched
from civic.photos import MOST_A_DAY, Target, count
from jobs.deliver import deliver_due
from jobs.doomed import delete_doomed
from jobs.downloads import fetch_next
from jobs.files_check import compare
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from storage import downloads
from storage.media import MediaUnreachable
from storage.tables import photos
from tests.clock import FakeClock
from tests.jobs.abroad import Abroad
from tests.jobs.cases import lying
from tests.jobs.chats import rows
from tests.jobs.test_timetable import running
from tests.people import Person, WireChannel
from tests.storage.photos import drawing, jpeg, png

Another = Callable[[], JobHouse]


@pytest.fixture
def person(house: JobHouse, wire: WireChannel) -> Person:
    """Somebody on the platform that keeps his files."""
    return Person(house.intake, wire, language='en')


async def all_photos(house: JobHouse) -> list[Any]:
    return await rows(house.store, select(photos).order_by(photos.c.position, photos.c.id))


async def fetch_all(house: JobHouse) -> int:
    done = 0
    while await fetch_next(house):
        done += 1
    return done


async def hears(house: JobHouse, person: Person) -> str:
    """Let notices be delivered; gives the words that came."""
    before = len(person.told)
    while await deliver_due(house):
        pass
    return '\n'.join(call.params.get('text', '') for call in person.told[before:])


async def test_a_photo_is_fetched_made_anew_and_kept_with_its_original(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    abroad.files['a'] = jpeg()
    await person.shows('a')
    waiting = (await all_photos(house))[0]
    assert (waiting.state, waiting.kind, waiting.file_id, waiting.clean_key) == ('pending', 'photo', 'a', None)
    assert await fetch_all(house) == 1
    photo = (await all_photos(house))[0]
    assert (photo.state, photo.file_id, photo.lease_by, photo.size) == ('ready', None, None, len(abroad.files['a']))
    assert await house.media.get(photo.original_key) == abroad.files['a']
    assert b'SECRET' not in await house.media.get(photo.clean_key)
    assert photo.original_until == photo.received_at + timedelta(days=house.city.retention.original_photo_days)
    assert (await compare(house.store, house.media)).missing == []
    assert await fetch_all(house) == 0


async def test_the_preview_says_that_a_photo_is_being_checked_until_it_was(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    abroad.files |= {'a': jpeg(), 'b': png(drawing(200, 100))}
    await person.shows('a', album='A')
    await person.shows('b', album='A')
    await person.is_at(30.0, 120.58)
    await person.taps('1:cat:black_water')
    await person.taps('1:str:330602001')
    assert '2 photos are being checked' in await person.says('The river is black, for three days')
    await person.taps('1:see:others')
    assert '2 photos are being checked' in person.words
    await fetch_next(house)
    assert '1 photo is being checked' in await person.taps('1:see:staff')
    await fetch_all(house)
    assert 'being checked' not in await person.taps('1:see:others')
    assert '2 photos' in await person.taps('1:see:staff')


async def test_one_of_two_workers_fetches_a_file(
    house: JobHouse, another: Another, abroad: Abroad, person: Person
) -> None:
    abroad.files['a'] = jpeg()
    await person.shows('a')
    assert sorted(await asyncio.gather(fetch_next(house), fetch_next(another()))) == [0, 1]
    assert abroad.asked == ['a']


async def test_what_a_dead_worker_had_in_hand_is_fetched_by_another(
    house: JobHouse, another: Another, abroad: Abroad, person: Person, clock: FakeClock
) -> None:
    abroad.files['a'] = jpeg()
    await person.shows('a')
    async with house.store.begin() as tx:
        assert await downloads.claim(tx, 'dead')
    assert await fetch_next(house) == 0
    clock.tick(minutes=4)
    assert await fetch_next(another()) == 1
    assert (await all_photos(house))[0].state == 'ready'


async def test_a_worker_that_stops_gives_back_what_it_had_in_hand(
    house: JobHouse, another: Another, abroad: Abroad, person: Person
) -> None:
    abroad.files['a'] = jpeg()
    await person.shows('a')
    async with house.store.begin() as tx:
        await downloads.claim(tx, house.worker)
        await downloads.release(tx, house.worker)
    assert await fetch_next(another()) == 1


async def test_one_that_dies_between_the_files_and_their_row_leaves_neither(
    house: JobHouse,
    another: Another,
    abroad: Abroad,
    person: Person,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    abroad.files['a'] = jpeg()
    await person.shows('a')
    with monkeypatch.context() as dying:
        dying.setattr('civic.downloads.keep', _dies)
        dying.setattr('bot.intake.files._let_go', _dies)
        with pytest.raises(asyncio.CancelledError):
            await fetch_next(house)
    assert (await all_photos(house))[0].state == 'pending'
    assert len(await lying(house)) == 3
    clock.tick(minutes=61)
    assert await delete_doomed(house) == 3
    await fetch_all(another())
    assert (await all_photos(house))[0].state == 'ready'
    assert len(await lying(house)) == 3


async def _dies(*_args: Any) -> None:
    raise asyncio.CancelledError


async def test_a_file_that_resists_is_tried_for_days_then_its_sender_is_asked_once(
    house: JobHouse, abroad: Abroad, person: Person, clock: FakeClock
) -> None:
    abroad.files |= {'a': NotFetched('404'), 'b': NotFetched('slow')}
    await person.shows('a', album='A')
    await person.shows('b', album='A')
    for _day in range(3):
        await fetch_all(house)
        clock.tick(hours=25)
    assert {photo.state for photo in await all_photos(house)} == {'pending'}
    await fetch_all(house)
    assert {(photo.state, photo.refusal) for photo in await all_photos(house)} == {('refused', 'gone')}
    assert await hears(house, person) == 'We could not fetch a photo that you sent. Please send it once more.'


async def test_the_waits_grow_and_a_platform_that_says_how_long_is_heeded(
    house: JobHouse, abroad: Abroad, person: Person, clock: FakeClock
) -> None:
    abroad.files['a'] = NotFetched('slow')
    await person.shows('a')
    await fetch_all(house)
    first = (await all_photos(house))[0].due_at - clock.now
    assert timedelta(seconds=1) <= first <= timedelta(seconds=3)
    clock.tick(seconds=4)
    await fetch_all(house)
    assert timedelta(seconds=2) <= (await all_photos(house))[0].due_at - clock.now <= timedelta(seconds=6)
    abroad.files['a'] = NotFetched('halted', 100.0)
    clock.tick(seconds=7)
    await fetch_all(house)
    assert (await all_photos(house))[0].due_at - clock.now == timedelta(seconds=100)


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        (NeverFetched('too_big'), 'Please send it as a photo, not as a file'),
        (NeverFetched('gone'), 'Please send it once more'),
        (b'%PDF-1.7 no picture', 'Please send JPEG, PNG, WebP or HEIC'),
        (jpeg()[:2000], 'This photo is broken'),
        (b'', 'This is not a photo'),
    ],
)
async def test_a_photo_that_cannot_be_kept_is_told_and_counts_no_more(
    house: JobHouse, abroad: Abroad, person: Person, content: Any, words: str
) -> None:
    abroad.files['a'] = content
    await person.shows('a')
    await person.is_at(30.0, 120.58)
    await fetch_all(house)
    assert words in await hears(house, person)
    photo = (await all_photos(house))[0]
    assert photo.state == 'refused'
    assert await lying(house) == []
    async with house.store.begin() as tx:
        assert await count(tx, Target(photo.draft, 'evidence')) == 0
    await person.taps('1:cat:black_water')
    assert 'at least one photo' in await person.taps('1:str:330602001')


async def test_a_full_media_store_loses_nothing(
    house: JobHouse, abroad: Abroad, person: Person, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_args: Any) -> None:
        raise MediaUnreachable('The media store cannot be written: No space left on device.')

    abroad.files['a'] = jpeg()
    await person.shows('a')
    with monkeypatch.context() as disk:
        disk.setattr(house.media, 'put', full)
        await fetch_all(house)
    assert (await all_photos(house))[0].state == 'pending'
    clock.tick(seconds=10)
    await delete_doomed(house)
    await fetch_all(house)
    assert (await all_photos(house))[0].state == 'ready'
    assert len(await lying(house)) == 3


async def test_a_file_forgotten_while_it_came_is_not_kept(house: JobHouse, abroad: Abroad, person: Person) -> None:
    async def forget() -> None:
        for data in ('1:forget:sure', '1:forget:yes'):
            await person.taps(data)

    abroad.files['a'] = jpeg()
    abroad.meanwhile = forget
    await person.shows('a')
    await fetch_all(house)
    await clear_forgotten(house)
    await delete_doomed(house)
    assert await all_photos(house) == []
    assert await lying(house) == []


@pytest.mark.parametrize('while_it_comes', [False, True])
async def test_what_waits_for_an_open_case_is_not_kept_once_its_sender_is_forgotten(
    house: JobHouse, abroad: Abroad, person: Person, while_it_comes: bool
) -> None:
    async def forget() -> None:
        await person.taps('1:forget:sure')
        await person.taps('1:forget:yes')

    abroad.files['a'] = jpeg()
    await person.shows('a')
    await person.is_at(30.0, 120.58)
    await person.taps('1:cat:black_water')
    await person.taps('1:str:330602001')
    await person.says('The river is black, for three days')
    await person.taps('1:file')
    if while_it_comes:
        abroad.meanwhile = forget
    else:
        await forget()
    await fetch_all(house)
    await clear_forgotten(house)
    await delete_doomed(house)
    assert await all_photos(house) == []
    assert await lying(house) == []


async def test_photos_taken_off_a_draft_are_not_fetched(house: JobHouse, abroad: Abroad, person: Person) -> None:
    abroad.files['a'] = jpeg()
    await person.shows('a')
    await person.taps('1:chg:nophoto')
    assert await fetch_all(house) == 0


async def test_an_album_in_any_order_with_repetitions_keeps_its_order_and_is_fetched_once(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    abroad.files |= {name: png(drawing(100 + 10 * n, 100)) for n, name in enumerate('abc')}
    size = {'width': 9, 'height': 9}
    sent = [
        person.message(photo=[{'file_id': name, 'file_unique_id': name, **size}], media_group_id='A')
        for name in 'abc'
    ]
    for heard in (sent[2], sent[0], sent[2], sent[1], sent[0]):
        await person.send(heard)
    assert await fetch_all(house) == 3
    assert sorted(abroad.asked) == ['a', 'b', 'c']
    assert [photo.width for photo in await all_photos(house)] == [100, 110, 120]


async def test_a_photo_is_fetched_as_soon_as_it_is_sent_and_stopping_gives_the_rest_back(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    coming, hanging = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        coming.set()
        if hanging.is_set():
            await asyncio.Event().wait()

    abroad.files |= {'a': jpeg(), 'b': png()}
    abroad.meanwhile = hang
    async with running(house):
        await asyncio.sleep(0)  # the jobs are waiting for their bells
        await person.shows('a')
        async with asyncio.timeout(2.5):
            await coming.wait()
        hanging.set()
        coming.clear()
        await person.shows('b')
        async with asyncio.timeout(2.5):
            await coming.wait()
    assert {row.lease_by for row in await all_photos(house)} == {None}
    assert [row.state for row in await all_photos(house)][1] == 'pending'


async def test_one_chat_sends_so_many_files_in_a_day_and_of_more_nothing_is_kept(
    house: JobHouse, abroad: Abroad, person: Person, clock: FakeClock
) -> None:
    for album in range(7):
        for n in range(9):
            await person.shows(f'{album}-{n}', album=f'A{album}')
        await person.says('/report')
        clock.tick(minutes=1)
    assert len(await all_photos(house)) == MOST_A_DAY
    assert 'Please go on tomorrow' in await person.shows('more')
    clock.tick(hours=24)
    await person.shows('tomorrow')
    assert len(await all_photos(house)) == MOST_A_DAY + 1


async def test_a_photo_of_a_neighbour_does_not_wait_behind_all_that_one_chat_sent(
    house: JobHouse, abroad: Abroad, person: Person, wire: WireChannel, clock: FakeClock
) -> None:
    for n in range(9):
        await person.shows(f'mine-{n}', album='A')
    neighbour = Person(house.intake, wire, chat_id=8)
    for n in range(3):
        clock.tick(seconds=1)
        await neighbour.shows(f'theirs-{n}', album='B')
    clock.tick(seconds=1)
    claimed = []
    async with house.store.begin() as tx:
        while row := await downloads.claim(tx, 'worker'):
            claimed.append(row.file_id)
    assert claimed[:4] == ['mine-0', 'theirs-0', 'mine-1', 'theirs-1']
    assert claimed[6:] == [f'mine-{n}' for n in range(3, 9)]
