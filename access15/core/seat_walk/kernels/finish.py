"""The compiled end of a search from seat to seat: what it says of places on streets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.seat_walk.kernels.spread import missing_seats
from access15.core.walk.kernels.compiled import along_s, jit, jit_inline


class Best(NamedTuple):
    """The best way of every place so far; shapes (n_places,).

    Parameters
    ----------
    time_s : ndarray of float64
        Seconds door to door [s].
    lifted, source, label : ndarray of int64
        Obstacles lifted, whose, and the label walked on from; -1 where none.
    """

    time_s: NDArray[np.float64]
    lifted: NDArray[np.int64]
    source: NDArray[np.int64]
    label: NDArray[np.int64]


@jit
def finish(labels, doors, sources, streets, rules):  # type: ignore[no-untyped-def]
    """Best way of every door: fewest lifted first, then seconds, then the lowest source."""
    n = len(doors.piece)
    best = Best(
        np.full(n, np.inf),
        np.full(n, rules.max_lifted + 1, dtype=np.int64),
        np.full(n, -1, dtype=np.int64),
        np.full(n, -1, dtype=np.int64),
    )
    for i in range(n):
        piece, edge = doors.piece[i], doors.edge[i]
        if piece < 0:
            continue
        # 1. Over either end of the piece every label counts, not only the fastest: a slower one
        #    may have sat down later, so that the gap to this door is not too long.
        for end in range(2):
            node = doors.node_a[i] if end == 0 else doors.node_b[i]
            more_s = doors.cost_a_s[i] if end == 0 else doors.cost_b_s[i]
            more_m = doors.metres_a_m[i] if end == 0 else doors.metres_b_m[i]
            for j in range(labels.at_node[node], labels.at_node[node + 1]):
                s, m = labels.time_s[j] + more_s, labels.since_m[j] + more_m
                _take_better(best, i, s, m, labels.lifted[j], labels.source[j], j, rules)
        # 2. Straight along the piece there is no seat between the two doors.
        for j in range(sources.at_piece[piece], sources.at_piece[piece + 1]):
            gap = sources.share[j] - doors.fraction[i]
            on_foot_s = along_s(gap, streets.forward_s[edge], streets.backward_s[edge])
            s = doors.offset_s[i] + on_foot_s + sources.offset_s[j]
            m = doors.offset_m[i] + abs(gap) * streets.length_m[edge] + sources.offset_m[j]
            _take_better(best, i, s, m, 0, sources.source[j], -1, rules)
    return best


@jit_inline
def _take_better(best, i, time_s, gap_m, lifted, source, label, rules):  # type: ignore[no-untyped-def]
    """Note a way of place i if rules allow it and it is better than the one so far."""
    missing = missing_seats(gap_m, rules.limit_m)
    if missing > 0 and (not rules.anywhere or missing > rules.max_lifted):
        return
    k = lifted + np.int64(missing)
    if not time_s <= rules.cutoff_s or time_s == np.inf or k > rules.max_lifted:
        return
    if k > best.lifted[i]:
        return
    if k == best.lifted[i]:
        is_later = time_s > best.time_s[i]
        is_tie_lost = time_s == best.time_s[i] and source >= best.source[i]
        if is_later or is_tie_lost:
            return
    best.time_s[i] = time_s
    best.lifted[i] = k
    best.source[i] = source
    best.label[i] = label
