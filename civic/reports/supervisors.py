"""Those who direct a place: whoever decides there, at the nearest level at which somebody is signed in."""

from sqlalchemy import select

from civic.people import path_and_above
from civic.reports.workflow import SUPERVISORS
from storage.store import Tx
from storage.tables import conversations, staff


async def chats_of_nearest(tx: Tx, unit_path: str, besides: int | None = None) -> list[int]:
    """Give the chats (conversation ids) of those who direct a unit, without the member `besides`; perhaps none."""
    able = (
        select(conversations.c.id, staff.c.unit_path)
        .join(staff, staff.c.resident_id == conversations.c.resident_id)
        .where(staff.c.removed_at.is_(None), staff.c.role.in_(SUPERVISORS))
        .where(staff.c.unit_path.in_(path_and_above(unit_path)))
    )
    if besides is not None:
        able = able.where(staff.c.id != besides)
    rows = (await tx.execute(able)).all()
    nearest = max((len(row.unit_path) for row in rows), default=0)
    return [row.id for row in rows if len(row.unit_path) == nearest]
