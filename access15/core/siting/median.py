"""The places that people walk to in least time on average, and the proof that no others are nearer.

The p-median problem (Hakimi 1964, doi:10.1287/opre.12.3.450), with the places of today kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.sets import Tell
from access15.core.siting.steps import solve_median_exactly
from access15.core.siting.time_kernels import (
    choose_nearer_greedily,
    find_second,
    find_seconds,
    price_homes,
    save_with_each,
    swap_until_nearest,
)
from access15.core.siting.times import TimeSets, serve_most

_ROUNDED = 1e-6  # people: sums in another order differ by far less
_ALIKE = 1e-9  # of all person-seconds
_ROUNDS = 300
_SEED = 20260103
_STARTS = 12
_QUICK = 100_000_000  # pairs times places
_PATIENCE = 10  # rounds without a better bound, after which steps are halved
_FARTHER = (4.0, 400.0, 1e6)  # times the longest walk, that being without a place counts as


@dataclass(frozen=True, eq=False)
class Median:
    """The best choice of places found: fewest people without any, then least seconds of the rest.

    Parameters
    ----------
    chosen : ndarray of int64
        Candidates, rising; fewer than asked for where more would bring nobody nearer.
    unserved : float
        People whom some candidate could reach, and neither these nor a place of today do.
    least_unserved : float
        People whom any choice of as many leaves without: `unserved`, where that is proven.
    person_s : float
        Seconds to the nearest of these or of today, of all people who have one [s].
    least_s : float
        Person-seconds below which no choice is that leaves no more people without: `person_s`,
        where that is proven [s].
    greedy_unserved, greedy_s : float
        The same of the greedy choice: always the best next one [s].
    served : float
        People who have one.
    """

    chosen: NDArray[np.int64]
    unserved: float
    least_unserved: float
    person_s: float
    least_s: float
    greedy_unserved: float
    greedy_s: float
    served: float

    @property
    def is_proven(self) -> bool:
        """Whether no other choice is better."""
        return self.least_unserved >= self.unserved and self.least_s >= self.person_s

    @property
    def mean_s(self) -> float:
        """Average of all people who have a place; nan where nobody has one [s]."""
        return self.person_s / self.served if self.served > 0 else np.nan

    @property
    def least_mean_s(self) -> float:
        """Average below which no choice is that leaves no more people without [s]."""
        return self.least_s / self.served if self.served > 0 else np.nan


def solve_median(
    sets: TimeSets,
    n: int,
    *,
    seconds: float | None = None,
    known: NDArray[np.int64] | None = None,
    tell: Tell | None = None,
) -> Median:
    """Find the `n` places from which people walk least on average, beside those of today.

    A person without any place is worse than any walk: first as few as can be are left without one
    (of those whom some candidate reaches), then the others walk least together. `largest_s` of
    `build_time_sets` counts being without as that walk instead.

    Parameters
    ----------
    sets : TimeSets
        Homes and candidates.
    n : int
        How many places, 1 or more.
    seconds : float, optional
        When to end with the best found and what none is below; by default when it is proven [s].
    known : ndarray of int64, optional
        A choice of as many or fewer: what is found is no worse than it with the next best.
    tell : callable, optional
        Called once with the person-seconds of the greedy choice, and with what none is below,
        before any more is proven.

    Returns
    -------
    Median
        The choice.

    Raises
    ------
    ValueError
        If `n` is less than 1.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.core.siting.times import build_time_sets
    >>> from access15.core.walk.pairs import Pairs
    >>> time_s = np.array([[0.0, 60.0, 120.0], [60.0, 0.0, 60.0], [120.0, 60.0, 0.0]])
    >>> source, target = np.indices((3, 3)).reshape(2, -1)
    >>> sets = build_time_sets(
    ...     Pairs(source, target, time_s.ravel()),
    ...     people=np.array([1.0, 1.0, 3.0]),
    ...     today_s=np.full(3, np.inf),
    ...     n_candidates=3,
    ... )
    >>> best = solve_median(sets, 1)
    >>> best.chosen.tolist(), best.mean_s, best.is_proven
    ([2], 36.0, True)
    """
    if n < 1:
        raise ValueError(f"n is {n}: at least one place is chosen")
    return _Search(sets, n, seconds, known).solve(tell)


def bring_nearer(
    sets: TimeSets,
    chosen: NDArray[np.int64],
    n: int,
) -> list[NDArray[np.int64]]:
    """Better a choice by the next best ones, then by exchanges.

    Parameters
    ----------
    sets : TimeSets
        Homes and candidates.
    chosen : ndarray of int64
        Candidates.
    n : int
        How many at most.

    Returns
    -------
    list of ndarray of int64
        The choice without what nobody misses and with the next best ones, as long as any brings
        somebody nearer; and what exchanges make of that.
    """
    today_s = _count_without(sets, _FARTHER[-1])
    while True:
        needed = sets.leave_needed(chosen)
        now_s = find_seconds(sets.candidates, today_s, needed)
        more = choose_nearer_greedily(sets.homes, sets.candidates, now_s, n - len(needed))
        chosen = np.sort(np.append(needed, more))
        if len(sets.leave_needed(chosen)) == len(chosen):
            break
    nearer = chosen.copy()
    swap_until_nearest(sets.homes, sets.candidates, today_s, nearer)
    return [chosen, nearer]


def _find_longest(sets: TimeSets) -> float:
    """The longest walk of all, 1 s at least."""
    own_s = sets.today_s[np.isfinite(sets.today_s)]
    return max(1.0, float(sets.homes.time_s.max(initial=0.0)), float(own_s.max(initial=0.0)))


def _count_without(sets: TimeSets, farther: float) -> NDArray[np.float64]:
    """Seconds today, where being without a place is so many times the longest walk."""
    return np.where(np.isfinite(sets.today_s), sets.today_s, farther * _find_longest(sets))


class _Search:
    """One question while it is answered."""

    def __init__(
        self,
        sets: TimeSets,
        n: int,
        seconds: float | None,
        known: NDArray[np.int64] | None,
    ) -> None:
        self._sets, self._n, self._known = sets, min(n, len(sets)), known
        self._until = None if seconds is None else monotonic() + seconds
        self._is_new, self._longest_s = ~np.isfinite(sets.today_s), _find_longest(sets)

    def solve(self, tell: Tell | None) -> Median:
        """Greedy, swaps, a bound by prices, and HiGHS for the candidates that these leave."""
        sets = self._sets
        greedy, chosen, least_unserved, farther = self._choose()
        unserved = sets.sum_up(chosen)[0]
        # 1. A bound, and with it candidates and walks that no better choice has.
        today_s = _count_without(sets, farther)
        known = self._cost(chosen, today_s)
        if len(chosen) < self._n:  # more bring nobody nearer
            return self._finish(chosen, greedy, least_unserved, known, today_s)
        until_s, least, most_with = self._bound(chosen, today_s, known)
        if tell is not None:
            tell(sets.sum_up(greedy)[1], sets.sum_up(chosen)[1] - max(known - least, 0.0))
        if least < known * (1.0 - _ALIKE):
            # the exchanges may have ended far from the best: others begin elsewhere
            chosen = self._pick([chosen, *self._begin_elsewhere(until_s, today_s)])
            unserved, before = sets.sum_up(chosen)[0], known
            known = self._cost(chosen, today_s)
            if known < before * (1.0 - _ALIKE):
                until_s, least, most_with = self._bound(chosen, today_s, known)
        little = _ALIKE * known
        if least >= known - little:
            return self._finish(chosen, greedy, least_unserved, known, today_s)
        left = np.flatnonzero(most_with < known - little)
        # 2. The best choice of those that are left.
        most_s = until_s + (known - least) / sets.homes.people + _ALIKE * self._longest_s
        is_rest = self._is_new & (unserved > _ROUNDED)
        if not is_rest.any():  # nobody is to be without
            most_s[self._is_new] = np.minimum(most_s[self._is_new], self._longest_s)
        solved = solve_median_exactly(
            sets.homes,
            left,
            self._n,
            most_s=most_s,
            today_s=today_s,
            must_serve=(is_rest, float(sets.homes.people[is_rest].sum()) - unserved),
            seconds=self._spare_s(),
        )
        found = self._pick([chosen, solved.chosen])
        if solved.is_whole:
            return self._finish(found, greedy, least_unserved, self._cost(found, today_s), today_s)
        # 3. Not proven in time: a place that brings nobody nearer is free for another.
        least = max(least, min(solved.least, known))
        found = bring_nearer(sets, found, self._n)[0]
        return self._finish(found, greedy, least_unserved, least, today_s)

    def _choose(self) -> tuple[NDArray[np.int64], NDArray[np.int64], float, float]:
        """The greedy choice, the best that swaps find, and how few any choice leaves without.

        The last is how much farther than the longest walk being without must count to find it.
        """
        sets = self._sets
        greedy, chosen = self._swap(_FARTHER[0])
        is_afraid = sets.sum_up(chosen)[0] > _ROUNDED
        if self._known is not None:
            chosen = self._pick([chosen, *bring_nearer(sets, self._known, self._n)])
        if is_afraid:
            chosen = self._pick([chosen, self._swap(_FARTHER[1])[1]])
        farther = _FARTHER[int(is_afraid)]
        unserved = sets.sum_up(chosen)[0]
        if unserved <= _ROUNDED:
            return greedy, chosen, 0.0, farther
        # 1. Whom the most can be reached together is a question of coverage.
        cover, least_unserved = serve_most(sets, self._n, seconds=self._spare_s())
        if unserved <= least_unserved + _ROUNDED:
            return greedy, chosen, unserved, farther
        # 2. Swaps that begin with that coverage, and fear being without still more.
        chosen = self._pick([chosen, *bring_nearer(sets, cover, self._n)])
        unserved = sets.sum_up(chosen)[0]
        is_least = unserved <= least_unserved + _ROUNDED
        return greedy, chosen, unserved if is_least else least_unserved, _FARTHER[-1]

    def _swap(self, farther: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The greedy choice, and what exchanges make of it."""
        sets = self._sets
        today_s = _count_without(sets, farther)
        greedy = choose_nearer_greedily(sets.homes, sets.candidates, today_s, self._n)
        chosen = greedy.copy()
        swap_until_nearest(sets.homes, sets.candidates, today_s, chosen)
        return greedy, chosen

    def _begin_elsewhere(
        self,
        until_s: NDArray[np.float64],
        today_s: NDArray[np.float64],
    ) -> list[NDArray[np.int64]]:
        """What exchanges make of the dearest candidates, and of some drawn by lot."""
        sets, n = self._sets, self._n
        saved = save_with_each(sets.homes, until_s, len(sets))
        starts = [np.argsort(-saved, kind="stable")[:n]]
        rng = np.random.default_rng(_SEED)
        if len(sets.homes.time_s) * n <= _QUICK:
            starts += [rng.choice(len(sets), n, replace=False) for _ in range(_STARTS)]
        found = []
        for start in starts:
            if self._spare_s() == 0.0:
                break
            nearer = np.sort(start)
            swap_until_nearest(sets.homes, sets.candidates, today_s, nearer)
            found.append(nearer)
        return found

    def _cost(self, chosen: NDArray[np.int64], today_s: NDArray[np.float64]) -> float:
        """Person-seconds of all rows, where being without a place is a walk, too."""
        time_s = find_seconds(self._sets.candidates, today_s, chosen)
        return float((self._sets.homes.people * time_s).sum())

    def _bound(
        self,
        chosen: NDArray[np.int64],
        today_s: NDArray[np.float64],
        known: float,
    ) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
        """Seconds up to which every home pays, what no choice is below, and none with each one."""
        # Every home pays the seconds up to a price, and gets back from every chosen candidate what
        # this one is nearer. With two of them it gets back too much, never too little: for any
        # prices up to today's seconds, the n dearest candidates give a bound (Cornuejols, Fisher &
        # Nemhauser 1977, doi:10.1287/mnsc.23.8.789). They begin at the second nearest place.
        sets, n = self._sets, self._n
        until_s = price_homes(
            sets.homes,
            sets.candidates,
            today_s,
            find_second(sets.candidates, today_s, chosen),
            (known, n),
            _ROUNDS,
            _PATIENCE,
        )
        saved = save_with_each(sets.homes, until_s, len(sets))
        dearest = np.argsort(-saved, kind="stable")[:n]
        least = float((sets.homes.people * until_s).sum() - saved[dearest].sum())
        # one more candidate in the choice takes the place of the cheapest of the dearest
        with_each = least + saved[dearest[-1]] - saved
        with_each[dearest] = least
        return until_s, least, with_each

    def _spare_s(self) -> float | None:
        """Seconds that are left, None where there is no end."""
        return None if self._until is None else max(self._until - monotonic(), 0.0)

    def _pick(self, choices: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        """The best choice: fewest without, then nearest; of the same the first."""
        best, best_sums = choices[0], self._sets.sum_up(choices[0])
        for one in choices[1:]:
            unserved, person_s = self._sets.sum_up(one)
            is_fewer = unserved < best_sums[0] - _ROUNDED
            is_same = unserved <= best_sums[0] + _ROUNDED
            if is_fewer or (is_same and person_s < best_sums[1]):
                best, best_sums = one, (unserved, person_s)
        return best

    def _finish(
        self,
        chosen: NDArray[np.int64],
        greedy: NDArray[np.int64],
        least_unserved: float,
        least: float,
        today_s: NDArray[np.float64],
    ) -> Median:
        """The answer, without the candidates that nobody misses."""
        sets = self._sets
        needed = sets.leave_needed(chosen)
        unserved, person_s = sets.sum_up(needed)
        # what is not below counts those without as a walk: of no more than these none is below
        known = self._cost(needed, today_s)
        least_s = person_s - max(known - least, 0.0)
        if known - least <= _ALIKE * known:
            least_s = person_s
        greedy_unserved, greedy_s = sets.sum_up(greedy)
        return Median(
            chosen=needed,
            unserved=unserved,
            least_unserved=min(least_unserved, unserved),
            person_s=person_s,
            least_s=max(least_s, 0.0),
            greedy_unserved=greedy_unserved,
            greedy_s=greedy_s,
            served=sets.people - unserved,
        )
