"""Documents: what was made for this person; originals of photos and recordings for staff who may have them."""

import mimetypes
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from sqlalchemy import Row
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from civic import looks, originals, photos
from civic.people import StaffMember
from storage.files import ORIGINAL, find_file
from web.declined import Declined
from web.house import WebHouse
from web.ranges import asked_part
from web.visitors import Visitors

UNKNOWN = 'application/octet-stream'
PLAYED = {'voice': 'audio/ogg', 'video': 'video/mp4'}
# What the first bytes of a kept original say; people's own names for their files are not kept.
KINDS = ((b'\xff\xd8\xff', 'jpg'), (b'\x89PNG', 'png'), (b'RIFF', 'webp'))


class Files:
    """Hands documents over, always to be saved, never to be opened in the page; recordings are played there."""

    def __init__(self, house: WebHouse, visitors: Visitors) -> None:
        self._house = house
        self._visitors = visitors

    async def show(self, request: Request) -> Response:
        """GET /chat/files/{token}; missing, lapsed and forbidden look the same."""
        token = request.path_params['token']
        if token.endswith(ORIGINAL):
            return await self._original(request, token.removesuffix(ORIGINAL))
        async with self._house.store.read() as tx:
            visitor = await self._visitors.find(tx, request)
            found = await find_file(tx, visitor.chat.id, token) if visitor and visitor.chat else None
        if found is None:
            raise Declined(404, 'not_here')
        return _attached(await self._house.media.stream(found.media_key), found.name)

    async def _original(self, request: Request, token: str) -> Response:
        async with self._house.store.read() as tx:
            visitor = await self._visitors.find(tx, request)
            staff = await self._visitors.staff(tx, visitor) if visitor else None
            photo = await photos.find_photo(tx, token) if staff else None
            if staff is None or photo is None or not originals.may_fetch(photo, staff):
                raise Declined(404, 'not_here')
            noted = photo.kind != 'photo' and await looks.is_noted(tx, photo, staff)
        if photo.kind != 'photo':
            return await self._play(request, photo, None if noted else staff)
        data = await self._house.media.get(photo.original_key)
        async with self._house.store.begin() as tx:
            await originals.note_fetch(tx, photo, staff)
        return _attached(data, f'{token[:8]}.{_ending(data)}')

    async def _play(self, request: Request, photo: Row[Any], listener: StaffMember | None) -> Response:
        """Give a player the part that it asks for, or all; `listener` is whose look is not written down today."""
        part = asked_part(request.headers.get('range'), photo.size)
        if listener is not None:
            async with self._house.store.begin() as tx:
                await looks.note(tx, photo, listener)
        headers = {'Accept-Ranges': 'bytes', 'Cache-Control': 'private, no-store', 'Content-Disposition': 'inline'}
        media, kind = self._house.media, PLAYED[photo.kind]
        if part is None:
            return Response(await media.get(photo.original_key), media_type=kind, headers=headers)
        data = await media.part(photo.original_key, part.start, part.stop - part.start)
        return Response(data, 206, headers | part.headers, kind)


def _attached(content: bytes | AsyncIterator[bytes], name: str) -> Response:
    headers = {
        'Content-Disposition': f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        'Cache-Control': 'private, no-store',
    }
    kind = mimetypes.guess_type(name)[0] or UNKNOWN
    if isinstance(content, bytes):
        return Response(content, media_type=kind, headers=headers)
    return StreamingResponse(content, media_type=kind, headers=headers)


def _ending(data: bytes) -> str:
    return next((ending for start, ending in KINDS if data.startswith(start)), 'heic')
