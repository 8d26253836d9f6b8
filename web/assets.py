"""Static files under addresses that change with their content, so that browsers may keep them for a year.

The scripts of the chat page are written one noun a file and sent as one file, joined when the process starts:
phones far from the server pay for every request, and joined files shrink better.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web.packed import Packed

STATIC = Path(__file__).parent / 'static'
TEMPLATES = Path(__file__).parent / 'templates'
CHAT_SCRIPT = 'chat.js'
# In this order: a file uses what stands before it. map.js is loaded by places.js when the map opens.
CHAT_PARTS = (
    *('dom', 'words', 'keep', 'shelf', 'queue', 'wire', 'sheet', 'scroll', 'bubbles', 'keyboards', 'thread'),
    *('pending', 'upload', 'photos', 'albums', 'places', 'composer', 'large', 'page'),
)
KINDS = {'.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml'}
A_YEAR = 'public, max-age=31536000, immutable'


@cache
def asset(path: str) -> str:
    """The address of web/static/<path>, e.g. /static/chat.css?v=1f0c9a7d; read once a process."""
    return f'/static/{path}?v={sha256(content(path)).hexdigest()[:8]}'


def content(path: str) -> bytes:
    if path != CHAT_SCRIPT:
        return (STATIC / path).read_bytes()
    return b'\n'.join((STATIC / 'chat' / f'{part}.js').read_bytes() for part in CHAT_PARTS)


def static_routes() -> Sequence[BaseRoute]:
    """Everything under /static; what is asked for with its version may be kept for a year."""
    packed_files()
    return [Mount('/static', KeptFiles(directory=STATIC))]


@cache
def packed_files() -> Mapping[str, Packed]:
    """Pack the texts under web/static by their paths, and the joined script; once a process."""
    texts = [path.relative_to(STATIC).as_posix() for path in STATIC.rglob('*') if path.suffix in KINDS]
    return {path: Packed(content(path), KINDS[Path(path).suffix]) for path in (CHAT_SCRIPT, *texts)}


class KeptFiles(StaticFiles):
    """Files of which a versioned address never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        packed = packed_files().get(path) if scope['method'] in ('GET', 'HEAD') else None
        return kept(packed.answer(scope) if packed else await super().get_response(path, scope), scope)


def kept(response: Response, scope: Scope) -> Response:
    if b'v=' in scope['query_string']:
        response.headers['Cache-Control'] = A_YEAR
    return response
