"""Reports for export: filtered, streamed row by row, without words and exact places unless asked for."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, func, select

from civic.city import City
from civic.reports.cases import in_subtree
from civic.reports.numbers import Number
from civic.reports.unreadable import readable_columns
from storage.store import ReadTx
from storage.tables import photos, reports, staff

COARSE = 3  # decimals of a degree: about 100 m
COLUMNS = (
    'number',
    'state',
    'category',
    'category_name',
    'unit',
    'unit_name',
    'county',
    'filed_at',
    'accepted_at',
    'resolved_at',
    'closed_at',
    'owner',
    'answer',
    'lat',
    'lon',
    'photos',
)
Value = str | int | float | None
Line = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports: of a unit's subtree (its path), in states, of categories, filed in [since, until) (UTC)."""

    unit_path: str | None = None
    states: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What of each report: `words` as the reporter wrote them, `exact` places, names in `locale`."""

    locale: str = 'zh'
    words: bool = False
    exact: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order; the words about the place are as exact as its point."""
        return (*COLUMNS, *(('place_words',) if self.exact else ()), *(('words',) if self.words else ()))


async def count_reports(tx: ReadTx, city: City, wanted: Wanted) -> int:
    """Count the reports that an export would hold."""
    statement = select(func.count()).select_from(reports).where(*_conditions(city, wanted))
    return int((await tx.execute(statement)).scalar_one())


async def stream_reports(tx: ReadTx, city: City, wanted: Wanted, shown: Shown) -> AsyncGenerator[Line, None]:
    """Give reports one by one, oldest first, in constant memory: column name → value."""
    zone = ZoneInfo(city.timezone)
    async for row in await tx.stream(_statement(city, wanted).order_by(reports.c.id)):
        yield _line(row, city, shown, zone)


async def newest_reports(tx: ReadTx, city: City, wanted: Wanted, limit: int) -> list[Row[Any]]:
    """List the newest reports that fit: all columns, `owner` and `photos`."""
    statement = _statement(city, wanted).order_by(reports.c.id.desc()).limit(limit)
    return list((await tx.execute(statement)).all())


def _statement(city: City, wanted: Wanted) -> Select[Any]:
    mine = select(func.count()).select_from(photos).where(photos.c.draft == reports.c.draft)
    counted = mine.where(photos.c.state == 'ready', photos.c.kind == 'photo').scalar_subquery()
    columns = (*readable_columns(), staff.c.name.label('owner'), counted.label('photos'))
    joined = reports.outerjoin(staff, staff.c.id == reports.c.owner_id)
    return select(*columns).select_from(joined).where(*_conditions(city, wanted))


def _conditions(city: City, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [reports.c.city == city.code]
    if wanted.unit_path is not None:
        found.append(in_subtree(wanted.unit_path))
    if wanted.states:
        found.append(reports.c.state.in_(wanted.states))
    if wanted.categories:
        found.append(reports.c.category.in_(wanted.categories))
    if wanted.since is not None:
        found.append(reports.c.filed_at >= wanted.since)
    if wanted.until is not None:
        found.append(reports.c.filed_at < wanted.until)
    return found


def _line(row: Row[Any], city: City, shown: Shown, zone: ZoneInfo) -> Line:
    line: Line = {
        'number': str(Number(city.prefix, row.year, row.serial)),
        'state': row.state,
        'category': row.category,
        'category_name': _category_name(city, row.category, shown.locale),
        **_unit_names(city, row.unit_code, shown.locale),
        **{
            name: _moment(getattr(row, name), zone)
            for name in ('filed_at', 'accepted_at', 'resolved_at', 'closed_at')
        },
        'owner': row.owner,
        'answer': row.answer,
        'lat': _degrees(row.lat, shown),
        'lon': _degrees(row.lon, shown),
        'photos': row.photos,
        'place_words': row.place_words,
        'words': row.words,
    }
    return {name: line[name] for name in shown.columns}


def _category_name(city: City, code: str, locale: str) -> str | None:
    category = city.find_category(code)
    return category.name.at(locale) if category else None


def _unit_names(city: City, code: str, locale: str) -> Line:
    unit = city.find_unit(code)
    county = city.county_of(code) if unit else None
    return {
        'unit': code,
        'unit_name': unit.name.at(locale) if unit else None,
        'county': county.name.at(locale) if county else None,
    }


def _moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec='seconds') if at else None


def _degrees(value: float | None, shown: Shown) -> float | None:
    return value if value is None or shown.exact else round(value, COARSE)
