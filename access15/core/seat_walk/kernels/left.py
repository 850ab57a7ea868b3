"""The compiled loops of reach from seat to seat: how many metres are left at every place.

Each label at an end of a piece of street leaves, at a place `d` metres on, the lesser of two
lengths: what the limit between seats leaves, and what the cutoff leaves at the walker's pace. Both
fall evenly with `d`. The most that any label at either end, or a destination on the piece, leaves
counts.
"""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.compiled import grown, jit, jit_inline

_ON_TOP_M = 1e-6  # a crossing of lines this near to the highest one is a kink of it
_APART = 1e-12


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


@jit
def find_kinks(pieces, labels, sources, bounds):  # type: ignore[no-untyped-def]
    """Pieces and shares of them where the metres left stop changing evenly."""
    found, shares = np.empty(1024, dtype=np.int64), np.empty(1024)
    n_found = 0
    at, slope = np.empty(64), np.empty(64)
    for p in range(len(pieces.node_a)):
        n_labels = _n_at(labels.at_node, pieces.node_a[p]) + _n_at(labels.at_node, pieces.node_b[p])
        n_own = _n_at(sources.at_piece, p)
        most = 2 * n_labels + 4 * n_own
        if most == 0:
            continue
        if most > len(at):
            at, slope = np.empty(2 * most), np.empty(2 * most)
        # 1. Each label and each destination draws two lines over the piece, one of metres and one
        #    of seconds: what is left is the highest of the lower ones.
        n = _draw_from_ends(p, at, slope, pieces, labels, bounds)
        n = _draw_from_sources(p, at, slope, n, pieces, sources, bounds)
        # 2. Any two lines cross at most once, and every destination is a kink of its own.
        room = n_found + n_own + n * n
        if room > len(found):
            found, shares = grown(found, n_found, 2 * room), grown(shares, n_found, 2 * room)
        for j in range(sources.at_piece[p], sources.at_piece[p + 1]):
            found[n_found], shares[n_found] = p, sources.share[j]
            n_found += 1
        for i in range(n):
            for j in range(i):
                if abs(slope[i] - slope[j]) < _APART:
                    continue
                share = (at[j] - at[i]) / (slope[i] - slope[j])
                if not 0.0 < share < 1.0:
                    continue
                # 3. A crossing below what is left bends nothing that anybody sees.
                top_m = _most_left(p, share, pieces, labels, sources, bounds)
                if abs(at[i] + slope[i] * share - top_m) < _ON_TOP_M + 1e-9 * abs(top_m):
                    found[n_found], shares[n_found] = p, share
                    n_found += 1
    return found[:n_found], shares[:n_found]


@jit
def _n_at(offset, i):  # type: ignore[no-untyped-def]
    """How many rows item i owns."""
    return offset[i + 1] - offset[i]


@jit
def _draw_from_ends(p, at, slope, pieces, labels, bounds):  # type: ignore[no-untyped-def]
    """Write the lines ``at + slope * share`` of labels at both ends; returns how many."""
    a, b, length_m, pace_ms = pieces.node_a[p], pieces.node_b[p], pieces.length_m[p], bounds.pace_ms
    down_s, up_s = pieces.down_s[p], pieces.up_s[p]
    n = 0
    if down_s < np.inf:
        for j in range(labels.at_node[a], labels.at_node[a + 1]):
            at[n], slope[n] = bounds.limit_m - labels.since_m[j], -length_m
            at[n + 1] = (bounds.cutoff_s - labels.time_s[j] - pieces.at_a_s[p]) * pace_ms
            slope[n + 1] = -down_s * pace_ms
            n += 2
    if up_s < np.inf:
        for j in range(labels.at_node[b], labels.at_node[b + 1]):
            at[n], slope[n] = bounds.limit_m - labels.since_m[j] - length_m, length_m
            at[n + 1] = (bounds.cutoff_s - labels.time_s[j] - pieces.at_b_s[p] - up_s) * pace_ms
            slope[n + 1] = up_s * pace_ms
            n += 2
    return n


@jit
def _draw_from_sources(p, at, slope, n, pieces, sources, bounds):  # type: ignore[no-untyped-def]
    """Write the lines of destinations on the piece behind n others; returns how many by now."""
    length_m, pace_ms = pieces.length_m[p], bounds.pace_ms
    down_s, up_s = pieces.down_s[p], pieces.up_s[p]
    for j in range(sources.at_piece[p], sources.at_piece[p + 1]):
        share = sources.share[j]
        left_m = bounds.limit_m - sources.offset_m[j]
        left_s = bounds.cutoff_s - sources.offset_s[j]
        if down_s < np.inf:
            at[n], slope[n] = left_m + share * length_m, -length_m
            at[n + 1], slope[n + 1] = (left_s + share * down_s) * pace_ms, -down_s * pace_ms
            n += 2
        if up_s < np.inf:
            at[n], slope[n] = left_m - share * length_m, length_m
            at[n + 1], slope[n + 1] = (left_s - share * up_s) * pace_ms, up_s * pace_ms
            n += 2
    return n
