"""One neighbourhood: walking times, service areas and coverage for every walker and target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.coverage import is_known, tabulate_coverage, tabulate_nearest, tabulate_unknown
from access15.area.explain import explain_area
from access15.area.gap import count_per_facility, walk_pace_ranges
from access15.area.hours import add_unknown_hours, walk_if_open
from access15.area.measures import read_capacity, tabulate_equity, tabulate_measures
from access15.area.seats import snap_seats
from access15.area.walkers import HUB, AreaInputs, Walker, build_walkers
from access15.config import WalkProfile, list_needs
from access15.core.measures.homes import N_RANKED, HomeMeasures, measure_homes
from access15.core.measures.opportunities import measure_score
from access15.core.reach.aside import StreetReach, TimedReach
from access15.core.reach.parts import StreetParts, cut_lines, edge_times, without
from access15.core.reach.service_area import certify, draw_reach
from access15.core.walk.graph import place_points
from access15.core.walk.ranked import measure_ranked_times
from access15.core.walk.search import Pairs, nearest_at_nodes, nearest_from_nodes, pairs_within
from access15.core.walk.snap import Snapped
from access15.results.run import AreaResult

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
    """One walker to one target; what follows `streets` is told of the nearest hub only."""

    time_s: NDArray[np.float64]
    nearest_id: NDArray[np.object_]
    homes: HomeMeasures
    areas: list[dict[str, Any]]
    streets: list[gpd.GeoDataFrame]
    reached: StreetParts


def study_area(inputs: AreaInputs, profiles: Mapping[str, WalkProfile]) -> AreaResult:
    """Compute everything for one neighbourhood."""
    walkers = build_walkers(inputs, profiles)
    tasks = [(walker, target) for walker in walkers for target in inputs.targets]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda task: _answer(inputs, *task), tasks))
    found = {
        (walker.profile.id, target): a for (walker, target), a in zip(tasks, answers, strict=True)
    }
    travel_time_s = {key: answer.time_s for key, answer in found.items()}
    homes = {key: answer.homes for key, answer in found.items()}
    linked = {walker.profile.id: _link(inputs, walker) for walker in walkers}
    residents = _residents_out(inputs, walkers, travel_time_s, linked[walkers[0].profile.id])
    score = {
        walker.profile.id: residents[f"score_{walker.profile.id}"].to_numpy() for walker in walkers
    }
    explained = explain_area(inputs, walkers, travel_time_s)
    hub_parts = {walker.profile.id: found[walker.profile.id, HUB].streets for walker in walkers}
    return AreaResult(
        area=inputs.area,
        network=inputs.network,
        network_info=inputs.network_info,
        backdrop=inputs.backdrop,
        zones=inputs.zones,
        facilities=_facilities_out(inputs, walkers, linked),
        residents=residents,
        travel_time_s=travel_time_s,
        nearest_id={key: answer.nearest_id for key, answer in found.items()},
        n_within={
            key: measured.n_within for key, measured in homes.items() if key[1] in inputs.categories
        },
        service_areas=_frame(
            [row for answer in answers for row in answer.areas], inputs.network.crs
        ),
        reached_streets=_streets_frame(
            [frame for frames in hub_parts.values() for frame in frames], inputs.network.crs
        ),
        coverage=_with_hours(
            tabulate_coverage(inputs, travel_time_s, walk_pace_ranges(inputs, walkers)),
            inputs,
            walkers,
        ),
        home_measures=homes,
        measures=tabulate_measures(inputs, homes),
        equity=tabulate_equity(inputs, homes, score),
        nearest=tabulate_nearest(inputs, walkers, travel_time_s),
        people_info=inputs.people_info,
        seats=_seats_out(inputs, walkers),
        unknown_shares=tabulate_unknown(
            inputs, {p: a.reached for (p, target), a in found.items() if target == HUB}
        ),
        explanations=explained.explanations,
        closed_doors=explained.closed_doors,
        fixes=explained.fixes,
    )


def _with_hours(coverage: pd.DataFrame, inputs: AreaInputs, walkers: list[Walker]) -> pd.DataFrame:
    """Coverage, and at a moment what the places of unknown hours would add."""
    if inputs.at is None:
        return coverage
    told = add_unknown_hours(coverage, inputs, walk_if_open(inputs, walkers))
    return told.assign(at=inputs.at.strftime("%Y-%m-%d %H:%M"))


def _answer(inputs: AreaInputs, walker: Walker, target: str) -> _Answer:
    rows = inputs.targets[target]
    rows = rows[inputs.is_counted[rows]]
    ids = np.append(inputs.facilities["facility_id"].to_numpy(dtype=object)[rows], "")
    is_hubs, is_drawn = target == HUB, _is_drawn(inputs, target)
    walked = (
        _walk(inputs, walker, rows)
        if walker.seat_walks is None
        else _walk_with_seats(inputs, walker, rows)
    )
    reach = walked.reach() if is_hubs or is_drawn else None
    return _Answer(
        time_s=walked.time_s,
        nearest_id=ids[walked.which],
        homes=measure_homes(
            walked.pairs,
            walked.ranked_s,
            people=inputs.residents["total"].to_numpy(dtype=np.float64),
            capacity=read_capacity(inputs, rows),
            cutoff_s=inputs.cutoffs_s[-1],
        ),
        areas=_area_rows(inputs, walker, reach, walked.time_s, target)
        if reach is not None and is_drawn
        else [],
        streets=_street_rows(inputs, walker, reach) if reach is not None and is_hubs else [],
        reached=_NOWHERE if reach is None else reach.parts(inputs.cutoffs_s[-1]),
    )


@dataclass(frozen=True, eq=False)
class _Walked:
    """Walks of one walker to some facilities, and how to find the streets they come from."""

    time_s: NDArray[np.float64]
    which: NDArray[np.int64]
    pairs: Pairs
    ranked_s: NDArray[np.float64]
    reach: Callable[[], StreetReach]


def _walk(inputs: AreaInputs, walker: Walker, rows: NDArray[np.int64]) -> _Walked:
    sources = walker.facilities.take(rows)
    node_s, node_which = nearest_at_nodes(walker.graph, sources)
    time_s, which = nearest_from_nodes(walker.graph, node_s, node_which, sources, walker.residents)

    def reach() -> StreetReach:
        times = edge_times(inputs.network, walker.impedance, walker.graph, node_s, sources)
        return TimedReach(times, walker.impedance.pace_ms)

    return _Walked(
        time_s=time_s,
        which=which,
        pairs=pairs_within(
            walker.graph, sources, walker.residents, cutoff_s=inputs.cutoffs_s[-1], threads=1
        ),
        ranked_s=measure_ranked_times(walker.graph, sources, walker.residents, k=N_RANKED),
        reach=reach,
    )


def _walk_with_seats(inputs: AreaInputs, walker: Walker, rows: NDArray[np.int64]) -> _Walked:
    """Walks from seat to seat; who starts somewhere is rested there, wherever it is."""
    walks = walker.seat_walks
    assert walks is not None  # noqa: S101 - told to the type checker
    time_s, which = walks.nearest(rows)
    pairs = walks.pairs_within(rows, cutoff_s=np.inf)
    near = pairs.time_s <= inputs.cutoffs_s[-1]
    return _Walked(
        time_s=time_s,
        which=which,
        pairs=Pairs(pairs.source[near], pairs.target[near], pairs.time_s[near]),
        ranked_s=walks.ranked_s(pairs),
        reach=lambda: walks.reach(rows),
    )


def _link(inputs: AreaInputs, walker: Walker) -> _Linked:
    hubs = inputs.targets[HUB]
    hubs = hubs[inputs.is_located[hubs]]
    if walker.seat_walks is not None:
        facility_s, which = walker.seat_walks.nearest_of_facilities(hubs)
        ids = np.append(inputs.facilities["facility_id"].to_numpy(dtype=object)[hubs], "")
        return _Linked(facility_s, ids[which], walker.seat_walks.nearest(hubs)[0])
    sources = walker.facilities.take(hubs)
    leaving = place_points(inputs.network, walker.impedance, walker.facility_snap, leaving=True)
    ids = np.append(inputs.facilities["facility_id"].to_numpy(dtype=object)[hubs], "")
    node_s, node_which = nearest_at_nodes(walker.graph, sources)
    facility_s, which = nearest_from_nodes(walker.graph, node_s, node_which, sources, leaving)
    home_s, _ = nearest_from_nodes(walker.graph, node_s, node_which, sources, walker.residents)
    return _Linked(facility_s, ids[which], home_s)


def _is_drawn(inputs: AreaInputs, target: str) -> bool:
    """Whether a target has service areas of its own: each hub, not all together, and categories
    that ask for them.
    """
    return inputs.categories[target].draws_areas if target in inputs.categories else target != HUB


def _area_rows(
    inputs: AreaInputs, walker: Walker, reach: StreetReach, time_s: NDArray[np.float64], target: str
) -> list[dict[str, Any]]:
    xy = shapely.get_coordinates(inputs.residents.geometry.to_numpy())
    rows = []
    inner_min = 0.0
    canvas = walker.canvas if target in inputs.area.hubs else walker.home_canvas
    drawn = draw_reach(canvas, reach, cutoffs_s=inputs.cutoffs_s)
    for cutoff_min, service_area in zip(inputs.cutoffs_min, drawn, strict=True):
        certificate = certify(service_area.polygon, xy, time_s, cutoff_s=60.0 * cutoff_min)
        rows.append(
            {
                "area": inputs.area.id,
                "profile": walker.profile.id,
                "target_kind": "hub" if target in inputs.area.hubs else "category",
                "target": target,
                "minutes_from": inner_min,
                "cutoff_min": cutoff_min,
                "area_m2": service_area.polygon.area,
                "street_m": service_area.street_m,
                "false_inside": certificate.false_inside,
                "missed_outside": certificate.missed_outside,
                "geometry": service_area.polygon,
            }
        )
        inner_min = cutoff_min
    return rows


def _street_rows(inputs: AreaInputs, walker: Walker, reach: StreetReach) -> list[gpd.GeoDataFrame]:
    network = inputs.network
    inner = _NOWHERE
    frames = []
    for cutoff_min in inputs.cutoffs_min:
        reached = reach.parts(60.0 * cutoff_min)
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


def _frame(rows: list[dict[str, Any]], crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=crs)


def _streets_frame(parts: list[gpd.GeoDataFrame], crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=crs)


def _status(
    given: NDArray[np.object_], snapped: Snapped, reached: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Status of points as the first profile meets them."""
    status = np.where(
        snapped.is_snapped, np.where(reached, "ok", "unreachable"), "too_far_from_network"
    )
    return np.where(given == "not_geocoded", "not_geocoded", status)


def _seats_out(inputs: AreaInputs, walkers: list[Walker]) -> gpd.GeoDataFrame | None:
    """Every seat with its status, on the streets of the first walker who needs one, else of the
    first.
    """
    if inputs.seats is None:
        return None
    walker = next((one for one in walkers if one.seat_walks is not None), walkers[0])
    return snap_seats(inputs.network, walker.impedance, inputs.seats)[1]


def _facilities_out(
    inputs: AreaInputs, walkers: list[Walker], linked: Mapping[str, _Linked]
) -> gpd.GeoDataFrame:
    out = inputs.facilities.copy()
    first = walkers[0]
    nearest_hub = linked[first.profile.id]
    reached = np.isfinite(nearest_hub.facility_s)
    out["status"] = _status(out["status"].to_numpy(dtype=object), first.facility_snap, reached)
    out["snap_m"] = first.facility_snap.snap_m
    out["is_hub"] = out["facility_id"].isin(inputs.area.hubs)
    out["hub_id"] = nearest_hub.facility_nearest
    for walker in walkers:
        out[f"minutes_{walker.profile.id}"] = linked[walker.profile.id].facility_s / 60.0
    for name, people in count_per_facility(inputs, walkers).items():
        out[name] = people
    return out


def _residents_out(
    inputs: AreaInputs,
    walkers: list[Walker],
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    linked: _Linked,
) -> gpd.GeoDataFrame:
    out = inputs.residents.copy()
    first = walkers[0]
    reached = np.isfinite(linked.home_s)
    out["status"] = _status(np.full(len(out), "", dtype=object), first.resident_snap, reached)
    out["snap_m"] = first.resident_snap.snap_m
    needs = {
        need: [category for category in kinds if is_known(inputs, category)]
        for need, kinds in list_needs(inputs.categories).items()
    }
    for walker in walkers:
        times = {
            need: np.min([travel_time_s[walker.profile.id, category] for category in kinds], axis=0)
            for need, kinds in needs.items()
            if kinds
        }
        score = measure_score(times, n_residents=len(out), cutoff_s=inputs.cutoffs_s[-1])
        out[f"score_{walker.profile.id}"] = score
    return out
