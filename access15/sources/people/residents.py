"""Residents where they live: read from whatever source the study names, and put on the ground, zone
by zone.

Best source first: points with residents; census sections (ISTAT) or other polygons with residents;
cells of a grid; totals of the study's own zones. Totals of sections, polygons, cells and zones are
spread over residential buildings where enough of them are mapped, else along residential streets
(`access15.sources.people.spread`).

A section or polygon belongs whole to the zone that holds at least 95 % of its area, and is left out
whole where zones hold less than 5 % of it: outlines of zones are often simplified, and slivers are
no neighbourhood. In between, each of its points belongs to the zone it stands in. Who stands in no
zone is counted and told of, never silently dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import PopulationSource
from access15.core.reach.spread import group_stretches
from access15.crs import LONLAT, whole_cm
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.results.people import Around, PeopleInfo, PeopleNote
from access15.sources.people.around import settle_around
from access15.sources.people.census import refuse_unknown
from access15.sources.people.counts import Counted, sum_people
from access15.sources.people.h3_cells import read_h3_cells
from access15.sources.people.homes import place_homes
from access15.sources.people.istat import read_sections
from access15.sources.people.layer import read_counted_layer
from access15.sources.people.raster import read_raster
from access15.sources.people.spread import (
    BORDER_STREET_M,
    MAPPED_WITHIN_M,
    Ground,
    SpreadPeople,
    spread_people,
)
from access15.sources.people.zone_table import read_zone_totals
from access15.sources.streets.area import StreetArea
from access15.sources.streets.boxes import Clip

WHOLE_SHARE = 0.95
_NO_ZONE, _CUT = -1, -2


@dataclass(frozen=True, eq=False)
class Settled:
    """Residents of one neighbourhood, each where they live.

    Parameters
    ----------
    residents : GeoDataFrame
        ``resident_id, zone_id, street, stretch`` (points with the same number are drawn and listed
        as one), one column per group, point geometry on whole centimetres in the network's CRS.
    info : PeopleInfo
        How they were put there.
    around : Around, optional
        People around, who share the services; None where homes are counted.
    """

    residents: gpd.GeoDataFrame
    info: PeopleInfo
    around: Around | None


def read_population(source: PopulationSource, zones: gpd.GeoDataFrame) -> Counted | None:
    """Read people from whatever source a study names; None where it counts homes."""
    if source.counts_homes:
        return None
    if source.kind == "layer":
        return read_counted_layer(source)
    if source.kind == "istat":
        sections = read_sections(source)
        refuse_unknown(source, sections.places, zones)
        return sections
    if source.kind == "h3":
        return read_h3_cells(source)
    if source.kind == "raster":
        return read_raster(source, zones)
    totals = read_zone_totals(source, wanted=zones["zone_id"])
    places = gpd.GeoDataFrame(
        totals.loc[zones["zone_id"]].reset_index(drop=True), geometry=zones.geometry.to_numpy()
    )
    return Counted("zones", places.assign(place_id=zones["zone_id"].to_numpy()).set_crs(zones.crs))


def check_population(source: PopulationSource, zone_ids: Sequence[str]) -> None:
    """Refuse people who cannot be read, where the zones themselves could not be."""
    if source.kind == "layer":
        read_counted_layer(source)
    elif source.kind == "istat":
        read_sections(source)
    elif source.kind == "h3":
        read_h3_cells(source)
    elif source.kind == "raster":
        read_raster(source, None)
    elif not source.counts_homes:
        read_zone_totals(source, wanted=zone_ids)


def settle_people(
    source: PopulationSource,
    counted: Counted | None,
    areas: Mapping[str, gpd.GeoDataFrame],
    streets: Mapping[str, StreetArea],
    clips: Mapping[str, Clip],
    *,
    around: gpd.GeoDataFrame | None = None,
) -> dict[str, Settled]:
    """Put the people of every neighbourhood where they live, and those of the zones around."""
    if counted is None:
        homes = place_homes(source, areas, streets, clips)
        return {area_id: Settled(*found, None) for area_id, found in homes.items()}
    if counted.counted_on == "points" and source.spread != "auto":
        raise InputDataError(
            Remark("points_are_not_spread", file=str(source.file), spread=source.spread)
        )
    settled = {}
    for area_id, zones in areas.items():
        places = gpd.GeoDataFrame(counted.places).to_crs(zones.crs)
        reach = (
            gpd.GeoSeries([shapely.box(*clips[area_id].padded_box)], crs=LONLAT)
            .to_crs(zones.crs)
            .iloc[0]
        )
        settled[area_id] = _settle(
            source, replace(counted, places=places), zones, streets[area_id], reach, around=around
        )
    empty = [area_id for area_id, one in settled.items() if one.residents.empty]
    if empty:
        named = list(map(repr, empty))
        raise InputDataError(Remark("nobody_lives_there", file=str(source.file), areas=named))
    outside = _count_outside(counted, settled, list(source.groups))
    notes = []
    if counted.counted_on == "cells":
        people = counted.places["total"]
        everybody = float(people.sum()) + counted.elsewhere.get("total", 0.0)
        notes.append(PeopleNote("cells", people=everybody, n=int((people > 0).sum())))
    if outside.get("total", 0) > 0:
        notes.append(PeopleNote("outside", people=outside["total"]))
    for area_id, one in settled.items():
        info = replace(one.info, notes=(*one.info.notes, *notes, *counted.notes), outside=outside)
        settled[area_id] = replace(one, info=info)
    return settled


def _count_outside(
    counted: Counted,
    settled: Mapping[str, Settled],
    groups: list[str],
) -> dict[str, float]:
    """People of the source who were put in no zone; a zone of two neighbourhoods counts once."""
    if counted.counted_on == "zones":
        return {}
    outside = sum_people(counted.places, groups)
    seen: set[str] = set()
    for one in settled.values():
        new = one.residents[~one.residents["zone_id"].isin(seen)]
        outside = {group: left - float(new[group].sum()) for group, left in outside.items()}
        seen |= set(one.residents["zone_id"])
    return {group: left + counted.elsewhere.get(group, 0.0) for group, left in outside.items()}


def _settle(
    source: PopulationSource,
    counted: Counted,
    zones: gpd.GeoDataFrame,
    area: StreetArea,
    reach: shapely.Polygon,
    *,
    around: gpd.GeoDataFrame | None,
) -> Settled:
    """Put the people of one neighbourhood where they live."""
    groups = list(source.groups)
    zone_ids = zones["zone_id"].to_numpy(dtype=object)
    outlines = zones.geometry.to_numpy()
    # 1. Which rows of the source have to do with the zones; a zone's own row always has.
    chosen, zone_of_place = _find_zones(counted, outlines, zone_ids)
    places = counted.places.iloc[chosen]
    notes = []
    if counted.counted_on == "sections":
        notes += _list_section_notes(places)
    if counted.counted_on != "zones":  # nobody lives there, and it need not be looked where
        is_peopled = places[groups].to_numpy().any(axis=1)
        places, zone_of_place = places[is_peopled], zone_of_place[is_peopled]
    # 2. Their people become points on the ground.
    ground = _build_ground(source, area, reach, [*outlines, *places.geometry])
    if counted.counted_on == "points":
        points = _take_points(places, groups, ground)
        methods = ["points"] * len(places)
    else:
        is_zone = counted.counted_on == "zones"
        shapes = places.geometry.to_numpy()
        spread = spread_people(
            ground,
            shapes,
            places[groups],
            spread=source.spread,
            border_m=0.0 if is_zone else BORDER_STREET_M,
        )
        points = spread.points
        methods = [f"{counted.counted_on}_{on}" for on in spread.put_on]
        total = places["total"].to_numpy(dtype=np.float64)
        notes += _list_building_notes(source, ground, shapes, total, spread)
    # 3. A point belongs to its row's zone; where a border cuts the row, to the one it stands in.
    zone = zone_of_place[points["place"].to_numpy()]
    is_cut = zone == _CUT
    zone[is_cut] = _zones_of_points(points.loc[is_cut, ["x", "y"]].to_numpy(), outlines)
    # 4. Those in no zone are left out here, and counted by `_count_outside`.
    order = np.argsort(zone, kind="stable")
    order = order[zone[order] != _NO_ZONE]
    points, zone = points.iloc[order], zone[order]
    residents = _build_frame(points, zone, zone_ids, groups, area.network.crs)
    used = _list_methods(zone_ids, zone, points, methods)
    return Settled(
        residents,
        PeopleInfo(methods=used, notes=tuple(notes)),
        settle_around(source, around, zones, area, reach),
    )


def _list_section_notes(sections: gpd.GeoDataFrame) -> list[PeopleNote]:
    """What to know of sections of which the source says nothing."""
    has_row, has_town = sections["has_row"], sections["has_town"]
    notes = []
    if n_empty := int((~has_row & has_town).sum()):
        notes.append(PeopleNote("no_row", n=n_empty))
    if n_unknown := int((~has_town).sum()):
        towns = tuple(sorted(set(sections["town"][~has_town])))
        notes.append(PeopleNote("no_data", n=n_unknown, names=towns))
    return notes


def _find_zones(
    counted: Counted,
    outlines: NDArray[np.object_],
    zone_ids: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the places that have to do with the zones, and the zone of each (or `_CUT`)."""
    if counted.counted_on == "zones":
        row = {zone_id: i for i, zone_id in enumerate(counted.places["place_id"])}
        rows = np.array([row[zone_id] for zone_id in zone_ids], dtype=np.int64)
        return rows, np.arange(len(zone_ids))
    shapes = counted.places.geometry.to_numpy()
    zone, place = shapely.STRtree(shapes).query(outlines, predicate="intersects")
    if counted.counted_on == "points":
        # a point on the border belongs to the first zone
        place, first = np.unique(place, return_index=True)
        return place, zone[first]
    # 1. What share of each place lies in each zone, and in all of them together.
    common_m2 = shapely.area(shapely.intersection(outlines[zone], shapes[place]))
    share = common_m2 / shapely.area(shapes[place])
    together = np.bincount(place, share, minlength=len(shapes))
    # 2. Outlines of zones are often simplified: slivers inside and outside do not count.
    chosen = np.unique(place[together[place] >= 1.0 - WHOLE_SHARE])
    zone_of_place = np.full(len(shapes), _CUT)
    is_whole = share >= WHOLE_SHARE
    zone_of_place[place[is_whole]] = zone[is_whole]
    return chosen, zone_of_place[chosen]


def _zones_of_points(xy: NDArray[np.float64], outlines: NDArray[np.object_]) -> NDArray[np.int64]:
    """First zone each point lies in, `_NO_ZONE` where there is none."""
    found = np.full(len(xy), _NO_ZONE)
    zone, point = shapely.STRtree(shapely.points(xy)).query(outlines, predicate="intersects")
    point, first = np.unique(point, return_index=True)
    found[point] = zone[first]
    return found


def _build_ground(
    source: PopulationSource,
    area: StreetArea,
    reach: shapely.Polygon,
    shapes: list[shapely.Geometry],
) -> Ground:
    """Streets and buildings around the zones and everybody in them."""
    bounds = shapely.total_bounds(np.array(shapes, dtype=object))
    margin_m = BORDER_STREET_M + MAPPED_WITHIN_M
    interest = (
        shapely.box(*bounds).buffer(margin_m, join_style="mitre").intersection(reach.envelope)
    )
    return Ground(area.lived_on, area.homes, reach, interest, source.residential_highways)


def _take_points(
    places: gpd.GeoDataFrame,
    groups: list[str],
    ground: Ground,
) -> pd.DataFrame:
    """People who are counted on points stay where they are."""
    xy = shapely.get_coordinates(places.geometry.to_numpy())
    names = np.array(ground.network.street_names, dtype=object)
    columns = {
        "place": np.arange(len(xy)),
        "x": xy[:, 0],
        "y": xy[:, 1],
        "street": names[ground.name_streets(xy)],
        "edge": np.full(len(xy), -1),
    }
    return pd.DataFrame(columns | {group: places[group].to_numpy() for group in groups})


def _build_frame(
    points: pd.DataFrame,
    zone: NDArray[np.int64],
    zone_ids: NDArray[np.object_],
    groups: list[str],
    crs: str,
) -> gpd.GeoDataFrame:
    """Residents as a frame, numbered in the order of their zones."""
    columns = {
        "resident_id": [f"r{i + 1}" for i in range(len(points))],
        "zone_id": zone_ids[zone],
        "street": points["street"].to_numpy(),
        "stretch": group_stretches(zone, points["edge"].to_numpy(dtype=np.int64)),
        **{group: points[group].to_numpy(dtype=np.float64) for group in groups},
    }
    # streets lie on whole centimetres, and so do those who live on them: pages send them as such
    xy = whole_cm(points[["x", "y"]].to_numpy())
    return gpd.GeoDataFrame(columns, geometry=shapely.points(xy), crs=crs)


def _list_methods(
    zone_ids: NDArray[np.object_],
    zone: NDArray[np.int64],
    points: pd.DataFrame,
    methods: list[str],
) -> dict[str, tuple[str, ...]]:
    """Methods used in each zone, that of most people first."""
    used: dict[str, tuple[str, ...]] = {}
    place, total = points["place"].to_numpy(), points["total"].to_numpy()
    for i, zone_id in enumerate(zone_ids):
        people: dict[str, float] = {}
        for row in np.flatnonzero(zone == i):
            method = methods[place[row]]
            people[method] = people.get(method, 0.0) + total[row]
        used[str(zone_id)] = tuple(sorted(people, key=lambda method: -people[method]))
    return used


def _list_building_notes(
    source: PopulationSource,
    ground: Ground,
    shapes: NDArray[np.object_],
    total: NDArray[np.float64],
    spread: SpreadPeople,
) -> list[PeopleNote]:
    """What to know where people were, or should have been, put on buildings."""
    notes = []
    is_on = np.array([on == "buildings" for on in spread.put_on], dtype=np.bool_)
    if source.spread == "buildings" and not is_on.all():
        notes.append(
            PeopleNote("no_buildings", people=float(total[~is_on].sum()), n=int((~is_on).sum()))
        )
    if is_on.any() and ground.homes is not None:
        rows = np.concatenate([ground.find_homes(shape) for shape in shapes[is_on]])
        floor_m2 = ground.homes.floor_area_m2[rows]
        has_levels = ~np.isnan(ground.homes.levels[rows])
        if not has_levels.all():
            share = float(floor_m2[has_levels].sum() / floor_m2.sum())
            notes.append(PeopleNote("levels", n=len(rows), share=share))
    return notes
