"""Walks to the nearest, the second nearest, ... the k-th nearest facility, without a limit of time.

One search for all sources together: a node is left for as many sources as are among its k nearest,
so that the work grows with k and not with the number of sources.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.graph import Places, SearchGraph, offsets
from access15.core.walk.ranked_kernels import nearest_k_nodes, nearest_k_points


def measure_ranked_times(
    graph: SearchGraph, sources: Places, targets: Places, *, k: int
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
    n_sources = len(sources)
    seeds = np.concatenate([sources.node_a, sources.node_b])
    seeds_s = np.concatenate([sources.cost_a_s, sources.cost_b_s])
    node_s, node_source = nearest_k_nodes(
        graph.indptr, graph.arcs, seeds, seeds_s, np.tile(np.arange(n_sources), 2), k
    )
    order = np.argsort(sources.edge, kind="stable")
    order = order[sources.edge[order] >= 0]
    at_edge = offsets(sources.edge[order], len(graph.length_m))
    found: NDArray[np.float64] = nearest_k_points(
        node_s,
        node_source,
        targets.edge,
        targets.fraction,
        targets.node_a,
        targets.cost_a_s,
        targets.node_b,
        targets.cost_b_s,
        targets.offset_s,
        at_edge,
        sources.fraction[order],
        sources.offset_s[order],
        order,
        graph.up_s,
        graph.down_s,
        k,
    )
    return found
