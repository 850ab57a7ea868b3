"""Who gets in when one thing in the street is mended: every fix alone, exactly, in one go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from access15.core.change.fixes import LiftedRows
from access15.core.change.kernels import Fixes, gain_many
from access15.core.change.linked import LinkedStreets
from access15.core.reach.walks import PlainWalks
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import Doors, PlausibleDoors, one_door_each
from access15.core.walk.graph import offsets, share_of, sort_by_node
from access15.core.walk.impedance import Impedance
from access15.core.walk.search import nearest_at_nodes
from access15.core.walk.snap import NO_POINTS, Snapped

_ROUNDING_M = 1.0  # places lie on whole centimetres, at several steps


@dataclass(frozen=True, eq=False)
class Setting:
    """Streets with the links they lack, and the places on them.

    Parameters
    ----------
    streets : LinkedStreets
        The streets.
    homes : Snapped
        Homes on those streets.
    facilities : Doors
        Doors of facilities on those streets.
    seats : Snapped
        Seats on those streets.
    """

    streets: LinkedStreets
    homes: Snapped
    facilities: Doors
    seats: Snapped = NO_POINTS


@dataclass(frozen=True, eq=False)
class Gains:
    """Homes that single fixes bring within the cutoff.

    Parameters
    ----------
    fix, home : ndarray of int64, shape (n,)
        Which fix, rising, and which home.
    time_s : ndarray of float64, shape (n,)
        The home's walk with that fix alone [s].
    """

    fix: NDArray[np.int64]
    home: NDArray[np.int64]
    time_s: NDArray[np.float64]


class _Moved(NamedTuple):
    """Doors on edges that a fix changes, with the seconds of their edge once mended."""

    fix: NDArray[np.int64]
    owner: NDArray[np.int64]
    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]
    at_u_s: NDArray[np.float64]
    at_v_s: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> _Moved:
        """Some of the doors."""
        return self._replace(**{name: column[rows] for name, column in self._asdict().items()})

    def at_nodes(
        self, network: WalkNetwork, *, leaving: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Both ends of each edge and the seconds between door and end; shapes (2 n,)."""
        to_u_s, to_v_s = self.backward_s, self.forward_s
        if not leaving:
            to_u_s, to_v_s = to_v_s, to_u_s
        u_s = self.offset_s + (share_of(self.fraction, to_u_s) + self.at_u_s)
        v_s = self.offset_s + (share_of(1.0 - self.fraction, to_v_s) + self.at_v_s)
        return np.append(network.edge_u[self.edge], network.edge_v[self.edge]), np.append(u_s, v_s)


@dataclass(frozen=True, eq=False)
class FixSearch:
    """One walker's fixes, ready to be asked for any facilities; build with `build_fix_search`.

    Parameters
    ----------
    network : WalkNetwork
        The streets, links included.
    walks : PlainWalks
        The walker on the streets as they are.
    rows : LiftedRows
        What each fix changes.
    n_fixes : int
        Number of fixes.
    arc_start, arc_from, arc_to, arc_s : ndarray
        Arcs of each fix, in the direction of the search [s].
    homes, facilities : _Moved
        Doors on edges that fixes change.
    """

    network: WalkNetwork
    walks: PlainWalks
    rows: LiftedRows
    n_fixes: int
    arc_start: NDArray[np.int64]
    arc_from: NDArray[np.int64]
    arc_to: NDArray[np.int64]
    arc_s: NDArray[np.float64]
    homes: _Moved
    facilities: _Moved

    def ending_at(self, doors: Doors) -> FixSearch:
        """The same fixes, where facilities have other doors.

        Parameters
        ----------
        doors : Doors
            Doors on these streets; a facility without one is asked for in vain.

        Returns
        -------
        FixSearch
            For those facilities and any cutoff.
        """
        moved = _find_moved(self.walks.impedance, self.rows, doors)
        return replace(self, walks=self.walks.ending_at(doors), facilities=moved)

    def of_fixes(self, is_wanted: NDArray[np.bool_]) -> FixSearch:
        """Some of the fixes; the others keep their numbers but change nothing.

        Parameters
        ----------
        is_wanted : ndarray of bool, shape (n_fixes,)
            Which.

        Returns
        -------
        FixSearch
            The same as this for those fixes, in less time.
        """
        arc_fix = np.repeat(np.arange(self.n_fixes), np.diff(self.arc_start))
        arcs = is_wanted[arc_fix]
        return replace(
            self,
            rows=self.rows.take(np.flatnonzero(is_wanted[self.rows.fix])),
            arc_start=offsets(arc_fix[arcs], self.n_fixes),
            arc_from=self.arc_from[arcs],
            arc_to=self.arc_to[arcs],
            arc_s=self.arc_s[arcs],
            homes=self.homes.take(np.flatnonzero(is_wanted[self.homes.fix])),
            facilities=self.facilities.take(np.flatnonzero(is_wanted[self.facilities.fix])),
        )

    def gains(
        self,
        rows: NDArray[np.int64],
        is_out: NDArray[np.bool_],
        *,
        cutoff_s: float,
    ) -> Gains:
        """Homes that each fix alone brings within the cutoff of some facilities.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.
        is_out : ndarray of bool, shape (n_homes,)
            Homes that are not within it today.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        Gains
            Sorted by fix.
        """
        # 1. One search as things are. A fix can only shorten walks that pass the mended place, so
        #    that the compiled loop goes on from here fix by fix, and only where seconds fall.
        graph = self.walks.graph
        sources = self.walks.facilities.take(self.walks.doors.of(rows)[0])
        node_s, _ = nearest_at_nodes(graph, sources, cutoff_s=cutoff_s)
        # 2. Seeds: facilities with a door on an edge that a fix changes.
        asked = self.facilities.take(np.flatnonzero(np.isin(self.facilities.owner, rows)))
        seed_node, seed_s = asked.at_nodes(self.network, leaving=False)
        seed_start, seed_order = _by_fix(np.tile(asked.fix, 2), self.n_fixes)
        # 3. Homes on an edge that a fix changes, and walks along one mended edge, which pass
        #    no node at all.
        door_node, door_s = self.homes.at_nodes(self.network, leaving=True)
        door_start, door_order = _by_fix(np.tile(self.homes.fix, 2), self.n_fixes)
        direct_fix, direct_home, direct_s = _along_edges(self.homes, asked)
        direct_start, direct_order = _by_fix(direct_fix, self.n_fixes)
        fixes = Fixes(
            arc_start=self.arc_start,
            arc_from=self.arc_from,
            arc_to=self.arc_to,
            arc_s=self.arc_s,
            seed_start=seed_start,
            seed_node=seed_node[seed_order],
            seed_s=seed_s[seed_order],
            door_start=door_start,
            door_node=door_node[door_order],
            door_home=np.tile(self.homes.owner, 2)[door_order],
            door_s=door_s[door_order],
            direct_start=direct_start,
            direct_home=direct_home[direct_order],
            direct_s=direct_s[direct_order],
        )
        hanging = sort_by_node(self.walks.homes, graph)
        start, home, time_s = gain_many(graph.arrays, node_s, fixes, hanging, is_out, cutoff_s)
        return Gains(np.repeat(np.arange(self.n_fixes), np.diff(start)), home, time_s)


def build_fix_search(
    setting: Setting,
    walks: PlainWalks,
    rows: LiftedRows,
    n_fixes: int,
) -> FixSearch:
    """Prepare one walker's fixes.

    Parameters
    ----------
    setting : Setting
        Streets and places.
    walks : PlainWalks
        The walker on the streets as they are, with the doors of today.
    rows : LiftedRows
        What each fix changes.
    n_fixes : int
        Number of fixes, also of those that change nothing.

    Returns
    -------
    FixSearch
        For any facilities and cutoff.
    """
    # 1. Each fix as arcs of its own, which a search takes as well as those of today. Towards a
    #    facility: whoever is at v reaches u's walkers, and the other way round.
    network = setting.streets.network
    u, v = network.edge_u[rows.edge], network.edge_v[rows.edge]
    ends_s = rows.at_u_s + rows.at_v_s
    arc_from, arc_to = np.append(v, u), np.append(u, v)
    arc_s = np.append(ends_s + rows.forward_s, ends_s + rows.backward_s)
    usable = np.flatnonzero(np.isfinite(arc_s) & (arc_from != arc_to))
    start, order = _by_fix(np.tile(rows.fix, 2)[usable], n_fixes)
    order = usable[order]
    # 2. Who lives on a mended edge, and places there, walk it in other seconds.
    homes = _find_moved(walks.impedance, rows, one_door_each(setting.homes))
    facilities = _find_moved(walks.impedance, rows, setting.facilities)
    return FixSearch(
        network=network,
        walks=walks,
        rows=rows,
        n_fixes=n_fixes,
        arc_start=start,
        arc_from=arc_from[order],
        arc_to=arc_to[order],
        arc_s=arc_s[order],
        homes=homes,
        facilities=facilities,
    )


def find_moving_doors(
    network: WalkNetwork,
    doors: PlausibleDoors,
    places: NDArray[np.int64],
    homes_xy: NDArray[np.float64],
    *,
    walks_m: float,
) -> NDArray[np.int64]:
    """Find the alternative doors that may decide who is out of reach of some places.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    doors : PlausibleDoors
        Doors taken and not.
    places : ndarray of int64
        Rows of the facilities asked for.
    homes_xy : ndarray of float64, shape (n, 2)
        Homes that reach at most one of them. Who reaches two still reaches one of them, whatever
        door the other has [m].
    walks_m : float
        Longest walk, without waits [m].

    Returns
    -------
    ndarray of int64
        Rows of `doors`, rising: of the places of which a door is no farther than such a walk from
        such a home, as the crow flies.
    """
    asked = np.flatnonzero(np.isin(doors.owner, places) & doors.snapped.is_snapped)
    if not (len(asked) and len(homes_xy)):
        return np.zeros(0, dtype=np.int64)
    # streets handed over with lengths may be shorter than a straight line between their ends
    straight_m = np.hypot(*(network.node_xy[network.edge_u] - network.node_xy[network.edge_v]).T)
    is_long = network.length_m > 0
    bend = (straight_m[is_long] / network.length_m[is_long]).max(initial=1.0)
    tree = KDTree(homes_xy, leafsize=64, compact_nodes=False, balanced_tree=False)
    away_m, _ = tree.query(doors.xy[asked], distance_upper_bound=bend * walks_m + _ROUNDING_M)
    near = np.unique(doors.owner[asked[np.isfinite(away_m)]])
    return asked[~doors.is_taken[asked] & np.isin(doors.owner[asked], near)]


def _find_moved(
    base: Impedance,
    rows: LiftedRows,
    doors: Doors,
) -> _Moved:
    """Doors on edges that a fix changes, fix by fix."""
    # Every door on every edge of every fix: rows of fixes are matched to doors sorted by edge.
    snapped = doors.snapped
    by_edge = np.argsort(snapped.edge, kind="stable")
    sorted_edge = snapped.edge[by_edge]
    first = np.searchsorted(sorted_edge, rows.edge)
    counts = np.searchsorted(sorted_edge, rows.edge, side="right") - first
    row = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    door = by_edge[first[row] + within]
    there = snapped.take(door)
    return _Moved(
        fix=rows.fix[row],
        owner=doors.owner[door],
        edge=there.edge,
        fraction=there.fraction,
        offset_s=there.snap_m / base.pace_ms,
        forward_s=rows.forward_s[row],
        backward_s=rows.backward_s[row],
        at_u_s=rows.at_u_s[row],
        at_v_s=rows.at_v_s[row],
    )


def _by_fix(fix: NDArray[np.int64], n_fixes: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the rows of each fix begin once sorted, and the order that sorts them."""
    order = np.argsort(fix, kind="stable")
    return offsets(fix[order], n_fixes), order


def _along_edges(
    homes: _Moved, facilities: _Moved
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Walks from homes to facilities along one edge that a fix changes or opens: fix, home,
    seconds.
    """
    # 1. Homes of each fix and edge stand together, in their order, once sorted by both.
    n_edges = 1 + max(homes.edge.max(initial=-1), facilities.edge.max(initial=-1))
    place = homes.fix * n_edges + homes.edge
    order = np.argsort(place, kind="stable")
    wanted = facilities.fix * n_edges + facilities.edge
    first = np.searchsorted(place[order], wanted)
    counts = np.searchsorted(place[order], wanted, side="right") - first
    # 2. Each facility with each of its own.
    row = np.repeat(np.arange(len(wanted)), counts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    own = order[first[row] + within]
    gap = facilities.fraction[row] - homes.fraction[own]
    full_s = np.where(gap > 0, homes.forward_s[own], homes.backward_s[own])
    along_s = share_of(np.abs(gap), full_s)
    seconds = homes.offset_s[own] + along_s + facilities.offset_s[row]
    return facilities.fix[row], homes.owner[own], seconds
