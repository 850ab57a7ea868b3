"""What a map leaves out between two streets, told by the bridges on the way round.

Extracts may know every street and none of the water. A bridge beneath which nothing is mapped says
that something is there. A straight link and the way round it are a loop: a canal, a railway or
a ditch that comes into the loop beneath one bridge has to leave it again, and if there is no second
bridge on the way, it leaves beneath the link.

`web/core/change/way_round.js` computes the same for the ways of a proposal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.barriers import Barriers
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import SearchGraph, build_graph, place_nodes
from access15.core.walk.impedance import Impedance
from access15.core.walk.joined import label_joined
from access15.core.walk.search import reach
from access15.core.walk.snap import Snapped

MAX_WAY_ROUND_M = 2000.0  # each way; what is farther round is not looked at
_SAME_M = 1e-6  # lengths added up in another order


@dataclass(frozen=True, eq=False)
class BareBridges:
    """Bridges beneath which nothing is mapped; build with `list_bare_bridges`.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        Edges on them, rising.
    number : ndarray of int64, shape (n,)
        Which bridge each is part of.
    """

    edge: NDArray[np.int64]
    number: NDArray[np.int64]


def list_bare_bridges(network: WalkNetwork, barriers: Barriers) -> BareBridges:
    """List the bridges that nothing mapped explains.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    barriers : Barriers
        What is mapped.

    Returns
    -------
    BareBridges
        Each one number, however many edges it has.
    """
    bridges, bridge = _label_bridges(network)
    is_explained = _is_explained(network, bridges, barriers)
    is_known = np.bincount(bridge, weights=is_explained, minlength=len(bridges)) > 0
    rest = ~is_known[bridge]
    return BareBridges(bridges[rest], bridge[rest])


def find_bridged(
    network: WalkNetwork,
    begins: Snapped,
    ends: Snapped,
    bare: BareBridges,
) -> NDArray[np.bool_]:
    """Find links that cross what the map does not show.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    begins, ends : Snapped
        Places on them that each link joins.
    bare : BareBridges
        Bridges with nothing mapped beneath them.

    Returns
    -------
    ndarray of bool, shape (n_links,)
        Whether the shortest way round leads over an odd number of those bridges.
    """
    n_links = len(begins.edge)
    if not (len(bare.edge) and n_links):
        return np.zeros(n_links, dtype=bool)
    # 1. Metres from both ends of every link to the nodes that matter.
    graph, on = build_metres_graph(network), bare.edge
    u, v, length_m = network.edge_u[on], network.edge_v[on], network.length_m[on]
    from_a, from_b = _Distances(network, graph, begins), _Distances(network, graph, ends)
    # 2. A bridge lies on the shortest way round where going over it is no longer than that way.
    around_m = from_a.to_places(network, begins, ends)
    count = np.zeros(n_links, dtype=np.int64)
    for number in np.unique(bare.number).tolist():
        is_on = np.zeros(n_links, dtype=bool)
        for i in np.flatnonzero(bare.number == number).tolist():
            there_m = from_a.to_node(u[i]) + length_m[i] + from_b.to_node(v[i])
            back_m = from_a.to_node(v[i]) + length_m[i] + from_b.to_node(u[i])
            over_m = np.minimum(there_m, back_m)
            is_on |= np.isfinite(over_m) & (over_m <= around_m + _SAME_M)
        count += is_on
    return np.asarray(count % 2 == 1)


def build_metres_graph(network: WalkNetwork) -> SearchGraph:
    """Streets that cost their metres, whoever walks.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    SearchGraph
        The same in both directions.
    """
    no_wait = np.zeros(network.n_edges)
    in_metres = Impedance(1.0, network.length_m, network.length_m, no_wait, no_wait)
    return build_graph(network, in_metres, towards=False)


def _label_bridges(network: WalkNetwork) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Edges on bridges, and the number of the bridge that each is part of."""
    edges = np.flatnonzero(network.bridge & (network.level > 0))
    label, _ = label_joined(network.edge_u[edges], network.edge_v[edges], network.n_nodes)
    _, number = np.unique(label[network.edge_u[edges]], return_inverse=True)
    return edges, number


def _is_explained(
    network: WalkNetwork,
    bridges: NDArray[np.int64],
    barriers: Barriers,
) -> NDArray[np.bool_]:
    """Whether something mapped lies beneath: a barrier, or a street on a lower level."""
    lines = network.lines[bridges]
    is_explained: NDArray[np.bool_] = np.asarray(barriers.find_crossed(lines).any(axis=1))
    row, street = shapely.STRtree(network.lines).query(lines, predicate="crosses")
    is_beneath = network.level[street] < network.level[bridges[row]]
    is_explained[row[is_beneath]] = True
    return is_explained


class _Distances:
    """Metres along streets from places on edges, as far as `MAX_WAY_ROUND_M`."""

    def __init__(
        self,
        network: WalkNetwork,
        graph: SearchGraph,
        places: Snapped,
    ) -> None:
        edge, fraction = places.edge, places.fraction
        # many links end on the same streets, so that each node is searched from once
        ends = np.stack([network.edge_u[edge], network.edge_v[edge]])
        nodes, self._row = np.unique(ends, return_inverse=True)
        self._row = self._row.reshape(ends.shape)
        length_m = network.length_m[edge]
        self._first_m = np.stack([fraction * length_m, (1.0 - fraction) * length_m])
        found = reach(graph, place_nodes(nodes), cutoff_s=MAX_WAY_ROUND_M, threads=1)
        self._n_rows = len(nodes)
        key = found.node * self._n_rows + np.repeat(np.arange(len(nodes)), np.diff(found.start))
        order = np.argsort(key)
        self._key = np.append(key[order], -1)
        self._metres = np.append(found.time_s[order], np.inf)

    def to_node(self, node: int) -> NDArray[np.float64]:
        """Metres from every place to a node; inf where it is too far."""
        ends = np.array([node, node + 1]) * self._n_rows
        here = slice(*np.searchsorted(self._key[:-1], ends))
        metres = np.full(self._n_rows, np.inf)
        metres[self._key[here] - ends[0]] = self._metres[here]
        return np.asarray((metres[self._row] + self._first_m).min(axis=0))

    def _to_own_node(self, node: NDArray[np.int64]) -> NDArray[np.float64]:
        """Metres from every place to one node each; inf where it is too far."""
        asked = node * self._n_rows + self._row
        at = np.searchsorted(self._key[:-1], asked)
        metres = np.where(self._key[at] == asked, self._metres[at], np.inf)
        return np.asarray((metres + self._first_m).min(axis=0))

    def to_places(
        self, network: WalkNetwork, places: Snapped, others: Snapped
    ) -> NDArray[np.float64]:
        """Metres from every place to another, over nodes or along one edge."""
        edge, fraction = others.edge, others.fraction
        length_m = network.length_m[edge]
        by_u_m = self._to_own_node(network.edge_u[edge]) + fraction * length_m
        by_v_m = self._to_own_node(network.edge_v[edge]) + (1.0 - fraction) * length_m
        along_m = np.abs(places.fraction - fraction) * length_m
        along_m = np.where(places.edge == edge, along_m, np.inf)
        return np.minimum(np.minimum(by_u_m, by_v_m), along_m)
