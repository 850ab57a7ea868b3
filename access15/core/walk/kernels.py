"""The compiled loops: shortest ways on interleaved arrays, bounded, exact in float64.

Nodes wait in buckets of a few seconds each, in place of a heap: taking the next one needs no
comparison. Within a bucket a node may be taken too early; it is then put back when its cost falls,
so that every cost ends as the least sum over all ways, equal to Dijkstra's. A bucket is emptied in
rounds (all that wait, then all that came meanwhile), which bounds the work where streets are short.
Who waits with a cost that has fallen since is passed over.

Whether an arc is a better way cannot be foreseen, and a wrong guess costs the processor more than
the whole step. So every arc is written down at the same place until one is better, and nothing
branches.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

ARC = np.dtype([("cost_s", np.float64), ("to", np.uint32), ("edge", np.uint32)])
WAITING = np.dtype([("cost_s", np.float64), ("node", np.uint32), ("next", np.int32)])
LABEL = np.dtype([("cost_s", np.float64), ("source", np.int32), ("begin", np.uint32)])
# Indices are unsigned: with signed ones every access first asks whether to count from the end.
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_LAST_NUMBER = np.int64(np.iinfo(np.int64).max)
_MOST_BUCKETS = 1 << 20
_ALWAYS = True


def _jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile without the interpreter lock, cached on disk where any cache folder is writable."""
    try:
        compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: "no locator available": read-only install and home
        compiled = numba.njit(nogil=True)(function)
    return compiled


@_jit
def _buckets(bucket_s, longest_s, seed_s, cutoff_s):  # type: ignore[no-untyped-def]
    """As many empty buckets, a power of two, as lie between any two that wait; and buckets per
    second.

    They are used in a circle: what waits is never farther ahead than the longest arc or seed.
    """
    span_s = longest_s
    for i in range(len(seed_s)):
        if seed_s[i] > span_s and seed_s[i] < np.inf:
            span_s = seed_s[i]
    if cutoff_s < span_s:
        span_s = max(cutoff_s, 0.0)
    per_s = 1.0 / max(bucket_s, span_s / _MOST_BUCKETS)
    n = 4
    while n < span_s * per_s + 4.0:
        n *= 2
    return np.full(n, -1, dtype=np.int32), per_s


@_jit
def _put(waiting, n_put, first, per_s, node, cost_s):  # type: ignore[no-untyped-def]
    """Let a node wait; `waiting` must have room."""
    return _put_if(_ALWAYS, waiting, n_put, first, per_s, node, cost_s)


@_jit
def _put_if(is_better, waiting, n_put, first, per_s, node, cost_s):  # type: ignore[no-untyped-def]
    """Let a node wait; what is written for one that is not better is written over by the next."""
    bucket = np.uint64(np.int64(cost_s * per_s)) & np.uint64(len(first) - 1)
    before = first[bucket]
    waiting[n_put].cost_s = cost_s
    waiting[n_put].node = node
    waiting[n_put].next = before
    first[bucket] = np.int32(n_put) if is_better else before
    return n_put + np.uint64(is_better)


@_jit
def _with_room(waiting, n_put, more):  # type: ignore[no-untyped-def]
    """Room is made before a node's arcs are walked: asking at every arc would cost more."""
    if n_put + more <= np.uint64(len(waiting)):
        return waiting
    return _grown(waiting, np.int64(n_put), np.int64(n_put + more))


@_jit
def _put_back(waiting, first, bucket, entry):  # type: ignore[no-untyped-def]
    """Let those of a bucket that were not taken yet wait on; `entry` is the first of them."""
    last = np.uint64(entry)
    while waiting[last].next >= 0:
        last = np.uint64(waiting[last].next)
    waiting[last].next = first[bucket]
    first[bucket] = entry


@_jit
def _grown(array, used, needed):  # type: ignore[no-untyped-def]
    larger = np.empty(max(2 * len(array), needed), dtype=array.dtype)
    larger[:used] = array[:used]
    return larger


@_jit
def _bounded(  # type: ignore[no-untyped-def]
    indptr, arcs, seed_node, seed_s, cutoff_s, per_s, first, cost_s, touched, waiting
):
    """Settle every node within the cutoff; `cost_s` must come in as inf and holds the result.

    `touched` is one longer than there are nodes.
    """
    n_put, n_taken, n_touched = _ZERO, _ZERO, _ZERO
    number = _LAST_NUMBER
    waiting = _with_room(waiting, n_put, np.uint64(len(seed_node)))
    for i in range(len(seed_node)):
        if seed_node[i] < 0 or not seed_s[i] <= cutoff_s or seed_s[i] == np.inf:
            continue
        node = np.uint64(seed_node[i])
        if seed_s[i] < cost_s[node]:
            if cost_s[node] == np.inf:
                touched[n_touched] = node
                n_touched += _ONE
            cost_s[node] = seed_s[i]
            number = min(number, np.int64(seed_s[i] * per_s))
            n_put = _put(waiting, n_put, first, per_s, node, seed_s[i])
    while True:
        n_put, n_taken, n_touched, number = _settle(
            indptr,
            arcs,
            cutoff_s,
            per_s,
            first,
            cost_s,
            touched,
            waiting,
            n_put,
            n_taken,
            n_touched,
            number,
        )
        if n_taken == n_put:
            return np.int64(n_touched), waiting
        waiting = _grown(waiting, np.int64(n_put), np.int64(n_put) + len(arcs))


@_jit
def _settle(  # type: ignore[no-untyped-def]
    indptr,
    arcs,
    cutoff_s,
    per_s,
    first,
    cost_s,
    touched,
    waiting,
    n_put,
    n_taken,
    n_touched,
    number,
):
    """Go on until nobody waits or the room for those who wait is used up.

    Room is made outside: a loop in which the array may be another one is half as fast.
    """
    room, last_bucket = np.uint64(len(waiting)), np.uint64(len(first) - 1)
    while n_taken < n_put:
        bucket = np.uint64(number) & last_bucket
        while first[bucket] >= 0:
            entry = np.int64(first[bucket])
            first[bucket] = -1
            while entry >= 0:
                here_s = waiting[np.uint64(entry)].cost_s
                node = np.uint64(waiting[np.uint64(entry)].node)
                begin, end = np.uint64(indptr[node]), np.uint64(indptr[node + _ONE])
                if here_s != cost_s[node]:
                    end = begin
                if n_put + (end - begin) > room:
                    _put_back(waiting, first, bucket, entry)
                    return n_put, n_taken, n_touched, number
                entry = np.int64(waiting[np.uint64(entry)].next)
                n_taken += _ONE
                for i in range(begin, end):
                    to = np.uint64(arcs[i].to)
                    there_s = here_s + arcs[i].cost_s
                    before_s = cost_s[to]
                    is_better = (there_s < before_s) & (there_s <= cutoff_s)
                    cost_s[to] = there_s if is_better else before_s
                    touched[n_touched] = to
                    n_touched += np.uint64(is_better & (before_s == np.inf))
                    n_put = _put_if(is_better, waiting, n_put, first, per_s, to, there_s)
        number += 1
    return n_put, n_taken, n_touched, number


@_jit
def reach_many(indptr, arcs, bucket_s, longest_s, start, seed_node, seed_s, cutoff_s):  # type: ignore[no-untyped-def]
    """Bounded search from each group of seeds; returns group offsets, nodes and seconds."""
    n_nodes = len(indptr) - 1
    first, per_s = _buckets(bucket_s, longest_s, seed_s, cutoff_s)
    cost_s = np.full(n_nodes, np.inf)
    touched = np.empty(n_nodes + 1, dtype=np.int64)
    waiting = np.empty(1024, dtype=WAITING)
    offset = np.zeros(len(start), dtype=np.int64)
    nodes = np.empty(4096, dtype=np.int32)
    times_s = np.empty(4096)
    for g in range(len(start) - 1):
        lo, hi = start[g], start[g + 1]
        n, waiting = _bounded(
            indptr,
            arcs,
            seed_node[lo:hi],
            seed_s[lo:hi],
            cutoff_s,
            per_s,
            first,
            cost_s,
            touched,
            waiting,
        )
        at = offset[g]
        # as much as the groups to come will need if they are like those so far
        if at + n > len(nodes):
            needed = (at + n) // (g + 1) * (len(start) - 1) * 5 // 4 + n
            nodes = _grown(nodes, at, max(at + n, needed))
            times_s = _grown(times_s, at, max(at + n, needed))
        for i in range(n):
            node = np.uint64(touched[i])
            nodes[at + i] = node
            times_s[at + i] = cost_s[node]
            cost_s[node] = np.inf
        offset[g + 1] = at + n
    return offset, nodes[: offset[-1]], times_s[: offset[-1]]


@_jit
def _labels(indptr):  # type: ignore[no-untyped-def]
    """Cost, source and arcs of every node side by side, and one more node that tells where the arcs
    end.
    """
    label = np.empty(len(indptr), dtype=LABEL)
    for i in range(len(indptr)):
        label[i].cost_s = np.inf
        label[i].source = -1
        label[i].begin = indptr[i]
    return label


@_jit
def nearest_nodes(indptr, arcs, bucket_s, longest_s, seed_node, seed_s, seed_source, cutoff_s):  # type: ignore[no-untyped-def]
    """Per node, seconds to the nearest source and which; equal times go to the lowest source."""
    first, per_s = _buckets(bucket_s, longest_s, seed_s, cutoff_s)
    label = _labels(indptr)
    waiting = np.empty(2 * len(indptr) + len(seed_node), dtype=WAITING)
    n_put, n_taken = _ZERO, _ZERO
    number = _LAST_NUMBER
    for i in range(len(seed_node)):
        if seed_node[i] < 0 or not seed_s[i] <= cutoff_s or seed_s[i] == np.inf:
            continue
        node = np.uint64(seed_node[i])
        before_s = label[node].cost_s
        if seed_s[i] < before_s or (seed_s[i] == before_s and seed_source[i] < label[node].source):
            label[node].cost_s = seed_s[i]
            label[node].source = seed_source[i]
            number = min(number, np.int64(seed_s[i] * per_s))
            n_put = _put(waiting, n_put, first, per_s, node, seed_s[i])
    while True:
        n_put, n_taken, number = _settle_labels(
            arcs, cutoff_s, per_s, first, label, waiting, n_put, n_taken, number
        )
        if n_taken == n_put:
            return _apart(label)
        waiting = _grown(waiting, np.int64(n_put), np.int64(n_put) + len(arcs))


@_jit
def _settle_labels(arcs, cutoff_s, per_s, first, label, waiting, n_put, n_taken, number):  # type: ignore[no-untyped-def]
    """As `_settle`, with the source beside each cost."""
    room, last_bucket = np.uint64(len(waiting)), np.uint64(len(first) - 1)
    while n_taken < n_put:
        bucket = np.uint64(number) & last_bucket
        while first[bucket] >= 0:
            entry = np.int64(first[bucket])
            first[bucket] = -1
            while entry >= 0:
                here_s = waiting[np.uint64(entry)].cost_s
                node = np.uint64(waiting[np.uint64(entry)].node)
                which = label[node].source
                begin, end = np.uint64(label[node].begin), np.uint64(label[node + _ONE].begin)
                if here_s != label[node].cost_s:
                    end = begin
                if n_put + (end - begin) > room:
                    _put_back(waiting, first, bucket, entry)
                    return n_put, n_taken, number
                entry = np.int64(waiting[np.uint64(entry)].next)
                n_taken += _ONE
                for i in range(begin, end):
                    to = np.uint64(arcs[i].to)
                    there_s = here_s + arcs[i].cost_s
                    before_s, before = label[to].cost_s, label[to].source
                    is_nearer = (there_s < before_s) | ((there_s == before_s) & (which < before))
                    is_better = is_nearer & (there_s <= cutoff_s)
                    label[to].cost_s = there_s if is_better else before_s
                    label[to].source = which if is_better else before
                    n_put = _put_if(is_better, waiting, n_put, first, per_s, to, there_s)
        number += 1
    return n_put, n_taken, number


@_jit
def _apart(label):  # type: ignore[no-untyped-def]
    """Seconds and sources of all nodes, without the one at the end."""
    n_nodes = len(label) - 1
    cost_s = np.empty(n_nodes)
    source = np.empty(n_nodes, dtype=np.int64)
    for i in range(n_nodes):
        cost_s[i] = label[i].cost_s
        source[i] = label[i].source
    return cost_s, source


@_jit
def nearest_with_metres(  # type: ignore[no-untyped-def]
    indptr, arcs, bucket_s, longest_s, length_m, seed_node, seed_s, seed_m, cutoff_s
):
    """Per node, seconds and the metres along that fastest way; equal times go to fewer metres."""
    n_nodes = len(indptr) - 1
    first, per_s = _buckets(bucket_s, longest_s, seed_s, cutoff_s)
    cost_s = np.full(n_nodes, np.inf)
    metres = np.full(n_nodes, np.inf)
    waiting = np.empty(1024, dtype=WAITING)
    n_put, n_taken = _ZERO, _ZERO
    number = _LAST_NUMBER
    waiting = _with_room(waiting, n_put, np.uint64(len(seed_node)))
    for i in range(len(seed_node)):
        if seed_node[i] < 0 or not seed_s[i] <= cutoff_s or seed_s[i] == np.inf:
            continue
        node = np.uint64(seed_node[i])
        if seed_s[i] < cost_s[node] or (seed_s[i] == cost_s[node] and seed_m[i] < metres[node]):
            cost_s[node] = seed_s[i]
            metres[node] = seed_m[i]
            number = min(number, np.int64(seed_s[i] * per_s))
            n_put = _put(waiting, n_put, first, per_s, node, seed_s[i])
    last_bucket = np.uint64(len(first) - 1)
    while n_taken < n_put:
        bucket = np.uint64(number) & last_bucket
        while first[bucket] >= 0:
            entry = np.int64(first[bucket])
            first[bucket] = -1
            while entry >= 0:
                here_s = waiting[np.uint64(entry)].cost_s
                node = np.uint64(waiting[np.uint64(entry)].node)
                entry = np.int64(waiting[np.uint64(entry)].next)
                n_taken += _ONE
                if here_s != cost_s[node]:
                    continue
                begin, end = np.uint64(indptr[node]), np.uint64(indptr[node + _ONE])
                waiting = _with_room(waiting, n_put, end - begin)
                for i in range(begin, end):
                    to = np.uint64(arcs[i].to)
                    there_s = here_s + arcs[i].cost_s
                    there_m = metres[node] + length_m[np.uint64(arcs[i].edge)]
                    before_s = cost_s[to]
                    if (
                        there_s > cutoff_s
                        or there_s > before_s
                        or (there_s == before_s and there_m >= metres[to])
                    ):
                        continue
                    cost_s[to] = there_s
                    metres[to] = there_m
                    n_put = _put(waiting, n_put, first, per_s, to, there_s)
        number += 1
    return cost_s, metres


@_jit
def _along(gap, forward_s, backward_s):  # type: ignore[no-untyped-def]
    """Seconds along an edge over a signed share of it; standing still takes none, even where
    closed.
    """
    if gap > 0:
        return gap * forward_s
    return -gap * backward_s if gap < 0 else 0.0


@_jit
def nearest_points(  # type: ignore[no-untyped-def]
    node_s,
    node_source,
    edge,
    fraction,
    node_a,
    cost_a,
    node_b,
    cost_b,
    offset_s,
    at_edge,
    source_fraction,
    source_offset_s,
    source_id,
    forward_s,
    backward_s,
    cutoff_s,
):
    """Seconds from points on edges to the nearest source, over the ends or along the same edge.

    `at_edge` (shape n_edges + 1) tells which of the sources, sorted by edge, lie on each edge.
    `forward_s` and `backward_s` are the seconds *from the point to the source* walking u to v and
    v to u.
    """
    n = len(edge)
    best_s = np.full(n, np.inf)
    best = np.full(n, -1, dtype=np.int64)
    for i in range(n):
        if node_a[i] < 0:
            continue
        over_a = cost_a[i] + node_s[node_a[i]]
        over_b = cost_b[i] + node_s[node_b[i]]
        t = over_a
        which = node_source[node_a[i]]
        if over_b < t or (over_b == t and node_source[node_b[i]] < which):
            t = over_b
            which = node_source[node_b[i]]
        e = edge[i]
        if e < 0:
            e = len(at_edge) - 2  # an edge that does not exist: the loop below stays empty
        for j in range(at_edge[e], at_edge[e + 1]):
            gap = source_fraction[j] - fraction[i]
            along = _along(gap, forward_s[e], backward_s[e])
            direct = offset_s[i] + along + source_offset_s[j]
            if direct < t or (direct == t and (which < 0 or source_id[j] < which)):
                t = direct
                which = source_id[j]
        if t <= cutoff_s and t < np.inf:
            best_s[i] = t
            best[i] = which
    return best_s, best


@_jit
def pairs_within(  # type: ignore[no-untyped-def]
    indptr,
    arcs,
    bucket_s,
    longest_s,
    seed_a,
    seed_a_s,
    seed_b,
    seed_b_s,
    d_edge,
    d_fraction,
    d_offset_s,
    at_node,
    node_point,
    node_point_s,
    at_edge,
    edge_point,
    o_fraction,
    o_offset_s,
    forward_s,
    backward_s,
    cutoff_s,
):
    """Every (destination, origin) within the cutoff: one bounded search per destination.

    `at_node`, `node_point`, `node_point_s` list the origins hanging at each node and the seconds
    between; `at_edge`, `edge_point` the origins on each edge.
    """
    n_nodes = len(indptr) - 1
    n_origins = len(o_fraction)
    first, per_s = _buckets(bucket_s, longest_s, np.append(seed_a_s, seed_b_s), cutoff_s)
    cost_s = np.full(n_nodes, np.inf)
    touched = np.empty(n_nodes + 1, dtype=np.int64)
    waiting = np.empty(1024, dtype=WAITING)
    best_s = np.full(n_origins, np.inf)
    seen = np.empty(n_origins, dtype=np.int64)
    offset = np.zeros(len(d_edge) + 1, dtype=np.int64)
    origin = np.empty(4096, dtype=np.int64)
    time_s = np.empty(4096)
    seeds = np.empty(2, dtype=np.int64)
    seeds_s = np.empty(2)
    for d in range(len(d_edge)):
        seeds[0], seeds[1] = seed_a[d], seed_b[d]
        seeds_s[0], seeds_s[1] = seed_a_s[d], seed_b_s[d]
        n, waiting = _bounded(
            indptr, arcs, seeds, seeds_s, cutoff_s, per_s, first, cost_s, touched, waiting
        )
        n_seen = 0
        for i in range(n):
            node = touched[i]
            for j in range(at_node[node], at_node[node + 1]):
                o = node_point[j]
                t = node_point_s[j] + cost_s[node]
                if t <= cutoff_s and t < best_s[o]:
                    if best_s[o] == np.inf:
                        seen[n_seen] = o
                        n_seen += 1
                    best_s[o] = t
            cost_s[node] = np.inf
        e = d_edge[d]
        if e >= 0:
            for j in range(at_edge[e], at_edge[e + 1]):
                o = edge_point[j]
                gap = d_fraction[d] - o_fraction[o]
                along = _along(gap, forward_s[e], backward_s[e])
                t = o_offset_s[o] + along + d_offset_s[d]
                if t <= cutoff_s and t < best_s[o]:
                    if best_s[o] == np.inf:
                        seen[n_seen] = o
                        n_seen += 1
                    best_s[o] = t
        at = offset[d]
        if at + n_seen > len(origin):
            origin = _grown(origin, at, at + n_seen)
            time_s = _grown(time_s, at, at + n_seen)
        for i in range(n_seen):
            o = seen[i]
            origin[at + i] = o
            time_s[at + i] = best_s[o]
            best_s[o] = np.inf
        offset[d + 1] = at + n_seen
    end = offset[-1]
    return offset, origin[:end], time_s[:end]


def is_compiled() -> bool:
    """Whether an earlier run left the compiled loops in the cache; compiling takes about ten
    seconds.

    Returns
    -------
    bool
        False too where no cache folder can be written.
    """
    dispatcher: Any = nearest_nodes
    folder = getattr(dispatcher.stats, "cache_path", None)
    if folder is None or not os.path.isdir(folder):  # noqa: PTH112 - core knows no pathlib
        return False
    names = os.listdir(folder)  # noqa: PTH208 - core knows no pathlib
    return any(
        name.startswith("kernels.nearest_nodes-") and name.endswith(".nbi") for name in names
    )
