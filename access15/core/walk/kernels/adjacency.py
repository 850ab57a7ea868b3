"""The compiled loops that line up arcs by the node they leave, of parallel ones the cheapest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.arrays import ARC
from access15.core.walk.kernels.compiled import fetch, jit, jit_inline

# Nodes of a block, as a power of two: with their arcs they fit a core's cache.
_BLOCK = np.int64(11)
_AHEAD = 24  # edges that are on their way while one is read
_FEW = np.uint64(16)  # arcs of one node that are faster counted than moved
_ONE = np.uint64(1)


def line_up(
    n_nodes: int,
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    out_s: NDArray[np.float64],
    back_s: NDArray[np.float64],
    length_m: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Line up the arcs of every node by the node they lead to.

    Of arcs between the same two nodes the cheapest stays, then that of the shorter edge, then that
    of the first.

    Parameters
    ----------
    n_nodes : int
        Number of nodes.
    u, v : ndarray of int64, shape (n_edges,)
        Ends of each edge.
    out_s, back_s : ndarray of float64, shape (n_edges,)
        Cost from u to v and from v to u; inf where nobody can pass [s].
    length_m : ndarray of float64, shape (n_edges,)
        Length of each edge [m].

    Returns
    -------
    begin : ndarray of int64, shape (n_nodes + 1,)
        Node ``i`` owns the arcs ``begin[i]:begin[i + 1]``.
    arcs : ndarray of `access15.core.walk.kernels.arrays.ARC`
        Cost [s], node and edge of every arc.
    """
    # 1. Edges whose nodes lie together are looked at together, because nodes lie together in memory
    #    where they do in the city, and edges come in any order.
    grouped, n_arcs = group_edges(n_nodes, u, v, out_s, back_s)
    # 2. Block by block, with no sort of all arcs, whose time grows faster than a city. Memory of
    #    numpy's comes in larger pages than that of the loops, which shows in a region.
    begin, arcs = np.empty(n_nodes + 1, dtype=np.int64), np.empty(n_arcs, dtype=ARC)
    line_up_blocks((u, v, out_s, back_s), length_m, grouped, begin, arcs)
    n = int(begin[-1])
    return begin, arcs[:n].copy() if n < n_arcs else arcs


@jit
def group_edges(n_nodes, u, v, out_s, back_s):  # type: ignore[no-untyped-def]
    """Edges by the block of their nodes, rising in each; one between two blocks is in both.

    Returns where those of each block begin, all of them, and the most of a block; and how many arcs
    there are. Edges that lead nowhere are left out.
    """
    start = np.zeros((n_nodes >> _BLOCK) + 2, dtype=np.int64)
    n_arcs, most = np.int64(0), np.int64(0)
    for e in range(len(u)):
        if u[e] == v[e]:
            continue
        block, other = u[e] >> _BLOCK, v[e] >> _BLOCK
        start[block + 1] += 1
        start[other + 1] += block != other
        n_arcs += np.int64(out_s[e] < np.inf) + np.int64(back_s[e] < np.inf)
    for block in range(1, len(start)):
        most = max(most, start[block])
        start[block] += start[block - 1]
    edges, end = np.empty(start[-1], dtype=np.uint32), start.copy()
    for e in range(len(u)):
        if u[e] == v[e]:
            continue
        block, other = u[e] >> _BLOCK, v[e] >> _BLOCK
        edges[end[block]] = e
        end[block] += 1
        if block != other:
            edges[end[other]] = e
            end[other] += 1
    return (start, edges, most), n_arcs


@jit
def line_up_blocks(ways, length_m, grouped, begin, arcs):  # type: ignore[no-untyped-def]
    """Write offsets and arcs, block by block."""
    start, edges, most = grouped
    n_nodes, n = len(begin) - 1, np.uint64(0)
    near = np.empty(2 * most, dtype=ARC)  # the block's arcs, in any order at each node
    first = np.empty((1 << _BLOCK) + 1, dtype=np.int64)
    end = np.empty(1 << _BLOCK, dtype=np.int64)
    for block in range(len(start) - 1):
        low = block << _BLOCK
        _count_arcs(ways, edges, start[block], start[block + 1], low, first)
        for i in range(len(end)):
            first[i + 1] += first[i]
            end[i] = first[i]
        _put_down(ways, edges, start[block], start[block + 1], low, near, end)
        for i in range(min(np.int64(len(end)), np.int64(n_nodes - low))):
            begin[low + i] = n
            n = _put_in_order(near, np.uint64(first[i]), np.uint64(end[i]), length_m, arcs, n)
    begin[n_nodes] = n


@jit_inline
def _count_arcs(ways, edges, at, last, low, first):  # type: ignore[no-untyped-def]
    """How many arcs leave each node of a block, counted one place further on."""
    u, v, out_s, back_s = ways
    first[:] = 0
    for i in range(at, last):
        # edges of a block lie all over memory: they are sent for in time
        ahead = np.uint64(edges[min(i + _AHEAD, len(edges) - 1)])
        fetch(u, ahead)
        fetch(v, ahead)
        fetch(out_s, ahead)
        fetch(back_s, ahead)
        e = np.uint64(edges[i])
        a, b = u[e] - low, v[e] - low
        if a >> _BLOCK == 0:
            first[a + 1] += out_s[e] < np.inf
        if b >> _BLOCK == 0:
            first[b + 1] += back_s[e] < np.inf


@jit_inline
def _put_down(ways, edges, at, last, low, near, end):  # type: ignore[no-untyped-def]
    """Put every arc behind those of its node."""
    u, v, out_s, back_s = ways
    for i in range(at, last):
        e = np.uint64(edges[i])
        a, b = u[e] - low, v[e] - low
        if a >> _BLOCK == 0 and out_s[e] < np.inf:
            _put_arc(near, end, a, v[e], out_s[e], e)
        if b >> _BLOCK == 0 and back_s[e] < np.inf:
            _put_arc(near, end, b, u[e], back_s[e], e)


@jit_inline
def _put_arc(near, end, node, to, cost_s, edge):  # type: ignore[no-untyped-def]
    """Put one arc behind those of its node."""
    at = np.uint64(end[node])
    near[at].cost_s = cost_s
    near[at].to = to
    near[at].edge = edge
    end[node] += 1


@jit_inline
def _put_in_order(near, first, end, length_m, arcs, n):  # type: ignore[no-untyped-def]
    """Write a node's arcs by end, the best of those to the same; returns how many there are now."""
    # 1. How many lead to lower nodes is an arc's place: nothing branches, because which of two ends
    #    is lower cannot be foreseen.
    n_alike = np.uint64(0)
    if end - first <= _FEW:
        for i in range(first, end):
            to, at = near[i].to, n
            for j in range(first, end):
                at += np.uint64(near[j].to < to)
                n_alike += np.uint64(near[j].to == to)
            arcs[at] = near[i]
    if n_alike == end - first:
        return n + n_alike
    # 2. Many of them, or some that lead to the same node: the best comes first, the others go.
    for i in range(first, end):
        _sort_in(near, first, i, length_m)
    before = n
    for i in range(first, end):
        if n == before or near[i].to != arcs[n - _ONE].to:
            arcs[n] = near[i]
            n += _ONE
    return n


@jit
def _sort_in(arcs, begin, at, length_m):  # type: ignore[no-untyped-def]
    """Put an arc among those of its node before it: by end, cost, length and edge."""
    cost_s, to, edge = arcs[at].cost_s, arcs[at].to, arcs[at].edge
    while at > begin:
        before = arcs[at - _ONE]
        is_before = before.to < to
        if before.to == to:
            is_before = before.cost_s < cost_s
            if before.cost_s == cost_s:
                is_before = length_m[before.edge] < length_m[edge]
                is_before |= length_m[before.edge] == length_m[edge] and before.edge < edge
        if is_before:
            break
        arcs[at] = before
        at -= _ONE
    arcs[at].cost_s = cost_s
    arcs[at].to = to
    arcs[at].edge = edge
