"""Points snap to the nearest place on a street, within the limit, the same way every time."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from builders.streets import CRS, Street, build_streets
from hypothesis import given
from hypothesis import strategies as st

from access15.core.streets.network import WalkNetwork, build_network
from access15.core.walk.snap import Snapped, build_snapper, round_places, snap_points

INF = math.inf


def snap(network: WalkNetwork, *xy: tuple[float, float], max_snap_m: float = 150.0) -> Snapped:
    """Snap to any edge."""
    is_open = np.ones(network.n_edges, dtype=bool)
    return snap_points(
        build_snapper(network, is_open), np.array(xy).reshape(-1, 2), max_snap_m=max_snap_m
    )


def one_street() -> WalkNetwork:
    return build_streets({"A": (0.0, 0.0), "B": (100.0, 0.0)}, [Street("A", "B")])


def test_to_the_middle_of_a_street_and_to_its_ends() -> None:
    """Perpendicular to the street, else to its end.

    ::

                 P (25, 30)
                 |
        A--------+----------------------B     . Q (130, 40): 50 m from B
    """
    found = snap(one_street(), (25.0, 30.0), (130.0, 40.0), (-3.0, -4.0), (100.0, 0.0))
    assert found.edge.tolist() == [0, 0, 0, 0]
    assert found.fraction.tolist() == [0.25, 1.0, 0.0, 1.0]
    assert found.snap_m.tolist() == [30.0, 50.0, 5.0, 0.0]
    assert found.is_snapped.tolist() == [True] * 4


def test_limit_is_inclusive() -> None:
    """At the limit yes, one ulp beyond no; the metres are told in either case."""
    for limit_m, is_snapped in ((150.0, True), (math.nextafter(150.0, 0.0), False)):
        found = snap(one_street(), (50.0, 150.0), max_snap_m=limit_m)
        assert found.is_snapped.tolist() == [is_snapped]
        assert found.edge.tolist() == [0 if is_snapped else -1]
        assert found.fraction.tolist() == [0.5 if is_snapped else 0.0]
        assert found.snap_m.tolist() == [150.0]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_equally_near_streets_go_to_the_lowest_index(order: tuple[int, ...]) -> None:
    """Whatever the order in which four streets around a point are stored.

    ::

        +--2--+
        3  P  1        P is 10 m from each side
        +--0--+
    """
    sides = [("SW", "SE"), ("SE", "NE"), ("NE", "NW"), ("NW", "SW")]
    corners = {"SW": (0.0, 0.0), "SE": (20.0, 0.0), "NE": (20.0, 20.0), "NW": (0.0, 20.0)}
    network = build_streets(corners, [Street(*sides[i]) for i in order])
    assert snap(network, (10.0, 10.0)).edge.tolist() == [0]
    assert snap(network, (0.0, 0.0)).edge.tolist() == [min(order.index(0), order.index(3))]


def test_rows_without_coordinates_stay_unsnapped_in_their_place() -> None:
    """NaN and infinite coordinates: edge -1, infinitely far."""
    found = snap(
        one_street(), (math.nan, math.nan), (10.0, 1.0), (10.0, math.nan), (INF, 1.0), (20.0, 2.0)
    )
    assert found.edge.tolist() == [-1, 0, -1, -1, 0]
    assert found.snap_m.tolist() == [INF, 1.0, INF, INF, 2.0]
    assert found.fraction.tolist() == [0.0, 0.1, 0.0, 0.0, 0.2]


def test_nothing_to_snap_to_and_nothing_to_snap() -> None:
    """No open edge, no edge at all, no point: no error."""
    network = one_street()
    closed = build_snapper(network, np.zeros(1, dtype=bool))
    found = snap_points(closed, np.array([[1.0, 1.0]]), max_snap_m=150.0)
    assert (found.edge.tolist(), found.snap_m.tolist()) == ([-1], [INF])
    assert snap(build_streets({}, []), (1.0, 1.0)).snap_m.tolist() == [INF]
    assert len(snap(network).edge) == 0


def test_closed_edges_are_passed_over() -> None:
    """The index of the edge found is that of the network, not of the open edges."""
    network = build_streets(
        {"A": (0.0, 0.0), "B": (100.0, 0.0), "C": (0.0, 50.0), "D": (100.0, 50.0)},
        [Street("A", "B"), Street("C", "D")],
    )
    found = snap_points(
        build_snapper(network, np.array([False, True])), np.array([[50.0, 1.0]]), max_snap_m=150.0
    )
    assert (found.edge.tolist(), found.snap_m.tolist()) == ([1], [49.0])


def test_bent_street_measures_along_the_bends() -> None:
    """The fraction is metres along the polyline over its length.

    ::

        A(0,0) -- (60,0)
                    |
                  (60,40) B      100 m; P beside (60,20) is 80 m along
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (60.0, 40.0)}, [Street("A", "B", via=((60.0, 0.0),))]
    )
    found = snap(network, (65.0, 20.0))
    assert (found.fraction.tolist(), found.snap_m.tolist()) == ([0.8], [5.0])


def test_street_without_length() -> None:
    """Both ends at one spot: fraction 0, no NaN."""
    network = build_streets({"A": (0.0, 0.0), "B": (0.0, 0.0)}, [Street("A", "B")])
    found = snap(network, (3.0, 4.0))
    assert (found.edge.tolist(), found.fraction.tolist(), found.snap_m.tolist()) == (
        [0],
        [0.0],
        [5.0],
    )


_COORDINATE = st.integers(-50, 50).map(float)


@given(
    nodes=st.lists(st.tuples(_COORDINATE, _COORDINATE), min_size=2, max_size=6),
    data=st.data(),
)
def test_no_street_is_nearer(nodes: list[tuple[float, float]], data: st.DataObject) -> None:
    """Against every edge in turn: the least distance, the lowest edge of that distance, the place
    it says.
    """
    node = st.integers(0, len(nodes) - 1)
    edges = data.draw(st.lists(st.tuples(node, node), min_size=1, max_size=8))
    points = data.draw(st.lists(st.tuples(_COORDINATE, _COORDINATE), max_size=6))
    network = build_network(
        crs=CRS,
        node_xy=np.array(nodes),
        edge_u=np.array([u for u, _ in edges]),
        edge_v=np.array([v for _, v in edges]),
    )
    found = snap(network, *points, max_snap_m=30.0)
    for i, xy in enumerate(points):
        away_m = [line.distance(shapely.Point(xy)) for line in network.lines]
        assert found.snap_m[i] == min(away_m)
        assert found.edge[i] == (away_m.index(min(away_m)) if min(away_m) <= 30.0 else -1)
        if found.edge[i] >= 0:
            place = network.lines[found.edge[i]].interpolate(found.fraction[i], normalized=True)
            assert place.distance(shapely.Point(xy)) == pytest.approx(min(away_m), abs=1e-9)


def test_rounding_moves_nothing_by_more_than_half_a_centimetre() -> None:
    odd = build_streets(
        {"a": (0, 0), "b": (0, 0), "c": (33.33, 0)}, [Street("a", "b"), Street("b", "c")]
    )
    there = Snapped(
        np.array([0, 1, -1]), np.array([0.5, 0.123456, 0.0]), np.array([1.006, 2.0, INF])
    )
    rounded = round_places(odd, there)
    assert rounded.fraction[0] == 0.0
    assert rounded.fraction[1] * 33.33 == pytest.approx(4.11, abs=1e-12)
    assert rounded.snap_m.tolist() == [1.01, 2.0, INF]
