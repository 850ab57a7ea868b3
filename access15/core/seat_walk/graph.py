"""Streets cut at every seat, and points on them: what walks from seat to seat are searched on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from access15.core.seat_walk.kernels.arrays import CANDIDATE, REST_ARC, SEAT, Doors, Graph
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import offsets, share_of
from access15.core.walk.impedance import Impedance
from access15.core.walk.snap import Snapped


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
    arcs : ndarray of `access15.core.seat_walk.kernels.arrays.REST_ARC`
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
    def arrays(self) -> Graph:
        """Nodes and arcs as the compiled loops take them."""
        return Graph(self.indptr, self.arcs, self.kind)

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
        """Seconds spent at the beginning and the end of each piece, as at crossings; shapes
        (n_pieces,) [s].
        """
        node_a, node_b = self.piece_nodes
        at_a_s = np.where(
            node_a < self.network.n_nodes, self.impedance.at_u_s[self.piece_edge], 0.0
        )
        at_b_s = np.where(
            node_b < self.network.n_nodes, self.impedance.at_v_s[self.piece_edge], 0.0
        )
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
        kind[self.network.n_nodes + np.asarray(rows, dtype=np.int64)] = SEAT
        return RestGraph(
            self.network,
            self.impedance,
            self.split_start,
            self.split_edge,
            self.split_fraction,
            kind,
            self.indptr,
            self.arcs,
        )


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
    node_a : ndarray of int64, shape (n,)
        First end of the piece; -1 for nowhere.
    cost_a_s : ndarray of float64, shape (n,)
        Seconds between the door and that end [s].
    metres_a_m : ndarray of float64, shape (n,)
        Metres between the door and that end [m].
    node_b : ndarray of int64, shape (n,)
        Second end of the piece; -1 for nowhere.
    cost_b_s : ndarray of float64, shape (n,)
        Seconds between the door and that end [s].
    metres_b_m : ndarray of float64, shape (n,)
        Metres between the door and that end [m].
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

    @property
    def doors(self) -> Doors:
        """The same as the compiled loops take it."""
        return Doors(*(getattr(self, name) for name in Doors._fields))

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
    kinds = [(seats, SEAT)] + ([(candidates, CANDIDATE)] if candidates else [])
    edge = np.concatenate([points.edge[points.is_snapped] for points, _ in kinds])
    fraction = np.concatenate([points.fraction[points.is_snapped] for points, _ in kinds])
    kind = np.concatenate(
        [np.full(int(points.is_snapped.sum()), k, dtype=np.uint8) for points, k in kinds]
    )
    order = np.lexsort((kind, fraction, edge))
    edge, fraction, kind = edge[order], fraction[order], kind[order]
    # of several at one place the first, a seat before a candidate
    fresh = np.ones(len(edge), dtype=bool)
    fresh[1:] = (edge[1:] != edge[:-1]) | (fraction[1:] != fraction[:-1])
    edge, fraction, kind = edge[fresh], fraction[fresh], kind[fresh]
    bare = RestGraph(
        network=network,
        impedance=impedance,
        split_start=offsets(edge, network.n_edges)
        if network.n_edges
        else np.zeros(1, dtype=np.int64),
        split_edge=edge,
        split_fraction=fraction,
        kind=np.concatenate([np.zeros(network.n_nodes, dtype=np.uint8), kind]),
        indptr=np.zeros(1, dtype=np.int64),
        arcs=np.zeros(0, dtype=REST_ARC),
    )
    indptr, arcs = _build_arcs(bare)
    return RestGraph(network, impedance, bare.split_start, edge, fraction, bare.kind, indptr, arcs)


def _build_arcs(graph: RestGraph) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Arcs outwards from the destination: from one end of a piece to the end that walkers come
    from.
    """
    (begin, end), (node_a, node_b), (at_a_s, at_b_s) = (
        graph.piece_span,
        graph.piece_nodes,
        graph.piece_ends_s,
    )
    edge, share = graph.piece_edge, end - begin
    ahead_s = at_a_s + share_of(share, graph.impedance.forward_s[edge]) + at_b_s
    back_s = at_b_s + share_of(share, graph.impedance.backward_s[edge]) + at_a_s
    origin, to = np.concatenate([node_b, node_a]), np.concatenate([node_a, node_b])
    cost_s, metres = (
        np.concatenate([ahead_s, back_s]),
        np.tile(share * graph.network.length_m[edge], 2),
    )
    usable = np.isfinite(cost_s) & (origin != to)
    origin, to, cost_s, metres = origin[usable], to[usable], cost_s[usable], metres[usable]
    order = np.lexsort((metres, cost_s, to, origin))
    origin = origin[order]
    arcs = np.zeros(len(order), dtype=REST_ARC)
    arcs["cost_s"], arcs["metres"], arcs["to"] = cost_s[order], metres[order], to[order]
    return offsets(origin, len(graph.kind)), arcs


def place_resting(graph: RestGraph, snapped: Snapped, *, leaving: bool) -> RestPlaces:
    """Snapped points as starts or ends of walks; the walk between door and street counts in seconds
    and metres.

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
    piece = edge + np.searchsorted(
        graph.split_edge * 2.0 + graph.split_fraction, edge * 2.0 + fraction, side="right"
    )
    offset_m = np.where(on, snapped.snap_m, np.inf)
    offset_s = offset_m / graph.impedance.pace_ms
    (begin, end), (node_a, node_b), (at_a_s, at_b_s) = (
        graph.piece_span,
        graph.piece_nodes,
        graph.piece_ends_s,
    )
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
