"""How much one chat sent within a day: counted in its row, without words, so that being forgotten resets nothing."""

from datetime import datetime, timedelta

from sqlalchemy import case, literal, or_, select, update

from storage.arrivals import Conversation
from storage.store import ReadTx, Tx
from storage.tables import conversations

DAY = timedelta(days=1)  # begins with the first that is sent


async def photos_today(tx: Tx | ReadTx, conversation_id: int) -> int:
    """Give how many photos a chat sent in its day."""
    today = (conversations.c.id == conversation_id) & (conversations.c.day_since > tx.now - DAY)
    row = (await tx.execute(select(conversations.c.day_photos).where(today))).one_or_none()
    return row.day_photos if row else 0


async def count_photo(tx: Tx, conversation_id: int, most: int) -> bool:
    """Count a photo into its chat's day; False when it has the most already."""
    chat, now = conversations.c, literal(tx.now, conversations.c.day_since.type)
    over = or_(chat.day_since.is_(None), chat.day_since <= tx.now - DAY)
    counted = {
        'day_since': case((over, now), else_=chat.day_since),
        'day_photos': case((over, 1), else_=chat.day_photos + 1),
        'day_reports': case((over, 0), else_=chat.day_reports),
    }
    mine = update(conversations).where(chat.id == conversation_id, or_(over, chat.day_photos < most))
    return (await tx.execute(mine.values(**counted))).rowcount == 1


def count_report(conversation: Conversation, now: datetime, most: int) -> bool:
    """Count a report into its chat's day, which is kept with the turn; False when it has the most already."""
    _begin(conversation, now)
    if conversation.day_reports >= most:
        return False
    conversation.day_reports += 1
    return True


def count_file(conversation: Conversation, now: datetime, most: int) -> bool:
    """Count a file that lies on a platform as a photo of the day, as `count_report` does."""
    _begin(conversation, now)
    if conversation.day_photos >= most:
        return False
    conversation.day_photos += 1
    return True


def files_today(conversation: Conversation, now: datetime) -> int:
    """Give how many photos and files a chat sent in its day."""
    _begin(conversation, now)
    return conversation.day_photos


def _begin(conversation: Conversation, now: datetime) -> None:
    if conversation.day_since is None or now - conversation.day_since >= DAY:
        conversation.day_since, conversation.day_photos, conversation.day_reports = now, 0, 0
