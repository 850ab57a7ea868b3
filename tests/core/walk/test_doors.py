"""Where places meet the streets: once, whoever walks, at the ground, and never on a fragment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders.session_scenes import random_network, random_points
from builders.streets import Street, build_streets, snapped_at, walker
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork, build_network
from access15.core.walk.doors import (
    Doors,
    DoorStreets,
    build_door_snapper,
    find_door_streets,
    one_door_each,
    snap_doors,
)
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import FACTOR_COLUMNS, PLAIN_FACTORS, build_impedance
from access15.core.walk.search import nearest
from access15.core.walk.snap import Snapped


def snap(network: WalkNetwork, *xy: tuple[float, float], max_snap_m: float = 150.0) -> Snapped:
    snapper = build_door_snapper(network, find_door_streets(network))
    return snap_doors(snapper, np.array(xy), max_snap_m=max_snap_m)


def as_service(network: WalkNetwork, *edges: int) -> WalkNetwork:
    """The same streets, some of them service ways."""
    highway = np.isin(np.arange(network.n_edges), edges).astype(np.int64)
    return replace(network, highway=highway, highway_names=("residential", "service"))


#  d----e   90 m, or 110 m, that touch nothing      A house between: 10 m from d-e,
#    h                                              20 m from a-b.
#  a----------------b   400 m
@pytest.mark.parametrize(("length_m", "edge", "snap_m"), [(90.0, 0, 20.0), (110.0, 1, 10.0)])
def test_a_fragment_takes_no_doors_and_a_cut_off_part_does(
    length_m: float, edge: int, snap_m: float
) -> None:
    nodes = {"a": (0.0, 0.0), "b": (400.0, 0.0), "d": (0.0, 30.0), "e": (length_m, 30.0)}
    network = build_streets(nodes, [Street("a", "b"), Street("d", "e")])
    found = snap(network, (50.0, 20.0))
    assert (found.edge[0], found.snap_m[0]) == (edge, snap_m)


def test_the_longest_part_takes_doors_however_short() -> None:
    network = build_streets({"a": (0, 0), "b": (9, 0)}, [Street("a", "b")])
    assert find_door_streets(network).is_open.tolist() == [True]
    assert find_door_streets(build_streets({}, [])).is_open.tolist() == []


def test_a_door_opens_to_the_ground() -> None:
    """A passage 4 m below the door; the street is 18 m away. The passage still leads on.

    ::

        x....x    passage, y = 22
          h       y = 18
        a----b    y = 0
    """
    nodes = {"a": (0.0, 0.0), "b": (300.0, 0.0), "x": (0.0, 22.0), "y": (300.0, 22.0)}
    network = build_streets(nodes, [Street("a", "b"), Street("x", "y"), Street("y", "b")])
    below = replace(network, other_level=np.array([False, True, False]))
    assert snap(network, (50.0, 18.0)).edge.tolist() == [1]
    found = snap(below, (50.0, 18.0))
    assert (found.edge[0], found.snap_m[0]) == (0, 18.0)


#         j--k
#         |  |        Service ways: a loop behind one gate (h-i, i-j-k-i), a drive (b-d) and a
#    h----i--+        way through (b-f, f-c) with a branch (f-g).
#    |
#    a----b----c      The street.
#         |\  /
#         d f-g
def test_dead_ends_of_service_ways() -> None:
    nodes = {
        "a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (100, -50), "f": (150, -40),
        "g": (180, -60), "h": (0, 50), "i": (50, 50), "j": (50, 80), "k": (90, 80),
    }  # fmt: skip
    pairs = ["ab", "bc", "bd", "bf", "fc", "fg", "ah", "hi", "ij", "jk", "ki"]
    network = build_streets(
        {name: (float(x), float(y)) for name, (x, y) in nodes.items()},
        [Street(*pair) for pair in pairs],
    )
    service = [i for i, pair in enumerate(pairs) if pair not in ("ab", "bc")]
    through = find_door_streets(as_service(network, *service)).is_through
    assert [pair for pair, is_through in zip(pairs, through, strict=True) if is_through] == [
        "ab",
        "bc",
        "bf",
        "fc",
    ]
    assert find_door_streets(network).is_through.all(), "only service ways are looked at"


@pytest.mark.parametrize(("street_m", "edge"), [(54.0, 0), (54.01, 1)])
def test_a_street_is_taken_for_a_dead_end_at_most_50_m_nearer(street_m: float, edge: int) -> None:
    """A house 4 m off a drive that runs 58 m beside the street.

    ::

        e---------d    drive
          h       |
        a---------b    street
    """
    drive_m = street_m + 4.0
    nodes = {"a": (0.0, 0.0), "b": (400.0, 0.0), "e": (0.0, drive_m)}
    drive = Street("b", "e", via=((400.0, drive_m),))
    network = as_service(build_streets(nodes, [Street("a", "b"), drive]), 1)
    assert snap(network, (100.0, street_m)).edge.tolist() == [edge]


def test_where_no_street_is_near_enough_the_dead_end_is_the_door() -> None:
    nodes = {"a": (0.0, 0.0), "b": (0.0, 300.0), "c": (300.0, 0.0)}
    network = as_service(build_streets(nodes, [Street("a", "b"), Street("a", "c")]), 1)
    assert snap(network, (140.0, 5.0)).edge.tolist() == [1]
    assert snap(network, (40.0, 5.0)).edge.tolist() == [0]
    assert snap(network, (140.0, 160.0), (np.nan, 0.0)).edge.tolist() == [0, -1]
    assert snap(network, (290.0, 160.0)).snap_m.tolist() == [160.0]


def test_doors_by_owner() -> None:
    doors = Doors(np.array([2, 0, 2, 5]), snapped_at((0, 0.0), (1, 0.5), (2, 1.0), (3, 0.5)))
    rows, which = doors.of(np.array([5, 2, 7, 0]))
    assert (rows.tolist(), which.tolist()) == ([3, 0, 2, 1], [0, 1, 1, 3])
    assert doors.take(rows).owner.tolist() == [5, 2, 2, 0]
    assert doors.join(one_door_each(snapped_at((4, 0.0)))).owner.tolist() == [2, 0, 2, 5, 0]
    assert doors.is_met(7).tolist() == [True, False, True, False, False, True, False]
    nowhere = Snapped(np.array([-1]), np.zeros(1), np.full(1, np.inf))
    assert one_door_each(nowhere).is_met(1).tolist() == [False]


def test_pieces_take_doors_as_their_streets_do_and_links_never() -> None:
    streets = DoorStreets(np.array([True, False, True]), np.array([True, False, False]))
    pieces = streets.of_pieces(np.array([0, 0, 1, 2]), 2)
    assert pieces.is_open.tolist() == [True, True, False, True, False, False]
    assert pieces.is_through.tolist() == [True, True, False, False, False, False]
    closed = pieces.without(np.array([False, True, False, False, False, False]))
    assert closed.is_open.tolist() == [True, False, False, True, False, False]


def lifted(network: WalkNetwork, what: str) -> WalkNetwork:
    """Streets with every obstacle of a kind gone: a ramp in place of steps, and so on."""
    none = np.zeros(network.n_edges, dtype=np.uint8)
    if what == "steps":
        # a ramp is a way of its own: what was said of the steps is not said of it
        known = {name: getattr(network, name) for name in FACTOR_COLUMNS}
        plain = dict(zip(FACTOR_COLUMNS, PLAIN_FACTORS, strict=True))
        ramps = {
            name: np.where(network.steps, plain[name], values).astype(values.dtype)
            for name, values in known.items()
        }
        return replace(network, **ramps)
    if what == "kerbs":
        return replace(network, kerb_u=none, kerb_v=none)
    if what == "crossings":
        return replace(network, crossing_u=none, crossing_v=none)
    return replace(network, incline=np.full(network.n_edges, np.nan), slope=none)


def walks_s(network: WalkNetwork, profile_id: str, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds from all places but the first to the first, joined to these streets from scratch."""
    impedance = build_impedance(network, walker(profile_id))
    snapped = snap(network, *map(tuple, xy.tolist()), max_snap_m=60.0)
    ends = place_points(network, impedance, snapped.take(slice(1)), leaving=False)
    starts = place_points(network, impedance, snapped.take(slice(1, None)), leaving=True)
    return nearest(build_graph(network, impedance, towards=True), ends, starts)[0]


@given(
    seed=st.integers(0, 2**32 - 1),
    profile_id=st.sampled_from(["adult", "frail", "wheelchair"]),
    what=st.sampled_from(["steps", "kerbs", "crossings", "inclines"]),
)
def test_lifting_an_obstacle_never_makes_anybody_slower(
    seed: int, profile_id: str, what: str
) -> None:
    """Streets are mended in the data, and everybody is joined to them anew."""
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    xy = random_points(rng, network, 12)
    before = walks_s(network, profile_id, xy)
    after = walks_s(lifted(network, what), profile_id, xy)
    assert (after <= before * (1 + 1e-12)).all()


def test_a_ramp_in_place_of_steps_may_be_quicker_and_is_never_slower_for_wheels() -> None:
    """The house at the foot of the steps is not carried up: it is unreachable until the ramp is
    there.

    ::

        a----b====c----d    b-c are steps; the house is at c, the place at a
    """
    nodes = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (140.0, 0.0), "d": (300.0, 0.0)}
    steps = build_streets(nodes, [Street("a", "b"), Street("b", "c", steps=True), Street("c", "d")])
    xy = np.array([[0.0, 0.0], [138.0, 3.0]])
    assert walks_s(steps, "wheelchair", xy).tolist() == [np.inf]
    ramp = walks_s(lifted(steps, "steps"), "wheelchair", xy)
    assert ramp.tolist() == [pytest.approx((3 + 138) / walker("wheelchair").pace_with_rests_ms)]


def test_an_island_serves_those_who_live_on_it() -> None:
    """Two parts of 1,000 and 300 m: who lives on the short one walks to the place there."""
    network = build_network(
        crs="EPSG:32632",
        node_xy=np.array([[0, 0], [1000, 0], [0, 80], [300, 80]], dtype=float),
        edge_u=np.array([0, 2]),
        edge_v=np.array([1, 3]),
    )
    on_island = np.array([[0.0, 80.0], [200.0, 70.0], [200.0, 30.0]])
    found = walks_s(network, "plain", on_island)
    assert found.tolist() == [pytest.approx(210 / walker("plain").pace_ms), np.inf]
