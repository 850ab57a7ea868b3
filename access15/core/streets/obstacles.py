"""Obstacles that somebody surveyed, put onto the streets they stand on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import CROSSINGS, KERBS, WHEELCHAIR, WalkNetwork

# Passable is what was surveyed to be no obstacle (any more): a ramp, a gate that was taken away.
OBSTACLES = ("kerb_raised", "kerb_flush", "barrier", "steps", "narrow", "passable")
MAX_OBSTACLE_M = 5.0  # surveys and maps of one place lie that far apart
# A kerb lies at the side of the street, its crossing is mapped in the middle: half of a street of
# two lanes with parking on both sides.
MAX_KERB_M = 10.0
_FOR_WALKERS = ("footway", "path", "pedestrian", "crossing", "cycleway", "steps", "link")
_RAISED, _FLUSH = KERBS.index("raised"), KERBS.index("flush")


def place_obstacles(
    network: WalkNetwork,
    kind: NDArray[np.int64],
    shapes: NDArray[np.object_],
    width_m: NDArray[np.float64] | None = None,
) -> tuple[WalkNetwork, NDArray[np.bool_]]:
    """Streets with surveyed obstacles on them.

    A kerb, raised or flush, belongs to crossing a street: it is put at the nearest end that carries
    a crossing, else at the nearer end of the nearest way for walkers; nobody who walks along a
    carriageway meets it. A barrier, steps or a place too narrow stop wheels on the nearest street;
    a line does so on every street that it crosses. A narrow place that was measured is as wide as
    it is, and stops whom its width stops; what is passable lets wheels through. What was surveyed
    counts more than what a map said; of two surveyed at one place the raised kerb, or what stops
    wheels, does.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    kind : ndarray of int64, shape (n,)
        Index into `OBSTACLES`.
    shapes : ndarray of shapely points and lines, shape (n,)
        Where they are, in the network's CRS.
    width_m : ndarray of float64, shape (n,), optional
        Measured width of narrow and passable places; NaN where nobody measured [m].

    Returns
    -------
    network : WalkNetwork
        The streets with the obstacles.
    is_placed : ndarray of bool, shape (n,)
        Whether each obstacle stands on a street.
    """
    is_placed = np.zeros(len(shapes), dtype=np.bool_)
    if not (len(shapes) and network.n_edges):
        return network, is_placed
    is_kerb = np.isin(kind, [OBSTACLES.index("kerb_raised"), OBSTACLES.index("kerb_flush")])
    kerbs = np.stack([network.kerb_u, network.kerb_v])
    wheelchair = network.wheelchair.copy()
    # 1. Flush kerbs first, so that a raised one at the same place stays.
    for name, code in (("kerb_flush", _FLUSH), ("kerb_raised", _RAISED)):
        rows = np.flatnonzero(kind == OBSTACLES.index(name))
        obstacle, edge, end = _find_ends(network, shapes[rows])
        kerbs[end, edge] = code
        is_placed[rows[obstacle]] = True
    # 2. What wheels do not pass on a street, they do not pass anywhere on it.
    rows = np.flatnonzero(~is_kerb)
    obstacle, edge = _find_edges(network, shapes[rows], np.ones(network.n_edges, dtype=np.bool_))
    obstacle = rows[obstacle]
    is_placed[obstacle] = True
    measured_m = np.full(len(shapes), np.nan) if width_m is None else width_m
    widths_m = network.width_m.copy()
    is_free = kind[obstacle] == OBSTACLES.index("passable")
    is_measured = kind[obstacle] == OBSTACLES.index("narrow")
    is_measured &= np.isfinite(measured_m[obstacle])
    wheelchair[edge[is_free]] = WHEELCHAIR.index("yes")
    widths_m[edge[is_free]] = measured_m[obstacle[is_free]]
    # of several measures of one street the narrowest counts
    narrow = edge[is_measured]
    widths_m[narrow] = np.inf
    np.minimum.at(widths_m, narrow, measured_m[obstacle[is_measured]])
    wheelchair[edge[~is_free & ~is_measured]] = WHEELCHAIR.index("no")
    placed = replace(
        network, kerb_u=kerbs[0], kerb_v=kerbs[1], wheelchair=wheelchair, width_m=widths_m
    )
    return placed, is_placed


def _find_ends(
    network: WalkNetwork,
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ends at which kerbs are: kerb, edge, and 0 for its first node or 1 for its last."""
    # 1. Ends that carry a crossing, all those at the nearest node of such.
    crossing = np.stack([network.crossing_u, network.crossing_v])
    crosses = ~np.isin(crossing, [CROSSINGS.index("none"), CROSSINGS.index("lift")])
    node = np.stack([network.edge_u, network.edge_v])
    nodes = np.unique(node[crosses])
    near, found = _query_nearest(shapely.points(network.node_xy[nodes]), shapes, MAX_KERB_M)
    rows: list[tuple[int, int, int]] = []
    for kerb, at in zip(near.tolist(), nodes[found].tolist(), strict=True):
        ends, edges = np.nonzero(crosses & (node == at))
        rows += [(kerb, edge, end) for edge, end in zip(edges.tolist(), ends.tolist(), strict=True)]
    of_kerb, edge, end = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    # 2. The others: the nearer end of the nearest way for walkers.
    rest = np.setdiff1d(np.arange(len(shapes)), near)
    is_walkway = np.isin(np.array(network.highway_names)[network.highway], _FOR_WALKERS)
    obstacle, way = _find_edges(network, shapes[rest], is_walkway)
    middle = shapely.centroid(shapes[rest[obstacle]])
    is_last = shapely.line_locate_point(network.lines[way], middle, normalized=True) > 0.5
    return (
        np.concatenate([of_kerb, rest[obstacle]]),
        np.concatenate([edge, way]),
        np.concatenate([end, is_last.astype(np.int64)]),
    )


def _find_edges(
    network: WalkNetwork,
    shapes: NDArray[np.object_],
    is_asked: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Edges on which obstacles stand: row of the obstacle, edge."""
    edges = np.flatnonzero(is_asked)
    tree = shapely.STRtree(network.lines[edges])
    # 1. Lines stand on every street that they cross.
    is_line = shapely.get_dimensions(shapes) == 1
    lines, points = np.flatnonzero(is_line), np.flatnonzero(~is_line)
    crossing, crossed = tree.query(shapes[lines], predicate="intersects")
    # 2. Points, and lines that cross none, on the nearest.
    alone = np.concatenate([points, np.setdiff1d(lines, lines[crossing])])
    near, found = _query_nearest(network.lines[edges], shapes[alone], MAX_OBSTACLE_M)
    return (
        np.concatenate([lines[crossing], alone[near]]),
        edges[np.concatenate([crossed, found])],
    )


def _query_nearest(
    targets: NDArray[np.object_],
    shapes: NDArray[np.object_],
    max_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The nearest target of each shape, one each, as far as one is near enough."""
    if not (len(targets) and len(shapes)):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    near, found = shapely.STRtree(targets).query_nearest(
        shapes, max_distance=max_m, all_matches=False
    )
    return near, found
