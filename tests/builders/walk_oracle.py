"""Walks worked out another way: plain OpenStreetMap nodes, networkx, and nothing of access15.

Every segment between two nodes of a way is an edge; nothing is simplified, indexed or compiled. The
rules of who may walk where are written down here once more, shorter, for the extracts that the
tests use.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pyproj
import shapely

_FREE = """
    footway path pedestrian steps cycleway track platform corridor bridleway elevator crossing
    primary secondary tertiary primary_link secondary_link tertiary_link unclassified residential living_street
    service road
"""
_PERMITTED_ONLY = "motorway motorway_link trunk trunk_link busway bus_guideway escape"
_PERMITS = "yes designated permissive official public destination customers"
FREE, PERMITTED_ONLY, PERMITS = (set(text.split()) for text in (_FREE, _PERMITTED_ONLY, _PERMITS))


@dataclass
class Oracle:
    """Largest connected part of the streets in a box."""

    graph: nx.Graph
    to_metres: pyproj.Transformer
    edges: list[tuple[int, int]]
    tree: shapely.STRtree

    def snap(self, lon: float, lat: float) -> tuple[float, int, int, float]:
        """Metres to the nearest street, its nodes, and metres from the first to the foot of the
        perpendicular.
        """
        point = shapely.Point(*self.to_metres.transform(lon, lat))
        row = int(self.tree.nearest(point))
        line = self.tree.geometries[row]
        return float(point.distance(line)), *self.edges[row], float(line.project(point))

    def metres_from(
        self, lon: float, lat: float, *, within_m: float | None = None
    ) -> tuple[float, dict[int, float]]:
        """Metres to the street, and from there along streets to every node."""
        snap_m, u, v, along_m = self.snap(lon, lat)
        graph = nx.Graph(self.graph)
        self._split(graph, "start", u, v, along_m)
        return snap_m, nx.single_source_dijkstra_path_length(
            graph, "start", cutoff=within_m, weight="m"
        )

    def metres_between(
        self, node_m: dict[int, float], start: tuple[float, float], end: tuple[float, float]
    ) -> float:
        """Metres along streets between two snapped points, given `metres_from` the first."""
        _, u, v, along_m = self.snap(*end)
        length_m = self.graph[u][v]["m"]
        ways_m = [node_m.get(u, np.inf) + along_m, node_m.get(v, np.inf) + length_m - along_m]
        _, a, b, start_m = self.snap(*start)
        if {a, b} == {u, v}:
            ways_m.append(abs(along_m - (start_m if (a, b) == (u, v) else length_m - start_m)))
        return min(ways_m)

    def street_within(self, lon: float, lat: float, budget_m: float) -> float:
        """Metres of street reached by whoever can walk so far."""
        snap_m, u, v, along_m = self.snap(lon, lat)
        left_m = budget_m - snap_m
        graph = nx.Graph(self.graph)
        self._split(graph, "start", u, v, along_m)
        node_m = nx.single_source_dijkstra_path_length(graph, "start", cutoff=left_m, weight="m")
        total_m, seen = 0.0, set()
        for node in node_m:
            for a, b, m in graph.edges(node, data="m"):
                if frozenset((a, b)) not in seen:
                    seen.add(frozenset((a, b)))
                    total_m += min(
                        m, sum(max(left_m - node_m.get(end, np.inf), 0.0) for end in (a, b))
                    )
        return total_m

    @staticmethod
    def _split(graph: nx.Graph, name: str, u: int, v: int, along_m: float) -> None:
        length_m = graph[u][v]["m"]
        graph.remove_edge(u, v)
        graph.add_edge(u, name, m=along_m)
        graph.add_edge(name, v, m=length_m - along_m)


def read_oracle(extract: Path, box: tuple[float, float, float, float], crs: str) -> Oracle:
    """Read the streets of a box (west, south, east, north, degrees)."""
    west, south, east, north = box
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    shut: set[int] = set()
    ways: list[list[tuple[int, float, float]]] = []
    for item in osmium.FileProcessor(str(extract)).with_locations():
        tags = item.tags
        if item.is_node():
            if tags.get("barrier", "no") != "no" and _is_denied(tags):
                shut.add(item.id)
        elif item.is_way() and _is_walkable(tags):
            ways.append([(n.ref, n.lon, n.lat) for n in item.nodes if n.location.valid()])
    graph = nx.Graph()
    for number, way in enumerate(ways):
        names = [(("shut", number, i) if ref in shut else ref) for i, (ref, _, _) in enumerate(way)]
        xy = list(zip(*to_metres.transform([p[1] for p in way], [p[2] for p in way]), strict=True))
        inside = [west <= lon <= east and south <= lat <= north for _, lon, lat in way]
        for i in range(len(way) - 1):
            if (inside[i] or inside[i + 1]) and names[i] != names[i + 1]:
                graph.add_node(names[i], xy=xy[i])
                graph.add_node(names[i + 1], xy=xy[i + 1])
                graph.add_edge(
                    names[i], names[i + 1], m=float(np.hypot(*np.subtract(xy[i], xy[i + 1])))
                )
    main = max(
        nx.connected_components(graph), key=lambda part: graph.subgraph(part).size(weight="m")
    )
    graph = nx.Graph(graph.subgraph(main))
    edges = list(graph.edges)
    lines = shapely.linestrings([[graph.nodes[u]["xy"], graph.nodes[v]["xy"]] for u, v in edges])
    return Oracle(graph, to_metres, edges, shapely.STRtree(lines))


def _is_denied(tags: osmium.osm.TagList) -> bool:
    foot = tags.get("foot", "")
    shut = tags.get("access", "") in {"no", "private", "permit", "residents", "military"}
    return foot in {"no", "private"} or (shut and foot not in PERMITS)


def _is_walkable(tags: osmium.osm.TagList) -> bool:
    highway, foot = tags.get("highway", ""), tags.get("foot", "")
    if _is_denied(tags):
        return False
    if tags.get("public_transport", "") == "platform" or tags.get("railway", "") == "platform":
        return highway in {"", "bus_stop", *FREE}
    if highway in PERMITTED_ONLY or tags.get("motorroad", "") == "yes":
        return foot in PERMITS
    return highway in FREE
