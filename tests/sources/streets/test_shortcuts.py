"""Ways that nobody draws: across squares with things in them, and off the pavement of quiet streets."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from builders.drawn_osm import read_drawing, walk
from builders.streets import walker

from access15.core.streets.network import CROSSINGS, WalkNetwork
from access15.core.walk.impedance import build_impedance

FOOT = {"highway": "footway"}
SIDE = {"highway": "footway", "footway": "sidewalk"}
SQUARE = {"highway": "pedestrian", "area": "yes"}

# A square of 100 x 100 m with a fountain of 20 x 20 m in its middle, entered from west and east:
#
#        4 --------- 3
#        |   8---7   |
#   20 - 9   |   |  10 - 21      straight 100 m, round the fountain 102.5 m
#        |   5---6   |
#        1 --------- 2
NODES = {
    1: (0, 0),
    2: (100, 0),
    3: (100, 100),
    4: (0, 100),
    9: (0, 50),
    10: (100, 50),
    5: (40, 40),
    6: (60, 40),
    7: (60, 60),
    8: (40, 60),
    20: (-50, 50),
    21: (150, 50),
}
STREETS = {30: ([20, 9], FOOT), 31: ([10, 21], FOOT)}
RING, FOUNTAIN = [1, 2, 10, 3, 4, 9, 1], [5, 6, 7, 8, 5]
ROUND_M = 2 * math.hypot(40, 10) + 20


def test_fountain_in_a_square_is_walked_round(tmp_path: Path) -> None:
    ways = {**STREETS, 10: (RING, {}), 11: (FOUNTAIN, {})}
    relation = {5: ([(10, "outer"), (11, "inner")], {"type": "multipolygon", **SQUARE})}
    network = read_drawing(tmp_path, NODES, ways, relations=relation).network
    assert walk(network, (0, 50), (100, 50))[0] == pytest.approx(ROUND_M, rel=1e-3)
    ring_m, fountain_m, streets_m = 400, 80, 100
    assert network.length_m[network.is_mapped].sum() == pytest.approx(
        ring_m + fountain_m + streets_m, rel=1e-3
    )
    assert not network.is_mapped.all()


def test_square_whose_fountain_is_missing_is_crossed_all_the_same(tmp_path: Path) -> None:
    ways = {**STREETS, 10: (RING, {})}
    relation = {5: ([(10, "outer"), (99, "inner")], {"type": "multipolygon", **SQUARE})}
    network = read_drawing(tmp_path, NODES, ways, relations=relation).network
    assert walk(network, (0, 50), (100, 50))[0] == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize(
    "tags", [{"highway": "pedestrian"}, {"highway": "footway", "area": "no"}, FOOT]
)
def test_a_ring_that_is_no_area_is_walked_along(tmp_path: Path, tags: dict[str, str]) -> None:
    network = read_drawing(tmp_path, NODES, {**STREETS, 10: (RING, tags)}).network
    assert walk(network, (0, 50), (100, 50))[0] == pytest.approx(200, rel=1e-3)


def test_wheels_cross_squares_too(tmp_path: Path) -> None:
    network = read_drawing(tmp_path, NODES, {**STREETS, 10: (RING, SQUARE)}).network
    across = [e for e in range(network.n_edges) if network.length_m[e] == pytest.approx(100, 1e-3)]
    cost = build_impedance(network, walker("wheelchair"))
    assert np.isfinite(cost.forward_s[across]).any()


# A quiet street with a pavement 6 m north of it, both 100 m long, joined at neither end:
#
#     11 ----------------- 12     pavement
#      1 -----------------  2     street
QUIET_NODES = {1: (0, 0), 2: (100, 0), 11: (0, 6), 12: (100, 6), 13: (0, 40), 3: (0, -40)}
ROAD = {"highway": "residential"}


def links(network: WalkNetwork) -> int:
    """Steps off the pavement."""
    unmarked = CROSSINGS.index("unmarked")
    return int(((network.crossing_u == unmarked) | (network.crossing_v == unmarked)).sum())


def quiet(tmp_path: Path, road: dict[str, str], side: dict[str, str]) -> WalkNetwork:
    ways = {10: ([3, 1, 2], ROAD | road), 20: ([13, 11, 12], side)}
    return read_drawing(tmp_path, QUIET_NODES, ways).network


@pytest.mark.parametrize(
    ("road", "side", "is_joined"),
    [
        ({}, SIDE, True),
        ({"sidewalk": "separate"}, FOOT, True),
        ({"highway": "service"}, SIDE, True),
        ({"highway": "living_street", "maxspeed": "20"}, SIDE, True),
        ({}, FOOT, False),
        ({"maxspeed": "70"}, SIDE, False),
        ({"maxspeed": "40 mph"}, SIDE, False),
        ({"highway": "tertiary"}, SIDE, False),
        ({"bridge": "yes", "layer": "1"}, SIDE, False),
        ({}, {**SIDE, "tunnel": "yes", "layer": "-1"}, False),
    ],
)
def test_which_streets_are_left_for_their_pavement_anywhere(
    tmp_path: Path, road: dict[str, str], side: dict[str, str], is_joined: bool
) -> None:
    assert (links(quiet(tmp_path, road, side)) > 0) is is_joined


def test_steps_off_the_pavement_lie_at_most_twenty_metres_apart(tmp_path: Path) -> None:
    network = quiet(tmp_path, {}, SIDE)
    is_link = network.crossing_u + network.crossing_v > 0
    x = np.sort(network.node_xy[network.edge_u[is_link], 0])
    assert np.diff(x).max() <= 20
    assert (x.min() - 514_000, x.max() - 514_000) == pytest.approx((0, 100), abs=0.1)


def test_wheels_do_not_step_off_a_pavement(tmp_path: Path) -> None:
    network = quiet(tmp_path, {}, SIDE)
    cost = build_impedance(network, walker("wheelchair"))
    is_link = network.crossing_u + network.crossing_v > 0
    assert is_link.any()
    assert np.isinf(cost.forward_s[is_link]).all()
    assert np.isfinite(build_impedance(network, walker("frail")).forward_s[is_link]).all()


def test_who_stands_at_a_zebra_takes_it(tmp_path: Path) -> None:
    """No step off the pavement within 10 m of a mapped crossing."""
    nodes = {**QUIET_NODES, 4: (50, 0, {"highway": "crossing", "crossing": "zebra"}), 5: (50, 6)}
    ways = {
        10: ([3, 1, 4, 2], ROAD),
        20: ([13, 11, 5, 12], SIDE),
        30: ([5, 4], {**FOOT, "footway": "crossing", "crossing": "zebra"}),
    }
    network = read_drawing(tmp_path, nodes, ways).network
    unmarked = CROSSINGS.index("unmarked")
    ends = [network.edge_u[network.crossing_u == unmarked]]
    ends += [network.edge_v[network.crossing_v == unmarked]]
    x = network.node_xy[np.concatenate(ends), 0] - 514_000
    assert len(x)
    assert (np.abs(x - 50) > 9.9).all()


def test_where_streets_are_crossed_does_not_depend_on_the_box(tmp_path: Path) -> None:
    near = quiet(tmp_path, {}, SIDE)
    far = {**QUIET_NODES, 50: (800, 800), 51: (810, 800)}
    ways = {10: ([3, 1, 2], ROAD), 20: ([13, 11, 12], SIDE), 60: ([50, 51], FOOT)}
    wide = read_drawing(tmp_path, far, ways).network
    assert {tuple(xy) for xy in near.node_xy.tolist()} <= {
        tuple(xy) for xy in wide.node_xy.tolist()
    }
