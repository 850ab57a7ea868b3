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
    edges : ndarray of int64, shape (n_edges,)
        Which of the whole network's edges they are, rising.
    """

    network: WalkNetwork
    edges: NDArray[np.int64]

    def number(self, edge: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find edges of the whole network in the part.

        Parameters
        ----------
        edge : ndarray of int64
            Edges of the whole network, -1 for none.

        Returns
        -------
        ndarray of int64
            Their numbers in the part, -1 for those left out and for none.
        """
        if not len(self.edges):
            return np.full(np.shape(edge), -1)
        at = np.minimum(np.searchsorted(self.edges, edge), len(self.edges) - 1)
        return np.where(self.edges[at] == edge, at, -1)


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
    made = WalkNetwork(**own, **{name: getattr(network, name)[edges] for name in columns})
    return StreetPart(made, edges)


def _name_anew(
    names: tuple[str, ...], used: NDArray[np.int64], *always: str
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Numbers of names among those that are used, and these; one that is always there comes
    first.
    """
    different, which = np.unique(used, return_inverse=True)
    own = [names[i] for i in different.tolist()]
    among = {name: i for i, name in enumerate((*always, *sorted(set(own) - set(always))))}
    table = np.array([among[name] for name in own], dtype=np.int64)
    return table[which], tuple(among)
