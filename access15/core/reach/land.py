"""The certificate of service areas on land: random places, whoever lives there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.reach.aside import StreetReach
from access15.core.reach.field import HALF_WIDTH_M
from access15.core.reach.service_area import AreaCanvas
from access15.core.walk.snap import build_snapper, snap_points

N_POINTS = 10_000  # of the land around the streets that areas are drawn on
_SEED = 15
# land farther from every street than this is no part of a block; parks and fields are
_MAX_OFF_M = 2 * HALF_WIDTH_M


@dataclass(frozen=True, eq=False)
class LandPoints:
    """Random places along the streets of a canvas; build with `scatter_points`.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Where they are [m].
    edge : ndarray of int64, shape (n,)
        The street nearest to each, rising.
    fraction : ndarray of float64, shape (n,)
        Where on it.
    off_m : ndarray of float64, shape (n,)
        How far from it [m].
    """

    xy: NDArray[np.float64]
    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    off_m: NDArray[np.float64]


@dataclass(frozen=True)
class LandCertificate:
    """How far a polygon can be trusted, counted on land.

    Parameters
    ----------
    n_inside : int
        Random places inside the polygon.
    farther : float
        Share of them from which the walk is longer than the cutoff; NaN where there is none.
    farther_s : float
        By how much at most 95 % of these are farther; NaN where there is none [s].
    missed : float
        Share of the places near reached streets within the cutoff that lie outside; NaN where there
        is none.
    """

    n_inside: int
    farther: float
    farther_s: float
    missed: float


def scatter_points(
    canvas: AreaCanvas,
    land: shapely.Geometry | None = None,
    *,
    n: int = N_POINTS,
) -> LandPoints:
    """Scatter places evenly over the land around a canvas's streets, the same for every run.

    Parameters
    ----------
    canvas : AreaCanvas
        From `build_canvas`.
    land : shapely geometry, optional
        Only in the box around it, in the network's CRS.
    n : int
        How many.

    Returns
    -------
    LandPoints
        Those of the `n` that lie at most 50 m from a street.
    """
    lines = canvas.network.lines[canvas.is_open]
    if not len(lines):
        nothing = np.zeros(0)
        return LandPoints(np.zeros((0, 2)), nothing.astype(np.int64), nothing, nothing)
    west, south, east, north = shapely.total_bounds(lines) + np.array([-1, -1, 1, 1]) * HALF_WIDTH_M
    if land is not None:
        there = land.bounds
        west, south = max(west, there[0]), max(south, there[1])
        east, north = min(east, there[2]), min(north, there[3])
    xy = np.random.default_rng(_SEED).uniform((west, south), (east, north), (n, 2))
    # land is divided among all streets of the field, also where only some of them are drawn
    snapper = build_snapper(canvas.network, canvas.is_dividing)
    snapped = snap_points(snapper, xy, max_snap_m=_MAX_OFF_M)
    order = np.argsort(snapped.edge, kind="stable")
    order = order[snapped.is_snapped[order] & canvas.is_open[snapped.edge[order]]]
    return LandPoints(
        xy[order], snapped.edge[order], snapped.fraction[order], snapped.snap_m[order]
    )


def certify_land(
    polygon: shapely.Geometry,
    points: LandPoints,
    reach: StreetReach,
    *,
    cutoff_s: float,
    pace_ms: float,
) -> LandCertificate:
    """Check a service area against the walks from random places.

    Parameters
    ----------
    polygon : shapely Geometry
        The area.
    points : LandPoints
        Places around the streets that it is drawn on.
    reach : StreetReach
        The search it is drawn from.
    cutoff_s : float
        The area's cutoff, inclusive [s].
    pace_ms : float
        The walker's pace between street and place, rests included [m/s].

    Returns
    -------
    LandCertificate
        Shares of land that the polygon is wrong about.
    """
    if shapely.is_empty(polygon):
        return LandCertificate(0, np.nan, np.nan, np.nan)
    # 1. Which places are drawn.
    shapely.prepare(polygon)
    inside = shapely.contains_xy(polygon, points.xy[:, 0], points.xy[:, 1])
    # 2. Whoever has metres left on the street may walk them aside of it.
    left_m = reach.left_m(points.edge, points.fraction, cutoff_s)
    spare_m = left_m - points.off_m
    is_within = spare_m >= 0
    is_farther = inside & ~is_within
    is_beside = is_within & (points.off_m <= HALF_WIDTH_M)
    beyond_s = -spare_m[is_farther & np.isfinite(spare_m)] / pace_ms
    return LandCertificate(
        n_inside=int(inside.sum()),
        farther=float(is_farther.sum() / inside.sum()) if inside.any() else np.nan,
        farther_s=float(np.percentile(beyond_s, 95)) if len(beyond_s) else np.nan,
        missed=float((is_beside & ~inside).sum() / is_beside.sum()) if is_beside.any() else np.nan,
    )
