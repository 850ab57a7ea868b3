"""Layers as single files: what other programs draw of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from access15.outputs.tables.layers import write_layer
from access15.results.plain import PlainLayer

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


def read_features(layer: PlainLayer | gpd.GeoDataFrame, path: Path) -> list[dict[str, Any]]:
    """Features of the GeoJSON file that is made of a layer."""
    write_layer(layer, path, name="land")
    read = json.loads(path.read_text(encoding="utf-8"))
    assert (read["type"], read["name"]) == ("FeatureCollection", path.stem)
    features: list[dict[str, Any]] = read["features"]
    return features


FIJI = shapely.box(-0.5, 0, 0.5, 1)  # degrees beside the date line


@pytest.mark.parametrize(
    ("shapes", "crs"),
    [
        pytest.param(
            [
                # a hole, rings that run the wrong way, two parts, nothing, a hair
                shapely.Polygon(
                    [(0, 0), (0, 90), (90, 90), (90, 0)], [[(9, 9), (50, 9), (50, 50), (9, 50)]]
                ),
                shapely.MultiPolygon([shapely.box(0, 0, 5, 5), shapely.box(7, 0, 9, 5)]),
                shapely.MultiPolygon(),
                shapely.MultiPolygon([shapely.box(0, 0, 30, 0.001), shapely.box(0, 5, 30, 9)]),
            ],
            "EPSG:32632",
            id="land",
        ),
        pytest.param(
            [shapely.LineString([(0, 0), (3.3333333, 7.123456789)])], "EPSG:32632", id="lines"
        ),
        pytest.param([FIJI], "EPSG:32660", id="date line"),
    ],
)
def test_columns_in_no_frame_make_the_same_file(
    tmp_path: Path, shapes: list[shapely.Geometry], crs: str
) -> None:
    """Written without GDAL: number for number what GDAL writes of a frame."""
    shift = (lambda xy: xy * 200_000 + (830_000, 1_000_000)) if shapes == [FIJI] else None
    moved = shapely.transform(shapes, shift or (lambda xy: xy + MILAN))
    columns = {
        "minutes": np.arange(len(shapes)) + 0.1,
        "profile": ['lui, "là"\n'] * len(shapes),
        "area_m2": [100 / 3] * len(shapes),
    }
    layer = PlainLayer(columns, np.array(moved, dtype=object), crs)
    plain = read_features(layer, tmp_path / "plain.geojson")
    framed = read_features(layer.to_frame(), tmp_path / "framed.geojson")
    assert [one["properties"] for one in plain] == [one["properties"] for one in framed]
    for one, other in zip(plain, framed, strict=True):
        here, there = (shapely.geometry.shape(each["geometry"]) for each in (one, other))
        assert here.geom_type.removeprefix("Multi") == there.geom_type.removeprefix("Multi")
        parts = [shapely.normalize(shapely.get_parts(each)).tolist() for each in (here, there)]
        assert parts[0] == parts[1]
        rings = [ring for part in shapely.get_parts(here) for ring in shapely.get_rings(part)]
        if here.geom_type.endswith("Polygon") and rings:
            assert shapely.is_ccw(rings[0])
    if shapes == [FIJI]:
        assert len(plain[0]["geometry"]["coordinates"]) == 2  # cut in two
