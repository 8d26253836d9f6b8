"""The ground of the city for the page's map, as GeoJSON."""

import hashlib
from typing import Any

import orjson

from civic.city import Area, City

ROUGHLY = 0.005  # degrees


def geojson(city: City) -> bytes:
    """Write the city's areas as a FeatureCollection; each has the names of its unit."""
    return orjson.dumps({'type': 'FeatureCollection', 'features': [_feature(city, area) for area in city.areas]})


def _feature(city: City, area: Area) -> dict[str, Any]:
    name = city.unit(area.unit).name
    return {
        'type': 'Feature',
        'properties': {'code': area.unit, 'name': name.zh, 'name_en': name.en, 'label': _widest(area)},
        'geometry': {'type': 'MultiPolygon', 'coordinates': area.polygons},
    }


def _widest(area: Area) -> tuple[float, float]:
    """Find where the name of an area has most room: the middle of its largest circle (lon, lat)."""
    import shapely  # not before the first page is served: commands that serve nothing start faster

    parts = [shapely.Polygon(outer, holes) for outer, *holes in area.polygons]
    circle = shapely.maximum_inscribed_circle(max(parts, key=lambda part: part.area), tolerance=ROUGHLY)
    lon, lat = circle.coords[0]
    return round(lon, 4), round(lat, 4)


def version(content: bytes) -> str:
    """Give the part of an address that changes with the content."""
    return hashlib.sha256(content).hexdigest()[:8]
