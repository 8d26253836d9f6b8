"""Headers that every answer carries: what a page of ours may load, and what browsers must not do with it."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = re.compile(r'[A-Za-z0-9.:\[\]-]{1,255}')
PLAIN = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Permissions-Policy': 'geolocation=(self), camera=(self), microphone=()',
    'X-Frame-Options': 'DENY',  # for browsers that do not know frame-ancestors
}


class SecurityHeaders:
    """Adds them; `tile_url` names the one other host that the page may take pictures from, if any."""

    def __init__(self, app: ASGIApp, tile_url: str) -> None:
        self._app = app
        self._tiles = tile_source(tile_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the headers to the answer."""
        if scope['type'] != 'http':
            await self._app(scope, receive, send)
            return
        policy = self._policy(Headers(scope=scope).get('host', ''))

        async def send_with_headers(message: Message) -> None:
            if message['type'] == 'http.response.start':
                headers = MutableHeaders(scope=message)
                headers['Content-Security-Policy'] = policy
                headers.update(PLAIN)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _policy(self, host: str) -> str:
        """Write the policy; older browsers do not count sockets of the same host as 'self', so it is named."""
        sockets = f' ws://{host} wss://{host}' if HOST.fullmatch(host) else ''
        tiles = f' {self._tiles}' if self._tiles else ''
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            f"img-src 'self' blob: data:{tiles}; media-src 'self'; connect-src 'self'{sockets}; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        )


def tile_source(tile_url: str) -> str:
    """Name the host of map tiles for the policy: t{s}.example.org becomes *.example.org; '' for our own."""
    parts = urlsplit(tile_url)
    if not parts.netloc:
        return ''
    first, dot, rest = parts.netloc.partition('.')
    return f'{parts.scheme}://{"*" if "{" in first else first}{dot}{rest}'
