"""Handlers of reporting: the dialog in any order, and one's own cases."""

from aiogram import Router

from bot.handlers.filters import Holds, Tapped
from bot.handlers.reports import files, mine, start, steps


def make_router() -> Router:
    """Files and places are taken at any step; text is taken by the step that waits for it."""
    router = Router(name='reports')
    router.message.register(files.take, Holds('photo', 'voice', 'video', 'video_note', 'animation', 'document'))
    router.message.register(start.take_place, Holds('location'))
    router.message.register(start.take_text, Holds('text'))
    router.edited_message.register(start.take_edit, Holds('text', 'caption'))
    router.callback_query.register(steps.tap, Tapped(*steps.TAPS))
    router.callback_query.register(mine.tap, Tapped(*mine.TAPS))
    return router
