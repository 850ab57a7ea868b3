"""Rows of text, whatever file they come from, and the limits every table must keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from shapely.geometry.base import BaseGeometry

from access15.errors import InputDataError

# what a table lists: places of the study, or just points to walk to
Thing = Literal["facility", "point"]
THINGS: dict[Thing, str] = {"facility": "facilities", "point": "points"}
MAX_ROWS = 200_000
_FORMULA_STARTS = ("=", "+", "-", "@")
_NUMBER = re.compile(r"[+-]?[\d.,]+")


@dataclass(frozen=True)
class RawRow:
    """One row of a table.

    Parameters
    ----------
    number : int
        Row as a spreadsheet shows it (header 1), or feature counted from 1.
    cells : dict of str to str
        Text by header; empty where there is nothing.
    geometry : shapely geometry, optional
        What the file draws for this row, in the table's CRS.
    """

    number: int
    cells: dict[str, str]
    geometry: BaseGeometry | None = None


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one row.

    Parameters
    ----------
    number : int
        The row, to sort by.
    sentence : str
        Where, value, rule and remedy.
    """

    number: int
    sentence: str


@dataclass(frozen=True)
class RawTable:
    """A table as text.

    Parameters
    ----------
    name : str
        File name without folders.
    row_word : {"row", "feature"}
        What a row is called in messages.
    headers : tuple of str
        Column names in the file's order.
    rows : tuple of RawRow
        Rows in the file's order.
    has_geometry : bool
        Whether the format draws geometry.
    crs : str, optional
        Coordinate reference system the file itself states.
    faults : tuple of RowFault
        Rows that could not be read as the format asks.
    warnings : tuple of str
        What the reader should know.
    thing : {"facility", "point"}
        What a row describes, for messages.
    """

    name: str
    row_word: Literal["row", "feature"]
    headers: tuple[str, ...]
    rows: tuple[RawRow, ...]
    has_geometry: bool = False
    crs: str | None = None
    faults: tuple[RowFault, ...] = ()
    warnings: tuple[str, ...] = ()
    thing: Thing = "facility"

    def fault(self, row: RawRow, what: str) -> RowFault:
        """Fault of a row, with the file and row said first."""
        return RowFault(row.number, f"{self.name} {self.row_word} {row.number}: {what}")


def cell_text(value: object) -> str:
    """Text of one cell, whatever type its file gave it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = " ".join(str(value).split())
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def harmless_text(text: str) -> str:
    """Give a text that no spreadsheet runs as a formula; `cell_text` takes the sign away again."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def table_of_records(
    name: str, records: Sequence[Sequence[object]], notes: Iterable[str]
) -> RawTable:
    """Make a table of lists of cells."""
    lines = [
        (number, [cell_text(cell) for cell in record])
        for number, record in enumerate(records, start=1)
    ]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise InputDataError(
            f"{name} is empty: it has no header and no rows; check that it was saved."
        )
    headers = lines[0][1]
    while headers and not headers[-1]:
        headers.pop()
    _refuse_bad_headers(name, headers)
    rows, faults = [], []
    for number, cells in lines[1:]:
        if any(cells[len(headers) :]) or len(cells) < len(headers):
            what = f"it has {len(cells)} cells, the header has {len(headers)}"
            remedy = "put text that contains the separator in quotation marks"
            faults.append(RowFault(number, f"{name} row {number}: {what}; {remedy}."))
        else:
            rows.append(RawRow(number, dict(zip(headers, cells, strict=False))))
    return RawTable(
        name, "row", tuple(headers), tuple(rows), faults=tuple(faults), warnings=tuple(notes)
    )


def _refuse_bad_headers(name: str, headers: Sequence[str]) -> None:
    twice = sorted({header for header in headers if headers.count(header) > 1})
    if "" in headers:
        raise InputDataError(
            f"{name}: column {list(headers).index('') + 1} has no header; name it or delete it."
        )
    if twice:
        raise InputDataError(
            f"{name}: more than one column is named {', '.join(map(repr, twice))}; rename all but "
            "one."
        )


def refuse_too_many(name: str, n_rows: int) -> None:
    """Stop reading a table that is too long."""
    if n_rows > MAX_ROWS:
        raise InputDataError(
            f"{name} has more than {MAX_ROWS:,} rows, the limit: keep only the rows of the study "
            "area."
        )
