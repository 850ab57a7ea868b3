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
    node_s, node_source = nearest_k_nodes(graph.arrays, sources.seeds, k)
    found: NDArray[np.float64] = nearest_k_points(
        node_s, node_source, targets.doors, sort_by_edge(sources, graph), graph.streets, k
    )
    return found
