"""Cases of an officer who leaves: they go back to the queue of their unit, and those who direct there are told."""

from sqlalchemy import case, insert, literal, select, update

from civic.people import StaffMember
from civic.reports.supervisors import tell_nearest
from storage.store import Tx
from storage.tables import OPEN_CASES, report_events, reports

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
    """One notice to each of those who direct there."""
    facts = {'staff_id': member.id, 'count': count}
    await tell_nearest(tx, member.unit_path, 'cases_returned', facts, besides=member.id)
