"""Reach from seat to seat agrees with the walks of homes, on the street and aside of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from builders.reach import times_of
from builders.scenes import scenes
from builders.seats import NOBODY, placed, seats_on
from builders.streets import Scene, Street, build_streets, scene, snapped_at, walker
from hypothesis import assume, given
from hypothesis import strategies as st

from access15.core.reach.kernels.arrive import arrive_from
from access15.core.reach.parts import StreetParts
from access15.core.reach.service_area import build_canvas, certify, draw_reach, draw_service_areas
from access15.core.seat_walk.reach import RestReach
from access15.core.seat_walk.search import nearest_with_seats, spread_labels
from access15.core.walk.snap import Snapped, build_snapper, snap_points

_FRACTION = st.integers(0, 64).map(lambda n: n / 64)
_LIMIT = st.integers(0, 80).map(lambda n: n / 4)


def reach_of(some: Scene, seats: Snapped, limit_m: float) -> RestReach:
    graph, sources, _ = placed(some, seats)
    return RestReach(graph, spread_labels(graph, sources, limit_m=limit_m), sources, limit_m)


def walk_s(some: Scene, seats: Snapped, limit_m: float, homes: Snapped) -> np.ndarray:
    graph, sources, targets = placed(
        Scene(some.network, some.impedance, some.sources, homes), seats
    )
    return nearest_with_seats(graph, sources, targets, limit_m=limit_m)[0]


@given(
    data=st.data(), some=scenes(), limit_m=_LIMIT, cutoff_s=st.integers(0, 120).map(lambda n: n / 4)
)
def test_homes_on_and_beside_the_street(
    data: st.DataObject, some: Scene, limit_m: float, cutoff_s: float
) -> None:
    """A home arrives exactly when it lies no farther from the street than the metres left there."""
    assume(some.network.n_edges > 0)
    seats = data.draw(seats_on(some))
    spots = data.draw(
        st.lists(
            st.tuples(st.integers(0, some.network.n_edges - 1), _FRACTION), min_size=1, max_size=8
        )
    )
    edge, fraction = (np.array(column) for column in zip(*sorted(spots), strict=True))
    reach = reach_of(some, seats, limit_m)
    left_m = reach.left_m(edge, fraction, cutoff_s)
    on_street_s = walk_s(some, seats, limit_m, Snapped(edge, fraction, np.zeros(len(edge))))
    np.testing.assert_array_equal(on_street_s <= cutoff_s, left_m >= 0)
    some_left = np.flatnonzero(left_m > 0)
    for more_m, arrives in ((-1e-5, True), (1e-5, False)):
        homes = Snapped(
            edge[some_left], fraction[some_left], np.maximum(left_m[some_left] + more_m, 0.0)
        )
        found = walk_s(some, seats, limit_m, homes) <= cutoff_s
        assert (found == arrives)[left_m[some_left] > 1e-4].all()
    is_lone = (
        np.where(fraction == 0.0, some.impedance.backward_s[edge], some.impedance.forward_s[edge])
        == np.inf
    )
    is_lone &= (fraction == 0.0) | (
        fraction == 1.0
    )  # a junction from which this street cannot be walked back
    _check_parts(reach.parts(cutoff_s), edge[~is_lone], fraction[~is_lone], left_m[~is_lone])


def _check_parts(
    parts: StreetParts, edge: np.ndarray, fraction: np.ndarray, left_m: np.ndarray
) -> None:
    """Reached places lie in the parts, all others outside or at their ends."""
    assert (parts.start < parts.stop).all()
    for e, f, left in zip(edge.tolist(), fraction.tolist(), left_m.tolist(), strict=True):
        on = parts.edge == e
        inside = (on & (parts.start + 1e-9 < f) & (f < parts.stop - 1e-9)).any()
        near = (on & (parts.start - 1e-9 <= f) & (f <= parts.stop + 1e-9)).any()
        assert not inside or left >= -1e-6
        assert near or left < 1e-5 or not _has_room(parts, e)


def _has_room(parts: StreetParts, edge: int) -> bool:
    """Whether any part of an edge is reached; a lone place on a closed edge has no length."""
    return bool((parts.edge == edge).any())


@given(
    data=st.data(),
    some=scenes(exact=False),
    limit_m=st.floats(1.0, 100.0),
    cutoff_s=st.floats(1.0, 200.0),
)
def test_who_has_metres_left_arrives(
    data: st.DataObject, some: Scene, limit_m: float, cutoff_s: float
) -> None:
    """Seconds from aside of a street are within the cutoff as far aside as metres are left."""
    assume(some.network.n_edges > 0)
    reach = reach_of(some, data.draw(seats_on(some)), limit_m)
    for e in range(some.network.n_edges):
        at = np.array([0.0, 1e-6, 0.3, 0.5, 0.8, 1.0])
        left_m = reach.left_m(np.full(len(at), e), at, cutoff_s)
        for fraction, left in zip(at.tolist(), left_m.tolist(), strict=True):
            for off_m in (0.0, 1.0, max(left - 1e-5, 0.0), max(left + 1e-5, 0.0)):
                if abs(left - off_m) > 1e-6:
                    seconds = arrive_from(reach.arrivals, e, fraction, off_m)
                    assert (seconds <= cutoff_s) == (left >= off_m)


def test_by_hand_the_reach_ends_at_the_next_seat_but_one() -> None:
    """Seats at 80 m and 160 m of a street, then none: whoever lives up to 100 m beyond the last one
    comes.

    ::

        service -- 80 -- seat -- 80 -- seat ------------- 240 -------------
    """
    network = build_streets({"A": (0.0, 0.0), "B": (400.0, 0.0)}, [Street("A", "B")])
    some = scene(network, walker("plain"), snapped_at((0, 0.0)))
    reach = reach_of(some, snapped_at((0, 0.2), (0, 0.4)), 100.0)
    parts = reach.parts(math.inf)
    assert (parts.start.tolist(), parts.stop.tolist()) == ([0.0], [pytest.approx(0.65)])
    assert reach.left_m(np.zeros(3, dtype=int), np.array([0.4, 0.5, 0.65]), 1e9) == pytest.approx(
        [100.0, 60.0, 0.0], abs=1e-5
    )
    assert reach_of(some, NOBODY, 100.0).parts(math.inf).stop == pytest.approx([0.25])
    assert reach_of(some, snapped_at((0, 0.4)), 100.0).parts(math.inf).stop == pytest.approx([0.25])
    # with the cutoff at 100 m of walking the seats are of no use
    assert reach.parts(100 / 1.33).stop == pytest.approx([0.25])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("limit_m", [60.0, 100.0, math.inf])
def test_hardly_a_home_inside_an_area_is_out_of_reach(seed: int, limit_m: float) -> None:
    """A town of crooked streets and 60 seats, 1,500 homes aside of the streets."""
    rng = np.random.default_rng(seed)
    n = 6
    xy = np.stack(np.meshgrid(np.arange(n), np.arange(n)), axis=-1).reshape(
        -1, 2
    ) * 110.0 + rng.uniform(-25, 25, (n * n, 2))
    names = {str(i): (float(x), float(y)) for i, (x, y) in enumerate(xy)}
    pairs = [(i, i + 1) for i in range(n * n) if (i + 1) % n] + [
        (i, i + n) for i in range(n * (n - 1))
    ]
    streets = [
        Street(str(u), str(v), crossing_u="signals" if rng.random() < 0.2 else "none")
        for u, v in pairs
    ]
    network = build_streets(names, streets)
    edge = rng.integers(0, len(pairs), 60)
    seats = Snapped(edge, rng.random(60), np.zeros(60))
    some = scene(network, walker("frail"), snapped_at((int(rng.integers(0, len(pairs))), 0.4, 5.0)))
    reach = reach_of(some, seats, limit_m)
    homes_xy = rng.uniform(xy.min(axis=0) - 30, xy.max(axis=0) + 30, (1500, 2))
    homes = snap_points(
        build_snapper(network, np.ones(len(pairs), dtype=bool)), homes_xy, max_snap_m=150.0
    )
    time_s = walk_s(some, seats, limit_m, homes)
    canvas = build_canvas(network, np.ones(len(pairs), dtype=bool))
    areas = draw_reach(canvas, reach, cutoffs_s=(200.0, 500.0, 900.0))
    for area, cutoff_s in zip(areas, (200.0, 500.0, 900.0), strict=True):
        told = certify(area.polygon, homes_xy, time_s, cutoff_s=cutoff_s)
        assert told.false_inside <= 1
        if limit_m == math.inf:
            plain = draw_service_areas(
                canvas, some.impedance, times_of(some), cutoffs_s=(cutoff_s,)
            )[0]
            differs_m2 = shapely.symmetric_difference(
                area.polygon, plain.polygon, grid_size=1e-6
            ).area
            assert differs_m2 < 1e-3 * plain.polygon.area
        near = homes.snap_m < 20.0
        missed = certify(
            area.polygon, homes_xy[near], time_s[near], cutoff_s=cutoff_s
        ).missed_outside
        assert missed <= 0.01 * (time_s <= cutoff_s).sum() + 2
