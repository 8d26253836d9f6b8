"""Files as Telegram keeps them: sent again by id, downloaded by a path that getFile names."""

import base64
import hashlib
import io
import itertools
import mimetypes
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.botapi.kinds import Upload
from tests.botapi.refusals import Refused, bad

MEGABYTE = 1024 * 1024
# core.telegram.org/bots/api, "Sending files": a photo at most 10 MB, anything else 50 MB; getFile: 20 MB.
MOST_PHOTO, MOST_UPLOAD, MOST_DOWNLOAD = 10 * MEGABYTE, 50 * MEGABYTE, 20 * MEGABYTE
# Telegram keeps a photo in these sizes (longest side, pixels), each only when it is smaller than the photo.
SIDES = (90, 320, 800, 1280)
LONGEST_SIDE = 2560

FOLDERS = {'photo': 'photos', 'video': 'videos', 'voice': 'voice', 'sticker': 'stickers', 'audio': 'music'}
ENDINGS = {'photo': '.jpg', 'video': '.mp4', 'voice': '.oga', 'sticker': '.webp', 'video_note': '.mp4'}


@dataclass(frozen=True)
class Kept:
    """A file with what Telegram says about it: width, height, duration, mime_type, file_name."""

    kind: str
    path: str
    data: bytes = field(repr=False)
    facts: dict[str, Any]

    def described(self) -> dict[str, Any]:
        """The file as it stands in a message."""
        return {**self.ids(), **self.facts, 'file_size': len(self.data)}

    def ids(self) -> dict[str, str]:
        """The unique id hangs on the content alone; by the other id the file is sent and downloaded."""
        unique = hashlib.sha256(self.kind.encode() + self.data).digest()
        whole = hashlib.sha512(self.path.encode() + unique).digest()
        named = {'file_id': whole[:54], 'file_unique_id': unique[:12]}
        return {name: base64.urlsafe_b64encode(value).decode() for name, value in named.items()}


class Files:
    """Everything that was ever uploaded, by users and by the bot."""

    def __init__(self) -> None:
        self._by_id: dict[str, list[Kept]] = {}
        self._by_path: dict[str, Kept] = {}
        self._numbers = itertools.count(1)

    def keep(self, kind: str, data: bytes, **facts: Any) -> list[dict[str, Any]]:
        """Keep a file as it will stand in messages: a photo in all its sizes, anything else as a list of one."""
        parts = photo_sizes(data) if kind == 'photo' else [(data, facts)]
        kept = [Kept(kind, self._path(kind, more), part, more) for part, more in parts]
        for one in kept:
            self._by_id[one.ids()['file_id']] = kept
            self._by_path[one.path] = one
        return [one.described() for one in kept]

    def _path(self, kind: str, facts: dict[str, Any]) -> str:
        ending = '.' + facts['file_name'].rpartition('.')[2] if 'file_name' in facts else ENDINGS.get(kind, '')
        return f'{FOLDERS.get(kind, "documents")}/file_{next(self._numbers)}{ending}'

    def take(self, kind: str, value: str | Upload, uploads: dict[str, Upload]) -> list[dict[str, Any]]:
        """The file of a request as it will stand in the message: a known id, or an upload. Raises Refused."""
        if isinstance(value, str) and value.startswith('attach://'):
            value = _attached(value.removeprefix('attach://'), uploads)
        if isinstance(value, Upload):
            _hold_small(kind, value.data)
            return self.keep(kind, value.data, **_facts(kind, value))
        if value not in self._by_id:
            raise bad('wrong file identifier/HTTP URL specified')
        if (kept := self._by_id[value])[0].kind != kind:
            raise bad(f"can't use file of type {kept[0].kind.title()} as {kind.title()}")
        return [one.described() for one in kept]

    def get(self, file_id: str) -> dict[str, Any]:
        """Answer getFile; raises Refused, also for more than 20 MB."""
        one = next((one for one in self._by_id.get(file_id, ()) if one.ids()['file_id'] == file_id), None)
        if one is None:
            raise bad('invalid file_id')
        if len(one.data) > MOST_DOWNLOAD:
            raise bad('file is too big', foreseeable=False)
        return {**one.ids(), 'file_size': len(one.data), 'file_path': one.path}

    def read(self, path: str) -> bytes:
        """The content under a path; raises Refused (404)."""
        if path not in self._by_path:
            raise Refused(404, 'Not Found')
        return self._by_path[path].data

    def data(self, file_id: str) -> bytes:
        """The content under a file id, whatever its size."""
        return next(one.data for one in self._by_id[file_id] if one.ids()['file_id'] == file_id)


def _attached(name: str, uploads: dict[str, Upload]) -> Upload:
    if name not in uploads:
        raise bad(f'there is no file "{name}" in the request')
    return uploads[name]


def _hold_small(kind: str, data: bytes) -> None:
    if not data:
        raise bad('file must be non-empty')
    if len(data) > MOST_UPLOAD:
        raise Refused(413, 'Request Entity Too Large')
    if kind == 'photo' and len(data) > MOST_PHOTO:
        raise bad(f'file of size {len(data)} bytes is too big for a photo; the maximum size is {MOST_PHOTO} bytes')


def _facts(kind: str, upload: Upload) -> dict[str, Any]:
    mime = mimetypes.guess_type(upload.filename)[0] or 'application/octet-stream'
    sized: dict[str, dict[str, Any]] = {
        'document': {'file_name': upload.filename, 'mime_type': mime},
        'video': {'width': 640, 'height': 360, 'duration': 1, 'mime_type': mime},
        'animation': {'width': 320, 'height': 180, 'duration': 1, 'mime_type': mime},
        'sticker': {'type': 'regular', 'width': 512, 'height': 512, 'is_animated': False, 'is_video': False},
        'video_note': {'length': 240, 'duration': 1},
    }
    return sized.get(kind, {'duration': 1, 'mime_type': mime})


def photo_sizes(data: bytes) -> list[tuple[bytes, dict[str, int]]]:
    """A photo in all sizes that Telegram keeps, smallest first. Where it was taken is not in them (no EXIF).

    What is no picture at all (tests say b'photo') is kept as it is.
    """
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
    except (UnidentifiedImageError, OSError):
        return [(data, {'width': 90, 'height': 90})]
    sides = [side for side in SIDES if side < max(image.size)]
    whole = (
        _jpeg(image, LONGEST_SIDE) if _must_shrink(image) else (data, {'width': image.width, 'height': image.height})
    )
    return [*(_jpeg(image, side) for side in sides), whole]


def _must_shrink(image: Image.Image) -> bool:
    return bool(image.getexif()) or max(image.size) > LONGEST_SIDE


def _jpeg(image: Image.Image, side: int) -> tuple[bytes, dict[str, int]]:
    small = image.convert('RGB')
    small.thumbnail((side, side))
    out = io.BytesIO()
    small.save(out, 'JPEG', quality=80)
    return out.getvalue(), {'width': small.width, 'height': small.height}
