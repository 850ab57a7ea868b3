"""The places that leave nobody farther than need be, and the proof that no others do better.

The p-center problem (Hakimi 1964; Minieka 1970, doi:10.1137/1012016: as questions of set covering),
with the places of today kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.median import bring_nearer
from access15.core.siting.radius import try_radius
from access15.core.siting.sets import Tell
from access15.core.siting.time_kernels import weigh_each
from access15.core.siting.times import TimeSets, serve_most, take_within

_ROUNDED = 1e-6  # people: sums in another order differ by far less


@dataclass(frozen=True, eq=False)
class Center:
    """The best choice found: fewest people without any, then the least worst walk of the rest.

    Parameters
    ----------
    chosen : ndarray of int64
        Candidates, rising; fewer than asked for where more would bring nobody nearer.
    unserved : float
        People whom some candidate could reach, and neither these nor a place of today do.
    least_unserved : float
        People whom any choice of as many leaves without: `unserved`, where that is proven.
    worst_s : float
        The longest walk to the nearest of these or of today; 0 where nobody has any [s].
    least_s : float
        What the worst walk of no choice is below that leaves no more people without: `worst_s`,
        where that is proven [s].
    greedy_unserved, greedy_s : float
        The same of the greedy choice: always the best next one [s].
    person_s : float
        Seconds of all people who have one, together [s].
    served : float
        People who have one.
    """

    chosen: NDArray[np.int64]
    unserved: float
    least_unserved: float
    worst_s: float
    least_s: float
    greedy_unserved: float
    greedy_s: float
    person_s: float
    served: float

    @property
    def is_proven(self) -> bool:
        """Whether no other choice has a lesser worst walk, or leaves fewer without any."""
        return self.least_unserved >= self.unserved and self.least_s >= self.worst_s

    @property
    def mean_s(self) -> float:
        """Average of all people who have a place; nan where nobody has one [s]."""
        return self.person_s / self.served if self.served > 0 else np.nan


def solve_center(
    sets: TimeSets,
    n: int,
    *,
    seconds: float | None = None,
    tell: Tell | None = None,
) -> Center:
    """Find the `n` places that leave the least worst walk, beside those of today.

    A person without any place is worse than any walk: first as few as can be are left without one
    (of those whom some candidate reaches), then the longest walk of the others is the least. Of
    choices with the same worst walk, the one of the least average that greedy choice and exchanges
    find.

    Parameters
    ----------
    sets : TimeSets
        Homes and candidates.
    n : int
        How many places, 1 or more.
    seconds : float, optional
        When to end with the best found and what none is below; by default when it is proven [s].
    tell : callable, optional
        Called once with the longest walk of the greedy choice, and with what none is below, before
        any more is proven [s].

    Returns
    -------
    Center
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
    >>> best = solve_center(sets, 1)
    >>> best.chosen.tolist(), best.worst_s, best.is_proven
    ([1], 60.0, True)
    """
    if n < 1:
        raise ValueError(f"n is {n}: at least one place is chosen")
    return _Search(sets, min(n, len(sets)), seconds).solve(tell)


class _Search:
    """One question while it is answered."""

    def __init__(self, sets: TimeSets, n: int, seconds: float | None) -> None:
        self._sets, self._n = sets, n
        self._until = None if seconds is None else monotonic() + seconds

    def solve(self, tell: Tell | None) -> Center:
        """Greedy and exchanges, then the least time within which a set cover is found."""
        sets = self._sets
        greedy = self._choose_greedily()
        found = self._swap(greedy)
        # 1. Whom the most can be reached together is a question of coverage.
        unserved, least_unserved = sets.sum_up(found)[0], 0.0
        if unserved > _ROUNDED:
            covering, least_unserved = serve_most(sets, self._n, seconds=self._spare_s())
            found = self._pick([found, self._swap(covering)])
            unserved = sets.sum_up(found)[0]
            if unserved <= least_unserved + _ROUNDED:
                least_unserved = unserved
        # 2. Worst walks that may be: from what nobody can go below to what is found.
        worst_s = sets.find_worst(found)
        times_s = self._list_times(worst_s, unserved)
        low, high = 0, len(times_s) - 1
        least_s = float(times_s[0])
        if tell is not None:
            tell(sets.find_worst(greedy), least_s)
        while low < high:
            middle = (low + high) // 2
            tried = try_radius(
                sets,
                self._n,
                within_s=float(times_s[middle]),
                unserved=unserved,
                seconds=self._spare_s(),
            )
            if tried.is_possible is None:
                break
            if tried.is_possible:
                found = tried.chosen
                high = int(np.searchsorted(times_s, sets.find_worst(found)))
            else:
                low = middle + 1
            least_s = float(times_s[low])
        return self._finish(self._bring_nearer(found), greedy, least_unserved, least_s)

    def _list_times(self, worst_s: float, unserved: float) -> NDArray[np.float64]:
        """Worst walks from the least that is possible to that of a choice known, rising."""
        sets = self._sets
        first_s = sets.homes.time_s[sets.homes.start[:-1]]
        # of who may be left without, nobody knows who walks
        is_sure = np.isfinite(sets.today_s) | (unserved <= _ROUNDED)
        least_s = max(sets.fixed_worst_s, float(first_s[is_sure].max(initial=0.0)))
        own_s = sets.today_s[np.isfinite(sets.today_s)]
        times_s = np.unique(np.concatenate([sets.homes.time_s, own_s, [least_s, worst_s]]))
        return times_s[(times_s >= least_s) & (times_s <= worst_s)]

    def _choose_greedily(self) -> NDArray[np.int64]:
        """One after another, each the one that leaves least."""
        chosen = np.zeros(0, dtype=np.int64)
        while len(chosen) < self._n:
            best = self._find_next(chosen)
            if not self._is_better(np.append(chosen, best), chosen):
                break
            chosen = np.append(chosen, best)
        return chosen

    def _find_next(self, chosen: NDArray[np.int64]) -> int:
        """The candidate that leaves least beside others: people without, worst, person-seconds."""
        sets = self._sets
        best_s = sets.find_seconds(chosen)
        farthest = np.argsort(-best_s, kind="stable")
        left = weigh_each(sets.homes, sets.candidates, best_s, farthest, sets.fixed_worst_s)
        left[:, 0] = np.round(left[:, 0] / _ROUNDED)
        return int(np.lexsort((left[:, 2], left[:, 1], left[:, 0]))[0])

    def _swap(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Exchange one for another, and add as many as may be, as long as that is better."""
        chosen = chosen.copy()
        k, n_kept = 0, 0
        while n_kept < self._n:
            others = np.delete(chosen, k) if k < len(chosen) else chosen
            other = np.append(others, self._find_next(others))
            n_kept += 1
            if self._is_better(other, chosen):
                chosen, n_kept = other, 1
            k = (k + 1) % self._n
        return chosen

    def _measure(self, chosen: NDArray[np.int64]) -> tuple[float, float, float]:
        """People without, the worst walk and person-seconds of a choice."""
        unserved, person_s = self._sets.sum_up(chosen)
        return unserved, self._sets.find_worst(chosen), person_s

    def _is_better(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
        """Whether a choice is better than another."""
        (own, *rest), (its, *its_rest) = self._measure(one), self._measure(other)
        if abs(own - its) > _ROUNDED:
            return own < its
        rest[1] += _ROUNDED * (1.0 + its_rest[1]) * 1e-3  # surely better
        return rest < its_rest

    def _pick(self, choices: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        """The best choice; of the same the first."""
        best = choices[0]
        for one in choices[1:]:
            if self._is_better(one, best):
                best = one
        return best

    def _bring_nearer(self, found: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of the choices with the same worst walk, one that is nearer on average."""
        within = take_within(self._sets, self._sets.find_worst(found))
        nearer = bring_nearer(within, found, self._n)
        return self._pick([found, self._swap(found), *nearer])

    def _spare_s(self) -> float | None:
        """Seconds that are left, None where there is no end."""
        return None if self._until is None else max(self._until - monotonic(), 0.0)

    def _finish(
        self,
        chosen: NDArray[np.int64],
        greedy: NDArray[np.int64],
        least_unserved: float,
        least_s: float,
    ) -> Center:
        """The answer, without the candidates that nobody misses."""
        sets, needed = self._sets, self._sets.leave_needed(chosen)
        unserved, worst_s, person_s = self._measure(needed)
        return Center(
            chosen=needed,
            unserved=unserved,
            least_unserved=min(least_unserved, unserved),
            worst_s=worst_s,
            least_s=min(least_s, worst_s),
            greedy_unserved=sets.sum_up(greedy)[0],
            greedy_s=sets.find_worst(greedy),
            person_s=person_s,
            served=sets.people - unserved,
        )
