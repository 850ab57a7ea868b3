"""What the compiled loops of seats take: one small tuple of arrays per idea."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

REST_ARC = np.dtype([("cost_s", np.float64), ("metres", np.float64), ("to", np.int64)])
SEAT, CANDIDATE = 1, 2  # kinds of nodes; 0 is neither


class Graph(NamedTuple):
    """Streets cut at seats, as one walker searches them.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n_nodes + 1,)
        Node ``i`` owns the arcs ``indptr[i]:indptr[i + 1]``.
    arcs : ndarray of `REST_ARC`
        Cost [s], length [m] and node.
    kind : ndarray of uint8, shape (n_nodes,)
        `SEAT`, `CANDIDATE` or 0.
    """

    indptr: NDArray[np.int64]
    arcs: NDArray[np.void]
    kind: NDArray[np.uint8]


class Rules(NamedTuple):
    """What a search may do.

    Parameters
    ----------
    limit_m : float
        Longest gap between seats, inclusive [m].
    cutoff_s : float
        Longest walk, inclusive [s].
    max_lifted : int
        How many obstacles may be lifted on one way.
    anywhere : bool
        Whether a seat may be pretended wherever a gap gets too long.
    """

    limit_m: float
    cutoff_s: float
    max_lifted: int
    anywhere: bool


class Seeds(NamedTuple):
    """Where a search starts.

    Parameters
    ----------
    node : ndarray of int64, shape (n,)
        Nodes; -1 for nowhere.
    time_s, since_m : ndarray of float64, shape (n,)
        Seconds [s] and metres [m] between the source and the node.
    source : ndarray of int64, shape (n,)
        Whose.
    """

    node: NDArray[np.int64]
    time_s: NDArray[np.float64]
    since_m: NDArray[np.float64]
    source: NDArray[np.int64]


class Labels(NamedTuple):
    """A finished search, sorted by node.

    Parameters
    ----------
    at_node : ndarray of int64, shape (n_nodes + 1,)
        Node ``i`` owns the labels ``at_node[i]:at_node[i + 1]``.
    time_s, since_m : ndarray of float64, shape (n_labels,)
        Seconds to the source [s] and metres since the last seat [m].
    lifted, source : ndarray of int64, shape (n_labels,)
        Obstacles lifted on the way, and whose.
    """

    at_node: NDArray[np.int64]
    time_s: NDArray[np.float64]
    since_m: NDArray[np.float64]
    lifted: NDArray[np.int64]
    source: NDArray[np.int64]


class Doors(NamedTuple):
    """Points on pieces of street, with seconds and metres to both ends.

    Parameters
    ----------
    piece, edge : ndarray of int64, shape (n,)
        Piece of street, -1 for none, and its edge.
    fraction : ndarray of float64, shape (n,)
        Where on the edge, 0 at u.
    offset_s, offset_m : ndarray of float64, shape (n,)
        Walk between door and street [s], [m].
    node_a : ndarray of int64, shape (n,)
        First end of the piece.
    cost_a_s, metres_a_m : ndarray of float64, shape (n,)
        Seconds [s] and metres [m] between the door and that end.
    node_b : ndarray of int64, shape (n,)
        Second end of the piece.
    cost_b_s, metres_b_m : ndarray of float64, shape (n,)
        Seconds [s] and metres [m] between the door and that end.
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


class OnPieces(NamedTuple):
    """Sources sorted by the piece of street they lie on.

    Parameters
    ----------
    at_piece : ndarray of int64, shape (n_pieces + 1,)
        Piece ``p`` holds the rows ``at_piece[p]:at_piece[p + 1]``.
    share : ndarray of float64, shape (n,)
        Where: a fraction of the edge for `finish`, a share of the piece for what is left.
    offset_s, offset_m : ndarray of float64, shape (n,)
        Walk between door and street [s], [m].
    source : ndarray of int64, shape (n,)
        Which source each row is.
    """

    at_piece: NDArray[np.int64]
    share: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    offset_m: NDArray[np.float64]
    source: NDArray[np.int64]


class Streets(NamedTuple):
    """What all of each edge takes.

    Parameters
    ----------
    forward_s, backward_s : ndarray of float64, shape (n_edges,)
        Seconds walking u to v and v to u [s].
    length_m : ndarray of float64, shape (n_edges,)
        Metres [m].
    """

    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]
    length_m: NDArray[np.float64]


class Pieces(NamedTuple):
    """Pieces of street; walkers go down to the first end and up to the second.

    Parameters
    ----------
    node_a, node_b : ndarray of int64, shape (n_pieces,)
        Their ends.
    at_a_s, at_b_s : ndarray of float64, shape (n_pieces,)
        Seconds spent at the ends [s].
    down_s, up_s : ndarray of float64, shape (n_pieces,)
        Seconds along the whole piece [s].
    length_m : ndarray of float64, shape (n_pieces,)
        Metres [m].
    """

    node_a: NDArray[np.int64]
    node_b: NDArray[np.int64]
    at_a_s: NDArray[np.float64]
    at_b_s: NDArray[np.float64]
    down_s: NDArray[np.float64]
    up_s: NDArray[np.float64]
    length_m: NDArray[np.float64]


class Bounds(NamedTuple):
    """How far somebody walks.

    Parameters
    ----------
    limit_m : float
        Longest gap between seats, inclusive [m].
    cutoff_s : float
        Longest walk, inclusive [s].
    pace_ms : float
        Pace between a door and the street [m/s].
    """

    limit_m: float
    cutoff_s: float
    pace_ms: float
