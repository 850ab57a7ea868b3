"""Short ways that are not there between streets that lie near each other, and what each would take.

A link is a straight line of at most 60 m between two places on streets whose way round is at least
200 m and five times as long. Its ends are where the two streets come nearest to each other. It
crosses no other street and no building, and touches neither steps nor platforms. What it does
cross says what it is, see `WORKS`: only where nothing mapped stands in between, and the way round
tells of nothing else, is it a missing link. Of several links within 100 m of each other, at both
ends, only the easiest is kept, and of these the shortest.

What the map does not show stays unknown: a wall, a fence, a locked courtyard or a steep bank may
well stand there. A link is a question to be asked on the spot, never an answer.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.change.way_round import build_metres_graph, find_bridged, list_bare_bridges
from access15.core.streets.barriers import BARRIERS, Barriers
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import place_nodes
from access15.core.walk.search import reach
from access15.core.walk.snap import Snapped

MAX_GAP_M = 60.0
MIN_GAP_M = 0.1  # less cannot be told from streets that touch
# Below this, on one level and with nothing in between, the streets most likely meet and nobody drew
# it: about half of a two-lane street with its pavement. This project's choice.
MAX_FAULT_M = 8.0
# The same for two ways of one street, by its name: its carriageways, or a cycleway or pavement of
# its own, whose middle lines lie apart by the halves of both.
MAX_FAULT_OF_ONE_M = 2 * MAX_FAULT_M
MIN_DETOUR_M = 200.0
MIN_DETOUR_RATIO = 5.0
APART_M = 100.0
# What it takes to join two streets, from the easiest to the hardest: a look at the map, a way, a
# gate in a fence or wall, a lift or ramp between levels, a bridge over water or rails.
WORKS: Final = ("mapping_fault", "missing_link", "gate", "lift_or_ramp", "bridge")
_FAULT, _LINK, _GATE, _LIFT, _BRIDGE = range(len(WORKS))
# The hardest counts where a line crosses several barriers; through a building there is no way.
WORK_OF_BARRIER: Final = {
    "fence": _GATE,
    "retaining_wall": _LIFT,
    "water": _BRIDGE,
    "rail": _BRIDGE,
    "motorway": _BRIDGE,
}
MAX_TRIM_M = 0.5
_ROUNDED_M = 1e-3  # far more than what rounding makes of metres
TRIM_SHARE = 0.02
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
    work : ndarray of int64, shape (n,)
        Index into `WORKS`: what it takes.
    """

    edge_a: NDArray[np.int64]
    fraction_a: NDArray[np.float64]
    edge_b: NDArray[np.int64]
    fraction_b: NDArray[np.float64]
    gap_m: NDArray[np.float64]
    detour_m: NDArray[np.float64]
    work: NDArray[np.int64]

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
    return MissingLinks(edges, numbers, edges, numbers, numbers, numbers, edges)


def find_missing_links(
    network: WalkNetwork,
    barriers: Barriers,
    *,
    max_gap_m: float = MAX_GAP_M,
) -> MissingLinks:
    """Find short ways that would spare a long way round, and say what each would take.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    barriers : Barriers
        What stands between streets, in the network's CRS.
    max_gap_m : float
        Longest link [m].

    Returns
    -------
    MissingLinks
        The links, easiest first, then shortest.
    """
    # 1. Ends lie on streets only, not on steps or platforms.
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
    # 4. Drop what crosses a street (the shorter link ends there) or a building.
    xy = end_points(network, found)
    lines = _draw_between(xy, found.gap_m)
    crossed = barriers.find_crossed(lines)
    is_free = ~(_crosses_street(network, found, lines) | crossed[:, BARRIERS.index("building")])
    xy, found, crossed = xy[is_free], found.take(is_free), crossed[is_free]
    # 5. Say what each would take.
    level_a, level_b = network.level[found.edge_a], network.level[found.edge_b]
    name_a, name_b = network.street[found.edge_a], network.street[found.edge_b]
    is_one = (name_a == name_b) & (name_a > 0)
    work = find_works(crossed, found.gap_m, is_level=level_a == level_b, is_one=is_one)
    found = replace(found, work=work)
    # 6. Of links beside each other keep the easiest, because two parallel streets have one at every
    #    vertex, and all of them say the same; a bridge is not asked for where a way would do.
    found = found.take(_keep_apart(xy, _order(found)))
    # 7. What is left may still cross what the map leaves out, which is told by the way round.
    on_street = np.zeros(len(found))
    is_bridged = find_bridged(
        network,
        Snapped(found.edge_a, found.fraction_a, on_street),
        Snapped(found.edge_b, found.fraction_b, on_street),
        list_bare_bridges(network, barriers),
    )
    is_bridged &= found.work < _LIFT  # a lift may lead to that very bridge
    found = replace(found, work=np.where(is_bridged, _BRIDGE, found.work))
    return found.take(_order(found))


def _order(links: MissingLinks) -> NDArray[np.int64]:
    """Rows of links, the easiest first, then the shortest."""
    return np.lexsort((links.edge_b, links.edge_a, links.gap_m, links.work))


def find_works(
    crossed: NDArray[np.bool_],
    gap_m: NDArray[np.float64],
    *,
    is_level: NDArray[np.bool_],
    is_one: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Say what straight ways between streets would take.

    Parameters
    ----------
    crossed : ndarray of bool, shape (n, len(BARRIERS))
        Barriers that each crosses.
    gap_m : ndarray of float64, shape (n,)
        Their lengths [m].
    is_level : ndarray of bool, shape (n,)
        Whether both ends lie on the same level.
    is_one : ndarray of bool, shape (n,)
        Whether both ends lie on ways of one street.

    Returns
    -------
    ndarray of int64, shape (n,)
        Index into `WORKS`.
    """
    least_m = np.where(is_one, MAX_FAULT_OF_ONE_M, MAX_FAULT_M)
    work = np.where(gap_m < least_m, _FAULT, _LINK)
    work = np.where(is_level, work, _LIFT)
    for kind, needed in WORK_OF_BARRIER.items():
        is_crossed = crossed[:, BARRIERS.index(kind)]
        work = np.where(is_crossed, np.maximum(work, needed), work)
    return work


def _can_end(network: WalkNetwork) -> NDArray[np.bool_]:
    """Edges on which a link may end."""
    excludes = np.array([name in _NO_END for name in network.highway_names], dtype=bool)
    return np.asarray(~(network.steps | excludes[network.highway]))


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
    # a bridge or a tunnel is joined to what lies above or below it; beside it there is no ground
    is_off_ground = network.bridge | network.tunnel
    is_beside = (is_off_ground[a] | is_off_ground[b]) & (network.level[a] == network.level[b])
    keep = (a != b) & ~(is_joined & is_short) & ~is_beside
    a, b, row = a[keep], b[keep], row[keep]
    # 3. The way round costs far less to bound than where the edges are nearest is to find: most
    #    pairs have none that is long enough, wherever on the other edge they meet.
    whole_m = network.along_m[network.vertex_start[1:] - 1][a]
    at_m = network.along_m[vertex[row]]
    fraction_a = np.divide(at_m, whole_m, out=np.zeros(len(a)), where=whole_m > 0)
    limit_m = max(MIN_DETOUR_M, MIN_DETOUR_RATIO * max_gap_m)
    between_m = _measure_between(network, a, b, limit_m=limit_m)
    keep = _bound_detours(network, a, fraction_a, b, between_m) >= MIN_DETOUR_M - _ROUNDED_M
    a, b, row, fraction_a, between_m = (
        a[keep],
        b[keep],
        row[keep],
        fraction_a[keep],
        between_m[keep],
    )
    # 4. Where on the other edge, how far apart, and the way round, no farther than it is asked for.
    others = network.lines[b]
    located = shapely.line_locate_point(others, points[row], normalized=True)
    fraction_b = np.clip(np.nan_to_num(located), 0.0, 1.0)
    gap_m = shapely.distance(points[row], others)
    detour_m = _measure_detours(network, a, fraction_a, b, fraction_b, between_m=between_m)
    detour_m = np.where(detour_m <= limit_m, detour_m, np.inf)
    unsaid = np.full(len(a), _LINK)  # said once it is known what lies between
    return MissingLinks(a, fraction_a, b, fraction_b, gap_m, detour_m, unsaid)


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


def _measure_between(
    network: WalkNetwork,
    edge_a: NDArray[np.int64],
    edge_b: NDArray[np.int64],
    *,
    limit_m: float,
) -> NDArray[np.float64]:
    """Metres from both ends of edges to both ends of others, u to u, u to v, v to u and v to v;
    inf beyond the limit.
    """
    # 1. Metres between all nodes that are within the limit of each other: cheaper than a search for
    #    every pair of places, because many places share their nodes.
    n_nodes, graph = network.n_nodes, build_metres_graph(network)
    near = reach(graph, place_nodes(np.arange(n_nodes)), cutoff_s=limit_m, threads=1)
    # 2. One sorted key for each pair of nodes, so that a pair is found by bisection; the last entry
    #    stands for all pairs that are farther apart.
    key = np.repeat(np.arange(n_nodes), np.diff(near.start)) * n_nodes + near.node
    order = np.argsort(key)
    key = np.append(key[order], -1)
    metres = np.append(near.time_s[order], np.inf)
    # 3. Each two edges are asked for once, however many corners they have.
    pairs, which = np.unique(edge_a * network.n_edges + edge_b, return_inverse=True)
    a, b = np.divmod(pairs, network.n_edges)
    found = []
    for ends in itertools.product((network.edge_u, network.edge_v), repeat=2):
        asked = ends[0][a] * n_nodes + ends[1][b]
        at = np.searchsorted(key[:-1], asked)
        found.append(np.where(key[at] == asked, metres[at], np.inf))
    return np.stack(found, axis=1)[which]


def _bound_detours(
    network: WalkNetwork,
    edge_a: NDArray[np.int64],
    fraction_a: NDArray[np.float64],
    edge_b: NDArray[np.int64],
    between_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Metres along streets that lead from a place to anywhere on another edge at most."""
    to_u_m = (fraction_a * network.length_m[edge_a])[:, None]
    to_v_m = ((1.0 - fraction_a) * network.length_m[edge_a])[:, None]
    by_both_m = np.minimum(to_u_m + between_m[:, :2], to_v_m + between_m[:, 2:])
    # over either end, and no two ways are both longer than half of what they are together
    return np.asarray((by_both_m.sum(axis=1) + network.length_m[edge_b]) / 2.0)


def _measure_detours(
    network: WalkNetwork,
    edge_a: NDArray[np.int64],
    fraction_a: NDArray[np.float64],
    edge_b: NDArray[np.int64],
    fraction_b: NDArray[np.float64],
    *,
    between_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Metres along streets between places on different edges: over each end of the one and each
    end of the other the shortest counts.
    """
    shares = itertools.product((fraction_a, 1.0 - fraction_a), (fraction_b, 1.0 - fraction_b))
    detour_m = np.full(len(edge_a), np.inf)
    for metres, (from_share, to_share) in zip(between_m.T, shares, strict=True):
        ends_m = from_share * network.length_m[edge_a] + to_share * network.length_m[edge_b]
        detour_m = np.minimum(detour_m, metres + ends_m)
    return detour_m


def _draw_between(xy: NDArray[np.float64], gap_m: NDArray[np.float64]) -> NDArray[np.object_]:
    """Lines between both ends; their very ends stand on streets."""
    # a line touches the streets it joins, so that a little is cut off before it is tested
    trim = np.minimum(TRIM_SHARE, MAX_TRIM_M / np.maximum(gap_m, MIN_GAP_M))
    start, stop = xy[:, 0], xy[:, 1]
    step = (stop - start) * trim[:, None]
    lines: NDArray[np.object_] = shapely.linestrings(np.stack([start + step, stop - step], axis=1))
    return lines


def _crosses_street(
    network: WalkNetwork,
    links: MissingLinks,
    lines: NDArray[np.object_],
) -> NDArray[np.bool_]:
    """Whether lines cross another street; what runs above or below both ends is not crossed."""
    level = network.level
    is_crossing = np.zeros(len(links), dtype=bool)
    if len(links):
        row, street = shapely.STRtree(network.lines).query(lines, predicate="intersects")
        is_met = level[street] == level[links.edge_a[row]]
        is_met |= level[street] == level[links.edge_b[row]]
        is_crossing[row[is_met]] = True
    return is_crossing


def _keep_apart(xy: NDArray[np.float64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows in the order given, without those near an earlier one at both ends."""
    from scipy.spatial import KDTree  # noqa: PLC0415 - who only walks waits for no scipy

    # 1. Only links with an end near can be near at both: the tree lists a bit more than those.
    tree = KDTree(xy.reshape(-1, 2)) if len(order) else None
    is_left = np.ones(len(xy), dtype=bool)
    kept = []
    for first in order.tolist():
        if tree is None or not is_left[first]:
            continue
        kept.append(first)
        a, b = xy[first]
        rows = np.unique(np.array(tree.query_ball_point(a, APART_M + _ROUNDED_M)) // 2)
        rows = rows[is_left[rows]]
        # 2. Near in the same or in the other direction: which end is the first is chance.
        ends = xy[rows]
        near_a = np.hypot(*(ends - a).T) <= APART_M  # shape (2, n): both ends
        near_b = np.hypot(*(ends - b).T) <= APART_M
        is_left[rows[(near_a[0] & near_b[1]) | (near_a[1] & near_b[0])]] = False
    return np.array(kept, dtype=np.int64)
