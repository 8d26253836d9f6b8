"""Cases of an officer who leaves: they go back to the queue of their unit, and those who direct there are told."""

from sqlalchemy import case, insert, literal, select, update

from civic.people import StaffMember, path_and_above
from civic.reports.workflow import SUPERVISORS
from storage import outbox
from storage.store import Tx
from storage.tables import OPEN_CASES, conversations, report_events, reports, staff

# These wait for the reporter or for a supervisor, not for an owner: they keep their state.
KEPT = ('resolved', 'reopen_requested')


async def return_cases(tx: Tx, member: StaffMember) -> int:
    """Take an officer's open cases from him, with a line in the history of each; gives how many.

    Whoever works there takes them up again as new ones.
    """
    mine = select(reports.c.id, reports.c.state).where(reports.c.owner_id == member.id, OPEN_CASES)
    if tx.dialect == 'postgresql':
        mine = mine.with_for_update()
    before = {row.id: row.state for row in (await tx.execute(mine)).all()}
    if not before:
        return 0
    waits = reports.c.state.in_(KEPT)
    free = {
        'owner_id': None,
        'version': reports.c.version + 1,
        'state': case((waits, reports.c.state), else_='received'),
        'moved_at': case((waits, reports.c.moved_at), else_=literal(tx.now, reports.c.moved_at.type)),
    }
    returned = update(reports).where(reports.c.id.in_(before)).values(**free).returning(reports.c.id, reports.c.state)
    line = {'at': tx.now, 'move': 'return', 'actor': 'staff', 'staff_id': member.id}
    lines = [
        {**line, 'report_id': row.id, 'state_from': before[row.id], 'state_to': row.state}
        for row in (await tx.execute(returned)).all()
    ]
    await tx.execute(insert(report_events), lines)
    await _tell_supervisors(tx, member, len(lines))
    return len(lines)


async def _tell_supervisors(tx: Tx, member: StaffMember, count: int) -> None:
    """One notice to each of those who direct, at the level nearest to his unit at which somebody is signed in."""
    able = (
        select(conversations.c.id, staff.c.unit_path)
        .join(staff, staff.c.resident_id == conversations.c.resident_id)
        .where(staff.c.id != member.id, staff.c.removed_at.is_(None), staff.c.role.in_(SUPERVISORS))
        .where(staff.c.unit_path.in_(path_and_above(member.unit_path)))
    )
    rows = (await tx.execute(able)).all()
    nearest = max((len(row.unit_path) for row in rows), default=0)
    facts = {'staff_id': member.id, 'count': count}
    chats = [row.id for row in rows if len(row.unit_path) == nearest]
    await outbox.put(tx, [outbox.message(tx, chat, 'cases_returned', facts, lane='staff') for chat in chats])
