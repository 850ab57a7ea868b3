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
    if size == len(heap):
        larger = np.empty(2 * size, dtype=np.uint64)
        larger[:size] = heap
        heap = larger
    child = np.uint64(size)
    while child > np.uint64(0):
        parent = (child - np.uint64(1)) >> np.uint64(1)
        if heap[parent] <= key:
            break
        heap[child] = heap[parent]
        child = parent
    heap[child] = key
    return heap, size + 1


@_jit
def _pop(heap, size):  # type: ignore[no-untyped-def]
    top = heap[0]
    size -= 1
    last = heap[size]
    n = np.uint64(size)
    hole = np.uint64(0)
    child = np.uint64(1)
    while child < n:
        if child + np.uint64(1) < n and heap[child + np.uint64(1)] < heap[child]:
            child += np.uint64(1)
        if last <= heap[child]:
            break
        heap[hole] = heap[child]
        hole = child
        child = (hole << np.uint64(1)) + np.uint64(1)
    heap[hole] = last
    return top, size


@_jit
def _bounded(indptr, arcs, seed_node, seed_s, cutoff_s, cost_s, touched, heap):  # type: ignore[no-untyped-def]
    """Settle every node within the cutoff; `cost_s` must come in as inf and holds the result."""
    size = 0
    n_touched = 0
    for i in range(len(seed_node)):
        node = seed_node[i]
        if node >= 0 and seed_s[i] <= cutoff_s and seed_s[i] < cost_s[node]:
            if cost_s[node] == np.inf:
                touched[n_touched] = node
                n_touched += 1
            cost_s[node] = seed_s[i]
            heap, size = _push(heap, size, _key(seed_s[i], node))
    while size > 0:
        top, size = _pop(heap, size)
        node = np.uint32(top & _NODE_MASK)
        here_s = cost_s[node]
        if _key(here_s, node) != top:
            continue
        for i in range(indptr[node], indptr[node + np.uint32(1)]):
            to = arcs[i].to
            there_s = here_s + arcs[i].cost_s
            if there_s < cost_s[to] and there_s <= cutoff_s:
                if cost_s[to] == np.inf:
                    touched[n_touched] = to
                    n_touched += 1
                cost_s[to] = there_s
                heap, size = _push(heap, size, _key(there_s, to))
    return n_touched, heap


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
def _grown(array, used, needed):  # type: ignore[no-untyped-def]
    larger = np.empty(max(2 * len(array), needed), dtype=array.dtype)
    larger[:used] = array[:used]
    return larger


@_jit
def nearest_nodes(indptr, arcs, seed_node, seed_s, seed_source, cutoff_s):  # type: ignore[no-untyped-def]
    """Per node, seconds to the nearest source and which; equal times go to the lowest source."""
    n_nodes = len(indptr) - 1
    cost_s = np.full(n_nodes, np.inf)
    source = np.full(n_nodes, -1, dtype=np.int64)
    heap = np.empty(1024, dtype=np.uint64)
    size = 0
    for i in range(len(seed_node)):
        node = seed_node[i]
        if node < 0 or not seed_s[i] <= cutoff_s:
            continue
        if seed_s[i] < cost_s[node] or (seed_s[i] == cost_s[node] and seed_source[i] < source[node]):
            cost_s[node] = seed_s[i]
            source[node] = seed_source[i]
            heap, size = _push(heap, size, _key(seed_s[i], node))
    while size > 0:
        top, size = _pop(heap, size)
        node = np.uint32(top & _NODE_MASK)
        here_s = cost_s[node]
        if _key(here_s, node) != top:
            continue
        for i in range(indptr[node], indptr[node + np.uint32(1)]):
            to = arcs[i].to
            there_s = here_s + arcs[i].cost_s
            if there_s > cutoff_s or there_s > cost_s[to]:
                continue
            if there_s < cost_s[to] or source[node] < source[to]:
                cost_s[to] = there_s
                source[to] = source[node]
                heap, size = _push(heap, size, _key(there_s, to))
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
            heap, size = _push(heap, size, _key(seed_s[i], node))
    while size > 0:
        top, size = _pop(heap, size)
        node = np.uint32(top & _NODE_MASK)
        here_s = cost_s[node]
        if _key(here_s, node) != top:
            continue
        for i in range(indptr[node], indptr[node + np.uint32(1)]):
            to = arcs[i].to
            there_s = here_s + arcs[i].cost_s
            there_m = metres[node] + length_m[arcs[i].edge]
            if there_s <= cutoff_s and (there_s < cost_s[to] or (there_s == cost_s[to] and there_m < metres[to])):
                cost_s[to] = there_s
                metres[to] = there_m
                heap, size = _push(heap, size, _key(there_s, to))
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
