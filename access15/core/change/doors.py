"""Where people and services meet the street once an obstacle is gone.

A place keeps the door to the street that it has today. Where lifting an obstacle opens streets
that could not be used before (an island behind a kerb, a flight of steps), a place nearer to one
of them gets a second door there, as if it were snapped anew. So nobody ever loses by a fix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.change.fixes import LiftedRows
from access15.core.change.linked import LinkedStreets
from access15.core.seat_walk.search import (
    RestGraph,
    RestPlaces,
    build_rest_graph,
    nearest_with_seats,
    place_resting,
)
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import Places, SearchGraph, build_graph, place_points
from access15.core.walk.impedance import Impedance, label_nodes
from access15.core.walk.search import nearest
from access15.core.walk.snap import Snapped, build_snapper, snap_points


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


@dataclass(frozen=True, eq=False)
class Points:
    """Homes or facilities and where they meet the street today.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Points in the network's CRS; NaN where unknown [m].
    snapped : Snapped
        Where they are on the streets as they are.
    max_snap_m : float
        Farthest street [m].
    """

    xy: NDArray[np.float64]
    snapped: Snapped
    max_snap_m: float

    @property
    def doors(self) -> Doors:
        """The doors of today."""
        return Doors(np.arange(len(self.xy)), self.snapped)


@dataclass(frozen=True, eq=False)
class Setting:
    """Streets with the links they lack, and the places on them.

    Parameters
    ----------
    streets : LinkedStreets
        The streets.
    homes, facilities : Points
        Places, snapped to those streets.
    seats : Snapped, optional
        Seats on those streets, for somebody who needs them.
    limit_m : float
        Longest gap between seats, inclusive [m].
    """

    streets: LinkedStreets
    homes: Points
    facilities: Points
    seats: Snapped | None = None
    limit_m: float = np.inf


def open_doors(network: WalkNetwork, is_added: NDArray[np.bool_], points: Points) -> Doors:
    """Second doors of the points that lie nearer to streets that were closed.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_added : ndarray of bool, shape (n_edges,)
        Streets that can be used now, and could not before.
    points : Points
        Homes or facilities.

    Returns
    -------
    Doors
        Maybe none.
    """
    now = points.snapped
    west, south, east, north = shapely.total_bounds(network.lines[is_added])
    x, y = points.xy.T
    near_m = np.minimum(now.snap_m, points.max_snap_m)  # NaN compares as not near
    is_near = (
        (x >= west - near_m) & (x <= east + near_m) & (y >= south - near_m) & (y <= north + near_m)
    )
    off = np.flatnonzero(is_near & (now.snap_m > 0))
    found = snap_points(
        build_snapper(network, is_added), points.xy[off], max_snap_m=points.max_snap_m
    )
    nearer = found.is_snapped & (~now.is_snapped[off] | (found.snap_m < now.snap_m[off]))
    return Doors(off[nearer], found.take(nearer))


def join_doors(first: Doors, second: Doors) -> Doors:
    """All of two sets of doors.

    Parameters
    ----------
    first, second : Doors
        The two.

    Returns
    -------
    Doors
        Those of the first, then those of the second.
    """
    owner = np.append(first.owner, second.owner)
    return Doors(owner, first.snapped.join(second.snapped))


@dataclass(frozen=True, eq=False)
class World:
    """One walker on streets as they are or with a class of obstacles lifted.

    Parameters
    ----------
    impedance : Impedance
        The walker.
    graph : SearchGraph
        Towards the facilities.
    home_owner : ndarray of int64
        Whose door each of `homes` is.
    homes : Places
        Doors of homes as starts of walks.
    facility_owner : ndarray of int64
        Whose door each of `facilities` is.
    facilities : Places
        Doors of facilities as ends of walks.
    n_homes : int
        Number of homes.
    """

    impedance: Impedance
    graph: SearchGraph
    home_owner: NDArray[np.int64]
    homes: Places
    facility_owner: NDArray[np.int64]
    facilities: Places
    n_homes: int

    def sources(self, rows: NDArray[np.int64]) -> Places:
        """Doors of some facilities.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.

        Returns
        -------
        Places
            Their doors.
        """
        return self.facilities.take(np.flatnonzero(np.isin(self.facility_owner, rows)))

    def times_s(self, rows: NDArray[np.int64], *, cutoff_s: float) -> NDArray[np.float64]:
        """Walk from every home to the nearest of some facilities.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        ndarray of float64, shape (n_homes,)
            Seconds; inf beyond the cutoff [s].
        """
        found, _ = nearest(self.graph, self.sources(rows), self.homes, cutoff_s=cutoff_s)
        return _least(found, self.home_owner, self.n_homes)


@dataclass(frozen=True, eq=False)
class SeatWorld:
    """The same of somebody who walks from seat to seat.

    Parameters
    ----------
    graph : RestGraph
        Streets, cut at the seats.
    limit_m : float
        Longest gap between seats, inclusive [m].
    home_owner : ndarray of int64
        Whose door each of `homes` is.
    homes : RestPlaces
        Doors of homes as starts of walks.
    facility_owner : ndarray of int64
        Whose door each of `facilities` is.
    facilities : RestPlaces
        Doors of facilities as ends of walks.
    n_homes : int
        Number of homes.
    """

    graph: RestGraph
    limit_m: float
    home_owner: NDArray[np.int64]
    homes: RestPlaces
    facility_owner: NDArray[np.int64]
    facilities: RestPlaces
    n_homes: int

    def sources(self, rows: NDArray[np.int64]) -> RestPlaces:
        """Doors of some facilities.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.

        Returns
        -------
        RestPlaces
            Their doors.
        """
        return self.facilities.take(np.flatnonzero(np.isin(self.facility_owner, rows)))

    def times_s(self, rows: NDArray[np.int64], *, cutoff_s: float) -> NDArray[np.float64]:
        """Walk from every home to the nearest of some facilities, on which no gap between seats is
        too long.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        ndarray of float64, shape (n_homes,)
            Seconds; inf beyond the cutoff [s].
        """
        found, _ = nearest_with_seats(
            self.graph, self.sources(rows), self.homes, limit_m=self.limit_m, cutoff_s=cutoff_s
        )
        return _least(found, self.home_owner, self.n_homes)


def _least(time_s: NDArray[np.float64], owner: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Shortest walk of every owner over its doors, of which the first n are today's, one each."""
    best_s = time_s[:n].copy()
    np.minimum.at(best_s, owner[n:], time_s[n:])
    return best_s


def build_seat_world(
    setting: Setting,
    impedance: Impedance,
    *,
    homes: Doors | None = None,
    facilities: Doors | None = None,
) -> SeatWorld:
    """Set somebody who needs seats on streets.

    Parameters
    ----------
    setting : Setting
        Streets, places and seats.
    impedance : Impedance
        The walker.
    homes, facilities : Doors, optional
        Their doors; by default those of today.

    Returns
    -------
    SeatWorld
        Ready to be searched.

    Raises
    ------
    ValueError
        If the setting holds no seats.
    """
    if setting.seats is None:
        raise ValueError("the setting holds no seats")
    home_doors, facility_doors = (
        homes or setting.homes.doors,
        facilities or setting.facilities.doors,
    )
    graph = build_rest_graph(setting.streets.network, impedance, setting.seats)
    return SeatWorld(
        graph=graph,
        limit_m=setting.limit_m,
        home_owner=home_doors.owner,
        homes=place_resting(graph, home_doors.snapped, leaving=True),
        facility_owner=facility_doors.owner,
        facilities=place_resting(graph, facility_doors.snapped, leaving=False),
        n_homes=len(setting.homes.xy),
    )


def build_world(
    setting: Setting,
    impedance: Impedance,
    *,
    homes: Doors | None = None,
    facilities: Doors | None = None,
) -> World:
    """Set a walker on streets, whether or not there is a seat.

    Parameters
    ----------
    setting : Setting
        Streets and places.
    impedance : Impedance
        The walker.
    homes, facilities : Doors, optional
        Their doors; by default those of today.

    Returns
    -------
    World
        Ready to be searched.
    """
    network = setting.streets.network
    home_doors, facility_doors = (
        homes or setting.homes.doors,
        facilities or setting.facilities.doors,
    )
    return World(
        impedance=impedance,
        graph=build_graph(network, impedance, towards=True),
        home_owner=home_doors.owner,
        homes=place_points(network, impedance, home_doors.snapped, leaving=True),
        facility_owner=facility_doors.owner,
        facilities=place_points(network, impedance, facility_doors.snapped, leaving=False),
        n_homes=len(setting.homes.xy),
    )


@dataclass(frozen=True, eq=False)
class _Parts:
    """Connected parts of a walker's streets: of each node, their length, and the main one (-1 for
    none).
    """

    label: NDArray[np.int64]
    metres: NDArray[np.float64]
    main: int


def find_openings(
    streets: LinkedStreets, base: Impedance, rows: LiftedRows
) -> list[tuple[int, NDArray[np.bool_]]]:
    """Streets that single fixes open: for each such fix, the edges people may then snap to.

    A fix opens an island when it joins it to the walker's main component, and an edge of its own
    when that could not be passed before. Links are no streets: nobody's door is on one.

    Parameters
    ----------
    streets : LinkedStreets
        The streets.
    base : Impedance
        The walker on the streets as they are.
    rows : LiftedRows
        From `access15.core.change.fixes.lift_rows`.

    Returns
    -------
    list of (int, ndarray of bool, shape (n_edges,))
        Fix and edges, only where there are any.
    """
    network, edge = streets.network, rows.edge
    label, metres = label_nodes(network, base)
    parts = _Parts(label, metres, int(np.argmax(metres)) if metres.any() else -1)
    opens = np.isfinite(rows.forward_s + rows.backward_s + rows.at_u_s + rows.at_v_s)
    joins = label[network.edge_u[edge]] != label[network.edge_v[edge]]
    # an edge that can be passed now, walked from one end though the other stays shut, or entered
    # where it could not
    is_new = (
        opens & ~np.isfinite(base.forward_s + base.backward_s + base.at_u_s + base.at_v_s)[edge]
    )
    walks = np.isfinite(rows.forward_s + rows.backward_s) & np.isfinite(
        np.minimum(rows.at_u_s, rows.at_v_s)
    )
    is_new |= walks & ~np.isfinite(base.forward_s + base.backward_s)[edge]
    is_new |= np.isfinite(rows.at_u_s) & ~np.isfinite(base.at_u_s[edge])
    is_new |= np.isfinite(rows.at_v_s) & ~np.isfinite(base.at_v_s[edge])
    is_new &= joins | ~streets.is_link[edge]
    found = []
    for fix in np.unique(rows.fix[is_new]).tolist():
        lo, hi = np.searchsorted(rows.fix, [fix, fix + 1])
        added = _added_edges(network, base, parts, rows.take(np.arange(lo, hi)))
        is_added = np.zeros(network.n_edges, dtype=bool)
        is_added[added[~streets.is_link[added]]] = True
        if is_added.any():
            found.append((fix, is_added))
    return found


def _added_edges(
    network: WalkNetwork, base: Impedance, parts: _Parts, mended: LiftedRows
) -> NDArray[np.int64]:
    """Edges of the main component that a fix adds to it."""
    u, v, label = network.edge_u, network.edge_v, parts.label
    edges = mended.edge
    passed = edges[
        np.isfinite(mended.forward_s + mended.backward_s + mended.at_u_s + mended.at_v_s)
    ]
    joined = np.unique(np.concatenate([label[u[passed]], label[v[passed]]]))
    merged_m = parts.metres[joined].sum() + network.length_m[passed].sum()
    if parts.main not in joined and merged_m <= (
        parts.metres[parts.main] if parts.main >= 0 else 0.0
    ):
        joined = np.array([parts.main] if parts.main >= 0 else [], dtype=np.int64)
    is_main = np.zeros(len(parts.metres), dtype=bool)
    is_main[joined] = True
    others = np.zeros(len(parts.metres), dtype=bool)
    others[joined[joined != parts.main]] = True
    near = np.union1d(np.flatnonzero(others[label[u]] | others[label[v]]), edges)
    at = np.searchsorted(near, edges)
    seconds = {}
    for name in ("forward_s", "backward_s", "at_u_s", "at_v_s"):
        seconds[name] = getattr(base, name)[near]
        seconds[name][at] = getattr(mended, name)
    by_u = is_main[label[u[near]]] & np.isfinite(seconds["at_u_s"])
    by_v = is_main[label[v[near]]] & np.isfinite(seconds["at_v_s"])
    can_walk = np.isfinite(seconds["forward_s"]) & np.isfinite(seconds["backward_s"])
    return np.asarray(near[can_walk & (by_u | by_v) & ~base.is_main[near]])
