"""Photos: taken in pieces, cleaned, kept, and shown only to those who may see them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row
from starlette.requests import Request
from starlette.responses import Response

from bot.intake import TurnedAway
from bot.intake.files import laid_down
from civic import looks, photos
from civic.pictures import cleaned
from storage import arrivals, doomed
from storage.media import new_key
from storage.pictures import Limits, Picture, PictureRefused
from storage.store import Tx
from web.answers import Json, done
from web.bodies import announced, read_body
from web.declined import Declined
from web.house import WebHouse
from web.newcomers import Newcomers, hashed_address
from web.origins import check_kind, check_origin
from web.tallies import Tally
from web.upload_room import UploadRoom
from web.visitors import Visitor, Visitors

MOST = Limits().bytes
DAY = timedelta(days=1)
MOST_REFUSED = 300  # photos of one network address in 24 h that were none (product default)
KINDS = ('original', 'clean', 'small')
SHOWN = {'Cache-Control': 'private, max-age=3600'}


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo on its way into the store: whose it is, the picture, its keys by kind."""

    visitor: Visitor
    picture: Picture
    keys: dict[str, str]


class Photos:
    """Takes photos and shows them."""

    def __init__(self, house: WebHouse, visitors: Visitors, newcomers: Newcomers) -> None:
        self._house = house
        self._visitors = visitors
        self._room = UploadRoom()
        self._newcomers = newcomers
        self._refused = Tally(DAY)

    async def take(self, request: Request) -> Json:
        """POST /chat/photos: answers once the photo is checked, made anew and kept."""
        check_origin(request, self._house.public_url)
        check_kind(request, 'image/')
        network = hashed_address(request, self._house.secret_key)
        visitor = await self._let_in(request, network)
        chat, too_big = str(visitor.address), PictureRefused('too_big')
        async with self._room.holding(announced(request, MOST, too_big), chat, network):
            data = await read_body(request, MOST, too_big)
            picture = await self._clean(data, chat, network)
            upload = Upload(visitor, picture, {kind: new_key(kind) for kind in KINDS})
            token = await self._keep(upload, data)
        return done(result={'key': token, 'width': picture.width, 'height': picture.height})

    async def show(self, request: Request) -> Response:
        """GET /chat/photos/{token}: the clean photo; missing and forbidden look the same."""
        photo = await self._find(request)
        if photo is None or photo.kind != 'photo':
            raise Declined(404, 'not_here')
        small = request.query_params.get('size') == 'small'
        picture = await self._house.media.get(photo.small_key if small else photo.clean_key)
        return Response(picture, media_type='image/jpeg', headers=SHOWN)

    async def _find(self, request: Request) -> Row[Any] | None:
        async with self._house.store.read() as tx:
            visitor = await self._visitors.find(tx, request)
            if visitor is None or visitor.chat is None or visitor.resident is None:
                return None
            photo = await photos.find_photo(tx, request.path_params['token'])
            if photo is None or photos.may_see(photo, visitor.chat.id, visitor.resident, None):
                return photo
            staff = await self._visitors.staff(tx, visitor)
            if staff is None or not photos.may_see(photo, visitor.chat.id, visitor.resident, staff):
                return None
            noted = await looks.is_noted(tx, photo, staff)
        if not noted:
            async with self._house.store.begin() as tx:
                await looks.note(tx, photo, staff)
        return photo

    async def _let_in(self, request: Request, network: str) -> Visitor:
        """Find who sends, and whether he may, before any of the photo is read; refused photos count too."""
        now = self._house.store.clock(None)
        if self._refused.count(network, now) >= MOST_REFUSED:
            raise TurnedAway('busy', int(DAY.total_seconds()))
        async with self._house.store.read() as tx:
            visitor = await self._visitors.get(tx, request)
            chat_id = visitor.chat.id if visitor.chat is not None else 0  # which no chat has
            await photos.check_day(tx, chat_id, self._refused.count(str(visitor.address), now))
        if visitor.chat is None:
            self._newcomers.check(network, visitor.identity.chat_id, now)
        return visitor

    async def _clean(self, data: bytes, *who: str) -> Picture:
        try:
            return await self._house.pictures.clean(data)
        except PictureRefused:
            for one in who:
                self._refused.add(one, object(), self._house.store.clock(None))
            raise

    async def _keep(self, upload: Upload, data: bytes) -> str:
        """Keep the files, then their row; whatever breaks off in between, the files do not stay without a row."""
        kept = {'original': data, 'clean': upload.picture.clean, 'small': upload.picture.small}
        files = {upload.keys[kind]: content for kind, content in kept.items()}
        async with laid_down(self._house.store, self._house.media, files):
            return await self._write(upload)

    async def _write(self, upload: Upload) -> str:
        """Write the row; the first thing that somebody sends opens his chat, as at the front door."""
        visitor = upload.visitor

        async def body(tx: Tx) -> str:
            row = await arrivals.find(tx, visitor.address, '')
            if row.id is None:
                await arrivals.open_conversation(tx, visitor.address, visitor.locale)
                row = await arrivals.find(tx, visitor.address, '')
            if row.session != visitor.identity.session:
                raise Declined(401, 'signed_out')
            await doomed.keep(tx, list(upload.keys.values()))
            days = self._house.city.retention.original_photo_days
            until = {'original_until': tx.now + timedelta(days=days)}
            return await photos.keep_upload(tx, row.id, cleaned(upload.picture, upload.keys) | until)

        async with self._house.intake.order.holding(visitor.address):
            return await self._house.store.turn(body)
