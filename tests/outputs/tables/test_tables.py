"""The tables say what the run found: same numbers, same rows, in every file."""

from __future__ import annotations

import csv
import errno
import io
import os
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from builders.measures import make_measured
from builders.tables import (
    CATEGORIES,
    CRS,
    CUTOFFS_MIN,
    GROUPS,
    HOSTILE_NAME,
    PROFILES,
    make_result,
)
from shapely import Point

from access15.config import Lang
from access15.errors import Access15Error
from access15.files import staged_outputs
from access15.outputs.tables.cells import format_csv
from access15.outputs.tables.geopackage import GEOMETRY_TYPES, zone_column
from access15.outputs.tables.qgis import build_styles
from access15.outputs.tables.run import (
    build_coverage_table,
    build_facilities_table,
    write_tables,
)
from access15.results.asked import Later
from access15.results.guard import unguard_cell
from access15.results.run import AreaResult, RunResult
from access15.results.schema import COVERAGE, FACILITIES, TIMES
from access15.results.table import Column, Table

FILES = (
    "coverage.csv",
    "range_budget.csv",
    "measures.csv",
    "equity.csv",
    "explain.csv",
    "fixes.csv",
    "doors.csv",
    "facilities_out.csv",
    "results.gpkg",
)
COVERAGE_HEADER = (
    "study,area,zone,profile,category,group,cutoff_min,people,covered,share,low,high,gap_people,gap_points,gap_low,gap_high,"
    "ratio,ratio_low,ratio_high,no_range,is_own,"
    "method,network,status"
)


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result()


@pytest.fixture(scope="module")
def folder(result: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    paths = write_tables(result, folder)
    assert paths == {name: folder / name for name in FILES}
    assert sorted(path.name for path in folder.iterdir()) == sorted(paths)
    return folder


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def layer(folder: Path, name: str) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(folder / "results.gpkg", layer=name)


def with_area(result: RunResult, area_id: str, **changes: object) -> RunResult:
    area: AreaResult = replace(result.areas[area_id], **changes)
    return replace(result, areas={**result.areas, area_id: area})


# --- coverage.csv -----------------------------------------------------------------------------


def test_coverage_csv_by_hand(folder: Path) -> None:
    lines = (folder / "coverage.csv").read_bytes().decode("utf-8").split("\n")
    assert lines[0] == COVERAGE_HEADER
    assert lines[-1] == ""
    n = 2 * 2 * len(PROFILES) * (1 + len(CATEGORIES)) * len(GROUPS) * len(CUTOFFS_MIN)
    assert len(lines) == n + 2
    # homes of "nord" walk 3, 7.5 and 10 minutes as adults: the second lies exactly at the cutoff
    end = "residential streets,sketch,known"
    assert (
        f"prova,nord,all,adult,hub,total,7.5,200.00,150.75,0.753750,0.502500,0.753750,0.00,0.0000,-2.0000,4.0000,1.0000,0.9000,1.0500,,True,{end}"
        in lines
    )
    # the older adult needs 4.5, 15 and 20 minutes: 30 of 40 people, 20 a tenth slower, and the
    # adult reaches all
    older = "prova,nord,all,older_adult,hub,age_65_plus,15,40.00,30.00,0.750000,0.500000,0.750000"
    assert f"{older},10.00,25.0000,23.0000,29.0000,0.7500,0.6750,0.7875,,True,{end}" in lines
    # 1200 + 34 of the 1300 of "sud" reach the hub in 15 minutes; unknown is empty, not zero
    hub = "prova,sud,30,adult,hub,total,15,1300.00,1234.00,0.949231,0.923077,0.949231,0.00,0.0000"
    assert f"{hub},-2.0000,4.0000,1.0000,0.9000,1.0500,,True,{end}" in lines
    shelter = (
        "prova,sud,30,adult,shelter,total,15,1300.00,0.00,0.000000,0.000000,0.000000,0.00,0.0000"
    )
    assert f"{shelter},-2.0000,4.0000,,,,,True,{end}" in lines
    end = "residential streets,sketch,not_listed"
    assert (
        f"prova,sud,30,adult,bike_station,total,15,1300.00,,,,,,,,,,,,unknown,True,{end}" in lines
    )


def test_gap_as_written_is_the_difference_of_the_numbers_as_written(result: RunResult) -> None:
    """Thirds do not round apart: 10.004 and 5.006 are written 10.00 and 5.01, so that the gap is
    4.99.
    """
    coverage = result.coverage.assign(
        covered=lambda table: np.where(table["profile"] == "adult", 10.004, 5.006)
    )
    odd = with_area(result, "nord", coverage=coverage[coverage["area"] == "nord"])
    table = build_coverage_table(replace(odd, areas={"nord": odd.areas["nord"]}))
    assert table["gap_people"].groupby(table["profile"]).unique().map(list).to_dict() == {
        "adult": [0.0],
        "older_adult": [4.99],
        "wheelchair": [4.99],
    }


def test_same_run_same_bytes(result: RunResult, folder: Path, tmp_path: Path) -> None:
    write_tables(result, tmp_path)
    for name in FILES:
        one, other = (bytearray((place / name).read_bytes()) for place in (tmp_path, folder))
        if name.endswith(
            ".gpkg"
        ):  # SQLite's count of transactions, twice in its header, is the machine's own affair
            for at in (24, 92):
                one[at : at + 4] = other[at : at + 4]
        assert one == other, name


def test_measures_csv_by_hand(folder: Path) -> None:
    """Unknown is empty, what cannot be reached is inf, both areas one after the other."""
    lines = (folder / "measures.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == (
        "study,area,profile,category,group,is_own,people,measure,unit,cutoff_min,supply,missing_demand,with_value,mean,p10,p25,median,p75,"
        "p90,method,network"
    )
    nord = "prova,nord,older_adult,"
    assert lines[1:5] == [
        nord
        + "hub,age_65_plus,True,40.00,minutes_nearest,min,,,,40.00,6.2500,4.5000,4.5000,4.5000,15.0000,20.0000,"
        "residential streets,sketch",
        nord + "bike_station,age_65_plus,True,40.00,minutes_nearest,min,,,,,,,,,,,residential "
        "streets,sketch",
        nord
        + "library,age_65_plus,True,40.00,minutes_nearest,min,,,,10.00,13.5000,13.5000,13.5000,inf,inf,inf,"
        "residential streets,sketch",
        nord + "cam,age_65_plus,True,40.00,2sfca,places per 1000 "
        "residents,15,capacity,0.0500,40.00,,0.0000,0.0000,0.0000,"
        "0.5000,1.0000,residential streets,sketch",
    ]
    assert [line.split(",")[1] for line in lines[1:]] == ["nord"] * 4 + ["sud"] * 4


def test_equity_csv_by_hand(folder: Path) -> None:
    lines = (folder / "equity.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == (
        "study,area,profile,category,group,is_own,people,shared,gini,theil,palma,cutoff_min,beyond_people,beyond_share,"
        "unreachable_people,beyond_mean_min,gap,squared_gap,method,network"
    )
    nord = "prova,nord,older_adult,"
    assert lines[1:3] == [
        nord
        + "hub,age_65_plus,True,40.00,gravity,0.5000,0.7500,inf,15,20.00,0.500000,10.00,2.50,0.1250,0.0625,"
        "residential streets,sketch",
        nord + "score,age_65_plus,True,40.00,score,0.2500,0.1250,0.5000,15,,,,,,,residential "
        "streets,sketch",
    ]
    assert len(lines) == 5


# --- facilities_out.csv -------------------------------------------------------------------------


def test_facilities_csv_by_hand(folder: Path) -> None:
    text = (folder / "facilities_out.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == (
        "facility_id,name,category,address,municipio,lat,lon,precision,source,origin,merged_osm,status,snap_m,"
        "door_source,door_street,door_m,n_plausible_doors,area,hub_id,minutes_adult,minutes_older_adult,minutes_wheelchair,"
        "own_total,claim_total,gap_total,own_age_65_plus,claim_age_65_plus,gap_age_65_plus"
    )
    rows = {row["facility_id"]: row for row in read_csv(folder / "facilities_out.csv")}
    assert list(rows) == ["cam-04", "csrc-06", "lib-1", "lib-2", "bike-1", "she-1"], (
        "every input row once, in order"
    )
    seen = {
        name: (row["status"], row["snap_m"], row["area"], row["hub_id"], row["minutes_adult"])
        for name, row in rows.items()
    }
    assert seen == {
        "cam-04": ("ok", "0.00", "nord", "cam-04", "0.00"),
        "csrc-06": ("ok", "0.00", "sud", "csrc-06", "0.00"),
        "lib-1": ("ok", "20.00", "sud", "csrc-06", "8.00"),  # 9 minutes from the hub of "nord"
        "lib-2": ("ok", "4.00", "sud", "csrc-06", "25.00"),  # unreachable from "nord"
        "bike-1": ("not_geocoded", "inf", "", "", "inf"),
        "she-1": ("too_far_from_network", "4000.00", "", "", "inf"),  # the nearer of the two
    }
    door = ("door_source", "door_street", "door_m", "n_plausible_doors")
    assert [rows["lib-1"][name] for name in door] == ["street", "", "20.00", "1"]
    assert [rows["she-1"][name] for name in door] == ["", "", "", "0"]
    assert rows["lib-1"]["minutes_wheelchair"] == "inf"
    people = {
        name: tuple(row[f"{part}_age_65_plus"] for part in ("own", "claim", "gap"))
        for name, row in rows.items()
    }
    assert people == {
        "cam-04": ("30.00", "40.00", "10.00"),
        "csrc-06": ("300.00", "310.50", "10.50"),
        "lib-1": ("300.00", "310.50", "10.50"),
        "lib-2": ("300.00", "310.50", "10.50"),
        "bike-1": ("", "", ""),
        "she-1": ("", "", ""),
    }
    assert (rows["bike-1"]["lat"], rows["bike-1"]["lon"]) == ("", "")
    assert (rows["lib-1"]["merged_osm"], rows["lib-2"]["name"]) == ("n1;w2", "Biblioteca “Sàlmone”")
    point = gpd.GeoSeries(
        [Point(float(rows["cam-04"]["lon"]), float(rows["cam-04"]["lat"]))], crs=4326
    ).to_crs(CRS)
    assert point.iloc[0].distance(Point(514_000, 5_031_000)) < 0.1


def test_facilities_without_municipio(result: RunResult, tmp_path: Path) -> None:
    areas = {
        name: replace(area, facilities=area.facilities.drop(columns="municipio"))
        for name, area in result.areas.items()
    }
    write_tables(replace(result, areas=areas), tmp_path)
    assert (
        "municipio"
        not in (tmp_path / "facilities_out.csv").read_text(encoding="utf-8").splitlines()[0]
    )


def test_an_unreachable_facility_keeps_its_area(result: RunResult) -> None:
    only_nord = replace(result, areas={"nord": result.areas["nord"]})
    table = build_facilities_table(only_nord).set_index("facility_id")
    assert table.loc["lib-2", ["status", "area", "hub_id"]].tolist() == ["unreachable", "nord", ""]


def test_areas_in_different_crs_meet_in_the_first(result: RunResult) -> None:
    nord = result.areas["nord"]
    other = "EPSG:3035"
    moved = with_area(
        result,
        "sud",
        network=replace(result.areas["sud"].network, crs=other),
        facilities=result.areas["sud"].facilities.to_crs(other),
    )
    table = build_facilities_table(moved).set_index("facility_id")
    assert table.crs == nord.network.crs
    assert table.geometry["csrc-06"].distance(Point(520_000, 5_033_000)) < 0.01


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+39 02", "'+39 02"),
        ("-5", "-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "\"'\n'=1\""),
        ("two\r\nlines", '"two\nlines"'),
        ("Via Boifava = 17", "Via Boifava = 17"),
        ('a "b", c', '"a ""b"", c"'),
        ("", '""'),
        (None, '""'),
        (np.inf, "inf"),
        (np.nan, '""'),
        (-3.5, "-3.5"),
        (5.0, "5"),
        (7, "7"),
        (True, "True"),
    ],
)
def test_cells(value: object, cell: str) -> None:
    of_anything = Table("any", "one cell", (Column("x", "text", "anything"),))
    text = format_csv(pd.DataFrame({"x": pd.Series([value], dtype="object")}), of_anything)
    assert text == f"x\n{cell}\n"
    if isinstance(value, str):
        read = next(csv.DictReader(io.StringIO(text)))["x"]
        assert unguard_cell(read) == "\n".join(value.splitlines())


@pytest.mark.parametrize(
    ("table", "column", "value", "cell"),
    [
        (COVERAGE, "share", 2 / 3, "0.666667"),
        (COVERAGE, "people", 29331.0, "29331.00"),
        (COVERAGE, "covered", -0.0, "0.00"),
        (COVERAGE, "covered", -0.001, "0.00"),
        (COVERAGE, "covered", -0.01, "-0.01"),
        (COVERAGE, "cutoff_min", 15.0, "15"),
        (COVERAGE, "cutoff_min", 7.5, "7.5"),
        (FACILITIES, "snap_m", 12.3456, "12.35"),
        (FACILITIES, "minutes_frail", 7.005, "7.00"),
        (FACILITIES, "minutes_frail", np.inf, "inf"),
        (FACILITIES, "minutes_frail", -np.inf, "-inf"),
        (FACILITIES, "lat", np.nan, '""'),
        (TIMES, "distance_m", np.inf, "inf"),
        (TIMES, "distance_m", 410.0, "410.0"),
        (TIMES, "travel_time_s", 751.87969924812, "751.879699248"),
    ],
)
def test_numbers(table: Table, column: str, value: float, cell: str) -> None:
    assert format_csv(pd.DataFrame({column: [value]}), table) == f"{column}\n{cell}\n"


def test_a_column_that_nobody_described_is_not_written() -> None:
    with pytest.raises(KeyError, match="table 'coverage' has no column 'odd'"):
        format_csv(pd.DataFrame({"people": [1.0], "odd": [2.0]}), COVERAGE)


def test_coverage_for_scripts_is_the_same_file(result: RunResult, folder: Path) -> None:
    """People that a tie would round apart: 1.115 is a little less, 1.125 exactly half."""
    coverage = result.coverage.assign(
        covered=lambda table: np.where(table["covered"] > 0, 1.115, 1.125)
    )
    odd = with_area(result, "nord", coverage=coverage[coverage["area"] == "nord"])
    table = build_coverage_table(odd)
    assert set(table["covered"][table["area"] == "nord"]) == {1.11, 1.12}
    beside = ("gap_people", "gap_points", "ratio")  # of the numbers as they are written
    written = [name for name in table.columns if name not in beside]
    assert format_csv(table[written], COVERAGE) == format_csv(odd.coverage[written], COVERAGE)


# --- results.gpkg -------------------------------------------------------------------------------


def test_layers_their_geometry_and_crs(folder: Path) -> None:
    layers = dict(pyogrio.list_layers(folder / "results.gpkg").tolist())
    assert layers == {**GEOMETRY_TYPES, "layer_styles": None}
    for name in GEOMETRY_TYPES:
        assert layer(folder, name).crs == CRS, name


def test_geopackage_is_sound(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "results.gpkg")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA application_id").fetchone() == (
            int.from_bytes(b"GPKG", "big"),
        )
        contents = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert contents == {
            **dict.fromkeys(GEOMETRY_TYPES, "features"),
            "layer_styles": "attributes",
        }
        dates = {row[0] for row in database.execute("SELECT last_change FROM gpkg_contents")}
        assert dates == {"2026-11-22T09:30:00.000Z"}
        (note,) = {
            row[0]
            for row in database.execute(
                "SELECT description FROM gpkg_contents WHERE description <> ''"
            )
        }
        assert note == "Prova. Streets: sketch street_sketch (© OpenStreetMap contributors, ODbL)"


def test_facilities_layer_has_every_row_even_without_a_point(folder: Path) -> None:
    facilities = layer(folder, "facilities").set_index("facility_id")
    assert len(facilities) == 6
    assert facilities.geometry["bike-1"] is None
    assert facilities.loc["lib-1", "name"] == HOSTILE_NAME, (
        "the apostrophe is for spreadsheets only"
    )
    assert facilities.loc["bike-1", "minutes_adult"] == np.inf


def test_residents_layer_reproduces_the_coverage(result: RunResult, folder: Path) -> None:
    homes = layer(folder, "residents")
    assert homes.shape[0] == 6
    assert set(homes["method"]) == {"residential streets"}
    assert homes.loc[
        homes["status"] == "too_far_from_network", ["snap_m", "hub_min_adult"]
    ].to_numpy().tolist() == [[np.inf, np.inf]]
    for row in read_csv(folder / "coverage.csv"):
        if row["zone"] == "all" and row["covered"]:
            here = homes[homes["area"] == row["area"]]
            inside = here[f"{row['category']}_min_{row['profile']}"] <= float(row["cutoff_min"])
            assert here[row["group"]][inside].sum() == float(row["covered"]), row


def test_homes_tell_which_facility_and_how_many(result: RunResult, folder: Path) -> None:
    """For hubs and what counts in the score; for other categories the minutes alone."""
    homes = layer(folder, "residents").set_index("resident_id")
    scored = [category.id for category in result.categories.values() if category.counts_in_score]
    assert 0 < len(scored) < len(CATEGORIES)
    for profile in PROFILES:
        for category in CATEGORIES:
            names = {f"{category}_id_{profile}", f"{category}_n_{profile}"}
            assert (
                names <= set(homes.columns)
                if category in scored
                else not names & set(homes.columns)
            )
        for target in ("hub", *scored):
            expected = homes[f"{target}_min_{profile}"].map(
                lambda minutes: "cam-04" if np.isfinite(minutes) else ""
            )
            assert homes[f"{target}_id_{profile}"].tolist() == expected.tolist()
        for target in scored:
            within = homes[f"{target}_min_{profile}"] <= max(CUTOFFS_MIN)
            assert homes[f"{target}_n_{profile}"].tolist() == within.astype(int).tolist()
    assert f"hub_n_{PROFILES[0]}" not in homes.columns


def test_infinite_minutes_are_numbers_in_sql(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "results.gpkg")) as database:
        query = "SELECT resident_id, typeof(hub_min_adult) FROM residents WHERE hub_min_adult > 15"
        assert database.execute(query).fetchall() == [("sud-3", "real")]


def test_zones_layer_equals_coverage_csv(folder: Path) -> None:
    zones = layer(folder, "coverage_by_zone")
    assert len(zones) == 2 * len(PROFILES) * (1 + len(CATEGORIES))
    by_key = zones.set_index(["area", "zone", "profile", "category"])
    rows = [row for row in read_csv(folder / "coverage.csv") if row["zone"] != "all"]
    assert len(rows) == len(zones) * len(GROUPS) * len(CUTOFFS_MIN)
    for row in rows:
        zone = by_key.loc[(row["area"], row["zone"], row["profile"], row["category"])]
        assert zone["people_" + row["group"]] == float(row["people"])
        for measure in ("covered", "share"):
            value = zone[zone_column(measure, row["group"], float(row["cutoff_min"]))]
            assert np.isnan(value) if row[measure] == "" else value == float(row[measure]), row
    assert zones["name"].tolist()[0] == "NIL 42"
    assert zone_column("share", "total", 7.5) == "share_total_7_5min"


def test_unreached_shapes_are_empty_not_broken(folder: Path) -> None:
    areas = layer(folder, "service_areas")
    empty = areas[areas["missed_outside"] == 1]
    assert len(empty) == 6
    assert {shape.wkt for shape in empty.geometry} == {"MULTIPOLYGON EMPTY"}
    assert areas["false_inside"].dtype == np.int64


def test_layers_without_rows_keep_their_columns(
    result: RunResult, folder: Path, tmp_path: Path
) -> None:
    bare = result
    for name in result.areas:
        frames = {
            key: gpd.GeoDataFrame(pd.DataFrame(columns=frame.columns), geometry="geometry", crs=CRS)
            for key in (
                "facilities",
                "service_areas",
                "reached_streets",
                "residents",
                "closed_doors",
                "fixes",
            )
            for frame in [getattr(result.areas[name], key)]
        }
        no_times = {key: np.zeros(0) for key in result.areas[name].travel_time_s}
        no_ids = {key: np.zeros(0, dtype=object) for key in no_times}
        frames |= {"travel_time_s": no_times, "nearest_id": no_ids}
        frames["draw_areas"] = partial(lambda areas: areas, frames.pop("service_areas"))
        doors = {key: frames.pop(key) for key in ("closed_doors", "fixes")}
        frames["explain"] = Later(partial(replace, result.areas[name].explain(), **doors))
        frames["measure"] = make_measured(name, no_times)
        bare = with_area(bare, name, **frames, coverage=result.coverage.iloc[:0])
    write_tables(bare, tmp_path)
    for name in GEOMETRY_TYPES:
        full = pyogrio.read_info(folder / "results.gpkg", layer=name)
        info = pyogrio.read_info(tmp_path / "results.gpkg", layer=name)
        assert info["features"] == 0
        if name != "coverage_by_zone":  # its columns are the groups and cutoffs that were counted
            assert list(zip(info["fields"], info["dtypes"], strict=True)) == list(
                zip(full["fields"], full["dtypes"], strict=True)
            ), name
    assert (tmp_path / "coverage.csv").read_text(encoding="utf-8") == COVERAGE_HEADER + "\n"


# --- styles -------------------------------------------------------------------------------------


def test_qgis_finds_a_default_style_for_every_layer(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "results.gpkg")) as database:
        for name in GEOMETRY_TYPES:  # the question QGIS asks when it opens a layer
            found = database.execute(
                "SELECT styleName, useAsDefault, styleQML FROM layer_styles WHERE f_table_schema = "
                "'' "
                "AND f_table_name = ? AND f_geometry_column = "
                "(SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?)",
                (name, name),
            ).fetchall()
            assert [row[:2] for row in found] == [("access15", 1)], name
            assert ET.fromstring(found[0][2]).tag == "qgis"  # noqa: S314


@pytest.mark.parametrize("lang", ["it", "en"])
def test_styles_are_consistent(result: RunResult, folder: Path, lang: Lang) -> None:
    for name, qml in build_styles(result, lang=lang).items():
        root = ET.fromstring(qml)  # noqa: S314
        symbols = [symbol.get("name") for symbol in root.iter("symbol")]
        used = [rule.get("symbol") for rule in root.iter("rule") if rule.get("symbol")]
        assert used == symbols, name
        keys = [rule.get("key") for rule in root.iter("rule")]
        assert len(keys) == len(set(keys)), name
        columns = set(pyogrio.read_info(folder / "results.gpkg", layer=name)["fields"])
        for rule in root.iter("rule"):
            named = {part for i, part in enumerate((rule.get("filter") or "").split('"')) if i % 2}
            assert named <= columns, (name, rule.get("filter"))


def rules_of(qml: str) -> ET.Element:
    rules = ET.fromstring(qml).find("renderer-v2/rules")  # noqa: S314
    assert rules is not None
    return rules


def test_one_profile_is_switched_on(result: RunResult) -> None:
    for name in ("service_areas", "reached_streets", "residents", "coverage_by_zone"):
        states = {
            rule.get("label"): rule.get("checkstate", "1")
            for rule in rules_of(build_styles(result)[name])
        }
        assert states == {
            "Adulto, 1,33\u00a0m/s, 4,8\u00a0km/h": "0",
            "Persona anziana, 0,97\u00a0m/s, 3,5\u00a0km/h": "1",
            "Persona in carrozzina, 0,83\u00a0m/s, 3,0\u00a0km/h": "0",
        }, name


def test_every_home_matches_one_rule_of_its_style(result: RunResult, folder: Path) -> None:
    """The filters are SQL as well: count, home by home, the rules that would draw it."""
    rules = rules_of(build_styles(result)["residents"])
    with closing(sqlite3.connect(folder / "results.gpkg")) as database:
        for profile in rules:
            drawn = []
            for rule in profile:
                query = f"SELECT resident_id FROM residents WHERE {rule.get('filter')}"  # noqa: S608
                drawn += [row[0] for row in database.execute(query)]
            assert sorted(drawn) == sorted(
                f"{area}-{i}" for area in ("nord", "sud") for i in (1, 2, 3)
            )


def test_labels_are_text_not_markup(result: RunResult) -> None:
    label = result.categories["cam"].label.model_copy(update={"it": "<b>'&\"</b>"})
    category = result.categories["cam"].model_copy(update={"label": label, "symbol": "&"})
    hostile = replace(result, categories={**result.categories, "cam": category})
    rule = rules_of(build_styles(hostile)["facilities"])[0]
    assert rule.get("label") == "<b>'&\"</b>"


# --- failures -----------------------------------------------------------------------------------


def test_geopackage_on_a_full_disk(
    result: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise pyogrio.errors.FeatureError("could not add feature: database or disk is full")

    monkeypatch.setattr(pyogrio, "write_dataframe", fail)
    with pytest.raises(
        Access15Error,
        match=r"^results.gpkg: could not be written \(could not add feature: database or disk is "
        r"full\)",
    ):
        write_tables(result, tmp_path)


def test_csv_on_a_full_disk(
    result: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", fail)
    sentence = rf"^{tmp_path}: nothing could be written there \(No space left on device\)"
    with pytest.raises(Access15Error, match=sentence), staged_outputs(tmp_path) as folder:
        write_tables(result, folder)
    assert list(tmp_path.iterdir()) == []
