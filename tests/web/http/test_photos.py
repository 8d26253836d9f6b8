"""Photos: cleaned before they are kept, shown to those who may see them, refused in a sentence."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from PIL import Image
from sqlalchemy import select, update
from starlette.applications import Starlette

import civic.photos
import web.photos
from civic.photos import MOST_A_DAY
from storage.media import MediaStore
from storage.store import Store
from storage.tables import audit, conversations, doomed_files, photos
from tests.clock import FakeClock
from tests.web.http.browsers import HOST, Browser, photo
from tests.web.http.conftest import MakeBrowser, MakeOfficer
from web import bodies

TASHAN, BEIHAI = '330602001', '330602002'


async def rows(store: Store, statement: Any) -> list[Any]:
    async with store.read() as tx:
        return list((await tx.execute(statement)).all())


async def stored(media: MediaStore) -> list[str]:
    return [key async for key, _written in media.entries()]


def with_place() -> bytes:
    """A JPEG that says where and with which phone it was taken."""
    exif = Image.Exif()
    exif[0x010F] = 'PhoneMaker'
    exif.get_ifd(0x8825).update({1: 'N', 2: (30.0, 3.0, 0.0), 3: 'E', 4: (120.0, 30.0, 0.0)})
    file = io.BytesIO()
    Image.new('RGB', (2400, 1200), 'teal').save(file, 'JPEG', exif=exif)
    return file.getvalue()


async def test_a_photo_is_cleaned_kept_and_shown_to_its_sender(
    browser_page: Browser, store: Store, media: MediaStore, clock: FakeClock
) -> None:
    sent = with_place()
    answer = (await browser_page.uploads(sent)).json()
    assert answer['ok'] is True
    assert (answer['result']['width'], answer['result']['height']) == (1600, 800)
    path = f'/chat/photos/{answer["result"]["key"]}'
    shown, small = await browser_page.client.get(path), await browser_page.client.get(f'{path}?size=small')
    assert b'PhoneMaker' in sent
    assert b'Exif' not in shown.content + small.content
    assert Image.open(io.BytesIO(small.content)).size == (480, 240)
    assert shown.headers['content-type'] == 'image/jpeg'
    assert shown.headers['x-content-type-options'] == 'nosniff'
    assert shown.headers['cache-control'].startswith('private')
    kept = (await rows(store, select(photos)))[0]
    assert await media.get(kept.original_key) == sent
    assert kept.original_until == clock.now + timedelta(days=180)
    assert (round(kept.exif_lat, 2), round(kept.exif_lon, 2)) == (30.05, 120.5)
    assert await rows(store, select(doomed_files)) == []


async def test_a_photo_may_be_the_first_thing_somebody_sends(browser_page: Browser, store: Store) -> None:
    await browser_page.shows(photo())
    texts = [f['params']['text'] for f in await browser_page.frames() if f['method'] == 'sendMessage']
    assert texts[0].startswith('您好')
    assert '在哪里' in texts[-1]
    assert len(await rows(store, select(conversations.c.id))) == 1


async def test_two_photos_at_once_open_one_chat(browser_page: Browser, store: Store) -> None:
    answers = await asyncio.gather(*(browser_page.uploads(photo(colour)) for colour in ('red', 'blue')))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await rows(store, select(conversations.c.id))) == 1


async def test_somebody_elses_photo_looks_like_none_at_all(make_browser: MakeBrowser) -> None:
    one, other, nobody = make_browser(), make_browser(), make_browser()
    await one.open()
    await other.open()
    key = await one.files_a_report(TASHAN)
    await other.says('/help')
    there, missing = await other.client.get(f'/chat/photos/{key}'), await other.client.get('/chat/photos/none')
    assert (there.status_code, there.json()) == (404, missing.json())
    assert (await nobody.client.get(f'/chat/photos/{key}')).status_code == 404
    assert (await one.client.get(f'/chat/photos/{key}')).status_code == 200


async def test_staff_see_the_photos_of_their_own_subtree_only(
    browser_page: Browser, make_officer: MakeOfficer
) -> None:
    key = await browser_page.files_a_report(TASHAN)
    allowed = [('grid', TASHAN), ('viewer', '330602'), ('supervisor', '3306')]
    refused = [('grid', BEIHAI), ('admin', '330681')]
    for officers, status in ((allowed, 200), (refused, 404)):
        for role, unit in officers:
            officer = await make_officer(role, unit)
            assert (await officer.client.get(f'/chat/photos/{key}')).status_code == status, (role, unit)


async def test_each_photo_that_a_member_of_the_staff_looks_at_is_noted_once_a_day(
    browser_page: Browser, make_officer: MakeOfficer, store: Store, clock: FakeClock
) -> None:
    key = await browser_page.files_a_report(TASHAN)
    officer, other = await make_officer('grid', TASHAN), await make_officer('viewer', '330602')
    stranger = await make_officer('grid', BEIHAI)
    looks = select(audit.c.staff_id).where(audit.c.verb == 'see').order_by(audit.c.id)
    for who in (browser_page, officer, officer, other, stranger):
        for size in ('', '?size=small'):
            await who.client.get(f'/chat/photos/{key}{size}')
    assert [row.staff_id for row in await rows(store, looks)] == [1, 2]
    clock.tick(days=1, minutes=1)
    await officer.client.get(f'/chat/photos/{key}')
    assert [row.staff_id for row in await rows(store, looks)] == [1, 2, 1]


async def test_a_photo_of_a_draft_is_not_for_staff(browser_page: Browser, make_officer: MakeOfficer) -> None:
    key = await browser_page.shows(photo())
    officer = await make_officer('admin', '3306')
    assert (await officer.client.get(f'/chat/photos/{key}')).status_code == 404


BAD = [
    (b'GIF89a' + bytes(100), 'image/gif', 415, 'We cannot take this kind of picture', '请发 JPEG'),
    (b'just words', 'image/jpeg', 415, 'This is not a photo', '不是照片'),
    (b'', 'image/jpeg', 415, 'This is not a photo', '不是照片'),
    (photo()[:200], 'image/jpeg', 422, 'This photo is broken', '打不开'),
]


@pytest.mark.parametrize(('data', 'kind', 'status', 'english', 'chinese'), BAD)
async def test_a_bad_photo_is_refused_in_a_sentence_and_leaves_nothing(
    make_browser: MakeBrowser,
    media: MediaStore,
    store: Store,
    data: bytes,
    kind: str,
    status: int,
    english: str,
    chinese: str,
) -> None:
    for language, words in (('en-US', english), ('zh-CN', chinese)):
        browser = make_browser(language)
        await browser.open()
        answer = await browser.uploads(data, kind)
        assert answer.status_code == status
        assert words in answer.json()['description']
    assert await stored(media) == []
    assert await rows(store, select(conversations.c.id)) == []


async def test_a_photo_over_20_mb_is_refused_before_it_is_read(browser_page: Browser) -> None:
    read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield bytes(1_000_000)

    headers = {'Content-Type': 'image/jpeg', 'Origin': HOST}
    unsaid = await browser_page.client.post('/chat/photos', content=pieces(), headers=headers)
    assert read < 30
    read = 0
    said = await browser_page.client.post(
        '/chat/photos', content=pieces(), headers={**headers, 'Content-Length': '100000000'}
    )
    assert read == 0
    for answer in (unsaid, said):
        assert answer.status_code == 413
        assert '20 MB' in answer.json()['description']


async def test_a_photo_that_comes_too_slowly_is_given_up(
    browser_page: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, 'PIECE_WITHIN', 0.01)

    async def pieces() -> AsyncIterator[bytes]:
        yield b'begin'
        await asyncio.Event().wait()

    headers = {'Content-Type': 'image/jpeg', 'Origin': HOST}
    answer = await browser_page.client.post('/chat/photos', content=pieces(), headers=headers)
    assert answer.status_code == 408
    assert '再发一次' in answer.json()['description']


async def test_a_photo_that_drips_is_given_up_however_steadily(
    browser_page: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, 'BEGIN_WITHIN', 0.01)
    monkeypatch.setattr(bodies, 'LEAST_RATE', 10**9)

    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b'x'
            await asyncio.sleep(0)

    headers = {'Content-Type': 'image/jpeg', 'Origin': HOST}
    answer = await browser_page.client.post('/chat/photos', content=pieces(), headers=headers)
    assert answer.status_code == 408


def test_a_body_may_be_slow_but_not_slower_than_the_least_rate() -> None:
    for now, credit, until in (
        (0, 0, 10),  # the first piece
        (5, 10, 20),  # faster than needed: the credit may be used
        (100, 400, 160),  # much faster: still no longer than a minute of silence
        (290, 2000, 300),  # and all in five minutes
    ):
        assert bodies._next_within(0, now, credit) == until


@pytest.mark.parametrize(('size', 'credit'), [(1_000_000, 0.2), (20_000_000, 0.015)])
async def test_a_trickle_does_not_hold_the_room_of_a_large_photo(
    browser_page: Browser, monkeypatch: pytest.MonkeyPatch, size: int, credit: float
) -> None:
    """1 kB is a fifth of a second's worth of a small photo, and next to nothing of one of 20 MB."""
    monkeypatch.setattr(bodies, 'BEGIN_WITHIN', 0.01)
    seen: list[float] = []
    within = bodies._next_within
    monkeypatch.setattr(bodies, '_next_within', lambda *times: seen.append(times[2]) or within(*times))

    async def pieces() -> AsyncIterator[bytes]:
        yield bytes(1000)
        await asyncio.Event().wait()

    headers = {'Content-Type': 'image/jpeg', 'Origin': HOST, 'Content-Length': str(size)}
    answer = await browser_page.client.post('/chat/photos', content=pieces(), headers=headers)
    assert answer.status_code == 408
    assert seen == [pytest.approx(credit)]


async def test_slow_uploads_of_one_chat_do_not_stop_the_others(
    browser_page: Browser, make_browser: MakeBrowser
) -> None:
    begun, may_end = asyncio.Semaphore(0), asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b'begin'
        begun.release()
        await may_end.wait()

    headers = {'Content-Type': 'image/jpeg', 'Origin': HOST, 'Content-Length': str(20_000_000)}
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(browser_page.client.post('/chat/photos', content=pieces(), headers=headers))
            await begun.acquire()
        third = await browser_page.client.post('/chat/photos', content=pieces(), headers=headers)
        assert (third.status_code, third.json()['parameters']) == (429, {'retry_after': 5})
        assert '传完' in third.json()['description']
        other = make_browser(client='10.8.8.8')
        await other.open()
        assert (await other.uploads(photo())).status_code == 200
        may_end.set()


async def test_a_page_that_goes_in_the_middle_of_a_photo_leaves_nothing(
    browser_page: Browser, app: Starlette, media: MediaStore, store: Store
) -> None:
    sent: list[str] = []
    parts = iter(({'type': 'http.request', 'body': b'begin', 'more_body': True}, {'type': 'http.disconnect'}))

    async def receive() -> Any:
        return next(parts)

    async def send(message: Any) -> None:
        sent.append(message['type'])

    headers = {'content-type': 'image/jpeg', 'cookie': f'lvbi_chat={browser_page.cookie()}', 'host': 'chat.test'}
    scope = {
        'type': 'http',
        'method': 'POST',
        'path': '/chat/photos',
        'query_string': b'',
        'headers': [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    with structlog.testing.capture_logs() as lines:
        await app(scope, receive, send)
    assert lines == []
    assert await stored(media) == []
    assert await rows(store, select(conversations.c.id)) == []


async def test_only_pictures_from_our_own_page_are_taken(browser_page: Browser, make_browser: MakeBrowser) -> None:
    assert (await browser_page.uploads(photo(), 'application/json')).status_code == 415
    assert (await browser_page.uploads(photo(), Origin='https://evil.example')).status_code == 403
    assert (await make_browser().uploads(photo())).status_code == 401


async def sent_today(store: Store, count: int, clock: FakeClock) -> None:
    """Let the only chat have sent so many photos already."""
    chat = (await rows(store, select(conversations.c.id)))[0].id
    async with store.begin() as tx:
        sent = {'day_since': clock.now, 'day_photos': count}
        await tx.execute(update(conversations).where(conversations.c.id == chat).values(**sent))


async def test_there_is_a_most_a_day_and_tomorrow_it_goes_on(
    browser_page: Browser, store: Store, clock: FakeClock
) -> None:
    await browser_page.says('/help')
    await sent_today(store, MOST_A_DAY, clock)
    answer = await browser_page.uploads(photo())
    assert answer.status_code == 429
    assert answer.json()['parameters']['retry_after'] == int(answer.headers['retry-after'])
    assert '明天' in answer.json()['description']
    clock.tick(hours=25)
    assert (await browser_page.uploads(photo())).status_code == 200


async def test_a_photo_whose_row_cannot_be_written_leaves_no_files(
    browser_page: Browser, store: Store, media: MediaStore, clock: FakeClock
) -> None:
    """Two photos at once where one more is allowed: both pass the first look, one is refused at its row."""
    await browser_page.says('/help')
    await sent_today(store, MOST_A_DAY - 1, clock)
    answers = await asyncio.gather(*(browser_page.uploads(photo(colour)) for colour in ('red', 'blue')))
    assert sorted(answer.status_code for answer in answers) == [200, 429]
    assert (await rows(store, select(conversations.c.day_photos)))[0][0] == MOST_A_DAY
    doomed = await rows(store, select(doomed_files))
    kept = await rows(store, select(photos.c.original_key).where(photos.c.original_key.is_not(None)))
    assert len(doomed) == 3
    assert all(row.since <= clock.now for row in doomed)
    assert kept[0].original_key not in {row.media_key for row in doomed}
    assert len(await stored(media)) == 6


async def test_photos_that_are_none_count_too(
    browser_page: Browser, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(civic.photos, 'MOST_A_DAY', 3)
    for data, status in ((photo(), 200), (b'none', 415), (b'none', 415), (photo(), 429), (b'none', 429)):
        assert (await browser_page.uploads(data)).status_code == status
    clock.tick(hours=25)
    assert (await browser_page.uploads(photo())).status_code == 200


async def test_one_address_sends_only_so_many_photos_that_are_none(
    make_browser: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.photos, 'MOST_REFUSED', 2)
    statuses = []
    for client in ('10.7.7.7', '10.7.7.7', '10.7.7.7', '10.6.6.6'):
        browser = make_browser(client=client)
        await browser.open()
        statuses.append((await browser.uploads(b'none')).status_code)
    assert statuses == [415, 415, 429, 415]
