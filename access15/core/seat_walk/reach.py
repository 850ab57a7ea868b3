"""Where somebody can live and still come from seat to seat: the start is a seat, wherever it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from access15.core.reach.kernels.arrays import Arrivals
from access15.core.reach.parts import StreetParts, merge_parts
from access15.core.seat_walk.graph import RestGraph, RestPlaces
from access15.core.seat_walk.kernels.arrays import Bounds, OnPieces, Pieces
from access15.core.seat_walk.kernels.left import metres_left, reached_shares
from access15.core.seat_walk.search import SLACK_M, RestLabels
from access15.core.walk.graph import offsets, share_of


@dataclass(frozen=True, eq=False)
class RestReach:
    """Reach of a search from seat to seat, a `access15.core.reach.aside.StreetReach`.

    A place on a street is reached when who starts there, rested, arrives within the cutoff by a way
    on which no gap between seats exceeds the limit. Who lives aside of the street needs seconds and
    metres to it.

    Parameters
    ----------
    graph : RestGraph
        The graph searched.
    labels : RestLabels
        From `access15.core.seat_walk.search.spread_labels`, nothing lifted.
    sources : RestPlaces
        The destinations.
    limit_m : float
        Longest gap between seats, inclusive [m].
    """

    graph: RestGraph
    labels: RestLabels
    sources: RestPlaces
    limit_m: float

    def parts(self, cutoff_s: float) -> StreetParts:
        """Parts of streets that are reached, cut exactly where the time or the metres run out.

        Parameters
        ----------
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        StreetParts
            Disjoint parts, sorted by edge and start.
        """
        # 1. From both ends of every piece as far as time and metres last, by the best label there.
        graph = self.graph
        begin, end = graph.piece_span
        width = end - begin
        head, tail = reached_shares(self._pieces, self.labels.arrays, self._bounds(cutoff_s))
        # 2. And around every destination along its own piece, which passes no node.
        some = [
            (graph.piece_edge, begin, begin + np.maximum(head, 0.0) * width),
            (graph.piece_edge, end - np.maximum(tail, 0.0) * width, end),
            self._beside_sources(cutoff_s),
        ]
        # 3. Pieces are put together to streets again: parts that touch or overlap become one.
        edge, start, stop = (np.concatenate(column) for column in zip(*some, strict=True))
        start, stop = np.maximum(start, 0.0), np.minimum(stop, 1.0)
        keep = stop > start
        return merge_parts(StreetParts(edge[keep], start[keep], stop[keep]))

    def left_m(
        self,
        edge: NDArray[np.int64],
        fraction: NDArray[np.float64],
        cutoff_s: float,
    ) -> NDArray[np.float64]:
        """Metres aside of places on edges where somebody may live and still arrive.

        Parameters
        ----------
        edge : ndarray of int64, shape (n,)
            Edges.
        fraction : ndarray of float64, shape (n,)
            Where on them, 0 at u.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        ndarray of float64, shape (n,)
            Metres; negative where nobody on the street arrives, -inf where nothing is reached [m].
        """
        graph = self.graph
        key = graph.split_edge * 2.0 + graph.split_fraction
        piece = edge + np.searchsorted(key, edge * 2.0 + fraction, side="right")
        share = self._share_on(piece, fraction)
        bounds = self._bounds(cutoff_s)
        left_m: NDArray[np.float64] = metres_left(
            piece, share, self._pieces, self.labels.arrays, self._own, bounds
        )
        return left_m

    @cached_property
    def arrivals(self) -> Arrivals:
        """As `access15.core.reach.aside.StreetReach`: streets in pieces between seats."""
        graph, pieces, own, labels = self.graph, self._pieces, self._own, self.labels
        begin, end = graph.piece_span
        edges = np.arange(graph.network.n_edges + 1)
        return Arrivals(
            first_piece=np.searchsorted(graph.piece_edge, edges),
            begin=np.array(begin),
            end=np.array(end),
            node_a=np.array(pieces.node_a),
            node_b=np.array(pieces.node_b),
            at_a_s=np.array(pieces.at_a_s),
            at_b_s=np.array(pieces.at_b_s),
            from_a_s=np.array(pieces.down_s),
            from_b_s=np.array(pieces.up_s),
            length_m=np.array(pieces.length_m),
            at_node=np.array(labels.at_node),
            time_s=np.array(labels.time_s),
            since_m=np.array(labels.since_m),
            at_piece=np.array(own.at_piece),
            own_share=np.array(own.share),
            own_s=np.array(own.offset_s),
            own_m=np.array(own.offset_m),
            limit_m=float(self.limit_m + SLACK_M),
            pace_ms=graph.impedance.pace_ms,
        )

    @cached_property
    def _pieces(self) -> Pieces:
        """Pieces as the compiled loops take them."""
        graph = self.graph
        begin, end = graph.piece_span
        impedance, edge = graph.impedance, graph.piece_edge
        # a piece without width takes no time, also on an edge that nobody can pass
        share = end - begin
        down_s = share_of(share, impedance.backward_s[edge])
        up_s = share_of(share, impedance.forward_s[edge])
        length_m = share_of(share, graph.network.length_m[edge])
        return Pieces(*graph.piece_nodes, *graph.piece_ends_s, down_s, up_s, length_m)

    @cached_property
    def _own(self) -> OnPieces:
        """Destinations by piece."""
        on = np.flatnonzero(self.sources.piece >= 0)
        order = on[np.argsort(self.sources.piece[on], kind="stable")]
        piece = self.sources.piece[order]
        share = self._share_on(piece, self.sources.fraction[order])
        at_piece = offsets(piece, self.graph.n_pieces)
        own_s, own_m = self.sources.offset_s[order], self.sources.offset_m[order]
        return OnPieces(at_piece, share, own_s, own_m, order)

    def _bounds(self, cutoff_s: float) -> Bounds:
        """How far this walker walks."""
        return Bounds(self.limit_m + SLACK_M, cutoff_s, self.graph.impedance.pace_ms)

    def _share_on(
        self, piece: NDArray[np.int64], fraction: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Shares of pieces where fractions of their edges lie."""
        begin, end = self.graph.piece_span
        width = (end - begin)[piece]
        share = np.divide(fraction - begin[piece], width, out=np.zeros(len(piece)), where=width > 0)
        return np.asarray(np.clip(share, 0.0, 1.0))

    def _beside_sources(self, cutoff_s: float) -> tuple[NDArray[Any], ...]:
        """Edge, start and stop of the street on both sides of each destination."""
        at_piece, share, own_s, own_m, _ = self._own
        piece = np.repeat(np.arange(self.graph.n_pieces), np.diff(at_piece))
        *_, down_s, up_s, length_m = self._pieces
        begin, end = self.graph.piece_span
        # what is left once the door is reached, in seconds and in metres: the scarcer one decides
        left_s, left_m = cutoff_s - own_s, self.limit_m + SLACK_M - own_m
        keep = (left_s >= 0) & (left_m >= 0)
        piece, share, left_s, left_m = piece[keep], share[keep], left_s[keep], left_m[keep]
        by_metres = _shares(left_m, length_m[piece])
        stop = np.minimum(share + np.minimum(by_metres, _shares(left_s, down_s[piece])), 1.0)
        start = np.maximum(share - np.minimum(by_metres, _shares(left_s, up_s[piece])), 0.0)
        width = (end - begin)[piece]
        return (
            self.graph.piece_edge[piece],
            begin[piece] + start * width,
            begin[piece] + stop * width,
        )


def _shares(left: NDArray[np.float64], full: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of a piece that what is left allows; nothing where it is closed."""
    walkable = np.isfinite(full)
    whole = np.where(walkable & (full > 0), full, 1.0)
    return np.asarray(np.where(walkable, np.where(full > 0, left / whole, 1.0), 0.0))
