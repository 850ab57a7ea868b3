"""Walks that only time limits: the plain kind of `access15.core.walk.walks.Walks`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from access15.core.reach.aside import TimedReach
from access15.core.reach.parts import edge_times
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import Doors
from access15.core.walk.graph import Places, SearchGraph, build_graph, place_points
from access15.core.walk.impedance import Impedance
from access15.core.walk.pairs import Pairs, join_pairs, pairs_within
from access15.core.walk.ranked import measure_ranked_times
from access15.core.walk.search import nearest, nearest_at_nodes
from access15.core.walk.snap import Snapped


@dataclass(frozen=True, eq=False)
class PlainWalks:
    """Walks of somebody who walks on as long as the time lasts; build with `build_plain_walks`.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        What they cost this walker.
    graph : SearchGraph
        Towards the facilities.
    homes : Places
        Homes as starts of walks.
    facilities : Places
        Doors of facilities as ends of walks.
    doors : Doors
        Whose they are.
    """

    network: WalkNetwork
    impedance: Impedance
    graph: SearchGraph
    homes: Places
    facilities: Places
    doors: Doors

    def nearest(
        self, rows: NDArray[np.int64], *, cutoff_s: float = np.inf
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """As `access15.core.walk.walks.Walks.nearest`."""
        doors, which = self.doors.of(rows)
        sources = self.facilities.take(doors)
        time_s, door = nearest(self.graph, sources, self.homes, cutoff_s=cutoff_s)
        return time_s, np.append(which, -1)[door]

    def pairs_within(self, rows: NDArray[np.int64], *, cutoff_s: float) -> Pairs:
        """As `access15.core.walk.walks.Walks.pairs_within`."""
        doors, which = self.doors.of(rows)
        sources = self.facilities.take(doors)
        pairs = pairs_within(self.graph, sources, self.homes, cutoff_s=cutoff_s, is_sorted=False)
        return join_pairs(pairs, which)

    def ranked_s(self, rows: NDArray[np.int64], *, k: int) -> NDArray[np.float64]:
        """As `access15.core.walk.walks.Walks.ranked_s`."""
        doors, which = self.doors.of(rows)
        sources = self.facilities.take(doors)
        return measure_ranked_times(self.graph, sources, self.homes, k=k, source=which)

    def reach(self, rows: NDArray[np.int64], *, cutoff_s: float = np.inf) -> TimedReach:
        """As `access15.core.walk.walks.Walks.reach`."""
        # one search for all facilities together, because a street is reached from the nearest
        sources = self.facilities.take(self.doors.of(rows)[0])
        node_s, _ = nearest_at_nodes(self.graph, sources, cutoff_s=cutoff_s)
        times = edge_times(self.network, self.impedance, self.graph, node_s, sources)
        return TimedReach(times, self.impedance.pace_ms)

    def starting_at(self, places: Snapped) -> PlainWalks:
        """As `access15.core.walk.walks.Walks.starting_at`."""
        # the graph leads towards the facilities and stays, wherever walks start
        starts = place_points(self.network, self.impedance, places, leaving=True)
        return replace(self, homes=starts)

    def ending_at(self, doors: Doors) -> PlainWalks:
        """As `access15.core.walk.walks.Walks.ending_at`."""
        ends = place_points(self.network, self.impedance, doors.snapped, leaving=False)
        return replace(self, facilities=ends, doors=doors)


def build_plain_walks(
    network: WalkNetwork,
    impedance: Impedance,
    *,
    homes: Snapped,
    facilities: Doors,
) -> PlainWalks:
    """Walks that only time limits.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        What they cost the walker.
    homes : Snapped
        Starts of walks on those streets.
    facilities : Doors
        Ends of walks on those streets.

    Returns
    -------
    PlainWalks
        Ready to be asked.
    """
    return PlainWalks(
        network=network,
        impedance=impedance,
        graph=build_graph(network, impedance, towards=True),
        homes=place_points(network, impedance, homes, leaving=True),
        facilities=place_points(network, impedance, facilities.snapped, leaving=False),
        doors=facilities,
    )
