"""The compiled loops behind `access15.core.walk.ranked`: Dijkstra with k labels at every node.

A label is (seconds, source); a node keeps those of its k nearest different sources, nearest first.
Labels wait in a binary heap of exact float64 seconds; one that has fallen since is passed over.
"""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels import _along, _grown, _jit

LABEL = np.dtype([("time_s", np.float64), ("node", np.uint32), ("source", np.uint32)])


@_jit
def _push(heap, size, time_s, node, source):  # type: ignore[no-untyped-def]
    """Add a label; returns the heap, which grows when it is full."""
    if size == len(heap):
        heap = _grown(heap, size, size + 1)
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


@_jit
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


@_jit
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


@_jit
def nearest_k_nodes(indptr, arcs, seed_node, seed_s, seed_source, k):  # type: ignore[no-untyped-def]
    """Per node, seconds to its k nearest sources and which, flat: node i owns k labels from i * k
    on.
    """
    n_nodes = len(indptr) - 1
    label_s = np.full(n_nodes * k, np.inf)
    label_source = np.full(n_nodes * k, -1, dtype=np.int64)
    heap = np.empty(1024, dtype=LABEL)
    size = 0
    for i in range(len(seed_node)):
        node = seed_node[i]
        if node >= 0 and _improve(label_s, label_source, node * k, k, seed_s[i], seed_source[i]):
            heap = _push(heap, size, seed_s[i], node, seed_source[i])
            size += 1
    while size > 0:
        here_s, here, source = heap[0].time_s, np.int64(heap[0].node), np.int64(heap[0].source)
        _drop_first(heap, size)
        size -= 1
        is_current = False
        for i in range(here * k, here * k + k):
            is_current |= label_source[i] == source and label_s[i] == here_s
        if not is_current:
            continue
        for i in range(indptr[here], indptr[here + 1]):
            to = np.int64(arcs[i].to)
            there_s = here_s + arcs[i].cost_s
            if _improve(label_s, label_source, to * k, k, there_s, source):
                heap = _push(heap, size, there_s, to, source)
                size += 1
    return label_s, label_source


@_jit
def nearest_k_points(  # type: ignore[no-untyped-def]
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
    k,
):
    """Seconds from points on edges to their k nearest sources, over the ends or along the same
    edge.

    `at_edge` (shape n_edges + 1) tells which of the sources, sorted by edge, lie on each edge.
    `forward_s` and `backward_s` are seconds *from the point to the source*.
    """
    n = len(edge)
    best_s = np.full(n * k, np.inf)
    best = np.full(n * k, -1, dtype=np.int64)
    for i in range(n):
        first = i * k
        for j in range(k):
            if node_a[i] >= 0 and node_source[node_a[i] * k + j] >= 0:
                at = node_a[i] * k + j
                _improve(best_s, best, first, k, cost_a[i] + node_s[at], node_source[at])
            if node_b[i] >= 0 and node_source[node_b[i] * k + j] >= 0:
                at = node_b[i] * k + j
                _improve(best_s, best, first, k, cost_b[i] + node_s[at], node_source[at])
        e = edge[i]
        if e >= 0:
            for j in range(at_edge[e], at_edge[e + 1]):
                along = _along(source_fraction[j] - fraction[i], forward_s[e], backward_s[e])
                _improve(
                    best_s, best, first, k, offset_s[i] + along + source_offset_s[j], source_id[j]
                )
    return best_s.reshape(n, k)
