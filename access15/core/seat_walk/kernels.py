"""The compiled loops of walks from seat to seat: labels of seconds and metres since the last seat.

A node may hold several labels, none of which another one beats in every respect: more seconds may
come with fewer metres since the last seat. Labels are taken in the order of their exact seconds, so
a label is worth keeping only when it has fewer metres than every label kept before it.

A search may also lift what stands in its way, at a price that comes before seconds: sit down at
candidate places as if there were a seat (`CANDIDATE` nodes), or wherever a gap gets too long
(`anywhere`). Each costs one of `max_lifted`, and labels with fewer lifted are never beaten by
others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

REST_ARC = np.dtype([("cost_s", np.float64), ("metres", np.float64), ("to", np.int64)])
SEAT, CANDIDATE = 1, 2  # kinds of nodes; 0 is neither


def _jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile without the interpreter lock, cached on disk where any cache folder is writable."""
    try:
        compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: "no locator available": read-only install and home
        compiled = numba.njit(nogil=True)(function)
    return compiled


@_jit
def _is_first(s, i, other_s, j, metres, source):  # type: ignore[no-untyped-def]
    if s != other_s:
        return s < other_s
    if metres[i] != metres[j]:
        return metres[i] < metres[j]
    return source[i] < source[j]


@_jit
def _push(heap_s, heap, size, s, label, metres, source):  # type: ignore[no-untyped-def]
    child = size
    while child > 0:
        parent = (child - 1) >> 1
        if not _is_first(s, label, heap_s[parent], heap[parent], metres, source):
            break
        heap_s[child], heap[child] = heap_s[parent], heap[parent]
        child = parent
    heap_s[child], heap[child] = s, label
    return size + 1


@_jit
def _pop(heap_s, heap, size, metres, source):  # type: ignore[no-untyped-def]
    top = heap[0]
    size -= 1
    s, label = heap_s[size], heap[size]
    hole, child = 0, 1
    while child < size:
        right = child + 1
        if right < size and _is_first(
            heap_s[right], heap[right], heap_s[child], heap[child], metres, source
        ):
            child = right
        if not _is_first(heap_s[child], heap[child], s, label, metres, source):
            break
        heap_s[hole], heap[hole] = heap_s[child], heap[child]
        hole = child
        child = 2 * hole + 1
    heap_s[hole], heap[hole] = s, label
    return top, size


@_jit
def _grown(array, used, needed):  # type: ignore[no-untyped-def]
    if needed <= len(array):
        return array
    larger = np.empty(max(2 * len(array), needed), dtype=array.dtype)
    larger[:used] = array[:used]
    return larger


@_jit
def _missing(m, limit_m):  # type: ignore[no-untyped-def]
    """Seats that a gap lacks, each as far from the one before as the limit allows."""
    if m <= limit_m:
        return 0.0
    return np.ceil(m / limit_m) - 1.0 if limit_m > 0 else np.inf


@_jit
def spread(  # type: ignore[no-untyped-def]
    indptr,
    arcs,
    kind,
    seed_node,
    seed_s,
    seed_m,
    seed_source,
    limit_m,
    cutoff_s,
    max_lifted,
    anywhere,
):
    """Settle every label within the cutoff: node, seconds, metres, lifted, source, predecessor,
    metres of the gap.

    Metres of the gap are those since the last real seat, on arrival, where metres may count from a
    seat that is pretended. Labels come in the order of their seconds. A predecessor is the row of
    the label walked from, -1 at a seed.
    """
    n_nodes = len(indptr) - 1
    # among kept labels with at most so many lifted
    least_m = np.full((max_lifted + 1, n_nodes), np.inf)
    last_s, last_m = (
        np.full((max_lifted + 1, n_nodes), np.inf),
        np.full((max_lifted + 1, n_nodes), np.inf),
    )
    node, lifted = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64)
    source, before = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64)
    seconds, metres, gap_m = np.empty(1024), np.empty(1024), np.empty(1024)
    heap_s, heap = np.empty(1024), np.empty(1024, dtype=np.int64)
    kept, row = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64)
    n, size, n_kept = 0, 0, 0
    taken = -1  # the label being walked on from; the seeds come first
    while True:
        if taken < 0:
            first, last = 0, len(seed_node)
        else:
            first, last = indptr[node[taken]], indptr[node[taken] + 1]
        room = n + 2 * (last - first)
        # never more wait than there are labels, so one question serves them all
        if room > len(node):
            node, lifted, row = _grown(node, n, room), _grown(lifted, n, room), _grown(row, n, room)
            source, before = _grown(source, n, room), _grown(before, n, room)
            seconds, metres, gap_m = (
                _grown(seconds, n, room),
                _grown(metres, n, room),
                _grown(gap_m, n, room),
            )
            heap_s, heap, kept = (
                _grown(heap_s, n, room),
                _grown(heap, n, room),
                _grown(kept, n, room),
            )
        for i in range(first, last):
            if taken < 0:
                to, s, m, k, src, gap = (
                    seed_node[i],
                    seed_s[i],
                    seed_m[i],
                    0,
                    seed_source[i],
                    seed_m[i],
                )
                if to < 0:
                    continue
            else:
                to, s, k, src = (
                    arcs[i].to,
                    seconds[taken] + arcs[i].cost_s,
                    lifted[taken],
                    source[taken],
                )
                m = metres[taken] + arcs[i].metres
                gap = arcs[i].metres + (0.0 if kind[node[taken]] == SEAT else gap_m[taken])
            if not s <= cutoff_s or s == np.inf:
                continue
            if limit_m == np.inf:
                m = 0.0
            elif m > limit_m:
                missing = _missing(m, limit_m)
                if not anywhere or missing > max_lifted - k:
                    continue
                m -= missing * limit_m
                k += int(missing)
            if kind[to] == SEAT:
                m = 0.0
            for sits in range(2):
                if sits == 1:  # as if there were a seat
                    if kind[to] != CANDIDATE or k == max_lifted or m == 0.0:
                        break
                    m = 0.0
                    k += 1
                if least_m[k, to] <= m:
                    continue
                if (
                    last_s[k, to] <= s
                    and last_m[k, to] <= m
                    and (last_s[k, to] < s or last_m[k, to] < m)
                ):
                    continue
                last_s[k, to], last_m[k, to] = s, m
                node[n], seconds[n], metres[n], lifted[n], source[n], gap_m[n] = (
                    to,
                    s,
                    m,
                    k,
                    src,
                    gap,
                )
                before[n] = -1 if taken < 0 else row[taken]
                size = _push(heap_s, heap, size, s, n, metres, source)
                n += 1
        taken = -1
        while size > 0 and taken < 0:
            taken, size = _pop(heap_s, heap, size, metres, source)
            if least_m[lifted[taken], node[taken]] <= metres[taken]:
                taken = -1
        if taken < 0:
            break
        for k in range(lifted[taken], max_lifted + 1):
            least_m[k, node[taken]] = min(least_m[k, node[taken]], metres[taken])
        kept[n_kept] = taken
        row[taken] = n_kept
        n_kept += 1
    kept = kept[:n_kept]
    return (
        node[kept],
        seconds[kept],
        metres[kept],
        lifted[kept],
        source[kept],
        before[kept],
        gap_m[kept],
    )


@_jit
def _along(gap, forward_s, backward_s):  # type: ignore[no-untyped-def]
    """Seconds along an edge over a signed share of it; standing still takes none, even where
    closed.
    """
    if gap > 0:
        return gap * forward_s
    return -gap * backward_s if gap < 0 else 0.0


@_jit
def finish(  # type: ignore[no-untyped-def]
    at_node,
    label_s,
    label_m,
    label_lifted,
    label_source,
    piece,
    edge,
    fraction,
    offset_s,
    offset_m,
    node_a,
    cost_a,
    metres_a,
    node_b,
    cost_b,
    metres_b,
    at_piece,
    source_fraction,
    source_offset_s,
    source_offset_m,
    source_id,
    forward_s,
    backward_s,
    length_m,
    limit_m,
    cutoff_s,
    max_lifted,
    anywhere,
):
    """Seconds, lifted, source and last label of places on edges: fewest lifted first, then seconds,
    then source.

    `at_node` tells which labels, sorted by node, each node holds; `at_piece` which sources, sorted
    by piece of street, lie on each piece.
    """
    n = len(piece)
    best_s, best_lifted = np.full(n, np.inf), np.full(n, max_lifted + 1, dtype=np.int64)
    best_source, best_label = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    for i in range(n):
        if piece[i] < 0:
            continue
        for end in range(2):
            node = node_a[i] if end == 0 else node_b[i]
            more_s = cost_a[i] if end == 0 else cost_b[i]
            more_m = metres_a[i] if end == 0 else metres_b[i]
            for j in range(at_node[node], at_node[node + 1]):
                s = label_s[j] + more_s
                missing = _missing(label_m[j] + more_m, limit_m)
                if missing > 0 and (not anywhere or missing > max_lifted):
                    continue
                k = label_lifted[j] + int(missing)
                if not s <= cutoff_s or s == np.inf or k > max_lifted:
                    continue
                if k < best_lifted[i] or (
                    k == best_lifted[i]
                    and (s < best_s[i] or (s == best_s[i] and label_source[j] < best_source[i]))
                ):
                    best_s[i], best_lifted[i], best_source[i], best_label[i] = (
                        s,
                        k,
                        label_source[j],
                        j,
                    )
        e = edge[i]
        for j in range(at_piece[piece[i]], at_piece[piece[i] + 1]):
            gap = source_fraction[j] - fraction[i]
            s = offset_s[i] + _along(gap, forward_s[e], backward_s[e]) + source_offset_s[j]
            missing = _missing(offset_m[i] + abs(gap) * length_m[e] + source_offset_m[j], limit_m)
            if missing > 0 and (not anywhere or missing > max_lifted):
                continue
            k = int(missing)
            if not s <= cutoff_s or s == np.inf or k > max_lifted:
                continue
            if k < best_lifted[i] or (
                k == best_lifted[i]
                and (s < best_s[i] or (s == best_s[i] and source_id[j] < best_source[i]))
            ):
                best_s[i], best_lifted[i], best_source[i], best_label[i] = s, k, source_id[j], -1
    return best_s, best_lifted, best_source, best_label
