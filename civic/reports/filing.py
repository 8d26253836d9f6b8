"""Filing: a complete draft becomes a case with a number, and the officers of its unit are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Executable, bindparam, insert, literal, or_, select

from civic.city import City
from civic.days import count_report
from civic.refusals import Refusal
from civic.reports.drafts import Draft, count_photos, missing
from civic.reports.numbers import Number
from storage.arrivals import Conversation
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import conversations, counters, outbox, report_events, reports, staff
from storage.upsert import upsert

MOST_A_DAY = 30  # reports of one chat in 24 h (product default)


_FILED = Prepared(select(reports.c.year, reports.c.serial).where(reports.c.draft == bindparam('draft')))
_FILE = Prepared(insert(reports).returning(reports.c.id))
_EVENT = Prepared(insert(report_events))


@dataclass(frozen=True, slots=True)
class Filed:
    """A filed report: its number, and whether anybody of the staff is told of it now."""

    number: Number
    told: bool


async def file_report(tx: Tx, city: City, draft: Draft, conversation: Conversation) -> Filed:
    """File a draft; filing it twice gives the same number.

    Raises Refusal incomplete, photo_needed, too_many_reports_today.
    """
    lacking = missing(draft, city)
    if lacking is not None or draft.unit is None or draft.category is None:
        raise Refusal('incomplete', lacking=lacking)
    filed = await find_filed(tx, city, draft.id)
    if filed is not None:
        return Filed(filed, told=True)
    if city.category(draft.category).photo_required and not await count_photos(tx, draft):
        raise Refusal('photo_needed')
    if not count_report(conversation, tx.now, MOST_A_DAY):
        raise Refusal('too_many_reports_today', most=MOST_A_DAY)
    row = _row(city, draft, tx.now)
    row |= {'resident_id': conversation.resident_id, 'conversation_id': conversation.id}
    row['serial'] = await _next_serial(tx, city, row['year'])
    report_id = (await tx.execute(_FILE, row)).scalar_one()
    event = {'report_id': report_id, 'at': tx.now, 'move': 'file', 'state_to': 'received', 'actor': 'resident'}
    await tx.execute(_EVENT, event)
    told = await _tell_officers(tx, report_id, row['unit_path'])
    return Filed(Number(city.prefix, row['year'], row['serial']), told)


async def find_filed(tx: Tx, city: City, draft_id: str) -> Number | None:
    """Find the number under which a draft was filed already."""
    row = (await tx.execute(_FILED, {'draft': draft_id})).one_or_none()
    return None if row is None else Number(city.prefix, row.year, row.serial)


def _row(city: City, draft: Draft, now: datetime) -> dict[str, Any]:
    unit = city.unit(draft.unit or '')
    return {
        'city': city.code,
        'year': now.astimezone(ZoneInfo(city.timezone)).year,
        'draft': draft.id,
        'state': 'received',
        'category': draft.category,
        'unit_code': unit.code,
        'unit_path': unit.path,
        'words': draft.words,
        'lat': draft.lat,
        'lon': draft.lon,
        'place_words': draft.place_words,
        'filed_at': now,
        'moved_at': now,
    }


async def _next_serial(tx: Tx, city: City, year: int) -> int:
    """Count up; the counter's row is the last lock of a turn, and gaps are allowed."""
    return int((await tx.execute(_COUNT_UP, {'city': city.code, 'year': year, 'value': 1})).scalar_one())


@Prepared
def _COUNT_UP(dialect: str) -> Executable:  # noqa: N802 - a statement
    higher = {'value': counters.c.value + 1}
    statement = upsert(dialect, counters).on_conflict_do_update(index_elements=['city', 'year'], set_=higher)
    return statement.returning(counters.c.value)


async def _tell_officers(tx: Tx, report_id: int, unit_path: str) -> bool:
    """Write a notice for each officer of the case's street or county; where nobody works yet, for those who direct.

    Gives whether anybody is told.
    """
    street, county, city = unit_path, '/'.join(unit_path.split('/')[:2]), unit_path.split('/')[0]
    params = {'facts': {'report_id': report_id}, 'now': tx.now, 'street': street, 'county': county, 'city': city}
    told = (await tx.execute(_TELL_OFFICERS, params)).rowcount or (await tx.execute(_TELL_DIRECTING, params)).rowcount
    if told:
        tx.ring('outbox')
    return bool(told)


def _notices(roles: tuple[str, str], *levels: str) -> Prepared:
    """Build the insert of notices for staff of two roles, placed at one of these levels of the case's unit."""
    readers = (
        select(
            conversations.c.id,
            literal('notice'),
            staff.c.id,
            literal('report_filed'),
            bindparam('facts', type_=outbox.c.facts.type),
            bindparam('now', type_=outbox.c.created_at.type),
            bindparam('now', type_=outbox.c.due_at.type),
            literal('due'),
        )
        .join(staff, staff.c.resident_id == conversations.c.resident_id)
        .where(
            staff.c.removed_at.is_(None),
            or_(*(staff.c.role == role for role in roles)),
            or_(*(staff.c.unit_path == bindparam(level) for level in levels)),
        )
    )
    columns = ('conversation_id', 'lane', 'staff_id', 'code', 'facts', 'created_at', 'due_at', 'state')
    return Prepared(insert(outbox).from_select(columns, readers))


_TELL_OFFICERS = _notices(('grid', 'handler'), 'street', 'county')
_TELL_DIRECTING = _notices(('supervisor', 'admin'), 'street', 'county', 'city')
