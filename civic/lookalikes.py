"""Photos that were used before: the same file, or the same picture made smaller or sent once more."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select

from civic.city import City
from civic.people import StaffMember
from civic.reports.cases import in_subtree
from civic.reports.numbers import Number
from storage import outbox
from storage.store import ReadTx, Tx
from storage.tables import conversations, photos, reports

MOST_LISTED = 3  # on a card
MOST_COMPARED = 300  # of one's own photos, the newest
NEAR = 6  # bits of 64 that a picture packed anew may differ in (product default)
ALL_BITS = (1 << 64) - 1

_other = photos.alias('other')


def _same(sha256: Any, dhash: Any) -> ColumnElement[bool]:
    """Equal ones, among all of a city: both are looked up in an index; without any edge (0) all are alike."""
    return or_(_other.c.sha256 == sha256, and_(_other.c.dhash == dhash, _other.c.dhash != 0))


def alike(one: Row[Any], other: Row[Any]) -> bool:
    """Tell whether two photos (sha256, dhash) show the same: chat apps pack a picture anew and change a few bits."""
    if one.sha256 == other.sha256:
        return True
    return bool(one.dhash and other.dhash) and ((one.dhash ^ other.dhash) & ALL_BITS).bit_count() <= NEAR


async def ask_if_same(tx: Tx, conversation_id: int, photo: Row[Any]) -> None:
    """Ask the sender of a photo (draft, sha256, dhash) that an earlier report of his has: is it the same thing?"""
    own = reports.c.resident_id == conversations.c.resident_id
    earlier = (
        select(reports.c.id, _other.c.sha256, _other.c.dhash)
        .select_from(_other)
        .join(reports, reports.c.draft == _other.c.draft)
        .join(conversations, (conversations.c.id == conversation_id) & own)
        .where(_other.c.draft != photo.draft, _other.c.sha256.is_not(None))
        .order_by(reports.c.id.desc())
        .limit(MOST_COMPARED)
    )
    found = next((row.id for row in (await tx.execute(earlier)).all() if alike(row, photo)), None)
    if found is not None:
        facts = {'report_id': found, 'draft': photo.draft}
        once = f'same:{photo.draft}:{found}'
        await outbox.put(tx, [outbox.message(tx, conversation_id, 'photo_seen_before', facts, once=once)])


async def list_also_in(tx: Tx | ReadTx, city: City, member: StaffMember, draft: str) -> list[Number]:
    """List other cases of a member's subtree that have a photo of this case, newest first."""
    rows = (await tx.execute(also_in(city, member, draft))).all()
    return [Number(city.prefix, row.year, row.serial) for row in rows]


def also_in(city: City, member: StaffMember, draft: str) -> Select[Any]:
    """Select them (id, year, serial)."""
    alike = (
        select(_other.c.draft)
        .select_from(photos)
        .join(_other, _same(photos.c.sha256, photos.c.dhash))
        .where(photos.c.draft == draft, _other.c.draft != draft)
    )
    here = (reports.c.city == city.code) & in_subtree(member.unit_path)
    found = select(reports.c.id, reports.c.year, reports.c.serial).where(reports.c.draft.in_(alike), here)
    return found.order_by(reports.c.id.desc()).limit(MOST_LISTED)
