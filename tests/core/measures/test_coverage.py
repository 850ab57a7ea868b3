"""Coverage: who lives within the cutoff, and what happens at its edge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from access15.core.measures.coverage import count_covered, count_per_source, weighted_median

INF = math.inf
_TIMES = st.lists(st.one_of(st.floats(0, 3600), st.just(INF)), min_size=1, max_size=20)


def count(
    times: list[float] | np.ndarray, people: list[float] | np.ndarray, cutoff_s: float
) -> float:
    """People of one group within one cutoff."""
    return float(
        count_covered(np.array(times), np.array([people], dtype=float), cutoffs_s=[cutoff_s])[0, 0]
    )


def test_cutoff_is_inclusive_and_unreachable_is_not_covered() -> None:
    """At 900 s yes, one ulp above no, inf no."""
    times = [900.0, math.nextafter(900.0, INF), INF, 0.0]
    assert count(times, [8.0, 4.0, 2.0, 1.0], 900.0) == 9.0
    assert count([], [], 900.0) == 0.0


@given(times=_TIMES, data=st.data())
def test_coverage_only_grows(times: list[float], data: st.DataObject) -> None:
    """Longer cutoffs and shorter walks never cover fewer; zones sum to the city, bit by bit."""
    people = (
        np.array(
            data.draw(st.lists(st.integers(0, 5000), min_size=len(times), max_size=len(times)))
        )
        / 1024
    )
    walks = np.array(times)
    low, high = sorted(data.draw(st.tuples(st.floats(0, 3600), st.floats(0, 3600))))
    smaller, larger = (count(walks, people, cutoff) for cutoff in (low, high))
    assert smaller <= larger <= people.sum()
    faster = np.minimum(walks, data.draw(st.floats(0, 3600)))
    assert count(faster, people, low) >= smaller
    zone = np.array(
        data.draw(st.lists(st.integers(0, 2), min_size=len(times), max_size=len(times)))
    )
    assert sum(count(walks[zone == z], people[zone == z], high) for z in range(3)) == larger


@given(data=st.data(), n=st.integers(1, 40))
def test_shorter_walks_never_cover_fewer_to_the_last_digit(data: st.DataObject, n: int) -> None:
    """Sums of any fractions of people, where the order of adding would show."""
    numbers = st.lists(st.floats(0, 1000), min_size=n, max_size=n)
    people, walk_s, saved_s = (np.array(data.draw(numbers)) for _ in range(3))
    assert count(walk_s, people, 300.0) <= count(np.maximum(walk_s - saved_s, 0), people, 300.0)
    assert count(walk_s, people, 300.0) <= count(walk_s, people, 600.0)


def test_counting_nothing() -> None:
    assert count_covered(np.zeros(2), np.ones((3, 2)), cutoffs_s=[]).shape == (3, 0)
    none = np.zeros(0, dtype=np.int64)
    assert count_per_source(none, none, np.ones((2, 4)), n_sources=3).tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize(
    ("values", "weights", "median"),
    [
        ([5.0], [1.0], 5.0),
        ([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 2.0),
        ([3.0, 1.0, 2.0], [10.0, 1.0, 1.0], 3.0),
        ([1.0, 2.0], [1.0, 1.0], 1.0),  # half of the weight does not exceed 1
        ([1.0, INF], [1.0, 1.5], INF),
        ([1.0, INF], [0.0, 0.0], INF),
        ([0.0, 7.0], [0.0, 1.0], 7.0),
        ([], [], INF),
    ],
)
def test_weighted_median(values: list[float], weights: list[float], median: float) -> None:
    """The smallest value that at least half of the weight does not exceed."""
    assert weighted_median(np.array(values), np.array(weights)) == median


@given(
    pairs=st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=30
    ).filter(lambda pairs: any(weight for _, weight in pairs))
)
def test_weighted_median_is_the_median_of_repeated_values(pairs: list[tuple[int, int]]) -> None:
    """A weight of 3 is the value three times; the lower middle of an even number."""
    repeated = sorted(value for value, weight in pairs for _ in range(weight))
    values, weights = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    assert weighted_median(values, weights) == repeated[(len(repeated) - 1) // 2]
