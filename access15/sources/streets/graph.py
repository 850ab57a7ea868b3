"""Streets handed over as a NetworkX or OSMnx graph, or as a GraphML file."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Hashable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import shapely

from access15.core.streets.network import WalkNetwork, turn_codes
from access15.crs import LONLAT
from access15.errors import NetworkDataError, name_reason
from access15.files import check_input, name_file
from access15.remarks import Remark
from access15.results.run import NetworkInfo
from access15.sources.streets.access import WORKING_DAY, apply_hours
from access15.sources.streets.area import OSM_LICENCE
from access15.sources.streets.build import build_streets
from access15.sources.streets.tags import (
    NODE_KEYS,
    WAY_KEYS,
    NodeTags,
    WayTags,
    classify_node,
    classify_way,
)
from access15.sources.streets.ways import NodeTable, WayTable

_MAX_TOLD = 20
# an item of a list written as text: in quotation marks of either kind, or bare
_ITEM = re.compile(r"""'([^']*)'|"([^"]*)"|([^,'"]+)""")
_LENGTH = re.compile(r"\s*([-+]?[0-9.eE+-]*[0-9.])\s*(m|km|ft|mi)?\s*")
_METRES_PER = {"m": 1.0, "km": 1000.0, "ft": 0.3048, "mi": 1609.344}
_MAX_LENGTH_M = 1e6  # no street is longer
# names under which programs keep places and lines, the first that is there counts
_X_KEYS, _Y_KEYS = ("x", "lon", "lng", "longitude"), ("y", "lat", "latitude")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){9,}")
_BAD_LINE = (
    *(shapely.errors.ShapelyError, KeyError, ValueError, TypeError),
    *(AttributeError, IndexError, RecursionError),
)
_LINE_KEYS = ("geometry", "geom", "the_geom", "wkt", "wkb")
# a stated length may be a little less than the straight line: another model of the globe
_MIN_LENGTH_RATIO = 0.95


def read_graph(
    graph_or_graphml_path: nx.Graph[Any] | str | Path,
    *,
    crs: str,
    at: datetime = WORKING_DAY,
) -> tuple[WalkNetwork, NetworkInfo]:
    """Take a street graph as walking network.

    The tags of edges (``highway``, ``foot``, ``access``, ``surface``, ``name`` and so on, as OSMnx
    writes them, lists included) and of nodes (``highway``, ``crossing``, ``barrier``, ``kerb``)
    are read by the same rules as those of an OpenStreetMap file. Edges without ``highway`` are
    walkable. An edge and its reverse are one street. Where an edge states a ``length`` in metres
    it is believed, else the geometry, or the straight line, is measured.
    """
    if isinstance(graph_or_graphml_path, (str, Path)):
        path = Path(graph_or_graphml_path)
        graph = _read_graphml(path)
        name, sha256 = name_file(path), hashlib.sha256(path.read_bytes()).hexdigest()
    elif isinstance(graph_or_graphml_path, nx.Graph):
        graph = graph_or_graphml_path
        name, sha256 = str(graph.graph.get("name") or "NetworkX graph"), ""
    else:
        found = type(graph_or_graphml_path).__name__
        raise NetworkDataError(Remark("no_graph", kind=found))
    places = _read_places(graph, name)
    source_crs = _find_crs(graph, places, name)
    ways = _tabulate_edges(graph, places, name, at)
    if not len(ways.way_id):
        classes = _list_classes(graph) or Remark("no_edges")
        raise NetworkDataError(Remark("graph_without_ways", name=name, classes=classes))
    network = build_streets(ways, _tabulate_nodes(graph, at), crs=crs, source_crs=source_crs)
    _check_lengths(network, name)
    is_osm = bool((network.way_id >= 0).any())
    date = str(graph.graph.get("created_date") or "")[:10]
    return network, NetworkInfo("graph", name, date, OSM_LICENCE if is_osm else "", sha256)


def _read_graphml(path: Path) -> nx.Graph[Any]:
    """Read a GraphML file, or say what is wrong with it."""
    try:
        check_input(path)
        _refuse_entities(path)
        return nx.read_graphml(path)
    except OSError as error:
        raise NetworkDataError(
            Remark("path_unreadable", path=path, reason=name_reason(error))
        ) from error
    except (ElementTree.ParseError, nx.NetworkXError, ValueError, KeyError) as error:
        raise NetworkDataError(
            Remark("graphml_unreadable", path=path, reason=str(error))
        ) from error


def _refuse_entities(path: Path) -> None:
    """Refuse a file that declares entities: one may hold millions of letters, and no program that
    saves graphs writes them.
    """
    if b"<!ENTITY" in path.read_bytes():
        raise NetworkDataError(Remark("graphml_entities", path=path))


def _read_places(graph: nx.Graph[Any], name: str) -> dict[Hashable, tuple[float, float]]:
    """Coordinates of every node."""
    places: dict[Hashable, tuple[float, float]] = {}
    problems: list[Remark] = []
    for node, data in graph.nodes(data=True):
        x, y = _find_place(data)
        places[node] = (x, y)
        # who has no street needs no place
        if not (math.isfinite(x) and math.isfinite(y)) and graph.degree(node):
            problems.append(
                Remark(
                    "node_without_place",
                    node=repr(node),
                    x=repr(data.get("x")),
                    y=repr(data.get("y")),
                )
            )
    _raise_problems(Remark("nodes_without_place", name=name, n=len(problems)), problems)
    return places


def _find_place(data: Mapping[str, Any]) -> tuple[float, float]:
    """Place of a node: x and y, lon and lat, or the pair that is called pos."""
    x = next((data[key] for key in _X_KEYS if key in data), None)
    y = next((data[key] for key in _Y_KEYS if key in data), None)
    pair = data.get("pos")
    if x is None and y is None and pair is not None:
        values = pair.strip("[]() ").split(",") if isinstance(pair, str) else pair
        if isinstance(values, (list, tuple)) and len(values) == 2:
            x, y = values
    return _to_float(x), _to_float(y)


def _raise_problems(summary: Remark, problems: list[Remark]) -> None:
    """Raise if there are problems; of very many only the first are told."""
    if problems:
        n_rest = len(problems) - _MAX_TOLD
        more = [Remark("error_rest", n=n_rest)] if n_rest > 0 else []
        raise NetworkDataError(summary, [*problems[:_MAX_TOLD], *more])


def _find_crs(
    graph: nx.Graph[Any],
    places: Mapping[Hashable, tuple[float, float]],
    name: str,
) -> str:
    """What the coordinates are in: as stated, else degrees if they can be."""
    stated = graph.graph.get("crs")
    if stated:
        return str(stated)
    known = [place for place in places.values() if not math.isnan(sum(place))]
    if all(abs(x) <= 180 and abs(y) <= 90 for x, y in known):
        return LONLAT
    raise NetworkDataError(Remark("graph_without_crs", name=name))


class _Edge(NamedTuple):
    """An edge as a way of nodes; `points` are between the two ends."""

    u: int
    v: int
    points: tuple[tuple[float, float], ...]
    way_id: int
    name: str
    tags: WayTags
    length_m: float


def _tabulate_edges(
    graph: nx.Graph[Any],
    places: Mapping[Hashable, tuple[float, float]],
    name: str,
    at: datetime,
) -> WayTable:
    """Every walkable edge as a way, once for both directions."""
    row_of = {node: row for row, node in enumerate(graph.nodes)}
    xy = list(places.values())
    edges: dict[object, _Edge] = {}
    problems: list[Remark] = []
    # 1. Of an edge and its reverse the one in the way's own direction is kept, for inclines and
    #    vertices follow it.
    for u, v, data in sorted(graph.edges(data=True), key=lambda edge: _is_reversed(edge[2])):
        # 2. The same rules of tags as for files say whether it may be walked.
        tags = _read_tags(data, at, is_directed=graph.is_directed())
        if tags is None:
            continue
        points = _read_points(data, places[u], places[v])
        length_m, fault = _read_length(data)
        if points is None:
            key = _find_line_key(data)
            fault = Remark("edge_no_line", key=key, value=str(data.get(key))[:60])
        if points is None or fault:
            problems.append(Remark("edge_fault", u=repr(u), v=repr(v), fault=fault))
            continue
        way_ids = _read_values(data.get("osmid"))
        edge = _Edge(
            u=row_of[u],
            v=row_of[v],
            points=points,
            way_id=_to_way_id(_first(data.get("osmid"))),
            name=_first(data.get("name")),
            tags=tags,
            length_m=length_m,
        )
        # 3. The same line of the same ways, in either direction, is one street.
        line = (edge.u, *points, edge.v)
        direction_free = min(line[::-1], line, key=str)
        # what differs by direction alone does not make two of them; steps beside a ramp are two
        neutral = tags._replace(incline=0.0, slope=0, one_way=0)
        # as text, for what is unknown (NaN) differs from itself
        same = (direction_free, frozenset(way_ids), str(neutral))
        first = edges.setdefault(same, edge)
        # two sides of a ring without lines look the same: whoever walks takes the shorter
        shorter_m = float(np.fmin(first.length_m, edge.length_m))
        edges[same] = first._replace(length_m=shorter_m)
    _raise_problems(Remark("edges_unusable", name=name, n=len(problems)), problems)
    return _to_way_table(list(edges.values()), xy)


def _to_way_table(edges: list[_Edge], xy: list[tuple[float, float]]) -> WayTable:
    """Tabulate edges as ways of nodes."""
    tag_sets: dict[WayTags, int] = {}
    names: dict[str, int] = {"": 0}
    node_id: list[int] = []
    vertices: list[tuple[float, float]] = []
    start = [0]
    # Inner vertices bear names no node has, the same ones on the same line: else two edges on one
    # line would not be seen to share it.
    drawn: dict[object, range] = {}
    for edge in edges:
        first = -len(node_id) - 1
        new = range(first, first - len(edge.points), -1)
        inner = drawn.setdefault((edge.u, edge.points, edge.v), new)
        backwards = (edge.v, edge.points[::-1], edge.u)
        drawn.setdefault(backwards, inner[::-1])
        node_id += [edge.u, *inner, edge.v]
        vertices += [xy[edge.u], *edge.points, xy[edge.v]]
        start.append(len(node_id))
    tags = [tag_sets.setdefault(edge.tags, len(tag_sets)) for edge in edges]
    street = [names.setdefault(edge.name, len(names)) for edge in edges]
    return WayTable(
        way_id=np.array([e.way_id for e in edges], dtype=np.int64),
        tags=np.array(tags, dtype=np.int64),
        tag_sets=tuple(tag_sets),
        street=np.array(street, dtype=np.int64),
        street_names=tuple(names),
        start=np.array(start, dtype=np.int64),
        node_id=np.array(node_id, dtype=np.int64),
        xy=np.array(vertices, dtype=np.float64).reshape(-1, 2),
        length_m=np.array([e.length_m for e in edges], dtype=np.float64),
    )


def _tabulate_nodes(graph: nx.Graph[Any], at: datetime) -> NodeTable:
    """Every node that walkers notice."""
    found: dict[int, NodeTags] = {}
    for row, (_, data) in enumerate(graph.nodes(data=True)):
        told = {key: _first(data.get(key)) for key in NODE_KEYS}
        named = {key: value for key, value in told.items() if value}
        tags = classify_node(apply_hours(named, at))
        if tags is not None:
            found[row] = tags
    return NodeTable.from_tags(found)


def _read_tags(data: Mapping[str, Any], at: datetime, *, is_directed: bool) -> WayTags | None:
    """Tags of an edge; one that joins several ways must be walkable all along."""
    told = {key: _only(data.get(key)) for key in WAY_KEYS}
    tags = {key: value for key, value in told.items() if value}
    tags = dict(apply_hours(tags, at))
    highways = _read_values(data.get("highway")) or ["unclassified"]
    found = [classify_way({**tags, "highway": highway}) for highway in highways]
    if None in found:
        return None
    # one flight of steps makes all of it steps
    chosen = next((t for t in found if t is not None and t.steps), found[0])
    if chosen is None:
        return None
    if not is_directed:  # nobody knows which way is up
        return chosen._replace(incline=math.nan, slope=0, one_way=0)
    if not _is_reversed(data):
        return chosen
    turned = turn_codes(np.array([chosen.slope, chosen.one_way], dtype=np.uint8), np.ones(2, bool))
    slope, one_way = turned.tolist()
    return chosen._replace(incline=-chosen.incline, slope=slope, one_way=one_way)


def _is_reversed(data: Mapping[str, Any]) -> bool:
    """Whether an edge runs against its way; GraphML has it as a text."""
    return str(data.get("reversed")) == "True"


def _read_points(
    data: Mapping[str, Any],
    u: tuple[float, float],
    v: tuple[float, float],
) -> tuple[tuple[float, float], ...] | None:
    """Vertices between an edge's ends, from u to v; None when the geometry is no line."""
    key = _find_line_key(data)
    line = _to_line(data.get(key))
    if line is None:
        return ()
    if not isinstance(line, shapely.LineString) or line.is_empty:
        return None
    points = tuple((float(x), float(y)) for x, y in shapely.get_coordinates(line))
    # the geometry of an edge may run either way
    forth = math.dist(points[0], u) + math.dist(points[-1], v)
    back = math.dist(points[0], v) + math.dist(points[-1], u)
    return points[1:-1] if forth <= back else points[-2:0:-1]


def _find_line_key(data: Mapping[str, Any]) -> str:
    """What an edge's line is called."""
    return next((key for key in _LINE_KEYS if not _is_empty(data.get(key))), _LINE_KEYS[0])


def _is_empty(value: object) -> bool:
    """Whether nothing is written; frames write NaN."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _to_line(value: object) -> object:
    """A line as WKT, WKB, its hexadecimal text or GeoJSON write it; None where there is none,
    and whatever else it is as it is.
    """
    if _is_empty(value):
        return None
    try:
        if isinstance(value, str) and value.lstrip().startswith("{"):
            value = json.loads(value)
        if isinstance(value, Mapping):
            return shapely.geometry.shape(value)
        if isinstance(value, bytes) or (isinstance(value, str) and _HEX.fullmatch(value.strip())):
            return shapely.from_wkb(value.strip())
        if isinstance(value, str):
            # with its CRS in front, as databases write it
            value = shapely.from_wkt(value.rpartition(";")[2])
    except _BAD_LINE:
        return value
    is_alone = isinstance(value, shapely.MultiLineString) and len(value.geoms) == 1
    return value.geoms[0] if isinstance(value, shapely.MultiLineString) and is_alone else value


def _read_length(data: Mapping[str, Any]) -> tuple[float, str]:
    """Stated length [m], NaN where there is none, and what is wrong with it."""
    key = next((key for key in ("length", "length_m") if not _is_empty(data.get(key))), "")
    if not key:
        return math.nan, ""
    written = data[key]
    if isinstance(written, (list, tuple)) and len(written) == 1:
        written = written[0]
    match = _LENGTH.fullmatch(str(written).replace(",", "."))
    length_m = _to_float(match[1]) * _METRES_PER[match[2] or "m"] if match else math.nan
    if 0 <= length_m <= _MAX_LENGTH_M:
        return length_m, ""
    value = str(written)[:60]
    return math.nan, Remark("edge_length_unread", key=key, value=value, most=_MAX_LENGTH_M)


def _read_values(value: object) -> list[str]:
    """One tag's values: OSMnx joins those of several ways in a list, GraphML in its text."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        # taken apart as text: what a file says is never evaluated
        parts = [match.group(match.lastindex or 0) for match in _ITEM.finditer(value[1:-1])]
        return [part.strip() for part in parts if part.strip() not in ("", "None", "nan")]
    values = value if isinstance(value, (list, tuple, set)) else [value]
    return [str(v) for v in values if v is not None and v != "" and v == v]  # noqa: PLR0124  NaN differs from itself


def _first(value: object) -> str:
    """The first of the values, empty where there is none."""
    return next(iter(_read_values(value)), "")


def _only(value: object) -> str:
    """The value, unless several ways differ in it."""
    values = set(_read_values(value))
    return values.pop() if len(values) == 1 else ""


def _to_way_id(text: str) -> int:
    """Id of an OpenStreetMap way, -1 where it is none."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else -1


def _to_float(value: object) -> float:
    """A number, NaN where it is none."""
    try:
        return float(value)  # type: ignore[arg-type]  # whatever it is, only a number will do
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _list_classes(graph: nx.Graph[Any]) -> list[str]:
    """Name the classes of the edges, for whoever finds none of them walkable."""
    named = {_first(data.get("highway")) for *_, data in graph.edges(data=True)}
    classes = sorted(name or Remark("without_highway") for name in named)
    return classes[:_MAX_TOLD]


def _check_lengths(network: WalkNetwork, name: str) -> None:
    """Refuse streets stated to be shorter than the straight line between their ends."""
    u, v = network.node_xy[network.edge_u], network.node_xy[network.edge_v]
    straight_m = np.hypot(*(v - u).T)
    short = np.flatnonzero(network.length_m < _MIN_LENGTH_RATIO * straight_m - 0.5)
    problems = [
        Remark(
            "edge_too_short",
            way=int(network.way_id[e]),
            length=float(network.length_m[e]),
            straight=float(straight_m[e]),
        )
        for e in short.tolist()
    ]
    _raise_problems(Remark("edges_too_short", name=name, n=len(problems)), problems)
