"""Facilities and seats of a study: what its files, the streets' source and the feed say of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.area.walkers import HUB
from access15.config import Category, Study
from access15.config.moments import Moment
from access15.core.walk.choice import NO_ENTRANCES, DoorHints, HomeEntrances
from access15.core.walk.ways_in import NO_WAY_IN, find_ways_in
from access15.crs import LONLAT, lonlat_xy, points_xy, whole_cm
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.sources.geocode.streets import find_named_streets
from access15.sources.opening_hours import holiday_country, list_open_states, pick_time
from access15.sources.places.added import Places
from access15.sources.places.doors import list_given_doors
from access15.sources.places.merge import merge_osm_facilities
from access15.sources.places.seats import join_seats, read_seats, seats_from_osm
from access15.sources.streets.area import StreetArea
from access15.sources.streets.at_hand import STATION_STREETS

_IN_BUILDING_M = 0.01


def check_hubs(study: Study, places: Places, *, must_be_located: bool = True) -> None:
    """Refuse hubs that are not among the facilities, have no point, or bear a category's name."""
    facilities, aside = places.frame, places.info.set_aside
    status = dict(zip(facilities["facility_id"], facilities["status"], strict=True))
    gone = {} if aside is None else dict(zip(aside["facility_id"], aside["category"], strict=True))
    problems = []
    for area in study.areas:
        for hub in (one for one in area.hubs if one not in status):
            if hub in gone:
                told = Remark("hub_replaced", area=area.id, hub=hub, kind=gone[hub])
            else:
                told = Remark("hub_missing", area=area.id, hub=hub)
            problems.append(told)
    problems += [
        Remark("hub_without_point", area=area.id, hub=hub)
        for area in study.areas
        for hub in area.hubs
        if must_be_located and status.get(hub) == "not_geocoded"
    ]
    taken = {HUB, *study.categories}  # what coverage is told of
    problems += [
        Remark("hub_like_category", area=area.id, hub=hub)
        for area in study.areas
        for hub in area.hubs
        if hub in taken
    ]
    if problems:
        told = Remark("hubs_unfit", study=study.id, tables=name_tables(study))
        raise ConfigError(told, problems)


def name_tables(study: Study) -> str:
    """Names of the tables of places of a study."""
    return ", ".join(path.name for path in study.facilities.tables)


def join_facilities(
    official: gpd.GeoDataFrame,
    streets: Mapping[str, StreetArea],
    categories: Mapping[str, Category],
    crs: str,
    *,
    unlisted: Collection[str] = (),
) -> gpd.GeoDataFrame:
    """Official facilities with those of the extract, each once.

    Of `unlisted` kinds the study had a table, which was taken away: what the extract alone knows
    of them is not what there is, so that they stay unknown.
    """
    mapped = [
        area.facilities
        for key, area in streets.items()
        if key != STATION_STREETS and len(area.facilities)
    ]
    joined = official
    if mapped:
        osm = pd.concat(mapped, ignore_index=True).drop_duplicates("facility_id", ignore_index=True)
        wanted = [key for key in categories if key not in unlisted]
        osm = osm[osm["category"].isin(wanted)].reset_index(drop=True)
        joined = merge_osm_facilities(
            official, gpd.GeoDataFrame(osm, geometry="geometry", crs=LONLAT), crs=crs
        )
    placed = joined.to_crs(crs).reset_index(drop=True)
    # streets lie on whole centimetres, and so do places: a proposal's are sent as such
    placed.geometry = shapely.transform(placed.geometry.to_numpy(), whole_cm)
    return placed


def read_seat_layers(study: Study) -> gpd.GeoDataFrame | None:
    """Seats of a study's own layers.

    Returns from `access15.sources.places.seats.read_seats`; None where the study names none.
    """
    return None if study.seats is None else read_seats(study.seats.files)


def join_area_seats(
    area: StreetArea,
    layers: gpd.GeoDataFrame | None,
    crs: str,
) -> gpd.GeoDataFrame | None:
    """Seats of an area's extract with those of the study's layers.

    Returns from `access15.sources.places.seats.join_seats`; None where neither knows a seat.
    """
    if layers is None and not area.seats:
        return None
    mapped = seats_from_osm(area.seats, area.info.name)
    return join_seats([mapped] if layers is None else [mapped, layers], crs=crs)


def mark_open(
    facilities: gpd.GeoDataFrame,
    study: Study,
    categories: Mapping[str, Category],
    moment: Moment | None,
    today: date,
) -> datetime | None:
    """Write into ``open_at`` what is open at a moment; the local time that was taken for it."""
    if moment is None:
        return None
    country = holiday_country(study.countries)
    at = pick_time(moment, today, country=country)
    facilities["open_at"] = list_open_states(
        facilities, categories, at, country=country, is_named_day=moment.day is not None
    )
    return at


def gather_door_hints(
    facilities: gpd.GeoDataFrame,
    area: StreetArea,
    categories: Mapping[str, Category],
) -> DoorHints:
    """Gather what is known of facilities' doors in one neighbourhood, in metres."""
    network = area.network
    owner, lonlat = list_given_doors(facilities)
    entered = NO_WAY_IN
    if area.ways_in is not None:
        xy = points_xy(facilities, network.crs)
        outdoors = [key for key, category in categories.items() if not category.in_building]
        is_here = (facilities["status"] != "not_geocoded").to_numpy()
        is_here = is_here & ~facilities["category"].isin(outdoors).to_numpy()
        kind = facilities["category"].to_numpy(dtype=object)
        entered = find_ways_in(area.ways_in, np.where(is_here[:, None], xy, np.nan), kind=kind)
    addresses = facilities["address"].fillna("").astype(str).tolist()
    address_owner, address_street = find_named_streets(addresses, network.street_names)
    return DoorHints(
        given_owner=owner,
        given_xy=whole_cm(lonlat_xy(lonlat, network.crs)),
        entrance_owner=entered.owner,
        entrance_xy=entered.xy,
        is_used=entered.is_used,
        address_owner=address_owner,
        address_street=address_street,
    )


def find_home_entrances(residents: gpd.GeoDataFrame, area: StreetArea) -> HomeEntrances:
    """Find the mapped entrance of each home's building: the main one, else the nearest."""
    if area.ways_in is None:
        return NO_ENTRANCES
    xy = points_xy(residents, area.network.crs)
    # homes along a street are in no building
    entered = find_ways_in(area.ways_in, xy, beside_m=_IN_BUILDING_M)
    away_m = np.hypot(*(entered.xy - xy[entered.owner]).T)
    order = np.lexsort((away_m, ~entered.is_used, entered.owner))
    owner, first = np.unique(entered.owner[order], return_index=True)
    return HomeEntrances(owner, entered.xy[order[first]])
