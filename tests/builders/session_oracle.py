"""What Python says of a proposal on a random neighbourhood, to hold the page's scripts against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from builders.session_scenes import MAX_SNAP_M, METRES_PER_DEGREE, Neighbourhood
from numpy.typing import NDArray

from access15.core.change.changes import (
    ChangedStreets,
    Points,
    StreetChange,
    change_streets,
    move_doors,
    place_anew,
)
from access15.core.reach.parts import StreetParts
from access15.core.reach.walks import PlainWalks
from access15.core.seat_walk.walks import build_walks
from access15.core.siting.corners import find_corners
from access15.core.siting.kernels import price_sets
from access15.core.siting.sets import build_sets
from access15.core.walk.doors import Doors, one_door_each
from access15.core.walk.impedance import Impedance, build_impedance
from access15.core.walk.search import nearest_at_nodes
from access15.core.walk.snap import (
    MAX_SEAT_SNAP_M,
    NO_POINTS,
    Snapped,
    build_snapper,
    round_places,
    snap_points,
)

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
    impedance: Impedance
    homes: Doors
    facilities: Doors
    sources: Doors  # those of the target, as the proposal has them
    seats: Snapped
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
    impedance = build_impedance(streets.network, profile, is_closed=streets.is_closed)
    home_doors = one_door_each(here.snapped(here.home_xy))
    homes = move_doors(streets, Points(here.home_xy, home_doors, MAX_SNAP_M))
    old = move_doors(streets, here.facilities)
    gone = [int(one["facility_id"][1:]) for one in changes if "facility_id" in one]
    rows = np.setdiff1d(here.rows(target), gone)
    keep = np.isin(old.owner, rows)
    fresh = [
        one
        for one in changes
        if (one["change"] == "add_facility" and one["category"] == target)
        or (
            one["change"] in ("move_facility", "set_door")
            and int(one["facility_id"][1:]) in here.rows(target)
        )
    ]
    new = _place_all(streets, fresh)
    sources = old.take(keep).join(Doors(len(here.facility_xy) + np.arange(len(fresh)), new))
    seats = _seat(here, streets, changes)
    walks = build_walks(
        streets.network,
        profile,
        impedance,
        homes=homes.snapped,
        facilities=sources,
        seats=seats,
    )
    everywhere = np.unique(sources.owner)
    home_s, _ = walks.nearest(everywhere, cutoff_s=cutoff_s)
    node_s = None
    if isinstance(walks, PlainWalks):
        node_s, _ = nearest_at_nodes(walks.graph, walks.facilities, cutoff_s=cutoff_s)
    parts = walks.reach(everywhere, cutoff_s=cutoff_s).parts(cutoff_s)
    return Answer(streets, impedance, homes, old, sources, seats, home_s, node_s, parts)


def _seat(here: Neighbourhood, streets: ChangedStreets, changes: list[dict[str, Any]]) -> Snapped:
    """Seats of today and added ones."""
    added = [one for one in changes if one["change"] == "add_bench"]
    at_ground = build_snapper(streets.network, streets.door_streets.is_open)
    benches = snap_points(at_ground, _xy(added), max_snap_m=MAX_SEAT_SNAP_M)
    return streets.linked.move(here.seats).join(round_places(streets.network, benches))


def solve_sites(
    here: Neighbourhood,
    changes: list[dict[str, Any]],
    profile_id: str,
    target: str,
    cutoff_s: float,
) -> dict[int, float]:
    """People whom one more place would bring within the cutoff, by the corner it stands at."""
    today = solve(here, changes, profile_id, target, cutoff_s)
    streets, impedance = today.streets, today.impedance
    is_street = impedance.is_open & ~streets.linked.is_link
    everywhere = shapely.box(*(np.array([-1, -1, 1, 1]) * 1e6))
    # a street that a link cut keeps its corners; where the cut is, is none
    node = find_corners(streets.network, everywhere, is_street)
    node = node[node < here.network.n_nodes]
    degrees = np.round(here.network.node_xy[node] / METRES_PER_DEGREE, 7)
    doors = place_anew(
        streets, np.array([_metres(*one) for one in degrees]).reshape(-1, 2), max_snap_m=MAX_SNAP_M
    )
    rows = np.flatnonzero(doors.is_snapped)
    walks = build_walks(
        streets.network,
        here.profiles[profile_id],
        impedance,
        homes=today.homes.snapped,
        facilities=one_door_each(doors.take(rows)),
        seats=_seat(here, streets, changes),
    )
    pairs = walks.pairs_within(np.arange(len(rows)), cutoff_s=cutoff_s)
    sets = build_sets(
        pairs,
        people=here.people,
        is_reached=today.home_s <= cutoff_s,
        n_candidates=len(rows),
    )
    worth = np.append(price_sets(sets.start, sets.demand, sets.weight), 0.0)
    return dict(zip(node[rows].tolist(), worth[sets.set_of].tolist(), strict=True))


def _place_all(streets: ChangedStreets, changes: list[dict[str, Any]]) -> Snapped:
    """What is new, one after the other: a door that is set at the nearest street of all."""
    found = NO_POINTS
    at_ground = build_snapper(streets.network, streets.door_streets.is_open)
    for one in changes:
        if one["change"] == "set_door":
            there = snap_points(at_ground, _xy([one]), max_snap_m=MAX_SNAP_M)
            found = found.join(round_places(streets.network, there))
        else:
            found = found.join(place_anew(streets, _xy([one]), max_snap_m=MAX_SNAP_M))
    return found


def _xy(changes: list[dict[str, Any]]) -> NDArray[np.float64]:
    return np.array([_metres(one["lon"], one["lat"]) for one in changes]).reshape(-1, 2)
