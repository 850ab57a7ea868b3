"""The best places, against all choices there are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.core.siting.bound import bound_cover
from access15.core.siting.cover import solve_cover
from access15.core.siting.exact import solve_cover_exactly
from access15.core.siting.sets import CoverageSets, build_sets
from access15.core.walk.pairs import Pairs

# Four homes along a street, and three candidates between them; b alone holds most, but a and c
# together hold everybody:
#
#     w ---- a ---- x ---- b ---- y ---- c ---- z
#     3             4             4             3
STREET = ("wx", "xy", "yz")
PEOPLE = {"w": 3.0, "x": 4.0, "y": 4.0, "z": 3.0}


def make_sets(
    held: NDArray[np.bool_],
    people: NDArray[np.float64],
    is_reached: NDArray[np.bool_] | None = None,
) -> CoverageSets:
    """Sets of candidates (rows) by the homes (columns) that they hold."""
    source, target = np.nonzero(held)
    reached = np.zeros(len(people), dtype=bool) if is_reached is None else is_reached
    pairs = Pairs(source, target, np.zeros(len(source)))
    return build_sets(pairs, people=people, is_reached=reached, n_candidates=len(held))


def make_street() -> CoverageSets:
    homes = list(PEOPLE)
    held = np.array([[home in word for home in homes] for word in STREET])
    return make_sets(held, np.array(list(PEOPLE.values())))


def find_most(
    held: NDArray[np.bool_],
    people: NDArray[np.float64],
    is_reached: NDArray[np.bool_],
    n: int,
) -> float:
    """People of the best choice, by trying all of them."""
    choices = itertools.combinations(range(len(held)), min(n, len(held)))
    return max(float(people[held[list(one)].any(axis=0) & ~is_reached].sum()) for one in choices)


def test_the_best_two_do_not_have_the_best_one_in_them() -> None:
    sets = make_street()
    one, two = solve_cover(sets, 1), solve_cover(sets, 2)
    assert (one.chosen.tolist(), one.people) == ([1], 8.0)
    assert (two.chosen.tolist(), two.people, two.greedy) == ([0, 2], 14.0, 11.0)
    assert one.is_proven
    assert two.is_proven


def test_no_place_is_asked_for_that_brings_nobody() -> None:
    three = solve_cover(make_street(), 3)
    assert (three.chosen.tolist(), three.people, three.most) == ([0, 2], 14.0, 14.0)


def test_at_least_one_place_is_chosen() -> None:
    with pytest.raises(ValueError, match=r"^n is 0: at least one place is chosen$"):
        solve_cover(make_street(), 0)


def test_nobody_to_gain() -> None:
    nobody = make_sets(np.ones((2, 3), bool), np.ones(3), np.ones(3, bool))
    assert len(nobody) == 0
    best = solve_cover(nobody, 2)
    assert (best.chosen.tolist(), best.people, best.most) == ([], 0.0, 0.0)


def test_who_is_reached_today_and_who_is_alike_stand_aside() -> None:
    held = np.array([[1, 1, 1, 0], [1, 1, 0, 1], [1, 1, 1, 0], [0, 0, 0, 0]], dtype=bool)
    sets = make_sets(held, np.array([1.0, 2.0, 0.0, 4.0]), np.array([True, False, False, False]))
    # the second home is in all three, the fourth in one; the first candidate stands for the third
    assert sets.demand_of.tolist() == [-1, 0, -1, 1]
    assert sets.candidate.tolist() == [0, 1]
    assert sets.set_of.tolist() == [0, 1, 0, -1]
    assert sets.weight.tolist() == [2.0, 4.0]


@st.composite
def instances(
    draw: st.DrawFn,
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.bool_], int]:
    """Candidates, people, who is reached today, and how many places; ties are many."""
    n_candidates, n_homes = draw(st.integers(1, 8)), draw(st.integers(1, 10))
    row = st.lists(st.booleans(), min_size=n_homes, max_size=n_homes)
    held = draw(st.lists(row, min_size=n_candidates, max_size=n_candidates))
    some = st.sampled_from([0.0, 1.0, 1.0, 2.0, 0.1, 7.25])
    people = draw(st.lists(some, min_size=n_homes, max_size=n_homes))
    is_reached = draw(row)
    n = draw(st.integers(1, 5))
    return np.array(held, bool), np.array(people), np.array(is_reached, bool), n


@settings(max_examples=100)
@given(instances())
def test_no_other_choice_brings_more(
    instance: tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.bool_], int],
) -> None:
    held, people, is_reached, n = instance
    sets = make_sets(held, people, is_reached)
    best = solve_cover(sets, n)
    most = find_most(held, people, is_reached, n)
    assert best.is_proven
    assert best.people == pytest.approx(most, abs=1e-9)
    assert len(best.chosen) <= n
    # what is said of the sets is true of the candidates
    own = held[sets.candidate[best.chosen]].any(axis=0) & ~is_reached
    assert float(people[own].sum()) == pytest.approx(most, abs=1e-9)
    assert best.greedy <= best.people + 1e-9


@settings(max_examples=50)
@given(instances())
def test_bounds_hold_for_every_choice(
    instance: tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.bool_], int],
) -> None:
    held, people, is_reached, n = instance
    sets = make_sets(held, people, is_reached)
    n = min(n, len(sets))
    if n == 0:
        return
    bound = bound_cover(sets, n, least=0.0)
    for chosen in itertools.combinations(range(len(sets)), n):
        held_by = sets.sum_covered(np.array(chosen))
        assert held_by <= bound.most + 1e-9
        assert (held_by <= bound.most_with[list(chosen)] + 1e-9).all()


def test_two_thousand_questions_are_answered_as_by_trying_all_choices() -> None:
    rng = np.random.default_rng(1)
    for _ in range(500):
        n_candidates, n_homes = rng.integers(1, 9), rng.integers(1, 12)
        held = rng.random((n_candidates, n_homes)) < rng.choice([0.15, 0.3, 0.6])
        people = rng.choice([0.0, 1.0, 1.0, 2.0, 2.5, 7.0], n_homes)
        is_reached = rng.random(n_homes) < rng.choice([0.0, 0.2])
        sets = make_sets(held, people, is_reached)
        for n in range(1, 5):
            best = solve_cover(sets, n)
            assert best.people == pytest.approx(find_most(held, people, is_reached, n), abs=1e-9)
            assert best.is_proven


def test_what_greed_finds_is_told_at_once_with_what_no_choice_exceeds() -> None:
    rng, told = np.random.default_rng(2), list[tuple[float, float]]()
    for _ in range(100):
        sets = make_sets(rng.random((8, 20)) < 0.2, rng.choice([1.0, 2.5, 7.0], 20))
        told.clear()
        best = solve_cover(sets, 3, tell=lambda *one: told.append(one))
        for greedy, most in told:
            assert greedy == best.greedy
            assert most >= best.people - 1e-6
        assert len(told) == 1 or best.people == pytest.approx(sets.weight.sum())


def test_pairs_may_come_in_parts() -> None:
    rng = np.random.default_rng(6)
    held = rng.random((9, 20)) < 0.3
    source, target = np.nonzero(held)
    people, is_reached = rng.integers(0, 3, 20).astype(float), rng.random(20) < 0.2
    cut = np.searchsorted(source, [0, 4, 9])
    parts = (Pairs(source[a:b], target[a:b], np.zeros(b - a)) for a, b in itertools.pairwise(cut))
    one = build_sets(parts, people=people, is_reached=is_reached, n_candidates=9)
    other = make_sets(held, people, is_reached)
    for name in ("start", "demand", "weight", "candidate", "set_of", "demand_of"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()


def test_the_first_number_that_is_enough_is_the_fewest() -> None:
    """As `--share` asks: one, two, three, ..., each proven, until so many are reached."""
    rng = np.random.default_rng(7)
    for _ in range(2000):
        held = rng.random((rng.integers(1, 7), rng.integers(1, 10))) < rng.choice([0.2, 0.4])
        people = rng.choice([1.0, 1.0, 2.0, 2.5], held.shape[1])
        is_reached = rng.random(held.shape[1]) < 0.2
        enough = rng.choice([0.3, 0.6, 0.9]) * float(people.sum())
        within, sets = float(people[is_reached].sum()), make_sets(held, people, is_reached)
        numbers = range(1, len(held) + 1)
        reached = (within + solve_cover(sets, n).people >= enough - 1e-6 for n in numbers)
        tried = (within + find_most(held, people, is_reached, n) >= enough - 1e-6 for n in numbers)
        assert next((n for n, has in zip(numbers, reached, strict=True) if has), None) == next(
            (n for n, has in zip(numbers, tried, strict=True) if has), None
        )


def test_who_has_no_time_gets_the_best_found_and_what_none_exceeds() -> None:
    rng = np.random.default_rng(5)
    held = rng.random((120, 400)) < 0.05
    sets = make_sets(held, rng.integers(1, 9, 400).astype(float))
    best = solve_cover(sets, 12, seconds=0.0)
    assert best.people <= best.most
    assert not best.is_proven
    assert best.people >= best.greedy
    assert sets.sum_covered(best.chosen) == best.people


def test_who_has_no_time_gets_as_many_places_as_asked_for_and_more_with_each() -> None:
    """Before, a place that nobody missed was left out, so that two answers were of as many places,
    or a further place brought less than those before.
    """
    rng = np.random.default_rng(8)
    for _ in range(60):
        held = rng.random((12, 40)) < rng.choice([0.1, 0.2, 0.4])
        people = rng.integers(1, 9, 40).astype(float)
        sets = make_sets(held, people)
        before = None
        for n in range(1, 8):
            best = solve_cover(
                sets, n, seconds=0.0, fewer=None if before is None else before.chosen
            )
            known = 0.0 if before is None else before.people
            if best.people >= sets.weight.sum():
                break
            assert len(best.chosen) == n
            assert best.people > known
            assert best.people <= find_most(held, people, np.zeros(40, bool), n) <= best.most + 1e-9
            before = best


def test_the_exact_answer_needs_no_help() -> None:
    sets = make_street()
    solved = solve_cover_exactly(sets, np.arange(len(sets)), 2)
    assert solved.chosen.tolist() == [0, 2]
    assert solved.most == pytest.approx(14.0)
