"""Search on the walking network: reach, nearest, k nearest, counts and matrices, both directions.

A search starts at *sources* and answers for *targets*. On a graph built ``towards=True`` the
walkers start at the targets and end at the sources (who can walk to a facility); otherwise they
start at the sources. Cutoffs are inclusive, costs are exact float64 seconds, inf is unreachable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.walk import kernels
from access15.core.walk.graph import Places, SearchGraph, offsets, share_of

_CHUNK = 32


@dataclass(frozen=True, eq=False)
class Reach:
    """Nodes within the cutoff of each source.

    Parameters
    ----------
    start : ndarray of int64, shape (n_sources + 1,)
        Source ``i`` owns the rows ``start[i]:start[i + 1]``.
    node : ndarray of int32
        Node of each row.
    time_s : ndarray of float64
        Seconds between source and node [s].
    """

    start: NDArray[np.int64]
    node: NDArray[np.int32]
    time_s: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every (source, target) within the cutoff, sorted by source, then time, then target.

    Parameters
    ----------
    source, target : ndarray of int64, shape (n,)
        Who.
    time_s : ndarray of float64, shape (n,)
        Seconds door to door [s].
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    time_s: NDArray[np.float64]


def reach(
    graph: SearchGraph, sources: Places, *, cutoff_s: float, threads: int | None = None
) -> Reach:
    """Nodes within the cutoff of each source, each source on its own.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources : Places
        Where the searches start.
    cutoff_s : float
        Longest walk, inclusive; inf for no limit [s].
    threads : int, optional
        How many to use; by default one per processor.

    Returns
    -------
    Reach
        Ragged nodes and seconds.
    """

    def run(part: slice) -> tuple[NDArray[Any], ...]:
        some = sources.take(part)
        seeds, seeds_s = (
            _interleaved(some.node_a, some.node_b),
            _interleaved(some.cost_a_s, some.cost_b_s),
        )
        start = np.arange(len(some) + 1, dtype=np.int64) * 2
        found: tuple[NDArray[Any], ...] = kernels.reach_many(
            graph.indptr,
            graph.arcs,
            graph.bucket_s,
            graph.longest_s,
            start,
            seeds,
            seeds_s,
            cutoff_s,
        )
        return found

    starts, nodes, times_s = _in_parts(run, len(sources), threads)
    return Reach(start=starts, node=nodes, time_s=times_s)


def nearest_at_nodes(
    graph: SearchGraph, sources: Places, *, cutoff_s: float = np.inf
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Per node, the seconds to the nearest source and which source.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources : Places
        Where the search starts.
    cutoff_s : float
        Longest walk, inclusive [s].

    Returns
    -------
    time_s : ndarray of float64, shape (n_nodes,)
        Seconds; inf where none is within the cutoff.
    which : ndarray of int64, shape (n_nodes,)
        Index of the source, the lowest of equally near ones; -1 where none.
    """
    which = np.tile(np.arange(len(sources)), 2)
    seeds = np.concatenate([sources.node_a, sources.node_b])
    seeds_s = np.concatenate([sources.cost_a_s, sources.cost_b_s])
    found: tuple[NDArray[np.float64], NDArray[np.int64]] = kernels.nearest_nodes(
        graph.indptr, graph.arcs, graph.bucket_s, graph.longest_s, seeds, seeds_s, which, cutoff_s
    )
    return found


def nearest(
    graph: SearchGraph, sources: Places, targets: Places, *, cutoff_s: float = np.inf
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Per target, the seconds to the nearest source and which source.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources : Places
        For example facilities, placed with ``leaving=False`` on a graph towards them.
    targets : Places
        For example residents, placed with ``leaving=True``.
    cutoff_s : float
        Longest walk door to door, inclusive [s].

    Returns
    -------
    time_s : ndarray of float64, shape (n_targets,)
        Seconds door to door; inf where none is within the cutoff.
    which : ndarray of int64, shape (n_targets,)
        Index of the source, the lowest of equally near ones; -1 where none.
    """
    node_s, node_which = nearest_at_nodes(graph, sources, cutoff_s=cutoff_s)
    return nearest_from_nodes(graph, node_s, node_which, sources, targets, cutoff_s=cutoff_s)


def nearest_from_nodes(
    graph: SearchGraph,
    node_s: NDArray[np.float64],
    node_which: NDArray[np.int64],
    sources: Places,
    targets: Places,
    *,
    cutoff_s: float = np.inf,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Finish a `nearest_at_nodes` search for targets on edges.

    Parameters
    ----------
    graph : SearchGraph
        The graph searched.
    node_s : ndarray of float64, shape (n_nodes,)
        Seconds, from `nearest_at_nodes` [s].
    node_which : ndarray of int64, shape (n_nodes,)
        Sources, from `nearest_at_nodes`.
    sources : Places
        The sources of that search.
    targets : Places
        The places to answer for.
    cutoff_s : float
        Longest walk door to door, inclusive [s].

    Returns
    -------
    time_s : ndarray of float64, shape (n_targets,)
        Seconds door to door; inf where none is within the cutoff.
    which : ndarray of int64, shape (n_targets,)
        Index of the source; -1 where none.
    """
    order = np.argsort(sources.edge, kind="stable")
    found: tuple[NDArray[np.float64], NDArray[np.int64]] = kernels.nearest_points(
        node_s,
        node_which,
        targets.edge,
        targets.fraction,
        targets.node_a,
        targets.cost_a_s,
        targets.node_b,
        targets.cost_b_s,
        targets.offset_s,
        _edge_offsets(sources.edge, graph),
        sources.fraction[order],
        sources.offset_s[order],
        order,
        graph.up_s,
        graph.down_s,
        cutoff_s,
    )
    return found


def pairs_within(
    graph: SearchGraph,
    sources: Places,
    targets: Places,
    *,
    cutoff_s: float,
    threads: int | None = None,
) -> Pairs:
    """Every source and target within the cutoff of each other.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources, targets : Places
        As in `nearest`; the search runs once per source, so let the fewer be the sources.
    cutoff_s : float
        Longest walk door to door, inclusive [s].
    threads : int, optional
        How many to use; by default one per processor.

    Returns
    -------
    Pairs
        Sorted by source, then time, then target.
    """
    pairs = _find_pairs(graph, sources, targets, cutoff_s, threads)
    order = np.lexsort((pairs.target, pairs.time_s, pairs.source))
    return Pairs(source=pairs.source[order], target=pairs.target[order], time_s=pairs.time_s[order])


def _find_pairs(
    graph: SearchGraph, sources: Places, targets: Places, cutoff_s: float, threads: int | None
) -> Pairs:
    """Pairs sorted by source only."""
    hanging_node = np.concatenate([targets.node_a, targets.node_b])
    hanging_s = np.concatenate([targets.cost_a_s, targets.cost_b_s])
    hanging = np.tile(np.arange(len(targets)), 2)
    order = np.argsort(hanging_node, kind="stable")
    order = order[hanging_node[order] >= 0]
    at_node = offsets(hanging_node[order], graph.n_nodes)
    by_edge = np.argsort(targets.edge, kind="stable")
    at_edge = _edge_offsets(targets.edge, graph)
    hanging, hanging_s = hanging[order], hanging_s[order]

    def run(part: slice) -> tuple[NDArray[Any], ...]:
        s = sources.take(part)
        found: tuple[NDArray[Any], ...] = kernels.pairs_within(
            graph.indptr,
            graph.arcs,
            graph.bucket_s,
            graph.longest_s,
            s.node_a,
            s.cost_a_s,
            s.node_b,
            s.cost_b_s,
            s.edge,
            s.fraction,
            s.offset_s,
            at_node,
            hanging,
            hanging_s,
            at_edge,
            by_edge,
            targets.fraction,
            targets.offset_s,
            graph.up_s,
            graph.down_s,
            cutoff_s,
        )
        return found

    starts, target, time_s = _in_parts(run, len(sources), threads)
    source = np.repeat(np.arange(len(sources)), np.diff(starts))
    return Pairs(source=source, target=target, time_s=time_s)


def count_within(
    graph: SearchGraph,
    sources: Places,
    targets: Places,
    *,
    cutoff_s: float,
    threads: int | None = None,
) -> NDArray[np.int64]:
    """Per target, how many sources lie within the cutoff (cumulative opportunities).

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources, targets : Places
        As in `nearest`.
    cutoff_s : float
        Longest walk door to door, inclusive [s].
    threads : int, optional
        How many to use; by default one per processor.

    Returns
    -------
    ndarray of int64, shape (n_targets,)
        Counts.
    """
    pairs = _find_pairs(graph, sources, targets, cutoff_s, threads)
    return np.bincount(pairs.target, minlength=len(targets))


def k_nearest(
    graph: SearchGraph, sources: Places, targets: Places, *, k: int, cutoff_s: float = np.inf
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Per target, the k nearest sources, nearest first.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources, targets : Places
        As in `nearest`.
    k : int
        How many.
    cutoff_s : float
        Longest walk door to door, inclusive [s].

    Returns
    -------
    time_s : ndarray of float64, shape (n_targets, k)
        Seconds, rising; inf where there are fewer.
    which : ndarray of int64, shape (n_targets, k)
        Index of the source; -1 where there are fewer.
    """
    pairs = _find_pairs(graph, sources, targets, cutoff_s, None)
    order = np.lexsort((pairs.source, pairs.time_s, pairs.target))
    target = pairs.target[order]
    rank = np.arange(len(target)) - offsets(target, len(targets))[target]
    keep = rank < k
    time_s = np.full((len(targets), k), np.inf)
    which = np.full((len(targets), k), -1, dtype=np.int64)
    time_s[target[keep], rank[keep]] = pairs.time_s[order][keep]
    which[target[keep], rank[keep]] = pairs.source[order][keep]
    return time_s, which


def travel_matrix(
    graph: SearchGraph,
    sources: Places,
    targets: Places,
    *,
    cutoff_s: float,
    threads: int | None = None,
) -> NDArray[np.float64]:
    """Seconds between all targets and sources within the cutoff.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources, targets : Places
        As in `nearest`.
    cutoff_s : float
        Longest walk door to door, inclusive [s].
    threads : int, optional
        How many to use; by default one per processor.

    Returns
    -------
    ndarray of float64, shape (n_targets, n_sources)
        Seconds; inf beyond the cutoff.
    """
    pairs = _find_pairs(graph, sources, targets, cutoff_s, threads)
    matrix = np.full((len(targets), len(sources)), np.inf)
    matrix[pairs.target, pairs.source] = pairs.time_s
    return matrix


def times_and_metres(
    graph: SearchGraph, network: WalkNetwork, source: Places, targets: Places
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds door to door from one source, and the metres along the network on that fastest way.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`, either direction.
    network : WalkNetwork
        The streets the graph was built on.
    source : Places
        One place.
    targets : Places
        The others.

    Returns
    -------
    time_s : ndarray of float64, shape (n_targets,)
        Seconds door to door; inf when unreachable.
    distance_m : ndarray of float64, shape (n_targets,)
        Metres between the two snapped points; inf when unreachable. Of equally fast ways the
        shortest.
    """
    edge_m = np.append(network.length_m, 0.0)  # the last entry stands for "no edge", which is -1
    seeds = np.concatenate([source.node_a, source.node_b])
    seeds_s = np.concatenate([source.cost_a_s, source.cost_b_s])
    seeds_m = np.concatenate([source.fraction, 1.0 - source.fraction]) * edge_m[source.edge[0]]
    node_s, node_m = kernels.nearest_with_metres(
        graph.indptr,
        graph.arcs,
        graph.bucket_s,
        graph.longest_s,
        graph.length_m,
        seeds,
        seeds_s,
        seeds_m,
        np.inf,
    )
    time_s = np.full(len(targets), np.inf)
    distance_m = np.full(len(targets), np.inf)
    on = np.flatnonzero(targets.node_a >= 0)
    some = targets.take(on)
    gap = source.fraction[0] - some.fraction
    ahead_s, back_s = (
        np.append(graph.up_s, np.inf)[some.edge],
        np.append(graph.down_s, np.inf)[some.edge],
    )
    along_s = share_of(np.abs(gap), np.where(gap > 0, ahead_s, back_s))
    is_same = (some.edge == source.edge[0]) & (some.edge >= 0)
    over = np.stack(
        [
            np.where(is_same, along_s + some.offset_s + source.offset_s[0], np.inf),
            some.cost_a_s + node_s[some.node_a],
            some.cost_b_s + node_s[some.node_b],
        ]
    )
    metres = np.stack(
        [
            np.abs(gap) * edge_m[some.edge],
            some.fraction * edge_m[some.edge] + node_m[some.node_a],
            (1.0 - some.fraction) * edge_m[some.edge] + node_m[some.node_b],
        ]
    )
    best_s = over.min(axis=0)
    metres = np.where((over == best_s) & np.isfinite(over), metres, np.inf)
    time_s[on], distance_m[on] = best_s, metres.min(axis=0)
    return time_s, distance_m


def _edge_offsets(edge: NDArray[np.int64], graph: SearchGraph) -> NDArray[np.int64]:
    """Offsets into the items sorted by edge; the last entry stands for "no edge" and is empty."""
    start = np.searchsorted(np.sort(edge, kind="stable"), np.arange(len(graph.length_m) + 1))
    return np.append(start, start[-1])


def _interleaved(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    return np.stack([a, b], axis=1).reshape(-1)


def _parts(n: int, size: int) -> Iterator[slice]:
    for lo in range(0, max(n, 1), size):
        yield slice(lo, min(lo + size, n))


def _in_parts(
    run: Callable[[slice], tuple[NDArray[Any], ...]], n: int, threads: int | None
) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]:
    """Run a ragged search over parts of the sources, on threads; the compiled loops hold no
    lock.
    """
    threads = threads or os.cpu_count() or 1
    size = n if threads == 1 or n <= _CHUNK else max(_CHUNK, -(-n // (2 * threads)))
    parts = list(_parts(n, max(size, 1)))
    if len(parts) == 1:
        found = [run(parts[0])]
    else:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(run, parts))
    shifts = np.cumsum([0, *(len(f[1]) for f in found)])
    starts = np.concatenate(
        [np.zeros(1, dtype=np.int64), *(f[0][1:] + s for f, s in zip(found, shifts, strict=False))]
    )
    return starts, np.concatenate([f[1] for f in found]), np.concatenate([f[2] for f in found])
