"""The HTTP of the fake: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio
import urllib.parse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import BodyPartReader, web

from tests.botapi.api import BotApi
from tests.botapi.control import control
from tests.botapi.files import MEGABYTE
from tests.botapi.kinds import Upload
from tests.botapi.refusals import Refused, bad
from tests.botapi.trouble import DOWNLOAD, Trouble

BAD_GATEWAY = b'<html>\r\n<head><title>%d</title></head>\r\n<body><center>nginx</center></body>\r\n</html>\r\n'
MOST_BODY = 52 * MEGABYTE
# Of the event loop, until a client in it has put away the connections that were cut.
ROUNDS_TO_NOTICE = 5


@asynccontextmanager
async def serving(api: BotApi | None = None, port: int = 0) -> AsyncIterator[BotApi]:
    """Serve on loopback in this event loop; `api.url` is the API base."""
    api = api or BotApi()
    # No access log: it would hold the token and every test's words. Who goes away is not served any more.
    server = web.Server(_Door(api).answer, handler_cancellation=True, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, '127.0.0.1', port).start()
    api.url = 'http://{}:{}'.format(*runner.addresses[0][:2])
    api.runner = runner
    try:
        yield api
    finally:
        api.troubles.end()
        api.updates.end_polls()
        await api.webhook.close()
        await runner.cleanup()


@asynccontextmanager
async def unreachable(api: BotApi) -> AsyncIterator[None]:
    """Refuse connections until the end of the block; those that are open are cut."""
    assert api.runner
    assert api.runner.server
    port = urllib.parse.urlsplit(api.url).port
    for site in list(api.runner.sites):
        await site.stop()
    for connection in api.runner.server.connections:
        if connection.transport:
            connection.transport.abort()
    for _ in range(ROUNDS_TO_NOTICE):
        await asyncio.sleep(0)
    try:
        yield
    finally:
        await web.TCPSite(api.runner, '127.0.0.1', port).start()


class _Door:
    """Takes requests in, finds out what they want, and answers or makes trouble."""

    def __init__(self, api: BotApi) -> None:
        self.api = api

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Any request."""
        try:
            return await self._routed(request)
        except Refused as refusal:
            return _json(refusal.body(), refusal.code)

    async def _routed(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.path.strip('/').split('/', 2):
            case ['control', *verb]:
                return _json(await control(self.api, '/'.join(verb), await request.read()), 200)
            case ['file', bot, path]:
                self._hold_token(bot)
                return await self._download(request, path)
            case [bot, method]:
                self._hold_token(bot)
                return await self._call(request, method)
        raise Refused(404, 'Not Found')

    def _hold_token(self, bot: str) -> None:
        if bot != f'bot{self.api.token}':
            refusal = Refused(401, 'Unauthorized')
            self.api.remember('?', {}, refusal)
            raise refusal

    async def _download(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        trouble = self.api.troubles.strike(DOWNLOAD, None)
        if trouble and (instead := await _strike(request, trouble, b'')):
            return instead
        data = self.api.files.read(path)
        return web.Response(body=data, content_type='application/octet-stream')

    async def _call(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        params, uploads = await _read(request)
        trouble = self.api.troubles.strike(name, params.get('chat_id'))
        if trouble and not trouble.carried_out and (instead := await _strike(request, trouble, b'{"ok":true,"re')):
            return instead
        call = self.api.check(name, params, uploads)
        body = orjson.dumps({'ok': True, 'result': await self.api.carry_out(call)})
        if trouble and trouble.carried_out and (instead := await _strike(request, trouble, body)):
            return instead
        return web.Response(body=body, content_type='application/json')


async def _strike(request: web.BaseRequest, trouble: Trouble, body: bytes) -> web.Response | None:
    """Make the ordered trouble; nothing when it hung, and was released."""
    match trouble.answer:
        case 'hang':
            await trouble.hang()
            return None
        case 'drop':
            if request.transport:
                request.transport.abort()
            return web.Response()
        case 'broken':
            return web.Response(body=body[: len(body) * 2 // 3], content_type='application/json')
        case status if status >= 500:
            return web.Response(status=status, body=BAD_GATEWAY % status, content_type='text/html')
    raise trouble.refusal()


async def _read(request: web.BaseRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The parameters and files of a request: in the address, as a form, in parts, or as JSON."""
    if (request.content_length or 0) > MOST_BODY:
        raise Refused(413, 'Request Entity Too Large')
    params: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if kind == 'multipart/form-data':
        return await _parts(request, params)
    if body := await request.read():
        params |= _json_params(body) if kind == 'application/json' else _form_params(body)
    return params, {}


def _form_params(body: bytes) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))


def _json_params(body: bytes) -> dict[str, Any]:
    try:
        params = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise bad("can't parse the request's JSON") from fault
    if not isinstance(params, dict):
        raise bad('the request is no JSON object')
    return params


async def _parts(request: web.BaseRequest, params: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Upload]]:
    """A part with a file name is a file: the parameter itself when it is named so, else one for attach://."""
    uploads: dict[str, Upload] = {}
    async for part in await request.clone(client_max_size=MOST_BODY).multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read())
        if part.filename is None:
            params[str(part.name)] = data.decode()
        else:
            uploads[str(part.name)] = Upload(part.filename, data)
    return params, uploads


def _json(body: dict[str, Any], status: int) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type='application/json')
