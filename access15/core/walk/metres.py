"""The fastest walks from one place, with their metres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import Places, SearchGraph, share_of
from access15.core.walk.kernels.nearest import nearest_with_metres


def times_and_metres(
    graph: SearchGraph,
    network: WalkNetwork,
    source: Places,
    targets: Places,
    *,
    cutoff_s: float = np.inf,
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
    cutoff_s : float
        Longest walk door to door, inclusive [s].

    Returns
    -------
    time_s : ndarray of float64, shape (n_targets,)
        Seconds door to door; inf when unreachable or beyond the cutoff.
    distance_m : ndarray of float64, shape (n_targets,)
        Metres between the two snapped points; inf when unreachable. Of equally fast ways the
        shortest.
    """
    edge_m = np.append(network.length_m, 0.0)  # the last entry stands for "no edge", which is -1
    seed_m = np.concatenate([source.fraction, 1.0 - source.fraction]) * edge_m[source.edge[0]]
    node_s, node_m = nearest_with_metres(
        graph.arrays, graph.length_m, source.seeds, seed_m, cutoff_s
    )
    on = np.flatnonzero(targets.node_a >= 0)
    some = targets.take(on)
    # 1. Three ways lead to a target: along the source's own edge, over one end of the target's
    #    edge, over the other. Each has its seconds and its metres.
    gap = source.fraction[0] - some.fraction
    ahead_s = np.append(graph.up_s, np.inf)[some.edge]
    back_s = np.append(graph.down_s, np.inf)[some.edge]
    along_s = share_of(np.abs(gap), np.where(gap > 0, ahead_s, back_s))
    is_same = (some.edge == source.edge[0]) & (some.edge >= 0)
    direct_s = along_s + some.offset_s + source.offset_s[0]
    over_a_s = some.cost_a_s + node_s[some.node_a]
    over_b_s = some.cost_b_s + node_s[some.node_b]
    ways_s = np.stack([np.where(is_same, direct_s, np.inf), over_a_s, over_b_s])
    target_m = edge_m[some.edge]
    over_a_m = some.fraction * target_m + node_m[some.node_a]
    over_b_m = (1.0 - some.fraction) * target_m + node_m[some.node_b]
    ways_m = np.stack([np.abs(gap) * target_m, over_a_m, over_b_m])
    # 2. The fastest decides; of equally fast ways the shortest is told, because the metres must
    #    not depend on the order in which streets were read.
    best_s = ways_s.min(axis=0)
    best_s[best_s > cutoff_s] = np.inf
    is_fastest = (ways_s == best_s) & np.isfinite(ways_s)
    time_s = np.full(len(targets), np.inf)
    distance_m = np.full(len(targets), np.inf)
    time_s[on] = best_s
    distance_m[on] = np.where(is_fastest, ways_m, np.inf).min(axis=0)
    return time_s, distance_m
