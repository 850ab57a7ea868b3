"""The fastest way between two doors, street by street: what is walked, waited and climbed.

A search (`access15.core.walk.metres`) leaves at every node the seconds and the metres of the
fastest way to it. The way itself is read backwards from the end, in these steps:

1. The end is reached along the start's own edge, over the first end of its edge or over the second:
   the fastest of them, of equally fast ones the shortest, of equally short ones the first.
2. At a node the way began there if the seconds and metres of the start at that node are the node's.
   Else it came over an edge whose cost and length, added to those of the node before, give exactly
   the node's; of several such edges the one with the lowest number. Where edges of no length and no
   cost run in a circle, a node is not passed twice.
3. Read forwards, neighbouring parts of one street are one stretch; steps, and streets without a
   name of another class, are their own.

Sums are taken as the search took them, so that the way's seconds and metres are those of
`access15.core.walk.metres.times_and_metres`, to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import Places, SearchGraph, build_graph, place_points, share_of
from access15.core.walk.impedance import Impedance, build_impedance, build_parts
from access15.core.walk.kernels.nearest import nearest_with_metres
from access15.core.walk.snap import Snapped

_Walked = tuple[int, float, float]  # an edge, and the fractions between which it is walked
_DIRECT = -1  # along the one edge of both doors, over neither of its ends


@dataclass(frozen=True, eq=False)
class Way:
    """The fastest way between two doors.

    Parameters
    ----------
    time_s : float
        Seconds door to door; inf where there is no way [s].
    distance_m : float
        Metres along the streets; inf where there is no way [m].
    edge : ndarray of int64, shape (n,)
        Edges walked, in order; none where there is no way.
    start, stop : ndarray of float64, shape (n,)
        Fraction of its edge where each part begins and ends, 0 at u: ``start > stop`` is walked
        from v to u.
    """

    time_s: float
    distance_m: float
    edge: NDArray[np.int64]
    start: NDArray[np.float64]
    stop: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.edge)


@dataclass(frozen=True, eq=False)
class WayParts:
    """What each part of a way costs; one row for each edge, or for each stretch of street.

    Parameters
    ----------
    first : ndarray of int64, shape (n,)
        Row of the way's parts at which each begins.
    street : ndarray of int64, shape (n,)
        Index into the network's `street_names`; 0 is a street without a name.
    highway : ndarray of int64, shape (n,)
        Index into the network's `highway_names`.
    length_m : ndarray of float64, shape (n,)
        Metres walked [m].
    walk_s : ndarray of float64, shape (n,)
        Seconds on foot, without rests and waits [s].
    rest_s : ndarray of float64, shape (n,)
        Seconds of rest, on an average [s].
    wait_s : ndarray of float64, shape (n,)
        Seconds waited at the ends: half of each crossing's delay, and lifts [s].
    n_waits : ndarray of float64, shape (n,)
        How many waits, half of a crossing at each end.
    steps_m : ndarray of float64, shape (n,)
        Metres on flights of steps [m].
    n_steps : ndarray of float64, shape (n,)
        Steps climbed or descended; NaN where a flight's are not counted on the map.
    climb_m, fall_m : ndarray of float64, shape (n,)
        Metres up and down; NaN where the slope of any of it is not known [m].
    """

    first: NDArray[np.int64]
    street: NDArray[np.int64]
    highway: NDArray[np.int64]
    length_m: NDArray[np.float64]
    walk_s: NDArray[np.float64]
    rest_s: NDArray[np.float64]
    wait_s: NDArray[np.float64]
    n_waits: NDArray[np.float64]
    steps_m: NDArray[np.float64]
    n_steps: NDArray[np.float64]
    climb_m: NDArray[np.float64]
    fall_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)

    @property
    def time_s(self) -> NDArray[np.float64]:
        """Seconds of each row: on foot, resting and waiting, shape (n,)."""
        return self.walk_s + self.rest_s + self.wait_s


# What adds up when rows are joined to stretches; a sum with something unknown in it is unknown.
_ADDED = (
    *("length_m", "walk_s", "rest_s", "wait_s", "n_waits", "steps_m", "n_steps"),
    *("climb_m", "fall_m"),
)


@dataclass(frozen=True, eq=False)
class WayFinder:
    """One walker's streets, ready to be asked for ways; build with `build_way_finder`.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        What they cost the walker.
    ahead : SearchGraph
        Away from where walks start.
    back : SearchGraph
        The same arcs, from where they end.
    """

    network: WalkNetwork
    impedance: Impedance
    ahead: SearchGraph
    back: SearchGraph


@dataclass(frozen=True, eq=False)
class _Searched:
    """The fastest ways from one start to every node."""

    source: Places
    node_s: NDArray[np.float64]
    node_m: NDArray[np.float64]
    seed_m: tuple[float, float]


def build_way_finder(network: WalkNetwork, profile: WalkProfile) -> WayFinder:
    """Set a walker on streets for the question which way.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        The walker; one who needs seats walks here as if there were seats everywhere.

    Returns
    -------
    WayFinder
        For `find_ways`.
    """
    impedance = build_impedance(network, profile)
    return WayFinder(
        network=network,
        impedance=impedance,
        ahead=build_graph(network, impedance, towards=False),
        back=build_graph(network, impedance, towards=True),
    )


def find_ways(finder: WayFinder, starts: Snapped, ends: Snapped) -> list[Way]:
    """Find the fastest way of each pair of doors; of equally fast ones the shortest.

    Parameters
    ----------
    finder : WayFinder
        From `build_way_finder`.
    starts, ends : Snapped
        Doors on its streets, pair by pair; neighbouring pairs with one start are searched together.

    Returns
    -------
    list of Way
        One per pair; one without edges where there is no way, or a door is on no street.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.config import load_profiles
    >>> from access15.core.streets.network import build_network
    >>> street = build_network(
    ...     crs="EPSG:32632",
    ...     node_xy=np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]]),
    ...     edge_u=np.array([0, 1]),
    ...     edge_v=np.array([1, 2]),
    ... )
    >>> finder = build_way_finder(street, load_profiles()["adult"])
    >>> start = Snapped(np.array([0]), np.array([0.5]), np.zeros(1))
    >>> end = Snapped(np.array([1]), np.array([0.25]), np.zeros(1))
    >>> way = find_ways(finder, start, end)[0]
    >>> way.distance_m, way.edge.tolist(), way.start.tolist(), way.stop.tolist()
    (75.0, [0, 1], [0.5, 0.0], [1.0, 0.25])
    """
    network, impedance = finder.network, finder.impedance
    leaving = place_points(network, impedance, starts, leaving=True)
    arriving = place_points(network, impedance, ends, leaving=False)
    ways = []
    searched, before = None, None
    for row in range(len(leaving)):
        one = slice(row, row + 1)
        asked = (leaving.edge[row], leaving.fraction[row], leaving.offset_s[row])
        if searched is None or asked != before:
            searched, before = _search(finder, leaving.take(one)), asked
        ways.append(_find_way(finder, searched, arriving.take(one)))
    return ways


def list_parts(network: WalkNetwork, profile: WalkProfile, ways: list[Way]) -> list[WayParts]:
    """List what the edges of ways cost one walker.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        Who walks.
    ways : list of Way
        From `find_ways`, for the same walker.

    Returns
    -------
    list of WayParts
        One per way, row by row its edges. Their seconds and those between doors and streets add up
        to the way's, but for the last digits.
    """
    costs = build_parts(network, profile)
    found = []
    for way in ways:
        edge, is_ahead = way.edge, way.stop >= way.start
        share = np.abs(way.stop - way.start)
        length_m = share * network.length_m[edge]
        factor = np.where(is_ahead, costs.forward_factor[edge], costs.backward_factor[edge])
        at_u, at_v = (_passes(way, end) for end in (0.0, 1.0))
        wait_s = np.where(at_u, costs.wait_u_s[edge], 0.0) + np.where(
            at_v, costs.wait_v_s[edge], 0.0
        )
        waits = at_u & (costs.wait_u_s[edge] > 0), at_v & (costs.wait_v_s[edge] > 0)
        is_stairs = network.steps[edge] & ~network.conveying[edge]
        n_steps = np.where(network.step_count[edge] > 0, share * network.step_count[edge], np.nan)
        rise = np.where(is_ahead, network.incline[edge], -network.incline[edge])
        risen_m = _over(share, length_m * rise)
        found.append(
            WayParts(
                first=np.arange(len(edge)),
                street=network.street[edge],
                highway=network.highway[edge],
                length_m=length_m,
                walk_s=_over(share, length_m / profile.pace_ms * np.where(share > 0, factor, 1.0)),
                rest_s=length_m * profile.rest_per_m_s,
                wait_s=wait_s,
                n_waits=0.5 * waits[0] + 0.5 * waits[1],
                steps_m=np.where(is_stairs, length_m, 0.0),
                n_steps=np.where(is_stairs, n_steps, 0.0),
                climb_m=np.maximum(risen_m, 0.0),
                fall_m=np.maximum(-risen_m, 0.0),
            )
        )
    return found


def join_stretches(parts: WayParts) -> WayParts:
    """Join neighbouring parts of one street to stretches, as somebody is told a way.

    Parameters
    ----------
    parts : WayParts
        From `list_parts`.

    Returns
    -------
    WayParts
        One row for each stretch: a street, a flight of steps, or ways of one class without a name.
    """
    if len(parts) == 0:
        return parts
    is_on_steps = parts.steps_m > 0
    same_name = parts.street[1:] == parts.street[:-1]
    same_class = (parts.street[1:] != 0) | (parts.highway[1:] == parts.highway[:-1])
    same = same_name & same_class & (is_on_steps[1:] == is_on_steps[:-1])
    first = np.flatnonzero(np.append(True, ~same))
    added = {name: np.add.reduceat(getattr(parts, name), first) for name in _ADDED}
    return WayParts(
        first=parts.first[first], street=parts.street[first], highway=parts.highway[first], **added
    )


def _over(share: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of parts that have any length; of a part without one nothing is unknown."""
    return np.where(share > 0, values, 0.0)


def _passes(way: Way, end: float) -> NDArray[np.bool_]:
    """Whether each part of a way passes through one end of its edge: where it comes from another
    edge or goes on to one.
    """
    n = len(way)
    comes, goes = np.arange(n) > 0, np.arange(n) < n - 1
    return np.asarray((comes & (way.start == end)) | (goes & (way.stop == end)))


def _search(finder: WayFinder, source: Places) -> _Searched:
    """Search from one start to every node."""
    edge_m = np.append(finder.network.length_m, 0.0)  # the last entry stands for "no edge"
    whole_m = edge_m[source.edge[0]]
    seed_m = np.concatenate([source.fraction, 1.0 - source.fraction]) * whole_m
    ahead = finder.ahead
    node_s, node_m = nearest_with_metres(ahead.arrays, ahead.length_m, source.seeds, seed_m, np.inf)
    return _Searched(source, node_s, node_m, (float(seed_m[0]), float(seed_m[1])))


def _find_way(finder: WayFinder, searched: _Searched, target: Places) -> Way:
    """Read the way to one end backwards."""
    none = Way(np.inf, np.inf, np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    edge, fraction = int(target.edge[0]), float(target.fraction[0])
    if edge < 0 or searched.source.edge[0] < 0:
        return none
    # 1. Three ways lead to the end, as in `times_and_metres`; the fastest, then the shortest.
    source, edge_m = searched.source, float(finder.network.length_m[edge])
    ways = [_go_direct(finder, source, target)] if edge == source.edge[0] else []
    ends = int(target.node_a[0]), int(target.node_b[0])
    costs_s = float(target.cost_a_s[0]), float(target.cost_b_s[0])
    for which, share in enumerate((fraction, 1.0 - fraction)):
        over_s = costs_s[which] + float(searched.node_s[ends[which]])
        over_m = share * edge_m + float(searched.node_m[ends[which]])
        ways.append((over_s, over_m, which))
    time_s, distance_m, which = min(ways)
    if not np.isfinite(time_s):
        return none
    if which == _DIRECT:
        begin = source.fraction.copy()
        return Way(time_s, distance_m, target.edge.copy(), begin, target.fraction.copy())
    # 2. Back from that end of the edge, node by node.
    walked = [*_trace(finder, searched, ends[which]), (edge, float(which), fraction)]
    edges, begins, stops = (np.array(column) for column in zip(*walked, strict=True))
    return Way(time_s, distance_m, edges, begins, stops)


def _go_direct(finder: WayFinder, source: Places, target: Places) -> tuple[float, float, int]:
    """Seconds and metres along the one edge that both doors are on."""
    edge, graph = target.edge, finder.ahead
    gap = source.fraction - target.fraction
    full_s = np.where(gap > 0, graph.up_s[edge], graph.down_s[edge])
    along_s = share_of(np.abs(gap), full_s)
    direct_s = along_s + target.offset_s + source.offset_s
    return float(direct_s[0]), float((np.abs(gap) * finder.network.length_m[edge])[0]), _DIRECT


def _trace(finder: WayFinder, searched: _Searched, node: int) -> list[_Walked]:
    """Edges from the start to a node with the fractions they are walked between."""
    # a node may keep the metres of a way that rounding alone made as fast as the one it is on
    found = _climb_back(finder, searched, node, is_exact=True)
    return found or _climb_back(finder, searched, node, is_exact=False)


def _climb_back(
    finder: WayFinder, searched: _Searched, node: int, *, is_exact: bool
) -> list[_Walked]:
    """As `_trace`, with metres that must agree or need not; nothing where that leads nowhere."""
    back, edge_u = finder.back, finder.network.edge_u
    seen = {node}
    path = [(node, -1, _list_before(back, searched, node, is_exact=is_exact))]
    while path:
        here, _, arcs = path[-1]
        begun = _find_seed(searched, here, is_exact=is_exact)
        if begun is not None:
            walked = [_go_along(edge, end, edge_u[edge]) for end, edge, _ in path[:0:-1]]
            return [begun, *walked]
        fresh = (arc for arc in arcs if int(back.arcs["to"][arc]) not in seen)
        arc = next(fresh, None)
        if arc is None:
            path.pop()  # a circle of edges without length: another edge leads out of it
            continue
        before = int(back.arcs["to"][arc])
        seen.add(before)
        more = _list_before(back, searched, before, is_exact=is_exact)
        path.append((before, int(back.arcs["edge"][arc]), more))
    return []


def _go_along(edge: int, begin: int, edge_u: int) -> _Walked:
    """An edge walked whole from one of its ends."""
    return (edge, 0.0, 1.0) if begin == edge_u else (edge, 1.0, 0.0)


def _find_seed(searched: _Searched, node: int, *, is_exact: bool) -> _Walked | None:
    """Part of the start's edge that is walked to a node, None where the way came over another."""
    source = searched.source
    ends = (source.node_a[0], source.cost_a_s[0]), (source.node_b[0], source.cost_b_s[0])
    for which, (end, cost_s) in enumerate(ends):
        is_begun = node == end and searched.node_s[node] == cost_s
        is_same = searched.node_m[node] == searched.seed_m[which]
        if is_begun and (is_same or not is_exact):
            return int(source.edge[0]), float(source.fraction[0]), float(which)
    return None


def _list_before(
    back: SearchGraph, searched: _Searched, node: int, *, is_exact: bool
) -> Iterator[int]:
    """Arcs over which the fastest way to a node may have come, the lowest edge first."""
    arcs = np.arange(back.indptr[node], back.indptr[node + 1])
    before, edge = back.arcs["to"][arcs], back.arcs["edge"][arcs]
    is_way = searched.node_s[before] + back.arcs["cost_s"][arcs] == searched.node_s[node]
    if is_exact:
        is_way &= searched.node_m[before] + back.length_m[edge] == searched.node_m[node]
    return iter(arcs[is_way][np.argsort(edge[is_way], kind="stable")].tolist())
