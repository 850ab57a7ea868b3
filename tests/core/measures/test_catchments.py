"""2SFCA and E2SFCA: by hand, by properties, and as PySAL's `access` has them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from access import weights as pysal_weights
from access.fca import two_stage_fca
from builders.opportunities import make_pairs, towns
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.core.measures.catchments import (
    LUO_QI_WEIGHTS,
    measure_2sfca,
    measure_catchments,
    measure_e2sfca,
)

INF = math.inf
ZONES_S = (300.0, 600.0, 900.0)


@st.composite
def served_towns(
    draw: st.DrawFn,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Seconds, people of each home (some empty) and supply of each facility."""
    times = draw(towns())
    people = draw(st.lists(st.integers(0, 90), min_size=times.shape[0], max_size=times.shape[0]))
    supply = draw(st.lists(st.integers(1, 40), min_size=times.shape[1], max_size=times.shape[1]))
    return times, np.array(people, dtype=float), np.array(supply, dtype=float)


def test_two_surgeries_by_hand() -> None:
    """Surgery 0 (4 doctors) serves homes 0 and 1, surgery 1 (3 doctors) home 1 alone; home 2
    reaches none.

    R0 = 4 / (100 + 300) = 0.01, R1 = 3 / 300 = 0.01: home 0 has 0.01, home 1 both, 0.02.
    """
    pairs = make_pairs(np.array([[100.0, INF], [900.0, 200.0], [INF, 901.0]]))
    people, doctors = np.array([100.0, 300.0, 50.0]), np.array([4.0, 3.0])
    found = measure_2sfca(pairs, people=people, supply=doctors, cutoff_s=900.0)
    assert found.tolist() == pytest.approx([0.01, 0.02, 0.0])


def test_zones_by_hand() -> None:
    """One place; homes at exactly the end of zone 1, of zone 2, in zone 3, and one ulp beyond it.

    Demand is 10 + 0.68 * 10 + 0.22 * 10 = 19: the shares are 1/19, 0.68/19, 0.22/19 and nothing.
    """
    pairs = make_pairs(np.array([[300.0], [600.0], [601.0], [math.nextafter(900.0, INF)]]))
    found = measure_e2sfca(pairs, people=np.full(4, 10.0), supply=np.ones(1), zones_s=ZONES_S)
    assert found.tolist() == pytest.approx([1 / 19, 0.68 / 19, 0.22 / 19, 0.0])


def test_nobody_and_nothing() -> None:
    """A place that only empty houses reach offers nothing; no place at all neither."""
    pairs = make_pairs(np.array([[100.0], [100.0]]))
    assert measure_2sfca(pairs, people=np.zeros(2), supply=np.ones(1), cutoff_s=900.0).tolist() == [
        0.0,
        0.0,
    ]
    none = make_pairs(np.full((2, 1), INF))
    assert measure_2sfca(none, people=np.ones(2), supply=np.zeros(0), cutoff_s=900.0).tolist() == [
        0.0,
        0.0,
    ]
    assert (
        measure_e2sfca(none, people=np.zeros(0), supply=np.ones(1), zones_s=ZONES_S).tolist() == []
    )


@pytest.mark.parametrize("zones_s", [(300.0, 600.0), (600.0, 300.0, 900.0), (300.0, 300.0, 900.0)])
def test_zones_that_make_no_sense(zones_s: tuple[float, ...]) -> None:
    pairs = make_pairs(np.array([[100.0]]))
    with pytest.raises(
        ValueError, match=r"^zones \(.*\) with weights \(1\.0, 0\.68, 0\.22\): zones must rise, one"
    ):
        measure_e2sfca(pairs, people=np.ones(1), supply=np.ones(1), zones_s=zones_s)


@given(town=served_towns())
def test_equals_access(
    town: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> None:
    """PySAL's two_stage_fca without and with the step function of Luo and Qi."""
    times, people, supply = town
    people = people + 1.0  # theirs divides by the empty demand that ours leaves out
    pairs = make_pairs(times, 900.0)
    if not len(pairs.time_s):
        return
    demand = pd.DataFrame({"geoid": range(len(people)), "demand": people})
    places = pd.DataFrame({"supply": supply})
    walks = pd.DataFrame({"origin": pairs.target, "dest": pairs.source, "cost": pairs.time_s})
    step = pysal_weights.step_fn(dict(zip(ZONES_S, LUO_QI_WEIGHTS, strict=True)))
    plain, enhanced = (
        two_stage_fca(demand, places, walks, max_cost=900.0, weight_fn=fn).reindex(
            range(len(people)), fill_value=0.0
        )
        for fn in (None, step)
    )
    ours = measure_2sfca(pairs, people=people, supply=supply, cutoff_s=900.0)
    assert ours.tolist() == pytest.approx(plain.tolist())
    ours = measure_e2sfca(pairs, people=people, supply=supply, zones_s=ZONES_S)
    assert ours.tolist() == pytest.approx(enhanced.tolist())


@given(town=served_towns(), cutoff_s=st.sampled_from([300.0, 900.0]))
def test_all_supply_within_reach_is_given_out(
    town: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], cutoff_s: float
) -> None:
    """People times access sums up to the capacity of the places that somebody reaches, in both
    forms.
    """
    times, people, supply = town
    pairs = make_pairs(times)
    within = (times <= cutoff_s) & (people[:, None] > 0)
    given_out = supply[within.any(axis=0)].sum()
    found = measure_2sfca(pairs, people=people, supply=supply, cutoff_s=cutoff_s)
    assert people @ found == pytest.approx(given_out)
    zones_s = (cutoff_s / 3, 2 * cutoff_s / 3, cutoff_s)
    found = measure_e2sfca(pairs, people=people, supply=supply, zones_s=zones_s)
    assert people @ found == pytest.approx(given_out)


@given(town=served_towns(), factor=st.integers(1, 9))
def test_more_of_everything(
    town: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], factor: int
) -> None:
    """Twice the supply is twice the access, twice the people half of it; one more place takes from
    nobody.
    """
    times, people, supply = town
    pairs = make_pairs(times, 900.0)
    ones = np.ones(len(pairs.time_s))
    once = measure_catchments(pairs, ones, people=people, supply=supply)
    assert measure_catchments(
        pairs, ones, people=people, supply=factor * supply
    ).tolist() == pytest.approx((factor * once).tolist())
    assert measure_catchments(
        pairs, ones, people=factor * people, supply=supply
    ).tolist() == pytest.approx((once / factor).tolist())
    fewer = make_pairs(times[:, :-1], 900.0)
    without = measure_2sfca(fewer, people=people, supply=supply[:-1], cutoff_s=900.0)
    assert (without <= once + 1e-12).all()
