"""Assertions about the tables of access15, for tests on top of it (as ``xarray.testing``).

What a table may hold is said in `access15.results.schema`; a test names the table.

Examples
--------
>>> import pandas as pd
>>> from access15 import testing
>>> shares = pd.DataFrame(
...     {"area": ["nord", "nord"], "profile": ["frail"] * 2, "tag": ["kerb", "incline"]}
... )
>>> testing.assert_table(shares.assign(share=[0.25, 1.0]), "unknown_shares")
>>> testing.assert_table(shares.assign(share=[0.25, 1.5]), "unknown_shares")
Traceback (most recent call last):
AssertionError: table 'unknown_shares' breaks its rules:
  column 'share', row 1: 1.5 is above 1
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from access15.results.guard import unguard_cell
from access15.results.schema import TABLES
from access15.results.table import GEOMETRY, Column, Table

__all__ = ["assert_table", "assert_tables_equal", "read_table"]

_TOLERANCE = 1e-9  # of a share that was added up and divided
_SIGNIFICANT = 5e-6  # of a number written with six digits


def assert_table(frame: pd.DataFrame, table: Table | str) -> None:
    """Assert that a frame is what a table says: its columns, their order, and every value.

    Parameters
    ----------
    frame : DataFrame
        A table as a run hands it over, or as `read_table` reads it. Shapes are not looked at.
    table : Table or str
        A table of `access15.results.schema`, or its name there in small letters.

    Raises
    ------
    AssertionError
        If a column is missing, unknown or elsewhere, or holds what it may not; names the table,
        the column, the first row and value at fault, and the rule.
    """
    known = _find_table(table)
    faults = list(_list_column_faults(frame, known))
    for name in known.arrange(frame.columns):
        faults += _list_value_faults(frame[name], known[name])
    if faults:
        raise AssertionError("\n  ".join([f"table {known.name!r} breaks its rules:", *faults]))


def assert_tables_equal(
    actual: pd.DataFrame,
    expected: pd.DataFrame,
    table: Table | str,
    *,
    exact: bool = False,
) -> None:
    """Assert that two frames of one table say the same.

    Parameters
    ----------
    actual, expected : DataFrame
        Two frames of the table, their rows in the same order. Shapes are not looked at.
    table : Table or str
        A table of `access15.results.schema`, or its name there in small letters.
    exact : bool
        Whether numbers must be the same to the last bit; else they may differ by half of the last
        digit that is written.

    Raises
    ------
    AssertionError
        If columns, the number of rows or a value differ; names the table, the column, the first
        row and both values.
    """
    known = _find_table(table)
    head = f"tables {known.name!r} differ:"
    names = [name for name in actual.columns if name != GEOMETRY]
    wanted = [name for name in expected.columns if name != GEOMETRY]
    if names != wanted:
        raise AssertionError(f"{head}\n  columns are {names}, not {wanted}")
    if len(actual) != len(expected):
        raise AssertionError(f"{head}\n  {len(actual)} rows, not {len(expected)}")
    faults = []
    for name in names:
        pairs = zip(actual[name].tolist(), expected[name].tolist(), strict=True)
        for row, (one, other) in enumerate(pairs):
            if not _is_same(one, other, known[name], exact=exact):
                faults.append(f"column {name!r}, row {row}: {one!r} is not {other!r}")
                break
    if faults:
        raise AssertionError("\n  ".join([head, *faults]))


def read_table(path: str | Path, table: Table | str) -> pd.DataFrame:
    """Read a CSV file that access15 wrote, with the types of its table.

    Parameters
    ----------
    path : str or Path
        The file.
    table : Table or str
        A table of `access15.results.schema`, or its name there in small letters.

    Returns
    -------
    DataFrame
        Ids stay texts, empty numbers are NaN, ``inf`` is infinity.

    Raises
    ------
    KeyError
        If the file holds a column that the table does not know.
    """
    known = _find_table(table)
    names = list(pd.read_csv(path, nrows=0, encoding="utf-8").columns)
    kinds = {name: known[unguard_cell(name)].kind for name in names}
    frame = pd.read_csv(
        path,
        encoding="utf-8",
        dtype={name: str for name, kind in kinds.items() if kind == "text"},
        keep_default_na=False,
        na_values={name: [""] for name, kind in kinds.items() if kind in ("number", "whole")},
    )
    texts = [name for name, kind in kinds.items() if kind == "text"]
    frame[texts] = frame[texts].map(unguard_cell)
    return frame.rename(columns=unguard_cell)


def _find_table(table: Table | str) -> Table:
    """A table by its name."""
    return TABLES[table] if isinstance(table, str) else table


def _list_column_faults(frame: pd.DataFrame, table: Table) -> Iterator[str]:
    """Columns that are missing, unknown or in another order."""
    names = [str(name) for name in frame.columns if name != GEOMETRY]
    held = table.arrange(names)
    for column in table.columns:
        is_there = any(table[name] is column for name in held)
        if not is_there and not column.is_optional:
            yield f"column {column.name!r} is missing"
    if table.is_open:
        return
    unknown = [name for name in names if name not in held]
    if unknown:
        yield f"columns {unknown} are not of this table"
    known = [name for name in names if name not in unknown]
    for name, wanted in zip(known, held, strict=True):
        if name != wanted:
            yield f"column {name!r} stands where {wanted!r} belongs"
            return


def _list_value_faults(values: pd.Series, column: Column) -> Iterator[str]:
    """The first value of a column that it may not hold."""
    for row, value in enumerate(values.tolist()):
        fault = _find_fault(value, column)
        if fault:
            yield f"column {str(values.name)!r}, row {row}: {value!r} {fault}"
            return


def _find_fault(value: object, column: Column) -> str:
    """Why a value may not stand in a column; empty where it may."""
    if _is_missing(value):
        return "" if column.may_be_empty else "is empty, and must be known"
    if column.kind == "text":
        return "" if isinstance(value, str) else "is no text"
    if column.kind == "yes/no":
        return "" if isinstance(value, bool) else "is neither True nor False"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "is no number"
    return _find_number_fault(value, column)


def _find_number_fault(value: float, column: Column) -> str:
    """Why a number may not stand in a column; empty where it may."""
    if math.isinf(value) and not column.may_be_inf:
        return "has no end"
    if column.kind == "whole" and not float(value).is_integer():
        return "is no whole number"
    if value < column.least - _TOLERANCE:
        return f"is below {column.least:g}"
    if value > column.most + _TOLERANCE:
        return f"is above {column.most:g}"
    return ""


def _is_same(
    one: object,
    other: object,
    column: Column,
    *,
    exact: bool,
) -> bool:
    """Whether two values say the same."""
    if _is_missing(one) or _is_missing(other):
        return _is_missing(one) and _is_missing(other)
    if exact or not isinstance(one, float) or not isinstance(other, float) or one == other:
        return bool(one == other)
    if column.decimals is None:
        return math.isclose(one, other, rel_tol=_SIGNIFICANT)
    half = 0.5 * 10.0**-column.decimals
    return math.isclose(one, other, rel_tol=0.0, abs_tol=half * (1.0 + _TOLERANCE))


def _is_missing(value: object) -> bool:
    """Whether nothing is known."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
