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
from access15.core.change.doors import Points
from access15.core.reach.parts import StreetParts
from access15.core.reach.walks import PlainWalks
from access15.core.seat_walk.walks import build_walks
from access15.core.walk.doors import Doors
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest_at_nodes
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
    today = build_impedance(here.network, profile)
    walker = set_walker(streets, profile, *points, today=today)
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
    sources = taken.join(new)
    added = [one for one in changes if one["change"] == "add_bench"]
    benches = _place(streets, walker, added, MAX_SEAT_SNAP_M)
    walks = build_walks(
        streets.network,
        profile,
        walker.impedance,
        homes=walker.homes.snapped,
        facilities=sources,
        seats=streets.linked.move(here.snapped(profile_id, here.seat_xy)).join(benches),
    )
    everywhere = np.arange(len(sources.edge))
    door_s, _ = walks.nearest(everywhere, cutoff_s=cutoff_s)
    node_s = None
    if isinstance(walks, PlainWalks):
        node_s, _ = nearest_at_nodes(walks.graph, walks.facilities, cutoff_s=cutoff_s)
    parts = walks.reach(everywhere, cutoff_s=cutoff_s).parts(cutoff_s)
    return Answer(streets, walker, _least(here, walker, door_s), node_s, parts)


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
