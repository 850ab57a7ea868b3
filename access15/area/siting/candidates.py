"""Where a new place could be: corners or given points, entered as a proposal would have them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.siting.corners import find_corners
from access15.core.walk.doors import (
    Doors,
    build_door_snapper,
    find_door_streets,
    one_door_each,
    snap_doors,
)
from access15.core.walk.snap import round_places
from access15.crs import LONLAT, points_xy, whole_cm
from access15.results.run import AreaResult

_DECIMALS = 7  # of a degree: a centimetre, as session pages write


@dataclass(frozen=True, eq=False)
class Candidates:
    """Where a new place could be, as a proposal would put it there.

    Parameters
    ----------
    points : GeoDataFrame
        ``id`` (empty for corners), ``node`` of each corner (-1 for any other place), ``required``
        (whether it must be chosen), ``one_of`` (name of those of which at most one may be; empty
        for any other), ``address`` (empty where none is known), ``capacity`` (people whom it takes;
        inf without a limit), and the point in EPSG:4326.
    xy : ndarray of float64, shape (n, 2)
        The points in the network's CRS [m].
    doors : Doors
        Where each is entered; owners are their rows.
    """

    points: gpd.GeoDataFrame
    xy: NDArray[np.float64]
    doors: Doors

    def __len__(self) -> int:
        return len(self.points)


def list_corners(area: AreaResult, profile: str) -> gpd.GeoDataFrame:
    """Every corner and end of a street of the neighbourhood on which somebody may have a door."""
    network, land = area.network, shapely.union_all(area.zones.geometry.to_numpy())
    node = find_corners(network, land, area.walkers[profile].impedance.is_open)
    at = gpd.GeoSeries(shapely.points(network.node_xy[node]), crs=network.crs).to_crs(LONLAT)
    return mark_free(gpd.GeoDataFrame({"id": "", "node": node}, geometry=at, crs=LONLAT))


def mark_free(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Candidates of which nothing more is said."""
    address = points.get("address", "")
    return points.assign(required=False, one_of="", address=address, capacity=np.inf)


def put_on_streets(area: AreaResult, points: gpd.GeoDataFrame, *, max_snap_m: float) -> Candidates:
    """Candidates with a street near enough, entered as what a proposal adds is."""
    network = area.network
    # as a proposal says where they are, and reads it again
    degrees = np.round(shapely.get_coordinates(points.geometry.to_numpy()), _DECIMALS)
    points = points.set_geometry(gpd.GeoSeries(shapely.points(degrees), points.index, crs=LONLAT))
    xy = whole_cm(points_xy(points, network.crs))
    streets = find_door_streets(network)
    snapped = snap_doors(build_door_snapper(network, streets), xy, max_snap_m=max_snap_m)
    snapped = round_places(network, snapped)
    rows = np.flatnonzero(snapped.is_snapped)
    known = gpd.GeoDataFrame(points.iloc[rows].reset_index(drop=True))
    return Candidates(known, xy[rows], one_door_each(snapped.take(rows)))


def require_inside(area: AreaResult, candidates: Candidates) -> Candidates:
    """Candidates of which only those in the neighbourhood must be chosen."""
    land = shapely.union_all(area.zones.geometry.to_numpy())
    is_inside = shapely.intersects_xy(land, *candidates.xy.T)
    required = candidates.points["required"].to_numpy(dtype=bool) & is_inside
    return replace(candidates, points=candidates.points.assign(required=required))
