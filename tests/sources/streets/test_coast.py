"""The sea beside coastlines: land on their left, water on their right."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from access15.sources.streets.coast import fill_sea

BOX = (0.0, 0.0, 1.0, 1.0)


def fill(*lines: list[tuple[float, float]]) -> shapely.Geometry:
    coast = np.array([shapely.LineString(line) for line in lines], dtype=object)
    return shapely.union_all(fill_sea(coast, BOX))


def test_no_coast_no_sea() -> None:
    assert fill().is_empty
    assert fill([(2.0, 0.0), (2.0, 1.0)]).is_empty


def test_the_sea_lies_to_the_right() -> None:
    """Drawn northwards the land is in the west, drawn southwards in the east."""
    north = [(0.4, -1.0), (0.4, 0.5), (0.4, 2.0)]
    assert fill(north).equals(shapely.box(0.4, 0.0, 1.0, 1.0))
    assert fill(north[::-1]).equals(shapely.box(0.0, 0.0, 0.4, 1.0))


def test_an_island_is_land_and_a_basin_is_sea() -> None:
    ring = [(0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6), (0.2, 0.2)]  # anticlockwise
    island = shapely.Polygon(ring)
    assert fill(ring).equals(shapely.box(*BOX).difference(island))
    assert fill(ring[::-1]).equals(island)


def test_a_coast_of_several_ways_with_an_island() -> None:
    """
    ....|~~~~
    ....|~##~
    ....|~~~~
    """
    island = [(0.7, 0.4), (0.8, 0.4), (0.8, 0.6), (0.7, 0.6), (0.7, 0.4)]
    sea = fill([(0.4, 0.5), (0.4, 1.5)], island, [(0.4, -0.5), (0.4, 0.5)])
    land = shapely.box(0.0, 0.0, 0.4, 1.0).union(shapely.Polygon(island))
    assert sea.equals(shapely.box(*BOX).difference(land))


@pytest.mark.parametrize(
    "line", [[(0.4, -1.0), (0.4, 0.5)], [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8)], [(0.3, 0.3)] * 2]
)
def test_where_a_coast_ends_no_sea_is_invented(line: list[tuple[float, float]]) -> None:
    assert fill(line).is_empty


@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=6))
def test_turned_round_land_is_sea(across: list[float]) -> None:
    line = [(x, y) for x, y in zip(across, np.linspace(0.1, 0.9, len(across)), strict=True)]
    whole = [(across[0], -0.5), *line, (across[-1], 1.5)]
    one, other = fill(whole), fill(whole[::-1])
    assert one.area + other.area == pytest.approx(1.0)
    assert shapely.intersection(one, other).area == pytest.approx(0.0)
