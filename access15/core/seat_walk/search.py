"""Walks from seat to seat: no gap between the start, the seats on the way and the destination too
long.

An exact search, not a filter on the fastest way: of all walks, also those that turn aside to sit
down, the one with the fewest seconds on which no gap exceeds the limit. It is a shortest path with
a resource that is refilled at seats (Irnich & Desaulniers 2005, doi:10.1007/0-387-25486-2_2),
solved with labels of seconds and metres. Sitting takes no time of its own: rests are in the pace
already.

Searches run from the destinations outwards; walkers start at the targets and end at the sources.
Limits and cutoffs are inclusive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.seat_walk.graph import RestGraph, RestPlaces
from access15.core.seat_walk.kernels.arrays import Labels, OnPieces, Rules, Seeds, Streets
from access15.core.seat_walk.kernels.finish import finish
from access15.core.seat_walk.kernels.spread import spread
from access15.core.walk.graph import offsets

SLACK_M = 1e-6  # what sums of lengths are off by rounding; a gap of exactly the limit is within it


@dataclass(frozen=True, eq=False)
class RestLabels:
    """A finished search: labels sorted by node, then seconds.

    Parameters
    ----------
    at_node : ndarray of int64, shape (n_nodes + n_splits + 1,)
        Node ``i`` owns the labels ``at_node[i]:at_node[i + 1]``.
    node : ndarray of int64, shape (n_labels,)
        Node of each label.
    time_s : ndarray of float64, shape (n_labels,)
        Seconds to the source [s].
    since_m : ndarray of float64, shape (n_labels,)
        Metres to the next seat or the source [m].
    lifted : ndarray of int64, shape (n_labels,)
        Obstacles lifted on the way.
    source : ndarray of int64, shape (n_labels,)
        Index of the source.
    before : ndarray of int64, shape (n_labels,)
        The label nearer to the source on that way; -1 at a source.
    gap_m : ndarray of float64, shape (n_labels,)
        Metres since the last real seat, on arrival [m].
    """

    at_node: NDArray[np.int64]
    node: NDArray[np.int64]
    time_s: NDArray[np.float64]
    since_m: NDArray[np.float64]
    lifted: NDArray[np.int64]
    source: NDArray[np.int64]
    before: NDArray[np.int64]
    gap_m: NDArray[np.float64]

    @property
    def arrays(self) -> Labels:
        """The same as the compiled loops take it."""
        return Labels(*(getattr(self, name) for name in Labels._fields))


@dataclass(frozen=True, eq=False)
class Lifting:
    """What a search may lift, each at the price of one; by default nothing.

    Parameters
    ----------
    at_most : int
        How many may be lifted on one way.
    anywhere : bool
        Whether to sit down wherever a gap gets too long, as if there were a seat; candidates may be
        used as seats in any case.
    """

    at_most: int = 0
    anywhere: bool = False


@dataclass(frozen=True, eq=False)
class RestAnswers:
    """What a search says of some targets: fewest lifted first, then fewest seconds.

    Parameters
    ----------
    time_s : ndarray of float64, shape (n_targets,)
        Seconds door to door; inf where there is no way within cutoff and limit [s].
    which : ndarray of int64, shape (n_targets,)
        Index of the source; -1 where none.
    lifted : ndarray of int64, shape (n_targets,)
        Obstacles lifted on the way; one more than allowed where there is none.
    label : ndarray of int64, shape (n_targets,)
        Row of `RestLabels` the way goes on from; -1 where the source is on the same piece, or none.
    """

    time_s: NDArray[np.float64]
    which: NDArray[np.int64]
    lifted: NDArray[np.int64]
    label: NDArray[np.int64]


def spread_labels(
    graph: RestGraph,
    sources: RestPlaces,
    *,
    limit_m: float,
    cutoff_s: float = np.inf,
    lifting: Lifting | None = None,
) -> RestLabels:
    """Search from the sources outwards.

    Parameters
    ----------
    graph : RestGraph
        From `build_rest_graph`.
    sources : RestPlaces
        Ends of walks.
    limit_m : float
        Longest gap between seats, inclusive; inf for none [m].
    cutoff_s : float
        Longest walk, inclusive [s].
    lifting : Lifting, optional
        What may be lifted.

    Returns
    -------
    RestLabels
        For `answer_targets`.
    """
    # 1. The compiled search sets labels of seconds and metres at nodes: two ways to a node may both
    #    be worth going on with, the quicker one and the one on which the last seat is nearer.
    lifting = lifting or Lifting()
    seeds = Seeds(
        node=np.concatenate([sources.node_a, sources.node_b]),
        time_s=np.concatenate([sources.cost_a_s, sources.cost_b_s]),
        since_m=np.concatenate([sources.metres_a_m, sources.metres_b_m]),
        source=np.tile(np.arange(len(sources)), 2),
    )
    rules = Rules(limit_m + SLACK_M, cutoff_s, lifting.at_most, lifting.anywhere)
    found = spread(graph.arrays, seeds, rules)
    # 2. Labels come by seconds, in the order they were settled in. Sorted by node, so that those
    #    of a node lie together for answering; links between labels are renumbered to match.
    order = np.argsort(found["node"], kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    before = np.where(found["before"] >= 0, rank[found["before"]], -1)
    names = ("node", "time_s", "since_m", "lifted", "source", "gap_m")
    columns = {name: np.ascontiguousarray(found[name][order]) for name in names}
    at_node = offsets(columns["node"], len(graph.kind))
    return RestLabels(at_node=at_node, before=before[order], **columns)


def answer_targets(
    graph: RestGraph,
    labels: RestLabels,
    sources: RestPlaces,
    targets: RestPlaces,
    *,
    limit_m: float,
    cutoff_s: float = np.inf,
    lifting: Lifting | None = None,
) -> RestAnswers:
    """Finish a search for places on edges, over both ends of their piece and along it.

    Parameters
    ----------
    graph : RestGraph
        The graph searched.
    labels : RestLabels
        From `spread_labels`, with the same limit, cutoff and lifting.
    sources : RestPlaces
        The sources of that search.
    targets : RestPlaces
        Starts of walks.
    limit_m : float
        Longest gap between seats, inclusive [m].
    cutoff_s : float
        Longest walk door to door, inclusive [s].
    lifting : Lifting, optional
        What may be lifted.

    Returns
    -------
    RestAnswers
        One row per target.
    """
    # sources by piece, because who lives on the same piece walks there without passing a node
    lifting = lifting or Lifting()
    on = np.flatnonzero(sources.piece >= 0)
    order = on[np.argsort(sources.piece[on], kind="stable")]
    at_piece = offsets(sources.piece[order], graph.n_pieces)
    own = OnPieces(
        at_piece=at_piece,
        share=sources.fraction[order],
        offset_s=sources.offset_s[order],
        offset_m=sources.offset_m[order],
        source=order,
    )
    impedance = graph.impedance
    streets = Streets(impedance.forward_s, impedance.backward_s, graph.network.length_m)
    rules = Rules(limit_m + SLACK_M, cutoff_s, lifting.at_most, lifting.anywhere)
    best = finish(labels.arrays, targets.doors, own, streets, rules)
    return RestAnswers(
        time_s=best.time_s,
        lifted=best.lifted,
        which=best.source,
        label=best.label,
    )


def nearest_with_seats(
    graph: RestGraph,
    sources: RestPlaces,
    targets: RestPlaces,
    *,
    limit_m: float,
    cutoff_s: float = np.inf,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Per target, the seconds to the nearest source by a way with no gap between seats beyond the
    limit.

    Parameters
    ----------
    graph : RestGraph
        From `build_rest_graph`.
    sources : RestPlaces
        Facilities, from `place_resting` with ``leaving=False``.
    targets : RestPlaces
        Residents, from `place_resting` with ``leaving=True``.
    limit_m : float
        Longest gap between the start, seats and the destination, door to street included, inclusive
        [m].
    cutoff_s : float
        Longest walk door to door, inclusive [s].

    Returns
    -------
    time_s : ndarray of float64, shape (n_targets,)
        Seconds door to door; inf where there is no such way.
    which : ndarray of int64, shape (n_targets,)
        Index of the source; of equally near ones the one with fewer metres to the first seat, then
        the lowest; -1 where none.
    """
    labels = spread_labels(graph, sources, limit_m=limit_m, cutoff_s=cutoff_s)
    found = answer_targets(graph, labels, sources, targets, limit_m=limit_m, cutoff_s=cutoff_s)
    return found.time_s, found.which
