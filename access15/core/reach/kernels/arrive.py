"""The compiled loops of arriving: how many seconds a walk takes that starts aside of a street.

A place belongs to the street nearest to it. The walk leads straight to that street, along it to
either end of its piece, and on by one of the ways that a search has found there; or straight along
the piece to a destination on it. Who needs seats may take only ways that still have metres left.
"""

from __future__ import annotations

import math

import numpy as np

from access15.core.reach.kernels.near import find_nearest, locate, meet
from access15.core.walk.kernels.compiled import jit, jit_inline


@jit
def bound_arrivals(arrivals, is_asked, width_m, last_s):  # type: ignore[no-untyped-def]
    """Seconds from which, and within which, everybody arrives who comes from a street or beside it.

    inf for streets that are not asked, or from which nobody arrives in the last seconds.
    """
    n = len(arrivals.first_piece) - 1
    earliest_s, latest_s = np.full(n, np.inf), np.full(n, np.inf)
    for e in range(n):
        if not is_asked[e]:
            continue
        # 1. Nobody is quicker than from the very ends of a piece, or from a destination on it.
        for p in range(arrivals.first_piece[e], arrivals.first_piece[e + 1]):
            a, b = arrivals.node_a[p], arrivals.node_b[p]
            for j in range(arrivals.at_node[a], arrivals.at_node[a + 1]):
                earliest_s[e] = min(earliest_s[e], arrivals.time_s[j] + arrivals.at_a_s[p])
            for j in range(arrivals.at_node[b], arrivals.at_node[b + 1]):
                earliest_s[e] = min(earliest_s[e], arrivals.time_s[j] + arrivals.at_b_s[p])
            for j in range(arrivals.at_piece[p], arrivals.at_piece[p + 1]):
                earliest_s[e] = min(earliest_s[e], arrivals.own_s[j])
        if earliest_s[e] > last_s:
            earliest_s[e] = np.inf
            continue
        latest_s[e] = 0.0
        # 2. Nobody is slower than over the whole piece, by a way that has metres left for that.
        for p in range(arrivals.first_piece[e], arrivals.first_piece[e + 1]):
            a, b = arrivals.node_a[p], arrivals.node_b[p]
            room_m = arrivals.limit_m - arrivals.length_m[p] - width_m
            over_a_s, over_b_s = np.inf, np.inf
            for j in range(arrivals.at_node[a], arrivals.at_node[a + 1]):
                if arrivals.since_m[j] <= room_m:
                    over_a_s = min(over_a_s, arrivals.time_s[j] + arrivals.at_a_s[p])
            for j in range(arrivals.at_node[b], arrivals.at_node[b + 1]):
                if arrivals.since_m[j] <= room_m:
                    over_b_s = min(over_b_s, arrivals.time_s[j] + arrivals.at_b_s[p])
            slowest_s = min(over_a_s + arrivals.from_a_s[p], over_b_s + arrivals.from_b_s[p])
            latest_s[e] = max(latest_s[e], slowest_s + width_m / arrivals.pace_ms)
    return earliest_s, latest_s


@jit_inline
def arrive_from(arrivals, edge, fraction, off_m):  # type: ignore[no-untyped-def]
    """Seconds of the walk from a place so far aside of a street; inf where nobody arrives."""
    # 1. The piece of the street it meets.
    p = arrivals.first_piece[edge]
    last = arrivals.first_piece[edge + 1] - 1
    while p < last and arrivals.begin[p + 1] <= fraction:
        p += 1
    width = arrivals.end[p] - arrivals.begin[p]
    share = 0.0
    if width > 0.0:
        share = min(max((fraction - arrivals.begin[p]) / width, 0.0), 1.0)
    # 2. Over either end of the piece: of the ways whose metres suffice the quickest.
    length_m, best_s = arrivals.length_m[p], np.inf
    a, b = arrivals.node_a[p], arrivals.node_b[p]
    room_m = arrivals.limit_m - off_m - share * length_m
    walk_s = arrivals.at_a_s[p] + _part_s(share, arrivals.from_a_s[p])
    for j in range(arrivals.at_node[a], arrivals.at_node[a + 1]):
        if arrivals.since_m[j] <= room_m:
            best_s = min(best_s, arrivals.time_s[j] + walk_s)
    room_m = arrivals.limit_m - off_m - (1.0 - share) * length_m
    walk_s = arrivals.at_b_s[p] + _part_s(1.0 - share, arrivals.from_b_s[p])
    for j in range(arrivals.at_node[b], arrivals.at_node[b + 1]):
        if arrivals.since_m[j] <= room_m:
            best_s = min(best_s, arrivals.time_s[j] + walk_s)
    # 3. Straight along the piece there is neither corner nor seat.
    for j in range(arrivals.at_piece[p], arrivals.at_piece[p + 1]):
        gap = share - arrivals.own_share[j]
        full_s = arrivals.from_a_s[p] if gap > 0 else arrivals.from_b_s[p]
        if arrivals.own_m[j] + abs(gap) * length_m <= arrivals.limit_m - off_m:
            best_s = min(best_s, arrivals.own_s[j] + _part_s(abs(gap), full_s))
    return best_s + off_m / arrivals.pace_ms


@jit_inline
def _part_s(share, full_s):  # type: ignore[no-untyped-def]
    """Seconds of a share; standing still takes none, also where nobody can pass."""
    return share * full_s if share > 0.0 else 0.0


@jit_inline
def arrive_at(rule, x, y):  # type: ignore[no-untyped-def]
    """Seconds of the walk from a place on the grid; inf where it belongs to no reached street."""
    field = rule.field
    i, off, fraction = find_nearest(field, x, y)
    if off > rule.width_m * rule.width_m:
        return np.inf
    time_s = rule.known_s[field.edge[i]]
    if not np.isnan(time_s):
        return time_s
    return arrive_from(rule.arrivals, field.edge[i], fraction, math.sqrt(off))


@jit_inline
def arrive_at_node(rule, row, column, more_m):  # type: ignore[no-untyped-def]
    """Seconds of the walk from so many metres behind a node of the grid."""
    field = rule.field
    i = np.int64(field.nearest[row, column])
    if i < 0 or rule.known_s[field.edge[i]] == np.inf:
        return np.inf
    x, y = field.west_m + column * field.step_m, field.south_m + row * field.step_m
    off, share = meet(field.ends, i, x, y)
    fraction = locate(field, i, share)
    return arrive_from(rule.arrivals, field.edge[i], fraction, math.sqrt(off) + more_m)


@jit
def arrive_at_nodes(rule, window, cutoffs_s):  # type: ignore[no-untyped-def]
    """The first of rising cutoffs within which somebody arrives from each node of a window.

    So many as there are cutoffs where nobody does. Rows are filled up to a multiple of eight.
    """
    field, arrivals = rule.field, rule.arrivals
    nearest, ends, edges = field.nearest, field.ends, field.edge
    # 1. What is known of a street is known of each of its pieces.
    unknown = np.uint16(len(cutoffs_s) + 1)
    piece_cutoff = np.empty(len(edges) + 1, dtype=np.uint16)
    for i in range(len(edges)):
        time_s = rule.known_s[edges[i]]
        piece_cutoff[i] = unknown if np.isnan(time_s) else _find_cutoff(cutoffs_s, time_s)
    piece_cutoff[-1] = len(cutoffs_s)  # -1 is no piece
    # 2. So that most nodes ask for one number.
    n_wide = (window.n_columns + 7) // 8 * 8
    first = np.empty((window.n_rows, n_wide), dtype=np.uint16)
    for row in range(window.n_rows):
        y = field.south_m + (window.row + row) * field.step_m
        for column in range(window.n_columns):
            piece = np.int64(nearest[window.row + row, window.column + column])
            cutoff = piece_cutoff[piece]
            if cutoff == unknown:
                x = field.west_m + (window.column + column) * field.step_m
                off, share = meet(ends, piece, x, y)
                fraction = locate(field, piece, share)
                time_s = arrive_from(arrivals, edges[piece], fraction, math.sqrt(off))
                cutoff = _find_cutoff(cutoffs_s, time_s)
            first[row, column] = cutoff
        first[row, window.n_columns :] = len(cutoffs_s)
    return first


@jit_inline
def _find_cutoff(cutoffs_s, time_s):  # type: ignore[no-untyped-def]
    """The first of rising cutoffs within which a walk is; so many as there are beyond the last."""
    i = 0
    while i < len(cutoffs_s) and time_s > cutoffs_s[i]:
        i += 1
    return np.uint16(i)


@jit
def arrive_at_places(rule, xy):  # type: ignore[no-untyped-def]
    """Seconds of the walks from places on the grid."""
    seconds = np.empty(len(xy))
    for i in range(len(xy)):
        seconds[i] = arrive_at(rule, xy[i, 0], xy[i, 1])
    return seconds
