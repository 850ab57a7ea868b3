"""Service areas: the land along reached streets as polygons, and the certificate that checks them.

A place belongs to the area when the street nearest to it lies within `HALF_WIDTH_M` and there is
time left to walk from that street to the place. So the strip narrows to nothing where the reach
ends, and land nearer to a street that is not reached stays out, however close a reached one runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.reach.aside import StreetReach, TimedReach
from access15.core.reach.field import HALF_WIDTH_M, StreetField, build_field
from access15.core.reach.kernels.arrays import Rule, Window
from access15.core.reach.kernels.arrive import arrive_at_nodes, arrive_at_places, bound_arrivals
from access15.core.reach.kernels.outline import (
    dent_border,
    find_crossings,
    find_doubtful,
    follow_border,
    place_crossings,
)
from access15.core.reach.kernels.rings import chain_rings, draw_rings
from access15.core.reach.parts import EdgeTimes, StreetParts, points_at
from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import Impedance

SMALL_HOLE_M2 = 2_000.0  # a courtyard; a larger hole is land no reached street touches
# how far a border may move for fewer places, towards the land and away from it: crossings were
# taken so much inside, and land that is not reached must not be drawn
TOLERANCES_M = (0.15, 0.05)
_SHORT_M = 0.01  # ends of streets are drawn so much short, to be surely inside
_DENTS = 4  # times that a border gives way between two of its places
_SLIVER_M2 = 1e-3
_GRID_M = 1e-7


@dataclass(frozen=True, eq=False)
class AreaCanvas:
    """What every service area on one network is drawn from; build with `build_canvas`.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_open : ndarray of bool, shape (n_edges,)
        Streets that are drawn.
    field : StreetField or None
        The land along them, maybe along more of them; None where there is none.
    """

    network: WalkNetwork
    is_open: NDArray[np.bool_]
    field: StreetField | None

    @property
    def is_dividing(self) -> NDArray[np.bool_]:
        """Streets among which the land is divided, shape (n_edges,)."""
        if self.field is None:
            return np.zeros(self.network.n_edges, dtype=bool)
        return np.isfinite(self.field.edge_box[:, 0])


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
    return AreaCanvas(network, is_open, build_field(network, is_open))


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
    return replace(canvas, is_open=canvas.is_open & is_open)


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
    reached = {cutoff_s: reach.parts(cutoff_s) for cutoff_s in cutoffs_s}
    polygons = _draw(canvas, reach, reached)
    areas = []
    for parts, polygon in zip(reached.values(), polygons, strict=True):
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
    """One finished search on its canvas: the rule, and what it says at the nodes of the grid.

    `parts` are the reached parts of streets within each cutoff, rising; `first_cutoff` says within
    which of them somebody arrives from each node of the window.
    """

    canvas: AreaCanvas
    parts: Mapping[float, StreetParts]
    rule: Rule
    window: Window
    first_cutoff: NDArray[np.uint16]


def _draw(
    canvas: AreaCanvas, reach: StreetReach, parts: Mapping[float, StreetParts]
) -> list[shapely.Geometry]:
    """The land of one search within each cutoff."""
    cutoffs_s = tuple(parts)
    # 1. Only streets from which somebody arrives in the longest time matter, and land beside them.
    arrivals, field = reach.arrivals, canvas.field
    earliest_s, latest_s = bound_arrivals(arrivals, canvas.is_open, HALF_WIDTH_M, cutoffs_s[-1])
    is_reached = np.isfinite(earliest_s)
    if field is None or not is_reached.any():
        return [shapely.MultiPolygon() for _ in cutoffs_s]
    # 2. Where no cutoff lies between the first and the last of a street, all of it is as good as
    #    the last. Every node of the grid is asked once for all cutoffs.
    some = np.flatnonzero(is_reached)
    first, last = (np.searchsorted(cutoffs_s, one[some]) for one in (earliest_s, latest_s))
    known_s = np.full(len(is_reached), np.inf)
    known_s[some] = np.where(first == last, latest_s[some], np.nan)
    rule = Rule(field.arrays, arrivals, known_s, HALF_WIDTH_M)
    window = field.window_of(is_reached)
    first_cutoff = arrive_at_nodes(rule, window, np.array(cutoffs_s))
    search = _Search(canvas, parts, rule, window, first_cutoff)
    # 3. From the longest time to the shortest, each inside the one before: to leave out places of
    #    borders has moved them by centimetres.
    polygons: list[shapely.Geometry] = []
    for i, cutoff_s in reversed(list(enumerate(cutoffs_s))):
        land = _draw_within(search, first_cutoff <= i, cutoff_s)
        if polygons and not shapely.is_empty(land):
            land = _areal(shapely.intersection(land, polygons[-1], grid_size=_GRID_M))
        polygons.append(land)
    return polygons[::-1]


def _draw_within(
    search: _Search, is_inside: NDArray[np.bool_], cutoff_s: float
) -> shapely.Geometry:
    """The land of one search within one cutoff, from the nodes of the grid that are inside."""
    rule, window = search.rule, search.window
    # 1. The border crosses lines of the grid where one node is inside and the next is not.
    crossings = find_crossings(is_inside, is_inside.view(np.uint64), window)
    xy = place_crossings(rule, crossings, cutoff_s)
    # 2. Square by square it leads from one crossing to the next. Where a reached street ends the
    #    land is a point, which no square is fine enough for: the border goes there too.
    tips = _list_tips(search, is_inside, cutoff_s)
    squares = np.unique(np.concatenate([tips.square, tips.square_before]))
    follows, comes = follow_border(rule, is_inside, window, crossings, squares, cutoff_s)
    tips_xy, tipped = _pick_tips(xy, follows, tips.xy, _find_way_in(search, tips, squares, comes))
    # 3. Where land of other streets reaches in between two places of it, it gives way.
    is_doubtful = find_doubtful(rule.field.nearest, crossings, follows)
    is_doubtful = np.concatenate([is_doubtful, is_doubtful[tipped]])
    asked = np.flatnonzero(is_doubtful)
    xy, follows = _lead_over(xy, follows, tips_xy, tipped)
    first_dent = len(xy)
    for _ in range(_DENTS):
        dents, dented = dent_border(rule, is_inside, window, xy, follows, asked, cutoff_s)
        asked = np.concatenate([dented, len(xy) + np.arange(len(dents))])
        xy, follows = _lead_over(xy, follows, dents, dented)
    # 4. Rings of it, courtyards filled, and no more places than the eye needs.
    order, starts = chain_rings(follows)
    limits = (cutoff_s, SMALL_HOLE_M2, TOLERANCES_M, first_dent)
    drawn, offset, area_m2 = draw_rings(rule, crossings, xy, order, starts, limits)
    return _join_rings(drawn, offset, area_m2)


@dataclass(frozen=True, eq=False)
class _Tips:
    """Ends of reached streets where time or metres run out.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Points, a centimetre short of the end [m].
    square, square_before : ndarray of int64, shape (n,)
        Squares of the window where they lie, and where their street comes from, row by row.
    is_alone : ndarray of bool, shape (n,)
        Whether all corners of the square lie outside.
    """

    xy: NDArray[np.float64]
    square: NDArray[np.int64]
    square_before: NDArray[np.int64]
    is_alone: NDArray[np.bool_]


def _list_tips(search: _Search, is_inside: NDArray[np.bool_], cutoff_s: float) -> _Tips:
    """Ends of reached streets, those that are surely inside."""
    network, rule = search.canvas.network, search.rule
    parts = search.parts[cutoff_s]
    parts = parts.take(rule.known_s[parts.edge] != np.inf)
    begins, ends = parts.start > 0.0, parts.stop < 1.0
    edge = np.concatenate([parts.edge[begins], parts.edge[ends]])
    at = np.concatenate([parts.start[begins], parts.stop[ends]])
    other = np.concatenate([parts.stop[begins], parts.start[ends]])

    def step_back(step_m: float) -> NDArray[np.float64]:
        length_m = np.abs(other - at) * network.length_m[edge]
        share = np.minimum(step_m / np.maximum(length_m, step_m), 0.5)
        return points_at(network, edge, at + share * (other - at))

    xy, before = step_back(_SHORT_M), step_back(rule.field.step_m)
    is_reached = arrive_at_places(rule, xy) <= cutoff_s
    xy, before = xy[is_reached], before[is_reached]
    row, column = _find_squares(search, xy)
    is_alone = np.ones(len(xy), dtype=bool)
    for up, ahead in ((0, 0), (0, 1), (1, 0), (1, 1)):
        is_alone &= ~is_inside[row + up, column + ahead]
    row_before, column_before = _find_squares(search, before)
    n_columns = is_inside.shape[1]
    square, square_before = row * n_columns + column, row_before * n_columns + column_before
    return _Tips(xy, square, square_before, is_alone)


def _find_squares(
    search: _Search, xy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the window's squares that hold points."""
    field, window = search.rule.field, search.window
    column = np.floor((xy[:, 0] - field.west_m) / field.step_m).astype(np.int64) - window.column
    row = np.floor((xy[:, 1] - field.south_m) / field.step_m).astype(np.int64) - window.row
    return row, column


def _find_way_in(
    search: _Search, tips: _Tips, squares: NDArray[np.int64], comes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The place of the border from which it goes on to each tip, -1 where there is none.

    That is in the tip's own square; or, where no border comes into it, in the square beside it from
    which the street comes: the two are one rectangle, and what is drawn in it crosses nothing.
    """
    own = comes[np.searchsorted(squares, tips.square)]
    before = comes[np.searchsorted(squares, tips.square_before)]
    is_beside = np.isin(np.abs(tips.square - tips.square_before), (1, search.first_cutoff.shape[1]))
    return np.where(tips.is_alone & is_beside, before, own)


def _pick_tips(
    xy: NDArray[np.float64],
    follows: NDArray[np.int64],
    tips: NDArray[np.float64],
    comes: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Ends of streets that the border would cut off, one in each square; and after which place of
    the border each comes.
    """
    tips, comes = tips[comes >= 0], comes[comes >= 0]
    comes, first = np.unique(comes, return_index=True)
    tips = tips[first]
    a, b = xy[comes], xy[follows[comes]]
    ahead, aside = b - a, tips - a
    is_cut_off = ahead[:, 0] * aside[:, 1] - ahead[:, 1] * aside[:, 0] < 0
    return tips[is_cut_off], comes[is_cut_off]


def _lead_over(
    xy: NDArray[np.float64],
    follows: NDArray[np.int64],
    places: NDArray[np.float64],
    after: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The border led over places, each after another place of the border."""
    new = len(xy) + np.arange(len(places))
    follows = np.concatenate([follows, follows[after]])
    follows[after] = new
    return np.concatenate([xy, places]), follows


def _join_rings(
    xy: NDArray[np.float64], offset: NDArray[np.int64], area_m2: NDArray[np.float64]
) -> shapely.Geometry:
    """Polygons of rings; those that run with the clock are holes."""
    if not len(area_m2):
        return shapely.MultiPolygon()
    rings = shapely.linearrings(xy, indices=np.repeat(np.arange(len(area_m2)), np.diff(offset)))
    shells, holes = rings[area_m2 > 0], rings[area_m2 <= 0]
    outlines = shapely.polygons(shells)
    # a hole belongs to the smallest outline around it
    which, around = shapely.STRtree(outlines).query(holes)
    is_sure = np.bincount(which, minlength=1)[which] == 1
    is_sure[~is_sure] = shapely.intersects(outlines[around[~is_sure]], holes[which[~is_sure]])
    which, around = which[is_sure], around[is_sure]
    order = np.lexsort((around, area_m2[area_m2 > 0][around], which))
    hole, first = np.unique(which[order], return_index=True)
    owner = around[order][first]
    for shell in np.unique(owner):
        outlines[shell] = shapely.Polygon(shells[shell], holes[hole[owner == shell]])
    land = _areal(outlines)
    if land.is_valid:
        return land
    # borders that nearly meet may cross where places are left out
    wrong = ~shapely.is_valid(outlines)
    outlines[wrong] = shapely.make_valid(outlines[wrong])
    land = _areal(outlines)
    return land if land.is_valid else _areal(shapely.union_all(_polygons(land), grid_size=_GRID_M))


def _areal(geometry: shapely.Geometry | NDArray[np.object_]) -> shapely.Geometry:
    """Without what has shrunk to a line or a point."""
    return shapely.multipolygons(_polygons(geometry))


def _polygons(land: shapely.Geometry | NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons of a geometry, without slivers and without what is only a line or a point."""
    parts = shapely.get_parts(shapely.get_parts(land))
    return np.asarray(parts[shapely.area(parts) > _SLIVER_M2], dtype=object)
