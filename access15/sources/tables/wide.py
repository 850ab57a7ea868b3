"""A few columns of large tables: CSV in the encodings people have, or the first sheet of an Excel
workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from access15.errors import InputDataError, name_ending, name_reason
from access15.files import check_input
from access15.remarks import Remark
from access15.sources.tables.cells import sheet_text
from access15.sources.tables.files import MAX_BYTES
from access15.sources.tables.text import find_delimiter, read_records, read_text
from access15.sources.tables.wide_sheet import Chooser, read_sheet_columns
from access15.sources.tables.workbook import refuse_other_files


def read_columns(path: Path, choose: Chooser) -> pd.DataFrame:
    """Read some columns of a table as text.

    Returns text, a column for each that was chosen; rows without any cell are left out. Its index
    is the row number as a spreadsheet shows it.
    """
    try:
        check_input(path)
        size = path.stat().st_size
    except OSError as error:
        raise InputDataError(
            Remark("path_unreadable", path=str(path), reason=name_reason(error))
        ) from None
    if size > MAX_BYTES:
        megabytes = {"size": size / 1e6, "most": MAX_BYTES / 1e6}
        raise InputDataError(Remark("wide_too_large", path=str(path), **megabytes))
    suffix = path.suffix.lower()
    if suffix in (".csv", ".txt", ".tsv"):
        return _collect(path, _csv_rows(path), choose)
    if suffix in (".xlsx", ".xlsm"):
        refuse_other_files(path)
        names, kept = read_sheet_columns(path, choose)
        return _frame(names, kept)
    raise InputDataError(Remark("wide_other_ending", path=str(path), ending=name_ending(suffix)))


def _collect(
    path: Path,
    rows: Iterator[Sequence[str]],
    choose: Chooser,
) -> pd.DataFrame:
    """Chosen cells of every row that has any, told apart by the header's length."""
    header: list[str] = []
    names: list[str] = []
    kept: dict[int, list[str]] = {}
    faults = []
    for number, row in enumerate(rows, start=1):
        if not any(row):
            continue
        if not header:
            header = [sheet_text(cell) for cell in row]
            names = list(choose([name for name in header if name]))
            places = [header.index(name) for name in names]
        elif len(row) < len(header) or any(row[len(header) :]):
            widths = {"n_cells": len(row), "width": len(header)}
            faults.append(Remark("wide_row_width", number=number, **widths))
        else:
            kept[number] = [sheet_text(row[i]) for i in places]
    if not header:
        raise InputDataError(Remark("wide_empty", path=str(path)))
    if faults:
        more = [Remark("wide_more_rows", n=len(faults) - 20)] if len(faults) > 20 else []
        raise InputDataError(Remark("wide_no_table", path=str(path)), [*faults[:20], *more])
    return _frame(names, kept)


def _frame(names: Sequence[str], rows: Mapping[int, Sequence[str]]) -> pd.DataFrame:
    """Rows by their number as a table of text."""
    return pd.DataFrame(
        list(rows.values()),
        columns=names,
        index=list(rows),
        dtype=object,
    )


def _csv_rows(path: Path) -> Iterator[Sequence[str]]:
    """Rows of a CSV, one by one."""
    text, delimiter = find_delimiter(read_text(path)[0])
    for _, record in read_records(path.name, text, delimiter or ","):
        yield record
