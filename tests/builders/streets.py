"""Small streets to test on, and an oracle that solves them without the code under test.

The oracle puts every point *into* the graph as a node of its own, gives both ends of every edge a
node too, and lets networkx search. It shares nothing with `access15.core.walk.search` but the
input.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, replace
from pathlib import Path

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile, load_profiles
from access15.core.streets.network import CROSSINGS, KERBS, WHEELCHAIR, WalkNetwork, build_network
from access15.core.walk.graph import Places, SearchGraph, build_graph, place_points
from access15.core.walk.impedance import Impedance, build_impedance
from access15.core.walk.snap import Snapped

CRS = "EPSG:32632"


@dataclass(frozen=True)
class Street:
    """One edge of a drawn network; straight unless `via` names points in between."""

    u: str
    v: str
    length_m: float | None = None
    steps: bool = False
    incline: float = np.nan
    crossing_u: str = "none"
    crossing_v: str = "none"
    kerb_u: str = "unknown"
    kerb_v: str = "unknown"
    wheelchair: str = "unknown"
    via: tuple[tuple[float, float], ...] = ()


def build_streets(nodes: dict[str, tuple[float, float]], streets: list[Street]) -> WalkNetwork:
    """Network of named nodes; node and edge indices follow the order given."""
    index = {name: i for i, name in enumerate(nodes)}
    lines = [[nodes[s.u], *s.via, nodes[s.v]] for s in streets]
    drawn = build_network(
        crs=CRS,
        node_xy=np.array(list(nodes.values()), dtype=float).reshape(-1, 2),
        edge_u=np.array([index[s.u] for s in streets], dtype=np.int64),
        edge_v=np.array([index[s.v] for s in streets], dtype=np.int64),
        vertex_start=np.cumsum([0, *(len(line) for line in lines)]),
        vertex_xy=np.array([xy for line in lines for xy in line], dtype=float).reshape(-1, 2),
        steps=np.array([s.steps for s in streets], dtype=bool),
        incline=np.array([s.incline for s in streets], dtype=float),
        crossing_u=np.array([CROSSINGS.index(s.crossing_u) for s in streets], dtype=np.uint8),
        crossing_v=np.array([CROSSINGS.index(s.crossing_v) for s in streets], dtype=np.uint8),
        kerb_u=np.array([KERBS.index(s.kerb_u) for s in streets], dtype=np.uint8),
        kerb_v=np.array([KERBS.index(s.kerb_v) for s in streets], dtype=np.uint8),
        wheelchair=np.array([WHEELCHAIR.index(s.wheelchair) for s in streets], dtype=np.uint8),
    )
    given = np.array([np.nan if s.length_m is None else s.length_m for s in streets], dtype=float)
    return replace(drawn, length_m=np.where(np.isnan(given), drawn.length_m, given))


@functools.lru_cache
def read_milan(shared_dir: Path) -> WalkNetwork:
    """Every walkable street of the Milan extract."""
    from builders.osm import read_osm  # noqa: PLC0415  # osmium only where it is needed

    from access15.sources.streets.boxes import Clip  # noqa: PLC0415  # osmium only where it is needed

    box = (9.10, 45.41, 9.43, 45.54)
    path = shared_dir / "data" / "osm" / "milano-2014.osm.pbf"
    return read_osm(path, {"milan": Clip(box, box)}, crs=CRS, categories=[])["milan"].network


def walker(profile_id: str = "plain", *, pace_ms: float | None = None) -> WalkProfile:
    """One of the profiles that come with access15, maybe at another pace."""
    profile = load_profiles()[profile_id]
    return profile if pace_ms is None else profile.at_pace(pace_ms)


def snapped_at(*places: tuple[int, float] | tuple[int, float, float]) -> Snapped:
    """Points put on edges by hand: (edge, fraction, metres off the street); edge -1 is
    unsnapped.
    """
    edge = np.array([p[0] for p in places], dtype=np.int64)
    off_m = [p[2] if len(p) > 2 else 0.0 for p in places]
    return Snapped(
        edge=edge,
        fraction=np.where(edge >= 0, np.array([p[1] for p in places], dtype=float), 0.0),
        snap_m=np.where(edge >= 0, np.array(off_m, dtype=float), np.inf),
    )


@dataclass(frozen=True, eq=False)
class Scene:
    """A network, a walker, and points: what every search starts from."""

    network: WalkNetwork
    impedance: Impedance
    sources: Snapped
    targets: Snapped

    def __repr__(self) -> str:
        """As short as a failing example should be."""
        n, i = self.network, self.impedance
        edges = zip(
            n.edge_u.tolist(),
            n.edge_v.tolist(),
            i.forward_s.tolist(),
            i.backward_s.tolist(),
            i.at_u_s.tolist(),
            i.at_v_s.tolist(),
            n.length_m.tolist(),
            strict=True,
        )
        points = [
            list(zip(p.edge.tolist(), p.fraction.tolist(), p.snap_m.tolist(), strict=True))
            for p in (self.sources, self.targets)
        ]
        return (
            f"{n.n_nodes} nodes, u v forward backward at_u at_v m: {list(edges)}, sources, "
            f"targets: {points}"
        )

    def graph(self, *, towards: bool) -> SearchGraph:
        """Adjacency under test."""
        return build_graph(self.network, self.impedance, towards=towards)

    def placed_sources(self, *, towards: bool) -> Places:
        """Sources as the search under test meets them."""
        return place_points(self.network, self.impedance, self.sources, leaving=not towards)

    def placed_targets(self, *, towards: bool) -> Places:
        """Targets as the search under test meets them."""
        return place_points(self.network, self.impedance, self.targets, leaving=towards)


def scene(
    network: WalkNetwork, profile: WalkProfile, sources: Snapped, targets: Snapped | None = None
) -> Scene:
    """Scene of one walker; without targets the sources stand for them."""
    return Scene(
        network, build_impedance(network, profile), sources, sources if targets is None else targets
    )


class Oracle:
    """Walking times by networkx on a graph that holds every point as a node.

    Nodes are ``("node", i)``, ``("u", e)`` and ``("v", e)`` just inside the ends of edge e,
    ``("source", i)`` and ``("target", i)`` at the doors.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(("node", i) for i in range(scene.network.n_nodes))
        on_edge: dict[int, list[tuple[float, object, float]]] = {}
        for kind, points in (("source", scene.sources), ("target", scene.targets)):
            for i, (edge, fraction, snap_m) in enumerate(
                zip(
                    points.edge.tolist(),
                    points.fraction.tolist(),
                    points.snap_m.tolist(),
                    strict=True,
                )
            ):
                self.graph.add_node((kind, i))
                if edge >= 0:
                    on_edge.setdefault(edge, []).append(
                        (fraction, (kind, i), snap_m / scene.impedance.pace_ms)
                    )
        for e in range(scene.network.n_edges):
            self._split(e, sorted(on_edge.get(e, []), key=lambda item: item[0]))

    def _split(self, e: int, points: list[tuple[float, object, float]]) -> None:
        impedance, network = self.scene.impedance, self.scene.network
        forward_s, backward_s = float(impedance.forward_s[e]), float(impedance.backward_s[e])
        length_m = float(network.length_m[e])
        stops: list[tuple[float, object]] = [(0.0, ("u", e))]
        for fraction, door, off_s in points:
            street = ("street", door)
            stops.append((fraction, street))
            self._link(door, street, off_s, 0.0)
            self._link(street, door, off_s, 0.0)
        stops.append((1.0, ("v", e)))
        for (f0, a), (f1, b) in itertools.pairwise(stops):
            self._link(a, b, (f1 - f0) * forward_s if f1 > f0 else 0.0, (f1 - f0) * length_m)
            self._link(b, a, (f1 - f0) * backward_s if f1 > f0 else 0.0, (f1 - f0) * length_m)
        for node, end, at_s in (
            (network.edge_u[e], ("u", e), impedance.at_u_s[e]),
            (network.edge_v[e], ("v", e), impedance.at_v_s[e]),
        ):
            self._link(("node", int(node)), end, float(at_s), 0.0)
            self._link(end, ("node", int(node)), float(at_s), 0.0)

    def _link(self, a: object, b: object, seconds: float, metres: float) -> None:
        if np.isfinite(seconds):
            self.graph.add_edge(a, b, s=seconds, m=metres)

    def _searched(self, *, towards: bool) -> nx.DiGraph:
        return self.graph.reverse(copy=False) if towards else self.graph

    def node_times(self, *, towards: bool) -> NDArray[np.float64]:
        """Seconds between every source and every node, shape (n_sources, n_nodes)."""
        return self._times("node", self.scene.network.n_nodes, towards=towards)

    def target_times(self, *, towards: bool) -> NDArray[np.float64]:
        """Seconds between every source and every target, shape (n_sources, n_targets)."""
        return self._times("target", len(self.scene.targets.edge), towards=towards)

    def _times(self, kind: str, n: int, *, towards: bool) -> NDArray[np.float64]:
        found = np.full((len(self.scene.sources.edge), n), np.inf)
        graph = self._searched(towards=towards)
        for i in range(len(found)):
            lengths = nx.single_source_dijkstra_path_length(graph, ("source", i), weight="s")
            for (what, j), seconds in ((key, s) for key, s in lengths.items() if key[0] == kind):
                assert what == kind
                found[i, j] = seconds
        return found

    def metres(self, i: int, *, towards: bool, unit: int = 4096) -> NDArray[np.float64]:
        """Fewest metres among the fastest ways from source i to each target.

        Exact for seconds and metres that are whole multiples of 1/unit: both go into one integer.
        """
        big = 1 << 80

        def weight(_a: object, _b: object, link: dict[str, float]) -> int:
            return round(link["s"] * unit) * big + round(link["m"] * unit)

        lengths = nx.single_source_dijkstra_path_length(
            self._searched(towards=towards), ("source", i), weight=weight
        )
        n = len(self.scene.targets.edge)
        return np.array(
            [
                lengths.get(("target", j), np.inf) % big / unit
                if ("target", j) in lengths
                else np.inf
                for j in range(n)
            ]
        )


def nearest_of(
    times: NDArray[np.float64], cutoff_s: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Nearest source per column of (n_sources, n), the lowest of equally near ones, inf and -1
    where none.
    """
    n = times.shape[1]
    best_s, which = np.full(n, np.inf), np.full(n, -1, dtype=np.int64)
    for i, row in enumerate(times):
        for j, seconds in enumerate(row):
            if seconds <= cutoff_s and seconds < best_s[j]:
                best_s[j], which[j] = seconds, i
    return best_s, which
