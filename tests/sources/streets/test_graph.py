"""Graphs from NetworkX and OSMnx, and GraphML files, become the same networks."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from builders.drawn_osm import CRS, ORIGIN, lonlat, places, walk

from access15.core.streets.network import CROSSINGS
from access15.errors import CrsError, NetworkDataError
from access15.sources.streets.build import build_streets
from access15.sources.streets.graph import read_graph
from access15.sources.streets.tags import classify_way
from access15.sources.streets.ways import NodeTable, WayTable

#   1 --- 2 --- 3       100 m each; a footway with a bend goes north from 2 to 4
POINTS = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (200.0, 0.0), 4: (100.0, 60.0)}
BEND = [(100.0, 0.0), (130.0, 30.0), (100.0, 60.0)]


def as_osmnx_would(**node_tags: Any) -> nx.MultiDiGraph[int]:
    """Two-way streets as pairs of edges, lists where ways were joined, degrees, geometry where
    there is a bend.
    """
    graph = nx.MultiDiGraph(
        crs="epsg:4326", created_date="2026-03-05 10:00:00", created_with="OSMnx 2.1"
    )
    for node, xy in POINTS.items():
        x, y = lonlat(*xy)
        graph.add_node(node, x=x, y=y, street_count=1, **(node_tags if node == 2 else {}))
    line = shapely.LineString([lonlat(*xy) for xy in BEND])
    road = {"highway": "residential", "name": "Via Boifava", "length": 100.0}
    for u, v, data in [
        (1, 2, {**road, "osmid": 10}),
        (2, 3, {**road, "osmid": [10, 12]}),
        (
            2,
            4,
            {
                "osmid": 11,
                "highway": "footway",
                "geometry": line,
                "length": 84.85,
                "surface": ["asphalt", "asphalt"],
            },
        ),
    ]:
        graph.add_edge(u, v, **data, oneway=False, reversed=False)
        back = {**data, "reversed": True}
        if "geometry" in back:
            back["geometry"] = shapely.reverse(line)
        graph.add_edge(v, u, **back, oneway=False)
    return graph


def test_streets_both_ways_are_one() -> None:
    network, info = read_graph(as_osmnx_would(), crs=CRS)
    assert places(network) == {(0, 0), (100, 0), (200, 0), (100, 60)}
    assert sorted(network.length_m.tolist()) == pytest.approx([84.85, 100, 100])
    assert sorted(network.way_id.tolist()) == [10, 10, 11]
    assert network.street_names == ("", "Via Boifava")
    bend = int(np.argmin(network.length_m))
    part = slice(network.vertex_start[bend], network.vertex_start[bend + 1])
    np.testing.assert_allclose(network.vertex_xy[part] - ORIGIN, BEND, atol=0.02)
    assert (network.surface[bend], network.highway_names[network.highway[bend]]) == (1, "footway")
    assert (info.kind, info.name, info.date, info.sha256) == (
        "graph",
        "NetworkX graph",
        "2026-03-05",
        "",
    )
    assert "OpenStreetMap" in info.licence


def test_graph_is_not_changed() -> None:
    graph = as_osmnx_would()
    before = copy.deepcopy(list(graph.edges(data=True)))
    read_graph(graph, crs=CRS)
    assert list(graph.edges(data=True)) == before


def test_graphml_gives_the_same(tmp_path: Path) -> None:
    graph = as_osmnx_would(highway="crossing", crossing="zebra")
    written = nx.MultiDiGraph(**{k: str(v) for k, v in graph.graph.items()})
    written.add_nodes_from(
        (n, {k: str(v) for k, v in data.items()}) for n, data in graph.nodes(data=True)
    )
    written.add_edges_from(
        (u, v, {k: str(x) for k, x in data.items()}) for u, v, data in graph.edges(data=True)
    )
    path = tmp_path / "streets.graphml"
    nx.write_graphml(written, path)
    direct, _ = read_graph(graph, crs=CRS)
    read, info = read_graph(path, crs=CRS)
    np.testing.assert_array_equal(direct.vertex_xy, read.vertex_xy)
    np.testing.assert_array_equal(direct.length_m, read.length_m)
    np.testing.assert_array_equal(direct.crossing_u, read.crossing_u)
    assert (info.name, len(info.sha256), info.date) == ("streets.graphml", 64, "2026-03-05")


def test_projected_graph_gives_the_same() -> None:
    graph = as_osmnx_would()
    projected = nx.MultiDiGraph(crs=CRS)
    for node, (x, y) in POINTS.items():
        projected.add_node(node, x=x + ORIGIN[0], y=y + ORIGIN[1])
    for u, v, data in graph.edges(data=True):
        plain = {key: value for key, value in data.items() if key != "geometry"}
        if "geometry" in data:
            bend = BEND if u == 2 else BEND[::-1]
            plain["geometry"] = shapely.LineString(np.array(bend) + ORIGIN)
        projected.add_edge(u, v, **plain)
    a, _ = read_graph(graph, crs=CRS)
    b, _ = read_graph(projected, crs=CRS)
    np.testing.assert_allclose(a.vertex_xy, b.vertex_xy, atol=0.02)


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiGraph, nx.DiGraph, nx.MultiDiGraph])
def test_plain_graphs_without_tags(kind: type[nx.Graph[Any]]) -> None:
    graph = kind()
    for name, xy in (("a", (0, 0)), ("b", (30, 40)), ("c", (60, 0))):
        x, y = lonlat(*xy)
        graph.add_node(name, x=x, y=y)
    graph.add_edge("a", "b")
    graph.add_edge("c", "b", length=77.5)
    network, info = read_graph(graph, crs=CRS)
    # the second is longer than its line, so that the two are not joined
    assert sorted(network.length_m.tolist()) == pytest.approx([50.0, 77.5], abs=0.05)
    assert (info.licence, network.way_id.tolist()) == ("", [-1, -1])


def test_parallel_edges_stay_apart() -> None:
    graph = nx.MultiGraph(crs=CRS)
    graph.add_node(1, x=ORIGIN[0], y=ORIGIN[1])
    graph.add_node(2, x=ORIGIN[0] + 10, y=ORIGIN[1])
    graph.add_node(3, x=ORIGIN[0] + 10, y=ORIGIN[1] - 5)
    graph.add_edge(2, 3)
    graph.add_edge(1, 2)
    graph.add_edge(1, 2, geometry="LINESTRING (514010 5031000, 514005 5031005, 514000 5031000)")
    graph.add_edge(
        1, 1, geometry="LINESTRING (514000 5031000, 514000 5031003, 514003 5031000, 514000 5031000)"
    )
    network, _ = read_graph(graph, crs=CRS)
    expected = [5, 10, 6 + np.sqrt(18), 2 * np.sqrt(50)]
    assert sorted(network.length_m.tolist()) == pytest.approx(sorted(expected), abs=0.005)
    first = network.vertex_xy[network.vertex_start[:-1]]
    np.testing.assert_array_equal(first, network.node_xy[network.edge_u])


def test_a_stretch_of_two_ways_is_one_street() -> None:
    """The same line twice, straight or bent, with other ids: one. Another stated length: another
    street.
    """
    graph = nx.MultiGraph(crs=CRS)
    for node, x in ((1, 0), (2, 30), (3, 60)):
        graph.add_node(node, x=ORIGIN[0] + x, y=ORIGIN[1])
    bent = "LINESTRING (514030 5031000, 514045 5031010, 514060 5031000)"
    back = "LINESTRING (514060 5031000, 514045 5031010, 514030 5031000)"
    graph.add_edge(1, 2, osmid=10, highway="residential", length=30.0)
    graph.add_edge(2, 1, osmid=11, highway="pedestrian", length=30.1)
    graph.add_edge(1, 2, osmid=12, highway="footway", length=55.0)
    graph.add_edge(2, 3, osmid=10, highway="residential", geometry=bent, length=36.06)
    graph.add_edge(3, 2, osmid=11, highway="pedestrian", geometry=back, length=36.06)
    network, _ = read_graph(graph, crs=CRS)
    assert sorted(network.length_m.tolist()) == pytest.approx([30.0, 36.06, 55.0])
    assert network.highway_names == ("footway", "residential")


def test_geometry_drawn_from_the_other_end_is_turned() -> None:
    graph = nx.Graph(crs=CRS)
    for node, x in ((1, 0), (2, 30)):
        graph.add_node(node, x=ORIGIN[0] + x, y=ORIGIN[1])
    drawn = [(30, 0), (25, 5), (10, 10), (0, 0)]
    graph.add_edge(1, 2, geometry=shapely.LineString(np.array(drawn) + ORIGIN), incline="5%")
    network, _ = read_graph(graph, crs=CRS)
    np.testing.assert_allclose(network.vertex_xy - ORIGIN, drawn[::-1], atol=1e-6)
    assert np.isnan(network.incline[0]), "an undirected graph does not say which way is up"


@pytest.mark.parametrize(("is_reversed", "incline"), [(False, 0.05), (True, -0.05)])
def test_incline_follows_the_way(is_reversed: bool, incline: float) -> None:
    graph = nx.DiGraph(crs=CRS)
    for node, x in ((1, 0), (2, 30)):
        graph.add_node(node, x=ORIGIN[0] + x, y=ORIGIN[1])
    graph.add_edge(1, 2, incline="5%", reversed=is_reversed)
    network, _ = read_graph(graph, crs=CRS)
    assert (network.incline.tolist(), network.node_xy[network.edge_u[0], 0]) == (
        [incline],
        ORIGIN[0],
    )


def test_stated_length_is_shared_out_where_a_way_is_cut() -> None:
    # A way of three nodes with a stated length of 300 m, cut at 1/3 by another.
    tags = classify_way({"highway": "path"})
    assert tags is not None
    ways = WayTable(
        way_id=np.array([1, 2]),
        tags=np.array([0, 0]),
        tag_sets=(tags,),
        street=np.array([0, 0]),
        street_names=("",),
        start=np.array([0, 3, 5]),
        node_id=np.array([1, 2, 3, 2, 4]),
        xy=np.array([lonlat(0, 0), lonlat(50, 0), lonlat(150, 0), lonlat(50, 0), lonlat(50, 9)]),
        length_m=np.array([300.0, np.nan]),
    )
    network = build_streets(ways, NodeTable.from_tags({}), crs=CRS)
    assert sorted(network.length_m.tolist()) == pytest.approx([9, 100, 200], rel=1e-3)


def test_tags_are_read_by_the_same_rules() -> None:
    graph = as_osmnx_would(highway="crossing", crossing="traffic_signals")
    for u, v, key in list(graph.edges(keys=True)):
        data = graph.edges[u, v, key]
        if 3 in (u, v):
            data["access"] = "private"
        if 1 in (u, v):
            data.update(highway=["residential", "steps"], step_count="12", incline="10%")
    network, _ = read_graph(graph, crs=CRS)
    assert places(network) == {(0, 0), (100, 0), (100, 60)}
    flight = int(np.flatnonzero(network.steps)[0])
    uphill = network.incline[flight] * (
        1 if network.node_xy[network.edge_u[flight], 0] < ORIGIN[0] + 50 else -1
    )
    assert (network.step_count[flight], uphill) == (12, 0.1)
    assert {CROSSINGS[c] for c in (*network.crossing_u, *network.crossing_v)} == {"none", "signals"}
    assert walk(network, (0, 0), (100, 60))[1] == {"signals": 1.0}


def test_crossing_way_in_several_edges_counts_once() -> None:
    # Way 7 crosses from 1 to 4 over a kerb at 2 and the middle of a street at 3; edges come in no
    # order.
    graph = nx.MultiGraph(crs=CRS)
    for node, x in ((1, 0), (2, 3), (3, 6), (4, 12)):
        graph.add_node(node, x=ORIGIN[0] + x, y=ORIGIN[1])
    graph.nodes[2]["kerb"] = "lowered"
    graph.add_node(5, x=ORIGIN[0] + 6, y=ORIGIN[1] + 50)
    tags = {"osmid": 7, "highway": "footway", "footway": "crossing", "crossing": "traffic_signals"}
    for u, v in ((3, 4), (1, 2), (3, 2)):
        graph.add_edge(u, v, **tags)
    graph.add_edge(3, 5, highway="residential")
    network, _ = read_graph(graph, crs=CRS)
    assert walk(network, (0, 0), (12, 0))[1] == {"signals": 1.0}


def test_edges_joined_of_walkable_and_closed_ways_are_closed() -> None:
    graph = as_osmnx_would()
    for data in (d for *_, d in graph.edges(data=True)):
        if data["osmid"] == [10, 12]:
            data["highway"] = ["residential", "motorway"]
    assert places(read_graph(graph, crs=CRS)[0]) == {(0, 0), (100, 0), (100, 60)}


def test_faults_are_told_all_at_once() -> None:
    graph = nx.MultiGraph()
    graph.add_nodes_from(
        [("a", {"x": 9.1, "y": 45.4}), ("b", {"x": "here", "y": 45.4}), ("c", {"y": float("nan")})]
    )
    graph.add_edges_from([("a", "b"), ("a", "c")])
    with pytest.raises(
        NetworkDataError, match="NetworkX graph: 2 nodes of the graph have no place"
    ) as told:
        read_graph(graph, crs=CRS)
    rule = "both must be numbers (longitude and latitude, or metres in the graph's crs)"
    assert told.value.problems == (
        f"node 'b': x is 'here' and y is 45.4; {rule}",
        f"node 'c': x is None and y is nan; {rule}",
    )


def test_long_lists_of_faults_are_cut() -> None:
    graph = nx.Graph()
    nx.add_path(graph, range(50))
    with pytest.raises(NetworkDataError, match="50 nodes") as told:
        read_graph(graph, crs=CRS)
    assert (len(told.value.problems), told.value.problems[-1]) == (21, "and 30 more")


@pytest.mark.parametrize("geometry", ["LINESTRING (9", "POINT (9.1 45.4)", 7, shapely.LineString()])
def test_geometry_must_be_a_line(geometry: object) -> None:
    graph = as_osmnx_would()
    graph.edges[1, 2, 0]["geometry"] = geometry
    with pytest.raises(
        NetworkDataError, match="1 edges of the graph have no usable line or length"
    ) as told:
        read_graph(graph, crs=CRS)
    assert told.value.problems[0].startswith("edge 1 to 2: geometry is ")


def test_lengths_must_be_metres() -> None:
    graph = as_osmnx_would()
    for data in (d for *_, d in graph.edges(data=True)):
        data["length"] /= 1000
    with pytest.raises(
        NetworkDataError, match="3 edges of the graph are shorter than a straight line"
    ) as told:
        read_graph(graph, crs=CRS)
    sentence = (
        "edge of way 10: length is 0.100, its ends are 100.0 m apart; give length in "
        "metres, or leave it out"
    )
    assert sentence in told.value.problems


def test_degrees_or_a_crs_are_needed() -> None:
    graph = nx.Graph()
    graph.add_node(1, x=514_000.0, y=5_031_000.0)
    with pytest.raises(NetworkDataError, match="the nodes are not in degrees"):
        read_graph(graph, crs=CRS)
    graph.graph["crs"] = "EPSG:nonsense"
    graph.add_edge(1, 1)
    with pytest.raises(CrsError, match="crs is 'EPSG:nonsense'"):
        read_graph(graph, crs=CRS)
    with pytest.raises(CrsError, match="does not measure metres"):
        read_graph(as_osmnx_would(), crs="EPSG:4326")


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (nx.MultiDiGraph(), "the graph has no walkable edge; its edges are none"),
        (
            {"nodes": []},
            "a street network is given as dict; give a NetworkX graph or a GraphML file",
        ),
        (None, "a street network is given as NoneType"),
    ],
)
def test_no_graph_at_all(graph: object, message: str) -> None:
    with pytest.raises(NetworkDataError, match=message):
        read_graph(graph, crs=CRS)  # type: ignore[arg-type]


def test_graph_of_motorways_only() -> None:
    graph = as_osmnx_would()
    for data in (d for *_, d in graph.edges(data=True)):
        data["highway"] = "motorway"
    with pytest.raises(NetworkDataError, match="no walkable edge; its edges are motorway"):
        read_graph(graph, crs=CRS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"", "not a GraphML file"),
        (b"<html></html>", "not a GraphML file"),
        (b"\x00\x01", "not a GraphML file"),
    ],
)
def test_broken_graphml_is_told(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "streets.graphml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NetworkDataError, match=f"{re.escape(str(path))}: {message}"):
        read_graph(path, crs=CRS)


def test_stated_lengths_stay_where_they_are_when_lines_are_missing() -> None:
    # Four edges in a row without lines, the second four times as long as it looks.
    #
    #     0 --1500-- 1 --2400-- 2 --600-- 3      drawn 1500, 600, 600 m
    graph = nx.MultiGraph(crs=CRS)
    for node, x in enumerate((-1500, 0, 600, 1200)):
        graph.add_node(node, x=ORIGIN[0] + x, y=ORIGIN[1])
    for u, length_m in enumerate((1500.0, 2400.0, 600.0)):
        graph.add_edge(u, u + 1, highway="residential", length=length_m, osmid=u)
    network, _ = read_graph(graph, crs=CRS)
    assert sorted(network.length_m.tolist()) == [600, 1500, 2400]


@pytest.mark.parametrize("lengths", [(620.0, 1200.0), (1200.0, 620.0)])
def test_of_two_sides_of_a_ring_without_lines_the_shorter_counts(
    lengths: tuple[float, float],
) -> None:
    graph = nx.MultiGraph(crs=CRS)
    graph.add_node(0, x=ORIGIN[0], y=ORIGIN[1])
    graph.add_node(1, x=ORIGIN[0] + 600, y=ORIGIN[1])
    for length_m in lengths:
        graph.add_edge(0, 1, highway="residential", length=length_m, osmid=7)
    network, _ = read_graph(graph, crs=CRS)
    assert network.length_m.tolist() == [620]
