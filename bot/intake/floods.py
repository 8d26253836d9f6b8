"""The flood guard: so many updates a minute from one chat, then one polite notice (product default: 30)."""

from datetime import datetime, timedelta

from storage.arrivals import Conversation

MINUTE = timedelta(minutes=1)
MOST_OF_ALBUM = 10  # the Bot API's largest album; a made-up one is no way around the guard


def count(conversation: Conversation, album: str | None, now: datetime) -> int:
    """Count this update into the chat's minute and give the count; an album counts once, up to ten members."""
    if now - conversation.flood_since >= MINUTE:
        conversation.flood_since, conversation.flood_count, conversation.flood_album = now, 0, None
    name, _, members = (conversation.flood_album or '').rpartition('#')
    of_album = int(members) + 1 if members and name == album else 1
    if album is None or of_album == 1 or of_album > MOST_OF_ALBUM:
        conversation.flood_count += 1
    if album is not None:
        conversation.flood_album = f'{album}#{of_album}'
    return conversation.flood_count
