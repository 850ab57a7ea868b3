"""A table as columns of text, whatever file it comes from, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Self

from shapely.geometry.base import BaseGeometry

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.tables.cells import cell_text, sheet_text
from access15.sources.tables.header import describe_parts, part_table

MAX_ROWS = 200_000
ID_HEADER = "id"  # what the column of GeoJSON features' own ids is called
RowWord = Literal["row", "feature"]
_ROW_WORDS: Mapping[RowWord, str] = {"row": "table_row", "feature": "table_feature"}
_FAULTS: Mapping[RowWord, str] = {"row": "table_fault_row", "feature": "table_fault_feature"}


def name_row(word: RowWord, number: int) -> Remark:
    """Name a row as a person finds it."""
    return Remark(_ROW_WORDS[word], number=number)


class Fault(NamedTuple):
    """What is wrong with one row: its number, to sort by, and where, value, rule and remedy."""

    number: int
    sentence: str

    @classmethod
    def of_row(cls, name: str, word: RowWord, number: int, what: str) -> Self:
        """Fault of a row of the table of that name."""
        return cls(number, Remark(_FAULTS[word], name=name, number=number, what=what))


@dataclass(frozen=True)
class Table:
    """A table as columns of text.

    Parameters
    ----------
    name : str
        File name without folders.
    columns : mapping of str to sequence of str
        Cells by header, in the file's order; empty where there is nothing.
    numbers : sequence of int
        Each row as a spreadsheet shows it (header 1), or features counted from 1.
    row_word : {"row", "feature"}
        What a row is called in messages.
    geometries : sequence of shapely geometry, optional
        What the file draws for each row, in `crs`; None where its format draws nothing.
    crs : str, optional
        Coordinate reference system the file itself states.
    feature_ids : sequence of str
        Ids of GeoJSON features beside their properties; empty where none has one.
    tags : sequence of mapping, optional
        Each row's tags of OpenStreetMap; None where the file is no answer of Overpass.
    faults : tuple of Fault
        Rows that could not be read as the format asks.
    notes : tuple of str
        What the reader should know.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    numbers: Sequence[int]
    row_word: RowWord = "row"
    geometries: Sequence[BaseGeometry | None] | None = None
    crs: str | None = None
    feature_ids: Sequence[str] = ()
    tags: Sequence[Mapping[str, str]] | None = None
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.numbers)

    def locate(self, row: int) -> str:
        """Name a row as a person finds it, without the file."""
        return name_row(self.row_word, self.numbers[row])

    def with_feature_ids(self, is_id: Callable[[str], bool]) -> Table:
        """Table with the features' own ids (RFC 7946, section 3.2) as first column.

        Only where no property is an id already, and where every feature has its own.
        """
        if not self.feature_ids or any(map(is_id, self.columns)):
            return self
        ids = self.feature_ids
        if "" in ids or len(set(ids)) < len(ids):
            note = Remark("remark_feature_ids", name=self.name)
            return replace(self, notes=(*self.notes, note))
        return replace(self, columns={ID_HEADER: ids, **self.columns})


class Problems:
    """All that is wrong with a table and all its reader should know, in one place."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows = list(table.faults)
        self._headers: list[str] = []
        self.notes = list(table.notes)

    def add(self, row: int, what: str) -> None:
        """Add what is wrong with a row."""
        table = self._table
        self._rows.append(Fault.of_row(table.name, table.row_word, table.numbers[row], what))

    def add_header(self, sentence: str) -> None:
        """Add what is wrong with the columns."""
        self._headers.append(sentence)

    def sentences(self) -> list[str]:
        """List the faults of the columns, then those of the rows in the file's order."""
        by_row = sorted(self._rows, key=lambda fault: fault.number)
        return [*self._headers, *(fault.sentence for fault in by_row)]


def list_repeated(values: Sequence[str]) -> list[tuple[int, int]]:
    """Rows whose value stands in an earlier row, each with the first such row."""
    first: dict[str, int] = {}
    repeated = []
    for row, value in enumerate(values):
        if first.setdefault(value, row) != row:
            repeated.append((row, first[value]))
    return repeated


def tabulate(
    name: str,
    records: Iterable[Sequence[object]],
    notes: Iterable[str],
    *,
    remedy: Remark | None = None,
) -> Table:
    """Make a table of lists of cells; `remedy` says what to do about rows of another width."""
    texts = ([sheet_text(cell) for cell in record] for record in records)
    lines = [(number, cells) for number, cells in enumerate(texts, start=1) if any(cells)]
    if not lines:
        raise InputDataError(Remark("table_empty", name=name))
    parts = part_table(lines)
    headers = parts.header
    used = [i for i, header in enumerate(headers) if header or _is_filled(parts.rows, i)]
    _refuse_bad_headers(name, [headers[i] for i in used], used)
    rows: dict[int, list[str]] = {}
    faults = []
    width = len(headers)
    remedy = remedy or Remark("table_quote_separators")
    for number, cells in parts.rows:
        if len(cells) < width or any(cells[width:]):
            what = Remark("table_row_width", n_cells=len(cells), width=width, remedy=remedy)
            faults.append(Fault.of_row(name, "row", number, what))
        else:
            rows[number] = cells
    columns = {headers[i]: [cells[i] for cells in rows.values()] for i in used}
    told = (*notes, *describe_parts(name, parts))
    return Table(name, columns, list(rows), faults=tuple(faults), notes=told)


def _is_filled(rows: Iterable[tuple[int, Sequence[str]]], column: int) -> bool:
    """Whether any row has something in a column."""
    return any(len(cells) > column and cells[column] for _, cells in rows)


def tabulate_records(records: Sequence[Mapping[str, object]]) -> dict[str, list[str]]:
    """Make columns of mappings, with every key that any of them has."""
    headers = dict.fromkeys(key for record in records for key in record)
    return {header: [cell_text(record.get(header)) for record in records] for header in headers}


def _refuse_bad_headers(name: str, headers: Sequence[str], places: Sequence[int]) -> None:
    """Refuse columns without a header, and headers that stand twice."""
    if "" in headers:
        column = places[headers.index("")] + 1
        raise InputDataError(Remark("table_header_missing", name=name, column=column))
    twice = sorted({header for header in headers if headers.count(header) > 1})
    if twice:
        columns = list(map(repr, twice))
        raise InputDataError(Remark("table_header_twice", name=name, columns=columns))


def refuse_too_many(name: str, n_rows: int) -> None:
    """Stop reading a table that is too long."""
    if n_rows > MAX_ROWS:
        raise InputDataError(Remark("table_too_long", name=name, most=MAX_ROWS))
