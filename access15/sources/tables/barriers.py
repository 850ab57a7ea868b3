"""Sheets of barriers as surveyors fill them in: what was found where, in whatever order of columns.

A row is known by its code, which says what it is and where; rows without one need a place. Columns
that nobody here knows are left alone, and so are rows that only repeat what the sheet said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.results.barriers import Surveyed, find_place, name_place
from access15.sources.tables.cells import MISSING, parse_number
from access15.sources.tables.columns import Problems, Table
from access15.sources.tables.files import read_table
from access15.sources.tables.header import simplify_header

ENDINGS: Final = (".xlsx", ".xlsm")
# What headers are called, in the form of `simplify_header`; the first is how we write them.
_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("codice", "code", "id"),
    "lat": ("lat", "latitudine", "latitude"),
    "lon": ("lon", "longitudine", "longitude", "lng"),
    "kind": ("tipo_rilevato", "kind_found", "tipo_trovato", "surveyed_kind"),
    "height": ("altezza", "height", "dislivello"),
    "width": ("larghezza", "width"),
    "date": ("data_del_rilievo", "date_of_survey", "data_rilievo", "survey_date", "data", "date"),
    "who": ("rilevatore", "surveyor", "rilevato_da", "surveyed_by"),
    "photo": ("fotografia", "photograph", "foto", "photo"),
    "state": ("stato", "state"),
    "cost": ("costo", "cost", "costo_eur", "cost_eur", "costo_stimato"),
    "note": ("note", "notes", "nota", "osservazioni"),
}
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "kerb_raised": ("cordolo_alto", "raised_kerb", "cordolo", "kerb", "gradino", "kerb_raised"),
    "kerb_flush": ("cordolo_a_raso", "flush_kerb", "a_raso", "cordolo_ribassato", "kerb_flush"),
    "steps": ("scale", "steps", "gradini", "scala"),
    "ramp": ("rampa", "ramp", "scivolo"),
    "closed": ("passaggio_chiuso", "closed_to_wheels", "barriera", "barrier", "chiuso", "closed"),
    "narrow": ("strettoia", "narrow", "stretto"),
    "none": ("nessuna_barriera", "no_barrier", "nessuna", "none", "nessun_ostacolo"),
    "other": ("altro", "other"),
}
_STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "to_survey": ("da_rilevare", "to_survey"),
    "to_do": ("da_fare", "to_do", "rilevata", "surveyed"),
    "in_progress": ("in_corso", "in_progress"),
    "removed": ("rimossa", "removed", "eliminata", "fatto", "fatta", "done"),
}
_FAMILY_OF: Final = {"kerb_raised": "A", "kerb_flush": "A", "steps": "S", "ramp": "S"}
_CODE: Final = re.compile(r"([ASP])-([0-9a-z]{9})(?:-\d+)?", re.IGNORECASE)
_UNITS_CM: Final = {"mm": 0.1, "cm": 1.0, "m": 100.0}
_MEASURE: Final = re.compile(r"([+-]?[\d.,]+)\s*(mm|cm|m)?\.?", re.IGNORECASE)
# No kerb is lower and no way narrower: who writes less has written metres.
_LEAST_CM: Final = {"height": 0.5, "width": 10.0}
_MOST_CM: Final = {"height": 500.0, "width": 5000.0}
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[. ']\d{3})+(?:,\d+)?")
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_SERIAL: Final = re.compile(r"[3-9]\d{4}")  # days since the end of 1899, as spreadsheets count
_FIRST_DAY: Final = date(1899, 12, 30)
_APART_DEGREES: Final = 0.002  # about 200 m: rows are sorted with all their columns, or with none


class _Columns(NamedTuple):
    """Headers by what they hold, and the unit that a header of measures names."""

    header: dict[str, str]
    unit: dict[str, str]


def read_barrier_sheet(path: Path) -> list[Surveyed]:
    """Read a sheet of barriers; all that is wrong with it is told at once."""
    table = read_table(path, "point", "points")
    problems = Problems(table)
    columns = _find_columns(table)
    if "code" not in columns.header and not {"lat", "lon"} <= set(columns.header):
        raise InputDataError(Remark("barriers_without_code", name=table.name))
    found = [_read_row(table, columns, row, problems) for row in range(len(table))]
    surveyed = [one for one in found if one is not None]
    _find_doubles(table, surveyed, problems)
    sentences = problems.sentences()
    if len(sentences) == 1:
        raise InputDataError(sentences[0])
    if sentences:
        raise InputDataError(Remark("barriers_unfit", name=table.name, n=len(sentences)), sentences)
    return surveyed


def read_barrier_sheets(paths: Iterable[Path]) -> list[Surveyed]:
    """Read the sheets of barriers among some files."""
    return [
        row for path in paths if path.suffix.lower() in ENDINGS for row in read_barrier_sheet(path)
    ]


def _find_columns(table: Table) -> _Columns:
    """Which header holds what: the first that is known by a name, a unit behind it or not."""
    found, units = {}, {}
    simple = {simplify_header(header): header for header in reversed(list(table.columns))}
    for meaning, names in _HEADERS.items():
        for name in names:
            endings = {name: "cm", **{f"{name}_{unit}": unit for unit in _UNITS_CM}}
            there = [(one, unit) for one, unit in endings.items() if one in simple]
            if there:
                found[meaning], units[meaning] = simple[there[0][0]], there[0][1]
                break
    return _Columns(found, units)


def _read_row(table: Table, columns: _Columns, row: int, problems: Problems) -> Surveyed | None:
    """One row; None where nothing can be told of it, or nothing stands in it."""
    cells = {key: table.columns[header][row] for key, header in columns.header.items()}
    cells = {key: "" if text.lower() in MISSING else text for key, text in cells.items()}
    # "none" is a kind and no missing value
    if "kind" in columns.header:
        cells["kind"] = table.columns[columns.header["kind"]][row]
    if not any(cells.values()):
        return None
    kind = _choose(cells.get("kind", ""), _KINDS, "kind", row, problems)
    state = _choose(cells.get("state", ""), _STATES, "state", row, problems)
    height_cm, width_cm = (
        _read_measure(cells.get(key, ""), key, columns.unit.get(key, "cm"), row, problems)
        for key in ("height", "width")
    )
    place = _read_place(cells, kind, row, problems)
    if kind == "kerb_flush" and height_cm > 2.5:
        problems.add(row, Remark("barriers_flush_high", height=height_cm))
    made: dict[str, Any] = {
        "kind": kind,
        "state": state,
        "height_m": height_cm / 100.0,
        "width_m": width_cm / 100.0,
        "date": _read_date(cells.get("date", ""), row, problems),
        "cost_eur": _read_cost(cells.get("cost", ""), row, problems),
        **{key: cells.get(key, "") for key in ("who", "photo", "note")},
    }
    if place is None:
        return None
    code, family, lat, lon = place
    number = table.numbers[row]
    where: dict[str, Any] = {"file": table.name, "row": number, "code": code, "family": family}
    return Surveyed(**where, lat=lat, lon=lon, **made)


def _choose(
    text: str,
    known: Mapping[str, tuple[str, ...]],
    what: str,
    row: int,
    problems: Problems,
) -> str:
    """A word as the program calls it; empty where there is none."""
    simple = simplify_header(text)
    if not simple:
        return ""
    for name, words in known.items():
        if simple in words:
            return name
    listed = tuple(f"{it} ({en})".replace("_", " ") for it, en, *_ in known.values())
    code = "barriers_kind_unknown" if what == "kind" else "barriers_state_unknown"
    problems.add(row, Remark(code, text=text[:40], known=listed))
    return ""


def _read_measure(text: str, what: str, unit: str, row: int, problems: Problems) -> float:
    """A height or width; NaN where nobody measured [cm]."""
    if not text:
        return math.nan
    found = _MEASURE.fullmatch(text.strip())
    number = parse_number(found[1]) if found else None
    if found is None or number is None:
        problems.add(row, Remark(f"barriers_{what}_unread", text=text[:40]))
        return math.nan
    value = number * _UNITS_CM[(found[2] or unit).lower()]
    is_zero = value == 0 and what == "height"
    if not (is_zero or _LEAST_CM[what] <= value <= _MOST_CM[what]):
        bounds = {"least": _LEAST_CM[what], "most": _MOST_CM[what]}
        problems.add(row, Remark(f"barriers_{what}_odd", text=text[:40], **bounds))
        return math.nan
    return value


def _read_place(
    cells: Mapping[str, str], kind: str, row: int, problems: Problems
) -> tuple[str, str, float, float] | None:
    """Code, family and place of a row; None where it cannot be told."""
    text = cells.get("code", "")
    named = _CODE.fullmatch(text.strip())
    by_code = find_place(named[2]) if named else None
    if text and by_code is None:
        problems.add(row, Remark("barriers_code_unread", text=text[:40]))
        return None
    lat, lon = (_read_degrees(cells.get(key, ""), key, row, problems) for key in ("lat", "lon"))
    is_placed = math.isfinite(lat) and math.isfinite(lon)
    if by_code is None and not is_placed:
        problems.add(row, Remark("barriers_nowhere"))
        return None
    if named is None or by_code is None:
        family = _FAMILY_OF.get(kind, "P")
        return f"{family}-{name_place(lat, lon)}", family, lat, lon
    if not is_placed:
        lat, lon = by_code
    if max(abs(lat - by_code[0]), abs(lon - by_code[1])) > _APART_DEGREES:
        problems.add(row, Remark("barriers_shuffled", text=text[:40]))
    code = text.strip()
    return code[0].upper() + code[1:].lower(), named[1].upper(), lat, lon


def _read_degrees(text: str, what: str, row: int, problems: Problems) -> float:
    """Degrees with a decimal point or comma; NaN where there are none."""
    if not text:
        return math.nan
    number = parse_number(text)
    most = 90.0 if what == "lat" else 180.0
    if number is None or abs(number) > most:
        problems.add(row, Remark(f"barriers_{what}_unread", text=text[:40]))
        return math.nan
    return number


def _read_date(text: str, row: int, problems: Problems) -> str:
    """A day, day before month where the year stands last."""
    if not text:
        return ""
    whole = text.removesuffix(" 00:00:00").strip()
    if _SERIAL.fullmatch(whole):
        return (_FIRST_DAY + timedelta(days=int(whole))).isoformat()
    found = _DAY.fullmatch(whole)
    if found:
        year, month, day = (found[i] for i in ((1, 2, 3) if found[1] else (6, 5, 4)))
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:  # the 31st of a month without one
            pass
    problems.add(row, Remark("barriers_date_unread", text=text[:40]))
    return ""


def _read_cost(text: str, row: int, problems: Problems) -> float:
    """Euros, with or without separators of thousands; NaN where nobody has reckoned."""
    bare = re.sub(r"(?i)€|eur(?:o)?", "", text).strip()
    if not text:
        return math.nan
    is_grouped = _THOUSANDS.fullmatch(bare) is not None
    number = parse_number(re.sub(r"[. ']", "", bare) if is_grouped else bare, grouped=True)
    if number is None or number < 0:
        problems.add(row, Remark("barriers_cost_unread", text=text[:40]))
        return math.nan
    return number


def _find_doubles(table: Table, surveyed: list[Surveyed], problems: Problems) -> None:
    """Refuse a code that stands in two rows."""
    first: dict[str, int] = {}
    rows = {number: row for row, number in enumerate(table.numbers)}
    for one in surveyed:
        if first.setdefault(one.code, one.row) != one.row:
            problems.add(
                rows[one.row], Remark("barriers_twice", text=one.code, first=first[one.code])
            )
