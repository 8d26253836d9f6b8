"""Chats that were given up: nobody reaches them any more, and what hangs on them goes in small transactions."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import Column, Row, Table, and_, delete, exists, insert, or_, select, true, update

from civic import photos
from civic.reports import forgetting
from storage import doomed, transcript
from storage.given_up import FORGOTTEN
from storage.store import ReadTx, Tx
from storage.tables import albums, codes, conversations, drafts, files, inbox, outbox, reports, residents
from storage.tables import photos as photo_rows
from storage.tables import transcript as frames

BATCH = 500  # rows in one transaction
FEW = 50  # cases or photos in one: each takes rows of other tables with it

Clear = Callable[[Tx, Row[Any]], Awaitable[int]]


async def list_chats(tx: ReadTx, limit: int = 20) -> list[int]:
    """List chats that were given up and are not cleared yet."""
    given_up = select(conversations.c.id).where(conversations.c.channel == FORGOTTEN)
    return [row.id for row in (await tx.execute(given_up.order_by(conversations.c.id).limit(limit))).all()]


async def clear(tx: Tx, chat_id: int) -> bool:
    """Clear a batch of one kind from a given-up chat; False when nothing is left, or another has it in hand."""
    held = select(conversations.c.id, conversations.c.resident_id)
    held = held.where(conversations.c.id == chat_id, conversations.c.channel == FORGOTTEN)
    if tx.dialect == 'postgresql':
        held = held.with_for_update(key_share=True, skip_locked=True)
    chat = (await tx.execute(held)).one_or_none()
    if chat is None:
        return False
    for step in STEPS:
        if await step(tx, chat):
            return True
    await _end(tx, chat)
    return False


async def _cases(tx: Tx, chat: Row[Any]) -> int:
    """First of all, so that no notice about a case is written for this chat any more."""
    return await forgetting.forget_cases(tx, chat.resident_id, FEW)


async def _photos(tx: Tx, chat: Row[Any]) -> int:
    """Remove the chat's photos; those of open cases lose their sender and go with the case.

    What a former officer sent as a result belongs to the cases of others.
    """
    ids = await _some(tx, photo_rows.c.id, photo_rows.c.conversation_id == chat.id, FEW)
    some = photo_rows.c.id.in_(ids)
    if ids:
        here = photo_rows.c.state == 'ready'  # what is still with the platform is not fetched any more
        of_case = exists().where(reports.c.draft == photo_rows.c.draft, reports.c.forget.is_(true()))
        stays = here & or_(photo_rows.c.purpose == 'result', of_case)
        await photos.remove(tx, and_(some, ~stays))
        await tx.execute(update(photo_rows).where(some).values(conversation_id=None))
    return len(ids)


async def _frames(tx: Tx, chat: Row[Any]) -> int:
    return len(await transcript.remove(tx, frames.c.conversation_id == chat.id))


async def _updates(tx: Tx, chat: Row[Any]) -> int:
    """Only the keys stay, for dedupe, in rows whose place and time say nothing of when each was heard."""
    ids = await _some(tx, inbox.c.id, inbox.c.conversation_id == chat.id)
    gone = delete(inbox).where(inbox.c.id.in_(ids)).returning(inbox.c.channel, inbox.c.bot, inbox.c.key)
    keys = sorted(tuple(row) for row in (await tx.execute(gone)).all())
    today = tx.now.replace(hour=0, minute=0, second=0, microsecond=0)
    bare = {'heard_at': today, 'outcome': 'forgotten'}
    if keys:
        rows = [{'channel': channel, 'bot': bot, 'key': key, **bare} for channel, bot, key in keys]
        await tx.execute(insert(inbox), rows)
    return len(keys)


async def _notices(tx: Tx, chat: Row[Any]) -> int:
    """All but those that a worker has in hand: he sees that the chat is gone and ends them."""
    free = or_(outbox.c.state.not_in(('claimed', 'calling')), outbox.c.lease_until < tx.now)
    ids = await _some(tx, outbox.c.id, and_(outbox.c.conversation_id == chat.id, free))
    return (await tx.execute(delete(outbox).where(outbox.c.id.in_(ids)))).rowcount


async def _files(tx: Tx, chat: Row[Any]) -> int:
    gone = delete(files).where(files.c.conversation_id == chat.id).returning(files.c.media_key)
    keys = [row.media_key for row in (await tx.execute(gone)).all()]
    await doomed.doom(tx, keys)
    return len(keys)


def _rows_of(table: Table) -> Clear:
    async def rows(tx: Tx, chat: Row[Any]) -> int:
        ids = await _some(tx, table.c.id, table.c.conversation_id == chat.id)
        return (await tx.execute(delete(table).where(table.c.id.in_(ids)))).rowcount

    return rows


STEPS: Sequence[Clear] = (
    _cases,
    _photos,
    _frames,
    _updates,
    _notices,
    _files,
    _rows_of(drafts),
    _rows_of(codes),
    _rows_of(albums),
)


async def _some(tx: Tx, key: Column[Any], which: Any, limit: int = BATCH) -> list[Any]:
    return [row[0] for row in (await tx.execute(select(key).where(which).limit(limit))).all()]


async def _end(tx: Tx, chat: Row[Any]) -> None:
    """Delete the chat and the person; while a worker has a notice in hand they wait for the next run."""
    if not await _some(tx, outbox.c.id, outbox.c.conversation_id == chat.id, 1):
        await tx.execute(delete(conversations).where(conversations.c.id == chat.id))
        await tx.execute(delete(residents).where(residents.c.id == chat.resident_id))
