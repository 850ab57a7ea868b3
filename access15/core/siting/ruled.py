"""Choices that keep rules and from which people walk least, on average or at worst."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.programme import Answer, Programme
from access15.core.siting.rules import (
    Floor,
    Ruled,
    Rules,
    begin_programme,
    solve_cover_by_rules,
    solve_kept,
)
from access15.core.siting.sets import CoverageSets, build_sets
from access15.core.siting.times import TimeSets
from access15.core.walk.pairs import Pairs

_ROUNDED = 1e-6  # people: sums in another order differ by far less
_ALIKE = 1e-9  # of all person-seconds
_N_BLOCKS = 200  # homes that are told of together, so that there are fewer rows
_ROUNDS = 60
_FEW = 40  # places among which a first good choice is looked for


def solve_median_by_rules(
    sets: TimeSets,
    n: int,
    rules: Rules,
    *,
    seconds: float | None = None,
) -> Ruled:
    """Find the places from which people walk least on average, of all choices that keep the rules.

    As few people as the rules allow are left without any place; then the others walk least.

    Parameters
    ----------
    sets : TimeSets
        How far every home would walk to each place.
    n : int
        How many places at most.
    rules : Rules
        What is to be kept.
    seconds : float, optional
        When to end with the best found and what no other is below [s].

    Returns
    -------
    Ruled
        The choice; its value are person-seconds of whom somebody reaches [s].
    """
    until = None if seconds is None else monotonic() + seconds
    served = _serve_most(sets, n, rules, until)
    if served.found.fault:
        return served.found
    return _Nearest(sets, n, served, until).solve()


def prefer_as_near(
    sets: TimeSets, n: int, rules: Rules, chosen: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Put preferred places into a choice, by exchanges after which nobody walks more in all.

    Parameters
    ----------
    sets : TimeSets
        How far every home would walk to each place.
    n : int
        How many places at most.
    rules : Rules
        What is to be kept.
    chosen : ndarray of int64
        A choice that keeps the rules.

    Returns
    -------
    ndarray of int64
        Places, rising, without needless ones that are not preferred.
    """
    known = Ruled(chosen, np.nan, np.nan)
    return _Nearest(sets, n, _Served(known, rules, rules), None).prefer()


def solve_center_by_rules(
    sets: TimeSets,
    n: int,
    rules: Rules,
    *,
    least_s: float = 0.0,
    seconds: float | None = None,
) -> Ruled:
    """Find the places from which the longest walk is shortest, of all choices that keep the rules.

    As few people as the rules allow are left without any place; of choices with the same longest
    walk, one from which people walk least on average.

    Parameters
    ----------
    sets : TimeSets
        How far every home would walk to each place.
    n : int
        How many places at most.
    rules : Rules
        What is to be kept.
    least_s : float
        What is known that the longest walk of no choice is below, such as without the rules [s].
    seconds : float, optional
        When to end with the best found and what no other is below [s].

    Returns
    -------
    Ruled
        The choice; its value is the longest walk of whom somebody reaches [s].
    """
    until = None if seconds is None else monotonic() + seconds
    served = _serve_most(sets, n, rules, until)
    if served.found.fault:
        return served.found
    # 1. Whether a walk is long enough is a question of rules alone: halve until two are left.
    chosen = served.found.chosen
    worst_s = sets.find_worst(chosen)
    walks_s = np.unique(np.append(sets.homes.time_s, sets.today_s[np.isfinite(sets.today_s)]))
    # where rules leave more people without a place, the longest walk may well be shorter
    known_s = least_s if served.is_everybody else 0.0
    least_s = max(known_s, sets.fixed_worst_s, _find_least(sets, served))
    walks_s = np.append(least_s, walks_s[(walks_s > least_s) & (walks_s < worst_s)])
    low, high = 0, len(walks_s)  # from high on it is known that there is a choice
    best, is_certain = chosen, True
    at = 0  # often no rule makes the longest walk longer
    while low < high and is_certain:
        asked = _within(sets, served, float(walks_s[at]))
        made = begin_programme(asked, n)
        answer, found = solve_kept(made, asked, seconds=_spare(until))
        if answer.value is not None:
            best, high = found, at
        elif answer.is_impossible:
            low = at + 1
        else:
            is_certain = False
        at = (low + high) // 2
    worst_s = sets.find_worst(best)
    bound_s = worst_s if is_certain else float(walks_s[low])
    # 2. Of several the one from which people walk least on average.
    again = replace(served, rules=_within(sets, served, worst_s))
    nearest = _Nearest(sets, n, again, until, known=best).solve()
    return Ruled(best if nearest.fault else nearest.chosen, worst_s, min(bound_s, worst_s))


@dataclass(frozen=True, eq=False)
class _Served:
    """A choice that leaves fewest people without a place; the rules asked for, and those with as
    few left without; whether everybody has one.
    """

    found: Ruled
    asked: Rules
    rules: Rules
    is_everybody: bool = True


def _serve_most(sets: TimeSets, n: int, rules: Rules, until: float | None) -> _Served:
    """Leave as few people without a place as the rules allow."""
    new = _hold(sets, np.inf, ~np.isfinite(sets.today_s))
    found = solve_cover_by_rules(new, n, rules, seconds=_spare(until))
    if found.fault or not len(new.weight):
        return _Served(found, rules, rules)
    if found.value >= new.weight.sum() - _ROUNDED:
        return _Served(found, rules, rules.with_more(must=new))
    kept = rules.with_more(floor=Floor(new, found.value))
    return _Served(found, rules, kept, is_everybody=False)


def _within(sets: TimeSets, served: _Served, longest_s: float) -> Rules:
    """The rules, and that nobody whom a place reaches walks longer."""
    is_new = ~np.isfinite(sets.today_s)
    if served.is_everybody:
        return served.asked.with_more(must=_hold(sets, longest_s, sets.today_s > longest_s))
    floor = Floor(_hold(sets, longest_s, is_new), served.found.value)
    far = _hold(sets, longest_s, ~is_new & (sets.today_s > longest_s))
    return served.asked.with_more(must=far, floor=floor)


def _find_least(sets: TimeSets, served: _Served) -> float:
    """The longest of the shortest walks of those who have one in any choice."""
    nearest_s = np.minimum(sets.homes.time_s[sets.homes.start[:-1]], sets.today_s)
    is_sure = np.isfinite(sets.today_s) | served.is_everybody
    return float(nearest_s[is_sure].max(initial=0.0))


def _hold(sets: TimeSets, longest_s: float, is_row: NDArray[np.bool_]) -> CoverageSets:
    """Some homes with the places within so many seconds."""
    homes = sets.homes
    row = np.repeat(np.arange(len(homes.people)), np.diff(homes.start))
    is_pair = (homes.time_s <= longest_s) & is_row[row]
    place = homes.candidate[is_pair].astype(np.int64)
    order = np.argsort(place, kind="stable")
    pairs = Pairs(place[order], row[is_pair][order], homes.time_s[is_pair][order])
    return build_sets(
        pairs,
        people=homes.people,
        is_reached=~is_row,
        n_candidates=len(sets),
    )


def _spare(until: float | None) -> float | None:
    """Seconds that are left."""
    return None if until is None else max(until - monotonic(), 0.0)


class _Nearest:
    """The least seconds of all, by cuts (Benders): each says what a block of homes walks at least.

    With the places within reach of a home ordered by their seconds, and its walk where none of the
    nearer ones is chosen, the walk is at least that less what each nearer one saves. Such rows for
    the choices that are met on the way suffice (Duran-Mateluna, Ales & Elloumi 2023,
    doi:10.1016/j.ejor.2022.11.016).
    """

    def __init__(
        self,
        sets: TimeSets,
        n: int,
        served: _Served,
        until: float | None,
        known: NDArray[np.int64] | None = None,
    ) -> None:
        self._sets, self._n, self._rules, self._until = sets, n, served.rules, until
        homes = sets.homes
        self._row = np.repeat(np.arange(len(homes.people)), np.diff(homes.start))
        # whoever is left without counts as the longest walk: as many in every choice that is left
        longest_s = max(
            homes.time_s.max(initial=0.0),
            sets.today_s[np.isfinite(sets.today_s)].max(initial=0.0),
        )
        self._today_s = np.where(np.isfinite(sets.today_s), sets.today_s, longest_s)
        n_blocks = min(_N_BLOCKS, len(homes.people))
        self._block = np.arange(len(homes.people)) * n_blocks // max(len(homes.people), 1)
        self._n_blocks = n_blocks
        self._best = served.found.chosen if known is None else known
        self._least = -np.inf

    def solve(self) -> Ruled:
        """Cuts for parts of places, a first choice among few, and the proof among all left."""
        if not self._n_blocks:
            return self._finish()
        made = begin_programme(self._rules, self._n)
        self._first = made.add_columns(np.ones(self._n_blocks), upper=np.inf)
        self._cut(made, self._as_parts(self._best))
        relaxed = self._relax(made)
        if relaxed is None:
            return self._finish()
        # places that promise least more, then all that a better choice may have
        price, upper = relaxed
        few = np.argsort(np.abs(price), kind="stable")[: max(_FEW, 4 * self._n)]
        made.upper[:] = made.lower
        made.upper[few] = 1.0
        self._choose(made, is_proof=False)
        made.upper[:] = 1.0
        made.upper[upper + price > self._cost(self._best) * (1.0 + _ALIKE)] = 0.0
        np.maximum(made.upper, made.lower, out=made.upper)
        self._choose(made, is_proof=True)
        return self._finish()

    def _as_parts(self, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        """A choice as a number for each place."""
        part = np.zeros(len(self._sets))
        part[chosen] = 1.0
        return part

    def _cost(self, chosen: NDArray[np.int64]) -> float:
        """Seconds of everybody who has a row."""
        time_s = np.minimum(self._sets.find_seconds(chosen), self._today_s)
        return float((self._sets.homes.people * time_s).sum())

    def _cut(self, made: Programme, part: NDArray[np.float64]) -> NDArray[np.float64]:
        """Say what each block walks at least, exactly where parts are chosen; and what it walks."""
        homes, row = self._sets.homes, self._row
        # 1. The walk of each home to the first place by which one whole place is chosen.
        chosen = part[homes.candidate]
        total = np.append(0.0, np.cumsum(chosen))
        so_far = total[1:] - total[homes.start[:-1]][row]
        is_enough = so_far >= 1.0 - 1e-9
        last_s = self._today_s.copy()
        at = np.flatnonzero(is_enough)[::-1]
        last_s[row[at]] = homes.time_s[at]  # the first of each home is written last
        # 2. What nearer places save, added up block by block.
        saved = homes.people[row] * np.maximum(last_s[row] - homes.time_s, 0.0)
        is_nearer = saved > 0
        key = self._block[row[is_nearer]] * len(self._sets) + homes.candidate[is_nearer]
        keys, where = np.unique(key, return_inverse=True)
        factor = np.bincount(where.ravel(), weights=saved[is_nearer]).astype(np.float64)
        block, place = keys // len(self._sets), keys % len(self._sets)
        high = self._add_up(self._block, homes.people * last_s)
        each = np.arange(self._n_blocks)
        walked = (each, self._first + each, np.ones(self._n_blocks))
        made.add_rows(self._n_blocks, walked, (block, place, factor), low=high)
        return high - self._add_up(block, factor * part[place])

    def _add_up(self, block: NDArray[np.int64], each: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums of each block."""
        summed = np.bincount(block, weights=each, minlength=self._n_blocks)
        return summed.astype(np.float64)

    def _relax(self, made: Programme) -> tuple[NDArray[np.float64], float] | None:
        """Cut until parts of places are worth what they are said to; prices, and the bound."""
        price, bound = np.zeros(len(self._sets)), -np.inf
        for _ in range(_ROUNDS):
            relaxed = made.relax(seconds=_spare(self._until))
            if relaxed.value is None:
                return None if bound == -np.inf else (price, bound)
            price, bound = relaxed.price, relaxed.bound
            part = relaxed.value[: len(self._sets)]
            if self._cut(made, part).sum() <= bound * (1.0 + 1e-7) + _ROUNDED:
                break
        self._least = bound
        return price, bound

    def _choose(self, made: Programme, *, is_proof: bool) -> None:
        """Choose whole places, and cut at them, until they are worth what they are said to."""
        met = set[tuple[int, ...]]()
        while True:
            answer, found = solve_kept(made, self._rules, seconds=_spare(self._until))
            if is_proof:
                self._least = self._raise_least(answer)
            if answer.value is None:
                return
            cost = self._cost(found)
            if cost < self._cost(self._best):
                self._best = found
            if cost <= answer.bound * (1.0 + _ALIKE) + _ROUNDED or self._is_late():
                return
            if tuple(found) in met:  # it is cut at already: what is left is HiGHS's millionth
                if is_proof:
                    self._least = self._cost(self._best)
                return
            met.add(tuple(found))
            self._cut(made, self._as_parts(found))

    def _raise_least(self, answer: Answer) -> float:
        """What no choice is below: of those that are left out it is known that none is better."""
        own = np.inf if answer.is_impossible else answer.bound
        return max(self._least, min(own, self._cost(self._best)))

    def _is_late(self) -> bool:
        """Whether there is no time left."""
        return _spare(self._until) == 0.0

    def _finish(self) -> Ruled:
        """The best found, with preferred places where that costs nothing."""
        sets, cost = self._sets, self._cost(self._best)
        least = cost if not self._n_blocks else self._least
        is_proven = least >= cost * (1.0 - _ALIKE) - _ROUNDED
        _, person_s = sets.sum_up(self._best)
        least += person_s - cost
        return Ruled(self.prefer(), person_s, person_s if is_proven else max(least, 0.0))

    def prefer(self) -> NDArray[np.int64]:
        """The choice with preferred places and without needless ones, where that costs nothing."""
        rules, chosen = self._rules, self._best
        most = self._cost(chosen) * (1.0 + _ALIKE)

        def is_good(places: NDArray[np.int64]) -> bool:
            return rules.are_kept_by(places) and self._cost(places) <= most

        for one in chosen[~rules.is_preferred[chosen]].tolist():
            others = chosen[chosen != one]
            if is_good(others):
                chosen = others
        for one in np.setdiff1d(np.flatnonzero(rules.is_preferred), chosen).tolist():
            if len(chosen) < self._n and is_good(np.append(chosen, one)):
                chosen = np.append(chosen, one)
                continue
            for other in chosen[~rules.is_preferred[chosen]].tolist():
                exchanged = np.append(chosen[chosen != other], one)
                if is_good(exchanged):
                    chosen = exchanged
                    break
        return np.sort(chosen)
