"""The compiled loops: Dijkstra on interleaved arrays, bounded, exact in float64.

Heap entries pack the cost as float32 bits above the node number into one uint64. The packed key
only decides in which order nodes are taken: exact float64 costs live in `cost_s`, and a node whose
cost still falls is put back, so results equal those of a plain float64 heap.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

ARC = np.dtype([("cost_s", np.float64), ("to", np.uint32), ("edge", np.uint32)])
_NODE_MASK = np.uint64(0xFFFFFFFF)
# Indices are unsigned: with signed ones every access first asks whether to count from the end.
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_LAST_KEY = np.uint64(0xFFFFFFFFFFFFFFFF)


def _jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile without the interpreter lock, cached on disk where any cache folder is writable."""
    try:
        compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: "no locator available": read-only install and home
        compiled = numba.njit(nogil=True)(function)
    return compiled


@_jit
def _key(cost_s, node):  # type: ignore[no-untyped-def]
    return (np.uint64(np.float32(cost_s).view(np.uint32)) << np.uint64(32)) | np.uint64(node)


@_jit
def _push(heap, size, key):  # type: ignore[no-untyped-def]
    child = size
    while child > _ZERO:
        parent = (child - _ONE) >> _ONE
        if heap[parent] <= key:
            break
        heap[child] = heap[parent]
        child = parent
    heap[child] = key
    return size + _ONE


@_jit
def _pop(heap, size):  # type: ignore[no-untyped-def]
    top = heap[_ZERO]
    size -= _ONE
    last = heap[size]
    heap[size] = _LAST_KEY  # so that the last inner node has a right child, and the choice needs no branch
    hole = _ZERO
    child = _ONE
    while child < size:
        child += np.uint64(heap[child + _ONE] < heap[child])
        smallest = heap[child]
        if last <= smallest:
            break
        heap[hole] = smallest
        hole = child
        child = (hole << _ONE) + _ONE
    heap[hole] = last
    return top, size


@_jit
def _with_room(heap, used, more):  # type: ignore[no-untyped-def]
    """Room is made before a node's arcs are walked: a push that returned the heap would cost half the time."""
    if used + more <= np.uint64(len(heap)):
        return heap
    return _grown(heap, np.int64(used), np.int64(used + more))


@_jit
def _grown(array, used, needed):  # type: ignore[no-untyped-def]
    larger = np.empty(max(2 * len(array), needed), dtype=array.dtype)
    larger[:used] = array[:used]
    return larger


@_jit
def _bounded(indptr, arcs, seed_node, seed_s, cutoff_s, cost_s, touched, heap):  # type: ignore[no-untyped-def]
    """Settle every node within the cutoff; `cost_s` must come in as inf and holds the result."""
    size = _ZERO
    n_touched = _ZERO
    heap = _with_room(heap, size, np.uint64(len(seed_node)))
    for i in range(len(seed_node)):
        if seed_node[i] < 0 or not seed_s[i] <= cutoff_s:
            continue
        node = np.uint64(seed_node[i])
        if seed_s[i] < cost_s[node]:
            if cost_s[node] == np.inf:
                touched[n_touched] = node
                n_touched += _ONE
            cost_s[node] = seed_s[i]
            size = _push(heap, size, _key(seed_s[i], node))
    while size > _ZERO:
        top, size = _pop(heap, size)
        node = top & _NODE_MASK
        here_s = cost_s[node]
        if _key(here_s, node) != top:
            continue
        first, last = np.uint64(indptr[node]), np.uint64(indptr[node + _ONE])
        heap = _with_room(heap, size, last - first)
        for i in range(first, last):
            to = np.uint64(arcs[i].to)
            there_s = here_s + arcs[i].cost_s
            if there_s < cost_s[to] and there_s <= cutoff_s:
                if cost_s[to] == np.inf:
                    touched[n_touched] = to
                    n_touched += _ONE
                cost_s[to] = there_s
                size = _push(heap, size, _key(there_s, to))
    return np.int64(n_touched), heap


@_jit
def reach_many(indptr, arcs, start, seed_node, seed_s, cutoff_s):  # type: ignore[no-untyped-def]
    """Bounded search from each group of seeds; returns group offsets, nodes and seconds."""
    n_nodes = len(indptr) - 1
    cost_s = np.full(n_nodes, np.inf)
    touched = np.empty(n_nodes, dtype=np.int64)
    heap = np.empty(1024, dtype=np.uint64)
    offset = np.zeros(len(start), dtype=np.int64)
    nodes = np.empty(4096, dtype=np.int64)
    times_s = np.empty(4096)
    for g in range(len(start) - 1):
        lo, hi = start[g], start[g + 1]
        n, heap = _bounded(indptr, arcs, seed_node[lo:hi], seed_s[lo:hi], cutoff_s, cost_s, touched, heap)
        at = offset[g]
        if at + n > len(nodes):
            nodes = _grown(nodes, at, at + n)
            times_s = _grown(times_s, at, at + n)
        for i in range(n):
            node = touched[i]
            nodes[at + i] = node
            times_s[at + i] = cost_s[node]
            cost_s[node] = np.inf
        offset[g + 1] = at + n
    end = offset[-1]
    return offset, nodes[:end].copy(), times_s[:end].copy()


@_jit
def nearest_nodes(indptr, arcs, seed_node, seed_s, seed_source, cutoff_s):  # type: ignore[no-untyped-def]
    """Per node, seconds to the nearest source and which; equal times go to the lowest source."""
    n_nodes = len(indptr) - 1
    cost_s = np.full(n_nodes, np.inf)
    source = np.full(n_nodes, -1, dtype=np.int64)
    heap = np.empty(1024, dtype=np.uint64)
    size = _ZERO
    heap = _with_room(heap, size, np.uint64(len(seed_node)))
    for i in range(len(seed_node)):
        if seed_node[i] < 0 or not seed_s[i] <= cutoff_s:
            continue
        node = np.uint64(seed_node[i])
        if seed_s[i] < cost_s[node] or (seed_s[i] == cost_s[node] and seed_source[i] < source[node]):
            cost_s[node] = seed_s[i]
            source[node] = seed_source[i]
            size = _push(heap, size, _key(seed_s[i], node))
    while size > _ZERO:
        top, size = _pop(heap, size)
        node = top & _NODE_MASK
        here_s = cost_s[node]
        if _key(here_s, node) != top:
            continue
        first, last = np.uint64(indptr[node]), np.uint64(indptr[node + _ONE])
        heap = _with_room(heap, size, last - first)
        for i in range(first, last):
            to = np.uint64(arcs[i].to)
            there_s = here_s + arcs[i].cost_s
            if there_s > cutoff_s or there_s > cost_s[to]:
                continue
            if there_s < cost_s[to] or source[node] < source[to]:
                cost_s[to] = there_s
                source[to] = source[node]
                size = _push(heap, size, _key(there_s, to))
    return cost_s, source


@_jit
def nearest_with_metres(indptr, arcs, length_m, seed_node, seed_s, seed_m, cutoff_s):  # type: ignore[no-untyped-def]
    """Per node, seconds and the metres along that fastest way; equal times go to fewer metres."""
    n_nodes = len(indptr) - 1
    cost_s = np.full(n_nodes, np.inf)
    metres = np.full(n_nodes, np.inf)
    heap = np.empty(1024, dtype=np.uint64)
    size = 0
    for i in range(len(seed_node)):
        node = seed_node[i]
        if node < 0 or not seed_s[i] <= cutoff_s or seed_s[i] == np.inf:
            continue
        if seed_s[i] < cost_s[node] or (seed_s[i] == cost_s[node] and seed_m[i] < metres[node]):
            cost_s[node] = seed_s[i]
            metres[node] = seed_m[i]
            size = _push(heap, size, _key(seed_s[i], node))
    while size > _ZERO:
        top, size = _pop(heap, size)
        node = top & _NODE_MASK
        here_s = cost_s[node]
        if _key(here_s, node) != top:
            continue
        first, last = np.uint64(indptr[node]), np.uint64(indptr[node + _ONE])
        heap = _with_room(heap, size, last - first)
        for i in range(first, last):
            to = np.uint64(arcs[i].to)
            there_s = here_s + arcs[i].cost_s
            there_m = metres[node] + length_m[np.uint64(arcs[i].edge)]
            if there_s <= cutoff_s and (there_s < cost_s[to] or (there_s == cost_s[to] and there_m < metres[to])):
                cost_s[to] = there_s
                metres[to] = there_m
                size = _push(heap, size, _key(there_s, to))
    return cost_s, metres


@_jit
def _along(gap, forward_s, backward_s):  # type: ignore[no-untyped-def]
    """Seconds along an edge over a signed share of it; standing still takes none, even where closed."""
    if gap > 0:
        return gap * forward_s
    return -gap * backward_s if gap < 0 else 0.0


@_jit
def nearest_points(  # type: ignore[no-untyped-def]
    node_s, node_source, edge, fraction, node_a, cost_a, node_b, cost_b, offset_s,
    at_edge, source_fraction, source_offset_s, source_id, forward_s, backward_s, cutoff_s,
):  # fmt: skip
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
    indptr, arcs, seed_a, seed_a_s, seed_b, seed_b_s, d_edge, d_fraction, d_offset_s,
    at_node, node_point, node_point_s, at_edge, edge_point, o_fraction, o_offset_s,
    forward_s, backward_s, cutoff_s,
):  # fmt: skip
    """Every (destination, origin) within the cutoff: one bounded search per destination.

    `at_node`, `node_point`, `node_point_s` list the origins hanging at each node and the seconds
    between; `at_edge`, `edge_point` the origins on each edge.
    """
    n_nodes = len(indptr) - 1
    n_origins = len(o_fraction)
    cost_s = np.full(n_nodes, np.inf)
    touched = np.empty(n_nodes, dtype=np.int64)
    heap = np.empty(1024, dtype=np.uint64)
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
        n, heap = _bounded(indptr, arcs, seeds, seeds_s, cutoff_s, cost_s, touched, heap)
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
    return offset, origin[:end].copy(), time_s[:end].copy()


def is_compiled() -> bool:
    """Whether an earlier run left the compiled loops in the cache; compiling takes about ten seconds.

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
    return any(name.startswith("kernels.nearest_nodes-") and name.endswith(".nbi") for name in names)
