"""What nobody else took: old buttons, kinds of messages that we cannot read."""

from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.content import residents as words
from bot.content.say import strip
from bot.handlers.reports.hand import go_on, in_hand
from bot.handlers.turn import Turn, message_id_of


async def old_button(callback: CallbackQuery, turn: Turn) -> Any:
    """A button of an older release, or a forged one: it goes, and the question of this moment is asked anew."""
    draft = in_hand(turn)
    again = go_on(turn, draft) if draft is not None else None
    return [strip(message_id_of(callback)), words.old_button(), again]


async def not_understood(message: Message) -> Any:
    """A sticker, a contact, a game."""
    return words.not_understood()


def make_router() -> Router:
    """The last router: no filters."""
    router = Router(name='fallback')
    router.callback_query.register(old_button)
    router.message.register(not_understood)
    return router
