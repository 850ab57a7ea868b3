"""People put on streets and buildings drawn for a test."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from access15.config import PopulationSource
from access15.core.streets.network import WalkNetwork
from access15.results.run import NetworkInfo
from access15.sources.people.counts import Counted
from access15.sources.people.residents import Settled, settle_people
from access15.sources.streets.area import StreetArea, build_backdrop, build_facilities
from access15.sources.streets.boxes import Clip
from access15.sources.streets.buildings import Homes


def make_area(network: WalkNetwork, homes: Homes | None = None) -> StreetArea:
    """Streets and buildings as a source hands them over."""
    info = NetworkInfo(kind="osm", name="drawn", date="", licence="")
    nothing = build_facilities([], np.array([], dtype=object))
    return StreetArea(network, build_backdrop(network.crs), nothing, info, homes=homes)


def make_homes(outlines: list[object], levels: list[float] | None = None) -> Homes:
    """Residential buildings; storeys unknown unless given."""
    shapes: NDArray[np.object_] = np.array(outlines, dtype=object)
    return Homes(shapes, np.full(len(shapes), np.nan) if levels is None else np.array(levels))


def settle(
    source: PopulationSource,
    counted: Counted,
    zones: gpd.GeoDataFrame,
    network: WalkNetwork,
    homes: Homes | None = None,
    *,
    margin_m: float = 5000.0,
    around: gpd.GeoDataFrame | None = None,
) -> Settled:
    """Settle the people of one neighbourhood, with streets read as far as `margin_m` around its
    zones.
    """
    wide = gpd.GeoSeries(zones.geometry.buffer(margin_m, join_style="mitre"), crs=zones.crs).to_crs(
        "EPSG:4326"
    )
    west, south, east, north = wide.total_bounds
    clip = Clip((west, south, east, north), (west, south, east, north))
    return settle_people(
        source,
        counted,
        {"a": zones},
        {"a": make_area(network, homes)},
        {"a": clip},
        around=around,
    )["a"]
