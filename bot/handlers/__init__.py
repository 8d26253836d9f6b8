"""Handlers: each reads what was said, calls one verb of civic/, and returns its replies."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.types import Update

from bot.content.calls import Call, freeze, replies
from bot.handlers import commands, fallback, presence, reports, staff, welcome
from bot.handlers.turn import Turn, context
from civic.words import taken_in

GREETED = ('message', 'callback_query')
ANSWERED = (*GREETED, 'edited_message', 'my_chat_member')

Answering = Callable[[Turn, int, dict[str, Any]], Awaitable[list[Call]]]


class SpokeInside(RuntimeError):
    """A handler spoke inside its turn; it must return its replies."""


class Mute(BaseSession):
    """The session of the bot that handlers see: speaking inside a turn is an error."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's signature
        """Refuse to speak."""
        raise SpokeInside(method.__api_method__)

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse to fetch."""
        raise SpokeInside('stream_content')
        yield b''

    async def close(self) -> None:
        """Nothing is held."""


MUTE = Bot('1:mute', session=Mute())


def make_dispatcher() -> Dispatcher:
    """Put the routers in order: commands and words first, then buttons and steps by noun, then the rest."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_routers(
        commands.make_router(),
        reports.make_router(),
        staff.make_router(),
        presence.make_router(),
        fallback.make_router(),
    )
    return dispatcher


def make_answering() -> Answering:
    """Give the function that answers one update with frozen calls."""
    dispatcher = make_dispatcher()

    async def answer(turn: Turn, bot: int, raw: dict[str, Any]) -> list[Call]:
        update = Update.model_validate(_taken_in(raw), context={'bot': MUTE})
        if update.event_type not in ANSWERED:
            return []  # kept as seen; aiogram would log its content
        greeting = await welcome.greet(turn, update) if update.event_type in GREETED else []
        state = context(turn, bot)
        raw_state = turn.conversation.state
        said = await dispatcher.feed_update(
            MUTE, update, state=state, raw_state=raw_state, fsm_storage=state.storage, turn=turn
        )
        return _frozen(turn, update, [*greeting, *replies(said)])

    return answer


def _taken_in(raw: dict[str, Any]) -> dict[str, Any]:
    """Take in what somebody wrote, in the one place that all words pass: text, caption, the name of a place."""
    kind = 'edited_message' if 'edited_message' in raw else 'message'
    message = raw.get(kind) or {}
    said: dict[str, Any] = {name: taken_in(message[name]) for name in ('text', 'caption') if message.get(name)}
    if message.get('venue'):
        said['venue'] = {
            name: taken_in(part) if isinstance(part, str) else part for name, part in message['venue'].items()
        }
    return raw | {kind: message | said} if said else raw


def _frozen(turn: Turn, update: Update, methods: list[Any]) -> list[Call]:
    """Freeze the replies; a tap that nobody acknowledged is acknowledged."""
    calls = [freeze(method, turn.conversation.address.chat_id) for method in methods]
    query = update.callback_query
    if query is not None and not any(call.method == 'answerCallbackQuery' for call in calls):
        calls.append(Call('answerCallbackQuery', {'callback_query_id': query.id}))
    return calls
