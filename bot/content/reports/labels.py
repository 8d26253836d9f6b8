"""Labels that reports share: states, units, places, dates."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.content.language import _, reader
from bot.content.quoting import quoted
from civic.city import City
from civic.reports.cases import Case
from civic.reports.drafts import Draft


def state(code: str) -> str:
    """The label of a state."""
    labels = {
        'received': _('received'),
        'accepted': _('accepted'),
        'needs_info': _('needs information'),
        'answered': _('information given'),
        'in_progress': _('in progress'),
        'resolved': _('resolved'),
        'confirmed': _('confirmed'),
        'rejected': _('not accepted'),
        'withdrawn': _('withdrawn'),
        'reopen_requested': _('asked to be redone'),
    }
    return labels[code]


def moment(at: datetime, city: City) -> str:
    """A time as people of the city read it."""
    local = at.astimezone(ZoneInfo(city.timezone))
    return f'{local:%Y-%m-%d %H:%M}'


def unit(city: City, code: str) -> str:
    """A street with its district, or a district."""
    found = city.find_unit(code)
    if found is None:
        return code
    locale = reader()
    if found.kind == 'street' and found.parent:
        above = city.unit(found.parent).name.at(locale)
        return f'{above}{found.name.at(locale)}' if locale == 'zh' else f'{found.name.at(locale)}, {above}'
    return found.name.at(locale)


def category(city: City, code: str) -> str:
    """A category with its group's sign."""
    found = city.category(code)
    sign = next((group.emoji for group in city.groups if group.code == found.group), '')
    return f'{sign} {found.name.at(reader())}'.strip()


def place(lat: float | None, place_words: str | None) -> str:
    """What is known of the exact place, in lines of its own."""
    said = [quoted(place_words)] if place_words else []
    point = ['　 ' + _('a point on the map')] if lat is not None else []
    return '\n'.join(said + point) or '　 —'


def line(case: Case, city: City) -> str:
    """A case in one line."""
    return f'{case.number} {category(city, case.category)} · {state(case.state)}'


def draft(one: Draft, city: City) -> str:
    """A draft in a few words."""
    return category(city, one.category) if one.category else (one.words or _('photos'))[:24]


def contacts(city: City, of_category: str) -> str:
    """Whom to turn to with a matter of a category."""
    between = '、' if reader() == 'zh' else ', '
    return between.join(f'☎ {line.number} {line.name.at(reader())}' for line in city.contacts(of_category))
