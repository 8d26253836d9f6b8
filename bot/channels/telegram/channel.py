"""Telegram as a channel of the house: what is kept is spoken after the commit, call by call, in order."""

from collections.abc import Sequence
from typing import Any

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile

from bot.channels.telegram.fates import fate_of
from bot.channels.telegram.kept import Content, FileGone, KeptFiles
from bot.channels.telegram.wire import PATIENCE, UPLOAD_PATIENCE, Wire
from bot.content.calls import Call
from bot.intake.channel import Fate, Heard, Spoken
from storage.arrivals import Conversation
from storage.store import Tx

log = structlog.get_logger('telegram')


class TelegramChannel:
    """Telegram's side of a bot; photos come as ids and are fetched by a job."""

    name = 'telegram'
    keeps_uploads = False
    shows_notice = False

    def __init__(self, wire: Wire, files: KeptFiles) -> None:
        self.wire = wire
        self.bot = wire.bot_id
        self._files = files

    async def keep(
        self, tx: Tx, conversation: Conversation, heard: Heard | None, calls: Sequence[Call]
    ) -> Sequence[Call]:
        """Keep nothing beside the update: all of it must be spoken."""
        return calls

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        """Say calls up to the first that cannot be said now."""
        spoken: list[Spoken] = []
        for position, call in calls:
            spoken.append(await self._speak_one(position, call))
            if spoken[-1].fate not in (Fate.SAID, Fate.REFUSED):
                break
        return spoken

    async def _speak_one(self, position: int, call: Call) -> Spoken:
        try:
            return Spoken(position, message_id_of(await self._say(call)))
        except Exception as fault:
            spoken = (
                fate_of(position, fault) if not isinstance(fault, FileGone) else Spoken(position, fate=Fate.REFUSED)
            )
            if spoken.fate is not Fate.SAID:
                log.warning('not said', method=call.method, fate=spoken.fate.value, why=type(fault).__name__)
            return spoken

    async def _say(self, call: Call) -> Any:
        found = await self._files.take(call.params)
        try:
            return await self._send(call, found)
        except TelegramBadRequest as refused:
            if 'file' not in refused.message.lower() or not await self._files.forget(found):
                raise
        return await self._send(call, await self._files.take(call.params))

    async def _send(self, call: Call, found: dict[str, str | Content]) -> Any:
        patience = UPLOAD_PATIENCE if any(isinstance(there, Content) for there in found.values()) else PATIENCE
        result = await self.wire.call(call.method, filled(call.params, found), patience=patience)
        if found:
            await self._files.remember(found, result)
        return result


def filled(value: Any, found: dict[str, str | Content]) -> Any:
    """Put ids and contents in the place of kept files."""
    if isinstance(value, dict):
        if '$kept' in value:
            there = found[value['$kept'][0]]
            return there if isinstance(there, str) else BufferedInputFile(there.data, there.name)
        return {name: filled(part, found) for name, part in value.items()}
    return [filled(part, found) for part in value] if isinstance(value, list) else value


def message_id_of(result: Any) -> int | None:
    """Take the id of the message that a call made, or of an album's first."""
    first = result[0] if isinstance(result, list) and result else result
    return first.get('message_id') if isinstance(first, dict) else None
