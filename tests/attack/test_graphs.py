"""Graphs as programs hand them over, and as nobody should: read, or told edge by edge."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import shapely

from access15.core.streets.network import WalkNetwork
from access15.errors import NetworkDataError
from access15.sources.streets.graph import _read_values, read_graph

CRS = "EPSG:32632"
X, Y = 514_000.0, 5_031_000.0
KINDS = [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph]


def street(kind: type[nx.Graph[Any]] = nx.MultiGraph, **edge: object) -> nx.Graph[Any]:
    """One street of 300 m."""
    graph = kind(crs=CRS)
    graph.add_node("a", x=X, y=Y)
    graph.add_node("b", x=X + 300, y=Y)
    graph.add_edge("a", "b", **edge)
    return graph


def read(graph: nx.Graph[Any] | Path) -> WalkNetwork:
    return read_graph(graph, crs=CRS)[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("length", "length_m"),
    [
        *(
            (420, 420),
            (420.0, 420),
            ("420", 420),
            ("420.0 m", 420),
            ("420,5", 420.5),
            ("0.42 km", 420),
        ),
        *(("0.5 mi", 804.67), (None, 300), ("", 300), (math.nan, 300), ([420], 420)),
    ],
)
def test_stated_lengths(kind: type[nx.Graph[Any]], length: object, length_m: float) -> None:
    found = read(street(kind, length=length)).length_m
    assert found.tolist() == [pytest.approx(length_m, abs=0.01)]


@pytest.mark.parametrize(
    "length",
    [-1, "-5", math.inf, 1e9, 10**400, "long", "nan", "1e999", "()", [1, 2], {"a": 1}, True, b"x"],
    ids=range(13),
)
def test_lengths_that_are_none_are_told(length: object) -> None:
    with pytest.raises(NetworkDataError) as caught:
        read(street(length=length))
    (told,) = caught.value.problems
    assert told.startswith(("edge 'a' to 'b': length is ", "edge of way -1: length is "))


def test_a_length_of_zero_between_two_places_is_told() -> None:
    with pytest.raises(NetworkDataError, match="shorter than a straight line"):
        read(street(length=0))


LINE = shapely.LineString([(X, Y), (X + 150, Y + 200), (X + 300, Y)])  # 500 m


@pytest.mark.parametrize("key", ["geometry", "geom", "the_geom", "wkt", "wkb"])
@pytest.mark.parametrize(
    "line",
    [
        *(LINE, LINE.wkt, LINE.wkb, LINE.wkb_hex, f"SRID=32632;{LINE.wkt}", LINE.reverse()),
        *(
            shapely.geometry.mapping(LINE),
            shapely.to_geojson(LINE),
            shapely.MultiLineString([LINE]),
        ),
    ],
    ids=range(9),
)
def test_lines_in_every_writing(key: str, line: object) -> None:
    assert read(street(**{key: line})).length_m.tolist() == [500.0]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "LINESTRING (",
            "POINT (1 2)",
            "nonsense",
            "00" * 20,
            b"",
            b"xx",
            7,
            [],
            "{",
            "{}",
            "[" * 5000,
        ),
        *({"type": "LineString"}, {"type": "Point", "coordinates": [1, 2]}, LINE.buffer(1)),
        shapely.MultiLineString([LINE, LINE]),
    ],
    ids=range(15),
)
def test_lines_that_are_none_are_told(line: object) -> None:
    with pytest.raises(NetworkDataError) as caught:
        read(street(geometry=line))
    assert "; it must be a line" in caught.value.problems[0]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"x": str(X), "y": str(Y)}, {"x": f"{X + 300}", "y": f"{Y}"}),
        ({"lon": X, "lat": Y}, {"lon": X + 300, "lat": Y}),
        ({"pos": (X, Y)}, {"pos": [X + 300, Y]}),
        ({"pos": f"({X}, {Y})"}, {"pos": f"[{X + 300}, {Y}]"}),
    ],
)
def test_places_of_nodes(a: dict[str, object], b: dict[str, object]) -> None:
    graph = nx.Graph(crs=CRS)
    graph.add_node((1, 2), **a)
    graph.add_node("è", **b)
    graph.add_node("alone")
    graph.add_edge((1, 2), "è")
    graph.add_edge("è", "è")
    assert read(graph).length_m.tolist() == [300.0]


def test_degrees_need_no_crs() -> None:
    graph = nx.Graph()
    graph.add_node(1, lon=9.18, lat=45.43)
    graph.add_node(2, lon=9.19, lat=45.43)
    graph.add_edge(1, 2)
    assert read(graph).length_m.tolist() == [pytest.approx(781, abs=2)]


SIDES = [{"length": 620.0}, {"length": 1200.0}, {"length": 400.0, "highway": "steps"}]


@pytest.mark.parametrize("order", list(itertools.permutations(SIDES)))
@pytest.mark.parametrize("kind", [nx.MultiGraph, nx.MultiDiGraph])
def test_of_parallel_edges_the_cheapest_counts(
    kind: type[nx.Graph[Any]], order: tuple[dict[str, Any], ...]
) -> None:
    """Steps are shorter; who cannot climb them walks the shorter one of the others."""
    graph = street(kind, **order[0], osmid=7)
    for side in order[1:]:
        graph.add_edge("a", "b", **side, osmid=7)
    network = read(graph)
    lengths = {
        bool(steps): float(m) for steps, m in zip(network.steps, network.length_m, strict=True)
    }
    assert lengths == {True: 400.0, False: 620.0}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("['a', 'b']", ["a", "b"]),
        ("[1, 2]", ["1", "2"]),
        ('["d\'Azeglio", None]', ["d'Azeglio"]),
        ("[]", []),
        ("[" * 100_000 + "]" * 100_000, None),
        ("[" + "9" * 100_000 + "]", None),
        ("[" + "-" * 100_000 + "1]", None),
        ("[__import__('os').system('false')]", None),
        ("[" + "'" * 99_999 + "]", None),
        ("[9**9**9**9]", ["9**9**9**9"]),
    ],
    ids=range(10),
)
def test_text_of_attributes_is_never_evaluated(text: str, values: list[str] | None) -> None:
    found = _read_values(text)
    assert all(isinstance(value, str) for value in found)
    if values is not None:
        assert found == values


def test_graphml_with_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.graphml"
    path.write_text('<!DOCTYPE g [<!ENTITY a "b">]><graphml><graph>&a;</graph></graphml>')
    with pytest.raises(NetworkDataError, match=r"not a GraphML file \(it declares entities\)"):
        read(path)
