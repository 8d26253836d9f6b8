"""Telegram as the channel of notices: python-telegram-bot makes the calls, at the pace of the bucket."""

import re
from typing import Any

from telegram import InputFile, InputMedia
from telegram.ext import ExtBot

from bot.channels.telegram.kept import Content, Found, KeptFiles
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.speaking import Speaking, filled
from bot.channels.telegram.wire import Wire
from bot.content.calls import Call
from bot.intake.channel import Spoken
from jobs.telegram import fates
from jobs.telegram.limiter import Limiter
from jobs.telegram.request import NotDone, Request

BAD_REQUEST = 400


class Delivery(Speaking):
    """One bot, on the server of its wire; calls stay the JSON that they were kept as."""

    def __init__(self, wire: Wire, files: KeptFiles, pace: Pace) -> None:
        super().__init__(wire, files, pace)
        self._request = Request()
        self._bot = ExtBot(
            wire.token,
            base_url=f'{wire.base}/bot',
            request=self._request,
            get_updates_request=self._request,  # never used; one of its own would be a second pool
            rate_limiter=Limiter(pace),
        )

    async def call(self, call: Call, found: Found, patience: float) -> Any:
        """Make one call. Raises NotNow, NotDone, Unreadable, NetworkError, StoreDown."""
        params = _params(call, found)
        return await self._bot.do_api_request(
            _spelled(call.method), api_kwargs=params, read_timeout=patience, write_timeout=patience
        )

    def fate_of(self, position: int, fault: Exception) -> Spoken:
        """Read what python-telegram-bot raised."""
        return fates.fate_of(position, fault)

    def why_refused(self, fault: Exception) -> str:
        """Give Telegram's description of a 400."""
        return fault.description if isinstance(fault, NotDone) and fault.code == BAD_REQUEST else ''

    async def close(self) -> None:
        """Close all connections."""
        await self._request.shutdown()


def _spelled(method: str) -> str:
    """Write sendMessage as send_Message: the library warns at each method that it knows, and sends both alike."""
    return re.sub('([A-Z])', r'_\1', method)


def _params(call: Call, found: Found) -> dict[str, Any]:
    """Fill files in; the library wants the pictures of an album as objects of its own."""
    media = call.params.get('media')
    if not isinstance(media, list):
        return dict(filled(call.params, found, lambda content: InputFile(content.data, content.name)))
    album: list[dict[str, Any]] = filled(media, found, _attached)
    return {**call.params, 'media': [_medium(**one) for one in album]}


def _attached(content: Content) -> InputFile:
    return InputFile(content.data, content.name, attach=True)


def _medium(type: str, media: Any, **more: Any) -> InputMedia:  # noqa: A002 - the Bot API's name
    return InputMedia(type, media, api_kwargs=more)
