"""Read a city pack from its folder into civic.city.City, or say in one line what is wrong with it."""

import json
import tomllib
from collections.abc import Callable, Container, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from bot.content import pack_schema as schema
from bot.content.pack_head import head_of, text_of
from civic.city import (
    Area,
    Category,
    City,
    Clocks,
    Department,
    Group,
    Landmark,
    Notice,
    Text,
    Unit,
)

PACKS = Path(__file__).parent
URGENT = 'urgent'
DEFAULT = 'product default'

_File = TypeVar('_File', bound=BaseModel)


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class PackError(Exception):
    """A pack file is missing or broken; the message is one line naming file, entry and fault."""

    def __init__(self, path: Path, entry: str, fault: str) -> None:
        place = f'{path.parent.name}/{path.name}'
        super().__init__(f'{place}: {entry}: {fault}' if entry else f'{place}: {fault}')


@cache
def load(name: str, packs: Path = PACKS) -> City:
    """The city of this name, read once. Raises PackError."""
    folder = packs / name
    head = _read(folder / 'city.toml', tomllib.loads, schema.CityFile)
    if head.code != name:
        raise PackError(folder / 'city.toml', 'code', f"is '{head.code}', but the folder is called '{name}'")
    units = _units(folder / 'units.json', head.unit)
    groups, categories = _categories(folder / 'categories.toml', units)
    _check_numbers(folder / 'categories.toml', head, categories)
    return City(
        **head_of(head),
        units=tuple(units.values()),
        groups=groups,
        categories=categories,
        landmarks=_landmarks(folder / 'landmarks.toml', units),
        areas=_areas(folder / 'districts.geojson', units),
        notice=_notice(folder, head),
    )


def _read(path: Path, parse: Callable[[str], Any], shape: type[_File]) -> _File:
    said: Any = None
    try:
        said = parse(_words(path))
        return shape.model_validate(said)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise PackError(path, _entry(said, first['loc']), first['msg']) from None
    except ValueError as fault:  # TOMLDecodeError and JSONDecodeError are ValueErrors
        raise PackError(path, '', f'cannot be read: {fault}') from None


def _words(path: Path) -> str:
    try:
        return path.read_text(encoding='utf-8')
    except OSError as fault:
        raise PackError(path, '', fault.strerror or 'cannot be opened') from None


def _entry(said: Any, steps: Iterable[str | int]) -> str:
    """Say where in the file: rows by their code (else number, from 1), the rest by its key."""
    names: list[str] = []
    for step in steps:
        reachable = isinstance(said, (list, dict))
        try:
            said = said[step] if reachable else None
        except (KeyError, IndexError, TypeError):
            said = None
        code = said.get('code') if isinstance(said, dict) else None
        names.append(f"'{code}'" if code and isinstance(step, int) else _ordinal(step))
    return ' '.join(names)


def _ordinal(step: str | int) -> str:
    return f'no. {step + 1}' if isinstance(step, int) else step


def _once(path: Path, kind: str, rows: Sequence[_Coded]) -> set[str]:
    """The codes of the rows, none of which may come twice."""
    found: set[str] = set()
    for row in rows:
        if row.code in found:
            raise PackError(path, f"{kind} '{row.code}'", 'is there twice')
        found.add(row.code)
    return found


def _known(path: Path, entry: str, code: str, among: Container[str], what: str) -> None:
    if code not in among:
        raise PackError(path, entry, f"no {what} has the code '{code}'")


def _units(path: Path, root: str) -> dict[str, Unit]:
    """The tree, parents before children. The kinds must follow each other downwards, one step at a time."""
    rows = _read(path, json.loads, schema.UnitsFile).units
    _known(path.with_name('city.toml'), 'unit', root, _once(path, 'unit', rows), 'unit')
    units: dict[str, Unit] = {}
    for row in rows:
        if (row.parent is None) != (row.code == root):
            raise PackError(path, f"unit '{row.code}'", f"only '{root}' has no parent, and it must have none")
        if row.parent is not None:
            _known(path, f"unit '{row.code}' parent", row.parent, units, 'unit before it')
        above = units[row.parent] if row.parent else None
        _check_kind(path, row, above)
        way = f'{above.path}/{row.code}' if above else row.code
        units[row.code] = Unit(row.code, row.kind, Text(row.zh, row.en), row.parent, way)
    return units


def _check_kind(path: Path, row: schema.UnitRow, above: Unit | None) -> None:
    order: tuple[str | None, ...] = (None, 'city', 'county', 'street', 'community')
    expected = order[order.index(row.kind) - 1]
    actual = above.kind if above else None
    if actual != expected:
        raise PackError(path, f"unit '{row.code}'", f'a {row.kind} lies below a {expected}, not below a {actual}')


def _categories(path: Path, units: Container[str]) -> tuple[tuple[Group, ...], tuple[Category, ...]]:
    said = _read(path, tomllib.loads, schema.CategoriesFile)
    groups = _once(path, 'group', said.groups)
    _once(path, 'category', said.categories)
    for row in said.categories:
        entry = f"category '{row.code}'"
        _known(path, f'{entry} group', row.group, groups, 'group')
        _known(path, f'{entry} clock', row.clock, said.clocks, 'clock')
        for department in row.departments:
            _known(path, f'{entry} departments', department.unit, units, 'unit')
        if (row.source == DEFAULT) != (row.status == DEFAULT):
            raise PackError(path, entry, f'source and status are both "{DEFAULT}", or neither is')
    turn_to = {group.code: group.turn_to for group in said.groups}
    return (
        tuple(Group(r.code, text_of(r.name), r.emoji) for r in said.groups),
        tuple(_category(r, said.clocks[r.clock], turn_to[r.group]) for r in said.categories),
    )


def _category(row: schema.CategoryRow, clock: schema.ClocksRow, turn_to: tuple[str, ...]) -> Category:
    return Category(
        code=row.code,
        group=row.group,
        name=text_of(row.name),
        hint=text_of(row.hint) if row.hint else None,
        keywords_zh=row.zh,
        keywords_en=row.en,
        photo_required=row.photo,
        urgent=row.clock == URGENT,
        departments=tuple(Department(d.unit, text_of(d.name), d.said_as, d.source) for d in row.departments),
        clocks=Clocks(clock.accept, clock.resolve, clock.source),
        source=row.source,
        status=row.status,
        jurisdiction=row.jurisdiction,
        retired=row.retired,
        turn_to=row.turn_to or turn_to,
    )


def _check_numbers(path: Path, head: schema.CityFile, named: Iterable[Category]) -> None:
    """Every number that somebody is sent to stands in city.toml."""
    numbers = {line.number for line in head.hotlines}
    for one in named:
        for number in one.turn_to:
            _known(path, f"'{one.code}' turn_to", number, numbers, 'hotline')


def _landmarks(path: Path, units: Container[str]) -> tuple[Landmark, ...]:
    rows = _read(path, tomllib.loads, schema.LandmarksFile).landmarks
    _once(path, 'landmark', rows)
    for row in rows:
        _known(path, f"landmark '{row.code}' street", row.street, units, 'unit')
    return tuple(Landmark(r.code, Text(r.zh, r.en), r.street) for r in rows)


def _areas(path: Path, units: Container[str]) -> tuple[Area, ...]:
    features = _read(path, json.loads, schema.DistrictsFile).features
    for feature in features:
        code = feature.properties.adcode
        _known(path, f"feature '{code}' adcode", code, units, 'unit')
    return tuple(_area(feature) for feature in features)


def _area(feature: schema.Feature) -> Area:
    shape = feature.geometry
    polygons = shape.coordinates if isinstance(shape, schema.MultiPolygonShape) else (shape.coordinates,)
    return Area(feature.properties.adcode, tuple(tuple(_ring(ring) for ring in rings) for rings in polygons))


def _ring(positions: Iterable[tuple[float, ...]]) -> tuple[tuple[float, float], ...]:
    return tuple((position[0], position[1]) for position in positions)


def _notice(folder: Path, head: schema.CityFile) -> Notice:
    """The notice with its holes filled: {version}, {city}, {operator}, {contact} and the retention numbers."""
    texts = {}
    for locale in ('zh', 'en'):
        path = folder / f'notice.{locale}.md'
        facts = {
            'version': head.notice_version,
            'city': getattr(head.name, locale),
            'operator': getattr(head.operator.name, locale),
            'contact': getattr(head.operator.contact, locale),
            **head.retention.model_dump(),
        }
        try:
            texts[locale] = _words(path).format_map(facts)
        except (KeyError, ValueError, IndexError) as fault:
            raise PackError(path, f'hole {fault}', 'is not one that this text may have') from None
    return Notice(head.notice_version, Text(**texts))
