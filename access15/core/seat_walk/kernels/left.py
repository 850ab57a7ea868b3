"""The compiled loops of reach from seat to seat: how many metres are left at every place.

Each label at an end of a piece of street leaves, at a place `d` metres on, the lesser of two
lengths: what the limit between seats leaves, and what the cutoff leaves at the walker's pace. Both
fall evenly with `d`. The most that any label at either end, or a destination on the piece, leaves
counts.
"""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.compiled import jit, jit_inline


@jit
def reached_shares(pieces, labels, bounds):  # type: ignore[no-untyped-def]
    """Share of each piece that is reached over its first and over its second end; -1 for none."""
    n = len(pieces.node_a)
    head, tail = np.full(n, -1.0), np.full(n, -1.0)
    for p in range(n):
        a, b, length_m = pieces.node_a[p], pieces.node_b[p], pieces.length_m[p]
        for j in range(labels.at_node[a], labels.at_node[a + 1]):
            by_metres = _share_left(bounds.limit_m - labels.since_m[j], length_m)
            left_s = bounds.cutoff_s - labels.time_s[j] - pieces.at_a_s[p]
            head[p] = max(head[p], min(by_metres, _share_left(left_s, pieces.down_s[p])))
        for j in range(labels.at_node[b], labels.at_node[b + 1]):
            by_metres = _share_left(bounds.limit_m - labels.since_m[j], length_m)
            left_s = bounds.cutoff_s - labels.time_s[j] - pieces.at_b_s[p]
            tail[p] = max(tail[p], min(by_metres, _share_left(left_s, pieces.up_s[p])))
    return head, tail


@jit_inline
def _share_left(room, full):  # type: ignore[no-untyped-def]
    """Share of a piece that may still be walked; `full` is what all of it takes."""
    if not room >= 0:
        return -1.0
    if full == np.inf:
        return 0.0
    return 1.0 if full <= room else room / full


@jit
def metres_left(piece, share, pieces, labels, sources, bounds):  # type: ignore[no-untyped-def]
    """Metres left at places on pieces of street; -inf where nothing is reached."""
    left_m = np.full(len(piece), -np.inf)
    for i in range(len(piece)):
        left_m[i] = _most_left(piece[i], share[i], pieces, labels, sources, bounds)
    return left_m


@jit_inline
def _most_left(p, share, pieces, labels, sources, bounds):  # type: ignore[no-untyped-def]
    """Metres left at a place, the most that any label or destination leaves."""
    most_m = -np.inf
    a, b, length_m = pieces.node_a[p], pieces.node_b[p], pieces.length_m[p]
    for j in range(labels.at_node[a], labels.at_node[a + 1]):
        seconds, since_m = labels.time_s[j] + pieces.at_a_s[p], labels.since_m[j]
        left_m = _least_left(share, since_m, seconds, length_m, pieces.down_s[p], bounds)
        most_m = max(most_m, left_m)
    for j in range(labels.at_node[b], labels.at_node[b + 1]):
        seconds, since_m = labels.time_s[j] + pieces.at_b_s[p], labels.since_m[j]
        left_m = _least_left(1.0 - share, since_m, seconds, length_m, pieces.up_s[p], bounds)
        most_m = max(most_m, left_m)
    for j in range(sources.at_piece[p], sources.at_piece[p + 1]):
        gap = share - sources.share[j]
        full_s = pieces.down_s[p] if gap > 0 else pieces.up_s[p]
        seconds, since_m = sources.offset_s[j], sources.offset_m[j]
        left_m = _least_left(abs(gap), since_m, seconds, length_m, full_s, bounds)
        most_m = max(most_m, left_m)
    return most_m


@jit_inline
def _least_left(share, since_m, seconds, length_m, full_s, bounds):  # type: ignore[no-untyped-def]
    """Metres left after a share of a piece, from what one label or destination leaves."""
    walk_s = share * full_s if share > 0 else 0.0
    by_metres = bounds.limit_m - since_m - share * length_m
    return min(by_metres, (bounds.cutoff_s - seconds - walk_s) * bounds.pace_ms)
