"""Streets for a study: which boxes it needs, and the best source at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import platformdirs
import shapely

from access15.config import Category, Study, WalkProfile, choose, load_categories, load_profiles
from access15.core.streets.network import WalkNetwork
from access15.crs import LONLAT, check_projected, check_scale, to_box, utm_crs
from access15.errors import ConfigError, NetworkDataError
from access15.results.run import Backdrop, NetworkInfo
from access15.sources.streets.area import FACILITY_COLUMNS, Clip, OsmArea, check_clip
from access15.sources.streets.cut import areas_from_data
from access15.sources.streets.graph import network_from_graph
from access15.sources.streets.overpass import check_overpass_url, fetch_osm, read_fetched
from access15.sources.streets.read import read_osm_data
from access15.sources.streets.sketch import read_sketch
from access15.sources.streets.widen import Need, widen_streets
from access15.sources.zones import read_zones

if TYPE_CHECKING:
    import networkx as nx

STATIONS = "bike_station"
STATION_STREETS = "bike stations"  # no area can have this id
_STATIONS_PAD_M = 600.0
_EXTRA_PAD_M = 100.0
_LEAST_PAD_M = 1500.0  # beyond the longest walk of most runs: whoever is asked for walks the same streets
_GRAPH_SLACK_DEG = 0.003  # a graph says where its streets are, not what was cut out


def make_clips(study: Study, zones: gpd.GeoDataFrame, profiles: Mapping[str, WalkProfile], crs: str) -> dict[str, Clip]:
    """Boxes of streets each neighbourhood needs: its zones, and at least as far beyond as anybody walks.

    Parameters
    ----------
    study : Study
        The study.
    zones : GeoDataFrame
        ``zone_id, geometry``.
    profiles : mapping of str to WalkProfile
        The walkers.
    crs : str
        Projected CRS of the study.

    Returns
    -------
    dict of str to Clip
        By area id, in degrees.
    """
    fastest_ms = max(profile.pace_ms for profile in profiles.values())
    longest_m = study.cutoffs_s[-1] * fastest_ms + study.max_snap_m + _EXTRA_PAD_M
    padding_m = max(longest_m, study.padding_m or 0.0, _LEAST_PAD_M)
    return {area.id: _clip(zones[zones["zone_id"].isin(area.zones)], crs, padding_m) for area in study.areas}


def make_needs(
    study: Study, zones: gpd.GeoDataFrame, official: gpd.GeoDataFrame, profiles: Mapping[str, WalkProfile], crs: str
) -> dict[str, Need]:
    """Say about which streets it must be sure whether they hang together.

    Parameters
    ----------
    study : Study
        The study.
    zones : GeoDataFrame
        ``zone_id, geometry``.
    official : GeoDataFrame
        Facilities, in degrees.
    profiles : mapping of str to WalkProfile
        The walkers.
    crs : str
        Projected CRS of the study.

    Returns
    -------
    dict of str to Need
        By area id.
    """
    placed = official[official["status"] == "ok"]
    reach_m = study.cutoffs_s[-1] * max(profile.pace_ms for profile in profiles.values())
    return {
        area.id: Need(
            land=zones[zones["zone_id"].isin(area.zones)].to_crs(crs).union_all(),
            facilities=placed,
            reach_m=reach_m,
            max_snap_m=study.max_snap_m,
            profiles=tuple(profiles.values()),
        )
        for area in study.areas
    }


def read_streets(
    study: Study,
    clips: Mapping[str, Clip],
    categories: Mapping[str, Category],
    crs: str,
    *,
    needs: Mapping[str, Need],
    osm: Path | None,
    graph: nx.Graph | Path | None,
    offline: bool,
    today: date,
    progress: Callable[[str], None],
) -> dict[str, OsmArea]:
    """Streets of every neighbourhood from the best source at hand.

    In this order: a graph handed over, an extract given, streets fetched before, the study's
    sketch, and, unless offline, a fetch.

    Parameters
    ----------
    study : Study
        The study.
    clips : mapping of str to Clip
        Boxes by area id.
    categories : mapping of str to Category
        What to look for in the extract.
    crs : str
        Projected CRS of the study.
    needs : mapping of str to Need
        What must be sure about the streets of each area; more are read where it is not.
    osm : Path, optional
        An extract given.
    graph : networkx graph or Path, optional
        A graph or GraphML file handed over.
    offline : bool
        Never fetch.
    today : date
        For the age of fetched streets.
    progress : callable
        Called with the name of a long stage as it starts.

    Returns
    -------
    dict of str to OsmArea
        By area id, and `STATION_STREETS` where asked for and covered.

    Raises
    ------
    NetworkDataError
        If the streets cannot be used.
    ConfigError
        If there are none and the run is offline.
    ServiceError
        If they had to be fetched and could not be.
    """
    kinds = list(categories.values())
    needed = {area.id: clips[area.id] for area in study.areas}
    if graph is not None:
        return _areas_of_graph(*network_from_graph(graph, crs=crs), clips)
    if osm is not None:
        return _read_extract(osm, clips, needs, kinds, crs)
    cache = cache_dir(study)
    fetched = read_fetched(needed, cache_dir=cache, crs=crs, categories=kinds, today=today)
    if fetched is not None:
        return widen_streets(fetched, needed, needs)
    if study.sketch is not None:
        return {area: read_sketch(study.sketch, clip, crs=crs) for area, clip in needed.items()}
    if offline:
        raise ConfigError(
            f"study {study.id!r} has no streets: it names no sketch and none were fetched; "
            "give an extract with --osm, or run without --offline"
        )
    progress("fetching streets from OpenStreetMap")
    fetch_osm(needed, cache_dir=cache, today=today)
    progress("reading them")
    again = read_fetched(needed, cache_dir=cache, crs=crs, categories=kinds, today=today)
    if again is None:
        raise ConfigError(f"study {study.id!r}: the streets just fetched are not in {cache}")
    return widen_streets(again, needed, needs)


def _read_extract(
    path: Path, clips: Mapping[str, Clip], needs: Mapping[str, Need], kinds: list[Category], crs: str
) -> dict[str, OsmArea]:
    """Areas of an extract; stations may lie outside it."""
    data = read_osm_data(path, kinds)
    try:
        areas = areas_from_data(data, path, clips, crs=crs)
    except NetworkDataError:
        if STATION_STREETS not in clips:
            raise
        needed = {key: clip for key, clip in clips.items() if key != STATION_STREETS}
        areas = areas_from_data(data, path, needed, crs=crs)
    read = lambda key, clip: areas_from_data(data, path, {key: clip}, crs=crs)[key]  # noqa: E731
    return widen_streets(areas, clips, needs, limits=data.box, read=read)


def cache_dir(study: Study) -> Path:
    """Folder where a study's fetched streets are kept.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    Path
        In the user's cache folder.
    """
    return Path(platformdirs.user_cache_dir("access15")) / "streets" / study.id


def study_crs(study: Study, zones: gpd.GeoDataFrame) -> str:
    """Projected CRS a study is computed in.

    Parameters
    ----------
    study : Study
        Which may state one.
    zones : GeoDataFrame
        Its zones, in degrees.

    Returns
    -------
    str
        The stated one, else the UTM zone of the middle.

    Raises
    ------
    CrsError
        If the stated one does not measure metres, or not there.
    """
    if study.crs is not None:
        check_scale(check_projected(study.crs), zones.to_crs(study.crs).total_bounds)
        return study.crs
    west, south, east, north = zones.total_bounds
    return utm_crs((west + east) / 2, (south + north) / 2)


def _clip(places: gpd.GeoDataFrame, crs: str, padding_m: float) -> Clip:
    west, south, east, north = places.to_crs(crs).total_bounds
    padded = shapely.box(west - padding_m, south - padding_m, east + padding_m, north + padding_m)
    return Clip(
        core_box=to_box(places.total_bounds),
        padded_box=to_box(gpd.GeoSeries([padded], crs=crs).to_crs(LONLAT).total_bounds),
    )


def with_stations(clips: Mapping[str, Clip], official: gpd.GeoDataFrame, crs: str) -> dict[str, Clip]:
    """Add a box around the bike stations, for their spacing.

    Parameters
    ----------
    clips : mapping of str to Clip
        Boxes of the areas.
    official : GeoDataFrame
        Facilities, in degrees.
    crs : str
        Projected CRS.

    Returns
    -------
    dict of str to Clip
        With one more box where there are two stations or more.
    """
    stations = official[(official["category"] == STATIONS) & (official["status"] == "ok")]
    if len(stations) < 2:
        return dict(clips)
    return {**clips, STATION_STREETS: _clip(stations, crs, _STATIONS_PAD_M)}


def _areas_of_graph(network: WalkNetwork, info: NetworkInfo, clips: Mapping[str, Clip]) -> dict[str, OsmArea]:
    """The same graph for every box that it covers; it must cover every neighbourhood."""
    nodes = gpd.GeoSeries(gpd.points_from_xy(*network.node_xy.T), crs=network.crs).to_crs(LONLAT)
    extent = to_box(nodes.total_bounds) if len(nodes) else None
    areas, problems = {}, []
    for key, clip in clips.items():
        try:
            warnings = check_clip(clip, extent, where=f"{info.name}, area {key!r}", slack_deg=_GRAPH_SLACK_DEG)
        except NetworkDataError as error:
            if key != STATION_STREETS:
                problems.append(error.summary)
            continue
        areas[key] = _without_extras(network, replace(info, warnings=(*info.warnings, *warnings)))
    if problems:
        if len(problems) == 1:
            raise NetworkDataError(problems[0])
        raise NetworkDataError(f"{info.name}: the graph does not cover {len(problems)} areas", problems)
    return areas


def _without_extras(network: WalkNetwork, info: NetworkInfo) -> OsmArea:
    nothing = gpd.GeoSeries([], crs=network.crs)
    facilities = gpd.GeoDataFrame({name: [] for name in FACILITY_COLUMNS}, geometry=[], crs=LONLAT)
    return OsmArea(network, Backdrop(nothing, nothing, nothing, nothing), facilities, info)


def fetch_streets(study: Study, *, today: date, progress: Callable[[str], None], service: str = "") -> list[str]:
    """Fetch a study's streets into the cache, where later runs find them.

    Parameters
    ----------
    study : Study
        The study.
    today : date
        Date to keep them under.
    progress : callable
        Called with the name of each stage as it starts.
    service : str
        Address of another Overpass service; empty for the public one.

    Returns
    -------
    list of str
        What was fetched, a line each.

    Raises
    ------
    ConfigError
        If the service is no http or https address.
    ServiceError
        If the service is gone or refuses; what was there before is kept.
    """
    ask = partial(fetch_osm, overpass_url=check_overpass_url(service)) if service else fetch_osm
    profiles = choose(load_profiles(), study.profiles, "profile")
    categories = choose(load_categories(), study.categories, "category")
    zones = read_zones(study.zones, wanted=[zone for area in study.areas for zone in area.zones])
    crs = study_crs(study, zones)
    clips = make_clips(study, zones, profiles, crs)
    cache = cache_dir(study)
    progress("fetching streets from OpenStreetMap")
    ask(clips, cache_dir=cache, today=today)
    progress("reading them")
    fetched = read_fetched(clips, cache_dir=cache, crs=crs, categories=list(categories.values()), today=today)
    lines = [f"{key}: {area.network.n_edges} streets, {area.info.name}" for key, area in (fetched or {}).items()]
    return [*lines, f"kept in {cache}; used by access15 run until fetched again"]
