"""Heights of corners: of the ground, and of bridges and tunnels from the ends that rest on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.streets.pieces import SHORTEST_M, Samples


def find_node_heights(
    network: WalkNetwork,
    samples: Samples,
    height_m: NDArray[np.float64],
    is_off_ground: NDArray[np.bool_],
    is_moving: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Find the height of every corner, and of what bridges and tunnels run on between their ends.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    samples : Samples
        Places along them.
    height_m : ndarray of float64, shape (n,)
        Height of the ground at each; NaN where it is not known [m].
    is_off_ground : ndarray of bool, shape (n_edges,)
        Bridges, tunnels, and what lies under a roof or on another storey.
    is_moving : ndarray of bool, shape (n_edges,)
        Lifts and moving ways, which rise by themselves.

    Returns
    -------
    ndarray of float64, shape (n_nodes,)
        Of the ground, or evenly from one end of a bridge to the other; NaN where not known [m].
    """
    u, v, n_nodes = network.edge_u, network.edge_v, network.n_nodes
    node_m = np.full(n_nodes, np.nan)
    node_m[u] = height_m[samples.start[:-1]]
    node_m[v] = height_m[samples.start[1:] - 1]
    off = np.flatnonzero(is_off_ground & (u != v))
    if not len(off):
        return node_m
    # 1. A bridge stands on the ground where a street that lies on it begins. A flight of steps up
    #    to its middle does not pull it down: only where nothing else holds it, steps do.
    from scipy.sparse import coo_array  # noqa: PLC0415 - who only walks waits for no scipy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - as above
    from scipy.sparse.linalg import spsolve  # noqa: PLC0415 - as above

    _, part = connected_components(
        coo_array((np.ones(len(off)), (u[off], v[off])), shape=(n_nodes, n_nodes)), directed=False
    )
    is_held = _touches(n_nodes, u, v, ~(is_off_ground | network.steps | is_moving))
    has_end = np.zeros(n_nodes, dtype=np.bool_)
    ends = np.union1d(u[off], v[off])
    has_end[part[ends[is_held[ends]]]] = True
    is_held |= ~has_end[part] & _touches(n_nodes, u, v, ~is_off_ground)
    # 2. What hangs in between: at every node the height is the mean of its neighbours', the nearer
    #    the more (a straight line on a bridge that does not branch). Where an end is not known,
    #    nothing of it is.
    is_free = np.zeros(n_nodes, dtype=np.bool_)
    is_free[ends] = True
    is_free &= ~is_held
    is_lost = np.ones(n_nodes, dtype=np.bool_)  # by part: without an end, or with an unknown one
    is_lost[part[ends[is_held[ends]]]] = False
    is_lost[part[ends[is_held[ends] & np.isnan(node_m[ends])]]] = True
    node_m[is_free] = np.nan
    free = np.flatnonzero(is_free & ~is_lost[part])
    if not len(free):
        return node_m
    row = np.full(n_nodes, -1, dtype=np.int64)
    row[free] = np.arange(len(free))
    pull = 1.0 / np.maximum(network.length_m[off], SHORTEST_M)
    a, b = np.concatenate([u[off], v[off]]), np.concatenate([v[off], u[off]])
    pull = np.concatenate([pull, pull])
    a, b, pull = (one[row[a] >= 0] for one in (a, b, pull))
    is_inner = row[b] >= 0
    n = len(free)
    weights = coo_array(
        (
            np.concatenate([pull, -pull[is_inner]]),
            (
                np.concatenate([row[a], row[a[is_inner]]]),
                np.concatenate([row[a], row[b[is_inner]]]),
            ),
        ),
        shape=(n, n),
    ).tocsc()
    known_m = pull[~is_inner] * node_m[b[~is_inner]]
    pulled = np.bincount(row[a[~is_inner]], weights=known_m, minlength=n)
    node_m[free] = spsolve(weights, pulled)
    return node_m


def _touches(
    n_nodes: int,
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    is_asked: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Whether an edge of a sort ends at each node."""
    found = np.zeros(n_nodes, dtype=np.bool_)
    found[u[is_asked]] = True
    found[v[is_asked]] = True
    return found
