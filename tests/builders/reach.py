"""Random streets and the times on them."""

from __future__ import annotations

import numpy as np
from builders.streets import CRS, Scene, scene, snapped_at, walker

from access15.core.reach.parts import (
    EdgeTimes,
    StreetParts,
    edge_times,
    parts_within,
    without,
)
from access15.core.streets.network import build_network
from access15.core.walk.search import nearest_at_nodes


def times_of(found: Scene, *, towards: bool = True) -> EdgeTimes:
    """Seconds along every edge to or from the nearest source."""
    graph, sources = found.graph(towards=towards), found.placed_sources(towards=towards)
    node_s, _ = nearest_at_nodes(graph, sources)
    return edge_times(found.network, found.impedance, graph, node_s, sources)


def random_scene(seed: int, profile_id: str) -> Scene:
    """Bent streets between random corners, with slopes, steps and crossings; up to five sources."""
    rng = np.random.default_rng(seed)
    n_nodes, n_edges = 12, 20
    xy = rng.uniform(0, 400, (n_nodes, 2))
    u, v = rng.integers(0, n_nodes, n_edges), rng.integers(0, n_nodes, n_edges)
    inner = rng.integers(0, 4, n_edges)
    lines = [
        np.vstack([xy[a], rng.uniform(0, 400, (k, 2)), xy[b]])
        for a, b, k in zip(u, v, inner, strict=True)
    ]
    network = build_network(
        crs=CRS,
        node_xy=xy,
        edge_u=u,
        edge_v=v,
        vertex_start=np.cumsum([0, *(len(line) for line in lines)]),
        vertex_xy=np.concatenate(lines),
        incline=np.where(rng.random(n_edges) < 0.5, np.nan, rng.uniform(-0.12, 0.12, n_edges)),
        steps=rng.random(n_edges) < 0.1,
        crossing_u=rng.integers(0, 4, n_edges),
        crossing_v=rng.integers(0, 4, n_edges),
        kerb_u=rng.integers(0, 3, n_edges) * (rng.random(n_edges) < 0.3),
    )
    n = int(rng.integers(0, 6))
    fraction = rng.choice([0.0, 1.0, 0.5, rng.random()], n)
    sources = snapped_at(
        *zip(rng.integers(-1, n_edges, n), fraction, rng.uniform(0, 60, n), strict=True)
    )
    return scene(network, walker(profile_id), sources)


def parts_beyond(times: EdgeTimes, *, cutoff_s: float, among: np.ndarray) -> StreetParts:
    """Parts of the given edges that lie beyond the cutoff."""
    edges = np.sort(among)
    within = parts_within(times, cutoff_s=cutoff_s)
    whole = StreetParts(edges, np.zeros(len(edges)), np.ones(len(edges)))
    return without(whole, within.take(np.isin(within.edge, edges)))
