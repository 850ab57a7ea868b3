"""Official facilities and those of OpenStreetMap in one table, each place once."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rapidfuzz import fuzz, utils

from access15.errors import CrsError
from access15.remarks import Remark

SIMILAR_NAMES = 80.0  # least likeness [%] of two names that mean the same place
# Words that say what a place is, not which one it is, in official lists and in OpenStreetMap.
_GENERIC_TEXT = """
    biblioteca library comunale rionale farmacia pharmacy supermercato
    bikemi stazione metro fermata m1 m2 m3 m4 m5
    ufficio postale poste italiane post office fontanella vedovella fontana
    via viale piazza piazzale corso largo di del della dei delle e il la
"""
_GENERIC = frozenset(_GENERIC_TEXT.split())


def merge_osm_facilities(
    official: gpd.GeoDataFrame,
    osm: gpd.GeoDataFrame,
    *,
    crs: str,
    within_m: float = 40.0,
    origin: str = "osm",
    precision: str = "openstreetmap",
) -> gpd.GeoDataFrame:
    """Add facilities of OpenStreetMap to the official ones, each place once.

    An OpenStreetMap facility is the same place as an official one with a usable point (status
    ``ok``) when both have the same category, lie within `within_m` (inclusive) and have similar
    names, or OpenStreetMap names it after the street of the official address, or one of them has no
    name of its own ("Poste Italiane" says what, not which). The official one stays and lists the
    OpenStreetMap id; the nearest where several qualify. Official facilities without a usable point
    take nothing in: the OpenStreetMap point is the only good one. An official facility whose
    opening hours are not known takes those of one that it takes in.

    Returns EPSG:4326; the official rows in their order, ``merged_osm`` filled with ids joined by
    ``;``, then the other OpenStreetMap rows with ``origin`` ``osm``, and ``precision``
    ``openstreetmap`` and ``status`` ``ok`` where `osm` does not say otherwise. Ids are unique: an
    OpenStreetMap id that is taken gets ``-osm`` added.
    """
    if official.crs is None or osm.crs is None:
        raise CrsError(Remark("facilities_without_crs"))
    # 1. What both know stays once, with what OpenStreetMap adds to it.
    twin = _find_twins(official.to_crs(crs), osm.to_crs(crs), within_m)
    result = official.to_crs("EPSG:4326").reset_index(drop=True)
    result["merged_osm"] = _list_merged(result, osm, twin)
    if "opening_hours" in osm:
        result["opening_hours"] = _take_hours(result, osm, twin)
    # 2. What only OpenStreetMap knows comes behind, under ids that are free.
    added = osm.to_crs("EPSG:4326")[twin < 0].reset_index(drop=True)
    if added.empty:
        return result
    added["facility_id"] = _free_ids(
        list(added["facility_id"].astype(str)), set(result["facility_id"])
    )
    stated = {"precision": precision, "status": "ok"}  # where the source does not say it of each
    filled = {column: added.get(column, value) for column, value in stated.items()}
    added = added.assign(origin=origin, merged_osm="", **filled)
    # 3. Either side gets the columns of the other, with what stands for unknown.
    for column in result.columns.difference(added.columns):
        added[column] = _nothing(result[column])
    extra = [column for column in added.columns if column not in result.columns]
    for column in extra:
        result[column] = _nothing(added[column])
    order = [*(column for column in result.columns if column != "geometry"), "geometry"]
    merged = pd.concat([result[order], added[order]], ignore_index=True)
    return gpd.GeoDataFrame(merged, geometry="geometry", crs="EPSG:4326")


def are_similar_names(one: str, other: str) -> bool:
    """Whether two names may mean the same place of one category."""
    first, second = _own_words(one), _own_words(other)
    return not first or not second or fuzz.token_set_ratio(first, second) >= SIMILAR_NAMES


def _may_be_same(
    osm_name: str,
    name: str,
    address: str,
) -> bool:
    """Whether the names are similar, or OpenStreetMap's is the street of the address, as many
    libraries' are.
    """
    return are_similar_names(osm_name, name) or (
        bool(_own_words(address)) and are_similar_names(osm_name, address)
    )


def _own_words(name: str) -> str:
    """Words of a name that say which place it is, not what."""
    return " ".join(word for word in utils.default_process(name).split() if word not in _GENERIC)


def _find_twins(
    official: gpd.GeoDataFrame,
    osm: gpd.GeoDataFrame,
    within_m: float,
) -> NDArray[np.int64]:
    """Position of the official row that each OpenStreetMap row repeats, or -1; both in metres."""
    twin = np.full(len(osm), -1, dtype=np.int64)
    # 1. Pairs near each other, of which both points are certain.
    usable = np.flatnonzero((official["status"] == "ok") & official.geometry.notna())
    if not len(usable) or osm.empty:
        return twin
    points = official.geometry.to_numpy()[usable]
    near_osm, near = shapely.STRtree(points).query(
        osm.geometry.to_numpy(), predicate="dwithin", distance=within_m
    )
    if "status" in osm:  # a point that is not certain says nothing of what lies near it
        is_certain = osm["status"].to_numpy()[near_osm] == "ok"
        near_osm, near = near_osm[is_certain], near[is_certain]
    distance_m = shapely.distance(osm.geometry.to_numpy()[near_osm], points[near])
    # 2. Of these, places of one category and with names that may mean the same: the nearest first,
    #    and the first official row where two are as near.
    known = official.iloc[usable]
    addresses = known["address"] if "address" in known else pd.Series("", index=known.index)
    for pair in np.lexsort((near, distance_m)):
        i, j = near_osm[pair], near[pair]
        if twin[i] >= 0 or osm["category"].iat[i] != known["category"].iat[j]:
            continue
        osm_name = str(osm["name"].iat[i] or "")
        if _may_be_same(osm_name, str(known["name"].iat[j]), str(addresses.iat[j])):
            twin[i] = usable[j]
    return twin


def _list_merged(
    official: gpd.GeoDataFrame,
    osm: gpd.GeoDataFrame,
    twin: NDArray[np.int64],
) -> list[str]:
    """Ids of the OpenStreetMap rows that each official row takes in."""
    merged: list[list[str]] = [[] for _ in range(len(official))]
    if "merged_osm" in official:
        merged = [[text] if text else [] for text in official["merged_osm"]]
    for position in np.flatnonzero(twin >= 0):
        merged[twin[position]].append(str(osm["facility_id"].iat[position]))
    return [";".join(ids) for ids in merged]


def _nothing(column: pd.Series) -> float | str:
    """What stands for unknown in a column like this."""
    return math.nan if pd.api.types.is_float_dtype(column) else ""


def _take_hours(
    official: gpd.GeoDataFrame,
    osm: gpd.GeoDataFrame,
    twin: NDArray[np.int64],
) -> list[str]:
    """Opening hours of the official rows, those of a twin where none are known."""
    hours = list(official["opening_hours"]) if "opening_hours" in official else [""] * len(official)
    for position in np.flatnonzero(twin >= 0):
        hours[twin[position]] = hours[twin[position]] or str(
            osm["opening_hours"].iat[position] or ""
        )
    return hours


def _free_ids(wanted: list[str], taken: set[str]) -> list[str]:
    """Ids that are not taken yet, with "-osm" added where one is."""
    ids = []
    for text in wanted:
        free = text
        while free in taken:
            free += "-osm"
        taken.add(free)
        ids.append(free)
    return ids
