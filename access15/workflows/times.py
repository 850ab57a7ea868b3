"""How long is the walk from here to there?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import StreetOptions, Study, WalkProfile, build_options, find_walker
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.metres import times_and_metres
from access15.core.walk.snap import Snapped
from access15.crs import LONLAT, lonlat_xy, points_xy, shapes_xy, utm_crs
from access15.results.plain import PlainLayer
from access15.results.run import NetworkInfo
from access15.sources.streets.widen import read_until_sure
from access15.workflows.ground import (
    FARTHEST_M,
    Ground,
    Streets,
    StreetSource,
    check_no_seats,
    check_snapped,
    choose_source,
    find_ground,
)


@dataclass(frozen=True, eq=False)
class Times:
    """Walks from one place.

    Parameters
    ----------
    columns : dict of str to ndarray
        What `measure_times` puts into a frame.
    network_info : NetworkInfo
        Where the streets come from.
    """

    columns: dict[str, NDArray[Any]]
    network_info: NetworkInfo


@dataclass(frozen=True, eq=False)
class _Points:
    """Where the walks end: identifiers, which have no place, places in degrees and in metres."""

    ids: NDArray[np.object_]
    is_missing: NDArray[np.bool_]
    lonlat: NDArray[np.float64]
    xy: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Walks:
    """Walks on some streets, and whether streets beyond them might shorten each that is placed."""

    ground: Ground
    table: dict[str, NDArray[Any]]
    may_be_shorter: NDArray[np.bool_]


def measure_times(
    lonlat: tuple[float, float],
    destinations: gpd.GeoDataFrame,
    *,
    profile: WalkProfile | str,
    source: StreetSource | None = None,
    max_snap_m: float | None = None,
    study: Study | str | Path = "milano",
    now: datetime | None = None,
    **options: Unpack[StreetOptions],
) -> tuple[pd.DataFrame, NetworkInfo]:
    """Walks from one place to many.

    Parameters
    ----------
    lonlat : tuple of float
        Longitude and latitude of the start.
    destinations : GeoDataFrame
        ``id`` and point geometry.
    profile : WalkProfile or str
        The walker, or its id.
    source : StreetSource, optional
        Which streets; by default those that `study` and the options say.
    max_snap_m : float, optional
        Farthest street from a point; by default the study's [m].
    study : Study, str or Path
        For streets at hand: a study, its name, or its TOML file.
    now : datetime, optional
        For the age of fetched streets, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    **options
        ``osm, graph, dem, walkers, cache, no_cache`` as for `access15.run`.

    Returns
    -------
    times : DataFrame
        ``id, status, snap_m`` (metres off the network at both ends together), ``distance_m``
        (metres along the network between the snapped points), ``travel_time_s`` (door to door);
        inf where there is no way. Rows in the order of `destinations`.
    info : NetworkInfo
        Where the streets come from, and a warning for walks that streets beyond the extract might
        shorten.

    Raises
    ------
    InputDataError
        If no street is near the start, or coordinates look swapped.
    ConfigError
        If there are no streets at hand, or the walker needs seats.
    """
    walked = _Points(
        destinations["id"].to_numpy(),
        destinations.geometry.isna().to_numpy(),
        points_xy(destinations, LONLAT),
        points_xy(destinations, utm_crs(*lonlat)),
    )
    found = _measure(
        lonlat,
        walked,
        profile,
        source=source,
        max_snap_m=max_snap_m,
        study=study,
        now=now,
        options=options,
    )
    return pd.DataFrame(found.columns), found.network_info


def list_times(
    lonlat: tuple[float, float],
    destinations: PlainLayer,
    *,
    profile: WalkProfile,
    study: Study | str | Path,
    now: datetime | None = None,
    **options: Unpack[StreetOptions],
) -> Times:
    """Walks as `measure_times`, from points in no frame to columns of none."""
    shapes, crs = destinations.shapes, destinations.crs
    walked = _Points(
        np.array(destinations.columns["id"], dtype=object),
        shapely.is_missing(shapes),
        shapes_xy(shapes, crs, LONLAT),
        shapes_xy(shapes, crs, utm_crs(*lonlat)),
    )
    return _measure(lonlat, walked, profile, study=study, now=now, options=options)


def _measure(
    lonlat: tuple[float, float],
    destinations: _Points,
    profile: WalkProfile | str,
    *,
    source: StreetSource | None = None,
    max_snap_m: float | None = None,
    study: Study | str | Path,
    now: datetime | None,
    options: StreetOptions,
) -> Times:
    """Walks from one place to many."""
    asked = build_options(**options)
    source = choose_source(source, study, asked, now)
    walker = profile if isinstance(profile, WalkProfile) else find_walker(asked.walkers, profile)
    check_no_seats(walker)
    max_snap_m = source.study.max_snap_m if max_snap_m is None else max_snap_m
    crs = utm_crs(*lonlat)
    start_xy, xy = lonlat_xy(np.array([lonlat]), crs), destinations.xy
    is_far = np.hypot(*(xy - start_xy[0]).T) > FARTHEST_M
    streets = Streets(source, crs, lonlat)
    streets.check_swapped(destinations.ids[is_far].tolist(), destinations.lonlat[is_far])
    everything = np.concatenate([start_xy, xy])

    def read(padding_m: float) -> _Walks:
        ground = find_ground(
            streets, everything, walker, padding_m=padding_m, max_snap_m=max_snap_m
        )
        check_snapped(ground.snapped, lonlat, max_snap_m, "start_off_streets")
        table = _tabulate_times(ground)
        edge = shapely.intersection(ground.box, streets.limits_m).boundary
        reach_m = table["travel_time_s"] * walker.pace_with_rests_ms
        return _Walks(ground, table, _find_uncertain(everything, ground.snapped, reach_m, edge))

    def widen(walks: _Walks, before: _Walks | None) -> _Walks | None:
        if streets.is_all(walks.ground, before.ground if before else None):
            return None
        return read(2 * walks.ground.padding_m)

    walks, _ = read_until_sure(
        read(0.0), is_sure=lambda walks: not walks.may_be_shorter.any(), widen=widen
    )
    walks.table["status"][destinations.is_missing] = "not_geocoded"
    columns = {"id": destinations.ids, **walks.table}
    n_near_edge = int(walks.may_be_shorter.sum())
    return Times(columns, streets.warn_of_edge(walks.ground.info, n_near_edge, len(xy)))


def _find_uncertain(
    xy: NDArray[np.float64],
    snapped: Snapped,
    reach_m: NDArray[np.float64],
    edge: shapely.Geometry,
) -> NDArray[np.bool_]:
    """Whether streets beyond the edge might shorten each walk from the first point to the others.

    A way that leaves the known streets is at least as long as to their edge and back from there.
    """
    placed = snapped.is_snapped
    to_edge_m = shapely.distance(shapely.points(xy[placed]), edge)
    return np.asarray(reach_m[placed[1:]] > to_edge_m[0] + to_edge_m[1:])


def _tabulate_times(ground: Ground) -> dict[str, NDArray[Any]]:
    """Walks from the first point to the others, ``id`` still missing."""
    network, impedance = ground.network, ground.impedance
    start, ends = (ground.snapped.take(rows) for rows in (slice(1), slice(1, None)))
    graph = build_graph(network, impedance, towards=False)
    leaving = place_points(network, impedance, start, leaving=True)
    arriving = place_points(network, impedance, ends, leaving=False)
    time_s, distance_m = times_and_metres(graph, network, leaving, arriving)
    status = np.where(
        ends.is_snapped, np.where(np.isfinite(time_s), "ok", "unreachable"), "too_far_from_network"
    )
    snap_m = start.snap_m[0] + ends.snap_m
    return {
        "status": status.astype(object),
        "snap_m": snap_m,
        "distance_m": distance_m,
        "travel_time_s": time_s,
    }
