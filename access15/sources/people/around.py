"""Residents around a neighbourhood: they share its services, and are counted nowhere else."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.config import PopulationSource, ZoneSource
from access15.results.people import Around
from access15.sources.people.spread import Ground, spread_people
from access15.sources.people.zone_table import read_zone_totals
from access15.sources.streets.area import StreetArea
from access15.sources.zones import read_zones

# Demand of a whole catchment does not turn on where a lump falls: coarser than homes that are
# counted.
SPACING_AROUND_M = 25.0
# A zone around that a neighbourhood covers by this share is its own zone, drawn by another hand.
_OWN_SHARE = 0.5


def read_around(source: PopulationSource) -> gpd.GeoDataFrame | None:
    """Read the zones around a study with their people; None where the study names none.

    Returns ``zone_id, name, geometry`` and one column per group, EPSG:4326.
    """
    around = source.around
    if around is None:
        return None
    outlines = ZoneSource(
        file=around.zones, id_column=around.id_column, name_column=around.id_column
    )
    zones = read_zones(outlines, where="[population.around]")
    table = source.model_copy(
        update={
            "file": around.file,
            "zone_column": around.zone_column,
            "year_column": around.year_column,
            "year": around.year,
        }
    )
    people = read_zone_totals(table, wanted=zones["zone_id"])
    groups = list(source.groups)
    return zones.assign(**{group: people[group].to_numpy() for group in groups})


def settle_around(
    source: PopulationSource,
    around: gpd.GeoDataFrame | None,
    zones: gpd.GeoDataFrame,
    area: StreetArea,
    reach: shapely.Polygon,
) -> Around:
    """Put the people around one neighbourhood along their streets, as far as streets were read."""
    groups = list(source.groups)
    crs = area.network.crs
    own = shapely.union_all(zones.geometry.to_numpy())
    nobody = pd.DataFrame({group: np.zeros(0) for group in groups})
    none = gpd.GeoDataFrame(nobody, geometry=[], crs=crs)
    if around is None:
        return Around(none, shapely.intersection(own, reach))
    # 1. Other zones that the streets touch; the neighbourhood's own are told by their land, because
    #    another file may call them otherwise.
    others = around.to_crs(crs)
    shapes = others.geometry.to_numpy()
    own_share = shapely.area(shapely.intersection(shapes, own)) / shapely.area(shapes)
    is_near = shapely.intersects(shapes, reach) & (own_share < _OWN_SHARE)
    others = others[is_near]
    shapes = others.geometry.to_numpy()
    known = shapely.intersection(shapely.union_all([own, *shapes]), reach)
    if not len(shapes):
        return Around(none, known)
    # 2. Their people live along their streets; beyond those that were read nobody gets a point.
    ground = Ground(
        area.lived_on,
        area.homes,
        reach,
        shapely.box(*reach.bounds),
        source.residential_highways,
        spacing_m=SPACING_AROUND_M,
    )
    # zones are too large for their middle to stand for them, whatever the cells' may do
    spread = "auto" if source.spread == "centre" else source.spread
    points = spread_people(ground, shapes, others[groups], spread=spread).points
    xy = points[["x", "y"]].to_numpy()
    found = gpd.GeoDataFrame(points[groups], geometry=shapely.points(xy), crs=crs)
    return Around(found[shapely.covers(reach, found.geometry.to_numpy())], known)
