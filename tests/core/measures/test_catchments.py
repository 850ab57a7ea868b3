"""2SFCA and E2SFCA: by hand, by properties, and as PySAL's `access` has them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from access import weights as pysal_weights
from access.fca import two_stage_fca
from builders.opportunities import make_pairs, towns
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.core.measures.catchments import (
    LUO_QI_WEIGHTS,
    Demand,
    count_demand,
    estimate_missing,
    join_demands,
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


def test_neighbours_share_what_is_theirs_too_each_at_their_pace() -> None:
    """A surgery of 4 doctors on the border; the adults of both sides reach it, of the older only
    those of this side.

    ::

        study: 100 adults, 60 older      border      beyond: 200 adults, 40 older
              H ------- 300 s adult, 600 s older -- S -- 500 s adult, 1000 s older ---- N

    Demand is 100 + 200 + 60 = 360; by zones of 300 s: 100 + 0.68 * 200 + 0.68 * 60 = 276.8.
    """
    adults = make_pairs(np.array([[300.0], [500.0]]))
    older = make_pairs(np.array([[600.0], [1000.0]]))
    demand = count_demand(adults, np.array([100.0, 200.0]), n_facilities=1, cutoff_s=900.0)
    demand += count_demand(older, np.array([60.0, 40.0]), n_facilities=1, cutoff_s=900.0)
    assert demand.within.tolist() == [360.0]
    assert demand.weighed.tolist() == pytest.approx([276.8])
    assert demand.missing_within.tolist() == demand.missing_weighed.tolist() == [0.0]
    here = make_pairs(np.array([[300.0]]))
    people, doctors = np.array([160.0]), np.array([4.0])
    alone = measure_2sfca(here, people=people, supply=doctors, cutoff_s=900.0)
    shared = measure_2sfca(
        here, people=people, supply=doctors, cutoff_s=900.0, demand=demand.within
    )
    assert alone.tolist() == [4 / 160]
    assert shared.tolist() == [4 / 360]
    enhanced = measure_e2sfca(
        here, people=people, supply=doctors, zones_s=ZONES_S, demand=demand.weighed
    )
    assert enhanced.tolist() == pytest.approx([4 / 276.8])


def test_missing_demand_is_unknown_land_at_the_density_of_the_study() -> None:
    """Half of the land around A is known, all around B, and C has no point.

    ::

        unknown | known
                A         B          a walk of 900 m: discs of 718 m, rings of thirds
    """
    known = shapely.box(0, -5000, 9000, 5000)
    xy = np.array([[0.0, 0.0], [2000.0, 0.0], [math.nan, math.nan]])
    missing = estimate_missing(xy, known, reach_m=900.0, people_per_m2=0.01)
    assert missing.within.tolist() == missing.weighed.tolist() == [0.0] * 3
    half_m2 = 900.0**2  # of 2 r2 m2
    assert missing.missing_within.tolist() == pytest.approx(
        [0.01 * half_m2, 0.0, 0.0], rel=1e-3, abs=1e-6
    )
    # rings of 1/9, 3/9 and 5/9 of the land
    weight = (1 * 1.0 + 3 * 0.68 + 5 * 0.22) / 9
    assert missing.missing_weighed[0] == pytest.approx(0.01 * half_m2 * weight, rel=1e-3)


@given(served_towns(), st.integers(0, 40))
def test_more_sharers_leave_less_and_parts_make_the_whole(
    town: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], more: int
) -> None:
    """Demand counted here is the default; whoever joins takes, and facilities may be counted in
    parts.
    """
    times, people, supply = town
    pairs = make_pairs(times)
    demand = count_demand(pairs, people, n_facilities=len(supply), cutoff_s=900.0)
    plain = measure_2sfca(pairs, people=people, supply=supply, cutoff_s=900.0)
    same = measure_2sfca(pairs, people=people, supply=supply, cutoff_s=900.0, demand=demand.within)
    assert same.tolist() == plain.tolist()
    less = measure_2sfca(
        pairs, people=people, supply=supply, cutoff_s=900.0, demand=demand.within + more
    )
    shared = demand.within > 0
    if shared.all():
        assert (less <= plain + 1e-12).all()
    parts = [
        count_demand(make_pairs(times[:, [i]]), people, n_facilities=1, cutoff_s=900.0)
        for i in range(len(supply))
    ]
    joined = join_demands(parts)
    assert joined.within.tolist() == demand.within.tolist()
    assert joined.weighed.tolist() == pytest.approx(demand.weighed.tolist())
    row = np.array([len(supply) - 1])
    assert isinstance(joined.take(row), Demand)
    assert joined.take(row).within.tolist() == joined.within[-1:].tolist()
