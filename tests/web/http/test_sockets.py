"""Sockets over a real server: everything once, in order, and at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from storage import transcript
from storage.postgres import PostgresStore
from storage.store import Store
from storage.tables import conversations
from tests.chat_page_stub import serve
from tests.clock import FakeClock
from tests.web.http.browsers import Browser, Json
from tests.web.http.conftest import MakeBrowser
from web import sockets

HELLO = {'method': 'hello', 'params': {'locale': 'zh', 'big': False, 'cleared': 0}}


@pytest.fixture
async def address(app: Starlette) -> AsyncIterator[str]:
    async with serve(app) as served:
        yield served


@pytest.fixture
async def person(make_browser: MakeBrowser, address: str) -> Browser:
    """A browser at the real server, in which the chat was opened."""
    browser = make_browser(base=address)
    browser.client.headers['Origin'] = address
    await browser.open()
    return browser


def socket(browser: Browser, after: Any = 0, **more: Any) -> connect:
    url = f'{browser.client.base_url}/chat/ws?after={after}'.replace('http:', 'ws:').replace('//chat', '/chat')
    headers = {'Cookie': f'lvbi_chat={browser.cookie()}'} if browser.cookie() != 'None' else {}
    return connect(url, additional_headers=headers, compression=None, **more)


async def said(connection: ClientConnection, count: int) -> list[Json]:
    async with asyncio.timeout(20):
        return [json.loads(await connection.recv()) for _ in range(count)]


async def says(browser: Browser, text: str) -> None:
    browser.seq += 1
    body = {'tab': browser.tab, 'seq': browser.seq, 'message': {'text': text}}
    assert (await browser.client.post('/chat/updates', json=body)).status_code == 200


async def chat_of(store: Store) -> int:
    async with store.read() as tx:
        return int((await tx.execute(select(conversations.c.id))).scalar_one())


async def put(store: Store, count: int) -> None:
    """Write frames into the only chat."""
    chat = await chat_of(store)
    async with store.begin() as tx:
        await transcript.write(tx, chat, [('sendMessage', {'text': str(number)}) for number in range(count)])


async def test_a_socket_is_greeted_told_what_it_missed_and_then_what_comes(person: Browser) -> None:
    await says(person, '/help')
    past = await person.frames()
    async with socket(person, after=past[0]['id']) as connection:
        assert await said(connection, len(past)) == [HELLO, *past[1:]]
        await says(person, '/help')
        [heard] = await said(connection, 1)
        assert heard['method'] == 'heard'
        assert heard['id'] > past[-1]['id']


async def test_two_sockets_of_one_chat_are_told_the_same(person: Browser) -> None:
    await says(person, '/help')
    last = (await person.frames())[-1]['id']
    async with socket(person, after=last) as one, socket(person, after=last) as other:
        assert await said(one, 1) == await said(other, 1) == [HELLO]
        await says(person, '河水发黑')
        assert await said(one, 2) == await said(other, 2)


async def test_a_socket_that_was_open_before_the_first_word_is_woken_by_it(person: Browser) -> None:
    async with socket(person) as connection:
        assert await said(connection, 1) == [HELLO]
        await says(person, '/help')
        assert [frame['method'] for frame in await said(connection, 2)] == ['heard', 'sendMessage']


async def test_before_the_first_word_the_browsers_language_is_greeted(
    make_browser: MakeBrowser, address: str
) -> None:
    browser = make_browser('en-US,en', base=address)
    await browser.open()
    async with socket(browser, user_agent_header=None) as connection:
        greeted = await said(connection, 1)
    assert greeted == [HELLO]  # this socket names no language of its own
    url = f'{address}/chat/ws?after=0'.replace('http:', 'ws:')
    headers = {'Cookie': f'lvbi_chat={browser.cookie()}', 'Accept-Language': 'en-US,en'}
    async with connect(url, additional_headers=headers) as connection:
        assert (await said(connection, 1))[0]['params'] == {'locale': 'en', 'big': False, 'cleared': 0}


async def test_a_long_past_comes_whole_and_in_order(person: Browser, store: Store) -> None:
    await says(person, '/help')
    last = (await person.frames())[-1]['id']
    await put(store, 700)
    async with socket(person, after=last) as connection:
        told = (await said(connection, 701))[1:]
    assert [frame['params']['text'] for frame in told] == [str(number) for number in range(700)]


async def test_what_is_written_elsewhere_in_the_house_is_told_at_once(person: Browser, store: Store) -> None:
    await says(person, '/help')
    last = (await person.frames())[-1]['id']
    async with socket(person, after=last) as connection:
        await said(connection, 1)
        await put(store, 1)
        assert (await said(connection, 1))[0]['params'] == {'text': '0'}


@pytest.mark.parametrize('store', ['postgres'], indirect=True)
async def test_what_another_process_writes_is_told_at_once(
    person: Browser, store: PostgresStore, clock: FakeClock
) -> None:
    await says(person, '/help')
    last = (await person.frames())[-1]['id']
    elsewhere = PostgresStore(store.url, clock=clock)
    async with socket(person, after=last) as connection:
        await said(connection, 1)
        await put(elsewhere, 1)
        assert (await said(connection, 1))[0]['params'] == {'text': '0'}
    await elsewhere.close()


async def test_a_change_of_language_and_size_is_told_before_the_words_in_it(person: Browser) -> None:
    await says(person, '/help')
    last = (await person.frames())[-1]['id']
    async with socket(person, after=last) as connection:
        await said(connection, 1)
        for data, params in (
            ('1:lang:en', {'locale': 'en', 'big': False, 'cleared': 0}),
            ('1:big:1', {'locale': 'en', 'big': True, 'cleared': 0}),
        ):
            person.seq += 1
            body = {'tab': person.tab, 'seq': person.seq, 'callback_query': {'data': data, 'message_id': None}}
            await person.client.post('/chat/updates', json=body)
            hello, words = await said(connection, 2)
            assert hello == {'method': 'hello', 'params': params}
            assert words['method'] == 'sendMessage'


async def test_a_cookie_that_is_not_ours_is_told_so_and_no_more(person: Browser) -> None:
    await says(person, '/help')
    person.client.cookies.clear()
    async with socket(person) as connection:
        assert await said(connection, 1) == [{'method': 'signed_out'}]
        with pytest.raises(ConnectionClosed):
            await connection.recv()


async def test_a_chat_that_moves_away_takes_its_open_sockets_leave(
    person: Browser, make_browser: MakeBrowser, address: str
) -> None:
    person.seq += 1
    body = {'tab': person.tab, 'seq': 1, 'callback_query': {'data': '1:return', 'message_id': None}}
    await person.client.post('/chat/updates', json=body)
    frames = await person.frames()
    code = next(line for line in frames[-1]['params']['text'].split() if line.count('-') == 2)[-14:]
    async with socket(person, after=frames[-1]['id']) as connection:
        await said(connection, 1)
        other = make_browser(base=address)
        assert (await other.client.post('/chat/return', json={'code': code})).status_code == 200
        assert await said(connection, 1) == [{'method': 'signed_out'}]


@pytest.mark.parametrize('after', ['x', '-1', '1.5', '9' * 30])
async def test_a_place_in_the_past_that_is_no_number_is_refused(person: Browser, after: str) -> None:
    with pytest.raises(InvalidStatus):
        await socket(person, after=after).__aenter__()
    assert (await person.client.get(f'/chat/frames?after={after}')).status_code == 400


async def test_another_sites_page_gets_no_socket(person: Browser) -> None:
    with pytest.raises(InvalidStatus):
        await socket(person, origin='https://evil.example').__aenter__()


async def test_what_the_page_says_on_a_socket_is_not_listened_to(person: Browser) -> None:
    async with socket(person) as connection:
        await said(connection, 1)
        for _ in range(50):
            await connection.send('{"message": {"text": "x"}}')
        await says(person, '/help')
        assert (await said(connection, 1))[0]['params']['message'] == {'text': '/help'}


async def test_a_socket_is_asked_to_come_again_while_the_database_is_gone(person: Browser, gone: Store) -> None:
    async with socket(person) as connection:
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013


async def test_one_chat_has_so_many_sockets_and_the_next_is_asked_to_come_again(
    person: Browser, make_browser: MakeBrowser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, 'OF_CHAT', 2)
    other = make_browser(base=address)
    await other.open()
    async with socket(person) as first, socket(person) as second:
        await said(first, 1)
        await said(second, 1)
        await is_turned_away(person)
        async with socket(other) as connection:
            await said(connection, 1)
    async with socket(person) as connection:
        await said(connection, 1)


async def test_one_address_has_so_many_sockets(
    person: Browser, make_browser: MakeBrowser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, 'OF_ADDRESS', 1)
    other = make_browser(base=address)
    await other.open()
    async with socket(person) as connection:
        await said(connection, 1)
        await is_turned_away(other)


async def is_turned_away(browser: Browser) -> None:
    async with socket(browser) as connection:
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
