"""Small OpenStreetMap files drawn in metres, and an oracle that walks the network read from
them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import networkx as nx
import numpy as np
import pyproj
from builders.osm import read_osm

from access15.config import Category
from access15.core.streets.network import CROSSINGS, KERBS, WalkNetwork
from access15.sources.streets.area import StreetArea
from access15.sources.streets.boxes import Clip

CRS = "EPSG:32632"
ORIGIN = (514_000.0, 5_031_000.0)  # in Chiesa Rossa
_TO_LONLAT = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)

Tags = Mapping[str, str]
Nodes = Mapping[int, tuple[float, float] | tuple[float, float, Tags]]
Ways = Mapping[int, tuple[Sequence[int], Tags]]


def lonlat(x_m: float, y_m: float) -> tuple[float, float]:
    """Degrees of a point given in metres from the drawing's origin."""
    lon, lat = _TO_LONLAT.transform(ORIGIN[0] + x_m, ORIGIN[1] + y_m)
    return float(lon), float(lat)


def box(
    west_m: float, south_m: float, east_m: float, north_m: float
) -> tuple[float, float, float, float]:
    """Box in degrees around a drawing in metres."""
    return (*lonlat(west_m, south_m), *lonlat(east_m, north_m))


def write_osm(
    path: Path,
    nodes: Nodes,
    ways: Ways,
    *,
    relations: Mapping[int, tuple[Sequence[tuple[int, str] | tuple[int, str, str]], Tags]]
    | None = None,
    bounds: tuple[float, float, float, float] | None = None,
    timestamp: str = "",
) -> Path:
    """Write a drawing as OSM XML; members of relations are (way id, role), or (id, role, type)."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="drawn">']
    if bounds:
        west, south, east, north = bounds
        lines.append(
            f'<bounds minlon="{west:.7f}" minlat="{south:.7f}" maxlon="{east:.7f}" '
            f'maxlat="{north:.7f}"/>'
        )
    stamp = f' version="1" timestamp="{timestamp}"' if timestamp else ""
    for ref, (x, y, *tags) in sorted(nodes.items()):
        lon, lat = lonlat(x, y)
        lines.append(
            f'<node id="{ref}" lon="{lon:.7f}" '
            f'lat="{lat:.7f}"{stamp}>{_tags(tags[0] if tags else {})}</node>'
        )
    for ref, (members, tags) in sorted(ways.items()):
        refs = "".join(f'<nd ref="{m}"/>' for m in members)
        lines.append(f'<way id="{ref}"{stamp}>{refs}{_tags(tags)}</way>')
    for ref, (parts, tags) in (relations or {}).items():
        refs = "".join(
            f'<member type="{(*kind, "way")[0]}" ref="{m}" role="{role}"/>'
            for m, role, *kind in parts
        )
        lines.append(f'<relation id="{ref}"{stamp}>{refs}{_tags(tags)}</relation>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def read_drawing(
    folder: Path, nodes: Nodes, ways: Ways, *, categories: Sequence[Category] = (), **more: object
) -> StreetArea:
    """Write a drawing and read it back with the kilometre around it; what is farther off is
    elsewhere.
    """
    path = write_osm(folder / "drawing.osm", nodes, ways, **more)  # type: ignore[arg-type]
    near = [node for node in nodes.values() if max(abs(node[0]), abs(node[1])) < 1000]
    x, y = [node[0] for node in near], [node[1] for node in near]
    core = box(min(x), min(y), max(x), max(y))
    padded = box(min(x) - 1000, min(y) - 1000, max(x) + 1000, max(y) + 1000)
    return read_osm(path, {"here": Clip(core, padded)}, crs=CRS, categories=categories)["here"]


def walk(network: WalkNetwork, *stops: tuple[float, float]) -> tuple[float, dict[str, float]]:
    """Shortest way from stop to stop (metres from the origin): its length and the crossings on it.

    Stops must be nodes of the network. Every edge end counts half of the crossing it carries.
    """
    graph = nx.MultiGraph()
    for e in range(network.n_edges):
        graph.add_edge(
            int(network.edge_u[e]), int(network.edge_v[e]), key=e, length=float(network.length_m[e])
        )
    found = [node_at(network, stop) for stop in stops]
    length_m, halves = 0.0, Counter[str]()
    for start, end in itertools.pairwise(found):
        path = nx.shortest_path(graph, start, end, weight="length")
        for a, b in itertools.pairwise(path):
            e = min(graph[a][b], key=lambda key: network.length_m[key])
            length_m += float(network.length_m[e])
            halves.update([CROSSINGS[network.crossing_u[e]], CROSSINGS[network.crossing_v[e]]])
    return length_m, {kind: count / 2 for kind, count in halves.items() if kind != "none"}


def node_at(network: WalkNetwork, stop: tuple[float, float]) -> int:
    """Node at a place, within 10 cm."""
    distance_m = np.hypot(*(network.node_xy - ORIGIN - np.array(stop)).T)
    node = int(np.argmin(distance_m))
    assert distance_m[node] < 0.1, f"no node at {stop}"
    return node


def kerbs_at(network: WalkNetwork, stop: tuple[float, float]) -> Counter[str]:
    """Kerb classes of the edge ends at a node, by name and highway class."""
    node = node_at(network, stop)
    names = [network.highway_names[i] for i in network.highway]
    ends = [(names[e], network.kerb_u[e]) for e in np.flatnonzero(network.edge_u == node)]
    ends += [(names[e], network.kerb_v[e]) for e in np.flatnonzero(network.edge_v == node)]
    return Counter(f"{name} {KERBS[kerb]}" for name, kerb in ends)


def places(network: WalkNetwork) -> set[tuple[int, int]]:
    """Nodes of a network, in whole metres from the origin."""
    return {(int(x), int(y)) for x, y in np.rint(network.node_xy - ORIGIN)}
