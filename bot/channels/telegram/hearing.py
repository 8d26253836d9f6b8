"""What Telegram sends, read for the front door: whose chat, which key, and what is none of ours."""

from dataclasses import dataclass
from typing import Any

from bot.intake.channel import Heard

# What we ask Telegram for; all else would be counted as seen and answered by nothing.
KINDS = ('message', 'edited_message', 'callback_query', 'my_chat_member')
PRIVATE = 'private'
IN = ('member', 'administrator', 'creator', 'restricted')


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An update from a group or a channel; `came` or `went` when it says that we were added or put out."""

    chat_id: int
    language_code: str | None
    came: bool = False
    went: bool = False


def heard_of(update: dict[str, Any]) -> Heard | Elsewhere | None:
    """Read one update; None when nothing is to be done with it: an unknown kind, a moving live location."""
    kind = next((name for name in KINDS if name in update), None)
    if kind is None:
        return None
    event = update[kind]
    message = event.get('message') or {} if kind == 'callback_query' else event
    chat, sender = message.get('chat'), event.get('from') or {}
    if chat is not None and chat['type'] != PRIVATE:
        moved = event['new_chat_member']['status'] in IN if kind == 'my_chat_member' else None
        return Elsewhere(chat['id'], sender.get('language_code'), moved is True, moved is False)
    if kind == 'edited_message' and 'location' in event:
        return None  # the first point of a live location was heard with its message
    return Heard(
        str(update['update_id']),
        chat['id'] if chat is not None else sender['id'],
        update,
        language_code=sender.get('language_code'),
        album=message.get('media_group_id') if kind == 'message' else None,
    )
