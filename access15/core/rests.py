"""Walks from seat to seat: no gap between the start, the seats on the way and the destination too long.

An exact search, not a filter on the fastest way: of all walks, also those that turn aside to sit
down, the one with the fewest seconds on which no gap exceeds the limit. It is a shortest path with a
resource that is refilled at seats (Irnich & Desaulniers 2005, doi:10.1007/0-387-25486-2_2), solved with
labels of seconds and metres. Sitting takes no time of its own: rests are in the pace already.

Searches run from the destinations outwards; walkers start at the targets and end at the sources.
Limits and cutoffs are inclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from access15.core import rest_kernels
from access15.core.graph import offsets, share_of
from access15.core.impedance import Impedance
from access15.core.network import WalkNetwork
from access15.core.snap import Snapped

SLACK_M = 1e-6  # what sums of lengths are off by rounding; a gap of exactly the limit is within it


@dataclass(frozen=True, eq=False)
class RestGraph:
    """Streets of one walker, cut at every seat; build with `build_rest_graph`.

    Nodes beyond those of the network are seats and candidates. The pieces of all edges are numbered
    along the edges, u to v.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        The walker.
    split_start : ndarray of int64, shape (n_edges + 1,)
        Edge ``e`` is cut at the rows ``split_start[e]:split_start[e + 1]``.
    split_edge : ndarray of int64, shape (n_splits,)
        Edge of each cut, rising.
    split_fraction : ndarray of float64, shape (n_splits,)
        Where on it, rising within an edge; row ``i`` is node ``network.n_nodes + i``.
    kind : ndarray of uint8, shape (n_nodes + n_splits,)
        1 for seats, 2 for candidates, else 0.
    indptr : ndarray of int64, shape (n_nodes + n_splits + 1,)
        Node ``i`` owns the arcs ``indptr[i]:indptr[i + 1]``.
    arcs : ndarray of `access15.core.rest_kernels.REST_ARC`
        Seconds, metres and node at the other end, outwards from the destination.
    """

    network: WalkNetwork
    impedance: Impedance
    split_start: NDArray[np.int64]
    split_edge: NDArray[np.int64]
    split_fraction: NDArray[np.float64]
    kind: NDArray[np.uint8]
    indptr: NDArray[np.int64]
    arcs: NDArray[np.void]

    @property
    def n_pieces(self) -> int:
        """Number of pieces of street."""
        return self.network.n_edges + len(self.split_edge)

    @cached_property
    def piece_edge(self) -> NDArray[np.int64]:
        """Edge of each piece, shape (n_pieces,)."""
        return np.repeat(np.arange(self.network.n_edges), np.diff(self.split_start) + 1)

    @cached_property
    def piece_span(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Fractions of its edge where each piece begins and ends, shapes (n_pieces,)."""
        first = self.split_start[:-1] + np.arange(self.network.n_edges)
        last = self.split_start[1:] + np.arange(self.network.n_edges)
        begin, end = np.zeros(self.n_pieces), np.ones(self.n_pieces)
        is_first, is_last = np.zeros(self.n_pieces, dtype=bool), np.zeros(self.n_pieces, dtype=bool)
        is_first[first], is_last[last] = True, True
        begin[~is_first], end[~is_last] = self.split_fraction, self.split_fraction
        return begin, end

    @cached_property
    def piece_nodes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Nodes at the beginning and the end of each piece, shapes (n_pieces,)."""
        begin, end = self.piece_span
        splits = self.network.n_nodes + np.arange(len(self.split_edge))
        edges = np.arange(self.network.n_edges)
        is_first, is_last = np.zeros(self.n_pieces, dtype=bool), np.zeros(self.n_pieces, dtype=bool)
        is_first[self.split_start[:-1] + edges], is_last[self.split_start[1:] + edges] = True, True
        node_a, node_b = np.empty(len(begin), dtype=np.int64), np.empty(len(end), dtype=np.int64)
        node_a[is_first], node_a[~is_first] = self.network.edge_u, splits
        node_b[is_last], node_b[~is_last] = self.network.edge_v, splits
        return node_a, node_b

    @cached_property
    def piece_ends_s(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Seconds spent at the beginning and the end of each piece, as at crossings; shapes (n_pieces,) [s]."""
        node_a, node_b = self.piece_nodes
        at_a_s = np.where(node_a < self.network.n_nodes, self.impedance.at_u_s[self.piece_edge], 0.0)
        at_b_s = np.where(node_b < self.network.n_nodes, self.impedance.at_v_s[self.piece_edge], 0.0)
        return at_a_s, at_b_s

    def with_seats(self, rows: NDArray[np.int64]) -> RestGraph:
        """The same streets with some candidates made seats.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of `split_edge`.

        Returns
        -------
        RestGraph
            Shares everything else with this one.
        """
        kind = self.kind.copy()
        kind[self.network.n_nodes + np.asarray(rows, dtype=np.int64)] = rest_kernels.SEAT
        return RestGraph(
            self.network, self.impedance, self.split_start, self.split_edge, self.split_fraction, kind, self.indptr,
            self.arcs,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class RestPlaces:
    """Points on a `RestGraph`: the ends of their piece, with seconds and metres door to end.

    Parameters
    ----------
    piece : ndarray of int64, shape (n,)
        Piece of street; -1 for nowhere.
    edge : ndarray of int64, shape (n,)
        Its edge; 0 for nowhere.
    fraction : ndarray of float64, shape (n,)
        Where on the edge, 0 at u.
    offset_s, offset_m : ndarray of float64, shape (n,)
        Walk between the door and the street [s], [m].
    node_a, node_b : ndarray of int64, shape (n,)
        Ends of the piece.
    cost_a_s, cost_b_s : ndarray of float64, shape (n,)
        Seconds between the door and each end [s].
    metres_a_m, metres_b_m : ndarray of float64, shape (n,)
        Metres between the door and each end [m].
    """

    piece: NDArray[np.int64]
    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    offset_m: NDArray[np.float64]
    node_a: NDArray[np.int64]
    cost_a_s: NDArray[np.float64]
    metres_a_m: NDArray[np.float64]
    node_b: NDArray[np.int64]
    cost_b_s: NDArray[np.float64]
    metres_b_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.piece)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> RestPlaces:
        """Some of the places.

        Parameters
        ----------
        rows : ndarray or slice
            Which.

        Returns
        -------
        RestPlaces
            Those rows, in that order.
        """
        return RestPlaces(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


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
    """

    at_node: NDArray[np.int64]
    node: NDArray[np.int64]
    time_s: NDArray[np.float64]
    since_m: NDArray[np.float64]
    lifted: NDArray[np.int64]
    source: NDArray[np.int64]
    before: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lifting:
    """What a search may lift, each at the price of one; by default nothing.

    Parameters
    ----------
    at_most : int
        How many may be lifted on one way.
    skips_gaps : bool
        Whether gaps that are too long may be walked; candidates may be used as seats in any case.
    """

    at_most: int = 0
    skips_gaps: bool = False


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


def build_rest_graph(
    network: WalkNetwork, impedance: Impedance, seats: Snapped, *, candidates: Snapped | None = None
) -> RestGraph:
    """Cut the streets at every seat, and at every candidate.

    A seat stands on its edge, also at the edge's very end: who comes over another edge crosses the
    junction to it.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        The walker.
    seats : Snapped
        Seats on the streets; those not snapped are of no use and left out.
    candidates : Snapped, optional
        Places where a search may pretend a seat.

    Returns
    -------
    RestGraph
        For `spread_labels`.
    """
    kinds = [(seats, rest_kernels.SEAT)] + ([(candidates, rest_kernels.CANDIDATE)] if candidates else [])
    edge = np.concatenate([points.edge[points.is_snapped] for points, _ in kinds])
    fraction = np.concatenate([points.fraction[points.is_snapped] for points, _ in kinds])
    kind = np.concatenate([np.full(int(points.is_snapped.sum()), k, dtype=np.uint8) for points, k in kinds])
    order = np.lexsort((kind, fraction, edge))
    edge, fraction, kind = edge[order], fraction[order], kind[order]
    fresh = np.ones(len(edge), dtype=bool)  # of several at one place the first, a seat before a candidate
    fresh[1:] = (edge[1:] != edge[:-1]) | (fraction[1:] != fraction[:-1])
    edge, fraction, kind = edge[fresh], fraction[fresh], kind[fresh]
    bare = RestGraph(
        network=network,
        impedance=impedance,
        split_start=offsets(edge, network.n_edges) if network.n_edges else np.zeros(1, dtype=np.int64),
        split_edge=edge,
        split_fraction=fraction,
        kind=np.concatenate([np.zeros(network.n_nodes, dtype=np.uint8), kind]),
        indptr=np.zeros(1, dtype=np.int64),
        arcs=np.zeros(0, dtype=rest_kernels.REST_ARC),
    )
    indptr, arcs = _build_arcs(bare)
    return RestGraph(network, impedance, bare.split_start, edge, fraction, bare.kind, indptr, arcs)


def _build_arcs(graph: RestGraph) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Arcs outwards from the destination: from one end of a piece to the end that walkers come from."""
    (begin, end), (node_a, node_b), (at_a_s, at_b_s) = graph.piece_span, graph.piece_nodes, graph.piece_ends_s
    edge, share = graph.piece_edge, end - begin
    ahead_s = at_a_s + share_of(share, graph.impedance.forward_s[edge]) + at_b_s
    back_s = at_b_s + share_of(share, graph.impedance.backward_s[edge]) + at_a_s
    origin, to = np.concatenate([node_b, node_a]), np.concatenate([node_a, node_b])
    cost_s, metres = np.concatenate([ahead_s, back_s]), np.tile(share * graph.network.length_m[edge], 2)
    usable = np.isfinite(cost_s) & (origin != to)
    origin, to, cost_s, metres = origin[usable], to[usable], cost_s[usable], metres[usable]
    order = np.lexsort((metres, cost_s, to, origin))
    origin = origin[order]
    arcs = np.zeros(len(order), dtype=rest_kernels.REST_ARC)
    arcs["cost_s"], arcs["metres"], arcs["to"] = cost_s[order], metres[order], to[order]
    return offsets(origin, len(graph.kind)), arcs


def place_resting(graph: RestGraph, snapped: Snapped, *, leaving: bool) -> RestPlaces:
    """Snapped points as starts or ends of walks; the walk between door and street counts in seconds and metres.

    Parameters
    ----------
    graph : RestGraph
        From `build_rest_graph`.
    snapped : Snapped
        Points on the same streets.
    leaving : bool
        Whether walks start here (residents) or end here (facilities).

    Returns
    -------
    RestPlaces
        One row per point.
    """
    on = snapped.is_snapped
    if graph.network.n_edges == 0:
        none, zero = np.full(len(on), -1, dtype=np.int64), np.zeros(len(on))
        return RestPlaces(none, none, zero, zero, zero, none, zero, zero, none, zero, zero)
    edge, fraction = np.where(on, snapped.edge, 0), snapped.fraction
    piece = edge + np.searchsorted(graph.split_edge * 2.0 + graph.split_fraction, edge * 2.0 + fraction, side="right")
    offset_m = np.where(on, snapped.snap_m, np.inf)
    offset_s = offset_m / graph.impedance.pace_ms
    (begin, end), (node_a, node_b), (at_a_s, at_b_s) = graph.piece_span, graph.piece_nodes, graph.piece_ends_s
    to_a, to_b = np.maximum(fraction - begin[piece], 0.0), np.maximum(end[piece] - fraction, 0.0)
    to_a_s, to_b_s = graph.impedance.backward_s[edge], graph.impedance.forward_s[edge]
    if not leaving:
        to_a_s, to_b_s = to_b_s, to_a_s
    length_m = graph.network.length_m[edge]
    return RestPlaces(
        piece=np.where(on, piece, -1),
        edge=edge,
        fraction=fraction,
        offset_s=offset_s,
        offset_m=offset_m,
        node_a=np.where(on, node_a[piece], -1),
        cost_a_s=offset_s + (share_of(to_a, to_a_s) + at_a_s[piece]),
        metres_a_m=offset_m + to_a * length_m,
        node_b=np.where(on, node_b[piece], -1),
        cost_b_s=offset_s + (share_of(to_b, to_b_s) + at_b_s[piece]),
        metres_b_m=offset_m + to_b * length_m,
    )


def spread_labels(
    graph: RestGraph, sources: RestPlaces, *, limit_m: float, cutoff_s: float = np.inf, lifting: Lifting | None = None
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
    lifting = lifting or Lifting()
    which = np.tile(np.arange(len(sources)), 2)
    node, time_s, since_m, lifted, source, before = rest_kernels.spread(
        graph.indptr, graph.arcs, graph.kind, np.concatenate([sources.node_a, sources.node_b]),
        np.concatenate([sources.cost_a_s, sources.cost_b_s]), np.concatenate([sources.metres_a_m, sources.metres_b_m]),
        which, limit_m + SLACK_M, cutoff_s, lifting.at_most, lifting.skips_gaps,
    )  # fmt: skip
    order = np.argsort(node, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    before = np.where(before >= 0, rank[before], -1)
    return RestLabels(
        at_node=offsets(node[order], len(graph.kind)),
        node=node[order],
        time_s=time_s[order],
        since_m=since_m[order],
        lifted=lifted[order],
        source=source[order],
        before=before[order],
    )


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
    lifting = lifting or Lifting()
    on = np.flatnonzero(sources.piece >= 0)
    order = on[np.argsort(sources.piece[on], kind="stable")]
    at_piece = offsets(sources.piece[order], graph.n_pieces)
    impedance = graph.impedance
    found = rest_kernels.finish(
        labels.at_node, labels.time_s, labels.since_m, labels.lifted, labels.source,
        targets.piece, targets.edge, targets.fraction, targets.offset_s, targets.offset_m,
        targets.node_a, targets.cost_a_s, targets.metres_a_m, targets.node_b, targets.cost_b_s, targets.metres_b_m,
        at_piece, sources.fraction[order], sources.offset_s[order], sources.offset_m[order], order,
        impedance.forward_s, impedance.backward_s, graph.network.length_m, limit_m + SLACK_M, cutoff_s,
        lifting.at_most, lifting.skips_gaps,
    )  # fmt: skip
    return RestAnswers(time_s=found[0], lifted=found[1], which=found[2], label=found[3])


def nearest_with_seats(
    graph: RestGraph, sources: RestPlaces, targets: RestPlaces, *, limit_m: float, cutoff_s: float = np.inf
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Per target, the seconds to the nearest source by a way with no gap between seats beyond the limit.

    Parameters
    ----------
    graph : RestGraph
        From `build_rest_graph`.
    sources : RestPlaces
        Facilities, from `place_resting` with ``leaving=False``.
    targets : RestPlaces
        Residents, from `place_resting` with ``leaving=True``.
    limit_m : float
        Longest gap between the start, seats and the destination, door to street included, inclusive [m].
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


def count_with_seats(
    graph: RestGraph, sources: RestPlaces, targets: RestPlaces, *, limit_m: float, cutoff_s: float
) -> NDArray[np.int64]:
    """Per target, how many sources lie within cutoff and limit.

    Parameters
    ----------
    graph : RestGraph
        From `build_rest_graph`.
    sources, targets : RestPlaces
        As in `nearest_with_seats`.
    limit_m : float
        Longest gap between seats, inclusive [m].
    cutoff_s : float
        Longest walk door to door, inclusive [s].

    Returns
    -------
    ndarray of int64, shape (n_targets,)
        Counts.
    """
    count = np.zeros(len(targets), dtype=np.int64)
    for i in range(len(sources)):
        one = sources.take(slice(i, i + 1))
        time_s, _ = nearest_with_seats(graph, one, targets, limit_m=limit_m, cutoff_s=cutoff_s)
        count += np.isfinite(time_s)
    return count
