"""The web chat as a channel: its wire is our own transcript, so saying something is a row of the turn."""

from collections.abc import Sequence
from typing import Any

from bot.content.calls import Call
from bot.intake.channel import Heard, Spoken
from storage import transcript
from storage.arrivals import Conversation
from storage.store import Tx

# What the wire has no use for: an acknowledged tap without words is the answer to its own POST.
SHOWN = {
    'sendMessage',
    'sendPhoto',
    'sendMediaGroup',
    'sendDocument',
    'sendVoice',
    'sendVideo',
    'sendLocation',
    'editMessageText',
    'editMessageReplyMarkup',
    'deleteMessage',
}


class WebChannel:
    """The web chat; photos are uploaded and cleaned before their update comes."""

    name = 'web'
    bot = 0
    keeps_uploads = True
    has_page = True

    async def keep(
        self, tx: Tx, conversation: Conversation, heard: Heard | None, calls: Sequence[Call]
    ) -> Sequence[Call]:
        """Write what the person said and what we answer; nothing is left to be spoken."""
        said = [('heard', heard.echo)] if heard is not None and heard.echo else []
        frames = [*said, *(frame for call in calls if (frame := _frame(call)))]
        await transcript.write(tx, conversation.id, frames, conversation.for_staff, conversation.about)
        return []

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        """Nothing is ever left: the sockets are woken by the commit."""
        return [Spoken(position) for position, _call in calls]


def _frame(call: Call) -> tuple[str, dict[str, Any]] | None:
    if call.method in SHOWN:
        return call.method, {name: value for name, value in call.params.items() if name != 'chat_id'}
    if call.method == 'answerCallbackQuery' and call.params.get('text'):
        return call.method, {name: value for name, value in call.params.items() if name != 'callback_query_id'}
    return None
