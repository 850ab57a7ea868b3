"""The compiled loops of siting: the greedy choice, swaps, and the bound of a relaxed question.

What every set would add is kept beside the choice, and changes with the few demands that change.
Such sums drift by the last bits: whoever seems to be best is summed up anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.compiled import jit, jit_inline

_SURELY = 1e-9  # of all people: sums that drift differ by less
_FRESH = 50  # rounds after which all is summed up anew


class Held(NamedTuple):
    """Sets both ways: what each holds, and who holds each.

    Parameters
    ----------
    start : ndarray of int64, shape (n_sets + 1,)
        Set ``i`` holds ``demand[start[i]:start[i + 1]]``.
    demand : ndarray of int32
        What.
    first : ndarray of int64, shape (n_demand + 1,)
        Demand ``k`` is held by ``holder[first[k]:first[k + 1]]``.
    holder : ndarray of int32
        By which sets.
    weight : ndarray of float64, shape (n_demand,)
        People.
    """

    start: NDArray[np.int64]
    demand: NDArray[np.int32]
    first: NDArray[np.int64]
    holder: NDArray[np.int32]
    weight: NDArray[np.float64]


@jit
def choose_greedily(held, n):  # type: ignore[no-untyped-def]
    """Up to `n` sets, each the one that adds most to those before, as long as any adds anything."""
    n_sets = len(held.start) - 1
    times = np.zeros(len(held.weight), dtype=np.int64)
    worth = price_sets(held.start, held.demand, held.weight)
    chosen = np.empty(min(n, n_sets), dtype=np.int64)
    for k in range(len(chosen)):
        best, _ = _find_best(held, times, worth)
        if best < 0:
            return chosen[:k]
        chosen[k] = best
        _count(held, best, 1, times, worth)
    return chosen


@jit
def swap_until_best(held, chosen):  # type: ignore[no-untyped-def]
    """Exchange one chosen set for another as long as that adds people; changes `chosen`."""
    times = np.zeros(len(held.weight), dtype=np.int64)
    worth = price_sets(held.start, held.demand, held.weight)
    for one in chosen:
        _count(held, one, 1, times, worth)
    has_changed = True
    while has_changed:
        has_changed = False
        for k in range(len(chosen)):
            _count(held, chosen[k], -1, times, worth)
            best, most = _find_best(held, times, worth)
            if best >= 0 and most > _sum_new(held, times, chosen[k]) * (1 + 1e-12):
                chosen[k] = best
                has_changed = True
            _count(held, chosen[k], 1, times, worth)


@jit_inline
def _find_best(held, times, worth):  # type: ignore[no-untyped-def]
    """The first of the sets that add most, and how much; -1 where none adds anything."""
    near = worth.max() - _SURELY * held.weight.sum()
    best, most = -1, 0.0
    for one in range(len(worth)):
        if worth[one] >= near:
            worth[one] = _sum_new(held, times, one)
            if worth[one] > most:
                best, most = one, worth[one]
    return best, most


@jit_inline
def _sum_new(held, times, one):  # type: ignore[no-untyped-def]
    """People of a set who are in no chosen one."""
    total = 0.0
    for i in range(held.start[one], held.start[one + 1]):
        if times[held.demand[i]] == 0:
            total += held.weight[held.demand[i]]
    return total


@jit_inline
def _count(held, one, by, times, worth):  # type: ignore[no-untyped-def]
    """How many chosen sets hold each demand, with one more or less, and what sets then add."""
    for i in range(held.start[one], held.start[one + 1]):
        row = held.demand[i]
        before = times[row]
        times[row] += by
        if (before == 0) != (times[row] == 0):
            _add(held, row, held.weight[row] if before else -held.weight[row], worth)


@jit_inline
def _add(held, row, people, worth):  # type: ignore[no-untyped-def]
    """Let all sets that hold a demand be worth more."""
    for i in range(held.first[row], held.first[row + 1]):
        worth[held.holder[i]] += people


@jit
def price_sets(start, demand, price):  # type: ignore[no-untyped-def]
    """What the demand of every set is worth together."""
    worth = np.zeros(len(start) - 1)
    for one in range(len(worth)):
        for i in range(start[one], start[one + 1]):
            worth[one] += price[demand[i]]
    return worth


@jit
def find_dearest(worth, n):  # type: ignore[no-untyped-def]
    """The `n` that are worth most, most first; of the same the first."""
    dearest = np.empty(n, dtype=np.int64)
    used = 0
    for one in range(len(worth)):
        if used < n:
            at = used
            used += 1
        elif worth[one] <= worth[dearest[n - 1]]:
            continue
        else:
            at = n - 1
        while at > 0 and worth[dearest[at - 1]] < worth[one]:
            dearest[at] = dearest[at - 1]
            at -= 1
        dearest[at] = one
    return dearest


@jit
def lower_prices(held, n, least, rounds, patience):  # type: ignore[no-untyped-def]
    """Prices of the demand that bound what `n` sets hold, near to `least`, which some hold."""
    price, best_price = held.weight.copy(), held.weight.copy()
    worth = price_sets(held.start, held.demand, price)
    times = np.zeros(len(price), dtype=np.int64)
    best, step, waited = np.inf, 1.0, 0
    for k in range(rounds):
        if k % _FRESH == _FRESH - 1:
            worth = price_sets(held.start, held.demand, price)
        dearest = find_dearest(worth, n)
        most = (held.weight - price).sum() + worth[dearest].sum()
        waited += 1
        if most < best:
            if most < best - 1e-3 * (best - least):
                waited = 0
            best = most
            best_price[:] = price
        if most <= least or step < 1e-4:
            break
        if waited >= patience:
            step, waited = step / 2.0, 0
        # 1. How often each demand is paid; once is right, and so is never where all is kept.
        times[:] = 0
        for one in dearest:
            for i in range(held.start[one], held.start[one + 1]):
                times[held.demand[i]] += 1
        length = 0.0
        for row in range(len(price)):
            if times[row] > 1 or (times[row] == 0 and price[row] < held.weight[row]):
                length += (times[row] - 1.0) ** 2
        if length == 0.0:
            break
        # 2. Who is paid more often pays less, and who is paid by none more.
        by = step * (most - least) / length
        for row in range(len(price)):
            if times[row] != 1:
                other = min(max(price[row] - by * (times[row] - 1.0), 0.0), held.weight[row])
                if other != price[row]:
                    _add(held, row, other - price[row], worth)
                    price[row] = other
    return best_price
