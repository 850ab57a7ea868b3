"""Walks from seat to seat as a kind of `access15.core.walk.walks.Walks`, and the choice of a kind.

Who starts somewhere is rested there, wherever it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.reach.walks import build_plain_walks
from access15.core.seat_walk.graph import RestGraph, RestPlaces, build_rest_graph, place_resting
from access15.core.seat_walk.reach import RestReach
from access15.core.seat_walk.search import answer_targets, nearest_with_seats, spread_labels
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import Doors
from access15.core.walk.impedance import Impedance
from access15.core.walk.pairs import Pairs
from access15.core.walk.snap import Snapped
from access15.core.walk.walks import Walks


@dataclass(frozen=True, eq=False)
class SeatWalks:
    """Walks of somebody who needs seats; build with `build_walks`.

    Parameters
    ----------
    graph : RestGraph
        The streets, cut at the seats.
    limit_m : float
        Longest gap between seats, inclusive [m].
    homes : RestPlaces
        Homes as starts of walks.
    facilities : RestPlaces
        Doors of facilities as ends of walks.
    doors : Doors
        Whose they are.
    """

    graph: RestGraph
    limit_m: float
    homes: RestPlaces
    facilities: RestPlaces
    doors: Doors

    @property
    def impedance(self) -> Impedance:
        """As `access15.core.walk.walks.Walks.impedance`."""
        return self.graph.impedance

    def nearest(
        self, rows: NDArray[np.int64], *, cutoff_s: float = np.inf
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """As `access15.core.walk.walks.Walks.nearest`."""
        doors, which = self.doors.of(rows)
        sources = self.facilities.take(doors)
        time_s, door = nearest_with_seats(
            self.graph, sources, self.homes, limit_m=self.limit_m, cutoff_s=cutoff_s
        )
        return time_s, np.append(which, -1)[door]

    def pairs_within(self, rows: NDArray[np.int64], *, cutoff_s: float) -> Pairs:
        """As `access15.core.walk.walks.Walks.pairs_within`."""
        no_row = np.zeros(0, dtype=np.int64)
        source, target, time_s = [no_row], [no_row], [np.zeros(0)]
        doors, which = self.doors.of(rows)
        for i in range(len(rows)):
            # one search each, because a label that one facility makes worthless may lead to another
            found = self._time_s(self.facilities.take(doors[which == i]), cutoff_s)
            near = np.flatnonzero(np.isfinite(found))
            near = near[np.argsort(found[near], kind="stable")]
            source.append(np.full(len(near), i))
            target.append(near)
            time_s.append(found[near])
        return Pairs(np.concatenate(source), np.concatenate(target), np.concatenate(time_s))

    def ranked_s(self, rows: NDArray[np.int64], *, k: int) -> NDArray[np.float64]:
        """As `access15.core.walk.walks.Walks.ranked_s`."""
        # sorted by home and time, so that the rank of a pair is its distance from the home's first
        pairs = self.pairs_within(rows, cutoff_s=np.inf)
        order = np.lexsort((pairs.time_s, pairs.target))
        target, time_s = pairs.target[order], pairs.time_s[order]
        rank = np.arange(len(target)) - np.searchsorted(target, target)
        keep = rank < k
        ranked = np.full((len(self.homes), k), np.inf)
        ranked[target[keep], rank[keep]] = time_s[keep]
        return ranked

    def reach(self, rows: NDArray[np.int64], *, cutoff_s: float = np.inf) -> RestReach:
        """As `access15.core.walk.walks.Walks.reach`."""
        sources = self.facilities.take(self.doors.of(rows)[0])
        labels = spread_labels(self.graph, sources, limit_m=self.limit_m, cutoff_s=cutoff_s)
        return RestReach(self.graph, labels, sources, self.limit_m)

    def starting_at(self, places: Snapped) -> SeatWalks:
        """As `access15.core.walk.walks.Walks.starting_at`."""
        return replace(self, homes=place_resting(self.graph, places, leaving=True))

    def ending_at(self, doors: Doors) -> SeatWalks:
        """As `access15.core.walk.walks.Walks.ending_at`."""
        ends = place_resting(self.graph, doors.snapped, leaving=False)
        return replace(self, facilities=ends, doors=doors)

    def _time_s(self, sources: RestPlaces, cutoff_s: float) -> NDArray[np.float64]:
        """Walk from every home to one facility, by the best of its doors; inf beyond the cutoff."""
        labels = spread_labels(self.graph, sources, limit_m=self.limit_m, cutoff_s=cutoff_s)
        # a facility on no street reaches nobody; on a street, homes of its own piece need no label
        if len(labels.node) == 0 and (sources.piece < 0).all():
            return np.full(len(self.homes), np.inf)
        return answer_targets(
            self.graph, labels, sources, self.homes, limit_m=self.limit_m, cutoff_s=cutoff_s
        ).time_s


def build_walks(
    network: WalkNetwork,
    profile: WalkProfile,
    impedance: Impedance,
    *,
    homes: Snapped,
    facilities: Doors,
    seats: Snapped,
) -> Walks:
    """The walks of one profile: the only place that asks which kind it needs.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        Who walks.
    impedance : Impedance
        What those streets cost the walker.
    homes : Snapped
        Starts of walks on those streets.
    facilities : Doors
        Ends of walks on those streets.
    seats : Snapped
        Seats on them; of no use to who needs none.

    Returns
    -------
    Walks
        Ready to be asked.
    """
    if not profile.needs_seat or profile.rest_every_m is None:
        return build_plain_walks(network, impedance, homes=homes, facilities=facilities)
    graph = build_rest_graph(network, impedance, seats)
    return SeatWalks(
        graph=graph,
        limit_m=profile.rest_every_m,
        homes=place_resting(graph, homes, leaving=True),
        facilities=place_resting(graph, facilities.snapped, leaving=False),
        doors=facilities,
    )
