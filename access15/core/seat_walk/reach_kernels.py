"""The compiled loops of reach from seat to seat: how many metres are left at every place of a
street.

Each label at an end of a piece of street leaves, at a place `d` metres on, the lesser of two
lengths: what the limit between seats leaves, and what the cutoff leaves at the walker's pace. Both
fall evenly with `d`. The most that any label at either end, or a destination on the piece, leaves
counts.
"""

from __future__ import annotations

import numpy as np

from access15.core.seat_walk.kernels import _jit

_ON_TOP_M = 1e-6  # a crossing of lines this near to the highest one is a kink of it
_APART = 1e-12


@_jit
def _share_left(room, full):  # type: ignore[no-untyped-def]
    """Share of a piece that may still be walked; `full` is what all of it takes."""
    if not room >= 0:
        return -1.0
    if full == np.inf:
        return 0.0
    return 1.0 if full <= room else room / full


@_jit
def reached_shares(  # type: ignore[no-untyped-def]
    node_a,
    node_b,
    at_a_s,
    at_b_s,
    down_s,
    up_s,
    length_m,
    at_node,
    label_s,
    label_m,
    limit_m,
    cutoff_s,
):
    """Share of each piece that is reached over its first and over its second end; -1 for none.

    `down_s` is walked to the first end, `up_s` to the second.
    """
    n = len(node_a)
    head, tail = np.full(n, -1.0), np.full(n, -1.0)
    for p in range(n):
        for j in range(at_node[node_a[p]], at_node[node_a[p] + 1]):
            by_metres = _share_left(limit_m - label_m[j], length_m[p])
            by_seconds = _share_left(cutoff_s - label_s[j] - at_a_s[p], down_s[p])
            head[p] = max(head[p], min(by_metres, by_seconds))
        for j in range(at_node[node_b[p]], at_node[node_b[p] + 1]):
            by_metres = _share_left(limit_m - label_m[j], length_m[p])
            by_seconds = _share_left(cutoff_s - label_s[j] - at_b_s[p], up_s[p])
            tail[p] = max(tail[p], min(by_metres, by_seconds))
    return head, tail


@_jit
def _least_left(share, since_m, seconds, length_m, full_s, limit_m, cutoff_s, pace_ms):  # type: ignore[no-untyped-def]
    """Metres left after a share of a piece, from what one label or destination leaves."""
    walk_s = share * full_s if share > 0 else 0.0
    return min(limit_m - since_m - share * length_m, (cutoff_s - seconds - walk_s) * pace_ms)


@_jit
def _most_left(  # type: ignore[no-untyped-def]
    p,
    share,
    node_a,
    node_b,
    at_a_s,
    at_b_s,
    down_s,
    up_s,
    length_m,
    at_node,
    label_s,
    label_m,
    at_piece,
    source_share,
    source_s,
    source_m,
    limit_m,
    cutoff_s,
    pace_ms,
):
    most = -np.inf
    for j in range(at_node[node_a[p]], at_node[node_a[p] + 1]):
        left = _least_left(
            share,
            label_m[j],
            label_s[j] + at_a_s[p],
            length_m[p],
            down_s[p],
            limit_m,
            cutoff_s,
            pace_ms,
        )
        most = max(most, left)
    for j in range(at_node[node_b[p]], at_node[node_b[p] + 1]):
        left = _least_left(
            1.0 - share,
            label_m[j],
            label_s[j] + at_b_s[p],
            length_m[p],
            up_s[p],
            limit_m,
            cutoff_s,
            pace_ms,
        )
        most = max(most, left)
    for j in range(at_piece[p], at_piece[p + 1]):
        gap = share - source_share[j]
        full_s = down_s[p] if gap > 0 else up_s[p]
        left = _least_left(
            abs(gap), source_m[j], source_s[j], length_m[p], full_s, limit_m, cutoff_s, pace_ms
        )
        most = max(most, left)
    return most


@_jit
def metres_left(  # type: ignore[no-untyped-def]
    piece,
    share,
    node_a,
    node_b,
    at_a_s,
    at_b_s,
    down_s,
    up_s,
    length_m,
    at_node,
    label_s,
    label_m,
    at_piece,
    source_share,
    source_s,
    source_m,
    limit_m,
    cutoff_s,
    pace_ms,
):
    """Metres left at places on pieces of street; -inf where nothing is reached."""
    left = np.full(len(piece), -np.inf)
    for i in range(len(piece)):
        left[i] = _most_left(
            piece[i],
            share[i],
            node_a,
            node_b,
            at_a_s,
            at_b_s,
            down_s,
            up_s,
            length_m,
            at_node,
            label_s,
            label_m,
            at_piece,
            source_share,
            source_s,
            source_m,
            limit_m,
            cutoff_s,
            pace_ms,
        )
    return left


@_jit
def find_kinks(  # type: ignore[no-untyped-def]
    node_a,
    node_b,
    at_a_s,
    at_b_s,
    down_s,
    up_s,
    length_m,
    at_node,
    label_s,
    label_m,
    at_piece,
    source_share,
    source_s,
    source_m,
    limit_m,
    cutoff_s,
    pace_ms,
):
    """Pieces and shares of them where the metres left stop changing evenly: where highest lines
    cross.

    Each label and each destination draws two lines over the piece, ``a + b * share``.
    """
    pieces, shares = np.empty(1024, dtype=np.int64), np.empty(1024)
    n_found = 0
    at, slope = np.empty(64), np.empty(64)
    for p in range(len(node_a)):
        n_a = at_node[node_a[p] + 1] - at_node[node_a[p]]
        n_b = at_node[node_b[p] + 1] - at_node[node_b[p]]
        n_own = at_piece[p + 1] - at_piece[p]
        most = 2 * (n_a + n_b) + 4 * n_own
        if most == 0:
            continue
        if most > len(at):
            at, slope = np.empty(2 * most), np.empty(2 * most)
        n = 0
        if down_s[p] < np.inf:
            for j in range(at_node[node_a[p]], at_node[node_a[p] + 1]):
                at[n], slope[n] = limit_m - label_m[j], -length_m[p]
                at[n + 1], slope[n + 1] = (
                    (cutoff_s - label_s[j] - at_a_s[p]) * pace_ms,
                    -down_s[p] * pace_ms,
                )
                n += 2
        if up_s[p] < np.inf:
            for j in range(at_node[node_b[p]], at_node[node_b[p] + 1]):
                at[n], slope[n] = limit_m - label_m[j] - length_m[p], length_m[p]
                at[n + 1] = (cutoff_s - label_s[j] - at_b_s[p] - up_s[p]) * pace_ms
                slope[n + 1] = up_s[p] * pace_ms
                n += 2
        room = n_found + n * n + 2 * n_own * n + 16 * n_own * n_own + n_own
        if room > len(pieces):
            larger, longer = np.empty(2 * room, dtype=np.int64), np.empty(2 * room)
            larger[:n_found], longer[:n_found] = pieces[:n_found], shares[:n_found]
            pieces, shares = larger, longer
        for j in range(at_piece[p], at_piece[p + 1]):
            pieces[n_found], shares[n_found] = p, source_share[j]
            n_found += 1
            if down_s[p] < np.inf:
                at[n], slope[n] = (
                    limit_m - source_m[j] + source_share[j] * length_m[p],
                    -length_m[p],
                )
                at[n + 1] = (cutoff_s - source_s[j] + source_share[j] * down_s[p]) * pace_ms
                slope[n + 1] = -down_s[p] * pace_ms
                n += 2
            if up_s[p] < np.inf:
                at[n], slope[n] = limit_m - source_m[j] - source_share[j] * length_m[p], length_m[p]
                at[n + 1] = (cutoff_s - source_s[j] - source_share[j] * up_s[p]) * pace_ms
                slope[n + 1] = up_s[p] * pace_ms
                n += 2
        for i in range(n):
            for j in range(i):
                if abs(slope[i] - slope[j]) < _APART:
                    continue
                share = (at[j] - at[i]) / (slope[i] - slope[j])
                if not 0.0 < share < 1.0:
                    continue
                top = _most_left(
                    p,
                    share,
                    node_a,
                    node_b,
                    at_a_s,
                    at_b_s,
                    down_s,
                    up_s,
                    length_m,
                    at_node,
                    label_s,
                    label_m,
                    at_piece,
                    source_share,
                    source_s,
                    source_m,
                    limit_m,
                    cutoff_s,
                    pace_ms,
                )
                if abs(at[i] + slope[i] * share - top) < _ON_TOP_M + 1e-9 * abs(top):
                    pieces[n_found], shares[n_found] = p, share
                    n_found += 1
    return pieces[:n_found], shares[:n_found]
