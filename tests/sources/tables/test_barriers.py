"""Sheets of barriers as people send them back: in any order, with units, dates and words of theirs;
and every mistake told with its row and column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook

from access15.core.streets.obstacles import OBSTACLES
from access15.errors import InputDataError
from access15.results.barriers import Surveyed, find_place, name_place
from access15.sources.streets.obstacles import place_surveyed
from access15.sources.tables.barriers import read_barrier_sheet, read_barrier_sheets

pytestmark = pytest.mark.usefixtures("said_in_italian")

LAT, LON = 45.46427, 9.18951
PLACE = name_place(LAT, LON)
KERB, STEPS, WAY = f"A-{PLACE}", f"S-{PLACE}", f"P-{PLACE}"


def write(folder: Path, *rows: Sequence[Any], name: str = "sheet.xlsx") -> Path:
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    book.save(folder / name)
    return folder / name


def read_one(folder: Path, **cells: Any) -> Surveyed:
    """The one row of a sheet with these columns, its code first."""
    given = {"Codice": KERB, **cells}
    (found,) = read_barrier_sheet(write(folder, list(given), list(given.values())))
    return found


def mean(row: Surveyed) -> str:
    """What follows from a row for the streets; empty where nothing does."""
    frame = place_surveyed([row])
    return OBSTACLES[int(frame["kind"].iloc[0])] if len(frame) else ""


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        (12, 0.12),
        (2.5, 0.025),
        ("12", 0.12),
        ("12,5", 0.125),
        ("12.5 cm", 0.125),
        ("0,12 m", 0.12),
        ("120 mm", 0.12),
        (0, 0.0),
    ],
)
def test_heights_as_people_write_them(tmp_path: Path, text: object, metres: float) -> None:
    assert read_one(tmp_path, **{"Altezza (cm)": text}).height_m == pytest.approx(metres)


def test_a_header_may_name_another_unit(tmp_path: Path) -> None:
    found = read_one(tmp_path, **{"Altezza (m)": 0.12, "Larghezza [mm]": "850"})
    assert (found.height_m, found.width_m) == pytest.approx((0.12, 0.85))


@pytest.mark.parametrize(
    "text",
    [
        date(2026, 5, 31),
        datetime(2026, 5, 31),  # noqa: DTZ001 - as a spreadsheet gives it
        "31/05/2026",
        "31.5.2026",
        "31-05-2026",
        "2026-05-31",
        46173,
    ],
)
def test_dates_as_people_write_them(tmp_path: Path, text: object) -> None:
    assert read_one(tmp_path, **{"Data del rilievo": text}).date == "2026-05-31"


@pytest.mark.parametrize(
    ("text", "euros"),
    [(1500, 1500.0), ("1.500", 1500.0), ("1.500,50 €", 1500.5), ("EUR 900", 900.0), (1.5, 1.5)],
)
def test_costs_as_people_write_them(tmp_path: Path, text: object, euros: float) -> None:
    assert read_one(tmp_path, Costo=text).cost_eur == euros


def test_columns_in_any_order_with_others_between_and_titles_above(tmp_path: Path) -> None:
    """A merged title, moved columns, one of somebody's own, an empty row, English and Italian."""
    path = write(
        tmp_path,
        ["Rilievo di maggio"],
        [],
        ["Note", "State", "Mio", "Lon", "Kind found", "Code", "Lat", "Fotografia", "Rilevatore"],
        ["angolo bar", "to do", "x", "9,18951", "Raised kerb", KERB, 45.46427, "a.jpg", "Anna B."],
        [],
        [None, "rimossa", None, None, None, STEPS, None, None, None],
    )
    first, last = read_barrier_sheet(path)
    told = (first.kind, first.state, first.note, first.photo, first.who, first.row)
    assert told == ("kerb_raised", "to_do", "angolo bar", "a.jpg", "Anna B.", 4)
    assert (first.lat, first.lon) == (45.46427, 9.18951)
    assert (last.code, last.family, last.state, last.row) == (STEPS, "S", "removed", 6)
    assert (last.lat, last.lon) == find_place(PLACE)


def test_a_row_of_ones_own_needs_a_place_and_gets_a_code(tmp_path: Path) -> None:
    head = ["Codice", "Lat", "Lon", "Tipo rilevato"]
    path = write(tmp_path, head, [None, LAT, LON, "gradini"], ["-", LAT, LON, "strettoia"])
    assert [(one.code, one.family) for one in read_barrier_sheet(path)] == [
        (STEPS, "S"),
        (WAY, "P"),
    ]


@pytest.mark.parametrize(
    ("cells", "meaning"),
    [
        ({}, ""),
        ({"Stato": "da rilevare"}, ""),
        ({"Tipo rilevato": "altro", "Altezza (cm)": 30}, ""),
        ({"Altezza (cm)": 2.5}, "kerb_flush"),
        ({"Altezza (cm)": 2.6}, "kerb_raised"),
        ({"Tipo rilevato": "cordolo alto"}, "kerb_raised"),
        ({"Tipo rilevato": "cordolo alto", "Altezza (cm)": 2}, "kerb_flush"),
        ({"Tipo rilevato": "cordolo a raso"}, "kerb_flush"),
        ({"Tipo rilevato": "nessuna barriera"}, "kerb_flush"),
        ({"Tipo rilevato": "cordolo alto", "Stato": "rimossa"}, "kerb_flush"),
        ({"Codice": STEPS, "Tipo rilevato": "scale", "Altezza (cm)": 17}, "steps"),
        ({"Codice": STEPS, "Tipo rilevato": "rampa"}, "passable"),
        ({"Codice": STEPS, "Stato": "rimossa"}, "passable"),
        ({"Codice": STEPS, "Altezza (cm)": 17}, ""),
        ({"Codice": WAY, "Tipo rilevato": "passaggio chiuso"}, "barrier"),
        ({"Codice": WAY, "Tipo rilevato": "none"}, "passable"),
        ({"Codice": WAY, "Larghezza (cm)": 80}, "narrow"),
        ({"Codice": WAY, "Tipo rilevato": "strettoia"}, "narrow"),
    ],
)
def test_what_follows_from_a_row(tmp_path: Path, cells: dict[str, object], meaning: str) -> None:
    assert mean(read_one(tmp_path, **cells)) == meaning


def test_a_measured_width_goes_with_it(tmp_path: Path) -> None:
    row = read_one(tmp_path, **{"Codice": WAY, "Tipo rilevato": "strettoia", "Larghezza": "80"})
    frame = place_surveyed([row])
    np.testing.assert_allclose(frame["width_m"], [0.8])
    assert frame["code"].tolist() == [WAY]
    assert frame.geometry.iloc[0].coords[0] == (row.lon, row.lat)


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        (
            "Codice",
            "A-123",
            "Code is 'A-123'; it must be like A-u0nd9he8e: copy it from the sheet, or leave it "
            "empty and give Lat and Lon",
        ),
        ("Codice", None, "without a Code, Lat and Lon are needed, in degrees such as 45.46427"),
        (
            "Tipo rilevato",
            "buca",
            "Kind found is 'buca'; known are cordolo alto (raised kerb), cordolo a raso (flush "
            "kerb), scale (steps), rampa (ramp), passaggio chiuso (closed to wheels), strettoia "
            "(narrow), nessuna barriera (no barrier), altro (other)",
        ),
        (
            "Stato",
            "boh",
            "State is 'boh'; known are da rilevare (to survey), da fare (to do), in corso (in "
            "progress), rimossa (removed)",
        ),
        ("Altezza (cm)", "alto", "Height is 'alto'; give centimetres, such as 12"),
        (
            "Altezza (cm)",
            "0,12",
            "Height is '0,12'; give centimetres, 0 or from 0.5 to 500 (for metres write the unit: "
            "0.12 m)",
        ),
        ("Altezza (cm)", "-3", "Height is '-3'; give centimetres, 0 or from 0.5 to 500"),
        ("Larghezza (cm)", "due", "Width is 'due'; give centimetres, such as 85"),
        (
            "Larghezza (cm)",
            0.85,
            "Width is '0.85'; give centimetres, from 10 to 5000 (for metres write the unit: "
            "0.85 m)",
        ),
        (
            "Data del rilievo",
            "31/06/2026",
            "Date of survey is '31/06/2026'; give a day, such as 31/05/2026",
        ),
        ("Data del rilievo", "maggio", "Date of survey is 'maggio'; give a day"),
        ("Costo (€)", "tanto", "Cost is 'tanto'; give euros, such as 1500 or 1500.00"),
        ("Costo (€)", "-5", "Cost is '-5'; give euros, such as 1500 or 1500.00"),
        ("Lat", "nord", "Lat is 'nord'; give degrees, such as 45.46427"),
        ("Lon", "945", "Lon is '945'; give degrees, such as 9.18951"),
    ],
)
def test_every_mistake_names_row_and_column(
    tmp_path: Path, column: str, cell: object, told: str
) -> None:
    head = list(dict.fromkeys(["Codice", column, "Rilevatore"]))
    row = {"Codice": KERB, "Rilevatore": "Anna", column: cell}
    path = write(tmp_path, head, [row[name] for name in head])
    with pytest.raises(InputDataError, match=re.escape(f"sheet.xlsx row 2: {told}")):
        read_barrier_sheet(path)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    far = f"A-{name_place(45.5, 9.2)}"
    path = write(
        tmp_path,
        ["Codice", "Lat", "Lon", "Tipo rilevato", "Altezza (cm)"],
        [KERB, LAT, LON, "cordolo a raso", 12],
        [far, LAT, LON, "cordolo alto", "x"],
        [KERB, LAT, LON, None, None],
    )
    with pytest.raises(InputDataError, match="4 mistakes in the sheet") as found:
        read_barrier_sheet(path)
    assert found.value.summary == "sheet.xlsx: 4 mistakes in the sheet of barriers"
    assert list(found.value.problems) == [
        "sheet.xlsx row 2: Kind found is flush kerb, but Height is 12 cm; flush is up to 2.5 cm: "
        "correct one of the two",
        "sheet.xlsx row 3: Height is 'x'; give centimetres, such as 12",
        f"sheet.xlsx row 3: Code is {far!r}, but Lat and Lon are elsewhere, more than 200 m away: "
        "rows were sorted without all their columns; put the row right",
        f"sheet.xlsx row 4: Code is {KERB!r}, as in row 2; keep one row for each barrier",
    ]


def test_a_sheet_of_something_else_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, ["Via", "Civico"], ["Via Roma", 1])
    with pytest.raises(InputDataError, match=r"there is no column Code, nor Lat and Lon"):
        read_barrier_sheet(path)


def test_only_sheets_among_the_files_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, ["Codice"], [KERB])
    found = read_barrier_sheets([tmp_path / "layer.gpkg", path])
    assert [one.code for one in found] == [KERB]


def test_codes_name_places_to_five_metres() -> None:
    """Cells of nine signs are at most 4.8 m wide and high, so that their middle lies within 3 m."""
    rng = np.random.default_rng(3)
    for lat, lon in zip(rng.uniform(-85, 85, 300), rng.uniform(-180, 180, 300), strict=True):
        there = find_place(name_place(lat, lon))
        assert there is not None
        assert abs(there[0] - lat) <= 2.2e-5
        assert abs(there[1] - lon) <= 2.2e-5
    assert [find_place(text) for text in ("", "u0nd9he8", "u0nd9he8a", "u0nd9he8ee")] == [None] * 4
