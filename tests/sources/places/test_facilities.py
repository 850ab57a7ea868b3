"""Tables of facilities in every accepted form, merged with OpenStreetMap, written and read back."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from access15.config import FacilitiesSource, data_dir, load_categories
from access15.errors import Access15Error, Access15Warning, CrsError, InputDataError
from access15.sources.places.facilities import (
    check_facilities,
    read_facilities,
    write_facilities,
)
from access15.sources.places.merge import are_similar_names, merge_osm_facilities
from access15.sources.places.points import ITALY_BOUNDS
from access15.sources.tables.cells import parse_number

CATEGORIES = load_categories()
unread_is_told = pytest.mark.filterwarnings("ignore:.*kept and not read")
LON, LAT = 9.2480090, 45.4595240  # Casa di Quartiere Zante


def read(path: Path, **source: object) -> gpd.GeoDataFrame:
    return read_facilities(
        FacilitiesSource(file=path, **source), categories=CATEGORIES, bounds=ITALY_BOUNDS
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes, str], Path]:
    def write_file(content: str | bytes, name: str = "facilities.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def in_crs(crs: str) -> tuple[float, float]:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(LON, LAT)


X32, Y32 = in_crs("EPSG:32632")
X3003, Y3003 = in_crs("EPSG:3003")

TABLES = {
    "English": ("facility_id,name,category,lat,lon\nz,Zante,csrc,45.459524,9.248009\n", {}),
    "Italian": (
        "codice;Nome Sede;Categoria;Latitudine;Longitudine\nz;Zante;csrc;45,459524;9,248009\n",
        {},
    ),
    "open data of Milan": (
        "id;Nome Sede;Tipologia;LONG_X_4326;LAT_Y_4326\nz;Zante;csrc;9.248009;45.459524\n",
        {},
    ),
    "tabs": ("id\tnome\ttipo\tlat\tlng\nz\tZante\tcsrc\t45.459524\t9.248009\n", {}),
    "x and y in degrees": ("id,name,type,x,y\nz,Zante,csrc,9.248009,45.459524\n", {}),
    "blank lines first": ("\n\nid,name,type,x,y\nz,Zante,csrc,9.248009,45.459524\n", {}),
    "UTM": (f"id,name,type,x,y\nz,Zante,csrc,{X32},{Y32}\n", {"crs": "EPSG:32632"}),
    "UTM with thousands": (
        f"id;name;type;x;y\nz;Zante;csrc;{X32:,.3f};{Y32:,.3f}\n".translate(
            str.maketrans(",.", ".,")
        ),
        {"crs": "EPSG:32632"},
    ),
    "Gauss-Boaga": (f"id;name;type;est;nord\nz;Zante;csrc;{X3003};{Y3003}\n", {"crs": "EPSG:3003"}),
    "metres beside degrees": (
        "id,name,type,x,y,lat,lon\nz,Zante,csrc,519,503,45.459524,9.248009\n",
        {},
    ),
    "degrees beside metres": (
        f"id,name,type,lat,lon,x,y\nz,Zante,csrc,1,1,{X32},{Y32}\n",
        {"crs": "EPSG:32632"},
    ),
    "label instead of id": (
        "id,name,type,lat,lon\nz,Zante,Centro Socio Ricreativo Culturale "
        "(CSRC),45.459524,9.248009\n",
        {},
    ),
    "mapped": (
        "a,b,c,d\nz,Zante,9.248009,45.459524\n",
        {"columns": {"facility_id": "a", "name": "b", "lon": "c", "lat": "d", "category": "=csrc"}},
    ),
    "mapping stronger than header": (
        "id,name,nome,type,lat,lon\nz,Sala 2,Zante,csrc,45.459524,9.248009\n",
        {"columns": {"name": "nome"}},
    ),
}


@unread_is_told
@pytest.mark.parametrize(("content", "source"), TABLES.values(), ids=TABLES)
def test_one_place_in_many_tables(
    write: Callable[..., Path], content: str, source: dict[str, object]
) -> None:
    (row,) = read(write(content), **source).itertuples()
    assert (row.facility_id, row.name, row.category) == ("z", "Zante", "csrc")
    assert (row.geometry.x, row.geometry.y) == pytest.approx((LON, LAT), abs=1e-7)
    assert (row.status, row.precision, row.origin, row.merged_osm) == (
        "ok",
        "given",
        "official",
        "",
    )


def test_gauss_boaga_is_shifted_and_not_only_renamed() -> None:
    """Monte Mario lies tens of metres off WGS 84: a false easting alone would misplace every
    facility.
    """
    assert 0 < X3003 - (X32 + 1_000_000) < 60
    assert 0 < Y3003 - Y32 < 60


@unread_is_told
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32632", "EPSG:3003", "EPSG:3857"])
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_files_that_carry_their_crs(tmp_path: Path, suffix: str, crs: str) -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["z"], "nome": ["Zante"], "categoria": ["csrc"], "piani": [2]},
        geometry=[shapely.Point(LON, LAT)],
        crs="EPSG:4326",
    ).to_crs(crs)
    path = tmp_path / f"places{suffix}"
    frame.to_file(path, **({"RFC7946": "NO"} if suffix == ".geojson" else {}))
    result = read(path)
    assert result.crs == "EPSG:4326"
    assert result.geometry[0].coords[0] == pytest.approx((LON, LAT), abs=1e-7)
    assert result["piani"][0] == "2"


@unread_is_told
def test_workbook(tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    pd.DataFrame(
        {
            "id": [1, 2],
            "nome": ["Zante", "Boifava"],
            "categoria": "csrc",
            "lat": [LAT, None],
            "lon": [LON, None],
        }
    ).assign(indirizzo=["", "via Boifava 17"], note=[None, None]).to_excel(path, index=False)
    result = read(path)
    assert list(result["facility_id"]) == ["1", "2"]
    assert list(result["status"]) == ["ok", "not_geocoded"]
    assert result.geometry[1] is None
    assert result["address"][1] == "via Boifava 17"


def test_workbook_with_more_sheets_says_which_is_read(tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    table = pd.DataFrame(
        {"id": [1], "nome": ["Zante"], "categoria": "csrc", "lat": [LAT], "lon": [LON]}
    )
    with pd.ExcelWriter(path) as book:
        table.to_excel(book, sheet_name="Sedi", index=False)
        table.to_excel(book, sheet_name="Vecchie", index=False)
    with pytest.warns(
        Access15Warning,
        match=r"^places\.xlsx: only the first sheet, 'Sedi', is read; not 'Vecchie'\.$",
    ):
        read(path)


def test_every_row_is_kept_with_its_status(write: Callable[..., Path]) -> None:
    rows = [
        "a,Sede,csrc,45.4501,9.2001,official point,via A 1",
        "b,Sede,csrc,45.4501,9.2001,street,via B 1",
        "c,Sede,csrc,,,none,via C 1",
        "d,Sede,csrc,,,,via D 1",
        "e,Sede,csrc,45.4501,9.2001,neighbouring number,via E 1",
        "f,Sede,csrc,45.4501,9.2001,place,via F 1",
        "g,Sede,csrc,45.4501,9.2001,Punto ufficiale,via G 1",
    ]
    result = read(write("id,name,category,lat,lon,precision,address\n" + "\n".join(rows)))
    assert "".join(result["facility_id"]) == "abcdefg"
    assert list(result["status"]) == ["ok", *["not_geocoded"] * 3, "ok", "not_geocoded", "ok"]
    assert list(result["precision"]) == [
        *(
            "official point",
            "street",
            "none",
            "none",
            "neighbouring number",
            "place",
            "official point",
        ),
    ]
    assert [point is None for point in result.geometry] == [
        False,
        False,
        True,
        True,
        False,
        False,
        False,
    ]


def test_precision_without_a_point_is_none_and_said(write: Callable[..., Path]) -> None:
    path = write(
        "id,name,category,lat,lon,precision,address\na,Sede,csrc,,,official point,via A 1\n"
    )
    with pytest.warns(
        Access15Warning,
        match=r"^facilities\.csv row 2: a precision is stated and there are no coord",
    ):
        result = read(path)
    assert result["precision"][0] == "none"
    assert result["status"][0] == "not_geocoded"


def test_made_up_ids_are_said(write: Callable[..., Path]) -> None:
    path = write("name,category,lat,lon\nA,csrc,45.45,9.2\nB,csrc,45.45,9.2\n")
    with pytest.warns(
        Access15Warning, match=r"facilities are called row-2 to row-3 by their place in the file"
    ):
        assert list(read(path)["facility_id"]) == ["row-2", "row-3"]


ENCODINGS = {
    "UTF-8 with mark": ("utf-8-sig", "Università", None),
    "old Windows": (
        "cp1252",
        "Università",
        r"is not UTF-8 \(line 2\): read as Windows-1252; check the accents",
    ),
    "damaged once": (
        "utf-8",
        "UniversitÃ\xa0",
        r"line 2 has 'Ã\\xa0': accents were damaged before it was saved",
    ),
}


@pytest.mark.parametrize(("encoding", "name", "warning"), ENCODINGS.values(), ids=ENCODINGS)
def test_encodings(
    write: Callable[..., Path], encoding: str, name: str, warning: str | None
) -> None:
    path = write(f"id,name,category,lat,lon\na,{name},csrc,45.45,9.2\n".encode(encoding))
    if warning is None:
        assert read(path)["name"][0] == name
    else:
        with pytest.warns(Access15Warning, match=warning):
            assert read(path)["name"][0] == " ".join(name.split())


def test_crs_of_the_study_file_overrules_a_wrong_geojson(write: Callable[..., Path]) -> None:
    properties = {"id": "z", "name": "Zante", "category": "csrc"}
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [X32, Y32]},
    }
    path = write(json.dumps({"type": "FeatureCollection", "features": [feature]}), "places.geojson")
    with pytest.warns(
        Access15Warning, match=r"in EPSG:4326; EPSG:32632 of the study file is used instead\.$"
    ):
        result = read(path, crs="EPSG:32632")
    assert result.geometry[0].coords[0] == pytest.approx((LON, LAT), abs=1e-7)


def test_feature_without_geometry_may_have_columns(write: Callable[..., Path]) -> None:
    properties = {"id": "z", "name": "Zante", "category": "csrc", "lat": LAT, "lon": LON}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    multipoint = {"type": "MultiPoint", "coordinates": [[LON, LAT]]}
    features = [feature, feature | {"properties": properties | {"id": "y"}, "geometry": multipoint}]
    result = read(
        write(json.dumps({"type": "FeatureCollection", "features": features}), "places.geojson")
    )
    assert [point.coords[0] for point in result.geometry] == [(LON, LAT)] * 2


def test_null_island_without_bounds(write: Callable[..., Path]) -> None:
    source = FacilitiesSource(file=write("id,name,category,lat,lon\na,Sede,csrc,0,0\n"))
    assert check_facilities(source, categories=CATEGORIES, bounds=None).problems == (
        "facilities.csv row 2: lat is 0 and lon is 0, a spot in the ocean: "
        "leave both empty when the place is not known.",
    )


def test_reading_changes_nothing_it_was_given(write: Callable[..., Path]) -> None:
    columns = {"category": "=csrc"}
    source = FacilitiesSource(
        file=write("id,name,lat,lon\na,Sede,45.4501,9.2001\n"), columns=columns
    )
    read_facilities(source, categories=CATEGORIES, bounds=None)
    assert columns == {"category": "=csrc"}


NUMBERS = {
    "45.4539": 45.4539,
    "45,4539": 45.4539,
    " -9 ": -9.0,
    "4.5e1": 45.0,
    "": None,
    "nan": None,
    "inf": None,
    "1e999": None,
    "45.453.995": None,
    "45,453,995": None,
    "1_000": None,
    "٤٥": None,
    "45°": None,
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_numbers(text: str, value: float | None) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5.034.120,5", 5034120.5),
        ("5,034,120.5", 5034120.5),
        ("5.034.120", 5034120.0),
        ("5 034 120,5", 5034120.5),
    ],
)
def test_numbers_with_thousands(text: str, value: float) -> None:
    assert parse_number(text, grouped=True) == value


@given(st.floats(min_value=-180, max_value=180, allow_nan=False))
def test_any_coordinate_is_read_back_with_point_or_comma(value: float) -> None:
    assert parse_number(repr(value)) == parse_number(repr(value).replace(".", ",")) == value


# Merging: one official library, and what OpenStreetMap has around it (metres east of it)
#
#   official o---------40 m---------|
#            0   10 m     40 m    40.01 m


CRS = "EPSG:32632"


def places(rows: list[tuple[str, str, str, float]], **columns: object) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {
            "facility_id": [r[0] for r in rows],
            "name": [r[1] for r in rows],
            "category": [r[2] for r in rows],
        },
        geometry=[shapely.Point(500_000 + r[3], 5_000_000) for r in rows],
        crs=CRS,
    )
    return frame.assign(**columns)


def official(rows: list[tuple[str, str, str, float]], status: str = "ok") -> gpd.GeoDataFrame:
    return places(rows, status=status, origin="official", merged_osm="", precision="official point")


MERGES = {
    "same name": (("n1", "biblioteca sicilia", "library", 10.0), True),
    "no name": (("n1", "", "library", 10.0), True),
    "generic name": (("n1", "Biblioteca Comunale", "library", 10.0), True),
    "at exactly 40 m": (("n1", "Sicilia", "library", 40.0), True),
    "a centimetre too far": (("n1", "Sicilia", "library", 40.01), False),
    "another category": (("n1", "Biblioteca Sicilia", "post_office", 10.0), False),
    "another name": (("n1", "Biblioteca Calvairate", "library", 10.0), False),
}


@pytest.mark.parametrize(("osm_row", "is_same"), MERGES.values(), ids=MERGES)
def test_merge(osm_row: tuple[str, str, str, float], is_same: bool) -> None:
    merged = merge_osm_facilities(
        official([("lib-1", "Biblioteca Sicilia", "library", 0.0)]), places([osm_row]), crs=CRS
    )
    if is_same:
        assert list(merged["facility_id"]) == ["lib-1"]
        assert merged["merged_osm"][0] == "n1"
    else:
        assert list(merged["facility_id"]) == ["lib-1", "n1"]
        assert list(merged["merged_osm"]) == ["", ""]
        assert merged.iloc[1][["origin", "precision", "status"]].tolist() == [
            "osm",
            "openstreetmap",
            "ok",
        ]
    assert merged.crs == "EPSG:4326"


def test_place_called_by_its_street_is_the_same_place() -> None:
    lists = official([("lib-1", "Biblioteca Lambrate", "library", 0.0)])
    osm = places([("n1", "Biblioteca Comunale Rionale Valvassori Peroni", "library", 10.0)])
    with_address = lists.assign(address="via Valvassori Peroni, 56")
    assert list(merge_osm_facilities(with_address, osm, crs=CRS)["merged_osm"]) == ["n1"]
    for address in ("", "via Zante, 36"):
        merged = merge_osm_facilities(lists.assign(address=address), osm, crs=CRS)
        assert list(merged["merged_osm"]) == ["", ""]


def test_merge_takes_the_nearest_of_two_and_lists_all() -> None:
    lists = official(
        [
            ("a", "Fontanella", "drinking_fountain", 0.0),
            ("b", "Fontanella", "drinking_fountain", 30.0),
        ]
    )
    osm = places([(f"n{x}", "", "drinking_fountain", x) for x in (2.0, 14.0, 16.0, 31.0)])
    merged = merge_osm_facilities(lists, osm, crs=CRS)
    assert list(merged["merged_osm"]) == ["n2.0;n14.0", "n16.0;n31.0"]


def test_official_place_without_a_usable_point_takes_nothing_in() -> None:
    """Its street-level point is no good for a walking time; OpenStreetMap's is, and must not
    vanish.
    """
    lists = official([("lib-1", "Biblioteca Sicilia", "library", 0.0)], status="not_geocoded")
    merged = merge_osm_facilities(
        lists, places([("n1", "Biblioteca Sicilia", "library", 5.0)]), crs=CRS
    )
    assert list(merged["facility_id"]) == ["lib-1", "n1"]
    assert list(merged["status"]) == ["not_geocoded", "ok"]


def test_merge_keeps_ids_unique_and_columns_of_both() -> None:
    lists = official([("n1", "Biblioteca Sicilia", "library", 0.0)]).assign(municipio="5")
    osm = places([("n1", "Biblioteca Lontana", "library", 900.0)]).assign(opening_hours="Mo-Fr")
    merged = merge_osm_facilities(lists, osm, crs=CRS)
    assert list(merged["facility_id"]) == ["n1", "n1-osm"]
    assert list(merged["municipio"]) == ["5", ""]
    assert list(merged["opening_hours"]) == ["", "Mo-Fr"]


def test_merge_changes_neither_table() -> None:
    lists = official([("a", "Fontanella", "drinking_fountain", 0.0)])
    osm = places([("n1", "", "drinking_fountain", 1.0)])
    before = lists.copy(), osm.copy()
    merge_osm_facilities(lists, osm, crs=CRS)
    pd.testing.assert_frame_equal(lists, before[0])
    pd.testing.assert_frame_equal(osm, before[1])


@pytest.mark.parametrize("rows", [[], [("n1", "", "library", 1.0)]])
def test_merge_with_an_empty_side(rows: list[tuple[str, str, str, float]]) -> None:
    some = official([("a", "Biblioteca", "library", 0.0)])
    assert len(merge_osm_facilities(some, places(rows), crs=CRS)) == 1
    assert len(merge_osm_facilities(some.iloc[:0], places(rows), crs=CRS)) == len(rows)


def test_merge_needs_to_know_the_crs() -> None:
    frame = official([("a", "Biblioteca", "library", 0.0)])
    with pytest.raises(
        CrsError, match=r"^facilities to merge must say their coordinate reference system"
    ):
        merge_osm_facilities(frame, frame.set_crs(None, allow_override=True), crs=CRS)


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("Ufficio postale Via Carlo Parea, 26", "Poste Italiane", True),
        ("Abbiategrasso (M2)", "Abbiategrasso - Chiesa Rossa", True),
        ("Farmacia Rossi", "Farmacia Bianchi", False),
        ("BikeMi 155 - Naviglio Pavese - Torricelli", "155 Naviglio Pavese Torricelli", True),
        ("Vedovella 2157", "", True),
    ],
)
def test_similar_names(one: str, other: str, similar: bool) -> None:
    assert are_similar_names(one, other) is similar
    assert are_similar_names(other, one) is similar


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg"])
def test_written_facilities_are_read_back(tmp_path: Path, suffix: str) -> None:
    before = read(data_dir() / "facilities.csv")
    path = tmp_path / "new" / f"out{suffix}"
    write_facilities(before, path)
    after = read(path)
    pd.testing.assert_frame_equal(
        pd.DataFrame(after.drop(columns="geometry")),
        pd.DataFrame(before.drop(columns="geometry")),
        check_like=True,
    )
    assert [point is None for point in after.geometry] == [
        point is None for point in before.geometry
    ]
    known = before.geometry.notna()
    assert np.allclose(
        shapely.get_coordinates(after[known].geometry),
        shapely.get_coordinates(before[known].geometry),
        atol=5e-8,
    )
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_text_that_a_spreadsheet_would_run_is_made_harmless(tmp_path: Path) -> None:
    hostile = [
        "=1+1",
        "@SUM(A1)",
        "-1+cmd|' /C calc'!A0",
        "+39 02 1234",
        "-9.5",
        "'quoted'",
        "Sede",
    ]
    frame = read(data_dir() / "facilities.csv").iloc[: len(hostile)].assign(name=hostile)
    path = tmp_path / "out.csv"
    write_facilities(frame, path)
    written = pd.read_csv(path, dtype=str)["name"]
    assert list(written) == [
        "'=1+1",
        "'@SUM(A1)",
        "'-1+cmd|' /C calc'!A0",
        "'+39 02 1234",
        "-9.5",
        "'quoted'",
        "Sede",
    ]
    assert list(read(path)["name"]) == hostile


@unread_is_told
@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg"])
def test_columns_that_would_be_mistaken_get_another_name(tmp_path: Path, suffix: str) -> None:
    frame = read(data_dir() / "facilities.csv").assign(Nome="x", fid="y", geom="z", FID="w")
    path = tmp_path / f"out{suffix}"
    write_facilities(frame, path)
    after = read(path)
    assert after["Nome_original"][0] == "x"
    assert {"y", "z", "w"} <= set(after.iloc[0].drop("geometry"))


def test_facilities_without_any_point_are_written(tmp_path: Path) -> None:
    frame = read(data_dir() / "facilities.csv").query("precision == 'none'")
    for suffix in (".csv", ".geojson", ".gpkg"):
        write_facilities(frame, tmp_path / f"out{suffix}")
        assert list(read(tmp_path / f"out{suffix}")["facility_id"]) == list(frame["facility_id"])


def test_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputDataError, match=r"^out\.xlsx: facilities are written as \.csv, \.geojson or \.gpkg"
    ):
        write_facilities(read(data_dir() / "facilities.csv"), tmp_path / "out.xlsx")


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg"])
def test_folder_that_cannot_be_made(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Access15Error, match=r"nothing could be written there \(.*\); check"):
        write_facilities(read(data_dir() / "facilities.csv"), tmp_path / "file" / f"out{suffix}")


def test_failed_writing_leaves_the_previous_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    frame = read(data_dir() / "facilities.csv")
    with pytest.raises(ValueError, match="is not in list"):
        write_facilities(frame.drop(columns=["address", "municipio"]), path)
    assert path.read_text() == "before"
    assert [item.name for item in tmp_path.iterdir()] == ["out.csv"]


def test_default_facilities() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = read(data_dir() / "facilities.csv")
    assert len(frame) == 178
    assert frame["status"].value_counts().to_dict() == {"ok": 153, "not_geocoded": 25}
    assert set(frame.loc[frame["status"] == "not_geocoded", "precision"]) == {"street", "none"}
    assert {"cam-04", "csrc-06", "csrc-07"} <= set(
        frame.loc[frame["status"] == "ok", "facility_id"]
    )


NO_ID = "has no column for the facility_id"
UNREAD = "kept and not read"
CITY_TABLES = {
    "case_di_quartiere.csv": (34, {"category": "=casa_di_quartiere"}, [UNREAD]),
    "libraries.csv": (14, {"category": "=library"}, []),
    "bikemi_stations.csv": (318, {"category": "=bike_station"}, []),
    "parks_m4_m5.csv": (20, {"category": "=park", "address": "Ingresso"}, [UNREAD, NO_ID]),
    "post_offices_2022.geojson": (
        82,
        {"category": "=post_office", "name": "Indirizzo", "address": "Indirizzo"},
        [UNREAD, NO_ID],
    ),
    "fountains.json": (
        721,
        {"category": "=drinking_fountain", "name": "objectid", "facility_id": "objectid"},
        [UNREAD],
    ),
    "metro_stops.geojson": (130, {"category": "=metro_stop", "facility_id": "id_amat"}, [UNREAD]),
    "surface_stops.geojson": (
        4690,
        {"category": "=surface_stop", "facility_id": "id_amat", "name": "ubicazione"},
        ["accents were damaged before it was saved", UNREAD],
    ),
}


@pytest.mark.real_data
@pytest.mark.parametrize("name", CITY_TABLES)
def test_tables_of_the_city(shared_dir: Path, name: str) -> None:
    n_rows, columns, expected_warnings = CITY_TABLES[name]
    source = FacilitiesSource(file=shared_dir / "data" / "milano" / name, columns=columns)
    report = check_facilities(source, categories=CATEGORIES, bounds=(8.8, 45.3, 9.6, 45.8))
    assert report.problems == ()
    assert len(report.warnings) == len(expected_warnings)
    assert all(
        expected in warning
        for expected, warning in zip(expected_warnings, report.warnings, strict=True)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=Access15Warning)
        frame = read(source.file, columns=columns)
    assert len(frame) == n_rows
    assert set(frame["status"]) == {"ok"}
    assert frame["facility_id"].is_unique


@pytest.mark.parametrize(
    ("cell", "capacity"),
    [
        ("12", "12"),
        ("1200", "1200"),
        ("080", "80"),
        ("12.0", "12"),
        ("", ""),
        ("n.d.", ""),
        (" 7 ", "7"),
    ],
)
@pytest.mark.parametrize("header", ["capacity", "Capienza", "Capacità", "Posti", "N. posti"])
def test_capacity_is_read(
    write: Callable[[str, str], Path], header: str, cell: str, capacity: str
) -> None:
    frame = read(write(f"id;nome;tipo;lat;lon;{header}\nz;Zante;csrc;45,459524;9,248009;{cell}\n"))
    assert frame["capacity"].tolist() == [capacity]


def test_capacity_is_absent_where_the_file_has_none(write: Callable[[str, str], Path]) -> None:
    assert "capacity" not in read(write("id,nome,tipo,lat,lon\nz,Zante,csrc,45.459524,9.248009\n"))


def test_wrong_capacities_are_told_together(write: Callable[[str, str], Path]) -> None:
    """A count has no sign, no fraction and no separator of thousands, which two languages read in
    two ways.
    """
    cells = ("0", "molti", "-3", "1.200", "1,200", "2.5", "1e3")
    rows = "".join(
        f'z{i},Zante {i},csrc,45.459524,9.248009,"{cell}"\n' for i, cell in enumerate(cells)
    )
    with pytest.raises(InputDataError, match="7 problems to correct") as caught:
        read(write("id,nome,tipo,lat,lon,capienza\n" + rows))
    rule = "write a whole number above 0, or leave it empty where it is not known."
    assert list(caught.value.problems) == [
        f"facilities.csv row {row}: capacity is {text!r}; {rule}"
        for row, text in enumerate(cells, start=2)
    ]


def test_capacity_survives_writing_and_merging(
    write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    """What OpenStreetMap adds has none: unknown, not zero."""
    frame = read(write("id,nome,tipo,lat,lon,capienza\nz,Zante,csrc,45.459524,9.248009,80\n"))
    write_facilities(frame, tmp_path / "again.csv")
    assert read(tmp_path / "again.csv")["capacity"].tolist() == ["80"]
    osm = gpd.GeoDataFrame(
        {
            "facility_id": ["osm-node-1"],
            "name": ["Altro"],
            "category": ["csrc"],
            "address": [""],
            "source": ["osm"],
        },
        geometry=[shapely.Point(9.26, 45.46)],
        crs="EPSG:4326",
    )
    assert merge_osm_facilities(frame, osm, crs="EPSG:32632")["capacity"].tolist() == ["80", ""]
