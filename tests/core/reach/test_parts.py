"""Reached parts of streets: cut where the time runs out, to the metre, and on the street."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from builders.reach import parts_beyond, random_scene, times_of
from builders.streets import Scene, Street, build_streets, scene, snapped_at, walker
from hypothesis import given
from hypothesis import strategies as st

from access15.core.reach.parts import StreetParts, cut_lines, parts_within, without
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest
from access15.core.walk.snap import Snapped


def reached(
    found: Scene, cutoff_s: float, *, towards: bool = True
) -> list[tuple[int, float, float]]:
    """Edge, start and stop of every part."""
    parts = parts_within(times_of(found, towards=towards), cutoff_s=cutoff_s)
    return list(zip(parts.edge.tolist(), parts.start.tolist(), parts.stop.tolist(), strict=True))


def test_middle_of_a_long_street() -> None:
    """133 m each way in 100 s at 1.33 m/s, though neither end is reached; 20 m off the street take
    15 s.

    ::

        A ------------------[###H###]------------------ B      1330 m
    """
    network = build_streets({"A": (0.0, 0.0), "B": (1330.0, 0.0)}, [Street("A", "B")])
    assert reached(scene(network, walker(), snapped_at((0, 0.5))), 100.0) == [
        (0, pytest.approx(0.4), pytest.approx(0.6))
    ]
    off = scene(network, walker(), snapped_at((0, 0.5, 20.0)))
    [(_, start, stop)] = reached(off, 100.0)
    assert (stop - start) * 1330 == pytest.approx(2 * (133 - 20))
    assert reached(off, 15.0) == []  # 15.04 s to the street
    assert reached(scene(network, walker(), snapped_at((0, 0.5))), 500.0) == [(0, 0.0, 1.0)]


def test_cut_at_both_ends_leaves_the_middle() -> None:
    """A ring: both ways round are walked, the far side is not reached.

    ::

        H---------- B      four sides of 133 m; 150 s from H: 100 s to B and to D, then 66.5 m
        |           |      towards C from both: the last half of both sides stays out
        D --------- C
    """
    corners = {"H": (0.0, 133.0), "B": (133.0, 133.0), "C": (133.0, 0.0), "D": (0.0, 0.0)}
    network = build_streets(
        corners, [Street("H", "B"), Street("B", "C"), Street("C", "D"), Street("D", "H")]
    )
    found = reached(scene(network, walker(), snapped_at((0, 0.0))), 150.0)
    assert found == [
        (0, 0.0, 1.0),
        (1, 0.0, pytest.approx(0.5)),
        (2, pytest.approx(0.5), 1.0),
        (3, 0.0, 1.0),
    ]


def test_one_street_reached_from_both_ends_with_a_gap() -> None:
    """Two parts of one edge, whose far middle is out of reach.

    ::

        A##########.......##########B       1330 m, hubs at both ends, 100 s: 0.1 from each
    """
    network = build_streets({"A": (0.0, 0.0), "B": (1330.0, 0.0)}, [Street("A", "B")])
    found = scene(network, walker(), snapped_at((0, 0.0), (0, 1.0)))
    assert reached(found, 100.0) == [(0, 0.0, pytest.approx(0.1)), (0, pytest.approx(0.9), 1.0)]
    beyond = parts_beyond(times_of(found), cutoff_s=100.0, among=np.array([0]))
    assert (beyond.start.tolist(), beyond.stop.tolist()) == (
        [pytest.approx(0.1)],
        [pytest.approx(0.9)],
    )


def test_crossing_takes_its_half_before_the_next_street() -> None:
    """Signals at B: an older person spends 20 s there, 10 at each edge's end; 97 m are 100 s.

    ::

        H ---97 m--- B ---97 m--- C       150 s: 100 + 20 at the signals, 30 s = 29.1 m further
    """
    network = build_streets(
        {"H": (0.0, 0.0), "B": (97.0, 0.0), "C": (194.0, 0.0)},
        [Street("H", "B", crossing_v="signals"), Street("B", "C", crossing_u="signals")],
    )
    found = reached(scene(network, walker("older_adult"), snapped_at((0, 0.0))), 150.0)
    assert found == [(0, 0.0, 1.0), (1, 0.0, pytest.approx(0.3))]
    assert reached(scene(network, walker("older_adult"), snapped_at((0, 0.0))), 119.0) == [
        (0, 0.0, 1.0)
    ]


def test_uphill_part_is_shorter_and_depends_on_the_direction() -> None:
    """Hub in the middle of a 10 % slope: who comes from below climbs, who comes from above does
    not.

    ::

        A (low) ----------H---------- B (high)     adult, 100 s: 133 m flat or down, 93.7 m climbing
    """
    network = build_streets({"A": (0.0, 0.0), "B": (1330.0, 0.0)}, [Street("A", "B", incline=0.1)])
    found = scene(network, walker("adult"), snapped_at((0, 0.5)))
    climbing = 0.1 / math.exp(0.35)
    assert reached(found, 100.0, towards=True) == [
        (0, pytest.approx(0.5 - climbing), pytest.approx(0.6))
    ]
    assert reached(found, 100.0, towards=False) == [
        (0, pytest.approx(0.4), pytest.approx(0.5 + climbing))
    ]


def test_steps_end_the_reach_of_wheels() -> None:
    """Nothing of the steps, and nothing behind them."""
    network = build_streets(
        {"H": (0.0, 0.0), "B": (50.0, 0.0), "C": (60.0, 0.0), "D": (90.0, 0.0)},
        [Street("H", "B"), Street("B", "C", steps=True), Street("C", "D")],
    )
    assert reached(scene(network, walker("wheelchair"), snapped_at((0, 0.0))), 900.0) == [
        (0, 0.0, 1.0)
    ]
    assert len(reached(scene(network, walker("frail"), snapped_at((0, 0.0))), 900.0)) == 3


def test_without_leaves_what_is_beyond_the_inner_parts() -> None:
    """Rings of an isochrone: what 10 minutes add to 5."""
    parts = StreetParts(np.array([0, 0, 3]), np.array([0.0, 0.6, 0.2]), np.array([0.4, 1.0, 0.9]))
    inner = StreetParts(np.array([0, 0, 3]), np.array([0.1, 0.6, 0.2]), np.array([0.2, 0.7, 0.9]))
    left = without(parts, inner)
    assert left.edge.tolist() == [0, 0, 0]
    assert left.start.tolist() == [0.0, 0.2, 0.7]
    assert left.stop.tolist() == [0.1, 0.4, 1.0]
    nothing = StreetParts(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    assert without(parts, nothing).start.tolist() == parts.start.tolist()
    assert len(without(nothing, nothing)) == 0
    assert len(without(parts, parts)) == 0


def test_geometry_of_a_bent_street() -> None:
    """Cut between the bends, through a bend, and whole; always from u to v.

    ::

        (0,0)----(60,0)
                   |
                 (60,40)      100 m
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (60.0, 40.0)}, [Street("A", "B", via=((60.0, 0.0),))]
    )
    parts = StreetParts(
        np.zeros(4, dtype=int), np.array([0.0, 0.3, 0.6, 0.0]), np.array([0.3, 0.8, 1.0, 1.0])
    )
    expected = [
        [(0, 0), (30, 0)],
        [(30, 0), (60, 0), (60, 20)],
        [(60, 0), (60, 40)],
        [(0, 0), (60, 0), (60, 40)],
    ]
    for line, points in zip(cut_lines(network, parts), expected, strict=True):
        assert line.equals_exact(shapely.LineString(points), tolerance=1e-9)
    np.testing.assert_allclose(parts.length_m(network), [30, 50, 40, 100])
    assert (
        len(cut_lines(network, StreetParts(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))))
        == 0
    )


def length_by_sampling(
    found: Scene, cutoff_s: float, *, towards: bool, step_m: float = 0.5
) -> tuple[float, float]:
    """Reached metres by asking `nearest` every half metre, and by how much that can be off."""
    network = found.network
    n = np.maximum(np.ceil(network.length_m / step_m).astype(int), 1)
    edge = np.repeat(np.arange(network.n_edges), n)
    fraction = (np.arange(len(edge)) - np.repeat(np.cumsum(n) - n, n) + 0.5) / np.repeat(n, n)
    everywhere = Scene(
        network,
        found.impedance,
        found.sources,
        Snapped(edge=edge, fraction=fraction, snap_m=np.zeros(len(edge))),
    )
    time_s, _ = nearest(
        everywhere.graph(towards=towards),
        everywhere.placed_sources(towards=towards),
        everywhere.placed_targets(towards=towards),
    )
    within = time_s <= cutoff_s
    stretch_m = (network.length_m / n)[edge]
    n_changes = (
        int(((within[1:] != within[:-1]) & (edge[1:] == edge[:-1])).sum()) + network.n_edges * 2
    )
    return float(stretch_m[within].sum()), n_changes * step_m / 2


_PROFILES = st.sampled_from(["adult", "older_adult", "frail", "wheelchair", "plain"])


@given(
    seed=st.integers(0, 10**6),
    profile_id=_PROFILES,
    towards=st.booleans(),
    cutoffs_s=st.lists(st.floats(0.0, 900.0, allow_subnormal=False), min_size=2, max_size=4).map(
        sorted
    ),
)
def test_reach_of_random_streets(
    seed: int, profile_id: str, towards: bool, cutoffs_s: list[float]
) -> None:
    """Metres equal an integration by sampling, parts nest, rings add up, geometry lies on its
    street.
    """
    found = random_scene(seed, profile_id)
    network, times = found.network, times_of(found, towards=towards)
    inner = StreetParts(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    inner_m = 0.0
    every_edge = np.arange(network.n_edges)
    for cutoff_s in cutoffs_s:
        parts = parts_within(times, cutoff_s=cutoff_s)
        assert (parts.start < parts.stop).all()
        assert ((parts.start >= 0) & (parts.stop <= 1)).all()
        order = np.lexsort((parts.start, parts.edge))
        assert (order == np.arange(len(parts))).all()
        same = parts.edge[1:] == parts.edge[:-1]
        assert (parts.start[1:][same] >= parts.stop[:-1][same] - 1e-9).all()

        total_m = float(parts.length_m(network).sum())
        beyond_m = float(
            parts_beyond(times, cutoff_s=cutoff_s, among=every_edge).length_m(network).sum()
        )
        assert total_m + beyond_m == pytest.approx(float(network.length_m.sum()))
        ring = without(parts, inner)
        assert float(ring.length_m(network).sum()) == pytest.approx(total_m - inner_m, abs=1e-6)
        for edge, start, stop in zip(inner.edge, inner.start, inner.stop, strict=True):
            around = (
                (parts.edge == edge) & (parts.start <= start + 1e-9) & (parts.stop >= stop - 1e-9)
            )
            assert around.any()
        inner, inner_m = parts, total_m

        lines = cut_lines(network, parts)
        np.testing.assert_allclose(shapely.length(lines), parts.length_m(network), atol=1e-6)
        assert all(
            network.lines[e].buffer(1e-6).covers(line)
            for e, line in zip(parts.edge.tolist(), lines, strict=True)
        )
    sampled_m, slack_m = length_by_sampling(found, cutoffs_s[-1], towards=towards)
    assert inner_m == pytest.approx(sampled_m, abs=slack_m)


@given(seed=st.integers(0, 10**6), profile_id=_PROFILES, towards=st.booleans())
def test_time_at_the_cut_is_the_cutoff(seed: int, profile_id: str, towards: bool) -> None:
    """Just inside each part a walker is in time, just outside not."""
    found = random_scene(seed, profile_id)
    cutoff_s = 200.0
    parts = parts_within(times_of(found, towards=towards), cutoff_s=cutoff_s)
    for shift, is_within in ((1e-7, True), (-1e-7, False)):
        edge = np.concatenate([parts.edge, parts.edge])
        fraction = np.concatenate([parts.start + shift, parts.stop - shift])
        keep = (fraction > 0) & (fraction < 1) & (np.tile(parts.stop - parts.start, 2) > 1e-6)
        ends = Snapped(edge=edge[keep], fraction=fraction[keep], snap_m=np.zeros(int(keep.sum())))
        asked = Scene(found.network, found.impedance, found.sources, ends)
        time_s, _ = nearest(
            asked.graph(towards=towards),
            asked.placed_sources(towards=towards),
            asked.placed_targets(towards=towards),
        )
        assert ((time_s <= cutoff_s) == is_within).all()


def test_no_streets() -> None:
    """An empty network has no parts."""
    empty = build_streets({}, [])
    found = Scene(empty, build_impedance(empty, walker()), snapped_at(), snapped_at())
    assert reached(found, 900.0) == []


def test_zero_length_street_is_no_obstacle() -> None:
    """Two junctions at one spot: what lies behind is reached as if there were one."""
    network = build_streets(
        {"H": (0.0, 0.0), "Z": (0.0, 0.0), "B": (133.0, 0.0)},
        [Street("H", "Z"), Street("Z", "B"), Street("H", "H")],
    )
    found = scene(network, walker(), snapped_at((0, 0.0)))
    assert reached(found, 50.0)[0] == (0, 0.0, 1.0)
    assert (1, 0.0, pytest.approx(0.5)) in reached(found, 50.0)
