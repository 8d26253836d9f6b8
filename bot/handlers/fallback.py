"""What nobody else took: old buttons, kinds of messages that we cannot read."""

from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.content import residents as words


async def old_button(callback: CallbackQuery) -> Any:
    """A button of an older release, or a forged one."""
    return words.old_button()


async def not_understood(message: Message) -> Any:
    """A sticker, a contact, a game."""
    return words.not_understood()


def make_router() -> Router:
    """The last router: no filters."""
    router = Router(name='fallback')
    router.callback_query.register(old_button)
    router.message.register(not_understood)
    return router
