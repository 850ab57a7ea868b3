"""Single street fixes, one at a time: a crossing, steps, a kerb, a missing link, a bridge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.change.links import WORKS
from access15.core.streets.network import CROSSINGS, KERBS, WalkNetwork
from access15.core.walk.impedance import Impedance
from access15.core.walk.joined import label_joined

# What is mended where it is, and what joins two streets: see `access15.core.change.links.WORKS`.
JOINING_KINDS = ("missing_link", "mapping_fault", "gate", "lift_or_ramp", "bridge")
FIX_KINDS = ("crossings", "kerbs", "steps", *JOINING_KINDS)
# What can be mended in the street, what would have to be built where a barrier lies, and where to
# look at the map first: told apart everywhere.
FIX_PARTS = {
    "mend": ("crossings", "kerbs", "steps", "missing_link"),
    "build": ("gate", "lift_or_ramp", "bridge"),
    "look": ("mapping_fault",),
}
# Fixes of any kind that bring next to nobody if another plausible door is the right one.
UNSTABLE = "door"
# Edges, the group of each, and whether its first and last end are freed.
_Group = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]
# What a street fix can spare people to wait for; a lift is waited for as well, and is no crossing.
_ROAD_CROSSINGS = ("unmarked", "marked", "signals", "wide")
_DRAWN_M = 30.0  # longest piece of a crossing drawn as a way of its own


@dataclass(frozen=True, eq=False)
class Fixes:
    """Single fixes and the edges each of them changes; build with `find_fixes`.

    Parameters
    ----------
    kind : ndarray of int64, shape (n_fixes,)
        Index into `FIX_KINDS`.
    row_fix : ndarray of int64, shape (n_rows,)
        Fix of each row, rising.
    row_edge : ndarray of int64, shape (n_rows,)
        An edge it changes, each once.
    lifts_u, lifts_v : ndarray of bool, shape (n_rows,)
        At crossings and kerbs: whether the edge's first and last end are freed.
    """

    kind: NDArray[np.int64]
    row_fix: NDArray[np.int64]
    row_edge: NDArray[np.int64]
    lifts_u: NDArray[np.bool_]
    lifts_v: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.kind)

    def edges_of(self, kind: str) -> NDArray[np.int64]:
        """Edges that fixes of one kind change.

        Parameters
        ----------
        kind : str
            One of `FIX_KINDS`.

        Returns
        -------
        ndarray of int64
            Edges, by fix.
        """
        is_kind = self.kind[self.row_fix] == FIX_KINDS.index(kind)
        edges: NDArray[np.int64] = self.row_edge[is_kind]
        return edges

    def of_kinds(self, kinds: NDArray[np.int64]) -> Fixes:
        """Fixes of some kinds only; the others keep their numbers but change nothing.

        Parameters
        ----------
        kinds : ndarray of int64
            Indices into `FIX_KINDS`.

        Returns
        -------
        Fixes
            With fewer rows.
        """
        keep = np.isin(self.kind[self.row_fix], kinds)
        return Fixes(
            self.kind,
            self.row_fix[keep],
            self.row_edge[keep],
            self.lifts_u[keep],
            self.lifts_v[keep],
        )


@dataclass(frozen=True, eq=False)
class LiftedRows:
    """Seconds of the edges that fixes change, once changed; as in
    `access15.core.walk.impedance.Impedance`.

    Parameters
    ----------
    fix, edge : ndarray of int64, shape (n_rows,)
        The rows of a `Fixes`: which fix, rising, and which edge, rising within it.
    forward_s, backward_s, at_u_s, at_v_s : ndarray of float64, shape (n_rows,)
        Seconds of that edge with that fix alone [s].
    """

    fix: NDArray[np.int64]
    edge: NDArray[np.int64]
    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]
    at_u_s: NDArray[np.float64]
    at_v_s: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> LiftedRows:
        """Some of the rows.

        Parameters
        ----------
        rows : ndarray of int64
            Which.

        Returns
        -------
        LiftedRows
            Those rows, in that order.
        """
        return LiftedRows(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def find_fixes(
    network: WalkNetwork,
    is_link: NDArray[np.bool_],
    work: NDArray[np.int64] | None = None,
) -> Fixes:
    """List every crossing, kerb, flight of steps and link of a network.

    A crossing is all that is crossed at one node; one drawn as a way of its own (at most 30 m a
    piece) is one crossing, both of its ends together. A flight is the steps of one OpenStreetMap
    way that hang together.

    Parameters
    ----------
    network : WalkNetwork
        The streets, links included.
    is_link : ndarray of bool, shape (n_edges,)
        Which edges are links.
    work : ndarray of int64, shape (n_links,), optional
        What each of them takes, index into `access15.core.change.links.WORKS`; by default each is a
        missing link.

    Returns
    -------
    Fixes
        By kind, then by their lowest edge.
    """
    # 1. Ends of edges are numbered u first, then v: end i is edge i % n_edges.
    n_edges = network.n_edges
    node = np.concatenate([network.edge_u, network.edge_v])
    crossing = np.concatenate([network.crossing_u, network.crossing_v])
    crossed = np.isin(crossing, [CROSSINGS.index(kind) for kind in _ROAD_CROSSINGS])
    raised = np.concatenate([network.kerb_u, network.kerb_v]) == KERBS.index("raised")
    # 2. What belongs together is one fix: work on a crossing changes every street that meets there,
    #    and nobody takes away every second step.
    crossings = _join_crossings(network, node, crossed)
    flights, links = np.flatnonzero(network.steps), np.flatnonzero(is_link)
    if work is None:
        work = np.full(len(links), WORKS.index("missing_link"))
    joining = [links[work == WORKS.index(name)] for name in JOINING_KINDS]
    groups = [
        _grouped_ends(np.flatnonzero(crossed), crossings, n_edges),
        _grouped_ends(np.flatnonzero(raised), node[raised], n_edges),
        _whole_edges(flights, join_ways(network, flights)),
        *(_whole_edges(edges, edges) for edges in joining),
    ]
    # 3. Numbers follow the lowest edge, so that they do not depend on how groups were found.
    kinds, parts, n_fixes = [], [], 0
    for kind, (edge, group, lifts_u, lifts_v) in enumerate(groups):
        number = number_by_lowest(group, edge)
        order = np.lexsort((edge, number))
        parts.append((n_fixes + number[order], edge[order], lifts_u[order], lifts_v[order]))
        n_new = int(number.max(initial=-1)) + 1
        kinds.append(np.full(n_new, kind, dtype=np.int64))
        n_fixes += n_new
    row_fix, row_edge, lifts_u, lifts_v = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return Fixes(np.concatenate(kinds), row_fix, row_edge, lifts_u, lifts_v)


def lift_rows(
    fixes: Fixes,
    base: Impedance,
    lifted: Mapping[str, Impedance],
) -> LiftedRows:
    """Seconds of the changed edges for one walker.

    Parameters
    ----------
    fixes : Fixes
        The fixes.
    base : Impedance
        The walker on the streets as they are.
    lifted : mapping of str to Impedance
        The walker with a whole class of obstacles lifted, by the kinds in use.

    Returns
    -------
    LiftedRows
        One value per row.
    """
    edge, kind = fixes.row_edge, fixes.kind[fixes.row_fix]
    forward_s, backward_s = base.forward_s[edge], base.backward_s[edge]
    at_u_s, at_v_s = base.at_u_s[edge], base.at_v_s[edge]
    for name, other in lifted.items():
        here = kind == FIX_KINDS.index(name)
        if name in ("crossings", "kerbs"):
            at_u_s = np.where(here & fixes.lifts_u, other.at_u_s[edge], at_u_s)
            at_v_s = np.where(here & fixes.lifts_v, other.at_v_s[edge], at_v_s)
        else:
            forward_s = np.where(here, other.forward_s[edge], forward_s)
            backward_s = np.where(here, other.backward_s[edge], backward_s)
    return LiftedRows(fixes.row_fix, edge, forward_s, backward_s, at_u_s, at_v_s)


def _whole_edges(edges: NDArray[np.int64], group: NDArray[np.int64]) -> _Group:
    """One row per edge, whose ends stay as they are."""
    stays = np.zeros(len(edges), dtype=bool)
    return edges, group, stays, stays


def _grouped_ends(
    ends: NDArray[np.int64],
    group: NDArray[np.int64],
    n_edges: int,
) -> _Group:
    """One row per group and edge, with the ends that are freed."""
    edge, is_v = ends % max(n_edges, 1), ends >= n_edges
    pairs, row = np.unique(np.column_stack([group, edge]), axis=0, return_inverse=True)
    lifts_u, lifts_v = np.zeros(len(pairs), dtype=bool), np.zeros(len(pairs), dtype=bool)
    lifts_u[row[~is_v]] = True
    lifts_v[row[is_v]] = True
    return pairs[:, 1], pairs[:, 0], lifts_u, lifts_v


def _join_crossings(
    network: WalkNetwork,
    node: NDArray[np.int64],
    crossed: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Group of each crossed end: its node, or both outer ends of a crossing drawn as a way."""
    # 1. Ends that are the only one crossed at their node, on pieces short enough for a crossing.
    n, n_nodes = network.n_edges, network.n_nodes
    n_crossed = np.bincount(node[crossed], minlength=n_nodes)
    is_short = np.tile(network.length_m <= _DRAWN_M, 2)
    is_alone = crossed & (n_crossed[node] == 1) & is_short
    # 2. A crossing drawn in one piece: both of its ends are such.
    whole = np.flatnonzero(is_alone[:n] & is_alone[n:])
    # 3. A crossing drawn in two pieces of one way that meet in mid-street, where nothing is
    #    crossed: pieces are sorted by the node they meet at, so that partners lie side by side.
    partner = np.concatenate([np.arange(n, 2 * n), np.arange(n)])
    is_way = np.tile(network.way_id >= 0, 2)
    outer = np.flatnonzero(is_alone & ~crossed[partner] & is_way)
    outer = outer[n_crossed[node[partner[outer]]] == 0]
    middle, way = node[partner[outer]], network.way_id[outer % max(n, 1)]
    order = np.lexsort((way, middle))
    outer, middle, way = outer[order], middle[order], way[order]
    is_pair = (np.diff(middle) == 0) & (np.diff(way) == 0)
    # 4. Joined nodes are one group, however long the chain.
    a = np.append(network.edge_u[whole], node[outer[:-1][is_pair]])
    b = np.append(network.edge_v[whole], node[outer[1:][is_pair]])
    return label_joined(a, b, n_nodes)[0][node[crossed]]


def join_ways(network: WalkNetwork, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Group edges of one OpenStreetMap way that hang together.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    edges : ndarray of int64, shape (n,)
        Which of their edges.

    Returns
    -------
    ndarray of int64, shape (n,)
        Group of each.
    """
    if not len(edges):
        return edges
    # edges of unknown ways are ways of their own; a node counts once for every way that meets there
    way = np.where(network.way_id[edges] >= 0, network.way_id[edges], -1 - edges)
    node = np.concatenate([network.edge_u[edges], network.edge_v[edges]])
    ends = np.column_stack([np.tile(way, 2), node])
    names, name = np.unique(ends, axis=0, return_inverse=True)
    a, b = name.reshape(2, -1)
    return label_joined(a, b, len(names))[0][a]


def number_by_lowest(group: NDArray[np.int64], edge: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number groups by their lowest edge, so that the same streets give the same numbers.

    Parameters
    ----------
    group, edge : ndarray of int64, shape (n,)
        Group of each row, under any number, and its edge.

    Returns
    -------
    ndarray of int64, shape (n,)
        Number of each row's group, from 0.
    """
    names, row = np.unique(group, return_inverse=True)
    lowest = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(lowest, row, edge)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((names, lowest))] = np.arange(len(names))
    return rank[row]
