"""Fewer nodes, same streets."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import hypothesis.strategies as st
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from access15.core.streets.network import WalkNetwork, build_network, polyline_lengths_m
from access15.core.streets.simplify import find_chains, simplify_network

CRS = "EPSG:32632"
Edge = tuple[int, int, dict[str, Any]]


def streets(
    node_xy: Sequence[tuple[float, float]], edges: Sequence[Edge], **more: Any
) -> WalkNetwork:
    """Network of straight edges ``(u, v, attributes)``."""
    names = sorted({name for _, _, attributes in edges for name in attributes})
    fills = {"incline": np.nan, "width_m": np.nan, "way_id": -1}
    columns = {
        name: np.array([a.get(name, fills.get(name, 0)) for _, _, a in edges]) for name in names
    }
    return build_network(
        crs=CRS,
        node_xy=np.array(node_xy, dtype=float),
        edge_u=np.array([u for u, _, _ in edges]),
        edge_v=np.array([v for _, v, _ in edges]),
        street_names=("", "Via Uno", "Via Due"),
        highway_names=("footway", "steps"),
        **columns,
        **more,
    )


def line_of(network: WalkNetwork, edge: int) -> list[tuple[float, float]]:
    part = slice(network.vertex_start[edge], network.vertex_start[edge + 1])
    return [(float(x), float(y)) for x, y in network.vertex_xy[part]]


#   0 --- 1 --- 2 --- 3         four nodes in a row, 10 m apart, edges in any direction
ROW = [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.0)]


@pytest.mark.parametrize("flips", list(itertools.product([False, True], repeat=3)))
def test_row_becomes_one_edge_whatever_its_directions(flips: tuple[bool, ...]) -> None:
    edges = [(i + 1, i, {}) if flip else (i, i + 1, {}) for i, flip in enumerate(flips)]
    network = simplify_network(streets(ROW, edges))
    assert (network.n_nodes, network.n_edges) == (2, 1)
    assert network.length_m.tolist() == [30.0]
    assert line_of(network, 0) == (ROW[::-1] if flips[0] else ROW), (
        "in the direction of the first edge"
    )
    assert network.node_xy[network.edge_u[0]].tolist() == list(line_of(network, 0)[0])
    assert network.node_xy[network.edge_v[0]].tolist() == list(line_of(network, 0)[-1])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"highway": 0}, {"highway": 1}),
        ({"street": 1}, {"street": 2}),
        ({"steps": False}, {"steps": True}),
        ({"surface": 0}, {"surface": 1}),
        ({"width_m": 2.0}, {"width_m": 3.0}),
        ({"width_m": 2.0}, {}),
        ({"wheelchair": 0}, {"wheelchair": 2}),
        ({"tunnel": True}, {}),
        ({"bridge": True}, {}),
        ({"level": -1}, {}),
        ({"crossing_v": 2}, {}),
        ({}, {"crossing_u": 1}),
        ({"kerb_v": 1}, {}),
        ({}, {"kerb_u": 2}),
        ({"incline": 0.08, "way_id": 5}, {"way_id": 5}),
        ({"incline": 0.08, "way_id": 5}, {"incline": -0.08, "way_id": 5}),
        ({"incline": 0.08, "way_id": 5}, {"incline": 0.08, "way_id": 6}),
    ],
)
def test_node_stays_where_something_changes(left: dict[str, Any], right: dict[str, Any]) -> None:
    network = streets(ROW[:3], [(0, 1, left), (1, 2, right)])
    assert_same(simplify_network(network), network)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"way_id": 5}, {"way_id": 6}, {"way_id": 5}),
        ({"width_m": 2.0}, {"width_m": 2.0}, {"width_m": 2.0}),
        (
            {"step_count": 7, "steps": True},
            {"step_count": 5, "steps": True},
            {"step_count": 12, "steps": True},
        ),
        ({"incline": 0.08, "way_id": 5}, {"incline": 0.08, "way_id": 5}, {"incline": 0.08}),
        (
            {"crossing_u": 3, "kerb_u": 2},
            {"crossing_v": 1, "kerb_v": 1},
            {"crossing_u": 3, "kerb_u": 2, "crossing_v": 1},
        ),
        (
            {"highway": 1, "street": 2, "surface": 3},
            {"highway": 1, "street": 2, "surface": 3},
            {"highway": 1, "street": 2},
        ),
    ],
)
def test_what_is_alike_is_joined(
    left: dict[str, Any], right: dict[str, Any], expected: dict[str, Any]
) -> None:
    network = simplify_network(streets(ROW[:3], [(0, 1, left), (1, 2, right)]))
    assert network.n_edges == 1
    assert {name: getattr(network, name)[0] for name in expected} == expected


def test_incline_keeps_its_direction_when_parts_are_drawn_against_each_other() -> None:
    #  uphill from 0 to 2 at 8 %; the second part is drawn downhill
    edges = [(0, 1, {"incline": 0.08, "way_id": 5}), (2, 1, {"incline": -0.08, "way_id": 5})]
    network = simplify_network(streets(ROW[:3], edges))
    assert network.incline.tolist() == [0.08]
    other = simplify_network(streets(ROW[:3], [(1, 0, edges[0][2]), (1, 2, edges[0][2])]))
    assert other.n_edges == 2, "a ridge: uphill towards it from both sides"


def test_ends_change_sides_with_their_edge() -> None:
    #  both parts are drawn away from the middle: 1 -> 0 and 1 -> 2
    left = {"crossing_v": 3, "kerb_v": 2}
    right = {"crossing_v": 1, "kerb_v": 1}
    network = simplify_network(streets(ROW[:3], [(1, 0, left), (1, 2, right)]))
    assert line_of(network, 0) == ROW[2::-1]
    assert (network.crossing_u[0], network.kerb_u[0], network.crossing_v[0], network.kerb_v[0]) == (
        1,
        1,
        3,
        2,
    )


def test_junctions_dead_ends_and_parallel_edges_stay() -> None:
    #   0 --- 1 === 2        1 and 2 are joined twice, 3 hangs on 2
    #               |
    #               3
    nodes = [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (20.0, -9.0)]
    network = streets(nodes, [(0, 1, {}), (1, 2, {}), (2, 1, {}), (2, 3, {})])
    assert_same(simplify_network(network), network)


def test_ring_without_junction_keeps_one_node() -> None:
    square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    network = simplify_network(streets(square, [(1, 2, {}), (0, 1, {}), (2, 3, {}), (3, 0, {})]))
    assert (network.n_nodes, network.n_edges, network.length_m[0]) == (1, 1, 40.0)
    assert line_of(network, 0) == [square[1], square[2], square[3], square[0], square[1]]


def test_ring_with_a_tail_becomes_an_edge_from_a_node_to_itself() -> None:
    nodes = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (-5.0, 0.0)]
    network = simplify_network(streets(nodes, [(0, 1, {}), (1, 2, {}), (2, 0, {}), (0, 3, {})]))
    assert sorted(zip(network.edge_u.tolist(), network.edge_v.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
    ]
    assert network.length_m.sum() == pytest.approx(25 + np.hypot(10, 10))


def test_nodes_to_keep_stay_and_lonely_ones_go() -> None:
    nodes = [*ROW, (99.0, 99.0)]
    network = streets(nodes, [(0, 1, {}), (1, 2, {}), (2, 3, {})])
    kept = simplify_network(network, is_kept=np.array([False, True, False, False, True]))
    assert kept.node_xy.tolist() == [[0, 0], [10, 0], [30, 0]]


def test_edges_without_length_and_stated_lengths_survive() -> None:
    nodes = [(0.0, 0.0), (10.0, 0.0), (10.0, 0.0), (20.0, 0.0)]
    network = streets(
        nodes, [(0, 1, {}), (1, 2, {}), (2, 3, {})], length_m=np.array([11.0, 0.0, 12.0])
    )
    simple = simplify_network(network)
    assert simple.length_m.tolist() == [23.0]
    nothing = streets([(0.0, 0.0), (0.0, 0.0)], [(0, 1, {})])
    assert_same(simplify_network(nothing), nothing)


def test_empty_network() -> None:
    network = simplify_network(streets([], []))
    assert (network.n_nodes, network.n_edges, network.vertex_start.tolist()) == (0, 0, [0])


def test_input_is_not_changed() -> None:
    network = streets(ROW, [(0, 1, {}), (1, 2, {}), (2, 3, {})])
    before = {f.name: np.copy(getattr(network, f.name)) for f in dataclasses.fields(network)}
    simplify_network(network)
    assert all(
        np.array_equal(before[name], getattr(network, name), equal_nan=name in NAN)
        for name in before
    )


def test_chains_hold_every_edge_once() -> None:
    #   0 - 1 - 2   and a ring 3 - 4 - 5 - 3
    u, v = np.array([1, 0, 3, 5, 4]), np.array([2, 1, 4, 3, 5])
    chains = find_chains(u, v, np.array([False, True, False, True, True, True]))
    assert chains.start.tolist() == [0, 2, 5]
    assert chains.edge.tolist() == [1, 0, 2, 4, 3]
    assert chains.is_reversed.tolist() == [False] * 5


NAN = ("incline", "width_m")


def assert_same(a: WalkNetwork, b: WalkNetwork) -> None:
    for field in dataclasses.fields(a):
        left, right = getattr(a, field.name), getattr(b, field.name)
        if isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right, err_msg=field.name)
        else:
            assert left == right


@st.composite
def random_streets(draw: st.DrawFn) -> WalkNetwork:
    """Random multigraphs with loops, parallels and islands; every edge has its attributes."""
    n_nodes = draw(st.integers(2, 8))
    nodes = [(10.0 * i, float(draw(st.integers(0, 40)))) for i in range(n_nodes)]
    node = st.integers(0, n_nodes - 1)
    attributes = st.fixed_dictionaries(
        {},
        optional={
            "highway": st.integers(0, 1),
            "street": st.integers(0, 1),
            "step_count": st.integers(0, 9),
            "crossing_u": st.sampled_from([0, 0, 0, 2]),
            "kerb_v": st.sampled_from([0, 0, 0, 1]),
            "incline": st.sampled_from([np.nan, np.nan, 0.05, -0.05]),
            "way_id": st.integers(1, 2),
        },
    )
    edges = draw(st.lists(st.tuples(node, node, attributes), min_size=1, max_size=14))
    return streets(nodes, edges)


def split_edge(network: WalkNetwork, edge: int, share: float) -> WalkNetwork:
    """The same streets with one more node, in the middle of a straight edge."""
    u, v = network.edge_u, network.edge_v
    point = network.node_xy[u[edge]] * (1 - share) + network.node_xy[v[edge]] * share
    new = network.n_nodes
    columns = {}
    for field in dataclasses.fields(network):
        value = getattr(network, field.name)
        if field.name not in ("node_xy", "vertex_xy", "vertex_start", "length_m") and isinstance(
            value, np.ndarray
        ):
            columns[field.name] = np.append(value, value[edge])
    columns["edge_v"][edge], columns["edge_u"][-1] = new, new
    for end in ("crossing", "kerb"):
        columns[f"{end}_v"][edge] = columns[f"{end}_u"][-1] = 0
    columns["step_count"][-1] = columns["step_count"][edge] // 2
    columns["step_count"][edge] -= columns["step_count"][-1]
    return build_network(
        crs=CRS,
        node_xy=np.vstack([network.node_xy, point]),
        highway_names=network.highway_names,
        street_names=network.street_names,
        **columns,
    )


def summary(network: WalkNetwork) -> list[tuple[Any, ...]]:
    """What a network says, whatever the order and direction of its edges."""
    rows = []
    for e in range(network.n_edges):
        ends = [
            (tuple(np.rint(network.node_xy[n])), int(crossing), int(kerb))
            for n, crossing, kerb in (
                (network.edge_u[e], network.crossing_u[e], network.kerb_u[e]),
                (network.edge_v[e], network.crossing_v[e], network.kerb_v[e]),
            )
        ]
        uphill = 0.0 if np.isnan(network.incline[e]) else float(network.incline[e])
        forth, back = (*ends, uphill), (*ends[::-1], -uphill)
        same = (
            round(float(network.length_m[e]), 6),
            int(network.highway[e]),
            int(network.street[e]),
            int(network.step_count[e]),
        )
        rows.append((min(forth, back), same))
    return sorted(rows)


@settings(deadline=None)
@given(network=random_streets(), data=st.data())
def test_splitting_an_edge_changes_nothing(network: WalkNetwork, data: st.DataObject) -> None:
    edge = data.draw(st.integers(0, network.n_edges - 1))
    share = data.draw(st.floats(0.1, 0.9))
    before, after = simplify_network(network), simplify_network(split_edge(network, edge, share))
    assert before.n_edges == after.n_edges
    assert summary_of_lengths(before) == summary_of_lengths(after)
    if not (before.edge_u == before.edge_v).any():  # a ring may be cut at another of its nodes
        assert summary(before) == summary(after)


def summary_of_lengths(network: WalkNetwork) -> list[float]:
    return sorted(np.round(network.length_m, 6).tolist())


@settings(deadline=None)
@given(network=random_streets())
def test_simplifying_keeps_lengths_distances_and_reaches_a_fixed_point(
    network: WalkNetwork,
) -> None:
    simple = simplify_network(network)
    assert simple.length_m.sum() == pytest.approx(network.length_m.sum())
    assert simple.step_count.sum() == network.step_count.sum()
    np.testing.assert_allclose(
        simple.length_m, polyline_lengths_m(simple.vertex_start, simple.vertex_xy), atol=1e-9
    )
    first, last = simple.vertex_start[:-1], simple.vertex_start[1:] - 1
    np.testing.assert_array_equal(simple.vertex_xy[first], simple.node_xy[simple.edge_u])
    np.testing.assert_array_equal(simple.vertex_xy[last], simple.node_xy[simple.edge_v])
    assert_same(simplify_network(simple), simple)
    assert distances(simple) == pytest.approx(
        {k: v for k, v in distances(network).items() if k in distances(simple)}
    )


def distances(network: WalkNetwork) -> dict[tuple[Any, Any], float]:
    """Shortest lengths between all places that are nodes."""
    graph = nx.MultiGraph()
    places = [tuple(xy) for xy in network.node_xy.tolist()]
    for u, v, length_m in zip(network.edge_u, network.edge_v, network.length_m, strict=True):
        graph.add_edge(places[u], places[v], weight=float(length_m))
    return {
        (a, b): length_m
        for a, ends in nx.all_pairs_dijkstra_path_length(graph, weight="weight")
        for b, length_m in ends.items()
    }
