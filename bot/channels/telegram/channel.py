"""Telegram as the channel of replies: aiogram makes the calls, at once and without waiting for the bucket."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.types import BufferedInputFile

from bot.channels.telegram import fates
from bot.channels.telegram.kept import Content, Found, KeptFiles
from bot.channels.telegram.pace import Pace, messages_in
from bot.channels.telegram.speaking import Speaking, filled
from bot.channels.telegram.wire import PATIENCE, Wire
from bot.content.calls import Call
from bot.intake.channel import Spoken


class TelegramChannel(Speaking):
    """Speaks over the wire that also hears; what it says is debited with the marks (bot/intake/said.py)."""

    def __init__(self, wire: Wire, files: KeptFiles) -> None:
        super().__init__(wire, files, Pace(files.store, wire.bot_id))

    async def call(self, call: Call, found: Found, patience: float) -> Any:
        """Make one call. Raises aiogram's TelegramAPIError, ClientDecodeError."""
        self.pace.spend(messages_in(call.method, call.params))
        return await self.ask(call.method, filled(call.params, found, _upload), patience=patience)

    async def ask(self, method: str, params: Mapping[str, Any] | None = None, *, patience: float = PATIENCE) -> Any:
        """Make any call over the wire; a 429 silences its chat, or the bot. Raises as `call` does."""
        try:
            return await self.wire.call(method, params, patience=patience)
        except TelegramRetryAfter as fault:
            await self.pace.halt(fault.retry_after, (params or {}).get('chat_id'))
            raise

    def wait_for(self, chat_id: int, left: Sequence[Call]) -> float:
        """Wait for Telegram, for the sweep, and for the pace of the chat; what waits is left to the sweep."""
        chats, messages = self.pace.chats, [messages_in(call.method, call.params) for call in left]
        if halted := self.pace.halted:
            return halted
        if wait := max(chats.silent(chat_id), chats.left(chat_id)) or chats.enter(chat_id, messages[0]):
            chats.leave(chat_id, sum(messages))
        return wait

    def fate_of(self, position: int, fault: Exception) -> Spoken:
        """Read what aiogram raised."""
        return fates.fate_of(position, fault)

    def why_refused(self, fault: Exception) -> str:
        """Give Telegram's description of a 400."""
        return fault.message if isinstance(fault, TelegramBadRequest) else ''


def _upload(content: Content) -> BufferedInputFile:
    return BufferedInputFile(content.data, content.name)
