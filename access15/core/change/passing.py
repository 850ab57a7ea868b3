"""How many people pass each street on the fastest way to the nearest of some places.

Everybody in a home walks one way, read from the same search that finds the nearest place:

1. From the home to the end of its edge that is on the fastest way, or straight to a door on it.
2. From node to node over edges whose seconds lead exactly from one to the other. They form a forest
   that grows from the doors; of several such edges the one that is found first, in the order of the
   nodes' arcs.
3. People are added up from the ends of its branches towards the doors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.change.barriers import BARRIER_KINDS, StreetBarriers
from access15.core.reach.walks import PlainWalks
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import Places
from access15.core.walk.search import nearest_at_nodes

_AT_NODES = (BARRIER_KINDS.index("crossing"), BARRIER_KINDS.index("kerb"))
_Step = tuple[int, int, int]  # a node, the node before it (-1: a door), and the edge between them


@dataclass(frozen=True, eq=False)
class Passing:
    """How many people pass each street and each of its ends; build with `count_passing`.

    Parameters
    ----------
    edge : ndarray of float64, shape (n_edges,)
        People whose way goes along the edge, or a part of it.
    ends : ndarray of float64, shape (2, n_edges)
        People whose way goes along it and over its first or its last end.
    """

    edge: NDArray[np.float64]
    ends: NDArray[np.float64]

    def count(self, network: WalkNetwork, barriers: StreetBarriers) -> NDArray[np.float64]:
        """Count the people who pass each barrier, where most of them do.

        Parameters
        ----------
        network : WalkNetwork
            The streets.
        barriers : StreetBarriers
            The barriers.

        Returns
        -------
        ndarray of float64, shape (n_barriers,)
            People at the busiest of its streets; of a crossing or a kerb at the busiest of its
            nodes.
        """
        rows = barriers.rows
        people = np.zeros(len(barriers))
        is_at_node = np.isin(barriers.kind, _AT_NODES)[rows.fix]
        along = np.flatnonzero(~is_at_node)
        np.maximum.at(people, rows.fix[along], self.edge[rows.edge[along]])
        # who goes over a node leaves one end of an edge and enters another
        barrier, node, flow = [], [], []
        ends = (barriers.lifts_u, network.edge_u), (barriers.lifts_v, network.edge_v)
        for end, (lifts, nodes) in enumerate(ends):
            here = np.flatnonzero(is_at_node & lifts)
            barrier.append(rows.fix[here])
            node.append(nodes[rows.edge[here]])
            flow.append(self.ends[end][rows.edge[here]])
        places = np.column_stack([np.concatenate(barrier), np.concatenate(node)])
        if len(places):
            places, place = np.unique(places, axis=0, return_inverse=True)
            over = np.bincount(place.ravel(), weights=np.concatenate(flow)) / 2.0
            np.maximum.at(people, places[:, 0], over)
        return people


def count_passing(
    walks: PlainWalks,
    rows: NDArray[np.int64],
    people: NDArray[np.float64],
    *,
    cutoff_s: float,
) -> Passing:
    """Count who passes each street on the fastest way to the nearest of some facilities.

    Parameters
    ----------
    walks : PlainWalks
        The walker.
    rows : ndarray of int64
        Rows of the facilities.
    people : ndarray of float64, shape (n_homes,)
        Who lives in each home.
    cutoff_s : float
        Longest walk, inclusive; who walks longer is not counted [s].

    Returns
    -------
    Passing
        People by edge and end.
    """
    network, homes = walks.network, walks.homes
    sources = walks.facilities.take(walks.doors.of(rows)[0])
    node_s, _ = nearest_at_nodes(walks.graph, sources, cutoff_s=cutoff_s)
    time_s, _ = walks.nearest(rows, cutoff_s=cutoff_s)
    # 1. The first stretch of every home that gets there in time.
    steps = _list_steps(walks, sources, node_s)
    over_s = np.stack(
        [
            np.where(nodes >= 0, node_s[np.maximum(nodes, 0)] + cost_s, np.inf)
            for nodes, cost_s in ((homes.node_a, homes.cost_a_s), (homes.node_b, homes.cost_b_s))
        ]
    )
    goes = (time_s <= cutoff_s) & (people > 0) & (homes.edge >= 0)
    first = np.argmin(over_s, axis=0)
    is_over = goes & (over_s.min(axis=0) <= time_s)  # the others find a door along their edge
    door_edge = np.full(network.n_nodes, -1)
    for node, before, over in steps:
        door_edge[node] = over if before < 0 else -1
    over_node = np.where(first == 0, homes.node_a, homes.node_b)
    is_over &= door_edge[np.maximum(over_node, 0)] != homes.edge
    # who stands at the end of a street and leaves it there has not walked along it
    left = np.where(first == 0, homes.fraction, 1.0 - homes.fraction)
    along = goes & ~(is_over & (left == 0.0))
    edge = np.zeros(network.n_edges)
    np.add.at(edge, homes.edge[along], people[along])
    ends = np.zeros((2, network.n_edges))
    at_node = np.zeros(network.n_nodes)
    for end, nodes in enumerate((homes.node_a, homes.node_b)):
        starts = is_over & (first == end)
        np.add.at(ends[end], homes.edge[starts], people[starts])
        np.add.at(at_node, nodes[starts], people[starts])
    # 2. From node to node, the last found first.
    edge_u = network.edge_u
    for here, before, over in reversed(steps):
        n = at_node[here]
        if n > 0 and over >= 0:
            edge[over] += n
            ends[int(edge_u[over] != here)][over] += n
            if before >= 0:
                ends[int(edge_u[over] != before)][over] += n
                at_node[before] += n
    return Passing(edge, ends)


def _list_steps(walks: PlainWalks, sources: Places, node_s: NDArray[np.float64]) -> list[_Step]:
    """Every node that is reached, after the one before it on the way to the door; a door that
    stands at a node is gone to along no edge, -1.
    """
    graph = walks.graph
    # 1. Nodes reached straight from a door on one of their edges.
    seeds = sources.seeds
    is_first = (seeds.node >= 0) & np.isfinite(seeds.time_s)
    is_first &= node_s[np.maximum(seeds.node, 0)] == seeds.time_s
    begun = np.flatnonzero(is_first)
    steps: list[_Step] = []
    seen = np.zeros(len(node_s), dtype=bool)
    own = seeds.source[begun]
    left = np.where(begun < len(sources), sources.fraction[own], 1.0 - sources.fraction[own])
    edges = np.where(left > 0.0, sources.edge[own], -1)
    doors = zip(seeds.node[begun].tolist(), edges.tolist(), strict=True)
    for node, edge in doors:
        if not seen[node]:
            seen[node] = True
            steps.append((node, -1, edge))
    # 2. Arcs on fastest ways, and from those nodes on, breadth first.
    tail = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    head = graph.arcs["to"].astype(np.int64)
    leads = np.isfinite(node_s[tail]) & (node_s[tail] + graph.arcs["cost_s"] == node_s[head])
    tail, head, over = tail[leads], head[leads], graph.arcs["edge"][leads].astype(np.int64)
    start = np.searchsorted(tail, np.arange(graph.n_nodes + 1)).tolist()
    heads, overs = head.tolist(), over.tolist()
    i = 0
    while i < len(steps):
        node = steps[i][0]
        for arc in range(start[node], start[node + 1]):
            if not seen[heads[arc]]:
                seen[heads[arc]] = True
                steps.append((heads[arc], node, overs[arc]))
        i += 1
    return steps
