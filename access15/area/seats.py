"""Who needs seats: the walks of one walker from seat to seat, and what becomes of every seat."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.measures.homes import N_RANKED
from access15.core.seat_walk.reach import RestReach
from access15.core.seat_walk.search import (
    RestGraph,
    RestPlaces,
    answer_targets,
    build_rest_graph,
    nearest_with_seats,
    place_resting,
    spread_labels,
)
from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import Impedance
from access15.core.walk.search import Pairs
from access15.core.walk.snap import MAX_SEAT_SNAP_M, Snapped, build_snapper, snap_points
from access15.crs import points_xy
from access15.errors import ConfigError
from access15.results.schema import SEATS
from access15.results.table import GEOMETRY


@dataclass(frozen=True, eq=False)
class SeatWalks:
    """The walks of somebody who needs seats; build with `build_seat_walks`.

    Parameters
    ----------
    graph : RestGraph
        The streets, cut at the seats.
    limit_m : float
        Longest gap between seats, inclusive [m].
    seats : Snapped
        The seats.
    facilities : RestPlaces
        Facilities as ends of walks.
    leaving : RestPlaces
        Facilities as starts of walks.
    residents : RestPlaces
        Residents as starts of walks.
    """

    graph: RestGraph
    limit_m: float
    seats: Snapped
    facilities: RestPlaces
    leaving: RestPlaces
    residents: RestPlaces

    def at_impedance(
        self, impedance: Impedance, facilities: Snapped, residents: Snapped
    ) -> SeatWalks:
        """The same seats, facilities and residents at another pace."""
        return build_seat_walks(
            self.graph.network,
            impedance,
            seats=self.seats,
            facilities=facilities,
            residents=residents,
            limit_m=self.limit_m,
        )

    def nearest(
        self, rows: NDArray[np.int64], *, cutoff_s: float = np.inf
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Seconds of every resident to the nearest of some facilities.

        Returns seconds door to door; inf where there is no way from seat to seat. which : ndarray
        of int64, shape (n_residents,) Position in `rows`; -1 where none.
        """
        sources = self.facilities.take(rows)
        return nearest_with_seats(
            self.graph, sources, self.residents, limit_m=self.limit_m, cutoff_s=cutoff_s
        )

    def nearest_of_facilities(
        self, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Seconds of every facility to the nearest of some of them.

        Returns seconds door to door; inf where there is no way from seat to seat. which : ndarray
        of int64, shape (n_facilities,) Position in `rows`; -1 where none.
        """
        return nearest_with_seats(
            self.graph, self.facilities.take(rows), self.leaving, limit_m=self.limit_m
        )

    def reach(self, rows: NDArray[np.int64]) -> RestReach:
        """Streets from which some facilities are reached."""
        sources = self.facilities.take(rows)
        labels = spread_labels(self.graph, sources, limit_m=self.limit_m)
        return RestReach(self.graph, labels, sources, self.limit_m)

    def pairs_within(self, rows: NDArray[np.int64], *, cutoff_s: float) -> Pairs:
        """Every facility and resident within the cutoff of each other."""
        source, target, time_s = [], [], []
        for i, row in enumerate(rows.tolist()):
            one = self.facilities.take(slice(row, row + 1))
            labels = spread_labels(self.graph, one, limit_m=self.limit_m, cutoff_s=cutoff_s)
            if len(labels.node) == 0 and one.piece[0] < 0:
                continue
            found = answer_targets(
                self.graph, labels, one, self.residents, limit_m=self.limit_m, cutoff_s=cutoff_s
            ).time_s
            near = np.flatnonzero(np.isfinite(found))
            near = near[np.argsort(found[near], kind="stable")]
            source.append(np.full(len(near), i))
            target.append(near)
            time_s.append(found[near])
        none = np.zeros(0, dtype=np.int64)
        return Pairs(
            np.concatenate([none, *source]),
            np.concatenate([none, *target]),
            np.concatenate([np.zeros(0), *time_s]),
        )

    def ranked_s(self, pairs: Pairs) -> NDArray[np.float64]:
        """Seconds to the nearest facilities, one after the other."""
        order = np.lexsort((pairs.time_s, pairs.target))
        target, time_s = pairs.target[order], pairs.time_s[order]
        rank = np.arange(len(target)) - np.searchsorted(target, target)
        keep = rank < N_RANKED
        ranked = np.full((len(self.residents), N_RANKED), np.inf)
        ranked[target[keep], rank[keep]] = time_s[keep]
        return ranked


def build_seat_walks(
    network: WalkNetwork,
    impedance: Impedance,
    *,
    seats: Snapped,
    facilities: Snapped,
    residents: Snapped,
    limit_m: float,
) -> SeatWalks:
    """Walks from seat to seat on one network."""
    graph = build_rest_graph(network, impedance, seats)
    return SeatWalks(
        graph=graph,
        limit_m=limit_m,
        seats=seats,
        facilities=place_resting(graph, facilities, leaving=False),
        leaving=place_resting(graph, facilities, leaving=True),
        residents=place_resting(graph, residents, leaving=True),
    )


def snap_seats(
    network: WalkNetwork, impedance: Impedance, seats: gpd.GeoDataFrame
) -> tuple[Snapped, gpd.GeoDataFrame]:
    """Put seats on the streets that a walker can reach.

    Returns the seats of use: one row per record, unsnapped for those that are not ``ok``. table :
    GeoDataFrame as `access15.results.schema.SEATS`: every record with its ``status`` and the metres
    to the street.
    """
    is_ok = seats["status"].to_numpy(dtype=object) == "ok"
    xy = np.where(is_ok[:, None], points_xy(seats, network.crs), np.nan)
    snapped = snap_points(build_snapper(network, impedance.is_main), xy, max_snap_m=MAX_SEAT_SNAP_M)
    table = seats.copy()
    table["status"] = np.where(is_ok & ~snapped.is_snapped, "too_far_from_network", seats["status"])
    table["snap_m"] = snapped.snap_m
    return snapped, table[[*SEATS.list_names(), GEOMETRY]]


def check_seats_known(profile: WalkProfile, snapped: Snapped | None, where: str) -> None:
    """Refuse to say that nobody arrives where only nobody knows the seats."""
    if snapped is None or not snapped.is_snapped.any():
        raise ConfigError(
            f"profile {profile.id!r} needs seats, and not one is known in {where}: give a layer of "
            "benches with "
            "--seats or under [seats] in the study file, use an extract that holds benches, or set "
            "needs_seat = false"
        )
