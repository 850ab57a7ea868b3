"""The choices with the least walks that keep rules, against all choices there are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from access15.core.siting.center import solve_center
from access15.core.siting.ruled import (
    prefer_as_near,
    solve_center_by_rules,
    solve_median_by_rules,
)
from access15.core.siting.rules import Floor, Rules, allow_all
from access15.core.siting.sets import CoverageSets, build_sets
from access15.core.siting.times import TimeSets, build_time_sets
from access15.core.walk.pairs import Pairs


def make_times(
    time_s: NDArray[np.float64], people: NDArray[np.float64], today_s: NDArray[np.float64]
) -> TimeSets:
    source, target = np.nonzero(np.isfinite(time_s))
    pairs = Pairs(source, target, time_s[source, target])
    return build_time_sets(pairs, people=people, today_s=today_s, n_candidates=len(time_s))


def make_sets(held: NDArray[np.bool_], people: NDArray[np.float64]) -> CoverageSets:
    source, target = np.nonzero(held)
    pairs = Pairs(source, target, np.zeros(len(source)))
    nobody = np.zeros(len(people), dtype=bool)
    return build_sets(pairs, people=people, is_reached=nobody, n_candidates=len(held))


@dataclass(frozen=True)
class Drawn:
    """Places, homes, and rules; and every choice that keeps them."""

    time_s: NDArray[np.float64]
    people: NDArray[np.float64]
    today_s: NDArray[np.float64]
    n: int
    rules: Rules
    kept: list[list[int]]

    def weigh(self, choice: list[int]) -> tuple[float, float, float]:
        """People without a place, the longest walk, and all seconds of the others."""
        least = self.time_s[choice].min(axis=0) if choice else np.inf
        walked_s = np.minimum(self.today_s, least)
        could = np.isfinite(self.today_s) | np.isfinite(self.time_s).any(axis=0)
        served = np.isfinite(walked_s) & (self.people > 0)
        total = float((self.people[served] * walked_s[served]).sum())
        without = float(self.people[could & ~served].sum())
        return round(without, 6), float(walked_s[served].max(initial=0.0)), round(total, 6)


def draw_questions(rng: np.random.Generator, n: int) -> Iterator[Drawn]:
    for _ in range(n):
        n_places, n_homes = int(rng.integers(2, 8)), int(rng.integers(1, 10))
        time_s = rng.integers(1, 9, (n_places, n_homes)) * 60.0
        time_s[rng.random((n_places, n_homes)) < rng.choice([0.0, 0.3, 0.6])] = np.inf
        is_today = rng.random(n_homes) < rng.choice([0.0, 0.5, 1.0])
        today_s = np.where(is_today, rng.integers(1, 12, n_homes) * 60.0, np.inf)
        people = rng.choice([0.0, 1.0, 1.0, 2.0, 2.5, 7.0], n_homes)
        required = rng.random(n_places) < rng.choice([0.0, 0.15])
        one_of = np.where(rng.random(n_places) < 0.3, rng.integers(0, 2, n_places), -1)
        preferred = rng.random(n_places) < rng.choice([0.0, 0.4])
        other, others = rng.random((n_places, n_homes)) < 0.4, rng.choice([0.0, 1.0, 3.0], n_homes)
        least = float(rng.choice([0.0, 0.0, 0.3, 0.6]) * others.sum())
        rules = Rules(is_required=required, one_of=one_of, is_preferred=preferred)
        rules = rules.with_more(floor=Floor(make_sets(other, others), least))
        most = int(rng.integers(1, 4))
        kept = []
        for k in range(min(most, n_places) + 1):
            for choice in itertools.combinations(range(n_places), k):
                chosen = np.isin(np.arange(n_places), choice)
                twice = any((chosen & (one_of == kind)).sum() > 1 for kind in (0, 1))
                held = others[other[chosen].any(axis=0)].sum()
                if chosen[required].all() and not twice and held >= least - 1e-9:
                    kept.append(list(choice))
        yield Drawn(time_s, people, today_s, most, rules, kept)


def test_three_hundred_questions_are_answered_as_by_trying_all_choices() -> None:
    faults = 0
    for drawn in draw_questions(np.random.default_rng(4), 300):
        times = make_times(drawn.time_s, drawn.people, drawn.today_s)
        median = solve_median_by_rules(times, drawn.n, drawn.rules)
        without_rules_s = solve_center(times, drawn.n).worst_s
        center = solve_center_by_rules(times, drawn.n, drawn.rules, least_s=without_rules_s)
        if not drawn.kept:
            assert median.fault == center.fault == "impossible"
            faults += 1
            continue
        weights = [drawn.weigh(one) for one in drawn.kept]
        without, _, total = drawn.weigh(median.chosen.tolist())
        assert median.chosen.tolist() in drawn.kept
        assert (without, total) == min((one[0], one[2]) for one in weights)
        assert median.bound == median.value == pytest.approx(total, abs=1e-6)
        assert center.chosen.tolist() in drawn.kept
        # of the same longest walk, the least average
        assert drawn.weigh(center.chosen.tolist()) == min(weights)
        assert center.bound == center.value == min(weights)[1]
    assert 10 < faults < 200


# Three homes of a street, a place at each; today's is at the first, and may move:
#
#     a ---60 s--- b ---60 s--- c
#     1            1            3
STREET_S = np.array([[0.0, 60.0, 120.0], [60.0, 0.0, 60.0], [120.0, 60.0, 0.0]])
PEOPLE = np.array([1.0, 1.0, 3.0])
NOWHERE = np.full(3, np.inf)


def test_who_may_not_lose_keeps_the_place_where_it_is() -> None:
    times, free = make_times(STREET_S, PEOPLE, NOWHERE), allow_all(3)
    assert solve_median_by_rules(times, 1, free).chosen.tolist() == [2]
    assert solve_center_by_rules(times, 1, free).chosen.tolist() == [1]
    # whoever lives at a is at a place today, and nobody else is as near to a
    first = make_sets(np.array([[1], [0], [0]], dtype=bool), np.ones(1))
    kept = free.with_more(must=first)
    found = solve_median_by_rules(times, 1, kept)
    assert (found.chosen.tolist(), found.value, found.bound) == ([0], 420.0, 420.0)
    worst = solve_center_by_rules(times, 1, kept)
    assert (worst.chosen.tolist(), worst.value, worst.bound) == ([0], 120.0, 120.0)


def test_a_place_of_today_stays_where_a_new_one_is_no_nearer() -> None:
    time_s = np.vstack([STREET_S, STREET_S[2:]])  # the fourth place stands at c as the third
    times = make_times(time_s, PEOPLE, NOWHERE)
    rules = Rules(
        is_required=np.zeros(4, dtype=bool),
        one_of=np.full(4, -1),
        is_preferred=np.array([False, False, False, True]),
    )
    assert prefer_as_near(times, 1, rules, np.array([2])).tolist() == [3]
    assert solve_median_by_rules(times, 1, rules).chosen.tolist() == [3]
    assert 3 in solve_center_by_rules(times, 2, rules).chosen


def test_who_has_no_time_is_told_what_none_is_below() -> None:
    rng = np.random.default_rng(2)
    time_s = rng.integers(1, 900, (40, 120)).astype(float)
    times = make_times(time_s, np.ones(120), np.full(120, 2000.0))
    floor = Floor(make_sets(time_s < 300, np.ones(120)), 90.0)
    for seconds in (0.0, 0.05):
        found = solve_median_by_rules(
            times, 4, allow_all(40).with_more(floor=floor), seconds=seconds
        )
        assert found.fault == "not_found" or found.bound <= found.value
