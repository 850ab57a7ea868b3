"""A stretch that two ways share is one street: counted once, walked as before."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from builders.drawn_osm import ORIGIN, read_drawing, walk
from builders.ways import Way, build, drawings
from hypothesis import given, settings
from hypothesis import strategies as st

from access15.config import load_profiles
from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import build_impedance
from access15.sources.streets import build as osm_build

#   A square drawn over the street along it: 2 to 4 belong to both. A zebra lies at 3.
#
#        6 --------- 5
#        |           |
#   1 -- 2 --- 3 --- 4 -- 7        20 m from 1 to 2 and 4 to 7, 30 m each between
#
NODES = {
    1: (0, 0),
    2: (20, 0),
    3: (50, 0),
    4: (80, 0),
    5: (80, 40),
    6: (20, 40),
    7: (100, 0),
}
STREET = ([1, 2, 3, 4, 7], {"highway": "residential", "name": "Via Boifava"})
SQUARE = {"highway": "pedestrian", "area": "yes", "name": "Piazza"}
WHOLE_M = 100 + 60 + 2 * 40  # not 300


@pytest.mark.parametrize(
    "outline", [[2, 3, 4, 5, 6, 2], [4, 3, 2, 6, 5, 4]], ids=["along", "against"]
)
@pytest.mark.parametrize("order", [(10, 11), (11, 10)], ids=["street first", "square first"])
def test_shared_stretch_counts_once_and_stays_the_street(
    tmp_path: Path, outline: list[int], order: tuple[int, int]
) -> None:
    network = read_drawing(tmp_path, NODES, {order[0]: STREET, order[1]: (outline, SQUARE)}).network
    assert network.length_m.sum() == pytest.approx(WHOLE_M, rel=1e-3)
    highway = np.array(network.highway_names)[network.highway]
    assert network.length_m[highway == "residential"].sum() == pytest.approx(100, rel=1e-3)
    assert {network.street_names[i] for i in network.street[highway == "residential"]} == {
        "Via Boifava"
    }
    assert walk(network, (0, 0), (100, 0))[0] == pytest.approx(100, rel=1e-3)
    assert walk(network, (80, 0), (20, 0))[0] == pytest.approx(60, rel=1e-3)
    assert network.n_edges == 4  # 1-2, 2-4, 4-7 and the rest of the outline: no node is left at 3


def test_a_zebra_on_the_shared_stretch_is_felt_as_before(tmp_path: Path) -> None:
    """Along the street past its zebra nobody waits, as where a footway crosses there."""
    nodes = {**NODES, 3: (50, 0, {"highway": "crossing", "crossing": "zebra"}), 8: (50, -30)}
    ways = {10: STREET, 11: ([2, 3, 4, 5, 6, 2], SQUARE)}
    assert walk(read_drawing(tmp_path, nodes, ways).network, (0, 0), (100, 0))[1] == {}
    ways[12] = ([3, 8], {"highway": "footway"})
    assert walk(read_drawing(tmp_path, nodes, ways).network, (0, 0), (50, -30))[1] == {
        "marked": 0.5
    }


def test_a_kerb_on_the_shared_stretch_is_the_walkways(tmp_path: Path) -> None:
    nodes = {**NODES, 3: (50, 0, {"kerb": "raised"})}
    network = read_drawing(tmp_path, nodes, {10: STREET, 11: ([2, 3, 4, 5, 6, 2], SQUARE)}).network
    assert not network.kerb_u.any()
    assert not network.kerb_v.any()
    alone = read_drawing(tmp_path, nodes, {10: STREET}).network
    assert alone.kerb_u.any()


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ({"highway": "steps", "name": "Scala"}, {"highway": "pedestrian"}, "pedestrian"),
        (
            {"highway": "residential", "wheelchair": "no", "name": "Via"},
            {"highway": "footway"},
            "footway",
        ),
        (
            {"highway": "footway", "name": "Vialetto", "surface": "asphalt"},
            {"highway": "service"},
            "service",
        ),
        (
            {"highway": "path", "surface": "asphalt", "width": "2"},
            {"highway": "footway", "name": "Via"},
            "footway",
        ),
        ({"highway": "path"}, {"highway": "footway", "surface": "asphalt"}, "footway"),
        ({"highway": "path", "incline": "5%"}, {"highway": "footway"}, "path"),
        ({"highway": "path"}, {"highway": "footway"}, "footway"),
    ],
    ids=[
        "no steps",
        "open to wheelchairs",
        "carriageway",
        "named",
        "surface",
        "incline",
        "any rule will do",
    ],
)
def test_which_way_stands_for_the_stretch(
    tmp_path: Path, one: dict[str, str], other: dict[str, str], kept: str
) -> None:
    """Each case is decided by its own rule: those before it find no difference, those after it the
    other way.
    """
    nodes = {1: (0, 0), 2: (50, 0)}
    for a, b in itertools.permutations((one, other)):
        network = read_drawing(tmp_path, nodes, {10: ([1, 2], a), 11: ([2, 1], b)}).network
        assert network.length_m.tolist() == pytest.approx([50], rel=1e-3)
        assert network.highway_names == (kept,)


def test_a_way_out_and_back_is_one_street(tmp_path: Path) -> None:
    network = read_drawing(tmp_path, NODES, {10: ([1, 2, 3, 2], {"highway": "footway"})}).network
    assert network.length_m.tolist() == pytest.approx([50], rel=1e-3)


def test_streets_beside_each_other_stay_two(tmp_path: Path) -> None:
    """Two ways between the same two nodes, one with a bend: no stretch is shared."""
    network = read_drawing(
        tmp_path, NODES, {10: ([2, 4], STREET[1]), 11: ([2, 3, 4], STREET[1])}
    ).network
    assert network.length_m.tolist() == pytest.approx(
        [120], rel=1e-3
    )  # a ring: nothing else meets them


# Whatever is drawn
# ----------------------------------------------------------------------------------------------


KINDS = (
    "street",
    "footway",
    "steps",
    "driveway",
)  # an incline is one way's; a crossing drawn as a way is one's too


@settings(deadline=None)
@given(drawing=drawings(), profile=st.sampled_from(["adult", "older_adult", "wheelchair", "plain"]))
def test_no_walk_changes(drawing: tuple[list[Way], dict[int, str]], profile: str) -> None:
    """Every walk takes as long as with all ways kept, who could choose the better of two."""
    ways = [
        (way_id, members, kind if kind in KINDS else "footway")
        for way_id, members, kind in drawing[0]
    ]
    nodes = {node: kind for node, kind in drawing[1].items() if kind in ("gate", "kerb")}
    with pytest.MonkeyPatch.context() as patch:
        nothing = np.zeros(0, dtype=np.int64)
        patch.setattr(osm_build, "find_stretches", lambda *_: (nothing, nothing))
        doubled = build(ways, nodes)
    before_s, after_s = seconds(doubled, profile), seconds(build(ways, nodes), profile)
    both = before_s.keys() & after_s.keys()  # where nothing changes any more, there is no node
    assert {pair: after_s[pair] for pair in both} == pytest.approx(
        {pair: before_s[pair] for pair in both}
    )


def seconds(network: WalkNetwork, profile: str) -> dict[Any, float]:
    """Seconds between all nodes of the grid that are nodes of the network, inf where there is no
    way.
    """
    impedance = build_impedance(network, load_profiles()[profile])
    graph = nx.MultiDiGraph()
    for e in range(network.n_edges):
        for u, v, moving_s in (
            (network.edge_u[e], network.edge_v[e], impedance.forward_s[e]),
            (network.edge_v[e], network.edge_u[e], impedance.backward_s[e]),
        ):
            if np.isfinite(cost_s := impedance.at_u_s[e] + moving_s + impedance.at_v_s[e]):
                graph.add_edge(int(u), int(v), s=cost_s)
    place = [tuple(np.rint((xy - ORIGIN) / 20).astype(int).tolist()) for xy in network.node_xy]
    graph.add_nodes_from(range(network.n_nodes))
    corners = {place[n]: [m for m in graph if place[m] == place[n]] for n in graph}
    lengths_s = dict(nx.all_pairs_dijkstra_path_length(graph, weight="s"))
    return {
        (a, b): min(lengths_s[u].get(v, np.inf) for u in corners[a] for v in corners[b])
        for a, b in itertools.permutations(corners, 2)
    }
