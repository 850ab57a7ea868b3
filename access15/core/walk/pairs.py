"""Every source and target within a cutoff of each other, and what follows from these pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.graph import Places, SearchGraph, offsets, sort_by_edge, sort_by_node
from access15.core.walk.kernels import bounded
from access15.core.walk.threads import Ragged, search_in_parts


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every (source, target) within the cutoff, sorted by source.

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


def pairs_within(
    graph: SearchGraph,
    sources: Places,
    targets: Places,
    *,
    cutoff_s: float,
    threads: int | None = None,
    is_sorted: bool = True,
) -> Pairs:
    """Every source and target within the cutoff of each other.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources, targets : Places
        As in `access15.core.walk.search.nearest`; the search runs once per source, so let the
        fewer be the sources.
    cutoff_s : float
        Longest walk door to door, inclusive [s].
    threads : int, optional
        How many to use; by default one per processor.
    is_sorted : bool
        Whether the pairs of each source are sorted by time, then by target; who only adds them up
        need not wait for that.

    Returns
    -------
    Pairs
        Sorted by source, then as asked for.
    """
    hanging, on_edges = sort_by_node(targets, graph), sort_by_edge(targets, graph)

    def run(part: slice) -> Ragged:
        doors = sources.take(part).doors
        found: Ragged = bounded.pairs_within(
            graph.arrays, doors, hanging, on_edges, graph.streets, cutoff_s
        )
        if is_sorted:
            bounded.sort_found(*found)
        return found

    starts, target, time_s = search_in_parts(run, len(sources), threads=threads)
    source = np.repeat(np.arange(len(sources)), np.diff(starts))
    return Pairs(
        source=source,
        target=target,
        time_s=time_s,
    )


def join_pairs(pairs: Pairs, source: NDArray[np.int64]) -> Pairs:
    """Give pairs to sources of which several may be the same, such as doors of one facility.

    Parameters
    ----------
    pairs : Pairs
        From `pairs_within`.
    source : ndarray of int64
        The new number of each source.

    Returns
    -------
    Pairs
        Each new source and target once, with the fewest seconds; sorted by source.
    """
    number = source[pairs.source]
    if (np.diff(source) > 0).all():  # no two are the same, and their order stays
        return Pairs(number, pairs.target, pairs.time_s)
    order = np.lexsort((pairs.time_s, pairs.target, number))
    number, target, time_s = number[order], pairs.target[order], pairs.time_s[order]
    is_best = np.ones(len(order), dtype=bool)
    is_best[1:] = (np.diff(number) != 0) | (np.diff(target) != 0)
    return Pairs(number[is_best], target[is_best], time_s[is_best])


def k_nearest(
    graph: SearchGraph,
    sources: Places,
    targets: Places,
    *,
    k: int,
    cutoff_s: float = np.inf,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Per target, the k nearest sources, nearest first.

    Parameters
    ----------
    graph : SearchGraph
        From `build_graph`.
    sources, targets : Places
        As in `access15.core.walk.search.nearest`.
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
    pairs = pairs_within(graph, sources, targets, cutoff_s=cutoff_s, is_sorted=False)
    order = np.lexsort((pairs.source, pairs.time_s, pairs.target))
    target = pairs.target[order]
    rank = np.arange(len(target)) - offsets(target, len(targets))[target]
    keep = rank < k
    time_s = np.full((len(targets), k), np.inf)
    which = np.full((len(targets), k), -1, dtype=np.int64)
    time_s[target[keep], rank[keep]] = pairs.time_s[order][keep]
    which[target[keep], rank[keep]] = pairs.source[order][keep]
    return time_s, which
