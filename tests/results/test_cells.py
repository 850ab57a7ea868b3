"""Homes in the cells of a grid: every home in one, and the same cell in every run."""

from __future__ import annotations

import geopandas as gpd
import h3
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from access15.config import Grid
from access15.results.cells import CellCounts, CellsAsked, gather_cells

UTM = "EPSG:32632"
CORNER = (512_300.0, 5_032_100.0)


def put(*xy: tuple[float, float]) -> gpd.GeoSeries:
    """Homes at metres from a corner that a hundred divides."""
    return gpd.GeoSeries(shapely.points(np.array(xy) + CORNER), crs=UTM)


def test_squares_are_named_by_their_corner() -> None:
    """::

    +100  . . . . . . . . . .
          |  a  |  c  |          a: inside; b: on the left and lower border; c: on the border
      0   b---------           between two: that of the east; d: on the upper border
    """
    cells = gather_cells(put((50, 50), (0, 0), (100, 50), (50, 100)), Grid("square", 100))
    assert cells.outlines["cell"].tolist() == [
        "CRS32632RES100mN5032100E512300",
        "CRS32632RES100mN5032100E512400",
        "CRS32632RES100mN5032200E512300",
    ]
    assert cells.of_home.tolist() == [0, 0, 1, 2]
    assert cells.outlines.geometry[0].equals(shapely.box(*CORNER, 512_400, 5_032_200))
    south = gpd.GeoSeries([shapely.Point(-5.0, -150.0)], crs=UTM)
    names = gather_cells(south, Grid("square", 100)).outlines["cell"]
    assert names.tolist() == ["CRS32632RES100mS200W100"]


def test_hexagons_are_those_of_h3() -> None:
    homes = put((0, 0), (5, 5), (900, 0))
    cells = gather_cells(homes, Grid("h3", 9))
    lonlat = homes.to_crs("EPSG:4326")
    expected = [h3.latlng_to_cell(point.y, point.x, 9) for point in lonlat]
    assert cells.outlines["cell"].to_numpy()[cells.of_home].tolist() == expected
    assert cells.outlines["cell"].is_monotonic_increasing
    assert cells.outlines.geometry.to_numpy()[cells.of_home[0]].covers(homes[0])
    assert cells.outlines.area.between(80_000, 130_000).all()


AT = st.floats(-2_000.0, 2_000.0) | st.integers(-20, 20).map(lambda n: 100.0 * n)


@given(
    st.lists(st.tuples(AT, AT), min_size=1, max_size=12),
    st.sampled_from([Grid("square", 100), Grid("square", 37), Grid("h3", 10)]),
)
def test_every_home_is_in_one_cell_whatever_else_is_there(
    xy: list[tuple[float, float]], grid: Grid
) -> None:
    homes = put(*xy)
    cells = gather_cells(homes, grid)
    named = cells.outlines["cell"].to_numpy()[cells.of_home]
    assert set(named) == set(cells.outlines["cell"])
    for i, name in enumerate(named):
        alone = gather_cells(homes.iloc[[i]], grid)
        assert alone.outlines["cell"].tolist() == [name]
        assert cells.outlines.geometry[cells.of_home[i]].distance(homes[i]) < 0.01


def test_rows_of_cells_by_hand() -> None:
    """Two cells: four people of whom the claim promises three and the frail reach one; nobody."""
    outlines = gpd.GeoDataFrame(
        {"cell": ["a", "b"]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=UTM
    )
    covered = {
        ("adult", "csrc"): np.array([[[3.0, 0.0]]]),
        ("frail", "csrc"): np.array([[[1.0, 0.0]]]),
    }
    counts = CellCounts(Grid("square", 100), outlines, np.array([[4.0, 0.0]]), covered)
    asked = CellsAsked(("adult", "frail"), "adult", {"old": "frail"}, ("15min",))
    rows = counts.list_rows("csrc", asked).set_index(["cell", "profile"])
    assert rows.loc["a", "frail"]["share_old_15min"] == 0.25
    assert rows.loc["a", "frail"]["gap_people_old_15min"] == 2.0
    assert rows.loc["a", "frail"]["gap_points_old_15min"] == 50.0
    assert rows.loc["a", "frail"]["ratio_old_15min"] == pytest.approx(1 / 3)
    assert rows["is_own_old"].tolist() == [False, False, True, True]
    nobody = rows.loc["b", "frail"]
    assert nobody["covered_old_15min"] == 0.0
    assert nobody[["share_old_15min", "ratio_old_15min"]].isna().all()
    unknown = counts.list_rows("library", asked)
    assert unknown["covered_old_15min"].isna().all()
    assert unknown["people_old"].tolist() == [4.0, 0.0, 4.0, 0.0]
