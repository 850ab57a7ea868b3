"""The compiled loops of siting: the greedy choice, swaps, and the bound of a relaxed question."""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.compiled import jit, jit_inline


@jit
def choose_greedily(start, demand, weight, n):  # type: ignore[no-untyped-def]
    """Up to `n` sets, each the one that adds most to those before, as long as any adds anything."""
    n_sets = len(start) - 1
    times = np.zeros(len(weight), dtype=np.int64)
    chosen = np.empty(min(n, n_sets), dtype=np.int64)
    for k in range(len(chosen)):
        best = _find_best(start, demand, weight, times)
        if best < 0:
            return chosen[:k]
        chosen[k] = best
        _count(start, demand, best, 1, times)
    return chosen


@jit
def swap_until_best(start, demand, weight, chosen):  # type: ignore[no-untyped-def]
    """Exchange one chosen set for another as long as that adds people; changes `chosen`."""
    times = np.zeros(len(weight), dtype=np.int64)
    for one in chosen:
        _count(start, demand, one, 1, times)
    has_changed = True
    while has_changed:
        has_changed = False
        for k in range(len(chosen)):
            _count(start, demand, chosen[k], -1, times)
            best = _find_best(start, demand, weight, times)
            own = _sum_new(start, demand, weight, times, chosen[k])
            if best >= 0 and _sum_new(start, demand, weight, times, best) > own * (1 + 1e-12):
                chosen[k] = best
                has_changed = True
            _count(start, demand, chosen[k], 1, times)


@jit_inline
def _find_best(start, demand, weight, times):  # type: ignore[no-untyped-def]
    """The first of the sets that add most; -1 where none adds anything."""
    best, most = -1, 0.0
    for one in range(len(start) - 1):
        gained = _sum_new(start, demand, weight, times, one)
        if gained > most:
            best, most = one, gained
    return best


@jit_inline
def _sum_new(start, demand, weight, times, one):  # type: ignore[no-untyped-def]
    """People of a set who are in no chosen one."""
    total = 0.0
    for i in range(start[one], start[one + 1]):
        if times[demand[i]] == 0:
            total += weight[demand[i]]
    return total


@jit_inline
def _count(start, demand, one, by, times):  # type: ignore[no-untyped-def]
    """How many chosen sets hold each demand, with one more or less."""
    for i in range(start[one], start[one + 1]):
        times[demand[i]] += by


@jit
def price_sets(start, demand, price):  # type: ignore[no-untyped-def]
    """What the demand of every set is worth together."""
    worth = np.zeros(len(start) - 1)
    for one in range(len(worth)):
        for i in range(start[one], start[one + 1]):
            worth[one] += price[demand[i]]
    return worth


@jit
def count_times(start, demand, chosen, n_demand):  # type: ignore[no-untyped-def]
    """How many of some sets hold each demand."""
    times = np.zeros(n_demand, dtype=np.int64)
    for one in chosen:
        _count(start, demand, one, 1, times)
    return times
