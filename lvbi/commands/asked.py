"""Filters as they were typed, checked against the city, turned into what civic/ asks the store for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from civic.city import City
from civic.refusals import Refusal
from civic.reports.exports import Wanted
from civic.reports.workflow import STATES
from lvbi.commands.units import find_unit


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a list or an export, as words of the command line."""

    unit: str | None
    states: Sequence[str]
    categories: Sequence[str]
    since: str | None
    until: str | None

    def wanted(self, city: City) -> Wanted:
        """Check and translate. Raises Refusal not_a_unit_code, not_a_state, not_a_category_code, not_a_day, …"""
        for state in self.states:
            _check(state, STATES, Refusal('not_a_state', asked=state, states=', '.join(STATES)))
        codes = [category.code for category in city.categories]
        for code in self.categories:
            _check(code, codes, Refusal('not_a_category_code', asked=code, categories=city.categories))
        since, until = _day(self.since), _day(self.until)
        if since and until and until < since:
            raise Refusal('days_reversed')
        return Wanted(
            unit_path=find_unit(city, self.unit).path if self.unit is not None else None,
            states=tuple(self.states),
            categories=tuple(self.categories),
            since=_start(since, city),
            until=_start(until + timedelta(days=1), city) if until else None,
        )


def _check(asked: str, known: Collection[str], refusal: Refusal) -> None:
    if asked not in known:
        raise refusal


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal('not_a_day', asked=text) from None
    if not 2000 <= day.year < 2200:
        raise Refusal('not_a_day', asked=text)
    return day


def _start(day: date | None, city: City) -> datetime | None:
    """The first moment of a day of the city."""
    return datetime.combine(day, time.min, ZoneInfo(city.timezone)) if day else None
