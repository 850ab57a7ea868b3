"""How a street is drawn must not matter: ways cut in two, turned round, or listed in another
order.
"""

from __future__ import annotations

import itertools
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from builders.drawn_osm import ORIGIN
from builders.ways import GRID, Way, build, drawings
from hypothesis import given, settings

from access15.core.streets.network import WalkNetwork
from access15.sources.streets.build import find_rows


def streets(network: WalkNetwork) -> list[tuple[Any, ...]]:
    """Edges as a sorted list: line, class, uphill and what its ends carry, in a direction of their
    own.
    """
    rows = []
    for e in range(network.n_edges):
        line = [
            tuple(xy)
            for xy in (
                network.vertex_xy[network.vertex_start[e] : network.vertex_start[e + 1]]
            ).tolist()
        ]
        uphill = 0.0 if np.isnan(network.incline[e]) else float(network.incline[e])
        u = (int(network.crossing_u[e]), int(network.kerb_u[e]))
        v = (int(network.crossing_v[e]), int(network.kerb_v[e]))
        name = network.highway_names[network.highway[e]]
        rows.append((name, min((line, u, v, uphill), (line[::-1], v, u, -uphill))))
    return sorted(rows)


@settings(deadline=None)
@given(drawing=drawings(), data=st.data())
def test_order_and_direction_of_ways_do_not_matter(
    drawing: tuple[list[Way], dict[int, str]], data: st.DataObject
) -> None:
    ways, nodes = drawing
    turned = [
        (way_id, members[::-1] if kind != "ramp" and data.draw(st.booleans()) else members, kind)
        for way_id, members, kind in data.draw(st.permutations(ways))
    ]
    before, after = build(ways, nodes), build(turned, nodes)
    if not has_rings(before):  # a ring is cut at whichever node comes first
        assert streets(before) == streets(after)
    assert before.length_m.sum() == pytest.approx(
        after.length_m.sum(), abs=0.01 * max(before.n_edges, 1)
    )


@settings(deadline=None)
@given(drawing=drawings(), data=st.data())
def test_cutting_a_way_in_two_does_not_matter(
    drawing: tuple[list[Way], dict[int, str]], data: st.DataObject
) -> None:
    ways, nodes = drawing
    # Not ways drawn across a street: two that meet on a kerb are two crossings. Nor ramps: an
    # incline is one way's.
    whole = [
        i
        for i, (_, members, kind) in enumerate(ways)
        if len(members) > 2 and kind not in ("zebra", "lights", "ramp")
    ]
    if not whole:
        return
    i = data.draw(st.sampled_from(whole))
    way_id, members, kind = ways[i]
    at = data.draw(st.integers(1, len(members) - 2))
    cut = [*ways[:i], (way_id, members[: at + 1], kind), (99, members[at:], kind), *ways[i + 1 :]]
    before, after = build(ways, nodes), build(cut, nodes)
    if not has_rings(before):
        assert streets(before) == streets(after)
    assert before.n_edges == after.n_edges


@settings(deadline=None)
@given(drawing=drawings())
def test_network_is_sound(drawing: tuple[list[Way], dict[int, str]]) -> None:
    ways, nodes = drawing
    network = build(ways, nodes)
    drawn = {tuple(sorted(pair)) for _, members, _ in ways for pair in itertools.pairwise(members)}
    drawn_m = sum(
        float(np.hypot((a % GRID - b % GRID) * 20, (a // GRID - b // GRID) * 20)) for a, b in drawn
    )
    assert network.length_m.sum() == pytest.approx(drawn_m, abs=0.005 * network.n_edges + 1e-9)
    for metres in (network.length_m, network.vertex_xy, network.node_xy):
        np.testing.assert_array_equal(metres, np.rint(100 * metres) / 100)
    first, last = network.vertex_start[:-1], network.vertex_start[1:] - 1
    np.testing.assert_array_equal(network.vertex_xy[first], network.node_xy[network.edge_u])
    np.testing.assert_array_equal(network.vertex_xy[last], network.node_xy[network.edge_v])
    gates = [node for node, kind in nodes.items() if kind == "gate"]
    degree = np.bincount(np.concatenate([network.edge_u, network.edge_v]))
    for gate in gates:
        at_gate = (
            np.hypot(*(network.node_xy - ORIGIN - np.array([gate % GRID, gate // GRID]) * 20).T)
            < 0.01
        )
        assert (degree[at_gate] == 1).all()
    if not any(
        kind in ("zebra", "lights") for kind in [*nodes.values(), *(kind for *_, kind in ways)]
    ):
        assert not network.crossing_u.any()
        assert not network.crossing_v.any()


def has_rings(network: WalkNetwork) -> bool:
    return bool((network.edge_u == network.edge_v).any())


def test_nothing_to_build() -> None:
    network = build([], {})
    assert (network.n_nodes, network.n_edges, network.street_names) == (0, 0, ("",))


@pytest.mark.parametrize(
    ("ids", "wanted", "rows"),
    [([], [1], [-1]), ([2, 5, 9], [5, 1, 9, 10, 2], [1, -1, 2, -1, 0]), ([2], [], [])],
)
def test_find_rows(ids: list[int], wanted: list[int], rows: list[int]) -> None:
    found = find_rows(np.array(ids, dtype=np.int64), np.array(wanted, dtype=np.int64))
    assert found.tolist() == rows
