"""Zones, the people who live in them, and plain destinations: bad input told in full, totals
exact.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from builders.settling import settle
from builders.streets import CRS, Street, build_streets
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from access15.config import (
    FacilitiesSource,
    PopulationSource,
    ZoneSource,
    load_categories,
    load_study,
)
from access15.errors import Access15Error, InputDataError
from access15.results.stretches import gather_homes
from access15.sources.people.counts import Counted
from access15.sources.people.zone_table import read_zone_totals
from access15.sources.places.destinations import read_destinations
from access15.sources.places.facilities import read_facilities
from access15.sources.zones import read_zones

SQUARE = shapely.box(9.0, 45.0, 9.1, 45.1)
GIVE = "give GeoJSON, GeoPackage or a shapefile"


def layer(*features: tuple[dict[str, object], BaseGeometry | None]) -> str:
    """GeoJSON of some features."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": p,
                    "geometry": None if g is None else shapely.geometry.mapping(g),
                }
                for p, g in features
            ],
        }
    )


def zone_source(path: Path) -> ZoneSource:
    return ZoneSource(file=path, id_column="nil", name_column="name")


def one(geometry: BaseGeometry | None) -> str:
    return layer(({"nil": 1, "name": "Uno"}, geometry))


def whole_message(path: Path, text: str) -> str:
    """Pattern that matches the whole message, with the file's path for {file}."""
    return f"^{re.escape(text.replace('{file}', str(path)).replace('{name}', path.name))}$"


UNUSABLE = "{file}: zones cannot be used\n  - zone '1' is not a polygon"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.geojson", None, "{file}: there is no such file; check [zones] in the study"),
        ("z.geojson", "", "{file}: cannot be read as a layer of polygons; " + GIVE),
        ("z.geojson", "hello", "{file}: cannot be read as a layer of polygons; " + GIVE),
        ("z.geojson", one(SQUARE)[:100], "{file}: cannot be read as a layer of polygons; " + GIVE),
        ("z.gpkg", "SQLite format 3", "{file}: cannot be read as a layer of polygons; " + GIVE),
        ("z.csv", "nil,name\n1,Uno\n", "{file}: is a table without outlines; " + GIVE),
        ("z.geojson", layer(), "{file}: there is no column 'nil', 'name'; the columns are none"),
        (
            "z.geojson",
            layer(({"nil": 1, "x": 2}, SQUARE)),
            "{file}: there is no column 'name'; the columns are nil, x",
        ),
        ("z.geojson", one(None), UNUSABLE),
        ("z.geojson", one(SQUARE.exterior), UNUSABLE),
        ("z.geojson", one(shapely.Polygon()), UNUSABLE),
        ("z.geojson", one(shapely.Polygon([(9, 45), (9.1, 45), (9.2, 45)])), UNUSABLE),
        (
            "z.geojson",
            layer(
                ({"nil": 2, "name": "Due"}, SQUARE),
                ({"nil": 2, "name": "Due"}, SQUARE),
                ({"nil": 3}, None),
            ),
            "{file}: zones cannot be used\n"
            "  - zone '1' stands 0 times in column 'nil', it must be once\n"
            "  - zone '2' stands 2 times in column 'nil', it must be once\n"
            "  - zone '3' is not a polygon",
        ),
    ],
)
def test_unusable_zones(tmp_path: Path, name: str, content: str | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputDataError, match=whole_message(path, message)):
        read_zones(zone_source(path), wanted=["1", "2", "3"] if "'3'" in message else ["1"])


def test_zones_without_crs(tmp_path: Path) -> None:
    path = tmp_path / "z.shp"
    gpd.GeoDataFrame({"nil": [1], "name": ["Uno"]}, geometry=[SQUARE], crs=CRS).to_file(path)
    path.with_suffix(".prj").unlink()
    message = "{file}: has no coordinate reference system; save it with one"
    with pytest.raises(InputDataError, match=whole_message(path, message)):
        read_zones(zone_source(path), wanted=["1"])


def test_zones_come_in_the_order_wanted_and_valid(tmp_path: Path) -> None:
    """Ids as whole numbers, decimals or text; a bow tie and a spike become polygons; other CRS are
    projected.
    """
    bow_tie = shapely.Polygon([(9, 45), (9.1, 45.1), (9.1, 45), (9, 45.1)])
    spike = shapely.Polygon([(9, 45), (9.1, 45), (9.2, 45), (9.1, 45), (9.1, 45.1), (9, 45.1)])
    frame = gpd.GeoDataFrame(
        {"nil": [3.0, 1.0, 2.0], "name": ["Tre", None, "Due"]},
        geometry=[spike, bow_tie, SQUARE],
        crs="EPSG:4326",
    )
    path = tmp_path / "z.gpkg"
    frame.to_crs("EPSG:3003").to_file(path)
    found = read_zones(zone_source(path), wanted=["2", "1", "3", "1"])
    assert found["zone_id"].tolist() == ["2", "1", "3"]
    assert found["name"].tolist() == ["Due", "", "Tre"]
    assert str(found.crs) == "EPSG:4326"
    assert set(found.geom_type) <= {"Polygon", "MultiPolygon"}
    assert found.is_valid.all()
    assert found.geometry[0].symmetric_difference(SQUARE).area < 1e-8
    assert found.geometry[2].symmetric_difference(SQUARE).area < 1e-8
    assert found.geometry[1].area == pytest.approx(SQUARE.area / 2, rel=1e-3)


# --- people ------------------------------------------------------------------------------------


def population_source(path: Path, **changes: object) -> PopulationSource:
    values: dict[str, object] = {
        "file": path,
        "zone_column": "nil",
        "groups": {"total": "tot", "old": "old"},
    }
    return PopulationSource.model_validate({**values, **changes})


NO_PEOPLE = "{file}: residents cannot be used\n"
WHOLE = "it must be a whole number of people"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            None,
            "{file} cannot be read (No such file or directory): check the path and its "
            "permissions.",
        ),
        ("", "{name} is empty: it has no header and no rows; check that it was saved."),
        ("nil,tot\n1,10\n", "{file}: there is no column 'old'; the columns are nil, tot"),
        (
            "id;tutti\n1;10\n",
            "{file}: there is no column 'nil', 'tot', 'old'; the columns are id, tutti",
        ),
        ("nil,tot,old\n2,10,1\n", NO_PEOPLE + "  - zone '1' stands 0 times, it must be once"),
        (
            "nil,tot,old\n1,10,1\n1,10,1\n",
            NO_PEOPLE + "  - zone '1' stands 2 times, it must be once",
        ),
        (
            "nil,tot,old\n1,10,11\n",
            NO_PEOPLE + "  - zone '1': old is 11, more than all residents (10)",
        ),
        # a comma too many must not move the columns: 500 is not the total of zone 1
        (
            "nil,tot,old\n9,1,500,3\n1,10,1\n",
            NO_PEOPLE
            + "  - {name} row 2: it has 4 cells, the header has 3; "
            + "put text that contains the separator in quotation marks.",
        ),
        *(
            (f'nil,tot,old\n1,"{text}",1\n', f"{NO_PEOPLE}  - zone '1': tot is {text!r}, {WHOLE}")
            for text in (
                "",
                "-2",
                "2.5",
                "1.234",
                "1,234",
                "1e3",
                "nan",
                "inf",
                "²",
                "٣",
                "9999999999",
                "n.d.",
            )
        ),
        (
            "nil,tot,old\n1,x,y\n",
            NO_PEOPLE
            + "  - zone '1': tot is 'x', it must be a whole number of people\n"
            + "  - zone '1': old is 'y', it must be a whole number of people",
        ),
    ],
)
def test_unusable_population(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "people.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputDataError, match=whole_message(path, message)):
        read_zone_totals(population_source(path), wanted=["1"])


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00\x01", b"nil,tot,old\n1,\x0010,1\n", b'nil,tot,old\n1,"2,1\n', b"PK\x03\x04"],
)
def test_population_that_is_no_table(tmp_path: Path, data: bytes) -> None:
    """Whatever the bytes: one of our errors, never another library's."""
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    with pytest.raises(Access15Error, match=r"^people\.csv"):
        read_zone_totals(population_source(path), wanted=["1"])


def test_population_of_a_year(tmp_path: Path) -> None:
    """Only that year's rows count; semicolons and a byte order mark do not matter."""
    path = tmp_path / "people.csv"
    path.write_text(
        "\ufeffnil;anno;tot;old\n7;2011;10;4\n7;2024;12;5\n8;2024;0;0\n", encoding="utf-8"
    )
    source = population_source(path, year_column="anno", year=2024)
    found = read_zone_totals(source, wanted=["8", "7", "8"])
    assert found.to_dict("index") == {
        "8": {"total": 0.0, "old": 0.0},
        "7": {"total": 12.0, "old": 5.0},
    }
    message = NO_PEOPLE + "  - zone '7' stands 0 times for 2020, it must be once"
    with pytest.raises(InputDataError, match=whole_message(path, message)):
        read_zone_totals(population_source(path, year_column="anno", year=2020), wanted=["7"])


def homes() -> tuple[dict[str, tuple[float, float]], list[Street]]:
    """Four streets of 100 m, two per zone.

    ::

        A ---residential--- B ---residential--- C        y = 50
        D -----footway----- E -----primary----- F        y = 20
        |      zone W       |      zone E       |
    """
    nodes = {
        "A": (0, 50),
        "B": (100, 50),
        "C": (200, 50),
        "D": (0, 20),
        "E": (100, 20),
        "F": (200, 20),
    }
    return {k: (float(x), float(y)) for k, (x, y) in nodes.items()}, [
        Street("A", "B"),
        Street("B", "C"),
        Street("D", "E"),
        Street("E", "F"),
    ]


def spread(classes: list[int], population: dict[str, dict[str, float]]) -> gpd.GeoDataFrame:
    """People spread over the four streets, whose classes are given."""
    names = ("residential", "footway", "primary")
    network = replace(build_streets(*homes()), highway=np.array(classes), highway_names=names)
    zones = gpd.GeoDataFrame(
        {"zone_id": ["W", "E"]},
        geometry=[shapely.box(-1, 0, 100, 60), shapely.box(100, 0, 201, 60)],
        crs=CRS,
    )
    groups = list(population["W"])
    table = pd.DataFrame.from_dict(population, orient="index").reset_index(names="place_id")
    counted = Counted("zones", gpd.GeoDataFrame(table, geometry=zones.geometry.to_numpy(), crs=CRS))
    source = population_source(Path("people.csv"), groups={group: group for group in groups})
    source = source.model_copy(update={"residential_highways": ("residential",)})
    return settle(source, counted, zones, network).residents


def test_people_stand_along_residential_streets() -> None:
    """100 m of residential street: fifty points, each in the middle of 2 m, drawn as two marks."""
    found = spread(
        [0, 0, 1, 2], {"W": {"total": 100.0, "old": 25.0}, "E": {"total": 7.0, "old": 0.0}}
    )
    west = found[found["zone_id"] == "W"]
    assert west.geometry.x.tolist() == [1.0 + 2.0 * i for i in range(50)]
    assert set(west.geometry.y) == {50.0}
    assert west["total"].tolist() == [2.0] * 50
    assert west["old"].tolist() == [0.5] * 50
    assert found["stretch"].tolist() == [0] * 25 + [1] * 25 + [2] * 25 + [3] * 25
    assert found["resident_id"].tolist() == [f"r{i + 1}" for i in range(100)]
    assert str(found.crs) == CRS
    marks = gather_homes(found)
    assert found.geometry.x[marks.middle].tolist() == [25.0, 75.0, 125.0, 175.0]
    assert marks.add_up(found["total"].to_numpy()).tolist() == pytest.approx(
        [50, 50, 3.5, 3.5], abs=1e-4
    )
    assert marks.list_rows(found, ["old"])["old"].tolist() == [12.5, 12.5, 0.0, 0.0]


@pytest.mark.parametrize(
    ("classes", "west_y", "east_y"),
    [
        ([0, 0, 1, 2], {50.0}, {50.0}),
        ([2, 2, 1, 1], {50.0}, {50.0}),  # no residential street: other streets, never footways
        ([1, 2, 1, 2], {30.0}, {50.0, 20.0}),  # only footways in W: one point inside the zone
    ],
)
def test_nobody_is_dropped(classes: list[int], west_y: set[float], east_y: set[float]) -> None:
    """Whatever streets a zone has, its people stand somewhere in it, all of them."""
    found = spread(classes, {"W": {"total": 4321.0}, "E": {"total": 1.0}})
    totals = found.groupby("zone_id")["total"].sum()
    assert totals.to_dict() == {"W": 4321.0, "E": 1.0}
    assert set(found.geometry[found["zone_id"] == "W"].y) == west_y
    assert set(found.geometry[found["zone_id"] == "E"].y) == east_y


@given(west=st.integers(0, 10**6), east=st.integers(0, 10**6), old=st.integers(0, 10**6))
def test_totals_are_exact(west: int, east: int, old: int) -> None:
    """Zones sum to the city, bit by bit, in any order."""
    found = spread(
        [0, 0, 0, 2],
        {"W": {"total": float(west), "old": float(old)}, "E": {"total": float(east), "old": 1.0}},
    )
    assert found["total"].sum() == float(west + east)
    assert found["total"][::-1].sum() == float(west + east)
    assert found.groupby("zone_id")["old"].sum().to_dict() == {"W": float(old), "E": 1.0}
    assert (found[["total", "old"]] >= 0).all().all()


def test_milan_totals() -> None:
    """The two neighbourhoods of the data that come with access15: NIL 30 and 42 in 2024, against
    the file itself.
    """
    study = load_study("milano")
    zones = read_zones(study.zones, wanted=["42", "30"])
    people = read_zone_totals(study.population, wanted=["42", "30"])
    raw = pd.read_csv(study.population.file)
    raw = raw[raw["year"] == 2024].set_index("nil")
    for zone_id in ("42", "30"):
        for group in study.population.groups:
            assert people.loc[zone_id, group] == raw.loc[int(zone_id), group]
    assert zones["zone_id"].tolist() == ["42", "30"]
    area_km2 = zones.to_crs(CRS).area / 1e6
    assert area_km2.between(1.0, 5.0).all()


# --- destinations ------------------------------------------------------------------------------


def test_destinations_keep_every_row(tmp_path: Path) -> None:
    """Ids or row numbers, in order; a row without coordinates stays, without a point."""
    path = tmp_path / "points.csv"
    path.write_text("id;lat;lon\na;45,46;9,19\nb;;\nc;45.47;9.2\n", encoding="utf-8")
    found = read_destinations(path)
    assert found["id"].tolist() == ["a", "b", "c"]
    assert found.geometry[1] is None
    assert (found.geometry[0].x, found.geometry[0].y) == (9.19, 45.46)
    assert str(found.crs) == "EPSG:4326"
    path.write_text("lat,lon\n45.46,9.19\n45.47,9.2\n", encoding="utf-8")
    assert read_destinations(path)["id"].tolist() == ["2", "3"]


def test_destinations_in_another_crs(tmp_path: Path) -> None:
    """GeoJSON in degrees and GeoPackage in UTM are the same places."""
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(9.19, 45.46)], crs="EPSG:4326")
    frame.to_file(tmp_path / "a.geojson")
    frame.to_crs(CRS).to_file(tmp_path / "a.gpkg")
    for name in ("a.geojson", "a.gpkg"):
        point = read_destinations(tmp_path / name).geometry[0]
        assert (point.x, point.y) == pytest.approx((9.19, 45.46))


def point_features(*ids: object, **properties: object) -> str:
    """GeoJSON with points whose features have the ids given; None for no id."""
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "Point", "coordinates": [9.19, 45.46]},
        }
        | ({} if found is None else {"id": found})
        for found in ids
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (point_features("node/7", "node/9"), ["node/7", "node/9"]),
        (point_features(7, 9), ["7", "9"]),
        (point_features("node/7", objectid=3), ["node/7"]),
        (point_features("node/7", id="mine"), ["mine"]),
        (point_features("node/7", None), ["1", "2"]),
        (point_features("a", "a"), ["1", "2"]),
        (point_features(None, None), ["1", "2"]),
    ],
    ids=[
        "text",
        "numbers",
        "better than a row number",
        "a property comes first",
        "not all",
        "twice",
        "none",
    ],
)
def test_ids_of_geojson_features(tmp_path: Path, content: str, ids: list[str]) -> None:
    (tmp_path / "points.geojson").write_text(content, encoding="utf-8")
    assert read_destinations(tmp_path / "points.geojson")["id"].tolist() == ids


@pytest.mark.parametrize("kind", ["facility", "point"])
def test_messages_say_what_is_read(tmp_path: Path, kind: str) -> None:
    line = '{"type": "LineString", "coordinates": [[9, 45], [9, 46]]}'
    path = tmp_path / "lines.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": '
        '"a", "category": '
        f'"library"}}, "geometry": {line}}}]}}',
        encoding="utf-8",
    )
    if kind == "point":
        with pytest.raises(
            InputDataError, match="its geometry is a LineString, give a Point: draw one"
        ) as caught:
            read_destinations(path)
        assert "facilit" not in str(caught.value)
    else:
        source = FacilitiesSource(file=path)
        with pytest.raises(
            InputDataError, match="is a LineString, a facility is a Point: draw its entrance"
        ):
            read_facilities(source, categories=load_categories(), bounds=None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            None,
            r"none\.csv cannot be read \(No such file or directory\): check the path and its "
            r"permissions\.$",
        ),
        ("id,lat,lon\n", r"^points\.csv has a header and no rows: there is no point in it\.$"),
        (
            "id,codice,lat,lon\na,b,45,9\n",
            r"2 columns for the same meaning, id: id, codice; delete all but one\.$",
        ),
        (
            "id,lat,lon\na,5031000,514000\n",
            r"these are not degrees; write latitude and longitude in degrees\.$",
        ),
        (
            "id,name\na,b\n",
            r"(?s)^points\.csv: points cannot be used\n.*\.csv has no columns lat and lon: its "
            r"columns are id, name\.$",
        ),
        (
            "id,lat,lon\na,95,9\nb,x,9\n",
            r"(?s)^points\.csv: points cannot be used\n  - points\.csv row 2: .*row 3: ",
        ),
    ],
)
def test_unusable_destinations(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / ("none.csv" if content is None else "points.csv")
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputDataError, match=message):
        read_destinations(path)
