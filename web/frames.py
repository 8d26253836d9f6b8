"""Frames: what the page is told, read from the transcript in pages of 300, in order."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Row
from starlette.requests import HTTPConnection, Request

from storage import transcript
from storage.transcript import HISTORY
from web.answers import Json, done
from web.declined import Declined
from web.house import WebHouse
from web.visitors import Visitor, Visitors

FARTHEST = 2**53


@dataclass(frozen=True, slots=True)
class Page:
    """Frames after an id; `more` when the next page is waiting already."""

    visitor: Visitor
    rows: list[Row[Any]]

    @property
    def more(self) -> bool:
        """Tell whether there may be another page."""
        return len(self.rows) == HISTORY

    @property
    def hello(self) -> dict[str, Any]:
        """Give how this person reads, and how often something was taken away from what stood here."""
        chat = self.visitor.chat
        cleared = chat.cleared if chat is not None else 0
        return {'locale': self.visitor.locale, 'big': bool(chat is not None and chat.big), 'cleared': cleared}


class Frames:
    """Reads what happened in a chat."""

    def __init__(self, house: WebHouse, visitors: Visitors) -> None:
        self._house = house
        self._visitors = visitors

    async def page(self, connection: HTTPConnection, after: int) -> Page | None:
        """Read the next page; None when the cookie is not ours or was signed out."""
        async with self._house.store.read() as tx:
            visitor = await self._visitors.find(tx, connection)
            rows = await transcript.read(tx, visitor.chat.id, after) if visitor and visitor.chat else []
            if rows:  # each statement sees what is committed by then: ask again how the person reads these frames
                visitor = await self._visitors.find(tx, connection)
        return Page(visitor, rows) if visitor else None

    async def give(self, request: Request) -> Json:
        """GET /chat/frames?after=N, for browsers that get no socket."""
        page = await self.page(request, asked_after(request))
        if page is None:
            raise Declined(401, 'signed_out')
        return done(result=[frame(row) for row in page.rows], hello=page.hello)


def asked_after(connection: HTTPConnection) -> int:
    """Read which frame the page has seen last; 0 when it has seen none. Raises Declined 400."""
    said = connection.query_params.get('after', '0')
    if not (said.isascii() and said.isdecimal()) or len(said) > 16 or int(said) >= FARTHEST:
        raise Declined(400, 'unreadable')
    return int(said)


def frame(row: Row[Any]) -> dict[str, Any]:
    """Write a row of the transcript as a frame; `date` in seconds since 1970."""
    return {'id': row.id, 'date': int(row.at.timestamp()), 'method': row.method, 'params': row.params}


def as_text(frame: dict[str, Any]) -> str:
    """Write a frame as one message of a socket."""
    return orjson.dumps(frame).decode()
