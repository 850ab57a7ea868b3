"""Residents of the cells of the H3 grid (h3geo.org): a table with a row per hexagon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from access15.config import PopulationSource
from access15.crs import LONLAT
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.people.counts import (
    Counted,
    add_up,
    describe_columns,
    parse_decimals,
    shorten,
)
from access15.sources.tables.columns import Table, list_repeated
from access15.sources.tables.files import read_table

_HEX: Final = re.compile(r"[0-9a-f]{15,16}")
_NUMBER: Final = re.compile(r"[0-9]{18,19}")
_HALF_ROUND: Final = 180.0  # degrees: no cell is so wide, it lies across the date line


def read_h3_cells(source: PopulationSource) -> Counted:
    """Read a table with a row per cell of the H3 grid."""
    table = read_table(source.need_file(), "cell", "cells")
    groups = {group: source.columns_of(group) for group in source.groups}
    wanted = dict.fromkeys(column for several in groups.values() for column in several)
    # 1. All columns that are missing are told at once.
    unusable = Remark("counts_unusable", file=str(source.file))
    problems: list[str] = [fault.sentence for fault in table.faults]
    asked = [source.cell_column] if source.cell_column else []
    if missing := [repr(column) for column in (*asked, *wanted) if column not in table.columns]:
        columns = describe_columns(list(table.columns))
        problems.append(Remark("counts_no_columns", missing=missing, columns=columns))
    header = source.cell_column or find_cell_column(table)
    if not header:
        problems.append(_describe_no_cells(table))
    if problems:
        raise InputDataError(unusable, shorten(problems))
    # 2. Every row is one cell, and no cell lies in another.
    cells = [parse_cell(text) for text in table.columns[header]]
    bad: list[str] = [
        Remark(
            "h3_no_cell",
            where=table.locate(row),
            column=header,
            value=repr(table.columns[header][row]),
        )
        for row, cell in enumerate(cells)
        if not cell
    ]
    problems += bad or _find_overlaps(table, cells)
    # 3. Columns are added up to groups.
    counts = pd.DataFrame({column: parse_decimals(table.columns[column]) for column in wanted})
    people, more = add_up(counts, groups, table.locate)
    if problems := [*problems, *more]:
        raise InputDataError(unusable, shorten(problems))
    outlines = [_draw(cell) for cell in cells]
    places = gpd.GeoDataFrame(people.assign(place_id=cells), geometry=outlines, crs=LONLAT)
    return Counted("cells", places)


def parse_cell(text: str) -> str:
    """Index of a cell as H3 writes it, from hexadecimal or decimal digits; empty for no index."""
    plain = text.strip().lower().removeprefix("0x")
    if _NUMBER.fullmatch(plain):
        plain = f"{int(plain):x}"
    is_index = _HEX.fullmatch(plain) and h3.is_valid_cell(plain)
    return plain if is_index else ""


def find_cell_column(table: Table) -> str:
    """Find the column most of whose cells are H3 indexes; empty where none or several are."""
    found = [
        header
        for header, cells in table.columns.items()
        if 2 * sum(bool(parse_cell(text)) for text in cells) > len(cells)
    ]
    return found[0] if len(found) == 1 else ""


def _describe_no_cells(table: Table) -> Remark:
    """Sentence about a table in which no column, or more than one, names cells."""
    return Remark("h3_no_column", columns=describe_columns(list(table.columns)))


def _find_overlaps(table: Table, cells: Sequence[str]) -> list[str]:
    """Cells that stand twice, or inside a larger one that stands too."""
    problems: list[str] = [
        Remark(
            "h3_repeated",
            where=table.locate(row),
            cell=cells[row],
            other=table.locate(first),
        )
        for row, first in list_repeated(cells)
    ]
    row_of = {cell: row for row, cell in enumerate(cells)}
    sizes = sorted({h3.get_resolution(cell) for cell in cells})
    for row, cell in enumerate(cells):
        own = h3.get_resolution(cell)
        for size in (one for one in sizes if one < own):
            larger = row_of.get(h3.cell_to_parent(cell, size))
            if larger is not None:
                problems.append(
                    Remark(
                        "h3_inside",
                        where=table.locate(row),
                        cell=cell,
                        larger=cells[larger],
                        other=table.locate(larger),
                    )
                )
    return problems


def _draw(cell: str) -> shapely.Polygon:
    """Outline of a cell in degrees; across the date line it goes on counting beyond 180."""
    lat, lon = np.array(h3.cell_to_boundary(cell)).T
    if np.ptp(lon) > _HALF_ROUND:
        lon = np.where(lon < 0, lon + 2 * _HALF_ROUND, lon)
    return shapely.Polygon(np.column_stack([lon, lat]))
