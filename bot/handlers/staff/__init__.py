"""Handlers of staff: signing in, the queue, working a case."""

from aiogram import Router

from bot.handlers.filters import Tapped
from bot.handlers.staff import desk, steps


def make_router() -> Router:
    """The buttons of staff; their texts and photos come through the steps of reporting."""
    router = Router(name='staff')
    router.callback_query.register(desk.tap, Tapped(*desk.TAPS))
    router.callback_query.register(steps.tap, Tapped(*steps.TAPS))
    return router
