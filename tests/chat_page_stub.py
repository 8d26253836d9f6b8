"""A server that plays the house for the chat page: it keeps a transcript, scripts answers, and fails on demand.

`python -m tests.chat_page_stub` serves it on http://127.0.0.1:8099/chat to look at the page by hand.
"""

import asyncio
import contextlib
import io
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import jinja2
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from web.assets import TEMPLATES, asset, static_routes

Json = dict[str, Any]
SQUARE = [[120.0, 29.5], [121.2, 29.5], [121.2, 30.3], [120.0, 30.3], [120.0, 29.5]]
AREA = {
    'type': 'FeatureCollection',
    'features': [
        {
            'type': 'Feature',
            'properties': {'name': '越城区', 'name_en': 'Yuecheng District', 'label': [120.6, 29.9]},
            'geometry': {'type': 'Polygon', 'coordinates': [SQUARE]},
        }
    ],
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
NOTICE = '# 个人信息说明\n\n第 1 版\n\n## 留多久\n\n- 原始消息：48 小时。\n- 照片原件：180 天。'
LOADER = jinja2.FileSystemLoader(TEMPLATES)
PAGES = jinja2.Environment(loader=LOADER, autoescape=True, undefined=jinja2.StrictUndefined)


def refused(code: int, sentence: str, **parameters: int) -> JSONResponse:
    body = {'ok': False, 'error_code': code, 'description': sentence, 'parameters': parameters}
    return JSONResponse(body, code)


class House:
    """One resident's chat. `fail_next` holds what happens to the coming updates, one word each:
    'drop' (heard, then no answer), '500' (not heard), 'refuse' (422), 'flood' (429), 'conflict' (a needless 409)."""

    def __init__(self, script: Callable[[Json], list[Json]]) -> None:
        self.script = script
        self.frames: list[Json] = []
        self.updates: list[Json] = []
        self.posts = 0
        self.last: dict[str, int] = {}
        self.fail_next: list[str] = []
        self.refuse_photos = 0
        self.photos: dict[str, bytes] = {}
        self.uploads_may_end = asyncio.Event()
        self.uploads_may_end.set()
        self.answers_may_go = asyncio.Event()
        self.answers_may_go.set()
        self.sockets: dict[WebSocket, asyncio.Queue[Json]] = {}
        self.sockets_refused = False
        self.hello = {'method': 'hello', 'params': {'locale': 'zh', 'big': False, 'cleared': 0}}
        self.code_sent: str | None = None

    def put(self, method: str, **params: Any) -> int:
        """Adds a frame to the transcript, tells the sockets, and says its id."""
        frame = {'id': len(self.frames) + 1, 'method': method, 'params': params}
        self.frames.append(frame)
        for queue in self.sockets.values():
            queue.put_nowait(frame)
        return len(self.frames)

    def say_hello(self, **params: Any) -> None:
        self.hello = {'method': 'hello', 'params': {**self.hello['params'], **params}}  # type: ignore[dict-item]
        for queue in self.sockets.values():
            queue.put_nowait(self.hello)

    async def cut_sockets(self) -> None:
        for connection in list(self.sockets):
            await connection.close(1012)

    def hear(self, update: Json) -> None:
        self.last[update['tab']] = update['seq']
        self.updates.append(update)
        if 'message' in update:
            self.put('heard', tab=update['tab'], seq=update['seq'], message=update['message'])
        for call in self.script(update):
            self.put(call.pop('method'), **call)

    def texts(self) -> list[str]:
        return [update['message']['text'] for update in self.updates if 'text' in update.get('message', {})]

    def taps(self) -> list[str]:
        return [update['callback_query']['data'] for update in self.updates if 'callback_query' in update]

    # The wire.

    async def take_update(self, request: Request) -> Response:
        update = await request.json()
        self.posts += 1
        await self.answers_may_go.wait()
        fault = self.fail_next.pop(0) if self.fail_next else ''
        if fault == '500':
            return Response(status_code=500)
        if fault == 'refuse':
            return refused(422, '这句话太长了，请分成几段发。')
        if fault == 'flood':
            return refused(429, '您发得太快了，请等 1 秒。', retry_after=1)
        return self.take_heard(update, fault)

    def take_heard(self, update: Json, fault: str) -> Response:
        expected = self.last.get(update['tab'], 0) + 1
        if update['seq'] > expected or fault == 'conflict':
            return refused(409, 'Another update is expected first.', expected=expected)
        if update['seq'] == expected:
            self.hear(update)
        return Response(status_code=502) if fault == 'drop' else JSONResponse({'ok': True})

    async def take_photo(self, request: Request) -> Response:
        body = await request.body()
        await self.uploads_may_end.wait()
        if self.refuse_photos:
            self.refuse_photos -= 1
            return refused(415, '这个文件不是照片，请重新选一张。')
        with Image.open(io.BytesIO(body)) as picture:
            width, height = picture.size
        key = f'photo{len(self.photos) + 1}'
        self.photos[key] = body
        return JSONResponse({'ok': True, 'result': {'key': key, 'width': width, 'height': height}})

    async def show_photo(self, request: Request) -> Response:
        return Response(self.photos[request.path_params['key']], media_type='image/jpeg')

    async def give_frames(self, request: Request) -> Response:
        after = int(request.query_params['after'])
        return JSONResponse({'ok': True, 'result': self.frames[after:], 'hello': self.hello['params']})

    async def talk(self, connection: WebSocket) -> None:
        if self.sockets_refused:
            await connection.close()
            return
        await connection.accept()
        queue = self.sockets[connection] = asyncio.Queue()
        for frame in [self.hello, *self.frames[int(connection.query_params['after']) :]]:
            queue.put_nowait(frame)
        speaking = asyncio.create_task(speak(connection, queue))
        async for _ in connection.iter_text():
            pass
        speaking.cancel()
        self.sockets.pop(connection, None)

    async def take_code(self, request: Request) -> Response:
        self.code_sent = (await request.json())['code']
        if self.code_sent == 'WRONG':
            return refused(403, '取回码不对，或者已经用过了。')
        return JSONResponse({'ok': True})

    async def page(self, request: Request) -> Response:
        english = request.headers.get('accept-language', '').startswith('en')
        page = PAGES.get_template('chat.html').render(
            lang='en' if english else 'zh',
            big=request.query_params.get('big') == '1',
            city={'zh': '绍兴', 'en': 'Shaoxing'},
            asset=asset,
            area_url='/chat/area.geojson',
            photo_bytes=20 * 1024 * 1024,
            tile_url='',
            tile_attribution='',
        )
        return HTMLResponse(page)

    async def notice(self, request: Request) -> Response:
        page = PAGES.get_template('notice.html').render(
            open_chat=True,
            lang=request.query_params.get('lang', 'zh'),
            asset=asset,
            city={'zh': '绍兴', 'en': 'Shaoxing'},
            big=False,
            notice={'text': NOTICE},
        )
        return HTMLResponse(page)

    def app(self) -> Starlette:
        routes = [
            Route('/chat', self.page),
            Route('/notice', self.notice),
            Route('/chat/updates', self.take_update, methods=['POST']),
            Route('/chat/photos', self.take_photo, methods=['POST']),
            Route('/chat/photos/{key}', self.show_photo),
            Route('/chat/frames', self.give_frames),
            Route('/chat/return', self.take_code, methods=['POST']),
            Route('/chat/area.geojson', lambda request: JSONResponse(AREA)),
            WebSocketRoute('/chat/ws', self.talk),
            *static_routes(),
        ]
        return Starlette(routes=routes, middleware=[Middleware(GZipMiddleware), Middleware(WithPolicy)])


async def speak(connection: WebSocket, queue: asyncio.Queue[Json]) -> None:
    with contextlib.suppress(RuntimeError):  # The socket was cut while a frame was under way.
        while True:
            await connection.send_json(await queue.get())


class WithPolicy:
    """Adds the content security policy under which the page must work."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Any) -> None:
            if message['type'] == 'http.response.start':
                message['headers'].append((b'content-security-policy', POLICY.encode()))
            await send(message)

        await self.app(scope, receive, send_with_policy)


class QuietServer(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serve(app: ASGIApp) -> AsyncIterator[str]:
    """Serves the app in this loop and gives its address."""
    listener = socket.create_server(('127.0.0.1', 0))
    server = QuietServer(uvicorn.Config(app, log_level='error', lifespan='off', timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f'http://127.0.0.1:{listener.getsockname()[1]}'
    finally:
        server.should_exit = True
        await running


MENU_ROWS = [[{'text': '反映问题（随手拍）'}, {'text': '我的反映'}], [{'text': '帮助'}]]
MENU = {'keyboard': MENU_ROWS, 'is_persistent': True}


def keys(*rows: list[str]) -> Json:
    return {'inline_keyboard': [[{'text': text, 'callback_data': f'1:{text}'} for text in row] for row in rows]}


def say(text: str, markup: Json | None = None) -> Json:
    return {'method': 'sendMessage', 'text': text, **({'reply_markup': markup} if markup else {})}


def echo(update: Json) -> list[Json]:
    """Answers every message with its words and every tap with nothing."""
    message = update.get('message', {})
    return [say(f'听到了：{message["text"]}')] if 'text' in message else []


def demo(update: Json) -> list[Json]:
    """A short report dialog, to look at the page by hand."""
    message, tap = update.get('message', {}), update.get('callback_query', {}).get('data', '')
    if message.get('text', '').startswith('/start'):
        return [say('您好！拍张照片发过来，就能反映身边的环境问题。', MENU)]
    if 'photo' in message:
        first = bool(message.get('caption')) or 'media_group_id' not in message
        return [say('照片收到了。请问在什么地方？')] if first else []
    if 'location' in message:
        kinds = keys(['工厂冒黑烟', '露天焚烧'], ['工地扬尘', '餐饮油烟'], ['都不是，看全部'])
        return [say('地点在越城区。\n这是哪一类问题？', kinds)]
    if tap.startswith('1:lang'):
        return []
    if tap:
        preview = '工作人员会看到：\n工厂冒黑烟，2 张照片，越城区，今天上午。\n\n其他人看不到您是谁。'
        return [{'method': 'answerCallbackQuery', 'text': '记下了'}, say(preview, keys(['提交'], ['修改', '取消']))]
    return [say(f'记下了：{message.get("text", "")}\n查询进度可打 0575-85120000，或看 https://example.org/help 。')]


if __name__ == '__main__':
    uvicorn.run(House(demo).app(), port=8099)
