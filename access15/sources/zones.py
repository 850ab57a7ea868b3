"""Zones (in Milan: NIL) whose residents are counted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import shapely

from access15.config import ZoneSource
from access15.crs import LONLAT
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.vector_layers import NO_CRS, keep_polygons, list_columns, read_layer


def read_zones(
    source: ZoneSource,
    *,
    wanted: Iterable[str] | None = None,
    where: str = "[zones]",
) -> gpd.GeoDataFrame:
    """Read the outlines of the zones a study needs, or of all.

    Returns ``zone_id, name, geometry`` in EPSG:4326, in the order wanted, valid polygons.
    """
    frame = read_layer(source.file, None, what="polygons", where=where)
    columns = list_columns(frame)
    if missing := [
        repr(c) for c in dict.fromkeys((source.id_column, source.name_column)) if c not in columns
    ]:
        known = columns or Remark("no_columns")
        raise InputDataError(
            Remark("zone_columns_missing", path=source.file, missing=missing, known=known)
        )
    if frame.crs is None:
        raise InputDataError(Remark("error_at", where=source.file, text=Remark(NO_CRS)))
    ids = frame[source.id_column].map(_zone_id)
    outlines = keep_polygons(frame.to_crs(LONLAT).geometry.to_numpy())
    rows: list[int] = []
    problems: list[Remark] = []
    for zone_id in dict.fromkeys(ids if wanted is None else wanted):
        hits = frame.index[ids == zone_id]
        if len(hits) != 1:
            problems.append(
                Remark("zone_id_not_once", zone=zone_id, n=len(hits), column=source.id_column)
            )
        elif shapely.is_empty(outlines[hits[0]]):
            problems.append(Remark("zone_no_polygon", zone=zone_id))
        else:
            rows.append(hits[0])
    if problems:
        raise InputDataError(Remark("zones_unusable", path=source.file), problems)
    names = frame[source.name_column].fillna("").astype(str)
    return gpd.GeoDataFrame(
        {"zone_id": ids[rows].to_numpy(), "name": names[rows].to_numpy()},
        geometry=outlines[rows],
        crs=LONLAT,
    )


def read_outlines(file: Path, where: str) -> shapely.Geometry:
    """Everything that the zones of a file cover, also those that a study does not ask for.

    EPSG:4326.
    """
    frame = read_layer(file, None, what="polygons", where=where)
    if frame.crs is None:
        raise InputDataError(Remark("error_at", where=file, text=Remark(NO_CRS)))
    return shapely.union_all(keep_polygons(frame.to_crs(LONLAT).geometry.to_numpy()))


def _zone_id(value: object) -> str:
    """Identifier of a zone as text, also where a layer holds it as a decimal number."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
