"""The list of barriers as a workbook that surveyors fill in and access15 reads back."""

from __future__ import annotations

import io
import math
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from access15.config import Lang
from access15.outputs.documents.archive import settle_archive
from access15.outputs.documents.parts import fit_xml
from access15.outputs.words.barriers import (
    describe_about,
    describe_measure,
    describe_title,
    format_door_range,
    list_rules,
    name_barrier,
    name_street,
)
from access15.outputs.words.texts import capitalise, clean_text, say
from access15.results.barriers import (
    STATES,
    SURVEYED_KINDS,
    Barrier,
    BarrierFindings,
    Surveyed,
)

_FILL: Final = PatternFill("solid", fgColor="FFF3C4")  # dark text on it keeps its contrast
_HEAD: Final = PatternFill("solid", fgColor="E3E7EC")
_SPARE_ROWS: Final = 200  # of lists to choose from, below the last barrier
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_DAY: Final = "DD/MM/YYYY"


class _Column(NamedTuple):
    """A column: its key, how wide it is [signs], and whether somebody fills it in."""

    key: str
    width: float
    is_filled_in: bool = False


COLUMNS: Final = (
    _Column("number", 6),
    _Column("code", 15),
    _Column("place", 34),
    _Column("barrier", 24),
    _Column("measure", 26),
    _Column("gained", 13),
    _Column("range", 12),
    _Column("passing", 12),
    _Column("stake", 15),
    _Column("work", 28),
    _Column("kind", 18, is_filled_in=True),
    _Column("height", 11, is_filled_in=True),
    _Column("width", 11, is_filled_in=True),
    _Column("date", 13, is_filled_in=True),
    _Column("who", 16, is_filled_in=True),
    _Column("photo", 18, is_filled_in=True),
    _Column("state", 13, is_filled_in=True),
    _Column("cost", 12, is_filled_in=True),
    _Column("note", 28, is_filled_in=True),
    _Column("lat", 11),
    _Column("lon", 11),
    _Column("osm", 26),
)
_FORMATS: Final = {"date": _DAY, "cost": "#,##0.00", "lat": "0.000000", "lon": "0.000000"}


def write_barrier_sheet(findings: BarrierFindings, lang: Lang) -> bytes:
    """Write the list as .xlsx; the same list gives the same bytes."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = say("peba_sheet", lang)
    _write_head(sheet, lang)
    rows = [_list_cells(number, one, lang) for number, one in enumerate(findings.barriers, 1)]
    rows += [
        _list_left_cells(one, say(key, lang), lang)
        for key, left in (("peba_settled", findings.settled), ("peba_gone", findings.gone))
        for one in left
    ]
    for row, cells in enumerate(rows, start=2):
        for column, one in enumerate(COLUMNS, start=1):
            _write_cell(sheet.cell(row, column), cells.get(one.key), one)
    _set_up(sheet, len(rows) + 1, lang)
    _write_guide(book.create_sheet(say("peba_guide", lang)), findings, lang)
    about = book.properties
    about.creator = about.lastModifiedBy = "access15"
    about.title = fit_xml(describe_title(findings, lang)[0])
    moment = findings.created.astimezone(UTC).replace(tzinfo=None)
    about.created = about.modified = moment
    buffer = io.BytesIO()
    book.save(buffer)
    return settle_archive(_put_time(buffer.getvalue(), moment))


def _put_time(data: bytes, created: datetime) -> bytes:
    """Put the run's time in the place of the clock's, which openpyxl writes while it saves."""
    made = io.BytesIO()
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            member = source.read(name)
            if name == "docProps/core.xml":
                member = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", member)
            target.writestr(name, member)
    return made.getvalue()


def _list_cells(number: int, barrier: Barrier, lang: Lang) -> dict[str, object]:
    """What stands in a barrier's row, by column."""
    found = _list_surveyed(barrier.surveyed, lang)
    if barrier.surveyed is None:
        found["state"] = say("peba_state_to_survey", lang)
    return {
        "number": number,
        "code": barrier.code,
        "place": name_street(barrier.street, lang, is_near=barrier.is_near),
        "barrier": name_barrier(barrier, lang),
        "measure": describe_measure(barrier, lang),
        "gained": round(barrier.gained),
        "range": format_door_range(barrier, lang),
        "passing": round(barrier.passing),
        "stake": None if math.isnan(barrier.stake) else round(barrier.stake),
        "work": say(f"peba_work_{barrier.kind}", lang),
        "lat": barrier.lat,
        "lon": barrier.lon,
        "osm": barrier.osm,
        **found,
    }


def _list_left_cells(row: Surveyed, why: str, lang: Lang) -> dict[str, object]:
    """What stands in the row of something surveyed that is no barrier today."""
    return {
        "code": row.code,
        "place": capitalise(why),
        "barrier": say(f"peba_family_{row.family}", lang),
        "lat": row.lat,
        "lon": row.lon,
        **_list_surveyed(row, lang),
    }


def _list_surveyed(row: Surveyed | None, lang: Lang) -> dict[str, object]:
    """What somebody filled in, by column."""
    if row is None:
        return {}
    measured = {"height": 100.0 * row.height_m, "width": 100.0 * row.width_m, "cost": row.cost_eur}
    return {
        "kind": say(f"peba_found_{row.kind}", lang) if row.kind else None,
        "date": date.fromisoformat(row.date) if row.date else None,
        "state": say(f"peba_state_{row.state}", lang) if row.state else None,
        **{key: None if math.isnan(n) else round(n, 2) for key, n in measured.items()},
        **{key: clean_text(getattr(row, key), lang) or None for key in ("who", "photo", "note")},
    }


def _write_head(sheet: Any, lang: Lang) -> None:
    """Write the names of the columns."""
    for column, one in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, column, say(f"peba_col_{one.key}", lang))
        cell.font = Font(bold=True)
        cell.fill = _FILL if one.is_filled_in else _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = one.width


def _write_cell(cell: Any, value: object, column: _Column) -> None:
    """Write a value; a text stays a text, whatever sign it begins with."""
    if isinstance(value, str):
        cell.value = fit_xml(value)
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in {"=", "+", "-", "@", "'"}
    else:
        cell.value = value
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if column.key in _FORMATS:
        cell.number_format = _FORMATS[column.key]
    if column.is_filled_in:
        cell.fill = _FILL


def _set_up(sheet: Any, last: int, lang: Lang) -> None:
    """Lists to choose from, filters, and how the sheet is seen and printed."""
    choices = {
        "kind": [say(f"peba_found_{one}", lang) for one in SURVEYED_KINDS],
        "state": [say(f"peba_state_{one}", lang) for one in STATES],
    }
    for number, column in enumerate(COLUMNS, start=1):
        if column.key in choices:
            letter = get_column_letter(number)
            listed = ",".join(choices[column.key])
            rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            rule.add(f"{letter}2:{letter}{last + _SPARE_ROWS}")
            sheet.add_data_validation(rule)
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{max(last, 2)}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write_guide(sheet: Any, findings: BarrierFindings, lang: Lang) -> None:
    """Write what the list is, and how it is filled in."""
    title, subtitle = describe_title(findings, lang)
    sheet.column_dimensions["A"].width = 110
    lines = [title, subtitle, *describe_about(findings, lang), *list_rules(lang)]
    for row, text in enumerate(lines, start=1):
        cell = sheet.cell(row, 1)
        _write_cell(cell, text, _Column("guide", 110))
        cell.font = Font(bold=row == 1, size=14 if row == 1 else 12)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
