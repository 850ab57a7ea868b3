"""Areas cut out of what an OpenStreetMap file holds: streets, backdrop and facilities."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.walk.ways_in import WaysIn
from access15.crs import LONLAT
from access15.errors import NetworkDataError
from access15.files import name_file
from access15.remarks import Remark, list_some
from access15.results.run import NetworkInfo, NetworkKind
from access15.sources.streets.area import (
    OSM_LICENCE,
    StreetArea,
    build_backdrop,
    build_facilities,
    build_homes,
    select_barriers,
)
from access15.sources.streets.boxes import CUT, Box, Clip, check_clip, format_box, is_box_inside
from access15.sources.streets.build import build_streets, project
from access15.sources.streets.collect import OsmData, Place
from access15.sources.streets.entrances import PlacePoints, lead_in, locate_places
from access15.sources.streets.shortcuts import add_shortcuts
from access15.sources.streets.unread import list_unread

# A header states the box exactly; the extent of the streets may end short of what was cut out.
_EXTENT_SLACK_DEG = 0.003
_SAME_PLACE_M = 40.0
_MAX_NAMED = 5


def cut_areas(
    data: OsmData,
    path: Path,
    clips: Mapping[str, Clip],
    *,
    crs: str,
    kind: NetworkKind = "osm",
) -> dict[str, StreetArea]:
    """Cut areas out of what a file holds."""
    # 1. Refuse before anything is built: areas outside the file come out as one error.
    unread = add_unread(data)
    warnings = check_clips(clips, data.box, path, is_stated=data.is_box_stated, unread=unread)
    info = NetworkInfo(
        kind=kind,
        name=name_file(path),
        date=data.date,
        licence=OSM_LICENCE,
        sha256=_hash_file(path),
    )
    # 2. Once for all areas: shapes are unpacked, and points that people walk to are found.
    shapes = {
        name: shapely.from_wkb(np.array(wkb, dtype=object)) for name, wkb in data.backdrop.items()
    }
    barriers = {
        name: shapely.from_wkb(np.array(wkb, dtype=object)) for name, wkb in data.barriers.items()
    }
    boxes = [clip.padded_box for clip in clips.values()]
    points = locate_places(data.places, data.ways, data.nodes, boxes, crs=crs)
    # 3. Ways that nobody draws because everybody walks them.
    ways = add_shortcuts(data.ways, data.nodes, data.squares, _join_boxes(boxes), crs)
    # 4. Area by area. Everything is cut by the padded box, because whoever lives at the edge walks
    #    to what lies beyond it.
    areas = {}
    for area_id, clip in clips.items():
        box = clip.padded_box
        network = build_streets(ways, data.nodes, crs=crs, box=box)
        if not network.n_edges:
            raise NetworkDataError(
                Remark(
                    "area_without_ways",
                    where=Remark("remark_area", name=path.name, area=area_id),
                    box=format_box(box),
                    extract=format_box(data.box or box),
                    unread=unread,
                )
            )
        areas[area_id] = StreetArea(
            network=network,
            backdrop=build_backdrop(crs, box, **shapes),
            barriers=select_barriers(crs, box, barriers),
            facilities=_select_facilities(data.places, points, box),
            info=replace(info, warnings=(*warnings[area_id], *_list_lost(data, path, box))),
            homes=build_homes(shapes["buildings"], data.is_home, data.levels, crs=crs, box=box),
            seats=_select_seats(data, box),
            ways_in=_select_ways_in(data, shapes["buildings"], crs, box),
        )
    return areas


def _join_boxes(boxes: list[Box]) -> shapely.Geometry:
    """Land in any of some boxes."""
    return shapely.union_all([shapely.box(*box) for box in boxes])


def add_unread(data: OsmData) -> str:
    """What of a file could not be read, as the end of a sentence."""
    told = list_unread(data.unread)
    return Remark("and_unread", told=told) if told else ""


def without_cut(warnings: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """Leave out that streets are cut at an edge; what could not be read stays."""
    return tuple(one for one in warnings if one.code != CUT)


def _list_lost(data: OsmData, path: Path, box: Box) -> tuple[Remark, ...]:
    """What of a file could not be read, and of a box not be put together, a note each."""
    told = list_unread(data.unread)
    unread = (Remark("remark_unread", name=path.name, told=told),) if told else ()
    lost = [name for name, lon, lat in data.lost if is_box_inside((lon, lat, lon, lat), box)]
    if not lost:
        return unread
    return (*unread, Remark("remark_lost", name=path.name, **list_some(lost, _MAX_NAMED)))


def _select_ways_in(
    data: OsmData,
    buildings: NDArray[np.object_],
    crs: str,
    box: Box,
) -> WaysIn | None:
    """Entrances and gates in a box, the outlines they may belong to, and where streets lead into
    grounds.
    """
    here = [one for one in data.ways_in if is_box_inside((*one[:2], *one[:2]), box)]
    # a shop drawn on its house is no grounds: its house has the entrances
    houses = set(data.backdrop["buildings"])
    drawn = [
        one
        for one in data.places
        if one.kind != "node" and not one.by_entrance and one.wkb not in houses
    ]
    grounds = shapely.from_wkb(np.array([one.wkb for one in drawn], dtype=object))
    land = shapely.box(*box)
    is_here = shapely.intersects(grounds, land)
    grounds = grounds[is_here]
    led_xy, led_into = lead_in(grounds, data.ways, data.nodes, crs=crs)
    if not (here or len(led_into)):
        return None
    lonlat = np.array([(lon, lat) for lon, lat, _ in here]).reshape(-1, 2)
    sort = np.array([sort for *_, sort in here], dtype=object)
    buildings = buildings[shapely.intersects(buildings, land)]
    return WaysIn(
        buildings=shapely.transform(buildings, lambda xy: project(xy, LONLAT, crs)),
        grounds=shapely.transform(grounds, lambda xy: project(xy, LONLAT, crs)),
        xy=project(lonlat, LONLAT, crs),
        is_main=sort == "main",
        is_gate=sort == "gate",
        kind=tuple(one.category for one, is_in in zip(drawn, is_here, strict=True) if is_in),
        led_xy=led_xy,
        led_into=led_into,
    )


def _select_seats(data: OsmData, box: Box) -> tuple[tuple[str, float, float], ...]:
    """Places to sit down in a box."""
    return tuple(
        (seat, lon, lat)
        for seat, lon, lat in data.seats
        if is_box_inside((lon, lat, lon, lat), box)
    )


def check_clips(
    clips: Mapping[str, Clip],
    box: Box | None,
    path: Path,
    *,
    is_stated: bool,
    unread: str = "",
) -> dict[str, tuple[Remark, ...]]:
    """Warnings per area; all areas that the file does not cover are told at once."""
    slack = 1e-6 if is_stated else _EXTENT_SLACK_DEG
    warnings: dict[str, tuple[Remark, ...]] = {}
    problems: list[str] = []
    for area_id, clip in clips.items():
        try:
            warnings[area_id] = check_clip(
                clip,
                box,
                where=Remark("remark_area", name=path.name, area=area_id),
                slack_deg=slack,
            )
        except NetworkDataError as error:
            told = Remark("with_unread", text=error.summary, unread=unread)
            problems.append(error.summary if box or not unread else told)
    if len(problems) == 1:
        raise NetworkDataError(problems[0])
    if problems:
        raise NetworkDataError(Remark("areas_not_in_file", path=path, n=len(problems)), problems)
    return warnings


def _select_facilities(
    places: tuple[Place, ...],
    points: PlacePoints,
    box: Box,
) -> gpd.GeoDataFrame:
    """Table of the facilities in a box, each once."""
    is_inside = shapely.intersects(shapely.box(*box), points.lonlat)
    chosen = _drop_doubles(np.flatnonzero(is_inside).tolist(), places, points)
    rows = []
    for i in chosen:
        place = places[points.place[i]]
        rows.append(_describe(place, points.suffix[i], points.precision[i]))
    return build_facilities(rows, points.lonlat[chosen])


def _describe(
    place: Place,
    suffix: str,
    precision: str,
) -> dict[str, str]:
    """A row of the table of facilities."""
    return {
        "facility_id": f"osm-{place.kind}-{place.osm_id}{suffix}",
        "name": place.tags.get("name", ""),
        "category": place.category,
        "address": _format_address(place.tags),
        "source": "OpenStreetMap",
        "osm_id": f"{place.kind}/{place.osm_id}",
        "opening_hours": place.tags.get("opening_hours", ""),
        "precision": precision,
        "status": "not_geocoded" if precision == "place" else "ok",
    }


def _drop_doubles(
    rows: list[int],
    places: tuple[Place, ...],
    points: PlacePoints,
) -> list[int]:
    """Leave out outlines of what is mapped as a point too: same category and name, at most 40 m
    away.
    """
    kept: list[int] = []
    named: dict[tuple[str, str], list[int]] = {}
    lon, lat = shapely.get_x(points.lonlat), shapely.get_y(points.lonlat)
    # The first one stays, and points come before outlines: mappers put the shop's tags on a point
    # in the house, and again on the house. Two of the same sort are two shops of a chain.
    for row in rows:
        place = places[points.place[row]]
        name = place.tags.get("name", "").casefold()
        same = named.setdefault((place.category, name), []) if name else []
        is_double = any(
            places[points.place[other]].kind != place.kind
            and _distance_m(lon, lat, row, other) <= _SAME_PLACE_M
            for other in same
        )
        if not is_double:
            kept.append(row)
            same.append(row)
    return kept


def _distance_m(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    a: int,
    b: int,
) -> float:
    """Distance of two near points on the globe [m]."""
    narrowing = np.cos(np.radians((lat[a] + lat[b]) / 2))
    dx = np.radians(lon[b] - lon[a]) * narrowing
    dy = np.radians(lat[b] - lat[a])
    return float(np.hypot(dx, dy) * 6_371_008.8)


def _format_address(tags: Mapping[str, str]) -> str:
    """Street, number and town, as far as they are mapped."""
    named = [tags.get("addr:street", ""), tags.get("addr:housenumber", "")]
    street = " ".join(filter(None, named))
    return ", ".join(filter(None, [street, tags.get("addr:city", "")]))


def _hash_file(path: Path) -> str:
    """Fingerprint of a file, by which results say what they were computed from."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
