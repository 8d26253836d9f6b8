"""Drafts in hand that nobody goes on with: asked about once, and dropped after the days of the data notice."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, literal, or_, select

from civic.city import City
from storage import outbox
from storage.arrivals import Conversation
from storage.store import ReadTx, Tx
from storage.tables import conversations
from storage.tables import outbox as notices

LEFT = timedelta(hours=2)  # of silence, then one nudge (product default)
NUDGE_WITHIN = timedelta(hours=24)
DAYTIME = range(8, 21)  # hours of the city in which a nudge may come (product default)
KEPT_NOTES = frozenset({'noticed', 'last_street'})  # what a silent chat still needs to know

_in_hand = conversations.c.data[('draft', 'id')].as_string()


def is_daytime(city: City, now: datetime) -> bool:
    """Tell whether people may be reminded of something now."""
    return now.astimezone(ZoneInfo(city.timezone)).hour in DAYTIME


async def find_left(tx: ReadTx, limit: int = 200) -> list[Row[Any]]:
    """List drafts in hand (conversation id, draft id) left for two hours and not nudged about yet."""
    nudged = exists().where(notices.c.once == literal('nudge:') + _in_hand)
    left = (conversations.c.heard_at < tx.now - LEFT) & conversations.c.unreachable_at.is_(None)
    statement = select(conversations.c.id, _in_hand.label('draft')).where(left, _in_hand.is_not(None), ~nudged)
    return list((await tx.execute(statement.limit(limit))).all())


async def nudge(tx: Tx, left: list[Row[Any]]) -> None:
    """Write one notice for each draft that was left; a draft that had one gets no second."""
    until = tx.now + NUDGE_WITHIN
    rows = [
        outbox.message(tx, row.id, 'draft_nudge', {'draft': row.draft}, once=f'nudge:{row.draft}', not_after=until)
        for row in left
    ]
    await outbox.put(tx, rows)


def holds(conversation: Conversation, draft_id: str) -> bool:
    """Tell whether a draft is still in a chat's hand."""
    return bool((conversation.data.get('draft') or {}).get('id') == draft_id)


async def find_silent(tx: ReadTx, city: City, limit: int = 200) -> list[Row[Any]]:
    """List chats (id, channel, bot, chat_id) that were begun with something and then silent for the draft days."""
    begun = [conversations.c.data[name].as_string().is_not(None) for name in ('draft', 'said', 'filed', 'case')]
    silent = conversations.c.heard_at < _silent_since(city, tx.now)
    chats = select(conversations.c.id, conversations.c.channel, conversations.c.bot, conversations.c.chat_id)
    statement = chats.where(silent, or_(conversations.c.state.is_not(None), *begun))
    return list((await tx.execute(statement.limit(limit))).all())


def is_silent(conversation: Conversation, city: City, now: datetime) -> bool:
    """Tell whether nothing was heard for as many days as a draft is kept."""
    return conversation.heard_at < _silent_since(city, now)


def _silent_since(city: City, now: datetime) -> datetime:
    return now - timedelta(days=city.retention.draft_days)


def let_go(conversation: Conversation) -> None:
    """Forget what a chat was about; the photos of its draft go with the unused ones."""
    conversation.state = None
    conversation.data = {name: note for name, note in conversation.data.items() if name in KEPT_NOTES}
