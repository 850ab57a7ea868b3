"""A town in parts: zones for counting, from the boundaries and quarters that an extract knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from access15.crs import LONLAT
from access15.sources.streets.survey import QUARTERS, Outline, Survey

HowZoned = Literal["boundaries", "quarters", "names", "one"]
_LEAST_COVERED = 0.5  # of the area, by outlines that are to be its zones
_LEAST_PIECE = 0.002  # of the area: smaller pieces are slivers of outlines
_MOST_ZONES = 200


class Parts(NamedTuple):
    """Zones of an area.

    Parameters
    ----------
    zones : GeoDataFrame
        ``name`` (empty for what no outline covers) and outlines in EPSG:4326.
    how : {"boundaries", "quarters", "names", "one"}
        From administrative boundaries, from outlines of quarters, from the nearest name of a
        quarter, or one zone.
    """

    zones: gpd.GeoDataFrame
    how: HowZoned


def split_area(area: shapely.Geometry, survey: Survey, crs: str, name: str) -> Parts:
    """Split an area (EPSG:4326) into zones: the finest outlines that cover half of it, else the
    land nearest to each name of a quarter, else one zone.
    """
    land = _project(area, LONLAT, crs)
    levels = sorted({one.level for one in survey.outlines if one.level}, reverse=True)
    for level in (*levels, 0):
        outlines = [one for one in survey.outlines if one.level == level]
        pieces = _cut(land, outlines, crs)
        covered_m2 = sum(piece.area for _, piece in pieces)
        is_fit = 1 < len(pieces) <= _MOST_ZONES and covered_m2 >= _LEAST_COVERED * land.area
        if is_fit:
            return Parts(
                _frame(_add_rest(land, pieces), crs), "boundaries" if level else "quarters"
            )
    near = _cut_by_names(land, survey, crs)
    if 1 < len(near) <= _MOST_ZONES:
        return Parts(_frame(near, crs), "names")
    return Parts(_frame([(name, land)], crs), "one")


def _project(shape: shapely.Geometry, source: str, target: str) -> shapely.Geometry:
    """A shape in another coordinate system."""
    return gpd.GeoSeries([shape], crs=source).to_crs(target).iloc[0]


def _cut(
    land: shapely.Geometry, outlines: Sequence[Outline], crs: str
) -> list[tuple[str, shapely.Geometry]]:
    """Pieces of land that outlines hold, each place in the first outline that holds it."""
    pieces: list[tuple[str, shapely.Geometry]] = []
    left = land
    for one in outlines:
        if shapely.is_empty(one.shape):
            continue
        piece = _polygons(shapely.intersection(left, _project(one.shape, LONLAT, crs)))
        if piece.area > _LEAST_PIECE * land.area:
            pieces.append((one.name, piece))
            left = _polygons(shapely.difference(left, piece))
    return pieces


def _add_rest(
    land: shapely.Geometry, pieces: list[tuple[str, shapely.Geometry]]
) -> list[tuple[str, shapely.Geometry]]:
    """Pieces, and as one more what is in none: nothing of the area is dropped."""
    rest = _polygons(shapely.difference(land, shapely.union_all([one for _, one in pieces])))
    return [*pieces, ("", rest)] if rest.area > _LEAST_PIECE * land.area else pieces


def _cut_by_names(
    land: shapely.Geometry, survey: Survey, crs: str
) -> list[tuple[str, shapely.Geometry]]:
    """Land nearest to each name of a quarter that stands in it."""
    named = {(one.lon, one.lat): one for one in survey.points if one.kind in QUARTERS}
    if not named:
        return []
    points = gpd.GeoSeries(shapely.points(list(named)), crs=LONLAT)
    xy = shapely.get_coordinates(points.to_crs(crs).to_numpy())
    names = [one.name for one in named.values()]
    is_inside = shapely.contains_xy(land, xy[:, 0], xy[:, 1])
    kept = np.flatnonzero(is_inside)
    if len(kept) < 2:
        return []
    cells = shapely.voronoi_polygons(shapely.multipoints(xy[kept]), extend_to=land, ordered=True)
    return [
        (names[row], _polygons(shapely.intersection(cell, land)))
        for row, cell in zip(kept, cells.geoms, strict=True)
    ]


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape: cuts leave lines and points."""
    parts = shapely.get_parts(shapely.make_valid(shape))
    return shapely.union_all([one for one in parts if one.geom_type in ("Polygon", "MultiPolygon")])


def _frame(pieces: list[tuple[str, shapely.Geometry]], crs: str) -> gpd.GeoDataFrame:
    """Zones as a frame in EPSG:4326."""
    names = [name for name, _ in pieces]
    shapes = gpd.GeoSeries([shape for _, shape in pieces], crs=crs).to_crs(LONLAT)
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=LONLAT)
