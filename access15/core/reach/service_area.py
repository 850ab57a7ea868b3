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

from access15.core.reach.aside import StreetReach, TimedReach, find_bends
from access15.core.reach.cells import (
    HALF_WIDTH_M,
    SLIT_M,
    StreetCells,
    build_street_cells,
    part_ends,
)
from access15.core.reach.parts import (
    EdgeTimes,
    StreetParts,
    cut_lines,
    merge_parts,
    parts_outside,
    without,
)
from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import Impedance

_SLIVER_M2 = 1e-3
_GRID_M = 1e-6
SMALL_HOLE_M2 = 2_000.0  # a courtyard; a larger hole is land no reached street touches


@dataclass(frozen=True, eq=False)
class AreaCanvas:
    """What every service area on one network is drawn from; build with `build_canvas`.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_open : ndarray of bool, shape (n_edges,)
        Streets that are drawn.
    cells : StreetCells
        The land along them.
    """

    network: WalkNetwork
    is_open: NDArray[np.bool_]
    cells: StreetCells


@dataclass(frozen=True, eq=False)
class ServiceArea:
    """One polygon and the streets it is drawn from.

    Parameters
    ----------
    polygon : shapely Polygon or MultiPolygon
        May be empty; in the network's CRS.
    parts : StreetParts
        The reached parts of streets, also of those the canvas does not draw.
    street_m : float
        Length of those drawn that are streets of the map: lines across squares are none [m].
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
        Streets to draw, usually `Impedance.is_main`. Streets left out are no part of any area;
        streets that some walker cannot pass may be in, and stay out of that walker's areas.

    Returns
    -------
    AreaCanvas
        For `draw_service_areas`.
    """
    return AreaCanvas(network, is_open, build_street_cells(network, is_open))


def narrow_canvas(canvas: AreaCanvas, is_open: NDArray[np.bool_]) -> AreaCanvas:
    """Canvas of fewer streets, without dividing the land anew: land of the others is no part of any
    area.

    Parameters
    ----------
    canvas : AreaCanvas
        From `build_canvas`.
    is_open : ndarray of bool, shape (n_edges,)
        Which of its streets to draw.

    Returns
    -------
    AreaCanvas
        For `draw_service_areas`.
    """
    some = canvas.is_open & is_open
    return AreaCanvas(canvas.network, some, canvas.cells.only(some))


def draw_service_areas(
    canvas: AreaCanvas,
    impedance: Impedance,
    times: EdgeTimes,
    *,
    cutoffs_s: tuple[float, ...],
) -> list[ServiceArea]:
    """Service areas of one search for rising cutoffs; smaller ones lie inside larger ones.

    Parameters
    ----------
    canvas : AreaCanvas
        From `build_canvas`.
    impedance : Impedance
        The walker.
    times : EdgeTimes
        From `access15.core.reach.parts.edge_times`.
    cutoffs_s : tuple of float
        Longest walks, rising, inclusive [s].

    Returns
    -------
    list of ServiceArea
        One per cutoff; empty polygons where nothing is reached.
    """
    return draw_reach(canvas, TimedReach(times, impedance.pace_ms), cutoffs_s=cutoffs_s)


def draw_reach(
    canvas: AreaCanvas,
    reach: StreetReach,
    *,
    cutoffs_s: tuple[float, ...],
) -> list[ServiceArea]:
    """Service areas of any finished search for rising cutoffs; smaller ones lie inside larger ones.

    Parameters
    ----------
    canvas : AreaCanvas
        From `build_canvas`.
    reach : StreetReach
        How far aside of the streets somebody may live.
    cutoffs_s : tuple of float
        Longest walks, rising, inclusive [s].

    Returns
    -------
    list of ServiceArea
        One per cutoff; empty polygons where nothing is reached.
    """
    bends = find_bends(canvas.network)
    areas = []
    for cutoff_s in cutoffs_s:
        parts = reach.parts(cutoff_s)
        kinks = reach.kinks(cutoff_s)
        edge, at = (
            np.concatenate([kinks.edge, bends.edge]),
            np.concatenate([kinks.start, bends.start]),
        )
        polygon = _draw(_Search(canvas, reach, cutoff_s, parts, StreetParts(edge, at, at)))
        streets = parts.take((canvas.is_open & canvas.network.is_mapped)[parts.edge])
        street_m = float(streets.length_m(canvas.network).sum())
        areas.append(ServiceArea(polygon, parts, street_m))
    return areas


def certify(
    polygon: shapely.Geometry,
    xy: NDArray[np.float64],
    travel_time_s: NDArray[np.float64],
    *,
    cutoff_s: float,
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
    """One finished search and cutoff, on its canvas."""

    canvas: AreaCanvas
    reach: StreetReach
    cutoff_s: float
    parts: StreetParts
    kinks: StreetParts


def _draw(search: _Search) -> shapely.Geometry:
    """The land of one search: whole cells where time abounds, wedges where it runs out."""
    cells = search.canvas.cells
    if len(cells.polygon) == 0:
        return shapely.MultiPolygon()
    # 1. A cell is drawn whole where even the worst place of all its streets leaves time to cross
    #    it: that is most of the area, and cells join in linear time because they share their
    #    borders.
    is_safe = search.reach.least_left_m(cells.stretches, search.cutoff_s) >= HALF_WIDTH_M
    drawn = np.zeros(len(cells.polygon), dtype=bool)
    drawn[cells.cell] = True
    drawn[cells.cell[~is_safe]] = False
    is_whole = drawn[cells.cell]
    # 2. Elsewhere only the reached parts of streets count, cut wherever the time left bends, so
    #    that the land beside each piece narrows evenly from one end to the other.
    straight = _straight_pieces(search, search.parts, cells.stretches.edge[~is_whole])
    pieces, stretch = _pieces_on(cells, straight, ~is_whole)
    # a street drawn with its whole cell may leave it for land that is not drawn
    bridges = np.unique(cells.stray[~drawn[cells.stray_cell] & is_whole[cells.stray]])
    wedges, strips = _beside(search, pieces, stretch)
    spans = _strips(cut_lines(search.canvas.network, cells.stretches.take(bridges)))
    streets = _union(_polygons(np.concatenate([strips, spans])))
    beside = _areal(shapely.union(_join(wedges), streets, grid_size=_GRID_M))
    land = shapely.union(cells.join(drawn), beside, grid_size=_GRID_M)
    # 3. Courtyards are filled, but never a hole that holds a street of its own: people live there.
    drawn[cells.cell[stretch]] = True
    touched = drawn.copy()
    touched[cells.stray_cell[np.isin(cells.stray, np.concatenate([stretch, bridges]))]] = True
    land = _without_small_holes(land, cells, drawn)
    # 4. Last of all, because filling and joining may have covered them, streets that are not
    #    reached are cut out again.
    land = _without_unreached(search, land, ~is_safe, touched)
    land = _areal(land)
    # borders that nearly coincide may come out of the overlays crossing by less than a millimetre
    return land if land.is_valid else _areal(shapely.make_valid(land))


def _straight_pieces(
    search: _Search,
    parts: StreetParts,
    edges: NDArray[np.int64],
) -> StreetParts:
    """Parts of some edges, cut at every kink."""
    wanted = np.zeros(search.canvas.network.n_edges, dtype=bool)
    wanted[edges] = True
    some = parts.take(wanted[parts.edge])
    wanted[:] = False
    wanted[some.edge] = True
    return without(some, search.kinks.take(wanted[search.kinks.edge]))


def _pieces_on(
    cells: StreetCells,
    parts: StreetParts,
    wanted: NDArray[np.bool_],
) -> tuple[StreetParts, NDArray[np.int64]]:
    """Parts of streets cut at the ends of stretches, on wanted stretches only; and their
    stretches.
    """
    rows = np.flatnonzero(wanted)
    low = np.searchsorted(parts.edge, cells.stretches.edge[rows], side="left")
    n = np.searchsorted(parts.edge, cells.stretches.edge[rows], side="right") - low
    stretch = np.repeat(rows, n)
    part = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n) + np.repeat(low, n)
    start = np.maximum(cells.stretches.start[stretch], parts.start[part])
    stop = np.minimum(cells.stretches.stop[stretch], parts.stop[part])
    keep = stop > start
    stretch = stretch[keep]
    return StreetParts(cells.stretches.edge[stretch], start[keep], stop[keep]), stretch


def _beside(
    search: _Search,
    pieces: StreetParts,
    stretch: NDArray[np.int64],
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Land beside pieces of street, as wide as the time left allows, one shape in each cell; and
    the street itself.
    """
    cells = search.canvas.cells
    left_m = np.stack(
        [
            search.reach.left_m(pieces.edge, at, search.cutoff_s)
            for at in (pieces.start, pieces.stop)
        ]
    )
    left_m = np.clip(left_m, 0.0, HALF_WIDTH_M)
    # 1. A wedge ends at the border of its cell, because the land beyond is nearer to another
    #    street.
    cell = cells.cell[stretch]
    land = shapely.intersection(
        _wedges(*part_ends(search.canvas.network, pieces), left_m), cells.polygon[cell]
    )
    # 2. Wedges overlap at corners: joined cell by cell, none of the many small unions is slow.
    order = np.argsort(cell, kind="stable")
    groups = np.split(land[order], np.flatnonzero(np.diff(cell[order])) + 1)
    joined = [
        g[0] if len(g) == 1 else shapely.union_all(_polygons(g), grid_size=_GRID_M)
        for g in groups
        if len(g)
    ]
    # a street inside its own cell lies in its wedge
    stray = cut_lines(search.canvas.network, pieces.take(np.isin(stretch, cells.stray)))
    return _polygons(np.array(joined, dtype=object)), _strips(stray)


def _join(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Union of shapes that touch but do not overlap.

    GEOS 3.14 may lose land, and not say so, where borders nearly coincide; the area tells, and a
    grid helps.
    """
    try:
        joined = shapely.union_all(shapes)
        if abs(joined.area - shapely.area(shapes).sum()) < _SLIVER_M2 and shapely.is_valid(joined):
            return joined
    except shapely.GEOSException:
        pass
    return _union(shapes)


def _union(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Union of shapes that may overlap, on a grid on which GEOS loses nothing."""
    return _areal(shapely.union_all(shapes, grid_size=_GRID_M))


def _areal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Without what has shrunk to a line on the grid, which no overlay accepts beside polygons."""
    return shapely.multipolygons(_polygons(geometry))


def _wedges(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    left_m: NDArray[np.float64],
) -> NDArray[np.object_]:
    """Convex shapes from a to b, as wide as the time left at both ends; half-wide discs join them
    at corners.
    """
    ahead = b - a
    size = np.hypot(*ahead.T)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) / np.where(size > 0, size, 1.0)[:, None]
    wide_a, wide_b = left_m[0][:, None] * side, left_m[1][:, None] * side
    angle = np.arange(8) * np.pi / 4
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2
    discs = [
        p[:, None, :] + left[:, None, None] * circle for p, left in zip((a, b), left_m, strict=True)
    ]
    corners = np.concatenate(
        [np.stack([a + wide_a, b + wide_b, b - wide_b, a - wide_a], axis=1), *discs], axis=1
    )
    return np.asarray(shapely.convex_hull(shapely.linestrings(corners)), dtype=object)


def _strips(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Streets as wide as a street is at least."""
    return np.asarray(shapely.buffer(lines, SLIT_M, quad_segs=1, cap_style="flat"), dtype=object)


def _without_unreached(
    search: _Search,
    land: shapely.Geometry,
    is_doubtful: NDArray[np.bool_],
    touched: NDArray[np.bool_],
) -> shapely.Geometry:
    """Cut out unreached streets that run through drawn land, as under a bridge or beyond the
    reach.
    """
    cells = search.canvas.cells
    # Only streets near drawn land can run through it: two rings of cells around, and strays.
    suspects = cells.around(cells.around(touched))[cells.cell]
    suspects[cells.stray[touched[cells.stray_cell]]] = True
    suspects &= is_doubtful
    among = np.unique(cells.stretches.edge[suspects])
    pieces, _ = _pieces_on(cells, parts_outside(search.parts, among=among), suspects)
    pieces = merge_parts(pieces)
    slits = _polygons(_strips(cut_lines(search.canvas.network, pieces)))
    shapely.prepare(land)
    slits = slits[shapely.intersects(land, slits)]
    return shapely.difference(land, _union(slits), grid_size=_GRID_M)


def _polygons(land: shapely.Geometry | NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons of a geometry, without slivers and without what is only a line or a point."""
    parts = shapely.get_parts(land)
    return np.asarray(parts[shapely.area(parts) > _SLIVER_M2], dtype=object)


def _without_small_holes(
    land: shapely.Geometry,
    cells: StreetCells,
    drawn: NDArray[np.bool_],
) -> shapely.Geometry:
    """Fill small holes that hold no street of their own."""
    polygons = _polygons(land)
    rings, owner = shapely.get_rings(polygons, return_index=True)
    is_hole = np.zeros(len(rings), dtype=bool)
    is_hole[1:] = owner[1:] == owner[:-1]
    outlines = shapely.polygons(rings)
    small = np.flatnonzero(is_hole & (shapely.area(outlines) <= SMALL_HOLE_M2))
    which, cell = cells.sites.query(outlines[small], predicate="intersects")
    # a hole with the middle of a cell that is not drawn holds a street that is not reached
    small = np.delete(small, np.unique(which[~drawn[cell]]))
    if not len(small):
        return shapely.multipolygons(polygons)
    is_hole[small] = False
    holes: dict[int, list[shapely.LinearRing]] = {}
    for i in np.flatnonzero(is_hole):
        holes.setdefault(int(owner[i]), []).append(rings[i])
    shells = np.searchsorted(owner, np.arange(len(polygons)))
    changed = np.unique(owner[small])
    filled = polygons.copy()
    filled[changed] = [shapely.Polygon(rings[shells[i]], holes.get(int(i))) for i in changed]
    # an island inside a filled hole is land of the filled polygon now
    islands = shapely.STRtree(outlines[small]).query(polygons, predicate="within")[0]
    return shapely.multipolygons(np.delete(filled, np.unique(islands)))
