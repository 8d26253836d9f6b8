"""What each file of a city pack must look like. docs/city-pack.md says it for people."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints

Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, pattern=r'^[^\n]*$')]
Slug = Annotated[str, StringConstraints(pattern=r'^[a-z][a-z0-9_]{1,31}$')]
UnitCode = Annotated[str, StringConstraints(pattern=r'^\d{2,12}$')]
Source = Annotated[str, StringConstraints(pattern=r'^(\d{3}:L\d+(, \d{3}:L\d+)*|product default)$')]
Keyword = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Row(BaseModel):
    """A part of a pack file: no unknown entries, nothing changed afterwards."""

    model_config = ConfigDict(extra='forbid', frozen=True)


class Words(Row):
    """A text in both languages, one line each."""

    zh: Line
    en: Line


class Name(Words):
    """A name short enough for a button."""

    zh: Annotated[Line, Field(max_length=12)]
    en: Annotated[Line, Field(max_length=40)]


class OperatorRow(Row):
    name: Words
    contact: Words


class RetentionRow(Row):
    raw_update_hours: PositiveInt
    draft_days: PositiveInt
    original_photo_days: PositiveInt
    source: Source


class HotlineRow(Row):
    number: Line
    use: Literal['danger', 'talk', 'matter']
    name: Words
    what_for: Words
    source: Source


class ReferralRow(Row):
    number: Line
    name: Words
    note: Words
    source: Source


class CityFile(Row):
    """city.toml"""

    code: Slug
    unit: UnitCode
    name: Words
    county_word: Words
    prefix: Annotated[str, StringConstraints(pattern=r'^[A-Z]{2}$')]
    timezone: Line
    channels: Annotated[tuple[Slug, ...], Field(min_length=1)]
    notice_version: Line
    operator: OperatorRow
    retention: RetentionRow
    hotlines: tuple[HotlineRow, ...]
    referrals: Annotated[tuple[ReferralRow, ...], Field(min_length=1)]


class UnitRow(Row):
    code: UnitCode
    kind: Literal['city', 'county', 'street', 'community']
    parent: UnitCode | None
    zh: Line
    en: Line


class UnitsFile(Row):
    """units.json"""

    source: Line
    units: Annotated[tuple[UnitRow, ...], Field(min_length=1)]


class GroupRow(Row):
    code: Slug
    emoji: Line
    name: Name
    turn_to: Annotated[tuple[Line, ...], Field(min_length=1)]


class ClocksRow(Row):
    accept: PositiveInt
    resolve: PositiveInt
    source: Source = 'product default'


class DepartmentRow(Row):
    unit: UnitCode
    name: Words
    said_as: Literal['project', 'indicator', 'text'] = Field(alias='as')
    source: Source


class CategoryRow(Row):
    code: Slug
    group: Slug
    name: Name
    hint: Words | None = None
    zh: Annotated[tuple[Keyword, ...], Field(min_length=8, max_length=30)]
    en: Annotated[tuple[Keyword, ...], Field(min_length=3, max_length=30)]
    photo: bool
    clock: Slug
    source: Source
    status: Literal['practice', 'planned', 'product default']
    jurisdiction: UnitCode
    departments: tuple[DepartmentRow, ...] = ()
    turn_to: tuple[Line, ...] = ()
    retired: bool = False


class CategoriesFile(Row):
    """categories.toml"""

    clocks: dict[Slug, ClocksRow]
    groups: Annotated[tuple[GroupRow, ...], Field(min_length=1)]
    categories: Annotated[tuple[CategoryRow, ...], Field(min_length=1)]


class LandmarkRow(Row):
    code: Slug
    street: UnitCode
    zh: Line
    en: Line


class LandmarksFile(Row):
    """landmarks.toml"""

    landmarks: tuple[LandmarkRow, ...] = ()


Position = Annotated[tuple[float, ...], Field(min_length=2, max_length=3)]
Rings = Annotated[tuple[Annotated[tuple[Position, ...], Field(min_length=4)], ...], Field(min_length=1)]


class Properties(BaseModel):
    model_config = ConfigDict(extra='ignore', frozen=True)
    adcode: UnitCode


class PolygonShape(Row):
    type: Literal['Polygon']
    coordinates: Rings


class MultiPolygonShape(Row):
    type: Literal['MultiPolygon']
    coordinates: Annotated[tuple[Rings, ...], Field(min_length=1)]


class Feature(BaseModel):
    model_config = ConfigDict(extra='ignore', frozen=True)
    type: Literal['Feature']
    properties: Properties
    geometry: PolygonShape | MultiPolygonShape = Field(discriminator='type')


class DistrictsFile(BaseModel):
    """districts.geojson: WGS-84, one feature a county-level unit; `adcode` is its code."""

    model_config = ConfigDict(extra='ignore', frozen=True)
    type: Literal['FeatureCollection']
    source: Line
    features: Annotated[tuple[Feature, ...], Field(min_length=1)]
