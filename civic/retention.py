"""How long what is kept: each chore names the rows that are too old and what becomes of them.

Hours and days that the data notice promises come from the city's pack; the others are product defaults.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Delete, Update, delete, exists, or_, select, update

from civic import photos as photo_verbs
from civic.city import City
from civic.reports import forgetting
from storage import doomed, sent_files, tables
from storage.inbox import BLANK
from storage.store import ReadTx, Tx
from storage.tables import (
    albums,
    codes,
    conversations,
    drafts,
    files,
    inbox,
    outbox,
    photos,
    reports,
    transcript,
    tries,
)

BATCH = 200  # rows in one transaction: a few milliseconds on SQLite, where people wait meanwhile

DEAD_LETTERS = timedelta(days=30)  # staff have a month to replay one
TRANSCRIPTS = timedelta(days=365)
UNUSED_PHOTOS = timedelta(hours=24)
NOTICE_FACTS = timedelta(days=30)
CODES = timedelta(days=1)  # after they were used or ran out
TRIES = timedelta(days=1)
ALBUMS = timedelta(days=2)  # a late photo is refused after 15 minutes; later nobody sends one any more

WAITING = ('due', 'claimed', 'calling')

Clear = Callable[[Tx, Sequence[Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Chore:
    """One kind of thing that is not kept for ever: its key column, what is too old, and what is done with that."""

    name: str
    key: ColumnElement[Any]
    old: Callable[[City, datetime], ColumnElement[bool]]
    clear: Clear


async def find_old(tx: ReadTx, city: City, chore: Chore) -> list[Any]:
    """List the keys of a batch of rows that are too old; in a reader, because it may look at many rows."""
    statement = select(chore.key).where(chore.old(city, tx.now)).limit(BATCH)
    return [row[0] for row in (await tx.execute(statement)).all()]


async def clear_old(tx: Tx, city: City, chore: Chore, keys: Sequence[Any]) -> int:
    """Do a chore for those of `keys` that are still too old and that nobody else holds; gives how many."""
    held = select(chore.key).where(chore.key.in_(keys), chore.old(city, tx.now))
    if tx.dialect == 'postgresql':
        held = held.with_for_update(skip_locked=True)
    mine = [row[0] for row in (await tx.execute(held)).all()]
    if mine:
        await chore.clear(tx, mine)
    return len(mine)


def _running(change: Callable[[Sequence[Any]], Delete | Update]) -> Clear:
    """Clear with one statement."""

    async def clear(tx: Tx, keys: Sequence[Any]) -> None:
        await tx.execute(change(keys))

    return clear


def _old_words(city: City, now: datetime) -> ColumnElement[bool]:
    kept = timedelta(hours=city.retention.raw_update_hours)
    replayable = (inbox.c.outcome == 'dead') & (inbox.c.heard_at >= now - DEAD_LETTERS)
    return inbox.c.raw.is_not(None) & (inbox.c.heard_at < now - kept) & ~replayable


def _blank_words(keys: Sequence[Any]) -> Update:
    return update(inbox).where(inbox.c.id.in_(keys)).values(**BLANK)


def _old_draft(city: City, now: datetime) -> ColumnElement[bool]:
    return drafts.c.parked_at < now - timedelta(days=city.retention.draft_days)


async def _drop_drafts(tx: Tx, keys: Sequence[Any]) -> None:
    await tx.execute(delete(drafts).where(drafts.c.id.in_(keys)))
    await photo_verbs.remove(tx, photos.c.draft.in_(keys) & ~_filed())


def _filed() -> ColumnElement[bool]:
    return exists().where(reports.c.draft == photos.c.draft)


def _unused_photo(city: City, now: datetime) -> ColumnElement[bool]:
    """Not attached to anything, or to a draft that is neither filed nor put aside nor in its sender's hand."""
    parked = exists().where(drafts.c.id == photos.c.draft)
    in_hand = exists().where(
        conversations.c.id == photos.c.conversation_id,
        conversations.c.data[('draft', 'id')].as_string() == photos.c.draft,
    )
    lost = photos.c.draft.is_not(None) & ~_filed() & ~parked & ~in_hand
    return (photos.c.received_at < now - UNUSED_PHOTOS) & or_(photos.c.draft.is_(None), lost)


async def _remove_photos(tx: Tx, keys: Sequence[Any]) -> None:
    await photo_verbs.remove(tx, photos.c.id.in_(keys))


def _old_original(city: City, now: datetime) -> ColumnElement[bool]:
    return photos.c.original_key.is_not(None) & (photos.c.original_until < now)


async def _remove_originals(tx: Tx, keys: Sequence[Any]) -> None:
    """The clean picture stays; its SHA-256 still proves what the original was."""
    rows = await tx.execute(select(photos.c.original_key).where(photos.c.id.in_(keys)))
    gone = [row.original_key for row in rows.all()]
    await tx.execute(update(photos).where(photos.c.id.in_(keys)).values(original_key=None))
    await doomed.doom(tx, gone)


async def _remove_files(tx: Tx, keys: Sequence[Any]) -> None:
    lapsed = delete(files).where(files.c.token.in_(keys)).returning(files.c.media_key)
    await doomed.doom(tx, [row.media_key for row in (await tx.execute(lapsed)).all()])


def _old_facts(city: City, now: datetime) -> ColumnElement[bool]:
    ended = outbox.c.state.not_in(WAITING)
    return ended & (outbox.c.created_at < now - NOTICE_FACTS) & (outbox.c.facts != {})


def _empty_facts(keys: Sequence[Any]) -> Update:
    """Its name stays, so that what is said once is never said again."""
    return update(outbox).where(outbox.c.id.in_(keys)).values(facts={})


CHORES = (
    Chore(
        'forgotten cases',
        reports.c.id,
        lambda city, now: forgetting.overlooked(),
        forgetting.blank_cases,
    ),
    Chore('words of updates', inbox.c.id, _old_words, _running(_blank_words)),
    Chore('drafts', drafts.c.id, _old_draft, _drop_drafts),
    Chore('unused photos', photos.c.id, _unused_photo, _remove_photos),
    Chore('originals', photos.c.id, _old_original, _remove_originals),
    Chore('files', files.c.token, lambda city, now: files.c.until < now, _remove_files),
    Chore(
        'ids of sent files', tables.sent_files.c.token, lambda city, now: sent_files.gone(), _running(sent_files.drop)
    ),
    Chore('facts of notices', outbox.c.id, _old_facts, _running(_empty_facts)),
    Chore(
        'transcripts',
        transcript.c.id,
        lambda city, now: transcript.c.at < now - TRANSCRIPTS,
        _running(lambda keys: delete(transcript).where(transcript.c.id.in_(keys))),
    ),
    Chore(
        'codes',
        codes.c.id,
        lambda city, now: or_(codes.c.used_at < now - CODES, codes.c.expires_at < now - CODES),
        _running(lambda keys: delete(codes).where(codes.c.id.in_(keys))),
    ),
    Chore(
        'tries',
        tries.c.id,
        lambda city, now: tries.c.at < now - TRIES,
        _running(lambda keys: delete(tries).where(tries.c.id.in_(keys))),
    ),
    Chore(
        'albums',
        albums.c.id,
        lambda city, now: albums.c.at < now - ALBUMS,
        _running(lambda keys: delete(albums).where(albums.c.id.in_(keys))),
    ),
)
