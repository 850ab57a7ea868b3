"""Spacing of bike stations: how far a walk from each to the next."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.config import load_profiles
from access15.core.graph import build_graph, place_points
from access15.core.impedance import build_impedance
from access15.core.measures import measure_spacing
from access15.core.snap import build_snapper, snap_points
from access15.frames import points_xy
from access15.sources.osm_area import OsmArea
from access15.streets import STATIONS


def space_stations(facilities: gpd.GeoDataFrame, streets: OsmArea | None, crs: str, max_snap_m: float) -> pd.DataFrame:
    """Walking distance from every bike station to the nearest other one.

    Parameters
    ----------
    facilities : GeoDataFrame
        All facilities, projected.
    streets : OsmArea, optional
        Streets around the stations; None where the source does not reach them.
    crs : str
        Projected CRS.
    max_snap_m : float
        Farthest street [m].

    Returns
    -------
    DataFrame
        ``facility_id, name, status, neighbour_id, spacing_m`` (inf when not on the network),
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
    plain = load_profiles()["plain"]
    impedance = build_impedance(streets.network, plain)
    snapped = snap_points(build_snapper(streets.network, impedance.is_main), xy, max_snap_m=max_snap_m)
    graph = build_graph(streets.network, impedance, towards=True)
    arriving = place_points(streets.network, impedance, snapped, leaving=False)
    leaving = place_points(streets.network, impedance, snapped, leaving=True)
    spacing = measure_spacing(graph, arriving, leaving, pace_ms=plain.pace_ms)
    out["neighbour_id"], out["spacing_m"] = ids[spacing.neighbour], spacing.spacing_m
    out["status"] = np.where(snapped.is_snapped, "ok", "too_far_from_network")
    return out


def _straight_m(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(xy) < 2:
        return np.full(len(xy), np.inf)
    gaps_m = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(gaps_m, np.inf)
    return np.asarray(gaps_m.min(axis=1))
