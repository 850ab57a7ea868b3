"""A small finished run for tests of outputs: real sketch streets and facilities, made-up walking
times.

Times are straight lines at the profile's pace with a detour, areas are discs: quick, and good for
drawing, telling and writing, never for proving numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from builders.doors import make_explained
from builders.measures import make_measured
from builders.ranges import add_ranges, make_budget

from access15.area.seats import list_seat_places
from access15.area.walkers import set_walkers
from access15.config import Study, WalkProfile, data_dir, load_categories, load_profiles, load_study
from access15.core.streets.network import WalkNetwork, build_network, round_to_centimetres
from access15.core.walk.choice import STREET
from access15.core.walk.doors import (
    PlausibleDoors,
    build_door_snapper,
    find_door_streets,
    snap_doors,
)
from access15.core.walk.snap import MAX_SEAT_SNAP_M, build_snapper, round_places, snap_points
from access15.crs import points_xy
from access15.results.gap import add_gap
from access15.results.run import AreaResult, Backdrop, NetworkInfo, RunResult
from access15.results.schema import COVERAGE, DOORS
from access15.results.walker import Walker

CRS = "EPSG:32632"
DETOUR = 1.3
MAX_SNAP_M = 150.0
CREATED = datetime(2026, 3, 5, 14, 5, tzinfo=UTC)
METHOD = "zones_streets"
TARGETS = ("cam", "csrc", "library", "wemi", "bike_station", "pharmacy")


def make_network(area_id: str) -> WalkNetwork:
    """Streets of one area of the sketch."""
    nodes = pd.read_csv(data_dir() / "street_sketch_nodes.csv")
    segments = pd.read_csv(data_dir() / "street_sketch_segments.csv")
    nodes = nodes[nodes["area"] == area_id].reset_index(drop=True)
    index = pd.Series(nodes.index, index=nodes["node_id"])
    segments = segments[
        segments["from_node"].isin(index.index) & segments["to_node"].isin(index.index)
    ]
    points = gpd.GeoSeries(gpd.points_from_xy(nodes["lon"], nodes["lat"]), crs="EPSG:4326").to_crs(
        CRS
    )
    highways, streets = (
        sorted(set(segments["highway"])),
        ["", *sorted(set(segments["street"].dropna()))],
    )
    network = build_network(
        crs=CRS,
        node_xy=shapely.get_coordinates(points.to_numpy()),
        edge_u=index[segments["from_node"]].to_numpy(),
        edge_v=index[segments["to_node"]].to_numpy(),
        highway_names=tuple(highways),
        street_names=tuple(streets),
        highway=segments["highway"].map(highways.index).to_numpy(),
        street=segments["street"].fillna("").map(streets.index).to_numpy(),
    )
    return round_to_centimetres(network)


def make_facilities(
    area_id: str, study: Study, extra: list[dict[str, Any]] | None = None
) -> gpd.GeoDataFrame:
    """All facilities of the study as one area sees them, plus made-up ones."""
    table = pd.read_csv(data_dir() / "facilities.csv").drop(columns="municipio")
    table = pd.concat([table, pd.DataFrame(extra or [])], ignore_index=True)
    table["precision"] = table["precision"].fillna("none")
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs="EPSG:4326").to_crs(
        CRS
    )
    points[table["lat"].isna()] = None
    hubs = study.area(area_id).hubs
    frame = gpd.GeoDataFrame(table.drop(columns=["lat", "lon"]), geometry=points, crs=CRS)
    uncertain = frame["precision"].isin(["street", "none"])
    frame["origin"], frame["merged_osm"] = "official", ""
    frame["is_hub"] = frame["facility_id"].isin(hubs)
    home = frame.loc[frame["is_hub"], "geometry"].iloc[0]
    away_m = frame.geometry.distance(home).fillna(np.inf)
    frame["status"] = np.where(
        uncertain, "not_geocoded", np.where(away_m > 3000, "too_far_from_network", "ok")
    )
    frame["snap_m"] = np.where(frame["status"] == "ok", 4.0, np.inf)
    is_met = frame["status"] == "ok"
    frame["door_source"] = np.where(is_met, "street", "")
    frame["door_street"] = ""
    frame["door_m"] = np.where(is_met, 4.0, np.nan)
    frame["n_plausible_doors"] = is_met.astype(np.int64)
    frame["hub_id"] = np.where(frame["status"] == "ok", hubs[0], "")
    for name, profile in load_profiles().items():
        minutes = away_m * DETOUR / profile.pace_ms / 60
        frame[f"minutes_{name}"] = np.where(frame["status"] == "ok", minutes, np.inf)
    return frame


def make_residents(network: WalkNetwork, zone: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A demand point in the middle of every street inside the zone."""
    middles = shapely.line_interpolate_point(network.lines, 0.5, normalized=True)
    inside = shapely.within(middles, zone.geometry.iloc[0])
    lengths_m = network.length_m[inside]
    totals = {
        "total": 29331,
        "age_65_plus": 6543,
        "age_80_plus": 2394,
        "age_80_plus_living_alone": 1224,
    }
    columns: dict[str, Any] = {
        group: n * lengths_m / lengths_m.sum() for group, n in totals.items()
    }
    columns |= {f"score_{name}": np.full(inside.sum(), 0.5) for name in load_profiles()}
    return gpd.GeoDataFrame(
        {
            "resident_id": [f"r{i}" for i in range(inside.sum())],
            "zone_id": zone["zone_id"].iloc[0],
            "street": "",
            "status": "ok",
            "snap_m": 0.0,
            **columns,
        },
        geometry=middles[inside],
        crs=CRS,
    )


def make_doors(profiles: Collection[str]) -> pd.DataFrame:
    """No hub has a door that was measured."""
    return pd.DataFrame(columns=DOORS.list_names(profile=profiles))


def make_walkers(
    network: WalkNetwork,
    profiles: Mapping[str, WalkProfile],
    residents: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    seats: gpd.GeoDataFrame | None = None,
) -> dict[str, Walker]:
    """Walkers really set on the streets of a made-up run."""
    is_located = (facilities["status"] != "not_geocoded").to_numpy()
    facility_xy = np.where(is_located[:, None], points_xy(facilities, network.crs), np.nan)
    streets = find_door_streets(network)
    snapper = build_door_snapper(network, streets)
    homes, snapped = (
        round_places(network, snap_doors(snapper, xy, max_snap_m=MAX_SNAP_M))
        for xy in (points_xy(residents, network.crs), facility_xy)
    )
    rows = np.arange(len(facility_xy))
    doors = PlausibleDoors(
        rows, snapped, np.ones(len(rows), dtype=bool), facility_xy, np.full(len(rows), STREET)
    )
    at_seats = snap_points(
        build_snapper(network, streets.is_open),
        list_seat_places(seats, network.crs),
        max_snap_m=MAX_SEAT_SNAP_M,
    )
    walkers = set_walkers(network, profiles, doors, homes, at_seats)
    return {walker.profile.id: walker for walker in walkers}


def count_within(
    study: Study,
    profiles: tuple[str, ...],
    facilities: gpd.GeoDataFrame,
    residents: gpd.GeoDataFrame,
) -> dict[str, list[float]]:
    """People within the longest cutoff of each facility, at their own pace and by the claim."""
    homes = residents.geometry.to_numpy()
    columns: dict[str, list[float]] = {}
    for group in study.population.groups:
        people = residents[group].to_numpy()
        counts = {}
        for name, profile in (("own", study.own_profile(group)), ("claim", study.claim)):
            metres = 60 * study.cutoffs_min[-1] * load_profiles()[profile].pace_ms / DETOUR
            is_told = [status == "ok" and profile in profiles for status in facilities["status"]]
            counts[name] = [
                float(people[shapely.distance(homes, point) <= metres].sum()) if told else np.nan
                for point, told in zip(facilities.geometry, is_told, strict=True)
            ]
        gap = [claim - own for claim, own in zip(counts["claim"], counts["own"], strict=True)]
        columns |= {
            f"own_{group}": counts["own"],
            f"claim_{group}": counts["claim"],
            f"gap_{group}": gap,
        }
    return columns


def make_result(
    *,
    area_ids: tuple[str, ...] = ("chiesa_rossa",),
    facilities: list[dict[str, Any]] | None = None,
    profiles: tuple[str, ...] = ("adult", "older_adult", "frail", "wheelchair"),
    categories: tuple[str, ...] = TARGETS,
    area_name: str | None = None,
) -> RunResult:
    """A finished run of one or two areas."""
    study = load_study("milano")
    if area_name is not None:
        named = tuple(area.model_copy(update={"name": area_name}) for area in study.areas)
        study = study.model_copy(update={"areas": named})
    known = load_categories()
    areas = {
        area_id: _make_area(study, area_id, facilities, profiles, categories)
        for area_id in area_ids
    }
    labels = study.population.labels
    stations = pd.DataFrame(
        {
            "facility_id": ["b1", "b2", "b3", "b4"],
            "name": ["Uno", "Due", "Tre", "Quattro"],
            "status": ["ok", "ok", "ok", "too_far_from_network"],
            "neighbour_id": ["b2", "b1", "b2", ""],
            "spacing_m": [250.0, 250.0, 350.0, np.inf],
            "straight_m": [200.0, 200.0, 300.0, 900.0],
        }
    )
    return RunResult(
        study=study,
        profiles={name: load_profiles()[name] for name in profiles},
        categories={name: known[name] for name in categories},
        cutoffs_min=study.cutoffs_min,
        areas=areas,
        station_spacing=stations,
        group_labels={group: label.model_dump() for group, label in labels.items()},
        created=CREATED,
        stage_s={"walking": 1.5},
        inputs={"facilities.csv": "0" * 64},
    )


def _make_area(
    study: Study,
    area_id: str,
    extra: list[dict[str, Any]] | None,
    profiles: tuple[str, ...],
    categories: tuple[str, ...],
) -> AreaResult:
    area = study.area(area_id)
    zones = gpd.read_file(data_dir() / "nil_outlines.geojson").to_crs(CRS)
    zones["zone_id"] = zones["nil"].astype(str)
    zones = zones.loc[
        zones["zone_id"].isin(area.zones), ["zone_id", "name", "geometry"]
    ].reset_index(drop=True)
    network = make_network(area_id)
    facilities, residents = make_facilities(area_id, study, extra), make_residents(network, zones)
    homes = residents.geometry.to_numpy()
    times, covers, near, shapes = {}, [], [], []
    for name in profiles:
        pace_ms = load_profiles()[name].pace_ms
        for target in ("hub", *area.hubs, *categories):
            wanted = facilities["facility_id"].isin(area.hubs if target == "hub" else [target])
            listed = facilities[wanted | (facilities["category"] == target)]
            usable = listed.loc[listed["status"] == "ok", "geometry"].to_numpy()
            seconds = np.full(len(homes), np.inf)
            for point in usable:
                seconds = np.minimum(seconds, shapely.distance(homes, point) * DETOUR / pace_ms)
            times[name, target] = seconds
            for cutoff in study.cutoffs_min if target != "hub" else ():
                shape = shapely.union_all(
                    shapely.buffer(usable, 60 * cutoff * pace_ms / DETOUR, quad_segs=16)
                )
                shapes.append(
                    [
                        area_id,
                        name,
                        "hub" if target in area.hubs else "category",
                        target,
                        cutoff,
                        shape,
                    ]
                )
            if target in area.hubs:
                continue
            for zone in ("all", *area.zones):
                for group in study.population.groups:
                    people = residents[group].to_numpy()
                    for cutoff in study.cutoffs_min:
                        counts = [
                            people[seconds * f <= 60 * cutoff].sum() for f in (1.0, 1.15, 0.85)
                        ]
                        covered, slower, faster = counts if len(listed) else [np.nan] * 3
                        is_own = name == study.own_profile(group)
                        covers.append(
                            [
                                zone,
                                name,
                                target,
                                group,
                                cutoff,
                                people.sum(),
                                covered,
                                slower,
                                faster,
                                is_own,
                            ]
                        )
            placed = listed.loc[listed["status"] != "not_geocoded", "geometry"].to_numpy()
            least_m = min(
                (shapely.distance(homes, point).min() for point in placed), default=np.nan
            )
            near.append(
                [
                    *(
                        area_id,
                        name,
                        target,
                        len(listed),
                        len(usable),
                        seconds.min() / 60,
                        np.median(seconds) / 60,
                    ),
                    least_m / pace_ms / 60,
                ]
            )
    keys = ["zone", "profile", "category", "group", "cutoff_min", "people"]
    coverage = pd.DataFrame(covers, columns=[*keys, "covered", "low", "high", "is_own"])
    coverage = coverage.assign(study=study.id, area=area_id, method=METHOD, network="sketch")
    coverage["share"] = coverage["covered"] / coverage["people"]
    coverage[["low", "high"]] = coverage[["low", "high"]].div(coverage["people"], axis=0)
    coverage["status"] = np.where(coverage["covered"].isna(), "not_listed", "known")
    coverage = add_ranges(add_gap(coverage, study.claim))[COVERAGE.list_names()]
    for name, count in count_within(study, profiles, facilities, residents).items():
        facilities[name] = count
    service = gpd.GeoDataFrame(
        pd.DataFrame(
            shapes, columns=["area", "profile", "target_kind", "target", "cutoff_min", "geometry"]
        ),
        crs=CRS,
    ).assign(
        area_m2=1.0,
        street_m=1.0,
        false_inside=0,
        missed_outside=2,
        land_points=100,
        land_farther=0.01,
        land_farther_s=12.0,
        land_missed=0.03,
    )
    nothing = gpd.GeoSeries([], crs=CRS)
    found = {name: load_profiles()[name] for name in profiles}
    unknown = [
        [area_id, name, tag, 0.9] for name in profiles for tag in ("kerb", "incline", "surface")
    ]
    return AreaResult(
        area=area,
        network=network,
        network_info=NetworkInfo(
            "sketch", "street_sketch_segments.csv", "", "© OpenStreetMap contributors, ODbL 1.0"
        ),
        backdrop=Backdrop(nothing, nothing, nothing, nothing),
        zones=zones,
        facilities=facilities,
        residents=residents,
        travel_time_s=times,
        nearest_id={},
        draw_areas=lambda: service,
        reached_streets=gpd.GeoDataFrame(geometry=[], crs=CRS),
        coverage=coverage,
        range_budget=make_budget(area_id, profiles),
        measure=make_measured(area_id, times),
        nearest=pd.DataFrame(
            near,
            columns=[
                *(
                    "area",
                    "profile",
                    "category",
                    "n_known",
                    "n_usable",
                    "nearest_min",
                    "median_min",
                ),
                "at_least_min",
            ],
        ),
        unknown_shares=pd.DataFrame(unknown, columns=["area", "profile", "tag", "share"]),
        walkers=make_walkers(network, found, residents, facilities),
        try_doors=lambda: make_doors(found),
        explain=make_explained(
            area_id,
            residents,
            times,
            groups=tuple(study.population.groups),
            cutoff_min=study.cutoffs_min[-1],
            hubs=area.hubs,
        ),
    )
