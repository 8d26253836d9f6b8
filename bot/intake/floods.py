"""The flood guard: so many updates a minute from one chat, then one polite notice (product default: 30)."""

from datetime import datetime, timedelta

from storage.arrivals import Conversation

MINUTE = timedelta(minutes=1)


def count(conversation: Conversation, album: str | None, now: datetime) -> int:
    """Count this update into the chat's minute and give the count; an album counts once."""
    if now - conversation.flood_since >= MINUTE:
        conversation.flood_since, conversation.flood_count, conversation.flood_album = now, 0, None
    if album is None or album != conversation.flood_album:
        conversation.flood_count += 1
    conversation.flood_album = album or conversation.flood_album
    return conversation.flood_count
