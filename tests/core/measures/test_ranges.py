"""Ranges: what is drawn, which doors are open, quantiles, and the budget of what moves a number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from access15.core.measures.ranges import (
    Draws,
    build_draws,
    find_range,
    measure_budget,
    open_doors,
)
from access15.core.measures.stretches import Residents, build_stretches
from access15.core.measures.uncertain import (
    AS_IT_IS,
    DENSITY_SIGMA,
    FACTORS,
    MOST_MISSING,
    N_DRAWS,
    PACE_RANGE_MS,
)
from access15.core.walk.doors import PlausibleDoors
from access15.core.walk.snap import Snapped

PATH = np.array([-1, 0, 1, -1, 2])
FINITE = st.floats(-1e6, 1e6)


@pytest.fixture(scope="module")
def draws() -> Draws:
    return build_draws(PATH, n_streets=40, n_facilities=3)


# --- what is drawn --------------------------------------------------------------------------------


def test_the_same_worlds_every_time(draws: Draws) -> None:
    again = build_draws(PATH, n_streets=40, n_facilities=3)
    assert len(draws) == N_DRAWS >= 128
    for one, other in (
        (draws.walks.pace_shift_ms, again.walks.pace_shift_ms),
        (draws.walks.waits, again.walks.waits),
        (draws.walks.rests, again.walks.rests),
        (draws.walks.is_missing, again.walks.is_missing),
        (draws.density, again.density),
        (draws.classes, again.classes),
        (draws.door, again.door),
    ):
        np.testing.assert_array_equal(one, other)


def test_what_is_drawn_is_spread_as_said(draws: Draws) -> None:
    """Evenly from 0 to 2; normal with nine of ten within 0.15 m/s; log-normal; 0 to 15 %."""
    for times in (draws.walks.waits, draws.walks.rests):
        assert np.histogram(times, bins=8, range=(0, 2))[0].tolist() == [N_DRAWS // 8] * 8
    assert np.mean(np.abs(draws.walks.pace_shift_ms) <= PACE_RANGE_MS) == pytest.approx(
        0.9, abs=0.02
    )
    logs = np.log(draws.density)
    assert logs.mean() == pytest.approx(0.0, abs=0.01)
    assert logs.std() == pytest.approx(DENSITY_SIGMA, abs=0.02)
    assert np.bincount(draws.classes).tolist() == [N_DRAWS // 8] * 8
    assert np.histogram(draws.door, bins=4, range=(0, 1))[0].tolist() == [3 * N_DRAWS // 4] * 4


def test_paths_are_missing_as_often_as_said() -> None:
    many = build_draws(np.arange(4000), n_streets=0, n_facilities=0)
    missing = many.walks.is_missing.mean(axis=0)
    assert missing.max() == pytest.approx(MOST_MISSING, abs=0.02)
    assert missing.mean() == pytest.approx(MOST_MISSING / 2, abs=0.005)


@pytest.mark.parametrize("factor", [*FACTORS, "nothing"])
def test_one_thing_alone_is_drawn_as_among_the_others(draws: Draws, factor: str) -> None:
    alone = draws.only(factor)
    assert len(alone) == len(draws)
    told = {
        "people": (alone.density, draws.density, 1.0),
        "door": (alone.door, draws.door, 0.0),
        "pace": (alone.walks.pace_shift_ms, draws.walks.pace_shift_ms, 0.0),
        "waits": (alone.walks.waits, draws.walks.waits, 1.0),
        "rests": (alone.walks.rests, draws.walks.rests, 1.0),
        "classes": (alone.classes, draws.classes, AS_IT_IS),
        "paths": (alone.walks.is_missing, draws.walks.is_missing, False),
    }
    assert tuple(told) == FACTORS
    for name, (found, drawn, as_it_is) in told.items():
        wanted = drawn if name == factor else np.full_like(drawn, as_it_is)
        np.testing.assert_array_equal(found, wanted)


# --- doors ----------------------------------------------------------------------------------------


def make_doors(owner: list[int], is_taken: list[bool]) -> PlausibleDoors:
    n = len(owner)
    snapped = Snapped(np.arange(n), np.zeros(n), np.zeros(n))
    return PlausibleDoors(
        np.array(owner), snapped, np.array(is_taken), np.zeros((n, 2)), np.zeros(n)
    )


def test_doors_taken_go_together_and_each_other_one_alone() -> None:
    """Facility 0 has two doors and might have a third; 1 has one; 2 might have any of three."""
    doors = make_doors([0, 0, 0, 1, 2, 2, 2], [True, True, False, True, True, False, False])
    drawn = np.array([[0.0, 0.49, 0.5, 0.99], [0.0, 0.3, 0.6, 0.9], [0.0, 0.34, 0.67, 0.99]])
    assert open_doors(doors, drawn).astype(int).tolist() == [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [0, 0, 1, 1],
        [1, 1, 1, 1],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 1],
    ]


@given(
    others=st.lists(st.tuples(st.integers(1, 2), st.integers(0, 3)), min_size=1, max_size=6),
    data=st.data(),
)
def test_every_facility_has_a_door_in_every_world(
    others: list[tuple[int, int]], data: st.DataObject
) -> None:
    owner = [i for i, pair in enumerate(others) for _ in range(sum(pair))]
    is_taken = [at < taken for taken, more in others for at in range(taken + more)]
    door = data.draw(
        hnp.arrays(float, (len(others), 5), elements=st.floats(0, 1, exclude_max=True))
    )
    is_open = open_doors(make_doors(owner, is_taken), door)
    taken = np.array(is_taken)
    for i in range(len(others)):
        here = is_open[np.array(owner) == i]
        both = here[taken[np.array(owner) == i]]
        assert (both.all(axis=0) | ~both.any(axis=0)).all(), "the doors taken go together"
        alone = here[~taken[np.array(owner) == i]].sum(axis=0)
        np.testing.assert_array_equal(alone, np.where(both.any(axis=0), 0, 1))


# --- quantiles ------------------------------------------------------------------------------------


@given(hnp.arrays(float, st.integers(1, 60), elements=FINITE), FINITE)
def test_ranges_are_in_order_within_the_values_and_move_with_them(
    values: np.ndarray, more: float
) -> None:
    low, high = find_range(values)
    assert values.min() <= low <= high <= values.max()
    shifted = find_range(values + more)
    assert shifted[0] == pytest.approx(low + more, abs=1e-6)
    assert shifted[1] == pytest.approx(high + more, abs=1e-6)
    mirrored = find_range(-values)
    assert mirrored[0] == pytest.approx(-high, abs=1e-6)


def test_a_twentieth_of_the_worlds_may_have_no_number() -> None:
    values = np.arange(40.0)
    values[[3, 7]] = math.nan
    assert np.isfinite(find_range(values)).all()
    values[11] = math.nan
    assert np.isnan(find_range(values)).all()
    both = find_range(np.array([np.arange(40.0), values]))
    assert np.isfinite([end[0] for end in both]).all()
    assert np.isnan([end[1] for end in both]).all()


# --- budget ---------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=7))
def test_parts_add_up_and_follow_the_swings(swings: list[float]) -> None:
    parts = measure_budget({str(i): swing for i, swing in enumerate(swings)})
    moves = any(swing * swing > 0 for swing in swings)
    assert sum(parts.values()) == pytest.approx(1.0 if moves else 0.0)
    order = sorted(range(len(swings)), key=lambda i: swings[i])
    found = [parts[str(i)] for i in order]
    assert found == sorted(found)


def test_a_swing_that_is_unknown_makes_every_part_unknown() -> None:
    assert all(math.isnan(part) for part in measure_budget({"a": 1.0, "b": math.nan}).values())


# --- where people live ----------------------------------------------------------------------------


def make_residents(
    edge: list[int], zone: list[int], people: list[float], is_sure: list[bool]
) -> Residents:
    n = len(edge)
    snapped = Snapped(np.array(edge), np.linspace(0.1, 0.9, n), np.zeros(n))
    counted = np.array(people)[:, None] * [1.0, 0.25]
    return Residents(snapped, np.array(zone), counted, np.array(is_sure))


def test_homes_of_one_edge_and_zone_stand_together() -> None:
    residents = make_residents([4, 2, 4, 4, -1], [0, 0, 1, 0, 0], [1, 2, 4, 8, 16], [True] * 5)
    made = build_stretches(residents, np.array([0, 1, 0, 0, -1]), np.full(5, -1))
    assert made.edge.tolist() == [-1, 2, 4, 4]
    assert made.homes.zone.tolist() == [0, 0, 0, 1]
    assert np.diff(made.homes.begin).tolist() == [1, 1, 2, 1]
    assert made.people[:, 0].tolist() == [16.0, 2.0, 9.0, 4.0]


def test_classes_without_homes_have_none_and_zones_keep_their_people() -> None:
    """Two streets of 30 and 10 people; a doubtful one of 20 may have homes besides.

    ::

        street 0 (30 people)   street 1, unclassified (10)   street 2, service (20, if at all)
    """
    residents = make_residents([0, 1, 2], [0, 0, 0], [30, 10, 20], [True, True, False])
    made = build_stretches(residents, np.array([0, 1, 2]), np.array([-1, 0, 2]))
    drawn = build_draws(np.array([-1]), n_streets=3, n_facilities=0).only("classes")
    factor, keeps = made.share_out(drawn, 1)
    people = factor[:, None, :] * made.people[:, :, None] * keeps[0]
    for world, code in enumerate(drawn.classes):
        weights = np.array([30.0, 10.0 * (code & 1), 20.0 * (code >> 2 & 1)])
        np.testing.assert_allclose(people[:, 0, world], 40.0 * weights / weights.sum())
    factor, keeps = made.share_out(drawn.only("nothing"), 1)
    np.testing.assert_array_equal(factor[:, 0], [1.0, 1.0, 0.0])
    np.testing.assert_array_equal(keeps, 1.0)


def test_a_zone_that_would_lose_all_its_streets_keeps_them() -> None:
    residents = make_residents([1], [0], [10], [True])
    made = build_stretches(residents, np.array([0]), np.array([0]))
    drawn = build_draws(np.array([-1]), n_streets=1, n_facilities=0)
    factor, keeps = made.share_out(drawn, 1)
    np.testing.assert_allclose(factor * keeps[0, 0], 1.0)


@given(
    people=st.lists(st.integers(1, 500), min_size=2, max_size=8),
    data=st.data(),
)
def test_every_zone_keeps_its_people_in_every_world(people: list[int], data: st.DataObject) -> None:
    n = len(people)
    zone = data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    kind = data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n))
    residents = make_residents(list(range(n)), zone, [float(p) for p in people], [True] * n)
    made = build_stretches(residents, np.arange(n), np.array(kind))
    drawn = build_draws(np.array([-1]), n_streets=n, n_facilities=0)
    factor, keeps = made.share_out(drawn, 2)
    for i in range(2):
        here = made.homes.zone == i
        total = (made.people[here].T @ factor[here]) * keeps[i]
        np.testing.assert_allclose(
            total, np.repeat(made.people[here].sum(axis=0)[:, None], len(drawn), axis=1)
        )
