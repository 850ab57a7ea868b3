"""The one door to HiGHS: the best choice among few candidates, proven (highs.dev)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, eye_array, hstack

from access15.core.siting.sets import CoverageSets, merge_marks


@dataclass(frozen=True, eq=False)
class Solved:
    """What HiGHS found.

    Parameters
    ----------
    chosen : ndarray of int64
        Sets; none where it found nothing in time.
    most : float
        People that no choice exceeds.
    """

    chosen: NDArray[np.int64]
    most: float


def solve_cover_exactly(
    sets: CoverageSets,
    candidates: NDArray[np.int64],
    n: int,
    *,
    seconds: float | None = None,
) -> Solved:
    """Choose the sets that hold most people together.

    Parameters
    ----------
    sets : CoverageSets
        All candidates.
    candidates : ndarray of int64
        Sets that may be chosen, rising.
    n : int
        How many at most.
    seconds : float, optional
        When to stop with the best found; by default when it is proven [s].

    Returns
    -------
    Solved
        The choice, and what no other exceeds.
    """
    # 1. One whole number for each candidate (chosen or not), one for each demand (held or not),
    #    which is whole by itself.
    #    Demand that the same of these candidates hold is one.
    size = np.diff(sets.start)[candidates]
    column = np.repeat(np.arange(len(candidates)), size)
    at = np.concatenate([np.arange(sets.start[one], sets.start[one + 1]) for one in candidates])
    demand = sets.demand[at]
    own = merge_marks(np.append(0, np.cumsum(size)), demand, n_rows=len(sets.weight))
    row = own.number[demand]
    is_first = own.first[row] == demand
    row, column = row[is_first], column[is_first]
    weight = np.bincount(own.number[own.number >= 0], sets.weight[own.number >= 0])
    n_sets, n_held = len(candidates), len(weight)
    # 2. Whoever is held is in a chosen set, and so many may be chosen.
    holds = coo_array((np.ones(len(row)), (row, column)), shape=(n_held, n_sets))
    is_held = hstack([holds, -eye_array(n_held)], format="csr")
    is_chosen = np.append(np.ones(n_sets), np.zeros(n_held))
    found = milp(
        -np.append(np.zeros(n_sets), weight),
        integrality=is_chosen,
        bounds=Bounds(0.0, 1.0),
        constraints=[
            LinearConstraint(is_held, lb=0.0),
            LinearConstraint(is_chosen[None], ub=float(n)),
        ],
        options={
            "mip_rel_gap": 0.0,
            **({} if seconds is None else {"time_limit": max(seconds, 0.0)}),
        },
    )
    # 3. It minimises what we maximise; without a bound all that is held is one.
    bound = found.get("mip_dual_bound")
    is_bounded = bound is not None and np.isfinite(bound)
    most = -float(bound) if is_bounded else float(weight.sum())
    if found.x is None:
        return Solved(np.zeros(0, dtype=np.int64), most)
    return Solved(candidates[found.x[:n_sets] > 0.5], most)
