"""Bad tables of facilities: each fault gives its sentence, all of them at once, and never a
traceback.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from access15.config import FacilitiesSource, load_categories
from access15.errors import InputDataError
from access15.sources.places.facilities import FacilitiesReport, check_facilities, read_facilities
from access15.sources.tables import columns as facility_rows
from access15.sources.tables import files as facility_tables

pytestmark = pytest.mark.usefixtures("said_in_italian")

CATEGORIES = load_categories()
MILAN = (9.0, 45.3, 9.3, 45.6)
HEADER = "facility_id,name,category,lat,lon\n"
GOOD = "a,Biblioteca Sicilia,library,45.46,9.15\n"
FILES = (
    "files ending in {0!r} are not read; save it as CSV, GeoJSON, GeoPackage (.gpkg) or Excel "
    "(.xlsx)."
)


def check(path: Path, **source: object) -> FacilitiesReport:
    return check_facilities(
        FacilitiesSource(file=path, **source), categories=CATEGORIES, bounds=MILAN
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes, str], Path]:
    def write_file(content: str | bytes, name: str = "facilities.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


ROW_FAULTS = {
    "swapped coordinates": (
        HEADER + GOOD + "b,Zante,csrc,9.19,45.46\n",
        "row 3: lat is 9.19 and lon is 45.46, outside Italy: latitude and longitude look swapped; "
        "swap the two columns.",
    ),
    "another town of Italy": (
        HEADER + "a,Biblioteca,library,41.9,12.5\n",
        "row 2: lat is 41.9 and lon is 12.5, outside the study's area (lat 45.300 to 45.600, lon "
        "9.000 to 9.300): "
        "correct the coordinates, or leave them empty to have the address looked up.",
    ),
    "abroad": (
        HEADER + "a,Biblioteca,library,51.5,-0.1\n",
        "row 2: lat is 51.5 and lon is -0.1, outside Italy: "
        "correct the coordinates, or leave them empty to have the address looked up.",
    ),
    "metres instead of degrees": (
        HEADER + "a,Biblioteca,library,5034120,514120\n",
        "row 2: lat is 5034120 and lon is 514120, outside Italy: these are not degrees; say in "
        "which system they are, "
        'for example [facilities] crs = "EPSG:32632" in the study file.',
    ),
    "zeros for unknown": (
        HEADER + "a,Biblioteca,library,0,0\n",
        "row 2: lat is 0 and lon is 0, outside Italy: "
        "correct the coordinates, or leave them empty to have the address looked up.",
    ),
    "not a number": (
        HEADER + "a,Biblioteca,library,45°27' circa,9.15\n",
        'row 2: lat is "45°27\' circa", not a number: write decimal degrees such as 45.4539 or 45,4539, '
        "or leave lat and lon empty.",
    ),
    "thousands made by a spreadsheet": (
        HEADER + "a,Biblioteca,library,45.453.995,9.196.143\n",
        "row 2: lon is '9.196.143' and lat is '45.453.995', not a number: "
        "write decimal degrees such as 45.4539 or 45,4539, or leave lat and lon empty.",
    ),
    "NaN": (
        HEADER + "a,Biblioteca,library,nan,9.15\n",
        "row 2: lat is 'nan', not a number: write decimal degrees such as 45.4539 or 45,4539, "
        "or leave lat and lon empty.",
    ),
    "infinite": (
        HEADER + "a,Biblioteca,library,45.46,1e999\n",
        "row 2: lon is '1e999', not a number: write decimal degrees such as 45.4539 or 45,4539, "
        "or leave lat and lon empty.",
    ),
    "lat without lon": (
        HEADER + "a,Biblioteca,library,45.46,\n",
        "row 2: lat is 45.46 and lon is empty: write both, or leave both empty.",
    ),
    "lon without lat": (
        HEADER + "a,Biblioteca,library,-,9.15\n",
        "row 2: lon is 9.15 and lat is empty: write both, or leave both empty.",
    ),
    "repeated id": (
        HEADER + GOOD + "b,Zante,csrc,45.46,9.24\na,Altra,library,45.46,9.24\n",
        "row 4: facility_id 'a' is already in row 2; give every facility its own id, or door_lat and "
        "door_lon where the row is another door of it.",
    ),
    "empty id": (
        HEADER + ",Zante,csrc,45.46,9.24\n",
        "row 2: facility_id is empty; give every facility its own id.",
    ),
    "empty name": (
        HEADER + "a,  ,csrc,45.46,9.24\n",
        "row 2: the name is empty; write what people call the place.",
    ),
    "unknown category, near a label": (
        HEADER + "a,Zante,farmacie,45.46,9.24\n",
        "row 2: category 'farmacie' is not known; did you mean 'pharmacy' (Farmacia)?",
    ),
    "unknown category, near an id": (
        HEADER + "a,Zante,libary,45.46,9.24\n",
        "row 2: category 'libary' is not known; did you mean 'library' (Biblioteca)?",
    ),
    "empty category": (
        HEADER + "a,Zante,,45.46,9.24\n",
        f"row 2: the category is empty; write one of: {', '.join(CATEGORIES)}.",
    ),
    "unknown precision": (
        HEADER.replace("lat", "precision,lat") + "a,Zante,csrc,stret,45.46,9.24\n",
        "row 2: precision 'stret' is not known; did you mean 'street'? Known: official point, "
        "operator feed, address, "
        "neighbouring number, interpolated, corner, openstreetmap, edge, confirmed, given, street, place, none.",
    ),
    "separator inside a name": (
        HEADER + "a,Zante, sala 2,csrc,45.46,9.24\n",
        "row 2: it has 6 cells, the header has 5; put text that contains the separator in "
        "quotation marks.",
    ),
    "cut row": (
        HEADER + GOOD + "b,Zante\n",
        "row 3: it has 2 cells, the header has 5; put text that contains the separator in "
        "quotation marks.",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), ROW_FAULTS.values(), ids=ROW_FAULTS)
def test_faulty_row(write: Callable[..., Path], content: str, sentence: str) -> None:
    assert check(write(content)).problems == (f"facilities.csv {sentence}",)


COLUMN_FAULTS = {
    "no name": (
        "facility_id,category,lat,lon\na,library,45.46,9.15\n",
        "facilities.csv has no column for the name (name, nome, nome_sede): its columns are "
        "facility_id, category, "
        'lat, lon; rename one, or say which in the study file: [facilities.columns] name = "Nome '
        'Sede".',
    ),
    "no category": (
        "facility_id,name,lat,lon\na,Biblioteca,45.46,9.15\n",
        "facilities.csv has no column for the category (category, categoria, tipo): its columns "
        "are facility_id, name, "
        "lat, lon; rename one, or say which in the study file: [facilities.columns] category = "
        '"=library" when all rows are libraries.',
    ),
    "no lon": (
        "facility_id,name,category,lat\na,Biblioteca,library,45.46\n",
        "facilities.csv has a column for lat and none for lon: its columns are facility_id, name, "
        "category, lat; "
        "add or rename it.",
    ),
    "no place": (
        "facility_id,name,category\na,Biblioteca,library\n",
        "facilities.csv has neither coordinates (lat and lon) nor an address: its columns are "
        "facility_id, name, "
        "category; add them so that the facilities can be placed.",
    ),
    "two columns, one meaning": (
        "facility_id,name,Nome,category,lat,lon\na,A,B,library,45.46,9.15\n",
        "facilities.csv has 2 columns for the same meaning, name: name, Nome; delete all but one, "
        'or say which in the study file: [facilities.columns] name = "name".',
    ),
}


@pytest.mark.parametrize(("content", "sentence"), COLUMN_FAULTS.values(), ids=COLUMN_FAULTS)
def test_faulty_columns(write: Callable[..., Path], content: str, sentence: str) -> None:
    assert check(write(content)).problems == (sentence,)


FILE_FAULTS = {
    "empty": (
        b"",
        "facilities.csv is empty: it has no header and no rows; check that it was saved.",
    ),
    "blank lines": (b"\n\n  \n", None),
    "header only": (
        HEADER.encode(),
        "facilities.csv has a header and no rows: there is no facility in it.",
    ),
    "prose": (
        b"Dear colleagues\nplease find attached\n",
        "facilities.csv is not a table: its first line, 'Dear colleagues', has no comma, semicolon "
        "or tab "
        "between columns.",
    ),
    "web page": (
        b"  <!DOCTYPE html><html><body>Accedi</body></html>",
        "facilities.csv is a web page, not a table: download the data itself.",
    ),
    "PDF": (
        b"%PDF-1.7 ...",
        "facilities.csv is a PDF document, not a text table: save it as CSV (UTF-8) or give it its "
        "right ending.",
    ),
    "workbook called .csv": (
        b"PK\x03\x04rest",
        "facilities.csv is an Excel workbook or a zip archive, not a text table: save it as CSV "
        "(UTF-8) or give it its "
        "right ending.",
    ),
    "UTF-16": (
        HEADER.encode("utf-16"),
        "facilities.csv has a header and no rows: there is no facility in it.",
    ),
    "UTF-16 cut in two": (
        HEADER.encode("utf-16")[:-1],
        "facilities.csv begins as UTF-16 text and does not go on so: save it as CSV (UTF-8).",
    ),
    "binary": (
        b"a,b\n\x00\x01\x02",
        "facilities.csv holds binary data, not text: save the table as CSV (UTF-8).",
    ),
    "two encodings": (
        HEADER.encode()
        + "a,Università,library,45.46,9.15\n".encode()
        + "b,Cité,library,45.46,9.15\n".encode("cp1252"),
        "facilities.csv line 3 is not UTF-8 although other lines are: two encodings are mixed; "
        "save the whole file as UTF-8.",
    ),
    "no encoding": (
        HEADER.encode() + b"a,Caf\x81,library,45.46,9.15\n",
        "facilities.csv line 2 is neither UTF-8 nor Windows-1252 text: save the file as UTF-8.",
    ),
    "open quotation mark": (
        HEADER.encode() + b'a,"Biblioteca,library,45.46,9.15\n',
        "facilities.csv line 2: a cell cannot be read (unexpected end of data); check the "
        "quotation marks around it.",
    ),
    "column without header": (
        b"facility_id,name,,lat,lon\na,b,c,45.46,9.15\n",
        "facilities.csv: column 3 has no header; name it or delete it.",
    ),
    "two equal headers": (
        b"facility_id,name,name,lat,lon\na,b,c,45.46,9.15\n",
        "facilities.csv: more than one column is named 'name'; rename all but one.",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), FILE_FAULTS.values(), ids=FILE_FAULTS)
def test_not_a_table(write: Callable[..., Path], content: bytes, sentence: str | None) -> None:
    report = check(write(content))
    expected = (
        sentence
        or "facilities.csv is not a table: its first line, '', has no comma, semicolon or tab "
        "between columns."
    )
    assert report == FacilitiesReport((expected,), (), 0, {})


def test_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "facilities.csv"
    assert check(path).problems == (
        f"{path} cannot be read (No such file or directory): check the path and its permissions.",
    )


def test_folder_instead_of_file(tmp_path: Path) -> None:
    assert check(tmp_path).problems == (
        f"{tmp_path} is a folder: give the file of facilities inside it.",
    )


def test_kind_of_file_not_read(write: Callable[..., Path]) -> None:
    assert check(write("x", "facilities.shp")).problems == (
        f"facilities.shp: {FILES.format('.shp')}",
    )


def test_huge_file_is_refused_unread(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facility_tables, "MAX_BYTES", 1_000_000)
    path = write(HEADER + GOOD)
    with path.open("r+b") as file:
        file.truncate(2_000_000)  # sparse: nothing of it may be read
    assert check(path).problems == (
        "facilities.csv is 2 MB, above the limit of 1 MB: keep only the rows of the study area.",
    )


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg", ".xlsx"])
def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(facility_rows, "MAX_ROWS", 3)
    path = tmp_path / f"facilities{suffix}"
    frame = gpd.GeoDataFrame(
        {
            "facility_id": list("abcd"),
            "name": "N",
            "category": "library",
            "lat": "45.46",
            "lon": "9.15",
        },
        geometry=[shapely.Point(9.15, 45.46)] * 4,
        crs="EPSG:4326",
    )
    if suffix == ".csv":
        frame.drop(columns="geometry").to_csv(path, index=False)
    elif suffix == ".xlsx":
        frame.drop(columns="geometry").to_excel(path, index=False)
    else:
        frame.to_file(path)
    assert check(path).problems == (
        f"facilities{suffix} has more than 3 rows, the limit: keep only the rows of the study "
        "area.",
    )


def test_all_problems_at_once_in_the_order_of_the_file(write: Callable[..., Path]) -> None:
    rows = "a,Zante,csrc,9.24,45.46\n,Boifava,cam,45.43,9.17\na,,libary,x,9.17\n"
    problems = check(write(HEADER + rows)).problems
    assert [problem.split(":")[0] for problem in problems] == [
        "facilities.csv row 2",
        "facilities.csv row 3",
        *["facilities.csv row 4"] * 4,
    ]


def test_reading_raises_all_problems(write: Callable[..., Path]) -> None:
    path = write(HEADER + "a,,csrc,45.46,9.24\na,Boifava,cam,45.43,9.17\n")
    with pytest.raises(
        InputDataError, match=r"^facilities\.csv cannot be used: 2 problems to correct\n"
    ) as caught:
        read_facilities(FacilitiesSource(file=path), categories=CATEGORIES, bounds=MILAN)
    assert len(caught.value.problems) == 2


def test_rows_are_counted_as_a_spreadsheet_shows_them(write: Callable[..., Path]) -> None:
    rows = '\na,"Zante\nsala",csrc,45.46,9.24\n,,,,\n\nb,Boifava,nonsense-xyz,45.43,9.17\n'
    (problem,) = check(write(HEADER + rows)).problems
    assert problem.startswith("facilities.csv row 6: category 'nonsense-xyz' is not known")


MAPPING_FAULTS = {
    "unknown meaning": (
        {"nmae": "Sede"},
        "[facilities.columns] 'nmae' is not a column access15 knows; did you mean 'name'? Known: "
        "facility_id, name, "
        "category, address, municipio, lat, lon, x, y, door_lat, door_lon, precision, capacity, source, "
        "opening_hours.",
    ),
    "header that is not there": (
        {"address": "Via"},
        "facilities.csv has no column 'Via', which [facilities.columns] names for address: its "
        "columns are "
        "facility_id, name, category, lat, lon.",
    ),
}


@pytest.mark.parametrize(("columns", "sentence"), MAPPING_FAULTS.values(), ids=MAPPING_FAULTS)
def test_faulty_mapping(write: Callable[..., Path], columns: dict[str, str], sentence: str) -> None:
    assert check(write(HEADER + GOOD), columns=columns).problems == (sentence,)


def test_unknown_crs(write: Callable[..., Path]) -> None:
    assert check(write(HEADER + GOOD), crs="EPSG:3263222").problems == (
        "facilities.csv: 'EPSG:3263222' is not a coordinate reference system; write for example "
        'crs = "EPSG:32632".',
    )


def test_swapped_metres(write: Callable[..., Path]) -> None:
    path = write("facility_id,name,category,x,y\na,Zante,csrc,5034120,519400\n")
    assert check(path, crs="EPSG:32632").problems == (
        "facilities.csv row 2: y is 519400 and x is 5034120 in EPSG:32632, outside Italy: "
        "x and y look swapped; swap the two columns.",
    )


def test_town_abroad_is_not_told_of_italy(write: Callable[..., Path]) -> None:
    source = FacilitiesSource(
        file=write(HEADER + "a,Biblioteca,library,-15.4,28.1\nb,Zante,csrc,45.46,9.24\n")
    )
    las_palmas = (-15.6, 27.9, -15.3, 28.3)
    swapped, far = check_facilities(source, categories=CATEGORIES, bounds=las_palmas).problems
    area = "outside the study's area (lat 27.900 to 28.300, lon -15.600 to -15.300)"
    assert swapped.endswith(f"{area}: latitude and longitude look swapped; swap the two columns.")
    assert far.endswith(
        f"{area}: correct the coordinates, or leave them empty to have the address looked up."
    )


def feature(geometry: object, **properties: object) -> dict[str, object]:
    properties = {"facility_id": "a", "name": "Zante", "category": "csrc"} | properties
    return {"type": "Feature", "properties": properties, "geometry": geometry}


SQUARE = {"type": "Polygon", "coordinates": [[[9.1, 45.4], [9.2, 45.4], [9.2, 45.5], [9.1, 45.4]]]}
GEOMETRY_FAULTS = {
    "polygon": (SQUARE, "its geometry is a Polygon, a facility is a Point: draw its entrance."),
    "not finite": (
        {"type": "Point", "coordinates": [float("nan"), 45.4]},
        "its coordinates are no numbers: draw the point again.",
    ),
    "swapped": (
        {"type": "Point", "coordinates": [45.46, 9.2]},
        "lat is 9.2 and lon is 45.46, outside Italy: latitude and longitude look swapped; swap the "
        "two columns.",
    ),
    "not geometry": ({"type": "Dot"}, "its geometry is not valid GeoJSON; draw the point again."),
    "text": ("POINT (9 45)", "its geometry is not valid GeoJSON; draw the point again."),
    "no numbers": (
        {"type": "Point", "coordinates": ["x", "y"]},
        "its geometry is not valid GeoJSON; draw the point again.",
    ),
}


@pytest.mark.parametrize(("geometry", "sentence"), GEOMETRY_FAULTS.values(), ids=GEOMETRY_FAULTS)
def test_faulty_geometry(
    write: Callable[..., Path], geometry: object, sentence: str | None
) -> None:
    features = [
        feature({"type": "Point", "coordinates": [9.2, 45.4]}),
        feature(geometry, facility_id="b"),
    ]
    path = write(json.dumps({"type": "FeatureCollection", "features": features}), "places.geojson")
    expected = sentence or "its point is (nan, 45.4), not a place: draw the point again."
    assert check(path).problems == (f"places.geojson feature 2: {expected}",)


JSON_FAULTS = {
    "cut": (
        '{"type": "FeatureCollection", "features": [',
        "places.geojson is not valid JSON (line 1, column 44); download or export it again",
    ),
    "no list": (
        '{"a": 1}',
        "places.geojson is JSON without a list of features or of records: it is not a table.",
    ),
    "no features": (
        '{"type": "FeatureCollection", "features": 3}',
        "places.geojson: its 'features' are not a list of GeoJSON features; export it again.",
    ),
    "no feature at all": (
        '{"type": "FeatureCollection", "features": []}',
        "places.geojson has a header and no rows: there is no facility in it.",
    ),
    "bottomless": (
        "[" * 100_000,
        "places.geojson is JSON nested too deep to be read; download or export it again",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), JSON_FAULTS.values(), ids=JSON_FAULTS)
def test_faulty_json(write: Callable[..., Path], content: str, sentence: str) -> None:
    assert check(write(content, "places.geojson")).problems == (sentence,)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Point", "name"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "coordinates",
                    "properties",
                    "geometry",
                    "geometries",
                    "name",
                    "crs",
                    "lat",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["properties", "geometry", "id"]), JSON_VALUES), max_size=3
    ),
    JSON_VALUES,
)
def test_any_geojson_gives_a_report(
    write: Callable[..., Path], features: list[object], crs: object
) -> None:
    content = {"type": "FeatureCollection", "features": features, "crs": crs}
    report = check(write(json.dumps(content), "places.geojson"))
    assert report.n_rows == 0 or report.n_rows == len(features)
    assert report.problems


def workbook_bytes() -> bytes:
    book = Workbook()
    book.active.append(["facility_id", "name", "category", "lat", "lon"])
    book.active.append([1, "Zante", "csrc", 45.46, 9.24])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def empty_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("nothing.txt", "")
    return stream.getvalue()


WORKBOOK_FAULTS = {
    "cut": workbook_bytes()[:2000],
    "another zip": empty_zip(),
}


@pytest.mark.parametrize("content", WORKBOOK_FAULTS.values(), ids=WORKBOOK_FAULTS)
def test_faulty_workbook(write: Callable[..., Path], content: bytes) -> None:
    assert check(write(content, "places.xlsx")).problems == (
        "places.xlsx is not a readable Excel workbook (damaged, with a password, or another "
        "format): "
        "save it again as .xlsx or as CSV (UTF-8).",
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(min_value=0, max_value=10_000), st.binary(min_size=1, max_size=8))
def test_damaged_workbook_is_told_in_a_sentence(
    write: Callable[..., Path], at: int, damage: bytes
) -> None:
    content = bytearray(workbook_bytes())
    at %= len(content)
    content[at : at + len(damage)] = damage
    report = check(write(bytes(content), "places.xlsx"))
    assert all(problem.startswith("places.xlsx") for problem in report.problems)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: (HEADER + text).encode("utf-8", "replace")),
    )
)
def test_any_bytes_give_a_report(write: Callable[..., Path], content: bytes) -> None:
    report = check(write(content))
    assert report.n_rows or report.problems
    assert sum(report.counts.values()) == report.n_rows


def test_damaged_geopackage(write: Callable[..., Path]) -> None:
    (problem,) = check(write(b"SQLite format 3\x00" + bytes(200), "places.gpkg")).problems
    assert problem.startswith("places.gpkg is not a readable GeoPackage (")
    assert problem.endswith("): export it again.")


def test_geopackage_with_several_layers(tmp_path: Path) -> None:
    path = tmp_path / "places.gpkg"
    frame = gpd.GeoDataFrame(
        {"name": ["N"]}, geometry=[shapely.Point(9.15, 45.46)], crs="EPSG:4326"
    )
    for layer in ("one", "two"):
        frame.to_file(path, layer=layer)
    assert check(path).problems == (
        "places.gpkg has 2 layers (one, two) and none is called 'facilities': "
        "export the one with the facilities alone.",
    )
