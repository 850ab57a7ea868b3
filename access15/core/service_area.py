"""Service areas: the land along reached streets as polygons, and the certificate that checks them.

A place belongs to the area when the street nearest to it lies within `HALF_WIDTH_M` and there is
time left to walk from that street to the place. So the strip narrows to nothing where the reach
ends, and land nearer to a street that is not reached stays out, however close a reached one runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.impedance import Impedance
from access15.core.network import WalkNetwork
from access15.core.reach import EdgeTimes, StreetParts, cut_lines, parts_beyond, parts_within, times_on_edges
from access15.core.street_cells import HALF_WIDTH_M, StreetCells, build_street_cells, part_ends

SMALL_HOLE_M2 = 2_000.0  # a courtyard; a larger hole is land no reached street touches
_SLIT_M = 0.5


@dataclass(frozen=True, eq=False)
class AreaCanvas:
    """What every service area on one network is drawn from; build with `build_canvas`."""

    network: WalkNetwork
    cells: StreetCells


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
    """Divide the land along the open streets, once.

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
    return AreaCanvas(network, build_street_cells(network, is_open))


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
    for cutoff_s in cutoffs_s:
        parts = parts_within(times, cutoff_s=cutoff_s)
        polygon = _draw(_Search(canvas, impedance, times, cutoff_s), parts)
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


@dataclass(frozen=True, eq=False)
class _Search:
    """One finished search and its cutoff."""

    canvas: AreaCanvas
    impedance: Impedance
    times: EdgeTimes
    cutoff_s: float

    def left_m(self, parts: StreetParts) -> NDArray[np.float64]:
        """Metres of walking left at both ends of parts, shape (2, n)."""
        ends_s = np.stack([times_on_edges(self.times, parts.edge, at) for at in (parts.start, parts.stop)])
        return (self.cutoff_s - ends_s) * self.impedance.pace_ms


def _draw(search: _Search, parts: StreetParts) -> shapely.Geometry:
    cells = search.canvas.cells
    if len(cells.polygon) == 0:
        return shapely.MultiPolygon()
    is_safe = search.left_m(cells.stretches).min(axis=0) >= HALF_WIDTH_M
    drawn = np.ones(len(cells.polygon), dtype=bool)
    drawn[cells.cell[~is_safe]] = False
    land = cells.join(drawn)
    pieces, cell = _pieces_on(cells, parts, ~is_safe)
    if len(pieces):
        left_m = np.clip(search.left_m(pieces), 0.0, HALF_WIDTH_M)
        land = shapely.union(land, _narrowing(search.canvas, pieces, cell, left_m))
        drawn[cell] = True
    return _without_strays(search, _without_small_holes(land), drawn)


def _pieces_on(
    cells: StreetCells, parts: StreetParts, wanted: NDArray[np.bool_]
) -> tuple[StreetParts, NDArray[np.int64]]:
    """Parts of streets cut at the ends of stretches, on wanted stretches only; and their cells."""
    rows = np.flatnonzero(wanted)
    low = np.searchsorted(parts.edge, cells.stretches.edge[rows], side="left")
    n = np.searchsorted(parts.edge, cells.stretches.edge[rows], side="right") - low
    stretch = np.repeat(rows, n)
    part = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n) + np.repeat(low, n)
    start = np.maximum(cells.stretches.start[stretch], parts.start[part])
    stop = np.minimum(cells.stretches.stop[stretch], parts.stop[part])
    keep = stop > start
    stretch = stretch[keep]
    return StreetParts(cells.stretches.edge[stretch], start[keep], stop[keep]), cells.cell[stretch]


def _narrowing(
    canvas: AreaCanvas, pieces: StreetParts, cell: NDArray[np.int64], left_m: NDArray[np.float64]
) -> shapely.Geometry:
    """Land beside pieces of street, as wide as the time left allows, inside their own cells."""
    a, b = part_ends(canvas.network, pieces)
    ahead = b - a
    size = np.hypot(*ahead.T)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) / np.where(size > 0, size, 1.0)[:, None]
    wide_a, wide_b = left_m[0][:, None] * side, left_m[1][:, None] * side
    # half as wide as the time left, discs at the ends join pieces at corners and never jut out
    angle = np.arange(8) * np.pi / 4
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2
    discs = [p[:, None, :] + left[:, None, None] * circle for p, left in zip((a, b), left_m, strict=True)]
    corners = np.concatenate([np.stack([a + wide_a, b + wide_b, b - wide_b, a - wide_a], axis=1), *discs], axis=1)
    shapes = shapely.convex_hull(shapely.linestrings(corners))
    return shapely.union_all(shapely.intersection(shapes, canvas.cells.polygon[cell]))


def _without_strays(search: _Search, polygon: shapely.Geometry, drawn: NDArray[np.bool_]) -> shapely.Geometry:
    """Cut out unreached streets that run through the land of a reached one, as under a bridge."""
    cells = search.canvas.cells
    touches = drawn.copy()
    for one, other in ((0, 1), (1, 0)):
        touches[cells.neighbours[drawn[cells.neighbours[:, one]], other]] = True
    suspects = cells.strays & touches[cells.cell]
    beyond = parts_beyond(search.times, cutoff_s=search.cutoff_s, among=np.unique(cells.stretches.edge[suspects]))
    pieces, _ = _pieces_on(cells, beyond, suspects)
    if not len(pieces):
        return polygon
    slits = shapely.buffer(cut_lines(search.canvas.network, pieces), _SLIT_M, quad_segs=1, cap_style="flat")
    return shapely.difference(polygon, shapely.union_all(slits))


def _without_small_holes(geometry: shapely.Geometry) -> shapely.Geometry:
    polygons = shapely.get_parts(geometry)
    rings, owner = shapely.get_rings(polygons, return_index=True)
    if len(rings) == len(polygons):
        return geometry
    shells = np.ones(len(rings), dtype=bool)
    shells[1:] = owner[1:] != owner[:-1]
    holes: dict[int, list[shapely.LinearRing]] = {}
    for i in np.flatnonzero(~shells & (shapely.area(shapely.polygons(rings)) > SMALL_HOLE_M2)):
        holes.setdefault(int(owner[i]), []).append(rings[i])
    return shapely.multipolygons([shapely.Polygon(rings[i], holes.get(int(owner[i]))) for i in np.flatnonzero(shells)])
