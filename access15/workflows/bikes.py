"""Bike stations: the operator's feed, joined with the official list, and how far a walk from each
to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.config import Cache, Label, Study, WalkProfile
from access15.core.measures.opportunities import measure_spacing
from access15.core.walk.doors import build_door_snapper, find_door_streets, snap_doors
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import build_impedance
from access15.crs import points_xy
from access15.remarks import Remark
from access15.sources.places.gbfs import StationCopy, fetch_stations, frame_stations, read_stations
from access15.sources.places.merge import merge_osm_facilities
from access15.sources.streets.area import StreetArea
from access15.sources.streets.at_hand import STATIONS

# Who walks a metre in a second, whatever lies on the way: a walk's seconds are its metres.
_METRES = WalkProfile(
    id="metres",
    label=Label(it="metri", en="metres"),
    who=Label(it="nessuno", en="nobody"),
    pace_ms=1.0,
    steps="plain",
    crossing_signals_s=0,
    crossing_marked_s=0,
    crossing_unmarked_s=0,
    raised_kerb="passable",
    incline="ignored",
    sources=dict.fromkeys(
        ("pace_ms", "steps", "crossing_signals_s", "raised_kerb", "incline"), "to measure distances"
    ),
)


def fetch_bikes(
    study: Study,
    cache: Cache,
    *,
    now: datetime,
    progress: Callable[[str], None],
) -> list[str]:
    """Fetch the bike stations of a study's feed into the cache, where later runs find them."""
    if study.bikes is None:
        return []
    progress("fetching bike stations")
    copy = fetch_stations(study.bikes.gbfs, cache_dir=cache.stations(study.id), now=now)
    lines: list[str] = [describe_stations(study, copy, now)]
    if copy.problem:
        lines.append(Remark("feed_gone", reason=copy.problem))
    if copy.n_unusable:
        lines.append(Remark("stations_unusable", n=copy.n_unusable))
    return [*lines, *copy.notes, Remark("kept_until_fetched", path=copy.path)]


def read_bikes(study: Study, cache: Cache) -> StationCopy | None:
    """Read the bike stations fetched last."""
    if study.bikes is None or STATIONS not in study.categories:
        return None
    return read_stations(study.bikes.gbfs, cache_dir=cache.stations(study.id))


def describe_stations(
    study: Study,
    copy: StationCopy,
    now: datetime,
) -> Remark:
    """Say how many stations there are, of which day, and their age in days."""
    operator = (
        f"{study.bikes.operator} " if study.bikes is not None and study.bikes.operator else ""
    )
    return Remark(
        "bikes_fetched",
        operator=operator,
        n=len(copy.stations),
        date=copy.fetched.date().isoformat(),
        days=copy.days_old(now),
    )


def join_stations(
    official: gpd.GeoDataFrame,
    study: Study,
    copy: StationCopy | None,
    crs: str,
) -> gpd.GeoDataFrame:
    """Official facilities with the stations of the feed, each once.

    Returns official rows first, in their order, with the ids of the feed's stations they stand for
    in ``merged_osm``; then the feed's others, ``origin`` ``feed``, ``precision`` ``operator feed``.
    """
    if copy is None:
        return official
    stations = frame_stations(
        copy, category=STATIONS, operator="" if study.bikes is None else study.bikes.operator
    )
    return merge_osm_facilities(
        official,
        stations,
        crs=crs,
        origin="feed",
        precision="operator feed",
    )


def space_stations(
    facilities: gpd.GeoDataFrame,
    streets: StreetArea | None,
    crs: str,
    max_snap_m: float,
) -> pd.DataFrame:
    """Walking distance from every bike station to the nearest other one.

    Returns ``facility_id, name, status, neighbour_id, spacing_m`` (inf when not on the network),
    ``straight_m`` (straight line to the nearest other station, the least it can be).
    """
    stations = facilities[(facilities["category"] == STATIONS) & (facilities["status"] == "ok")]
    stations = stations.reset_index(drop=True)
    xy = points_xy(stations, crs)
    ids = np.append(stations["facility_id"].to_numpy(dtype=object), "")
    out = pd.DataFrame({"facility_id": ids[:-1], "name": stations["name"].to_numpy(dtype=object)})
    out["status"], out["neighbour_id"] = "too_far_from_network", ""
    out["spacing_m"], out["straight_m"] = np.inf, _straight_m(xy)
    if streets is None or len(stations) < 2:
        return out
    impedance = build_impedance(streets.network, _METRES)
    snapper = build_door_snapper(streets.network, find_door_streets(streets.network))
    snapped = snap_doors(snapper, xy, max_snap_m=max_snap_m)
    graph = build_graph(streets.network, impedance, towards=True)
    arriving = place_points(streets.network, impedance, snapped, leaving=False)
    leaving = place_points(streets.network, impedance, snapped, leaving=True)
    spacing = measure_spacing(graph, arriving, leaving, pace_ms=_METRES.pace_ms)
    out["neighbour_id"], out["spacing_m"] = ids[spacing.neighbour], spacing.spacing_m
    out["status"] = np.where(snapped.is_snapped, "ok", "too_far_from_network")
    return out


def _straight_m(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Straight line from each point to the nearest other [m]."""
    if len(xy) < 2:
        return np.full(len(xy), np.inf)
    gaps_m = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(gaps_m, np.inf)
    return np.asarray(gaps_m.min(axis=1))
