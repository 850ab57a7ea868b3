"""Walks to the nearest, the second nearest, ... the k-th nearest facility, without a limit of time.

One search for all sources together: a node is left for as many sources as are among its k nearest,
so that the work grows with k and not with the number of sources.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.graph import Places, SearchGraph, sort_by_edge
from access15.core.walk.kernels.ranked import nearest_k_nodes, nearest_k_points


def measure_ranked_times(
    graph: SearchGraph,
    sources: Places,
    targets: Places,
    *,
    k: int,
    source: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """Per target, the seconds to its k nearest sources.

    Parameters
    ----------
    graph : SearchGraph
        From `access15.core.walk.graph.build_graph`.
    sources, targets : Places
        As in `access15.core.walk.search.nearest`.
    k : int
        How many, 1 or more.
    source : ndarray of int64, shape (n_sources,), optional
        Number of each source, the same for those of which only the nearest counts, such as doors of
        one facility; by default each is its own.

    Returns
    -------
    ndarray of float64, shape (n_targets, k)
        Seconds door to door, rising; inf where fewer sources can be reached [s].

    Raises
    ------
    ValueError
        If `k` is less than 1.
    """
    if k < 1:
        raise ValueError(f"k is {k}; ask for the nearest 1 or more")
    number = np.arange(len(sources)) if source is None else source
    # the search keeps one label of each number at a node, so that two doors of one are one
    seeds = sources.seeds._replace(source=np.tile(number, 2))
    node_s, node_source = nearest_k_nodes(graph.arrays, seeds, k)
    on_edges = sort_by_edge(sources, graph)
    on_edges = on_edges._replace(door=number[on_edges.door])
    found: NDArray[np.float64] = nearest_k_points(
        node_s, node_source, targets.doors, on_edges, graph.streets, k
    )
    return found
