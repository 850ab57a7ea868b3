"""The compiled loop behind single fixes: what a few cheaper arcs change, and nothing else.

A fix only ever lowers costs. Starting from the seconds of all nodes as they are, the loop lowers
the nodes that a fix improves and walks on from those alone (the decreasing half of a dynamic
shortest-path tree; Ramalingam & Reps 1996, doi:10.1006/jagm.1996.0046), then looks at the homes
that hang at them. A node whose seconds fall again is walked on from again, so the result is that
of a whole search. All is put back before the next fix.
"""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.compiled import grown as _grown
from access15.core.walk.kernels.compiled import jit as _jit


@_jit
def _lower(node, there_s, cutoff_s, node_s, cost_s, touched, n_touched, queue, tail, is_waiting):  # type: ignore[no-untyped-def]
    """Put a node in the queue if it is reached sooner than before."""
    if there_s < cost_s[node] and there_s <= cutoff_s:
        if cost_s[node] == node_s[node]:
            touched[n_touched] = node
            n_touched += 1
        cost_s[node] = there_s
        if not is_waiting[node]:
            is_waiting[node] = True
            queue[tail % len(queue)] = node
            tail += 1
    return n_touched, tail


@_jit
def _let_in(home, time_s, cutoff_s, is_out, best_s, seen, n_seen):  # type: ignore[no-untyped-def]
    """Note a home that was out and is within the cutoff now."""
    if is_out[home] and time_s <= cutoff_s and time_s < best_s[home]:
        if best_s[home] == np.inf:
            seen[n_seen] = home
            n_seen += 1
        best_s[home] = time_s
    return n_seen


@_jit
def gain_many(  # type: ignore[no-untyped-def]
    indptr,
    arcs,
    node_s,
    cutoff_s,
    arc_start,
    arc_from,
    arc_to,
    arc_s,
    seed_start,
    seed_node,
    seed_s,
    at_node,
    hang_home,
    hang_s,
    door_start,
    door_node,
    door_home,
    door_s,
    direct_start,
    direct_home,
    direct_s,
    is_out,
):
    """Homes out of reach that each fix alone brings within the cutoff, and their seconds.

    `arc_*` are a fix's own arcs in the direction of the search, `seed_*` facilities' doors that a
    fix moves, `door_*` homes' doors that it moves, `direct_*` walks along one edge. `hang_*` are
    the homes' doors of today, at nodes. `is_out` tells which homes are looked at.
    """
    n_fixes, n_nodes, n_homes = len(arc_start) - 1, len(node_s), len(is_out)
    cost_s = node_s.copy()
    touched, queue = np.empty(n_nodes, dtype=np.int64), np.empty(n_nodes + 1, dtype=np.int64)
    is_waiting = np.zeros(n_nodes, dtype=np.bool_)
    best_s, seen = np.full(n_homes, np.inf), np.empty(n_homes, dtype=np.int64)
    offset = np.zeros(n_fixes + 1, dtype=np.int64)
    homes, times_s = np.empty(4096, dtype=np.int64), np.empty(4096)
    for f in range(n_fixes):
        n_touched, head, tail = 0, 0, 0
        for i in range(seed_start[f], seed_start[f + 1]):
            n_touched, tail = _lower(
                seed_node[i],
                seed_s[i],
                cutoff_s,
                node_s,
                cost_s,
                touched,
                n_touched,
                queue,
                tail,
                is_waiting,
            )
        for i in range(arc_start[f], arc_start[f + 1]):
            there_s = cost_s[arc_from[i]] + arc_s[i]
            n_touched, tail = _lower(
                arc_to[i],
                there_s,
                cutoff_s,
                node_s,
                cost_s,
                touched,
                n_touched,
                queue,
                tail,
                is_waiting,
            )
        while head < tail:
            node = queue[head % len(queue)]
            head += 1
            is_waiting[node] = False
            here_s = cost_s[node]
            for k in range(indptr[node], indptr[node + 1]):
                there_s = here_s + arcs[k].cost_s
                n_touched, tail = _lower(
                    np.int64(arcs[k].to),
                    there_s,
                    cutoff_s,
                    node_s,
                    cost_s,
                    touched,
                    n_touched,
                    queue,
                    tail,
                    is_waiting,
                )
            for i in range(arc_start[f], arc_start[f + 1]):
                if arc_from[i] == node:
                    there_s = here_s + arc_s[i]
                    n_touched, tail = _lower(
                        arc_to[i],
                        there_s,
                        cutoff_s,
                        node_s,
                        cost_s,
                        touched,
                        n_touched,
                        queue,
                        tail,
                        is_waiting,
                    )
        n_seen = 0
        for i in range(n_touched):
            node = touched[i]
            for j in range(at_node[node], at_node[node + 1]):
                n_seen = _let_in(
                    hang_home[j], hang_s[j] + cost_s[node], cutoff_s, is_out, best_s, seen, n_seen
                )
        for i in range(door_start[f], door_start[f + 1]):
            n_seen = _let_in(
                door_home[i],
                door_s[i] + cost_s[door_node[i]],
                cutoff_s,
                is_out,
                best_s,
                seen,
                n_seen,
            )
        for i in range(direct_start[f], direct_start[f + 1]):
            n_seen = _let_in(direct_home[i], direct_s[i], cutoff_s, is_out, best_s, seen, n_seen)
        for i in range(n_touched):
            cost_s[touched[i]] = node_s[touched[i]]
        at = offset[f]
        if at + n_seen > len(homes):
            homes, times_s = _grown(homes, at, at + n_seen), _grown(times_s, at, at + n_seen)
        for i in range(n_seen):
            homes[at + i] = seen[i]
            times_s[at + i] = best_s[seen[i]]
            best_s[seen[i]] = np.inf
        offset[f + 1] = at + n_seen
    end = offset[-1]
    return offset, homes[:end].copy(), times_s[:end].copy()
