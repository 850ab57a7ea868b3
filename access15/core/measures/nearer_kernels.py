"""The compiled loops that say how long all walk with one more place, in many drawn worlds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.measures.kernels import (
    DoorsBeside,
    Drawn,
    Homes,
    Sites,
    Walked,
    reach_ends,
    take_site,
    walk_beside,
    walk_out,
)
from access15.core.walk.kernels.compiled import jit, jit_inline
from access15.core.walk.kernels.draws import LANES, OnStreets, seed_doors

# Into so many buckets walks up to the longest are sorted: each some seconds wide, so that most arcs
# lead into a later one.
N_BUCKETS = 512


class Ground(NamedTuple):
    """Some worlds in which one walker looks for places that are nearer than those of today.

    Parameters
    ----------
    walked : Walked
        Streets of the walker.
    stretches : OnStreets
        What it costs to walk along the edges of the homes.
    homes : Homes
        Where people live.
    sites : Sites
        Doors of the places; `start` and `node` are not looked at.
    node_s : ndarray of float64, shape (n_nodes, LANES)
        Seconds between nodes and the nearest place of today [s].
    longest_s : float
        Longer walks are none [s].
    """

    walked: Walked
    stretches: OnStreets
    homes: Homes
    sites: Sites
    node_s: NDArray[np.float64]
    longest_s: float


class AskedOf(NamedTuple):
    """Questions put to every site: how long all walk with it, others being there already.

    Parameters
    ----------
    base_s : ndarray of float64, shape (n_questions, n_homes, LANES)
        Seconds to the nearest of the others in each world; 0 where nobody lives in it [s].
    order : ndarray of int64, shape (n_questions, n_homes)
        Where it is asked who walks longest, homes in the order in which they are looked at; those
        that walk long on average of the worlds first, to be soon done.
    rest_s : ndarray of float64, shape (n_questions, n_homes, LANES)
        How long the farthest walks of the homes from each of `order` on [s].
    weight : ndarray of float64, shape (n_homes, LANES)
        People of every home in each world.
    most_s : ndarray of float64, shape (LANES,)
        What a longer walk, or none at all, counts as among seconds saved [s].
    is_worst : bool
        Whether it is asked who walks longest, and not how many seconds are saved.
    """

    base_s: NDArray[np.float64]
    order: NDArray[np.int64]
    rest_s: NDArray[np.float64]
    weight: NDArray[np.float64]
    most_s: NDArray[np.float64]
    is_worst: bool


class Touched(NamedTuple):
    """What is kept from one site's search to the next, so that only what it touched is made new.

    Parameters
    ----------
    label : ndarray of float64, shape (n_nodes, LANES)
        Seconds to the nearer of a place of today and the site [s].
    is_waiting, is_touched : ndarray of bool, shape (n_nodes,)
        Nodes to be walked on from, and those that the site is nearer to.
    head, after : ndarray of int64, shape (N_BUCKETS,) and (n_nodes,)
        Nodes that wait, nearer ones in earlier buckets: the first of each bucket, and which comes
        after each node; -1 for none.
    node : ndarray of int64, shape (n_nodes,)
        Nodes touched.
    """

    label: NDArray[np.float64]
    is_waiting: NDArray[np.bool_]
    is_touched: NDArray[np.bool_]
    head: NDArray[np.int64]
    after: NDArray[np.int64]
    node: NDArray[np.int64]


@jit
def walk_to_doors(stretches, homes, beside, drawn, longest_s):  # type: ignore[no-untyped-def]
    """Seconds from every home to the nearest of some doors, shape (n_homes, LANES); inf beyond."""
    time_s = np.full((len(homes.fraction), LANES), np.inf)
    for s in range(len(homes.zone)):
        own = (beside.begin[s], beside.end[s])
        _time_stretch(stretches, s, homes, (beside, own), drawn, longest_s, time_s)
    return time_s


@jit
def walk_to_sites(ground, rows):  # type: ignore[no-untyped-def]
    """Seconds from every home to the nearer of a place of today and each of some sites, where the
    site may be nearer; inf elsewhere. The answer is (n_rows, n_homes, LANES).
    """
    n_homes = len(ground.homes.fraction)
    time_s = np.full((len(rows), n_homes, LANES), np.inf)
    touched, home = _make_room(ground.node_s), np.empty(n_homes, dtype=np.int64)
    for j in range(len(rows)):
        _walk_to_site(ground, rows[j], touched, time_s[j], home)
    return time_s


@jit
def measure_sites(ground, asked, first, last):  # type: ignore[no-untyped-def]
    """What all walks come to with each of the sites from `first` to `last`, for every question.

    The answer is (n_sites, n_questions, 3, LANES): person-seconds saved; or people from whom no way
    leads to a place, and the longest walk of all others. What is not asked is 0.
    """
    n_questions, n_homes = len(asked.base_s), len(ground.homes.fraction)
    found = np.zeros((last - first, n_questions, 3, LANES))
    time_s = np.full((n_homes, LANES), np.inf)
    touched, home = _make_room(ground.node_s), np.empty(n_homes, dtype=np.int64)
    for c in range(first, last):
        n_home = _walk_to_site(ground, c, touched, time_s, home)
        for j in range(n_questions):
            if asked.is_worst:
                _find_worst(asked, j, time_s, found[c - first, j])
            else:
                _save(asked, j, time_s, home[:n_home], found[c - first, j, 0])
        for h in home[:n_home]:
            time_s[h, :] = np.inf
    return found


@jit_inline
def _save(asked, j, time_s, home, saved):  # type: ignore[no-untyped-def]
    """Person-seconds saved for one question."""
    most_s, weight, base_s = asked.most_s, asked.weight, asked.base_s
    for h in home:
        for i in range(LANES):
            less_s = min(most_s[i], base_s[j, h, i]) - time_s[h, i]
            saved[i] += weight[h, i] * max(0.0, less_s)


@jit_inline
def _find_worst(asked, j, time_s, found):  # type: ignore[no-untyped-def]
    """People without a way, and the longest walk of others, for one question.

    Once somebody walks longer in every world than all that are left walk without the site, those
    need not be looked at.
    """
    for p in range(len(asked.order[j])):
        h, n_farther = asked.order[j, p], 0
        for i in range(LANES):
            n_farther += asked.rest_s[j, p, i] > found[2, i]
        if n_farther == 0:
            return
        n_without = 0
        for i in range(LANES):
            base_s, own_s = asked.base_s[j, h, i], time_s[h, i]
            walk_s = base_s if base_s < own_s else own_s  # noqa: FURB136 - several worlds at once
            is_without = walk_s == np.inf
            n_without += is_without
            counted_s = 0.0 if is_without else walk_s
            before_s = found[2, i]
            found[2, i] = counted_s if counted_s > before_s else before_s  # noqa: FURB136
        if n_without > 0:
            for i in range(LANES):
                if asked.base_s[j, h, i] == np.inf and time_s[h, i] == np.inf:
                    found[1, i] += asked.weight[h, i]


@jit_inline
def _make_room(node_s):  # type: ignore[no-untyped-def]
    """Nodes as far from a place as they are today, none touched."""
    n = len(node_s)
    none, node = np.zeros(n, dtype=np.bool_), np.full(n, -1)
    return Touched(node_s.copy(), none, none.copy(), np.full(N_BUCKETS, -1), node, node.copy())


@jit
def _walk_to_site(ground, c, touched, time_s, home):  # type: ignore[no-untyped-def]
    """Write how long homes walk that one site may be nearer to, list them and count them."""
    walked, stretches, homes, sites, node_s, longest_s = ground
    # 1. Over all nodes that are nearer to the site than to a place of today in any world: who
    #    passes another is as near to the place of today.
    n_node = _spread_nearer(walked, sites, c, longest_s, touched)
    # 2. Who lives along the streets touched, and on the site's own.
    none = np.zeros(1, dtype=np.int64)
    beside = DoorsBeside(none, none, none, sites.fraction[c : c + 1], sites.snap_m[c : c + 1])
    is_open = np.ones((1, LANES), dtype=np.bool_)
    drawn = Drawn(walked.lanes, is_open, touched.label, np.empty((0, LANES)))
    n_home = 0
    for s in range(len(homes.zone)):
        u, v = stretches.node_u[s], stretches.node_v[s]
        is_own = sites.begin[c] <= s < sites.end[c]
        is_near = (u >= 0 and touched.is_touched[u]) or (v >= 0 and touched.is_touched[v])
        if not is_own and not is_near:
            continue
        own = (0, 1) if is_own else (0, 0)
        _time_stretch(stretches, s, homes, (beside, own), drawn, longest_s, time_s)
        for h in range(homes.begin[s], homes.begin[s + 1]):
            home[n_home] = h
            n_home += 1
    # 3. Only what was touched is made new for the next.
    for k in range(n_node):
        touched.label[touched.node[k], :] = node_s[touched.node[k], :]
        touched.is_touched[touched.node[k]] = False
    return n_home


@jit_inline
def _time_stretch(stretches, s, homes, near, drawn, longest_s, time_s):  # type: ignore[no-untyped-def]
    """Seconds from the homes of one stretch, with the doors on its edge that `near` names."""
    beside, own = near
    over_s, along_s = np.empty((2, LANES)), np.empty((2, LANES))
    reach_ends(stretches, s, drawn, over_s, along_s)
    for h in range(homes.begin[s], homes.begin[s + 1]):
        walk_out(stretches, s, homes, h, drawn.lanes, over_s, along_s, time_s[h])
        for j in range(own[0], own[1]):
            walk_beside(homes, h, beside, beside.row[j], drawn, along_s, time_s[h])
        for i in range(LANES):
            if not time_s[h, i] <= longest_s:
                time_s[h, i] = np.inf


@jit_inline
def _spread_nearer(walked, sites, c, longest_s, touched):  # type: ignore[no-untyped-def]
    """Walk on from one site wherever it is nearer than before, and count the nodes touched.

    Nodes are taken bucket by bucket, so that few are taken twice; labels end as the least sums in
    whatever order.
    """
    arcs, cost_s, home_s, lanes = walked
    label, is_waiting, is_touched, head, after, node = touched
    one, n_node = take_site(sites.doors, c), 0
    fraction, snap_m = sites.fraction[c : c + 1], sites.snap_m[c : c + 1]
    is_open = np.ones((1, LANES), dtype=np.bool_)
    seed_doors(one, fraction, snap_m, is_open, lanes, np.arange(len(label)), label, is_waiting)
    per_s = N_BUCKETS / longest_s
    for end in (one.node_u[0], one.node_v[0]):
        if end >= 0 and is_waiting[end] and not is_touched[end]:
            n_node = _touch(end, is_touched, node, n_node)
            _wait(end, 0, head, after)
    for b in range(N_BUCKETS):
        while head[b] >= 0:
            here = head[b]
            head[b] = after[here]
            is_waiting[here] = False
            if _find_least(label, here) + home_s[here] > longest_s:
                continue
            for k in range(arcs.indptr[here], arcs.indptr[here + 1]):
                to, n_better = arcs.to[k], 0
                for i in range(LANES):
                    there_s = label[here, i] + cost_s[k, i]
                    before_s = label[to, i]
                    n_better += there_s < before_s
                    label[to, i] = min(before_s, there_s)
                if n_better == 0:
                    continue
                if not is_touched[to]:
                    n_node = _touch(to, is_touched, node, n_node)
                if not is_waiting[to]:
                    is_waiting[to] = True
                    own = min(N_BUCKETS - 1, int(_find_least(label, to) * per_s))
                    _wait(to, max(b, own), head, after)
    return n_node


@jit_inline
def _find_least(label, node):  # type: ignore[no-untyped-def]
    """Least seconds to a node in any world."""
    least_s = label[node, 0]
    for i in range(1, LANES):
        least_s = min(least_s, label[node, i])
    return least_s


@jit_inline
def _wait(node, bucket, head, after):  # type: ignore[no-untyped-def]
    """Put a node first in its bucket."""
    after[node] = head[bucket]
    head[bucket] = node


@jit_inline
def _touch(one, is_touched, node, n_node):  # type: ignore[no-untyped-def]
    """List a node that is touched, and count it."""
    is_touched[one] = True
    node[n_node] = one
    return n_node + 1
