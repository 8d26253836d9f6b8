"""The city pack in memory: units, categories, places and texts of one city. Read only, looked up by code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from civic.refusals import Refusal

UnitKind = Literal['city', 'county', 'street', 'community']
Status = Literal['practice', 'planned', 'product default']
HotlineUse = Literal['danger', 'talk', 'matter']
T = TypeVar('T')
Ring = tuple[tuple[float, float], ...]  # (lon, lat) in degrees, WGS-84


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def at(self, locale: str) -> str:
        """The text for `zh`, `en` or a longer tag of theirs; Chinese for any other."""
        return self.en if locale.startswith('en') else self.zh


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the administrative tree; `path` holds the codes from the root, as in 3306/330602/330602001."""

    code: str
    kind: UnitKind
    name: Text
    parent: str | None
    path: str


@dataclass(frozen=True, slots=True)
class Group:
    """A heading under which categories are offered."""

    code: str
    name: Text
    emoji: str


@dataclass(frozen=True, slots=True)
class Department:
    """A body that the documents tie to a matter within a unit; `said_as` tells how. Not a duty to handle."""

    unit: str
    name: Text
    said_as: Literal['project', 'indicator', 'text']
    source: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """Hours within which a report should be accepted and resolved, and where that comes from."""

    accept_hours: int
    resolve_hours: int
    source: str


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of report; `code` is also its Open311 service code. A retired one is kept for old reports."""

    code: str
    group: str
    name: Text
    hint: Text | None
    keywords_zh: tuple[str, ...]
    keywords_en: tuple[str, ...]
    photo_required: bool
    urgent: bool
    departments: tuple[Department, ...]
    clocks: Clocks
    source: str
    status: Status
    jurisdiction: str
    turn_to: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Landmark:
    """A well-known place and the street unit it lies in; no coordinates are claimed."""

    code: str
    name: Text
    unit: str


@dataclass(frozen=True, slots=True)
class Hotline:
    """A public number that works in the city: for danger, to talk to a person, or only for some matters."""

    number: str
    use: HotlineUse
    name: Text
    what_for: Text
    source: str


@dataclass(frozen=True, slots=True)
class Referral:
    """Whom to turn to when the place is outside the city."""

    number: str
    name: Text
    note: Text
    source: str


@dataclass(frozen=True, slots=True)
class Area:
    """The ground of one county-level unit: polygons, each an outer ring followed by its holes."""

    unit: str
    polygons: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs this installation and how to reach them."""

    name: Text
    contact: Text


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept; the data notice quotes these numbers."""

    raw_update_hours: int
    draft_days: int
    original_photo_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The data notice (Markdown) and the version that a resident agrees to by going on."""

    version: str
    text: Text


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class City:
    """Everything the pack says of one city. Compared by identity, so that indexes can be kept beside it."""

    code: str
    name: Text
    root: str
    county_word: Text
    prefix: str
    timezone: str
    channels: tuple[str, ...]
    units: tuple[Unit, ...]
    groups: tuple[Group, ...]
    categories: tuple[Category, ...]
    landmarks: tuple[Landmark, ...]
    areas: tuple[Area, ...]
    hotlines: tuple[Hotline, ...]
    referrals: tuple[Referral, ...]
    operator: Operator
    retention: Retention
    notice: Notice
    _units: dict[str, Unit] = field(init=False, repr=False)
    _categories: dict[str, Category] = field(init=False, repr=False)
    _landmarks: dict[str, Landmark] = field(init=False, repr=False)
    _children: dict[str, tuple[Unit, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        children: dict[str, tuple[Unit, ...]] = {}
        for unit in self.units:
            if unit.parent:
                children[unit.parent] = (*children.get(unit.parent, ()), unit)
        object.__setattr__(self, '_children', children)
        object.__setattr__(self, '_units', {unit.code: unit for unit in self.units})
        object.__setattr__(self, '_categories', {category.code: category for category in self.categories})
        object.__setattr__(self, '_landmarks', {landmark.code: landmark for landmark in self.landmarks})

    def find_unit(self, code: str) -> Unit | None:
        """The unit with this code, None when there is none."""
        return self._units.get(code)

    def unit(self, code: str) -> Unit:
        """The unit with this code. Raises Refusal no_such_unit."""
        return _found(self._units, code, 'no_such_unit')

    def find_category(self, code: str) -> Category | None:
        """The category with this code, retired or not, None when there is none."""
        return self._categories.get(code)

    def category(self, code: str) -> Category:
        """The category with this code, retired or not. Raises Refusal no_such_category."""
        return _found(self._categories, code, 'no_such_category')

    def contacts(self, category: str) -> tuple[Hotline, ...]:
        """Whom to turn to with a matter of this category, the likeliest first; anybody's for one dropped since."""
        found = self.find_category(category)
        if found is None:
            return tuple(line for line in self.hotlines if line.use == 'talk')
        return tuple(line for number in found.turn_to for line in self.hotlines if line.number == number)

    def landmark(self, code: str) -> Landmark:
        """The landmark with this code. Raises Refusal no_such_landmark."""
        return _found(self._landmarks, code, 'no_such_landmark')

    def children(self, code: str) -> tuple[Unit, ...]:
        """The units right below this one, in the order of the pack."""
        return self._children.get(code, ())

    def counties(self) -> tuple[Unit, ...]:
        """The county-level units: 区、县（市）."""
        return self.children(self.root)

    def streets(self, county: str) -> tuple[Unit, ...]:
        """The subdistricts, towns and townships of one county-level unit."""
        return self.children(county)

    def county_of(self, code: str) -> Unit | None:
        """The county-level unit that this unit is or lies in; None for the city itself. Raises Refusal."""
        steps = self.unit(code).path.split('/')
        return self.unit(steps[1]) if len(steps) > 1 else None

    def is_within(self, code: str, ancestor: str) -> bool:
        """Whether a unit is `ancestor` or lies below it; False for codes that do not exist."""
        unit = self._units.get(code)
        return unit is not None and ancestor in unit.path.split('/')

    def open_categories(self, group: str | None = None) -> tuple[Category, ...]:
        """The categories a resident may choose, of one group or of all, in the order of the pack."""
        return tuple(c for c in self.categories if not c.retired and group in (None, c.group))

    def landmarks_in(self, code: str) -> tuple[Landmark, ...]:
        """The landmarks of a unit and of everything below it, in the order of the pack."""
        return tuple(landmark for landmark in self.landmarks if self.is_within(landmark.unit, code))


def _found(among: Mapping[str, T], code: str, refusal: str) -> T:
    found = among.get(code)
    if found is None:
        raise Refusal(refusal, asked=code)
    return found
