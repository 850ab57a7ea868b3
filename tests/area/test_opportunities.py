"""Decay, cumulative opportunities and gravity: by hand, by properties, and as PySAL's `access` has
them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from access import weights as pysal_weights
from access.fca import weighted_catchment
from builders.opportunities import INF, make_pairs, towns
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.core.measures.opportunities import (
    HALF_WEIGHT_S,
    WALK_DECAY_PER_S,
    count_opportunities,
    decay_exponential,
    decay_gaussian,
    decay_logistic,
    measure_gravity,
)
from access15.core.walk.pairs import Pairs

DECAYS = [decay_exponential, decay_gaussian, decay_logistic]
Decay = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@pytest.mark.parametrize("decay", DECAYS)
@given(times=st.lists(st.floats(0, 1e5), min_size=2, max_size=20))
def test_decay_falls_from_one_to_nothing(decay: Decay, times: list[float]) -> None:
    """1 at the door, half at the documented time, never rising, 0 where nobody arrives."""
    weight = decay(np.array([0.0, *sorted(times), INF]))
    assert weight[0] == pytest.approx(1.0)
    assert weight[-1] == 0.0
    assert (np.diff(weight) <= 0).all()
    at_half = float(decay(np.array([HALF_WEIGHT_S]))[0])
    assert at_half == pytest.approx(
        0.5, abs=0.003
    )  # the logistic one is 0.4978: it starts from 1, not from 1.004
    assert decay(np.zeros(0)).shape == (0,)


def test_default_decay_is_the_one_of_walking_trips() -> None:
    """A mile on, at 1.33 m/s, exp(-1.71) of the trips are left: 0.181."""
    mile_s = 1609.344 / 1.33
    assert decay_exponential(np.array([mile_s]))[0] == pytest.approx(0.18087, abs=1e-5)
    assert pytest.approx(8.17, abs=0.01) == HALF_WEIGHT_S / 60
    assert pytest.approx(0.001413, abs=1e-6) == WALK_DECAY_PER_S


def test_gaussian_is_that_of_access() -> None:
    times = np.array([0.0, 10.0, 300.0, 1200.0])
    theirs = [pysal_weights.gaussian(250.0)(t) for t in times]
    assert decay_gaussian(times, width_s=250.0).tolist() == pytest.approx(theirs)


def test_logistic_by_hand() -> None:
    """Bauer & Groneberg's form with m = 600 s and s = 100 s at t = 700 s."""
    c = math.pi / (100 * math.sqrt(3))
    expected = (1 + math.exp(-600 * c)) / (1 + math.exp(100 * c))
    assert decay_logistic(np.array([700.0]), midpoint_s=600.0, spread_s=100.0)[0] == pytest.approx(
        expected
    )


def test_counts_solved_by_hand() -> None:
    """Two libraries with 10 and 4 seats; the second home reaches one at exactly 900 s, the third
    none.

    ::

        home 0 --300 s-- library 0 --900 s-- home 1        home 2 (an island)
           `------901 s------ library 1
    """
    pairs = make_pairs(np.array([[300.0, 901.0], [900.0, INF], [INF, INF]]))
    assert count_opportunities(pairs, n_homes=3, cutoff_s=900.0).tolist() == [1.0, 1.0, 0.0]
    assert count_opportunities(pairs, n_homes=3, cutoff_s=901.0).tolist() == [2.0, 1.0, 0.0]
    seats = np.array([10.0, 4.0])
    assert count_opportunities(pairs, n_homes=3, cutoff_s=901.0, supply=seats).tolist() == [
        14.0,
        10.0,
        0.0,
    ]
    assert (
        count_opportunities(pairs, n_homes=3, cutoff_s=math.nextafter(900.0, 0), supply=seats)[1]
        == 0.0
    )
    half = decay_exponential(pairs.time_s, rate_per_s=math.log(2) / 300)
    found = measure_gravity(pairs, half, n_homes=3, supply=seats)
    assert found.tolist() == pytest.approx([10 / 2 + 4 * 0.5 ** (901 / 300), 10 / 8, 0.0])


def test_nothing_to_reach_and_nobody_to_reach_it() -> None:
    none = Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    assert count_opportunities(none, n_homes=2, cutoff_s=900.0).tolist() == [0.0, 0.0]
    assert measure_gravity(none, np.zeros(0), n_homes=0, supply=np.zeros(3)).tolist() == []


@given(times=towns(), data=st.data())
def test_gravity_is_that_of_access(times: NDArray[np.float64], data: st.DataObject) -> None:
    """PySAL's weighted catchment with the same decay and the same supply."""
    n_homes, n_facilities = times.shape
    supply = np.array(
        data.draw(st.lists(st.integers(1, 50), min_size=n_facilities, max_size=n_facilities)), float
    )
    pairs = make_pairs(times, 900.0)
    if not len(pairs.time_s):
        return
    facilities = pd.DataFrame({"id": range(n_facilities), "supply": supply})
    walks = pd.DataFrame({"from": pairs.source, "to": pairs.target, "s": pairs.time_s})
    theirs = weighted_catchment(
        facilities,
        walks,
        max_cost=900.0,
        cost_source="from",
        cost_dest="to",
        cost_cost="s",
        loc_index="id",
        loc_value="supply",
        weight_fn=lambda s: math.exp(-0.002 * s),
    )
    ours = measure_gravity(
        pairs, decay_exponential(pairs.time_s, rate_per_s=0.002), n_homes=n_homes, supply=supply
    )
    assert ours.tolist() == pytest.approx(theirs.reindex(range(n_homes), fill_value=0.0).tolist())


@pytest.mark.parametrize("decay", DECAYS)
@given(times=towns(), cutoff_s=st.sampled_from([300.0, 900.0]))
def test_one_more_facility_never_takes_away(
    decay: Decay, times: NDArray[np.float64], cutoff_s: float
) -> None:
    fewer, more = (make_pairs(table, cutoff_s) for table in (times[:, :-1], times))
    n = len(times)
    counts = [count_opportunities(pairs, n_homes=n, cutoff_s=cutoff_s) for pairs in (fewer, more)]
    assert (counts[0] <= counts[1]).all()
    assert counts[1].tolist() == (times <= cutoff_s).sum(axis=1).tolist()
    gravity = [measure_gravity(pairs, decay(pairs.time_s), n_homes=n) for pairs in (fewer, more)]
    assert (gravity[0] <= gravity[1] + 1e-12).all()
    assert (gravity[1] <= counts[1] + 1e-9).all()
