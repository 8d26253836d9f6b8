"""The web side as one ASGI application."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from web.assets import static_routes
from web.faults import FORESEEN, Faults
from web.files import Files
from web.frames import Frames
from web.headers import SecurityHeaders
from web.house import WebHouse
from web.identity import Cookies
from web.last_resort import LastResort
from web.newcomers import Newcomers
from web.pages import Pages
from web.photos import Photos
from web.return_code import ReturnCodes
from web.sockets import Sockets
from web.telegram import TelegramUpdates
from web.updates import Updates
from web.visitors import Visitors

PACKED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, 'application/octet-stream', 'image/heic')


def make_app(house: WebHouse) -> Starlette:
    """Put the web side together; it opens nothing of its own and serves until it is no longer called."""
    visitors = Visitors(house, Cookies(house.secret_key, secure=(house.public_url or '').startswith('https:')))
    faults = Faults(house, visitors)
    return Starlette(
        routes=_routes(house, visitors),
        middleware=[
            Middleware(SecurityHeaders, tile_url=house.tile_url),
            Middleware(GZipMiddleware, compresslevel=6, exclude_content_types=PACKED),
            Middleware(LastResort, apologise=faults.apologise),
        ],
        exception_handlers=dict.fromkeys(FORESEEN, faults.answer),
    )


def _routes(house: WebHouse, visitors: Visitors) -> list[BaseRoute]:
    """Lay out the pages; of the channels' own doors only those that are open."""
    pages = Pages(house, visitors)
    routes: list[BaseRoute] = [
        Route('/', pages.home),
        Route('/notice', pages.notice),
        Route('/health', pages.health),
        *static_routes(),
    ]
    if house.open_chat:
        routes += _chat_routes(house, visitors, pages)
    if house.telegram is not None:
        routes.append(Route(house.telegram.path, TelegramUpdates(house.telegram).take, methods=['POST']))
    return routes


def _chat_routes(house: WebHouse, visitors: Visitors, pages: Pages) -> list[BaseRoute]:
    newcomers = Newcomers()
    photos, frames = Photos(house, visitors, newcomers), Frames(house, visitors)
    return [
        Route('/chat', pages.chat),
        Route('/chat/area.geojson', pages.ground),
        Route('/chat/updates', Updates(house, visitors, newcomers).take, methods=['POST']),
        Route('/chat/photos', photos.take, methods=['POST']),
        Route('/chat/photos/{token}', photos.show),
        Route('/chat/files/{token}', Files(house, visitors).show),
        Route('/chat/frames', frames.give),
        WebSocketRoute('/chat/ws', Sockets(house, visitors, frames).talk),
        Route('/chat/return', ReturnCodes(house, visitors).take, methods=['POST']),
    ]
