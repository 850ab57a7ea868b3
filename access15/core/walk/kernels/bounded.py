"""The compiled loops of many short searches: what lies within a cutoff of each of many doors."""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.buckets import (
    LAST_NUMBER,
    ONE,
    ZERO,
    Progress,
    is_seed,
    longest_finite,
    open_queue,
    put,
    put_back,
    put_if,
    with_room,
)
from access15.core.walk.kernels.compiled import along_s, hand_over, jit, note_sooner

_ROOM = 1024
_ANSWERS = 4096


@jit
def reach_many(graph, doors, cutoff_s):  # type: ignore[no-untyped-def]
    """Bounded search from each door; returns offsets, nodes and seconds."""
    n_nodes, n_doors = len(graph.indptr) - 1, len(doors.edge)
    queue = _open_for(graph, doors, cutoff_s)
    cost_s = np.full(n_nodes, np.inf)
    touched = np.empty(n_nodes + 1, dtype=np.int64)
    offset = np.zeros(n_doors + 1, dtype=np.int64)
    nodes = np.empty(_ANSWERS, dtype=np.int32)
    times_s = np.empty(_ANSWERS)
    for d in range(n_doors):
        n, queue = _search_from(graph, doors, d, cutoff_s, queue, cost_s, touched)
        nodes, times_s = hand_over(nodes, times_s, offset, d, touched, n, cost_s)
    return offset, nodes[: offset[-1]], times_s[: offset[-1]]


@jit
def pairs_within(graph, sources, hanging, on_edges, streets, cutoff_s):  # type: ignore[no-untyped-def]
    """Every source with every target within the cutoff; returns offsets, targets and seconds.

    `hanging` and `on_edges` are the targets, by node and by edge.
    """
    n_nodes, n_sources, n_targets = len(graph.indptr) - 1, len(sources.edge), len(on_edges.door)
    queue = _open_for(graph, sources, cutoff_s)
    cost_s = np.full(n_nodes, np.inf)
    touched = np.empty(n_nodes + 1, dtype=np.int64)
    best_s = np.full(n_targets, np.inf)
    seen = np.empty(n_targets, dtype=np.int64)
    offset = np.zeros(n_sources + 1, dtype=np.int64)
    target = np.empty(_ANSWERS, dtype=np.int64)
    time_s = np.empty(_ANSWERS)
    for d in range(n_sources):
        n, queue = _search_from(graph, sources, d, cutoff_s, queue, cost_s, touched)
        n_seen = 0
        # 1. Over the ends of their edges: only doors at nodes that were reached are looked at,
        #    because most of a city is beyond the cutoff.
        for i in range(n):
            node = touched[i]
            for j in range(hanging.at_node[node], hanging.at_node[node + 1]):
                t = hanging.time_s[j] + cost_s[node]
                n_seen = note_sooner(best_s, seen, n_seen, hanging.door[j], t, cutoff_s)
            cost_s[node] = np.inf
        # 2. Along the source's own edge, because two doors of one street need no corner.
        e = sources.edge[d]
        if e >= 0:
            for j in range(on_edges.at_edge[e], on_edges.at_edge[e + 1]):
                gap = sources.fraction[d] - on_edges.fraction[j]
                on_foot_s = along_s(gap, streets.forward_s[e], streets.backward_s[e])
                t = on_edges.offset_s[j] + on_foot_s + sources.offset_s[d]
                n_seen = note_sooner(best_s, seen, n_seen, on_edges.door[j], t, cutoff_s)
        target, time_s = hand_over(target, time_s, offset, d, seen, n_seen, best_s)
    return offset, target[: offset[-1]], time_s[: offset[-1]]


@jit
def sort_found(offset, target, time_s):  # type: ignore[no-untyped-def]
    """Sort what each source found by seconds, then by target, where it stands."""
    for source in range(len(offset) - 1):
        begin, end = offset[source], offset[source + 1]
        # 1. Many short sorts stay near the processor, one long one by three columns does not.
        order = np.argsort(time_s[begin:end])
        targets, seconds = target[begin:end][order], time_s[begin:end][order]
        # 2. The sort leaves equal seconds in any order.
        first = 0
        for i in range(1, len(seconds) + 1):
            if i == len(seconds) or seconds[i] != seconds[first]:
                if i - first > 1:
                    targets[first:i].sort()
                first = i
        for i in range(len(seconds)):  # one by one, as in `grown`
            target[begin + i], time_s[begin + i] = targets[i], seconds[i]


@jit
def _open_for(graph, doors, cutoff_s):  # type: ignore[no-untyped-def]
    """A queue for searches from any of some doors."""
    longest_s = max(longest_finite(doors.cost_a_s), longest_finite(doors.cost_b_s))
    return open_queue(graph, longest_s, cutoff_s, _ROOM)


@jit
def _search_from(graph, doors, d, cutoff_s, queue, cost_s, touched):  # type: ignore[no-untyped-def]
    """Settle every node within the cutoff of one door; returns how many, and the queue.

    `cost_s` must come in as inf and holds the result; `touched`, one longer than there are nodes,
    lists where.
    """
    n_put, n_touched, number = ZERO, ZERO, LAST_NUMBER
    # 1. A search starts at both ends of the door's edge, with the walk to them.
    for end in range(2):
        at = doors.node_a[d] if end == 0 else doors.node_b[d]
        start_s = doors.cost_a_s[d] if end == 0 else doors.cost_b_s[d]
        if not is_seed(at, start_s, cutoff_s):
            continue
        node = np.uint64(at)
        if start_s < cost_s[node]:
            if cost_s[node] == np.inf:
                touched[n_touched] = node
                n_touched += ONE
            cost_s[node] = start_s
            number = min(number, np.int64(start_s * queue.per_s))
            n_put = put(queue.waiting, n_put, queue.first, queue.per_s, node, start_s)
    # 2. Room is made out here, because a loop in which the array may become another one is half
    #    as fast. With room for all arcs at once this happens a few times per run, not per search.
    progress = Progress(n_put, ZERO, n_touched, number)
    while True:
        progress = _settle(graph, cutoff_s, queue, cost_s, touched, progress)
        if progress.n_taken == progress.n_put:
            return np.int64(progress.n_touched), queue
        queue = with_room(queue, progress.n_put, np.uint64(len(graph.arcs)))


@jit
def _settle(graph, cutoff_s, queue, cost_s, touched, progress):  # type: ignore[no-untyped-def]
    """Go on until nobody waits or the room for those who wait is used up."""
    indptr, arcs = graph.indptr, graph.arcs
    waiting, first, per_s = queue
    n_put, n_taken, n_touched, number = progress
    room, last_bucket = np.uint64(len(waiting)), np.uint64(len(first) - 1)
    while n_taken < n_put:
        bucket = np.uint64(number) & last_bucket
        # 1. All who wait in the bucket are taken out together; who comes meanwhile is another
        #    round, because an arc shorter than a bucket leads back into it.
        while first[bucket] >= 0:
            entry = np.int64(first[bucket])
            first[bucket] = -1
            while entry >= 0:
                here_s = waiting[np.uint64(entry)].cost_s
                node = np.uint64(waiting[np.uint64(entry)].node)
                begin, end = np.uint64(indptr[node]), np.uint64(indptr[node + ONE])
                # 2. Whose cost has fallen since waits elsewhere too: from here no arc is walked.
                if here_s != cost_s[node]:
                    end = begin
                if n_put + (end - begin) > room:
                    put_back(waiting, first, bucket, entry)
                    return Progress(n_put, n_taken, n_touched, number)
                entry = np.int64(waiting[np.uint64(entry)].next)
                n_taken += ONE
                # 3. Nothing branches: costs and the list of nodes are written at every arc, and
                #    written over by the next unless this one was better (see `put_if`).
                for i in range(begin, end):
                    to = np.uint64(arcs[i].to)
                    there_s = here_s + arcs[i].cost_s
                    before_s = cost_s[to]
                    is_better = (there_s < before_s) & (there_s <= cutoff_s)
                    cost_s[to] = there_s if is_better else before_s
                    touched[n_touched] = to
                    n_touched += np.uint64(is_better & (before_s == np.inf))
                    n_put = put_if(is_better, waiting, n_put, first, per_s, to, there_s)
        number += 1
    return Progress(n_put, n_taken, n_touched, number)
