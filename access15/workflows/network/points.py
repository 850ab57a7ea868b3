"""Points that somebody hands over as a frame: checked, projected, joined to the streets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.core.walk.snap import Snapped
from access15.crs import LONLAT
from access15.errors import CrsError, InputDataError
from access15.remarks import Remark
from access15.sources.streets.boxes import Box, format_box
from access15.workflows.ground import FARTHEST_M

_DEGREE_M = 111_000.0  # about, of latitude
_MOST_LAT = 84.0  # where zones of UTM end


@dataclass(frozen=True, eq=False)
class Points:
    """Points of a frame on the streets.

    Parameters
    ----------
    index : pandas Index
        Labels of the rows, each once.
    crs : object
        The frame's own coordinate system.
    shapes : ndarray of Point
        As given, without heights; None where a row has none.
    xy : ndarray of float64, shape (n, 2)
        In the network's CRS, NaN where a row has no point [m].
    """

    index: pd.Index
    crs: Any
    shapes: NDArray[np.object_]
    xy: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.index)

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Whether each row has a point."""
        return np.asarray(np.isfinite(self.xy).all(axis=1))

    def name_status(self, snapped: Snapped) -> NDArray[np.object_]:
        """What became of each point: ``ok``, ``too_far_from_network`` or ``not_geocoded``."""
        placed = np.where(snapped.is_snapped, "ok", "too_far_from_network")
        return np.where(self.is_known, placed, "not_geocoded").astype(object)


def read_points(given: object, what: str, *, crs: str, box: Box, streets: str) -> Points:
    """Read a frame of points; what is wrong with its rows is told at once.

    `what` names the argument, `box` is where the streets are [degrees], and `streets` their name.
    """
    if not isinstance(given, gpd.GeoDataFrame | gpd.GeoSeries):
        raise InputDataError(Remark("frame_kind", what=what, kind=type(given).__name__))
    try:
        series = given.geometry
    except AttributeError:
        raise InputDataError(Remark("frame_without_geometry", what=what)) from None
    if series.crs is None:
        raise CrsError(Remark("frame_without_crs", what=what))
    shapes, problems = _take_points(series)
    lonlat = _to_lonlat(shapes, series.crs)
    problems += _list_twice(series.index)
    problems += _list_misplaced(series.index, lonlat, box, streets)
    if problems:
        raise InputDataError(Remark("frame_unfit", what=what), problems)
    projected: Any = gpd.GeoSeries(shapes, crs=series.crs).to_crs(crs)
    xy = np.column_stack([projected.x.to_numpy(np.float64), projected.y.to_numpy(np.float64)])
    return Points(series.index, series.crs, shapes, xy.reshape(-1, 2))


def _take_points(series: gpd.GeoSeries) -> tuple[NDArray[np.object_], list[str]]:
    """The point of each row, None where there is none, and rows that are something else."""
    shapes = np.full(len(series), None, dtype=object)
    problems: list[str] = []
    for row, (label, shape) in enumerate(zip(series.index, series.array, strict=True)):
        if shape is None or shape.is_empty:
            continue
        if isinstance(shape, shapely.MultiPoint) and len(shape.geoms) == 1:
            shape = shape.geoms[0]  # noqa: PLW2901 - the one point of several is the point
        if not isinstance(shape, shapely.Point):
            problems.append(Remark("row_shape", row=repr(label), kind=shape.geom_type))
        elif np.isfinite([shape.x, shape.y]).all():
            shapes[row] = shapely.force_2d(shape)
        elif np.isinf([shape.x, shape.y]).any():
            problems.append(Remark("row_infinite", row=repr(label), x=shape.x, y=shape.y))
    return shapes, problems


def _to_lonlat(shapes: NDArray[np.object_], crs: Any) -> NDArray[np.float64]:
    """Longitudes and latitudes, NaN where a row has no point, inf where it is nowhere on earth."""
    points: Any = gpd.GeoSeries(shapes, crs=crs).to_crs(LONLAT)
    return np.column_stack([points.x.to_numpy(np.float64), points.y.to_numpy(np.float64)])


def _list_twice(index: pd.Index) -> list[str]:
    """Labels that several rows have."""
    labels = index[index.duplicated()].unique()
    return [Remark("row_label_twice", row=repr(label)) for label in labels]


def _list_misplaced(
    index: pd.Index, lonlat: NDArray[np.float64], box: Box, streets: str
) -> list[str]:
    """Rows so far away that nobody can mean them, and those whose coordinates look swapped."""
    lon, lat = lonlat.T
    is_far = _measure_away_m(lon, lat, box) > FARTHEST_M
    rows = np.flatnonzero(is_far & ~np.isnan(lonlat).any(axis=1))
    return list(_describe_misplaced(index, lonlat, rows, box, streets))


def _describe_misplaced(
    index: pd.Index,
    lonlat: NDArray[np.float64],
    rows: NDArray[np.int64],
    box: Box,
    streets: str,
) -> Iterator[str]:
    """Say of each row what is wrong."""
    for row in rows.tolist():
        lon, lat = lonlat[row].tolist()
        if _measure_away_m(np.array([lat]), np.array([lon]), box)[0] <= FARTHEST_M:
            what = Remark("the_row", row=repr(index[row]))
            yield Remark("looks_swapped", what=what, lat=lat, lon=lon)
        elif not abs(lat) <= 90.0:
            yield Remark("row_nowhere", row=repr(index[row]))
        else:
            where = {"lat": lat, "lon": lon, "box": format_box(box), "streets": streets}
            yield Remark("row_far", row=repr(index[row]), **where)


def _measure_away_m(
    lon: NDArray[np.float64], lat: NDArray[np.float64], box: Box
) -> NDArray[np.float64]:
    """About how far points lie from a box; inf where they are nowhere on earth [m]."""
    west, south, east, north = box
    is_there = (np.abs(lat) <= 90.0) & (np.abs(lon) <= 360.0)
    narrowing = np.cos(np.radians(min(max(abs(south), abs(north)), _MOST_LAT)))
    across = np.maximum(np.maximum(west - lon, lon - east), 0.0) * narrowing
    along = np.maximum(np.maximum(south - lat, lat - north), 0.0)
    away_m = np.hypot(across, along, where=is_there, out=np.full(len(lon), np.inf)) * _DEGREE_M
    return np.asarray(np.where(np.isnan(lon) | np.isnan(lat), np.nan, away_m))
