"""What people send beside photos, what is asked about photos once they are here, and what staff find."""

import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import update

from civic import staff
from civic.lookalikes import also_in
from civic.people import StaffMember
from civic.reports.exports import Wanted, newest_reports
from jobs.doomed import delete_doomed
from jobs.files_check import compare
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from jobs.my_data.archive import ending_of
from jobs.my_data.orders import work_orders
from jobs.upkeep import keep_up
from storage.downloads import claimable
from storage.sqlite import SqliteStore
from storage.tables import photos
from tests.clock import FakeClock
from tests.jobs.abroad import Abroad
from tests.jobs.cases import TASHAN, files_report, lying, officer, shows
from tests.jobs.chats import chat_of, read_chat, web_person
from tests.jobs.test_downloads import all_photos, fetch_all, hears
from tests.people import Person, WireChannel
from tests.recordings import film, voice
from tests.storage.photos import PLACE, heic, jpeg, png
from tests.storage.test_queue_plans import explain

MEGABYTE = 1_000_000


@pytest.fixture
def person(house: JobHouse, wire: WireChannel) -> Person:
    """Somebody on the platform that keeps his files."""
    return Person(house.intake, wire, language='en')


async def sends(person: Person, kind: str, name: str, **facts: Any) -> str:
    """Send a file of a kind of the Bot API."""
    file = {'file_id': name, 'file_unique_id': name, **facts}
    await person.send(person.message(**{kind: file}))
    return person.words


async def speaks(person: Person, name: str, seconds: int = 3, **facts: Any) -> str:
    return await sends(person, 'voice', name, duration=seconds, mime_type='audio/ogg', **facts)


async def films(person: Person, name: str, seconds: int = 3, **facts: Any) -> str:
    return await sends(person, 'video', name, duration=seconds, width=640, height=360, **facts)


async def files(person: Person, *, place: bool = True) -> None:
    if place:
        await person.is_at(30.0, 120.58)
    await person.taps('1:cat:black_water')
    await person.taps('1:str:330602001')
    await person.says('The river is black, for three days')
    await person.taps('1:file')


async def test_voice_and_video_are_kept_as_they_came(house: JobHouse, abroad: Abroad, person: Person) -> None:
    abroad.files |= {'v': voice(5), 'f': film(7), 'n': film(2)}
    assert 'Where is it?' in await speaks(person, 'v')
    await films(person, 'f')
    await sends(person, 'video_note', 'n', duration=2, length=240)
    assert await fetch_all(house) == 3
    kept = await all_photos(house)
    assert [(row.kind, row.state, row.seconds) for row in kept] == [
        ('voice', 'ready', 5),
        ('video', 'ready', 7),
        ('video', 'ready', 2),
    ]
    assert [row.original_key.partition('/')[0] for row in kept] == ['sound', 'film', 'film']
    assert await house.media.get(kept[0].original_key) == abroad.files['v']
    found = await compare(house.store, house.media)
    assert (found.missing, found.stray) == ([], [])
    assert 'at most 3 voice messages' in await speaks(person, 'one more')


@pytest.mark.parametrize(
    ('kind', 'facts', 'words'),
    [
        ('voice', {'duration': 121}, '2 minutes'),
        ('voice', {'duration': 9, 'file_size': 21 * MEGABYTE}, 'shorter'),
        ('video', {'duration': 61, 'width': 1, 'height': 1}, '60 seconds'),
        ('document', {'mime_type': 'image/jpeg', 'file_size': 21 * MEGABYTE}, 'as a photo, not as a file'),
        ('document', {'mime_type': 'application/pdf', 'file_name': 'a.pdf'}, 'no other files'),
        ('document', {'mime_type': 'video/mp4', 'file_name': 'a.mp4'}, 'no other files'),
        ('contact', {'phone_number': '1', 'first_name': 'A'}, 'cannot read this'),
    ],
)
async def test_what_is_not_taken_is_told_at_once_and_nothing_is_kept(
    house: JobHouse, person: Person, kind: str, facts: dict[str, Any], words: str
) -> None:
    assert words in await sends(person, kind, 'x', **facts)
    assert await all_photos(house) == []


@pytest.mark.parametrize(
    ('content', 'words'), [(voice(200), 'too long'), (b'ID3 a song', 'cannot play'), (voice(0), 'broken')]
)
async def test_a_recording_that_is_not_what_was_said_is_refused(
    house: JobHouse, abroad: Abroad, person: Person, content: bytes, words: str
) -> None:
    abroad.files['v'] = content
    await speaks(person, 'v')
    await fetch_all(house)
    assert words in await hears(house, person)
    assert await lying(house) == []


async def test_staff_see_what_is_being_fetched_and_what_came_later(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    abroad.files |= {'v': voice(5), 'p': jpeg()}
    await person.shows('p')
    await speaks(person, 'v')
    await files(person)
    member = await officer(house)
    await member.taps('1:sc:1')
    assert '还有 2 个文件正在接收' in (await said_to(house, member))[-1]
    await fetch_all(house)
    await member.taps('1:sc:1')
    assert '1 段录音或视频' in (await said_to(house, member))[-1]


async def said_to(house: JobHouse, member: Any) -> list[str]:
    return await read_chat(house.store, await chat_of(house.store, member))


async def test_recordings_go_with_their_sender_and_in_time(
    house: JobHouse, abroad: Abroad, person: Person, clock: FakeClock
) -> None:
    abroad.files |= {'v': voice(5), 'f': film(5)}
    await speaks(person, 'v')
    await fetch_all(house)
    for data in ('1:forget:sure', '1:forget:yes'):
        await person.taps(data)
    await clear_forgotten(house)
    await delete_doomed(house)
    assert await lying(house) == []
    await films(person, 'f')
    await person.shows('p')
    await files(person)
    await fetch_all(house)
    assert len(await lying(house, 'film')) == 1
    clock.tick(days=house.city.retention.original_photo_days + 1)
    await keep_up(house)
    await delete_doomed(house)
    assert await lying(house, 'film') == []


@pytest.mark.parametrize('make', [jpeg, heic])
async def test_a_photo_sent_as_a_file_is_asked_about_its_place(
    house: JobHouse, abroad: Abroad, person: Person, make: Any
) -> None:
    abroad.files['d'] = make()
    await sends(person, 'document', 'd', mime_type='application/octet-stream', file_name='IMG_1.HEIC')
    await fetch_all(house)
    assert 'it was taken here (Yuecheng District)' in await hears(house, person)
    point = [call.params for call in person.told if call.method == 'sendLocation'][-1]
    assert (point['latitude'], point['longitude']) == pytest.approx(PLACE, abs=1e-5)
    assert 'What is it about?' in await person.taps('Use the place stored in the photo')


async def test_a_place_of_another_city_or_for_a_draft_that_has_one_is_not_asked_about(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    abroad.files |= {'a': jpeg(), 'b': png()}
    await sends(person, 'document', 'a', mime_type='image/jpeg')
    await person.is_at(30.0, 120.58)
    await fetch_all(house)
    assert await hears(house, person) == ''


async def test_the_question_is_not_asked_once_the_report_was_filed(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    abroad.files['a'] = jpeg()
    await sends(person, 'document', 'a', mime_type='image/jpeg')
    await fetch_all(house)
    await files(person)
    assert 'taken here' not in await hears(house, person)


async def test_a_photo_of_an_earlier_report_of_ones_own_is_asked_about_and_staff_see_it(
    house: JobHouse, abroad: Abroad, person: Person, wire: WireChannel
) -> None:
    other = Person(house.intake, wire, chat_id=8, language='en')
    abroad.files |= {'a': jpeg(), 'b': jpeg() + b'sent once more', 'c': jpeg()}
    await person.shows('a')
    await files(person)
    await other.shows('c')
    await files(other)
    await fetch_all(house)
    await hears(house, person)
    await person.shows('b')
    await fetch_all(house)
    asked = await hears(house, person)
    assert 'This photo is in your report SX26-000001' in asked
    assert 'Where is it?' in await person.taps('No, it is something else')
    member = await officer(house)
    await member.taps('1:sc:1')
    assert '有照片也出现在别的反映里：SX26-000002' in (await said_to(house, member))[-1]


async def test_ones_own_photo_that_a_chat_app_packed_anew_is_asked_about(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    abroad.files |= {'a': jpeg(), 'b': jpeg() + b'packed anew'}
    await person.shows('a')
    await files(person)
    await fetch_all(house)
    [kept] = await all_photos(house)
    async with house.store.begin() as tx:
        await tx.execute(update(photos).values(dhash=kept.dhash ^ 0b10101))
    await person.shows('b')
    await fetch_all(house)
    assert 'This photo is in your report SX26-000001' in await hears(house, person)


async def test_a_photo_of_the_result_that_comes_late_is_shown_to_the_reporter(
    house: JobHouse, abroad: Abroad, person: Person, wire: WireChannel
) -> None:
    abroad.files['p'] = jpeg()
    await person.shows('p')
    await files(person)
    await fetch_all(house)
    async with house.store.begin() as tx:
        _id, code = await staff.add_staff(tx, house.city, '王芳', 'grid', TASHAN)
    member = Person(house.intake, wire, chat_id=9)
    await member.says(code)
    await member.taps('1:do:claim:1:1')
    await member.taps('1:do:resolve:1:2')
    abroad.files['r'] = png()
    await member.shows('r')
    await member.taps('1:go')
    assert 'is resolved' in await hears(house, person)
    await fetch_all(house)
    assert 'the photos of the result of SX26-000001' in await hears(house, person)
    assert [call.params.get('caption') for call in person.told][-3:-1] == ['Before:', 'After:']
    assert 'closed' in await person.taps('✅ Fixed')


async def test_in_the_web_chat_it_is_asked_as_well(house: JobHouse) -> None:
    person = await web_person(house.intake)
    await files_report(house, person)
    await shows(house, person)
    await hears(house, person)
    assert '是同一件事吗' in (await said_to(house, person))[-1]


async def test_photos_that_look_alike_or_wait_are_looked_up(sqlite_store: SqliteStore, house: JobHouse) -> None:
    member = StaffMember(1, 'A', 'grid', '330602001', '3306/330602/330602001')
    plan = await explain(sqlite_store, also_in(house.city, member, 'd'))
    assert 'ix_photos_sha256' in plan
    assert 'ix_photos_dhash' in plan
    assert 'SCAN' not in plan
    assert 'ix_photos_pending' in await explain(sqlite_store, claimable(house.store.clock(None)))


async def test_recordings_are_in_my_data(house: JobHouse, abroad: Abroad, person: Person) -> None:
    abroad.files['v'] = voice(5)
    await speaks(person, 'v')
    await fetch_all(house)
    await person.says('/mydata')
    while await work_orders(house):
        pass
    made = [await house.media.get(key) for key in await lying(house, 'file')]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        name = next(name for name in archive.namelist() if name.endswith('.ogg'))
        assert archive.read(name) == abroad.files['v']
        assert b'"seconds": 5' in archive.read('data.json')


async def test_a_recording_is_not_counted_among_the_photos_that_are_exported(
    house: JobHouse, abroad: Abroad, person: Person
) -> None:
    abroad.files |= {'v': voice(5), 'p': jpeg()}
    await person.shows('p')
    await speaks(person, 'v')
    await files(person)
    await fetch_all(house)
    async with house.store.read() as tx:
        assert [row.photos for row in await newest_reports(tx, house.city, Wanted(), 9)] == [1]


@pytest.mark.parametrize(('content', 'ending'), [(voice(), 'ogg'), (film(), 'mp4'), (heic(), 'heic')])
def test_in_my_data_each_file_has_its_ending(tmp_path: Any, content: bytes, ending: str) -> None:
    (tmp_path / 'file').write_bytes(content)
    assert ending_of(tmp_path / 'file') == ending
