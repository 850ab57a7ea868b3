"""What every source of streets hands over for one neighbourhood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.crs import LONLAT
from access15.errors import NetworkDataError
from access15.results.run import Backdrop, NetworkInfo
from access15.sources.streets.build import Box, project
from access15.sources.streets.buildings import Homes, select_homes

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
class Clip:
    """The boxes of a neighbourhood, ``(west, south, east, north)`` in degrees (EPSG:4326).

    Parameters
    ----------
    core_box : tuple of float
        Box of the neighbourhood itself.
    padded_box : tuple of float
        The same, wider by the longest walk.
    """

    core_box: Box
    padded_box: Box


@dataclass(frozen=True)
class OsmArea:
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
    homes : Homes, optional
        Residential buildings that touch the padded box, in the network's CRS; None where the source
        maps none.
    seats : tuple of (str, float, float)
        Places to sit down in the padded box: ``node/1``, longitude and latitude.
    """

    network: WalkNetwork
    backdrop: Backdrop
    facilities: gpd.GeoDataFrame
    info: NetworkInfo
    homes: Homes | None = None
    seats: tuple[tuple[str, float, float], ...] = ()


def make_backdrop(crs: str, box: Box | None = None, **kinds: NDArray[np.object_]) -> Backdrop:
    """Cut geometries to a box and project them."""
    series = {}
    for kind in ("water", "green", "rail", "buildings", "motorways"):
        shapes = kinds.get(kind, np.array([], dtype=object))
        if box is not None and len(shapes):
            shapes = shapes[shapely.intersects(shapes, shapely.box(*box))]
            shapes = shapely.clip_by_rect(shapes, *box)
            shapes = shapes[~shapely.is_empty(shapes)]
        projected = shapely.transform(shapes, lambda xy: project(xy, LONLAT, crs))
        series[kind] = gpd.GeoSeries(projected, crs=crs)
    return Backdrop(**series)


def make_homes(
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


def make_facilities(
    rows: Iterable[dict[str, str]], points: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Put facilities into a frame."""
    records = list(rows)
    columns = {
        name: np.array([row[name] for row in records], dtype=object) for name in FACILITY_COLUMNS
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs=LONLAT), crs=LONLAT)


def check_clip(clip: Clip, extract: Box | None, *, where: str, slack_deg: float) -> tuple[str, ...]:
    """Make sure that streets reach as far as they are needed."""
    core, padded = clip.core_box, clip.padded_box
    if extract is None:
        raise NetworkDataError(
            f"{where}: the street data is empty, the area is {format_box(core)}; use another "
            "extract"
        )
    is_east_or_north = core[0] > extract[2] + slack_deg or core[1] > extract[3] + slack_deg
    if is_east_or_north or core[2] < extract[0] - slack_deg or core[3] < extract[1] - slack_deg:
        raise NetworkDataError(
            f"{where}: the area {format_box(core)} lies outside the extract {format_box(extract)}; "
            "use an extract that contains it"
        )
    if not is_box_inside(core, extract, slack_deg):
        raise NetworkDataError(
            f"{where}: the area {format_box(core)} is cut by the edge of the extract "
            f"{format_box(extract)}; "
            "use a larger extract"
        )
    if is_box_inside(padded, extract, slack_deg):
        return ()
    return (
        f"{where}: the streets around the area are cut by the extract's edge: needed "
        f"{format_box(padded)}, "
        f"extract {format_box(extract)}; walks that leave the area there may come out too long; "
        "use a larger extract",
    )


def format_box(box: Box) -> str:
    """Write a box in words."""
    west, south, east, north = box
    return f"(lon {west:.5f} to {east:.5f}, lat {south:.5f} to {north:.5f})"


def is_box_inside(inner: Box, outer: Box, slack_deg: float = 1e-6) -> bool:
    """Whether a box lies in another."""
    return (
        outer[0] - slack_deg <= inner[0]
        and outer[1] - slack_deg <= inner[1]
        and outer[2] + slack_deg >= inner[2]
        and outer[3] + slack_deg >= inner[3]
    )
