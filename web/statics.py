"""Static files: kept for a year under the addresses that change with their content (web/assets.py)."""

import os

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

VERSIONED = 'public, max-age=31536000, immutable'
OTHERS = 'public, max-age=3600'  # what a style sheet names without a version, such as map markers


class Statics(StaticFiles):
    """Starlette's static files with caching by address."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Give the file, or 304, and say how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = scope['query_string'].startswith(b'v=')
        response.headers['Cache-Control'] = VERSIONED if versioned else OTHERS
        return response
