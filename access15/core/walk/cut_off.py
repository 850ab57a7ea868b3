"""Streets that look like islands only because the map ends: they leave the box that was read."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import Impedance
from access15.core.walk.snap import build_snapper, snap_points


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
    links = (np.ones(int(passes.sum())), (network.edge_u[passes], network.edge_v[passes]))
    _, part = connected_components(
        coo_array(links, shape=(network.n_nodes,) * 2).tocsr(), directed=False
    )
    leaves = np.zeros(part.max(initial=-1) + 1, dtype=np.bool_)
    leaves[part[~shapely.contains_xy(box, network.node_xy[:, 0], network.node_xy[:, 1])]] = True
    leaving = leaves[part]
    return np.asarray(
        is_open & ~impedance.is_main & (leaving[network.edge_u] | leaving[network.edge_v])
    )


def is_place_cut_off(
    network: WalkNetwork,
    impedance: Impedance,
    cut_off: NDArray[np.bool_],
    xy: NDArray[np.float64],
    snap_m: NDArray[np.float64],
    *,
    max_snap_m: float = np.inf,
) -> NDArray[np.bool_]:
    """Whether the street nearest to a place is one that may be joined to the main ones outside.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        The walker.
    cut_off : ndarray of bool, shape (n_edges,)
        From `find_cut_off`.
    xy : ndarray of float64, shape (n, 2)
        Places [m].
    snap_m : ndarray of float64, shape (n,)
        Metres from each to the main streets [m].
    max_snap_m : float
        Farthest street a place may belong to [m].

    Returns
    -------
    ndarray of bool, shape (n,)
        True where a cut-off street is nearer than the main ones and than true islands.
    """
    if not cut_off.any():
        return np.zeros(len(xy), dtype=np.bool_)
    is_open = np.isfinite(impedance.forward_s + impedance.backward_s)
    nearest = snap_points(
        build_snapper(network, is_open & ~impedance.is_main), xy, max_snap_m=max_snap_m
    )
    return np.asarray(nearest.is_snapped & (nearest.snap_m < snap_m) & cut_off[nearest.edge])
