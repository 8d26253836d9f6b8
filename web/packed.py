"""Content that never changes while a process runs: packed once, not at every request."""

import gzip
from collections.abc import Mapping
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

LEVEL = 9  # it is done once


class Packed:
    """One content with its kind and headers, as it is and as gzip."""

    def __init__(self, content: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        self._content = content
        self._packed = gzip.compress(content, LEVEL, mtime=0)
        self._kind = kind
        self._tag = f'W/"{sha256(content).hexdigest()[:16]}"'
        self._headers = {'Vary': 'Accept-Encoding', 'ETag': self._tag, **(headers or {})}

    def answer(self, scope: Scope) -> Response:
        """Give what the browser can read, or say that it has it already."""
        asked = Headers(scope=scope)
        if asked.get('if-none-match') == self._tag:
            return Response(status_code=304, headers=self._headers)
        if 'gzip' in asked.get('accept-encoding', ''):
            packed = {**self._headers, 'Content-Encoding': 'gzip'}
            return Response(self._packed, media_type=self._kind, headers=packed)
        return Response(self._content, media_type=self._kind, headers=self._headers)
