"""The audit log: what staff and operators did, in ids and facts, never in words."""

from typing import Any

from sqlalchemy import insert

from civic.people import StaffMember
from storage.store import Tx
from storage.tables import audit

_note = insert(audit)


async def note(tx: Tx, staff: StaffMember | None, verb: str, noun: str, subject: object, **facts: Any) -> None:
    """Write one line: who (None: the operator's command line), did what, to which thing, with which facts."""
    line = {
        'at': tx.now,
        'staff_id': staff.id if staff else None,
        'door': 'chat' if staff else 'command',
        'verb': verb,
        'noun': noun,
        'subject': str(subject),
        'facts': facts,
    }
    await tx.execute(_note, line)
