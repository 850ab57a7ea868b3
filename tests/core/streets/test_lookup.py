"""What is looked up by squares and by edges is what going through everything finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from access15.core.streets.lookup import find_boxes, index_boxes, index_edges, list_ranges
from access15.core.streets.network import build_network
from access15.core.streets.part import take_edges

SIDES = st.floats(-9_000, 9_000, allow_nan=False)


@given(
    st.lists(st.tuples(SIDES, SIDES, st.floats(0, 4_000), st.floats(0, 4_000)), max_size=40),
    st.tuples(SIDES, SIDES, st.floats(0, 9_000), st.floats(0, 9_000)),
)
def test_boxes_that_meet_a_box(boxes: list[tuple[float, ...]], asked: tuple[float, ...]) -> None:
    sides = np.array(boxes).reshape(-1, 4)
    sides[:, 2:] += sides[:, :2]
    west, south, east, north = asked[0], asked[1], asked[0] + asked[2], asked[1] + asked[3]
    is_in = (sides[:, 2] >= west) & (sides[:, 0] <= east)
    is_in &= (sides[:, 3] >= south) & (sides[:, 1] <= north)
    found = index_boxes(sides).find(west, south, east, north)
    assert found.tolist() == np.flatnonzero(is_in).tolist()


@given(st.lists(st.integers(-1, 20), max_size=40), st.sets(st.integers(0, 25)))
def test_places_on_edges(edges: list[int], asked: set[int]) -> None:
    found = index_edges(np.array(edges, dtype=np.int64)).list_on(np.array(sorted(asked), int))
    assert found.tolist() == [row for row, edge in enumerate(edges) if edge in asked]


def test_ranges_one_after_the_other() -> None:
    begin, end = np.array([3, 7, 7, 0]), np.array([5, 7, 9, 1])
    assert list_ranges(begin, end).tolist() == [3, 4, 7, 8, 0]


def test_a_part_of_the_streets() -> None:
    """A bent street and two straight ones::

    0 --- 1 --- 2 --- 3
       \\_/ (the first runs south)
    """
    node_xy = np.array([[0.0, 0], [100, 0], [200, 0], [300, 0]])
    vertex_xy = np.array([[0.0, 0], [50, -30], [100, 0], [100, 0], [200, 0], [200, 0], [300, 0]])
    network = build_network(
        crs="EPSG:32632",
        node_xy=node_xy,
        edge_u=np.array([0, 1, 2]),
        edge_v=np.array([1, 2, 3]),
        vertex_start=np.array([0, 3, 5, 7]),
        vertex_xy=vertex_xy,
        street_names=("", "Via Curva", "Via Dritta"),
        street=np.array([1, 2, 2]),
    )
    assert find_boxes(network)[0].tolist() == [0, -30, 100, 0]
    part = take_edges(network, np.array([0, 2]))
    assert part.number(np.array([-1, 0, 1, 2])).tolist() == [-1, 0, -1, 1]
    assert [part.network.street_names[i] for i in part.network.street] == [
        "Via Curva",
        "Via Dritta",
    ]
    nothing = take_edges(network, np.zeros(0, dtype=np.int64))
    assert nothing.number(np.array([-1, 2])).tolist() == [-1, -1]
    assert find_boxes(nothing.network).shape == (0, 4)
