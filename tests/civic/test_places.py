"""Where a point lies, checked against a slower way of measuring along the same borders."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.pack import load
from civic.city import City
from civic.places import Place, locate, metres_per_degree, prepare_ground
from civic.refusals import Refusal

EARTH = 6_371_000.0  # metres
SHAOXING = load('shaoxing')
EDGES = prepare_ground(SHAOXING).segments

YUECHENG, KEQIAO, SHANGYU, ZHUJI, SHENGZHOU, XINCHANG = (
    '330602', '330603', '330604', '330681', '330683', '330624'
)  # fmt: skip


@pytest.fixture
def city() -> City:
    return SHAOXING


LANDMARKS = [
    ('city square', 30.000, 120.580, YUECHENG),
    ('沥海', 30.135, 120.722, YUECHENG),
    ('China Textile City', 30.083, 120.490, KEQIAO),
    ('Anchang', 30.135, 120.495, KEQIAO),
    ('Baiguan', 30.020, 120.870, SHANGYU),
    ('Zhangzhen', 29.870, 120.870, SHANGYU),
    ('Zhuji', 29.713, 120.236, ZHUJI),
    ('Fengqiao', 29.795, 120.400, ZHUJI),
    ('Shengzhou', 29.590, 120.825, SHENGZHOU),
    ('Xinchang', 29.500, 120.905, XINCHANG),
]


@pytest.mark.parametrize(('name', 'lat', 'lon', 'county'), LANDMARKS)
def test_a_known_place_is_in_its_county(city: City, name: str, lat: float, lon: float, county: str) -> None:
    assert locate(city, lat, lon).county == county, name


OUTSIDE = [
    ('Hangzhou', 30.250, 120.160),
    ('Yuyao', 30.040, 121.150),
    ('Yiwu', 29.310, 120.070),
    ('Shanghai', 31.230, 121.470),
    ('the bay', 30.450, 120.900),
    ('the far side of the globe', -30.0, -60.0),
    ('latitude 0', 0.0, 120.5),
]


@pytest.mark.parametrize(('name', 'lat', 'lon'), OUTSIDE)
def test_a_place_elsewhere_is_outside(city: City, name: str, lat: float, lon: float) -> None:
    assert locate(city, lat, lon) == Place(lat, lon, None, False, ()), name
    assert locate(city, lat, lon).outside


def test_deep_inside_nothing_has_to_be_asked(city: City) -> None:
    assert locate(city, 29.713, 120.236) == Place(29.713, 120.236, ZHUJI, False, ())


def test_a_vague_position_widens_the_border(city: City) -> None:
    assert locate(city, 30.000, 120.580).others == ()
    assert KEQIAO in locate(city, 30.000, 120.580, margin=12_000).others


def test_the_nearest_neighbour_is_named_first(city: City) -> None:
    place = locate(city, 29.80, 120.60, margin=40_000)
    metres = {unit: float(_metres_to(29.80, 120.60)[unit == UNITS].min()) for unit in place.others}
    assert list(place.others) == sorted(metres, key=metres.__getitem__)
    assert len(place.others) >= 4


@pytest.mark.parametrize(
    ('lat', 'lon'),
    [
        (90.1, 120.0), (-91.0, 0.0), (120.58, 30.0), (30.0, 180.5), (30.0, -181.0), (0.0, 0.0), (-0.0, 0.0),
        (math.nan, 120.0), (30.0, math.nan), (math.inf, 120.0), (30.0, -math.inf),
    ],
)  # fmt: skip
def test_impossible_coordinates_are_refused_with_what_was_sent(city: City, lat: float, lon: float) -> None:
    with pytest.raises(Refusal, match='impossible_coordinates') as refused:
        locate(city, lat, lon)
    assert repr(refused.value.facts) == repr({'lat': lat, 'lon': lon})


def test_the_edges_of_the_globe_are_possible(city: City) -> None:
    assert all(locate(city, lat, lon).outside for lat in (-90.0, 90.0) for lon in (-180.0, 180.0))


def test_a_degree_is_as_long_as_the_ellipsoid_says() -> None:
    north, east = metres_per_degree(30.0)
    assert north == pytest.approx(110_852.4, abs=1)
    assert east == pytest.approx(96_486.3, abs=1)


def test_the_polygons_are_sound(city: City) -> None:
    from shapely import is_valid

    ground = prepare_ground(city)
    assert is_valid(ground.shapes).all()
    assert len(ground.units) == 6


def _off_the_edge(index: int, along: float, bearing: float, metres: float) -> tuple[float, float]:
    """A point so many metres from a spot on an edge of a polygon."""
    _, x1, y1, x2, y2 = EDGES[index]
    lon, lat = x1 + (x2 - x1) * along, y1 + (y2 - y1) * along
    north, east = metres_per_degree(lat)
    return lat + math.cos(bearing) * metres / north, lon + math.sin(bearing) * metres / east


edges = st.integers(0, len(EDGES) - 1)
shares = st.floats(0, 1)
bearings = st.floats(0, 2 * math.pi)


@settings(max_examples=400, deadline=None)
@given(edges, shares, bearings, st.floats(0, 995))
def test_within_a_kilometre_of_a_border_is_near_it(index: int, along: float, bearing: float, metres: float) -> None:
    place = locate(SHAOXING, *_off_the_edge(index, along, bearing, metres))
    assert place.near_border
    assert EDGES[index][0] in (place.county, *place.others)
    assert place.county not in place.others


@settings(max_examples=200, deadline=None)
@given(edges, shares, bearings, st.floats(0, 20_000))
def test_near_means_what_a_second_way_of_measuring_says(
    index: int, along: float, bearing: float, metres: float
) -> None:
    lat, lon = _off_the_edge(index, along, bearing, metres)
    true = float(_metres_to(lat, lon).min())
    if abs(true - 1000) > 15:  # sphere against ellipsoid, and sampled edges
        assert locate(SHAOXING, lat, lon).near_border == (true < 1000)


@settings(max_examples=200, deadline=None)
@given(edges, shares, bearings)
def test_a_border_between_two_counties_belongs_to_one_of_them(index: int, along: float, bearing: float) -> None:
    lat, lon = _off_the_edge(index, along, bearing, 10)
    reach = {str(unit) for unit in UNITS[_metres_to(lat, lon) < 100]}
    if len(reach) > 1:
        assert locate(SHAOXING, lat, lon).county in reach


def _sampled() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points every 10 m or less along all edges: unit, latitude and longitude in radians."""
    units, lats, lons = [], [], []
    for unit, x1, y1, x2, y2 in EDGES:
        pieces = np.linspace(0, 1, max(2, int(math.hypot(x2 - x1, y2 - y1) * 112_000 / 10) + 2))
        lons.append(np.radians(x1 + (x2 - x1) * pieces))
        lats.append(np.radians(y1 + (y2 - y1) * pieces))
        units.append(np.full(len(pieces), unit))
    return np.concatenate(units), np.concatenate(lats), np.concatenate(lons)


UNITS, LATS, LONS = _sampled()


def _metres_to(lat: float, lon: float) -> np.ndarray:
    """Great-circle distance (haversine) from a point to every sample."""
    phi, lam = math.radians(lat), math.radians(lon)
    half = np.sin((LATS - phi) / 2) ** 2 + np.cos(LATS) * math.cos(phi) * np.sin((LONS - lam) / 2) ** 2
    return 2 * EARTH * np.arcsin(np.sqrt(half))
