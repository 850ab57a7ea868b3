"""Whom each candidate would bring within reach: the few sets that a question of places comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.kernels import Held
from access15.core.siting.set_kernels import (
    add_marks,
    count_firsts,
    fill_firsts,
    keep_firsts,
    turn_round,
)
from access15.core.walk.pairs import Pairs

_SEED = 20260101
# who hears what the greedy choice comes to, and what no choice is better than
Tell = Callable[[float, float], None]


@dataclass(frozen=True, eq=False)
class CoverageSets:
    """Candidates by whom they would bring within reach, the same sets once.

    Parameters
    ----------
    start : ndarray of int64, shape (n + 1,)
        Set ``i`` holds ``demand[start[i]:start[i + 1]]``.
    demand : ndarray of int32
        Rows of `weight`, rising within each set.
    weight : ndarray of float64, shape (n_demand,)
        People, more than 0; homes that the same candidates reach are one row.
    candidate : ndarray of int64, shape (n,)
        The candidate of each set; of several with the same set the first.
    set_of : ndarray of int64, shape (n_candidates,)
        Set of each candidate; -1 for one that brings nobody.
    demand_of : ndarray of int64, shape (n_homes,)
        Row of each home; -1 for one that is reached today, or by no candidate, or has nobody.
    """

    start: NDArray[np.int64]
    demand: NDArray[np.int32]
    weight: NDArray[np.float64]
    candidate: NDArray[np.int64]
    set_of: NDArray[np.int64]
    demand_of: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.candidate)

    @property
    def row(self) -> NDArray[np.int64]:
        """The set of each entry of `demand`."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @cached_property
    def holders(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Offsets and sets by demand: the sets that hold each, rising."""
        start, holder = turn_round(self.start, self.demand, len(self.weight))
        return start, holder

    @property
    def held(self) -> Held:
        """Both ways, for compiled loops."""
        first, holder = self.holders
        return Held(self.start, self.demand, first, holder, self.weight)

    def find_covered(self, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Demand that some sets hold.

        Parameters
        ----------
        chosen : ndarray of int64
            Sets.

        Returns
        -------
        ndarray of bool, shape (n_demand,)
            Whether any of them holds it.
        """
        is_covered = np.zeros(len(self.weight), dtype=bool)
        for one in chosen.tolist():
            is_covered[self.demand[self.start[one] : self.start[one + 1]]] = True
        return is_covered

    def sum_covered(self, chosen: NDArray[np.int64]) -> float:
        """People that some sets hold together, each once.

        Parameters
        ----------
        chosen : ndarray of int64
            Sets.

        Returns
        -------
        float
            People.
        """
        return float(self.weight[self.find_covered(chosen)].sum())


def build_sets(
    pairs: Pairs | Iterable[Pairs],
    *,
    people: NDArray[np.float64],
    is_reached: NDArray[np.bool_],
    n_candidates: int,
) -> CoverageSets:
    """Put together what every candidate would bring within reach.

    Parameters
    ----------
    pairs : Pairs or iterable of Pairs
        Candidates (sources) with the homes within the cutoff of them (targets), each once. Parts
        follow each other by candidates, and are asked for one after another: all pairs of a city
        at once would not find room.
    people : ndarray of float64, shape (n_homes,)
        Who lives there, not negative.
    is_reached : ndarray of bool, shape (n_homes,)
        Homes that a place of today reaches: no candidate gains them.
    n_candidates : int
        How many candidates were asked about.

    Returns
    -------
    CoverageSets
        Sets in the order of their first candidates.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.core.walk.pairs import Pairs
    >>> pairs = Pairs(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 2]), np.zeros(5))
    >>> sets = build_sets(
    ...     pairs, people=np.array([1.0, 2.0, 4.0]), is_reached=np.zeros(3, bool), n_candidates=3
    ... )
    >>> sets.candidate.tolist(), sets.weight.tolist(), sets.set_of.tolist()
    ([0, 2], [3.0, 4.0], [0, 0, 1])
    """
    # 1. Who is reached today, and homes without people, gain nothing.
    is_gain = (people > 0) & ~is_reached
    draws = _draw(n_candidates)
    sums = np.zeros((2, len(people)), dtype=np.uint64)
    parts = list[tuple[NDArray[np.int64], NDArray[np.int32]]]()
    for part in [pairs] if isinstance(pairs, Pairs) else pairs:
        parts.append(_list_homes(part, is_gain, n_candidates))
        add_marks(*parts[-1], draws, sums)
    # 2. Homes that the same candidates reach stand or fall together.
    demand_of, first_home = _number_same(sums)
    weight = np.zeros(len(first_home))
    known = np.flatnonzero(demand_of >= 0)
    np.add.at(weight, demand_of[known], people[known])
    start, holder = _list_holders(parts, demand_of, first_home)
    # 3. Candidates that reach the same are as good as each other.
    sums = np.zeros((2, n_candidates), dtype=np.uint64)
    add_marks(start, holder, _draw(len(weight)), sums)
    set_of, first = _number_same(sums)
    number = np.full(n_candidates, -1, dtype=np.int32)
    number[first] = np.arange(len(first), dtype=np.int32)
    holder = holder[: keep_firsts(start, holder, number)]
    set_start, demand = turn_round(start, holder, len(first))
    sets = CoverageSets(set_start, demand, weight, first, set_of, demand_of)
    sets.__dict__["holders"] = (start, holder)  # found already
    return sets


def _list_homes(
    pairs: Pairs,
    is_gain: NDArray[np.bool_],
    n_candidates: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Offsets by candidate, and homes that gain by it."""
    keep = is_gain[pairs.target]
    candidate, home = pairs.source[keep], pairs.target[keep].astype(np.int32)
    if (np.diff(candidate) < 0).any():
        home = home[np.argsort(candidate, kind="stable")]
    start = np.zeros(n_candidates + 1, dtype=np.int64)
    np.cumsum(np.bincount(candidate, minlength=n_candidates), out=start[1:])
    return start, home


def _list_holders(
    parts: list[tuple[NDArray[np.int64], NDArray[np.int32]]],
    demand_of: NDArray[np.int64],
    first_home: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Offsets and candidates by demand, rising; takes the parts, so that nothing is held twice."""
    demand = np.full(len(demand_of), -1, dtype=np.int64)
    demand[first_home] = np.arange(len(first_home))
    start = np.zeros(len(first_home) + 1, dtype=np.int64)
    for _, home in parts:
        count_firsts(home, demand, start)
    np.cumsum(start, out=start)
    holder = np.empty(start[-1], dtype=np.int32)
    at = start[:-1].copy()
    while parts:
        fill_firsts(*parts.pop(0), demand, at, holder)
    return start, holder


def _draw(n: int) -> NDArray[np.uint64]:
    """Two random numbers for each of n marks."""
    return np.random.default_rng(_SEED).integers(0, 2**64, (2, max(n, 1)), dtype=np.uint64)


@dataclass(frozen=True, eq=False)
class Merged:
    """Rows that have the same marks, as one.

    Parameters
    ----------
    number : ndarray of int64, shape (n_rows,)
        Of each row, in the order of their first rows; -1 for one without marks.
    first : ndarray of int64
        The first row of each number.
    """

    number: NDArray[np.int64]
    first: NDArray[np.int64]


def merge_marks(
    start: NDArray[np.int64],
    row: NDArray[np.int32],
    *,
    n_rows: int,
) -> Merged:
    """Give one number to all rows with the same marks.

    Parameters
    ----------
    start : ndarray of int64, shape (n_marks + 1,)
        Mark ``i`` have the rows ``row[start[i]:start[i + 1]]``.
    row : ndarray of int32
        Rows, each once for a mark.
    n_rows : int
        How many there are.

    Returns
    -------
    Merged
        The numbers.
    """
    sums = np.zeros((2, n_rows), dtype=np.uint64)
    add_marks(start, row, _draw(len(start) - 1), sums)
    return Merged(*_number_same(sums))


def _number_same(
    sums: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One number for all rows with the same marks, in the order of their first rows; -1 without.

    The same marks have the same sums of random numbers (whole numbers, which wrap); others only by
    a chance of 2**-128, and so do no marks at all. Returns the first row of each number, too.
    """
    rows = np.flatnonzero(sums.any(axis=0))
    order = rows[np.lexsort((rows, sums[1, rows], sums[0, rows]))]
    is_other = np.ones(len(order), dtype=bool)
    is_other[1:] = (sums[:, order[1:]] != sums[:, order[:-1]]).any(axis=0)
    # numbers by first appearance, so that nothing depends on the draws
    first = order[is_other]
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first, kind="stable")] = np.arange(len(first))
    number = np.full(sums.shape[1], -1, dtype=np.int64)
    number[order] = place[np.cumsum(is_other) - 1]
    return number, np.sort(first)
