"""Names of streets, to say where something is."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork


class NamedStreets:
    """The streets of a network that have a name.

    Parameters
    ----------
    network : WalkNetwork
        Streets.
    is_left_out : ndarray of bool, shape (n_edges,), optional
        Edges that are no streets, such as links that are proposed.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.core.streets.network import build_network
    >>> streets = build_network(
    ...     crs="EPSG:32632",
    ...     node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     edge_u=np.array([0]),
    ...     edge_v=np.array([1]),
    ...     street_names=("", "Via Boifava"),
    ...     street=np.array([1]),
    ... )
    >>> names = NamedStreets(streets)
    >>> names.list_at(np.array([1]))
    ['Via Boifava']
    >>> names.find_nearest(np.array([50.0, 30.0]))
    'Via Boifava'
    """

    def __init__(self, network: WalkNetwork, is_left_out: NDArray[np.bool_] | None = None) -> None:
        self._names = network.street_names
        is_named = network.street > 0
        if is_left_out is not None:
            is_named &= ~is_left_out
        edges = np.flatnonzero(is_named)
        self._street = network.street[edges]
        self._tree = shapely.STRtree(network.lines[edges])
        # ends of streets sorted by node, because then what meets at a node is one slice
        ends = np.append(network.edge_u[edges], network.edge_v[edges])
        order = np.argsort(ends, kind="stable")
        self._end_node = ends[order]
        self._end_street = np.tile(self._street, 2)[order]

    def list_at(self, nodes: NDArray[np.int64]) -> list[str]:
        """Names of the streets that meet at some nodes.

        Parameters
        ----------
        nodes : ndarray of int64, shape (n,)
            Indices of nodes.

        Returns
        -------
        list of str
            Each once, in alphabetical order.
        """
        first = np.searchsorted(self._end_node, nodes, side="left").tolist()
        last = np.searchsorted(self._end_node, nodes, side="right").tolist()
        met = {
            int(street)
            for lo, hi in zip(first, last, strict=True)
            for street in self._end_street[lo:hi]
        }
        return sorted(self._names[street] for street in met)

    def find_nearest(self, xy: NDArray[np.float64], *, max_distance_m: float | None = None) -> str:
        """Name of the nearest street that has one.

        Parameters
        ----------
        xy : ndarray of float64, shape (2,)
            A place in the network's CRS [m].
        max_distance_m : float, optional
            How far the street may lie [m].

        Returns
        -------
        str
            The name; empty where there is none so near.
        """
        if not len(self._street):
            return ""
        hit = self._tree.query_nearest(
            shapely.Point(xy), max_distance=max_distance_m, all_matches=False
        )
        return self._names[int(self._street[hit[0]])] if len(hit) else ""
