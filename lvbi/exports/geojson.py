"""GeoJSON (RFC 7946): one FeatureCollection, written feature by feature."""

from collections.abc import Sequence
from typing import Any, BinaryIO

import orjson

from civic.reports.exports import Line

PLACE = ('lat', 'lon')


class GeojsonWriter:
    """Points where a place is known, features without a geometry where it is not."""

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._file = file
        self._columns = [name for name in columns if name not in PLACE]
        self._before = b'\n'
        file.write(b'{"type":"FeatureCollection","features":[')

    def write(self, line: Line) -> None:
        """Write one report."""
        properties = {name: line[name] for name in self._columns}
        feature = {'type': 'Feature', 'geometry': _geometry(line), 'properties': properties}
        self._file.write(self._before + orjson.dumps(feature))
        self._before = b',\n'

    def finish(self) -> None:
        """Close the collection."""
        self._file.write(b'\n]}\n')

    def close(self) -> None:
        """Nothing is held."""


def _geometry(line: Line) -> dict[str, Any] | None:
    lat, lon = line['lat'], line['lon']
    return None if lat is None or lon is None else {'type': 'Point', 'coordinates': [lon, lat]}
