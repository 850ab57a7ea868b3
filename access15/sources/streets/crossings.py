"""Where crossings and kerbs are felt: on which ends of which edges.

Each edge end carries half of its crossing, so that walking through a node costs the crossing once.
A walkway is for walkers only; a carriageway is every other street. The rules:

R1  Where walkways and carriageways meet at a crossing, the walkways' ends carry it: walking along
    a street past its zebra is free, crossing it costs once, turning onto it half. Where only
    walkways meet, their ends carry it too.
R2  Along a carriageway nobody waits: not at its zebras, not at the lights of its cars.
R3  At a junction of carriageways the end of each street carries the crossing of the *others*: who
    goes straight on crosses the other street once, who turns half of each, for one corner of two
    needs no crossing. How a street is crossed there is what is mapped at the junction or on the
    street's approaches, at most 25 m away. Driveways and other service roads are not crossed.
R4  A way drawn across a street (``footway=crossing``) costs its crossing once. If a crossing node
    lies on it, that node carries the slower of the two; otherwise the way's outer ends carry it.
R5  A street of four or more lanes of which nothing is mapped is a crossing of its own kind
    ("wide"), at junctions and where a walkway meets it.
R6  A lift costs one wait: at its node, or at the ends where other ways meet the way it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import CROSSINGS
from access15.core.streets.simplify import find_chains
from access15.core.walk.joined import label_joined

APPROACH_M = 25.0
_STRAIGHT = np.radians(45.0)  # arms that bend less continue each other
_MAX_BEND = np.radians(100.0)  # the same way or name goes round a corner, not back
_WIDE, _LIFT = CROSSINGS.index("wide"), CROSSINGS.index("lift")


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
        Whether it is a carriageway that is crossed (driveways and other service roads are not).
    is_wide : ndarray of bool, shape (n,)
        Whether it is a carriageway of four or more lanes.
    name : ndarray of int64, shape (n,)
        Index of the street's name, 0 for none.
    leaves_u, leaves_v : ndarray of float64, shape (n,)
        Direction in which the piece leaves its first and last node [rad].
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
    is_wide: NDArray[np.bool_]
    name: NDArray[np.int64]
    leaves_u: NDArray[np.float64]
    leaves_v: NDArray[np.float64]
    way_crossing: NDArray[np.uint8]
    is_crossing_stated: NDArray[np.bool_]
    node_crossing: NDArray[np.uint8]
    node_kerb: NDArray[np.uint8]
    is_kerb_across: NDArray[np.bool_]
    is_passed: NDArray[np.bool_]


def assign_crossings(pieces: Pieces) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give crossings to the ends of edges by rules R1 to R6."""
    n = len(pieces.u)
    node = np.concatenate([pieces.u, pieces.v])
    is_walkway = np.tile(pieces.is_walkway, 2)
    # 1. Join nodes and drawn ways first (R4), because the junctions ask for the slower of the two.
    at_node, at_way_end = _merge_ways_and_nodes(pieces)
    # 2. Walkways carry what is mapped (R1), or a wide street of which nothing is (R5).
    is_unmapped = (at_node == 0) & (_count_ends(pieces, pieces.is_wide) > 0)
    is_drawn = np.tile(pieces.way_crossing > 0, 2)
    wide = np.where(is_unmapped[node] & ~is_drawn, _WIDE, 0)
    on_foot = np.maximum(np.maximum(at_node[node], at_way_end), wide)
    # 3. Carriageways carry what crosses them at junctions (R3), and lifts; nothing else (R2).
    along_street = _cross_at_junctions(pieces, at_node)
    # 4. A lift is waited for by everybody (R6).
    is_lift = at_node[node] == _LIFT
    at_end = np.where(is_lift, _LIFT, np.where(is_walkway, on_foot, along_street))
    at_end = np.where(_find_lift_ends(pieces), _LIFT, at_end).astype(np.uint8)
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


def _cross_at_junctions(pieces: Pieces, at_node: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """R3: what each end of a carriageway carries at a junction, shape (2 n,)."""
    n, n_nodes = len(pieces.u), len(at_node)
    node = np.concatenate([pieces.u, pieces.v])
    carried = np.zeros(2 * n, dtype=np.uint8)
    is_carriageway = ~pieces.is_walkway
    is_junction = _count_ends(pieces, is_carriageway) >= 3
    ends = np.flatnonzero(np.tile(is_carriageway, 2) & is_junction[node])
    if not len(ends):
        return carried
    # 1. How each arm is crossed: what is mapped on its approach, or on the junction itself.
    approach = _find_approaches(pieces, at_node, is_junction)
    crossed = np.maximum(approach, np.where(at_node[node] == _LIFT, 0, at_node[node]))
    crossed = np.where(np.tile(pieces.is_street, 2), crossed, 0)
    # 2. Two arms that continue each other are one street, crossed as its slower arm; a wide one of
    #    which nothing is mapped is a crossing too.
    street = _pair_arms(pieces, ends)
    slowest = np.zeros(2 * n, dtype=np.uint8)
    np.maximum.at(slowest, street, crossed[ends])
    is_wide = np.zeros(2 * n, dtype=np.bool_)
    is_wide[street[np.tile(pieces.is_wide, 2)[ends]]] = True
    slowest[is_wide & (slowest == 0)] = _WIDE
    # 3. Each end carries the slowest of the other streets: the slowest of all, or, where that is
    #    its own, the second.
    streets = np.unique(street)
    order = streets[np.lexsort((-slowest[streets].astype(int), node[streets]))]
    is_first = np.diff(node[order], prepend=-1) != 0
    first = np.full(n_nodes, -1, dtype=np.int64)
    first[node[order[is_first]]] = order[is_first]
    is_second = np.append(False, is_first[:-1]) & ~is_first
    second = np.zeros(n_nodes, dtype=np.uint8)
    second[node[order[is_second]]] = slowest[order[is_second]]
    here = node[ends]
    is_own = first[here] == street
    carried[ends] = np.where(is_own, second[here], slowest[first[here]])
    return carried


def _pair_arms(pieces: Pieces, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The street of each arm of a junction: the lowest of the one or two ends it is made of.

    Arms of one way or one name belong together first, then those that lie most nearly straight.
    """
    n = len(pieces.u)
    node = np.concatenate([pieces.u, pieces.v])[ends]
    leaves = np.concatenate([pieces.leaves_u, pieces.leaves_v])[ends]
    # 1. All pairs of arms of one junction: arms sorted by node, each with those 1, 2, ... behind.
    order = np.argsort(node, kind="stable")
    firsts, seconds = [], []
    for behind in range(1, int(np.bincount(node).max(initial=1))):
        is_pair = node[order[:-behind]] == node[order[behind:]]
        firsts.append(order[:-behind][is_pair])
        seconds.append(order[behind:][is_pair])
    a, b = np.concatenate(firsts), np.concatenate(seconds)
    # 2. How far from straight, and whether they are told to be one street.
    turn = np.abs((leaves[a] - leaves[b]) % (2 * np.pi) - np.pi)
    way, name = pieces.way[ends % n], pieces.name[ends % n]
    is_told = (way[a] == way[b]) | ((name[a] == name[b]) & (name[a] > 0))
    is_street = pieces.is_street[ends % n]
    is_alike = is_street[a] == is_street[b]
    is_possible = is_alike & (is_told & (turn < _MAX_BEND) | (turn < _STRAIGHT))
    ranked = np.flatnonzero(is_possible)
    ranked = ranked[np.lexsort((turn[ranked], ~is_told[ranked]))]
    # 3. The best pairs first; each arm goes on into one other.
    street = ends.copy()
    is_taken = np.zeros(len(ends), dtype=np.bool_)
    for one, other in zip(a[ranked].tolist(), b[ranked].tolist(), strict=True):
        if not (is_taken[one] or is_taken[other]):
            is_taken[one] = is_taken[other] = True
            street[one] = street[other] = min(ends[one], ends[other])
    return street


def _find_approaches(
    pieces: Pieces,
    at_node: NDArray[np.uint8],
    is_junction: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """The crossing at most 25 m down each arm of a junction, shape (2 n,)."""
    n = len(pieces.u)
    found = np.zeros(2 * n, dtype=np.uint8)
    is_carriageway = ~pieces.is_walkway
    rows = np.flatnonzero(is_carriageway)
    u, v = pieces.u[rows], pieces.v[rows]
    # 1. An approach is a chain of pieces along which nothing happens: two ends meet at each node
    #    inside, and none of these has a crossing.
    n_carriage = _count_ends(pieces, is_carriageway)
    chains = find_chains(u, v, (n_carriage == 2) & (at_node == 0))
    first, last = chains.start[:-1], chains.start[1:] - 1
    edge, is_reversed = rows[chains.edge], chains.is_reversed
    from_end = np.where(is_reversed, edge + n, edge)[first]
    to_end = np.where(is_reversed, edge, edge + n)[last]
    is_near = np.add.reduceat(pieces.length_m[edge], first) <= APPROACH_M
    # 2. A short chain from a junction to a crossing, at either end; one that ends at another
    #    junction does not count, for that one has its own.
    node = np.concatenate([pieces.u, pieces.v])
    for here, there in ((from_end, to_end), (to_end, from_end)):
        kind = np.where(
            is_near & ~_is_street_junction(pieces)[node[there]], at_node[node[there]], 0
        )
        found[here] = np.where(is_junction[node[here]], kind, 0)
    return found


def _is_street_junction(pieces: Pieces) -> NDArray[np.bool_]:
    """Whether three or more ends of streets meet at each node: a driveway makes no junction."""
    return _count_ends(pieces, pieces.is_street) >= 3


def _find_lift_ends(pieces: Pieces) -> NDArray[np.bool_]:
    """R6: ends at which a lift that is a way is entered, unless a node of it is the lift."""
    is_lift = pieces.way_crossing == _LIFT
    is_lift_node = pieces.node_crossing == _LIFT
    has_node = is_lift_node[pieces.u] | is_lift_node[pieces.v]
    is_met = _count_ends(pieces, ~is_lift) > 0
    node = np.concatenate([pieces.u, pieces.v])
    return np.asarray(np.tile(is_lift & ~has_node, 2) & is_met[node])


def _merge_ways_and_nodes(pieces: Pieces) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """R4: crossing of each node, and of each piece's ends, after crossing ways and nodes are joined
    up.
    """
    n, n_nodes = len(pieces.u), len(pieces.node_crossing)
    at_node = pieces.node_crossing.copy()
    at_end = np.zeros(2 * n, dtype=np.uint8)
    drawn = np.flatnonzero((pieces.way_crossing > 0) & (pieces.way_crossing != _LIFT))
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
    stroke_of_name, _ = label_joined(u, v, len(names))
    return stroke_of_name[u]
