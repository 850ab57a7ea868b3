"""Homes where no residents are known: floor area of residential buildings, else streets with homes.

One unit holds for the whole run, so that shares of areas and zones can be set beside each other:
square metres of floor where buildings are mapped along the residential streets of every area,
metres of street otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.config import HOMES, PopulationSource
from access15.core.reach.spread import group_stretches, round_people
from access15.crs import LONLAT
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.results.people import PeopleInfo, PeopleNote
from access15.sources.people.spread import BORDER_STREET_M, MAPPED_WITHIN_M, Ground
from access15.sources.streets.area import StreetArea
from access15.sources.streets.boxes import Clip


def place_homes(
    source: PopulationSource,
    areas: Mapping[str, gpd.GeoDataFrame],
    streets: Mapping[str, StreetArea],
    clips: Mapping[str, Clip],
) -> dict[str, tuple[gpd.GeoDataFrame, PeopleInfo]]:
    """Find the homes of every neighbourhood, each point with its weight in one unit."""
    # 1. Where homes may be, as people of zones would be spread.
    grounds = {}
    for area_id, zones in areas.items():
        box = gpd.GeoSeries([shapely.box(*clips[area_id].padded_box)], crs=LONLAT)
        grounds[area_id] = _build_ground(
            source, streets[area_id], box.to_crs(zones.crs).iloc[0], zones
        )
    # 2. Floor area, if buildings are mapped everywhere; one unit for the whole run.
    whole = {area_id: shapely.union_all(zones.geometry) for area_id, zones in areas.items()}
    chosen = [
        ground.find_sites(whole[area_id], source.spread).put_on
        for area_id, ground in grounds.items()
    ]
    has_floors = all(put_on == "buildings" for put_on in chosen)
    # 3. The homes of every zone.
    found = {
        area_id: _find_homes(grounds[area_id], zones, has_floors=has_floors)
        for area_id, zones in areas.items()
    }
    if empty := [area_id for area_id, (homes, _) in found.items() if homes.empty]:
        raise InputDataError(Remark("no_homes_mapped", areas=list(map(repr, empty))))
    return found


def _build_ground(
    source: PopulationSource,
    area: StreetArea,
    reach: shapely.Geometry,
    zones: gpd.GeoDataFrame,
) -> Ground:
    """Streets and buildings around the zones."""
    margin_m = BORDER_STREET_M + MAPPED_WITHIN_M
    around = shapely.box(*zones.total_bounds).buffer(margin_m, join_style="mitre")
    interest = around.intersection(reach.envelope)
    return Ground(area.lived_on, area.homes, reach, interest, source.residential_highways)


def _find_homes(
    ground: Ground,
    zones: gpd.GeoDataFrame,
    *,
    has_floors: bool,
) -> tuple[gpd.GeoDataFrame, PeopleInfo]:
    """Homes of a neighbourhood zone by zone, and how they were found."""
    names = np.array(ground.network.street_names, dtype=object)
    parts: list[pd.DataFrame] = []
    methods: dict[str, tuple[str, ...]] = {}
    n_empty = 0
    for row, (zone_id, outline) in enumerate(
        zip(zones["zone_id"].astype(str), zones.geometry, strict=True)
    ):
        sites = ground.find_sites(outline, "buildings" if has_floors else "streets")
        is_same_unit = (sites.put_on == "buildings") == has_floors
        if not is_same_unit or sites.put_on == "middle":
            n_empty += 1
            continue
        methods[zone_id] = (f"homes_{sites.put_on}",)
        columns = {
            "zone": row,
            "zone_id": zone_id,
            "street": names[sites.street],
            "edge": sites.edge,
            "x": sites.xy[:, 0],
            "y": sites.xy[:, 1],
            HOMES: round_people(sites.weight),
        }
        parts.append(pd.DataFrame(columns))
    notes = [PeopleNote("no_homes", n=n_empty)] if n_empty else []
    info = PeopleInfo(methods=methods, notes=tuple(notes))
    if not parts:
        return gpd.GeoDataFrame(geometry=[], crs=ground.network.crs), info
    return _build_frame(pd.concat(parts, ignore_index=True), ground.network.crs), info


def _build_frame(homes: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Homes as residents are handed on, on whole centimetres."""
    xy = np.rint(100.0 * homes[["x", "y"]].to_numpy()) / 100.0
    stretch = group_stretches(
        homes["zone"].to_numpy(dtype=np.int64), homes["edge"].to_numpy(dtype=np.int64)
    )
    columns = {
        "resident_id": [f"r{i + 1}" for i in range(len(homes))],
        "zone_id": homes["zone_id"].to_numpy(dtype=object),
        "street": homes["street"].to_numpy(dtype=object),
        "stretch": stretch,
        HOMES: homes[HOMES].to_numpy(dtype=np.float64),
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.points(xy), crs=crs)
