"""One walker on a kept network, and what single questions ask of the pair."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.reach.aside import StreetReach, TimedReach
from access15.core.reach.parts import edge_times
from access15.core.reach.service_area import AreaCanvas, build_canvas
from access15.core.seat_walk.walks import build_walks
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import (
    DoorSnapper,
    DoorStreets,
    build_door_snapper,
    find_door_streets,
    one_door_each,
)
from access15.core.walk.graph import place_points
from access15.core.walk.impedance import Impedance, build_impedance
from access15.core.walk.metres import times_and_metres
from access15.core.walk.pairs import Pairs
from access15.core.walk.routes import WayFinder, build_way_finder
from access15.core.walk.search import nearest_at_nodes
from access15.core.walk.snap import (
    MAX_SEAT_SNAP_M,
    NO_POINTS,
    Snapped,
    round_places,
    snap_points,
)
from access15.core.walk.walks import Walks
from access15.crs import whole_cm
from access15.errors import ConfigError
from access15.remarks import Remark

BESIDE_M = 100.0  # streets this far beyond the reach still bound its land
TOGETHER_M = 3000.0  # places in one square of that side have their land divided once


@dataclass(frozen=True, eq=False)
class Ground:
    """Streets that every walker shares."""

    network: WalkNetwork
    doors: DoorStreets
    snapper: DoorSnapper
    seats: Snapped
    name: str


def build_ground(network: WalkNetwork, name: str, seat_xy: NDArray[np.float64]) -> Ground:
    """Set up streets for doors, with seats on them [m]."""
    doors = find_door_streets(network)
    snapper = build_door_snapper(network, doors)
    seats = snap_points(snapper.every, whole_cm(seat_xy), max_snap_m=MAX_SEAT_SNAP_M)
    return Ground(
        network=network,
        doors=doors,
        snapper=snapper,
        seats=round_places(network, seats),
        name=name,
    )


@dataclass(frozen=True, eq=False)
class WalkerHere:
    """One walker on the streets; what is set up once for all questions is kept."""

    profile: WalkProfile
    ground: Ground

    @cached_property
    def finder(self) -> WayFinder:
        """For ways, and for walks that start somewhere; not for who needs seats."""
        return build_way_finder(self.ground.network, self.profile)

    @cached_property
    def impedance(self) -> Impedance:
        """What the streets cost the walker."""
        return build_impedance(self.ground.network, self.profile)

    @cached_property
    def walks(self) -> Walks:
        """Walks from nowhere to nowhere, to be set to start and end somewhere."""
        if self.profile.needs_seat and not self.ground.seats.is_snapped.any():
            told = Remark("seats_unknown", id=self.profile.id, name=self.ground.name)
            raise ConfigError(told)
        return build_walks(
            self.ground.network,
            self.profile,
            self.impedance,
            homes=NO_POINTS,
            facilities=one_door_each(NO_POINTS),
            seats=self.ground.seats,
        )

    def check_plain(self, what: str, instead: str) -> None:
        """Refuse walkers who need seats where walks from seat to seat cannot say it."""
        if self.profile.needs_seat:
            told = Remark(
                "seats_towards_alone", id=self.profile.id, what=Remark(what), instead=instead
            )
            raise ConfigError(told)

    def measure_matrix(
        self, starts: Snapped, ends: Snapped, cutoff_s: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Seconds and metres from every start to every end; inf beyond the cutoff, metres NaN
        where walks go from seat to seat.
        """
        shape = len(starts.edge), len(ends.edge)
        time_s, distance_m = np.full(shape, np.inf), np.full(shape, np.inf)
        if self.profile.needs_seat:
            pairs = self.list_pairs(starts, ends, cutoff_s)
            time_s[pairs.target, pairs.source] = pairs.time_s
            return time_s, np.where(np.isfinite(time_s), np.nan, np.inf)
        network, finder = self.ground.network, self.finder
        leaving = place_points(network, finder.impedance, starts, leaving=True)
        arriving = place_points(network, finder.impedance, ends, leaving=False)
        graph = finder.ahead

        def search(row: int) -> None:
            one = leaving.take(slice(row, row + 1))
            time_s[row], distance_m[row] = times_and_metres(
                graph, network, one, arriving, cutoff_s=cutoff_s
            )

        # searches hold no lock, and every row is its own
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(search, np.flatnonzero(starts.is_snapped).tolist()))
        return time_s, distance_m

    def list_pairs(self, starts: Snapped, ends: Snapped, cutoff_s: float) -> Pairs:
        """Every end (sources) with every start (targets) within the cutoff."""
        walks = self.walks.starting_at(starts).ending_at(one_door_each(ends))
        return walks.pairs_within(np.arange(len(ends.edge)), cutoff_s=cutoff_s)

    def find_nearest(
        self, starts: Snapped, ends: Snapped, cutoff_s: float
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Seconds from every start to the nearest end, and which; -1 where none."""
        walks = self.walks.starting_at(starts).ending_at(one_door_each(ends))
        return walks.nearest(np.arange(len(ends.edge)), cutoff_s=cutoff_s)

    def rank_nearest(
        self, starts: Snapped, ends: Snapped, k: int, cutoff_s: float
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """As `find_nearest` for the k nearest; of equally near ones the first."""
        n = len(starts.edge)
        if k == 1:
            time_s, which = self.find_nearest(starts, ends, cutoff_s)
            return time_s[:, None], which[:, None]
        pairs = self.list_pairs(starts, ends, cutoff_s)
        order = np.lexsort((pairs.source, pairs.time_s, pairs.target))
        target = pairs.target[order]
        rank = np.arange(len(target)) - np.searchsorted(target, target)
        keep = rank < k
        time_s, which = np.full((n, k), np.inf), np.full((n, k), -1, dtype=np.int64)
        time_s[target[keep], rank[keep]] = pairs.time_s[order][keep]
        which[target[keep], rank[keep]] = pairs.source[order][keep]
        return time_s, which

    def reach(self, places: Snapped, cutoff_s: float, *, towards: bool) -> StreetReach:
        """Streets from which any of some places is reached, or that are reached from any."""
        if towards:
            walks = self.walks.ending_at(one_door_each(places))
            return walks.reach(np.arange(len(places.edge)), cutoff_s=cutoff_s)
        network, impedance, graph = self.ground.network, self.impedance, self.finder.ahead
        sources = place_points(network, impedance, places, leaving=True)
        node_s, _ = nearest_at_nodes(graph, sources, cutoff_s=cutoff_s)
        times = edge_times(network, impedance, graph, node_s, sources)
        return TimedReach(times, impedance.pace_ms)

    def build_land(self, xy: NDArray[np.float64], cutoff_s: float) -> AreaCanvas:
        """Land around some places as far as anybody walks to or from them."""
        # streets far beyond the reach bound none of its land, and are many
        reach_m = cutoff_s * self.profile.pace_with_rests_ms + BESIDE_M
        near_box = shapely.box(*(xy.min(axis=0) - reach_m), *(xy.max(axis=0) + reach_m))
        is_near = shapely.intersects(self.ground.network.lines, near_box)
        is_drawn = self.ground.doors.is_open & self.impedance.is_open & is_near
        return build_canvas(self.ground.network, is_drawn)


def group_places(xy: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Rows of places whose land is divided together, for it overlaps; NaN is in no group."""
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if len(known) == 0:
        return []
    cell = np.floor(xy[known] / TOGETHER_M).astype(np.int64)
    _, which = np.unique(cell, axis=0, return_inverse=True)
    order = np.argsort(which, kind="stable")
    return np.split(known[order], np.flatnonzero(np.diff(which[order])) + 1)
