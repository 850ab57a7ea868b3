"""One neighbourhood: walking times, service areas and coverage for every walker and target."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.coverage import (
    is_known,
    located,
    tabulate_coverage,
    tabulate_nearest,
    tabulate_unknown,
)
from access15.area.doors import tabulate_doors
from access15.area.explain import explain_area
from access15.area.gap import count_per_facility
from access15.area.hours import add_unknown_hours, walk_if_open
from access15.area.land import AreaDrawing
from access15.area.measures import measure_access
from access15.area.ranges import measure_ranges
from access15.area.seats import tabulate_seats
from access15.area.walkers import HUB, AreaInputs, build_walkers
from access15.config import WalkProfile, list_needs
from access15.core.measures.opportunities import measure_score
from access15.core.reach.aside import StreetReach
from access15.core.reach.parts import StreetParts, cut_lines, without
from access15.core.walk.choice import DOOR_SOURCES
from access15.results.asked import Explained, Later, Measured
from access15.results.run import AreaResult
from access15.results.walker import Walker

_NOWHERE = StreetParts(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


@dataclass(frozen=True, eq=False)
class _Linked:
    """Walks of facilities and homes to the nearest hub, open or not: what lies on the same
    streets.
    """

    facility_s: NDArray[np.float64]
    facility_nearest: NDArray[np.object_]
    home_s: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Answer:
    """One walker to one target; `streets` and what follows is told of the nearest hub only."""

    time_s: NDArray[np.float64]
    nearest_id: NDArray[np.object_]
    streets: list[gpd.GeoDataFrame]
    reached: StreetParts


def study_area(inputs: AreaInputs, profiles: Mapping[str, WalkProfile]) -> AreaResult:
    """Compute one neighbourhood; what not everybody asks for, when somebody does."""
    # 1. Every walker to every target, each on its own.
    walkers = build_walkers(inputs, profiles)
    by_id = {walker.profile.id: walker for walker in walkers}
    tasks = [(walker, target) for walker in walkers for target in inputs.targets]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads only take more room
        answers = list(pool.map(lambda task: _answer(inputs, *task), tasks))
    keys = [(walker.profile.id, target) for walker, target in tasks]
    found = dict(zip(keys, answers, strict=True))
    travel_time_s = {key: answer.time_s for key, answer in found.items()}
    # 2. Tables of places and people, as the first walker meets them.
    linked = {profile: _link(inputs, walker) for profile, walker in by_id.items()}
    residents = _residents_out(inputs, walkers, travel_time_s, linked[walkers[0].profile.id])
    score = {profile: residents[f"score_{profile}"].to_numpy() for profile in by_id}
    # 3. The same in worlds where what is uncertain is otherwise. What takes longest, and is not
    #    always asked for, is computed when it is.
    ranges = measure_ranges(inputs, walkers)
    coverage = tabulate_coverage(inputs, travel_time_s, ranges.ends)
    measure = Later(partial(measure_access, inputs, walkers, score))
    # 4. What lies around: streets, and what nobody has mapped of them.
    crs = inputs.network.crs
    to_hubs = {profile: found[profile, HUB] for profile in by_id}
    streets = [frame for answer in to_hubs.values() for frame in answer.streets]
    reached = {profile: answer.reached for profile, answer in to_hubs.items()}
    return AreaResult(
        area=inputs.area,
        network=inputs.network,
        network_info=inputs.network_info,
        backdrop=inputs.backdrop,
        barriers=inputs.barriers,
        zones=inputs.zones,
        facilities=_facilities_out(inputs, walkers, linked),
        residents=residents,
        travel_time_s=travel_time_s,
        nearest_id={key: answer.nearest_id for key, answer in found.items()},
        draw_areas=Later(AreaDrawing(inputs, walkers, travel_time_s)),
        reached_streets=_streets_frame(streets, crs),
        coverage=_with_hours(coverage, inputs, walkers),
        range_budget=ranges.budget,
        measure=measure,
        nearest=tabulate_nearest(inputs, walkers, travel_time_s),
        people_info=inputs.people_info,
        seats=_seats_out(inputs, walkers),
        unknown_shares=tabulate_unknown(inputs, reached),
        explain=Later(partial(_explain, inputs, walkers, travel_time_s, measure)),
        walkers=by_id,
        try_doors=Later(partial(tabulate_doors, inputs, walkers)),
        inputs=inputs,
    )


def _with_hours(
    coverage: pd.DataFrame,
    inputs: AreaInputs,
    walkers: list[Walker],
) -> pd.DataFrame:
    """Coverage, and at a moment what the places of unknown hours would add."""
    if inputs.at is None:
        return coverage
    told = add_unknown_hours(coverage, inputs, walk_if_open(inputs, walkers))
    return told.assign(at=inputs.at.strftime("%Y-%m-%d %H:%M"))


def _explain(
    inputs: AreaInputs,
    walkers: list[Walker],
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    measure: Callable[[], Measured],
) -> Explained:
    """What closes the door, with the places within reach of each home as they are measured."""
    n_within = {key: homes.n_within for key, homes in measure().homes.items()}
    return explain_area(inputs, walkers, travel_time_s, n_within)


def _answer(
    inputs: AreaInputs,
    walker: Walker,
    target: str,
) -> _Answer:
    """Everything of one walker and one target."""
    rows = located(inputs, target)
    ids = np.append(inputs.facilities["facility_id"].to_numpy(dtype=object)[rows], "")
    walks, cutoff_s = walker.walks, inputs.cutoffs_s[-1]
    time_s, which = walks.nearest(rows)
    streets: list[gpd.GeoDataFrame] = []
    reached = _NOWHERE
    if target == HUB:
        reach = walks.reach(rows)
        reached = reach.parts(cutoff_s)
        streets = _street_rows(inputs, walker, reach)
    return _Answer(time_s, ids[which], streets, reached)


def _link(inputs: AreaInputs, walker: Walker) -> _Linked:
    """Walks of facilities and homes to the nearest hub, open or not."""
    hubs = inputs.targets[HUB]
    hubs = hubs[inputs.is_located[hubs]]
    ids = np.append(inputs.facilities["facility_id"].to_numpy(dtype=object)[hubs], "")
    doors = walker.doors
    door_s, which = walker.walks.starting_at(doors.snapped).nearest(hubs)
    # a facility is left by the door from which the walk is shortest, the first of equally short
    order = np.lexsort((np.arange(len(door_s)), door_s, doors.owner))
    owner, first = np.unique(doors.owner[order], return_index=True)
    n = len(inputs.facilities)
    facility_s, nearest = np.full(n, np.inf), np.full(n, -1)
    facility_s[owner], nearest[owner] = door_s[order[first]], which[order[first]]
    home_s, _ = walker.walks.nearest(hubs)
    return _Linked(facility_s, ids[nearest], home_s)


def _street_rows(
    inputs: AreaInputs,
    walker: Walker,
    reach: StreetReach,
) -> list[gpd.GeoDataFrame]:
    """Streets of the map within each cutoff of the nearest hub, each band without the one inside
    it.
    """
    network = inputs.network
    inner = _NOWHERE
    frames = []
    for cutoff_min in inputs.cutoffs_min:
        reached = reach.parts(60.0 * cutoff_min)
        reached = reached.take(network.is_mapped[reached.edge])
        band = without(reached, inner)
        inner = reached
        columns = {
            "area": inputs.area.id,
            "profile": walker.profile.id,
            "target": HUB,
            "cutoff_min": cutoff_min,
            "street": np.array(network.street_names, dtype=object)[network.street[band.edge]],
            "street_m": band.length_m(network),
        }
        frames.append(gpd.GeoDataFrame(columns, geometry=cut_lines(network, band), crs=network.crs))
    return frames


def _streets_frame(parts: list[gpd.GeoDataFrame], crs: str) -> gpd.GeoDataFrame:
    """Tables of streets one below the other."""
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=crs)


def _status(
    given: NDArray[np.object_],
    is_met: NDArray[np.bool_],
    reached: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Status of points by whether they are on a street, and whether the first profile gets to a
    hub.
    """
    on_street = np.where(reached, "ok", "unreachable")
    status = np.where(is_met, on_street, "too_far_from_network")
    return np.where(given == "not_geocoded", "not_geocoded", status)


def _seats_out(inputs: AreaInputs, walkers: list[Walker]) -> gpd.GeoDataFrame | None:
    """Every seat with its status, on the streets of the first walker who needs one, else of the
    first.
    """
    if inputs.seats is None:
        return None
    walker = next((one for one in walkers if one.profile.needs_seat), walkers[0])
    return tabulate_seats(inputs.seats, walker.seat_snap)


def _facilities_out(
    inputs: AreaInputs,
    walkers: list[Walker],
    linked: Mapping[str, _Linked],
) -> gpd.GeoDataFrame:
    """Facilities as the neighbourhood sees them: minutes to its nearest hub, people around."""
    out = inputs.facilities.copy()
    first = walkers[0]
    nearest_hub = linked[first.profile.id]
    reached = np.isfinite(nearest_hub.facility_s)
    is_met = first.doors.is_met(len(out))
    out["status"] = _status(out["status"].to_numpy(dtype=object), is_met, reached)
    for name, column in _describe_doors(inputs, is_met).items():
        out[name] = column
    out["is_hub"] = inputs.is_hub
    out["hub_id"] = nearest_hub.facility_nearest
    for walker in walkers:
        out[f"minutes_{walker.profile.id}"] = linked[walker.profile.id].facility_s / 60.0
    for name, people in count_per_facility(inputs, walkers).items():
        out[name] = people
    return out


def _describe_doors(inputs: AreaInputs, is_met: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
    """The first door of each facility, and how many it may have."""
    doors, network = inputs.plausible_doors, inputs.network
    n = len(inputs.facilities)
    first = np.searchsorted(doors.owner, np.arange(n))
    edge = doors.snapped.edge[first]
    streets = np.array(network.street_names, dtype=object)[network.street[edge]]
    sources = np.array(DOOR_SOURCES, dtype=object)[doors.source[first]]
    return {
        "snap_m": doors.snapped.snap_m[first],
        "door_source": np.where(is_met, sources, ""),
        "door_street": np.where(is_met, streets, ""),
        "door_m": np.where(is_met, doors.snapped.snap_m[first], np.nan),
        "n_plausible_doors": np.where(is_met, np.bincount(doors.owner, minlength=n), 0),
    }


def _residents_out(
    inputs: AreaInputs,
    walkers: list[Walker],
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    linked: _Linked,
) -> gpd.GeoDataFrame:
    """Residents as the first walker meets them, with the score of every walker."""
    out = inputs.residents.copy()
    first = walkers[0]
    reached = np.isfinite(linked.home_s)
    nothing_given = np.full(len(out), "", dtype=object)
    out["status"] = _status(nothing_given, first.resident_snap.is_snapped, reached)
    out["snap_m"] = first.resident_snap.snap_m
    needs = {}
    for need, kinds in list_needs(inputs.categories).items():
        known = [category for category in kinds if is_known(inputs, category)]
        if known:
            needs[need] = known
    for walker in walkers:
        profile = walker.profile.id
        times = {}
        for need, known in needs.items():
            times[need] = np.min([travel_time_s[profile, category] for category in known], axis=0)
        score = measure_score(times, n_residents=len(out), cutoff_s=inputs.cutoffs_s[-1])
        out[f"score_{profile}"] = score
    return out
