"""A crossing counts once: drawn streets, each rule by itself and together."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.drawn_osm import kerbs_at, places, read_drawing, walk

ROAD = {"highway": "residential"}
FOOT = {"highway": "footway"}
ZEBRA = {"highway": "crossing", "crossing": "zebra"}
SIGNALS = {"highway": "crossing", "crossing": "traffic_signals"}
UNMARKED = {"highway": "crossing", "crossing": "unmarked"}

# A zebra in mid-block; every arm is 60 m long:
#
#              4
#              |         footway
#     1 ------ 2 ------ 3     road
#              |
#              5
CROSS_NODES = {1: (-60, 0), 2: (0, 0, ZEBRA), 3: (60, 0), 4: (0, 60), 5: (0, -60)}
CROSS_WAYS = {10: ([1, 2, 3], ROAD), 11: ([4, 2, 5], FOOT)}
WEST, EAST, NORTH, SOUTH, MIDDLE = (-60, 0), (60, 0), (0, 60), (0, -60), (0, 0)


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        pytest.param((NORTH, SOUTH), {"marked": 1.0}, id="across the street"),
        pytest.param((WEST, EAST), {}, id="along the street, past its zebra"),
        pytest.param((NORTH, EAST), {"marked": 0.5}, id="from the footway onto the street"),
        pytest.param((WEST, SOUTH), {"marked": 0.5}, id="from the street onto the footway"),
        pytest.param((MIDDLE, SOUTH), {"marked": 0.5}, id="from the middle of the street"),
    ],
)
def test_zebra_is_felt_by_those_who_cross(
    tmp_path: Path, stops: tuple, expected: dict[str, float]
) -> None:
    area = read_drawing(tmp_path, CROSS_NODES, CROSS_WAYS)
    assert walk(area.network, *stops)[1] == expected


def test_crossing_counts_once_where_the_footway_is_two_ways(tmp_path: Path) -> None:
    ways = {10: ([1, 2], ROAD), 12: ([2, 3], ROAD), 11: ([4, 2], FOOT), 13: ([5, 2], FOOT)}
    area = read_drawing(tmp_path, CROSS_NODES, ways)
    assert walk(area.network, NORTH, SOUTH)[1] == {"marked": 1.0}
    assert walk(area.network, WEST, EAST)[1] == {}


CAR_SIGNALS = {"highway": "traffic_signals"}


@pytest.mark.parametrize("mark", [ZEBRA, SIGNALS, UNMARKED, CAR_SIGNALS])
def test_who_walks_along_a_street_waits_for_nothing_on_it(
    tmp_path: Path, mark: dict[str, str]
) -> None:
    # Ten marks in mid-block, 50 m apart, and a driveway beside each.
    #
    #     1 -x--x--x- ... -x- 2
    #        |  |  |       |
    nodes: dict = {1: (0, 0), 2: (550, 0)}
    nodes |= {10 + i: (50 * i, 0, mark) for i in range(1, 11)}
    nodes |= {30 + i: (50 * i, 20) for i in range(1, 11)}
    ways = {10: ([1, *range(11, 21), 2], ROAD)}
    ways |= {20 + i: ([10 + i, 30 + i], {"highway": "service"}) for i in range(1, 11)}
    area = read_drawing(tmp_path, nodes, ways)
    assert walk(area.network, (0, 0), (550, 0)) == (pytest.approx(550, rel=4e-4), {})


def test_side_streets_are_crossed_their_own_way(tmp_path: Path) -> None:
    # Zebras of the main street at both side streets, whose own mouths are marked only at the
    # second: who walks along the main street crosses that one.
    #
    #            4    5
    #            |    z
    #     1 --z--2----3--z-- 6
    nodes = {
        1: (-100, 0),
        7: (-10, 0, ZEBRA),
        2: (0, 0),
        3: (100, 0),
        8: (110, 0, ZEBRA),
        6: (200, 0),
        4: (0, 80),
        9: (100, 10, ZEBRA),
        5: (100, 80),
    }
    ways = {20: ([1, 7, 2, 3, 8, 6], ROAD), 21: ([2, 4], ROAD), 22: ([3, 9, 5], ROAD)}
    area = read_drawing(tmp_path, nodes, ways)
    assert walk(area.network, (-100, 0), (200, 0))[1] == {"marked": 1.0}
    assert walk(area.network, (0, 80), (-100, 0))[1] == {"marked": 0.5}, "one corner of two"


def test_path_through_a_crossing_counts_it_once(tmp_path: Path) -> None:
    # Signals at 2, half-way from 1 to 3: a path crosses something there, whatever is not mapped.
    nodes = {1: (0, 0), 2: (100, 0, SIGNALS), 3: (200, 0)}
    area = read_drawing(tmp_path, nodes, {10: ([1, 2, 3], FOOT)})
    assert area.network.n_edges == 2  # the crossing stays a node
    assert walk(area.network, (0, 0), (200, 0)) == (pytest.approx(200, rel=4e-4), {"signals": 1.0})


WIDE = {"highway": "primary", "lanes": "6"}


@pytest.mark.parametrize(
    ("main", "stops", "expected"),
    [
        (WIDE, ((0, -80), (0, 80)), {"wide": 1.0}),
        (WIDE, ((-80, 0), (80, 0)), {}),
        (WIDE, ((0, -80), (80, 0)), {"wide": 0.5}),
        ({"highway": "primary", "lanes": "2"}, ((0, -80), (0, 80)), {}),
        ({"highway": "primary", "lanes": "3", "oneway": "yes"}, ((0, -80), (0, 80)), {"wide": 1.0}),
    ],
    ids=["across", "along", "turn", "narrow", "half of a divided road"],
)
@pytest.mark.parametrize("side", [ROAD, FOOT], ids=["street", "path"])
def test_wide_road_without_a_mapped_crossing_costs_a_wait(
    tmp_path: Path, main: dict, stops: tuple, expected: dict, side: dict
) -> None:
    #           5
    #           |
    #     1 --- 2 --- 3      six lanes
    #           |
    #           4
    nodes = {1: (-80, 0), 2: (0, 0), 3: (80, 0), 4: (0, -80), 5: (0, 80)}
    area = read_drawing(tmp_path, nodes, {10: ([1, 2, 3], main), 11: ([4, 2, 5], side)})
    assert walk(area.network, *stops)[1] == expected


def test_zebra_on_a_wide_road_is_a_zebra(tmp_path: Path) -> None:
    nodes = {1: (-80, 0), 2: (0, 0), 6: (15, 0, ZEBRA), 3: (80, 0), 4: (0, -80), 5: (0, 80)}
    area = read_drawing(tmp_path, nodes, {10: ([1, 2, 6, 3], WIDE), 11: ([4, 2, 5], ROAD)})
    assert walk(area.network, (0, -80), (0, 80))[1] == {"marked": 1.0}


def test_driveways_cross_a_wide_road_too(tmp_path: Path) -> None:
    nodes = {1: (-80, 0), 2: (0, 0), 3: (80, 0), 4: (0, -80), 5: (0, 80)}
    drive = {"highway": "service"}
    area = read_drawing(tmp_path, nodes, {10: ([1, 2, 3], WIDE), 11: ([4, 2, 5], drive)})
    assert walk(area.network, (0, -80), (0, 80))[1] == {"wide": 1.0}
    assert walk(area.network, (-80, 0), (80, 0))[1] == {}


# A junction whose four approaches have signals 12 m out, as they are often mapped:
#
#               8
#               |
#               4
#               |
#      7 -- 3 --0-- 1 -- 5
#               |
#               2
#               |
#               6
JUNCTION = {
    9: (0, 0),
    1: (12, 0, SIGNALS),
    2: (0, -12, SIGNALS),
    3: (-12, 0, SIGNALS),
    4: (0, 12, ZEBRA),
    5: (100, 0),
    6: (0, -100),
    7: (-100, 0),
    8: (0, 100),
}
JUNCTION_WAYS = {20: ([7, 3, 9, 1, 5], ROAD), 21: ([6, 2, 9, 4, 8], {"highway": "tertiary"})}


@pytest.mark.parametrize(
    "stops",
    [((-100, 0), (100, 0)), ((0, -100), (0, 100)), ((-100, 0), (0, 100))],
    ids=["east", "north", "turn"],
)
def test_junction_counts_once_however_many_approaches_are_marked(
    tmp_path: Path, stops: tuple
) -> None:
    area = read_drawing(tmp_path, JUNCTION, JUNCTION_WAYS)
    assert walk(area.network, *stops)[1] == {"signals": 1.0}
    assert area.network.n_nodes == 5, (
        "approach crossings taken over by the junction are no nodes any more"
    )


def test_footways_over_an_approach_keep_their_crossing(tmp_path: Path) -> None:
    nodes = {**JUNCTION, 31: (12, 40), 32: (12, -40)}
    area = read_drawing(tmp_path, nodes, {**JUNCTION_WAYS, 22: ([31, 1, 32], FOOT)})
    assert walk(area.network, (12, 40), (12, -40))[1] == {"signals": 1.0}
    assert walk(area.network, (-100, 0), (100, 0))[1] == {"signals": 1.0}
    assert walk(area.network, (12, 40), (100, 0))[1] == {"signals": 0.5}, (
        "turning off the zebra, not over the junction"
    )


@pytest.mark.parametrize(
    ("distance_m", "expected"), [(24.0, {"marked": 0.5}), (26.0, {})], ids=["near", "far"]
)
def test_junction_takes_over_what_lies_within_25_m(
    tmp_path: Path, distance_m: float, expected: dict[str, float]
) -> None:
    # The zebra is on the east arm; who turns from west to south crosses that street from one
    # corner of two, who goes on to the east passes it.
    nodes = {9: (0, 0), 1: (distance_m, 0, ZEBRA), 5: (100, 0), 6: (0, -100), 7: (-100, 0)}
    area = read_drawing(tmp_path, nodes, {20: ([7, 9, 1, 5], ROAD), 21: ([6, 9], ROAD)})
    assert walk(area.network, (-100, 0), (0, -100))[1] == expected
    assert walk(area.network, (-100, 0), (100, 0))[1] == {}


def test_approach_may_be_drawn_in_several_ways_and_cross_a_footpath(tmp_path: Path) -> None:
    nodes = {
        9: (0, 0),
        41: (6, 0),
        42: (12, 0),
        1: (18, 0, SIGNALS),
        5: (100, 0),
        6: (0, -100),
        7: (-100, 0),
        43: (6, 50),
    }
    ways = {
        20: ([7, 9, 41], ROAD),
        23: ([41, 42], {**ROAD, "bridge": "yes"}),
        24: ([42, 1, 5], {**ROAD, "name": "Via Nuova"}),
        21: ([6, 9], ROAD),
        25: ([41, 43], FOOT),
    }
    area = read_drawing(tmp_path, nodes, ways)
    assert walk(area.network, (-100, 0), (100, 0))[1] == {}
    assert walk(area.network, (-100, 0), (0, -100))[1] == {"signals": 0.5}


def test_driveways_make_no_junction(tmp_path: Path) -> None:
    # A zebra with a footway, and 15 m further a driveway: walking along the street stays free.
    nodes = {**CROSS_NODES, 6: (15, 0), 7: (15, 30)}
    ways = {10: ([1, 2, 6, 3], ROAD), 11: ([4, 2, 5], FOOT), 12: ([6, 7], {"highway": "service"})}
    area = read_drawing(tmp_path, nodes, ways)
    assert walk(area.network, WEST, EAST)[1] == {}


def test_driveway_at_an_approach_does_not_count_twice(tmp_path: Path) -> None:
    nodes = {**JUNCTION, 33: (12, 30)}
    area = read_drawing(tmp_path, nodes, {**JUNCTION_WAYS, 22: ([1, 33], {"highway": "service"})})
    assert walk(area.network, (-100, 0), (100, 0))[1] == {"signals": 1.0}


def test_junction_does_not_hand_its_signals_to_the_next_junction(tmp_path: Path) -> None:
    # Signals on the junction at 0; a side street leaves 15 m further east.
    nodes = {
        9: (0, 0, {"highway": "traffic_signals"}),
        8: (15, 0),
        5: (100, 0),
        6: (0, -100),
        7: (-100, 0),
        4: (15, 100),
    }
    area = read_drawing(
        tmp_path, nodes, {20: ([7, 9, 8, 5], ROAD), 21: ([6, 9], ROAD), 22: ([8, 4], ROAD)}
    )
    assert walk(area.network, (15, 100), (100, 0))[1] == {}
    assert walk(area.network, (-100, 0), (100, 0))[1] == {"signals": 1.0}


def test_signals_on_the_junction_itself(tmp_path: Path) -> None:
    nodes = {**JUNCTION, 9: (0, 0, {"highway": "traffic_signals"})}
    nodes = {k: (v[0], v[1]) if k in (1, 2, 3, 4) else v for k, v in nodes.items()}
    area = read_drawing(tmp_path, nodes, JUNCTION_WAYS)
    assert walk(area.network, (-100, 0), (100, 0))[1] == {"signals": 1.0}


# A crossing drawn as a way, from kerb to kerb, with a pavement on either side.
#
#   1 ---- 2 ---- 3     pavement, y = 6
#          :
#   7 ---- 5 ---- 8     street, y = 0
#          :
#   4 ---- 6 ---- 9     pavement, y = -6
DRAWN_NODES = {
    1: (-50, 6),
    2: (0, 6),
    3: (50, 6),
    4: (-50, -6),
    6: (0, -6),
    9: (50, -6),
    7: (-50, 0),
    5: (0, 0),
    8: (50, 0),
}
PAVEMENTS = {
    30: ([1, 2, 3], {**FOOT, "footway": "sidewalk"}),
    31: ([4, 6, 9], {**FOOT, "footway": "sidewalk"}),
    32: ([7, 5, 8], ROAD),
}
CROSSING_WAY = {**FOOT, "footway": "crossing"}


@pytest.mark.parametrize(
    ("way_tags", "node_tags", "expected"),
    [
        ({"crossing": "zebra"}, {}, {"marked": 1.0}),
        ({"crossing": "traffic_signals"}, ZEBRA, {"signals": 1.0}),
        ({"crossing": "zebra"}, SIGNALS, {"signals": 1.0}),
        ({"crossing": "unmarked"}, ZEBRA, {"marked": 1.0}),
        ({"crossing": "unmarked"}, {}, {"unmarked": 1.0}),
        ({}, {}, {"marked": 1.0}),
        ({}, UNMARKED, {"unmarked": 1.0}),
        ({"crossing": "no"}, {}, {}),
        ({"crossing": "no"}, SIGNALS, {"signals": 1.0}),
        ({"crossing:signals": "yes"}, {}, {"signals": 1.0}),
        ({"crossing:markings": "zebra"}, {"highway": "crossing"}, {"marked": 1.0}),
    ],
)
def test_crossing_drawn_as_way_counts_once(
    tmp_path: Path, way_tags: dict[str, str], node_tags: dict[str, str], expected: dict[str, float]
) -> None:
    nodes = {**DRAWN_NODES, 5: (0, 0, node_tags)}
    area = read_drawing(
        tmp_path, nodes, {**PAVEMENTS, 33: ([2, 5, 6], {**CROSSING_WAY, **way_tags})}
    )
    assert walk(area.network, (-50, 6), (0, 6), (0, -6), (50, -6))[1] == expected
    assert walk(area.network, (-50, 6), (50, 6))[1] == {}, "along the pavement"
    assert walk(area.network, (-50, 0), (50, 0))[1] == {}, "along the street"


def test_crossing_drawn_in_two_halves_counts_once(tmp_path: Path) -> None:
    tags = {**CROSSING_WAY, "crossing": "traffic_signals"}
    area = read_drawing(
        tmp_path, DRAWN_NODES, {**PAVEMENTS, 33: ([2, 5], tags), 34: ([6, 5], tags)}
    )
    assert walk(area.network, (0, 6), (0, -6))[1] == {"signals": 1.0}


def test_crossing_with_kerb_nodes_counts_once(tmp_path: Path) -> None:
    nodes = {
        **DRAWN_NODES,
        51: (0, 3, {"kerb": "lowered", "barrier": "kerb"}),
        52: (0, -3, {"kerb": "raised"}),
    }
    tags = {**CROSSING_WAY, "crossing": "zebra"}
    area = read_drawing(tmp_path, nodes, {**PAVEMENTS, 33: ([2, 51, 5, 52, 6], tags)})
    assert walk(area.network, (0, 6), (0, -6))[1] == {"marked": 1.0}
    assert kerbs_at(area.network, (0, 3)) == {"footway flush": 2}
    assert kerbs_at(area.network, (0, -3)) == {"footway raised": 2}


def test_two_crossings_from_one_corner_count_twice(tmp_path: Path) -> None:
    #   3 : : 2 : : 1     two crossing ways meet on the pavement at 2
    nodes = {1: (10, 0), 2: (0, 0), 3: (-10, 0), 4: (0, 40), 5: (40, 0), 6: (-40, 0)}
    tags = {**CROSSING_WAY, "crossing": "zebra"}
    ways = {
        40: ([1, 2], tags),
        41: ([2, 3], tags),
        42: ([2, 4], FOOT),
        43: ([5, 1], FOOT),
        44: ([3, 6], FOOT),
    }
    area = read_drawing(tmp_path, nodes, ways)
    assert walk(area.network, (40, 0), (-40, 0))[1] == {"marked": 2.0}
    assert walk(area.network, (40, 0), (0, 40))[1] == {"marked": 1.0}


def test_kerb_at_a_crossing_hinders_those_who_cross_only(tmp_path: Path) -> None:
    nodes = {**CROSS_NODES, 2: (0, 0, {**ZEBRA, "kerb": "raised"})}
    area = read_drawing(tmp_path, nodes, CROSS_WAYS)
    assert kerbs_at(area.network, (0, 0)) == {"footway raised": 2, "residential unknown": 2}
    no_footway = read_drawing(tmp_path, nodes, {10: CROSS_WAYS[10]})
    assert places(no_footway.network) == {WEST, EAST}, "nobody notices it who walks along"
