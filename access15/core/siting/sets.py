"""Whom each candidate would bring within reach: the few sets that a question of places comes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.pairs import Pairs

_SEED = 20260101


@dataclass(frozen=True, eq=False)
class CoverageSets:
    """Candidates by whom they would bring within reach, the same sets once.

    Parameters
    ----------
    start : ndarray of int64, shape (n + 1,)
        Set ``i`` holds ``demand[start[i]:start[i + 1]]``.
    demand : ndarray of int64
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
    demand: NDArray[np.int64]
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
    pairs: Pairs,
    *,
    people: NDArray[np.float64],
    is_reached: NDArray[np.bool_],
    n_candidates: int,
) -> CoverageSets:
    """Put together what every candidate would bring within reach.

    Parameters
    ----------
    pairs : Pairs
        Candidates (sources) with the homes within the cutoff of them (targets).
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
    keep = is_gain[pairs.target]
    candidate, home = pairs.source[keep], pairs.target[keep]
    # 2. Homes that the same candidates reach stand or fall together.
    demand_of = _merge_same(home, candidate, n_rows=len(people), n_marks=n_candidates)
    n_demand = int(demand_of.max(initial=-1)) + 1
    known = demand_of >= 0
    weight = np.zeros(n_demand)
    np.add.at(weight, demand_of[known], people[known])
    pair = np.unique(candidate * max(n_demand, 1) + demand_of[home])
    candidate, demand = np.divmod(pair, max(n_demand, 1))
    # 3. Candidates that reach the same are as good as each other.
    set_of = _merge_same(candidate, demand, n_rows=n_candidates, n_marks=n_demand)
    first = np.full(int(set_of.max(initial=-1)) + 1, n_candidates, dtype=np.int64)
    reaching = np.flatnonzero(set_of >= 0)
    np.minimum.at(first, set_of[reaching], reaching)
    is_first = first[set_of[candidate]] == candidate
    row, demand = set_of[candidate[is_first]], demand[is_first]
    start = np.zeros(len(first) + 1, dtype=np.int64)
    np.cumsum(np.bincount(row, minlength=len(first)), out=start[1:])
    return CoverageSets(start, demand, weight, first, set_of, demand_of)


def _merge_same(
    row: NDArray[np.int64],
    mark: NDArray[np.int64],
    *,
    n_rows: int,
    n_marks: int,
) -> NDArray[np.int64]:
    """One number for all rows with the same marks, in the order of their first rows; -1 without."""
    # 1. The same marks have the same sums of random numbers; others only by a chance of 2**-128.
    draws = np.random.default_rng(_SEED).integers(0, 2**64, (2, max(n_marks, 1)), dtype=np.uint64)
    sums = np.zeros((2, n_rows), dtype=np.uint64)
    for total, drawn in zip(sums, draws, strict=True):
        np.add.at(total, row, drawn[mark])  # whole numbers, which wrap
    # 2. Numbers by first appearance, so that nothing depends on the draws.
    has_any = np.bincount(row, minlength=n_rows) > 0
    found = np.full(n_rows, -1, dtype=np.int64)
    rows = np.flatnonzero(has_any)
    if len(rows):
        _, first, number = np.unique(
            sums[:, rows].T, axis=0, return_index=True, return_inverse=True
        )
        place = np.empty(len(first), dtype=np.int64)
        place[np.argsort(first, kind="stable")] = np.arange(len(first))
        found[rows] = place[number.ravel()]
    return found
