"""Streets on made ground, drawn and solved by hand: a ramp, a ridge, a bridge, a tunnel."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from builders.streets import Street, build_streets, snapped_at, walker
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.streets.network import WalkNetwork
from access15.core.streets.pieces import SPACING_M, place_samples
from access15.core.streets.slopes import MAX_OFF_M, Slopes, build_slopes
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest

UP_5 = math.exp(3.5 * 0.05)  # Tobler: 3.5 per unit of slope, beside the flat
UP_15 = math.exp(3.5 * 0.15)
DOWN_15 = math.exp(3.5 * 0.05)  # down to 10 % as on the flat; beyond that one brakes


def lift(network: WalkNetwork, ground: Any) -> Slopes:
    """Slopes on ground that is a function of x."""
    samples = place_samples(network)
    return build_slopes(network, samples, np.asarray(ground(samples.xy[:, 0]), dtype=np.float64))


def minutes(
    network: WalkNetwork, start_x: float, goal_x: float, profile: WalkProfile | None = None
) -> float:
    """Minutes from a place to another on the one street of a network, at 1 m/s unless told."""
    profile = profile or replace_pace(1.0)
    impedance = build_impedance(network, profile)
    home, goal = (put(network, x) for x in (start_x, goal_x))
    graph = build_graph(network, impedance, towards=True)
    time_s, _ = nearest(
        graph,
        place_points(network, impedance, goal, leaving=False),
        place_points(network, impedance, home, leaving=True),
        cutoff_s=1e6,
    )
    return float(time_s[0]) / 60.0


def replace_pace(pace_ms: float) -> WalkProfile:
    return walker("older_adult", pace_ms=pace_ms)


def put(network: WalkNetwork, x: float) -> Any:
    """A place on a street along the x axis."""
    ends = network.node_xy[:, 0]
    for edge in range(network.n_edges):
        a, b = ends[network.edge_u[edge]], ends[network.edge_v[edge]]
        if min(a, b) <= x <= max(a, b):
            return snapped_at((edge, (x - a) / (b - a)))
    raise AssertionError(x)


def street(length_m: float, **more: Any) -> WalkNetwork:
    return build_streets({"A": (0, 0), "B": (length_m, 0)}, [Street("A", "B", **more)])


def test_a_ramp_takes_longer_up_than_down() -> None:
    """::

           ____ 300 m, 10 m up
      ____/     5 %
    A 100   300   400 B
    """
    hill = lift(street(400), lambda x: np.clip(x - 100, 0, 200) * 0.05)
    assert hill.network.incline.tolist() == [0.0, 0.05, 0.0]
    assert hill.network.length_m.tolist() == [100.0, 200.0, 100.0]
    assert (hill.tagged_m, hill.measured_m, hill.unknown_m) == (0.0, 400.0, 0.0)
    up = (100 + 200 * UP_5 + 100) / 60
    assert minutes(hill.network, 0, 400) == pytest.approx(up, rel=1e-12)
    assert minutes(hill.network, 400, 0) == pytest.approx(400 / 60, rel=1e-12)
    # doors in the middle of the ramp: only the metres walked on it count
    assert minutes(hill.network, 50, 200) == pytest.approx((50 + 100 * UP_5) / 60, rel=1e-12)


def test_a_ridge_costs_on_both_sides() -> None:
    """An edge whose ends lie on one level is not flat.

    ::

              /\\   15 m
            /    \\    15 %
        A 0  100  200 B
    """
    ridge = lift(street(200), lambda x: 15 - np.abs(x - 100) * 0.15).network
    assert ridge.incline.tolist() == [0.15, -0.15]
    both = (100 * UP_15 + 100 * DOWN_15) / 60
    assert minutes(ridge, 0, 200) == pytest.approx(both, rel=1e-12)
    assert minutes(ridge, 200, 0) == pytest.approx(both, rel=1e-12)
    assert minutes(ridge, 0, 100) == pytest.approx(100 * UP_15 / 60, rel=1e-12)
    assert minutes(ridge, 100, 0) == pytest.approx(100 * DOWN_15 / 60, rel=1e-12)


def test_wheels_are_stopped_by_the_steep_part_alone() -> None:
    """8 % is passed, 10 % is not; the flat part of the same street is reached."""
    ground = lift(street(300), lambda x: np.clip(x - 200, 0, 100) * 0.10).network
    wheels = walker("wheelchair")
    assert minutes(ground, 0, 200, wheels) == pytest.approx(200 / wheels.pace_ms / 60, rel=1e-12)
    assert minutes(ground, 0, 210, wheels) == math.inf
    gentle = lift(street(300), lambda x: np.clip(x - 200, 0, 100) * 0.08).network
    assert math.isfinite(minutes(gentle, 0, 300, wheels))


BANKS = {"A": (0.0, 0.0), "B": (100.0, 0.0), "C": (150.0, 0.0), "D": (200.0, 0.0), "E": (300.0, 0)}
ROAD = [Street("A", "B"), Street("B", "C"), Street("C", "D"), Street("D", "E")]


def valley(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """A valley 15 m deep from 100 to 200 m; the eastern bank lies 4 m higher."""
    return np.where((x > 100) & (x < 200), -15.0, np.where(x >= 200, 4.0, 0.0))


@pytest.mark.parametrize("column", ["bridge", "tunnel", "other_level"])
def test_a_bridge_runs_evenly_from_bank_to_bank(column: str) -> None:
    """::

    A ===== B --- C --- D ===== E     4 m in 100 m: 4 %, in two spans
             \\         /
               \\_____/  15 m deep
    """
    drawn = replace(build_streets(BANKS, ROAD), **{column: np.array([False, True, True, False])})
    crossed = lift(drawn, valley).network
    assert crossed.incline.tolist() == [0.0, 0.04, 0.04, 0.0]
    taken = (200 + 100 * math.exp(3.5 * 0.04)) / 60
    assert minutes(crossed, 0, 300) == pytest.approx(taken, rel=1e-12)
    # the same streets on the ground go down and up again
    assert lift(build_streets(BANKS, ROAD), valley).network.incline.min() < -0.2


def test_steps_do_not_pull_a_bridge_down() -> None:
    """A flight leads from the bridge down to the path in the valley: it climbs, the deck does not.

    ::

        A ===== B --- C --- D ===== E
                      ¦ steps, 10 m
                      F
    """
    nodes = {**BANKS, "F": (150.0, 10.0)}
    drawn = build_streets(nodes, [*ROAD, Street("C", "F", steps=True)])
    drawn = replace(drawn, bridge=np.array([False, True, True, False, False]))
    crossed = lift(drawn, lambda x: np.where((x > 100) & (x < 200), -13.0, 0.0)).network
    assert crossed.incline.tolist() == [0.0, 0.0, 0.0, 0.0, -1.3]


def test_a_footbridge_held_by_steps_alone() -> None:
    """Nothing else leads up to it: its deck runs between the ends of the steps."""
    nodes = {"A": (0.0, 0.0), "B": (10.0, 0.0), "C": (60.0, 0.0), "D": (70.0, 0.0)}
    drawn = build_streets(
        nodes, [Street("A", "B", steps=True), Street("B", "C"), Street("C", "D", steps=True)]
    )
    drawn = replace(drawn, bridge=np.array([False, True, False]))
    assert lift(drawn, lambda x: x * 0.0).network.incline.tolist() == [0.0, 0.0, 0.0]


def test_unknown_stays_unknown() -> None:
    """Of the middle of the street, and of a bridge of which one bank is not known."""
    gap = lift(street(300), lambda x: np.where((x > 95) & (x < 205), np.nan, x * 0.05))
    assert gap.network.incline.tolist() == pytest.approx([0.05, np.nan, 0.05], nan_ok=True)
    assert (gap.measured_m, gap.unknown_m) == (180.0, 120.0)
    drawn = replace(build_streets(BANKS, ROAD), bridge=np.array([False, True, True, False]))
    hung = lift(drawn, lambda x: np.where(x >= 200, np.nan, 0.0))
    assert hung.network.incline.tolist() == pytest.approx([0, np.nan, np.nan, np.nan], nan_ok=True)
    none = lift(street(300), lambda x: x * np.nan)
    assert (none.network.n_edges, none.unknown_m) == (1, 300.0)


def test_the_map_knows_better() -> None:
    """A tagged slope stays, whole; a word gets a number, and what is called steep stops wheels."""
    tagged = lift(street(100, incline=0.02), lambda x: np.abs(x - 50) * 0.1)
    assert tagged.network.incline.tolist() == [0.02]
    assert (tagged.tagged_m, tagged.measured_m) == (100.0, 0.0)
    steep = replace(street(100), slope=np.array([3], dtype=np.uint8))  # "steep"
    told = lift(steep, lambda x: x * 0.05).network
    assert told.incline.tolist() == [0.05]
    assert minutes(told, 0, 100) == pytest.approx(100 * UP_5 / 60, rel=1e-12)
    assert minutes(told, 0, 100, walker("wheelchair")) == math.inf


def test_lifts_and_moving_ways_climb_nothing() -> None:
    lifted = replace(street(100), conveying=np.array([True]))
    moved = lift(lifted, lambda x: x * 0.2)
    assert moved.network.incline.tolist() == pytest.approx([np.nan], nan_ok=True)
    assert moved.unknown_m == 0.0
    shaft = replace(street(4), highway_names=("elevator",))
    assert np.isnan(lift(shaft, lambda x: x * 5.0).network.incline).all()


def test_what_stands_at_the_ends_stays_there() -> None:
    drawn = street(200, crossing_u="marked", kerb_v="raised", via=((50.0, 0.0),))
    ridge = lift(drawn, lambda x: 10 - np.abs(x - 100) * 0.1).network
    assert (ridge.crossing_u.tolist(), ridge.crossing_v.tolist()) == ([2, 0], [0, 0])
    assert (ridge.kerb_u.tolist(), ridge.kerb_v.tolist()) == ([0, 0], [0, 2])
    assert [line.wkt for line in ridge.lines] == [
        "LINESTRING (0 0, 50 0, 100 0)",
        "LINESTRING (100 0, 200 0)",
    ]


def test_no_streets() -> None:
    nothing = build_streets({"A": (0, 0)}, [])
    assert lift(nothing, lambda x: x).network is nothing


@st.composite
def grounds(draw: st.DrawFn) -> tuple[WalkNetwork, NDArray[np.float64]]:
    """A few bent streets and a height at each place along them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_nodes, n_edges = draw(st.integers(2, 6)), draw(st.integers(1, 9))
    nodes = {str(i): tuple(np.rint(rng.uniform(0, 300, 2) * 100) / 100) for i in range(n_nodes)}
    streets = []
    for _ in range(n_edges):
        u, v = rng.choice(n_nodes, 2, replace=False)
        n_via = int(rng.integers(0, 4))
        via = tuple(map(tuple, np.rint(rng.uniform(0, 300, (n_via, 2)) * 100) / 100))
        incline = 0.03 if rng.random() < 0.2 else np.nan
        streets.append(Street(str(u), str(v), via=via, incline=incline))
    network = build_streets(nodes, streets)  # type: ignore[arg-type]
    network = replace(network, length_m=np.rint(network.length_m * 100) / 100)
    samples = place_samples(network)
    at_node = rng.uniform(0, 20, n_nodes)
    height_m = np.cumsum(rng.normal(0, draw(st.floats(0.0, 2.0)), len(samples.xy)))
    height_m[samples.start[:-1]] = at_node[network.edge_u]
    height_m[samples.start[1:] - 1] = at_node[network.edge_v]
    return network, height_m


@settings(max_examples=60, deadline=None)
@given(grounds())
def test_pieces_are_the_streets(drawn: tuple[WalkNetwork, NDArray[np.float64]]) -> None:
    """Nothing gets longer or shorter or moves, and no height is farther off than is said."""
    network, height_m = drawn
    samples = place_samples(network)
    cut = build_slopes(network, samples, height_m).network
    assert cut.length_m.sum() == pytest.approx(network.length_m.sum(), abs=1e-6)
    for before, after in ((network, cut),):
        assert sum(line.length for line in after.lines) == pytest.approx(
            sum(line.length for line in before.lines), abs=0.05 * after.n_edges
        )
    ends = cut.node_xy[cut.edge_u], cut.node_xy[cut.edge_v]
    first = np.array([line.coords[0] for line in cut.lines])
    last = np.array([line.coords[-1] for line in cut.lines])
    assert (first == ends[0]).all()
    assert (last == ends[1]).all()
    assert cut.n_nodes - network.n_nodes == cut.n_edges - network.n_edges
    spacing_m = np.diff(samples.along_m)[
        np.diff(np.repeat(np.arange(network.n_edges), np.diff(samples.start))) == 0
    ]
    assert (spacing_m <= SPACING_M + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 3.0))
def test_slopes_follow_the_ground(seed: int, rough_m: float) -> None:
    """Walking along the pieces, one is never farther above or below the ground than is said, nor
    does it matter from which end the street is drawn.
    """
    rng = np.random.default_rng(seed)
    there = street(200)
    back = build_streets({"A": (0, 0), "B": (200, 0)}, [Street("B", "A")])
    bumps = np.cumsum(rng.normal(0, rough_m, 21))
    forth, reverse = (
        lift(one, lambda x: np.interp(x, np.arange(21) * 10.0, bumps)) for one in (there, back)
    )
    lengths, slopes = forth.network.length_m, forth.network.incline
    assert reverse.network.length_m.tolist() == lengths[::-1].tolist()
    assert reverse.network.incline.tolist() == (-slopes[::-1]).tolist()
    at_m = np.concatenate([[0.0], np.cumsum(lengths)])
    walked_m = bumps[0] + np.concatenate([[0.0], np.cumsum(lengths * slopes)])
    ground_m = np.interp(np.arange(0, 201, 10.0), at_m, walked_m)
    rounded_m = 0.001 * 200  # a fifth of a percent, half of it off, all along
    assert np.abs(ground_m - bumps).max() <= MAX_OFF_M + rounded_m + 1e-9
