"""Layers as single files: what other programs draw of them."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from access15.outputs.tables.layers import write_layer

pytestmark = pytest.mark.usefixtures("said_in_italian")

MILAN = (512_000.0, 5_030_000.0)  # EPSG:32632 [m]


def write_and_read_kinds(land: shapely.Geometry, folder: Path) -> list[str]:
    """Kinds of the geometries in the GeoJSON file of some land."""
    moved = shapely.transform(land, lambda xy: xy + MILAN)
    frame = gpd.GeoDataFrame({"minutes": [15.0]}, geometry=[moved], crs="EPSG:32632")
    write_layer(frame, folder / "land.geojson", name="land")
    read = json.loads((folder / "land.geojson").read_text(encoding="utf-8"))
    return [feature["geometry"]["type"] for feature in read["features"]]


def test_a_neck_of_millimetres_makes_no_collection(tmp_path: Path) -> None:
    """Two squares joined by a neck of 2 mm, less than the seventh decimal of a degree.

    +----+      +----+
    |    |------|    |
    +----+      +----+
    """
    neck = shapely.box(90, 50, 210, 50.002)
    land = shapely.union_all([shapely.box(0, 0, 100, 100), neck, shapely.box(200, 0, 300, 100)])
    assert land.geom_type == "Polygon"
    assert write_and_read_kinds(land, tmp_path) == ["MultiPolygon"]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 50),
            st.floats(0, 50),
            st.sampled_from((0.001, 0.02, 7.0)),
            st.sampled_from((0.003, 9.0)),
        ),
        min_size=2,
        max_size=8,
    )
)
def test_land_stays_land(
    tmp_path_factory: pytest.TempPathFactory, boxes: list[tuple[float, float, float, float]]
) -> None:
    pieces = [shapely.box(x, y, x + width, y + height) for x, y, width, height in boxes]
    land = shapely.union_all([shapely.box(20, 20, 30, 30), *pieces])
    kinds = write_and_read_kinds(land, tmp_path_factory.mktemp("layer"))
    assert set(kinds) <= {"Polygon", "MultiPolygon"}


def test_streets_stay_streets(tmp_path: Path) -> None:
    assert write_and_read_kinds(shapely.LineString([(0, 0), (0.004, 0)]), tmp_path) == [
        "LineString"
    ]
