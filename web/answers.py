"""Answers in JSON, in the shape of the Bot API: ok, and either a result or a sentence."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

NO_STORE = {'Cache-Control': 'no-store'}


class Json(Response):
    """A JSON answer that nobody keeps."""

    media_type = 'application/json'

    def __init__(self, content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, status_code, {**NO_STORE, **(headers or {})})

    def render(self, content: Any) -> bytes:
        """Write JSON."""
        return orjson.dumps(content)


def done(**more: Any) -> Json:
    """Answer that it is done."""
    return Json({'ok': True, **more})
