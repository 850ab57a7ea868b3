"""The best places that keep rules, against all choices there are; places that take so many."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

from access15.core.siting.room import Room, build_room, solve_room, take_in
from access15.core.siting.rules import Floor, Rules, allow_all, solve_cover_by_rules
from access15.core.siting.sets import CoverageSets, build_sets
from access15.core.walk.pairs import Pairs

Best = tuple[float, int]


def make_pairs(held: NDArray[np.bool_]) -> Pairs:
    source, target = np.nonzero(held)
    return Pairs(source, target, np.zeros(len(source)))


def make_sets(held: NDArray[np.bool_], people: NDArray[np.float64]) -> CoverageSets:
    nobody = np.zeros(len(people), dtype=bool)
    return build_sets(make_pairs(held), people=people, is_reached=nobody, n_candidates=len(held))


@dataclass(frozen=True)
class Drawn:
    """A question with rules, and the rules again as a plain check of a choice."""

    held: NDArray[np.bool_]
    people: NDArray[np.float64]
    n: int
    rules: Rules
    keeps: Callable[[list[int]], bool]


def draw_question(rng: np.random.Generator) -> Drawn:
    n_places, n_homes = int(rng.integers(2, 8)), int(rng.integers(1, 10))
    held = rng.random((n_places, n_homes)) < rng.choice([0.2, 0.4, 0.6])
    people = rng.choice([0.0, 1.0, 1.0, 2.0, 2.5, 7.0], n_homes)
    required = rng.random(n_places) < rng.choice([0.0, 0.15])
    one_of = np.where(rng.random(n_places) < 0.3, rng.integers(0, 2, n_places), -1)
    preferred = rng.random(n_places) < rng.choice([0.0, 0.4])
    must = (rng.random(n_homes) < rng.choice([0.0, 0.2])) & held.any(axis=0)
    other, others = rng.random((n_places, n_homes)) < 0.4, rng.choice([0.0, 1.0, 3.0], n_homes)
    least = float(rng.choice([0.0, 0.0, 0.3, 0.6]) * others.sum())
    rules = Rules(is_required=required, one_of=one_of, is_preferred=preferred)
    rules = rules.with_more(
        must=make_sets(held, must.astype(float)), floor=Floor(make_sets(other, others), least)
    )

    def keeps(choice: list[int]) -> bool:
        chosen = np.zeros(n_places, dtype=bool)
        chosen[choice] = True
        twice = any((chosen & (one_of == kind)).sum() > 1 for kind in (0, 1))
        has_all = bool(chosen[required].all() and held[chosen].any(axis=0)[must].all())
        return has_all and not twice and others[other[chosen].any(axis=0)].sum() >= least - 1e-9

    return Drawn(held, people, int(rng.integers(1, 4)), rules, keeps)


def find_best(drawn: Drawn, worth: Callable[[list[int]], float]) -> Best | None:
    """The best choice by trying all: first what it is worth, then how many it prefers."""
    every = range(len(drawn.held))
    sizes = range(min(drawn.n, len(drawn.held)) + 1)
    choices = itertools.chain.from_iterable(itertools.combinations(every, k) for k in sizes)
    kept = (list(one) for one in choices if drawn.keeps(list(one)))
    preferred = drawn.rules.is_preferred
    return max(((round(worth(one), 6), int(preferred[one].sum())) for one in kept), default=None)


def test_five_hundred_questions_with_rules_are_answered_as_by_trying_all_choices() -> None:
    rng = np.random.default_rng(3)
    faults = 0
    for _ in range(500):
        drawn = draw_question(rng)
        held, people = drawn.held, drawn.people
        best = find_best(drawn, lambda one: float(people[held[one].any(axis=0)].sum()))  # noqa: B023
        found = solve_cover_by_rules(make_sets(held, people), drawn.n, drawn.rules)
        if best is None:
            assert found.fault == "impossible"
            faults += 1
            continue
        assert drawn.keeps(found.chosen.tolist())
        assert drawn.rules.are_kept_by(found.chosen)
        assert found.bound == found.value == pytest.approx(best[0], abs=1e-6)
        assert drawn.rules.is_preferred[found.chosen].sum() == best[1]
    assert 20 < faults < 350


def pour(
    held: NDArray[np.bool_],
    people: NDArray[np.float64],
    worth: NDArray[np.float64],
    capacity: NDArray[np.float64],
) -> float:
    """What finds room, by the largest flows of those who count at least so much."""
    n_places, n_homes = held.shape
    place, home = np.nonzero(held)
    first, end = 1, 1 + n_homes + n_places
    total, below = 0.0, 0.0
    for level in np.unique(worth):
        own = np.where(worth >= level, people, 0.0)
        tails = [np.zeros(n_homes, int), first + home, first + n_homes + np.arange(n_places)]
        heads = [first + np.arange(n_homes), first + n_homes + place, np.full(n_places, end)]
        most = np.minimum(capacity, 10_000.0)
        flows = np.concatenate([own, np.full(len(home), 10_000.0), most]).astype(np.int32)
        ends = (np.concatenate(tails), np.concatenate(heads))
        graph = coo_array((flows, ends), shape=(end + 1, end + 1)).tocsr()
        total += (level - below) * maximum_flow(graph, 0, end).flow_value
        below = level
    return total


def test_two_hundred_questions_of_room_are_answered_as_by_trying_all_choices() -> None:
    rng = np.random.default_rng(7)
    for _ in range(200):
        drawn = draw_question(rng)
        held, n_places = drawn.held, len(drawn.held)
        people = np.ceil(drawn.people)
        worth = rng.choice(
            np.array([[1.0, 1.0, 1.0], [0.5, 1.0, 2.0]])[rng.integers(2)], len(people)
        )
        capacity = rng.choice([1.0, 2.0, 3.0, 5.0, np.inf], n_places)
        room = build_room(make_pairs(held), people=people, worth=worth, capacity=capacity)

        def fill(one: list[int], own: tuple[NDArray[np.float64], ...] = (people, worth)) -> float:
            return pour(held[one], *own, capacity[one])  # noqa: B023

        best = find_best(drawn, fill)
        found = solve_room(room, drawn.n, drawn.rules)
        if best is None:
            assert found.fault == "impossible"
            continue
        assert drawn.keeps(found.chosen.tolist())
        assert fill(found.chosen.tolist()) == pytest.approx(best[0], abs=1e-6)
        assert found.bound == found.value == pytest.approx(best[0], abs=1e-6)
        assert drawn.rules.is_preferred[found.chosen].sum() == best[1]


# Six homes of two people along a street, and three plots; b alone is in reach of most, but it takes
# five people only, so that a and c, who take as many as come, are better from one place on:
#
#     h0 --- h1 --- h2 --- h3 --- h4 --- h5
#        a             b             c
STREET = np.array([[1, 1, 0, 0, 0, 0], [0, 1, 1, 1, 1, 0], [0, 0, 0, 0, 1, 1]], dtype=bool)
TWO_EACH = np.full(6, 2.0)


def make_room(capacity: list[float]) -> Room:
    return build_room(
        make_pairs(STREET), people=TWO_EACH, worth=np.ones(6), capacity=np.array(capacity)
    )


def test_a_small_place_takes_only_so_many() -> None:
    room, rules = make_room([np.inf, 5.0, 3.0]), allow_all(3)
    one, two, three = (solve_room(room, n, rules) for n in (1, 2, 3))
    assert (one.chosen.tolist(), one.value) == ([1], 5.0)
    # a takes h0 and h1, b takes five of the six people of h2, h3 and h4
    assert (two.chosen.tolist(), two.value) == ([0, 1], 9.0)
    # c takes three of h4 and h5, so that b has room for the rest of h4
    assert (three.chosen.tolist(), three.value, three.bound) == ([0, 1, 2], 12.0, 12.0)
    assert take_in(room, np.array([2])).people == 3.0
    assert take_in(room, np.zeros(0, dtype=np.int64)).people == 0.0


def test_who_counts_more_goes_first_where_room_is_short() -> None:
    worth = np.array([1.0, 1.0, 1.0, 3.0, 1.0, 1.0])
    capacity = np.array([1.0, 3.0, 1.0])
    room = build_room(make_pairs(STREET), people=TWO_EACH, worth=worth, capacity=capacity)
    taken = take_in(room, np.array([1]))
    assert (taken.people, taken.worth) == (3.0, 7.0)


def test_a_floor_takes_the_place_of_the_best_choice() -> None:
    """Without a floor b is best; who wants half of h5 has to take c."""
    sets = make_sets(STREET, TWO_EACH)
    last = make_sets(STREET, np.array([0.0, 0.0, 0.0, 0.0, 0.0, 2.0]))
    free, floored = allow_all(3), allow_all(3).with_more(floor=Floor(last, 1.0))
    assert solve_cover_by_rules(sets, 1, free).chosen.tolist() == [1]
    found = solve_cover_by_rules(sets, 1, floored)
    assert (found.chosen.tolist(), found.value, found.bound) == ([2], 4.0, 4.0)
    nobody = allow_all(3).with_more(floor=Floor(last, 2.5))
    assert solve_cover_by_rules(sets, 3, nobody).fault == "impossible"
