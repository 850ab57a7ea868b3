"""What Python says of a proposal on a random neighbourhood, to hold the page's scripts against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from builders.session_scenes import MAX_SNAP_M, METRES_PER_DEGREE, Neighbourhood
from numpy.typing import NDArray

from access15.core.change.changes import (
    ChangedStreets,
    ChangedWalker,
    StreetChange,
    change_streets,
    place_anew,
    set_walker,
)
from access15.core.change.doors import Doors, Points, join_doors
from access15.core.reach.parts import StreetParts, edge_times, parts_within
from access15.core.seat_walk.reach import RestReach
from access15.core.seat_walk.search import (
    answer_targets,
    build_rest_graph,
    place_resting,
    spread_labels,
)
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.search import nearest, nearest_at_nodes
from access15.core.walk.snap import MAX_SEAT_SNAP_M, Snapped

_ON_STREETS = ("add_link", "close_link", "remove_steps", "add_kerb_ramp")


def _metres(lon: float, lat: float) -> tuple[float, float]:
    x, y = np.rint(100 * np.array([lon, lat]) * METRES_PER_DEGREE) / 100
    return float(x), float(y)


def changed_streets(here: Neighbourhood, changes: list[dict[str, Any]]) -> ChangedStreets:
    """Streets of a proposal."""
    return change_streets(
        here.network,
        [
            StreetChange(
                id=one["id"],
                kind=one["change"],
                xy=_metres(one["lon"], one["lat"]),
                xy_to=_metres(one["lon2"], one["lat2"]) if "lon2" in one else None,
            )
            for one in changes
            if one["change"] in _ON_STREETS
        ],
    )


@dataclass(frozen=True, eq=False)
class Answer:
    """Walks of one walker to one target."""

    streets: ChangedStreets
    walker: ChangedWalker
    home_s: NDArray[np.float64]
    node_s: NDArray[np.float64] | None
    parts: StreetParts


def solve(
    here: Neighbourhood,
    changes: list[dict[str, Any]],
    profile_id: str,
    target: str,
    cutoff_s: float,
) -> Answer:
    """Walks of one walker to one target in the world of a proposal."""
    profile, streets = here.profiles[profile_id], changed_streets(here, changes)
    points = [
        Points(xy, here.snapped(profile_id, xy), MAX_SNAP_M)
        for xy in (here.home_xy, here.facility_xy)
    ]
    walker = set_walker(streets, profile, *points)
    gone = [int(one["facility_id"][1:]) for one in changes if "facility_id" in one]
    rows = np.setdiff1d(here.rows(target), gone)
    old = Doors(walker.facilities.owner, walker.facilities.snapped)
    keep = np.isin(old.owner, rows)
    fresh = [
        one
        for one in changes
        if (one["change"] == "add_facility" and one["category"] == target)
        or (one["change"] == "move_facility" and int(one["facility_id"][1:]) in here.rows(target))
    ]
    new = _place(streets, walker, fresh, MAX_SNAP_M)
    taken = old.snapped.take(keep)
    sources = join_doors(Doors(old.owner[keep], taken), Doors(np.full(len(fresh), -1), new)).snapped
    if profile.needs_seat:
        benches = _place(
            streets,
            walker,
            [one for one in changes if one["change"] == "add_bench"],
            MAX_SEAT_SNAP_M,
        )
        seats = streets.linked.move(here.snapped(profile_id, here.seat_xy)).join(benches)
        return _with_seats(here, profile, streets, walker, sources, seats, cutoff_s)
    network, impedance = streets.network, walker.impedance
    graph = build_graph(network, impedance, towards=True)
    ends = place_points(network, impedance, sources, leaving=False)
    starts = place_points(network, impedance, walker.homes.snapped, leaving=True)
    door_s, _ = nearest(graph, ends, starts, cutoff_s=cutoff_s)
    node_s, _ = nearest_at_nodes(graph, ends, cutoff_s=cutoff_s)
    times = edge_times(network, impedance, graph, node_s, ends)
    return Answer(
        streets,
        walker,
        _least(here, walker, door_s),
        node_s,
        parts_within(times, cutoff_s=cutoff_s),
    )


def _place(
    streets: ChangedStreets, walker: ChangedWalker, changes: list[dict[str, Any]], max_snap_m: float
) -> Snapped:
    xy = np.array([_metres(one["lon"], one["lat"]) for one in changes]).reshape(-1, 2)
    return place_anew(streets, walker, xy, max_snap_m=max_snap_m)


def _least(
    here: Neighbourhood, walker: ChangedWalker, door_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    home_s = np.full(len(here.home_xy), np.inf)
    np.minimum.at(home_s, walker.homes.owner, door_s)
    return home_s


def _with_seats(
    here: Neighbourhood,
    profile: Any,
    streets: ChangedStreets,
    walker: ChangedWalker,
    sources: Snapped,
    seats: Snapped,
    cutoff_s: float,
) -> Answer:
    limit_m = float(profile.rest_every_m)
    graph = build_rest_graph(streets.network, walker.impedance, seats)
    ends = place_resting(graph, sources, leaving=False)
    starts = place_resting(graph, walker.homes.snapped, leaving=True)
    labels = spread_labels(graph, ends, limit_m=limit_m, cutoff_s=cutoff_s)
    found = answer_targets(graph, labels, ends, starts, limit_m=limit_m, cutoff_s=cutoff_s)
    parts = RestReach(graph, labels, ends, limit_m).parts(cutoff_s)
    return Answer(streets, walker, _least(here, walker, found.time_s), None, parts)
