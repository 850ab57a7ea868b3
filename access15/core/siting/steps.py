"""The least person-seconds among few candidates, proven by HiGHS (highs.dev)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from access15.core.siting.time_kernels import ByHome, list_steps

_SEED = 20260102
_ROUNDED = 1e-5  # people: more than HiGHS lets a rule be missed by


@dataclass(frozen=True, eq=False)
class Nearest:
    """What HiGHS found.

    Parameters
    ----------
    chosen : ndarray of int64
        Candidates; none where it found nothing.
    least : float
        Person-seconds below which no choice is that may be; inf where none may be [s].
    is_whole : bool
        Whether it came to an end.
    """

    chosen: NDArray[np.int64]
    least: float
    is_whole: bool


@dataclass(frozen=True, eq=False)
class _Steps:
    """Sets of candidates that are the nearest ones of some home, each once.

    `person_s` is what those wait on who have none of the set; `inside` is the set without the
    farthest, -1 where these are all; `last` is the largest set of each home.
    """

    person_s: NDArray[np.float64]
    inside: NDArray[np.int64]
    start: NDArray[np.int64]
    member: NDArray[np.int64]
    last: NDArray[np.int64]
    fixed_s: float


def solve_median_exactly(
    homes: ByHome,
    candidates: NDArray[np.int64],
    n: int,
    *,
    most_s: NDArray[np.float64],
    today_s: NDArray[np.float64],
    must_serve: tuple[NDArray[np.bool_], float],
    seconds: float | None = None,
) -> Nearest:
    """Choose the candidates from which people walk least together.

    Parameters
    ----------
    homes : ByHome
        Homes with all candidates.
    candidates : ndarray of int64
        Candidates that may be chosen, rising.
    n : int
        How many at most.
    most_s : ndarray of float64, shape (n_rows,)
        Seconds that no home may exceed: no better choice does that [s].
    today_s : ndarray of float64, shape (n_rows,)
        Seconds of who walks to none of the chosen [s].
    must_serve : tuple of ndarray of bool and float
        Homes of which so many people must walk to one of the chosen.
    seconds : float, optional
        When to stop with the best found; by default when it is proven [s].

    Returns
    -------
    Nearest
        The choice, and what none is below.
    """
    # 1. A home's seconds are those of its nearest candidate, and more for every set of its nearest
    #    ones of which none is chosen. The same set of two homes is one set (Elloumi 2010,
    #    doi:10.1007/s10878-008-9167-7, counts distances alike).
    steps = _merge_steps(homes, candidates, most_s, today_s)
    is_bound = most_s < today_s
    if (steps.last[is_bound] < 0).any():
        return Nearest(np.zeros(0, dtype=np.int64), np.inf, is_whole=True)
    # 2. One whole number for each candidate, and one for each set, whole by itself: whether one of
    #    it is chosen. That it is, is true of the set without its farthest, or of one of these.
    n_candidates, n_sets = len(candidates), len(steps.person_s)
    least = np.zeros(n_candidates + n_sets)
    least[n_candidates + steps.last[is_bound]] = 1.0
    n_all = len(least)
    rules = [
        LinearConstraint(_say_held(steps, n_candidates), lb=0.0),
        LinearConstraint(np.append(np.ones(n_candidates), np.zeros(n_sets))[None], ub=float(n)),
    ]
    is_new, needed = must_serve
    has_rule = bool(is_new.any())
    if has_rule:
        own = is_new & (steps.last >= 0)
        served = np.bincount(n_candidates + steps.last[own], homes.people[own], minlength=n_all)
        rules.append(LinearConstraint(served[None], lb=needed - _ROUNDED))
    scale = max(float(steps.person_s.max(initial=0.0)), 1e-9)
    found = milp(
        -np.append(np.zeros(n_candidates), steps.person_s) / scale,
        integrality=np.append(np.ones(n_candidates), np.zeros(n_sets)),
        bounds=Bounds(least, 1.0),
        constraints=rules,
        options={
            "mip_rel_gap": 0.0,
            "presolve": not has_rule,
            **({} if seconds is None else {"time_limit": max(seconds, 0.0)}),
        },
    )
    # 3. It says how much of the waiting the chosen spare.
    return _read(found, candidates, steps, scale)


def _read(found: Any, candidates: NDArray[np.int64], steps: _Steps, scale: float) -> Nearest:
    """What it found, in person-seconds."""
    none = np.zeros(0, dtype=np.int64)
    if found.status == 2:  # infeasible
        return Nearest(none, np.inf, is_whole=True)
    bound = found.get("mip_dual_bound")
    is_bounded = bound is not None and np.isfinite(bound)
    spared = -float(bound) * scale if is_bounded else float(steps.person_s.sum())
    least = steps.fixed_s + float(steps.person_s.sum()) - spared
    if found.x is None:
        return Nearest(none, least, is_whole=False)
    chosen = candidates[found.x[: len(candidates)] > 0.5]
    return Nearest(chosen, least, is_whole=found.status == 0)


def _say_held(steps: _Steps, n_candidates: int) -> coo_array:
    """Rows that are not below 0 where each set is held by what holds it."""
    n_sets = len(steps.person_s)
    own, has_inside = np.arange(n_sets), np.flatnonzero(steps.inside >= 0)
    row = np.concatenate([own, has_inside, np.repeat(own, np.diff(steps.start))])
    column = np.concatenate(
        [n_candidates + own, n_candidates + steps.inside[has_inside], steps.member]
    )
    value = np.append(-np.ones(n_sets), np.ones(len(row) - n_sets))
    return coo_array((value, (row, column)), shape=(n_sets, n_candidates + n_sets)).tocsr()


def _merge_steps(
    homes: ByHome,
    candidates: NDArray[np.int64],
    most_s: NDArray[np.float64],
    today_s: NDArray[np.float64],
) -> _Steps:
    """The sets of all homes, the same once."""
    # 1. The sets of each home, told by sums of random numbers: others have the same sums only by a
    #    chance of 2**-128.
    n_all = 1 + max(homes.candidate.max(initial=-1), candidates.max(initial=-1))
    position = np.full(int(n_all), -1, dtype=np.int64)
    position[candidates] = np.arange(len(candidates))
    draws = np.random.default_rng(_SEED).integers(0, 2**64, (2, len(candidates)), dtype=np.uint64)
    listed = list_steps(homes, position, draws, most_s, today_s)
    mark, person_s, inside, start, member, last, fixed_s = listed
    if not len(person_s):
        return _Steps(person_s, inside, start, member, last, fixed_s)
    # 2. The same sums are one set, that of the home in which it comes first.
    _, first, number = np.unique(mark, return_index=True, return_inverse=True, axis=0)
    number = number.ravel()
    size = np.diff(start)[first]
    own = np.zeros(len(first) + 1, dtype=np.int64)
    np.cumsum(size, out=own[1:])
    at = np.repeat(start[first] - own[:-1], size) + np.arange(own[-1])
    before = inside[first]
    return _Steps(
        person_s=np.bincount(number, person_s).astype(np.float64),
        inside=np.where(before >= 0, number[before], -1),
        start=own,
        member=member[at],
        last=np.where(last >= 0, number[last], -1),
        fixed_s=fixed_s,
    )
