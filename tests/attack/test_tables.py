"""Tables as people and programs spoil them: read whole, or told in one sentence; never a row less."""

from __future__ import annotations

import itertools
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyproj
import pytest
import shapely
from openpyxl import Workbook

from access15.config import FacilitiesSource, load_categories
from access15.sources.places.facilities import FacilitiesReport, check_facilities
from access15.sources.places.headers import find_meaning
from access15.sources.places.points import ITALY_BOUNDS
from access15.sources.tables import columns, workbook
from access15.sources.tables.cells import parse_degrees

CATEGORIES = load_categories()
HEADER = ["id", "nome", "tipo", "indirizzo", "lat", "lon"]
ROWS = [
    ["a", "Uno", "pharmacy", "Via Boifava, 10", "45.42751", "9.17123"],
    ["b", "Due", "pharmacy", "Via Meda 3", "45.43012", "9.18034"],
    ["c", "Tre", "library", "Via Neera 7", "45.43213", "9.17245"],
]
PLACES = [(9.17123, 45.42751), (9.18034, 45.43012), (9.17245, 45.43213)]


def check(path: Path, **source: object) -> FacilitiesReport:
    return check_facilities(
        FacilitiesSource(file=path, **source), categories=CATEGORIES, bounds=ITALY_BOUNDS
    )


def assert_all_used(report: FacilitiesReport, n: int = 3) -> None:
    assert report.problems == ()
    assert report.n_rows == n
    assert sum(report.counts.values()) == n
    assert {precision for _, precision in report.counts} == {"given"}


def join(rows: list[list[str]], delimiter: str, *, decimal: str = ".", end: str = "\n") -> str:
    lines = []
    for row in rows:
        cells = [re.sub(r"(?<=\d)\.(?=\d)", decimal, cell) for cell in row]
        cells = [f'"{cell}"' if delimiter in cell else cell for cell in cells]
        lines.append(delimiter.join(cells))
    return end.join(lines) + end


# --- what stands around a table, in every dialect -------------------------------------------------

DIALECTS = [
    (delimiter, decimal, end, encoding)
    for delimiter, decimal in ((";", ","), (";", "."), ("\t", ","), ("|", "."), (",", "."))
    for end in ("\n", "\r\n", "\r")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
]


@pytest.mark.parametrize(("delimiter", "decimal", "end", "encoding"), DIALECTS)
def test_dialects(tmp_path: Path, delimiter: str, decimal: str, end: str, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(join([HEADER, *ROWS], delimiter, decimal=decimal, end=end).encode(encoding))
    assert_all_used(check(path))


AROUND = {
    "title": ["Elenco farmacie del Comune"],
    "title and blank lines": ["Elenco farmacie", "", "", "Aggiornato a maggio"],
    "padded title": ["Elenco farmacie;;;;;"],
    "title of two cells": ["Comune di Milano;Anno 2023;;;;"],
    "date": ["Estrazione del 2023-11-23"],
    "blank lines": ["", "", ";;;;;"],
}


@pytest.mark.parametrize("above", AROUND.values(), ids=AROUND)
@pytest.mark.parametrize("sep", ["", "sep=;\n", '"sep=;"\r\n', "SEP=;\n"])
def test_lines_above_the_header(tmp_path: Path, above: list[str], sep: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(sep + "\n".join(above) + "\n" + join([HEADER, *ROWS], ";", decimal=","))
    report = check(path)
    assert_all_used(report)
    is_told = any("stands above the header and is not read" in note for note in report.warnings)
    assert is_told == any(line.strip(";") for line in above)


@pytest.mark.parametrize(
    "below", ["Fonte: Comune di Milano", "* dati provvisori", "Nota:;;;;;", "\n\nDati del 2023"]
)
def test_remarks_below_the_table_are_told(tmp_path: Path, below: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(join([HEADER, *ROWS], ";") + below + "\n")
    report = check(path)
    assert_all_used(report)
    assert any("stands below the table and is not read" in note for note in report.warnings)


def test_header_that_is_repeated_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(join([HEADER, ROWS[0], HEADER, *ROWS[1:]], ";"))
    report = check(path)
    assert_all_used(report)
    assert "t.csv row 3: the header stands there again and is not read." in report.warnings


@pytest.mark.parametrize(
    ("first", "last"), [(0, 1), (0, 2), (1, 2)], ids=["1 to 2", "1 to 3", "2 to 3"]
)
@pytest.mark.parametrize("column", range(1, 5))
@pytest.mark.parametrize("closing", range(1, 5))
@pytest.mark.parametrize("delimiter", [";", ","])
def test_stray_quotation_marks(
    tmp_path: Path, first: int, last: int, column: int, closing: int, delimiter: str
) -> None:
    """A mark before one cell and one behind another, rows later, join what lies between."""
    rows = [[cell.replace(",", "") for cell in row] for row in ROWS]
    rows[first][column] = f'"{rows[first][column]}'
    rows[last][closing] += '"'
    path = tmp_path / "t.csv"
    path.write_text(join([HEADER, *rows], delimiter).replace('""', '"'))
    n = last - first + 1
    lines = f"lines {first + 2} to {last + 2}"
    assert check(path).problems == (
        f"t.csv line {first + 2}: a stray quotation mark joins {n} rows ({lines}) into one; delete "
        "the mark, or write it twice inside the cell.",
    )


def test_cells_of_several_lines_are_cells(tmp_path: Path) -> None:
    rows = [[*row[:3], f'"{row[3]}\nscala B; interno 2\n20142 Milano"', *row[4:]] for row in ROWS]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(";".join(row) for row in [HEADER, *rows]) + "\n")
    assert_all_used(check(path))


@pytest.mark.parametrize("n_cells", [1, 2, 3, 4, 5, 7, 9])
def test_short_and_long_rows_are_told(tmp_path: Path, n_cells: int) -> None:
    path = tmp_path / "t.csv"
    path.write_text(join([HEADER, ["x"] * n_cells, *ROWS], ";"))
    (problem,) = check(path).problems
    assert problem.startswith(f"t.csv row 2: it has {n_cells} cells, the header has 6; ")


# --- where the points are -------------------------------------------------------------------------

DMS = [
    "45°25'39.0\"N",
    "45° 25′ 39″ N",
    "45°25'39''N",
    "N 45°25.65'",
    "45.4275°",
    "45,4275 N",
    "45 25 39 N",
    "45°25’39”N",
]


@pytest.mark.parametrize("text", DMS)
def test_degrees_and_minutes(text: str) -> None:
    assert parse_degrees(text) == pytest.approx(45.4275)


@pytest.mark.parametrize("text", ["", "45.427.512", "45°61'", "45 427 512", "12:30", "abc", "N"])
def test_what_is_no_degree(text: str) -> None:
    assert parse_degrees(text) is None


@pytest.mark.parametrize(("letter", "sign"), [("N", 1), ("S", -1), ("E", 1), ("W", -1), ("O", -1)])
def test_hemispheres(letter: str, sign: int) -> None:
    assert parse_degrees(f"9°30'{letter}") == sign * 9.5
    assert parse_degrees(f"{letter} 9.5") == sign * 9.5


X_HEADERS = [
    ("POINT_X", "POINT_Y"),
    ("X_WGS84", "Y_WGS84"),
    ("LONG", "LAT"),
    ("lng", "lat"),
    ("Longitudine", "Latitudine"),
    ("coord_x", "coord_y"),
    ("est", "nord"),
    ("X_COORD", "Y_COORD"),
    ("Coordinata X", "Coordinata Y"),
    ("GPS_LON", "GPS_LAT"),
    ("x (4326)", "y (4326)"),
    ("LONG_WGS84", "LAT_WGS84"),
    ("longitude_dd", "latitude_dd"),
    ("xcoord", "ycoord"),
    ("X centroide", "Y centroide"),
    ("geo_lon", "geo_lat"),
]


@pytest.mark.parametrize(("x_header", "y_header"), X_HEADERS)
@pytest.mark.parametrize("decimal", [".", ","])
def test_headers_of_coordinates(tmp_path: Path, x_header: str, y_header: str, decimal: str) -> None:
    header = [*HEADER[:4], y_header, x_header]
    path = tmp_path / "t.csv"
    path.write_text(join([header, *ROWS], ";", decimal=decimal))
    assert_all_used(check(path))


@pytest.mark.parametrize("header", ["estensione", "nordest", "n", "e", "lat_lon", "xy", "nome_y"])
def test_headers_of_other_things(header: str) -> None:
    assert find_meaning(header) is None


NOTATIONS: dict[str, Callable[[float, float], str]] = {
    "WKT": lambda x, y: f"POINT ({x} {y})",
    "WKT without space": lambda x, y: f"POINT({x} {y})",
    "WKT with height": lambda x, y: f"POINT Z ({x} {y} 120)",
    "EWKT": lambda x, y: f"SRID=4326;POINT({x} {y})",
    "WKT of several": lambda x, y: f"MULTIPOINT (({x} {y}))",
    "WKT with commas": lambda x, y: f"POINT ({x} {y})".replace(".", ","),
    "WKB": lambda x, y: shapely.to_wkb(shapely.Point(x, y), hex=True),
    "EWKB": lambda x, y: shapely.to_wkb(
        shapely.set_srid(shapely.Point(x, y), 4326), hex=True, include_srid=True
    ),
    "GeoJSON": lambda x, y: json.dumps({"type": "Point", "coordinates": [x, y]}),
    "object": lambda x, y: json.dumps({"lat": y, "lon": x}),
    "list": lambda x, y: json.dumps([x, y]),
    "lat, lon": lambda x, y: f"{y}, {x}",
    "lat,lon": lambda x, y: f"{y},{x}",
    "lat lon": lambda x, y: f"{y} {x}",
    "lon, lat": lambda x, y: f"{x}, {y}",
    "lat; lon with commas": lambda x, y: f"{y}; {x}".replace(".", ","),
    "lat, lon with commas": lambda x, y: f"{y}|{x}".replace(".", ",").replace("|", ", "),
    "lat lon with commas": lambda x, y: f"{y} {x}".replace(".", ","),
    "in brackets": lambda x, y: f"({y}, {x})",
    "in degrees": lambda x, y: f"{y}°N {x}°E",
}


@pytest.mark.parametrize("header", ["the_geom", "coordinate", "WKT", "posizione", "dove"])
@pytest.mark.parametrize("notation", NOTATIONS.values(), ids=NOTATIONS)
def test_points_in_one_column(
    tmp_path: Path, header: str, notation: Callable[[float, float], str]
) -> None:
    lines = ["\t".join([*HEADER[:4], header])]
    pairs = zip(ROWS, PLACES, strict=True)
    lines += ["\t".join([*row[:4], notation(*place)]) for row, place in pairs]
    path = tmp_path / "t.tsv"
    path.write_text("\n".join(lines) + "\n")
    report = check(path)
    assert_all_used(report)
    assert any(f"the points are read from {header}" in note for note in report.warnings)


@pytest.mark.parametrize(
    "cells", [["12,5", "8,25", "3,75"], ["8.30 12.30", "9.00 13.00", "8.00 12.00"], ["1", "2", "3"]]
)
def test_other_numbers_are_no_points(tmp_path: Path, cells: list[str]) -> None:
    lines = [";".join([*HEADER[:4], "note"])]
    lines += [";".join([*row[:4], cell]) for row, cell in zip(ROWS, cells, strict=True)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    report = check(path)
    assert {precision for _, precision in report.counts} == {"none"}
    assert any("note is kept and not read" in note for note in report.warnings)


def test_a_cell_that_is_no_place_is_told(tmp_path: Path) -> None:
    texts = [*(f"POINT ({x} {y})" for x, y in PLACES), "POINT (9.1 45.4)", "?", "-"]
    rows = [*ROWS, *([key, "N", "library", "Via X 1"] for key in "def")]
    lines = ["id;nome;tipo;indirizzo;geom"]
    lines += [";".join([*row[:4], text]) for row, text in zip(rows, texts, strict=True)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    assert check(path).problems == (
        "t.csv row 6: geom is '?', no place as the others are: correct it, or leave it empty.",
    )


SYSTEMS = ["EPSG:32632", "EPSG:3003", "EPSG:3857", "EPSG:3035", "EPSG:7791", "EPSG:25832"]


@pytest.mark.parametrize("crs", SYSTEMS)
@pytest.mark.parametrize("is_stated", [True, False], ids=["stated", "not stated"])
def test_metres(tmp_path: Path, crs: str, *, is_stated: bool) -> None:
    """A stated system is used; of several that are possible none is taken."""
    transformer = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    rows = [
        [*row[:4], *(f"{value:.2f}" for value in transformer.transform(*place))]
        for row, place in zip(ROWS, PLACES, strict=True)
    ]
    path = tmp_path / "t.csv"
    path.write_text(join([[*HEADER[:4], "POINT_X", "POINT_Y"], *rows], ";"))
    report = check(path, crs=crs) if is_stated else check(path)
    if is_stated:
        assert_all_used(report)
    elif report.problems:
        (problem,) = report.problems
        assert problem.startswith("t.csv: POINT_X and POINT_Y are metres and nothing says in which")
        assert problem.endswith(
            'state it in the study file, such as [facilities] crs = "EPSG:32632".'
        )
    else:
        assert any(
            f"are metres, read as {crs}, the only known system" in n for n in report.warnings
        )


def test_swapped_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(join([[*HEADER[:4], "lon", "lat"], *ROWS], ";"))
    problems = check(path).problems
    assert len(problems) == 3
    assert all("latitude and longitude look swapped" in problem for problem in problems)


COARSE = list(itertools.product(["45", "45.4", "46.0"], ["9", "9.2", "9.10"]))


@pytest.mark.parametrize(("lat", "lon"), COARSE)
def test_points_of_few_decimals_are_places(tmp_path: Path, lat: str, lon: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(join([HEADER, ["x", "N", "library", "Via X 1", lat, lon], *ROWS], ";"))
    report = check(path)
    assert report.counts["library", "place"] == 1
    assert any(note.startswith("t.csv row 2: the point (lat 4") for note in report.warnings)


@pytest.mark.parametrize("n", [3, 4, 7])
def test_addresses_on_one_point_are_places(tmp_path: Path, n: int) -> None:
    rows = [[f"r{i}", "N", "library", f"Via {i} 1", "45.26507", "11.11724"] for i in range(n)]
    path = tmp_path / "t.csv"
    path.write_text(join([HEADER, *ROWS, *rows], ";"))
    report = check(path)
    assert report.counts["library", "place"] == n
    assert any(
        f"stand on one point (lat 45.26507, lon 11.11724) and have {n}" in note
        for note in report.warnings
    )


def test_several_services_at_one_address_are_certain(tmp_path: Path) -> None:
    rows = [[f"r{i}", "N", "library", "Via X, 1", "45.26507", "11.11724"] for i in range(5)]
    path = tmp_path / "t.csv"
    path.write_text(join([HEADER, *rows], ";"))
    report = check(path)
    assert_all_used(report, 5)
    assert report.warnings == ()


def test_unread_columns_are_told_with_what_they_may_be(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [[*row, "9-12", "02 88"] for row in ROWS]
    path.write_text(join([[*HEADER, "Orario", "Telefono"], *rows], ";"))
    (note,) = check(path).warnings
    assert note == (
        "t.csv: Orario, Telefono are kept and not read; a column that holds what access15 reads is "
        "mapped with --map, or in the study file under [facilities.columns], such as --map "
        'opening_hours=Orario or opening_hours = "Orario".'
    )


def test_no_use_is_suggested_for_what_has_none(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(join([[*HEADER, "Telefono"], *([*row, "02 88"] for row in ROWS)], ";"))
    (note,) = check(path).warnings
    assert note.endswith("mapped with --map, or in the study file under [facilities.columns].")


# --- workbooks ------------------------------------------------------------------------------------


def write_book(path: Path, rows: list[list[object]] | None = None) -> Path:
    book = Workbook()
    for row in rows or [HEADER, *ROWS]:
        book.active.append(row)
    book.save(path)
    return path


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("size", ["A1", "A1:A1", "A1:F2", "B2:C3", "A1:XFD1048576"])
def test_the_size_a_sheet_states_is_not_believed(tmp_path: Path, size: str) -> None:
    path = rewrite(
        write_book(tmp_path / "t.xlsx"),
        SHEET,
        lambda xml: re.sub(
            rb'<dimension ref="[^"]*" ?/>', f'<dimension ref="{size}"/>'.encode(), xml
        ),
    )
    assert_all_used(check(path))


def test_a_sheet_without_a_stated_size(tmp_path: Path) -> None:
    path = rewrite(
        write_book(tmp_path / "t.xlsx"), SHEET, lambda xml: re.sub(rb"<dimension[^>]*>", b"", xml)
    )
    assert_all_used(check(path))


@pytest.mark.parametrize("value", ["<v/>", "<v></v>", ""])
def test_formulas_without_values_are_told(tmp_path: Path, value: str) -> None:
    cell = f'<c r="E3"><f>1+1</f>{value}</c>'.encode()
    path = rewrite(
        write_book(tmp_path / "t.xlsx"),
        SHEET,
        lambda xml: re.sub(rb'<c r="E3".*?</c>', cell, xml),
    )
    assert check(path).problems == (
        "t.xlsx: the cells E3 of sheet 'Sheet' hold formulas without their values: open it in a "
        "spreadsheet and save it there, or save it as CSV (UTF-8).",
    )


def test_formulas_whose_text_is_empty_are_empty(tmp_path: Path) -> None:
    path = rewrite(
        write_book(tmp_path / "t.xlsx"),
        SHEET,
        lambda xml: re.sub(rb'<c r="D3".*?</c>', b'<c r="D3" t="str"><f>""</f><v></v></c>', xml),
    )
    assert_all_used(check(path))


def test_merged_titles_and_an_empty_first_column(tmp_path: Path) -> None:
    rows = [[None, "Elenco"], [], [None, *HEADER], *([None, *row] for row in ROWS)]
    report = check(write_book(tmp_path / "t.xlsx", rows))
    assert_all_used(report)
    assert report.warnings == ("t.xlsx row 1: 'Elenco' stands above the header and is not read.",)


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_empty_sheets_before_the_table(tmp_path: Path, state: str) -> None:
    book = Workbook()
    book.active.title = "Copertina"
    book.active.sheet_state = state
    sheet = book.create_sheet("Dati")
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    report = check(tmp_path / "t.xlsx")
    assert_all_used(report)
    assert report.warnings == ("t.xlsx: only the sheet, 'Dati', is read; not 'Copertina'.",)


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    path = rewrite(
        write_book(tmp_path / "t.xlsx"),
        SHEET,
        lambda xml: xml.replace(b'<row r="3"', b'<row r="3" hidden="1"'),
    )
    report = check(path)
    assert_all_used(report)
    assert report.warnings == ("t.xlsx: 1 hidden rows are read as well.",)


def test_numbers_dates_and_errors_in_cells(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [*HEADER, "aperta"],
        [1, "Uno", "library", "Via A 1", 45.42751, "9,17123", date(2023, 5, 1)],
        [2, "Due", "library", "Via B 1", "45.42752", 9.17124, None],
        [3, "Tre", "library", "Via C 1", "#N/A", 9.17125, None],
    ]
    (problem,) = check(write_book(tmp_path / "t.xlsx", rows)).problems
    assert problem.startswith("t.xlsx row 4: lat is '#N/A', not a number: write decimal degrees")


BOMBS: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a million empty rows": (
        SHEET,
        lambda xml: xml.replace(
            b"</sheetData>",
            b"".join(b'<row r="%d" s="1" customFormat="1"/>' % i for i in range(5, 800_000))
            + b"</sheetData>",
        ),
        "delete the empty rows below the table",
    ),
    "bare empty rows": (
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b"<row/>" * 300_000 + b"</sheetData>"),
        "has 300,004 rows, empty ones included, above the limit of 300,000",
    ),
    "texts": (
        "xl/sharedStrings.xml",
        lambda _: b"<sst>" + b"<si><t>a</t></si>" * 700_000 + b"</sst>",
        "its texts and formats unpack to 12 MB",
    ),
    "one long text": (
        "xl/sharedStrings.xml",
        lambda _: b"<sst><si><t>" + b"a" * 11_000_000 + b"</t></si></sst>",
        "its texts and formats unpack to 11 MB",
    ),
    "formats": (
        "xl/styles.xml",
        lambda _: b"<styleSheet>" + b"<xf/>" * 2_100_000 + b"</styleSheet>",
        "its texts and formats unpack to 11 MB",
    ),
    "the last column in every row": (
        SHEET,
        lambda xml: xml.replace(
            b"</sheetData>",
            b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (i, i) for i in range(5, 300))
            + b"</sheetData>",
        ),
        "delete what stands far to the right of the table",
    ),
    "a row of more cells than columns": (
        SHEET,
        lambda xml: xml.replace(b"</row>", b"<c/>" * 17_000 + b"</row>", 1),
        "has a row of more than 16,384 cells",
    ),
    "an external entity": (
        SHEET,
        lambda xml: (
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
            + xml.replace(b"Uno", b"&e;").replace(b"<sheetData>", b"<sheetData>&e;")
        ),
        "is not a readable Excel workbook",
    ),
    "entities that grow": (
        SHEET,
        lambda xml: (
            b"<!DOCTYPE x ["
            + b'<!ENTITY e0 "aaaaaaaaaa">'
            + b"".join(b'<!ENTITY e%d "%s">' % (i, b"&e%d;" % (i - 1) * 10) for i in range(1, 10))
            + b"]>"
            + xml.replace(b"<sheetData>", b"<sheetData>&e9;")
        ),
        "is not a readable Excel workbook",
    ),
    "an encoding nobody knows": (
        SHEET,
        lambda xml: b'<?xml version="1.0" encoding="klingon"?>' + xml[xml.index(b"<worksheet") :],
        "is not a readable Excel workbook",
    ),
    "a book in an encoding nobody knows": (
        "xl/workbook.xml",
        lambda xml: b'<?xml version="1.0" encoding="klingon"?>' + xml[xml.index(b"<workbook") :],
        "is not a readable Excel workbook",
    ),
    "no sheet": ("xl/workbook.xml", lambda _: b"<workbook/>", "is empty"),
    "half a sheet": (SHEET, lambda xml: xml[: len(xml) // 2], "is not a readable Excel workbook"),
}


@pytest.mark.parametrize(("part", "change", "words"), BOMBS.values(), ids=BOMBS)
def test_workbooks_made_to_hurt(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes], words: str
) -> None:
    path = rewrite(write_book(tmp_path / "t.xlsx"), part, change)
    (problem,) = check(path).problems
    assert problem.startswith("t.xlsx")
    assert words in problem


def test_a_cell_far_away_is_no_column_of_all_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_CELLS", 20_000)
    path = rewrite(
        write_book(tmp_path / "t.xlsx"),
        SHEET,
        lambda xml: xml.replace(b"</row>", b'<c r="XFD1"><v>1</v></c></row>', 1),
    )
    (problem,) = check(path).problems
    assert problem.startswith("t.xlsx has 4 rows and 16,384 columns up to its last cell, more than")


def test_too_many_rows_are_refused_while_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "MAX_ROWS", 2)
    (problem,) = check(write_book(tmp_path / "t.xlsx")).problems
    assert problem.startswith("t.xlsx has more than 2 rows, the limit")


RENAMED = {
    "web page as .xls": ("t.xls", b"<html><table><tr><td>id", "is a web page, not a workbook"),
    "web page as .xlsx": (
        "t.xlsx",
        b"\xef\xbb\xbf<!DOCTYPE html>",
        "is a web page, not a workbook",
    ),
    "table as .xls": ("t.xls", b"<table border=1>", "is a web page, not a workbook"),
    "CSV as .xlsx": ("t.xlsx", b"id;nome\n1;Uno\n", "is text, not an Excel workbook"),
    "CSV as .xls": ("t.xls", b"id\tnome\n1\tUno\n", "is text, not an Excel workbook"),
    "password": ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "with a password"),
    "old workbook": (
        "t.xls",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "old Excel workbook",
    ),
    "empty": ("t.xlsx", b"", "is empty"),
    "archive": ("t.xlsx", b"PK\x03\x04" + bytes(40), "is not a readable Excel workbook"),
    "workbook as .csv": ("t.csv", b"PK\x03\x04" + bytes(40), "is an Excel workbook or a zip"),
    "TopoJSON": ("t.json", b'{"type": "Topology", "objects": {}}', "is TopoJSON"),
    "OpenDocument": ("t.ods", b"PK\x03\x04" + bytes(40), "files ending in '.ods' are not read"),
}


@pytest.mark.parametrize(("name", "content", "words"), RENAMED.values(), ids=RENAMED)
def test_renamed_files(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    (problem,) = check(tmp_path / name).problems
    assert problem.startswith(name)
    assert words in problem
