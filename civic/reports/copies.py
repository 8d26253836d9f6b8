"""Copies of a case: what staff were shown of it stands in their chats, and goes when its reporter was forgotten."""

from collections import defaultdict

from sqlalchemy import select, update

from storage import inbox, transcript
from storage.store import ReadTx, Tx
from storage.tables import inbox as updates
from storage.tables import reports
from storage.tables import transcript as frames
from storage.transcript import SETTLED


async def find_forgotten(tx: ReadTx, limit: int = 50) -> list[int]:
    """List cases that were blanked and whose copies were not removed yet."""
    noted = select(reports.c.id).where(reports.c.copies_since <= tx.now - SETTLED)
    return [row.id for row in (await tx.execute(noted.order_by(reports.c.copies_since).limit(limit))).all()]


async def remove(tx: Tx, report_id: int) -> bool:
    """Take a batch of a case's copies out of their chats, from open pages too; False when none is left.

    Updates lose their words whatever became of them: a dead letter too.
    """
    blanked = await inbox.blank(tx, updates.c.report_id == report_id)
    gone: dict[int, list[int]] = defaultdict(list)
    for row in await transcript.remove(tx, frames.c.report_id == report_id):
        gone[row.conversation_id].append(row.id)
    for chat, ids in gone.items():
        await transcript.write(tx, chat, [('deleteMessage', {'message_id': one}) for one in ids])
    if not gone and not blanked:
        await tx.execute(update(reports).where(reports.c.id == report_id).values(copies_since=None))
    return bool(gone or blanked)
