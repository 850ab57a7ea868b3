"""What the compiled loops take: one small tuple of arrays per idea, the same in all of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# An arc's cost, node and edge side by side: one step of a search reads one line of memory.
ARC = np.dtype([("cost_s", np.float64), ("to", np.uint32), ("edge", np.uint32)])


class Graph(NamedTuple):
    """Streets as one walker searches them.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n_nodes + 1,)
        Node ``i`` owns the arcs ``indptr[i]:indptr[i + 1]``.
    arcs : ndarray of `ARC`
        Cost [s], node and edge.
    bucket_s : float
        Width of the buckets in which nodes wait [s].
    longest_s : float
        Cost of the dearest arc [s].
    """

    indptr: NDArray[np.int64]
    arcs: NDArray[np.void]
    bucket_s: float
    longest_s: float


class Seeds(NamedTuple):
    """Where a search starts.

    Parameters
    ----------
    node : ndarray of int64, shape (n,)
        Nodes; -1 for nowhere.
    time_s : ndarray of float64, shape (n,)
        Seconds between the source and the node [s].
    source : ndarray of int64, shape (n,)
        Whose.
    """

    node: NDArray[np.int64]
    time_s: NDArray[np.float64]
    source: NDArray[np.int64]


class Doors(NamedTuple):
    """Points on edges with both ways to the nodes.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        Edge; -1 for none.
    fraction : ndarray of float64, shape (n,)
        Where on it, 0 at u.
    offset_s : ndarray of float64, shape (n,)
        Walk between door and street [s].
    node_a : ndarray of int64, shape (n,)
        First end of the edge; -1 for none.
    cost_a_s : ndarray of float64, shape (n,)
        Seconds between the door and that end [s].
    node_b : ndarray of int64, shape (n,)
        Second end of the edge; -1 for none.
    cost_b_s : ndarray of float64, shape (n,)
        Seconds between the door and that end [s].
    """

    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    node_a: NDArray[np.int64]
    cost_a_s: NDArray[np.float64]
    node_b: NDArray[np.int64]
    cost_b_s: NDArray[np.float64]


class OnEdges(NamedTuple):
    """Doors sorted by the edge they lie on, for walks along one edge.

    Parameters
    ----------
    at_edge : ndarray of int64, shape (n_edges + 1,)
        Edge ``e`` holds the rows ``at_edge[e]:at_edge[e + 1]``.
    fraction : ndarray of float64, shape (n,)
        Where on it.
    offset_s : ndarray of float64, shape (n,)
        Walk between door and street [s].
    door : ndarray of int64, shape (n,)
        Which door each row is; those on no edge come first.
    """

    at_edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    door: NDArray[np.int64]


class AtNodes(NamedTuple):
    """Doors sorted by the nodes that they are reached from; a door hangs at both ends of its edge.

    Parameters
    ----------
    at_node : ndarray of int64, shape (n_nodes + 1,)
        Node ``i`` holds the rows ``at_node[i]:at_node[i + 1]``.
    door : ndarray of int64
        Which door each row is.
    time_s : ndarray of float64
        Seconds between node and door [s].
    """

    at_node: NDArray[np.int64]
    door: NDArray[np.int64]
    time_s: NDArray[np.float64]


class Streets(NamedTuple):
    """Seconds along every edge *from a target to a source*.

    Parameters
    ----------
    forward_s, backward_s : ndarray of float64, shape (n_edges,)
        Walking u to v and v to u [s].
    """

    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]
