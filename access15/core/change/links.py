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
    network: WalkNetwork, barriers: Sequence[NDArray[np.object_]], *, max_gap_m: float = MAX_GAP_M
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
    is_end = _can_end(network)
    if not is_end.any():
        return no_links()
    found = _find_near(network, is_end, max_gap_m)
    far = found.detour_m >= np.maximum(MIN_DETOUR_M, MIN_DETOUR_RATIO * found.gap_m)
    far &= found.gap_m >= MIN_GAP_M
    found = found.take(far)
    xy = end_points(network, found)
    free = _is_free(network, xy, found.gap_m, barriers)
    xy, found = xy[free], found.take(free)
    kept = _keep_apart(xy, np.lexsort((found.edge_b, found.edge_a, found.gap_m)))
    return found.take(kept)


def _can_end(network: WalkNetwork) -> NDArray[np.bool_]:
    excluded = np.array([name in _NO_END for name in network.highway_names], dtype=bool)[
        network.highway
    ]
    return np.asarray(~(network.tunnel | network.bridge | network.steps | excluded))


def _find_near(network: WalkNetwork, is_end: NDArray[np.bool_], max_gap_m: float) -> MissingLinks:
    """Every vertex with every other edge near it, at the nearest place."""
    vertex_edge = np.repeat(np.arange(network.n_edges), np.diff(network.vertex_start))
    vertex, edges = np.flatnonzero(is_end[vertex_edge]), np.flatnonzero(is_end)
    points = shapely.points(network.vertex_xy[vertex])
    row, hit = shapely.STRtree(network.lines[edges]).query(
        points, predicate="dwithin", distance=max_gap_m
    )
    a, b, at = vertex_edge[vertex[row]], edges[hit], vertex[row]
    u, v, length_m = network.edge_u, network.edge_v, network.length_m
    is_joined = (u[a] == u[b]) | (u[a] == v[b]) | (v[a] == u[b]) | (v[a] == v[b])
    # two short edges that meet are no way round
    keep = (a != b) & ~(is_joined & (length_m[a] + length_m[b] < MIN_DETOUR_M))
    a, b, at, row = a[keep], b[keep], at[keep], row[keep]
    whole_m = network.along_m[network.vertex_start[1:] - 1]
    fraction_a = np.divide(
        network.along_m[at], whole_m[a], out=np.zeros(len(a)), where=whole_m[a] > 0
    )
    located = shapely.line_locate_point(network.lines[b], points[row], normalized=True)
    fraction_b = np.clip(np.nan_to_num(located), 0.0, 1.0)
    gap_m = shapely.distance(points[row], network.lines[b])
    detour_m = _measure_detours(
        network,
        a,
        fraction_a,
        b,
        fraction_b,
        limit_m=max(MIN_DETOUR_M, MIN_DETOUR_RATIO * max_gap_m),
    )
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
    ends = [
        shapely.get_coordinates(
            shapely.line_interpolate_point(network.lines[edge], fraction, normalized=True)
        )
        for edge, fraction in ((links.edge_a, links.fraction_a), (links.edge_b, links.fraction_b))
    ]
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
    n, none = network.n_nodes, np.zeros(network.n_edges)
    plain = Impedance(
        1.0, network.length_m, network.length_m, none, none, np.ones(network.n_edges, dtype=bool)
    )
    near = reach(
        build_graph(network, plain, towards=False),
        place_nodes(np.arange(n)),
        cutoff_s=limit_m,
        threads=1,
    )
    key = np.repeat(np.arange(n), np.diff(near.start)) * n + near.node
    order = np.argsort(key)
    key, between_m = np.append(key[order], -1), np.append(near.time_s[order], np.inf)
    detour_m = np.full(len(edge_a), np.inf)
    for from_node, from_share in ((network.edge_u, fraction_a), (network.edge_v, 1.0 - fraction_a)):
        for to_node, to_share in ((network.edge_u, fraction_b), (network.edge_v, 1.0 - fraction_b)):
            asked = from_node[edge_a] * n + to_node[edge_b]
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
    trim = np.minimum(_TRIM_SHARE, _MAX_TRIM_M / np.maximum(gap_m, MIN_GAP_M))[:, None]
    step = (xy[:, 1] - xy[:, 0]) * trim
    lines = shapely.linestrings(np.stack([xy[:, 0] + step, xy[:, 1] - step], axis=1))
    is_free = np.ones(len(xy), dtype=bool)
    for shapes in (network.lines, *barriers):
        if len(shapes) and len(lines):
            is_free[shapely.STRtree(shapes).query(lines, predicate="intersects")[0]] = False
    return is_free


def _keep_apart(xy: NDArray[np.float64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows in the order given, without those near an earlier one at both ends."""
    kept = []
    while len(order):
        first = order[0]
        kept.append(first)
        (a, b), ends = xy[first], xy[order]
        # shape (2, n): both ends
        near_a, near_b = (np.hypot(*(ends - end).T) <= APART_M for end in (a, b))
        order = order[~((near_a[0] & near_b[1]) | (near_a[1] & near_b[0]))]
    return np.array(kept, dtype=np.int64)
