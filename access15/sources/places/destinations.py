"""Plain points to walk to: an identifier and a place each."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from access15.crs import LONLAT
from access15.errors import InputDataError
from access15.sources.places.points import WORLD_BOUNDS, read_points, resolve_crs
from access15.sources.tables.columns import Columns, match_columns
from access15.sources.tables.files import read_table
from access15.sources.tables.rows import RawTable, RowFault


def read_destinations(path: Path, *, crs: str | None = None) -> gpd.GeoDataFrame:
    """Read points from a table or a layer.

    Returns ``id`` (the file's, or the row's number) and point geometry in EPSG:4326, None where the
    row has no coordinates; rows in the file's order.
    """
    table = read_table(path, thing="point")
    columns, problems = match_columns(table, {"name": "=-", "category": "=-"})
    if not table.has_geometry and not {"lat", "lon", "x", "y"} & set(columns.headers):
        no_place = (
            f"{table.name} has no columns lat and lon: its columns are {', '.join(table.headers)}."
        )
        raise InputDataError(f"{path.name}: points cannot be used", [no_place])
    points, faults = read_points(
        table, columns, crs=resolve_crs(table, crs)[0], bounds=WORLD_BOUNDS
    )
    ids, doubles = _read_ids(table, columns)
    faults = sorted([*table.faults, *faults, *doubles], key=lambda fault: fault.number)
    problems += [fault.sentence for fault in faults]
    if problems:
        raise InputDataError(f"{path.name}: points cannot be used", dict.fromkeys(problems))
    return gpd.GeoDataFrame({"id": ids}, geometry=points, crs=LONLAT)


def _read_ids(table: RawTable, columns: Columns) -> tuple[list[str], list[RowFault]]:
    """Identifiers, the row's number where there is none, and those that stand twice."""
    has_ids = "facility_id" in columns
    ids = [
        (columns.value(row, "facility_id") if has_ids else "") or str(row.number)
        for row in table.rows
    ]
    first: dict[str, int] = {}
    faults = []
    for row, point_id in zip(table.rows, ids, strict=True):
        if point_id in first:
            seen = f"{table.row_word} {first[point_id]}"
            faults.append(
                table.fault(
                    row, f"id {point_id!r} is already in {seen}; give every point its own id."
                )
            )
        first.setdefault(point_id, row.number)
    return ids, faults
