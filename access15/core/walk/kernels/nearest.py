"""The compiled loops of one search from all sources together: who is nearest to every place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.arrays import Graph, Seeds
from access15.core.walk.kernels.buckets import (
    LAST_NUMBER,
    ONE,
    WAITING,
    ZERO,
    Progress,
    Queue,
    is_seed,
    longest_finite,
    open_queue,
    put,
    put_back,
    put_if,
    with_room,
)
from access15.core.walk.kernels.compiled import along_s, fetch, grown, jit, jit_inline
from access15.core.walk.kernels.tiles import (
    BUCKETS,
    MANY,
    TILE,
    has_room,
    let_go,
    open_outside,
    open_window,
    read_ahead,
    take_next,
    wait_outside,
    with_more_room,
)

LABEL = np.dtype([("cost_s", np.float64), ("source", np.int32), ("begin", np.uint32)])
_ROOM = 1024
_TWO = np.uint64(2)


def nearest_nodes(
    graph: Graph, seeds: Seeds, cutoff_s: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Find the nearest source of every node; equal times go to the lowest source.

    Parameters
    ----------
    graph : Graph
        Nodes and arcs.
    seeds : Seeds
        Where the sources are.
    cutoff_s : float
        Longest walk, inclusive [s].

    Returns
    -------
    time_s : ndarray of float64, shape (n_nodes,)
        Seconds; inf where none is within the cutoff [s].
    which : ndarray of int64, shape (n_nodes,)
        Source of each; -1 where none.
    """
    # numpy's memory comes in larger pages than that of the loops, which shows in a region
    n_nodes = len(graph.indptr) - 1
    label, time_s = np.empty(n_nodes + 1, dtype=LABEL), np.empty(n_nodes)
    which = np.empty(n_nodes, dtype=np.int64)
    settle_nodes(graph, seeds, cutoff_s, label, time_s, which)
    return time_s, which


@jit
def settle_nodes(graph, seeds, cutoff_s, label, time_s, which):  # type: ignore[no-untyped-def]
    """Write what `nearest_nodes` returns, working in `label`, one longer than there are nodes."""
    n_nodes = len(graph.indptr) - 1
    outside = open_outside(n_nodes, _ROOM + len(seeds.node))
    most = _open_labels(label, graph.indptr)
    for i in range(len(seeds.node)):
        if not is_seed(seeds.node[i], seeds.time_s[i], cutoff_s):
            continue
        node, seed_s, source = np.uint64(seeds.node[i]), seeds.time_s[i], seeds.source[i]
        before_s = label[node].cost_s
        if seed_s < before_s or (seed_s == before_s and source < label[node].source):
            label[node].cost_s = seed_s
            label[node].source = source
            wait_outside(outside, node, seed_s, -1.0)
    # window by window, and in each of them tile by tile, until nobody waits
    first = np.full(2 * BUCKETS, -1, dtype=np.int32)
    queue = Queue(np.empty(_ROOM, dtype=WAITING), first, 1.0 / graph.bucket_s)
    while True:
        start_s, end_s = open_window(outside, BUCKETS * graph.bucket_s)
        if start_s == np.inf:
            break
        tile = take_next(outside)
        while tile >= 0:
            n_put, number = ZERO, LAST_NUMBER
            row = np.int64(outside.now[tile])
            outside.now[tile] = -1
            while row >= 0:
                node, here_s = np.uint64(outside.waiting[row].node), outside.waiting[row].cost_s
                if here_s == label[node].cost_s:
                    queue = with_room(queue, n_put, ONE)
                    number = min(number, np.int64(here_s * queue.per_s))
                    n_put = put(queue.waiting, n_put, queue.first, queue.per_s, node, here_s)
                row = np.int64(let_go(outside, row))
            if n_put >= MANY:
                read_ahead(outside, label, tile)
            progress = Progress(n_put, ZERO, ZERO, number)
            limits = (np.uint64(tile), end_s, cutoff_s)
            while True:
                progress = _settle_tile(graph.arcs, limits, queue, outside, label, progress)
                if progress.n_taken == progress.n_put:
                    break
                queue = with_room(queue, progress.n_put, np.uint64(most))
                if not has_room(outside, most):
                    outside = with_more_room(outside, most)
            tile = take_next(outside)
    for i in range(n_nodes):
        time_s[i] = label[i].cost_s
        which[i] = label[i].source


@jit
def _open_labels(label, indptr):  # type: ignore[no-untyped-def]
    """Cost, source and arcs of every node side by side, and one node more to end the arcs; returns
    the most arcs of a node.
    """
    most = np.int64(0)
    for i in range(len(indptr)):
        label[i].cost_s = np.inf
        label[i].source = -1
        label[i].begin = indptr[i]
        if i:
            most = max(most, np.int64(indptr[i] - indptr[i - 1]))
    return most


@jit
def _settle_tile(arcs, limits, queue, outside, label, progress):  # type: ignore[no-untyped-def]
    """As `bounded._settle`, in one tile, with the source beside each cost."""
    tile, end_s, cutoff_s = limits
    waiting, first, per_s = queue
    n_put, n_taken, _, number = progress
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
                begin, end = np.uint64(label[node].begin), np.uint64(label[node + ONE].begin)
                if here_s != label[node].cost_s:
                    end = begin
                if n_put + (end - begin) > room or not has_room(outside, np.int64(end - begin)):
                    put_back(waiting, first, bucket, entry)
                    return Progress(n_put, n_taken, ZERO, number)
                entry = np.int64(waiting[np.uint64(entry)].next)
                if entry >= 0:
                    _fetch_beyond(arcs, label, np.uint64(waiting[np.uint64(entry)].node))
                n_taken += ONE
                for i in range(begin, end):
                    to = np.uint64(arcs[i].to)
                    # who may come to wait will need those arcs: they take up to two lines
                    fetch(arcs, np.uint64(label[to].begin))
                    fetch(arcs, np.uint64(label[to].begin) + _TWO)
                    there_s = here_s + arcs[i].cost_s
                    before_s, before = label[to].cost_s, label[to].source
                    # equal times go to the lower source, because who is named must not depend on
                    # the order in which streets were read
                    is_nearer = (there_s < before_s) | ((there_s == before_s) & (which < before))
                    is_better = is_nearer & (there_s <= cutoff_s)
                    label[to].cost_s = there_s if is_better else before_s
                    label[to].source = which if is_better else before
                    is_out = is_better & ((to >> TILE != tile) | (there_s >= end_s))
                    n_put = put_if(is_better ^ is_out, waiting, n_put, first, per_s, to, there_s)
                    if is_out:
                        wait_outside(outside, to, there_s, end_s)
        number += 1
    return Progress(n_put, n_taken, ZERO, number)


@jit_inline
def _fetch_beyond(arcs, label, node):  # type: ignore[no-untyped-def]
    """Have the labels of those whom a node leads to near the processor before its turn; of most
    nodes three are all.
    """
    begin, end = np.uint64(label[node].begin), np.uint64(label[node + ONE].begin)
    if begin < end:
        last = end - ONE
        fetch(label, np.uint64(arcs[begin].to))
        fetch(label, np.uint64(arcs[min(begin + ONE, last)].to))
        fetch(label, np.uint64(arcs[min(begin + _TWO, last)].to))


@jit
def nearest_points(node_s, node_source, doors, sources, streets, cutoff_s):  # type: ignore[no-untyped-def]
    """Seconds from doors to the nearest source and which, over the ends or along the same edge.

    `node_s` and `node_source` are from `nearest_nodes`; `sources` are its sources by edge.
    """
    n = len(doors.edge)
    best_s = np.full(n, np.inf)
    best = np.full(n, -1, dtype=np.int64)
    for i in range(n):
        if doors.node_a[i] < 0:
            continue
        # 1. Over the nearer end of the edge; equal times go to the lower source, as at nodes.
        a, b = doors.node_a[i], doors.node_b[i]
        over_a_s = doors.cost_a_s[i] + node_s[a]
        over_b_s = doors.cost_b_s[i] + node_s[b]
        t = over_a_s
        which = node_source[a]
        if over_b_s < t or (over_b_s == t and node_source[b] < which):
            t = over_b_s
            which = node_source[b]
        # 2. Straight along the edge, because a source may lie on it between its ends.
        e = doors.edge[i]
        if e >= 0:
            for j in range(sources.at_edge[e], sources.at_edge[e + 1]):
                gap = sources.fraction[j] - doors.fraction[i]
                on_foot_s = along_s(gap, streets.forward_s[e], streets.backward_s[e])
                direct_s = doors.offset_s[i] + on_foot_s + sources.offset_s[j]
                source = sources.door[j]
                if direct_s < t or (direct_s == t and (which < 0 or source < which)):
                    t = direct_s
                    which = source
        if t <= cutoff_s and t < np.inf:
            best_s[i] = t
            best[i] = which
    return best_s, best


@jit
def nearest_with_metres(graph, length_m, seeds, seed_m, cutoff_s):  # type: ignore[no-untyped-def]
    """Per node, seconds and the metres along that fastest way; equal times go to fewer metres."""
    n_nodes = len(graph.indptr) - 1
    queue = open_queue(graph, longest_finite(seeds.time_s), cutoff_s, _ROOM + len(seeds.node))
    cost_s = np.full(n_nodes, np.inf)
    metres = np.full(n_nodes, np.inf)
    n_put, n_taken, number = ZERO, ZERO, LAST_NUMBER
    for i in range(len(seeds.node)):
        if not is_seed(seeds.node[i], seeds.time_s[i], cutoff_s):
            continue
        node, seed_s = np.uint64(seeds.node[i]), seeds.time_s[i]
        if seed_s < cost_s[node] or (seed_s == cost_s[node] and seed_m[i] < metres[node]):
            cost_s[node] = seed_s
            metres[node] = seed_m[i]
            number = min(number, np.int64(seed_s * queue.per_s))
            n_put = put(queue.waiting, n_put, queue.first, queue.per_s, node, seed_s)
    waiting, first, per_s = queue
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
                n_taken += ONE
                if here_s != cost_s[node]:
                    continue
                begin, end = np.uint64(graph.indptr[node]), np.uint64(graph.indptr[node + ONE])
                # a single search: it need not be the fastest, so room is made here
                if n_put + (end - begin) > np.uint64(len(waiting)):
                    waiting = grown(waiting, np.int64(n_put), np.int64(n_put + (end - begin)))
                for i in range(begin, end):
                    to = np.uint64(graph.arcs[i].to)
                    there_s = here_s + graph.arcs[i].cost_s
                    there_m = metres[node] + length_m[np.uint64(graph.arcs[i].edge)]
                    is_shorter = there_s == cost_s[to] and there_m < metres[to]
                    if there_s <= cutoff_s and (there_s < cost_s[to] or is_shorter):
                        cost_s[to] = there_s
                        metres[to] = there_m
                        n_put = put(waiting, n_put, first, per_s, to, there_s)
        number += 1
    return cost_s, metres
