"""Zones (in Milan: NIL) whose residents are counted."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

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
    try:
        frame = gpd.read_file(source.file)
    except (DataSourceError, OSError, pyogrio.errors.DataLayerError) as error:
        raise InputDataError(f"{source.file}: cannot be read as a layer of polygons: {error}") from error
    columns = [c for c in (source.id_column, source.name_column) if c not in frame.columns]
    if columns:
        found = ", ".join(c for c in frame.columns if c != "geometry")
        raise InputDataError(f"{source.file}: column {columns[0]!r} is missing; the columns are {found}")
    if frame.crs is None:
        raise InputDataError(f"{source.file}: has no coordinate reference system; save it with one")
    ids = frame[source.id_column].map(_zone_id)
    rows, problems = [], []
    for zone_id in dict.fromkeys(wanted):
        hits = frame.index[ids == zone_id]
        if len(hits) != 1:
            problems.append(
                f"zone {zone_id!r} stands {len(hits)} times in column {source.id_column!r}, it must be once"
            )
        elif frame.geometry[hits[0]] is None or frame.geometry[hits[0]].geom_type not in ("Polygon", "MultiPolygon"):
            problems.append(f"zone {zone_id!r} is not a polygon")
        else:
            rows.append(hits[0])
    if problems:
        raise InputDataError(f"{source.file}: zones cannot be used", problems)
    chosen = frame.loc[rows].to_crs(LONLAT)
    return gpd.GeoDataFrame(
        {"zone_id": ids[rows].to_numpy(), "name": chosen[source.name_column].astype(str).to_numpy()},
        geometry=shapely.make_valid(chosen.geometry.to_numpy()),
        crs=LONLAT,
    )


def _zone_id(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
