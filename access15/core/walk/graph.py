"""What a search runs on: one walker's adjacency, and points as the search meets them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import Impedance
from access15.core.walk.kernels.adjacency import line_up
from access15.core.walk.kernels.arrays import (
    AtNodes,
    Doors,
    Graph,
    OnEdges,
    Seeds,
    Streets,
)
from access15.core.walk.snap import Snapped


@dataclass(frozen=True, eq=False)
class SearchGraph:
    """Adjacency of one walker on one network; build with `build_graph`.

    Parameters
    ----------
    towards : bool
        Whether walkers end at the sources of a search.
    indptr : ndarray of int64, shape (n_nodes + 1,)
        Node ``i`` owns the arcs ``indptr[i]:indptr[i + 1]``.
    arcs : ndarray of `access15.core.walk.kernels.arrays.ARC`
        Cost [s], node and edge of every arc, interleaved.
    length_m : ndarray of float64, shape (n_edges,)
        Length of each edge [m].
    up_s, down_s : ndarray of float64, shape (n_edges,)
        Seconds along each edge from a target up (u to v) or down to a source [s].
    bucket_s : float
        Width of the buckets in which nodes wait; decides how long a search takes, not what it finds
        [s].
    longest_s : float
        Cost of the dearest arc [s].
    """

    towards: bool
    indptr: NDArray[np.int64]
    arcs: NDArray[np.void]
    length_m: NDArray[np.float64]
    up_s: NDArray[np.float64]
    down_s: NDArray[np.float64]
    bucket_s: float
    longest_s: float

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.indptr) - 1

    @property
    def arrays(self) -> Graph:
        """Nodes and arcs as the compiled loops take them."""
        return Graph(self.indptr, self.arcs, self.bucket_s, self.longest_s)

    @property
    def streets(self) -> Streets:
        """Seconds along edges as the compiled loops take them."""
        return Streets(self.up_s, self.down_s)


@dataclass(frozen=True, eq=False)
class Places:
    """Points as a search meets them: the ends of their edge and the seconds to or from them.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        Edge, -1 for a place at a node or nowhere.
    fraction : ndarray of float64, shape (n,)
        Where on the edge, 0 at u.
    offset_s : ndarray of float64, shape (n,)
        Walk between the door and the street [s].
    node_a : ndarray of int64, shape (n,)
        First end of the edge; -1 for none.
    cost_a_s : ndarray of float64, shape (n,)
        Seconds between the door and that end; inf for none [s].
    node_b : ndarray of int64, shape (n,)
        Second end of the edge; -1 for none.
    cost_b_s : ndarray of float64, shape (n,)
        Seconds between the door and that end; inf for none [s].
    """

    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    node_a: NDArray[np.int64]
    cost_a_s: NDArray[np.float64]
    node_b: NDArray[np.int64]
    cost_b_s: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def doors(self) -> Doors:
        """The same as the compiled loops take it."""
        return Doors(*(getattr(self, name) for name in Doors._fields))

    @property
    def seeds(self) -> Seeds:
        """Both ends of every edge as starts of a search, first ends before second ends."""
        return Seeds(
            node=np.concatenate([self.node_a, self.node_b]),
            time_s=np.concatenate([self.cost_a_s, self.cost_b_s]),
            source=np.tile(np.arange(len(self)), 2),
        )

    @cached_property
    def by_edge(self) -> NDArray[np.int64]:
        """Rows of the places, sorted by edge; kept, for the same homes are searched for often."""
        return np.argsort(self.edge, kind="stable")

    @cached_property
    def at_nodes(self) -> Seeds:
        """`seeds` sorted by node, without those at none; kept, as `by_edge` is."""
        seeds = self.seeds
        order = np.argsort(seeds.node, kind="stable")
        order = order[seeds.node[order] >= 0]
        return Seeds(seeds.node[order], seeds.time_s[order], seeds.source[order])

    def take(self, rows: NDArray[np.int64] | slice) -> Places:
        """Some of the places.

        Parameters
        ----------
        rows : ndarray of int64 or slice
            Which.

        Returns
        -------
        Places
            Those rows, in that order.
        """
        return Places(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def build_graph(
    network: WalkNetwork,
    impedance: Impedance,
    *,
    towards: bool,
) -> SearchGraph:
    """Adjacency for searching; of parallel edges the cheapest is kept, per direction.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        Seconds per edge and direction.
    towards : bool
        Whether walkers end at the sources of the search.

    Returns
    -------
    SearchGraph
        For the functions of this module.
    """
    out_s = impedance.at_u_s + impedance.forward_s
    out_s += impedance.at_v_s
    back_s = impedance.at_v_s + impedance.backward_s
    back_s += impedance.at_u_s
    if towards:
        out_s, back_s = back_s, out_s
    ends = (network.edge_u, network.edge_v)
    indptr, arcs = line_up(network.n_nodes, *ends, out_s, back_s, network.length_m)
    up_s, down_s = impedance.forward_s, impedance.backward_s
    return SearchGraph(
        towards=towards,
        indptr=indptr,
        arcs=arcs,
        length_m=network.length_m,
        up_s=up_s if towards else down_s,
        down_s=down_s if towards else up_s,
        bucket_s=_bucket_s(arcs["cost_s"]),
        longest_s=float(arcs["cost_s"].max(initial=0.0)),
    )


def _bucket_s(cost_s: NDArray[np.float64]) -> float:
    """A sixth of a usual arc: fewer nodes wait together than are worth sorting, and few buckets are
    empty.
    """
    usual_s = float(cost_s.mean()) / 6.0 if len(cost_s) else 0.0
    return usual_s if usual_s > 0 else 1.0


def place_points(
    network: WalkNetwork,
    impedance: Impedance,
    snapped: Snapped,
    *,
    leaving: bool,
) -> Places:
    """Snapped points as starts or ends of walks, the walk between door and street included.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        The walker.
    snapped : Snapped
        From `access15.core.walk.snap.snap_points`; unsnapped points stay unreachable.
    leaving : bool
        Whether walks start here (residents) or end here (facilities, on a graph towards them).

    Returns
    -------
    Places
        One row per point.
    """
    edge, fraction = snapped.edge, snapped.fraction
    on = edge >= 0
    e = np.where(on, edge, 0)
    offset_s = np.where(on, snapped.snap_m / impedance.pace_ms, np.inf)
    if network.n_edges == 0:
        nowhere = np.full(len(edge), -1, dtype=np.int64)
        return Places(edge, fraction, offset_s, nowhere, offset_s, nowhere, offset_s)
    to_u_s, to_v_s = impedance.backward_s[e], impedance.forward_s[e]
    if not leaving:
        to_u_s, to_v_s = to_v_s, to_u_s
    cost_a_s = offset_s + (share_of(fraction, to_u_s) + impedance.at_u_s[e])
    cost_b_s = offset_s + (share_of(1.0 - fraction, to_v_s) + impedance.at_v_s[e])
    return Places(
        edge=edge,
        fraction=fraction,
        offset_s=offset_s,
        node_a=np.where(on, network.edge_u[e], -1),
        cost_a_s=np.where(on, cost_a_s, np.inf),
        node_b=np.where(on, network.edge_v[e], -1),
        cost_b_s=np.where(on, cost_b_s, np.inf),
    )


def place_nodes(nodes: NDArray[np.int64]) -> Places:
    """Nodes themselves as places.

    Parameters
    ----------
    nodes : ndarray of int64, shape (n,)
        Node indices.

    Returns
    -------
    Places
        One row per node.
    """
    n = len(nodes)
    none, zero, never = np.full(n, -1, dtype=np.int64), np.zeros(n), np.full(n, np.inf)
    return Places(none, zero, zero, np.asarray(nodes, dtype=np.int64), zero, none, never)


def sort_by_edge(places: Places, graph: SearchGraph) -> OnEdges:
    """Places by the edge they lie on, for walks along one edge.

    Parameters
    ----------
    places : Places
        Which.
    graph : SearchGraph
        The graph they are searched on.

    Returns
    -------
    OnEdges
        For the compiled loops.
    """
    order = places.by_edge
    # those on no edge, -1, come before edge 0
    n_up_to = np.cumsum(np.bincount(places.edge + 1, minlength=len(graph.length_m) + 1))
    return OnEdges(n_up_to, places.fraction[order], places.offset_s[order], order)


def sort_by_node(places: Places, graph: SearchGraph) -> AtNodes:
    """Places by the nodes at the ends of their edges; one at no node is left out.

    Parameters
    ----------
    places : Places
        Which.
    graph : SearchGraph
        The graph they are searched on.

    Returns
    -------
    AtNodes
        For the compiled loops.
    """
    seeds = places.at_nodes
    return AtNodes(offsets(seeds.node, graph.n_nodes), seeds.source, seeds.time_s)


def offsets(sorted_index: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Where each value begins in a sorted index.

    Parameters
    ----------
    sorted_index : ndarray of int64
        Rising values from 0 to n - 1.
    n : int
        How many values there can be.

    Returns
    -------
    ndarray of int64, shape (n + 1,)
        Value ``i`` owns the positions ``offsets[i]:offsets[i + 1]``.
    """
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(sorted_index, minlength=n), out=start[1:])
    return start


def share_of(share: NDArray[np.float64], full_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds for a share of an edge; standing still takes none, also where nobody can pass.

    Parameters
    ----------
    share : ndarray of float64, shape (n,)
        Share of the edge walked.
    full_s : ndarray of float64, shape (n,)
        Seconds for all of it [s].

    Returns
    -------
    ndarray of float64, shape (n,)
        Seconds [s].
    """
    return np.multiply(share, full_s, out=np.zeros(len(share)), where=share > 0)
