"""Reached parts of streets, cut to the metre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import Places, SearchGraph, share_of
from access15.core.walk.impedance import Impedance


@dataclass(frozen=True, eq=False)
class EdgeTimes:
    """Seconds at both ends of every edge just inside it, and the pace along it.

    A walker at fraction ``f`` of edge ``e`` needs the least of ``from_u_s[e] + f * up_s[e]``,
    ``from_v_s[e] + (1 - f) * down_s[e]`` and, on a source's own edge, the direct way.

    Parameters
    ----------
    from_u_s, from_v_s : ndarray of float64, shape (n_edges,)
        Seconds at the ends, the crossing's half included [s].
    up_s, down_s : ndarray of float64, shape (n_edges,)
        Seconds gained along the whole edge, leaving u or leaving v [s].
    own_edge, own_fraction, own_s : ndarray, shape (n_sources,)
        The sources that lie on edges: edge, fraction and seconds at the door [s].
    """

    from_u_s: NDArray[np.float64]
    from_v_s: NDArray[np.float64]
    up_s: NDArray[np.float64]
    down_s: NDArray[np.float64]
    own_edge: NDArray[np.int64]
    own_fraction: NDArray[np.float64]
    own_s: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StreetParts:
    """Parts of edges.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        Edge of each part.
    start, stop : ndarray of float64, shape (n,)
        Fractions of the edge, ``start < stop``.
    """

    edge: NDArray[np.int64]
    start: NDArray[np.float64]
    stop: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.edge)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> StreetParts:
        """Some of the parts.

        Parameters
        ----------
        rows : ndarray of int64 or bool
            Which.

        Returns
        -------
        StreetParts
            Those rows.
        """
        return StreetParts(self.edge[rows], self.start[rows], self.stop[rows])

    def length_m(self, network: WalkNetwork) -> NDArray[np.float64]:
        """Length of each part.

        Parameters
        ----------
        network : WalkNetwork
            The streets.

        Returns
        -------
        ndarray of float64, shape (n,)
            Lengths [m].
        """
        return (self.stop - self.start) * network.length_m[self.edge]


def edge_times(
    network: WalkNetwork,
    impedance: Impedance,
    graph: SearchGraph,
    node_s: NDArray[np.float64],
    sources: Places,
) -> EdgeTimes:
    """Times along edges from the times at nodes.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        The walker.
    graph : SearchGraph
        The graph that was searched; its direction decides.
    node_s : ndarray of float64, shape (n_nodes,)
        Seconds between each node and the nearest source; inf when unreachable [s].
    sources : Places
        The sources of that search.

    Returns
    -------
    EdgeTimes
        For `parts_within` and the service areas.
    """
    on = np.flatnonzero(sources.edge >= 0)
    # leaving u towards v is walked from v to u when walkers come towards the source
    return EdgeTimes(
        from_u_s=node_s[network.edge_u] + impedance.at_u_s,
        from_v_s=node_s[network.edge_v] + impedance.at_v_s,
        up_s=graph.down_s,
        down_s=graph.up_s,
        own_edge=sources.edge[on],
        own_fraction=sources.fraction[on],
        own_s=sources.offset_s[on],
    )


def times_on_edges(
    times: EdgeTimes,
    edge: NDArray[np.int64],
    fraction: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Seconds between places on edges and the nearest source.

    Parameters
    ----------
    times : EdgeTimes
        From `edge_times`.
    edge : ndarray of int64, shape (n,)
        Edges, rising.
    fraction : ndarray of float64, shape (n,)
        Where on them, 0 at u.

    Returns
    -------
    ndarray of float64, shape (n,)
        Seconds; inf when unreachable.
    """
    over_u = times.from_u_s[edge] + share_of(fraction, times.up_s[edge])
    over_v = times.from_v_s[edge] + share_of(1.0 - fraction, times.down_s[edge])
    best_s: NDArray[np.float64] = np.minimum(over_u, over_v)
    low, high = (
        np.searchsorted(edge, times.own_edge),
        np.searchsorted(edge, times.own_edge, side="right"),
    )
    for i, (lo, hi) in enumerate(zip(low, high, strict=True)):
        gap = fraction[lo:hi] - times.own_fraction[i]
        own = times.own_edge[i]
        full_s = np.where(gap > 0, times.up_s[own], times.down_s[own])
        direct = times.own_s[i] + share_of(np.abs(gap), full_s)
        best_s[lo:hi] = np.minimum(best_s[lo:hi], direct)
    return best_s


def parts_within(times: EdgeTimes, *, cutoff_s: float) -> StreetParts:
    """Parts of streets within the cutoff, cut exactly where the time runs out.

    Parameters
    ----------
    times : EdgeTimes
        From `edge_times`.
    cutoff_s : float
        Longest walk, inclusive [s].

    Returns
    -------
    StreetParts
        Disjoint parts, sorted by edge and start.
    """
    # 1. From either end an edge is reached as far as the time left allows; where both meet it is
    #    reached whole, and told as one part so that its ends are exact.
    edges = np.flatnonzero((times.from_u_s <= cutoff_s) | (times.from_v_s <= cutoff_s))
    head = _share(cutoff_s - times.from_u_s[edges], times.up_s[edges])
    tail = 1.0 - _share(cutoff_s - times.from_v_s[edges], times.down_s[edges])
    whole = head >= tail
    parts = [
        (edges[whole], np.zeros(int(whole.sum())), np.ones(int(whole.sum()))),
        _nonempty(edges[~whole], np.zeros(int((~whole).sum())), head[~whole]),
        _nonempty(edges[~whole], tail[~whole], np.ones(int((~whole).sum()))),
        _own_parts(times, cutoff_s),
    ]
    edge, start, stop = (np.concatenate(column) for column in zip(*parts, strict=True))
    return merge_parts(StreetParts(edge, start, stop))


def without(parts: StreetParts, inner: StreetParts) -> StreetParts:
    """What is left of some parts when parts that lie inside them are taken away.

    Parameters
    ----------
    parts : StreetParts
        Disjoint parts.
    inner : StreetParts
        Disjoint parts, each inside one of `parts`.

    Returns
    -------
    StreetParts
        Disjoint parts, sorted by edge and start.
    """
    # What is left begins where a part begins or an inner part ends, and ends the other way round:
    # sorted along the edge, the first opening belongs to the first closing.
    opens, closes = (
        np.concatenate([parts.start, inner.stop]),
        np.concatenate([inner.start, parts.stop]),
    )
    by_open = np.lexsort((opens, np.concatenate([parts.edge, inner.edge])))
    by_close = np.lexsort((closes, np.concatenate([inner.edge, parts.edge])))
    edge = np.concatenate([parts.edge, inner.edge])[by_open]
    return StreetParts(*_nonempty(edge, opens[by_open], closes[by_close]))


def cut_lines(network: WalkNetwork, parts: StreetParts) -> NDArray[np.object_]:
    """Geometry of parts of streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    parts : StreetParts
        Which parts.

    Returns
    -------
    ndarray of LineString, shape (n,)
        In the network's CRS, running from u to v.
    """
    lines: NDArray[np.object_] = network.lines[parts.edge].copy()
    cut = np.flatnonzero((parts.start > 0) | (parts.stop < 1))
    if not len(cut):
        return lines
    xy, at = cut_vertices(network, StreetParts(parts.edge[cut], parts.start[cut], parts.stop[cut]))
    lines[cut] = shapely.linestrings(xy, indices=at)
    return lines


def cut_vertices(
    network: WalkNetwork, parts: StreetParts
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Vertices of parts of streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    parts : StreetParts
        Which parts.

    Returns
    -------
    xy : ndarray of float64, shape (n_vertices, 2)
        Vertices in the network's CRS [m].
    part : ndarray of int64, shape (n_vertices,)
        Part each vertex belongs to, rising.
    """
    first, last = network.vertex_start[parts.edge], network.vertex_start[parts.edge + 1]
    counts = last - first
    part = np.repeat(np.arange(len(parts)), counts)
    vertex = (
        np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts) + first[part]
    )
    along_m = network.along_m
    total_m = along_m[last - 1]
    start_m, stop_m = parts.start * total_m, parts.stop * total_m
    inner = (along_m[vertex] > start_m[part]) & (along_m[vertex] < stop_m[part])
    ends = np.arange(len(parts))
    xy = np.concatenate(
        [
            _point_at(network, parts.edge, start_m),
            network.vertex_xy[vertex[inner]],
            _point_at(network, parts.edge, stop_m),
        ]
    )
    owner = np.concatenate([ends, part[inner], ends])
    position = np.concatenate([start_m, along_m[vertex[inner]], stop_m])
    order = np.lexsort((position, owner))
    return xy[order], owner[order]


def end_vertices(owner: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which vertices begin and which end a part, in the output of `cut_vertices`.

    Parameters
    ----------
    owner : ndarray of int64, shape (n_vertices,)
        Part of each vertex, rising.

    Returns
    -------
    first, last : ndarray of bool, shape (n_vertices,)
        One true value per part.
    """
    first = np.ones(len(owner), dtype=bool)
    first[1:] = owner[1:] != owner[:-1]
    return first, np.concatenate([first[1:], np.ones(min(len(owner), 1), dtype=bool)])


def points_at(
    network: WalkNetwork, edge: NDArray[np.int64], fraction: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Points of places on streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    edge : ndarray of int64, shape (n,)
        Edges.
    fraction : ndarray of float64, shape (n,)
        Where on them, 0 at u.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        In the network's CRS [m].
    """
    total_m = network.along_m[network.vertex_start[edge + 1] - 1]
    return _point_at(network, edge, fraction * total_m)


def _point_at(
    network: WalkNetwork,
    edge: NDArray[np.int64],
    at_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Point at a distance along each edge."""
    first, last = network.vertex_start[edge], network.vertex_start[edge + 1] - 1
    begin_m, vertex_m = network.ruler_m
    after = np.clip(np.searchsorted(vertex_m, at_m + begin_m[edge]), first + 1, last)
    along_m = network.along_m
    before = after - 1
    step_m = along_m[after] - along_m[before]
    share = np.clip(
        np.where(step_m > 0, (at_m - along_m[before]) / np.where(step_m > 0, step_m, 1.0), 0.0),
        0.0,
        1.0,
    )
    a, b = network.vertex_xy[before], network.vertex_xy[after]
    return np.asarray(a + (b - a) * share[:, None])


def _share(left_s: NDArray[np.float64], full_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of an edge walked in the time left; nothing when there is none or no way."""
    walkable = np.isfinite(full_s) & (left_s >= 0)
    left_s, full_s = np.where(walkable, left_s, 0.0), np.where(walkable, full_s, 1.0)
    share = np.where(full_s > 0, left_s / np.where(full_s > 0, full_s, 1.0), 1.0)
    return np.where(walkable, np.clip(share, 0.0, 1.0), 0.0)


def _own_parts(
    times: EdgeTimes, cutoff_s: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Parts around sources on their own edges, where no corner lies between."""
    left_s = cutoff_s - times.own_s
    up = times.own_fraction + _share(left_s, times.up_s[times.own_edge])
    down = times.own_fraction - _share(left_s, times.down_s[times.own_edge])
    return _nonempty(times.own_edge, np.maximum(down, 0.0), np.minimum(up, 1.0))


def _nonempty(
    edge: NDArray[np.int64],
    start: NDArray[np.float64],
    stop: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Parts with any length."""
    keep = stop > start
    return edge[keep], start[keep], stop[keep]


def merge_parts(parts: StreetParts) -> StreetParts:
    """Join parts of the same edge that touch or overlap.

    Parameters
    ----------
    parts : StreetParts
        In any order.

    Returns
    -------
    StreetParts
        Disjoint parts, sorted by edge and start.
    """
    edge, start, stop = parts.edge, parts.start, parts.stop
    order = np.lexsort((start, edge))
    edge, start, stop = edge[order], start[order], stop[order]
    if not len(edge):
        return StreetParts(edge, start, stop)
    # the farthest stop so far on the same edge: shift each edge apart, then accumulate
    reach_so_far = np.maximum.accumulate(stop + 2.0 * edge) - 2.0 * edge
    opens = np.ones(len(edge), dtype=bool)
    opens[1:] = (edge[1:] != edge[:-1]) | (start[1:] > reach_so_far[:-1])
    group = np.flatnonzero(opens)
    return StreetParts(edge[group], start[group], np.maximum.reduceat(stop, group))


def split_edges(
    network: WalkNetwork,
    edges: NDArray[np.int64],
    *,
    step_m: float,
) -> StreetParts:
    """Edges in stretches of equal length, none longer than a step.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    edges : ndarray of int64
        Which edges, rising.
    step_m : float
        Longest stretch [m].

    Returns
    -------
    StreetParts
        Sorted by edge and start; a zero-length edge is one stretch.
    """
    n = np.maximum(np.ceil(network.length_m[edges] / step_m).astype(np.int64), 1)
    rank = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    count = np.repeat(n, n)
    return StreetParts(np.repeat(edges, n), rank / count, (rank + 1) / count)
