"""Speaking on Telegram, whichever library makes the calls: in order, files once, silent while Telegram wants it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from bot.channels.telegram.kept import Content, FileGone, Found, KeptFiles
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.wire import PATIENCE, UPLOAD_PATIENCE, Wire
from bot.content.calls import Call
from bot.intake.channel import Fate, Heard, Spoken
from storage.arrivals import Conversation
from storage.store import StoreDown, Tx

log = structlog.get_logger('telegram')


class Speaking(ABC):
    """Telegram's side of a bot, on the server of its wire; photos come as ids and are fetched by a job."""

    name = 'telegram'
    keeps_uploads = False
    has_page = False

    def __init__(self, wire: Wire, files: KeptFiles, pace: Pace) -> None:
        self.wire = wire
        self.bot = wire.bot_id
        self.pace = pace
        self._files = files

    @abstractmethod
    async def call(self, call: Call, found: Found, patience: float) -> Any:
        """Make one call and give its result as JSON; raises what the library raises."""

    @abstractmethod
    def fate_of(self, position: int, fault: Exception) -> Spoken:
        """Tell what came of a call that ended with `fault`."""

    @abstractmethod
    def why_refused(self, fault: Exception) -> str:
        """Give Telegram's description of a 400; nothing for other faults."""

    async def keep(
        self, tx: Tx, conversation: Conversation, heard: Heard | None, calls: Sequence[Call]
    ) -> Sequence[Call]:
        """Keep nothing beside the update: all of it must be spoken."""
        return calls

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        """Say calls up to the first that cannot be said now."""
        spoken: list[Spoken] = []
        for n, (position, call) in enumerate(calls):
            if wait := self.wait_for(chat_id, [call for _position, call in calls[n:]]):
                return [*spoken, Spoken(position, fate=Fate.HALTED, wait=wait)]
            spoken.append(await self._speak_one(position, call))
            if spoken[-1].fate not in (Fate.SAID, Fate.REFUSED):
                break
        return spoken

    def wait_for(self, chat_id: int, left: Sequence[Call]) -> float:
        """Give the seconds until the first of the calls that are left may be tried."""
        return self.pace.silent(chat_id)

    async def _speak_one(self, position: int, call: Call) -> Spoken:
        try:
            return Spoken(position, message_id_of(await self._say(call)))
        except StoreDown:
            return Spoken(position, fate=Fate.UNSENT)  # nothing goes out that could not be counted
        except Exception as fault:
            gone = isinstance(fault, FileGone)
            spoken = Spoken(position, fate=Fate.REFUSED) if gone else self.fate_of(position, fault)
            if spoken.fate is not Fate.SAID:
                log.warning('not said', method=call.method, fate=spoken.fate.value, why=type(fault).__name__)
            return spoken

    async def _say(self, call: Call) -> Any:
        found = await self._files.take(call.params)
        try:
            return await self._send(call, found)
        except Exception as fault:
            if 'file' not in self.why_refused(fault).lower() or not await self._files.forget(found):
                raise
        return await self._send(call, await self._files.take(call.params))

    async def _send(self, call: Call, found: Found) -> Any:
        uploads = any(isinstance(there, Content) for there in found.values())
        result = await self.call(_unlinked(call), found, UPLOAD_PATIENCE if uploads else PATIENCE)
        if uploads:
            await self._files.remember(found, result)
        return result


def _unlinked(call: Call) -> Call:
    """Let no link show a preview: Telegram makes links of what residents write, too."""
    if call.method not in ('sendMessage', 'editMessageText'):
        return call
    return Call(call.method, {**call.params, 'link_preview_options': {'is_disabled': True}})


def filled(value: Any, found: Found, upload: Callable[[Content], Any]) -> Any:
    """Put ids in the place of kept files, and what `upload` makes of those that Telegram does not have yet."""
    if isinstance(value, dict):
        if '$kept' in value:
            there = found[value['$kept'][0]]
            return there if isinstance(there, str) else upload(there)
        return {name: filled(part, found, upload) for name, part in value.items()}
    return [filled(part, found, upload) for part in value] if isinstance(value, list) else value


def message_id_of(result: Any) -> int | None:
    """Take the id of the message that a call made, or of an album's first."""
    first = result[0] if isinstance(result, list) and result else result
    return first.get('message_id') if isinstance(first, dict) else None
