"""The first sheet of an Excel workbook: read whole, or refused in a sentence.

What a workbook says of itself is not believed: how large its sheet is, how much it unpacks to, what
its file is called. Its parts are measured before they are read.
"""

from __future__ import annotations

import re
import struct
import warnings
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from posixpath import join, normpath
from typing import NamedTuple

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.tables.columns import Table, refuse_too_many, tabulate

# Measured: 20 MB of a sheet (120,000 rows of five cells) take 5 s of a free core and 250 MB.
MAX_SHEET_BYTES = 20_000_000
MAX_OTHER_BYTES = 10_000_000
MAX_SHEET_ROWS = 300_000  # a row takes 400 bytes of memory, even an empty one
MAX_CELLS = 2_000_000
_MAX_COLUMNS = 16_384  # Excel's own limit
_MOST_NAMED = 8
# Parts of a workbook that are never read.
_UNREAD = re.compile(
    r"xl/(?:worksheets|media|drawings|charts|pivot\w*|embeddings|externalLinks|tables|printer\w*"
    r"|comments|persons|threaded\w*|ctrlProps|activeX|diagrams|slicer\w*|queryTables|vba\w*)[/.\d]",
    re.IGNORECASE,
)
# Everything a damaged workbook makes openpyxl, zipfile or the XML parser raise.
WORKBOOK_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ET.ParseError, OSError, EOFError, RuntimeError),
    *(LookupError, ValueError, TypeError, AttributeError, OverflowError, AssertionError),
    *(NotImplementedError, SyntaxError, RecursionError),
)
_OLE = b"\xd0\xcf\x11\xe0"
_PREFIX = rb"(?:\w+:)?"
# A cell with a formula and no value; texts of formulas (t="str") may be empty.
_UNSTORED = re.compile(
    rb"<"
    + _PREFIX
    + rb"c\b([^>]*)>\s*<"
    + _PREFIX
    + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</"
    + _PREFIX
    + rb"f>)\s*(?:<"
    + _PREFIX
    + rb"v\s*/>|<"
    + _PREFIX
    + rb"v>\s*</"
    + _PREFIX
    + rb"v>)?\s*</"
    + _PREFIX
    + rb"c>"
)
_ROW = re.compile(rb"<" + _PREFIX + rb"row\b")
_CELL = re.compile(rb"<" + _PREFIX + rb"c\b")
_HIDDEN = re.compile(rb"<" + _PREFIX + rb"row\b[^>]*\shidden=[\"'](?:1|true)[\"']")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_IS_TEXT = re.compile(rb"\bt=[\"']str[\"']")


class _Sheet(NamedTuple):
    """A sheet of a workbook: its name, its part and whether people see it."""

    title: str
    part: str
    is_shown: bool


def read_workbook(path: Path) -> Table:
    """Read the first sheet of a workbook that has anything, and note which are not read."""
    refuse_other_files(path)
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bombs(path, archive)
            sheets = list_sheets(archive)
            chosen = _choose_sheet(path, archive, sheets)
            notes = _note_sheets(path, sheets, chosen)
            content = archive.read(chosen.part)
            _refuse_long(path, content)
            notes += _note_hidden(path, content)
            _refuse_unstored(path, chosen, content)
        records = list(_read_rows(path, chosen.title))
    except InputDataError:
        raise
    except WORKBOOK_ERRORS:
        raise InputDataError(
            f"{path.name} is not a readable Excel workbook (damaged, with a password, or another "
            "format): "
            "save it again as .xlsx or as CSV (UTF-8)."
        ) from None
    # a workbook leaves out empty cells at the end of a row
    width = max(map(len, records), default=0)
    if width * len(records) > MAX_CELLS:
        raise InputDataError(
            f"{path.name} has {len(records):,} rows and {width:,} columns up to its last cell, "
            "more than a table of places needs: delete what stands far below the table or far to "
            "the right of it, or save it as CSV."
        )
    filled = [[*record, *[None] * (width - len(record))] for record in records]
    remedy = "name the columns beside the table, or delete what stands in them"
    return tabulate(path.name, filled, notes, remedy=remedy)


def refuse_other_files(path: Path) -> None:
    """Say what a file really is, where its name says workbook and its content does not."""
    with path.open("rb") as file:
        head = file.read(2048)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_OLE):
        raise InputDataError(
            f"{path.name} is an old Excel workbook (.xls) or one with a password: open it and save "
            "it as .xlsx without a password, or as CSV (UTF-8)."
        )
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<meta")):
        raise InputDataError(
            f"{path.name} is a web page, not a workbook: open it in a spreadsheet and save it as "
            ".xlsx or CSV (UTF-8)."
        )
    if not head.startswith(b"PK") and b"\x00" not in head:
        raise InputDataError(
            f"{path.name} is text, not an Excel workbook: give it the ending .csv, or save it as "
            ".xlsx."
        )


def refuse_bombs(
    path: Path,
    archive: zipfile.ZipFile,
    *,
    most_sheet: int = MAX_SHEET_BYTES,
    most_other: int = MAX_OTHER_BYTES,
) -> None:
    """Refuse a workbook that unpacks to more than can be read in seconds."""
    others = 0
    for part in archive.infolist():
        is_sheet = part.filename.lower().startswith("xl/worksheets/")
        if is_sheet and part.file_size > most_sheet:
            raise InputDataError(
                f"{path.name}: {part.filename} unpacks to {part.file_size / 1e6:,.0f} MB, above "
                f"the limit of {most_sheet / 1e6:,.0f} MB: delete the empty rows below the "
                "table and the columns beside it, or save it as CSV."
            )
        others += 0 if _UNREAD.match(part.filename) else part.file_size
    if others > most_other:
        raise InputDataError(
            f"{path.name}: its texts and formats unpack to {others / 1e6:,.0f} MB, above the limit "
            f"of {most_other / 1e6:,.0f} MB: save the sheet as CSV."
        )


def list_sheets(archive: zipfile.ZipFile) -> list[_Sheet]:
    """Sheets in their order."""
    # expat opens no entity of another file and bounds how far its own ones grow
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = []
    for one in book.iter():
        if one.tag.rpartition("}")[2] != "sheet":
            continue
        key = next((v for k, v in one.attrib.items() if k.endswith("}id")), None)
        target = targets.get(key, "")
        part = target[1:] if target.startswith("/") else normpath(join("xl", target))
        if part in archive.namelist() and "worksheets" in part:
            is_shown = one.get("state", "visible") == "visible"
            sheets.append(_Sheet(one.get("name", ""), part, is_shown))
    return sheets


def _choose_sheet(path: Path, archive: zipfile.ZipFile, sheets: Sequence[_Sheet]) -> _Sheet:
    """The first sheet with anything in it, those that people see before hidden ones."""
    for sheet in sorted(sheets, key=lambda one: not one.is_shown):
        with archive.open(sheet.part) as opened:
            if re.search(rb"<" + _PREFIX + rb"(?:v|t|f)\b", opened.read(MAX_SHEET_BYTES)):
                return sheet
    raise InputDataError(
        f"{path.name} is empty: it has no header and no rows; check that it was saved."
    )


def _note_sheets(path: Path, sheets: Sequence[_Sheet], chosen: _Sheet) -> list[str]:
    """Note which sheets are not read, and that a hidden one is."""
    others = [repr(one.title) for one in sheets if one != chosen]
    is_first = chosen == sheets[0]
    which = Remark("remark_first_sheet") if is_first else Remark("remark_a_sheet")
    notes: list[str] = []
    if others:
        notes.append(
            Remark(
                "remark_sheets",
                name=path.name,
                which=which,
                sheet=chosen.title,
                others=others,
            )
        )
    if not chosen.is_shown:
        notes.append(Remark("remark_hidden_sheet", name=path.name, sheet=chosen.title))
    return notes


def _refuse_long(path: Path, content: bytes) -> None:
    """Refuse a sheet of more rows than can be read in seconds, empty ones included, or of longer
    ones than there are.
    """
    n_rows = sum(1 for _ in _ROW.finditer(content))
    if n_rows > MAX_SHEET_ROWS:
        raise InputDataError(
            f"{path.name} has {n_rows:,} rows, empty ones included, above the limit of "
            f"{MAX_SHEET_ROWS:,}: delete the rows below the table, or save it as CSV."
        )
    starts = [found.start() for found in _ROW.finditer(content)]
    for start, end in pairwise([*starts, len(content)]):
        # a cell takes four bytes at least
        if (
            end - start > 4 * _MAX_COLUMNS
            and len(_CELL.findall(content, start, end)) > _MAX_COLUMNS
        ):
            raise InputDataError(
                f"{path.name} has a row of more than {_MAX_COLUMNS:,} cells, which no spreadsheet "
                "writes: save it again, or save it as CSV."
            )


def _note_hidden(path: Path, content: bytes) -> list[str]:
    """Note rows that a filter hides: they are read like the others."""
    n_hidden = sum(1 for _ in _HIDDEN.finditer(content))
    return [Remark("remark_hidden_rows", name=path.name, n=n_hidden)] if n_hidden else []


def _refuse_unstored(path: Path, sheet: _Sheet, content: bytes) -> None:
    """Refuse formulas whose values were never stored: they would be read as empty."""
    cells = [
        reference[1].decode() if (reference := _REFERENCE.search(found[1])) else "?"
        for found in _UNSTORED.finditer(content)
        if not _IS_TEXT.search(found[1])
    ]
    if cells:
        more = f" and {len(cells) - _MOST_NAMED} more" if len(cells) > _MOST_NAMED else ""
        raise InputDataError(
            f"{path.name}: the cells {', '.join(cells[:_MOST_NAMED])}{more} of sheet "
            f"{sheet.title!r} hold formulas without their values: open it in a spreadsheet and "
            "save it there, or save it as CSV (UTF-8)."
        )


def _read_rows(path: Path, title: str) -> Iterator[list[object]]:
    """Rows of a sheet without empty cells at their ends; what it says of its size is ignored."""
    from openpyxl import load_workbook  # noqa: PLC0415  # slow to import and seldom needed

    with path.open("rb") as file, warnings.catch_warnings():
        # openpyxl warns of styles and validation rules, which do not touch the values read here
        warnings.simplefilter("ignore", category=UserWarning)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book[title]
            sheet.reset_dimensions()
            n_cells = n_filled = 0
            for record in sheet.iter_rows(values_only=True):
                n_cells += len(record)
                if n_cells > MAX_CELLS:
                    raise InputDataError(
                        f"{path.name} has more than {MAX_CELLS:,} cells in sheet {title!r}, empty "
                        "ones included: delete what stands far to the right of the table or below "
                        "it, or save it as CSV."
                    )
                cells = list(record)
                while cells and cells[-1] is None:
                    cells.pop()
                n_filled += bool(cells)
                refuse_too_many(path.name, n_filled - 1)
                yield cells
        finally:
            book.close()
