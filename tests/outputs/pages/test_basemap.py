"""The compact encoding, read back by a decoder of its own."""

from __future__ import annotations

import base64
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.basemap import read_lines, read_numbers
from builders.run import CRS, make_network
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Transformer

from access15.core.streets.network import WalkNetwork, build_network
from access15.outputs.pages.basemap import (
    ROAD_CLASSES,
    UNIT_M,
    MapFrame,
    build_basemap,
    classify_streets,
    encode_flags,
    encode_lines,
    encode_numbers,
    encode_points,
    encode_shapes,
    find_name_runs,
)
from access15.results.run import Backdrop

X, Y = 515_000.0, 5_030_000.0
FRAME = MapFrame.around(CRS, np.array([[X, Y], [X + 1000.0, Y + 1000.0]]))


def signed_area(ring: NDArray[np.int64]) -> float:
    x, y = ring.T
    return float(0.5 * (x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


@given(st.lists(st.integers(min_value=-(2**53), max_value=2**53)))
def test_numbers_come_back(values: list[int]) -> None:
    assert list(read_numbers(encode_numbers(np.array(values, dtype=np.int64)))) == values


@pytest.mark.parametrize(
    ("value", "n_bytes"), [(0, 1), (63, 1), (-64, 1), (64, 2), (-65, 2), (8191, 2), (8192, 3)]
)
def test_small_numbers_take_one_byte(value: int, n_bytes: int) -> None:
    assert len(base64.b64decode(encode_numbers(np.array([value])))) == n_bytes


@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)), min_size=1, max_size=5),
        min_size=0,
        max_size=4,
    )
)
def test_lines_come_back_to_half_a_unit(raw: list[list[tuple[float, float]]]) -> None:
    lines = [np.array(line) + np.array([X, Y]) for line in raw]
    back = read_lines(encode_lines(FRAME, lines))
    assert [len(line) for line in back] == [len(line) for line in lines]
    to_mercator = Transformer.from_crs(CRS, "EPSG:3857", always_xy=True)
    for line, units in zip(lines, back, strict=True):
        x, y = to_mercator.transform(line[:, 0], line[:, 1])
        assert np.abs(units[:, 0] * UNIT_M + FRAME.west - x).max() <= UNIT_M / 2 + 1e-6
        assert np.abs(FRAME.north - units[:, 1] * UNIT_M - y).max() <= UNIT_M / 2 + 1e-6


def test_holes_are_turned_against_their_outline() -> None:
    outer, hole = shapely.box(X, Y, X + 100, Y + 100), shapely.box(X + 40, Y + 40, X + 60, Y + 60)
    for shape in (outer.difference(hole), outer.difference(hole).reverse()):
        rings = read_lines(encode_shapes(FRAME, [None, shape, shapely.Polygon()]))
        assert [len(ring) for ring in rings] == [4, 4]
        # y grows to the south on the page, so an outline that runs counter-clockwise on the ground
        # is negative
        assert signed_area(rings[0]) < 0 < signed_area(rings[1])
        stretch = 1 / np.cos(np.radians(45.4)) ** 2  # of areas, by Web Mercator
        assert -signed_area(rings[0]) * UNIT_M**2 == pytest.approx(100 * 100 * stretch, rel=0.05)


def test_collections_are_taken_apart_and_lines_stay_open() -> None:
    line = shapely.LineString([(X, Y), (X + 50, Y), (X + 50, Y + 50)])
    both = shapely.GeometryCollection(
        [line, shapely.MultiPolygon([shapely.box(X, Y, X + 10, Y + 10)])]
    )
    assert [len(part) for part in read_lines(encode_shapes(FRAME, [both]))] == [3, 4]


def test_nothing_is_written_as_nothing() -> None:
    assert read_lines(encode_shapes(FRAME, [])) == []
    assert read_lines(encode_points(FRAME, np.zeros((0, 2)))) == []
    assert encode_flags(np.zeros(0, dtype=bool)) == ""


@given(st.lists(st.booleans(), max_size=40))
def test_flags_come_back(flags: list[bool]) -> None:
    data = base64.b64decode(encode_flags(np.array(flags, dtype=bool)))
    assert [bool(data[i // 8] >> (i % 8) & 1) for i in range(len(flags))] == flags


def test_frame_corner_is_north_west_and_degrees_are_right() -> None:
    assert (FRAME.to_units(np.array([[X, Y], [X + 1000.0, Y + 1000.0]])) >= 0).all()
    expected = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(X, Y)
    assert FRAME.to_lat_lon(np.array([[X, Y]])).tolist() == [
        [round(expected[1], 6), round(expected[0], 6)]
    ]


def make_streets(**attributes: NDArray[np.generic]) -> WalkNetwork:
    r"""Via Lunga runs straight for 300 m, then turns; Via Corta is 40 m long; one edge has no name.

    ::

        0 --150-- 1 --150-- 2      Via Lunga: 0-1, 1-2, 2-3
                  |          \
                  40 Corta    3    (100 m, turned)
                  4
    """
    xy = np.array(
        [[0, 0], [150, 0], [300, 0], [300 + 100 / 2**0.5, -100 / 2**0.5], [150, -40]]
    ) + np.array([X, Y])
    return build_network(
        crs=CRS,
        node_xy=xy,
        edge_u=np.array([0, 1, 2, 1, 0]),
        edge_v=np.array([1, 2, 3, 4, 4]),
        highway_names=("residential", "primary", "footway", "steps"),
        street_names=("", "Via Lunga", "Via Corta"),
        street=np.array([1, 1, 1, 2, 0]),
        highway=np.array([1, 1, 1, 0, 3]),
        **attributes,
    )


def test_names_stand_on_the_longest_straight_runs() -> None:
    runs = find_name_runs(make_streets())
    assert [(name, ROAD_CLASSES[rank]) for name, rank, _ in runs] == [("Via Lunga", "major")] * 2
    longest = np.sort(runs[0][2][:, 0]) - X
    assert longest == pytest.approx([0, 300])
    assert np.hypot(*(runs[1][2][1] - runs[1][2][0])) == pytest.approx(100, abs=0.1)


def test_streets_are_sorted_by_what_they_are() -> None:
    flags = np.array([False, False, True, False, False])
    classes = classify_streets(make_streets(steps=flags))
    assert [ROAD_CLASSES[i] for i in classes] == ["major", "major", "steps", "minor", "steps"]


def test_unknown_highways_are_footways() -> None:
    network = build_network(
        crs=CRS,
        node_xy=np.array([[X, Y], [X + 9, Y]]),
        edge_u=np.array([0]),
        edge_v=np.array([1]),
        highway_names=("corridor",),
    )
    assert [ROAD_CLASSES[i] for i in classify_streets(network)] == ["foot"]


def test_backdrop_is_clipped_to_the_streets() -> None:
    nothing = gpd.GeoSeries([], crs=CRS)
    lake = gpd.GeoSeries([shapely.box(X - 9000, Y - 20, X + 9000, Y + 9000)], crs=CRS)
    network = make_streets()
    base = build_basemap(FRAME, network, Backdrop(lake, nothing, nothing, nothing))
    (ring,) = read_lines(str(base["water"]))
    east = X + 300 + 100 / np.sqrt(2)
    corners = FRAME.to_units(np.array([[X, Y - 20], [X, Y], [east, Y], [east, Y - 20]]))
    assert all(np.abs(ring - corner).max(axis=1).min() <= 1 for corner in corners)
    assert len(ring) == 4
    assert read_lines(str(base["green"])) == []


def test_lines_of_water_stay_lines_and_the_sea_goes_on() -> None:
    """An open line that is filled would be a lake."""
    nothing = gpd.GeoSeries([], crs=CRS)
    canal = shapely.LineString([(X, Y + 10), (X + 50, Y + 60), (X + 100, Y + 10)])
    water = gpd.GeoSeries([shapely.box(X, Y, X + 20, Y + 20), canal], crs=CRS)
    sea = gpd.GeoSeries([shapely.box(X + 300, Y - 900, X + 900, Y + 900)], crs=CRS)
    base = build_basemap(FRAME, make_streets(), Backdrop(water, nothing, nothing, nothing, sea))
    (line,) = read_lines(str(base["streams"]))
    assert len(line) == 3
    rings = read_lines(str(base["water"]))
    assert len(rings) == 2
    east = FRAME.to_units(np.array([[X + 900, Y - 900], [X + 900, Y + 900]]))[:, 0].max()
    assert max(ring[:, 0].max() for ring in rings) == pytest.approx(east, abs=2)


def test_streets_take_a_tenth_of_geojson() -> None:
    network = make_network("chiesa_rossa")
    frame = MapFrame.around(CRS, network.node_xy)
    nothing = gpd.GeoSeries([], crs=CRS)
    encoded = len(
        json.dumps(
            build_basemap(frame, network, Backdrop(nothing, nothing, nothing, nothing))["roads"]
        )
    )
    degrees = (
        gpd.GeoSeries(network.lines, crs=CRS).to_crs("EPSG:4326").to_numpy()
    )  # as GeoJSON has it
    assert encoded * 10 < len(shapely.to_geojson(shapely.geometrycollections(degrees)))
