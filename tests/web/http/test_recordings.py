"""Recordings are played by staff who may have originals, in the pieces that a player asks for, and by nobody else."""

import pytest
from sqlalchemy import insert, select

from storage.media import MediaStore, new_key
from storage.store import Store
from storage.tables import audit
from storage.tables import photos as photo_rows
from tests.web.http.browsers import Browser
from tests.web.http.conftest import MakeBrowser, MakeOfficer

TASHAN, OTHER_STREET = '330602001', '330602002'
SOUND = bytes(range(256)) * 10


@pytest.fixture
async def case(browser_page: Browser, store: Store, media: MediaStore) -> str:
    """A report with a voice message; gives the recording's token."""
    await browser_page.files_a_report(TASHAN)
    key = new_key('sound')
    await media.put(key, SOUND)
    async with store.begin() as tx:
        photo = (await tx.execute(select(photo_rows))).one()
        row = {'token': 'v1', 'source': 'v1', 'conversation_id': photo.conversation_id, 'draft': photo.draft}
        row |= {
            'purpose': 'evidence',
            'kind': 'voice',
            'state': 'ready',
            'received_at': tx.now,
            'attached_at': tx.now,
        }
        await tx.execute(insert(photo_rows), row | {'original_key': key, 'size': len(SOUND), 'seconds': 3})
    return 'v1'


async def test_staff_find_and_play_it_and_that_is_written_down(
    case: str, make_officer: MakeOfficer, store: Store
) -> None:
    officer = await make_officer('grid', TASHAN)
    assert '1 段录音或视频' in await officer.taps('1:sc:1')
    await officer.taps('1:orig:1')
    sent = [frame['params'] for frame in await officer.frames() if frame['method'] == 'sendVoice']
    assert sent[0]['voice']['$kept'][0] == f'{case}.original'
    answer = await officer.client.get(f'/chat/files/{case}.original')
    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer.headers['content-type'] == 'audio/ogg'
    assert answer.headers['accept-ranges'] == 'bytes'
    assert answer.headers['cache-control'] == 'private, no-store'
    async with store.read() as tx:
        verbs = [row.verb for row in (await tx.execute(select(audit.c.verb))).all()]
    assert (verbs.count('see_originals'), verbs.count('see')) == (1, 1)


async def test_a_look_that_skips_the_beginning_is_written_down_too(
    case: str, make_officer: MakeOfficer, store: Store
) -> None:
    officer = await make_officer('grid', TASHAN)
    for asked in ('bytes=1-', 'bytes=2-'):
        await officer.client.get(f'/chat/files/{case}.original', headers={'Range': asked})
    async with store.read() as tx:
        assert len((await tx.execute(select(audit).where(audit.c.verb == 'see'))).all()) == 1


@pytest.mark.parametrize(
    ('asked', 'start', 'stop'),
    [('bytes=0-99', 0, 100), ('bytes=100-', 100, 2560), ('bytes=-10', 2550, 2560), ('bytes=2500-9999', 2500, 2560)],
)
async def test_a_player_gets_the_piece_that_it_asks_for(
    case: str, make_officer: MakeOfficer, asked: str, start: int, stop: int
) -> None:
    officer = await make_officer('grid', TASHAN)
    answer = await officer.client.get(f'/chat/files/{case}.original', headers={'Range': asked})
    assert (answer.status_code, answer.content) == (206, SOUND[start:stop])
    assert answer.headers['content-range'] == f'bytes {start}-{stop - 1}/2560'


async def test_pieces_that_do_not_exist_and_odd_wishes(case: str, make_officer: MakeOfficer) -> None:
    officer = await make_officer('grid', TASHAN)
    for asked, status in (('bytes=2560-', 416), ('bytes=9-3', 416), ('bytes=0-1,5-6', 200), ('pages=1-2', 200)):
        answer = await officer.client.get(f'/chat/files/{case}.original', headers={'Range': asked})
        assert answer.status_code == status, asked


async def test_nobody_else_plays_it_not_even_its_sender(
    case: str, browser_page: Browser, make_officer: MakeOfficer, make_browser: MakeBrowser
) -> None:
    askers = [browser_page, make_browser()]
    askers += [await make_officer(*who) for who in (('viewer', '3306'), ('grid', OTHER_STREET))]
    for asker in askers:
        assert (await asker.client.get(f'/chat/files/{case}.original')).status_code == 404
        assert (await asker.client.get(f'/chat/photos/{case}')).status_code == 404


async def test_it_is_no_photo(case: str, browser_page: Browser, make_officer: MakeOfficer) -> None:
    officer = await make_officer('grid', TASHAN)
    assert (await officer.client.get(f'/chat/photos/{case}')).status_code == 404
    before = len(await browser_page.frames())
    await browser_page.taps('1:case:1')
    shown = [frame for frame in (await browser_page.frames())[before:] if frame['method'].startswith('send')]
    assert [frame['method'] for frame in shown] == ['sendPhoto', 'sendMessage']
