"""Entrances of the parks that an OpenStreetMap file draws as outlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.entrances import (
    CROSSING,
    EDGE,
    NONE,
    Entrances,
    Segments,
    find_entrances,
)
from access15.crs import LONLAT
from access15.sources.streets.boxes import Box
from access15.sources.streets.build import project
from access15.sources.streets.collect import Place
from access15.sources.streets.ways import NodeTable, WayTable

_PRECISION = {EDGE: "edge", NONE: "place"}
_PAD_DEG = 0.001  # streets beside a park at the box's edge


@dataclass(frozen=True, eq=False)
class PlacePoints:
    """Points that people walk to, one or several per place.

    Parameters
    ----------
    place : ndarray of int64, shape (n,)
        Position of the place among those of the file.
    lonlat : ndarray of shapely points, shape (n,)
        Where, in EPSG:4326.
    suffix : tuple of str
        What is added to the place's id: empty for its only point, ``-e120`` for the entrance 120 m
        along its outline.
    precision : tuple of str
        How well the point is known: ``openstreetmap``; ``edge`` for a park that no street crosses,
        at its edge; ``place`` for one that has no street beside it either, inside it.
    """

    place: NDArray[np.int64]
    lonlat: NDArray[np.object_]
    suffix: tuple[str, ...]
    precision: tuple[str, ...]


def locate_places(
    places: Sequence[Place],
    ways: WayTable,
    nodes: NodeTable,
    boxes: Iterable[Box],
    *,
    crs: str,
) -> PlacePoints:
    """Find the points by which places are reached."""
    shapes = shapely.from_wkb(np.array([place.wkb for place in places], dtype=object))
    by_entrance = np.array([place.by_entrance for place in places], dtype=np.bool_)
    plain = np.flatnonzero(~by_entrance)
    # 1. Of parks only those in the boxes, because entrances are looked for along every street near.
    land = shapely.union_all([shapely.box(*box) for box in boxes])
    in_box = shapely.intersects(shapes, land)
    entered = np.flatnonzero(by_entrance & in_box)
    # 2. Outlines are mended and projected: some cross themselves, and what then has no inside is
    #    no park.
    mended = shapely.make_valid(shapes[entered])
    projected = shapely.transform(mended, lambda xy: project(xy, LONLAT, crs))
    outlines = np.array([_polygons(one) for one in projected.tolist()], dtype=object)
    is_there = ~shapely.is_empty(outlines)
    entered, outlines = entered[is_there], outlines[is_there]
    # 3. People walk to where streets cross the outline, not to the middle of the grass.
    found = find_entrances(outlines, _segments(ways, nodes, shapes[entered], crs))
    points = gpd.GeoSeries(shapely.points(found.xy), crs=crs).to_crs(LONLAT).to_numpy()
    # 4. All other places have one point, inside their outline even where that is bent.
    precision = [_PRECISION.get(kind, "openstreetmap") for kind in found.kind.tolist()]
    return PlacePoints(
        place=np.concatenate([plain, entered[found.area]]),
        lonlat=np.concatenate([shapely.point_on_surface(shapes[plain]), points]),
        suffix=(*("" for _ in plain), *_suffixes(found)),
        precision=(*("openstreetmap" for _ in plain), *precision),
    )


def lead_in(
    grounds: NDArray[np.object_], ways: WayTable, nodes: NodeTable, *, crs: str
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Where streets lead into grounds in EPSG:4326: points in metres, and which grounds, rising."""
    none = np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
    if not len(grounds):
        return none
    projected = shapely.transform(shapely.make_valid(grounds), lambda xy: project(xy, LONLAT, crs))
    outlines = np.array([_polygons(one) for one in projected.tolist()], dtype=object)
    there = np.flatnonzero(~shapely.is_empty(outlines))
    if not len(there):
        return none
    found = find_entrances(outlines[there], _segments(ways, nodes, grounds[there], crs))
    is_crossed = found.kind == CROSSING
    return found.xy[is_crossed], there[found.area[is_crossed]]


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """What of a shape has an inside; mending may leave lines."""
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _suffixes(found: Entrances) -> list[str]:
    """Distances along the outline: the same from run to run, whatever else is asked."""
    suffixes, taken = [], set()
    columns = (found.area, found.along_m, found.kind)
    for area, along_m, kind in zip(*(column.tolist() for column in columns), strict=True):
        number = round(along_m)
        while (area, number) in taken:  # two within half a metre
            number += 1
        taken.add((area, number))
        suffixes.append("" if kind == NONE else f"-e{number}")
    return suffixes


def _segments(
    ways: WayTable,
    nodes: NodeTable,
    outlines: NDArray[np.object_],
    crs: str,
) -> Segments:
    """Straight pieces of ways near some outlines; tunnels and motor bridges lead past, not in."""
    # 1. Segments of one way that may lead in.
    is_past = ways.say(lambda t: t.tunnel or (t.bridge and not t.is_walkway), np.bool_)
    begin = np.zeros(0, dtype=np.int64)
    if len(outlines):
        is_segment = np.diff(ways.of_vertex) == 0
        begin = np.flatnonzero(is_segment & ~is_past[ways.of_vertex[:-1]])
        begin = begin[_is_near(ways.xy[begin], ways.xy[begin + 1], outlines)]
    # 2. Nodes are numbered anew, because only those of these segments are asked for.
    vertex = np.concatenate([begin, begin + 1])
    ids, first, index = np.unique(ways.node_id[vertex], return_index=True, return_inverse=True)
    return Segments(
        ends=index.reshape(2, -1).T,
        xy=project(ways.xy[vertex[first]], LONLAT, crs),
        is_blocked=np.isin(ids, nodes.node_id[nodes.is_blocked]),
    )


def _is_near(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    outlines: NDArray[np.object_],
) -> NDArray[np.bool_]:
    """Whether segments touch the padded box of some outlines; not where an end is unknown (NaN)."""
    west, south, east, north = shapely.total_bounds(outlines)
    low, high = np.minimum(a, b), np.maximum(a, b)
    is_west_or_south = low <= [east + _PAD_DEG, north + _PAD_DEG]
    is_east_or_north = high >= [west - _PAD_DEG, south - _PAD_DEG]
    return np.asarray((is_west_or_south & is_east_or_north).all(axis=1))
