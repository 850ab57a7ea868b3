"""Corners and ends of streets: where a new place could be, when nobody knows of empty ground."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import find_door_streets


def find_corners(
    network: WalkNetwork,
    land: Any,
    is_open: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Every corner and end of a street on which somebody may have a door.

    Parameters
    ----------
    network : WalkNetwork
        Streets.
    land : shapely geometry
        Where the corners must lie, in the network's CRS.
    is_open : ndarray of bool, shape (n_edges,), optional
        Edges that may be walked; by default all.

    Returns
    -------
    ndarray of int64
        Nodes, rising.

    Examples
    --------
    >>> from access15.core.streets.network import build_network
    >>> streets = build_network(
    ...     crs="EPSG:32632",
    ...     node_xy=np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]]),
    ...     edge_u=np.array([0, 1]),
    ...     edge_v=np.array([1, 2]),
    ... )
    >>> find_corners(streets, shapely.box(-10, -10, 150, 10)).tolist()
    [0, 1]
    """
    is_street = find_door_streets(network).is_open
    if is_open is not None:
        is_street = is_street & is_open
    node = np.unique(np.append(network.edge_u[is_street], network.edge_v[is_street]))
    is_inside = np.asarray(shapely.intersects_xy(land, *network.node_xy[node].T))
    return np.asarray(node[is_inside])
