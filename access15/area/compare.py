"""One neighbourhood with a proposal beside today: walks, people who gain and lose, and what became
of every change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.area.gains import tabulate_changes, tabulate_comparison, tabulate_streets
from access15.area.walkers import HUB
from access15.config import WalkProfile
from access15.config.proposal import BEYOND_M, NEW_HUB, Change, Proposal
from access15.core.change.changes import (
    ChangedStreets,
    Points,
    StreetChange,
    StreetChangeKind,
    change_streets,
    move_doors,
    place_anew,
)
from access15.core.reach.service_area import build_canvas, draw_reach
from access15.core.seat_walk.walks import build_walks
from access15.core.walk.doors import Doors, one_door_each
from access15.core.walk.impedance import build_impedance
from access15.core.walk.snap import (
    MAX_SEAT_SNAP_M,
    Snapped,
    build_snapper,
    round_places,
    snap_points,
)
from access15.core.walk.walks import Walks
from access15.crs import lonlat_xy, points_xy, whole_cm
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.results.compared import AreaComparison
from access15.results.run import AreaResult, RunResult

STREET_CHANGES = ("add_link", "close_link", "remove_steps", "add_kerb_ramp")


@dataclass(frozen=True, eq=False)
class _Places:
    """Facilities with the proposal: which are still where they were, which rows belong to each
    target, what is new.
    """

    is_kept: NDArray[np.bool_]
    rows: dict[str, NDArray[np.int64]]
    new_rows: NDArray[np.int64]
    new_xy: NDArray[np.float64]
    new_changes: list[Change]


def compare_area(result: RunResult, proposal: Proposal) -> AreaComparison:
    """Walk a neighbourhood as a proposal would have it."""
    changed = _change(result, proposal)
    area, places = changed.area, changed.places
    doors = _set_doors(changed)
    times: dict[tuple[str, str], NDArray[np.float64]] = {}
    for profile in result.profiles.values():
        walks = _set_walks(changed, doors, profile)
        for target, rows in places.rows.items():
            times[profile.id, target], _ = walks.nearest(rows)
    snap_m = np.where(doors.placed.is_snapped, doors.placed.snap_m, np.inf)
    return AreaComparison(
        proposal=proposal,
        coverage=tabulate_comparison(result, area, proposal, places.rows, times),
        streets=tabulate_streets(result, area, proposal, times),
        changes=tabulate_changes(
            result,
            proposal,
            changed.streets,
            [*places.new_changes, *changed.benches],
            dict.fromkeys(result.profiles, snap_m),
        ),
        travel_time_s=times,
    )


def draw_changed_areas(
    result: RunResult,
    proposal: Proposal,
    *,
    profile: str,
    target: str,
) -> list[shapely.Geometry]:
    """Ground from which a target is reached with a proposal."""
    changed = _change(result, proposal)
    network, rows = changed.streets.network, changed.places.rows[target]
    walks = _set_walks(changed, _set_doors(changed), result.profiles[profile])
    cutoffs_s = tuple(60.0 * minutes for minutes in result.cutoffs_min)
    reach = walks.reach(rows, cutoff_s=cutoffs_s[-1])
    canvas = build_canvas(network, changed.streets.door_streets.is_open & walks.impedance.is_open)
    return [one.polygon for one in draw_reach(canvas, reach, cutoffs_s=cutoffs_s)]


@dataclass(frozen=True, eq=False)
class _Changed:
    """A neighbourhood as a proposal would have it, whoever walks."""

    result: RunResult
    area: AreaResult
    streets: ChangedStreets
    places: _Places
    benches: tuple[Change, ...]
    bench_xy: NDArray[np.float64]


def _change(result: RunResult, proposal: Proposal) -> _Changed:
    """Settle what a proposal changes whoever walks."""
    area = result.areas[proposal.area]
    _check_places(area, proposal)
    benches = proposal.of_kind("add_bench")
    return _Changed(
        result=result,
        area=area,
        streets=change_streets(area.network, _street_changes(area, proposal)),
        places=_settle_facilities(result, area, proposal),
        benches=benches,
        bench_xy=_xy(area, benches),
    )


@dataclass(frozen=True, eq=False)
class _Placed:
    """Where everything meets the changed streets, whoever walks; last what is new: facilities, then
    benches.
    """

    homes: Snapped
    facilities: Doors
    seats: Snapped
    placed: Snapped


def _set_doors(changed: _Changed) -> _Placed:
    """Join homes, facilities and seats to the changed streets."""
    area, streets, places = changed.area, changed.streets, changed.places
    today = next(iter(area.walkers.values()))
    max_snap_m = changed.result.study.max_snap_m
    # 1. Homes, and facilities that stay, keep the doors of today.
    home_xy = points_xy(area.residents, area.network.crs)
    homes = move_doors(streets, Points(home_xy, one_door_each(today.resident_snap), max_snap_m))
    known = area.plausible_doors
    door_xy = known.xy[known.is_taken]
    stay = move_doors(streets, Points(door_xy, known.taken, max_snap_m))
    stay = stay.take(places.is_kept[stay.owner])
    # 2. What is new is put where streets are, a bench on any of them.
    new = place_anew(streets, places.new_xy, max_snap_m=max_snap_m)
    at_ground = build_snapper(streets.network, streets.door_streets.is_open)
    # whoever sets a door means the nearest street, also a dead end
    is_door = np.array([change.kind == "set_door" for change in places.new_changes], dtype=bool)
    set_there = snap_points(at_ground, places.new_xy[is_door], max_snap_m=max_snap_m)
    set_there = round_places(streets.network, set_there)
    order = np.arange(len(is_door))
    order[is_door] = len(is_door) + np.arange(is_door.sum())
    new = new.join(set_there).take(order)
    benches = snap_points(at_ground, changed.bench_xy, max_snap_m=MAX_SEAT_SNAP_M)
    benches = round_places(streets.network, benches)
    return _Placed(
        homes=homes.snapped,
        facilities=stay.join(Doors(places.new_rows, new)),
        seats=streets.linked.move(today.seat_snap).join(benches),
        placed=new.join(benches),
    )


def _set_walks(changed: _Changed, doors: _Placed, profile: WalkProfile) -> Walks:
    """One walker on the changed streets."""
    streets = changed.streets
    return build_walks(
        streets.network,
        profile,
        build_impedance(streets.network, profile, is_closed=streets.is_closed),
        homes=doors.homes,
        facilities=doors.facilities,
        seats=doors.seats,
    )


def _xy(area: AreaResult, changes: Sequence[Change]) -> NDArray[np.float64]:
    """Places of changes in the network's CRS, on whole centimetres."""
    return _place_xy(area, [change.place for change in changes])


def _place_xy(
    area: AreaResult, places: Sequence[tuple[float, float] | None]
) -> NDArray[np.float64]:
    """Longitudes and latitudes in the network's CRS, on whole centimetres."""
    lonlat = np.array(places, dtype=np.float64).reshape(-1, 2)
    return whole_cm(lonlat_xy(np.round(lonlat, 7), area.network.crs))


def _check_places(area: AreaResult, proposal: Proposal) -> None:
    """Refuse places outside the streets of the neighbourhood."""
    west, south, east, north = shapely.total_bounds(area.network.lines)
    ground = shapely.box(west - BEYOND_M, south - BEYOND_M, east + BEYOND_M, north + BEYOND_M)
    problems = []
    for change in proposal.changes:
        places = [place for place in (change.place, change.place_to) if place is not None]
        for lon, lat in places:
            x, y = _place_xy(area, [(lon, lat)])[0]
            if not ground.covers(shapely.Point(x, y)):
                told = Remark(
                    "change_outside",
                    name=proposal.name,
                    change=change.id,
                    lon=lon,
                    lat=lat,
                    area=area.area.name,
                )
                problems.append(told)
    if problems:
        raise InputDataError(Remark("changes_outside", name=proposal.name), problems)


def _street_changes(area: AreaResult, proposal: Proposal) -> list[StreetChange]:
    """Changes of the streets, in the order of the proposal."""
    changes = [change for change in proposal.changes if change.kind in STREET_CHANGES]
    xy = _xy(area, changes)
    ends = _place_xy(area, [change.place_to or change.place for change in changes])
    found = []
    for change, (x, y), end in zip(changes, xy.tolist(), ends.tolist(), strict=True):
        kind = cast("StreetChangeKind", change.kind)
        xy_to = (end[0], end[1]) if change.place_to else None
        found.append(StreetChange(change.id, kind, (x, y), xy_to))
    return found


def list_facilities_here(result: RunResult, area_id: str) -> list[str]:
    """Facilities that stand on an area's streets: those that a session page shows."""
    area = result.areas[area_id]
    is_met = area.plausible_doors.taken.is_met(len(area.facilities))
    return [str(one) for one in area.facilities["facility_id"][is_met]]


def _is_counted(table: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Whether each facility has a certain point and is known to be open."""
    is_open = table["open_at"] == "open" if "open_at" in table else np.ones(len(table), dtype=bool)
    return np.asarray((table["status"] != "not_geocoded") & is_open)


def _settle_facilities(
    result: RunResult,
    area: AreaResult,
    proposal: Proposal,
) -> _Places:
    """Which facilities stand with the proposal, and where."""
    # 1. Today's facilities: those moved or removed are gone from where they were.
    table = area.facilities
    row_of = {facility_id: row for row, facility_id in enumerate(table["facility_id"])}
    added = proposal.of_kind("add_facility")
    moved = proposal.of_kind("move_facility", "set_door")
    gone = proposal.of_kind("move_facility", "set_door", "remove_facility")
    is_kept = np.ones(len(table), dtype=bool)
    is_kept[[row_of[change.facility_id] for change in gone]] = False
    # 2. What counts: a place that is closed at the moment stays closed elsewhere; what is new is
    #    open.
    counted = _is_counted(table)
    moved_rows = np.array([row_of[change.facility_id] for change in moved], dtype=np.int64)
    is_there = is_kept & counted
    is_there[moved_rows] = counted[moved_rows]
    is_there = np.append(is_there, np.ones(len(added), dtype=bool))
    # 3. Rows of each target; those of new facilities follow today's.
    kinds = np.array([*table["category"], *(change.category for change in added)], dtype=object)
    hub_kinds = {NEW_HUB, result.study.hub_stand_in}
    new_hubs = np.array([change.category in hub_kinds for change in added], dtype=bool)
    is_hub = np.append(table["is_hub"].to_numpy(dtype=bool), new_hubs)
    rows = {HUB: np.flatnonzero(is_hub & is_there)}
    rows |= {key: np.flatnonzero((kinds == key) & is_there) for key in result.categories}
    added_rows = len(table) + np.arange(len(added))
    changes = [*added, *moved]
    return _Places(is_kept, rows, np.append(added_rows, moved_rows), _xy(area, changes), changes)
