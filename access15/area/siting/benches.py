"""The question from seat to seat of one neighbourhood: who walks where, where benches may be."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from access15.area.walkers import HUB
from access15.core.reach.parts import points_at, split_edges
from access15.core.seat_walk.graph import build_rest_graph, place_resting
from access15.core.seat_walk.placing import SeatQuestion
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import Doors, find_door_streets
from access15.core.walk.snap import Snapped
from access15.results.run import AreaResult

# a bench is proposed to within ten metres; the exact place is for who knows the pavement
_STEP_M = 20.0


@dataclass(frozen=True, eq=False)
class AskedSeats:
    """Who walks where, from seat to seat, and to which places.

    Parameters
    ----------
    question : SeatQuestion
        What is asked; candidates are the middles of short stretches of street.
    rows : ndarray of int64
        Rows of the facilities walked to.
    doors : Doors
        Their doors.
    facilities : GeoDataFrame
        The facility of each door.
    """

    question: SeatQuestion
    rows: NDArray[np.int64]
    doors: Doors
    facilities: gpd.GeoDataFrame


def ask_seats(
    area: AreaResult,
    *,
    category: str,
    profile: str,
    group: str,
    limit_m: float,
    cutoff_s: float,
) -> AskedSeats:
    """Put one neighbourhood's question."""
    network, done = area.network, area.walkers[profile]
    rows = list_facilities(area, category)
    doors = done.doors.take(done.doors.of(rows)[0])
    candidates = _list_candidates(network, done.impedance.is_open)
    graph = build_rest_graph(network, done.impedance, done.seat_snap, candidates=candidates)
    question = SeatQuestion(
        graph=graph,
        sources=place_resting(graph, doors.snapped, leaving=False),
        homes=place_resting(graph, done.resident_snap, leaving=True),
        people=area.residents[group].to_numpy(dtype=np.float64),
        limit_m=limit_m,
        cutoff_s=cutoff_s,
    )
    return AskedSeats(question, rows, doors, area.facilities.iloc[doors.owner])


def list_facilities(area: AreaResult, category: str) -> NDArray[np.int64]:
    """Rows of the facilities walked to: those with a point, and open at the moment of the run."""
    frame = area.facilities
    is_wanted = frame["is_hub"].astype(bool) if category == HUB else frame["category"] == category
    is_wanted &= frame["status"] != "not_geocoded"
    if "open_at" in frame:
        is_wanted &= frame["open_at"] == "open"
    return np.flatnonzero(is_wanted.to_numpy())


def _list_candidates(network: WalkNetwork, is_open: NDArray[np.bool_]) -> Snapped:
    """Middles of short stretches: never on a junction, on steps, or above or below the ground."""
    is_at_ground = find_door_streets(network).is_open
    edges = np.flatnonzero(is_open & is_at_ground & ~network.steps)
    parts = split_edges(network, edges, step_m=_STEP_M)
    return Snapped(parts.edge, (parts.start + parts.stop) / 2, np.zeros(len(parts)))


def find_seats_xy(question: SeatQuestion, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where streets are cut for seats [m]."""
    graph = question.graph
    return points_at(graph.network, graph.split_edge[rows], graph.split_fraction[rows])


def find_seat(question: SeatQuestion, row: int) -> NDArray[np.float64]:
    """Where a street is cut for one seat [m]."""
    return np.asarray(find_seats_xy(question, np.array([row]))[0])
