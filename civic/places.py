"""Where a point lies: outside the city, or in which county-level unit, and whether a border is near.

The polygons only guess (they are simplified to about 50 m); near a border the resident is asked.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from civic.city import Area, City
from civic.refusals import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely import Polygon, STRtree

BORDER_METRES = 1000.0
# Neighbours are simplified one by one, so that a sliver of this width may belong to neither of them.
SLIVER_METRES = 120.0

Segment = tuple[str, float, float, float, float]  # unit, lon and lat of both ends


@dataclass(frozen=True, slots=True)
class Place:
    """A point with its county-level unit; `others` are further units within the margin, nearest first."""

    lat: float
    lon: float
    county: str | None
    near_border: bool
    others: tuple[str, ...]

    @property
    def outside(self) -> bool:
        """Whether the point lies in no unit of the city. With `others`, it lies just over the border."""
        return self.county is None


@dataclass(frozen=True, slots=True)
class Ground:
    """A city's polygons made ready to be asked: prepared shapes with their units, and a tree over every edge."""

    units: tuple[str, ...]
    shapes: 'NDArray[np.object_]'
    segments: tuple[Segment, ...]
    tree: 'STRtree'


def locate(city: City, lat: float, lon: float, *, margin: float = BORDER_METRES) -> Place:
    """Place a WGS-84 point (degrees). `margin` in metres is what counts as near, 1 km unless told.

    A point just outside every polygon is given to the nearest unit, since the polygons are that coarse.
    Raises Refusal('impossible_coordinates') for what no phone can have measured.
    """
    check_may_be_a_point(lat, lon)
    ground = prepare_ground(city)
    near = _distances(ground, lat, lon, max(margin, SLIVER_METRES))
    county = _holder(ground, lat, lon, near)
    close = {unit: metres for unit, metres in near.items() if metres <= margin}
    others = tuple(unit for unit in sorted(close, key=close.__getitem__) if unit != county)
    return Place(lat, lon, county, bool(close), others)


def check_may_be_a_point(lat: float, lon: float) -> None:
    """Refuse coordinates off the globe, not a number, or exactly 0, 0 (a phone that knows nothing)."""
    on_globe = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
    if not on_globe or (lat == 0 and lon == 0):
        raise Refusal('impossible_coordinates', lat=lat, lon=lon)


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres of one degree of latitude and of longitude at this latitude, WGS-84 ellipsoid (series, < 1 m)."""
    phi = math.radians(lat)
    north = 111132.954 - 559.822 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
    east = 111412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi)
    return north, east


def _holder(ground: Ground, lat: float, lon: float, near: dict[str, float]) -> str | None:
    """The unit that holds the point: of several (they overlap a little) the one it lies deepest in."""
    from shapely import contains_xy

    holding = [ground.units[index] for index in contains_xy(ground.shapes, lon, lat).nonzero()[0]]
    if holding:
        return max(holding, key=lambda unit: near.get(unit, math.inf))
    within_sliver = [unit for unit in near if near[unit] <= SLIVER_METRES]
    return min(within_sliver, key=near.__getitem__, default=None)


def _distances(ground: Ground, lat: float, lon: float, margin: float) -> dict[str, float]:
    """Metres from the point to the border of each unit that has one within the margin."""
    from shapely import box

    north, east = metres_per_degree(lat)
    up, aside = margin / north, margin / east
    nearest: dict[str, float] = {}
    for index in ground.tree.query(box(lon - aside, lat - up, lon + aside, lat + up)).tolist():
        unit, x1, y1, x2, y2 = ground.segments[index]
        metres = _to_segment(((x1 - lon) * east, (y1 - lat) * north), ((x2 - lon) * east, (y2 - lat) * north))
        if metres <= min(margin, nearest.get(unit, margin)):
            nearest[unit] = metres
    return nearest


def _to_segment(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Distance from the origin to a segment, both in metres on the plane touching the globe at the point."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(start[0] * dx + start[1] * dy) / length))
    return math.hypot(start[0] + along * dx, start[1] + along * dy)


@lru_cache(maxsize=8)
def prepare_ground(city: City) -> Ground:
    """Make a city's index, once. Called at start-up too: importing shapely takes a tenth of a second."""
    import numpy as np
    from shapely import STRtree, linestrings, prepare

    shapes = [(area.unit, shape) for area in city.areas for shape in _shapes(area)]
    segments = tuple(_segments(city.areas))
    polygons = np.array([shape for _, shape in shapes], dtype=object)
    prepare(polygons)
    edges = STRtree(linestrings([((x1, y1), (x2, y2)) for _, x1, y1, x2, y2 in segments]))
    return Ground(tuple(unit for unit, _ in shapes), polygons, segments, edges)


def _shapes(area: Area) -> Iterator['Polygon']:
    from shapely import Polygon

    return (Polygon(rings[0], rings[1:]) for rings in area.polygons)


def _segments(areas: Iterable[Area]) -> Iterator[Segment]:
    for area in areas:
        for ring in (ring for rings in area.polygons for ring in rings):
            for (x1, y1), (x2, y2) in pairwise(ring):
                yield area.unit, x1, y1, x2, y2
