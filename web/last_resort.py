"""Faults that nobody foresaw: a reference for the person, a line in the log, and never a word of what was sent."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.dead_letters import Trouble, trail

log = structlog.get_logger('web')

Apology = Callable[[Request, str], Awaitable[Response]]
FAULT = 1011  # close code: RFC 6455 §7.4.1


class LastResort:
    """Answers 500 with a reference; logs where it happened, not the words of the error, which may hold people's."""

    def __init__(self, app: ASGIApp, apologise: Apology) -> None:
        self._app = app
        self._apologise = apologise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; when that breaks, say so."""
        started = False

        async def watching(message: Message) -> None:
            nonlocal started
            started = started or message['type'] == 'http.response.start'
            await send(message)

        try:
            await self._app(scope, receive, watching)
        except Exception as fault:
            reference = _note(fault, scope)
            if scope['type'] == 'websocket':
                with suppress(Exception):  # it may be closed already, which is all we want
                    await send({'type': 'websocket.close', 'code': FAULT})
            elif scope['type'] == 'http' and not started:
                request = Request(scope, receive)
                await (await self._apologise(request, reference))(scope, receive, send)


def _note(fault: BaseException, scope: Scope) -> str:
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    trouble = Trouble.of(fault)
    endpoint = getattr(scope.get('endpoint'), '__qualname__', '')
    log.error('fault', reference=trouble.reference, kind=trouble.kind, endpoint=endpoint, where=trail(fault))
    return trouble.reference
