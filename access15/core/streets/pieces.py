"""Streets in pieces: places along them, and edges cut at some of these."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork, sort_nodes

SPACING_M: Final = 10.0
SHORTEST_M: Final = 0.01  # streets lie on whole centimetres
_AT_ENDS: Final = ("crossing_u", "kerb_u", "crossing_v", "kerb_v")


@dataclass(frozen=True, eq=False)
class Samples:
    """Places along streets at which heights are looked up; both ends of every edge among them.

    Parameters
    ----------
    start : ndarray of int64, shape (n_edges + 1,)
        Edge ``e`` owns the places ``start[e]:start[e + 1]``, from u to v.
    ruler_m : ndarray of float64, shape (n,)
        Where each lies on the network's ruler [m].
    along_m : ndarray of float64, shape (n,)
        Metres walked from the edge's first end [m].
    xy : ndarray of float64, shape (n, 2)
        Points in the network's CRS [m].
    """

    start: NDArray[np.int64]
    ruler_m: NDArray[np.float64]
    along_m: NDArray[np.float64]
    xy: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pieces:
    """Stretches from one place to another of the same edge, in the order of the edges.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        Edge that each is part of.
    first, last : ndarray of int64, shape (n,)
        Places of the edge where it begins and ends, rows of `Samples`.
    """

    edge: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def place_samples(network: WalkNetwork) -> Samples:
    """Choose places along every edge, evenly and at most `SPACING_M` apart.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    Samples
        At least the two ends of every edge.

    Examples
    --------
    >>> from access15.core.streets.network import build_network
    >>> street = build_network(
    ...     crs="EPSG:32632",
    ...     node_xy=np.array([[0.0, 0.0], [25.0, 0.0]]),
    ...     edge_u=np.array([0]),
    ...     edge_v=np.array([1]),
    ... )
    >>> place_samples(street).along_m.round(2).tolist()
    [0.0, 8.33, 16.67, 25.0]
    """
    if not network.n_edges:
        none = np.zeros(0)
        return Samples(np.zeros(1, dtype=np.int64), none, none, none.reshape(0, 2))
    n = np.maximum(np.ceil(network.length_m / SPACING_M - 1e-9).astype(np.int64), 1)
    start = np.concatenate([[0], np.cumsum(n + 1)])
    edge = np.repeat(np.arange(network.n_edges), n + 1)
    share = (np.arange(start[-1]) - start[edge]) / n[edge]
    begin_m, vertex_ruler_m = network.ruler_m
    drawn_m = network.along_m[network.vertex_start[1:] - 1]
    ruler_m = begin_m[edge] + share * drawn_m[edge]
    # the far end to the last bit: past it lies the gap to the next edge
    ruler_m[start[1:] - 1] = vertex_ruler_m[network.vertex_start[1:] - 1]
    xy = np.column_stack(
        [np.interp(ruler_m, vertex_ruler_m, network.vertex_xy[:, axis]) for axis in (0, 1)]
    )
    return Samples(start, ruler_m, share * network.length_m[edge], xy)


def list_pieces(samples: Samples, is_break: NDArray[np.bool_]) -> Pieces:
    """List the pieces that edges are cut into.

    Parameters
    ----------
    samples : Samples
        Places along the edges.
    is_break : ndarray of bool, shape (n,)
        Places where a piece begins or ends; the ends of every edge among them.

    Returns
    -------
    Pieces
        At least one of every edge.
    """
    edge = np.repeat(np.arange(len(samples.start) - 1), np.diff(samples.start))
    at = np.flatnonzero(is_break)
    is_piece = edge[at[:-1]] == edge[at[1:]]
    first, last = at[:-1][is_piece], at[1:][is_piece]
    return Pieces(edge[first], first, last)


def cut_streets(network: WalkNetwork, samples: Samples, pieces: Pieces) -> WalkNetwork:
    """Cut edges into pieces, on whole centimetres.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    samples : Samples
        Places along them.
    pieces : Pieces
        What edges are cut into.

    Returns
    -------
    WalkNetwork
        An edge for each piece, in their order; crossings and kerbs stay at the ends of the edge
        that was cut, lengths add up to its own.
    """
    of, first, last = pieces.edge, pieces.first, pieces.last
    n = len(of)
    if n == network.n_edges:
        return network
    # 1. A new node wherever a piece begins inside its edge.
    is_new = np.diff(of, prepend=-1) == 0
    node = network.n_nodes - 1 + np.cumsum(is_new)
    edge_u = np.where(is_new, node, network.edge_u[of])
    goes_on = np.append(is_new[1:], False)
    edge_v = np.where(goes_on, np.append(edge_u[1:], -1), network.edge_v[of])
    node_xy = np.concatenate([network.node_xy, _round(samples.xy[first[is_new]])])
    # 2. Lengths that add up to the edge's own.
    end_cm = np.rint(samples.along_m[last] * 100.0)
    begin_cm = np.rint(samples.along_m[first] * 100.0)
    is_whole = ~(is_new | goes_on)
    length_m = np.where(is_whole, network.length_m[of], (end_cm - begin_cm) / 100.0)
    # 3. Vertices: a piece's own ends, and those of the edge that lie between them.
    _, ruler_m = network.ruler_m
    piece = np.searchsorted(samples.ruler_m[last], ruler_m)
    piece = np.minimum(piece, n - 1)
    is_inner = ruler_m > samples.ruler_m[first[piece]] + SHORTEST_M
    is_inner &= ruler_m < samples.ruler_m[last[piece]] - SHORTEST_M
    # an edge that stays whole keeps every vertex that it has
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.vertex_start))
    is_end = np.zeros(len(edge), dtype=np.bool_)
    is_end[network.vertex_start[:-1]] = True
    is_end[network.vertex_start[1:] - 1] = True
    is_inner = np.where(is_whole[piece] & (of[piece] == edge), ~is_end, is_inner)
    inner = np.flatnonzero(is_inner)
    owner = np.concatenate([np.arange(n), piece[inner], np.arange(n)])
    rank = np.repeat([0, 1, 2], [n, len(inner), n])
    order = np.lexsort((np.concatenate([np.zeros(n), inner, np.zeros(n)]), rank, owner))
    xy = np.concatenate([node_xy[edge_u], network.vertex_xy[inner], node_xy[edge_v]])[order]
    counts = np.bincount(owner, minlength=n)
    # 4. Everything else as the edge has it; crossings and kerbs at its own ends alone.
    own: dict[str, Any] = {
        "crs": network.crs,
        "node_xy": node_xy,
        "edge_u": edge_u,
        "edge_v": edge_v,
        "vertex_start": np.concatenate([[0], np.cumsum(counts)]),
        "vertex_xy": xy,
        "length_m": length_m,
        "highway_names": network.highway_names,
        "street_names": network.street_names,
    }
    for name, is_inside in zip(_AT_ENDS, (is_new, is_new, goes_on, goes_on), strict=True):
        column = getattr(network, name)[of]
        own[name] = np.where(is_inside, np.zeros_like(column), column)
    columns = [field.name for field in fields(network) if field.name not in own]
    made = WalkNetwork(**own, **{name: getattr(network, name)[of] for name in columns})
    return sort_nodes(made)


def _round(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points on whole centimetres, as all streets are."""
    return np.asarray(np.rint(xy * 100.0) / 100.0)
