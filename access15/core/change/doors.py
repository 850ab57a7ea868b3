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

from access15.config import WalkProfile
from access15.core.change.fixes import LiftedRows
from access15.core.change.linked import LinkedStreets
from access15.core.reach.aside import StreetReach
from access15.core.seat_walk.walks import build_walks
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import Doors
from access15.core.walk.impedance import Impedance, label_nodes
from access15.core.walk.snap import NO_POINTS, Snapped, build_snapper, snap_points
from access15.core.walk.walks import Walks


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
    seats : Snapped
        Seats on those streets.
    """

    streets: LinkedStreets
    homes: Points
    facilities: Points
    seats: Snapped = NO_POINTS


def open_doors(
    network: WalkNetwork,
    is_added: NDArray[np.bool_],
    points: Points,
) -> Doors:
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
    # 1. Few points can be nearer to the new streets than to their own: those for which the box
    #    around the new streets is within the metres they have now. Only these are snapped again.
    now = points.snapped
    west, south, east, north = shapely.total_bounds(network.lines[is_added])
    x, y = points.xy.T
    near_m = np.minimum(now.snap_m, points.max_snap_m)  # NaN compares as not near
    is_near = (x >= west - near_m) & (x <= east + near_m)
    is_near &= (y >= south - near_m) & (y <= north + near_m)
    off = np.flatnonzero(is_near & (now.snap_m > 0))
    # 2. A second door only where it is nearer, as if everybody were snapped anew.
    snapper = build_snapper(network, is_added)
    found = snap_points(snapper, points.xy[off], max_snap_m=points.max_snap_m)
    is_nearer = ~now.is_snapped[off] | (found.snap_m < now.snap_m[off])
    takes = found.is_snapped & is_nearer
    return Doors(off[takes], found.take(takes))


@dataclass(frozen=True, eq=False)
class World:
    """One walker on streets that may be changed, where a place may have several doors.

    Parameters
    ----------
    walks : Walks
        From every door of a home to every door of a facility.
    homes : Doors
        Doors of homes, the first of each home in order.
    facilities : Doors
        Doors of facilities.
    """

    walks: Walks
    homes: Doors
    facilities: Doors

    def times_s(self, rows: NDArray[np.int64], *, cutoff_s: float) -> NDArray[np.float64]:
        """Walk from every home to the nearest of some facilities, by the best of their doors.

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
        # every home has its first door in order, and second doors can only make its walk shorter
        door_s, _ = self.walks.nearest(self.facilities.of(rows), cutoff_s=cutoff_s)
        owner = self.homes.owner
        n_homes = int(owner.max(initial=-1)) + 1
        best_s = door_s[:n_homes].copy()
        np.minimum.at(best_s, owner[n_homes:], door_s[n_homes:])
        return best_s

    def reach(self, rows: NDArray[np.int64], *, cutoff_s: float) -> StreetReach:
        """Streets from which some facilities are reached.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        StreetReach
            What service areas are drawn from.
        """
        return self.walks.reach(self.facilities.of(rows), cutoff_s=cutoff_s)


def build_world(
    network: WalkNetwork,
    profile: WalkProfile,
    impedance: Impedance,
    *,
    homes: Doors,
    facilities: Doors,
    seats: Snapped,
) -> World:
    """Set a walker on streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        Who walks.
    impedance : Impedance
        What those streets cost the walker.
    homes, facilities : Doors
        Doors on those streets.
    seats : Snapped
        Seats on those streets.

    Returns
    -------
    World
        Ready to be asked.
    """
    walks = build_walks(
        network,
        profile,
        impedance,
        homes=homes.snapped,
        facilities=facilities.snapped,
        seats=seats,
    )
    return World(walks, homes, facilities)


@dataclass(frozen=True, eq=False)
class _Parts:
    """Connected parts of a walker's streets: of each node, their length, and the main one (-1 for
    none).
    """

    label: NDArray[np.int64]
    metres: NDArray[np.float64]
    main: int


def find_openings(
    streets: LinkedStreets,
    base: Impedance,
    rows: LiftedRows,
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
    # 1. What hangs together today: a fix that joins two parts, or opens an edge, may move doors.
    network, edge = streets.network, rows.edge
    label, metres = label_nodes(network, base)
    parts = _Parts(label, metres, int(np.argmax(metres)) if metres.any() else -1)
    joins = label[network.edge_u[edge]] != label[network.edge_v[edge]]
    # 2. An edge that can be passed now, or walked from one end though the other stays shut, or
    #    entered where it could not.
    is_new = _is_new(base, rows) & (joins | ~streets.is_link[edge])
    # 3. Fix by fix, because each stands alone: what would be the walker's streets with it.
    found = []
    for fix in np.unique(rows.fix[is_new]).tolist():
        lo, hi = np.searchsorted(rows.fix, [fix, fix + 1])
        added = _added_edges(network, base, parts, rows.take(np.arange(lo, hi)))
        is_added = np.zeros(network.n_edges, dtype=bool)
        is_added[added[~streets.is_link[added]]] = True
        if is_added.any():
            found.append((fix, is_added))
    return found


def _is_new(base: Impedance, rows: LiftedRows) -> NDArray[np.bool_]:
    """Rows whose edge can be used in a way in which it could not before."""
    edge = rows.edge
    walks_now = np.isfinite(rows.forward_s + rows.backward_s)
    walked = np.isfinite(base.forward_s + base.backward_s)[edge]
    passes_now = walks_now & np.isfinite(rows.at_u_s + rows.at_v_s)
    passed = walked & np.isfinite(base.at_u_s + base.at_v_s)[edge]
    enters_now = np.isfinite(np.minimum(rows.at_u_s, rows.at_v_s))
    is_new = passes_now & ~passed
    is_new |= walks_now & enters_now & ~walked
    is_new |= np.isfinite(rows.at_u_s) & ~np.isfinite(base.at_u_s[edge])
    is_new |= np.isfinite(rows.at_v_s) & ~np.isfinite(base.at_v_s[edge])
    return is_new


def _added_edges(
    network: WalkNetwork,
    base: Impedance,
    parts: _Parts,
    mended: LiftedRows,
) -> NDArray[np.int64]:
    """Edges of the main component that a fix adds to it."""
    u, v, label = network.edge_u, network.edge_v, parts.label
    edges = mended.edge
    # 1. Parts that the fix joins. They are the walker's streets if the main part is among them, or
    #    if they are longer together than the main part is.
    ends_s = mended.at_u_s + mended.at_v_s
    passed = edges[np.isfinite(mended.forward_s + mended.backward_s + ends_s)]
    joined = np.unique(np.concatenate([label[u[passed]], label[v[passed]]]))
    merged_m = parts.metres[joined].sum() + network.length_m[passed].sum()
    has_main = parts.main >= 0
    main_m = parts.metres[parts.main] if has_main else 0.0
    if parts.main not in joined and merged_m <= main_m:
        joined = np.array([parts.main] if has_main else [], dtype=np.int64)
    # 2. Only edges at those parts and the mended ones can be new; their seconds with the fix.
    is_main = np.zeros(len(parts.metres), dtype=bool)
    is_main[joined] = True
    is_other = is_main.copy()
    is_other[joined[joined == parts.main]] = False
    near = np.union1d(np.flatnonzero(is_other[label[u]] | is_other[label[v]]), edges)
    at = np.searchsorted(near, edges)
    seconds = {}
    for name in ("forward_s", "backward_s", "at_u_s", "at_v_s"):
        seconds[name] = getattr(base, name)[near]
        seconds[name][at] = getattr(mended, name)
    # 3. Of them those that are walked in full and can be entered from the walker's streets.
    by_u = is_main[label[u[near]]] & np.isfinite(seconds["at_u_s"])
    by_v = is_main[label[v[near]]] & np.isfinite(seconds["at_v_s"])
    can_walk = np.isfinite(seconds["forward_s"]) & np.isfinite(seconds["backward_s"])
    return np.asarray(near[can_walk & (by_u | by_v) & ~base.is_main[near]])
