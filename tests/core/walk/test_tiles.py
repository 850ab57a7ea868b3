"""Streets of several tiles: whoever is reached late, or in another tile, is told as in one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.made_city import made_city
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from access15.config import load_profiles
from access15.core.walk.graph import SearchGraph, build_graph, place_nodes
from access15.core.walk.impedance import build_impedance
from access15.core.walk.kernels.arrays import ARC
from access15.core.walk.kernels.tiles import TILE
from access15.core.walk.search import nearest_at_nodes

N_NODES = 3 << int(TILE)


def linked_at_random(n_nodes: int, seed: int) -> SearchGraph:
    """Three arcs from every node to anywhere, of quarter seconds, a few of them days long."""
    rng = np.random.default_rng(seed)
    arcs = np.zeros(3 * n_nodes, dtype=ARC)
    arcs["cost_s"] = rng.integers(1, 400, len(arcs)) / 4
    arcs["cost_s"][rng.random(len(arcs)) < 0.01] = 200_000.0
    arcs["to"] = rng.integers(0, n_nodes, len(arcs))
    nothing = np.zeros(0)
    return SearchGraph(
        towards=False,
        indptr=np.arange(0, len(arcs) + 1, 3),
        arcs=arcs,
        length_m=nothing,
        up_s=nothing,
        down_s=nothing,
        bucket_s=float(rng.choice([0.25, 8.0, 5000.0])),
        longest_s=200_000.0,
    )


def oracle(graph: SearchGraph, sources: np.ndarray) -> np.ndarray:
    """Seconds from every source to every node; of arcs between the same nodes the cheapest."""
    origin = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    to, cost_s = graph.arcs["to"].astype(np.int64), graph.arcs["cost_s"]
    order = np.lexsort((cost_s, to, origin))
    pairs = np.stack([origin, to], axis=1)[order]
    is_first = np.append(True, (np.diff(pairs, axis=0) != 0).any(axis=1))
    size = (graph.n_nodes, graph.n_nodes)
    matrix = csr_array((cost_s[order][is_first], tuple(pairs[is_first].T)), shape=size)
    return np.asarray(dijkstra(matrix, indices=sources))


@pytest.mark.parametrize("seed", range(4))
def test_nodes_in_any_order(seed: int) -> None:
    """Numbers that say nothing of where a node lies: every way leads through all tiles."""
    graph = linked_at_random(N_NODES, seed)
    sources = np.random.default_rng(seed).integers(0, N_NODES, 5)
    expected_s = oracle(graph, sources)
    middle_s = float(np.median(expected_s[np.isfinite(expected_s)]))
    for cutoff_s in (math.inf, middle_s, math.nextafter(middle_s, 0.0)):
        within_s = np.where(expected_s <= cutoff_s, expected_s, np.inf)
        time_s, which = nearest_at_nodes(graph, place_nodes(sources), cutoff_s=cutoff_s)
        assert (time_s == within_s.min(axis=0)).all()
        # of equally near sources the lowest
        lowest = np.where(np.isfinite(time_s), within_s.argmin(axis=0), -1)
        assert (which == lowest).all()


@pytest.mark.parametrize("n_sources", [1, 7, 400])
def test_city(n_sources: int) -> None:
    network = made_city(N_NODES)
    graph = build_graph(network, build_impedance(network, load_profiles()["plain"]), towards=False)
    sources = np.random.default_rng(n_sources).integers(0, network.n_nodes, n_sources)
    expected_s = oracle(graph, sources)
    time_s, which = nearest_at_nodes(graph, place_nodes(sources))
    assert (time_s == expected_s.min(axis=0)).all()
    assert (which == np.where(np.isfinite(time_s), expected_s.argmin(axis=0), -1)).all()
