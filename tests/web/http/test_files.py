"""Documents of one person, and originals for staff who may have them."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from storage.media import MediaStore, new_key
from storage.store import Store
from storage.tables import audit, conversations, files
from storage.tables import photos as photo_rows
from tests.clock import FakeClock
from tests.web.http.browsers import Browser, photo
from tests.web.http.conftest import MakeBrowser, MakeOfficer

TASHAN, OTHER_STREET = '330602001', '330602002'


@pytest.fixture
async def document(browser_page: Browser, store: Store, media: MediaStore, clock: FakeClock) -> str:
    """The token of a document that was made for the person of `browser_page`, for a day."""
    await browser_page.says('/help')
    key = new_key('file')
    await media.put(key, b'PK\x03\x04 all I know')
    async with store.begin() as tx:
        chat = (await tx.execute(select(conversations.c.id))).one().id
        row = {'token': 'tok', 'conversation_id': chat, 'media_key': key, 'name': '我的 数据".zip', 'kind': 'my_data'}
        await tx.execute(insert(files), row | {'until': clock.now + timedelta(days=1)})
    return 'tok'


async def test_a_document_comes_to_its_person_as_a_file_to_save(browser_page: Browser, document: str) -> None:
    answer = await browser_page.client.get(f'/chat/files/{document}')
    assert answer.content == b'PK\x03\x04 all I know'
    assert answer.headers['content-type'] == 'application/zip'
    named = answer.headers['content-disposition']
    assert named == "attachment; filename*=UTF-8''%E6%88%91%E7%9A%84%20%E6%95%B0%E6%8D%AE%22.zip"
    assert answer.headers['cache-control'] == 'private, no-store'


async def test_a_document_is_for_nobody_else_and_lapses(
    browser_page: Browser, make_browser: MakeBrowser, document: str, clock: FakeClock
) -> None:
    other = make_browser()
    await other.open()
    await other.says('/help')
    for path in (f'/chat/files/{document}', '/chat/files/none', '/chat/files/..%2f..%2fetc'):
        assert (await other.client.get(path)).status_code == 404
    clock.tick(hours=25)
    assert (await browser_page.client.get(f'/chat/files/{document}')).status_code == 404


async def test_staff_of_the_case_may_have_the_original_and_it_is_written_down(
    browser_page: Browser, make_officer: MakeOfficer, store: Store
) -> None:
    key = await browser_page.files_a_report(TASHAN)
    officer = await make_officer('grid', TASHAN)
    answer = await officer.client.get(f'/chat/files/{key}.original')
    assert answer.status_code == 200
    assert answer.content == photo()
    assert answer.headers['content-type'] == 'image/jpeg'
    assert 'attachment' in answer.headers['content-disposition']
    async with store.read() as tx:
        line = (await tx.execute(select(audit).where(audit.c.verb == 'fetch_original'))).one()
        row = (await tx.execute(select(photo_rows))).one()
    assert (line.noun, line.subject, line.door) == ('photo', str(row.id), 'chat')
    assert list(line.facts) == ['report']


async def test_nobody_else_may_have_the_original(
    browser_page: Browser, make_officer: MakeOfficer, make_browser: MakeBrowser, store: Store
) -> None:
    key = await browser_page.files_a_report(TASHAN)
    nobody = make_browser()
    askers = [browser_page, nobody]
    askers += [await make_officer(*who) for who in (('viewer', '3306'), ('grid', OTHER_STREET), ('admin', '330681'))]
    for asker in askers:
        assert (await asker.client.get(f'/chat/files/{key}.original')).status_code == 404
    async with store.read() as tx:
        assert (await tx.execute(select(audit).where(audit.c.verb == 'fetch_original'))).first() is None


async def test_an_original_that_was_deleted_in_time_is_gone(
    browser_page: Browser, make_officer: MakeOfficer, store: Store
) -> None:
    key = await browser_page.files_a_report(TASHAN)
    officer = await make_officer('admin', '3306')
    async with store.begin() as tx:
        await tx.execute(photo_rows.update().values(original_key=None))
    assert (await officer.client.get(f'/chat/files/{key}.original')).status_code == 404
    assert (await officer.client.get(f'/chat/photos/{key}')).status_code == 200
