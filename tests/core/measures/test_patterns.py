"""Groups that are spread alike are one finding."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from access15.core.measures.coverage import count_covered
from access15.core.measures.patterns import find_patterns
from access15.core.reach.spread import spread_total


@given(
    totals=st.lists(st.integers(1, 10**6), min_size=2, max_size=5),
    weights=st.lists(st.floats(0.1, 100), min_size=2, max_size=60),
    cutoff_s=st.floats(0, 1000),
)
def test_totals_divided_alike_are_one_pattern(
    totals: list[int], weights: list[float], cutoff_s: float
) -> None:
    """One zone, one total per group: the same share within any cutoff, and so one pattern."""
    people = np.array([spread_total(total, np.array(weights)) for total in totals])
    assert find_patterns(people).tolist() == [0] * len(totals)
    time_s = np.linspace(0, 1000, len(weights))
    share = count_covered(time_s, people, cutoffs_s=[cutoff_s])[:, 0] / totals
    np.testing.assert_allclose(share, share[0], atol=len(weights) * 2**-18)


def test_two_zones_with_other_shares_are_not_alike() -> None:
    """Proportional in each zone alone: 65 and over are more in the second, 80 and over as many.

    ::

        zone 1: o o     zone 2: o o
        all     8 8             4 4
        65+     2 2             2 2
        80+     4 4             2 2
    """
    people = np.array([[8, 8, 4, 4], [2, 2, 2, 2], [4, 4, 2, 2], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert find_patterns(people.astype(np.float64)).tolist() == [0, 1, 0, 3, 4]


def test_who_is_counted_home_by_home_is_not_alike() -> None:
    people = np.array([[10.0, 20.0, 30.0], [1.0, 2.0, 3.001]])
    assert find_patterns(people).tolist() == [0, 1]
    assert find_patterns(np.zeros((0, 3))).tolist() == []
