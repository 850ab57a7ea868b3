"""The places that leave nobody far, against all choices there are."""

from __future__ import annotations

import numpy as np
import pytest
from builders.siting import Question, ask_many

from access15.core.siting.center import Center, solve_center

# Five homes along a street, a minute apart; each is a candidate:
#
#     a --- b --- c --- d --- e
PEOPLE = np.array([1.0, 1.0, 1.0, 1.0, 4.0])
STREET_S = 60.0 * np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
NOWHERE = np.full(5, np.inf)


def solve(asked: Question) -> Center:
    return solve_center(asked.build(), asked.n)


def find_least(asked: Question) -> tuple[float, float]:
    """People without any place and the worst walk of the best choice, by trying all of them."""
    time_s = asked.walk_with_each_choice()
    unserved = np.isinf(time_s) @ asked.own_people
    worst_s = np.where(np.isinf(time_s), 0.0, time_s).max(axis=1, initial=0.0)
    best = np.lexsort((worst_s, np.round(unserved, 6)))[0]
    return float(unserved[best]), float(worst_s[best])


def test_one_place_goes_to_the_middle_whoever_lives_at_the_end() -> None:
    best = solve(Question(STREET_S, PEOPLE, NOWHERE, 1))
    assert (best.chosen.tolist(), best.worst_s, best.is_proven) == ([2], 120.0, True)


def test_a_place_of_today_is_kept() -> None:
    best = solve(Question(STREET_S, PEOPLE, STREET_S[4], 1))  # one is at e
    # at b all of a, b, c are within a minute, and d is as near to e
    assert (best.chosen.tolist(), best.worst_s) == ([1], 60.0)


def test_of_the_same_worst_walk_the_nearer_on_average_is_chosen() -> None:
    """Somebody lives two hours off whatever is built: the others are still brought nearer."""
    time_s = np.array([[7200.0, 600.0, 600.0], [7200.0, 0.0, 60.0]])
    best = solve(Question(time_s, np.ones(3), np.array([7200.0, 900.0, 900.0]), 1))
    assert (best.chosen.tolist(), best.worst_s, best.mean_s) == ([1], 7200.0, 2420.0)


def test_who_has_no_place_comes_before_the_worst_walk() -> None:
    #     a: two people within an hour, b: one at the door; nobody reaches both
    time_s = np.array([[3600.0, 60.0, np.inf], [np.inf, np.inf, 0.0]])
    best = solve(Question(time_s, np.ones(3), np.full(3, np.inf), 1))
    assert (best.chosen.tolist(), best.unserved, best.worst_s) == ([0], 1.0, 3600.0)
    assert best.is_proven


def test_nobody_to_bring_nearer() -> None:
    best = solve(Question(STREET_S, PEOPLE, np.zeros(5), 2))
    assert (best.chosen.tolist(), best.worst_s, best.is_proven) == ([], 0.0, True)
    best = solve(Question(np.full((2, 5), np.inf), PEOPLE, NOWHERE, 2))
    assert (best.chosen.tolist(), best.served, best.is_proven) == ([], 0.0, True)
    assert np.isnan(best.mean_s)


def test_at_least_one_place_is_chosen() -> None:
    with pytest.raises(ValueError, match=r"^n is 0: at least one place is chosen$"):
        solve(Question(STREET_S, PEOPLE, NOWHERE, 0))


def test_two_thousand_questions_are_answered_as_by_trying_all_choices() -> None:
    for asked in ask_many(2000, seed=17):
        best = solve(asked)
        unserved, worst_s = find_least(asked)
        assert best.unserved == pytest.approx(unserved, abs=1e-6)
        assert best.worst_s == worst_s
        assert best.is_proven
        assert len(best.chosen) <= asked.n


def test_what_greed_finds_is_told_at_once_with_what_none_is_below() -> None:
    told, n_told = list[tuple[float, float]](), 0
    for asked in ask_many(100, seed=23, n_candidates=12, n_homes=30):
        told.clear()
        best = solve_center(asked.build(), asked.n, tell=lambda *one: told.append(one))
        for greedy, least in told:
            n_told += 1
            if best.unserved == 0.0:
                assert least <= best.worst_s + 1e-6
                assert greedy >= best.worst_s - 1e-6
    assert n_told > 50


def test_larger_questions_go_through_highs() -> None:
    for asked in ask_many(30, seed=18, n_candidates=14, n_homes=40):
        best = solve(asked)
        assert (best.unserved, best.worst_s) == pytest.approx(find_least(asked), rel=1e-9)
        assert best.is_proven


def test_who_has_no_time_gets_the_best_found_and_what_none_is_below() -> None:
    for asked in ask_many(100, seed=19, n_candidates=12, n_homes=30):
        sets = asked.build()
        best = solve_center(sets, asked.n, seconds=0.0)
        unserved, worst_s = find_least(asked)
        assert best.least_unserved <= unserved + 1e-6
        assert sets.find_worst(best.chosen) == best.worst_s
        if best.unserved <= unserved + 1e-6:
            assert best.least_s <= worst_s <= best.worst_s
