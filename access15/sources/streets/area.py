"""What every source of streets hands over for one neighbourhood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.barriers import Barriers, build_barriers
from access15.core.streets.network import WalkNetwork
from access15.core.walk.ways_in import WaysIn
from access15.crs import LONLAT
from access15.results.run import Backdrop, NetworkInfo
from access15.sources.streets.boxes import Box
from access15.sources.streets.build import project
from access15.sources.streets.buildings import Homes, select_homes
from access15.sources.streets.coast import fill_sea

OSM_LICENCE = "© OpenStreetMap contributors, ODbL 1.0"
FACILITY_COLUMNS = (
    "facility_id",
    "name",
    "category",
    "address",
    "source",
    "osm_id",
    "opening_hours",
    "precision",
    "status",
)


@dataclass(frozen=True)
class StreetArea:
    """Streets, backdrop and facilities of one neighbourhood.

    Parameters
    ----------
    network : WalkNetwork
        Streets of the padded box.
    backdrop : Backdrop
        Water, green, rail and buildings, in the network's CRS.
    facilities : GeoDataFrame
        ``facility_id, name, category, address, source, osm_id, opening_hours, precision, status,
        geometry`` (points, EPSG:4326); texts are empty when unknown; ``status`` is ``not_geocoded``
        for a park of which no way in is known, with a point inside it.
    info : NetworkInfo
        Where the streets come from.
    barriers : Barriers
        What stops walkers, in the network's CRS.
    homes : Homes, optional
        Residential buildings that touch the padded box, in the network's CRS; None where the source
        maps none.
    seats : tuple of (str, float, float)
        Places to sit down in the padded box: ``node/1``, longitude and latitude.
    ways_in : WaysIn, optional
        Mapped entrances and gates of the padded box, in the network's CRS; None where the source
        maps none.
    uncut : WalkNetwork, optional
        The streets before they were cut where slopes change; None where they were not.
    """

    network: WalkNetwork
    backdrop: Backdrop
    facilities: gpd.GeoDataFrame
    info: NetworkInfo
    barriers: Barriers = field(default_factory=lambda: build_barriers({}))
    homes: Homes | None = None
    seats: tuple[tuple[str, float, float], ...] = ()
    ways_in: WaysIn | None = None
    uncut: WalkNetwork | None = None

    @property
    def lived_on(self) -> WalkNetwork:
        """Streets to put people along: the same points whether slopes are known or not."""
        return self.network if self.uncut is None else self.uncut


@dataclass(frozen=True, eq=False)
class StreetsAlone:
    """Streets of a box and nothing else, for single questions.

    Parameters
    ----------
    network : WalkNetwork
        Streets of the padded box, and maybe of land around it.
    info : NetworkInfo
        Where the streets come from.
    seats : tuple of (str, float, float)
        Places to sit down: ``node/1``, longitude and latitude.
    """

    network: WalkNetwork
    info: NetworkInfo
    seats: tuple[tuple[str, float, float], ...] = ()


def build_backdrop(crs: str, box: Box | None = None, **kinds: NDArray[np.object_]) -> Backdrop:
    """Cut geometries to a box and project them; the sea lies where coastlines have it."""
    series = {}
    nothing = np.array([], dtype=object)
    sea = nothing if box is None else fill_sea(kinds.get("coast", nothing), box)
    for kind in ("water", "green", "rail", "buildings", "sea"):
        shapes = sea if kind == "sea" else kinds.get(kind, nothing)
        if box is not None and len(shapes):
            shapes = shapes[shapely.intersects(shapes, shapely.box(*box))]
            shapes = shapely.clip_by_rect(shapes, *box)
            shapes = shapes[~shapely.is_empty(shapes)]
        projected = shapely.transform(shapes, lambda xy: project(xy, LONLAT, crs))
        series[kind] = gpd.GeoSeries(projected, crs=crs)
    return Backdrop(**series)


def select_barriers(
    crs: str,
    box: Box,
    shapes: Mapping[str, NDArray[np.object_]],
) -> Barriers:
    """Choose the barriers that touch a box and project them, whole."""
    land = shapely.box(*box)
    projected = {}
    for kind, own in shapes.items():
        inside = own[shapely.intersects(own, land)]
        projected[kind] = shapely.transform(inside, lambda xy: project(xy, LONLAT, crs))
    return build_barriers(projected)


def build_homes(
    outlines: NDArray[np.object_],
    is_home: NDArray[np.bool_],
    levels: NDArray[np.float64],
    *,
    crs: str,
    box: Box,
) -> Homes:
    """Choose the residential buildings of a box and project them, whole."""
    chosen, storeys = select_homes(outlines, is_home, levels, shapely.box(*box))
    return Homes(shapely.transform(chosen, lambda xy: project(xy, LONLAT, crs)), storeys)


def build_facilities(
    rows: Iterable[dict[str, str]], points: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Put facilities into a frame."""
    records = list(rows)
    columns = {
        name: np.array([row[name] for row in records], dtype=object) for name in FACILITY_COLUMNS
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs=LONLAT), crs=LONLAT)
