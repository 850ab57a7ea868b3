"""Things that help together: the best choice beside every choice, for benches and for anything."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from builders.placing_oracle import choose_seats_exactly
from core.seat_walk.test_placing import ask, snapped_at, street, towns
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.core.seat_walk.placing import reach_homes
from access15.core.siting.benches import build_bench_works
from access15.core.siting.lessons import (
    Lessons,
    _ask_programme,
    _try_all,
    choose_by_lessons,
)
from access15.core.siting.together import Works, order_works, solve_together


def build_works(ways: list[list[set[int]]], people: list[float], n: int) -> Works:
    """Homes that arrive when all things of one of their ways are built."""

    def reach(chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        built = set(chosen.tolist())
        return np.array([any(way <= built for way in home) for home in ways], dtype=bool)

    fewest = [min((len(way) for way in home), default=n + 1) for home in ways]
    return Works(
        n=n,
        people=np.array(people),
        reach=reach,
        propose=lambda _: (np.zeros(0, dtype=np.int64), False),
        fewest=np.array(fewest, dtype=np.int64),
    )


def try_every_choice(works: Works, n: int) -> float:
    """People of the best choice of up to `n`, those of today aside."""
    today = works.people[works.reach(np.zeros(0, dtype=np.int64))].sum()
    choices = (
        np.array(rows, dtype=np.int64)
        for size in range(n + 1)
        for rows in itertools.combinations(range(works.n), size)
    )
    return float(max(works.people[works.reach(rows)].sum() for rows in choices) - today)


@st.composite
def ways_to_homes(draw: st.DrawFn) -> Works:
    """Up to seven things, up to six homes, each with up to three ways of up to three things."""
    n = draw(st.integers(1, 7))
    way = st.sets(st.integers(0, n - 1), max_size=3)
    homes = draw(st.lists(st.lists(way, max_size=3), min_size=1, max_size=6))
    people = [float(draw(st.integers(0, 5))) for _ in homes]
    return build_works(homes, people, n)


@settings(max_examples=150)
@given(works=ways_to_homes())
def test_equal_to_every_choice(works: Works) -> None:
    found = solve_together(works, works.n)
    most = [try_every_choice(works, n) for n in range(1, works.n + 1)]
    assert [one.people for one in found] == pytest.approx(most[: len(found)])
    assert all(one.is_proven for one in found)
    assert most[-1] == pytest.approx(found[-1].people if found else 0.0)


def test_two_that_help_only_together() -> None:
    """One home needs 0 and 1, which nothing says before both are tried."""
    [none, both] = solve_together(build_works([[{0, 1}], [{2, 3}]], [5.0, 3.0], 4), 2)
    assert (none.people, none.chosen.tolist(), none.is_proven) == (0.0, [], True)
    assert (both.people, both.chosen.tolist(), both.is_proven) == (5.0, [0, 1], True)


@settings(max_examples=60)
@given(works=ways_to_homes(), data=st.data())
def test_highs_and_all_choices_promise_the_same(works: Works, data: st.DataObject) -> None:
    n_lessons = data.draw(st.integers(1, 5))
    flags = st.lists(st.booleans(), min_size=works.n, max_size=works.n)
    about = st.lists(st.booleans(), min_size=len(works.people), max_size=len(works.people))
    lessons = Lessons(
        np.array([data.draw(flags) for _ in range(n_lessons)]),
        np.array([data.draw(about) for _ in range(n_lessons)]),
        works.people,
    )
    n = data.draw(st.integers(1, works.n))
    tried, asked = _try_all(lessons, n), _ask_programme(lessons, n, seconds=None)
    assert tried.most == pytest.approx(asked.most)
    assert choose_by_lessons(lessons, n).most == pytest.approx(asked.most)


def test_without_time_the_bound_is_told() -> None:
    """Everybody whom so many could bring, were each home the only one."""
    works = build_works([[{0, 1}], [{2, 3}], [{0, 1, 2}]], [5.0, 3.0, 9.0], 4)
    [one, two] = solve_together(works, 2, seconds=0.0)
    assert (one.people, one.most, one.is_proven) == (0.0, 0.0, True)
    assert (two.people, two.most, two.is_proven) == (0.0, 8.0, False)


def test_enough_ends_it() -> None:
    works = build_works([[{0}], [{1}], [{2}]], [5.0, 3.0, 1.0], 3)
    found = solve_together(works, 3, is_enough=lambda people: people >= 8)
    assert [one.people for one in found] == [5.0, 8.0]
    assert order_works(works, [2, 1, 0]).tolist() == [0, 1, 2]


def test_two_benches_in_a_row() -> None:
    """One bench alone brings nobody; that no two others do is proven."""
    question = ask(street(280, 290), snapped_at(), step_m=20.0)
    works, rows = build_bench_works(question)
    [none, both] = solve_together(works, 2)
    assert (none.people, both.people, both.is_proven) == (0.0, 2.0, True)
    assert reach_homes(question, rows[both.chosen]).all()


@settings(max_examples=25)
@given(town=towns(), n=st.integers(1, 3))
def test_benches_beside_every_choice(town, n) -> None:  # type: ignore[no-untyped-def]
    some, seats = town
    question = ask(some, seats, step_m=60.0)
    found = solve_together(build_bench_works(question)[0], n)
    best = [choose_seats_exactly(question, n=k)[1] for k in range(1, n + 1)]
    assert [one.people for one in found] == pytest.approx(best[: len(found)])
    assert (found[-1].people if found else 0.0) == pytest.approx(best[-1])
    assert all(one.is_proven for one in found)
