"""People around a neighbourhood: read from a study, put along the streets, counted nowhere else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.settling import settle
from builders.streets import CRS, Street, build_streets

from access15.config import PopulationSource, list_age_classes, load_study
from access15.config.model import validated
from access15.errors import ConfigError, InputDataError
from access15.sources.people.around import read_around
from access15.sources.people.counts import Counted

X0, Y0 = 514_000.0, 5_031_000.0  # near Milan, in UTM 32N


def box(west: float, east: float) -> shapely.Polygon:
    return shapely.box(X0 + west, Y0 - 50, X0 + east, Y0 + 50)


def make_source(**more: Any) -> PopulationSource:
    groups = {"total": "total", "age_65_plus": "older"}
    return PopulationSource.model_validate(
        {"file": "people.csv", "zone_column": "zone", "groups": groups, **more}
    )


def make_zones(people: dict[str, tuple[shapely.Polygon, float, float]]) -> gpd.GeoDataFrame:
    shapes, total, older = zip(*people.values(), strict=True)
    columns = {"zone_id": list(people), "total": total, "age_65_plus": older}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def test_neighbours_stand_along_their_streets_and_are_not_counted() -> None:
    """A street through three zones; the middle one is the study, and stands in both files.

    ::

        W 200 people      own 100        E 60 people      beyond the streets that were read: F
        o--o--o--o  |  ............  |  o--o--o--o  |  ...
        0          200              400            600
    """
    network = build_streets({"A": (X0, Y0), "B": (X0 + 600, Y0)}, [Street("A", "B")])
    network = replace(network, highway=np.zeros(1, dtype=np.int64), highway_names=("residential",))
    own = make_zones({"own": (box(200, 400), 100.0, 30.0)})
    around = make_zones(
        {
            "W": (box(0, 200), 200.0, 40.0),
            "own, by another hand": (box(201, 400), 999.0, 999.0),
            "E": (box(400, 600), 60.0, 30.0),
            "F": (box(9000, 9100), 500.0, 100.0),
        }
    )
    counted = Counted("zones", own.rename(columns={"zone_id": "place_id"}))
    zones = own[["zone_id", "geometry"]]
    settled = settle(make_source(), counted, zones, network, around=around, margin_m=1000.0)
    assert settled.residents["total"].sum() == 100.0
    near = settled.around.residents
    assert (near["total"].sum(), near["age_65_plus"].sum()) == (260.0, 70.0)
    assert near["total"][near.geometry.x < X0 + 200].sum() == 200.0
    assert len(near) == 16, "25 m apart"
    assert settled.around.known.area == pytest.approx(600 * 100)
    alone = settle(make_source(), counted, zones, network, margin_m=1000.0).around
    assert len(alone.residents) == 0
    assert alone.known.area == pytest.approx(200 * 100)


def test_the_zones_around_milan_are_all_of_it() -> None:
    """88 NIL, 1,407,044 residents at the end of 2024, 312,229 of 65 and over: as the city says."""
    found = read_around(load_study().population)
    assert found is not None
    assert len(found) == 88
    assert found["total"].sum() == 1_407_044
    assert found["age_65_plus"].sum() == 312_229
    assert found["age_80_plus"].sum() == 117_090
    names = set(load_study().population.files)
    assert {"residents around", "zones around"} <= names


def test_a_study_may_name_no_zones_around() -> None:
    assert read_around(make_source()) is None


def write_around(folder: Path, rows: str) -> PopulationSource:
    square = {"type": "Polygon", "coordinates": [[[9, 45], [9.1, 45], [9.1, 45.1], [9, 45]]]}
    feature = {"type": "Feature", "properties": {"id": "W"}, "geometry": square}
    shapes = folder / "around.geojson"
    shapes.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    table = folder / "around.csv"
    table.write_text(rows)
    around = {"file": table, "zone_column": "zone", "zones": shapes, "id_column": "id"}
    return make_source(around=around)


def test_a_zone_without_its_row_is_told(tmp_path: Path) -> None:
    source = write_around(tmp_path, "zone,total,older\nX,10,3\n")
    told = "residents cannot be used\n  - zone 'W' stands 0 times, it must be once"
    with pytest.raises(InputDataError, match=f"{re.escape(told)}$"):
        read_around(source)


def test_missing_outlines_are_told(tmp_path: Path) -> None:
    source = write_around(tmp_path, "zone,total,older\nW,10,3\n")
    (tmp_path / "around.geojson").unlink()
    told = "around.geojson: there is no such file; check [population.around] in the study"
    with pytest.raises(InputDataError, match=f"{re.escape(told)}$"):
        read_around(source)


def test_a_year_goes_with_its_column() -> None:
    around = {"file": "a.csv", "zone_column": "z", "year": 2024, "zones": "a.shp", "id_column": "i"}
    told = "[population.around] 'year' and 'year_column' go together"
    raw = {"file": "p", "zone_column": "z", "groups": {"total": "t"}, "around": around}
    with pytest.raises(ConfigError, match=re.escape(told)):
        validated(PopulationSource, raw, "p")


@pytest.mark.parametrize(
    ("groups", "classes"),
    [
        (["total"], [("total", None)]),
        (
            ["total", "age_80_plus", "age_65_plus", "age_80_plus_living_alone", "low_income"],
            [("total", "age_65_plus"), ("age_65_plus", "age_80_plus"), ("age_80_plus", None)],
        ),
    ],
)
def test_classes_of_age_are_everybody_once(
    groups: list[str], classes: list[tuple[str, str | None]]
) -> None:
    assert list_age_classes(groups) == classes
