"""Where crossings and kerbs are felt: on which ends of which edges.

Each edge end carries half of its crossing, so that walking through a node costs the crossing once.
A walkway is for walkers only; a carriageway is every other street. The rules:

R1  Where walkways and carriageways meet at a crossing, the walkways' ends carry it: walking along
    a street past its zebra is free, crossing it costs once, turning onto it half.
R2  Where only one sort meets, every end carries it.
R3  A junction of three or more carriageway ends carries the slowest crossing on its approaches
    (at most 25 m along a carriageway), and the carriageways' ends at those crossings carry
    nothing: the junction costs once, however many approaches are marked. Driveways and other
    service roads make no junction.
R4  A way drawn across a street (``footway=crossing``) costs its crossing once. If a crossing node
    lies on it, that node carries the slower of the two; otherwise the way's outer ends carry it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from access15.core.streets.simplify import find_chains

APPROACH_M = 25.0


@dataclass(frozen=True, eq=False)
class Pieces:
    """Pieces of ways between nodes, and what their tags and nodes say about crossings.

    Parameters
    ----------
    u, v : ndarray of int64, shape (n,)
        Node index of each piece's ends.
    way : ndarray of int64, shape (n,)
        Which way each piece is part of.
    length_m : ndarray of float64, shape (n,)
        Length [m].
    is_walkway : ndarray of bool, shape (n,)
        Whether only walkers use it.
    is_street : ndarray of bool, shape (n,)
        Whether it is a carriageway that makes junctions (driveways and other service roads do not).
    way_crossing : ndarray of uint8, shape (n,)
        Index into `CROSSINGS`, from the tags of a way drawn across a street.
    is_crossing_stated : ndarray of bool, shape (n,)
        Whether those tags name the kind.
    node_crossing, node_kerb : ndarray of uint8, shape (n_nodes,)
        Index into `CROSSINGS` and `KERBS`, from the nodes' tags.
    is_kerb_across : ndarray of bool, shape (n_nodes,)
        Whether the node's kerb lies across the street.
    is_passed : ndarray of bool, shape (n_nodes,)
        Whether a walkway that is no piece, because it is drawn over a carriageway, passes the node.
    """

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    way: NDArray[np.int64]
    length_m: NDArray[np.float64]
    is_walkway: NDArray[np.bool_]
    is_street: NDArray[np.bool_]
    way_crossing: NDArray[np.uint8]
    is_crossing_stated: NDArray[np.bool_]
    node_crossing: NDArray[np.uint8]
    node_kerb: NDArray[np.uint8]
    is_kerb_across: NDArray[np.bool_]
    is_passed: NDArray[np.bool_]


def assign_crossings(pieces: Pieces) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give crossings to the ends of edges by rules R1 to R4."""
    n = len(pieces.u)
    node = np.concatenate([pieces.u, pieces.v])
    is_walkway = np.tile(pieces.is_walkway, 2)
    is_walked = (_count_ends(pieces, pieces.is_walkway) > 0) | pieces.is_passed
    # 1. Join nodes and drawn ways first (R4), because the junctions ask for the slower of the two.
    at_node, at_way_end = _merge_ways_and_nodes(pieces)
    # 2. Junctions take over the crossings on their approaches (R3).
    is_junction = _count_ends(pieces, pieces.is_street) >= 3
    at_junction, is_merged = _find_junctions(pieces, at_node, is_junction)
    # 3. Carriageways feel nothing where walkways carry the crossing (R1) or a junction does.
    is_silent = is_walked | is_merged
    along_street = np.where(is_junction, at_junction, np.where(is_silent, 0, at_node))
    # 4. What is left is everyone's (R2); walkways also carry what is drawn as a way.
    at_end = np.where(is_walkway, np.maximum(at_node[node], at_way_end), along_street[node])
    return at_end[:n], at_end[n:]


def assign_kerbs(pieces: Pieces) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give kerbs to the ends of edges.

    Where a walkway meets a carriageway the kerb is the walkway's. Elsewhere it is everyone's, but
    the kerb of a crossing that no walkway uses does not hinder those who walk along the street.
    """
    n = len(pieces.u)
    node = np.concatenate([pieces.u, pieces.v])
    is_walkway = np.tile(pieces.is_walkway, 2)
    is_walked = (_count_ends(pieces, pieces.is_walkway) > 0) | pieces.is_passed
    is_felt = is_walkway | ~(is_walked | pieces.is_kerb_across)[node]
    at_end = np.where(is_felt, pieces.node_kerb[node], 0).astype(np.uint8)
    return at_end[:n], at_end[n:]


def _count_ends(pieces: Pieces, is_counted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number of ends of the pieces counted, per node."""
    ends = np.concatenate([pieces.u[is_counted], pieces.v[is_counted]])
    return np.bincount(ends, minlength=len(pieces.node_crossing))


def _find_junctions(
    pieces: Pieces,
    at_node: NDArray[np.uint8],
    is_junction: NDArray[np.bool_],
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """R3: slowest crossing at each junction and its approaches; crossings that a junction took
    over.
    """
    is_carriageway = ~pieces.is_walkway
    n_carriage = _count_ends(pieces, is_carriageway)
    u, v = pieces.u[is_carriageway], pieces.v[is_carriageway]
    length_m = pieces.length_m[is_carriageway]
    at_junction = np.where(is_junction, at_node, 0).astype(np.uint8)
    is_merged = np.zeros(len(at_node), dtype=np.bool_)
    if not len(u):
        return at_junction, is_merged
    # 1. An approach is a chain of pieces along which nothing happens: two ends meet at each node
    #    inside, and none of these has a crossing.
    chains = find_chains(u, v, (n_carriage == 2) & (at_node == 0))
    first, last = chains.start[:-1], chains.start[1:] - 1
    u, v = u[chains.edge], v[chains.edge]
    from_node = np.where(chains.is_reversed, v, u)[first]
    to_node = np.where(chains.is_reversed, u, v)[last]
    is_near = np.add.reduceat(length_m[chains.edge], first) <= APPROACH_M
    # 2. A short chain from a junction to a crossing, at either end, hands the crossing over; one
    #    that ends at another junction does not, for that one has its own.
    for junction, approach in ((from_node, to_node), (to_node, from_node)):
        joins = is_near & is_junction[junction] & (at_node[approach] > 0) & ~is_junction[approach]
        np.maximum.at(at_junction, junction[joins], at_node[approach[joins]])
        is_merged[approach[joins]] = True
    return at_junction, is_merged


def _merge_ways_and_nodes(pieces: Pieces) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """R4: crossing of each node, and of each piece's ends, after crossing ways and nodes are joined
    up.
    """
    n, n_nodes = len(pieces.u), len(pieces.node_crossing)
    at_node = pieces.node_crossing.copy()
    at_end = np.zeros(2 * n, dtype=np.uint8)
    drawn = np.flatnonzero(pieces.way_crossing)
    if not len(drawn):
        return at_node, at_end
    # 1. What was cut into pieces (by a kerb, an island) is one crossing again.
    stroke = _find_strokes(pieces, drawn)
    end = np.concatenate([drawn, drawn + n])
    node = np.concatenate([pieces.u[drawn], pieces.v[drawn]])
    stroke = np.tile(stroke, 2)
    kind = np.tile(pieces.way_crossing[drawn], 2)

    # 2. A crossing node on it carries the slower of the two. A way that does not say its kind must
    #    not make the node's slower.
    is_marked_node = at_node[node] > 0
    raises = is_marked_node & np.tile(pieces.is_crossing_stated[drawn], 2)
    np.maximum.at(at_node, node[raises], kind[raises])

    # 3. Without such a node the way's own outer ends carry it; an end where it meets itself is
    #    inside.
    has_node = np.zeros(stroke.max() + 1, dtype=np.bool_)
    has_node[stroke[is_marked_node]] = True
    slowest = np.zeros(stroke.max() + 1, dtype=np.uint8)
    np.maximum.at(slowest, stroke, kind)
    _, meeting, n_meeting = np.unique(
        stroke * n_nodes + node, return_inverse=True, return_counts=True
    )
    is_outer = n_meeting[meeting] == 1
    carries = is_outer & ~has_node[stroke]
    at_end[end[carries]] = slowest[stroke[carries]]
    return at_node, at_end


def _find_strokes(pieces: Pieces, drawn: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the crossings drawn as ways: pieces of one way, or that meet in mid-street, are one
    crossing.
    """
    is_mid_street = (_count_ends(pieces, ~pieces.is_walkway) > 0) | (pieces.node_crossing > 0)
    node = np.concatenate([pieces.u[drawn], pieces.v[drawn]])
    way = np.tile(pieces.way[drawn], 2)
    # Ends with the same name belong together: in mid-street those at a node, elsewhere those of a
    # way at a node.
    nobody = np.iinfo(np.int64).min
    named = np.column_stack([node, np.where(is_mid_street[node], nobody, way)])
    names, name = np.unique(named, axis=0, return_inverse=True)
    u, v = name.reshape(2, -1)
    # Pieces join the names of their two ends; what hangs together is one stroke.
    n = len(names)
    links = coo_array((np.ones(len(u)), (u, v)), shape=(n, n))
    _, stroke_of_name = connected_components(links, directed=False)
    return np.asarray(stroke_of_name[u], dtype=np.int64)
