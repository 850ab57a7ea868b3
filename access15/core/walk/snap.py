"""Points to the nearest place on a street, never only to a junction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork

MAX_SEAT_SNAP_M = 25.0  # across a wide street; a bench farther inside a park is not on the way


@dataclass(frozen=True, eq=False)
class Snapped:
    """Points on the network.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        Edge, or -1 where no street lies within the limit.
    fraction : ndarray of float64, shape (n,)
        Where on the edge, from 0 at u to 1 at v; 0 where not snapped.
    snap_m : ndarray of float64, shape (n,)
        Metres to the nearest street, also where beyond the limit; inf for a point without
        coordinates or a network without edges [m].
    """

    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    snap_m: NDArray[np.float64]

    @property
    def is_snapped(self) -> NDArray[np.bool_]:
        """Whether each point lies within the limit of a street, shape (n,)."""
        return self.edge >= 0

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Snapped:
        """Some of the points.

        Parameters
        ----------
        rows : ndarray of int64 or bool, or slice
            Which.

        Returns
        -------
        Snapped
            Those rows, in that order.
        """
        return Snapped(self.edge[rows], self.fraction[rows], self.snap_m[rows])

    def join(self, *others: Snapped) -> Snapped:
        """These points and others on the same streets.

        Parameters
        ----------
        *others : Snapped
            Any number of them.

        Returns
        -------
        Snapped
            These points, then those of each of the others.
        """
        every = (self, *others)
        return Snapped(
            edge=np.concatenate([one.edge for one in every]),
            fraction=np.concatenate([one.fraction for one in every]),
            snap_m=np.concatenate([one.snap_m for one in every]),
        )


NO_POINTS = Snapped(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


@dataclass(frozen=True, eq=False)
class Snapper:
    """Index of the edges that points may snap to; build with `build_snapper`.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    edges : ndarray of int64
        The edges in the index.
    tree : shapely.STRtree
        Their lines.
    """

    network: WalkNetwork
    edges: NDArray[np.int64]
    tree: shapely.STRtree


def build_snapper(network: WalkNetwork, is_open: NDArray[np.bool_]) -> Snapper:
    """Index the edges that points may snap to.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_open : ndarray of bool, shape (n_edges,)
        Edges to use, such as those of `access15.core.walk.doors.find_door_streets`.

    Returns
    -------
    Snapper
        For `snap_points`.
    """
    edges = np.flatnonzero(is_open)
    return Snapper(
        network=network,
        edges=edges,
        tree=shapely.STRtree(network.lines[edges]),
    )


def snap_points(
    snapper: Snapper,
    xy: NDArray[np.float64],
    *,
    max_snap_m: float,
) -> Snapped:
    """Snap points to the nearest place on any edge of the index.

    Equally near edges are decided by the lowest edge index.

    Parameters
    ----------
    snapper : Snapper
        From `build_snapper`.
    xy : ndarray of float64, shape (n, 2)
        Points in the network's CRS; rows with NaN stay unsnapped [m].
    max_snap_m : float
        Farthest street to snap to, inclusive [m].

    Returns
    -------
    Snapped
        One row per point, in order.
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    n = len(xy)
    edge = np.full(n, -1, dtype=np.int64)
    fraction = np.zeros(n)
    snap_m = np.full(n, np.inf)
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if len(known) and len(snapper.edges):
        points = shapely.points(xy[known])
        (which, hit), distance_m = snapper.tree.query_nearest(
            points, return_distance=True, all_matches=True
        )
        # of equally near edges the lowest: a junction must not be decided by the index's order
        order = np.lexsort((hit, which))
        first = order[np.unique(which[order], return_index=True)[1]]
        rows, found, away_m = known[which[first]], snapper.edges[hit[first]], distance_m[first]
        snap_m[rows] = away_m
        near = away_m <= max_snap_m
        rows, found = rows[near], found[near]
        edge[rows] = found
        located = shapely.line_locate_point(
            snapper.network.lines[found], shapely.points(xy[rows]), normalized=True
        )
        fraction[rows] = np.clip(np.nan_to_num(located), 0.0, 1.0)
    return Snapped(
        edge=edge,
        fraction=fraction,
        snap_m=snap_m,
    )


def round_places(network: WalkNetwork, snapped: Snapped) -> Snapped:
    """Places on whole centimetres of their street, and of the way to it.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    snapped : Snapped
        Places on them.

    Returns
    -------
    Snapped
        The same places, moved by at most half a centimetre.
    """
    on = snapped.is_snapped
    edge_m = network.length_m[np.where(on, snapped.edge, 0)]
    length_cm = np.where(on, np.rint(100.0 * edge_m), 0.0)
    whole_cm = np.rint(snapped.fraction * length_cm)
    fraction = np.divide(whole_cm, length_cm, out=np.zeros(len(on)), where=length_cm > 0)
    rounded_m = np.rint(100.0 * snapped.snap_m) / 100.0
    return Snapped(snapped.edge, fraction, np.where(on, rounded_m, snapped.snap_m))
