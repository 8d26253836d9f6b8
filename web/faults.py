"""What cannot be done, in words: refusals of ours, a store that is down, and faults that nobody foresaw."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.content import photos as photo_words
from bot.content import refusals
from bot.content import web as words
from bot.content.language import speaking
from bot.intake import TurnedAway
from civic.refusals import Refusal
from storage.media import MediaMissing, MediaUnreachable
from storage.pictures import PictureRefused, PictureRoomFull
from storage.store import StoreDown
from web.answers import NO_STORE, Json
from web.declined import Declined
from web.house import WebHouse
from web.languages import asked_locale
from web.visitors import Visitors

log = structlog.get_logger('web')

RETRY = 5  # seconds
STATUS = {'too_many_photos_today': 429, 'too_many_tries': 429, 'no_such_chat': 403}
WAIT = {'too_many_photos_today': 24 * 60 * 60, 'too_many_tries': 60 * 60}  # seconds, at most
PICTURES = {'too_big': 413, 'too_many_pixels': 413, 'not_a_picture': 415, 'kind_not_allowed': 415}


@dataclass(frozen=True, slots=True)
class Said:
    """A status, the sentence (found once the reader is known), and what else the answer carries."""

    status: int
    sentence: Callable[[], str]
    retry_after: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_parameters(self) -> dict[str, Any]:
        """Give the parameters, and when to try again, as the Bot API does."""
        return {**self.parameters, **({} if self.retry_after is None else {'retry_after': self.retry_after})}


def _declined(fault: Declined) -> Said:
    sentence = _words(fault.code, **fault.facts)
    return Said(fault.status, sentence, retry_after=fault.retry_after, parameters=fault.parameters)


def _refused(fault: Refusal) -> Said:
    if fault.code == 'no_such_chat':
        return Said(403, _words('wrong_code'))
    return Said(STATUS.get(fault.code, 422), lambda: refusals.sentence(fault), retry_after=WAIT.get(fault.code))


def _turned_away(fault: TurnedAway) -> Said:
    return Said(429, _words(fault.code, seconds=fault.retry_after), retry_after=fault.retry_after)


def _bad_picture(fault: PictureRefused) -> Said:
    return Said(PICTURES.get(fault.code, 422), lambda: photo_words.refusal(fault.code))


def _busy(fault: Exception) -> Said:
    return Said(503, _words('busy'), retry_after=RETRY)


def _down(fault: Exception) -> Said:
    log.warning('could not take a request', kind=type(fault).__name__)
    return Said(503, _words('come_back'), retry_after=RETRY)


def _missing(fault: Exception) -> Said:
    return Said(404, _words('not_here'))


def _http(fault: HTTPException) -> Said:
    return Said(fault.status_code, _words('not_here'), headers=fault.headers or {})


def _gone(fault: Exception) -> Said:
    """Nobody reads this answer."""
    return Said(400, _words('unreadable'))


FORESEEN: dict[type[Exception], Callable[[Any], Said]] = {
    Declined: _declined,
    Refusal: _refused,
    TurnedAway: _turned_away,
    PictureRefused: _bad_picture,
    PictureRoomFull: _busy,
    StoreDown: _down,
    MediaUnreachable: _down,
    MediaMissing: _missing,
    HTTPException: _http,
    ClientDisconnect: _gone,
}


def _words(code: str, **facts: Any) -> Callable[[], str]:
    return lambda: words.sentence(code, facts)


class Faults:
    """Says in the person's language why a request was not done."""

    def __init__(self, house: WebHouse, visitors: Visitors) -> None:
        self._store = house.store
        self._visitors = visitors

    async def answer(self, request: Request, fault: Exception) -> Response:
        """Answer a fault of a kind in FORESEEN."""
        kind = next(one for one in type(fault).__mro__ if one in FORESEEN)
        return await self._say(request, FORESEEN[kind](fault))

    async def apologise(self, request: Request, reference: str) -> Response:
        """Answer a fault that nobody foresaw."""
        return await self._say(request, Said(500, _words('fault', reference=reference)))

    async def _say(self, request: Request, said: Said) -> Response:
        with speaking(await self._locale(request)):
            sentence = said.sentence()
        headers = {**NO_STORE, **said.headers}
        if said.retry_after is not None:
            headers['Retry-After'] = str(said.retry_after)
        if 'text/html' in request.headers.get('accept', ''):
            return PlainTextResponse(sentence, said.status, headers)
        body: dict[str, Any] = {'ok': False, 'error_code': said.status, 'description': sentence}
        if parameters := said.all_parameters:
            body['parameters'] = parameters
        return Json(body, said.status, headers)

    async def _locale(self, request: Request) -> str:
        """Find the person's language, or the browser's when the person is not known or the store does not answer."""
        if self._visitors.cookies.read(request) is not None:
            with suppress(StoreDown):
                async with self._store.read() as tx:
                    visitor = await self._visitors.find(tx, request)
                    return visitor.locale if visitor else asked_locale(request)
        return asked_locale(request)
