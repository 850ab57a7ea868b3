"""Plain points to walk to: an identifier and a place each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from access15.crs import LONLAT
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.results.plain import PlainLayer
from access15.sources.places.headers import Columns, check_needed, is_id, match_headers
from access15.sources.places.points import WORLD_BOUNDS, read_points, resolve_crs
from access15.sources.places.written import draw_written
from access15.sources.tables.columns import Problems, Table, list_repeated
from access15.sources.tables.files import read_table

ReadMore = Callable[
    [Table, Problems, Sequence[BaseGeometry | None]], Mapping[str, Sequence[object]]
]


def read_destinations(path: Path, *, crs: str | None = None) -> gpd.GeoDataFrame:
    """Read points from a table or a layer.

    Returns ``id`` (the file's, or the row's number) and point geometry in EPSG:4326, None where the
    row has no coordinates; rows in the file's order.
    """
    return read_destination_rows(path, crs=crs).to_frame()


def read_destination_rows(path: Path, *, crs: str | None = None) -> PlainLayer:
    """Read points as `read_destinations`, into no frame."""
    return read_points_with(path, lambda *_: {}, crs=crs)


def read_points_with(path: Path, read_more: ReadMore, *, crs: str | None = None) -> PlainLayer:
    """Read points as `read_destinations`, with columns that somebody reads beside them."""
    unusable = Remark("points_unusable", name=path.name)
    table = read_table(path, "point", "points").with_feature_ids(is_id)
    problems = Problems(table)
    # a point needs neither a name nor a category: both are said to be the same in all rows
    same = {"name": "=-", "category": "=-"}
    columns = match_headers(table, same, problems, "point")
    columns = draw_written(columns, problems, None)
    table = columns.table
    check_needed(columns, same, problems)
    if table.geometries is None and not {"lat", "lon", "x", "y"} & set(columns.headers):
        what = Remark("points_without_columns", name=table.name, columns=list(table.columns))
        raise InputDataError(unusable, [what])
    points = read_points(
        columns,
        problems,
        crs=resolve_crs(table, crs, problems),
        bounds=WORLD_BOUNDS,
        thing="point",
    )
    ids = _read_ids(columns, problems)
    more = read_more(columns.table, problems, points.tolist())
    if found := problems.sentences():
        raise InputDataError(unusable, dict.fromkeys(found))
    return PlainLayer({"id": ids, **more}, points, LONLAT)


def _read_ids(columns: Columns, problems: Problems) -> list[str]:
    """Identifiers, the row's number where there is none; none may stand twice."""
    table = columns.table
    written = columns.texts("facility_id")
    ids = [text or str(number) for text, number in zip(written, table.numbers, strict=True)]
    for row, first in list_repeated(ids):
        problems.add(row, Remark("point_id_twice", id=ids[row], where=table.locate(first)))
    return ids
