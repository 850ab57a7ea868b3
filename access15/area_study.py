"""One neighbourhood: snapping, walking times, service areas and coverage for every walker."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import Area, Category, Study, WalkProfile
from access15.core.coverage import measure_coverage, weighted_median
from access15.core.impedance import Impedance, build_impedance
from access15.core.measures import measure_score
from access15.core.network import CROSSINGS, WalkNetwork
from access15.core.reach import EdgeTimes, StreetParts, cut_lines, edge_times, parts_within, without
from access15.core.search import (
    Places,
    SearchGraph,
    build_graph,
    count_within,
    nearest_at_nodes,
    nearest_from_nodes,
    place_points,
)
from access15.core.service_area import AreaCanvas, build_canvas, certify, draw_service_areas
from access15.core.snap import Snapped, build_snapper, snap_points
from access15.frames import points_xy
from access15.results import AreaResult, Backdrop, NetworkInfo

HUB = "hub"


@dataclass(frozen=True, eq=False)
class AreaInputs:
    """What one neighbourhood's computation starts from; frames are in the network's CRS.

    Parameters
    ----------
    area : Area
        Its definition.
    network : WalkNetwork
        Streets of the padded area.
    network_info : NetworkInfo
        Where they come from.
    backdrop : Backdrop
        For the map.
    zones : GeoDataFrame
        ``zone_id, name, geometry``.
    facilities : GeoDataFrame
        Every facility of the study.
    residents : GeoDataFrame
        Demand points with people per group.
    """

    area: Area
    network: WalkNetwork
    network_info: NetworkInfo
    backdrop: Backdrop
    zones: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class _Walker:
    """One profile on one network: everything that is built once and searched often."""

    profile: WalkProfile
    impedance: Impedance
    graph: SearchGraph
    canvas: AreaCanvas
    facility_snap: Snapped
    resident_snap: Snapped
    facilities: Places
    residents: Places


@dataclass(frozen=True, eq=False)
class _Answer:
    """One walker to one target."""

    time_s: NDArray[np.float64]
    nearest_id: NDArray[np.object_]
    n_within: NDArray[np.int64]
    hub_s: NDArray[np.float64] | None
    areas: list[dict[str, Any]]
    streets: list[gpd.GeoDataFrame]


def study_area(
    inputs: AreaInputs,
    study: Study,
    *,
    profiles: Mapping[str, WalkProfile],
    categories: Mapping[str, Category],
    cutoffs_min: tuple[float, ...],
    method: str,
) -> AreaResult:
    """Compute everything for one neighbourhood.

    Parameters
    ----------
    inputs : AreaInputs
        Streets, facilities, people.
    study : Study
        What is asked.
    profiles : mapping of str to WalkProfile
        The walkers.
    categories : mapping of str to Category
        The categories asked.
    cutoffs_min : tuple of float
        Longest walks, rising [min].
    method : str
        How people were spread; named in every row of the coverage.

    Returns
    -------
    AreaResult
        All tables of the neighbourhood.
    """
    usable = (inputs.facilities["status"] == "ok").to_numpy()
    walkers = _build_walkers(inputs, profiles, usable, study.max_snap_m)
    targets = _targets(inputs, categories)
    tasks = [(walker, target, rows) for walker in walkers for target, rows in targets.items()]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda task: _answer(inputs, task, usable, cutoffs_min), tasks))
    found = {(w.profile.id, target): a for (w, target, _), a in zip(tasks, answers, strict=True)}
    travel_time_s = {key: answer.time_s for key, answer in found.items()}
    located = {target: int(usable[rows].sum()) for target, rows in targets.items()}
    return AreaResult(
        area=inputs.area,
        network=inputs.network,
        network_info=inputs.network_info,
        backdrop=inputs.backdrop,
        zones=inputs.zones,
        facilities=_facilities_out(inputs, walkers, found, usable),
        residents=_residents_out(inputs, walkers, travel_time_s, categories, located, cutoffs_min),
        travel_time_s=travel_time_s,
        nearest_id={key: answer.nearest_id for key, answer in found.items()},
        n_within={key: answer.n_within for key, answer in found.items() if key[1] in categories},
        service_areas=_frame([row for answer in answers for row in answer.areas], inputs.network.crs),
        reached_streets=_streets_frame([part for answer in answers for part in answer.streets], inputs.network.crs),
        coverage=_coverage(inputs, study, travel_time_s, located, categories, cutoffs_min, method),
        nearest=_nearest(inputs, walkers, travel_time_s, targets, usable),
        unknown_shares=_unknown_shares(inputs, walkers, cutoffs_min),
    )


def _build_walkers(
    inputs: AreaInputs, profiles: Mapping[str, WalkProfile], usable: NDArray[np.bool_], max_snap_m: float
) -> list[_Walker]:
    """Snapping and strips depend on the open edges only, so profiles with the same ones share them."""
    network = inputs.network
    facility_xy = np.where(usable[:, None], points_xy(inputs.facilities, network.crs), np.nan)
    resident_xy = points_xy(inputs.residents, network.crs)
    shared: dict[bytes, tuple[AreaCanvas, Snapped, Snapped]] = {}
    walkers = []
    for profile in profiles.values():
        impedance = build_impedance(network, profile)
        key = impedance.is_main.tobytes()
        if key not in shared:
            snapper = build_snapper(network, impedance.is_main)
            shared[key] = (
                build_canvas(network, impedance.is_main),
                snap_points(snapper, facility_xy, max_snap_m=max_snap_m),
                snap_points(snapper, resident_xy, max_snap_m=max_snap_m),
            )
        canvas, facility_snap, resident_snap = shared[key]
        walkers.append(
            _Walker(
                profile=profile,
                impedance=impedance,
                graph=build_graph(network, impedance, towards=True),
                canvas=canvas,
                facility_snap=facility_snap,
                resident_snap=resident_snap,
                facilities=place_points(network, impedance, facility_snap, leaving=False),
                residents=place_points(network, impedance, resident_snap, leaving=True),
            )
        )
    return walkers


def _targets(inputs: AreaInputs, categories: Mapping[str, Category]) -> dict[str, NDArray[np.int64]]:
    """Rows of the facilities behind each target: every hub, all hubs together, every category."""
    ids = inputs.facilities["facility_id"].to_numpy()
    kinds = inputs.facilities["category"].to_numpy()
    hubs = {hub: np.flatnonzero(ids == hub) for hub in inputs.area.hubs}
    together = {HUB: np.concatenate(list(hubs.values()))}
    return {**hubs, **together, **{category: np.flatnonzero(kinds == category) for category in categories}}


def _answer(
    inputs: AreaInputs,
    task: tuple[_Walker, str, NDArray[np.int64]],
    usable: NDArray[np.bool_],
    cutoffs_min: tuple[float, ...],
) -> _Answer:
    walker, target, rows = task
    cutoffs_s = tuple(60.0 * minutes for minutes in cutoffs_min)
    rows = rows[usable[rows]]
    sources = walker.facilities.take(rows)
    node_s, node_which = nearest_at_nodes(walker.graph, sources)
    time_s, which = nearest_from_nodes(walker.graph, node_s, node_which, sources, walker.residents)
    ids = np.append(inputs.facilities["facility_id"].to_numpy(dtype=object)[rows], "")
    times = edge_times(inputs.network, walker.impedance, walker.graph, node_s, sources)
    is_hub = target in inputs.area.hubs
    hub_s = None
    if target == HUB:
        leaving = place_points(inputs.network, walker.impedance, walker.facility_snap, leaving=True)
        hub_s, _ = nearest_from_nodes(walker.graph, node_s, node_which, sources, leaving)
    return _Answer(
        time_s=time_s,
        nearest_id=ids[which],
        n_within=count_within(walker.graph, sources, walker.residents, cutoff_s=cutoffs_s[-1], threads=1),
        hub_s=hub_s,
        areas=[] if target == HUB else _area_rows(inputs, walker, times, time_s, (target, is_hub), cutoffs_s),
        streets=_street_rows(inputs, walker, times, cutoffs_s) if target == HUB else [],
    )


def _area_rows(
    inputs: AreaInputs,
    walker: _Walker,
    times: EdgeTimes,
    time_s: NDArray[np.float64],
    target: tuple[str, bool],
    cutoffs_s: tuple[float, ...],
) -> list[dict[str, Any]]:
    xy = shapely.get_coordinates(inputs.residents.geometry.to_numpy())
    rows = []
    inner_min = 0.0
    drawn = draw_service_areas(walker.canvas, walker.impedance, times, cutoffs_s=cutoffs_s)
    for cutoff_s, service_area in zip(cutoffs_s, drawn, strict=True):
        certificate = certify(service_area.polygon, xy, time_s, cutoff_s=cutoff_s)
        rows.append(
            {
                "area": inputs.area.id,
                "profile": walker.profile.id,
                "target_kind": "hub" if target[1] else "category",
                "target": target[0],
                "minutes_from": inner_min,
                "cutoff_min": cutoff_s / 60.0,
                "area_m2": service_area.polygon.area,
                "street_m": service_area.street_m,
                "false_inside": certificate.false_inside,
                "missed_outside": certificate.missed_outside,
                "geometry": service_area.polygon,
            }
        )
        inner_min = cutoff_s / 60.0
    return rows


def _street_rows(
    inputs: AreaInputs, walker: _Walker, times: EdgeTimes, cutoffs_s: tuple[float, ...]
) -> list[gpd.GeoDataFrame]:
    network = inputs.network
    nothing = np.zeros(0)
    inner = StreetParts(np.zeros(0, dtype=np.int64), nothing, nothing)
    frames = []
    for cutoff_s in cutoffs_s:
        reached = parts_within(times, cutoff_s=cutoff_s)
        band = without(reached, inner)
        inner = reached
        columns = {
            "area": inputs.area.id,
            "profile": walker.profile.id,
            "target": HUB,
            "cutoff_min": cutoff_s / 60.0,
            "street": np.array(network.street_names, dtype=object)[network.street[band.edge]],
            "street_m": band.length_m(network),
        }
        frames.append(gpd.GeoDataFrame(columns, geometry=cut_lines(network, band), crs=network.crs))
    return frames


def _frame(rows: list[dict[str, Any]], crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=crs)


def _streets_frame(parts: list[gpd.GeoDataFrame], crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=crs)


def _status(frame_status: NDArray[np.object_], snapped: Snapped, reached: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Status of points as the first profile meets them."""
    status = np.where(snapped.is_snapped, np.where(reached, "ok", "unreachable"), "too_far_from_network")
    return np.where(frame_status == "not_geocoded", "not_geocoded", status)


def _facilities_out(
    inputs: AreaInputs,
    walkers: list[_Walker],
    found: Mapping[tuple[str, str], _Answer],
    usable: NDArray[np.bool_],
) -> gpd.GeoDataFrame:
    out = inputs.facilities.copy()
    first = walkers[0]
    hub_s = {walker.profile.id: found[walker.profile.id, HUB].hub_s for walker in walkers}
    first_s = hub_s[first.profile.id]
    if first_s is None:
        raise AssertionError("the nearest hub is always searched")
    out["status"] = _status(out["status"].to_numpy(dtype=object), first.facility_snap, np.isfinite(first_s))
    out["snap_m"] = first.facility_snap.snap_m
    out["is_hub"] = out["facility_id"].isin(inputs.area.hubs)
    out["hub_id"] = _nearest_hub(inputs, first, usable)
    for profile_id, seconds in hub_s.items():
        out[f"minutes_{profile_id}"] = np.full(len(out), np.inf) if seconds is None else seconds / 60.0
    return out


def _nearest_hub(inputs: AreaInputs, walker: _Walker, usable: NDArray[np.bool_]) -> NDArray[np.object_]:
    rows = _targets(inputs, {})[HUB]
    rows = rows[usable[rows]]
    sources = walker.facilities.take(rows)
    node_s, node_which = nearest_at_nodes(walker.graph, sources)
    leaving = place_points(inputs.network, walker.impedance, walker.facility_snap, leaving=True)
    _, which = nearest_from_nodes(walker.graph, node_s, node_which, sources, leaving)
    return np.asarray(np.append(inputs.facilities["facility_id"].to_numpy(dtype=object)[rows], "")[which])


def _residents_out(
    inputs: AreaInputs,
    walkers: list[_Walker],
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    categories: Mapping[str, Category],
    located: Mapping[str, int],
    cutoffs_min: tuple[float, ...],
) -> gpd.GeoDataFrame:
    out = inputs.residents.copy()
    first = walkers[0]
    reached = np.isfinite(travel_time_s[first.profile.id, HUB])
    out["status"] = _status(np.full(len(out), "", dtype=object), first.resident_snap, reached)
    out["snap_m"] = first.resident_snap.snap_m
    asked = [c.id for c in categories.values() if c.counts_in_score and located[c.id]]
    for walker in walkers:
        times = {category: travel_time_s[walker.profile.id, category] for category in asked}
        score = measure_score(times, n_residents=len(out), cutoff_s=60.0 * cutoffs_min[-1])
        out[f"score_{walker.profile.id}"] = score
    return out


def _coverage(
    inputs: AreaInputs,
    study: Study,
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    located: Mapping[str, int],
    categories: Mapping[str, Category],
    cutoffs_min: tuple[float, ...],
    method: str,
) -> pd.DataFrame:
    residents = inputs.residents
    zone_of = residents["zone_id"].to_numpy()
    places = {"all": np.ones(len(residents), dtype=bool)}
    places |= {zone_id: zone_of == zone_id for zone_id in inputs.zones["zone_id"]}
    people = {group: residents[group].to_numpy(dtype=np.float64) for group in study.population.groups}
    network = f"{inputs.network_info.kind}: {inputs.network_info.name}"
    if inputs.network_info.date:
        network += f" ({inputs.network_info.date})"
    rows = []
    for (profile, target), time_s in travel_time_s.items():
        if target != HUB and target not in categories:
            continue
        for zone, here in places.items():
            for group, count in people.items():
                for cutoff_min in cutoffs_min:
                    share = measure_coverage(time_s[here], count[here], cutoff_s=60.0 * cutoff_min)
                    is_known = located[target] > 0
                    rows.append(
                        {
                            "study": study.id,
                            "area": inputs.area.id,
                            "zone": zone,
                            "profile": profile,
                            "category": target,
                            "group": group,
                            "cutoff_min": cutoff_min,
                            "people": share.people,
                            "covered": share.covered if is_known else np.nan,
                            "share": share.share if is_known else np.nan,
                            "method": method,
                            "network": network,
                        }
                    )
    return pd.DataFrame(rows)


def _nearest(
    inputs: AreaInputs,
    walkers: list[_Walker],
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    targets: Mapping[str, NDArray[np.int64]],
    usable: NDArray[np.bool_],
) -> pd.DataFrame:
    """Minutes to the nearest facility, and the straight line as the least where streets do not lead."""
    homes = inputs.residents.geometry.to_numpy()
    points = inputs.facilities.geometry.to_numpy()
    weights = inputs.residents["age_65_plus" if "age_65_plus" in inputs.residents else "total"].to_numpy()
    home_tree = shapely.STRtree(homes)
    rows = []
    for target, all_rows in targets.items():
        if target in inputs.area.hubs:
            continue
        placed = [i for i in all_rows if usable[i]]
        straight_m = np.nan
        if placed:
            straight_m = float(
                home_tree.query_nearest(points[placed], return_distance=True, all_matches=False)[1].min()
            )
        for walker in walkers:
            time_s = travel_time_s[walker.profile.id, target]
            rows.append(
                {
                    "area": inputs.area.id,
                    "profile": walker.profile.id,
                    "category": target,
                    "n_known": len(all_rows),
                    "n_located": len(placed),
                    "n_usable": int(walker.facility_snap.is_snapped[all_rows].sum()),
                    "nearest_min": float(time_s.min(initial=np.inf)) / 60.0,
                    "median_min": weighted_median(time_s, weights.astype(np.float64)) / 60.0,
                    "at_least_min": straight_m / walker.profile.pace_ms / 60.0,
                }
            )
    return pd.DataFrame(rows)


def _unknown_shares(
    inputs: AreaInputs,
    walkers: list[_Walker],
    cutoffs_min: tuple[float, ...],
) -> pd.DataFrame:
    """Share of the streets walked to the hubs whose kerb, incline or surface nobody has mapped."""
    network = inputs.network
    none = CROSSINGS.index("none")
    crosses = (network.crossing_u != none) | (network.crossing_v != none)
    unknown = {
        "kerb": crosses & (network.kerb_u == 0) & (network.kerb_v == 0),
        "incline": np.isnan(network.incline),
        "surface": network.surface == 0,
    }
    rows = []
    for walker in walkers:
        sources = walker.facilities.take(_targets(inputs, {})[HUB])
        node_s, _ = nearest_at_nodes(walker.graph, sources, cutoff_s=60.0 * cutoffs_min[-1])
        times = edge_times(network, walker.impedance, walker.graph, node_s, sources)
        parts = parts_within(times, cutoff_s=60.0 * cutoffs_min[-1])
        metres = parts.length_m(network)
        for tag, is_unknown in unknown.items():
            here = crosses[parts.edge] if tag == "kerb" else np.ones(len(parts), dtype=bool)
            total = float(metres[here].sum())
            share = float(metres[here & is_unknown[parts.edge]].sum()) / total if total > 0 else np.nan
            rows.append({"area": inputs.area.id, "profile": walker.profile.id, "tag": tag, "share": share})
    return pd.DataFrame(rows)
