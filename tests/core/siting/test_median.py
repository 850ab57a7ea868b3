"""The places that are nearest on average, against all choices there are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from builders.siting import Question, ask_many
from hypothesis import given, settings
from hypothesis import strategies as st

from access15.core.siting.median import Median, solve_median
from access15.core.siting.times import build_time_sets, serve_most
from access15.core.walk.pairs import Pairs

# Five homes along a street, a minute apart; a person at each, but four at the end. Each home is a
# candidate:
#
#     a --- b --- c --- d --- e
#     1     1     1     1     4
PEOPLE = np.array([1.0, 1.0, 1.0, 1.0, 4.0])
STREET_S = 60.0 * np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
NOWHERE = np.full(5, np.inf)


def solve(asked: Question, *, largest_s: float | None = None) -> Median:
    return solve_median(asked.build(largest_s=largest_s), asked.n)


def find_least(asked: Question) -> tuple[float, float]:
    """People without any place and person-seconds of the best choice, by trying all of them."""
    time_s = asked.walk_with_each_choice()
    unserved = np.isinf(time_s) @ asked.own_people
    person_s = np.where(np.isinf(time_s), 0.0, time_s) @ asked.own_people
    best = np.lexsort((person_s, np.round(unserved, 6)))[0]
    return float(unserved[best]), float(person_s[best])


def test_one_place_goes_where_the_half_of_the_people_is() -> None:
    best = solve(Question(STREET_S, PEOPLE, NOWHERE, 1))
    # at d: 3 + 2 + 1 + 0 + 4 minutes; at e: 4 + 3 + 2 + 1
    assert best.chosen.tolist() in ([3], [4])
    assert (best.person_s, best.mean_s, best.is_proven) == (600.0, 75.0, True)
    assert (best.unserved, best.served) == (0.0, 8.0)


def test_a_place_of_today_is_kept() -> None:
    today_s = STREET_S[4]  # one is at e
    best = solve(Question(STREET_S, PEOPLE, today_s, 1))
    assert (best.chosen.tolist(), best.person_s) == ([1], 60.0 + 0.0 + 60.0 + 60.0 + 0.0)


def test_who_has_no_place_comes_before_any_walk() -> None:
    """An island with one person, and ten people on the land who would be spared an hour each."""
    #     place ~~~ 1 person      sea      place at the door of 10 people: today 1 h
    time_s = np.array([[60.0, np.inf], [np.inf, 0.0]])
    asked = Question(time_s, np.array([1.0, 10.0]), np.array([np.inf, 3600.0]), 1)
    best = solve(asked)
    assert (best.chosen.tolist(), best.unserved, best.person_s) == ([0], 0.0, 36060.0)
    # counted as a walk of an hour, being without is one among eleven
    best = solve(asked, largest_s=3600.0)
    assert (best.chosen.tolist(), best.unserved, best.person_s) == ([1], 0.0, 3600.0)


def test_nobody_can_serve_some_and_they_are_counted_apart() -> None:
    time_s = np.array([[60.0, np.inf, 90.0]])
    sets = Question(time_s, np.array([1.0, 5.0, 0.0]), np.full(3, np.inf), 1).build()
    best = solve_median(sets, 1)
    assert (sets.beyond, best.served, best.person_s) == (5.0, 1.0, 60.0)


def test_no_place_is_asked_for_that_brings_nobody_nearer() -> None:
    best = solve(Question(STREET_S[:2], PEOPLE, STREET_S[4], 2))
    assert (best.chosen.tolist(), best.is_proven) == ([0, 1], True)
    best = solve(Question(np.array([[0.0, 10.0], [5.0, 10.0]]), np.ones(2), np.full(2, 99.0), 2))
    assert best.chosen.tolist() == [0]
    nobody = solve(Question(STREET_S, PEOPLE, np.zeros(5), 2))
    assert (nobody.chosen.tolist(), nobody.person_s, nobody.is_proven) == ([], 0.0, True)


def test_at_least_one_place_is_chosen() -> None:
    with pytest.raises(ValueError, match=r"^n is 0: at least one place is chosen$"):
        solve(Question(STREET_S, PEOPLE, NOWHERE, 0))


def test_two_thousand_questions_are_answered_as_by_trying_all_choices() -> None:
    for asked in ask_many(2000, seed=13):
        best = solve(asked)
        unserved, person_s = find_least(asked)
        assert best.unserved == pytest.approx(unserved, abs=1e-6)
        assert best.person_s == pytest.approx(person_s, rel=1e-9, abs=1e-6)
        assert best.is_proven
        assert len(best.chosen) <= asked.n


def test_what_greed_finds_is_told_at_once_with_what_none_is_below() -> None:
    told, n_told = list[tuple[float, float]](), 0
    for asked in ask_many(100, seed=23, n_candidates=12, n_homes=30):
        told.clear()
        best = solve_median(asked.build(), asked.n, tell=lambda *one: told.append(one))
        for greedy, least in told:
            n_told += 1
            if best.unserved == best.greedy_unserved == 0.0:
                assert least <= best.person_s + 1e-6
                assert greedy == best.greedy_s >= best.person_s - 1e-6
    assert n_told > 50


def test_larger_questions_go_through_highs() -> None:
    for asked in ask_many(60, seed=14, n_candidates=14, n_homes=40):
        best = solve(asked)
        assert (best.unserved, best.person_s) == pytest.approx(find_least(asked), rel=1e-9)
        assert best.is_proven


def test_who_has_no_time_gets_the_best_found_and_what_none_is_below() -> None:
    for asked in ask_many(200, seed=15):
        sets = asked.build()
        best = solve_median(sets, asked.n, seconds=0.0)
        unserved, person_s = find_least(asked)
        assert best.least_unserved <= unserved + 1e-6 <= best.unserved + 2e-6
        assert sets.sum_up(best.chosen) == (best.unserved, best.person_s)
        if best.unserved <= unserved + 1e-6:
            assert best.least_s <= person_s * (1 + 1e-9) + 1e-6
            assert person_s <= best.person_s * (1 + 1e-9) + 1e-6


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.sampled_from([60.0, 120.0, 300.0]))
def test_a_largest_walk_is_what_all_longer_ones_and_none_count_as(
    seed: int, largest_s: float
) -> None:
    (asked,) = ask_many(1, seed=seed)
    best = solve(asked, largest_s=largest_s)
    near_s = np.where(asked.time_s <= largest_s, asked.time_s, np.inf)
    is_counted = np.isfinite(np.minimum(near_s.min(axis=0), asked.today_s)) & (asked.people > 0)
    own = Question(
        np.minimum(near_s, largest_s)[:, is_counted],
        asked.people[is_counted],
        np.minimum(asked.today_s, largest_s)[is_counted],
        asked.n,
    )
    if is_counted.any():
        assert best.person_s == pytest.approx(find_least(own)[1], rel=1e-9, abs=1e-6)
    assert (best.unserved, best.is_proven) == (0.0, True)


def test_pairs_may_come_in_parts() -> None:
    (asked,) = ask_many(1, seed=3, n_candidates=9, n_homes=12)
    source, target = np.nonzero(np.isfinite(asked.time_s))
    cut = np.searchsorted(source, [0, 3, 9])
    parts = [
        Pairs(source[a:b], target[a:b], asked.time_s[source[a:b], target[a:b]])
        for a, b in itertools.pairwise(cut)
    ]
    one, other = (
        build_time_sets(pairs, people=asked.people, today_s=asked.today_s, n_candidates=9)
        for pairs in (iter(parts), asked.list_pairs())
    )
    assert one.candidates.start.tolist() == other.candidates.start.tolist()
    assert one.homes.time_s.tolist() == other.homes.time_s.tolist()
    assert one.homes.candidate.tolist() == other.homes.candidate.tolist()


def test_serving_most_is_a_question_of_coverage() -> None:
    time_s = np.array([[60.0, np.inf, np.inf], [np.inf, 60.0, 60.0]])
    sets = Question(time_s, np.array([4.0, 1.0, 2.0]), np.full(3, np.inf), 1).build()
    chosen, least = serve_most(sets, 1)
    assert (chosen.tolist(), least) == ([0], 3.0)
