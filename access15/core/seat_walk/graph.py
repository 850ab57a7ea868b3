"""Streets cut at every seat, and points on them: what walks from seat to seat are searched on."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
        is_first, is_last = self._outermost
        begin, end = np.zeros(self.n_pieces), np.ones(self.n_pieces)
        begin[~is_first] = self.split_fraction
        end[~is_last] = self.split_fraction
        return begin, end

    @cached_property
    def piece_nodes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Nodes at the beginning and the end of each piece, shapes (n_pieces,)."""
        is_first, is_last = self._outermost
        splits = self.network.n_nodes + np.arange(len(self.split_edge))
        node_a = np.empty(self.n_pieces, dtype=np.int64)
        node_a[is_first] = self.network.edge_u
        node_a[~is_first] = splits
        node_b = np.empty(self.n_pieces, dtype=np.int64)
        node_b[is_last] = self.network.edge_v
        node_b[~is_last] = splits
        return node_a, node_b

    @cached_property
    def piece_ends_s(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Seconds spent at the beginning and the end of each piece, as at crossings; shapes
        (n_pieces,) [s].
        """
        # nobody waits in mid-street, at a seat
        is_first, is_last = self._outermost
        at_a_s = np.where(is_first, self.impedance.at_u_s[self.piece_edge], 0.0)
        at_b_s = np.where(is_last, self.impedance.at_v_s[self.piece_edge], 0.0)
        return at_a_s, at_b_s

    @cached_property
    def _outermost(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether each piece is the first and the last of its edge, shapes (n_pieces,)."""
        # an edge with n cuts has n + 1 pieces, so that edge e begins e pieces behind its first cut
        edges = np.arange(self.network.n_edges)
        is_first = np.zeros(self.n_pieces, dtype=bool)
        is_first[self.split_start[:-1] + edges] = True
        is_last = np.zeros(self.n_pieces, dtype=bool)
        is_last[self.split_start[1:] + edges] = True
        return is_first, is_last

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
        return replace(self, kind=kind)

    def without_candidates(self) -> RestGraph:
        """The same streets, where nobody may pretend a seat.

        Returns
        -------
        RestGraph
            Shares everything else with this one.
        """
        is_candidate = self.kind == CANDIDATE
        return replace(self, kind=np.where(is_candidate, 0, self.kind).astype(np.uint8))


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
    network: WalkNetwork,
    impedance: Impedance,
    seats: Snapped,
    *,
    candidates: Snapped | None = None,
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
    # 1. All cuts in one list, along every edge; of several at one place the first, a seat before a
    #    candidate, because a place that has a seat needs none.
    kinds = [(seats, SEAT)]
    if candidates is not None:
        kinds.append((candidates, CANDIDATE))
    cuts = [(points.take(points.is_snapped), kind) for points, kind in kinds]
    edge = np.concatenate([points.edge for points, _ in cuts])
    fraction = np.concatenate([points.fraction for points, _ in cuts])
    kind = np.concatenate([np.full(len(points.edge), k, dtype=np.uint8) for points, k in cuts])
    order = np.lexsort((kind, fraction, edge))
    edge, fraction, kind = edge[order], fraction[order], kind[order]
    is_new = np.ones(len(edge), dtype=bool)
    is_new[1:] = (edge[1:] != edge[:-1]) | (fraction[1:] != fraction[:-1])
    edge, fraction, kind = edge[is_new], fraction[is_new], kind[is_new]
    # 2. The pieces follow from the cuts alone, and the arcs from the pieces.
    has_streets = network.n_edges > 0
    bare = RestGraph(
        network=network,
        impedance=impedance,
        split_start=offsets(edge, network.n_edges) if has_streets else np.zeros(1, dtype=np.int64),
        split_edge=edge,
        split_fraction=fraction,
        kind=np.concatenate([np.zeros(network.n_nodes, dtype=np.uint8), kind]),
        indptr=np.zeros(1, dtype=np.int64),
        arcs=np.zeros(0, dtype=REST_ARC),
    )
    indptr, arcs = _build_arcs(bare)
    return replace(bare, indptr=indptr, arcs=arcs)


def _build_arcs(graph: RestGraph) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Arcs outwards from the destination: from one end of a piece to the end that walkers come
    from.
    """
    # 1. Seconds of each piece in both directions: its share of the edge, and the waits at its ends.
    begin, end = graph.piece_span
    node_a, node_b = graph.piece_nodes
    at_a_s, at_b_s = graph.piece_ends_s
    edge, share = graph.piece_edge, end - begin
    ahead_s = at_a_s + share_of(share, graph.impedance.forward_s[edge]) + at_b_s
    back_s = at_b_s + share_of(share, graph.impedance.backward_s[edge]) + at_a_s
    # 2. Parallel pieces stay, unlike in the plain graph: the quicker may be the longer one, and
    #    metres decide whether somebody gets to the next seat.
    origin, to = np.concatenate([node_b, node_a]), np.concatenate([node_a, node_b])
    cost_s = np.concatenate([ahead_s, back_s])
    metres = np.tile(share * graph.network.length_m[edge], 2)
    usable = np.isfinite(cost_s) & (origin != to)
    origin, to = origin[usable], to[usable]
    cost_s, metres = cost_s[usable], metres[usable]
    # 3. Sorted in full, so that the same streets give the same ways whatever the order of seats.
    order = np.lexsort((metres, cost_s, to, origin))
    arcs = np.zeros(len(order), dtype=REST_ARC)
    arcs["cost_s"] = cost_s[order]
    arcs["metres"] = metres[order]
    arcs["to"] = to[order]
    return offsets(origin[order], len(graph.kind)), arcs


def place_resting(
    graph: RestGraph,
    snapped: Snapped,
    *,
    leaving: bool,
) -> RestPlaces:
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
    # 1. The piece: edge and fraction as one rising number, found among the cuts by bisection.
    edge, fraction = np.where(on, snapped.edge, 0), snapped.fraction
    cuts = graph.split_edge * 2.0 + graph.split_fraction
    piece = edge + np.searchsorted(cuts, edge * 2.0 + fraction, side="right")
    # 2. Metres count from the door, because who walks them needs a seat as much as in the street.
    offset_m = np.where(on, snapped.snap_m, np.inf)
    offset_s = offset_m / graph.impedance.pace_ms
    # 3. Seconds and metres to both ends of the piece.
    begin, end = graph.piece_span
    node_a, node_b = graph.piece_nodes
    at_a_s, at_b_s = graph.piece_ends_s
    to_a = np.maximum(fraction - begin[piece], 0.0)
    to_b = np.maximum(end[piece] - fraction, 0.0)
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
