"""Looking at the photos of other people's cases: each member of the staff, each photo, once a day in the audit log.

A card of nine photos is nine requests, and a page that is opened again asks for them again: a line for each request
would bury what the log is for.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from civic import audit
from civic.people import StaffMember
from storage.store import ReadTx, Tx
from storage.tables import audit as lines

DAY = timedelta(days=1)


async def is_noted(tx: ReadTx, photo: Row[Any], staff: StaffMember) -> bool:
    """Tell whether it was noted within a day that this member looked at this photo."""
    noted = select(lines.c.id).where(
        lines.c.noun == 'photo',
        lines.c.subject == str(photo.id),
        lines.c.verb == 'see',
        lines.c.staff_id == staff.id,
        lines.c.at > tx.now - DAY,
    )
    return (await tx.execute(noted.limit(1))).first() is not None


async def note(tx: Tx, photo: Row[Any], staff: StaffMember) -> None:
    """Write down that a member looked at a photo of a case."""
    await audit.note(tx, staff, 'see', 'photo', photo.id, report=photo.report_id)
