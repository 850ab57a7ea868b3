"""Points that are less certain than they look: few decimals, one point for several addresses."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from statistics import median_low

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.remarks import Remark, list_some
from access15.sources.places.headers import Columns
from access15.sources.tables.cells import MISSING
from access15.sources.tables.columns import Problems

# A tenth of a degree is 11 km, a hundredth 1.1 km: farther than anybody walks in 15 minutes.
_COARSE_DECIMALS = 1
_VAGUE_DECIMALS = 2
_FINE_DECIMALS = 4  # where the other rows have as many, two are no rounded three
_MANY = 5  # rows that do not all end in zeros by chance
_KEPT_DECIMALS = 7  # a centimetre
_MIXED_UP = 3  # addresses on one point: two may be the two sides of a corner
_MOST_NAMED = 8


def find_uncertain(
    columns: Columns,
    points: NDArray[np.object_],
    ids: Sequence[str],
    problems: Problems,
) -> frozenset[int]:
    """Rows whose points cannot be where the places are, each told."""
    coarse = _find_coarse(points)
    if coarse:
        first = points[coarse[0]]
        rows = _name_rows(columns, coarse)
        problems.notes.append(Remark("remark_coarse", rows=rows, lat=first.y, lon=first.x))
    # where a precision is stated, somebody knows why they stand there
    stated = columns.texts("precision")
    judged = {row for row, text in enumerate(stated) if text.casefold() not in MISSING}
    mixed = _find_mixed(columns, points, ids, problems, skipped=judged | set(coarse))
    return frozenset([*coarse, *mixed])


def _find_coarse(points: NDArray[np.object_]) -> list[int]:
    """Rows whose coordinates have too few decimals."""
    decimals = {
        row: max(_count_decimals(point.x), _count_decimals(point.y))
        for row, point in enumerate(points)
        if point is not None
    }
    if not decimals:
        return []
    all_vague = len(decimals) >= _MANY and max(decimals.values()) <= _VAGUE_DECIMALS
    others_fine = median_low(decimals.values()) >= _FINE_DECIMALS
    most = _VAGUE_DECIMALS if all_vague or others_fine else _COARSE_DECIMALS
    return [row for row, n in decimals.items() if n <= most]


def _count_decimals(value: float) -> int:
    """Decimals of a coordinate, zeros at the end not counted; none of what is no number."""
    text = f"{value:.{_KEPT_DECIMALS}f}".rstrip("0")
    return len(text.partition(".")[2]) if np.isfinite(value) else _KEPT_DECIMALS


def _find_mixed(
    columns: Columns,
    points: NDArray[np.object_],
    ids: Sequence[str],
    problems: Problems,
    *,
    skipped: Collection[int],
) -> list[int]:
    """Rows of several addresses on one point; what stands on one point is told."""
    addresses = [_simplify(text) for text in columns.texts("address")]
    kinds = columns.texts("category")
    found: list[int] = []
    for rows in _group_rows(points, ids, skipped):
        places = {addresses[row] for row in rows} - {""}
        where = points[rows[0]]
        named = _name_rows(columns, rows)
        told = Remark("remark_one_point", rows=named, lat=where.y, lon=where.x)
        if len(places) >= _MIXED_UP:
            found += rows
            problems.notes.append(Remark("remark_many_addresses", told=told, n=len(places)))
        elif len(places) == 2:
            problems.notes.append(Remark("remark_two_addresses", told=told))
        elif not places and len(rows) >= _MIXED_UP and len({kinds[row] for row in rows}) == 1:
            problems.notes.append(Remark("remark_no_addresses", told=told))
    return found


def _group_rows(
    points: NDArray[np.object_],
    ids: Sequence[str],
    skipped: Collection[int],
) -> list[list[int]]:
    """Rows of several facilities that stand on one point, in the file's order."""
    groups: dict[tuple[float, float], dict[str, int]] = {}
    for row, point in enumerate(points):
        if isinstance(point, shapely.Point) and row not in skipped:
            place = (round(point.x, _KEPT_DECIMALS), round(point.y, _KEPT_DECIMALS))
            groups.setdefault(place, {}).setdefault(ids[row], row)
    return [list(rows.values()) for rows in groups.values() if len(rows) > 1]


def _simplify(address: str) -> str:
    """An address as letters and digits, so that only what differs differs."""
    bare = address.casefold()
    return "" if bare in MISSING else " ".join(re.findall(r"\w+", bare))


def _name_rows(columns: Columns, rows: Sequence[int]) -> Remark:
    """File and rows, the first of many."""
    table = columns.table
    numbers = list_some([str(table.numbers[row]) for row in rows], _MOST_NAMED)
    return Remark(f"remark_in_{table.row_word}", name=table.name, **numbers)
