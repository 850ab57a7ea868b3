"""Single questions: how far can one reach from here, and how long is the walk to there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import Study, WalkProfile, load_categories
from access15.core.graph import build_graph, place_points
from access15.core.impedance import build_impedance
from access15.core.network import WalkNetwork
from access15.core.reach import StreetParts, cut_lines, edge_times, parts_within, without
from access15.core.search import nearest_at_nodes, times_and_metres
from access15.core.service_area import build_canvas, draw_service_areas
from access15.core.snap import build_snapper, snap_points
from access15.errors import InputDataError
from access15.frames import LONLAT, lonlat_xy, points_xy, to_box, utm_crs
from access15.results import NetworkInfo
from access15.sources.osm import read_osm
from access15.sources.osm_area import Clip
from access15.sources.osm_overpass import read_fetched
from access15.sources.sketch import read_sketch

_DETOUR = 1.5  # streets are read this many times the straight line beyond the points
_PAD_M = 500.0


@dataclass(frozen=True)
class Isochrone:
    """Reach of one place for rising cutoffs.

    Parameters
    ----------
    areas : GeoDataFrame
        ``minutes, profile, speed_ms, area_m2, street_m, network, date`` and polygon geometry, one
        row per cutoff, in the projected CRS.
    streets : GeoDataFrame
        ``minutes`` (the smallest cutoff that reaches the part), ``profile, street, street_m`` and
        line geometry, in the projected CRS.
    snap_m : float
        Metres between the place and the street.
    network_info : NetworkInfo
        Where the streets come from.
    """

    areas: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    snap_m: float
    network_info: NetworkInfo


@dataclass(frozen=True)
class StreetSource:
    """Where single questions take their streets from.

    Parameters
    ----------
    osm : Path, optional
        An OpenStreetMap extract; without it fetched streets, or the study's sketch.
    study : Study
        For the sketch and the categories.
    cache_dir : Path
        Where fetched streets are.
    today : date
        For the age of fetched streets.
    """

    osm: Path | None
    study: Study
    cache_dir: Path
    today: date


def measure_isochrone(
    lonlat: tuple[float, float],
    *,
    minutes: Sequence[float],
    profile: WalkProfile,
    source: StreetSource,
    max_snap_m: float = 150.0,
) -> Isochrone:
    """Where people can live and still walk to a place within the given minutes.

    Parameters
    ----------
    lonlat : tuple of float
        Longitude and latitude of the place.
    minutes : sequence of float
        Cutoffs, inclusive [min].
    profile : WalkProfile
        The walker.
    source : StreetSource
        Which streets.
    max_snap_m : float
        Farthest street from the place [m].

    Returns
    -------
    Isochrone
        Polygons and streets.

    Raises
    ------
    InputDataError
        If the cutoffs are not positive or no street is near.
    """
    cutoffs_s = _cutoffs_s(minutes)
    crs = utm_crs(*lonlat)
    xy = lonlat_xy(np.array([lonlat]), crs)
    network, info = _streets_around(xy, crs, cutoffs_s[-1] * profile.pace_ms + max_snap_m, source)
    impedance = build_impedance(network, profile)
    snapped = snap_points(build_snapper(network, impedance.is_main), xy, max_snap_m=max_snap_m)
    if not snapped.is_snapped[0]:
        raise InputDataError(
            f"the place {lonlat[1]:.5f},{lonlat[0]:.5f} is {snapped.snap_m[0]:.0f} m from the nearest street that "
            f"{profile.id} can walk, the limit is {max_snap_m:.0f} m; move the place or use other street data"
        )
    graph = build_graph(network, impedance, towards=True)
    sources = place_points(network, impedance, snapped, leaving=False)
    node_s, _ = nearest_at_nodes(graph, sources, cutoff_s=cutoffs_s[-1])
    times = edge_times(network, impedance, graph, node_s, sources)
    drawn = draw_service_areas(build_canvas(network, impedance.is_main), impedance, times, cutoffs_s=cutoffs_s)
    facts = {
        "profile": profile.id,
        "speed_ms": profile.pace_ms,
        "network": f"{info.kind}: {info.name}",
        "network_date": info.date,
        "licence": info.licence,
    }
    rows = [
        {"minutes": s / 60, **facts, "area_m2": a.polygon.area, "street_m": a.street_m, "geometry": a.polygon}
        for s, a in zip(cutoffs_s, drawn, strict=True)
    ]
    bands = []
    inner = StreetParts(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    for cutoff_s in cutoffs_s:
        reached = parts_within(times, cutoff_s=cutoff_s)
        bands.append(_street_rows(network, without(reached, inner), {"minutes": cutoff_s / 60, **facts}))
        inner = reached
    streets = gpd.GeoDataFrame(pd.concat(bands, ignore_index=True), geometry="geometry", crs=crs)
    areas = gpd.GeoDataFrame(rows, geometry="geometry", crs=crs)
    return Isochrone(areas=areas, streets=streets, snap_m=float(snapped.snap_m[0]), network_info=info)


def measure_times(
    lonlat: tuple[float, float],
    destinations: gpd.GeoDataFrame,
    *,
    profile: WalkProfile,
    source: StreetSource,
    max_snap_m: float = 150.0,
) -> tuple[pd.DataFrame, NetworkInfo]:
    """Walks from one place to many.

    Parameters
    ----------
    lonlat : tuple of float
        Longitude and latitude of the start.
    destinations : GeoDataFrame
        ``id`` and point geometry.
    profile : WalkProfile
        The walker.
    source : StreetSource
        Which streets.
    max_snap_m : float
        Farthest street from a point [m].

    Returns
    -------
    times : DataFrame
        ``id, status, snap_m`` (metres off the network at both ends together), ``distance_m``
        (metres along the network between the snapped points), ``travel_time_s`` (door to door);
        inf where there is no way.
    info : NetworkInfo
        Where the streets come from.

    Raises
    ------
    InputDataError
        If no street is near the start.
    """
    crs = utm_crs(*lonlat)
    start_xy, xy = lonlat_xy(np.array([lonlat]), crs), points_xy(destinations, crs)
    everything = np.concatenate([start_xy, xy[np.isfinite(xy).all(axis=1)]])
    span_m = float(np.hypot(*np.ptp(everything, axis=0)))
    network, info = _streets_around(everything, crs, span_m * (_DETOUR - 1) / 2 + _PAD_M, source)
    impedance = build_impedance(network, profile)
    snapper = build_snapper(network, impedance.is_main)
    start = snap_points(snapper, start_xy, max_snap_m=max_snap_m)
    if not start.is_snapped[0]:
        raise InputDataError(
            f"the start {lonlat[1]:.5f},{lonlat[0]:.5f} is {start.snap_m[0]:.0f} m from the nearest street that "
            f"{profile.id} can walk, the limit is {max_snap_m:.0f} m; move it or use other street data"
        )
    ends = snap_points(snapper, xy, max_snap_m=max_snap_m)
    graph = build_graph(network, impedance, towards=False)
    leaving = place_points(network, impedance, start, leaving=True)
    arriving = place_points(network, impedance, ends, leaving=False)
    time_s, distance_m = times_and_metres(graph, network, leaving, arriving)
    status = np.where(ends.is_snapped, np.where(np.isfinite(time_s), "ok", "unreachable"), "too_far_from_network")
    status = np.where(np.isfinite(xy).all(axis=1), status, "not_geocoded")
    table = pd.DataFrame(
        {
            "id": destinations["id"].to_numpy(),
            "status": status,
            "snap_m": start.snap_m[0] + ends.snap_m,
            "distance_m": distance_m,
            "travel_time_s": time_s,
        }
    )
    return table, info


def _cutoffs_s(minutes: Sequence[float]) -> tuple[float, ...]:
    wrong = [f"{m:g}" for m in minutes if not 0 < m <= 120]
    if wrong or not minutes:
        raise InputDataError(f"minutes are {', '.join(wrong) or 'missing'}; give numbers above 0 and up to 120")
    return tuple(60.0 * m for m in sorted(set(minutes)))


def _street_rows(network: WalkNetwork, parts: StreetParts, facts: dict[str, object]) -> gpd.GeoDataFrame:
    names = np.array(network.street_names, dtype=object)[network.street[parts.edge]]
    columns = {**facts, "street": names, "street_m": parts.length_m(network)}
    return gpd.GeoDataFrame(columns, geometry=cut_lines(network, parts), crs=network.crs)


def _streets_around(
    xy: NDArray[np.float64], crs: str, padding_m: float, source: StreetSource
) -> tuple[WalkNetwork, NetworkInfo]:
    core = shapely.box(*xy.min(axis=0), *xy.max(axis=0))
    boxes = gpd.GeoSeries([core, core.buffer(padding_m, join_style="mitre")], crs=crs).to_crs(LONLAT)
    clip = Clip(core_box=to_box(boxes[0].bounds), padded_box=to_box(boxes[1].bounds))
    kinds = list(load_categories().values())
    if source.osm is not None:
        found = read_osm(source.osm, {"here": clip}, crs=crs, categories=[])["here"]
        return found.network, found.info
    fetched = read_fetched({"here": clip}, cache_dir=source.cache_dir, crs=crs, categories=kinds, today=source.today)
    if fetched is not None:
        return fetched["here"].network, fetched["here"].info
    if source.study.sketch is None:
        raise InputDataError(f"study {source.study.id!r} has no streets; give an extract with --osm")
    sketch = read_sketch(source.study.sketch, clip, crs=crs)
    return sketch.network, sketch.info
