"""Tables as text: CSV with the order and the decimals that `access15.results.schema` says.

CSV files are UTF-8 with commas, decimal dots and ``\\n`` line ends, and the same run gives the same
bytes. An empty cell is "unknown", ``inf`` is "cannot be reached". Where a spreadsheet would run a
text as a formula, in a header too, `access15.results.guard` puts an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from access15.outputs.words.methods import spell_methods
from access15.results.guard import drop_nul, guard_cell
from access15.results.plain import Values
from access15.results.table import GEOMETRY, Column, Table


def format_csv(frame: pd.DataFrame, table: Table) -> str:
    """Text of a CSV file with stable numbers, without shapes and without formulas."""
    held = [name for name in frame.columns if name != GEOMETRY]
    return format_columns({str(name): frame[name] for name in held}, table)


def format_columns(columns: Mapping[str, pd.Series | Values], table: Table) -> str:
    """Text of a CSV file, as `format_csv`, of columns that are in no frame."""
    said = {name: table[name] for name in columns}
    names = table.arrange(said)
    cells = [_format_column(columns[name], said[name]) for name in names]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([guard_cell(name) for name in names])
    writer.writerows(zip(*cells, strict=True))
    return out.getvalue()


def write_csv(
    frame: pd.DataFrame,
    table: Table,
    folder: Path,
) -> str:
    """Write a table under its own name, the first of its files, and return that name."""
    name = table.files[0]
    (folder / name).write_bytes(format_csv(frame, table).encode("utf-8"))
    return name


def round_as_written(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Numbers of a frame rounded to what is written of them."""
    rounded: dict[str, list[float]] = {}
    for name in frame.columns:
        column = table[str(name)]
        if column.kind == "number" and column.decimals is not None:
            # Python's own rounding, as in the CSV: pandas rounds some ties the other way
            rounded[str(name)] = [round(value, column.decimals) for value in frame[name].tolist()]
    return frame.assign(**rounded)


def spell_out(methods: pd.Series) -> pd.Series:
    """Put English words in place of the codes of ways of putting residents where they live."""
    words = {code: spell_methods(str(code), "en") for code in methods.dropna().unique()}
    return methods.map(words)


def _format_column(values: pd.Series | Values, column: Column) -> list[str]:
    """Cells of one column."""
    if column.codes:
        values = spell_out(pd.Series(values))
    cells = values if isinstance(values, Sequence) else values.tolist()
    # the same texts stand in a column again and again
    different = {cell for cell in cells if isinstance(cell, str)}
    texts = {cell: _format_text(cell) for cell in different}
    return [texts[cell] if isinstance(cell, str) else _format_cell(cell, column) for cell in cells]


def _format_text(value: str) -> str:
    """One cell of text."""
    # a lone \r would end the row for some readers
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return guard_cell(drop_nul(text))


def _format_cell(value: object, column: Column) -> str:
    """One cell that is no text."""
    if isinstance(value, float):
        return _format_number(value, column)
    return "" if value is None or value is pd.NA else str(value)


def _format_number(value: float, column: Column) -> str:
    """A number as its column says; never minus zero."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if column.decimals is None:
        text = f"{value:g}"
    elif column.is_padded:
        text = f"{value:.{column.decimals}f}"
    else:
        text = repr(round(value, column.decimals))
    return text.removeprefix("-") if float(text) == 0.0 else text
