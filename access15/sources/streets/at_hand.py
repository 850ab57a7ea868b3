"""Streets for a study: which boxes it needs, and the best source at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

import geopandas as gpd
import shapely

from access15.config import Category, Options, Study, WalkProfile, choose
from access15.core.streets.network import WalkNetwork
from access15.crs import LONLAT, check_projected, check_scale, to_box, utm_crs
from access15.errors import ConfigError, NetworkDataError
from access15.files.store import Store
from access15.remarks import Remark
from access15.results.run import Backdrop, NetworkInfo
from access15.sources.streets.access import choose_time
from access15.sources.streets.area import FACILITY_COLUMNS, StreetArea
from access15.sources.streets.boxes import Box, Clip, check_clip
from access15.sources.streets.extract import Extract
from access15.sources.streets.fetched import fetch_osm, read_fetched
from access15.sources.streets.heights import check_overlap, lift_streets, read_heights
from access15.sources.streets.overpass import check_overpass_url
from access15.sources.streets.read import read_extract_box
from access15.sources.streets.sketch import check_sketch, read_sketch
from access15.sources.streets.widen import Need, widen_streets
from access15.sources.zones import read_zones

STATIONS = "bike_station"
STATION_STREETS = "bike stations"  # no area can have this id
_STATIONS_PAD_M = 600.0
_EXTRA_PAD_M = 100.0
# beyond the longest walk of most runs: whoever is asked for walks the same streets
_LEAST_PAD_M = 1500.0
_Lift = Callable[[StreetArea], StreetArea]
_GRAPH_SLACK_DEG = 0.003  # a graph says where its streets are, not what was cut out


def find_covered_box(
    categories: Mapping[str, Category],
    options: Options,
    crs: str,
) -> Box | None:
    """Box that the streets at hand cover, None where nobody says it: a sketch, streets fetched."""
    at = choose_time(options.at)
    if options.graph is not None:
        from access15.sources.streets.graph import read_graph  # noqa: PLC0415 - loads networkx

        return find_extent(read_graph(options.graph, crs=crs, at=at)[0])
    if options.osm is None:
        return None
    store = None if options.readings is None else Store(options.readings)
    return Extract(options.osm, list(categories.values()), at, store=store).box


def build_clips(
    study: Study,
    zones: gpd.GeoDataFrame,
    profiles: Mapping[str, WalkProfile],
    crs: str,
) -> dict[str, Clip]:
    """Boxes of streets each neighbourhood needs: its zones, and at least as far beyond as anybody
    walks.
    """
    fastest_ms = max(profile.pace_ms for profile in profiles.values())
    longest_m = study.cutoffs_s[-1] * fastest_ms + study.max_snap_m + _EXTRA_PAD_M
    padding_m = max(longest_m, study.padding_m or 0.0, _LEAST_PAD_M)
    return {
        area.id: _clip(zones[zones["zone_id"].isin(area.zones)], crs, padding_m)
        for area in study.areas
    }


def build_needs(
    study: Study,
    zones: gpd.GeoDataFrame,
    official: gpd.GeoDataFrame,
    profiles: Mapping[str, WalkProfile],
    crs: str,
) -> dict[str, Need]:
    """Say about which streets it must be sure whether they hang together."""
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
    options: Options,
    today: date,
    progress: Callable[[str], None],
) -> dict[str, StreetArea]:
    """Streets of every neighbourhood from the best source at hand.

    In this order: a graph handed over, an extract given, streets fetched before, the study's
    sketch, and, unless offline, a fetch. Where heights of the ground are given, they have its
    slopes.
    """
    heights = read_heights(study.heights)
    found = _read_best(
        study,
        clips,
        categories,
        crs,
        needs=needs,
        options=options,
        today=today,
        progress=progress,
        lift=lambda area: lift_streets(area, heights),
    )
    check_overlap(heights, list(found.values()))
    return found


def _read_best(
    study: Study,
    clips: Mapping[str, Clip],
    categories: Mapping[str, Category],
    crs: str,
    *,
    needs: Mapping[str, Need],
    options: Options,
    today: date,
    progress: Callable[[str], None],
    lift: _Lift,
) -> dict[str, StreetArea]:
    """Streets of every neighbourhood from the best source at hand, each given its slopes."""
    kinds = list(categories.values())
    needed = {area.id: clips[area.id] for area in study.areas}
    at = choose_time(options.at)
    # 1. What somebody hands over for this run comes before what is kept.
    if options.graph is not None:
        from access15.sources.streets.graph import read_graph  # noqa: PLC0415 - loads networkx

        areas = cut_graph(*read_graph(options.graph, crs=crs, at=at), clips)
        return _lift_all(areas, lift)
    if options.osm is not None:
        store = None if options.readings is None else Store(options.readings)
        extract = Extract(options.osm, kinds, at, store=store)
        return _cut_extract(extract, clips, needs, crs, lift)
    # 2. Real streets come before a sketch of them.
    cache = options.cache.streets(study.id)
    fetched = read_fetched(
        needed,
        cache_dir=cache,
        crs=crs,
        categories=kinds,
        today=today,
        at=at,
    )
    if fetched is not None:
        return widen_streets(_lift_all(fetched, lift), needed, needs)
    if study.sketch is not None:
        sketch = study.sketch
        return {area: lift(read_sketch(sketch, clip, crs=crs)) for area, clip in needed.items()}
    # 3. Nothing at hand: a service is only asked by who may use the internet.
    if options.offline:
        raise ConfigError(Remark("study_without_streets", study=study.id))
    progress("fetching streets from OpenStreetMap")
    fetch_osm(
        needed,
        cache_dir=cache,
        today=today,
        categories=options.categories.values(),
    )
    progress("reading them")
    again = read_fetched(
        needed,
        cache_dir=cache,
        crs=crs,
        categories=kinds,
        today=today,
        at=at,
    )
    if again is None:
        raise ConfigError(Remark("fetched_streets_gone", study=study.id, folder=cache))
    return widen_streets(_lift_all(again, lift), needed, needs)


def _lift_all(areas: Mapping[str, StreetArea], lift: _Lift) -> dict[str, StreetArea]:
    """Areas with the slopes of the ground."""
    return {key: lift(area) for key, area in areas.items()}


def check_streets(study: Study, options: Options) -> None:
    """Refuse streets that are not there or, of a sketch, cannot be used; reads no extract."""
    if options.graph is not None:
        return
    if options.osm is not None:
        read_extract_box(options.osm)
    elif study.sketch is not None and not options.cache.streets(study.id).is_dir():
        check_sketch(study.sketch)


def _cut_extract(
    extract: Extract,
    clips: Mapping[str, Clip],
    needs: Mapping[str, Need],
    crs: str,
    lift: _Lift,
) -> dict[str, StreetArea]:
    """Areas of an extract; stations may lie outside it."""
    try:
        areas = extract.cut(clips, crs)
    except NetworkDataError:
        if STATION_STREETS not in clips:
            raise
        needed = {key: clip for key, clip in clips.items() if key != STATION_STREETS}
        areas = extract.cut(needed, crs)

    def read(key: str, clip: Clip) -> StreetArea:
        """One area again, by another box."""
        return lift(extract.cut({key: clip}, crs)[key])

    return widen_streets(_lift_all(areas, lift), clips, needs, limits=extract.box, read=read)


def choose_crs(study: Study, zones: gpd.GeoDataFrame) -> str:
    """Projected CRS a study is computed in."""
    if study.crs is not None:
        check_scale(check_projected(study.crs), zones.to_crs(study.crs).total_bounds)
        return study.crs
    west, south, east, north = zones.total_bounds
    return utm_crs((west + east) / 2, (south + north) / 2)


def _clip(
    places: gpd.GeoDataFrame,
    crs: str,
    padding_m: float,
) -> Clip:
    """Boxes of some places, padded in metres and told in degrees."""
    west, south, east, north = places.to_crs(crs).total_bounds
    padded = shapely.box(west - padding_m, south - padding_m, east + padding_m, north + padding_m)
    return Clip(
        core_box=to_box(places.total_bounds),
        padded_box=to_box(gpd.GeoSeries([padded], crs=crs).to_crs(LONLAT).total_bounds),
    )


def add_stations(
    clips: Mapping[str, Clip],
    official: gpd.GeoDataFrame,
    crs: str,
) -> dict[str, Clip]:
    """Add a box around the bike stations, for their spacing."""
    stations = official[(official["category"] == STATIONS) & (official["status"] == "ok")]
    if len(stations) < 2:
        return dict(clips)
    return {**clips, STATION_STREETS: _clip(stations, crs, _STATIONS_PAD_M)}


def cut_graph(
    network: WalkNetwork,
    info: NetworkInfo,
    clips: Mapping[str, Clip],
) -> dict[str, StreetArea]:
    """The same graph for every box that it covers; it must cover every neighbourhood."""
    extent = find_extent(network)
    areas: dict[str, StreetArea] = {}
    problems: list[str] = []
    for key, clip in clips.items():
        try:
            warnings = check_clip(
                clip,
                extent,
                where=Remark("remark_area", name=info.name, area=key),
                slack_deg=_GRAPH_SLACK_DEG,
            )
        except NetworkDataError as error:
            if key != STATION_STREETS:  # stations may lie outside
                problems.append(error.summary)
            continue
        areas[key] = _without_extras(network, replace(info, warnings=(*info.warnings, *warnings)))
    if problems:
        if len(problems) == 1:
            raise NetworkDataError(problems[0])
        raise NetworkDataError(
            Remark("areas_not_in_graph", name=info.name, n=len(problems)), problems
        )
    return areas


def find_extent(network: WalkNetwork) -> Box | None:
    """Box that the corners of a network lie in [degrees]; None where there is none."""
    if network.n_nodes == 0:
        return None
    nodes = gpd.GeoSeries(gpd.points_from_xy(*network.node_xy.T), crs=network.crs).to_crs(LONLAT)
    return to_box(nodes.total_bounds)


def _without_extras(network: WalkNetwork, info: NetworkInfo) -> StreetArea:
    """An area that has streets and nothing else, for a graph knows no more."""
    nothing = gpd.GeoSeries([], crs=network.crs)
    facilities = gpd.GeoDataFrame({name: [] for name in FACILITY_COLUMNS}, geometry=[], crs=LONLAT)
    return StreetArea(network, Backdrop(nothing, nothing, nothing, nothing), facilities, info)


def fetch_streets(
    study: Study,
    options: Options,
    *,
    today: date,
    progress: Callable[[str], None],
    service: str = "",
) -> list[str]:
    """Fetch a study's streets into the cache, where later runs find them."""
    ask = partial(fetch_osm, overpass_url=check_overpass_url(service)) if service else fetch_osm
    profiles = options.choose_profiles(study)
    categories = choose(options.categories, study.categories, "category")
    zones = read_zones(study.zones, wanted=[zone for area in study.areas for zone in area.zones])
    crs = choose_crs(study, zones)
    clips = build_clips(study, zones, profiles, crs)
    cache = options.cache.streets(study.id)
    progress("fetching streets from OpenStreetMap")
    ask(
        clips,
        cache_dir=cache,
        today=today,
        categories=options.categories.values(),
    )
    progress("reading them")
    fetched = read_fetched(
        clips,
        cache_dir=cache,
        crs=crs,
        categories=categories.values(),
        today=today,
    )
    lines: list[str] = []
    for key, area in (fetched or {}).items():
        n_streets = area.network.n_edges
        lines.append(Remark("streets_fetched", area=key, n=n_streets, source=area.info.name))
        lines += [Remark("error_at", where=key, text=told) for told in area.info.warnings]
    return [*lines, Remark("kept_until_fetched", path=cache)]
