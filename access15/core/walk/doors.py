"""Where places meet the streets: one door or several, and those that could as well be the door."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.core.walk.joined import label_joined
from access15.core.walk.snap import Snapped, Snapper, build_snapper, snap_points

# Shortest part of the streets, touching no other, that doors open to. This project's choice: of
# the 796 parts of Milan's streets in 2014, 497 are shorter, 0.4 % of all metres, nearly all of them
# paths in a courtyard or a park whose way out nobody drew.
LEAST_PART_M = 100.0
# How much farther than a dead-end service way a street may be that is taken for it. This project's
# choice: a block's depth; who lives farther along such a way does live on it.
THROUGH_MARGIN_M = 50.0


@dataclass(frozen=True, eq=False)
class Doors:
    """Places on streets, maybe several of one owner.

    Parameters
    ----------
    owner : ndarray of int64, shape (n,)
        Row of the home or facility.
    snapped : Snapped
        Where the door is.
    """

    owner: NDArray[np.int64]
    snapped: Snapped

    def of(self, owners: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Doors of some owners.

        Parameters
        ----------
        owners : ndarray of int64
            Rows of homes or facilities, each once.

        Returns
        -------
        row : ndarray of int64, shape (n_found,)
            Rows of the doors, owner after owner.
        which : ndarray of int64, shape (n_found,)
            Position of each door's owner in `owners`, rising.
        """
        order, sorted_owner = self._by_owner
        first = np.searchsorted(sorted_owner, owners)
        counts = np.searchsorted(sorted_owner, owners, side="right") - first
        which = np.repeat(np.arange(len(owners)), counts)
        within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return order[first[which] + within], which

    @cached_property
    def _by_owner(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of the doors, and whose they are, owner by owner; kept, as it is asked for often."""
        order = np.argsort(self.owner, kind="stable")
        return order, self.owner[order]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Doors:
        """Some of the doors.

        Parameters
        ----------
        rows : ndarray of int64 or bool
            Which.

        Returns
        -------
        Doors
            Those rows, in that order.
        """
        return Doors(self.owner[rows], self.snapped.take(rows))

    def is_met(self, n: int) -> NDArray[np.bool_]:
        """Say whether each owner has a door on a street.

        Parameters
        ----------
        n : int
            Number of owners.

        Returns
        -------
        ndarray of bool, shape (n,)
            False too for who has no door.
        """
        found = np.zeros(n, dtype=bool)
        found[self.owner[self.snapped.is_snapped]] = True
        return found

    def join(self, other: Doors) -> Doors:
        """All of two sets of doors.

        Parameters
        ----------
        other : Doors
            More doors on the same streets.

        Returns
        -------
        Doors
            These, then the others.
        """
        owner = np.append(self.owner, other.owner)
        return Doors(owner, self.snapped.join(other.snapped))


def one_door_each(snapped: Snapped) -> Doors:
    """Places that have one door each.

    Parameters
    ----------
    snapped : Snapped
        Where the doors are.

    Returns
    -------
    Doors
        Door ``i`` is that of row ``i``.
    """
    return Doors(np.arange(len(snapped.edge)), snapped)


@dataclass(frozen=True, eq=False)
class PlausibleDoors:
    """Every place where facilities may meet the street: those taken, and those that could as well
    be the door.

    Parameters
    ----------
    owner : ndarray of int64, shape (n,)
        Row of the facility, rising.
    snapped : Snapped
        Where the door is.
    is_taken : ndarray of bool, shape (n,)
        Whether the walks use it; of each facility at least one, and before the others.
    xy : ndarray of float64, shape (n, 2)
        What is joined to the street there: the facility, or an entrance to it; NaN where nothing
        is known [m].
    source : ndarray of int64, shape (n,)
        Index into `access15.core.walk.choice.DOOR_SOURCES`: how it was found.
    """

    owner: NDArray[np.int64]
    snapped: Snapped
    is_taken: NDArray[np.bool_]
    xy: NDArray[np.float64]
    source: NDArray[np.int64]

    @property
    def taken(self) -> Doors:
        """The doors that the walks use."""
        return Doors(self.owner[self.is_taken], self.snapped.take(self.is_taken))


@dataclass(frozen=True, eq=False)
class DoorStreets:
    """Streets that doors open to, the same for every walker; build with `find_door_streets`.

    Parameters
    ----------
    is_open : ndarray of bool, shape (n_edges,)
        Streets at the ground that are no fragment.
    is_through : ndarray of bool, shape (n_edges,)
        Those of them that are no dead-end service way, where doors are looked for first.
    """

    is_open: NDArray[np.bool_]
    is_through: NDArray[np.bool_]

    def of_pieces(self, edge: NDArray[np.int64], n_links: int) -> DoorStreets:
        """The same of streets that were cut into pieces; nobody's door is on a link.

        Parameters
        ----------
        edge : ndarray of int64, shape (n_pieces,)
            Edge that each piece is part of.
        n_links : int
            Number of links behind the pieces.

        Returns
        -------
        DoorStreets
            Of the pieces, then the links.
        """
        is_link = np.zeros(n_links, dtype=bool)
        return DoorStreets(
            np.append(self.is_open[edge], is_link), np.append(self.is_through[edge], is_link)
        )

    def without(self, is_closed: NDArray[np.bool_]) -> DoorStreets:
        """The same where some streets are closed.

        Parameters
        ----------
        is_closed : ndarray of bool, shape (n_edges,)
            Streets that nobody can pass.

        Returns
        -------
        DoorStreets
            Without them.
        """
        return DoorStreets(self.is_open & ~is_closed, self.is_through & ~is_closed)


def find_door_streets(network: WalkNetwork) -> DoorStreets:
    """Find the streets that doors open to, whoever walks.

    A walker who cannot use such a street, or does not get on from it, is unreachable there: nobody
    is taken elsewhere in a straight line. So a part of the streets that touches no other serves
    those who live on it. This project's choice is that a part of less than `LEAST_PART_M` in all is
    a fault of mapping and not such a part, unless it is the longest there is; who stands beside it
    belongs to the next street. Ways that are private are no streets of the network.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    DoorStreets
        Of its edges.
    """
    u, v, n_nodes = network.edge_u, network.edge_v, network.n_nodes
    if not network.n_edges:
        none = np.zeros(0, dtype=bool)
        return DoorStreets(none, none)
    # 1. Parts that touch no other: tunnels and bridges join what lies at the ground.
    part = label_parts(network)
    part_m = np.bincount(part[u], weights=network.length_m, minlength=n_nodes)
    is_part = (part_m >= LEAST_PART_M) | (part_m == part_m.max())
    is_open = is_part[part[u]] & ~network.other_level
    # 2. Service ways that lead nowhere: a yard, a car park, a drive.
    names = np.array(network.highway_names, dtype=object)
    is_service = names[network.highway] == "service"
    return DoorStreets(is_open, is_open & ~_find_dead_ends(u, v, n_nodes, is_service))


def label_parts(network: WalkNetwork) -> NDArray[np.int64]:
    """Number the parts of the streets that touch no other, whoever walks.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    ndarray of int64, shape (n_nodes,)
        Part of each node.
    """
    return label_joined(network.edge_u, network.edge_v, network.n_nodes)[0]


def _find_dead_ends(
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    n_nodes: int,
    is_service: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Service ways from which no other street is reached than the one they leave."""
    # 1. Service ways that hang together, and the nodes where they meet other streets.
    meets_other = np.zeros(n_nodes, dtype=bool)
    meets_other[u[~is_service]] = True
    meets_other[v[~is_service]] = True
    cluster, _ = label_joined(u[is_service], v[is_service], n_nodes)
    nodes = np.unique(np.append(u[is_service], v[is_service]))
    n_ways_out = np.bincount(cluster[nodes[meets_other[nodes]]], minlength=n_nodes)
    is_dead = is_service & (n_ways_out[cluster[u]] < 2)
    # 2. Where a cluster leads on, its branches may still end: leaves are taken off until none is
    #    left. Each round takes all leaves at once, so that there are as many rounds as a branch has
    #    ways.
    while True:
        is_left = ~is_dead
        ends = np.append(u[is_left], v[is_left])
        degree = np.bincount(ends, minlength=n_nodes)
        is_leaf = is_left & is_service & ((degree[u] == 1) | (degree[v] == 1))
        if not is_leaf.any():
            return is_dead
        is_dead |= is_leaf


@dataclass(frozen=True, eq=False)
class DoorSnapper:
    """Indices of the streets that doors open to; build with `build_door_snapper`.

    Parameters
    ----------
    through, every : Snapper
        Streets looked at first, and all of them.
    """

    through: Snapper
    every: Snapper


def build_door_snapper(network: WalkNetwork, streets: DoorStreets) -> DoorSnapper:
    """Index the streets that doors open to.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    streets : DoorStreets
        Which of them.

    Returns
    -------
    DoorSnapper
        For `snap_doors`.
    """
    return DoorSnapper(
        build_snapper(network, streets.is_through), build_snapper(network, streets.is_open)
    )


def snap_doors(
    snapper: DoorSnapper,
    xy: NDArray[np.float64],
    *,
    max_snap_m: float,
) -> Snapped:
    """Join places to the street once, for every walker.

    Parameters
    ----------
    snapper : DoorSnapper
        From `build_door_snapper`.
    xy : ndarray of float64, shape (n, 2)
        Points in the network's CRS; rows with NaN stay unsnapped [m].
    max_snap_m : float
        Farthest street, inclusive [m].

    Returns
    -------
    Snapped
        The nearest street that is no dead-end service way, or, where none is at most
        `THROUGH_MARGIN_M` farther away than the nearest street of all, that one.
    """
    first = snap_points(snapper.every, xy, max_snap_m=max_snap_m)
    through = snap_points(snapper.through, xy, max_snap_m=max_snap_m)
    takes = through.is_snapped & (through.snap_m <= first.snap_m + THROUGH_MARGIN_M)
    return Snapped(
        edge=np.where(takes, through.edge, first.edge),
        fraction=np.where(takes, through.fraction, first.fraction),
        snap_m=np.where(takes, through.snap_m, first.snap_m),
    )
