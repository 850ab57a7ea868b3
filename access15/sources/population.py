"""Residents of zones, spread along the residential streets inside each zone."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import PopulationSource
from access15.core.network import WalkNetwork
from access15.core.spread import spread_total, street_points
from access15.errors import InputDataError
from access15.sources.facility_tables import read_table

# Where a zone has no residential street, people are put along its other streets, never along these.
_NOT_HOMES = ("steps", "footway", "path", "cycleway", "track", "service", "platform", "bridleway", "corridor")

_MAX_DIGITS = 9  # no zone has a billion people

METHOD = "zone totals spread evenly along residential streets"


def read_population(source: PopulationSource, *, wanted: Iterable[str]) -> pd.DataFrame:
    """Read how many people live in each zone.

    Parameters
    ----------
    source : PopulationSource
        File, columns and year.
    wanted : iterable of str
        Zone identifiers.

    Returns
    -------
    DataFrame
        Indexed by ``zone_id`` in the order wanted; one float column per group.

    Raises
    ------
    InputDataError
        If the file cannot be read, a column or a zone is missing, or a number is not a count.
    """
    table = read_table(source.file)
    needed = [source.zone_column, *([source.year_column] if source.year_column else []), *source.groups.values()]
    if missing := [repr(column) for column in dict.fromkeys(needed) if column not in table.headers]:
        raise InputDataError(
            f"{source.file}: there is no column {', '.join(missing)}; the columns are {', '.join(table.headers)}"
        )
    lines = [row.cells for row in table.rows]
    if source.year_column:
        lines = [line for line in lines if line[source.year_column] == str(source.year)]
    rows: dict[str, dict[str, float]] = {}
    problems = [fault.sentence for fault in table.faults]
    for zone_id in dict.fromkeys(wanted):
        hits = [line for line in lines if line[source.zone_column] == zone_id]
        if len(hits) != 1:
            year = f" for {source.year}" if source.year else ""
            problems.append(f"zone {zone_id!r} stands {len(hits)} times{year}, it must be once")
            continue
        rows[zone_id], faults = _people(zone_id, hits[0], source.groups)
        problems += faults
    if problems:
        raise InputDataError(f"{source.file}: residents cannot be used", problems)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("zone_id")


def _people(zone_id: str, line: dict[str, str], groups: dict[str, str]) -> tuple[dict[str, float], list[str]]:
    """People of a zone by group, and what is wrong with them."""
    people, problems = {}, []
    for group, column in groups.items():
        text = line[column]
        if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS:
            people[group] = float(text)
        else:
            problems.append(f"zone {zone_id!r}: {column} is {text!r}, it must be a whole number of people")
    total = people.get("total", np.inf)
    problems += [
        f"zone {zone_id!r}: {group} is {count:.0f}, more than all residents ({total:.0f})"
        for group, count in people.items()
        if count > total
    ]
    return people, problems


def spread_residents(
    network: WalkNetwork, zones: gpd.GeoDataFrame, population: pd.DataFrame, *, highways: tuple[str, ...]
) -> gpd.GeoDataFrame:
    """Spread each zone's people along its residential streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    zones : GeoDataFrame
        ``zone_id, geometry`` in the network's CRS.
    population : DataFrame
        People per zone and group, from `read_population`.
    highways : tuple of str
        OpenStreetMap highway classes people live on.

    Returns
    -------
    GeoDataFrame
        ``resident_id, zone_id, street``, one column per group, point geometry in the network's
        CRS. Every zone's totals are preserved exactly.
    """
    parts = [
        _spread_zone(network, zone_id, outline, population.loc[zone_id], highways)
        for zone_id, outline in zip(zones["zone_id"], zones.geometry, strict=True)
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "resident_id", [f"r{i + 1}" for i in range(len(frame))])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=network.crs)


def _spread_zone(
    network: WalkNetwork, zone_id: str, outline: shapely.Geometry, people: pd.Series, highways: tuple[str, ...]
) -> pd.DataFrame:
    edge, xy, stretch_m = street_points(network, _has_class(network, highways), outline)
    if not len(edge):
        edge, xy, stretch_m = street_points(network, ~_has_class(network, _NOT_HOMES), outline)
    streets = [network.street_names[i] for i in network.street[edge]]
    if not len(edge):  # nobody is dropped: without any street the zone's people stand at one point
        middle = outline.representative_point()
        xy, stretch_m, streets = np.array([[middle.x, middle.y]]), np.ones(1), [""]
    columns = {group: spread_total(float(total), stretch_m) for group, total in people.items()}
    geometry = shapely.points(xy)
    return pd.DataFrame({"zone_id": zone_id, "street": streets, **columns, "geometry": geometry})


def _has_class(network: WalkNetwork, highways: tuple[str, ...]) -> NDArray[np.bool_]:
    codes = [i for i, name in enumerate(network.highway_names) if name in highways]
    return np.isin(network.highway, codes)
