"""Originals of photos: under staff permission, and every fetching is written into the audit log."""

from typing import Any

from sqlalchemy import Row

from civic import audit
from civic.people import StaffMember
from storage.store import Tx


def may_fetch(photo: Row[Any], staff: StaffMember | None) -> bool:
    """Tell whether a staff member may have the original: not viewers, only cases of the subtree, while it is kept."""
    if staff is None or staff.role == 'viewer':
        return False
    return photo.original_key is not None and photo.unit_path is not None and staff.sees(photo.unit_path)


async def note_fetch(tx: Tx, photo: Row[Any], staff: StaffMember) -> None:
    """Write down who fetched the original of which photo, of which case."""
    await audit.note(tx, staff, 'fetch_original', 'photo', photo.id, report=photo.report_id)
