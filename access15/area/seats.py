"""What becomes of every seat of a neighbourhood, and what is refused where none is known."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.walk.snap import Snapped
from access15.crs import points_xy, whole_cm
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.results.schema import SEATS
from access15.results.table import GEOMETRY


def list_seat_places(seats: gpd.GeoDataFrame | None, crs: str) -> NDArray[np.float64]:
    """Points of the seats in the network's CRS, NaN for those that are not ``ok`` [m]."""
    if seats is None:
        return np.zeros((0, 2))
    is_ok = seats["status"].to_numpy(dtype=object) == "ok"
    return np.where(is_ok[:, None], whole_cm(points_xy(seats, crs)), np.nan)


def tabulate_seats(seats: gpd.GeoDataFrame, snapped: Snapped) -> gpd.GeoDataFrame:
    """`access15.results.schema.SEATS`: every record with its ``status`` and the metres to the
    street.
    """
    is_ok = seats["status"].to_numpy(dtype=object) == "ok"
    table = seats.copy()
    table["status"] = np.where(is_ok & ~snapped.is_snapped, "too_far_from_network", seats["status"])
    table["snap_m"] = snapped.snap_m
    return table[[*SEATS.list_names(), GEOMETRY]]


def check_seats_known(
    profile: WalkProfile,
    snapped: Snapped,
    where: str,
) -> None:
    """Refuse to say that nobody arrives where only nobody knows the seats."""
    if profile.needs_seat and not snapped.is_snapped.any():
        raise ConfigError(Remark("no_seat_known", profile=profile.id, area=where))
