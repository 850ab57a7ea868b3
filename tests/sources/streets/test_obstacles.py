"""Layers of obstacles: a barrier survey as towns have it, an Overpass answer, and bad ones."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from builders.drawn_osm import CRS, lonlat, read_drawing

from access15.config import ObstaclesSource
from access15.core.streets.network import KERBS
from access15.core.streets.obstacles import OBSTACLES
from access15.errors import Access15Warning, InputDataError
from access15.sources.streets.obstacles import add_obstacles, read_obstacles

ZEBRA = {"highway": "crossing", "crossing": "zebra"}
NODES = {1: (-60, 0), 2: (0, 0, ZEBRA), 3: (60, 0), 4: (0, 60), 5: (0, -60)}
WAYS = {10: ([1, 2, 3], {"highway": "residential"}), 11: ([4, 2, 5], {"highway": "footway"})}


def survey(path: Path, **columns: list) -> Path:
    """A layer of points one metre apart, from the zebra to the north."""
    places = columns.pop("geometry", None) or [
        shapely.Point(lonlat(0, i)) for i in range(len(next(iter(columns.values()))))
    ]
    gpd.GeoDataFrame(columns, geometry=places, crs="EPSG:4326").to_file(path)
    return path


def source(path: Path, **more: object) -> ObstaclesSource:
    return ObstaclesSource.model_validate({"files": [path], **more})


def test_survey_is_read_by_the_columns_and_words_of_the_study(tmp_path: Path) -> None:
    path = survey(
        tmp_path / "peba.gpkg",
        tipo=["gradino", "gradino", "gradino", "strettoia", "barrier"],
        h=["15 cm", "0.02", "", "", ""],
        rilievo=["Comune 2024", "", "Comune 2024", "", ""],
    )
    layer = read_obstacles(
        source(
            path,
            columns={"kind": "tipo", "height": "h", "source": "rilievo"},
            kinds={"gradino": "kerb", "strettoia": "narrow"},
        )
    )
    assert [OBSTACLES[kind] for kind in layer["kind"]] == [
        "kerb_raised",
        "kerb_flush",
        "kerb_raised",
        "narrow",
        "barrier",
    ]
    assert layer["source"].tolist() == [
        "Comune 2024",
        "peba.gpkg",
        "Comune 2024",
        "peba.gpkg",
        "peba.gpkg",
    ]


def test_overpass_answer_says_what_its_kerbs_are(tmp_path: Path) -> None:
    lon, lat = lonlat(0, 1)
    line = [dict(zip(("lon", "lat"), lonlat(x, 30), strict=True)) for x in (-5, 5)]
    elements = [
        {"type": "node", "id": 1, "lon": lon, "lat": lat, "tags": {"kerb": "raised"}},
        {"type": "node", "id": 2, "lon": lon, "lat": lat, "tags": {"barrier": "kerb"}},
        {"type": "node", "id": 3, "lon": lon, "lat": lat, "tags": {"kerb:height": "0.02"}},
        {"type": "way", "id": 4, "nodes": [8, 9], "geometry": line, "tags": {"kerb": "raised"}},
        {"type": "way", "id": 5, "nodes": [8, 9], "tags": {"kerb": "raised"}},
    ]
    path = tmp_path / "kerbs.json"
    path.write_text(json.dumps({"elements": elements}))
    with pytest.warns(Access15Warning, match=r"1 of 4 elements have no place; ask"):
        layer = read_obstacles(source(path))
    assert [OBSTACLES[kind] for kind in layer["kind"]] == [
        "kerb_raised",
        "kerb_flush",
        "kerb_raised",
    ]
    assert layer.geom_type.tolist() == ["Point", "Point", "LineString"]


def test_obstacles_stand_on_the_streets_and_the_others_are_told(tmp_path: Path) -> None:
    path = survey(
        tmp_path / "peba.geojson",
        kind=["kerb", "barrier"],
        geometry=[shapely.Point(lonlat(1, 2)), shapely.Point(lonlat(30, 30))],
    )
    area = add_obstacles(read_drawing(tmp_path, NODES, WAYS), read_obstacles(source(path)))
    kerbs = {KERBS[code] for code in (*area.network.kerb_u, *area.network.kerb_v)}
    assert kerbs == {"unknown", "raised"}
    assert area.info.warnings[-1] == (
        "peba.geojson: 1 of 2 surveyed obstacles are on the streets; the others stand farther than "
        "10 m from a crossing and 5 m from a way for walkers or a street they could stop anybody on"
    )
    assert area.network.crs == CRS


def test_all_faults_of_a_layer_are_told_at_once(tmp_path: Path) -> None:
    path = survey(
        tmp_path / "peba.gpkg",
        kind=["kerb", "buca", "steps"],
        height=["alto", "", ""],
        geometry=[
            shapely.Point(9.179, 45.43),
            shapely.Point(9.179, 45.43),
            shapely.box(9.1, 45.4, 9.2, 45.5),
        ],
    )
    with pytest.raises(InputDataError, match="the layers of obstacles cannot be used") as caught:
        read_obstacles(source(path, columns={"source": "fonte"}))
    assert list(caught.value.problems) == [
        "peba.gpkg: 4 faults",
        "peba.gpkg: there is no column 'fonte' for source; its columns are kind, height; say which "
        "in columns of [obstacles]",
        "peba.gpkg: kind is 'buca'; known are kerb, kerb_raised, kerb_flush, barrier, steps, narrow; "
        "say in kinds of [obstacles] what it means",
        "peba.gpkg, row 1: height is 'alto'; give metres, such as 0.12",
        "peba.gpkg, row 3: there is no point and no line; draw one",
    ]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("{", r"kerbs.json is not valid JSON \(line 1, column 2\); fetch or export it again"),
        (
            '{"elements": []}',
            "kerbs.json: none of its 0 elements with tags is a kerb whose kind or height",
        ),
        (
            '{"elements": [7, {"tags": {"kerb": "raised"}}]}',
            "kerbs.json: 1 of 1 elements have no place; ask",
        ),
    ],
)
def test_answers_without_kerbs_are_refused(tmp_path: Path, text: str, match: str) -> None:
    path = tmp_path / "kerbs.json"
    path.write_text(text)
    with pytest.raises(InputDataError, match=match):
        read_obstacles(source(path))


@pytest.mark.real_data
def test_kerbs_of_milan(shared_dir: Path) -> None:
    layer = read_obstacles(source(shared_dir / "data" / "milano" / "kerbs_2025.json"))
    assert len(layer) > 3000
    assert {OBSTACLES[kind] for kind in layer["kind"]} == {"kerb_raised", "kerb_flush"}
