"""The compiled loops behind `access15.core.walk.ranked`: Dijkstra with k labels at every node.

A label is (seconds, source); a node keeps those of its k nearest different sources, nearest first.
Labels wait in a binary heap of exact float64 seconds; one that has fallen since is passed over.
"""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.compiled import along_s, grown, jit

LABEL = np.dtype([("time_s", np.float64), ("node", np.uint32), ("source", np.uint32)])


@jit
def _push(heap, size, time_s, node, source):  # type: ignore[no-untyped-def]
    """Add a label; returns the heap, which grows when it is full."""
    if size == len(heap):
        heap = grown(heap, size, size + 1)
    child = size
    while child > 0:
        parent = (child - 1) >> 1
        if heap[parent].time_s <= time_s:
            break
        heap[child] = heap[parent]
        child = parent
    heap[child].time_s = time_s
    heap[child].node = node
    heap[child].source = source
    return heap


@jit
def _drop_first(heap, size):  # type: ignore[no-untyped-def]
    """Take the nearest of `size` labels off the heap."""
    last = size - 1
    time_s = heap[last].time_s
    hole = 0
    child = 1
    while child < last:
        if child + 1 < last and heap[child + 1].time_s < heap[child].time_s:
            child += 1
        if time_s <= heap[child].time_s:
            break
        heap[hole] = heap[child]
        hole = child
        child = 2 * hole + 1
    heap[hole] = heap[last]


@jit
def _improve(label_s, label_source, first, k, time_s, source):  # type: ignore[no-untyped-def]
    """Put a label among the k from `first` on; False where it is no better than what is there."""
    at = first + k - 1
    for i in range(first, first + k):
        if label_source[i] == source:
            at = i
            break
    if not time_s < label_s[at]:
        return False
    while at > first and label_s[at - 1] > time_s:
        label_s[at] = label_s[at - 1]
        label_source[at] = label_source[at - 1]
        at -= 1
    label_s[at] = time_s
    label_source[at] = source
    return True


@jit
def nearest_k_nodes(graph, seeds, k):  # type: ignore[no-untyped-def]
    """Per node, seconds to its k nearest sources and which, flat: node i owns k from i * k on."""
    indptr, arcs = graph.indptr, graph.arcs
    n_nodes = len(indptr) - 1
    label_s = np.full(n_nodes * k, np.inf)
    label_source = np.full(n_nodes * k, -1, dtype=np.int64)
    heap = np.empty(1024, dtype=LABEL)
    size = 0
    for i in range(len(seeds.node)):
        node, seed_s, source = seeds.node[i], seeds.time_s[i], seeds.source[i]
        if node >= 0 and _improve(label_s, label_source, node * k, k, seed_s, source):
            heap = _push(heap, size, seed_s, node, source)
            size += 1
    while size > 0:
        here_s, here, source = heap[0].time_s, np.int64(heap[0].node), np.int64(heap[0].source)
        _drop_first(heap, size)
        size -= 1
        # 1. A label that fell since, or that k nearer sources have pushed out, leads nowhere: it
        #    is passed over here, because finding it in the heap would cost more.
        is_current = False
        for i in range(here * k, here * k + k):
            is_current |= label_source[i] == source and label_s[i] == here_s
        if not is_current:
            continue
        # 2. Walked on for its own source only: whoever is among the k nearest of a node is among
        #    the k nearest of the node before on that way, so no source is lost.
        for i in range(indptr[here], indptr[here + 1]):
            to = np.int64(arcs[i].to)
            there_s = here_s + arcs[i].cost_s
            if _improve(label_s, label_source, to * k, k, there_s, source):
                heap = _push(heap, size, there_s, to, source)
                size += 1
    return label_s, label_source


@jit
def nearest_k_points(node_s, node_source, doors, sources, streets, k):  # type: ignore[no-untyped-def]
    """Seconds from doors to their k nearest sources, over the ends or along the same edge.

    `node_s` and `node_source` are from `nearest_k_nodes`; `sources` are its sources by edge.
    """
    n = len(doors.edge)
    best_s = np.full(n * k, np.inf)
    best = np.full(n * k, -1, dtype=np.int64)
    for i in range(n):
        first = i * k
        for end in range(2):
            node = doors.node_a[i] if end == 0 else doors.node_b[i]
            more_s = doors.cost_a_s[i] if end == 0 else doors.cost_b_s[i]
            if node < 0:
                continue
            for at in range(node * k, node * k + k):
                if node_source[at] >= 0:
                    _improve(best_s, best, first, k, more_s + node_s[at], node_source[at])
        e = doors.edge[i]
        if e >= 0:
            for j in range(sources.at_edge[e], sources.at_edge[e + 1]):
                gap = sources.fraction[j] - doors.fraction[i]
                on_foot_s = along_s(gap, streets.forward_s[e], streets.backward_s[e])
                direct_s = doors.offset_s[i] + on_foot_s + sources.offset_s[j]
                _improve(best_s, best, first, k, direct_s, sources.door[j])
    return best_s.reshape(n, k)
