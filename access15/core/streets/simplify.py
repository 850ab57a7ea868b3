"""Fewer nodes, same streets: edges are joined where nothing meets and nothing changes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork, build_network, polyline_lengths_m, turn_codes

# What must be equal on both sides of a node for its two edges to become one.
_SAME = (
    "highway",
    "street",
    "steps",
    "conveying",
    "surface",
    "smoothness",
    "wheelchair",
    "tunnel",
    "bridge",
    "level",
    "other_level",
)
# A source may state lengths that its lines do not have; places on a joined edge then lie off by at
# most so much.
_MAX_MOVED_M = 5.0
# What is said from u to v, and turns round with the edge.
_DIRECTED = ("slope", "one_way")


class Chains(NamedTuple):
    """Edges in walking order, chain after chain.

    Parameters
    ----------
    start : ndarray of int64, shape (n_chains + 1,)
        Chain ``c`` owns the items ``start[c]:start[c + 1]`` of `edge` and `is_reversed`.
    edge : ndarray of int64, shape (n_edges,)
        Every edge exactly once.
    is_reversed : ndarray of bool, shape (n_edges,)
        Whether the chain walks the edge from v to u.
    """

    start: NDArray[np.int64]
    edge: NDArray[np.int64]
    is_reversed: NDArray[np.bool_]


def find_chains(
    edge_u: NDArray[np.int64],
    edge_v: NDArray[np.int64],
    is_through: NDArray[np.bool_],
) -> Chains:
    """Line up the edges that are joined by nodes to be walked straight through.

    A chain runs in the direction of its edge with the lowest index, and chains come in the order
    of that index. A ring without any other node is cut at the first node of that edge.

    Parameters
    ----------
    edge_u, edge_v : ndarray of int64, shape (n_edges,)
        Node index of each edge's ends.
    is_through : ndarray of bool, shape (n_nodes,)
        Nodes that may lie inside a chain: those where exactly two ends meet.

    Returns
    -------
    Chains
        All edges, those that nothing continues as chains of one.

    Examples
    --------
    >>> import numpy as np
    >>> chains = find_chains(np.array([0, 2]), np.array([1, 1]), np.array([False, True, False]))
    >>> chains.edge.tolist(), chains.is_reversed.tolist()
    ([0, 1], [False, True])
    """
    # 1. At every through node two ends of edges meet: each is the other's partner. What has no
    #    partner is the end of a chain, so all follows from this one array.
    n_edges = len(edge_u)
    first, second = _pair_ends(edge_u, edge_v, is_through)
    partner_of_end = np.full(2 * n_edges, -1, dtype=np.int64)
    partner_of_end[first], partner_of_end[second] = second, first
    joined = np.flatnonzero((partner_of_end[:n_edges] >= 0) | (partner_of_end[n_edges:] >= 0))

    # 2. Chains are walked from their open ends first, because whoever starts inside one would see
    #    only a part of it. Lists, not arrays: single items are read one after the other.
    chain_of = list(range(n_edges))
    rank = [0] * n_edges
    is_reversed = [False] * n_edges
    for walk in _walk_chains(joined.tolist(), partner_of_end.tolist()):
        for position, (edge, backwards) in enumerate(walk):
            chain_of[edge], rank[edge], is_reversed[edge] = walk[0][0], position, backwards
    # 3. Chains are told apart by their first edge, and ordered by their lowest.
    chain = np.array(chain_of, dtype=np.int64)
    lowest = np.full(n_edges, n_edges, dtype=np.int64)
    np.minimum.at(lowest, chain, np.arange(n_edges))
    order = np.lexsort((np.array(rank, dtype=np.int64), lowest[chain]))
    begins = np.flatnonzero(np.diff(lowest[chain][order], prepend=-1))
    start = np.append(begins, n_edges).astype(np.int64)
    return Chains(start, order, np.array(is_reversed, dtype=np.bool_)[order])


def simplify_network(network: WalkNetwork, is_kept: NDArray[np.bool_] | None = None) -> WalkNetwork:
    """Join edges at nodes where only two of them meet and nothing about the street changes.

    Nodes that carry a crossing or a kerb stay, and so do changes of class, name, surface,
    smoothness, width, steps, slope, direction, wheelchair access, tunnel, bridge or level. A
    tagged incline is never carried over to another OpenStreetMap way. Geometry, lengths and counts
    of steps are kept; a joined edge bears the way id of its first part. Parallel edges are kept. A
    closed ring that nothing meets becomes one edge from a node to itself. Nodes without edges are
    left out.

    Parameters
    ----------
    network : WalkNetwork
        The network to simplify; it is not changed.
    is_kept : ndarray of bool, shape (n_nodes,), optional
        Nodes that must stay although nothing changes there.

    Returns
    -------
    WalkNetwork
        The same streets with as few nodes as possible.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.core.streets.network import build_network
    >>> bent = build_network(
    ...     crs="EPSG:32632",
    ...     node_xy=np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 40.0]]),
    ...     edge_u=np.array([0, 1]),
    ...     edge_v=np.array([1, 2]),
    ... )
    >>> simplify_network(bent).length_m.tolist()
    [70.0]
    """
    # 1. Which nodes may go: two ends, alike in all that slows or names a walk.
    is_through = _find_through_nodes(network)
    if is_kept is not None:
        is_through &= ~is_kept
    chains = find_chains(network.edge_u, network.edge_v, is_through)
    # 2. A chain takes its attributes from its first edge, since all are alike; crossings and kerbs
    #    from the outer ends of its first and last, because inside it there are none.
    first, last = chains.start[:-1], chains.start[1:] - 1
    edge, backwards = chains.edge, chains.is_reversed
    lead = edge[first]
    from_node = np.where(backwards[first], network.edge_v[lead], network.edge_u[lead])
    to_node = np.where(backwards[last], network.edge_u[edge[last]], network.edge_v[edge[last]])
    nodes, ends = np.unique(np.concatenate([from_node, to_node]), return_inverse=True)
    # 3. Edges that the chain walks backwards are turned: vertices, incline and ends change sides.
    vertex_start, vertex_xy = _join_vertices(network, chains)
    flip = backwards[first]
    tail, flip_tail = edge[last], backwards[last]
    # 4. Steps take up as many metres as before, of a longer edge.
    length_m = _sum_by_chain(network.length_m[edge], chains)
    stepped_m = _sum_by_chain((network.length_m * network.step_share)[edge], chains)
    is_joined = (last > first) & (length_m > 0)
    whole_m = np.where(is_joined, length_m, 1.0)
    return build_network(
        crs=network.crs,
        node_xy=network.node_xy[nodes],
        edge_u=ends[: len(lead)],
        edge_v=ends[len(lead) :],
        vertex_start=vertex_start,
        vertex_xy=vertex_xy,
        length_m=length_m,
        step_count=_sum_by_chain(network.step_count[edge], chains),
        step_share=np.where(is_joined, stepped_m / whole_m, network.step_share[lead]),
        highway_names=network.highway_names,
        street_names=network.street_names,
        way_id=network.way_id[lead],
        width_m=network.width_m[lead],
        incline=np.where(flip, -network.incline[lead], network.incline[lead]),
        crossing_u=np.where(flip, network.crossing_v[lead], network.crossing_u[lead]),
        kerb_u=np.where(flip, network.kerb_v[lead], network.kerb_u[lead]),
        crossing_v=np.where(flip_tail, network.crossing_u[tail], network.crossing_v[tail]),
        kerb_v=np.where(flip_tail, network.kerb_u[tail], network.kerb_v[tail]),
        **{name: getattr(network, name)[lead] for name in _SAME},
        **{name: turn_codes(getattr(network, name)[lead], flip) for name in _DIRECTED},
    )


def _pair_ends(
    edge_u: NDArray[np.int64],
    edge_v: NDArray[np.int64],
    is_through: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The two ends that meet at each through node; end ``e`` is u of edge e, ``n_edges + e``
    its v.
    """
    node_of_end = np.concatenate([edge_u, edge_v])
    ends = np.flatnonzero(is_through[node_of_end])
    ends = ends[np.argsort(node_of_end[ends], kind="stable")]
    return ends[0::2], ends[1::2]


def _walk_chains(joined: list[int], partner_of_end: list[int]) -> list[list[tuple[int, bool]]]:
    """Chains of (edge, walked backwards) through the joined edges."""
    n_edges = len(partner_of_end) // 2
    is_done = bytearray(n_edges)
    chains = []
    open_ends = [end for e in joined for end in (e, e + n_edges) if partner_of_end[end] < 0]
    for start in [*open_ends, *joined]:  # what the open ends do not reach are rings
        if is_done[start % n_edges]:
            continue
        chain = []
        end = start
        while end >= 0 and not is_done[end % n_edges]:
            edge, backwards = end % n_edges, end >= n_edges
            is_done[edge] = 1
            chain.append((edge, backwards))
            end = partner_of_end[edge if backwards else edge + n_edges]
        # the direction of the edge with the lowest index, whichever end the walk began at
        lowest = min(chain)
        chains.append(
            [(edge, not backwards) for edge, backwards in reversed(chain)] if lowest[1] else chain
        )
    return chains


def _find_through_nodes(network: WalkNetwork) -> NDArray[np.bool_]:
    """Nodes where two ends meet, alike, with neither crossing nor kerb."""
    n_edges = network.n_edges
    node_of_end = np.concatenate([network.edge_u, network.edge_v])
    is_through = np.bincount(node_of_end, minlength=network.n_nodes) == 2
    first, second = _pair_ends(network.edge_u, network.edge_v, is_through)
    a, b = first % max(n_edges, 1), second % max(n_edges, 1)
    alike = np.ones(len(a), dtype=np.bool_)
    for name in _SAME:
        values = getattr(network, name)
        alike &= values[a] == values[b]
    alike &= _is_same_or_nan(network.width_m[a], network.width_m[b])
    # a place on a joined edge is as far along as its line says, so that lines must tell the truth
    drawn_m = polyline_lengths_m(network.vertex_start, network.vertex_xy)
    stretch = network.length_m / np.where(drawn_m > 0, drawn_m, 1.0)
    moved_m = np.abs(stretch[a] - stretch[b]) * np.minimum(drawn_m[a], drawn_m[b])
    alike &= moved_m <= _MAX_MOVED_M
    for name in _DIRECTED:
        codes = getattr(network, name)
        alike &= turn_codes(codes[a], first < n_edges) == turn_codes(codes[b], second >= n_edges)
    for u_values, v_values in (
        (network.crossing_u, network.crossing_v),
        (network.kerb_u, network.kerb_v),
    ):
        at_end = np.concatenate([u_values, v_values])
        alike &= (at_end[first] == 0) & (at_end[second] == 0)
    # Rise along the walk in by the first end and out by the second.
    rise_in = np.where(first >= n_edges, network.incline[a], -network.incline[a])
    rise_out = np.where(second < n_edges, network.incline[b], -network.incline[b])
    is_untagged = np.isnan(rise_in) & np.isnan(rise_out)
    alike &= is_untagged | ((rise_in == rise_out) & (network.way_id[a] == network.way_id[b]))
    is_through[node_of_end[first[~alike]]] = False
    return np.asarray(is_through)


def _is_same_or_nan(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether two values are equal, or both unknown."""
    return np.asarray((a == b) | (np.isnan(a) & np.isnan(b)))


def _sum_by_chain(values: NDArray[Any], chains: Chains) -> NDArray[Any]:
    """Sum of the values along each chain."""
    return np.asarray(np.add.reduceat(values, chains.start[:-1])) if len(values) else values


def _join_vertices(
    network: WalkNetwork, chains: Chains
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Vertices along each chain, those where edges meet once."""
    n_vertices = np.diff(network.vertex_start)[chains.edge]
    is_lead = np.zeros(len(chains.edge), dtype=np.bool_)
    is_lead[chains.start[:-1]] = True
    skip = (~is_lead).astype(np.int64)  # the vertex shared with the edge before
    taken = n_vertices - skip
    offset = np.concatenate([[0], np.cumsum(taken)])
    along = np.arange(offset[-1]) - np.repeat(offset[:-1] - skip, taken)
    low = np.repeat(network.vertex_start[:-1][chains.edge], taken)
    high = np.repeat(network.vertex_start[1:][chains.edge] - 1, taken)
    index = np.where(np.repeat(chains.is_reversed, taken), high - along, low + along)
    return offset[chains.start], network.vertex_xy[index]
