"""Search on the walking network: what is within reach of each source, and which is nearest.

A search starts at *sources* and answers for *targets*. On a graph built ``towards=True`` the
walkers start at the targets and end at the sources (who can walk to a facility); otherwise they
start at the sources. Cutoffs are inclusive, costs are exact float64 seconds, inf is unreachable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.graph import Places, SearchGraph, sort_by_edge
from access15.core.walk.kernels.bounded import reach_many
from access15.core.walk.kernels.compiled import is_cached
from access15.core.walk.kernels.nearest import nearest_nodes, nearest_points, settle_nodes
from access15.core.walk.threads import Ragged, search_in_parts


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


def reach(
    graph: SearchGraph,
    sources: Places,
    *,
    cutoff_s: float,
    threads: int | None = None,
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

    def run(part: slice) -> Ragged:
        found: Ragged = reach_many(graph.arrays, sources.take(part).doors, cutoff_s)
        return found

    starts, nodes, times_s = search_in_parts(run, len(sources), threads=threads)
    return Reach(
        start=starts,
        node=nodes,
        time_s=times_s,
    )


def nearest_at_nodes(
    graph: SearchGraph,
    sources: Places,
    *,
    cutoff_s: float = np.inf,
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
    found: tuple[NDArray[np.float64], NDArray[np.int64]] = nearest_nodes(
        graph.arrays, sources.seeds, cutoff_s
    )
    return found


def nearest(
    graph: SearchGraph,
    sources: Places,
    targets: Places,
    *,
    cutoff_s: float = np.inf,
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
    found: tuple[NDArray[np.float64], NDArray[np.int64]] = nearest_points(
        node_s, node_which, targets.doors, sort_by_edge(sources, graph), graph.streets, cutoff_s
    )
    return found


def is_compiled() -> bool:
    """Whether an earlier run left the compiled searches in the cache.

    Returns
    -------
    bool
        False too where no cache folder can be written. Compiling takes about ten seconds.
    """
    return is_cached(settle_nodes)
