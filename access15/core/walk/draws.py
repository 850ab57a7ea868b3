"""One walker on streets of which not all is certain: the same search in many drawn worlds.

A world differs from the run in how fast everybody walks, how long crossings and rests take, and
which paths cannot be used. Streets, homes and doors stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import build_graph, offsets, place_points
from access15.core.walk.impedance import Impedance, ImpedanceParts, build_parts
from access15.core.walk.kernels.arrays import ARC, Doors, Graph, Seeds
from access15.core.walk.kernels.bounded import reach_many, sort_found
from access15.core.walk.kernels.draws import (
    LANES,
    Arcs,
    Lanes,
    OnStreets,
    price_arcs,
    seed_doors,
    spread_lanes,
)
from access15.core.walk.kernels.nearest import nearest_nodes
from access15.core.walk.search import nearest_at_nodes
from access15.core.walk.snap import Snapped

# Sums of the least costs are rounded otherwise than those of a world: nobody is lost by a hair.
_A_HAIR = 1e-9


@dataclass(frozen=True, eq=False)
class WalkDraws:
    """What differs from world to world for who walks.

    Parameters
    ----------
    pace_shift_ms : ndarray of float64, shape (n,)
        How much faster everybody walks [m/s].
    waits, rests : ndarray of float64, shape (n,)
        What waits at crossings (above 0), and seconds of rest, are multiplied by.
    path : ndarray of int64, shape (n_edges,)
        Row of each edge in `is_missing`; -1 for streets that are sure to be there.
    is_missing : ndarray of bool, shape (n_paths, n)
        Paths that let nobody through. Who lives or has a door on one still gets out at both ends.
    """

    pace_shift_ms: NDArray[np.float64]
    waits: NDArray[np.float64]
    rests: NDArray[np.float64]
    path: NDArray[np.int64]
    is_missing: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.waits)

    def paces_ms(self, profile: WalkProfile) -> NDArray[np.float64]:
        """Pace of a profile in every world; never slower than half its own.

        Parameters
        ----------
        profile : WalkProfile
            Who walks.

        Returns
        -------
        ndarray of float64, shape (n,)
            On the flat, without rests [m/s].
        """
        return np.maximum(profile.pace_ms + self.pace_shift_ms, profile.pace_ms / 2.0)


@dataclass(frozen=True, eq=False)
class Block:
    """As many worlds as are searched together.

    Parameters
    ----------
    worlds : ndarray of int64, shape (LANES,)
        Which; the last is repeated where there are fewer.
    lanes : Lanes
        How the walker walks in each.
    cost_s : ndarray of float64, shape (n_arcs, LANES)
        Seconds of every arc in each [s].
    """

    worlds: NDArray[np.int64]
    lanes: Lanes
    cost_s: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnStreets:
    """Streets of one walker that lie within reach of the homes; build with `build_drawn_streets`.

    Parameters
    ----------
    profile : WalkProfile
        Who walks.
    parts : ImpedanceParts
        What the streets cost, of all edges.
    edge_u, edge_v : ndarray of int64, shape (n_edges,)
        Ends of every edge among the nodes kept; -1 for others.
    arcs : Arcs
        From door to home.
    home_s : ndarray of float64, shape (n_nodes,)
        The least that any home needs to each node in any world [s].
    cutoff_s : float
        Longest walk that will be asked for [s].
    """

    profile: WalkProfile
    parts: ImpedanceParts
    edge_u: NDArray[np.int64]
    edge_v: NDArray[np.int64]
    arcs: Arcs
    home_s: NDArray[np.float64]
    cutoff_s: float

    def on_streets(self, edge: NDArray[np.int64]) -> OnStreets:
        """What it costs to walk along some edges.

        Parameters
        ----------
        edge : ndarray of int64, shape (n,)
            Edges; -1 for none, from which nobody gets anywhere.

        Returns
        -------
        OnStreets
            For the compiled loops.
        """
        parts, is_on = self.parts, edge >= 0
        e = edge if is_on.all() else np.where(is_on, edge, 0)
        if len(parts.length_m) == 0:
            none, never = np.full(len(edge), -1), np.full(len(edge), np.inf)
            return OnStreets(none, none, np.ones(len(edge)), never, never, never, never)
        shut = parts.is_shut[e]
        return OnStreets(
            node_u=np.where(is_on, self.edge_u[e], -1),
            node_v=np.where(is_on, self.edge_v[e], -1),
            # a shut street of no length is shut all the same: nothing times inf is no number
            length_m=np.where(shut, 1.0, parts.length_m[e]),
            forward=np.where(shut, np.inf, parts.forward_factor[e]),
            backward=np.where(shut, np.inf, parts.backward_factor[e]),
            wait_u_s=parts.wait_u_s[e],
            wait_v_s=parts.wait_v_s[e],
        )

    def price(self, draws: WalkDraws, first: int) -> Block:
        """What every arc costs in the worlds from `first` on.

        Parameters
        ----------
        draws : WalkDraws
            All worlds.
        first : int
            The first of these.

        Returns
        -------
        Block
            Ready to be searched.
        """
        worlds = np.minimum(np.arange(first, first + LANES), len(draws) - 1)
        pace_ms = draws.paces_ms(self.profile)[worlds]
        rest_per_m_s = self.profile.rest_per_m_s * draws.rests[worlds]
        off_ms = np.where(rest_per_m_s > 0, 1.0 / (1.0 / pace_ms + rest_per_m_s), pace_ms)
        lanes = Lanes(pace_ms, rest_per_m_s, off_ms, draws.waits[worlds])
        is_missing = draws.is_missing.take(worlds, axis=1)
        return Block(worlds, lanes, price_arcs(self.arcs, lanes, is_missing))

    def order_nodes(
        self, doors: OnStreets, snapped: Snapped
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Nodes in the order in which the run reaches them from some doors.

        Parameters
        ----------
        doors : OnStreets
            From `on_streets`.
        snapped : Snapped
            The same doors.

        Returns
        -------
        order : ndarray of int64, shape (n_nodes,)
            Nodes.
        place : ndarray of int64, shape (n_nodes,)
            Where each stands in `order`.
        """
        pace_ms = self.profile.pace_with_rests_ms
        off_s = snapped.snap_m / pace_ms
        to_u_s = off_s + snapped.fraction * doors.length_m / pace_ms
        to_v_s = off_s + (1.0 - snapped.fraction) * doors.length_m / pace_ms
        seeds = Seeds(
            node=np.concatenate([doors.node_u, doors.node_v]),
            time_s=np.concatenate([to_u_s, to_v_s]),
            source=np.tile(np.arange(len(snapped.edge)), 2),
        )
        node_s, _ = nearest_nodes(self._graph, seeds, 2.0 * self.cutoff_s)
        order = np.argsort(node_s, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        return order, place

    def reach_quickest(
        self, doors: OnStreets, snapped: Snapped, draws: WalkDraws
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Nodes that each of some doors reaches within the cutoff in any world, nearest first.

        Parameters
        ----------
        doors : OnStreets
            From `on_streets`.
        snapped : Snapped
            The same doors.
        draws : WalkDraws
            All worlds.

        Returns
        -------
        start : ndarray of int64, shape (n_doors + 1,)
            Door ``i`` owns the rows ``start[i]:start[i + 1]``.
        node : ndarray of int32
            Nodes, in the order in which the quickest of all worlds reaches them.
        """
        pace_ms = float(draws.paces_ms(self.profile).max())
        rest_per_m_s = self.profile.rest_per_m_s * float(draws.rests.min())
        waits = float(draws.waits.min())
        arcs = np.zeros(len(self.arcs.to), dtype=ARC)
        walk_s = self.arcs.length_m * (self.arcs.factor / pace_ms + rest_per_m_s)
        arcs["cost_s"] = walk_s + waits * (self.arcs.first_s + self.arcs.last_s)
        arcs["to"] = self.arcs.to
        # both ends of its edge at once: no world has a shorter way to them
        at_once = np.zeros(len(snapped.edge))
        starts = Doors(
            edge=snapped.edge,
            fraction=snapped.fraction,
            offset_s=at_once,
            node_a=doors.node_u,
            cost_a_s=at_once,
            node_b=doors.node_v,
            cost_b_s=at_once,
        )
        graph = _make_graph(self.arcs.indptr, arcs)
        start, node, time_s = reach_many(graph, starts, self.cutoff_s * (1.0 + _A_HAIR))
        sort_found(start, node, time_s)
        return start, node

    @cached_property
    def _graph(self) -> Graph:
        """The arcs as the run walks them, without waits: only an order is wanted."""
        arcs = np.zeros(len(self.arcs.to), dtype=ARC)
        pace_ms, rest_per_m_s = self.profile.pace_ms, self.profile.rest_per_m_s
        walk_s = self.arcs.length_m * (self.arcs.factor / pace_ms + rest_per_m_s)
        arcs["cost_s"] = self.arcs.first_s + walk_s + self.arcs.last_s
        arcs["to"] = self.arcs.to
        return _make_graph(self.arcs.indptr, arcs)


def _make_graph(indptr: NDArray[np.int64], arcs: NDArray[np.void]) -> Graph:
    """Arcs with the width of the buckets in which nodes wait."""
    usual_s = float(arcs["cost_s"].mean()) / 6.0 if len(arcs) else 0.0
    longest_s = float(arcs["cost_s"].max(initial=0.0))
    return Graph(indptr, arcs, usual_s if usual_s > 0 else 1.0, longest_s)


def search_block(
    streets: DrawnStreets,
    block: Block,
    doors: OnStreets,
    snapped: Snapped,
    *,
    is_open: NDArray[np.bool_],
    order: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.float64]:
    """Seconds between every node and the nearest open door, in each of some worlds.

    Parameters
    ----------
    streets : DrawnStreets
        The walker.
    block : Block
        The worlds.
    doors : OnStreets
        Doors of what is asked for.
    snapped : Snapped
        The same doors.
    is_open : ndarray of bool, shape (n_doors, LANES)
        Which of them are doors in each world.
    order : tuple of ndarray
        From `DrawnStreets.order_nodes`.

    Returns
    -------
    ndarray of float64, shape (n_nodes, LANES)
        Seconds; exact up to the cutoff, and beyond it no home gets there in time [s].
    """
    n_nodes = len(streets.home_s)
    label = np.full((n_nodes, LANES), np.inf)
    is_waiting = np.zeros(n_nodes, dtype=np.bool_)
    nodes, place = order
    seed_doors(
        doors, snapped.fraction, snapped.snap_m, is_open, block.lanes, place, label, is_waiting
    )
    spread_lanes(
        streets.arcs,
        block.cost_s,
        nodes,
        place,
        streets.home_s,
        streets.cutoff_s,
        label,
        is_waiting,
    )
    return label


def build_drawn_streets(
    network: WalkNetwork,
    profile: WalkProfile,
    homes: Snapped,
    draws: WalkDraws,
    *,
    cutoff_s: float,
) -> DrawnStreets:
    """The part of a walker's streets that homes can reach in time in the quickest of all worlds.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        Who walks; nobody who needs seats.
    homes : Snapped
        Where people live.
    draws : WalkDraws
        The worlds.
    cutoff_s : float
        Longest walk that will be asked for [s].

    Returns
    -------
    DrawnStreets
        For `search_block`.
    """
    parts = build_parts(network, profile)
    # 1. The quickest that anybody gets from a home to each node: every pace, wait and rest at its
    #    best, and no path missing. Where that is too long, no world needs the node.
    rest_per_m_s = profile.rest_per_m_s * float(draws.rests.min(initial=np.inf))
    pace_ms = float(draws.paces_ms(profile).max(initial=profile.pace_ms / 2))
    best = Impedance(
        pace_ms=pace_ms,
        forward_s=parts.walk_s(parts.forward_factor, pace_ms, rest_per_m_s),
        backward_s=parts.walk_s(parts.backward_factor, pace_ms, rest_per_m_s),
        at_u_s=_least_waits_s(parts.wait_u_s, draws),
        at_v_s=_least_waits_s(parts.wait_v_s, draws),
    )
    from_homes = build_graph(network, best, towards=False)
    starts = place_points(network, best, homes, leaving=True)
    node_s, _ = nearest_at_nodes(from_homes, starts, cutoff_s=cutoff_s * (1.0 + _A_HAIR))
    is_kept = np.isfinite(node_s)
    # 2. What is left, numbered anew; an arc leads from door to home, so that who walks it goes the
    #    other way.
    number = np.full(network.n_nodes, -1, dtype=np.int64)
    number[is_kept] = np.arange(int(is_kept.sum()))
    edge_u, edge_v = number[network.edge_u], number[network.edge_v]
    wait_s = parts.wait_u_s + parts.wait_v_s
    is_used = (edge_u >= 0) & (edge_v >= 0) & (edge_u != edge_v)
    edge = np.flatnonzero(is_used & ~parts.is_shut & np.isfinite(wait_s))
    origin = np.concatenate([edge_u[edge], edge_v[edge]])
    sorting = np.argsort(origin, kind="stable")
    each = np.concatenate([edge, edge])[sorting]
    wait_u_s, wait_v_s = parts.wait_u_s[edge], parts.wait_v_s[edge]
    backward, forward = parts.backward_factor[edge], parts.forward_factor[edge]
    arcs = Arcs(
        indptr=offsets(origin[sorting], int(is_kept.sum())),
        to=np.concatenate([edge_v[edge], edge_u[edge]])[sorting],
        length_m=parts.length_m[each],
        factor=np.concatenate([backward, forward])[sorting],
        first_s=np.concatenate([wait_v_s, wait_u_s])[sorting],
        last_s=np.concatenate([wait_u_s, wait_v_s])[sorting],
        path=draws.path[each],
    )
    return DrawnStreets(
        profile=profile,
        parts=parts,
        edge_u=edge_u,
        edge_v=edge_v,
        arcs=arcs,
        home_s=node_s[is_kept] * (1.0 - _A_HAIR),
        cutoff_s=cutoff_s,
    )


def _least_waits_s(wait_s: NDArray[np.float64], draws: WalkDraws) -> NDArray[np.float64]:
    """Waits in the world that waits least; where a kerb stops a walker, none is short."""
    least = float(draws.waits.min(initial=np.inf))
    return np.where(np.isfinite(wait_s), wait_s * least, np.inf)
