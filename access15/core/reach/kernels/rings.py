"""The compiled loops of rings: borders put together, courtyards filled, few places kept."""

from __future__ import annotations

import math

import numpy as np

from access15.core.reach.kernels.arrive import arrive_at_node
from access15.core.walk.kernels.compiled import jit, jit_inline


@jit
def chain_rings(follows):  # type: ignore[no-untyped-def]
    """Places in the order of rings, and where each ring begins."""
    n = len(follows)
    order, starts = np.empty(n, dtype=np.int64), np.empty(n + 1, dtype=np.int64)
    is_seen = np.zeros(n, dtype=np.bool_)
    n_order, n_rings = 0, 0
    for first in range(n):
        if is_seen[first]:
            continue
        starts[n_rings] = n_order
        n_rings += 1
        at = first
        while not is_seen[at]:
            is_seen[at] = True
            order[n_order] = at
            n_order += 1
            at = follows[at]
    starts[n_rings] = n_order
    return order, starts[: n_rings + 1]


@jit
def measure_ring(xy):  # type: ignore[no-untyped-def]
    """Square metres of a ring; below zero for a hole."""
    twice = 0.0
    for i in range(len(xy)):
        a, b = xy[i - 1], xy[i]
        twice += (a[0] - xy[0, 0]) * (b[1] - xy[0, 1]) - (b[0] - xy[0, 0]) * (a[1] - xy[0, 1])
    return 0.5 * twice


@jit
def is_courtyard(rule, crossings, ring, area_m2, cutoff_s, first_dent):  # type: ignore[no-untyped-def]
    """Whether a hole is land far from every street, and whoever lives in its middle arrives.

    Whoever walks from such land to a street passes the rim of the hole; no place of a hole is
    farther from its rim than the radius of a circle of its area.
    """
    deepest_m = math.sqrt(area_m2 / math.pi)
    for i in ring:
        if i >= first_dent:  # between two others
            continue
        if i >= len(crossings.inside):  # the end of a street
            return False
        if rule.field.nearest[crossings.outside[i, 0], crossings.outside[i, 1]] >= 0:
            return False
        row, column = crossings.inside[i, 0], crossings.inside[i, 1]
        if arrive_at_node(rule, row, column, rule.field.step_m + deepest_m) > cutoff_s:
            return False
    return True


@jit
def simplify_ring(xy, tolerances_m):  # type: ignore[no-untyped-def]
    """Which places of a ring are kept (Douglas and Peucker 1973), the first always.

    `tolerances_m` say how far the border may move to its left, where the land is, and to its right.
    """
    n = len(xy)
    keep = np.zeros(n + 1, dtype=np.bool_)
    # 1. A ring has no ends: it is cut at its first place, and at the one farthest from that.
    farthest, most = 0, -1.0
    for i in range(1, n):
        off = (xy[i, 0] - xy[0, 0]) ** 2 + (xy[i, 1] - xy[0, 1]) ** 2
        if off > most:
            farthest, most = i, off
    keep[0], keep[farthest], keep[n] = True, True, True
    # 2. Between two places that are kept, the place farthest from the straight line between them
    #    is kept too if it is farther than the tolerance; then the same on both its sides.
    waiting = np.empty((n + 2, 2), dtype=np.int64)
    waiting[0, 0], waiting[0, 1] = 0, farthest
    waiting[1, 0], waiting[1, 1] = farthest, n
    n_waiting = 2
    while n_waiting:
        n_waiting -= 1
        low, high = waiting[n_waiting, 0], waiting[n_waiting, 1]
        worst, most = -1, 1.0
        for i in range(low + 1, high):
            off = _off_line(xy, i, low, high % n, tolerances_m)
            if off > most:
                worst, most = i, off
        if worst >= 0:
            keep[worst] = True
            waiting[n_waiting, 0], waiting[n_waiting, 1] = low, worst
            waiting[n_waiting + 1, 0], waiting[n_waiting + 1, 1] = worst, high
            n_waiting += 2
    return keep[:n]


@jit_inline
def _off_line(xy, i, a, b, tolerances_m):  # type: ignore[no-untyped-def]
    """Square of how many times the tolerance a place is off the straight line from a to b."""
    ahead_x, ahead_y = xy[b, 0] - xy[a, 0], xy[b, 1] - xy[a, 1]
    x, y = xy[i, 0] - xy[a, 0], xy[i, 1] - xy[a, 1]
    size = ahead_x * ahead_x + ahead_y * ahead_y
    if size > 0.0:
        share = min(max((x * ahead_x + y * ahead_y) / size, 0.0), 1.0)
        x, y = x - share * ahead_x, y - share * ahead_y
    # without a place on the left of the line the border moves to the right, away from the land
    tolerance_m = tolerances_m[1] if ahead_x * y - ahead_y * x > 0.0 else tolerances_m[0]
    return (x * x + y * y) / (tolerance_m * tolerance_m)


@jit
def draw_rings(rule, crossings, xy, order, starts, limits):  # type: ignore[no-untyped-def]
    """Rings to draw: places, where each ring begins, and its square metres.

    `limits` are the cutoff, the largest courtyard, how far a border may move [s], [m2], [m], and
    the first place after those of crossings and of ends of streets.
    """
    cutoff_s, courtyard_m2, tolerances_m, first_dent = limits
    drawn = np.empty((len(order) + len(starts), 2))
    offsets, areas_m2 = np.zeros(len(starts), dtype=np.int64), np.empty(len(starts))
    n, n_rings = 0, 0
    for r in range(len(starts) - 1):
        ring = order[starts[r] : starts[r + 1]]
        # 1. Courtyards are left out, and so become land.
        area_m2 = measure_ring(xy[ring])
        is_small = -courtyard_m2 <= area_m2 < 0
        if is_small and is_courtyard(rule, crossings, ring, -area_m2, cutoff_s, first_dent):
            continue
        # 2. What has shrunk to a line by being simplified is no land, or no hole.
        kept = ring[simplify_ring(xy[ring], tolerances_m)]
        if len(kept) < 3:
            continue
        for i in kept:
            drawn[n, 0], drawn[n, 1] = xy[i, 0], xy[i, 1]
            n += 1
        n_rings += 1
        offsets[n_rings], areas_m2[n_rings - 1] = n, area_m2
    return drawn[:n], offsets[: n_rings + 1], areas_m2[:n_rings]
