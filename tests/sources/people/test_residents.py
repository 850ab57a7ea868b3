"""Residents from layers and census sections, on streets and buildings: nobody lost, every fault
told.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from builders.drawn_osm import read_drawing
from builders.settling import make_homes, settle
from builders.streets import CRS, Street, build_streets
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from access15.config import PopulationSource
from access15.config.model import validated
from access15.core.streets.network import WalkNetwork
from access15.errors import Access15Warning, ConfigError, InputDataError
from access15.results.people import PeopleNote
from access15.sources.people.counts import Counted
from access15.sources.people.istat import read_sections
from access15.sources.people.layer import read_counted_layer
from access15.sources.people.residents import Settled, read_population
from access15.sources.streets.buildings import classify_building

pytestmark = pytest.mark.usefixtures("said_in_italian")

X0, Y0 = 514_000.0, 5_031_000.0  # near Milan, in UTM 32N


def at(x: float, y: float) -> tuple[float, float]:
    return X0 + x, Y0 + y


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(X0 + west, Y0 + south, X0 + east, Y0 + north)


def grid(classes: tuple[int, ...] = (0, 0, 0)) -> WalkNetwork:
    """Three streets of 200 m; the middle one is the border of the zones.

    ::

        A ------- via Nord ------- B      y = 100
        C ------ via Confine ----- D      y =  50
        E ------- via Sud -------- F      y =   0
    """
    nodes = {
        name: at(x, y)
        for name, x, y in zip("ABCDEF", (0, 200) * 3, (100, 100, 50, 50, 0, 0), strict=True)
    }
    network = build_streets(nodes, [Street("A", "B"), Street("C", "D"), Street("E", "F")])
    return replace(
        network,
        highway=np.array(classes),
        highway_names=("residential", "footway", "primary"),
        street=np.array([1, 2, 3]),
        street_names=("", "via Nord", "via Confine", "via Sud"),
    )


def zones() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"zone_id": ["N", "S"]}, geometry=[box(-50, 50, 250, 150), box(-50, -50, 250, 50)], crs=CRS
    )


def source(**values: Any) -> PopulationSource:
    return PopulationSource.model_validate({"file": "people.csv", **values})


def layer_source(path: Path, **values: Any) -> PopulationSource:
    return source(
        kind="layer", file=path, **({"groups": {"total": "tot", "poor": "poor"}} | values)
    )


def totals(settled: Settled, group: str = "total") -> dict[str, float]:
    return {str(k): float(v) for k, v in settled.residents.groupby("zone_id")[group].sum().items()}


def pattern(text: str) -> str:
    return f"^{re.escape(text)}$"


# --- the study file ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"groups": {"total": "t"}},
            "[population] needs 'zone_column', the column of the zones' identifiers",
        ),
        (
            {"kind": "istat", "zone_column": "z"},
            "[population] 'zone_column' is for kind 'zones', not for 'istat'; remove it; "
            "[population] kind = 'istat' needs 'sections', the file of the sections' outlines",
        ),
        (
            {"kind": "layer", "sections": "s.shp", "year_column": "y", "groups": {"total": "t"}},
            "[population] 'year_column' is for kind 'zones', not for 'layer'; remove it; "
            "[population] 'sections' is for kind 'istat', not for 'layer'; remove it",
        ),
        (
            {
                "kind": "layer",
                "groups": {"total": "t", "status": "s", "Poor": "p", "old": ["a", "a"], "x": []},
            },
            "[population.groups] 'status' cannot be the name of a group: use small letters, digits "
            "and _, "
            "and no name of another column; "
            "[population.groups] 'Poor' cannot be the name of a group: use small letters, digits "
            "and _, "
            "and no name of another column; "
            "[population.groups] 'old' names no column, or one twice; name each column once; "
            "[population.groups] 'x' names no column, or one twice; name each column once",
        ),
        (
            {"kind": "layer", "groups": {"total": "t"}, "labels": {"poor": {"it": "p", "en": "p"}}},
            "[population.labels] names 'poor', not among the groups of [population.groups]: total; "
            "correct the name or add the group",
        ),
    ],
)
def test_unusable_choices(values: dict[str, Any], message: str) -> None:
    text = f"p: not a valid PopulationSource\n  - {message}"
    with pytest.raises(ConfigError, match=pattern(text)):
        validated(PopulationSource, {"file": "p", **values}, "p")


def test_groups_of_sections_and_their_names() -> None:
    """Without a list: everybody, 65 and over, 75 and over; what is not published is not there."""
    made = source(kind="istat", sections="s.shp")
    assert {group: made.columns_of(group) for group in made.groups} == {
        "total": ("P1",),
        "age_65_plus": ("P27", "P28", "P29"),
        "age_75_plus": ("P29",),
    }
    assert made.label_of("age_75_plus").it == "75 anni e più"
    named = source(kind="istat", sections="s.shp", groups={"total": "P1", "alone": "PF3"})
    assert list(named.groups) == ["total", "alone"]
    assert named.label_of("alone").en == "alone"


# --- any layer ---------------------------------------------------------------------------------


def people_layer(
    path: Path, shapes: list[Any], counts: list[Any], poor: list[Any] | None = None, **save: Any
) -> Path:
    frame = gpd.GeoDataFrame(
        {"tot": counts, "poor": poor or [0] * len(counts)}, geometry=shapes, crs=CRS
    )
    frame.to_file(path, **save)
    return path


@pytest.mark.parametrize("name", ["p.gpkg", "p.shp", "p.geojson", "p.zip"])
def test_points_are_taken_as_they_are(tmp_path: Path, name: str) -> None:
    """Every format, also zipped inside a folder; who stands in no zone is told of, with every
    group.
    """
    shapes = [
        shapely.Point(at(10, 120)),
        shapely.Point(at(20, -20)),
        shapely.Point(at(900, 900)),
        shapely.Point(at(5, 50)),
    ]
    path = tmp_path / name
    if name.endswith("zip"):
        people_layer(tmp_path / "a.shp", shapes, [3, 4, 5, 7], [1, 0, 2, 0])
        with zipfile.ZipFile(path, "w") as archive:
            for part in tmp_path.glob("a.*"):
                archive.write(part, f"R03/{part.name}")
    else:
        people_layer(path, shapes, [3, 4, 5, 7], [1, 0, 2, 0])
    made = layer_source(path)
    settled = settle(made, read_population(made, zones()), zones(), grid())
    assert totals(settled) == {
        "N": 10.0,
        "S": 4.0,
    }  # the one on the border belongs to the first zone
    assert settled.residents["resident_id"].tolist() == ["r1", "r2", "r3"]
    assert settled.residents["street"].tolist() == ["via Nord", "via Confine", "via Sud"]
    assert settled.residents.geometry.iloc[0].distance(shapes[0]) < 1e-6
    assert settled.info.outside == {"total": 5.0, "poor": 2.0}
    assert settled.info.notes == (PeopleNote("outside", people=5.0),)
    assert settled.info.join_methods("N") == "points"


def test_points_are_not_spread(tmp_path: Path) -> None:
    made = layer_source(
        people_layer(tmp_path / "p.gpkg", [shapely.Point(at(10, 120))], [3]), spread="buildings"
    )
    text = (
        f"{tmp_path / 'p.gpkg'}: holds points, which are taken as they are; remove spread = "
        "'buildings'"
    )
    with pytest.raises(InputDataError, match=pattern(text)):
        settle(made, read_population(made, zones()), zones(), grid())


def test_an_archive_with_several_layers(tmp_path: Path) -> None:
    """Whatever its ending; files of one name are told apart by their folder."""
    people_layer(tmp_path / "a.geojson", [shapely.Point(at(10, 120))], [3])
    people_layer(tmp_path / "b.geojson", [shapely.Point(at(10, 120))], [4])
    path = tmp_path / "open data.archive"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tmp_path / "a.geojson", "2011/homes.geojson")
        archive.write(tmp_path / "b.geojson", "2021/homes.geojson")
    found = read_counted_layer(layer_source(path, layer="2021/homes.geojson"))
    assert found.places["total"].tolist() == [4]
    text = f"{path}: there are 2 layers (2011/homes.geojson, 2021/homes.geojson)"
    with pytest.raises(
        InputDataError, match=f"^{re.escape(text)}; name one as 'layer' in \\[population\\]$"
    ):
        read_counted_layer(layer_source(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README.txt", "nothing")
    with pytest.raises(
        InputDataError,
        match=r"the archive holds no layer \(\.gpkg, \.shp, \.geojson, \.json, \.fgb, \.gml, \.kml, \.gpx\)",
    ):
        read_counted_layer(layer_source(path))


def test_decimals_are_kept_to_the_millionth(tmp_path: Path) -> None:
    path = people_layer(
        tmp_path / "p.gpkg", [shapely.Point(at(10, 120)), shapely.Point(at(10, 130))], [0.3, 2.5]
    )
    counted = read_counted_layer(layer_source(path))
    assert counted.places["total"].tolist() == [round(0.3 * 2**20) / 2**20, 2.5]


def spread_polygons(
    shapes: list[shapely.Polygon], counts: list[float], network: WalkNetwork, **more: Any
) -> Settled:
    table = pd.DataFrame(
        {"place_id": [str(i) for i in range(len(shapes))], "total": [float(n) for n in counts]}
    )
    homes = more.pop("homes", None)
    margin_m = more.pop("margin_m", 5000.0)
    counted = Counted("polygons", gpd.GeoDataFrame(table, geometry=shapes, crs=CRS))
    made = source(kind="layer", groups={"total": "tot"}, **more)
    return settle(made, counted, zones(), network, homes, margin_m=margin_m)


def test_people_of_a_polygon_live_along_its_streets_and_those_around_it() -> None:
    """A block between two streets: half its people on each, as the streets are equally long."""
    assert totals(spread_polygons([box(0, 1, 200, 49)], [307 / 1024], grid())) == {"S": 307 / 1024}
    settled = spread_polygons([box(0, 1, 200, 49)], [16], grid())
    assert settled.residents.groupby("street")["total"].sum().to_dict() == {
        "via Confine": pytest.approx(8.0, abs=1e-4),
        "via Sud": pytest.approx(8.0, abs=1e-4),
    }
    assert totals(settled) == {"S": 16.0}  # wholly in S, though via Confine is its border
    assert settled.info.join_methods("S") == "polygons_streets"


@pytest.mark.parametrize(
    ("outline", "people"),
    [
        (
            box(0, -4, 200, 96),
            {"N": 46.0, "S": 54.0},
        ),  # 46 % of the area, but streets decide: see below
        (box(0, 45, 200, 145), {"N": 100.0}),  # 95 % in N: whole
        (box(0, 44, 200, 145), {"N": 100.0}),
    ],
)
def test_a_polygon_across_a_border(outline: shapely.Polygon, people: dict[str, float]) -> None:
    """Whole from 95 % up; else each point belongs to the zone it stands in, and no one is lost."""
    settled = spread_polygons([outline], [100], grid())
    assert sum(totals(settled).values()) == 100.0
    if len(people) == 1:
        assert totals(settled) == people
    else:
        # via Nord is 4 m away and via Confine on the border (first zone): two streets in N, one in
        # S
        assert totals(settled) == {
            "N": pytest.approx(200 / 3, abs=0.02),
            "S": pytest.approx(100 / 3, abs=0.02),
        }


@pytest.mark.parametrize(
    ("south", "inside", "outside"),
    [
        (-146.0, 0.0, 100.0),  # 4 % of its area in the zone: out whole
        (-140.0, 50.0, 50.0),  # 10 %: as its streets lie
        (-60.0, 50.0, 50.0),  # 90 %
        (-54.0, 100.0, 0.0),  # 96 %: in whole
    ],
)
def test_a_polygon_at_the_edge_of_the_study(south: float, inside: float, outside: float) -> None:
    """Slivers under 5 % do not count; in between people are told of where they stand in no zone.

    ::

        A ---------------- B      y = -48, in S
        . . zone S ends . . .     y = -50
        C ---------------- D      y = -52
    """
    network = build_streets(
        {"A": at(0, -48), "B": at(200, -48), "C": at(0, -52), "D": at(200, -52)},
        [Street("A", "B"), Street("C", "D")],
    )
    network = replace(network, highway=np.zeros(2, dtype=np.int64), highway_names=("residential",))
    anchor = box(0, 60, 200, 140)  # somebody must live in the study
    settled = spread_polygons([box(0, south, 200, south + 100), anchor], [100, 1], network)
    assert totals(settled).get("S", 0.0) == inside
    assert settled.info.outside["total"] == outside
    assert (PeopleNote("outside", people=outside) in settled.info.notes) == (outside > 0)


def test_a_polygon_larger_than_the_streets_read() -> None:
    """A quarter of its area lies where streets were read: a quarter of its people has a point."""
    settled = spread_polygons(
        [box(-250, -250, 450, 350), box(0, 60, 9, 69)], [1024, 1], grid(), margin_m=1.0
    )
    read_m2 = 302 * 202
    assert totals(settled)["N"] + totals(settled)["S"] == pytest.approx(
        1 + 1024 * read_m2 / (700 * 600), rel=0.02
    )
    assert sum(totals(settled).values()) + settled.info.outside["total"] == 1025.0


@given(
    counts=st.lists(st.integers(0, 5000), min_size=4, max_size=4).filter(any),
    cuts=st.lists(st.floats(-140, 140), min_size=2, max_size=2, unique=True).filter(
        lambda c: abs(c[0] - c[1]) > 1
    ),
)
def test_everybody_is_somewhere(counts: list[int], cuts: list[float]) -> None:
    """In a zone or told of as outside, to the last 2**-20, whatever the polygons' shape."""
    low, high = sorted(cuts)
    shapes = [
        box(0, low, 90, high),
        box(90, low, 260, high),
        box(-40, -190, 0, 190),
        box(0, 55, 10, 65),
    ]
    settled = spread_polygons(shapes, [*counts[:3], counts[3] + 1], grid())
    assert sum(totals(settled).values()) + settled.info.outside["total"] == sum(counts) + 1


def test_nobody_in_the_zones() -> None:
    with pytest.raises(
        InputDataError,
        match=pattern("people.csv: nobody lives in the zones of 'a'; take the file of that place"),
    ):
        spread_polygons([box(900, 900, 999, 999)], [3], grid())


LAYER_FAULTS = "{file}: residents cannot be used\n  - "


@pytest.mark.parametrize(
    ("frame", "more", "message"),
    [
        ({"tot": [1], "poor": [2]}, {}, "feature 1: poor is 2, more than all residents (1)"),
        ({"tot": [1], "x": [2]}, {}, "there is no column 'poor'; the columns are tot, x"),
        (
            {"tot": [-1], "poor": [0]},
            {},
            "feature 1: tot is -1, it must be a number of people, 0 or more",
        ),
        (
            {"tot": ["1.234"], "poor": ["n"]},
            {},
            "feature 1: tot is '1.234', it must be a number of people, 0 or more\n"
            "  - feature 1: poor is 'n', it must be a number of people, 0 or more",
        ),
        (
            {"tot": [5.0, np.nan], "poor": [0, 0], "k": ["a", "a"]},
            {"id_column": "k"},
            "k a stands more than once\n  - k a: tot is empty, it must be a number of people, 0 or "
            "more",
        ),
        (
            {"tot": [1], "poor": [0]},
            {"id_column": "k"},
            "there is no column 'k'; the columns are tot, poor",
        ),
    ],
)
def test_unusable_counts(
    tmp_path: Path, frame: dict[str, list[Any]], more: dict[str, Any], message: str
) -> None:
    path = tmp_path / "p.gpkg"
    n = len(frame["tot"])
    gpd.GeoDataFrame(frame, geometry=[shapely.Point(at(i, 0)) for i in range(n)], crs=CRS).to_file(
        path
    )
    text = LAYER_FAULTS.replace("{file}", str(path)) + message
    with pytest.raises(InputDataError, match=pattern(text)):
        read_counted_layer(layer_source(path, **more))


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ([shapely.Point(1, 1), None], "feature 2 has no geometry; draw it, or delete the row"),
        (
            [shapely.Point(1, 1), shapely.Point(2, 2), shapely.box(0, 0, 1, 1)],
            "feature 3 is a Polygon, most rows are points; use one kind",
        ),
        (
            [shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])],
            "feature 2 is a LineString, not an area; use polygons",
        ),
        (
            [shapely.box(0, 0, 1, 1), shapely.Point(1, 1)],
            "feature 2 is a Point, not an area; use polygons",
        ),
    ],
)
def test_unusable_shapes(tmp_path: Path, shapes: list[Any], message: str) -> None:
    path = people_layer(tmp_path / "p.gpkg", shapes, [1] * len(shapes))
    with pytest.raises(
        InputDataError, match=pattern(LAYER_FAULTS.replace("{file}", str(path)) + message)
    ):
        read_counted_layer(layer_source(path))


def test_a_layer_without_crs_and_columns_says_both(tmp_path: Path) -> None:
    path = people_layer(tmp_path / "p.shp", [shapely.Point(at(0, 0))], [1])
    path.with_suffix(".prj").unlink()
    text = LAYER_FAULTS.replace("{file}", str(path)) + (
        "has no coordinate reference system; save it with one\n  - there is no column 'old'; the "
        "columns are tot, poor"
    )
    with pytest.raises(InputDataError, match=pattern(text)):
        read_counted_layer(layer_source(path, groups={"total": "tot", "old": "old"}))


def test_one_of_several_layers(tmp_path: Path) -> None:
    path = people_layer(tmp_path / "p.gpkg", [shapely.Point(at(0, 0))], [1], layer="uno")
    people_layer(path, [shapely.Point(at(0, 0))], [2], layer="due")
    assert read_counted_layer(layer_source(path, layer="due")).places["total"].tolist() == [2]
    for layer, asked in ((None, ""), ("tre", " and none is called 'tre'")):
        text = f"{path}: there are 2 layers (uno, due){asked}; name one as 'layer' in [population]"
        with pytest.raises(InputDataError, match=pattern(text)):
            read_counted_layer(layer_source(path, layer=layer))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"SQLite format 3", b"{"])
def test_what_is_no_layer(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.gpkg"
    path.write_bytes(data)
    text = (
        f"{path}: cannot be read as a layer of points or polygons; give GeoJSON, GeoPackage or "
        "a shapefile"
    )
    with pytest.raises(InputDataError, match=pattern(text)):
        read_counted_layer(layer_source(path))


# --- ISTAT's census sections -------------------------------------------------------------------

MILANO = 15146
# section number: outline, P1, P27, P28, P29
SECTIONS = {
    1: (box(0, 52, 100, 98), 100, 5, 6, 10),
    2: (box(100, 52, 200, 98), 50, 1, 2, 3),
    3: (box(0, 2, 200, 48), 30, 0, 0, 4),
}
CLASSES = [f"P{i}" for i in range(14, 30)]
HEAD_2011 = [
    "CODREG",
    "REGIONE",
    "CODPRO",
    "PROVINCIA",
    "CODCOM",
    "COMUNE",
    "PROCOM",
    "SEZ2011",
    "NSEZ",
    "ACE",
    "P1",
    *CLASSES,
]
HEAD_2021 = [
    "CODREG",
    "REGIONE",
    "CODPRO",
    "PROVINCIA",
    "CODCOM",
    "COMUNE",
    "PROCOM",
    "SEZ21_ID",
    "COM_ASC1",
    "P1",
    *CLASSES,
]


def code(number: int, municipality: int = MILANO) -> int:
    return municipality * 10**7 + number


def ages(people: int, p27: int, p28: int, p29: int) -> list[int]:
    """P14 to P29: children, who belong to no group of older people, then the older ones."""
    return [people - p27 - p28 - p29, *[0] * 12, p27, p28, p29]


def rows_2011(numbers: tuple[int, ...] = (1, 2, 3)) -> list[list[Any]]:
    return [
        [
            3,
            "Lombardia",
            15,
            "Milano",
            146,
            "Cantù è città",
            MILANO,
            code(n),
            n,
            1,
            SECTIONS[n][1],
            *ages(*SECTIONS[n][1:]),
        ]
        for n in numbers
    ]


def rows_2021() -> list[list[Any]]:
    return [
        [
            3,
            "Lombardia",
            15,
            "Milano",
            146,
            "Milano",
            MILANO,
            code(n),
            0,
            people,
            *ages(people, *old),
        ]
        for n, (_, people, *old) in SECTIONS.items()
    ]


def write_csv(
    path: Path, head: list[str], rows: list[list[Any]], encoding: str = "latin-1"
) -> Path:
    lines = [head, *rows]
    path.write_text("\n".join(";".join(map(str, line)) for line in lines) + "\n", encoding=encoding)
    return path


def write_xlsx(path: Path, head: list[str], rows: list[list[Any]]) -> Path:
    book = Workbook()
    for line in (head, *rows):
        book.active.append(line)
    book.create_sheet("metadati").append(["nota"])
    book.save(path)
    return path


def write_shapes(path: Path, key: str, numbers: tuple[int, ...] = (1, 2, 3), **more: Any) -> Path:
    """As the basi territoriali: the section's number, its code as a decimal number, UTM 32N with a
    .prj.
    """
    columns = {
        "COD_REG": [3] * len(numbers),
        "PRO_COM": [MILANO] * len(numbers),
        **({key: [float(code(n)) for n in numbers]} if key else {}),
        **({"SEZ": list(numbers)} if key in ("SEZ2011", "") else {"SEZ21": list(numbers)}),
        **more,
    }
    gpd.GeoDataFrame(columns, geometry=[SECTIONS[n][0] for n in numbers], crs=CRS).to_file(path)
    return path


def istat(table: Path, sections: Path, year: int | None = 2011, **more: Any) -> PopulationSource:
    return source(kind="istat", file=table, sections=sections, year=year, **more)


@pytest.mark.parametrize(
    ("year", "suffix", "table"),
    [
        (
            2011,
            ".shp",
            lambda p: write_csv(p / "R03_indicatori_2011_sezioni.csv", HEAD_2011, rows_2011()),
        ),
        (2011, ".gpkg", lambda p: write_csv(p / "utf8.csv", HEAD_2011, rows_2011(), "utf-8-sig")),
        (
            2021,
            ".shp",
            lambda p: write_xlsx(p / "R03_indicatori_2021_sezioni.xlsx", HEAD_2021, rows_2021()),
        ),
        (2021, ".gpkg", lambda p: write_csv(p / "utf8.csv", HEAD_2021, rows_2021(), "utf-8-sig")),
    ],
)
def test_census_sections(tmp_path: Path, year: int, suffix: str, table: Any) -> None:
    """Latin-1 or UTF-8, CSV or XLSX, keys that are decimals in the shapefile: the same people,
    class by class.
    """
    sections = write_shapes(tmp_path / f"R03_{suffix}", "SEZ2011" if year == 2011 else "SEZ21_ID")
    made = istat(table(tmp_path), sections, year=year)
    settled = settle(made, read_population(made, zones()), zones(), grid())
    assert totals(settled) == {"N": 150.0, "S": 30.0}
    assert totals(settled, "age_65_plus") == {"N": 27.0, "S": 4.0}
    assert totals(settled, "age_75_plus") == {"N": 13.0, "S": 4.0}
    assert settled.info.outside == {"total": 0.0, "age_65_plus": 0.0, "age_75_plus": 0.0}
    assert [note.kind for note in settled.info.notes] == [f"census_{year}"]
    assert settled.info.join_methods("N") == "sections_streets"
    by_street = (
        settled.residents[settled.residents["zone_id"] == "S"].groupby("street")["total"].sum()
    )
    assert by_street.to_dict() == pytest.approx({"via Confine": 15.0, "via Sud": 15.0}, abs=1e-4)


def test_a_section_is_named_by_its_number_and_municipality(tmp_path: Path) -> None:
    """``SEZ`` with ``PRO_COM`` on one side, the whole code with zeros in front on the other."""
    sections = write_shapes(tmp_path / "s.shp", "")
    rows = [[f"0{code(n)}", *row[10:]] for n, row in zip(SECTIONS, rows_2011(), strict=True)]
    made = istat(write_csv(tmp_path / "t.csv", ["SEZ2011", "P1", *CLASSES], rows), sections)
    assert read_sections(made).places["total"].tolist() == [100.0, 50.0, 30.0]
    named = istat(
        write_csv(tmp_path / "u.csv", ["CHIAVE", "P1", *CLASSES], rows),
        sections,
        id_column="CHIAVE",
    )
    with pytest.raises(
        InputDataError,
        match=r"s\.shp: there is no column CHIAVE that names the sections; the columns",
    ):
        read_sections(named)


def test_who_has_no_outline_or_no_row(tmp_path: Path) -> None:
    """The homeless (888888x) have no outline, a park has no row, another municipality is
    elsewhere.
    """
    rows = rows_2011((1, 3))
    homeless, away = rows[0].copy(), rows[1].copy()
    homeless[7], homeless[10:12] = code(8888880), [40, 19]
    away[7], away[10:12] = code(1, 15222), [500, 496]
    made = istat(
        write_csv(tmp_path / "t.csv", HEAD_2011, [*rows, homeless, away]),
        write_shapes(tmp_path / "s.shp", "SEZ2011"),
    )
    settled = settle(made, read_population(made, zones()), zones(), grid())
    assert totals(settled) == {"N": 100.0, "S": 30.0}
    assert settled.info.notes == (
        PeopleNote("no_row", n=1),
        PeopleNote("outside", people=500.0),
        PeopleNote("census_2011"),
        PeopleNote("fictitious", people=40.0, n=1),
    )


def test_sections_of_a_municipality_without_data(tmp_path: Path) -> None:
    """Half of zone N lies in one: the other half is counted, and which it is is told."""
    codes = [code(1), code(2, 15222), code(3)]
    shapes = [SECTIONS[n][0] for n in (1, 2, 3)]
    frame = gpd.GeoDataFrame({"SEZ2011": codes}, geometry=shapes, crs=CRS)
    frame.to_file(tmp_path / "s.gpkg")
    made = istat(write_csv(tmp_path / "t.csv", HEAD_2011, rows_2011((1, 3))), tmp_path / "s.gpkg")
    with pytest.warns(Access15Warning, match="says nothing of 1 municipality .*: 015222"):
        counted = read_population(made, zones())
    settled = settle(made, counted, zones(), grid())
    assert totals(settled) == {"N": 100.0, "S": 30.0}
    assert settled.info.notes == (
        PeopleNote("no_data", n=1, names=("015222",)),
        PeopleNote("census_2011"),
    )


NO_COUNTS = ("-3", "12,5", "n.d.")
UNUSABLE = "residents of census sections cannot be used\n  - "


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"key": "SEZ21_ID"},
            "t.csv has SEZ2011, s.shp has SEZ21_ID: sections of 2011 and 2021 differ; "
            "take both files of one year",
        ),
        (
            {"rows": [*rows_2011(), *rows_2011((2,))]},
            f"t.csv: section {code(2)} stands 2 times, it must be once",
        ),
        ({"numbers": (1, 1, 2, 3)}, f"s.shp: section {code(1)} stands 2 times, it must be once"),
        (
            {
                "rows": [
                    [*row[:7], code(n, 99), *row[8:]] for n, row in enumerate(rows_2011(), start=1)
                ]
            },
            f"no section of t.csv (such as {code(1, 99)}) is in s.shp (such as {code(1)}): "
            "take the files of one region and year",
        ),
        (
            {
                "rows": [
                    [*row[:10], value, *row[11:]]
                    for row, value in zip(rows_2011(), NO_COUNTS, strict=True)
                ]
            },
            "\n  - ".join(
                f"t.csv section {code(n)}: P1 is {value!r}, it must be a number of people, 0 or "
                "more"
                for n, value in enumerate(NO_COUNTS, start=1)
            ),
        ),
        (
            {
                "rows": [
                    [*row[:7], key, *row[8:]]
                    for row, key in zip(rows_2011(), (code(1), "x", ""), strict=True)
                ]
            },
            "t.csv: SEZ2011 is 'x' in row 3, it must be a section's code, digits only\n"
            "  - t.csv: SEZ2011 is '' in row 4, it must be a section's code, digits only",
        ),
        (
            {"rows": [[*row[:10], 3, *row[11:]] for row in rows_2011((1,))]},
            f"t.csv section {code(1)}: age_65_plus is 21, more than all residents (3)\n"
            f"  - t.csv section {code(1)}: age_75_plus is 10, more than all residents (3)",
        ),
    ],
)
def test_unusable_sections(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    table = write_csv(tmp_path / "t.csv", HEAD_2011, change.get("rows", rows_2011()))
    sections = write_shapes(
        tmp_path / "s.shp", change.get("key", "SEZ2011"), change.get("numbers", (1, 2, 3))
    )
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + message)):
        read_sections(istat(table, sections))


def test_a_section_with_people_must_be_drawn(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"SEZ2011": [code(1), code(2), code(9)]}, geometry=[SECTIONS[1][0], None, None], crs=CRS
    )
    frame.to_file(tmp_path / "s.gpkg")
    made = istat(write_csv(tmp_path / "t.csv", HEAD_2011, rows_2011((1, 2))), tmp_path / "s.gpkg")
    message = f"s.gpkg: section {code(2)} has 50 residents and no outline; draw it, or delete it"
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + message)):
        read_sections(made)


def test_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    """A missing column here, no CRS and no key there."""
    table = write_csv(tmp_path / "t.csv", ["SEZ2011", "P1", "P27"], [[code(1), 5, 1]])
    sections = tmp_path / "s.shp"
    gpd.GeoDataFrame({"A": [1]}, geometry=[SECTIONS[1][0]], crs=CRS).to_file(sections)
    sections.with_suffix(".prj").unlink()
    message = (
        f"{table}: there is no column 'P28', 'P29'; the columns are SEZ2011, P1, P27\n"
        f"  - {sections}: has no coordinate reference system; save it with one\n"
        f"  - {sections}: there is no column SEZ21_ID or SEZ2011 or SEZ that names the sections; "
        "the columns are A"
    )
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + message)):
        read_sections(istat(table, sections))


HEAD = b"SEZ2011;P1;P27;P28;P29\n"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", None, "{file}: cannot be read (No such file or directory); check the path"),
        ("t.csv", b"", "{file}: is empty; it has no header and no rows"),
        (
            "t.zip",
            b"x",
            "{file}: files ending in '.zip' are not read here; give CSV or XLSX; unpack an archive "
            "first",
        ),
        (
            "t.xlsx",
            b"x",
            "{name} is text, not an Excel workbook: give it the ending .csv, or save it as .xlsx.",
        ),
        ("t.csv", HEAD, "{file}: has a header and no rows"),
        (
            "t.csv",
            HEAD + b"1;2;3\n1;2;3;4;5;6\n",
            "{file}: cannot be read as a table: row 2 has 3 cells, "
            "the header has 5; check its separators\n  - {file}: cannot be read as a table: row 3 "
            "has 6 cells, "
            "the header has 5; check its separators",
        ),
        (
            "t.csv",
            HEAD + b'1;"2;3\n',
            "{name} line 2: a cell cannot be read (unexpected end of data); "
            "check the quotation marks around it.",
        ),
    ],
)
def test_unreadable_variables(tmp_path: Path, name: str, data: bytes | None, message: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    made = istat(tmp_path / name, write_shapes(tmp_path / "s.shp", "SEZ2011"))
    text = UNUSABLE + message.replace("{file}", str(tmp_path / name)).replace("{name}", name)
    with pytest.raises(InputDataError, match=pattern(text)):
        read_sections(made)


def test_rows_of_a_workbook_are_numbered_as_it_shows_them(tmp_path: Path) -> None:
    """Numbers kept as text are numbers; a blank row is none; the first sheet counts."""
    head = ["SEZ2011", "P1", "P27", "P28", "P29"]
    rows = [
        [str(code(1)), 9, 1.0, "2", 3],
        [None],
        [code(2), 4, 0, 0, None],
        [code(3), "n.d.", 0, 0, 0],
    ]
    made = istat(
        write_xlsx(tmp_path / "t.xlsx", head, rows), write_shapes(tmp_path / "s.shp", "SEZ2011")
    )
    wrong = "it must be a number of people, 0 or more"
    message = (
        f"t.xlsx section {code(3)}: P1 is 'n.d.', {wrong}\n  - t.xlsx section {code(2)}: "
        "P29 "
        f"is '', {wrong}"
    )
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + message)):
        read_sections(made)
    rows[2], rows[3] = [code(2), 4, 0, 0, 0], ["?", 7, 0, 0, 0]
    write_xlsx(tmp_path / "t.xlsx", head, rows)
    message = "t.xlsx: SEZ2011 is '?' in row 5, it must be a section's code, digits only"
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + message)):
        read_sections(made)
    write_xlsx(tmp_path / "t.xlsx", head, rows[:3])
    assert read_sections(made).places["age_65_plus"].tolist() == [6.0, 0.0, 0.0]


def test_a_workbook_without_rows(tmp_path: Path) -> None:
    made = istat(tmp_path / "t.xlsx", write_shapes(tmp_path / "s.shp", "SEZ2011"))
    Workbook().save(tmp_path / "t.xlsx")
    text = f"{UNUSABLE}{tmp_path / 't.xlsx'}: is empty; it has no header and no rows"
    with pytest.raises(InputDataError, match=pattern(text)):
        read_sections(made)


# --- buildings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "is_home", "levels"),
    [
        ({"building": "yes"}, True, None),
        ({"building": "apartments", "building:levels": "7"}, True, 7.0),
        ({"building": "house", "building:levels": "2.5"}, True, 2.5),
        ({"building": "yes", "building:levels": "3;5"}, True, 4.0),
        ({"building": "yes", "building:levels": "sótano"}, True, None),
        ({"building": "yes", "building:levels": "0"}, True, None),
        ({"building": "yes", "building:levels": "-1"}, True, None),
        ({"building": "yes", "building:levels": "999"}, True, None),
        ({"building": "Edificio Sol"}, True, None),
        ({"building": "yes", "shop": "bakery"}, True, None),  # on the ground floor of a house
        ({"building": "apartments", "shop": "supermarket"}, True, None),
        ({"building": "residential", "historic": "castle"}, True, None),
        ({"building": "house;museum"}, True, None),
        ({"building": "yes", "shop": "supermarket"}, False, None),
        ({"building": "yes", "amenity": "school"}, False, None),
        ({"building": "yes", "power": "substation"}, False, None),
        ({"building": "yes", "man_made": "no"}, True, None),
        ({"building": "yes", "tourism": "hotel", "building:levels": "9"}, False, None),
        ({"building": "industrial", "building:levels": "2"}, False, None),
        ({"building": "retail"}, False, None),
        ({"building": "garages"}, False, None),
        ({"building": "ruins"}, False, None),
        ({"building": "no"}, False, None),
        ({}, False, None),
    ],
)
def test_which_buildings_are_homes(
    tags: dict[str, str], is_home: bool, levels: float | None
) -> None:
    found = classify_building(tags)
    assert found.is_home == is_home
    assert (None if np.isnan(found.levels) else found.levels) == levels


def test_buildings_are_read_whole_with_their_storeys(tmp_path: Path) -> None:
    """A school is none; a courtyard is no floor; a building cut by the box keeps all of it.

    ::

        1-----------street-----------2
          [house 10x10]  [block 20x20 around a yard of 10x10]  [school]
    """
    nodes: dict[int, Any] = {1: (0, 0), 2: (200, 0)}
    ways: dict[int, Any] = {1: ((1, 2), {"highway": "residential"})}

    def draw(way: int, west: float, south: float, size: float, tags: dict[str, str]) -> None:
        ids = [10 * way + i for i in range(4)]
        corners = [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size)]
        nodes.update({i: (west + x, south + y) for i, (x, y) in zip(ids, corners, strict=True)})
        ways[way] = ((*ids, ids[0]), tags)

    draw(2, 10, -20, 10, {"building": "house", "building:levels": "2"})
    draw(3, 50, -40, 20, {})
    draw(4, 55, -35, 10, {})
    draw(5, 100, -40, 30, {"building": "school", "building:levels": "3"})
    draw(6, 1195, -20, 10, {"building": "apartments"})  # across the edge of what is read
    draw(7, 1300, -20, 10, {"building": "apartments"})  # beyond it
    relations = {1: (((3, "outer"), (4, "inner")), {"type": "multipolygon", "building": "yes"})}
    homes = read_drawing(tmp_path, nodes, ways, relations=relations).homes
    assert homes is not None
    found = sorted(
        zip(np.round(shapely.area(homes.outlines)), homes.floor_area_m2.round(), strict=True)
    )
    assert found == [(100, 200), (100, 400), (300, 1200)]
    assert np.isnan(homes.levels).sum() == 2


def zone_people(**values: float) -> Counted:
    table = pd.DataFrame({"place_id": ["N", "S"], "total": [values["N"], values["S"]]})
    return Counted("zones", gpd.GeoDataFrame(table, geometry=zones().geometry.to_numpy(), crs=CRS))


def zone_source(**values: Any) -> PopulationSource:
    return source(zone_column="z", groups={"total": "t"}, **values)


# 100 m2 with 2 storeys, 100 m2 nobody counted the storeys of (4), 50 m2 with 8: 200 + 400 + 400 m2
# of floor
NORTH = [box(20, 105, 30, 115), box(60, 105, 70, 115), box(120, 105, 125, 115)]
NORTH_LEVELS = [2.0, np.nan, 8.0]


def test_people_live_in_buildings_by_floor_area() -> None:
    """200, 400 and 400 m2 of floor: 10 people are 2, 4 and 4, at the doors 5 m from via Nord.

    Where no building is mapped people stay on the streets.
    """
    settled = settle(
        zone_source(spread="buildings"),
        zone_people(N=10, S=6),
        zones(),
        grid(),
        make_homes(NORTH, NORTH_LEVELS),
    )
    north = settled.residents[settled.residents["zone_id"] == "N"]
    assert north["total"].tolist() == [2.0, 4.0, 4.0]
    assert north.geometry.y.tolist() == [Y0 + 105] * 3
    assert [home.distance(point) for home, point in zip(NORTH, north.geometry, strict=True)] == [
        0.0
    ] * 3
    assert set(north["street"]) == {"via Nord"}
    assert totals(settled) == {"N": 10.0, "S": 6.0}
    assert settled.info.methods == {
        "N": ("zones_buildings",),
        "S": ("zones_streets",),
    }
    assert settled.info.notes == (
        PeopleNote("no_buildings", people=6.0, n=1),
        PeopleNote("levels", n=3, share=0.6),
    )
    assert settled.info.join_methods() == "zones_buildings + zones_streets"


def along(y: float, starts: range) -> list[shapely.Polygon]:
    """Buildings of 10 m beside the street at y - 5."""
    return [box(x, y, x + 10, y + 10) for x in starts]


@pytest.mark.parametrize(
    ("homes", "put_on"),
    [
        (
            along(105, range(0, 200, 20)),
            "buildings",
        ),  # beside all of via Nord, the only residential street of N
        (along(105, range(0, 90, 20)), "streets"),  # beside 120 of its 200 m
        (along(105, range(0, 130, 20)), "buildings"),  # 160 of 200 m: three quarters are enough
        ([box(0, 145, 200, 149)], "streets"),  # 45 m away
        ([], "streets"),
    ],
)
def test_buildings_are_trusted_where_they_are_mapped_along_the_streets(
    homes: list[shapely.Polygon], put_on: str
) -> None:
    settled = settle(
        zone_source(), zone_people(N=10, S=6), zones(), grid((0, 2, 0)), make_homes(homes)
    )
    assert settled.info.methods["N"] == (f"zones_{put_on}",)
    assert settled.info.methods["S"] == ("zones_streets",)
    assert totals(settled) == {"N": 10.0, "S": 6.0}
    assert [note.kind for note in settled.info.notes] == (
        ["levels"] if put_on == "buildings" else []
    )


@pytest.mark.parametrize(
    ("classes", "put_on"), [((2, 1, 2), "other_streets"), ((1, 1, 1), "middle")]
)
def test_without_residential_streets(classes: tuple[int, ...], put_on: str) -> None:
    settled = settle(zone_source(), zone_people(N=10, S=6), zones(), grid(classes))
    assert settled.info.methods["N"] == (f"zones_{put_on}",)
    assert totals(settled) == {"N": 10.0, "S": 6.0}


def test_nobody_lives_along_an_underpass() -> None:
    """No door opens to via Nord, which is in a tunnel: all live along the other two streets."""
    network = replace(grid(), other_level=np.array([True, False, False]))
    whole = gpd.GeoDataFrame({"zone_id": ["N"]}, geometry=[box(-50, -50, 250, 150)], crs=CRS)
    table = pd.DataFrame({"place_id": ["N"], "total": [10.0]})
    people = Counted("zones", gpd.GeoDataFrame(table, geometry=whole.geometry, crs=CRS))
    settled = settle(zone_source(), people, whole, network)
    by_street = settled.residents.groupby("street")["total"].sum()
    assert by_street.to_dict() == pytest.approx({"via Confine": 5.0, "via Sud": 5.0}, abs=1e-3)


def test_streets_may_be_asked_for() -> None:
    homes = make_homes(along(105, range(0, 200, 20)))
    settled = settle(zone_source(spread="streets"), zone_people(N=10, S=6), zones(), grid(), homes)
    assert settled.info.methods["N"] == ("zones_streets",)
    assert settled.info.notes == ()


def test_a_building_across_a_border_counts_once() -> None:
    """Where its inner point lies, with its whole floor."""
    homes = make_homes(
        [box(0, 30, 10, 60), box(50, 60, 60, 70)]
    )  # 300 m2, mostly in S; 100 m2 in N
    settled = settle(
        zone_source(spread="buildings"), zone_people(N=10, S=6), zones(), grid(), homes
    )
    assert settled.residents["total"].tolist() == [10.0, 6.0]
