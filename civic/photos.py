"""Photos of a draft, a case or an answer: attaching, limits, and who may see which."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, bindparam, delete, func, insert, select, true, update

from civic.days import count_file, count_photo, files_today, photos_today
from civic.lookalikes import ask_if_same
from civic.people import Resident, StaffMember
from civic.refusals import Refusal
from civic.reports.unreadable import unreadable
from storage import doomed
from storage.arrivals import Conversation
from storage.downloads import place_in_line
from storage.prepared import Prepared
from storage.store import ReadTx, Tx
from storage.tables import photos, reports
from storage.upsert import upsert

MOST_PHOTOS = 9  # a draft's photos, as in one album of the common chat apps (product default)
MOST_A_DAY = 60  # photos of one chat in 24 h (product default)


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo, voice or video as a platform shows it: its file id, its place in its album, the album's id if any.

    `size` (bytes) and `seconds` are what the platform says, where it does.
    """

    file_id: str
    position: int
    album: str | None
    kind: str = 'photo'
    size: int | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What photos are for: a draft (its id stays the report's) and evidence, answer or result."""

    draft: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A photo that was added; `place` is (lat, lon) from its EXIF, where it is known already."""

    place: list[float] | None


@Prepared
def _ATTACH(dialect: str) -> Executable:  # noqa: N802 - a statement
    return upsert(dialect, photos).on_conflict_do_nothing(index_elements=['source'])


async def attach(
    tx: Tx, conversation: Conversation, seen: Seen, target: Target, *, uploaded: bool
) -> Attached | None:
    """Add a photo to a target; None when it was there already. Raises Refusal no_such_photo, too_many_photos_today.

    Where a channel keeps uploads, the photo lies in the store and must be this chat's and unused; it was counted into
    the day when it came. Elsewhere a recording counts as a photo.
    """
    if uploaded:
        return await _attach_upload(tx, conversation.id, seen, target)
    if (await tx.execute(_ATTACH, _row(tx, conversation, seen, target))).rowcount != 1:
        return None
    if not count_file(conversation, tx.now, MOST_A_DAY):
        raise Refusal('too_many_photos_today', most=MOST_A_DAY)
    tx.ring('downloads')
    return Attached(None)


def _row(tx: Tx, conversation: Conversation, seen: Seen, target: Target) -> dict[str, Any]:
    """Make the row of a file that is still to be fetched."""
    return {
        'token': secrets.token_urlsafe(16),
        'source': f'{target.draft}:{seen.file_id}',
        'conversation_id': conversation.id,
        'draft': target.draft,
        'purpose': target.purpose,
        'kind': seen.kind,
        'position': seen.position,
        'state': 'pending',
        'received_at': tx.now,
        'attached_at': tx.now,
        'file_id': seen.file_id,
        'due_at': tx.now,
        'line_at': place_in_line(tx.now, files_today(conversation, tx.now)),
        'size': seen.size,
        'seconds': seen.seconds,
    }


async def _attach_upload(tx: Tx, conversation_id: int, seen: Seen, target: Target) -> Attached | None:
    mine = (photos.c.token == seen.file_id) & (photos.c.conversation_id == conversation_id)
    values = {'draft': target.draft, 'purpose': target.purpose, 'position': seen.position}
    values |= {'attached_at': tx.now}
    free = update(photos).where(mine, photos.c.draft.is_(None)).values(**values)
    row = (await tx.execute(free.returning(*photos.c))).one_or_none()
    if row is not None:
        if target.purpose == 'evidence':
            await ask_if_same(tx, conversation_id, row)
        return Attached([row.exif_lat, row.exif_lon] if row.exif_lat is not None else None)
    known = (await tx.execute(select(photos.c.draft).where(mine))).one_or_none()
    if known is None or known.draft != target.draft:
        raise Refusal('no_such_photo')
    return None


async def let_go(tx: Tx, draft: str) -> None:
    """Take the photos off a draft; unused photos are deleted after a day."""
    await tx.execute(update(photos).where(photos.c.draft == draft, photos.c.purpose == 'evidence').values(draft=None))


def _count(*more: ColumnElement[bool]) -> Prepared:
    mine = (photos.c.draft == bindparam('draft')) & (photos.c.purpose == bindparam('purpose'))
    taken = (photos.c.kind == 'photo') & (photos.c.state != 'refused')
    return Prepared(select(func.count()).select_from(photos).where(mine, taken, *more))


_COUNT, _COUNT_SINCE = _count(), _count(photos.c.attached_at >= bindparam('since'))


async def count(tx: Tx, target: Target, since: datetime | None = None) -> int:
    """Count the photos of a target that were not refused, all or those attached from a moment on."""
    params: dict[str, Any] = {'draft': target.draft, 'purpose': target.purpose}
    if since is None:
        return int((await tx.execute(_COUNT, params)).scalar_one())
    return int((await tx.execute(_COUNT_SINCE, params | {'since': since})).scalar_one())


async def list_photos(tx: Tx | ReadTx, draft: str, *purposes: str) -> list[Row[Any]]:
    """List the photos of a draft or case in the order they were sent: token, state, purpose, exif place, …"""
    statement = select(photos).where(photos.c.draft == draft)
    if purposes:
        statement = statement.where(photos.c.purpose.in_(purposes))
    return list((await tx.execute(statement.order_by(photos.c.position, photos.c.id))).all())


async def check_day(tx: Tx | ReadTx, conversation_id: int, refused: int = 0) -> None:
    """Check that a chat, of which so many were refused, may send another photo today.

    Raises Refusal too_many_photos_today.
    """
    if refused + await photos_today(tx, conversation_id) >= MOST_A_DAY:
        raise Refusal('too_many_photos_today', most=MOST_A_DAY)


async def keep_upload(tx: Tx, conversation_id: int, row: dict[str, Any]) -> str:
    """Write a photo that came before its update (keys, sizes, hashes, original_until); gives its token.

    Raises Refusal too_many_photos_today.
    """
    if not await count_photo(tx, conversation_id, MOST_A_DAY):
        raise Refusal('too_many_photos_today', most=MOST_A_DAY)
    token = secrets.token_urlsafe(16)
    kept = row | {
        'token': token,
        'source': token,
        'conversation_id': conversation_id,
        'purpose': 'evidence',
        'state': 'ready',
        'received_at': tx.now,
    }
    await tx.execute(insert(photos), kept)
    return token


KEYS = ('clean_key', 'small_key', 'original_key')


async def remove(tx: Tx, which: ColumnElement[bool]) -> int:
    """Remove photo rows and doom their files, in one transaction; gives how many photos."""
    gone = delete(photos).where(which).returning(*(photos.c[key] for key in KEYS))
    rows = (await tx.execute(gone)).all()
    await doomed.doom(tx, [key for row in rows for key in row if key])
    return len(rows)


async def find_photo(tx: ReadTx, token: str) -> Row[Any] | None:
    """Find a photo that was cleaned, or a recording, with the case it belongs to; `may_see` tells who may have it."""
    if '\x00' in token:
        return None  # no text of PostgreSQL holds it
    statement = (
        select(
            photos.c.id,
            photos.c.kind,
            photos.c.size,
            photos.c.clean_key,
            photos.c.small_key,
            photos.c.original_key,
            photos.c.conversation_id,
            photos.c.draft,
            photos.c.purpose,
            photos.c.attached_at,
            reports.c.id.label('report_id'),
            reports.c.resident_id,
            reports.c.conversation_id.label('reporter_chat'),
            reports.c.unit_path,
            reports.c.resolved_at,
        )
        .outerjoin(reports, reports.c.draft == photos.c.draft)
        .where(photos.c.token == token, photos.c.state == 'ready', unreadable().is_not(true()))
    )
    return (await tx.execute(statement)).one_or_none()


def is_shown(photo: Row[Any], resolved_at: datetime | None) -> bool:
    """Tell whether a case's reporter is shown a photo: that of a result only once the case was resolved with it."""
    return photo.purpose != 'result' or (resolved_at is not None and photo.attached_at <= resolved_at)


def may_see(photo: Row[Any], conversation_id: int, resident: Resident, staff: StaffMember | None) -> bool:
    """Tell whether this person may see a photo now: its sender, the case's reporter, staff of the subtree."""
    if photo.conversation_id == conversation_id:
        return True
    if photo.report_id is not None and photo.resident_id == resident.id:
        return is_shown(photo, photo.resolved_at)
    return staff is not None and photo.unit_path is not None and staff.sees(photo.unit_path)
