"""Updates: heard once and in order, shaped by the server, and refused in a sentence when they are not ours."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from storage.store import Store
from storage.tables import conversations, inbox
from tests.web.http.browsers import HOST, Browser, Json, photo
from tests.web.http.conftest import MakeBrowser
from web.app import make_app
from web.house import WebHouse

TEXT = {'text': '河水发黑发臭，三天了'}


async def raw_updates(store: Store) -> list[Json]:
    async with store.read() as tx:
        return [json.loads(row.raw) for row in (await tx.execute(select(inbox.c.raw).order_by(inbox.c.id))).all()]


async def test_what_is_said_is_shown_with_its_number_and_answered(browser_page: Browser) -> None:
    await browser_page.says('河水发黑发臭，三天了')
    frames = await browser_page.frames()
    assert frames[0]['method'] == 'heard'
    assert frames[0]['params'] == {'tab': 'tab00001', 'seq': 1, 'message': TEXT}
    assert frames[0]['date'] > 1_700_000_000
    assert [frame['id'] for frame in frames] == sorted(frame['id'] for frame in frames)
    assert 'sendMessage' in {frame['method'] for frame in frames}


async def test_the_same_number_twice_is_heard_once(browser_page: Browser) -> None:
    await browser_page.sends(message=TEXT)
    before = await browser_page.frames()
    again = await browser_page.post({'tab': browser_page.tab, 'seq': 1, 'message': TEXT})
    assert (again.status_code, again.json()) == (200, {'ok': True})
    assert await browser_page.frames() == before


async def test_a_number_that_skips_one_is_told_which_is_expected(browser_page: Browser) -> None:
    for text in ('一', '二'):
        await browser_page.sends(message={'text': text})
    for ahead in (4, 99):
        answer = await browser_page.post({'tab': browser_page.tab, 'seq': ahead, 'message': TEXT})
        assert answer.status_code == 409
        assert answer.json()['parameters'] == {'expected': 3}
    assert (await browser_page.post({'tab': browser_page.tab, 'seq': 3, 'message': TEXT})).status_code == 200


async def test_a_tab_that_was_open_when_the_chat_was_forgotten_elsewhere_is_told_its_own_number(
    browser_page: Browser,
) -> None:
    for text in ('一', '二', '三'):
        await browser_page.sends(message={'text': text})
    for seq, data in ((1, '1:forget:sure'), (2, '1:forget:yes')):
        tap = {'data': data, 'message_id': None}
        assert (await browser_page.post({'tab': 'other_tab', 'seq': seq, 'callback_query': tap})).status_code == 200
    assert (await browser_page.client.get('/chat/frames?after=0')).json()['result'][-1]['method'] != 'heard'
    answer = await browser_page.post({'tab': browser_page.tab, 'seq': 5, 'message': TEXT})
    assert answer.json()['parameters'] == {'expected': 4}


async def test_the_number_of_a_tab_is_counted_beyond_nine(browser_page: Browser) -> None:
    for _ in range(11):
        await browser_page.sends(message={'text': '一'})
    answer = await browser_page.post({'tab': browser_page.tab, 'seq': 99, 'message': TEXT})
    assert answer.json()['parameters'] == {'expected': 12}


async def test_a_new_tab_begins_with_one(browser_page: Browser) -> None:
    await browser_page.says('/help')
    answer = await browser_page.post({'tab': 'other_tab', 'seq': 7, 'message': TEXT})
    assert answer.json()['parameters'] == {'expected': 1}
    assert (await browser_page.post({'tab': 'other_tab', 'seq': 1, 'message': TEXT})).status_code == 200


async def test_tabs_of_one_name_in_two_chats_do_not_stand_in_each_others_way(make_browser: MakeBrowser) -> None:
    one, other = make_browser(), make_browser()
    for browser in (one, other):
        await browser.open()
        assert '12345' in await browser.says('/help')


async def test_who_where_and_when_come_from_the_server(
    browser_page: Browser, store: Store, web_house: WebHouse
) -> None:
    await browser_page.sends(message=TEXT, language_code='zh-CN')
    await browser_page.sends(callback_query={'data': '1:lang:en', 'message_id': 2})
    async with store.read() as tx:
        chat = (await tx.execute(select(conversations))).one()
    said, tapped = await raw_updates(store)
    assert said['message']['from']['id'] == said['message']['chat']['id'] == chat.chat_id
    assert said['message']['date'] == int(web_house.store.clock(None).timestamp())
    query = tapped['callback_query']
    assert (query['from']['id'], query['message']['chat']['id']) == (chat.chat_id, chat.chat_id)
    assert (query['message']['message_id'], query['id']) == (2, 'tab00001:2')


FORGED: list[Json] = [
    {'message': {**TEXT, 'from': {'id': 1}}},
    {'message': {**TEXT, 'chat': {'id': 1, 'type': 'private'}}},
    {'message': {**TEXT, 'date': 1}},
    {'message': TEXT, 'chat_id': 1},
    {'message': {'photo': {'key': 'abc', 'file_id': 'x'}}},
    {'callback_query': {'data': '1:file', 'message_id': 1, 'from': {'id': 1}}},
    {'edited_message': TEXT},
]
MISSHAPEN: list[Any] = [
    {},
    [],
    'text',
    {'message': TEXT, 'callback_query': {'data': '1:file'}},
    {'message': {}},
    {'message': {**TEXT, 'photo': {'key': 'abc'}}},
    {'message': {**TEXT, 'caption': 'x'}},
    {'message': {'text': ''}},
    {'message': {'text': ' \n\x00 '}},
    {'message': {'text': 5}},
    {'message': {'photo': {'key': '../../etc'}}},
    {'message': {'location': {'latitude': 30.0}}},
    {'message': {'location': {'latitude': '30', 'longitude': 120.5}}},
    {'message': TEXT, 'seq': 0},
    {'message': TEXT, 'seq': True},
    {'message': TEXT, 'seq': 2**31},
    {'message': TEXT, 'tab': 'short'},
    {'message': TEXT, 'tab': 'with space'},
    {'message': TEXT, 'language_code': 'zh\x00'},
    {'callback_query': {'data': '绿' * 22}},
    {'callback_query': {'data': ''}},
    {'callback_query': {'data': '1:file', 'message_id': -1}},
]


@pytest.mark.parametrize('body', [*FORGED, *MISSHAPEN])
async def test_what_does_not_have_the_shape_is_refused_and_not_heard(
    browser_page: Browser, store: Store, body: Any
) -> None:
    whole = {'tab': browser_page.tab, 'seq': 1, **body} if isinstance(body, dict) else body
    answer = await browser_page.post(whole)
    assert answer.status_code == 400
    assert answer.json()['description'] == '没有看懂发来的内容。请刷新页面，再发一次。'
    assert await raw_updates(store) == []


@pytest.mark.parametrize(
    'body',
    [
        b'',
        b'{',
        b'\xff\xfe',
        b'{"tab":"tab00001","seq":1,"message":{"location":{"latitude":NaN,"longitude":120.5}}}',
        b'{"tab":"tab00001","seq":1,"message":{"location":{"latitude":1e400,"longitude":120.5}}}',
        b'{"tab":"tab00001","seq":1,"message":{"text":"\\ud800"}}',
        b'[' * 60_000,
    ],
)
async def test_broken_json_is_refused(browser_page: Browser, body: bytes) -> None:
    assert (await browser_page.post(body)).status_code == 400


async def test_the_sentence_is_in_the_persons_language_not_the_browsers(browser_page: Browser) -> None:
    await browser_page.taps('1:lang:en')
    answer = await browser_page.post({})
    assert answer.json()['description'] == 'This could not be read. Please reload the page and send it again.'


async def test_before_the_first_word_the_browsers_language_counts(make_browser: MakeBrowser) -> None:
    browser = make_browser('en-GB,en;q=0.9')
    await browser.open()
    assert 'Please' in (await browser.post({})).json()['description']


async def test_a_text_may_have_4096_characters_and_no_more(browser_page: Browser) -> None:
    await browser_page.sends(message={'text': '绿' * 4096})
    answer = await browser_page.post({'tab': browser_page.tab, 'seq': 2, 'message': {'text': '绿' * 4097}})
    assert answer.status_code == 400
    assert answer.json()['description'] == '太长了：最多 4096 个字。请分几次发。'
    assert len(await browser_page.frames()) > 0


async def test_control_characters_are_taken_out_and_line_ends_kept(browser_page: Browser) -> None:
    await browser_page.sends(message={'text': '河水\x00发黑\r\n臭\x1b了\t三天'})
    heard = (await browser_page.frames())[0]
    assert heard['params']['message']['text'] == '河水发黑\n臭了\t三天'


async def test_an_impossible_point_is_answered_in_the_conversation(browser_page: Browser) -> None:
    answer = await browser_page.sends(message={'location': {'latitude': 123.0, 'longitude': 120.5}})
    assert answer.status_code == 200
    assert '坐标不对' in await browser_page.words()


async def test_a_photo_of_somebody_else_cannot_be_sent(make_browser: MakeBrowser) -> None:
    one, other = make_browser(), make_browser(tab='tab00002')
    await one.open()
    await other.open()
    key = (await one.uploads(photo())).json()['result']['key']
    await other.sends(message={'photo': {'key': key}})
    assert '请再发一次' in await other.words()


async def test_only_json_is_taken(browser_page: Browser) -> None:
    for kind in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''):
        answer = await browser_page.post({}, **{'Content-Type': kind})
        assert answer.status_code == 415
    body = {'tab': browser_page.tab, 'seq': 1, 'message': TEXT}
    assert (await browser_page.post(body, **{'Content-Type': 'application/json; charset=utf-8'})).status_code == 200


ELSEWHERE = [
    'https://evil.example',
    'null',
    'http://chat.test.evil.example',
    'http://[::1',
    f'http://evil@{HOST[7:]}',
]


@pytest.mark.parametrize('origin', ELSEWHERE)
async def test_another_sites_page_cannot_speak_for_somebody(browser_page: Browser, origin: str) -> None:
    answer = await browser_page.post({'tab': browser_page.tab, 'seq': 1, 'message': TEXT}, Origin=origin)
    assert answer.status_code == 403
    assert '网址' in answer.json()['description']


async def test_a_browser_that_names_no_origin_says_where_it_comes_from_otherwise(browser_page: Browser) -> None:
    sent = {'content': json.dumps({'tab': 'tab00001', 'seq': 1, 'message': TEXT})}
    for site, status in (('cross-site', 403), ('same-site', 403), ('same-origin', 200)):
        headers = {'Content-Type': 'application/json', 'Sec-Fetch-Site': site}
        answer = await browser_page.client.post('/chat/updates', headers=headers, **sent)
        assert answer.status_code == status


@pytest.mark.parametrize('public_url', ['https://lvbi.example.org', 'https://Lvbi.example.org:443'])
async def test_the_public_address_is_the_only_origin_when_there_is_one(web_house: WebHouse, public_url: str) -> None:
    app = make_app(replace(web_house, public_url=public_url))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url='https://10.0.0.9') as client:
        browser = Browser(client)
        await browser.open()
        body = {'tab': browser.tab, 'seq': 1, 'message': TEXT}
        for origin in ('http://lvbi.example.org', 'https://10.0.0.9', 'https://lvbi.example.org:8443'):
            assert (await browser.post(body, Origin=origin)).status_code == 403
        assert (await browser.post(body, Origin='https://lvbi.example.org')).status_code == 200


async def test_more_than_64_kib_is_refused_without_being_read(browser_page: Browser) -> None:
    read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b' ' * 1024

    headers = {'Content-Type': 'application/json', 'Origin': HOST}
    answer = await browser_page.client.post('/chat/updates', content=pieces(), headers=headers)
    assert answer.status_code == 413
    assert answer.json()['description'] == '一次发得太多了，请分几次发。'
    assert read < 100
    answer = await browser_page.post(b' ' * 70_000)
    assert answer.status_code == 413


async def test_a_tap_on_nothing_and_an_unknown_button_are_answered(browser_page: Browser) -> None:
    assert '按钮' in await browser_page.taps('0:old:thing')
    assert (await browser_page.sends(callback_query={'data': 'x', 'message_id': 2**52})).status_code == 200
