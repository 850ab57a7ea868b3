"""Some edges of a network as a network of their own: what a walk costs on them stays the same."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork


@dataclass(frozen=True, eq=False)
class StreetPart:
    """Some edges of a network; build with `take_edges`.

    Parameters
    ----------
    network : WalkNetwork
        The edges, in their order, with the nodes and names that they use and no others.
    number : ndarray of int64, shape (n_edges + 1,)
        Number of each edge of the whole network in the part, -1 for those left out; the last item
        stands for edge -1, which is none.
    """

    network: WalkNetwork
    number: NDArray[np.int64]


def take_edges(network: WalkNetwork, edges: NDArray[np.int64]) -> StreetPart:
    """Take some edges out of a network.

    Nodes, shapes and names are numbered among what is left, so that a part says the same of itself
    whatever changes elsewhere.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    edges : ndarray of int64
        Which edges, rising.

    Returns
    -------
    StreetPart
        These edges alone.
    """
    nodes, ends = np.unique(
        np.stack([network.edge_u[edges], network.edge_v[edges]]), return_inverse=True
    )
    edge_u, edge_v = ends.reshape(2, -1)
    counts = np.diff(network.vertex_start)[edges]
    start = np.concatenate([[0], np.cumsum(counts)])
    vertex = np.repeat(network.vertex_start[edges] - start[:-1], counts) + np.arange(start[-1])
    highway, highway_names = _name_anew(network.highway_names, network.highway[edges])
    street, street_names = _name_anew(network.street_names, network.street[edges], "")
    own = {
        "crs": network.crs,
        "node_xy": network.node_xy[nodes],
        "edge_u": edge_u,
        "edge_v": edge_v,
        "vertex_start": start,
        "vertex_xy": network.vertex_xy[vertex],
        "highway": highway,
        "highway_names": highway_names,
        "street": street,
        "street_names": street_names,
    }
    columns = [field.name for field in fields(network) if field.name not in own]
    number = np.full(network.n_edges + 1, -1)
    number[edges] = np.arange(len(edges))
    made = WalkNetwork(**own, **{name: getattr(network, name)[edges] for name in columns})
    return StreetPart(made, number)


def _name_anew(
    names: tuple[str, ...], used: NDArray[np.int64], *always: str
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Numbers of names among those that are used, and these; one that is always there comes
    first.
    """
    kept = sorted({names[i] for i in np.unique(used).tolist()} - set(always))
    among = {name: i for i, name in enumerate((*always, *kept))}
    table = np.array([among.get(name, -1) for name in names], dtype=np.int64)
    return table[used], tuple(among)
