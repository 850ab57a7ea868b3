"""Missing links: short ways that are not there between streets that lie near each other.

A link is a straight line of 1 to 60 m between two places on streets whose way round is at least
200 m and five times as long. Its ends are where the two streets come nearest to each other. It
crosses no other street and none of the barriers given (water, rails, motorways, buildings), and
touches neither tunnels and bridges, which may lie on another level, nor steps and platforms. Of
several links within 100 m of each other, at both ends, only the shortest is kept.

What the map does not show stays unknown: a wall, a fence, a locked courtyard or a steep bank may
well stand there. A link is a question to be asked on the spot, never an answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import build_graph, place_nodes
from access15.core.walk.impedance import Impedance
from access15.core.walk.search import reach

MAX_GAP_M = 60.0
MIN_GAP_M = 1.0  # less is a slip of the map, not of the street
MIN_DETOUR_M = 200.0
MIN_DETOUR_RATIO = 5.0
APART_M = 100.0
_MAX_TRIM_M = 0.5
_TRIM_SHARE = 0.02
_NO_END = frozenset({"platform", "corridor", "elevator"})


@dataclass(frozen=True, eq=False)
class MissingLinks:
    """Straight links between places on edges; build with `find_missing_links`.

    Parameters
    ----------
    edge_a : ndarray of int64, shape (n,)
        Edge of the first end.
    fraction_a : ndarray of float64, shape (n,)
        Where on it, 0 at u.
    edge_b : ndarray of int64, shape (n,)
        Edge of the other end.
    fraction_b : ndarray of float64, shape (n,)
        Where on it, 0 at u.
    gap_m : ndarray of float64, shape (n,)
        Straight length [m].
    detour_m : ndarray of float64, shape (n,)
        Way round along the streets, whoever walks; inf beyond 300 m [m].
    """

    edge_a: NDArray[np.int64]
    fraction_a: NDArray[np.float64]
    edge_b: NDArray[np.int64]
    fraction_b: NDArray[np.float64]
    gap_m: NDArray[np.float64]
    detour_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.edge_a)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> MissingLinks:
        """Some of the links.

        Parameters
        ----------
        rows : ndarray of int64 or bool
            Which.

        Returns
        -------
        MissingLinks
            Those rows, in that order.
        """
        return MissingLinks(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def no_links() -> MissingLinks:
    """No links at all, for streets on which they would mean nothing.

    Returns
    -------
    MissingLinks
        Without rows.
    """
    edges, numbers = np.zeros(0, dtype=np.int64), np.zeros(0)
    return MissingLinks(edges, numbers, edges, numbers, numbers, numbers)


def find_missing_links(
    network: WalkNetwork,
    barriers: Sequence[NDArray[np.object_]],
    *,
    max_gap_m: float = MAX_GAP_M,
) -> MissingLinks:
    """Find short ways that would spare a long way round.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    barriers : sequence of ndarray of shapely geometries
        What no link may cross, in the network's CRS.
    max_gap_m : float
        Longest link [m].

    Returns
    -------
    MissingLinks
        The links, shortest first.
    """
    # 1. Ends lie on streets only: a tunnel or a bridge may be on another level, where the straight
    #    line on the map is no way at all.
    is_end = _can_end(network)
    if not is_end.any():
        return no_links()
    # 2. Pair every vertex with every street near it, because two streets come nearest to each other
    #    at a vertex of one of them (where they cross, the line is too short to be kept).
    found = _find_near(network, is_end, max_gap_m)
    # 3. Keep what spares a long way round, both in metres and in proportion, because round a short
    #    gap every block of houses is a detour, and a long gap with a short one is no barrier.
    long_m = np.maximum(MIN_DETOUR_M, MIN_DETOUR_RATIO * found.gap_m)
    is_worth = (found.detour_m >= long_m) & (found.gap_m >= MIN_GAP_M)
    found = found.take(is_worth)
    # 4. Drop what crosses a street (the shorter link ends there) or a barrier (that is a bridge).
    xy = end_points(network, found)
    is_free = _is_free(network, xy, found.gap_m, barriers)
    xy, found = xy[is_free], found.take(is_free)
    # 5. Of links beside each other keep the shortest, because two parallel streets have one at
    #    every vertex, and all of them say the same.
    shortest_first = np.lexsort((found.edge_b, found.edge_a, found.gap_m))
    return found.take(_keep_apart(xy, shortest_first))


def _can_end(network: WalkNetwork) -> NDArray[np.bool_]:
    """Edges on which a link may end."""
    excludes = np.array([name in _NO_END for name in network.highway_names], dtype=bool)
    is_other_level = network.tunnel | network.bridge | network.steps
    return np.asarray(~(is_other_level | excludes[network.highway]))


def _find_near(
    network: WalkNetwork,
    is_end: NDArray[np.bool_],
    max_gap_m: float,
) -> MissingLinks:
    """Every vertex with every other edge near it, at the nearest place."""
    # 1. One query of the index for all vertices.
    vertex_edge = np.repeat(np.arange(network.n_edges), np.diff(network.vertex_start))
    vertex = np.flatnonzero(is_end[vertex_edge])
    edges = np.flatnonzero(is_end)
    points = shapely.points(network.vertex_xy[vertex])
    tree = shapely.STRtree(network.lines[edges])
    row, hit = tree.query(points, predicate="dwithin", distance=max_gap_m)
    a, b = vertex_edge[vertex[row]], edges[hit]
    # 2. Leave out neighbours before the costly steps: an edge and itself, and two short edges that
    #    meet, which are no way round.
    u, v, length_m = network.edge_u, network.edge_v, network.length_m
    is_joined = (u[a] == u[b]) | (u[a] == v[b])
    is_joined |= (v[a] == u[b]) | (v[a] == v[b])
    is_short = length_m[a] + length_m[b] < MIN_DETOUR_M
    keep = (a != b) & ~(is_joined & is_short)
    a, b, row = a[keep], b[keep], row[keep]
    # 3. Where on both edges, and how far apart.
    whole_m = network.along_m[network.vertex_start[1:] - 1][a]
    at_m = network.along_m[vertex[row]]
    fraction_a = np.divide(at_m, whole_m, out=np.zeros(len(a)), where=whole_m > 0)
    others = network.lines[b]
    located = shapely.line_locate_point(others, points[row], normalized=True)
    fraction_b = np.clip(np.nan_to_num(located), 0.0, 1.0)
    gap_m = shapely.distance(points[row], others)
    # 4. The way round, no farther than it is asked for.
    limit_m = max(MIN_DETOUR_M, MIN_DETOUR_RATIO * max_gap_m)
    detour_m = _measure_detours(network, a, fraction_a, b, fraction_b, limit_m=limit_m)
    return MissingLinks(a, fraction_a, b, fraction_b, gap_m, detour_m)


def end_points(network: WalkNetwork, links: MissingLinks) -> NDArray[np.float64]:
    """Where links begin and end.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    links : MissingLinks
        The links.

    Returns
    -------
    ndarray of float64, shape (n, 2, 2)
        Both ends in the network's CRS [m].
    """
    ends = []
    for edge, fraction in ((links.edge_a, links.fraction_a), (links.edge_b, links.fraction_b)):
        points = shapely.line_interpolate_point(network.lines[edge], fraction, normalized=True)
        ends.append(shapely.get_coordinates(points))
    return np.stack(ends, axis=1)


def _measure_detours(
    network: WalkNetwork,
    edge_a: NDArray[np.int64],
    fraction_a: NDArray[np.float64],
    edge_b: NDArray[np.int64],
    fraction_b: NDArray[np.float64],
    *,
    limit_m: float,
) -> NDArray[np.float64]:
    """Metres along streets between places on different edges; inf beyond the limit."""
    # 1. Metres between all nodes that are within the limit of each other: cheaper than a search for
    #    every pair of places, because many places share their nodes.
    n_nodes, no_wait = network.n_nodes, np.zeros(network.n_edges)
    in_metres = Impedance(1.0, network.length_m, network.length_m, no_wait, no_wait)
    graph = build_graph(network, in_metres, towards=False)
    near = reach(graph, place_nodes(np.arange(n_nodes)), cutoff_s=limit_m, threads=1)
    # 2. One sorted key for each pair of nodes, so that a pair is found by bisection; the last entry
    #    stands for all pairs that are farther apart.
    key = np.repeat(np.arange(n_nodes), np.diff(near.start)) * n_nodes + near.node
    order = np.argsort(key)
    key = np.append(key[order], -1)
    between_m = np.append(near.time_s[order], np.inf)
    # 3. Over each end of the one street and each end of the other the shortest counts.
    ends_a = ((network.edge_u, fraction_a), (network.edge_v, 1.0 - fraction_a))
    ends_b = ((network.edge_u, fraction_b), (network.edge_v, 1.0 - fraction_b))
    detour_m = np.full(len(edge_a), np.inf)
    for (from_node, from_share), (to_node, to_share) in itertools.product(ends_a, ends_b):
        asked = from_node[edge_a] * n_nodes + to_node[edge_b]
        at = np.searchsorted(key[:-1], asked)
        metres = np.where(key[at] == asked, between_m[at], np.inf)
        ends_m = from_share * network.length_m[edge_a] + to_share * network.length_m[edge_b]
        detour_m = np.minimum(detour_m, metres + ends_m)
    return np.where(detour_m <= limit_m, detour_m, np.inf)


def _is_free(
    network: WalkNetwork,
    xy: NDArray[np.float64],
    gap_m: NDArray[np.float64],
    barriers: Sequence[NDArray[np.object_]],
) -> NDArray[np.bool_]:
    """Whether lines cross neither another street nor a barrier; their very ends stand on
    streets.
    """
    # a line touches the streets it joins, so that a little is cut off before it is tested
    trim = np.minimum(_TRIM_SHARE, _MAX_TRIM_M / np.maximum(gap_m, MIN_GAP_M))
    start, stop = xy[:, 0], xy[:, 1]
    step = (stop - start) * trim[:, None]
    lines = shapely.linestrings(np.stack([start + step, stop - step], axis=1))
    is_free = np.ones(len(xy), dtype=bool)
    for shapes in (network.lines, *barriers):
        if len(shapes) and len(lines):
            crossing, _ = shapely.STRtree(shapes).query(lines, predicate="intersects")
            is_free[crossing] = False
    return is_free


def _keep_apart(xy: NDArray[np.float64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows in the order given, without those near an earlier one at both ends."""
    kept = []
    while len(order):
        first = order[0]
        kept.append(first)
        ends = xy[order]
        a, b = xy[first]
        # near in the same or in the other direction: which end is the first is chance
        near_a = np.hypot(*(ends - a).T) <= APART_M  # shape (2, n): both ends
        near_b = np.hypot(*(ends - b).T) <= APART_M
        is_same = (near_a[0] & near_b[1]) | (near_a[1] & near_b[0])
        order = order[~is_same]
    return np.array(kept, dtype=np.int64)
