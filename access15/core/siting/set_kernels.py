"""The compiled loops that put sets together: marks of what is the same, and lists turned round."""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.compiled import jit


@jit
def add_marks(start, member, draws, sums):  # type: ignore[no-untyped-def]
    """Add the random numbers of lists to their members."""
    for row in range(len(start) - 1):
        for i in range(start[row], start[row + 1]):
            sums[0, member[i]] += draws[0, row]
            sums[1, member[i]] += draws[1, row]


@jit
def count_firsts(home, demand, start):  # type: ignore[no-untyped-def]
    """Count the candidates of homes that stand for a demand, one place behind."""
    for one in home:
        if demand[one] >= 0:
            start[demand[one] + 1] += 1


@jit
def fill_firsts(begin, home, demand, at, holder):  # type: ignore[no-untyped-def]
    """Write the candidates of homes that stand for a demand where there is room for them."""
    for candidate in range(len(begin) - 1):
        for i in range(begin[candidate], begin[candidate + 1]):
            row = demand[home[i]]
            if row >= 0:
                holder[at[row]] = candidate
                at[row] += 1


@jit
def keep_firsts(start, holder, number):  # type: ignore[no-untyped-def]
    """Leave the candidates that have a number, under that, where they stand; changes both."""
    used, begin = 0, 0
    for row in range(len(start) - 1):
        end = start[row + 1]
        for i in range(begin, end):
            if number[holder[i]] >= 0:
                holder[used] = number[holder[i]]
                used += 1
        begin = end
        start[row + 1] = used
    return used


@jit
def turn_round(start, member, n):  # type: ignore[no-untyped-def]
    """For lists of members: of each of n members the lists that it is in, rising."""
    turned = np.zeros(n + 1, dtype=np.int64)
    for one in member:
        turned[one + 1] += 1
    for one in range(n):
        turned[one + 1] += turned[one]
    of = np.empty(len(member), dtype=np.int32)
    at = turned[:-1].copy()
    for row in range(len(start) - 1):
        for i in range(start[row], start[row + 1]):
            of[at[member[i]]] = row
            at[member[i]] += 1
    return turned, of
