"""The compiled loops of one search in many drawn worlds at once, side by side in lanes.

The worlds differ a little: somebody is slower, a path is shut. Nearly the same ways are the
fastest in all of them, so that a node is walked on from once for sixteen worlds, not sixteen times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.compiled import jit, jit_inline

# Worlds that are searched together: two lines of memory for each node.
LANES = 16


class Lanes(NamedTuple):
    """How one walker walks in each of some worlds.

    Parameters
    ----------
    pace_ms : ndarray of float64, shape (LANES,)
        Pace on the flat, without rests [m/s].
    rest_per_m_s : ndarray of float64, shape (LANES,)
        Seconds rested per metre [s/m].
    off_ms : ndarray of float64, shape (LANES,)
        Pace between door and street, rests included [m/s].
    waits : ndarray of float64, shape (LANES,)
        What waits at crossings are multiplied by.
    """

    pace_ms: NDArray[np.float64]
    rest_per_m_s: NDArray[np.float64]
    off_ms: NDArray[np.float64]
    waits: NDArray[np.float64]


class Arcs(NamedTuple):
    """Streets of one walker as the search takes them; parallel arcs are all kept.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n_nodes + 1,)
        Node ``i`` owns the arcs ``indptr[i]:indptr[i + 1]``.
    to : ndarray of int64, shape (n_arcs,)
        Node at the other end.
    length_m, factor : ndarray of float64, shape (n_arcs,)
        Metres, and how many times longer than on the flat they take.
    first_s, last_s : ndarray of float64, shape (n_arcs,)
        Waits where the walk along the arc begins and ends [s].
    path : ndarray of int64, shape (n_arcs,)
        Row among the paths that may be missing; -1 for any other street.
    """

    indptr: NDArray[np.int64]
    to: NDArray[np.int64]
    length_m: NDArray[np.float64]
    factor: NDArray[np.float64]
    first_s: NDArray[np.float64]
    last_s: NDArray[np.float64]
    path: NDArray[np.int64]


class OnStreets(NamedTuple):
    """Doors, or stretches of street, with what it costs to walk along their edge.

    Parameters
    ----------
    node_u, node_v : ndarray of int64, shape (n,)
        Ends of the edge; -1 where the search does not come.
    length_m : ndarray of float64, shape (n,)
        Length of the edge [m].
    forward, backward : ndarray of float64, shape (n,)
        How many times longer than on the flat it takes; inf where nobody passes.
    wait_u_s, wait_v_s : ndarray of float64, shape (n,)
        Waits at the ends [s].
    """

    node_u: NDArray[np.int64]
    node_v: NDArray[np.int64]
    length_m: NDArray[np.float64]
    forward: NDArray[np.float64]
    backward: NDArray[np.float64]
    wait_u_s: NDArray[np.float64]
    wait_v_s: NDArray[np.float64]


@jit
def price_arcs(arcs, lanes, is_missing):  # type: ignore[no-untyped-def]
    """Seconds of every arc in every world; `is_missing` says which paths a world lacks."""
    n = len(arcs.to)
    cost_s = np.empty((n, LANES))
    for k in range(n):
        length_m, factor = arcs.length_m[k], arcs.factor[k]
        first_s, last_s = arcs.first_s[k], arcs.last_s[k]
        # added up in the order of `build_graph`, so that an undrawn world gives its very seconds
        for i in range(LANES):
            walk_s = length_m / lanes.pace_ms[i] * factor + length_m * lanes.rest_per_m_s[i]
            cost_s[k, i] = first_s * lanes.waits[i] + walk_s + last_s * lanes.waits[i]
        path = arcs.path[k]
        if path >= 0:
            for i in range(LANES):
                if is_missing[path, i]:
                    cost_s[k, i] = np.inf
    return cost_s


@jit_inline
def share_s(share, full_s):  # type: ignore[no-untyped-def]
    """Seconds for a share of an edge; none to stand still, even where nobody passes."""
    return share * full_s if share > 0 else 0.0


@jit
def seed_doors(doors, fraction, snap_m, is_open, lanes, place, label, is_waiting):  # type: ignore[no-untyped-def]
    """Begin at every door that is open in a world, with the walk from either end of its edge."""
    for d in range(len(fraction)):
        u, v = doors.node_u[d], doors.node_v[d]
        if u < 0 and v < 0:
            continue
        for i in range(LANES):
            if not is_open[d, i]:
                continue
            off_s = snap_m[d] / lanes.off_ms[i]
            rests_s = doors.length_m[d] * lanes.rest_per_m_s[i]
            flat_s = doors.length_m[d] / lanes.pace_ms[i]
            forward_s = flat_s * doors.forward[d] + rests_s
            backward_s = flat_s * doors.backward[d] + rests_s
            if u >= 0:
                t = off_s + (share_s(fraction[d], forward_s) + doors.wait_u_s[d] * lanes.waits[i])
                if t < label[u, i]:
                    label[u, i] = t
                    is_waiting[place[u]] = True
            if v >= 0:
                rest = 1.0 - fraction[d]
                t = off_s + (share_s(rest, backward_s) + doors.wait_v_s[d] * lanes.waits[i])
                if t < label[v, i]:
                    label[v, i] = t
                    is_waiting[place[v]] = True


@jit
def spread_lanes(arcs, cost_s, order, place, home_s, cutoff_s, label, is_waiting):  # type: ignore[no-untyped-def]
    """Walk on from every node that waits until none does; `label` comes in seeded.

    `order` lists nodes as an undrawn world reaches them, and `place` is where each stands in it:
    whatever order nodes are taken in, labels end as the least sums; in this one, few are taken
    twice.
    """
    goes_on = True
    while goes_on:
        goes_on = False
        for p in range(len(order)):
            if not is_waiting[p]:
                continue
            is_waiting[p] = False
            here = order[p]
            # 1. No world gets from a home through here in time: `home_s` is the least of all.
            least_s = label[here, 0]
            for i in range(1, LANES):
                least_s = min(least_s, label[here, i])
            if least_s + home_s[here] > cutoff_s:
                continue
            # 2. All worlds walk an arc together; a node that fell in any of them waits again.
            for k in range(arcs.indptr[here], arcs.indptr[here + 1]):
                to = arcs.to[k]
                n_better = 0
                for i in range(LANES):
                    there_s = label[here, i] + cost_s[k, i]
                    before_s = label[to, i]
                    n_better += there_s < before_s
                    label[to, i] = min(before_s, there_s)
                if n_better > 0:
                    is_waiting[place[to]] = True
                    goes_on |= place[to] <= p
