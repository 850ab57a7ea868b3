"""Things in the street that help together: benches, crossings, steps, and the best of them.

Two benches may open a way that neither opens alone, so whom a choice brings is no union of what
each brings, and the bound of greedy choice (63 % of the best) does not hold. What holds is that
more never helps less. A home that a choice does not bring, however large the choice, needs one of
the others: that is a row of a programme, and rows found one after another end with the best choice
(logic-based Benders decomposition, Hooker & Ottosson 2003, doi:10.1007/s10107-003-0375-9).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.cover import Cover
from access15.core.siting.lessons import Lessons, choose_by_lessons

_ROUNDED = 1e-6  # people: sums in another order differ by far less
_ROUNDS = 60  # programmes for one number of things, after which what is proven so far is told
_LESSONS = 30  # homes that each of them learns from

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Works:
    """Things that may be built, and whom any of them together bring.

    Parameters
    ----------
    n : int
        How many there are.
    people : ndarray of float64, shape (n_homes,)
        Who lives there, not negative.
    reach : callable
        Which homes arrive in time with some of them (rows, rising): bool, shape (n_homes,). Never
        fewer with more of them.
    propose : callable
        A good choice of so many, and whether no other of as many can be better.
    fewest : ndarray of int64, shape (n_homes,)
        A home arrives with no fewer than so many.
    """

    n: int
    people: NDArray[np.float64]
    reach: Callable[[Rows], NDArray[np.bool_]]
    propose: Callable[[int], tuple[Rows, bool]]
    fewest: NDArray[np.int64]


def solve_together(
    works: Works,
    most: int,
    *,
    seconds: float | None = None,
    is_enough: Callable[[float], bool] = lambda _: False,
) -> list[Cover]:
    """Find the one thing that brings most people, the two, and so on.

    Parameters
    ----------
    works : Works
        What may be built.
    most : int
        How many at most, 1 or more.
    seconds : float, optional
        When to end with the best found and what no other exceeds; by default after so many
        programmes for each number [s].
    is_enough : callable, optional
        Whether so many people gained are enough, after which no more things are asked for.

    Returns
    -------
    list of Cover
        For 1, 2, ... things, up to the last number that brings somebody more, or might; one alone
        may bring nobody where two do. `chosen` are rows of things, without those that nobody
        misses.
    """
    began, search, found = monotonic(), _Search(works), list[Cover]()
    for n in range(1, most + 1):
        so_far = found[-1].people if found else 0.0
        if is_enough(so_far) or search.can_gain <= so_far + _ROUNDED:
            break
        spare_s = None if seconds is None else seconds - (monotonic() - began)
        found.append(search.solve(n, found[-1] if found else None, seconds=spare_s))
    # behind the last number that brings, or might bring, somebody more, none says anything new
    while found and found[-1].is_proven:
        if found[-1].people > (found[-2].people if len(found) > 1 else 0.0) + _ROUNDED:
            break
        found.pop()
    return found


class _Search:
    """What is known of some things, learned from choice to choice."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._everything = np.arange(works.n)
        self._is_today = works.reach(np.zeros(0, dtype=np.int64))
        is_gain = works.reach(self._everything) & ~self._is_today & (works.people > 0)
        self._homes = np.flatnonzero(is_gain)
        self._weight = works.people[self._homes]
        # 1. Each lesson: one of these things is needed by those homes. The first: any thing by all.
        self._needed = [np.ones(works.n, dtype=bool)]
        self._by = [np.ones(len(self._homes), dtype=bool)]

    @property
    def can_gain(self) -> float:
        """People whom everything together brings."""
        return float(self._weight.sum())

    def solve(self, n: int, fewer: Cover | None, *, seconds: float | None) -> Cover:
        """The best choice of `n`, with what none exceeds."""
        began = monotonic()
        best, is_best = self._works.propose(n)
        people = greedy = self._count(best)
        if fewer is not None and fewer.people > people:
            best, people = fewer.chosen, fewer.people
        most = people if is_best else self._count_possible(n)
        for _ in range(_ROUNDS):
            spare_s = None if seconds is None else seconds - (monotonic() - began)
            if most <= people + _ROUNDED or (spare_s is not None and spare_s <= 0):
                break
            chosen, is_in, bound = self._ask(n, seconds=spare_s)
            most = min(most, bound)
            gained = self._count(chosen)
            if gained > people + _ROUNDED:
                best, people = chosen, gained
            if most > people + _ROUNDED:
                self._learn(chosen, is_in)
        needed = self._leave_needed(best)
        if most <= people + _ROUNDED:
            most = people
        return Cover(needed, people, max(most, people), greedy)

    def _count_possible(self, n: int) -> float:
        """People whom `n` things could bring, were each home the only one."""
        return float(self._weight[self._works.fewest[self._homes] <= n].sum())

    def _reach(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of the homes that can be gained arrive."""
        return self._works.reach(rows)[self._homes]

    def _count(self, rows: Rows) -> float:
        """People whom a choice brings."""
        return float(self._weight[self._reach(rows)].sum())

    def _leave_needed(self, rows: Rows) -> Rows:
        """A choice, rising, without things that nobody misses."""
        needed = np.sort(rows)
        people = self._count(needed)
        for one in needed.tolist():
            others = needed[needed != one]
            if self._count(others) >= people - _ROUNDED:
                needed = others
        return needed

    def _ask(self, n: int, *, seconds: float | None) -> tuple[Rows, NDArray[np.bool_], float]:
        """The choice that all lessons so far allow to bring most, whom they allow it to bring, and
        what no choice exceeds.
        """
        is_near = self._works.fewest[self._homes] <= n
        known = Lessons(
            np.stack(self._needed), np.stack(self._by)[:, is_near], self._weight[is_near]
        )
        found = choose_by_lessons(known, n, seconds=seconds)
        is_in = np.zeros(len(self._homes), dtype=bool)
        is_in[is_near] = found.is_in
        return found.chosen, is_in, found.most

    def _learn(self, chosen: Rows, is_in: NDArray[np.bool_]) -> None:
        """What homes need that were thought to come and do not."""
        left = is_in & ~self._reach(chosen)
        for _ in range(_LESSONS):
            if not left.any():
                return
            home = int(np.argmax(np.where(left, self._weight, -1.0)))
            without = self._grow(chosen, home)
            stays = ~self._reach(np.flatnonzero(without))
            self._needed.append(~without)
            self._by.append(stays)
            left &= ~stays

    def _grow(self, chosen: Rows, home: int) -> NDArray[np.bool_]:
        """A choice to which nothing can be added without bringing a home, so that it needs one of
        the few others.
        """
        has = np.zeros(self._works.n, dtype=bool)
        has[chosen] = True
        # halves of what is left are added whole where that does not bring the home
        blocks = [np.flatnonzero(~has)]
        while blocks:
            block = blocks.pop()
            trial = has.copy()
            trial[block] = True
            if not self._reach(np.flatnonzero(trial))[home]:
                has = trial
            elif len(block) > 1:
                blocks += [block[len(block) // 2 :], block[: len(block) // 2]]
        return has


def order_works(works: Works, chosen: Sequence[int]) -> Rows:
    """The things of a choice, each the one that adds most people to those before.

    Parameters
    ----------
    works : Works
        What may be built.
    chosen : sequence of int
        Rows of things.

    Returns
    -------
    ndarray of int64
        The same rows.
    """
    left, ordered = list(chosen), list[int]()
    while left:
        sums = [float(works.people[works.reach(np.sort([*ordered, one]))].sum()) for one in left]
        ordered.append(left.pop(int(np.argmax(sums))))
    return np.array(ordered, dtype=np.int64)
