"""Surveyed obstacles, on streets drawn by hand: where they stand, and whom they stop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from builders.streets import Street, build_streets, walker

from access15.core.streets.network import KERBS, WHEELCHAIR, WalkNetwork
from access15.core.streets.obstacles import OBSTACLES, place_obstacles
from access15.core.walk.impedance import build_impedance

# A zebra on a street, pavements on both sides; all ways are for walkers here.
#
#      n          n to m and m to s lead over the zebra at m
#      |
#  w --m-- e
#      |
#      s
NODES = {"w": (-40, 0), "m": (0, 0), "e": (40, 0), "n": (0, 30), "s": (0, -30)}
STREETS = [
    Street("w", "m"),
    Street("m", "e"),
    Street("n", "m", crossing_v="marked"),
    Street("m", "s", crossing_u="marked"),
]


def put(kind: str, *shapes: shapely.Geometry) -> tuple[WalkNetwork, list[bool]]:
    network = build_streets(NODES, STREETS)
    kinds = np.full(len(shapes), OBSTACLES.index(kind))
    placed, is_placed = place_obstacles(network, kinds, np.array(shapes, dtype=object))
    return placed, is_placed.tolist()


def wheels_pass(network: WalkNetwork) -> list[bool]:
    cost = build_impedance(network, walker("wheelchair"))
    return np.isfinite(cost.at_u_s + cost.forward_s + cost.at_v_s).tolist()


@pytest.mark.parametrize(
    ("kind", "shape", "expected"),
    [
        ("kerb_raised", shapely.Point(1, 3), [True, True, False, False]),
        ("kerb_raised", shapely.Point(6, 7), [True, True, False, False]),
        ("kerb_raised", shapely.Point(8, 8), [True, True, True, True]),
        ("kerb_flush", shapely.Point(1, 3), [True, True, True, True]),
        ("kerb_raised", shapely.Point(1, 20), [True, True, False, True]),
        ("barrier", shapely.Point(-20, 2), [False, True, True, True]),
        ("steps", shapely.Point(0, 20), [True, True, False, True]),
        ("narrow", shapely.LineString([(-20, 9), (-20, -9)]), [False, True, True, True]),
        ("barrier", shapely.LineString([(-9, 15), (9, 15)]), [True, True, False, True]),
        ("barrier", shapely.LineString([(-30, 2), (-10, 2)]), [False, True, True, True]),
        ("barrier", shapely.Point(-20, 5.5), [True, True, True, True]),
    ],
    ids=[
        "kerb at the zebra",
        "kerb at the side of the street",
        "kerb too far from the zebra",
        "flush kerb at the zebra",
        "kerb on the way north",
        "barrier on the street",
        "steps on the way north",
        "line across the street",
        "line across the way north",
        "line beside the street",
        "too far from any street",
    ],
)
def test_whom_an_obstacle_stops(kind: str, shape: shapely.Geometry, expected: list[bool]) -> None:
    network, is_placed = put(kind, shape)
    assert wheels_pass(network) == expected
    too_far = (shapely.Point(-20, 5.5), shapely.Point(8, 8))
    assert is_placed == [shape not in too_far]


def test_kerbs_that_were_unknown_are_known() -> None:
    network, _ = put("kerb_flush", shapely.Point(0, 1))
    assert [KERBS[code] for code in network.kerb_v] == ["unknown", "unknown", "flush", "unknown"]
    assert [KERBS[code] for code in network.kerb_u] == ["unknown", "unknown", "unknown", "flush"]


def test_raised_beside_flush_stays_raised() -> None:
    network = build_streets(NODES, STREETS)
    kinds = np.array([OBSTACLES.index("kerb_raised"), OBSTACLES.index("kerb_flush")])
    shapes = np.array([shapely.Point(0, 2), shapely.Point(0, -2)], dtype=object)
    placed, _ = place_obstacles(network, kinds, shapes)
    assert not any(wheels_pass(placed)[2:])
    reverse, _ = place_obstacles(network, kinds[::-1], shapes[::-1])
    assert reverse.kerb_v.tolist() == placed.kerb_v.tolist()


def test_without_obstacles_nothing_changes() -> None:
    network, is_placed = put("barrier")
    assert (wheels_pass(network), is_placed) == ([True] * 4, [])
    assert not (network.wheelchair == WHEELCHAIR.index("no")).any()


@pytest.mark.parametrize(("width_m", "expected"), [(0.85, False), (0.9, True), (np.nan, False)])
def test_a_narrow_place_is_as_wide_as_it_is_measured(width_m: float, expected: bool) -> None:
    """A wheelchair needs 90 cm; who walks passes in any case, also where nobody measured."""
    network = build_streets(NODES, STREETS)
    kind, shapes = np.array([OBSTACLES.index("narrow")]), np.array([shapely.Point(-20, 2)])
    placed, is_placed = place_obstacles(network, kind, shapes, np.array([width_m]))
    assert is_placed.tolist() == [True]
    assert wheels_pass(placed) == [expected, True, True, True]
    assert np.isfinite(build_impedance(placed, walker("adult")).forward_s).all()


def test_what_is_passable_now_lets_wheels_through() -> None:
    """A way that the map closes to wheels and calls 60 cm wide, and steps that have a ramp."""
    streets = [Street("w", "m", wheelchair="no"), Street("m", "e"), Street("m", "s", steps=True)]
    network = build_streets(NODES, streets)
    network = replace(network, width_m=np.array([0.6, np.nan, np.nan]))
    assert wheels_pass(network) == [False, True, False]
    kind = np.full(2, OBSTACLES.index("passable"))
    shapes = np.array([shapely.Point(-20, 2), shapely.Point(0, -15)])
    placed, _ = place_obstacles(network, kind, shapes, np.full(2, np.nan))
    assert wheels_pass(placed) == [True, True, True]


def test_of_two_at_one_place_the_one_that_stops_counts() -> None:
    network = build_streets(NODES, STREETS)
    kinds = np.array([OBSTACLES.index(name) for name in ("barrier", "passable")])
    placed, _ = place_obstacles(network, kinds, np.full(2, shapely.Point(-20, 2)))
    assert wheels_pass(placed) == [False, True, True, True]
