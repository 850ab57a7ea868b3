"""Whether some places bring everybody within a time: set covering, reduced, then by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from access15.core.siting.time_kernels import count_apart, cover_greedily, drop_larger
from access15.core.siting.times import TimeSets

_ROUNDED = 1e-6  # people
_MOST_CELLS = 200_000_000  # of a whole table: a larger one is left as it is
_BYTES = 8


@dataclass(frozen=True, eq=False)
class Radius:
    """Whether a time is possible.

    Parameters
    ----------
    is_possible : bool or None
        None where time ran out before anybody knew.
    chosen : ndarray of int64
        Candidates with which it is; none where it is not.
    """

    is_possible: bool | None
    chosen: NDArray[np.int64]


_NONE = np.zeros(0, dtype=np.int64)


def try_radius(
    sets: TimeSets,
    n: int,
    *,
    within_s: float,
    unserved: float,
    seconds: float | None = None,
) -> Radius:
    """Find candidates from which nobody who has a place walks longer than a time.

    Parameters
    ----------
    sets : TimeSets
        Homes and candidates.
    n : int
        How many at most.
    within_s : float
        The longest walk, inclusive [s].
    unserved : float
        People who may be left without a place, as few as any choice leaves.
    seconds : float, optional
        When to stop; by default when it is known [s].

    Returns
    -------
    Radius
        The choice, if there is one.
    """
    is_left = sets.today_s > within_s
    first_s = sets.homes.time_s[sets.homes.start[:-1]]
    if unserved > _ROUNDED:
        return _serve_within(sets, n, within_s, unserved, seconds)
    # 1. Who has no candidate near enough, a cover that greed finds, homes too far apart.
    if (first_s[is_left] > within_s).any():
        return Radius(is_possible=False, chosen=_NONE)
    chosen = cover_greedily(sets.homes, sets.candidates, is_left, within_s)
    if len(chosen) <= n:
        return Radius(is_possible=True, chosen=np.sort(chosen))
    if count_apart(sets.homes, is_left, within_s, len(sets)) > n:
        return Radius(is_possible=False, chosen=_NONE)
    # 2. A home whose candidates are all near another one is brought near with that; a candidate
    #    that has no home which another has not is not needed.
    held, candidate = _reduce(_list_near(sets, is_left, within_s))
    # 3. What is left.
    n_left = held.shape[1]
    return _solve(
        np.ones(n_left),
        np.ones(n_left),
        [LinearConstraint(held, lb=1.0), LinearConstraint(np.ones((1, n_left)), ub=float(n))],
        candidate,
        seconds,
    )


def _list_near(
    sets: TimeSets,
    is_left: NDArray[np.bool_],
    within_s: float,
) -> csr_array:
    """Rows of homes with the candidates within a time."""
    size = np.diff(sets.homes.start)
    is_near = (sets.homes.time_s <= within_s) & np.repeat(is_left, size)
    row = np.repeat(np.cumsum(is_left) - 1, size)[is_near]
    shape = (int(is_left.sum()), len(sets))
    return csr_array((np.ones(len(row)), (row, sets.homes.candidate[is_near])), shape=shape)


def _reduce(near: csr_array) -> tuple[csr_array, NDArray[np.int64]]:
    """Fewer homes and candidates that make the same question, and which candidates."""
    candidate = np.flatnonzero(np.diff(near.tocsc().indptr))
    near = near[:, candidate]
    while True:
        shape = near.shape
        near = near[_find_smallest(near)]
        # a candidate stands for one with fewer homes: what it lacks is inside what that one lacks
        kept = _find_smallest(near.T.tocsr(), is_lack=True)
        near, candidate = near[:, kept], candidate[kept]
        if near.shape == shape:
            return near, candidate


def _find_smallest(rows: csr_array, *, is_lack: bool = False) -> NDArray[np.int64]:
    """Rows, rising, without those that have another one inside, or lack all that it lacks."""
    if rows.shape[0] * rows.shape[1] > _MOST_CELLS:
        return np.arange(rows.shape[0])
    bits = np.packbits(rows.astype(np.bool_).toarray() != is_lack, axis=1)
    bits = np.pad(bits, ((0, 0), (0, -bits.shape[1] % _BYTES))).view(np.uint64)
    size = np.diff(rows.indptr)
    order = np.argsort(-size if is_lack else size, kind="stable")
    return np.sort(order[drop_larger(bits[order])])


def _serve_within(
    sets: TimeSets,
    n: int,
    within_s: float,
    unserved: float,
    seconds: float | None,
) -> Radius:
    """As `try_radius`, where not everybody can have a place: those who have one have it near."""
    # 1. Homes without a place today that the same candidates reach have one together, or none.
    is_new = ~np.isfinite(sets.today_s)
    is_left = (sets.today_s > within_s) & ~is_new
    reached = _list_near(sets, is_new, np.inf)
    near = _list_near(sets, is_new, within_s)
    marks = np.random.default_rng(len(sets)).integers(0, 2**62, len(sets), dtype=np.int64)
    sums = np.add.reduceat(marks[reached.indices], reached.indptr[:-1])
    _, first, kind = np.unique(sums, return_index=True, return_inverse=True)
    people = np.bincount(kind, sets.homes.people[is_new])
    n_kinds, n_candidates = len(first), len(sets)
    # 2. A kind has a place if any of those is chosen that reach it; each of its homes then has one
    #    near. Those who have one today and walk longer have one near.
    of_kind = csr_array(
        (np.ones(len(kind)), (np.arange(len(kind)), kind)), shape=(len(kind), n_kinds)
    )
    reach = reached[first].tocoo()
    each = np.arange(reach.nnz)
    shape = (reach.nnz, n_candidates)
    is_chosen = csr_array((np.ones(reach.nnz), (each, reach.col)), shape=shape)
    has_place = csr_array((np.ones(reach.nnz), (each, reach.row)), shape=(reach.nnz, n_kinds))
    held = _find_smallest(hstack([near, of_kind], format="csr"))
    served = hstack([near[held], -of_kind[held]])
    rows = vstack([served, hstack([-is_chosen, has_place])], format="csr")
    must = _list_near(sets, is_left, within_s)
    kept = _find_smallest(must)
    must = hstack([must[kept], csr_array((len(kept), n_kinds))], format="csr")
    count = np.append(np.ones(n_candidates), np.zeros(n_kinds))
    rules = [LinearConstraint(rows, lb=0.0), LinearConstraint(count[None], ub=float(n))]
    if must.shape[0]:
        rules.append(LinearConstraint(must, lb=1.0))
    # 3. As many as can have a place in that way; whether that is as many as can at all.
    tried = _solve(
        np.append(np.zeros(n_candidates), -people),
        np.ones(n_candidates + n_kinds),
        rules,
        np.arange(n_candidates),
        seconds,
    )
    if tried.is_possible and sets.sum_up(tried.chosen)[0] > unserved + _ROUNDED:
        return Radius(is_possible=False, chosen=_NONE)
    return tried


def _solve(
    cost: NDArray[np.float64],
    integrality: NDArray[np.float64],
    rules: list[LinearConstraint],
    candidate: NDArray[np.int64],
    seconds: float | None,
) -> Radius:
    """Ask HiGHS."""
    found = milp(
        cost,
        integrality=integrality,
        bounds=Bounds(0.0, 1.0),
        constraints=rules,
        options={
            "mip_rel_gap": 0.0,
            **({} if seconds is None else {"time_limit": max(seconds, 0.0)}),
        },
    )
    if found.status == 2:  # infeasible
        return Radius(is_possible=False, chosen=_NONE)
    if found.status != 0 and (found.x is None or (cost < 0).any()):
        return Radius(is_possible=None, chosen=_NONE)
    return Radius(is_possible=True, chosen=candidate[found.x[: len(candidate)] > 0.5])
