"""Coverage: who lives within the cutoff, and what happens at its edge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from access15.core.coverage import Share, measure_coverage, weighted_median

INF = math.inf
_TIMES = st.lists(st.one_of(st.floats(0, 3600), st.just(INF)), min_size=1, max_size=20)


def test_cutoff_is_inclusive_and_unreachable_is_not_covered() -> None:
    """At 900 s yes, one ulp above no, inf no; everybody stays in the denominator."""
    times = np.array([900.0, math.nextafter(900.0, INF), INF, 0.0])
    found = measure_coverage(times, np.array([8.0, 4.0, 2.0, 1.0]), cutoff_s=900.0)
    assert found == Share(people=15.0, covered=9.0)
    assert found.share == pytest.approx(0.6)


def test_nobody_and_nothing_known_have_no_share() -> None:
    """0 of 0 is not 0 %: it is NaN; so is what nobody knows."""
    empty = measure_coverage(np.zeros(0), np.zeros(0), cutoff_s=900.0)
    assert empty == Share(people=0.0, covered=0.0)
    assert math.isnan(empty.share)
    assert math.isnan(measure_coverage(np.array([1.0]), np.array([0.0]), cutoff_s=900.0).share)
    assert math.isnan(Share(people=5.0, covered=math.nan).share)
    assert measure_coverage(np.array([INF]), np.array([5.0]), cutoff_s=900.0).share == 0.0


@given(times=_TIMES, data=st.data())
def test_coverage_only_grows(times: list[float], data: st.DataObject) -> None:
    """Longer cutoffs and shorter walks never cover fewer; zones sum to the city, bit by bit."""
    people = np.array(data.draw(st.lists(st.integers(0, 5000), min_size=len(times), max_size=len(times)))) / 1024
    walks = np.array(times)
    low, high = sorted(data.draw(st.tuples(st.floats(0, 3600), st.floats(0, 3600))))
    smaller, larger = (measure_coverage(walks, people, cutoff_s=c) for c in (low, high))
    assert smaller.covered <= larger.covered <= larger.people
    faster = np.minimum(walks, data.draw(st.floats(0, 3600)))
    assert measure_coverage(faster, people, cutoff_s=low).covered >= smaller.covered
    zone = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(times), max_size=len(times))))
    parts = [measure_coverage(walks[zone == z], people[zone == z], cutoff_s=high) for z in range(3)]
    assert sum(part.covered for part in parts) == larger.covered
    assert sum(part.people for part in parts) == larger.people


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
    pairs=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=30).filter(
        lambda pairs: any(weight for _, weight in pairs)
    )
)
def test_weighted_median_is_the_median_of_repeated_values(pairs: list[tuple[int, int]]) -> None:
    """A weight of 3 is the value three times; the lower middle of an even number."""
    repeated = sorted(value for value, weight in pairs for _ in range(weight))
    values, weights = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    assert weighted_median(values, weights) == repeated[(len(repeated) - 1) // 2]
