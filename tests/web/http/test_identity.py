"""The cookie: who is let in, for how long, and what becomes of one that is not ours."""

from dataclasses import replace

import httpx2
import pytest
from sqlalchemy import select
from starlette.requests import HTTPConnection

from storage.store import Store
from storage.tables import conversations, residents
from tests.web.http.browsers import HOST, Browser
from tests.web.http.conftest import MakeBrowser
from web.app import make_app
from web.house import WebHouse
from web.identity import Cookies, Identity


async def test_opening_the_chat_lets_a_browser_in_and_writes_nothing(make_browser: MakeBrowser, store: Store) -> None:
    browser = make_browser()
    page = await browser.open()
    assert page.status_code == 200
    flags = page.headers['set-cookie'].lower()
    assert all(flag in flags for flag in ('httponly', 'samesite=lax', 'path=/', 'max-age=31536000'))
    assert 'secure' not in flags
    async with store.read() as tx:
        assert (await tx.execute(select(conversations.c.id))).first() is None
        assert (await tx.execute(select(residents.c.id))).first() is None


async def test_the_cookie_travels_only_by_https_where_people_come_by_https(web_house: WebHouse) -> None:
    app = make_app(replace(web_house, public_url='https://lvbi.example.org'))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HOST) as client:
        assert 'secure' in (await client.get('/chat')).headers['set-cookie'].lower()


async def test_opening_the_chat_again_keeps_the_person(browser_page: Browser) -> None:
    await browser_page.says('/help')
    before = browser_page.cookie()
    again = await browser_page.open()
    assert 'lvbi_chat' in again.headers['set-cookie']
    assert browser_page.cookie() == before
    assert await browser_page.frames() != []


async def test_two_browsers_are_two_people(make_browser: MakeBrowser) -> None:
    one, other = make_browser(), make_browser()
    await one.open()
    await other.open()
    await one.says('/help')
    assert await other.frames() == []


async def test_without_a_cookie_nothing_is_heard_and_the_page_is_told(make_browser: MakeBrowser) -> None:
    answer = await make_browser().sends(message={'text': '在吗'})
    assert answer.status_code == 401
    assert '取回码' in answer.json()['description']


@pytest.mark.parametrize('forged', ['x', 'WzEsMF0.abc', 'WzEsMF0', '..', '{"chat_id":1}', '绿'.encode().hex()])
async def test_a_forged_cookie_is_not_let_in_and_the_page_gives_a_new_one(
    make_browser: MakeBrowser, forged: str
) -> None:
    browser = make_browser()
    browser.client.cookies.set('lvbi_chat', forged, domain='chat.test', path='/')
    for path in ('/chat/frames', '/chat/photos/abc', '/chat/files/abc'):
        assert (await browser.client.get(path)).status_code in (401, 404)
    assert (await browser.sends(message={'text': '在吗'})).status_code == 401
    await browser.open()
    assert browser.cookie() != forged
    assert (await browser.sends(message={'text': '在吗'})).status_code == 409  # the first number of a new chat is 1
    assert (await browser.post({'tab': browser.tab, 'seq': 1, 'message': {'text': '在吗'}})).status_code == 200


def read(cookies: Cookies, value: str) -> Identity | None:
    headers = [(b'cookie', f'lvbi_chat={value}'.encode())]
    return cookies.read(HTTPConnection({'type': 'http', 'headers': headers}))


def test_another_key_or_another_number_does_not_open_the_cookie() -> None:
    ours, theirs = Cookies(b'a' * 32, secure=True), Cookies(b'b' * 32, secure=True)
    sealed = ours.sealed(Identity(123, 4))
    assert read(ours, sealed) == Identity(123, 4)
    assert read(theirs, sealed) is None
    number, _, signature = sealed.partition('.')
    assert read(ours, f'{ours.sealed(Identity(124, 4)).partition(".")[0]}.{signature}') is None
    assert read(ours, number) is None


def test_chat_numbers_are_positive_and_have_48_bits() -> None:
    drawn = [Identity.draw() for _ in range(1000)]
    assert all(0 < one.chat_id < 2**48 and one.session == 0 for one in drawn)
    assert len({one.chat_id for one in drawn}) == 1000
