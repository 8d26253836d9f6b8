"""Pages and what every answer carries."""

import gzip
import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from storage.store import Store
from tests.web.http.browsers import HOST, Browser
from tests.web.http.conftest import MakeBrowser
from web.app import make_app
from web.headers import tile_source
from web.house import WebHouse
from web.last_resort import LastResort


def client_of(app: ASGIApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HOST)


async def test_the_front_address_leads_to_the_chat_with_what_was_asked(make_browser: MakeBrowser) -> None:
    client = make_browser().client
    assert (await client.get('/')).headers['location'] == '/chat'
    assert (await client.get('/?big=1')).headers['location'] == '/chat?big=1'


@pytest.mark.parametrize(
    ('asked', 'lang'), [('zh-CN', 'zh-CN'), ('en-US,en;q=0.9', 'en'), ('', 'zh-CN'), ('*', 'zh-CN'), ('fr', 'en')]
)
async def test_the_page_is_in_the_browsers_language(make_browser: MakeBrowser, asked: str, lang: str) -> None:
    page = await make_browser(asked).open()
    assert f'<html lang="{lang}"' in page.text
    assert page.headers['cache-control'] == 'no-store'


async def test_the_page_is_in_the_persons_language_and_size_once_they_are_known(browser_page: Browser) -> None:
    for data in ('1:lang:en', '1:big:1'):
        await browser_page.taps(data)
    assert '<html lang="en" class="big">' in (await browser_page.open()).text


async def test_large_type_can_be_asked_for(make_browser: MakeBrowser) -> None:
    assert 'class="big"' in (await make_browser().open('?big=1')).text


PATHS = [
    '/',
    '/chat',
    '/notice',
    '/health',
    '/chat/area.geojson',
    '/chat/frames',
    '/chat/photos/none',
    '/static/chat.css',
    '/nothing/here',
]


@pytest.mark.parametrize('path', PATHS)
async def test_every_answer_says_what_browsers_must_not_do(browser_page: Browser, path: str) -> None:
    headers = (await browser_page.client.get(path)).headers
    policy = dict(rule.strip().split(' ', 1) for rule in headers['content-security-policy'].split(';'))
    assert policy['default-src'] == policy['frame-ancestors'] == policy['base-uri'] == "'none'"
    assert policy['script-src'] == policy['style-src'] == policy['form-action'] == "'self'"
    assert policy['img-src'] == "'self' blob: data:"
    assert policy['media-src'] == "'self'"
    assert policy['connect-src'] == "'self' ws://chat.test wss://chat.test"
    assert headers['x-content-type-options'] == 'nosniff'
    assert headers['referrer-policy'] == 'same-origin'
    assert headers['permissions-policy'].startswith('geolocation=(self), camera=(self)')


async def test_a_host_header_cannot_widen_the_policy(make_browser: MakeBrowser) -> None:
    answer = await make_browser().client.get('/health', headers={'Host': "x; script-src 'unsafe-inline'"})
    assert 'unsafe-inline' not in answer.headers['content-security-policy']
    assert "connect-src 'self';" in answer.headers['content-security-policy']


@pytest.mark.parametrize(
    ('url', 'source'),
    [
        ('', ''),
        ('/tiles/{z}/{x}/{y}.png', ''),
        ('https://tiles.example.org:8443/{z}/{x}/{y}.png', 'https://tiles.example.org:8443'),
        ('https://{s}.tile.example.org/{z}/{x}/{y}.png', 'https://*.tile.example.org'),
        ('https://t{s}.example.cn/{z}/{x}/{y}.png', 'https://*.example.cn'),
    ],
)
def test_only_the_tile_host_that_was_set_may_give_pictures(url: str, source: str) -> None:
    assert tile_source(url) == source


async def test_the_page_may_load_tiles_of_the_host_that_was_set(web_house: WebHouse) -> None:
    tiles = 'https://tiles.example.org/{z}/{x}/{y}.png'
    async with client_of(make_app(replace(web_house, tile_url=tiles, tile_attribution='© Example'))) as client:
        page = await client.get('/chat')
    assert "img-src 'self' blob: data: https://tiles.example.org;" in page.headers['content-security-policy']
    assert f'data-tile-url="{tiles}"' in page.text


async def test_static_files_are_kept_for_a_year_under_their_version(make_browser: MakeBrowser) -> None:
    client = make_browser().client
    page = (await client.get('/chat')).text
    sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert '?v=' in sheet
    kept = await client.get(sheet)
    assert kept.headers['cache-control'] == 'public, max-age=31536000, immutable'
    assert 'cache-control' not in (await client.get(sheet.split('?')[0])).headers
    again = await client.get(sheet, headers={'If-None-Match': kept.headers['etag']})
    assert again.status_code == 304
    assert (await client.get('/static/../app.py')).status_code == 404
    assert (await client.get('/static/%2e%2e/app.py')).status_code == 404


async def test_what_never_changes_is_packed_once_and_not_at_every_request(
    make_browser: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_browser().client
    plain = await client.get('/static/chat.js', headers={'Accept-Encoding': 'identity'})
    monkeypatch.delattr(gzip, 'GzipFile')  # with which the middleware packs
    monkeypatch.delattr(gzip, 'compress')
    for path in ('/static/chat.js', '/static/chat.css', '/static/chat/icon.svg', '/chat/area.geojson'):
        answer = await client.get(path, headers={'Accept-Encoding': 'gzip'})
        assert (answer.status_code, answer.headers['content-encoding']) == (200, 'gzip'), path
        assert answer.headers['vary'] == 'Accept-Encoding'
    assert (await client.get('/static/chat.js')).content == plain.content
    assert 'content-encoding' not in plain.headers


async def test_text_travels_packed(make_browser: MakeBrowser) -> None:
    client = make_browser().client
    async with client.stream('GET', '/chat/area.geojson', headers={'Accept-Encoding': 'gzip'}) as answer:
        raw = b''.join([piece async for piece in answer.aiter_raw()])
    assert answer.headers['content-encoding'] == 'gzip'
    ground = json.loads(gzip.decompress(raw))
    names = {feature['properties']['name'] for feature in ground['features']}
    assert {'越城区', '柯桥区', '上虞区', '诸暨市', '嵊州市', '新昌县'} == names
    assert all(feature['properties']['name_en'] for feature in ground['features'])
    assert 'immutable' in answer.headers['cache-control']


async def test_the_notice_is_there_in_both_languages(make_browser: MakeBrowser) -> None:
    client = make_browser().client
    for path, word in (('/notice', '180 天'), ('/notice?lang=en', '180 days'), ('/notice?lang=xx', '180 天')):
        assert word in (await client.get(path)).text


async def test_what_is_not_there_is_said_to_people_and_to_programs(make_browser: MakeBrowser) -> None:
    client = make_browser().client
    page = await client.get('/nothing', headers={'Accept': 'text/html,*/*'})
    assert (page.status_code, page.text) == (404, '这里没有内容，或者不是给您看的。请回到对话。')
    assert (await client.get('/nothing')).json()['error_code'] == 404
    wrong = await client.get('/chat/updates')
    assert (wrong.status_code, wrong.headers['allow']) == (405, 'POST')


async def test_health_tells_when_the_database_is_gone(web_house: WebHouse, make_browser: MakeBrowser) -> None:
    client = make_browser().client
    assert (await client.get('/health')).text == 'ok'


async def test_when_the_database_is_gone_nothing_is_lost_and_everybody_is_told(
    browser_page: Browser, gone: Store
) -> None:
    health = await browser_page.client.get('/health')
    assert (health.status_code, health.text) == (503, 'the database does not answer')
    said = await browser_page.sends(message={'text': '河水发黑'})
    assert said.status_code == 503
    assert int(said.headers['retry-after']) > 0
    assert said.json()['description'] == '现在暂时收不了。您发的内容没有丢，请过一分钟再试。'
    assert (await browser_page.client.get('/chat/frames')).status_code == 503
    before = browser_page.cookie()
    assert (await browser_page.open()).status_code == 200
    assert browser_page.cookie() == before


async def apologise(request: Request, reference: str) -> Response:
    return PlainTextResponse(reference, 500)


async def test_a_fault_nobody_foresaw_gets_a_reference_and_no_words_in_the_log() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError('somebody said: 河水发黑')

    with structlog.testing.capture_logs() as lines:
        async with client_of(LastResort(broken, apologise)) as client:
            answer = await client.get('/chat')
    assert answer.status_code == 500
    [line] = lines
    assert (line['reference'], line['kind']) == (answer.text, 'RuntimeError')
    assert '河水' not in str(lines)
    assert 'broken' in line['where'][-1]


async def test_a_fault_after_the_answer_began_or_on_a_socket_only_ends_it() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message['type'])

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'http':
            await send({'type': 'http.response.start', 'status': 200, 'headers': []})
        raise ExceptionGroup('several', [RuntimeError('x')])

    app = LastResort(broken, apologise)
    for kind in ('http', 'websocket'):
        with structlog.testing.capture_logs() as lines:
            await app({'type': kind}, None, send)  # type: ignore[arg-type]
        assert lines[0]['kind'] == 'RuntimeError'
    assert sent == ['http.response.start', 'websocket.close']
