"""Cases as they are read: one whole, a reporter's list, the staff queue, the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from civic.city import City
from civic.people import StaffMember
from civic.refusals import Refusal
from civic.reports.numbers import Number
from civic.reports.unreadable import readable_columns, readable_words
from civic.reports.workflow import OPEN, STATES
from storage.store import ReadTx, Tx
from storage.tables import DONE_CASES, OPEN_CASES, report_events, reports, staff

PAGE = 8


@dataclass(frozen=True, slots=True)
class Case:
    """A report as filed and where it stands; `words` is None once its reporter was forgotten."""

    id: int
    number: Number
    draft: str
    state: str
    version: int
    category: str
    unit_code: str
    unit_path: str
    resident_id: int | None
    conversation_id: int | None
    forget: bool
    words: str | None
    lat: float | None
    lon: float | None
    place_words: str | None
    owner_id: int | None
    owner_name: str | None
    filed_at: datetime
    moved_at: datetime
    resolved_at: datetime | None
    answer: str | None


def _cases() -> Select[Any]:
    joined = reports.outerjoin(staff, staff.c.id == reports.c.owner_id)
    return select(*readable_columns(), staff.c.name.label('owner_name')).select_from(joined)


def case_of(row: Row[Any], prefix: str) -> Case:
    """Read a case from its row."""
    fields = {name: getattr(row, name) for name in Case.__slots__ if name != 'number'}
    return Case(number=Number(prefix, row.year, row.serial), **fields)


async def find_case(tx: Tx | ReadTx, city: City, report_id: int) -> Case:
    """Read a case by id. Raises Refusal no_such_case."""
    row = (await tx.execute(_cases().where(reports.c.id == report_id))).one_or_none()
    if row is None:
        raise Refusal('no_such_case')
    return case_of(row, city.prefix)


async def find_by_number(tx: Tx | ReadTx, city: City, number: Number) -> Case:
    """Read a case by its number. Raises Refusal no_such_case."""
    known = _cases().where(
        reports.c.city == city.code, reports.c.year == number.year, reports.c.serial == number.serial
    )
    row = (await tx.execute(known)).one_or_none()
    if row is None or number.prefix != city.prefix:
        raise Refusal('no_such_case')
    return case_of(row, city.prefix)


async def find_filed(tx: Tx | ReadTx, city: City, draft: str) -> Case | None:
    """Read the case that a draft became; None while it is a draft."""
    row = (await tx.execute(_cases().where(reports.c.draft == draft))).one_or_none()
    return None if row is None else case_of(row, city.prefix)


async def get_own(tx: Tx, city: City, report_id: int, resident_id: int) -> Case:
    """Read a reporter's own case. Raises Refusal no_such_case for anybody else's."""
    case = await find_case(tx, city, report_id)
    check_own(case, resident_id)
    return case


def check_own(case: Case, resident_id: int) -> None:
    """Check that a case is this reporter's. Raises Refusal no_such_case."""
    if case.resident_id != resident_id:
        raise Refusal('no_such_case')


async def get_seen(tx: Tx, city: City, report_id: int, member: StaffMember) -> Case:
    """Read a case that lies in a staff member's subtree. Raises Refusal no_such_case for any other."""
    case = await find_case(tx, city, report_id)
    if not member.sees(case.unit_path):
        raise Refusal('no_such_case')
    return case


async def list_own(tx: Tx, city: City, resident_id: int, page: int) -> tuple[list[Case], bool]:
    """List a reporter's cases, newest first, a page of eight; and whether more follow."""
    mine = _cases().where(reports.c.resident_id == resident_id).order_by(reports.c.id.desc())
    return await _page(tx, city, mine, page)


def in_subtree(unit_path: str, path: ColumnElement[str] = reports.c.unit_path) -> ColumnElement[bool]:
    """Give the condition: the case's unit is the one with this path, or lies below it ('0' comes after '/').

    One range of an index, which OR alone would not be; what lies between a path and its '/' is left out.
    """
    return and_(path >= unit_path, path < unit_path + '0', or_(path == unit_path, path >= unit_path + '/'))


FILTERS: dict[str, Sequence[str]] = {
    'new': ('received',),
    'open': tuple(sorted(OPEN - {'resolved'})),
    'reopen': ('reopen_requested',),
    'waiting': ('needs_info', 'resolved'),
}


async def list_queue(tx: Tx, city: City, member: StaffMember, wanted: str, page: int) -> tuple[list[Case], bool]:
    """List the cases of a member's subtree by filter, eight a page: 'done' newest first, the others oldest first."""
    order = reports.c.id.desc() if wanted == 'done' else reports.c.id.asc()
    page_ids = filtered(member, wanted).order_by(order).limit(PAGE + 1).offset(max(page, 0) * PAGE)
    rows = (await tx.execute(_cases().where(reports.c.id.in_(page_ids)).order_by(order))).all()
    return [case_of(row, city.prefix) for row in rows[:PAGE]], len(rows) > PAGE


def filtered(member: StaffMember, wanted: str) -> Select[Any]:
    """Select the ids of the cases of a member's subtree by filter: 'done', 'mine' or one of FILTERS."""
    if wanted == 'done':
        return select(reports.c.id).where(DONE_CASES, _in_wide_subtree(member.unit_path))
    found = select(reports.c.id).where(in_subtree(member.unit_path), OPEN_CASES)
    if wanted == 'mine':
        return found.where(reports.c.owner_id == member.id)
    others = frozenset(STATES).difference(FILTERS.get(wanted, FILTERS['open']))
    return found.where(reports.c.state.not_in(sorted(others)))  # not IN, or SQLite leaves the units' index


def _in_wide_subtree(unit_path: str) -> ColumnElement[bool]:
    """Give the condition so that no index of units serves where many cases lie below: they are walked by id."""
    is_street = unit_path.count('/') >= 2
    return in_subtree(unit_path) if is_street else in_subtree(unit_path, reports.c.unit_path.concat(''))


async def count_queue(tx: Tx, member: StaffMember) -> dict[str, int]:
    """Count the open cases of a member's subtree by state."""
    counted = select(reports.c.state, func.count().label('many')).where(in_subtree(member.unit_path), OPEN_CASES)
    counted = counted.group_by(reports.c.state)
    return {str(row.state): int(row.many) for row in (await tx.execute(counted)).all()}


async def history(tx: Tx | ReadTx, report_id: int) -> list[Row[Any]]:
    """List what happened to a case, oldest first: at, move, state_to, actor, staff_name, reason, words."""
    columns = [column for column in report_events.c if column.name != 'words']
    told = select(*columns, readable_words(), staff.c.name.label('staff_name')).where(reports.c.id == report_id)
    told = told.select_from(report_events.join(reports).outerjoin(staff, staff.c.id == report_events.c.staff_id))
    return list((await tx.execute(told.order_by(report_events.c.id))).all())


async def _page(tx: Tx, city: City, statement: Select[Any], page: int) -> tuple[list[Case], bool]:
    rows = (await tx.execute(statement.limit(PAGE + 1).offset(max(page, 0) * PAGE))).all()
    return [case_of(row, city.prefix) for row in rows[:PAGE]], len(rows) > PAGE
