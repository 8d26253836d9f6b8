"""The flood guard: so many updates a minute from one chat, then one polite notice (product default: 30)."""

import math
from datetime import datetime, timedelta

from bot.intake.channel import TurnedAway
from storage.arrivals import Conversation

MINUTE = timedelta(minutes=1)
TURNED_AWAY = 5  # times the limit: what comes then leaves no row at all (product default)
MOST_OF_ALBUM = 10  # the Bot API's largest album; a made-up one is no way around the guard


def excess(conversation: Conversation, album: str | None, now: datetime, limit: int) -> int:
    """Count this update into the chat's minute; gives how many are over the limit, at most 0 when none is.

    Raises TurnedAway far over it; the count that is kept stays there until the minute is over.
    """
    found = count(conversation, album, now)
    if found > TURNED_AWAY * limit:
        left = conversation.flood_since + MINUTE - now
        raise TurnedAway('too_fast', max(1, math.ceil(left.total_seconds())))
    return found - limit


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
