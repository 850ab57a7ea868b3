"""The compiled loop behind single fixes: what a few cheaper arcs change, and nothing else.

A fix only ever lowers costs. Starting from the seconds of all nodes as they are, the loop lowers
the nodes that a fix improves and walks on from those alone (the decreasing half of a dynamic
shortest-path tree; Ramalingam & Reps 1996, doi:10.1006/jagm.1996.0046), then looks at the homes
that hang at them. A node whose seconds fall again is walked on from again, so the result is that
of a whole search. All is put back before the next fix.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.compiled import hand_over, jit, note_sooner


class Fixes(NamedTuple):
    """What each fix changes; of every group, fix ``f`` owns the rows ``start[f]:start[f + 1]``.

    Parameters
    ----------
    arc_start, arc_from, arc_to : ndarray of int64
        Cheaper arcs, in the direction of the search.
    arc_s : ndarray of float64
        What they cost once mended [s].
    seed_start, seed_node : ndarray of int64
        Facilities' doors that a fix moves.
    seed_s : ndarray of float64
        Seconds between door and node [s].
    door_start, door_node, door_home : ndarray of int64
        Homes' doors that a fix moves.
    door_s : ndarray of float64
        Seconds between door and node [s].
    direct_start, direct_home : ndarray of int64
        Walks along one edge.
    direct_s : ndarray of float64
        Seconds door to door [s].
    """

    arc_start: NDArray[np.int64]
    arc_from: NDArray[np.int64]
    arc_to: NDArray[np.int64]
    arc_s: NDArray[np.float64]
    seed_start: NDArray[np.int64]
    seed_node: NDArray[np.int64]
    seed_s: NDArray[np.float64]
    door_start: NDArray[np.int64]
    door_node: NDArray[np.int64]
    door_home: NDArray[np.int64]
    door_s: NDArray[np.float64]
    direct_start: NDArray[np.int64]
    direct_home: NDArray[np.int64]
    direct_s: NDArray[np.float64]


class Fall(NamedTuple):
    """Where seconds fall, and who is still to be walked on from; shapes (n_nodes,).

    Parameters
    ----------
    today_s, cost_s : ndarray of float64
        Seconds of every node as it is, and with the fix looked at [s].
    touched, queue : ndarray of int64
        Nodes whose seconds fell; and those that wait, first come first served, in a circle.
    is_waiting : ndarray of bool
        Whether each node is in the queue.
    """

    today_s: NDArray[np.float64]
    cost_s: NDArray[np.float64]
    touched: NDArray[np.int64]
    queue: NDArray[np.int64]
    is_waiting: NDArray[np.bool_]


@jit
def gain_many(graph, node_s, fixes, hanging, is_out, cutoff_s):  # type: ignore[no-untyped-def]
    """Homes out of reach that each fix alone brings within the cutoff, and their seconds.

    `hanging` are the homes' doors of today; `is_out` tells which homes are looked at.
    """
    n_fixes, n_nodes, n_homes = len(fixes.arc_start) - 1, len(node_s), len(is_out)
    queue = np.empty(n_nodes + 1, dtype=np.int64)
    touched, is_waiting = np.empty(n_nodes, dtype=np.int64), np.zeros(n_nodes, dtype=np.bool_)
    fall = Fall(node_s, node_s.copy(), touched, queue, is_waiting)
    best_s, seen = np.full(n_homes, np.inf), np.empty(n_homes, dtype=np.int64)
    offset = np.zeros(n_fixes + 1, dtype=np.int64)
    homes, times_s = np.empty(4096, dtype=np.int64), np.empty(4096)
    for f in range(n_fixes):
        # 1. Seconds fall where the fix is, and from there on.
        n_touched = _let_fall(graph, fixes, f, fall, cutoff_s)
        # 2. Homes are asked only at nodes that fell: whoever hangs elsewhere walks as today.
        n_seen = 0
        for i in range(n_touched):
            node = fall.touched[i]
            for j in range(hanging.at_node[node], hanging.at_node[node + 1]):
                home, t = hanging.door[j], hanging.time_s[j] + fall.cost_s[node]
                if is_out[home]:
                    n_seen = note_sooner(best_s, seen, n_seen, home, t, cutoff_s)
        # 3. Doors that the fix itself moves are asked wherever they are, because they gain even
        #    where no node does.
        for i in range(fixes.door_start[f], fixes.door_start[f + 1]):
            home, t = fixes.door_home[i], fixes.door_s[i] + fall.cost_s[fixes.door_node[i]]
            if is_out[home]:
                n_seen = note_sooner(best_s, seen, n_seen, home, t, cutoff_s)
        for i in range(fixes.direct_start[f], fixes.direct_start[f + 1]):
            home = fixes.direct_home[i]
            if is_out[home]:
                n_seen = note_sooner(best_s, seen, n_seen, home, fixes.direct_s[i], cutoff_s)
        # 4. All is put back, node by node: a fix touches a few streets, not the city.
        for i in range(n_touched):
            fall.cost_s[fall.touched[i]] = node_s[fall.touched[i]]
        homes, times_s = hand_over(homes, times_s, offset, f, seen, n_seen, best_s)
    return offset, homes[: offset[-1]].copy(), times_s[: offset[-1]].copy()


@jit
def _let_fall(graph, fixes, f, fall, cutoff_s):  # type: ignore[no-untyped-def]
    """Lower every node that a fix brings nearer; returns how many."""
    n_touched, head, tail = 0, 0, 0
    for i in range(fixes.seed_start[f], fixes.seed_start[f + 1]):
        node, there_s = fixes.seed_node[i], fixes.seed_s[i]
        n_touched, tail = _lower(fall, node, there_s, cutoff_s, n_touched, tail)
    first_arc, end_arc = fixes.arc_start[f], fixes.arc_start[f + 1]
    for i in range(first_arc, end_arc):
        there_s = fall.cost_s[fixes.arc_from[i]] + fixes.arc_s[i]
        n_touched, tail = _lower(fall, fixes.arc_to[i], there_s, cutoff_s, n_touched, tail)
    # First come, first served, and again when a node falls again: few fall at all, so that the
    # order of their seconds would cost more to keep than it saves.
    while head < tail:
        node = fall.queue[head % len(fall.queue)]
        head += 1
        fall.is_waiting[node] = False
        here_s = fall.cost_s[node]
        for k in range(graph.indptr[node], graph.indptr[node + 1]):
            to, there_s = np.int64(graph.arcs[k].to), here_s + graph.arcs[k].cost_s
            n_touched, tail = _lower(fall, to, there_s, cutoff_s, n_touched, tail)
        # The fix's own arcs are not in the graph: they are few enough to look at each.
        for i in range(first_arc, end_arc):
            if fixes.arc_from[i] == node:
                to, there_s = fixes.arc_to[i], here_s + fixes.arc_s[i]
                n_touched, tail = _lower(fall, to, there_s, cutoff_s, n_touched, tail)
    return n_touched


@jit
def _lower(fall, node, there_s, cutoff_s, n_touched, tail):  # type: ignore[no-untyped-def]
    """Put a node in the queue if it is reached sooner than before."""
    if there_s < fall.cost_s[node] and there_s <= cutoff_s:
        if fall.cost_s[node] == fall.today_s[node]:
            fall.touched[n_touched] = node
            n_touched += 1
        fall.cost_s[node] = there_s
        if not fall.is_waiting[node]:
            fall.is_waiting[node] = True
            fall.queue[tail % len(fall.queue)] = node
            tail += 1
    return n_touched, tail
