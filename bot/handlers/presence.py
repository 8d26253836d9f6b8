"""Whether anybody hears us: a chat that was blocked gets no notices until its person is back."""

from typing import Any

from aiogram import Router
from aiogram.types import ChatMemberUpdated

from bot.handlers.turn import Turn

GONE = ('kicked', 'left')


async def note(event: ChatMemberUpdated, turn: Turn) -> Any:
    """Note that we were blocked, or let in again; nothing is said either way."""
    turn.conversation.unreachable_at = turn.now if event.new_chat_member.status in GONE else None


def make_router() -> Router:
    """The router of memberships; of private chats only, the channel sees to groups."""
    router = Router(name='presence')
    router.my_chat_member.register(note)
    return router
