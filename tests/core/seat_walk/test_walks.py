"""Both kinds of walks give answers that fit together, on random streets."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.scenes import scenes
from builders.seats import seats_on
from builders.streets import Scene, Street, build_streets, snapped_at, walker
from hypothesis import given
from hypothesis import strategies as st

from access15.core.reach.walks import PlainWalks
from access15.core.seat_walk.walks import SeatWalks, build_walks
from access15.core.walk.doors import Doors, one_door_each
from access15.core.walk.impedance import build_impedance
from access15.core.walk.snap import Snapped
from access15.core.walk.walks import Walks

PROFILES = {
    "plain": walker("frail"),
    "seats": walker("frail").model_copy(update={"needs_seat": True, "rest_every_m": 12.5}),
}
KINDS = pytest.mark.parametrize("kind", PROFILES)


def walks_of(kind: str, some: Scene, seats: Snapped) -> Walks:
    return build_walks(
        some.network,
        PROFILES[kind],
        some.impedance,
        homes=some.targets,
        facilities=one_door_each(some.sources),
        seats=seats,
    )


def matrix_s(walks: Walks, some: Scene, cutoff_s: float) -> np.ndarray:
    """Seconds between every facility and every home."""
    pairs = walks.pairs_within(np.arange(len(some.sources.edge)), cutoff_s=cutoff_s)
    found = np.full((len(some.sources.edge), len(some.targets.edge)), np.inf)
    found[pairs.source, pairs.target] = pairs.time_s
    assert (np.diff(pairs.source) >= 0).all()
    return found


@KINDS
@given(data=st.data(), some=scenes(), cutoff_s=st.integers(0, 80).map(lambda n: n / 4))
def test_every_answer_is_that_of_the_pairs(
    kind: str, data: st.DataObject, some: Scene, cutoff_s: float
) -> None:
    walks = walks_of(kind, some, data.draw(seats_on(some)))
    every_s = matrix_s(walks, some, math.inf)
    within_s = np.where(every_s <= cutoff_s, every_s, np.inf)
    rows = np.arange(len(every_s))[::-1]
    np.testing.assert_array_equal(matrix_s(walks, some, cutoff_s), within_s)
    time_s, which = walks.nearest(rows, cutoff_s=cutoff_s)
    np.testing.assert_array_equal(time_s, within_s.min(axis=0, initial=np.inf))
    for home in np.flatnonzero(which >= 0):
        assert every_s[rows[which[home]], home] == time_s[home]
    ranked_s = np.sort(np.vstack([every_s, np.full((3, every_s.shape[1]), np.inf)]), axis=0)[:3]
    np.testing.assert_array_equal(walks.ranked_s(rows, k=3), ranked_s.T)


@KINDS
@given(data=st.data(), some=scenes(), cutoff_s=st.integers(0, 80).map(lambda n: n / 4))
def test_the_best_of_several_doors_is_taken(
    kind: str, data: st.DataObject, some: Scene, cutoff_s: float
) -> None:
    """Beside every door as a facility of its own, and the least of each owner."""
    n_doors = len(some.sources.edge)
    owners = st.lists(st.integers(0, 3), min_size=n_doors, max_size=n_doors)
    owner = np.array(data.draw(owners), dtype=np.int64)
    one_each = walks_of(kind, some, data.draw(seats_on(some)))
    by_door_s = matrix_s(one_each, some, math.inf)
    best_s = np.full((4, len(some.targets.edge)), np.inf)
    np.minimum.at(best_s, owner, by_door_s)
    walks = one_each.ending_at(Doors(owner, some.sources))
    rows = np.array(data.draw(st.permutations([0, 1, 2, 3])))
    expected = best_s[rows]
    # 1. The nearest facility, and every pair of a facility and a home once.
    time_s, which = walks.nearest(rows)
    np.testing.assert_array_equal(time_s, expected.min(axis=0))
    on = np.flatnonzero(which >= 0)
    np.testing.assert_array_equal(expected[which[on], on], time_s[on])
    pairs = walks.pairs_within(rows, cutoff_s=cutoff_s)
    assert len(set(zip(pairs.source.tolist(), pairs.target.tolist(), strict=True))) == len(
        pairs.source
    )
    found = np.full(expected.shape, np.inf)
    found[pairs.source, pairs.target] = pairs.time_s
    np.testing.assert_array_equal(found, np.where(expected <= cutoff_s, expected, np.inf))
    # 2. The second nearest is another facility, not another door.
    np.testing.assert_array_equal(walks.ranked_s(rows, k=3), np.sort(expected, axis=0)[:3].T)
    # 3. Streets are reached from any door.
    parts = walks.reach(rows, cutoff_s=cutoff_s).parts(cutoff_s)
    doors = one_each.reach(np.arange(n_doors), cutoff_s=cutoff_s).parts(cutoff_s)
    np.testing.assert_array_equal(parts.edge, doors.edge)
    np.testing.assert_array_equal(parts.start, doors.start)
    np.testing.assert_array_equal(parts.stop, doors.stop)


@KINDS
@given(data=st.data(), some=scenes())
def test_who_starts_elsewhere_walks_the_same_streets(
    kind: str, data: st.DataObject, some: Scene
) -> None:
    seats, rows = data.draw(seats_on(some)), np.arange(len(some.sources.edge))
    there = walks_of(kind, some, seats).starting_at(some.sources)
    anew = Scene(some.network, some.impedance, some.sources, some.sources)
    for found, expected in zip(
        there.nearest(rows), walks_of(kind, anew, seats).nearest(rows), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


@KINDS
@given(data=st.data(), some=scenes(), cutoff_s=st.integers(1, 80).map(lambda n: n / 4))
def test_streets_are_reached_where_homes_on_them_are(
    kind: str, data: st.DataObject, some: Scene, cutoff_s: float
) -> None:
    walks, rows = walks_of(kind, some, data.draw(seats_on(some))), np.arange(len(some.sources.edge))
    parts = walks.reach(rows, cutoff_s=cutoff_s).parts(cutoff_s)
    middles = Snapped(parts.edge, (parts.start + parts.stop) / 2, np.zeros(len(parts.edge)))
    time_s, _ = walks.starting_at(middles).nearest(rows)
    assert (time_s <= cutoff_s + 1e-9).all()


def test_a_profile_chooses_its_kind() -> None:
    street = build_streets({"A": (0.0, 0.0), "B": (100.0, 0.0)}, [Street("A", "B")])
    cost = build_impedance(street, PROFILES["plain"])
    some = Scene(street, cost, snapped_at((0, 0.0)), snapped_at((0, 1.0)))
    assert isinstance(walks_of("plain", some, snapped_at()), PlainWalks)
    assert isinstance(walks_of("seats", some, snapped_at()), SeatWalks)
