"""Every search equals networkx on random directed multigraphs.

Costs are multiples of 1/4, fractions multiples of 1/8: sums are exact in float64 in any order, so
equality, ties and cutoffs are tested exactly. A second family uses arbitrary costs, to 1e-9.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.matrix import travel_matrix
from builders.scenes import (
    _snapped,
    scenes,
)
from builders.streets import CRS, Oracle, Scene, nearest_of
from hypothesis import given
from hypothesis import strategies as st

from access15.core.streets.network import build_network
from access15.core.walk.graph import place_nodes
from access15.core.walk.impedance import Impedance
from access15.core.walk.metres import times_and_metres
from access15.core.walk.pairs import k_nearest, pairs_within
from access15.core.walk.search import Reach, nearest, nearest_at_nodes, reach


def _cutoffs(times: np.ndarray) -> list[float]:
    """No limit, and around a time that occurs: the exact value, one ulp above and below."""
    finite = np.unique(times[np.isfinite(times)])
    if not len(finite):
        return [math.inf, 5.0]
    middle = float(finite[len(finite) // 2])
    return [math.inf, middle, math.nextafter(middle, math.inf), math.nextafter(middle, -1.0)]


def _reach_matrix(found: Reach, n_nodes: int) -> np.ndarray:
    matrix = np.full((len(found.start) - 1, n_nodes), np.inf)
    for i in range(len(matrix)):
        own = slice(found.start[i], found.start[i + 1])
        assert len(set(found.node[own].tolist())) == found.start[i + 1] - found.start[i]
        matrix[i, found.node[own]] = found.time_s[own]
    return matrix


def _within(times: np.ndarray, cutoff_s: float) -> np.ndarray:
    return np.where(times <= cutoff_s, times, np.inf)


@given(scene=scenes(), towards=st.booleans())
def test_times_at_nodes(scene: Scene, towards: bool) -> None:
    """`reach` and `nearest_at_nodes`: exactly the oracle's seconds, cutoffs inclusive, ties to the
    lowest index.
    """
    graph, sources = scene.graph(towards=towards), scene.placed_sources(towards=towards)
    oracle = Oracle(scene).node_times(towards=towards)
    for cutoff_s in _cutoffs(oracle):
        found = reach(graph, sources, cutoff_s=cutoff_s, threads=1)
        np.testing.assert_array_equal(
            _reach_matrix(found, scene.network.n_nodes), _within(oracle, cutoff_s)
        )
        time_s, which = nearest_at_nodes(graph, sources, cutoff_s=cutoff_s)
        expected_s, expected = nearest_of(oracle, cutoff_s)
        np.testing.assert_array_equal(time_s, expected_s)
        np.testing.assert_array_equal(which, expected)


@given(scene=scenes(), towards=st.booleans())
def test_times_door_to_door(scene: Scene, towards: bool) -> None:
    """`nearest`, `pairs_within`, `k_nearest`, `travel_matrix` equal the oracle exactly."""
    graph = scene.graph(towards=towards)
    sources, targets = scene.placed_sources(towards=towards), scene.placed_targets(towards=towards)
    oracle = Oracle(scene).target_times(towards=towards)
    for cutoff_s in _cutoffs(oracle):
        time_s, which = nearest(graph, sources, targets, cutoff_s=cutoff_s)
        expected_s, expected = nearest_of(oracle, cutoff_s)
        np.testing.assert_array_equal(time_s, expected_s)
        np.testing.assert_array_equal(which, expected)

        within = _within(oracle, cutoff_s)
        pairs = pairs_within(graph, sources, targets, cutoff_s=cutoff_s, threads=1)
        rows = [
            (i, seconds, j)
            for i, row in enumerate(within)
            for j, seconds in enumerate(row)
            if np.isfinite(seconds)
        ]
        found = list(
            zip(pairs.source.tolist(), pairs.time_s.tolist(), pairs.target.tolist(), strict=True)
        )
        assert found == sorted(rows)

        np.testing.assert_array_equal(
            travel_matrix(graph, sources, targets, cutoff_s=cutoff_s), within.T
        )

        k = 3
        time_k, which_k = k_nearest(graph, sources, targets, k=k, cutoff_s=cutoff_s)
        for j in range(within.shape[1]):
            ranked = sorted((s, i) for i, s in enumerate(within[:, j]) if np.isfinite(s))[:k]
            ranked += [(math.inf, -1)] * (k - len(ranked))
            assert list(zip(time_k[j].tolist(), which_k[j].tolist(), strict=True)) == ranked


@given(scene=scenes(), towards=st.booleans())
def test_times_and_metres(scene: Scene, towards: bool) -> None:
    """Seconds of the fastest way and, of equally fast ways, the fewest metres."""
    graph = scene.graph(towards=towards)
    sources, targets = scene.placed_sources(towards=towards), scene.placed_targets(towards=towards)
    oracle = Oracle(scene)
    times = oracle.target_times(towards=towards)
    for i in range(len(sources)):
        time_s, distance_m = times_and_metres(
            graph, scene.network, sources.take(slice(i, i + 1)), targets
        )
        np.testing.assert_array_equal(time_s, times[i])
        np.testing.assert_array_equal(distance_m, oracle.metres(i, towards=towards))


@given(scene=scenes(exact=False), towards=st.booleans())
def test_arbitrary_costs(scene: Scene, towards: bool) -> None:
    """The same on costs that are no round numbers, to 1e-9."""
    graph = scene.graph(towards=towards)
    sources, targets = scene.placed_sources(towards=towards), scene.placed_targets(towards=towards)
    oracle = Oracle(scene)
    nodes, doors = oracle.node_times(towards=towards), oracle.target_times(towards=towards)
    found = reach(graph, sources, cutoff_s=math.inf, threads=1)
    np.testing.assert_allclose(_reach_matrix(found, scene.network.n_nodes), nodes, rtol=1e-9)
    matrix = travel_matrix(graph, sources, targets, cutoff_s=math.inf)
    np.testing.assert_allclose(matrix.T, doors, rtol=1e-9)
    time_s, which = nearest(graph, sources, targets)
    np.testing.assert_array_equal(time_s, matrix.min(axis=1, initial=math.inf))
    some = which >= 0
    np.testing.assert_array_equal(some, np.isfinite(time_s))
    np.testing.assert_allclose(matrix[some, which[some]], time_s[some], rtol=1e-15)


@given(scene=scenes(max_points=3), towards=st.booleans(), data=st.data())
def test_nodes_as_places(scene: Scene, towards: bool, data: st.DataObject) -> None:
    """`place_nodes` stands on junctions: no end of an edge to pay, either side of a search."""
    graph = scene.graph(towards=towards)
    nodes = np.array(
        data.draw(st.lists(st.integers(0, scene.network.n_nodes - 1), max_size=4)), dtype=np.int64
    )
    sources = scene.placed_sources(towards=towards)
    expected = Oracle(scene).node_times(towards=towards)[:, nodes]
    np.testing.assert_array_equal(
        travel_matrix(graph, sources, place_nodes(nodes), cutoff_s=math.inf), expected.T
    )
    np.testing.assert_array_equal(
        nearest(graph, sources, place_nodes(nodes))[0], expected.min(axis=0, initial=np.inf)
    )
    back = scene.graph(towards=not towards)
    np.testing.assert_array_equal(
        travel_matrix(back, place_nodes(nodes), sources, cutoff_s=math.inf), expected
    )


@given(scene=scenes())
def test_both_directions_agree(scene: Scene) -> None:
    """From a to b is the same walk whichever end the search starts at."""
    there = travel_matrix(
        scene.graph(towards=False),
        scene.placed_sources(towards=False),
        scene.placed_targets(towards=False),
        cutoff_s=math.inf,
    )
    swapped = Scene(scene.network, scene.impedance, scene.targets, scene.sources)
    back = travel_matrix(
        swapped.graph(towards=True),
        swapped.placed_sources(towards=True),
        swapped.placed_targets(towards=True),
        cutoff_s=math.inf,
    )
    np.testing.assert_array_equal(there, back.T)


@pytest.mark.parametrize("towards", [True, False])
def test_no_sources_and_no_streets(towards: bool) -> None:
    """Nobody to search from, nothing to search on: inf and -1, no error."""
    network = build_network(
        crs=CRS, node_xy=np.zeros((0, 2)), edge_u=np.zeros(0, int), edge_v=np.zeros(0, int)
    )
    nothing = np.zeros(0)
    impedance = Impedance(1.0, nothing, nothing, nothing, nothing)
    lost = _snapped([(-1, 0.0, 0.0)] * 3)
    for sources in (lost, _snapped([])):
        scene = Scene(network, impedance, sources, lost)
        graph = scene.graph(towards=towards)
        a, b = scene.placed_sources(towards=towards), scene.placed_targets(towards=towards)
        time_s, which = nearest(graph, a, b)
        assert time_s.tolist() == [math.inf] * 3
        assert which.tolist() == [-1] * 3
        assert len(pairs_within(graph, a, b, cutoff_s=900.0).target) == 0
        assert reach(graph, a, cutoff_s=900.0).start.tolist() == [0] * (len(a) + 1)
