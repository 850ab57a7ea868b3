"""Streets that look like islands only because the map ends: they leave the box that was read."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import Impedance, find_main
from access15.core.walk.joined import label_joined


def find_cut_off(
    network: WalkNetwork,
    impedance: Impedance,
    box: shapely.Geometry,
) -> NDArray[np.bool_]:
    """Find streets beside the main ones that may be joined to them outside the box.

    Parameters
    ----------
    network : WalkNetwork
        Streets read from the box; those that cross its edge end outside.
    impedance : Impedance
        The walker.
    box : shapely.Geometry
        What was read, in the network's CRS.

    Returns
    -------
    ndarray of bool, shape (n_edges,)
        True for edges the walker can use that are not on the main component, but hang together
        with a street that leaves the box.
    """
    is_open = np.isfinite(impedance.forward_s + impedance.backward_s)
    passes = is_open & np.isfinite(impedance.at_u_s + impedance.at_v_s)
    part, n_parts = label_joined(network.edge_u[passes], network.edge_v[passes], network.n_nodes)
    leaves = np.zeros(n_parts, dtype=np.bool_)
    leaves[part[~shapely.contains_xy(box, network.node_xy[:, 0], network.node_xy[:, 1])]] = True
    leaving = leaves[part]
    is_aside = is_open & ~find_main(network, impedance)
    return np.asarray(is_aside & (leaving[network.edge_u] | leaving[network.edge_v]))
