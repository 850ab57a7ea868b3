"""Registers of addresses as towns and ANNCSU publish them, and as they should not be."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from builders.drawn_osm import box, lonlat

from access15.config import RegisterSource
from access15.errors import InputDataError
from access15.sources.geocode.addresses import Street
from access15.sources.geocode.register import Register, check_register, read_register

BOUNDS = box(-1_000, -1_000, 1_000, 1_000)
WANTED = [Street("Via", "Roma"), Street("Via", "Giuseppe Verdi")]
ANNCSU = (
    "CODICE_COMUNE;CODICE_ISTAT;PROGRESSIVO_NAZIONALE;CODICE_COMUNALE;ODONIMO;LOCALITA';"
    "DIZIONE_LINGUA1;DIZIONE_LINGUA2;PROGRESSIVO_ACCESSO;CODICE_COMUNALE_ACCESSO;CIVICO;ESPONENTE;"
    "SPECIFICITA;METRICO;PROGRESSIVO_SNC;COORD_X_COMUNE;COORD_Y_COMUNE;QUOTA;METODO"
)


def row(
    street: str,
    number: str,
    x_m: float | None,
    *,
    letter: str = "",
    colour: str = "",
    town: str = "F205",
) -> str:
    """A row of ANNCSU, metres from the drawing's origin; None is a point at 0, 0."""
    lon, lat = (0.0, 0.0) if x_m is None else lonlat(x_m, 0)
    x, y = (f"{value:.6f}".replace(".", ",") for value in (lon, lat))
    cells = [
        town,
        f"01{ord(town[0])}",
        "1",
        "1",
        street,
        "",
        "",
        "",
        "7",
        "",
        number,
        letter,
        colour,
    ]
    return ";".join([*cells, "", "", x, y, "", "3"])


ROWS = [
    row("VIA ROMA", "12", 0),
    row("VIA ROMA", "12", 10, letter="A"),
    row("VIA ROMA", "12", 20, colour="ROSSO"),
    row("VIA ROMA", "SNC", 30),
    row("VIA ROMA", "14", None),
    row("VIA G. VERDI", "3", 40),
    row("VIA BIANCHI", "5", 50),
    row("VIA ROMA", "12", 90_000, town="A001"),  # of a town far away
    row("VIA ROMA", "14", None, town="A001"),
]


def read(path: Path, **more: object) -> Register:
    return read_register(RegisterSource(file=path, **more), WANTED, BOUNDS)  # type: ignore[arg-type]


def write(path: Path, lines: list[str], *, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def zip_of(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv").replace("_pdf", ".pdf"), content)
    return path


def test_anncsu_as_published(tmp_path: Path) -> None:
    """Streets asked for are kept, with letter and colour; 0, 0 is counted, of towns nearby."""
    path = write(tmp_path / "INDIR_LOMB_20260801.csv", [ANNCSU, *ROWS])
    found = read(path)
    assert [(one.street, one.number) for one in found.rows] == [
        ("VIA ROMA", "12"),
        ("VIA ROMA", "12/A"),
        ("VIA ROMA", "12/ROSSO"),
        ("VIA G. VERDI", "3"),
    ]
    assert (found.rows[1].lon, found.rows[1].lat) == pytest.approx(lonlat(10, 0), abs=1e-5)
    assert (found.n_zero, found.n_none, found.n_short) == (1, 0, 0)
    assert (found.date, found.provider) == ("2026-08-01", "INDIR_LOMB_20260801.csv")
    check_register(RegisterSource(file=path))


def test_the_same_as_zip_with_commas_and_of_older_windows(tmp_path: Path) -> None:
    content = "\n".join([ANNCSU, *ROWS])
    packed = zip_of(tmp_path / "a.zip", INDIR_csv=content.encode(), readme_pdf=b"%PDF")
    assert len(read(packed).rows) == 4
    quoted = [",".join(f'"{cell}"' for cell in line.split(";")) for line in content.splitlines()]
    assert len(read(write(tmp_path / "b.csv", quoted)).rows) == 4
    accents = [*content.splitlines(), row("VIA DELLA LIBERTÀ", "1", 0)]
    western = write(tmp_path / "c.csv", accents, encoding="cp1252")
    free = read_register(RegisterSource(file=western), [Street("Via", "Libertà")], BOUNDS)
    assert [one.street for one in free.rows] == ["VIA DELLA LIBERTÀ"]
    excel = write(tmp_path / "d.csv", ["sep=;", *content.splitlines()])
    assert len(read(excel).rows) == 4
    mac = tmp_path / "e.csv"
    mac.write_bytes(content.replace("\n", "\r").encode())
    assert len(read(mac).rows) == 4
    apart = tmp_path / "f.zip"
    with zipfile.ZipFile(apart, "w") as archive:
        archive.writestr("INDIR.csv", content)
        archive.writestr("__MACOSX/._INDIR.csv", "Mac OS X")
    assert len(read(apart).rows) == 4


def test_columns_of_a_town_in_metres(tmp_path: Path) -> None:
    lines = ["DUG;DUF;NUM;BIS;EST;NORD", "VIA;ROMA;12;A;514.000,5;5031000,5", "VIA;ROMA;14;;;"]
    columns = {"kind": "dug", "street": "DUF", "number": "NUM", "letter": "BIS"}
    found = read(
        write(tmp_path / "civici.csv", lines),
        columns={**columns, "x": "EST", "y": "NORD"},
        crs="EPSG:32632",
        date="2025-02-06",
        source="Comune, CC BY",
    )
    (house,) = found.rows
    assert (house.street, house.number) == ("VIA ROMA", "12/A")
    assert (house.lon, house.lat) == pytest.approx(lonlat(0.5, 0.5), abs=1e-6)
    assert (found.date, found.provider) == ("2025-02-06", "civici.csv, Comune, CC BY")
    assert found.n_none == 1


def test_rows_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    lines = [
        "via;civico;lon;lat",
        "Via Roma;1;{};{}".format(*lonlat(0, 0)),
        "Via Roma;2",
        "Via Roma;3;;",
        "Via Roma;4;x;y",
        "Via Roma;5;1514120;5031000",
        "Via Roma;6;0;0",
        "Via Roma;7;0,0;0,000",
        "",
    ]
    found = read(write(tmp_path / "a.csv", lines))
    assert [one.number for one in found.rows] == ["1"]
    assert (found.n_short, found.n_none, found.n_zero) == (1, 3, 2)


def test_names_in_two_languages(tmp_path: Path) -> None:
    cells = row("VIA ROMA", "9", 0).split(";")
    cells[6] = "ROMSTRASSE"
    path = write(tmp_path / "a.csv", [ANNCSU, ";".join(cells)])
    found = read_register(RegisterSource(file=path), [Street("", "Romstraße")], BOUNDS)
    assert [one.street for one in found.rows] == ["ROMSTRASSE"]


def _elsewhere(x: str, y: str) -> str:
    west, south, east, north = BOUNDS
    return (
        f"a.csv: none of its rows has a point in the study's area (lon {west:.5f} to {east:.5f}, "
        f"lat {south:.5f} to {north:.5f}); in the first stand {x!r} and {y!r}: give the register "
        "of its town, or say which columns are the point and in which system, with --map "
        "register.lon=COLUMN --map register.lat=COLUMN, or --map register.x=COLUMN --map "
        "register.y=COLUMN --map register.crs=EPSG:3003"
    )


GOOD = "via;civico;lon;lat\nVia Roma;1;9,17;45,42\n"
HEADERS = "its columns are: "
TEXTS: dict[str, tuple[str, dict[str, object], list[str]]] = {
    # content, what is said of it, what is told
    "a header alone": (
        "via;civico;lon;lat\n",
        {},
        ["a.csv has a header and no rows: download it again"],
    ),
    "no header": ("\n \n", {}, ["a.csv is empty: it has no header and no rows; download it again"]),
    "one column": (
        "Via Roma 12\nVia Roma 14\n",
        {},
        ["a.csv: its header is one column ('Via Roma 12'); columns must be parted by ; or ,"],
    ),
    "a web page": (
        "<!DOCTYPE html>\n<html>",
        {},
        ["a.csv is a web page, not a table: download the data itself"],
    ),
    "the list of streets": (
        "CODICE_COMUNE;ODONIMO\nF205;VIA ROMA\n",
        {},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv lists streets without house numbers (ANNCSU's STRAD_...): give the list of "
            "addresses (INDIR_...)",
        ],
    ),
    "unknown columns": (
        "a;b;c\n1;2;3\n",
        {},
        [
            "a.csv cannot be used as a register of addresses",
            f"a.csv: no column is street; say which one with --map register.street=COLUMN; "
            f"{HEADERS}a, b, c",
            f"a.csv: no column is number; say which one with --map register.number=COLUMN; "
            f"{HEADERS}a, b, c",
            "a.csv: no columns give the point; say which ones with --map register.lon=COLUMN "
            f"--map register.lat=COLUMN; {HEADERS}a, b, c",
        ],
    ),
    "half a point": (
        "via;civico;lon\nVia Roma;1;9\n",
        {},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv: only one of the columns lon and lat is there; name both",
        ],
    ),
    "metres of no system": (
        "via;civico;est;nord\nVia Roma;1;1;2\n",
        {"columns": {"x": "est", "y": "nord"}},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv: x and y are metres; say in which system, with --map register.crs=EPSG:3003 or "
            "in the study with [address_register] crs",
        ],
    ),
    "metres of a wrong system": (
        "via;civico;est;nord\nVia Roma;1;1;2\n",
        {"columns": {"x": "est", "y": "nord"}, "crs": "Milano"},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv: 'Milano' is no coordinate reference system; write for example crs = "
            '"EPSG:3003"',
        ],
    ),
    "half the metres": (
        "via;civico;est\nVia Roma;1;1\n",
        {"columns": {"x": "est"}, "crs": "EPSG:3003"},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv: only one of the columns x and y is there; name both",
        ],
    ),
    "a meaning that is none": (
        GOOD,
        {"columns": {"postcode": "via"}},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv: register.postcode means nothing; a column may be: street, kind, number, "
            "letter, colour, town, lon, lat, x, y",
        ],
    ),
    "a column that is not there": (
        GOOD,
        {"columns": {"letter": "barra"}},
        [
            "a.csv cannot be used as a register of addresses",
            f"a.csv: there is no column 'barra'; {HEADERS}via, civico, lon, lat",
        ],
    ),
    "a column of two meanings": (
        GOOD,
        {"columns": {"street": "via", "town": "via"}},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv: column 'via' is said to be street, town; keep one",
        ],
    ),
    "two columns of one name": (
        "via;civico;civico;lon;lat\nVia Roma;1;2;9;45\n",
        {},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv: more than one column is named 'civico'; rename all but one",
        ],
    ),
    "two columns of the name that is said": (
        "via;n;n;lon;lat\nVia Roma;1;2;9;45\n",
        {"columns": {"number": "n"}},
        [
            "a.csv cannot be used as a register of addresses",
            "a.csv: more than one column is named 'n'; rename all but one",
        ],
    ),
    "rows of another width": (
        "via;civico;lon;lat\nVia Roma,1,9,45\n",
        {},
        [
            "a.csv: no row has the 4 cells of the header; export it with one separator throughout",
        ],
    ),
    "binary data": (
        GOOD + "Via\x00Roma;1;9;45\n",
        {},
        ["a.csv line 3: holds binary data, not text; save the table as CSV (UTF-8)"],
    ),
    "a quotation mark that is not closed": (
        GOOD + '"Via Roma;1;9;45\n' + "x" * 140_000,
        {},
        ["a.csv line 4: a quotation mark is not closed; close it, or take it out"],
    ),
    "latitude for longitude": (
        "via;civico;lon;lat\nVia Roma;1;45,43;9,179\n",
        {},
        [_elsewhere("45,43", "9,179")],
    ),
    "metres for degrees": (
        "via;civico;lon;lat\nVia Bianchi;1;;\nVia Roma;1;1514120;5031000\n",
        {},
        [_elsewhere("1514120", "5031000")],
    ),
    "points with thousands": (
        "via;civico;lon;lat\nVia Roma;1;9.179.000;45.430.000\n",
        {},
        [_elsewhere("9.179.000", "45.430.000")],
    ),
    "a header that has no end": (
        "via;civico;lon;" + "x" * 140_000 + "\n",
        {},
        ["a.csv line 1: a quotation mark is not closed; close it, or take it out"],
    ),
    "a line without end": (
        GOOD + "x" * 1_000_002,
        {},
        ["a.csv line 3: is longer than a million bytes; it is no table of addresses"],
    ),
}


@pytest.mark.parametrize(("text", "said", "told"), TEXTS.values(), ids=TEXTS)
def test_a_register_that_cannot_be_used(
    tmp_path: Path, text: str, said: dict[str, object], told: list[str]
) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputDataError, match=r"^a\.csv") as caught:
        read(tmp_path / "a.csv", **said)
    assert [str(caught.value.summary), *map(str, caught.value.problems)] == told


def _locked(path: Path) -> Path:
    """A zip whose member says that it has a password."""
    content = bytearray(zip_of(path, a_csv=GOOD.encode()).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    path.write_bytes(content)
    return path


def _cut(path: Path) -> Path:
    content = zip_of(path, a_csv=GOOD.encode() * 500).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def _unfolding(path: Path) -> Path:
    """A few kilobytes that are 60 MB."""
    return zip_of(path, a_csv=GOOD.encode() + b"Via Rossi;1;9,1;45,4\n" * 3_000_000)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


FILES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "nothing there": (
        "a.csv",
        lambda path: path,
        "{path} cannot be read (No such file or directory): check the path and its permissions",
    ),
    "a folder": (
        "a.csv",
        _folder,
        "{path} is a folder: give the register of addresses inside it",
    ),
    "empty": (
        "a.csv",
        lambda path: path.write_bytes(b""),
        "a.csv is empty: it has no header and no rows; download it again",
    ),
    "another kind": (
        "a.gpkg",
        lambda path: path.write_bytes(b"SQLite format 3\x00"),
        "a.gpkg: is no register of addresses that is read (its ending: '.gpkg'); give it as CSV, or "
        "as a zip of one CSV",
    ),
    "no ending": (
        "civici",
        lambda path: path.write_text(GOOD),
        "civici: is no register of addresses that is read (its ending: 'nothing'); give it as CSV, or "
        "as a zip of one CSV",
    ),
    "another kind under a wrong name": (
        "a.csv",
        lambda path: path.write_bytes(b"%PDF-1.4"),
        "a.csv line 1: holds binary data, not text; save the table as CSV (UTF-8)",
    ),
    "UTF-16": (
        "a.csv",
        lambda path: path.write_text(GOOD, encoding="utf-16"),
        "a.csv is UTF-16: save it as CSV (UTF-8)",
    ),
    "no zip": (
        "a.zip",
        lambda path: path.write_text(GOOD),
        "a.zip ends in .zip and is no zip archive: download it again",
    ),
    "half a zip": ("a.zip", _cut, "a.zip is damaged: download it again"),
    "a zip without tables": (
        "a.zip",
        lambda path: zip_of(path, a_pdf=b"%PDF"),
        "a.zip holds no CSV: give the archive that does",
    ),
    "a zip of two tables": (
        "a.zip",
        lambda path: zip_of(path, a_csv=b"", b_csv=b""),
        "a.zip holds 2 tables (a.csv, b.csv): unpack the one of addresses and give that",
    ),
    "a locked zip": (
        "a.zip",
        _locked,
        "a.zip is locked with a password: unpack it and give the CSV",
    ),
    "a zip that unfolds": (
        "a.zip",
        _unfolding,
        "a.zip: a small archive that unpacks to 63000041 bytes is no register of addresses; "
        "download it again, or unpack the CSV and give that",
    ),
}


@pytest.mark.parametrize(("name", "make", "told"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_register(
    tmp_path: Path, name: str, make: Callable[[Path], object], told: str
) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(InputDataError, match=r"^\S") as caught:
        read(path)
    assert str(caught.value) == told.format(path=path)
    with pytest.raises(InputDataError, match=r"^\S") as checked:
        check_register(RegisterSource(file=path))
    assert str(checked.value) == str(caught.value)
    assert caught.value.in_lang("it") != str(caught.value)


def test_a_large_register_is_read_line_by_line(tmp_path: Path) -> None:
    """A region's file never stands in memory: what is kept of it is what is asked for."""
    others = [row(f"VIA {i % 50}", str(i), 10) for i in range(2_000)]
    path = write(tmp_path / "a.csv", [ANNCSU, *others, *ROWS])
    assert len(read(path).rows) == 4
