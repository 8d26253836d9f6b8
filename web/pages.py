"""Pages: the chat, the data notice, and what belongs to them."""

import asyncio
from contextlib import suppress
from typing import Any

import jinja2
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from storage.pictures import Limits
from storage.store import StoreDown
from web import area
from web.assets import TEMPLATES, asset
from web.house import WebHouse
from web.identity import Identity
from web.languages import asked_locale
from web.packed import Packed
from web.visitors import Visitor, Visitors

FOREVER = {'Cache-Control': 'public, max-age=31536000, immutable'}
NO_STORE = {'Cache-Control': 'no-store'}
ANSWER_WITHIN = 3.0  # seconds for the database, when somebody asks how we are


class Pages:
    """Gives the pages."""

    def __init__(self, house: WebHouse, visitors: Visitors) -> None:
        self._house = house
        self._visitors = visitors
        ground = area.geojson(house.city)
        self._ground = Packed(ground, 'application/geo+json', FOREVER)
        self._area_url = f'/chat/area.geojson?v={area.version(ground)}'
        loader = jinja2.FileSystemLoader(TEMPLATES)
        self._templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
        self._templates.globals.update(asset=asset, city=house.city.name)

    async def home(self, request: Request) -> Response:
        """GET /: on to the chat, or to the data notice where the chat is not open, with what was asked."""
        page, query = '/chat' if self._house.open_chat else '/notice', request.url.query
        return RedirectResponse(f'{page}?{query}' if query else page, 302)

    async def chat(self, request: Request) -> Response:
        """GET /chat: the page; lets a browser in that holds no valid cookie, and renews a valid one for a year.

        The page comes even when the store is down: it keeps what people write and sends it later.
        """
        visitor = None
        with suppress(StoreDown):
            async with self._house.store.read() as tx:
                visitor = await self._visitors.find_or_make(tx, request)
        page = self._render('chat.html', **self._reading(request, visitor), **self._facts())
        identity = visitor.identity if visitor else self._visitors.cookies.read(request)
        self._visitors.cookies.put(page, identity or Identity.draw())
        return page

    async def notice(self, request: Request) -> Response:
        """GET /notice[?lang=zh|en][&big=1]: the data notice."""
        asked = request.query_params.get('lang')
        lang = asked if asked in ('zh', 'en') else asked_locale(request)
        big = request.query_params.get('big') == '1'
        notice = {'text': self._house.city.notice.text.at(lang)}
        return self._render('notice.html', lang=lang, big=big, notice=notice, open_chat=self._house.open_chat)

    async def ground(self, request: Request) -> Response:
        """GET /chat/area.geojson: kept for ever under an address that changes with it."""
        return self._ground.answer(request.scope)

    async def health(self, request: Request) -> Response:
        """GET /health: 200 when the database answers, 503 when it does not."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN), self._house.store.read() as tx:
                await tx.execute(select(1))
        except (StoreDown, TimeoutError):
            return PlainTextResponse('the database does not answer', 503, NO_STORE)
        return PlainTextResponse('ok', headers=NO_STORE)

    def _reading(self, request: Request, visitor: Visitor | None) -> dict[str, Any]:
        """Say in which language and size to show the page."""
        chat = visitor.chat if visitor else None
        big = request.query_params.get('big') == '1' or bool(chat is not None and chat.big)
        return {'lang': visitor.locale if visitor else asked_locale(request), 'big': big}

    def _facts(self) -> dict[str, Any]:
        return {
            'area_url': self._area_url,
            'photo_bytes': Limits().bytes,
            'tile_url': self._house.tile_url,
            'tile_attribution': self._house.tile_attribution,
        }

    def _render(self, name: str, **facts: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(name).render(facts), headers=NO_STORE)
