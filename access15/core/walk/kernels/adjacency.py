"""The compiled loop that lines up arcs by the node they leave, of parallel ones the cheapest."""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.arrays import ARC
from access15.core.walk.kernels.compiled import jit

_BLOCK = 12  # nodes of a block, as a power of two: with their arcs they fit a core's cache
# What is known of an edge side by side: edges are read block by block, not in their order.
_BOTH_WAYS = np.dtype(
    [
        ("out_s", np.float64),
        ("back_s", np.float64),
        ("u", np.uint32),
        ("v", np.uint32),
        ("edge", np.uint32),
    ],
    align=True,
)


@jit
def line_up(n_nodes, u, v, out_s, back_s, length_m):  # type: ignore[no-untyped-def]
    """Arcs of every node by the node they lead to; returns offsets and arcs.

    `out_s` is the cost from u to v and `back_s` that from v to u; inf where nobody can pass. Of
    arcs between the same two nodes the cheapest stays, then that of the shorter edge, then that of
    the first.
    """
    # 1. Edges whose nodes lie together are looked at together, because nodes lie together in memory
    #    where they do in the city, and edges come in any order.
    edges = _group_by_block(n_nodes, u, v, out_s, back_s)
    # 2. Two passes over them, one to count and one to put down: no sort of all arcs, whose time
    #    grows faster than a city.
    begin = np.zeros(n_nodes + 1, dtype=np.int64)
    for i in range(len(edges)):
        begin[np.int64(edges[i].u) + 1] += edges[i].out_s < np.inf
        begin[np.int64(edges[i].v) + 1] += edges[i].back_s < np.inf
    for node in range(n_nodes):
        begin[node + 1] += begin[node]
    arcs = np.empty(begin[n_nodes], dtype=ARC)
    end = begin[:-1].copy()
    for i in range(len(edges)):
        one = edges[i]
        if one.out_s < np.inf:
            _put_in(arcs, begin[one.u], end[one.u], one.v, one.out_s, one.edge, length_m)
            end[one.u] += 1
        if one.back_s < np.inf:
            _put_in(arcs, begin[one.v], end[one.v], one.u, one.back_s, one.edge, length_m)
            end[one.v] += 1
    # 3. The best of those that lead to the same node comes first among them: the others go.
    n = 0
    for node in range(n_nodes):
        first = n
        for i in range(begin[node], end[node]):
            if n == first or arcs[i].to != arcs[n - 1].to:
                if n < i:
                    arcs[n] = arcs[i]
                n += 1
        begin[node] = first
    begin[n_nodes] = n
    return begin, arcs[:n].copy() if n < len(arcs) else arcs


@jit
def _group_by_block(n_nodes, u, v, out_s, back_s):  # type: ignore[no-untyped-def]
    """Edges by the block of nodes in which they begin; those that lead nowhere are left out."""
    start = np.zeros((n_nodes >> _BLOCK) + 2, dtype=np.int64)
    for e in range(len(u)):
        start[(u[e] >> _BLOCK) + 1] += u[e] != v[e]
    for block in range(1, len(start)):
        start[block] += start[block - 1]
    edges = np.empty(start[-1], dtype=_BOTH_WAYS)
    for e in range(len(u)):
        if u[e] == v[e]:
            continue
        block = u[e] >> _BLOCK
        at = start[block]
        start[block] += 1
        edges[at].u = u[e]
        edges[at].v = v[e]
        edges[at].out_s = out_s[e]
        edges[at].back_s = back_s[e]
        edges[at].edge = e
    return edges


@jit
def _put_in(arcs, begin, end, to, cost_s, edge, length_m):  # type: ignore[no-untyped-def]
    """Put an arc among those of its node, which are few: by end, cost, length and edge."""
    at = end
    while at > begin:
        before = arcs[at - 1]
        is_before = before.to < to
        if before.to == to:
            is_before = before.cost_s < cost_s
            if before.cost_s == cost_s:
                is_before = length_m[before.edge] < length_m[edge]
                is_before |= length_m[before.edge] == length_m[edge] and before.edge < edge
        if is_before:
            break
        arcs[at] = before
        at -= 1
    arcs[at].cost_s = cost_s
    arcs[at].to = to
    arcs[at].edge = edge
