"""A question with rules, as numbers and rows for HiGHS: one whole number for each place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csc_array, csr_array, vstack

from access15.core.siting.sets import CoverageSets

_IMPOSSIBLE = 2  # scipy's status
Entries = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Answer:
    """What HiGHS found.

    Parameters
    ----------
    value : ndarray of float64, optional
        Of every column; None where nothing was found.
    bound : float
        What no answer goes below (it minimises).
    is_impossible : bool
        Whether it is proven that no choice keeps the rules.
    """

    value: NDArray[np.float64] | None
    bound: float
    is_impossible: bool


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What HiGHS found where parts of places may be chosen.

    Parameters
    ----------
    value : ndarray of float64, optional
        Of every column; None where nothing was found.
    bound : float
        What no choice of whole places goes below.
    price : ndarray of float64, shape (n_places,)
        What the cost rises by for each place chosen that is not, less than 0 for what it rises by
        without one that is.
    """

    value: NDArray[np.float64] | None
    bound: float
    price: NDArray[np.float64]


class Programme:
    """Columns and rows; the first columns are the places, 1 where one is chosen.

    Parameters
    ----------
    n_places : int
        How many places there are; `lower` says which must be chosen, `upper` which may be, and
        `cost` what each costs.
    """

    def __init__(self, n_places: int) -> None:
        self.n_places = n_places
        self.lower, self.cost = np.zeros(n_places), np.zeros(n_places)
        self._cost, self._upper = list[NDArray[np.float64]](), list[NDArray[np.float64]]()
        self._low, self._high = list[NDArray[np.float64]](), list[NDArray[np.float64]]()
        self._entries = list[Entries]()
        self._n_columns = self._n_rows = 0
        self.add_columns(self.cost)
        self.upper = self._upper[0]

    def add_columns(self, cost: NDArray[np.float64], upper: float = 1.0) -> int:
        """Put in numbers from 0 to `upper`, and say where they begin.

        Parameters
        ----------
        cost : ndarray of float64
            Of each.
        upper : float
            The largest value.

        Returns
        -------
        int
            The first column.
        """
        first = self._n_columns
        self._cost.append(cost)
        self._upper.append(np.full(len(cost), upper))
        self._n_columns += len(cost)
        return first

    def add_rows(
        self,
        n: int,
        *parts: Entries,
        low: float | NDArray[np.float64] = -np.inf,
        high: float | NDArray[np.float64] = np.inf,
    ) -> None:
        """Put in rows, each a sum that lies between two numbers.

        Parameters
        ----------
        n : int
            How many.
        *parts : tuple of ndarray
            Row from 0, column and factor of each entry.
        low, high : float or ndarray of float64
            What the sums may be.
        """
        for row, column, factor in parts:
            self._entries.append((row + self._n_rows, column, factor))
        self._low.append(np.full(n, low))
        self._high.append(np.full(n, high))
        self._n_rows += n

    def add_held(self, sets: CoverageSets, cost: NDArray[np.float64]) -> int:
        """Put in one number for each demand: 1 only where a chosen place holds it.

        Parameters
        ----------
        sets : CoverageSets
            Whom each place holds.
        cost : ndarray of float64, shape (n_demand,)
            Of holding each.

        Returns
        -------
        int
            Column of the first demand.
        """
        first, n = self.add_columns(cost), len(sets.weight)
        each = np.arange(n)
        self.add_rows(n, list_holders(sets), (each, first + each, np.full(n, -1.0)), low=0.0)
        return first

    def solve(self, *, seconds: float | None = None) -> Answer:
        """Find the least cost, places chosen whole.

        Parameters
        ----------
        seconds : float, optional
            When to stop with the best found [s].

        Returns
        -------
        Answer
            The columns, and what none goes below.
        """
        whole = np.zeros(self._n_columns)
        whole[: self.n_places] = 1.0
        options: dict[str, Any] = {"mip_rel_gap": 0.0}
        if seconds is not None:
            options["time_limit"] = max(seconds, 0.0)
        rows, low, high = self._join_rows()
        found = milp(
            np.concatenate(self._cost),
            integrality=whole,
            bounds=Bounds(self._find_lower(), np.concatenate(self._upper)),
            constraints=LinearConstraint(rows, lb=low, ub=high),
            options=options,
        )
        bound = found.get("mip_dual_bound")
        known = -np.inf if bound is None or not np.isfinite(bound) else float(bound)
        return Answer(found.x, known, is_impossible=found.status == _IMPOSSIBLE)

    def relax(self, *, seconds: float | None = None) -> Relaxed:
        """Find the least cost where parts of places may be chosen.

        Parameters
        ----------
        seconds : float, optional
            When to stop [s].

        Returns
        -------
        Relaxed
            What no choice of whole places goes below.
        """
        rows, low, high = self._join_rows()
        is_low, is_high = np.isfinite(low), np.isfinite(high)
        options = {} if seconds is None else {"time_limit": max(seconds, 0.0)}
        found = linprog(
            np.concatenate(self._cost),
            A_ub=vstack([-rows[is_low], rows[is_high]], format="csr"),
            b_ub=np.append(-low[is_low], high[is_high]),
            bounds=np.column_stack([self._find_lower(), np.concatenate(self._upper)]),
            method="highs",
            options=options,
        )
        if found.status != 0:
            return Relaxed(None, -np.inf, np.zeros(self.n_places))
        price = (found.lower.marginals + found.upper.marginals)[: self.n_places]
        return Relaxed(found.x, float(found.fun), price)

    def _find_lower(self) -> NDArray[np.float64]:
        """The least value of every column."""
        return np.append(self.lower, np.zeros(self._n_columns - self.n_places))

    def _join_rows(self) -> tuple[csr_array, NDArray[np.float64], NDArray[np.float64]]:
        """All rows, and what their sums may be."""
        row, column, factor = map(np.concatenate, zip(*self._entries, strict=True))
        rows = coo_array((factor, (row, column)), shape=(self._n_rows, self._n_columns)).tocsr()
        return rows, np.concatenate(self._low), np.concatenate(self._high)

    def read_places(self, answer: Answer) -> NDArray[np.int64]:
        """Places that an answer chooses.

        Parameters
        ----------
        answer : Answer
            With values.

        Returns
        -------
        ndarray of int64
            Rows of places, rising; none where nothing was found.
        """
        if answer.value is None:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(answer.value[: self.n_places] > 0.5)


def list_holders(sets: CoverageSets) -> Entries:
    """Every demand with every place that holds it.

    Parameters
    ----------
    sets : CoverageSets
        Whom each place holds.

    Returns
    -------
    tuple of ndarray
        Demand, place, and 1 for each.
    """
    place = np.flatnonzero(sets.set_of >= 0)
    shape = (len(sets.weight), len(sets))
    held = csc_array((np.ones(len(sets.demand)), sets.demand, sets.start), shape=shape)
    spread = held[:, sets.set_of[place]].tocoo()
    row, column = spread.coords
    return row.astype(np.int64), place[column], np.ones(len(row))
