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

_other = photos.alias('other')


def _same(sha256: Any, dhash: Any) -> ColumnElement[bool]:
    """Both are looked up in an index; a picture without any edge (0) is like any other such picture."""
    return or_(_other.c.sha256 == sha256, and_(_other.c.dhash == dhash, _other.c.dhash != 0))


async def ask_if_same(tx: Tx, conversation_id: int, photo: Row[Any]) -> None:
    """Ask the sender of a photo (draft, sha256, dhash) that an earlier report of his has: is it the same thing?"""
    own = reports.c.resident_id == conversations.c.resident_id
    earlier = (
        select(reports.c.id)
        .select_from(_other)
        .join(reports, reports.c.draft == _other.c.draft)
        .join(conversations, (conversations.c.id == conversation_id) & own)
        .where(_same(photo.sha256, photo.dhash), _other.c.draft != photo.draft)
        .order_by(reports.c.id.desc())
        .limit(1)
    )
    found = (await tx.execute(earlier)).one_or_none()
    if found is not None:
        facts = {'report_id': found.id, 'draft': photo.draft}
        once = f'same:{photo.draft}:{found.id}'
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
