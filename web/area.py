"""The ground of the city for the page's map, as GeoJSON."""

import hashlib
from typing import Any

import orjson

from civic.city import Area, City


def geojson(city: City) -> bytes:
    """Write the city's areas as a FeatureCollection; each has the names of its unit."""
    return orjson.dumps({'type': 'FeatureCollection', 'features': [_feature(city, area) for area in city.areas]})


def _feature(city: City, area: Area) -> dict[str, Any]:
    name = city.unit(area.unit).name
    return {
        'type': 'Feature',
        'properties': {'code': area.unit, 'name': name.zh, 'name_en': name.en},
        'geometry': {'type': 'MultiPolygon', 'coordinates': area.polygons},
    }


def version(content: bytes) -> str:
    """Give the part of an address that changes with the content."""
    return hashlib.sha256(content).hexdigest()[:8]
