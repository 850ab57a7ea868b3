"""Zones (in Milan: NIL) whose residents are counted."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from access15.config import ZoneSource
from access15.errors import InputDataError
from access15.frames import LONLAT


def read_zones(source: ZoneSource, *, wanted: Iterable[str]) -> gpd.GeoDataFrame:
    """Read the outlines of the zones a study needs.

    Parameters
    ----------
    source : ZoneSource
        File and columns.
    wanted : iterable of str
        Zone identifiers.

    Returns
    -------
    GeoDataFrame
        ``zone_id, name, geometry`` in EPSG:4326, in the order wanted, valid polygons.

    Raises
    ------
    InputDataError
        If the file cannot be read, a column or a zone is missing, or an outline is no polygon.
    """
    frame = _read_layer(source.file)
    columns = [c for c in frame.columns if c != frame.geometry.name]
    if missing := [repr(c) for c in dict.fromkeys((source.id_column, source.name_column)) if c not in columns]:
        raise InputDataError(
            f"{source.file}: there is no column {', '.join(missing)}; the columns are {', '.join(columns) or 'none'}"
        )
    if frame.crs is None:
        raise InputDataError(f"{source.file}: has no coordinate reference system; save it with one")
    ids = frame[source.id_column].map(_zone_id)
    outlines = _polygons(frame.to_crs(LONLAT).geometry.to_numpy())
    rows, problems = [], []
    for zone_id in dict.fromkeys(wanted):
        hits = frame.index[ids == zone_id]
        if len(hits) != 1:
            problems.append(
                f"zone {zone_id!r} stands {len(hits)} times in column {source.id_column!r}, it must be once"
            )
        elif shapely.is_empty(outlines[hits[0]]):
            problems.append(f"zone {zone_id!r} is not a polygon")
        else:
            rows.append(hits[0])
    if problems:
        raise InputDataError(f"{source.file}: zones cannot be used", problems)
    names = frame[source.name_column].fillna("").astype(str)
    return gpd.GeoDataFrame(
        {"zone_id": ids[rows].to_numpy(), "name": names[rows].to_numpy()}, geometry=outlines[rows], crs=LONLAT
    )


def _read_layer(file: Path) -> gpd.GeoDataFrame:
    if not file.is_file():
        raise InputDataError(f"{file}: there is no such file; check [zones] in the study")
    try:
        with warnings.catch_warnings():
            # geometry GDAL cannot make sense of arrives as none, which is told below
            warnings.simplefilter("ignore", category=RuntimeWarning)
            frame = gpd.read_file(file)
    except (DataSourceError, DataLayerError, OSError) as error:
        raise InputDataError(
            f"{file}: cannot be read as a layer of polygons; give GeoJSON, GeoPackage or a shapefile"
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputDataError(f"{file}: is a table without outlines; give GeoJSON, GeoPackage or a shapefile")
    return frame


def _polygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The polygons of each geometry, made valid; empty where there is none."""
    parts, owner = shapely.get_parts(shapely.make_valid(shapes), return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # a collection may hold multipolygons
    owner = owner[inner]
    is_area = shapely.get_dimensions(parts) == 2
    parts, owner = parts[is_area], owner[is_area]
    return np.array([shapely.union_all(parts[owner == i]) for i in range(len(shapes))], dtype=object)


def _zone_id(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
