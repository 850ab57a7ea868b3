"""The places that bring most people within reach, and the proof that no others bring more.

The maximal covering location problem (Church & ReVelle 1974, doi:10.1007/BF01942293).
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.bound import bound_cover
from access15.core.siting.exact import solve_cover_exactly
from access15.core.siting.kernels import choose_greedily, price_sets, swap_until_best
from access15.core.siting.sets import CoverageSets, Tell

# Sums of people in another order differ by far less; nobody is worth less than a millionth.
_ROUNDED = 1e-6


@dataclass(frozen=True, eq=False)
class Cover:
    """The best choice of places found.

    Parameters
    ----------
    chosen : ndarray of int64
        Sets of `CoverageSets`, rising; fewer than asked for where more would bring nobody.
    people : float
        People whom they bring within reach.
    most : float
        People whom no choice of as many brings: `people`, where that is proven.
    greedy : float
        People whom the greedy choice brings: always the best next one.
    """

    chosen: NDArray[np.int64]
    people: float
    most: float
    greedy: float

    @property
    def is_proven(self) -> bool:
        """Whether no other choice brings more."""
        return self.most <= self.people


def solve_cover(
    sets: CoverageSets,
    n: int,
    *,
    seconds: float | None = None,
    fewer: NDArray[np.int64] | None = None,
    tell: Tell | None = None,
) -> Cover:
    """Find the `n` places that bring most people within reach.

    Parameters
    ----------
    sets : CoverageSets
        The candidates.
    n : int
        How many places, 1 or more.
    seconds : float, optional
        When to end with the best found and what no other exceeds; by default when it is proven [s].
    fewer : ndarray of int64, optional
        A choice of fewer sets: what is not proven brings no less than it with the next best ones.
    tell : callable, optional
        Called once with the people of the greedy choice, and with what no choice exceeds, before
        any more is proven.

    Returns
    -------
    Cover
        The choice.

    Raises
    ------
    ValueError
        If `n` is less than 1.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.core.siting.sets import CoverageSets
    >>> sets = CoverageSets(
    ...     start=np.array([0, 2, 4, 6]),
    ...     demand=np.array([0, 1, 1, 2, 2, 3]),
    ...     weight=np.array([3.0, 4.0, 4.0, 3.0]),
    ...     candidate=np.arange(3),
    ...     set_of=np.arange(3),
    ...     demand_of=np.arange(4),
    ... )
    >>> solve_cover(sets, 1).chosen.tolist()
    [1]
    >>> best = solve_cover(sets, 2)  # without the best one
    >>> best.chosen.tolist(), best.people, best.is_proven
    ([0, 2], 14.0, True)
    """
    if n < 1:
        raise ValueError(f"n is {n}: at least one place is chosen")
    began = monotonic()
    total = float(sets.weight.sum())
    # 1. The greedy choice, improved by exchanges: nearly always the best, but nobody knows yet.
    greedy = choose_greedily(sets.held, n)
    chosen = greedy.copy()
    swap_until_best(sets.held, chosen)
    people, by_greed = sets.sum_covered(chosen), sets.sum_covered(greedy)
    if len(chosen) < n or people >= total - _ROUNDED:  # more would bring nobody
        return _finish(sets, chosen, people, by_greed)
    # 2. A bound, and with it the candidates that no better choice can have.
    bound = bound_cover(sets, n, least=people)
    if tell is not None:
        tell(by_greed, max(bound.most, people))
    if bound.most <= people + _ROUNDED:
        return _finish(sets, chosen, people, by_greed)
    left = np.flatnonzero(bound.most_with > people + _ROUNDED)
    # 3. The best choice of those that are left, whose own bound holds for all.
    spare_s = None if seconds is None else seconds - (monotonic() - began)
    solved = solve_cover_exactly(sets, left, n, seconds=spare_s)
    found = sets.sum_covered(solved.chosen)
    if found > people:
        chosen, people = solved.chosen, found
    most = min(max(solved.most, people), bound.most)
    if most <= people + _ROUNDED:
        return _finish(sets, chosen, people, by_greed)
    # 4. Not proven in time: a place that brings nobody is free for another.
    known = [chosen] if fewer is None else [chosen, fewer]
    filled = [_use_all(sets, one, n) for one in known]
    return _finish(sets, max(filled, key=sets.sum_covered), most, by_greed)


def _finish(
    sets: CoverageSets,
    chosen: NDArray[np.int64],
    most: float,
    greedy: float,
) -> Cover:
    """A choice without the places that nobody misses."""
    needed = _leave_needed(sets, chosen)
    people = sets.sum_covered(needed)
    return Cover(needed, people, max(most, people), greedy)


def _leave_needed(sets: CoverageSets, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sets of a choice, rising, without those that nobody misses."""
    needed = np.sort(chosen)
    people = sets.sum_covered(needed)
    for one in needed.tolist():
        others = needed[needed != one]
        if sets.sum_covered(others) >= people:
            needed = others
    return needed


def _use_all(
    sets: CoverageSets,
    chosen: NDArray[np.int64],
    n: int,
) -> NDArray[np.int64]:
    """Put the best next set in the stead of every one that nobody misses, until none is left."""
    while True:
        filled = _fill(sets, _leave_needed(sets, chosen), n)
        if len(_leave_needed(sets, filled)) == len(filled):
            return filled
        chosen = filled


def _fill(
    sets: CoverageSets,
    chosen: NDArray[np.int64],
    n: int,
) -> NDArray[np.int64]:
    """Add the best next set as long as there are fewer than `n` and any adds anything."""
    while len(chosen) < n:
        left = np.where(sets.find_covered(chosen), 0.0, sets.weight)
        worth = price_sets(sets.start, sets.demand, left)
        best = int(np.argmax(worth))
        if not worth[best] > 0:
            break
        chosen = np.append(chosen, best)
    return np.sort(chosen)
