"""Streets cut where links could join them, and the links as edges that nobody can pass yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.change.links import MissingLinks
from access15.core.reach.parts import StreetParts, cut_vertices
from access15.core.streets.network import WalkNetwork, build_network
from access15.core.walk.snap import Snapped

_CARRIED = (
    "highway",
    "street",
    "way_id",
    "steps",
    "step_count",
    "step_share",
    "incline",
    "slope",
    "one_way",
    "conveying",
    "surface",
    "smoothness",
    "width_m",
    "wheelchair",
    "tunnel",
    "bridge",
    "level",
    "other_level",
)


@dataclass(frozen=True, eq=False)
class LinkedStreets:
    """A network whose last edges are links that do not exist; build with `add_links`.

    Parameters
    ----------
    network : WalkNetwork
        Pieces of the streets, in the order of the streets they come from, then the links.
    piece_edge : ndarray of int64, shape (n_pieces,)
        Edge of the original network that each piece is part of.
    piece_start, piece_stop : ndarray of float64, shape (n_pieces,)
        Which part of it.
    is_link : ndarray of bool, shape (n_edges,)
        Whether an edge is a link.
    """

    network: WalkNetwork
    piece_edge: NDArray[np.int64]
    piece_start: NDArray[np.float64]
    piece_stop: NDArray[np.float64]
    is_link: NDArray[np.bool_]

    def move(self, snapped: Snapped) -> Snapped:
        """Find points of the original network on the pieces.

        Parameters
        ----------
        snapped : Snapped
            Points on the original network.

        Returns
        -------
        Snapped
            The same places.
        """
        if not len(self.piece_edge):
            return snapped
        # edge and fraction as one rising number: fractions end at 1, so that edges stay apart by 2
        on = snapped.is_snapped
        wanted = np.where(on, snapped.edge, 0) * 2.0 + snapped.fraction
        begins = self.piece_edge * 2.0 + self.piece_start
        piece = np.maximum(np.searchsorted(begins, wanted, side="right") - 1, 0)
        start, stop = self.piece_start[piece], self.piece_stop[piece]
        fraction = np.clip((snapped.fraction - start) / (stop - start), 0.0, 1.0)
        return Snapped(np.where(on, piece, -1), np.where(on, fraction, 0.0), snapped.snap_m)


def add_links(network: WalkNetwork, links: MissingLinks) -> LinkedStreets:
    """Cut streets at the ends of links and append the links.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    links : MissingLinks
        Links between places on them.

    Returns
    -------
    LinkedStreets
        The same streets in pieces; link ``i`` is edge ``n_pieces + i``.
    """
    # 1. Cut every edge where a link ends inside it, once where several end at one place.
    n_edges, n_links = network.n_edges, len(links)
    edge = np.concatenate([links.edge_a, links.edge_b])
    fraction = np.concatenate([links.fraction_a, links.fraction_b])
    is_inner = (fraction > 0) & (fraction < 1)
    places = np.column_stack([edge[is_inner].astype(np.float64), fraction[is_inner]])
    cuts = np.unique(places, axis=0)
    cut_edge, cut_fraction = cuts[:, 0].astype(np.int64), cuts[:, 1]
    cut_node = network.n_nodes + np.arange(len(cuts))
    # 2. A piece begins where its edge does, or at a cut, and goes on to where the next begins; in
    #    this order the pieces follow the edges, so that nothing else need be renumbered.
    begins_on = np.append(np.arange(n_edges), cut_edge)
    begins_at = np.append(np.zeros(n_edges), cut_fraction)
    order = np.lexsort((begins_at, begins_on))
    piece_edge, piece_start = begins_on[order], begins_at[order]
    from_node = np.append(network.edge_u, cut_node)[order]
    n_pieces = len(piece_edge)
    is_last = np.append(np.diff(piece_edge) != 0, np.ones(min(n_pieces, 1), dtype=bool))
    next_start = np.append(piece_start[1:], 1.0)[:n_pieces]
    next_node = np.append(from_node[1:], 0)[:n_pieces]
    piece_stop = np.where(is_last, 1.0, next_start)
    to_node = np.where(is_last, network.edge_v[piece_edge], next_node)
    # 3. Shapes: each piece keeps its part of the line, and a cut lies where its piece begins.
    xy, owner = cut_vertices(network, StreetParts(piece_edge, piece_start, piece_stop))
    cut_xy = _first_vertices(xy, owner)[piece_start > 0]
    node_xy = np.concatenate([network.node_xy, cut_xy])
    # 4. A link joins the nodes at its ends: a cut, or the end of a whole edge.
    ends = np.where(fraction >= 1, network.edge_v[edge], network.edge_u[edge])
    cut_keys = cut_edge * 2.0 + cut_fraction
    ends[is_inner] = cut_node[np.searchsorted(cut_keys, places[:, 0] * 2.0 + places[:, 1])]
    from_end, to_end = ends[:n_links], ends[n_links:]
    link_xy = np.stack([node_xy[from_end], node_xy[to_end]], axis=1).reshape(-1, 2)
    # 5. Links come last, because pieces then keep the numbers they would have without links.
    n_vertices = np.bincount(owner, minlength=n_pieces)
    counts = np.append(n_vertices, np.full(n_links, 2))
    piece_m = (piece_stop - piece_start) * network.length_m[piece_edge]
    linked = build_network(
        crs=network.crs,
        node_xy=node_xy,
        edge_u=np.append(from_node, from_end),
        edge_v=np.append(to_node, to_end),
        vertex_start=np.concatenate([[0], np.cumsum(counts)]),
        vertex_xy=np.concatenate([xy, link_xy]),
        length_m=np.append(piece_m, links.gap_m),
        highway_names=(*network.highway_names, "link"),
        street_names=network.street_names,
        **_carry(network, piece_edge, piece_start, piece_stop, n_links),
    )
    is_link = np.arange(linked.n_edges) >= n_pieces
    return LinkedStreets(linked, piece_edge, piece_start, piece_stop, is_link)


def _first_vertices(xy: NDArray[np.float64], owner: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where each piece begins."""
    first = np.ones(len(owner), dtype=bool)
    first[1:] = owner[1:] != owner[:-1]
    return xy[first]


def _carry(
    network: WalkNetwork,
    piece_edge: NDArray[np.int64],
    piece_start: NDArray[np.float64],
    piece_stop: NDArray[np.float64],
    n_links: int,
) -> dict[str, NDArray[np.generic]]:
    """What is known of the pieces' edges; crossings and kerbs stay at the ends of the whole
    edge.
    """
    columns: dict[str, NDArray[np.generic]] = {}
    unknown = {
        "incline": np.nan,
        "width_m": np.nan,
        "step_share": 1.0,
        "way_id": -1,
    }
    unknown["highway"] = len(network.highway_names)  # the class that links have of their own
    for name in _CARRIED:
        values = getattr(network, name)
        of_links = np.full(n_links, unknown.get(name, 0), dtype=values.dtype)
        columns[name] = np.append(values[piece_edge], of_links)
    for end, is_there in (("u", piece_start == 0), ("v", piece_stop == 1)):
        for name in (f"crossing_{end}", f"kerb_{end}"):
            values = getattr(network, name)
            of_pieces = np.where(is_there, values[piece_edge], 0)
            columns[name] = np.append(of_pieces, np.zeros(n_links, dtype=values.dtype))
    return columns
