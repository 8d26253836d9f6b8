"""First contact: one screen, then at once the thing to do; going on is consent to the notice's version.

A channel that shows the notice on a screen of its own (the web chat) needs no second one: who writes there went on.
"""

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
    if turn.has_page or turn.data.get('noticed') == version:
        await residents.agree(turn.tx, turn.resident.id, version)
        return [words.step_by_step()] if turn.data.pop('noticed', None) is None else []
    turn.data['noticed'] = version
    returning = turn.resident.notice_version is not None
    return [words.notice_changed() if returning else words.welcome(turn.city)]
