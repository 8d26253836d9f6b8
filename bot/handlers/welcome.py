"""First contact: one screen, then at once the thing to do; going on is consent to the notice's version."""

from typing import Any

from aiogram.types import Update

from bot.content import residents as words
from bot.handlers.turn import Turn
from civic import residents


async def greet(turn: Turn, update: Update) -> list[Any]:
    """Say welcome once for each version of the data notice; note the consent of whoever goes on after it."""
    version = turn.city.notice.version
    if turn.resident.notice_version == version:
        return []
    if turn.data.get('noticed') == version:
        await residents.agree(turn.tx, turn.resident.id, version)
        del turn.data['noticed']
        return []
    turn.data['noticed'] = version
    returning = turn.resident.notice_version is not None
    return [words.notice_changed(turn.city) if returning else words.welcome(turn.city)]
