"""The compiled loops that count people within reach in many drawn worlds at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.compiled import jit, jit_inline
from access15.core.walk.kernels.draws import (
    LANES,
    Arcs,
    Lanes,
    OnStreets,
    seed_doors,
    share_s,
    spread_lanes,
)

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
        least_s = reach_ends(stretches, s, drawn, over_s, along_s)
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
            walk_out(stretches, s, homes, h, lanes, over_s, along_s, time_s)
            for j in range(beside.begin[s], beside.end[s]):
                walk_beside(homes, h, beside, beside.row[j], drawn, along_s, time_s)
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
def reach_ends(stretches, s, drawn, over_s, along_s):  # type: ignore[no-untyped-def]
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
def walk_out(stretches, s, homes, h, lanes, over_s, along_s, time_s):  # type: ignore[no-untyped-def]
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
def walk_beside(homes, h, beside, d, drawn, along_s, time_s):  # type: ignore[no-untyped-def]
    """Seconds from a home along its edge to a door on it, where that is sooner."""
    gap = beside.fraction[d] - homes.fraction[h]
    for i in range(LANES):
        if drawn.is_open[d, i]:
            off_s = homes.snap_m[h] / drawn.lanes.off_ms[i]
            on_foot_s = share_s(gap, along_s[0, i]) + share_s(-gap, along_s[1, i])
            direct_s = off_s + on_foot_s + beside.snap_m[d] / drawn.lanes.off_ms[i]
            if not time_s[i] <= direct_s:
                time_s[i] = direct_s


class Sites(NamedTuple):
    """Doors of places that are not there yet, and which nodes each could reach in time.

    Parameters
    ----------
    doors : OnStreets
        What it costs to walk along their edges.
    fraction, snap_m : ndarray of float64, shape (n,)
        Where on its edge each is, and metres beside it [m].
    start : ndarray of int64, shape (n + 1,)
        Site ``i`` owns the rows ``node[start[i]:start[i + 1]]``.
    node : ndarray of int32
        Nodes, nearest first.
    begin, end : ndarray of int64, shape (n,)
        Stretches on the edge of each.
    """

    doors: OnStreets
    fraction: NDArray[np.float64]
    snap_m: NDArray[np.float64]
    start: NDArray[np.int64]
    node: NDArray[np.int32]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


class Walked(NamedTuple):
    """Streets of one walker in some worlds, to be searched from one site after another.

    Parameters
    ----------
    arcs : Arcs
        From door to home.
    cost_s : ndarray of float64, shape (n_arcs, LANES)
        Seconds of every arc in each world [s].
    home_s : ndarray of float64, shape (n_nodes,)
        The least that any home needs to each node in any world [s].
    lanes : Lanes
        How the walker walks in each.
    """

    arcs: Arcs
    cost_s: NDArray[np.float64]
    home_s: NDArray[np.float64]
    lanes: Lanes


@jit
def mask_homes(stretches, homes, beside, drawn, cutoff_s):  # type: ignore[no-untyped-def]
    """Homes within reach of any of some doors: a bit for each world."""
    masks = np.zeros(len(homes.fraction), dtype=np.uint16)
    walks = (np.empty((2, LANES)), np.empty((2, LANES)), np.empty(LANES))
    for s in range(len(homes.zone)):
        own = (beside.begin[s], beside.end[s])
        _mask_stretch(stretches, s, homes, (beside, own), drawn, cutoff_s, walks, masks)
    return masks


@jit
def mask_sites(walked, stretches, homes, sites, cutoff_s, first, last):  # type: ignore[no-untyped-def]
    """Homes within reach of each of the sites from `first` to `last`, alone: a bit for each world.

    One search for each site goes through all worlds at once, over the nodes that the quickest of
    them reaches, in its order.
    """
    arcs, cost_s, home_s, lanes = walked
    n_nodes, n_sites = len(home_s), len(sites.fraction)
    masks = np.zeros((last - first, len(homes.fraction)), dtype=np.uint16)
    label = np.full((n_nodes, LANES), np.inf)
    walks = (np.empty((2, LANES)), np.empty((2, LANES)), np.empty(LANES))
    place = np.zeros(n_nodes, dtype=np.int64)
    is_open = np.ones((n_sites, LANES), dtype=np.bool_)
    every = np.arange(n_sites)
    none = np.zeros(len(homes.zone), dtype=np.int64)
    beside = DoorsBeside(none, none, every, sites.fraction, sites.snap_m)
    drawn = Drawn(lanes, is_open, label, np.empty((0, LANES)))
    for c in range(first, last):
        # 1. What lies beyond waits at a place after the last, where nobody goes on from it.
        order = sites.node[sites.start[c] : sites.start[c + 1]]
        place[:] = len(order)
        for p in range(len(order)):
            place[order[p]] = p
        is_waiting = np.zeros(len(order) + 1, dtype=np.bool_)
        one = take_site(sites.doors, c)
        seed_doors(
            one,
            sites.fraction[c : c + 1],
            sites.snap_m[c : c + 1],
            is_open[:1],
            lanes,
            place,
            label,
            is_waiting,
        )
        spread_lanes(arcs, cost_s, order, place, home_s, cutoff_s, label, is_waiting)
        # 2. Who lives along the streets reached, and on the site's own.
        for s in range(len(homes.zone)):
            own = (c, c + 1) if sites.begin[c] <= s < sites.end[c] else (0, 0)
            _mask_stretch(
                stretches, s, homes, (beside, own), drawn, cutoff_s, walks, masks[c - first]
            )
        # 3. Only what was touched is made new for the next.
        _forget(one, arcs, order, label)
    return masks


@jit_inline
def take_site(doors, c):  # type: ignore[no-untyped-def]
    """The street of one site."""
    return OnStreets(
        doors.node_u[c : c + 1],
        doors.node_v[c : c + 1],
        doors.length_m[c : c + 1],
        doors.forward[c : c + 1],
        doors.backward[c : c + 1],
        doors.wait_u_s[c : c + 1],
        doors.wait_v_s[c : c + 1],
    )


@jit_inline
def _forget(doors, arcs, order, label):  # type: ignore[no-untyped-def]
    """Make labels inf again: those of the site's own street, of nodes reached and next to them."""
    if doors.node_u[0] >= 0:
        label[doors.node_u[0], :] = np.inf
    if doors.node_v[0] >= 0:
        label[doors.node_v[0], :] = np.inf
    for here in order:
        label[here, :] = np.inf
        for k in range(arcs.indptr[here], arcs.indptr[here + 1]):
            label[arcs.to[k], :] = np.inf


@jit_inline
def _mask_stretch(stretches, s, homes, near, drawn, cutoff_s, walks, masks):  # type: ignore[no-untyped-def]
    """Homes of one stretch within reach, with the doors on its edge that `near` names."""
    beside, own = near
    over_s, along_s, time_s = walks
    least_s = reach_ends(stretches, s, drawn, over_s, along_s)
    if own[0] == own[1] and least_s > cutoff_s:
        return
    for h in range(homes.begin[s], homes.begin[s + 1]):
        walk_out(stretches, s, homes, h, drawn.lanes, over_s, along_s, time_s)
        for j in range(own[0], own[1]):
            walk_beside(homes, h, beside, beside.row[j], drawn, along_s, time_s)
        mask = 0
        for i in range(LANES):
            if time_s[i] <= cutoff_s:
                mask |= 1 << i
        masks[h] = mask


@jit
def weigh_masks(masks, needs, weight):  # type: ignore[no-untyped-def]
    """People whom each site's homes hold among those that `needs` asks for, in each world.

    `masks` is (n_sites, n_homes), `needs` (n_questions, n_homes) and `weight` (n_homes, LANES); the
    answer is (n_sites, n_questions, LANES).
    """
    n_sites, n_homes = masks.shape
    found = np.zeros((n_sites, len(needs), LANES))
    for c in range(n_sites):
        for j in range(len(needs)):
            for h in range(n_homes):
                mask = masks[c, h] & needs[j, h]
                if mask == 0:
                    continue
                for i in range(LANES):
                    found[c, j, i] += weight[h, i] * ((mask >> i) & 1)
    return found
