"""The compiled search from seat to seat: labels of seconds and metres since the last seat.

A node may hold several labels, none of which another one beats in every respect: more seconds may
come with fewer metres since the last seat. Labels are taken in the order of their exact seconds, so
a label is worth keeping only when it has fewer metres than every label kept before it.

A search may also lift what stands in its way, at a price that comes before seconds: sit down at
candidate places as if there were a seat (`CANDIDATE` nodes), or wherever a gap gets too long
(`anywhere`). Each costs one of `max_lifted`, and labels with fewer lifted are never beaten by
others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from access15.core.seat_walk.kernels.arrays import CANDIDATE, SEAT
from access15.core.walk.kernels.compiled import grown, jit, jit_inline

LABEL = np.dtype(
    [
        ("time_s", np.float64),
        ("since_m", np.float64),
        ("gap_m", np.float64),
        ("node", np.int64),
        ("lifted", np.int64),
        ("source", np.int64),
        ("before", np.int64),
    ]
)
# What is known of a node, for each number of obstacles lifted: the fewest metres among kept labels
# with at most so many, and the last arrival that was let wait with exactly so many.
FRONT = np.dtype([("kept_m", np.float64), ("last_s", np.float64), ("last_m", np.float64)])
WAITING = np.dtype([("time_s", np.float64), ("label", np.int64)])
_ROOM = 1024


class Step(NamedTuple):
    """An arrival at a node, not judged yet.

    Parameters
    ----------
    node : int
        Where.
    time_s, since_m, gap_m : float
        Seconds to the source [s], metres since the last seat, real or pretended, and since the last
        real one [m].
    lifted, source, before : int
        Obstacles lifted, whose, and the row of the label walked from; -1 at a seed.
    """

    node: int
    time_s: float
    since_m: float
    gap_m: float
    lifted: int
    source: int
    before: int


@jit
def missing_seats(gap_m, limit_m):  # type: ignore[no-untyped-def]
    """Seats that a gap lacks, each as far from the one before as the limit allows."""
    if gap_m <= limit_m:
        return 0.0
    return np.ceil(gap_m / limit_m) - 1.0 if limit_m > 0 else np.inf


@jit
def spread(graph, seeds, rules):  # type: ignore[no-untyped-def]
    """Settle every label within the cutoff, in the order of their seconds.

    Metres of the gap are those since the last real seat, on arrival, where metres may count from a
    seat that is pretended. `before` is the row of the label walked from, -1 at a seed.
    """
    front = _open_front(rules.max_lifted + 1, len(graph.indptr) - 1)
    # 1. A seed, and any arrival, may wait twice: as it is, and as if there were a seat.
    n_seeds = len(seeds.node)
    labels = np.empty(max(_ROOM, 2 * n_seeds), dtype=LABEL)
    heap = np.empty(len(labels), dtype=WAITING)
    kept = np.empty(len(labels), dtype=np.int64)
    n, size, n_kept = 0, 0, 0
    for i in range(n_seeds):
        if seeds.node[i] >= 0:
            m, source = seeds.since_m[i], seeds.source[i]
            step = Step(seeds.node[i], seeds.time_s[i], m, m, 0, source, -1)
            n, size = _arrive(graph.kind, rules, front, labels, n, heap, size, step)
    while size > 0:
        # 2. The label with the fewest seconds is final. It is kept only if it has fewer metres
        #    than all kept before it: those have no more seconds, so they beat it otherwise.
        taken, size = _pop(heap, size, labels)
        node, lifted, since_m = labels[taken].node, labels[taken].lifted, labels[taken].since_m
        if front[lifted, node].kept_m <= since_m:
            continue
        for k in range(lifted, rules.max_lifted + 1):
            front[k, node].kept_m = min(front[k, node].kept_m, since_m)
        kept[n_kept] = taken
        # 3. Never more wait, or are kept, than there are labels: one question serves all three.
        room = n + 2 * (graph.indptr[node + 1] - graph.indptr[node])
        if room > len(labels):
            labels = grown(labels, n, room)
            heap = grown(heap, n, room)
            kept = grown(kept, n, room)
        # 4. It is walked on from. A real seat starts a new gap, a pretended one does not, because
        #    the gap is what the street lacks today.
        time_s, source = labels[taken].time_s, labels[taken].source
        gap_m = 0.0 if graph.kind[node] == SEAT else labels[taken].gap_m
        for i in range(graph.indptr[node], graph.indptr[node + 1]):
            arc = graph.arcs[i]
            there_s, there_m = time_s + arc.cost_s, since_m + arc.metres
            step = Step(arc.to, there_s, there_m, arc.metres + gap_m, lifted, source, n_kept)
            n, size = _arrive(graph.kind, rules, front, labels, n, heap, size, step)
        n_kept += 1
    return labels[kept[:n_kept]]


@jit
def _open_front(n_lifted, n_nodes):  # type: ignore[no-untyped-def]
    """Nothing known of any node."""
    front = np.empty((n_lifted, n_nodes), dtype=FRONT)
    for k in range(n_lifted):
        for node in range(n_nodes):
            front[k, node].kept_m = np.inf
            front[k, node].last_s = np.inf
            front[k, node].last_m = np.inf
    return front


@jit_inline
def _arrive(kind, rules, front, labels, n, heap, size, step):  # type: ignore[no-untyped-def]
    """Let an arrival wait if rules allow it; returns how many labels there are, and wait."""
    time_s, since_m, lifted = step.time_s, step.since_m, step.lifted
    if not time_s <= rules.cutoff_s or time_s == np.inf:
        return n, size
    # 1. Without a limit metres must not count: they would keep labels that nobody needs.
    if rules.limit_m == np.inf:
        since_m = 0.0
    elif since_m > rules.limit_m:
        # 2. A gap too long ends the way, unless the seats it lacks may be pretended: all but the
        #    last stretch of it then lies behind the last of them.
        missing = missing_seats(since_m, rules.limit_m)
        if not rules.anywhere or missing > rules.max_lifted - lifted:
            return n, size
        since_m -= missing * rules.limit_m
        lifted += np.int64(missing)
    if kind[step.node] == SEAT:
        since_m = 0.0
    n, size = _offer(front, labels, n, heap, size, step, since_m, lifted)
    # 3. At a candidate both ways stay open, to sit and to walk on, because the seat may be worth
    #    more farther on.
    if kind[step.node] == CANDIDATE and lifted < rules.max_lifted and since_m != 0.0:
        n, size = _offer(front, labels, n, heap, size, step, 0.0, lifted + 1)
    return n, size


@jit_inline
def _offer(front, labels, n, heap, size, step, since_m, lifted):  # type: ignore[no-untyped-def]
    """Let an arrival wait unless a label that is kept, or the last that waits, beats it."""
    node, time_s = step.node, step.time_s
    if front[lifted, node].kept_m <= since_m:
        return n, size
    last_s, last_m = front[lifted, node].last_s, front[lifted, node].last_m
    # equal in both respects is not beaten: the lower source may come second
    if last_s <= time_s and last_m <= since_m and (last_s < time_s or last_m < since_m):
        return n, size
    front[lifted, node].last_s = time_s
    front[lifted, node].last_m = since_m
    labels[n].time_s = time_s
    labels[n].since_m = since_m
    labels[n].gap_m = step.gap_m
    labels[n].node = node
    labels[n].lifted = lifted
    labels[n].source = step.source
    labels[n].before = step.before
    return n + 1, _push(heap, size, time_s, n, labels)


@jit_inline
def _is_first(time_s, i, other_s, j, labels):  # type: ignore[no-untyped-def]
    """Whether label i comes before label j: by seconds, then metres, then source."""
    if time_s != other_s:
        return time_s < other_s
    if labels[i].since_m != labels[j].since_m:
        return labels[i].since_m < labels[j].since_m
    return labels[i].source < labels[j].source


@jit_inline
def _push(heap, size, time_s, label, labels):  # type: ignore[no-untyped-def]
    """Let a label wait; returns how many do."""
    child = size
    while child > 0:
        parent = (child - 1) >> 1
        if not _is_first(time_s, label, heap[parent].time_s, heap[parent].label, labels):
            break
        heap[child] = heap[parent]
        child = parent
    heap[child].time_s = time_s
    heap[child].label = label
    return size + 1


@jit_inline
def _pop(heap, size, labels):  # type: ignore[no-untyped-def]
    """Take the first label off the heap; returns it, and how many still wait."""
    top = heap[0].label
    size -= 1
    time_s, label = heap[size].time_s, heap[size].label
    hole, child = 0, 1
    while child < size:
        right = child + 1
        if right < size and _is_first(
            heap[right].time_s, heap[right].label, heap[child].time_s, heap[child].label, labels
        ):
            child = right
        if not _is_first(heap[child].time_s, heap[child].label, time_s, label, labels):
            break
        heap[hole] = heap[child]
        hole = child
        child = 2 * hole + 1
    heap[hole].time_s = time_s
    heap[hole].label = label
    return top, size
