"""Service areas: the land along reached streets as polygons, and the certificate that checks them.

A place belongs to the area when it lies within `HALF_WIDTH_M` of a reached street and can still
be reached from there in the time left. Three things keep unreachable land out: near the end of
the reach the strip narrows to nothing, streets that are not reached are cut out, and land that
this leaves without any reached street is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.impedance import Impedance
from access15.core.network import WalkNetwork
from access15.core.reach import EdgeTimes, StreetParts, cut_lines, cut_vertices, end_vertices, parts_beyond, parts_within

HALF_WIDTH_M = 25.0
QUAD_SEGMENTS = 2
SMALL_HOLE_M2 = 2_000.0  # a courtyard; a larger hole is land no reached street touches
_SLIT_M = 0.5
_TILE_M = 300.0


@dataclass(frozen=True, eq=False)
class AreaCanvas:
    """What is drawn again and again on one network: a strip along every street, joined by tiles.

    Build with `build_canvas`, once per network and set of open edges.
    """

    network: WalkNetwork
    open_edges: NDArray[np.int64]
    strips: NDArray[np.object_]
    tile: NDArray[np.int64]
    tile_union: NDArray[np.object_]
    tree: shapely.STRtree


@dataclass(frozen=True, eq=False)
class ServiceArea:
    """One polygon and the streets it is drawn from.

    Parameters
    ----------
    polygon : shapely Polygon or MultiPolygon
        May be empty; in the network's CRS.
    parts : StreetParts
        The reached parts of streets.
    street_m : float
        Their length together [m].
    """

    polygon: shapely.Geometry
    parts: StreetParts
    street_m: float


@dataclass(frozen=True)
class Certificate:
    """How far a polygon can be trusted, counted on addresses.

    Parameters
    ----------
    false_inside : int
        Addresses inside the polygon whose walk is longer than the cutoff.
    missed_outside : int
        Addresses outside the polygon whose walk is within the cutoff.
    """

    false_inside: int
    missed_outside: int


def build_canvas(network: WalkNetwork, is_open: NDArray[np.bool_]) -> AreaCanvas:
    """Draw a strip along every open street, once.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_open : ndarray of bool, shape (n_edges,)
        Streets that count, usually `Impedance.is_main`.

    Returns
    -------
    AreaCanvas
        For `draw_service_areas`.
    """
    open_edges = np.flatnonzero(is_open)
    strips = np.full(network.n_edges, None, dtype=object)
    strips[open_edges] = shapely.buffer(network.lines[open_edges], HALF_WIDTH_M, quad_segs=QUAD_SEGMENTS)
    tile = np.full(network.n_edges, -1, dtype=np.int64)
    tile_union = np.zeros(0, dtype=object)
    if len(open_edges):
        middle = (network.node_xy[network.edge_u] + network.node_xy[network.edge_v])[open_edges] / 2
        cell = np.floor(middle / _TILE_M).astype(np.int64)
        _, tile[open_edges] = np.unique(cell, axis=0, return_inverse=True)
        tile_union = np.array([shapely.union_all(strips[tile == t]) for t in range(int(tile.max()) + 1)], dtype=object)
    return AreaCanvas(network, open_edges, strips, tile, tile_union, shapely.STRtree(network.lines[open_edges]))


def draw_service_areas(
    canvas: AreaCanvas, impedance: Impedance, times: EdgeTimes, *, cutoffs_s: tuple[float, ...]
) -> list[ServiceArea]:
    """Service areas of one search for rising cutoffs; smaller ones lie inside larger ones.

    Parameters
    ----------
    canvas : AreaCanvas
        From `build_canvas`.
    impedance : Impedance
        The walker.
    times : EdgeTimes
        From `access15.core.reach.edge_times`.
    cutoffs_s : tuple of float
        Longest walks, rising, inclusive [s].

    Returns
    -------
    list of ServiceArea
        One per cutoff; empty polygons where nothing is reached.
    """
    areas = []
    painted = shapely.Polygon()
    for cutoff_s in cutoffs_s:
        parts = _on_canvas(canvas, parts_within(times, cutoff_s=cutoff_s))
        painted = _paint(canvas, impedance, times, parts, cutoff_s, painted)
        polygon = _cut_unreached(canvas, times, parts, _without_small_holes(painted), cutoff_s)
        areas.append(ServiceArea(polygon, parts, float(parts.length_m(canvas.network).sum())))
    return areas


def certify(
    polygon: shapely.Geometry, xy: NDArray[np.float64], travel_time_s: NDArray[np.float64], *, cutoff_s: float
) -> Certificate:
    """Check a service area against the walking times of addresses.

    Parameters
    ----------
    polygon : shapely Geometry
        The area.
    xy : ndarray of float64, shape (n, 2)
        Addresses, in the polygon's CRS [m].
    travel_time_s : ndarray of float64, shape (n,)
        Door-to-door walks of the addresses [s].
    cutoff_s : float
        The area's cutoff, inclusive [s].

    Returns
    -------
    Certificate
        Counts of addresses the polygon is wrong about.
    """
    shapely.prepare(polygon)
    inside = shapely.contains_xy(polygon, xy[:, 0], xy[:, 1])
    within = travel_time_s <= cutoff_s
    return Certificate(int((inside & ~within).sum()), int((within & ~inside).sum()))


def _on_canvas(canvas: AreaCanvas, parts: StreetParts) -> StreetParts:
    keep = canvas.tile[parts.edge] >= 0
    return StreetParts(parts.edge[keep], parts.start[keep], parts.stop[keep])


def _paint(
    canvas: AreaCanvas,
    impedance: Impedance,
    times: EdgeTimes,
    parts: StreetParts,
    cutoff_s: float,
    painted: shapely.Geometry,
) -> shapely.Geometry:
    """Full strips where the whole width is in time, narrowing strips beyond, on top of `painted`."""
    narrow_s = HALF_WIDTH_M / impedance.pace_ms
    safe = _on_canvas(canvas, parts_within(times, cutoff_s=cutoff_s - narrow_s))
    is_whole = (safe.start <= 0) & (safe.stop >= 1)
    whole = np.zeros(canvas.network.n_edges, dtype=bool)
    whole[safe.edge[is_whole]] = True
    n_open = np.bincount(canvas.tile[canvas.open_edges], minlength=len(canvas.tile_union))
    n_whole = np.bincount(canvas.tile[whole], minlength=len(canvas.tile_union))
    full = n_open == n_whole
    loose = np.flatnonzero(whole)
    loose = loose[~full[canvas.tile[loose]]]
    rest = StreetParts(safe.edge[~is_whole], safe.start[~is_whole], safe.stop[~is_whole])
    ends = shapely.buffer(cut_lines(canvas.network, rest), HALF_WIDTH_M, quad_segs=QUAD_SEGMENTS, cap_style="flat")
    frontier = np.unique(parts.edge[~whole[parts.edge]])
    quads = _narrowing(canvas.network, impedance, times, frontier, cutoff_s)
    corners = _corners(canvas.network, impedance, times, frontier, cutoff_s)
    drawn = [canvas.tile_union[full], canvas.strips[loose], ends, quads, corners, [painted]]
    return shapely.union_all(np.concatenate(drawn))


def _corners(
    network: WalkNetwork, impedance: Impedance, times: EdgeTimes, edges: NDArray[np.int64], cutoff_s: float
) -> NDArray[np.object_]:
    """Discs that join strips at junctions, half as wide as the time left so that none juts out."""
    nodes = np.concatenate([network.edge_u[edges], network.edge_v[edges]])
    left_m = (cutoff_s - np.concatenate([times.from_u_s[edges], times.from_v_s[edges]])) * impedance.pace_ms
    radius_m = np.minimum(left_m / 2, HALF_WIDTH_M)
    nodes, radius_m = nodes[radius_m > 0], radius_m[radius_m > 0]
    discs: NDArray[np.object_] = shapely.buffer(
        shapely.points(network.node_xy[nodes]), radius_m, quad_segs=QUAD_SEGMENTS
    )
    return discs


def _narrowing(
    network: WalkNetwork, impedance: Impedance, times: EdgeTimes, edges: NDArray[np.int64], cutoff_s: float
) -> NDArray[np.object_]:
    """Strips as wide as the time left allows, as one quadrilateral per short straight stretch."""
    pieces = _short_pieces(network, edges)
    time_s = np.stack([_time_at(times, pieces.edge, pieces.start), _time_at(times, pieces.edge, pieces.stop)])
    left_m = np.clip((cutoff_s - time_s) * impedance.pace_ms, 0.0, HALF_WIDTH_M)
    keep = left_m.max(axis=0) > 0
    pieces = StreetParts(pieces.edge[keep], pieces.start[keep], pieces.stop[keep])
    xy, owner = cut_vertices(network, pieces)
    half_m = left_m[:, keep]
    first, last = end_vertices(owner)
    a, b = xy[first], xy[last]
    ahead = b - a
    size = np.hypot(*ahead.T)
    good = size > 0
    side = np.stack([-ahead[good, 1], ahead[good, 0]], axis=1) / size[good, None]
    a, b = a[good], b[good]
    w0, w1 = half_m[0][good][:, None] * side, half_m[1][good][:, None] * side
    quads: NDArray[np.object_] = shapely.polygons(np.stack([a + w0, b + w1, b - w1, a - w0], axis=1))
    flat: NDArray[np.bool_] = shapely.area(quads) > 0
    return np.asarray(quads[flat], dtype=object)


def _short_pieces(network: WalkNetwork, edges: NDArray[np.int64], step_m: float = 5.0) -> StreetParts:
    n = np.maximum(np.ceil(network.length_m[edges] / step_m).astype(np.int64), 1)
    edge = np.repeat(edges, n)
    rank = np.arange(len(edge)) - np.repeat(np.cumsum(n) - n, n)
    count = np.repeat(n, n)
    return StreetParts(edge, rank / count, (rank + 1) / count)


def _time_at(times: EdgeTimes, edge: NDArray[np.int64], fraction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds at a place on an edge, the direct way from a source on the same edge included."""
    over_u = times.from_u_s[edge] + fraction * times.up_s[edge]
    over_v = times.from_v_s[edge] + (1.0 - fraction) * times.down_s[edge]
    best: NDArray[np.float64] = np.minimum(over_u, over_v)
    for own_edge, own_fraction, own_s in zip(times.own_edge, times.own_fraction, times.own_s, strict=True):
        here = np.flatnonzero(edge == own_edge)
        gap = fraction[here] - own_fraction
        direct = own_s + np.where(gap > 0, gap * times.up_s[own_edge], -gap * times.down_s[own_edge])
        best[here] = np.minimum(best[here], direct)
    return best


def _without_small_holes(geometry: shapely.Geometry) -> shapely.Geometry:
    polygons = shapely.get_parts(geometry)
    rings, owner = shapely.get_rings(polygons, return_index=True)
    if len(rings) == len(polygons):
        return geometry
    shells = np.ones(len(rings), dtype=bool)
    shells[1:] = owner[1:] != owner[:-1]
    keep = shells | (shapely.area(shapely.polygons(rings)) > SMALL_HOLE_M2)
    return _rebuilt(rings, owner, shells, keep)


def _rebuilt(
    rings: NDArray[np.object_], owner: NDArray[np.int64], shells: NDArray[np.bool_], keep: NDArray[np.bool_]
) -> shapely.Geometry:
    holes: dict[int, list[shapely.LinearRing]] = {}
    for i in np.flatnonzero(keep & ~shells):
        holes.setdefault(int(owner[i]), []).append(rings[i])
    polygons = [shapely.Polygon(rings[i], holes.get(int(owner[i]))) for i in np.flatnonzero(shells)]
    return shapely.multipolygons(polygons)


def _cut_unreached(
    canvas: AreaCanvas, times: EdgeTimes, parts: StreetParts, polygon: shapely.Geometry, cutoff_s: float
) -> shapely.Geometry:
    """Cut unreached streets out of the polygon and drop the land this severs from every reached one."""
    if polygon.is_empty:
        return polygon
    shapely.prepare(polygon)
    touched = canvas.open_edges[canvas.tree.query(polygon, predicate="intersects")]
    beyond = parts_beyond(times, cutoff_s=cutoff_s, among=touched)
    if len(beyond):
        slits = shapely.buffer(cut_lines(canvas.network, beyond), _SLIT_M, quad_segs=1, cap_style="flat")
        polygon = shapely.difference(polygon, shapely.union_all(slits))
    pieces = shapely.get_parts(polygon)
    middle = StreetParts(parts.edge, parts.start, (parts.start + parts.stop) / 2)
    xy, owner = cut_vertices(canvas.network, middle)
    _, last = end_vertices(owner)
    kept = np.unique(shapely.STRtree(pieces).query(shapely.points(xy[last]), predicate="intersects")[1])
    return shapely.multipolygons(pieces[kept])
