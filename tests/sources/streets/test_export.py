"""The hand-over to OSMnx: nothing lost, same walking times."""

from __future__ import annotations

import networkx as nx
import numpy as np
import osmnx
import pytest

from access15.config import load_profiles
from access15.core.streets.network import WalkNetwork, build_network
from access15.core.walk.graph import build_graph, place_nodes
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest_at_nodes
from access15.sources.streets.export import network_to_graph
from access15.sources.streets.graph import read_graph


@pytest.fixture(name="streets")
def _streets() -> WalkNetwork:
    """Two ways from 0 to 1, steps from 1 to 2::

    0 ══(100 m, 140 m)══ 1 ──(30 m steps)── 2
    """
    return build_network(
        crs="EPSG:32632",
        node_xy=np.array(
            [[510_000.0, 5_030_000.0], [510_100.0, 5_030_000.0], [510_130.0, 5_030_000.0]]
        ),
        edge_u=np.array([0, 0, 1]),
        edge_v=np.array([1, 1, 2]),
        vertex_start=np.array([0, 2, 5, 7]),
        vertex_xy=np.array(
            [
                [510_000, 5_030_000],
                [510_100, 5_030_000],
                [510_000, 5_030_000],
                [510_050, 5_030_000 + np.sqrt(70**2 - 50**2)],
                [510_100, 5_030_000],
                [510_100, 5_030_000],
                [510_130, 5_030_000],
            ]
        ),
        steps=np.array([False, False, True]),
        crossing_u=np.array([3, 0, 0]),
        street_names=("", "Via A"),
        street=np.array([1, 0, 0]),
        highway_names=("footway", "steps"),
        highway=np.array([0, 0, 1]),
    )


def test_every_street_goes_both_ways(streets: WalkNetwork) -> None:
    graph = network_to_graph(streets)
    assert graph.number_of_edges() == 6
    assert sorted(round(d["length"], 6) for _, _, d in graph.edges(data=True)) == [
        30,
        30,
        100,
        100,
        140,
        140,
    ]
    assert graph.edges[0, 1, 0]["crossing_from"] == "signals"
    assert graph.edges[1, 0, 0]["crossing_to"] == "signals"
    assert osmnx.stats.basic_stats(graph)["edge_length_total"] == pytest.approx(540)


def test_a_walker_finds_the_same_times_there(streets: WalkNetwork) -> None:
    impedance = build_impedance(streets, load_profiles()["frail"])
    graph = network_to_graph(streets, impedance)
    theirs = nx.single_source_dijkstra_path_length(graph, 0, weight="cost_s")
    ours, _ = nearest_at_nodes(
        build_graph(streets, impedance, towards=False), place_nodes(np.array([0]))
    )
    assert [theirs[i] for i in range(3)] == list(ours)
    # 100 m at 0.8 m/s, half a wait of 25 s and 30 s of rest; 30 m of steps at a tenth of the pace,
    # 9 s of rest
    assert list(ours) == [0.0, 167.5, 551.5]


def test_what_a_walker_cannot_pass_is_left_out(streets: WalkNetwork) -> None:
    graph = network_to_graph(streets, build_impedance(streets, load_profiles()["wheelchair"]))
    assert not graph.has_edge(1, 2)
    assert not graph.has_edge(2, 1)


def test_there_and_back_again(streets: WalkNetwork) -> None:
    again, _ = read_graph(network_to_graph(streets), crs="EPSG:32632")
    assert again.length_m.sum() == pytest.approx(streets.length_m.sum())
    assert again.steps.sum() == 1
