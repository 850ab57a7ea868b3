"""Gini, Lorenz, Theil, Palma and shortfall: by hand, by properties, and as PySAL's `inequality` has
them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality.gini import Gini
from inequality.theil import Theil
from numpy.typing import NDArray

from access15.core.measures.equity import (
    build_lorenz,
    measure_concentration,
    measure_excess,
    measure_fgt,
    measure_gini,
    measure_palma,
    measure_theil,
)

INF = math.inf
Town = tuple[NDArray[np.float64], NDArray[np.float64]]
INDICES = {"gini": measure_gini, "theil": measure_theil, "palma": measure_palma}


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """What each home has and how many live there; somebody has something."""
    homes = draw(
        st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5)), min_size=1, max_size=25).filter(
            lambda rows: any(value and people for value, people in rows)
        )
    )
    values, people = (np.array(column, dtype=float) for column in zip(*homes, strict=True))
    return values, people


def one_by_one(town: Town) -> NDArray[np.float64]:
    """Every person on a row of their own."""
    values, people = town
    return np.repeat(values, people.astype(int))


@given(town=towns())
def test_gini_and_theil_are_those_of_inequality(town: Town) -> None:
    """PySAL's indices know no weights: every person is given on a row of their own."""
    persons = one_by_one(town)
    assert measure_gini(*town) == pytest.approx(Gini(persons).g, abs=1e-9)
    assert measure_theil(*town) == pytest.approx(float(Theil(persons).T), abs=1e-9)


@given(town=towns())
def test_palma_counts_people(town: Town) -> None:
    """Ten copies of everybody: the best-placed tenth and the worst-placed 40 % are whole
    persons.
    """
    persons = np.sort(np.repeat(one_by_one(town), 10))
    n = len(persons)
    top, bottom = persons[n - n // 10 :].sum(), persons[: 4 * n // 10].sum()
    expected = top / bottom if bottom else INF
    assert measure_palma(*town) == pytest.approx(expected)


def test_palma_splits_a_home_at_the_border() -> None:
    """Five people have 1, 1, 1, 1 and 6: a tenth is half of the last (3), 40 % are two (2)."""
    assert measure_palma(np.array([1.0, 6.0]), np.array([4.0, 1.0])) == pytest.approx(3 / 2)
    assert measure_palma(np.array([2.0, 2.0]), np.array([3.0, 7.0])) == pytest.approx(0.25)
    assert measure_palma(np.array([0.0, 5.0]), np.array([4.0, 6.0])) == INF


def test_lorenz_by_hand() -> None:
    """Three homes given out of order; the one without people does not count."""
    people_share, value_share = build_lorenz(np.array([4.0, 9.0, 1.0]), np.array([1.0, 0.0, 4.0]))
    assert people_share.tolist() == pytest.approx([0.0, 0.8, 1.0])
    assert value_share.tolist() == pytest.approx([0.0, 0.5, 1.0])
    assert measure_gini(np.array([4.0, 9.0, 1.0]), np.array([1.0, 0.0, 4.0])) == pytest.approx(0.3)


@given(town=towns())
def test_lorenz_is_convex_and_ends_at_one(town: Town) -> None:
    people_share, value_share = build_lorenz(*town)
    assert (people_share[0], value_share[0]) == (0.0, 0.0)
    assert (people_share[-1], value_share[-1]) == (1.0, 1.0)
    slopes = np.diff(value_share) / np.diff(people_share)
    assert (np.diff(slopes) >= -1e-9).all()
    assert (value_share <= people_share + 1e-12).all()


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
@given(town=towns(), factor=st.floats(0.01, 100), copies=st.integers(1, 4))
def test_only_shares_matter(index, town: Town, factor: float, copies: int) -> None:
    """Scale invariance, replication invariance, and no matter in which order the homes stand."""
    values, people = town
    once = index(values, people)
    assert once >= 0
    assert index(factor * values, people) == pytest.approx(once)
    assert index(values, factor * people) == pytest.approx(once)
    assert index(np.tile(values, copies), np.tile(people, copies)) == pytest.approx(once)
    assert index(values[::-1], people[::-1]) == pytest.approx(once)
    assert index(np.append(values, 7.0), np.append(people, 0.0)) == once


@given(town=towns())
def test_taking_from_the_rich_makes_it_more_equal(town: Town) -> None:
    """Half of a gap given from the best-placed person to the worst-placed one: no index rises."""
    persons = np.sort(one_by_one(town))
    ones = np.ones(len(persons))
    after = persons.copy()
    moved = (persons[-1] - persons[0]) / 4
    after[0], after[-1] = persons[0] + moved, persons[-1] - moved
    assert measure_gini(after, ones) <= measure_gini(persons, ones) + 1e-12
    assert measure_theil(after, ones) <= measure_theil(persons, ones) + 1e-12


@pytest.mark.parametrize(
    ("values", "people", "expected"),
    [
        ([], [], (math.nan,) * 3),  # no home
        ([3.0], [0.0], (math.nan,) * 3),  # a home, nobody in it
        ([3.0], [5.0], (0.0, 0.0, 0.25)),  # one home: all have the same
        ([2.0, 2.0, 2.0], [1.0, 5.0, 0.5], (0.0, 0.0, 0.25)),
        ([0.0, 0.0], [1.0, 5.0], (math.nan,) * 3),  # nothing to share out is not equality
        ([1.0, INF], [1.0, 1.0], (math.nan,) * 3),
        ([1.0, INF], [1.0, 0.0], (0.0, 0.0, 0.25)),  # infinite, and nobody has it
        ([0.0, 1.0], [1.0, 1.0], (0.5, math.log(2), INF)),
    ],
)
def test_edges(values: list[float], people: list[float], expected: tuple[float, ...]) -> None:
    found = [index(np.array(values), np.array(people)) for index in INDICES.values()]
    assert found == pytest.approx(list(expected), nan_ok=True)


@pytest.mark.parametrize(
    ("values", "people"), [([-1.0], [1.0]), ([1.0], [-1.0]), ([math.nan], [1.0])]
)
def test_negative_and_missing_values(values: list[float], people: list[float]) -> None:
    measures = [
        build_lorenz,
        *INDICES.values(),
        lambda v, p: measure_fgt(v, p, enough=1.0, order=1),
        lambda v, p: measure_excess(v, p, cutoff_s=1.0),
    ]
    for measure in measures:
        with pytest.raises(ValueError, match=r"^values and people must be numbers from 0 up$"):
            measure(np.array(values), np.array(people))


@pytest.mark.parametrize("threshold", [0.0, -1.0, INF, math.nan])
def test_thresholds_that_divide_nothing(threshold: float) -> None:
    for measure in (
        lambda z: measure_fgt(np.ones(1), np.ones(1), enough=z, order=1),
        lambda z: measure_excess(np.ones(1), np.ones(1), cutoff_s=z),
    ):
        with pytest.raises(ValueError, match=r"^a threshold of .* must be finite and above 0$"):
            measure(threshold)


def test_poverty_by_hand() -> None:
    """Enough is 4: of 10 people 2 have 0, 3 have 3, the others 4 and more.

    FGT0 = 5 / 10, FGT1 = (2 x 1 + 3 x 1/4) / 10, FGT2 = (2 x 1 + 3 x 1/16) / 10.
    """
    values, people = np.array([0.0, 3.0, 4.0, INF]), np.array([2.0, 3.0, 4.0, 1.0])
    told = [measure_fgt(values, people, enough=4.0, order=order) for order in (0, 1, 2)]
    assert told == pytest.approx([0.5, 0.275, 0.21875])
    assert math.isnan(measure_fgt(values[:0], people[:0], enough=4.0, order=0))
    with pytest.raises(ValueError, match="order of -1"):
        measure_fgt(values, people, enough=2.0, order=-1)


def test_excess_by_hand() -> None:
    """15 minutes: 4 people on time (one at exactly 900 s), 3 of 20 minutes, 2 of 30, 1 who cannot
    get there.
    """
    late = measure_excess(
        np.array([60.0, 900.0, 1200.0, 1800.0, INF]),
        np.array([3.0, 1.0, 3.0, 2.0, 1.0]),
        cutoff_s=900.0,
    )
    assert (late.people, late.beyond, late.without) == (10.0, 6.0, 1.0)
    assert late.share == pytest.approx(0.6)
    assert late.mean_s == pytest.approx((3 * 300 + 2 * 900) / 5)
    assert late.gap == pytest.approx((3 * (1 / 3) + 2 * 1) / 9)
    assert late.squared_gap == pytest.approx((3 * (1 / 9) + 2 * 1) / 9)


def test_nobody_late_nobody_there_nobody_arriving() -> None:
    on_time = measure_excess(np.array([900.0]), np.array([5.0]), cutoff_s=900.0)
    assert (on_time.beyond, on_time.gap, on_time.squared_gap) == (0.0, 0.0, 0.0)
    assert math.isnan(on_time.mean_s)
    empty = measure_excess(np.zeros(0), np.zeros(0), cutoff_s=900.0)
    assert (empty.people, empty.beyond, empty.without) == (0.0, 0.0, 0.0)
    assert all(
        math.isnan(value) for value in (empty.share, empty.mean_s, empty.gap, empty.squared_gap)
    )
    cut_off = measure_excess(np.array([INF]), np.array([5.0]), cutoff_s=900.0)
    assert (cut_off.beyond, cut_off.without, cut_off.share) == (5.0, 5.0, 1.0)
    assert all(math.isnan(value) for value in (cut_off.mean_s, cut_off.gap, cut_off.squared_gap))


@given(town=towns(), enough=st.integers(1, 70))
def test_orders_of_the_family(town: Town, enough: int) -> None:
    """Headcount, gap and squared gap fall in this order; a higher threshold lowers none of them."""
    values, people = town
    told = [measure_fgt(values, people, enough=float(enough), order=order) for order in (0, 1, 2)]
    assert 0.0 <= told[2] <= told[1] + 1e-12
    assert told[1] <= told[0] + 1e-12
    higher = [measure_fgt(values, people, enough=enough + 5.0, order=order) for order in (0, 1, 2)]
    assert all(low <= high + 1e-12 for low, high in zip(told, higher, strict=True))


@given(
    homes=st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 9), st.integers(-5, 5)),
        min_size=1,
        max_size=12,
    )
)
def test_concentration_is_gini_along_the_values(homes: list[tuple[int, int, int]]) -> None:
    """Ordered by what they have the index is Gini's, the other way round its negative, and alike
    nothing; everybody counted one by one, it is the covariance with their rank.
    """
    values, people, rank = (np.array(column, dtype=float) for column in zip(*homes, strict=True))
    gini = measure_gini(values, people)
    if math.isnan(gini):
        assert math.isnan(measure_concentration(values, people, rank))
        return
    assert measure_concentration(values, people, values) == pytest.approx(gini, abs=1e-12)
    assert measure_concentration(values, people, -values) == pytest.approx(-gini, abs=1e-12)
    alike = measure_concentration(values, people, np.zeros(len(values)))
    assert alike == pytest.approx(0.0, abs=1e-12)
    each, ladder = (np.repeat(column, people.astype(int)) for column in (values, rank))
    stand = np.array([(ladder < own).mean() + (ladder == own).mean() / 2 for own in ladder])
    covariance = ((each - each.mean()) * (stand - stand.mean())).mean()
    told = measure_concentration(values, people, rank)
    assert told == pytest.approx(2.0 * covariance / each.mean(), abs=1e-12)


def test_ranks_that_are_no_numbers() -> None:
    with pytest.raises(ValueError, match="ranks must be numbers"):
        measure_concentration(np.ones(4), np.ones(4), np.full(4, np.nan))
