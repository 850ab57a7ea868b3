"""The compiled loops that count people within reach in many drawn worlds at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.compiled import jit, jit_inline
from access15.core.walk.kernels.draws import LANES, Lanes, share_s

# far more than sums of seconds in another order differ by, far less than anybody walks
_ROUNDING_S = 1e-6


class Homes(NamedTuple):
    """Homes stretch by stretch: those of one zone on one edge stand together.

    Parameters
    ----------
    begin : ndarray of int64, shape (n_stretches + 1,)
        Stretch ``i`` holds the homes ``begin[i]:begin[i + 1]``.
    zone : ndarray of int64, shape (n_stretches,)
        Zone of each stretch.
    fraction, snap_m : ndarray of float64, shape (n_homes,)
        Where on the edge, and metres beside it [m].
    people : ndarray of float64, shape (n_homes, n_groups)
        Residents.
    """

    begin: NDArray[np.int64]
    zone: NDArray[np.int64]
    fraction: NDArray[np.float64]
    snap_m: NDArray[np.float64]
    people: NDArray[np.float64]


class DoorsBeside(NamedTuple):
    """Doors of facilities that lie on the edges of stretches.

    Parameters
    ----------
    begin, end : ndarray of int64, shape (n_stretches,)
        Stretch ``i`` has the doors ``row[begin[i]:end[i]]`` on its edge.
    row : ndarray of int64
        Rows of the doors.
    fraction, snap_m : ndarray of float64, shape (n_doors,)
        Where on the edge each door is, and metres beside it [m].
    """

    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    row: NDArray[np.int64]
    fraction: NDArray[np.float64]
    snap_m: NDArray[np.float64]


class Drawn(NamedTuple):
    """Some worlds, side by side, in which one walker asks for one kind of place.

    Parameters
    ----------
    lanes : Lanes
        How the walker walks in each.
    is_open : ndarray of bool, shape (n_doors, LANES)
        Which of the doors asked for are doors in each.
    node_s : ndarray of float64, shape (n_nodes, LANES)
        Seconds between nodes and the nearest of these [s].
    factor : ndarray of float64, shape (n_stretches, LANES)
        How many times more people live along a stretch than in the run.
    """

    lanes: Lanes
    is_open: NDArray[np.bool_]
    node_s: NDArray[np.float64]
    factor: NDArray[np.float64]


@jit
def cover_homes(stretches, homes, beside, drawn, cutoffs_s, covered):  # type: ignore[no-untyped-def]
    """Add up people of every zone, group and cutoff within reach in each world.

    `stretches` says what it costs to walk along the edges of the homes; `covered`, of shape
    (n_zones, n_groups, n_cutoffs, LANES), comes in as zeros.
    """
    n_groups, n_cutoffs = homes.people.shape[1], len(cutoffs_s)
    lanes = drawn.lanes
    over_s, along_s = np.empty((2, LANES)), np.empty((2, LANES))
    time_s, is_in = np.empty(LANES), np.empty(LANES)
    found, is_all = np.empty((n_groups, n_cutoffs, LANES)), np.empty(n_cutoffs, dtype=np.bool_)
    for s in range(len(homes.zone)):
        # 1. What it costs to walk along the stretch, and on from its ends, in each world. Most of a
        #    town is surely too far from a place or surely near: only stretches between are looked
        #    at home by home.
        least_s = _reach_ends(stretches, s, drawn, over_s, along_s)
        is_alone = beside.begin[s] == beside.end[s]
        if is_alone and least_s > cutoffs_s[-1]:
            continue
        found[:] = 0.0
        if is_alone and _decide_together(
            stretches, s, homes, lanes, (over_s, along_s), cutoffs_s, is_all
        ):
            _add_all(homes, s, is_all, found)
            _add_stretch(homes.zone[s], found, drawn.factor[s], covered)
            continue
        for h in range(homes.begin[s], homes.begin[s + 1]):
            _walk_out(stretches, s, homes, h, lanes, over_s, along_s, time_s)
            for j in range(beside.begin[s], beside.end[s]):
                _walk_beside(homes, h, beside, beside.row[j], drawn, along_s, time_s)
            # 2. Everybody who lives there is in or out.
            for c in range(n_cutoffs):
                for i in range(LANES):
                    is_in[i] = 1.0 if time_s[i] <= cutoffs_s[c] else 0.0
                for g in range(n_groups):
                    people = homes.people[h, g]
                    for i in range(LANES):
                        found[g, c, i] += people * is_in[i]
        _add_stretch(homes.zone[s], found, drawn.factor[s], covered)


@jit_inline
def _decide_together(stretches, s, homes, lanes, walks, cutoffs_s, is_all):  # type: ignore[no-untyped-def]
    """Whether each cutoff takes in all homes of a stretch without doors, or none, in every world.

    Writes which of the two to `is_all`.
    """
    over_s, along_s = walks
    farthest_m = 0.0
    for h in range(homes.begin[s], homes.begin[s + 1]):
        farthest_m = max(farthest_m, homes.snap_m[h])
    least_s, most_s = np.inf, 0.0
    for i in range(LANES):
        off_s = farthest_m / lanes.off_ms[i]
        by_u_s = off_s + along_s[1, i] + stretches.wait_u_s[s] * lanes.waits[i] + over_s[0, i]
        by_v_s = off_s + along_s[0, i] + stretches.wait_v_s[s] * lanes.waits[i] + over_s[1, i]
        sooner_s = by_u_s if by_u_s < by_v_s else by_v_s  # noqa: FURB136 - a sum may be no number
        most_s = max(most_s, np.inf if np.isnan(sooner_s) else sooner_s)
        least_s = min(least_s, over_s[0, i], over_s[1, i])
    # what is added up in another order differs by less
    least_s, most_s = least_s - _ROUNDING_S, most_s + _ROUNDING_S
    for c in range(len(cutoffs_s)):
        is_all[c] = most_s <= cutoffs_s[c]
        if not is_all[c] and not least_s > cutoffs_s[c]:
            return False
    return True


@jit_inline
def _add_all(homes, s, is_all, found):  # type: ignore[no-untyped-def]
    """Everybody of a stretch for the cutoffs that take in all of it, in the order of the homes."""
    n_groups = homes.people.shape[1]
    for g in range(n_groups):
        people = 0.0
        for h in range(homes.begin[s], homes.begin[s + 1]):
            people += homes.people[h, g]
        for c in range(len(is_all)):
            if is_all[c]:
                found[g, c, :] = people


@jit_inline
def _add_stretch(zone, found, factor, covered):  # type: ignore[no-untyped-def]
    """Add those found along a stretch to their zone, as many as live there in each world."""
    n_groups, n_cutoffs, _ = found.shape
    for g in range(n_groups):
        for c in range(n_cutoffs):
            for i in range(LANES):
                covered[zone, g, c, i] += found[g, c, i] * factor[i]


@jit_inline
def _reach_ends(stretches, s, drawn, over_s, along_s):  # type: ignore[no-untyped-def]
    """Seconds from both ends of a stretch's edge, and along it both ways; returns the least."""
    lanes, u, v = drawn.lanes, stretches.node_u[s], stretches.node_v[s]
    least_s = np.inf
    for i in range(LANES):
        flat_s = stretches.length_m[s] / lanes.pace_ms[i]
        rests_s = stretches.length_m[s] * lanes.rest_per_m_s[i]
        along_s[0, i] = flat_s * stretches.forward[s] + rests_s
        along_s[1, i] = flat_s * stretches.backward[s] + rests_s
        over_s[0, i] = drawn.node_s[u, i] if u >= 0 else np.inf
        over_s[1, i] = drawn.node_s[v, i] if v >= 0 else np.inf
        least_s = min(least_s, over_s[0, i], over_s[1, i])
    return least_s


@jit_inline
def _walk_out(stretches, s, homes, h, lanes, over_s, along_s, time_s):  # type: ignore[no-untyped-def]
    """Seconds from a home over the better end of its edge."""
    fraction = homes.fraction[h]
    rest = 1.0 - fraction
    for i in range(LANES):
        off_s = homes.snap_m[h] / lanes.off_ms[i]
        to_u_s = share_s(fraction, along_s[1, i]) + stretches.wait_u_s[s] * lanes.waits[i]
        to_v_s = share_s(rest, along_s[0, i]) + stretches.wait_v_s[s] * lanes.waits[i]
        by_u_s = off_s + to_u_s + over_s[0, i]
        by_v_s = off_s + to_v_s + over_s[1, i]
        time_s[i] = by_u_s if by_u_s < by_v_s else by_v_s  # noqa: FURB136 - a sum may be no number


@jit_inline
def _walk_beside(homes, h, beside, d, drawn, along_s, time_s):  # type: ignore[no-untyped-def]
    """Seconds from a home along its edge to a door on it, where that is sooner."""
    gap = beside.fraction[d] - homes.fraction[h]
    for i in range(LANES):
        if drawn.is_open[d, i]:
            off_s = homes.snap_m[h] / drawn.lanes.off_ms[i]
            on_foot_s = share_s(gap, along_s[0, i]) + share_s(-gap, along_s[1, i])
            direct_s = off_s + on_foot_s + beside.snap_m[d] / drawn.lanes.off_ms[i]
            if not time_s[i] <= direct_s:
                time_s[i] = direct_s
