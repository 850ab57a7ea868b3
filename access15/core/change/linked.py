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
    "incline",
    "surface",
    "width_m",
    "wheelchair",
)
_CARRIED_TOO = ("tunnel", "bridge")


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
        on = snapped.edge >= 0
        wanted = np.where(on, snapped.edge, 0) * 2.0 + snapped.fraction
        piece = np.maximum(
            np.searchsorted(self.piece_edge * 2.0 + self.piece_start, wanted, side="right") - 1, 0
        )
        if not len(self.piece_edge):
            return snapped
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
    n_edges, n_links = network.n_edges, len(links)
    edge = np.concatenate([links.edge_a, links.edge_b])
    fraction = np.concatenate([links.fraction_a, links.fraction_b])
    inner = (fraction > 0) & (fraction < 1)
    cuts = np.unique(np.column_stack([edge[inner].astype(np.float64), fraction[inner]]), axis=0)
    cut_edge, cut_fraction = cuts[:, 0].astype(np.int64), cuts[:, 1]
    cut_node = network.n_nodes + np.arange(len(cuts))
    opens = np.lexsort(
        (np.append(np.zeros(n_edges), cut_fraction), np.append(np.arange(n_edges), cut_edge))
    )
    piece_edge = np.append(np.arange(n_edges), cut_edge)[opens]
    piece_start = np.append(np.zeros(n_edges), cut_fraction)[opens]
    from_node = np.append(network.edge_u, cut_node)[opens]
    is_last = np.append(np.diff(piece_edge) != 0, np.ones(min(len(piece_edge), 1), dtype=bool))
    piece_stop = np.where(is_last, 1.0, np.append(piece_start[1:], 1.0)[: len(piece_edge)])
    to_node = np.where(
        is_last, network.edge_v[piece_edge], np.append(from_node[1:], 0)[: len(piece_edge)]
    )
    parts = StreetParts(piece_edge, piece_start, piece_stop)
    xy, owner = cut_vertices(network, parts)
    node_xy = np.concatenate([network.node_xy, _first_vertices(xy, owner)[piece_start > 0]])
    ends = np.where(fraction >= 1, network.edge_v[edge], network.edge_u[edge])
    row = np.searchsorted(cut_edge * 2.0 + cut_fraction, edge[inner] * 2.0 + fraction[inner])
    ends[inner] = cut_node[row]
    from_end, to_end = ends[:n_links], ends[n_links:]
    counts = np.append(np.bincount(owner, minlength=len(piece_edge)), np.full(n_links, 2))
    link_xy = np.stack([node_xy[from_end], node_xy[to_end]], axis=1).reshape(-1, 2)
    linked = build_network(
        crs=network.crs,
        node_xy=node_xy,
        edge_u=np.append(from_node, from_end),
        edge_v=np.append(to_node, to_end),
        vertex_start=np.concatenate([[0], np.cumsum(counts)]),
        vertex_xy=np.concatenate([xy, link_xy]),
        length_m=np.append((piece_stop - piece_start) * network.length_m[piece_edge], links.gap_m),
        highway_names=(*network.highway_names, "link"),
        street_names=network.street_names,
        **_carry(network, piece_edge, piece_start, piece_stop, n_links),
    )
    is_link = np.arange(linked.n_edges) >= len(piece_edge)
    return LinkedStreets(linked, piece_edge, piece_start, piece_stop, is_link)


def _first_vertices(xy: NDArray[np.float64], owner: NDArray[np.int64]) -> NDArray[np.float64]:
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
    for name in (*_CARRIED, *_CARRIED_TOO):
        values = getattr(network, name)
        none = {
            "incline": np.nan,
            "width_m": np.nan,
            "way_id": -1,
            "highway": len(network.highway_names),
        }.get(name, 0)
        columns[name] = np.append(values[piece_edge], np.full(n_links, none, dtype=values.dtype))
    for end, is_there in (("u", piece_start == 0), ("v", piece_stop == 1)):
        for name in (f"crossing_{end}", f"kerb_{end}"):
            values = getattr(network, name)
            columns[name] = np.append(
                np.where(is_there, values[piece_edge], 0), np.zeros(n_links, dtype=values.dtype)
            )
    return columns
