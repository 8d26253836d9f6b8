"""Those who direct a place: whoever decides there, at the nearest level at which somebody is signed in."""

from typing import Any

from sqlalchemy import select

from civic.people import path_and_above
from civic.reports.workflow import SUPERVISORS
from storage import outbox
from storage.store import Tx
from storage.tables import conversations, staff


async def tell_nearest(
    tx: Tx, unit_path: str, code: str, facts: dict[str, Any], *, besides: int | None = None
) -> None:
    """Write a notice to each of those who direct a unit, without the member `besides`; perhaps to nobody."""
    able = (
        select(conversations.c.id, staff.c.id.label('staff_id'), staff.c.unit_path)
        .join(staff, staff.c.resident_id == conversations.c.resident_id)
        .where(staff.c.removed_at.is_(None), staff.c.role.in_(SUPERVISORS))
        .where(staff.c.unit_path.in_(path_and_above(unit_path)))
    )
    if besides is not None:
        able = able.where(staff.c.id != besides)
    rows = (await tx.execute(able)).all()
    nearest = max((len(row.unit_path) for row in rows), default=0)
    readers = [row for row in rows if len(row.unit_path) == nearest]
    await outbox.put(tx, [outbox.message(tx, row.id, code, facts, staff_id=row.staff_id) for row in readers])
