"""What the compiled loops of service areas take: one small tuple of arrays per idea."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Field(NamedTuple):
    """A grid over the land, and the straight piece of street nearest to each of its nodes.

    Parameters
    ----------
    west_m, south_m : float
        First node [m].
    step_m : float
        Between neighbouring nodes [m].
    nearest : ndarray of int32, shape (n_rows, n_columns)
        Straight piece nearest to each node, the first of equally near ones; -1 where none is near.
    tile_columns : int
        Tiles in a row; a tile is a square of `near.TILE` by `near.TILE` nodes.
    tile_start : ndarray of int64, shape (n_tiles + 1,)
        Tile ``t`` lists the rows ``tile_start[t]:tile_start[t + 1]`` of `tile_piece`.
    tile_piece : ndarray of int32
        Straight pieces that may be the nearest to some place of the tile, rising.
    ends : ndarray of float64, shape (n_pieces, 4)
        Straight pieces: x and y of their first and of their last point [m].
    edge : ndarray of int64, shape (n_pieces,)
        Their streets, rising.
    span : ndarray of float64, shape (n_pieces, 2)
        Fractions of the street at both points.
    """

    west_m: float
    south_m: float
    step_m: float
    nearest: NDArray[np.int32]
    tile_columns: int
    tile_start: NDArray[np.int64]
    tile_piece: NDArray[np.int32]
    ends: NDArray[np.float64]
    edge: NDArray[np.int64]
    span: NDArray[np.float64]


class Arrivals(NamedTuple):
    """A finished search, as somebody meets it who comes from aside of a street.

    Streets come in pieces, cut where somebody may sit. At each end of a piece there are ways on,
    each so many seconds from the destination and so many metres from the next seat.

    Parameters
    ----------
    first_piece : ndarray of int64, shape (n_edges + 1,)
        Street ``e`` owns the pieces ``first_piece[e]:first_piece[e + 1]``.
    begin, end : ndarray of float64, shape (n_pieces,)
        Fractions of the street at both ends.
    node_a, node_b : ndarray of int64, shape (n_pieces,)
        Which ways there are at both ends.
    at_a_s, at_b_s : ndarray of float64, shape (n_pieces,)
        Seconds spent at the ends [s].
    from_a_s, from_b_s : ndarray of float64, shape (n_pieces,)
        Seconds along the whole piece, to come from its first end or from its second; inf where it
        is closed [s].
    length_m : ndarray of float64, shape (n_pieces,)
        Metres [m].
    at_node : ndarray of int64, shape (n_nodes + 1,)
        Node ``i`` owns the ways ``at_node[i]:at_node[i + 1]``.
    time_s, since_m : ndarray of float64, shape (n_ways,)
        Seconds and metres of each way [s], [m].
    at_piece : ndarray of int64, shape (n_pieces + 1,)
        Piece ``p`` holds the destinations ``at_piece[p]:at_piece[p + 1]``.
    own_share, own_s, own_m : ndarray of float64, shape (n_destinations,)
        Where on the piece, and seconds and metres from the street [s], [m].
    limit_m : float
        Longest way between seats, inclusive; inf for who needs none [m].
    pace_ms : float
        Pace between a place and the street [m/s].
    """

    first_piece: NDArray[np.int64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]
    node_a: NDArray[np.int64]
    node_b: NDArray[np.int64]
    at_a_s: NDArray[np.float64]
    at_b_s: NDArray[np.float64]
    from_a_s: NDArray[np.float64]
    from_b_s: NDArray[np.float64]
    length_m: NDArray[np.float64]
    at_node: NDArray[np.int64]
    time_s: NDArray[np.float64]
    since_m: NDArray[np.float64]
    at_piece: NDArray[np.int64]
    own_share: NDArray[np.float64]
    own_s: NDArray[np.float64]
    own_m: NDArray[np.float64]
    limit_m: float
    pace_ms: float


class Rule(NamedTuple):
    """What decides whether land is reached.

    Parameters
    ----------
    field : Field
        Which street each place belongs to.
    arrivals : Arrivals
        Who arrives from the streets.
    known_s : ndarray of float64, shape (n_edges,)
        One number that is as good for all land along a street, inf for streets that are not drawn
        or from which nobody arrives; NaN where places differ [s].
    width_m : float
        Land farther than this from every street belongs to none [m].
    """

    field: Field
    arrivals: Arrivals
    known_s: NDArray[np.float64]
    width_m: float


class Window(NamedTuple):
    """Part of a grid.

    Parameters
    ----------
    row, column : int
        Its first node.
    n_rows, n_columns : int
        How many nodes.
    """

    row: int
    column: int
    n_rows: int
    n_columns: int


class Crossings(NamedTuple):
    """Lines of a grid that lead from a node inside to one outside, row by row: those along the row,
    then those up to the next.

    Parameters
    ----------
    along, upright : ndarray of int64, shape (n_rows + 1,)
        Where those along each row begin, and those up from it.
    inside, outside : ndarray of int64, shape (n, 2)
        Row and column of both nodes, on the whole grid.
    """

    along: NDArray[np.int64]
    upright: NDArray[np.int64]
    inside: NDArray[np.int64]
    outside: NDArray[np.int64]
