"""Walks from seat to seat: equal to brute force on random streets, and solved by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.rest_oracle import RestOracle
from builders.scenes import scenes
from builders.seats import NOBODY, placed, seats_on
from builders.streets import Scene, Street, build_streets, scene, snapped_at, walker
from hypothesis import given, settings
from hypothesis import strategies as st

from access15.core.reach.parts import split_edges
from access15.core.seat_walk.search import (
    Lifting,
    answer_targets,
    nearest_with_seats,
    spread_labels,
)
from access15.core.walk.search import nearest
from access15.core.walk.snap import Snapped


def times_s(some: Scene, seats: Snapped, limit_m: float) -> list[float]:
    graph, sources, targets = placed(some, seats)
    return nearest_with_seats(graph, sources, targets, limit_m=limit_m)[0].tolist()


_LIMITS = st.one_of(st.integers(0, 80).map(lambda n: n / 4), st.just(math.inf))


@given(data=st.data(), some=scenes(), limit_m=_LIMITS)
def test_equals_brute_force(data: st.DataObject, some: Scene, limit_m: float) -> None:
    """Parallel edges, loops, one-way costs, closed ends, zero lengths: exactly the oracle's seconds
    and counts.
    """
    seats = data.draw(seats_on(some))
    expected = RestOracle(some, seats).times(limit_m)[0]
    graph, sources, targets = placed(some, seats)
    finite = np.unique(expected[np.isfinite(expected)])
    middle = float(finite[len(finite) // 2]) if len(finite) else 5.0
    for cutoff_s in (math.inf, middle, math.nextafter(middle, -1.0)):
        within = np.where(expected <= cutoff_s, expected, np.inf)
        time_s, which = nearest_with_seats(
            graph, sources, targets, limit_m=limit_m, cutoff_s=cutoff_s
        )
        np.testing.assert_array_equal(time_s, within.min(axis=0, initial=np.inf))
        for target, source in enumerate(which.tolist()):
            assert source >= 0 or not np.isfinite(time_s[target])
            assert source < 0 or within[source, target] == time_s[target]


@given(
    data=st.data(),
    some=scenes(max_points=3),
    limit_m=_LIMITS,
    at_most=st.integers(1, 3),
    skips=st.booleans(),
)
@settings(max_examples=150)
def test_fewest_lifted_equals_brute_force(
    data: st.DataObject, some: Scene, limit_m: float, at_most: int, skips: bool
) -> None:
    """Seats pretended wherever a gap gets too long, or at candidates: the fewest, then the fewest
    seconds.
    """
    seats, extra = data.draw(seats_on(some, 3)), data.draw(seats_on(some, 3))
    candidates = None if skips else extra
    oracle = (
        RestOracle(some, seats, candidates)
        .times(limit_m, at_most=at_most, anywhere=skips)
        .min(axis=1, initial=np.inf)
    )
    graph, sources, targets = placed(some, seats, candidates)
    lifting = Lifting(at_most, skips)
    labels = spread_labels(graph, sources, limit_m=limit_m, lifting=lifting)
    found = answer_targets(graph, labels, sources, targets, limit_m=limit_m, lifting=lifting)
    fewest = np.argmax(np.isfinite(oracle), axis=0)
    is_reached = np.isfinite(oracle).any(axis=0)
    np.testing.assert_array_equal(found.lifted, np.where(is_reached, fewest, at_most + 1))
    np.testing.assert_array_equal(found.time_s, oracle[fewest, np.arange(oracle.shape[1])])


@given(data=st.data(), some=scenes())
def test_no_limit_is_the_plain_search(data: st.DataObject, some: Scene) -> None:
    plain_s, _ = nearest(
        some.graph(towards=True),
        some.placed_sources(towards=True),
        some.placed_targets(towards=True),
    )
    np.testing.assert_array_equal(times_s(some, data.draw(seats_on(some)), math.inf), plain_s)


@given(data=st.data(), some=scenes(), limit_m=_LIMITS)
def test_another_seat_never_makes_a_walk_longer(
    data: st.DataObject, some: Scene, limit_m: float
) -> None:
    seats, one = data.draw(seats_on(some)), data.draw(seats_on(some, 1))
    more = Snapped(
        *(
            np.concatenate([getattr(seats, n), getattr(one, n)])
            for n in ("edge", "fraction", "snap_m")
        )
    )
    assert (np.array(times_s(some, more, limit_m)) <= np.array(times_s(some, seats, limit_m))).all()


@given(some=scenes(exact=False), limit_m=st.floats(5.0, 100.0))
def test_seats_everywhere_are_the_plain_search(some: Scene, limit_m: float) -> None:
    """Seats every half limit, and at all ends: only who lives or works far off the street cannot
    come.
    """
    parts = split_edges(some.network, np.arange(some.network.n_edges), step_m=limit_m / 2)
    ends = np.arange(some.network.n_edges)
    edge = np.concatenate([parts.edge, ends, ends])
    fraction = np.concatenate([parts.start, np.zeros(len(ends)), np.ones(len(ends))])
    seats = Snapped(edge, fraction, np.zeros(len(edge)))
    # places an ulp apart on a closed street are one spot here and two to the plain search
    near = [
        Snapped(
            p.edge,
            p.fraction.round(6),
            np.where(p.edge >= 0, np.minimum(p.snap_m, limit_m / 4), np.inf),
        )
        for p in (some.sources, some.targets)
    ]
    some = Scene(some.network, some.impedance, *near)
    plain_s, _ = nearest(
        some.graph(towards=True),
        some.placed_sources(towards=True),
        some.placed_targets(towards=True),
    )
    np.testing.assert_allclose(times_s(some, seats, limit_m), plain_s, rtol=1e-9, atol=1e-9)


def test_by_hand_round_by_the_bench() -> None:
    """The straight way is 160 m without a seat; round by the bench it is 60 + 40 and 100.

    ::

        A ------ 160 ------ B        the service at A, the home at B
        +- 60 -- (seat) - 140 ---+   then C, and from C to B
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (160.0, 0.0)},
        [Street("A", "B"), Street("A", "B", length_m=200.0, via=((80.0, -60.0),))],
    )
    ends = scene(network, walker("plain"), snapped_at((0, 0.0)), snapped_at((0, 1.0)))
    bench = snapped_at((1, 0.5))
    assert times_s(ends, bench, 160.0) == pytest.approx([160 / 1.33])
    assert times_s(ends, bench, 159.9) == pytest.approx([200 / 1.33])
    assert times_s(ends, bench, 100.0) == pytest.approx([200 / 1.33])
    assert times_s(ends, bench, 99.9) == [math.inf]
    assert times_s(ends, NOBODY, 159.9) == [math.inf]


def test_by_hand_into_a_dead_end_to_sit_down() -> None:
    """90 m, then 5 m aside to a bench and back, then 90 m: 190 m in all where 180 m would be
    straight.

    ::

        A -- 90 -- M -- 90 -- B
                   5
                 bench
    """
    network = build_streets(
        {"A": (0.0, 0.0), "M": (90.0, 0.0), "B": (180.0, 0.0), "S": (90.0, 5.0)},
        [Street("A", "M"), Street("M", "B"), Street("M", "S")],
    )
    ends = scene(network, walker("plain"), snapped_at((0, 0.0)), snapped_at((1, 1.0)))
    assert times_s(ends, snapped_at((2, 1.0)), 100.0) == pytest.approx([190 / 1.33])
    assert times_s(ends, snapped_at((2, 1.0)), 95.0) == pytest.approx([190 / 1.33])
    assert times_s(ends, snapped_at((2, 1.0)), 94.9) == [math.inf]


def test_the_walk_from_the_door_counts() -> None:
    """60 m of street, 30 m from the home's door and 20 m to the service's: 110 m without a seat."""
    network = build_streets({"A": (0.0, 0.0), "B": (100.0, 0.0)}, [Street("A", "B")])
    ends = scene(network, walker("plain"), snapped_at((0, 0.2, 20.0)), snapped_at((0, 0.8, 30.0)))
    assert times_s(ends, NOBODY, 110.0) == pytest.approx([110 / 1.33])
    assert times_s(ends, NOBODY, 109.0) == [math.inf]
    assert times_s(ends, snapped_at((0, 0.5)), 60.0) == pytest.approx([110 / 1.33])
    assert times_s(ends, snapped_at((0, 0.5)), 59.0) == [math.inf]


def test_nothing_at_all() -> None:
    """No streets, no seats, no facilities, no homes: answers of the right length."""
    empty = build_streets({"A": (0.0, 0.0)}, [])
    assert times_s(
        scene(empty, walker("plain"), snapped_at((-1, 0.0)), snapped_at((-1, 0.0))), NOBODY, 100.0
    ) == [math.inf]
    one = build_streets({"A": (0.0, 0.0), "B": (100.0, 0.0)}, [Street("A", "B")])
    assert times_s(scene(one, walker("plain"), NOBODY, snapped_at((0, 0.5))), NOBODY, 100.0) == [
        math.inf
    ]
    assert times_s(scene(one, walker("plain"), snapped_at((0, 0.5)), NOBODY), NOBODY, 100.0) == []
