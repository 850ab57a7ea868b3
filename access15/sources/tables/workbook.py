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
from access15.files import name_file
from access15.remarks import Remark, list_some
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
        raise InputDataError(Remark("workbook_damaged", name=path.name)) from None
    # a workbook leaves out empty cells at the end of a row
    width = max(map(len, records), default=0)
    if width * len(records) > MAX_CELLS:
        size = {"n_rows": len(records), "width": width}
        raise InputDataError(Remark("workbook_too_wide", name=path.name, **size))
    filled = [[*record, *[None] * (width - len(record))] for record in records]
    return tabulate(name_file(path), filled, notes, remedy=Remark("workbook_beside_table"))


def refuse_other_files(path: Path) -> None:
    """Say what a file really is, where its name says workbook and its content does not."""
    with path.open("rb") as file:
        head = file.read(2048)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_OLE):
        raise InputDataError(Remark("workbook_old", name=path.name))
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<meta")):
        raise InputDataError(Remark("workbook_is_web_page", name=path.name))
    if not head.startswith(b"PK") and b"\x00" not in head:
        raise InputDataError(Remark("workbook_is_text", name=path.name))


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
            megabytes = {"size": part.file_size / 1e6, "most": most_sheet / 1e6}
            raise InputDataError(
                Remark("workbook_large_sheet", name=path.name, part=part.filename, **megabytes)
            )
        others += 0 if _UNREAD.match(part.filename) else part.file_size
    if others > most_other:
        megabytes = {"size": others / 1e6, "most": most_other / 1e6}
        raise InputDataError(Remark("workbook_large_rest", name=path.name, **megabytes))


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
    raise InputDataError(Remark("table_empty", name=path.name))


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
            Remark("workbook_long", name=path.name, n_rows=n_rows, most=MAX_SHEET_ROWS)
        )
    starts = [found.start() for found in _ROW.finditer(content)]
    for start, end in pairwise([*starts, len(content)]):
        # a cell takes four bytes at least
        if (
            end - start > 4 * _MAX_COLUMNS
            and len(_CELL.findall(content, start, end)) > _MAX_COLUMNS
        ):
            raise InputDataError(Remark("workbook_long_row", name=path.name, most=_MAX_COLUMNS))


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
        named = list_some(cells, _MOST_NAMED)
        raise InputDataError(
            Remark("workbook_unstored", name=path.name, sheet=sheet.title, **named)
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
                        Remark(
                            "workbook_too_many_cells", name=path.name, sheet=title, most=MAX_CELLS
                        )
                    )
                cells = list(record)
                while cells and cells[-1] is None:
                    cells.pop()
                n_filled += bool(cells)
                refuse_too_many(path.name, n_filled - 1)
                yield cells
        finally:
            book.close()
