"""The pipeline: from facilities, streets and people to coverage and maps, read top to bottom."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import platformdirs
import shapely

from access15.area_study import AreaInputs, study_area
from access15.config import Category, Lang, Study, WalkProfile, load_categories, load_profiles, load_study
from access15.core.impedance import build_impedance
from access15.core.measures import measure_spacing
from access15.core.network import WalkNetwork
from access15.core.search import build_graph, place_points
from access15.core.snap import build_snapper, snap_points
from access15.errors import ConfigError
from access15.frames import LONLAT, check_projected, points_xy, utm_crs
from access15.results import AreaResult, Backdrop, NetworkInfo, RunResult
from access15.sources.facilities import read_facilities
from access15.sources.facility_merge import merge_osm_facilities
from access15.sources.facility_places import ITALY_BOUNDS
from access15.sources.osm import Clip, OsmArea, fetch_osm, network_from_graph, read_fetched, read_osm
from access15.sources.population import METHOD, read_population, spread_residents
from access15.sources.sketch import read_sketch
from access15.sources.zones import read_zones

if TYPE_CHECKING:
    import folium
    import networkx as nx

_STATIONS = "bike_station"
_STATIONS_PAD_M = 600.0
_EXTRA_PAD_M = 100.0

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Choices:
    """What a person changes of a study for one run; None keeps the study's own.

    Parameters
    ----------
    facilities : Path, optional
        Another facilities file.
    profiles : sequence of str, optional
        Profile ids.
    cutoffs_min : sequence of float, optional
        Cutoffs [min].
    areas : sequence of str, optional
        Area ids.
    osm : Path, optional
        An OpenStreetMap extract.
    graph : networkx graph or Path, optional
        Streets handed over as an OSMnx graph or a GraphML file.
    offline : bool
        Never fetch streets from the internet.
    """

    facilities: Path | None = None
    profiles: Sequence[str] | None = None
    cutoffs_min: Sequence[float] | None = None
    areas: Sequence[str] | None = None
    osm: Path | None = None
    graph: nx.Graph | Path | None = None
    offline: bool = False


@dataclass(frozen=True)
class Run(RunResult):
    """A finished run that can draw and write itself."""

    def map(self, area_id: str, *, lang: Lang = "it", tiles: bool = False) -> folium.Map:
        """Interactive map of one neighbourhood.

        Parameters
        ----------
        area_id : str
            Which.
        lang : {"it", "en"}
            Language of everything on it.
        tiles : bool
            Offer an online background layer; without it the map needs no internet.

        Returns
        -------
        folium.Map
            Can be shown in a notebook, saved, or added to.

        Raises
        ------
        ConfigError
            If the run has no such area.
        """
        from access15.outputs.folium_map import draw_map  # noqa: PLC0415 - folium costs a second

        self.study.area(area_id)
        return draw_map(self, area_id, lang=lang, tiles=tiles)

    def write(
        self, folder: str | Path = "maps", *, lang: Lang = "it", tiles: bool = False, command: Sequence[str] = ()
    ) -> dict[str, Path]:
        """Write index, maps, tables and provenance.

        Parameters
        ----------
        folder : str or Path
            Where; made when missing.
        lang : {"it", "en"}
            Language of the pages.
        tiles : bool
            Offer an online background layer on the maps.
        command : sequence of str
            The command line, for the record.

        Returns
        -------
        dict of str to Path
            Written files by name. Nothing in the folder changes unless all could be made.

        Raises
        ------
        Access15Error
            If the folder cannot be written.
        """
        from access15.outputs.bundle import write_run  # noqa: PLC0415 - folium costs a second

        return write_run(self, Path(folder), lang=lang, tiles=tiles, command=list(command))


def run(
    study: Study | str | Path = "milano",
    *,
    osm: str | Path | None = None,
    graph: nx.Graph | str | Path | None = None,
    facilities: str | Path | None = None,
    profiles: Sequence[str] | None = None,
    cutoffs_min: Sequence[float] | None = None,
    areas: Sequence[str] | None = None,
    offline: bool = False,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Run:
    """Run a study.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name, or its TOML file.
    osm : str or Path, optional
        An OpenStreetMap extract; without it the streets fetched before, or the study's sketch.
    graph : networkx graph, str or Path, optional
        Streets as an OSMnx graph or a GraphML file.
    facilities : str or Path, optional
        A facilities file in place of the study's.
    profiles, cutoffs_min, areas : sequence, optional
        Fewer walkers, other cutoffs [min], fewer neighbourhoods than the study's.
    offline : bool
        Never fetch streets from the internet.
    now : datetime, optional
        Time of the run, with time zone; by default the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.

    Returns
    -------
    Run
        Tables and maps.

    Raises
    ------
    Access15Error
        If any input cannot be used; says which, where and what to do.
    """
    choices = Choices(
        facilities=Path(facilities) if facilities else None,
        profiles=profiles,
        cutoffs_min=cutoffs_min,
        areas=areas,
        osm=Path(osm) if osm else None,
        graph=Path(graph) if isinstance(graph, str) else graph,
        offline=offline,
    )
    loaded = study if isinstance(study, Study) else load_study(study)
    return run_study(apply_choices(loaded, choices), choices, now=now or datetime.now(UTC), progress=progress)


def run_study(study: Study, choices: Choices, *, now: datetime, progress: Progress | None = None) -> Run:
    """Run a study whose choices are applied.

    Parameters
    ----------
    study : Study
        From `apply_choices`.
    choices : Choices
        Where the streets come from.
    now : datetime
        Time of the run, with time zone.
    progress : callable, optional
        Called with the name of each stage as it starts.

    Returns
    -------
    Run
        Tables and maps.

    Raises
    ------
    Access15Error
        If any input cannot be used.
    """
    clock = _Clock(progress or (lambda _: None))
    profiles = _chosen(load_profiles(), study.profiles, "profile")
    known = load_categories()
    categories = _chosen(known, study.categories, "category")
    with clock.stage("reading facilities, zones and residents"):
        official = read_facilities(study.facilities, categories=known, bounds=facility_bounds(study))
        _check_hubs(study, official)
        wanted = [zone for area in study.areas for zone in area.zones]
        zones = read_zones(study.zones, wanted=wanted)
        population = read_population(study.population, wanted=wanted)
        crs = _crs(study, zones)
    with clock.stage("reading streets"):
        clips = make_clips(study, zones, profiles, crs)
        streets = read_streets(study, choices, _with_stations(clips, official, crs), categories, crs, now)
    with clock.stage("joining facilities"):
        facilities = join_facilities(official, streets, categories, crs)
    results: dict[str, AreaResult] = {}
    for area in study.areas:
        with clock.stage(f"walking in {area.name}"):
            own = zones[zones["zone_id"].isin(area.zones)].to_crs(crs).reset_index(drop=True)
            found = streets[area.id]
            residents = spread_residents(found.network, own, population, highways=study.population.residential_highways)
            inputs = AreaInputs(area, found.network, found.info, found.backdrop, own, facilities, residents)
            results[area.id] = study_area(
                inputs,
                study,
                profiles=profiles,
                categories=categories,
                cutoffs_min=study.cutoffs_min,
                method=METHOD,
            )
    with clock.stage("spacing of bike stations"):
        spacing = space_stations(facilities, streets.get(_STATIONS), crs, study.max_snap_m)
    return Run(
        study=study,
        profiles=profiles,
        categories=categories,
        cutoffs_min=study.cutoffs_min,
        areas=results,
        station_spacing=spacing,
        group_labels=_group_labels(study),
        created=now,
        stage_s=clock.stage_s,
        inputs=_hashes(study, choices),
    )


def apply_choices(study: Study, choices: Choices) -> Study:
    """Study as a person changed it for one run, validated again.

    Parameters
    ----------
    study : Study
        As in its file.
    choices : Choices
        What changes.

    Returns
    -------
    Study
        The study to run.

    Raises
    ------
    ConfigError
        If a choice names something that does not exist or is not valid.
    """
    changes: dict[str, Any] = {}
    if choices.profiles:
        changes["profiles"] = tuple(dict.fromkeys(choices.profiles))
    if choices.cutoffs_min:
        changes["cutoffs_min"] = tuple(sorted({float(minutes) for minutes in choices.cutoffs_min}))
    if choices.areas:
        changes["areas"] = tuple(study.area(area_id) for area_id in dict.fromkeys(choices.areas))
    if choices.facilities:
        changes["facilities"] = study.facilities.model_copy(update={"file": choices.facilities})
    return study.changed(**changes)


def make_clips(study: Study, zones: gpd.GeoDataFrame, profiles: Mapping[str, WalkProfile], crs: str) -> dict[str, Clip]:
    """Boxes of streets each neighbourhood needs: its zones, and as far beyond as anybody walks.

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
    padding_m = study.padding_m or study.cutoffs_s[-1] * fastest_ms + study.max_snap_m + _EXTRA_PAD_M
    return {area.id: _clip(zones[zones["zone_id"].isin(area.zones)], crs, padding_m) for area in study.areas}


def read_streets(
    study: Study,
    choices: Choices,
    clips: Mapping[str, Clip],
    categories: Mapping[str, Category],
    crs: str,
    now: datetime,
) -> dict[str, OsmArea]:
    """Streets of every neighbourhood from the best source at hand.

    In this order: a graph handed over, an extract given, streets fetched before, the study's
    sketch, and, unless offline, a fetch.

    Parameters
    ----------
    study : Study
        The study.
    choices : Choices
        Extract or graph given.
    clips : mapping of str to Clip
        Boxes by area id.
    categories : mapping of str to Category
        What to look for in the extract.
    crs : str
        Projected CRS of the study.
    now : datetime
        For the age of fetched streets.

    Returns
    -------
    dict of str to OsmArea
        By area id.

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
    if choices.graph is not None:
        network, info = network_from_graph(choices.graph, crs=crs)
        return {key: _without_extras(network, info, crs) for key in clips}
    if choices.osm is not None:
        return read_osm(choices.osm, clips, crs=crs, categories=kinds)
    needed = {area.id: clips[area.id] for area in study.areas}
    cache = cache_dir(study)
    fetched = read_fetched(needed, cache_dir=cache, crs=crs, categories=kinds, today=now.date())
    if fetched is not None:
        return fetched
    if study.sketch is not None:
        return {area: read_sketch(study.sketch, clip, crs=crs) for area, clip in needed.items()}
    if choices.offline:
        raise ConfigError(
            f"study {study.id!r} has no streets: it names no sketch and none were fetched; "
            "give an extract with --osm, or run without --offline"
        )
    fetch_osm(needed, cache_dir=cache, today=now.date())
    again = read_fetched(needed, cache_dir=cache, crs=crs, categories=kinds, today=now.date())
    if again is None:
        raise ConfigError(f"study {study.id!r}: the streets just fetched are not in {cache}")
    return again


def fetch_streets(study: Study, *, now: datetime, progress: Progress | None = None) -> list[str]:
    """Fetch a study's streets into the cache, where later runs find them.

    Parameters
    ----------
    study : Study
        The study.
    now : datetime
        Date to keep them under.
    progress : callable, optional
        Called with the name of each stage as it starts.

    Returns
    -------
    list of str
        What was fetched, a line each.

    Raises
    ------
    ServiceError
        If the service is gone or refuses; what was there before is kept.
    """
    clock = _Clock(progress or (lambda _: None))
    profiles = _chosen(load_profiles(), study.profiles, "profile")
    categories = _chosen(load_categories(), study.categories, "category")
    zones = read_zones(study.zones, wanted=[zone for area in study.areas for zone in area.zones])
    crs = _crs(study, zones)
    clips = make_clips(study, zones, profiles, crs)
    cache = cache_dir(study)
    with clock.stage("fetching streets from OpenStreetMap"):
        fetch_osm(clips, cache_dir=cache, today=now.date())
    with clock.stage("reading them"):
        kinds = list(categories.values())
        fetched = read_fetched(clips, cache_dir=cache, crs=crs, categories=kinds, today=now.date())
    lines = [f"{key}: {area.network.n_edges} streets, {area.info.name}" for key, area in (fetched or {}).items()]
    return [*lines, f"kept in {cache}; used by access15 run until fetched again"]


def facility_bounds(study: Study) -> tuple[float, float, float, float] | None:
    """Box every facility of a study must lie in.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    tuple of float, optional
        West, south, east, north in degrees; None where no country's box is known.
    """
    return ITALY_BOUNDS if study.countries == "it" else None


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


def join_facilities(
    official: gpd.GeoDataFrame, streets: Mapping[str, OsmArea], categories: Mapping[str, Category], crs: str
) -> gpd.GeoDataFrame:
    """Official facilities with those of the extract, each once.

    Parameters
    ----------
    official : GeoDataFrame
        From the facilities file.
    streets : mapping of str to OsmArea
        Extract by area.
    categories : mapping of str to Category
        Categories asked.
    crs : str
        Projected CRS of the result.

    Returns
    -------
    GeoDataFrame
        Official rows first, in their order.
    """
    mapped = [area.facilities for key, area in streets.items() if key != _STATIONS and len(area.facilities)]
    joined = official
    if mapped:
        osm = pd.concat(mapped, ignore_index=True).drop_duplicates("facility_id", ignore_index=True)
        osm = osm[osm["category"].isin(list(categories))].reset_index(drop=True)
        joined = merge_osm_facilities(official, gpd.GeoDataFrame(osm, geometry="geometry", crs=LONLAT), crs=crs)
    return joined.to_crs(crs).reset_index(drop=True)


def space_stations(facilities: gpd.GeoDataFrame, streets: OsmArea | None, crs: str, max_snap_m: float) -> pd.DataFrame:
    """Walking distance from every bike station to the nearest other one.

    Parameters
    ----------
    facilities : GeoDataFrame
        All facilities, projected.
    streets : OsmArea, optional
        Streets around the stations; None where the source does not reach them.
    crs : str
        Projected CRS.
    max_snap_m : float
        Farthest street [m].

    Returns
    -------
    DataFrame
        ``facility_id, name, status, neighbour_id, spacing_m`` (inf when not on the network),
        ``straight_m`` (straight line to the nearest other station, the least it can be).
    """
    stations = facilities[(facilities["category"] == _STATIONS) & (facilities["status"] == "ok")]
    stations = stations.reset_index(drop=True)
    xy = points_xy(stations, crs)
    ids = np.append(stations["facility_id"].to_numpy(dtype=object), "")
    out = pd.DataFrame({"facility_id": ids[:-1], "name": stations["name"].to_numpy(dtype=object)})
    out["status"], out["neighbour_id"] = "too_far_from_network", ""
    out["spacing_m"], out["straight_m"] = np.inf, _straight_m(xy)
    if streets is None or len(stations) < 2:
        return out
    plain = load_profiles()["plain"]
    impedance = build_impedance(streets.network, plain)
    snapped = snap_points(build_snapper(streets.network, impedance.is_main), xy, max_snap_m=max_snap_m)
    graph = build_graph(streets.network, impedance, towards=True)
    arriving = place_points(streets.network, impedance, snapped, leaving=False)
    leaving = place_points(streets.network, impedance, snapped, leaving=True)
    spacing = measure_spacing(graph, arriving, leaving, pace_ms=plain.pace_ms)
    out["neighbour_id"], out["spacing_m"] = ids[spacing.neighbour], spacing.spacing_m
    out["status"] = np.where(snapped.is_snapped, "ok", "too_far_from_network")
    return out


class _Clock:
    """Seconds per stage, and a word when each begins."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.stage_s: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.progress(name)
        begin = time.perf_counter()
        yield
        self.stage_s[name] = time.perf_counter() - begin


def _chosen(known: Mapping[str, Any], wanted: Sequence[str], what: str) -> dict[str, Any]:
    missing = [f"{what} {name!r} is not known; known are {', '.join(known)}" for name in wanted if name not in known]
    if missing:
        raise ConfigError(f"the study asks for a {what} that does not exist", missing)
    return {name: known[name] for name in wanted}


def _check_hubs(study: Study, facilities: gpd.GeoDataFrame) -> None:
    status = dict(zip(facilities["facility_id"], facilities["status"], strict=True))
    problems = [
        f"area {area.id!r}: hub {hub!r} is not among the facilities; correct the study file or add the facility"
        for area in study.areas
        for hub in area.hubs
        if hub not in status
    ]
    problems += [
        f"area {area.id!r}: hub {hub!r} has no certain point; geocode it with access15 geocode"
        for area in study.areas
        for hub in area.hubs
        if status.get(hub) == "not_geocoded"
    ]
    if problems:
        raise ConfigError(f"study {study.id!r}: hubs cannot be used with {study.facilities.file.name}", problems)


def _crs(study: Study, zones: gpd.GeoDataFrame) -> str:
    if study.crs is not None:
        return check_projected(study.crs)
    west, south, east, north = zones.total_bounds
    return utm_crs((west + east) / 2, (south + north) / 2)


def _clip(places: gpd.GeoDataFrame, crs: str, padding_m: float) -> Clip:
    padded = shapely.box(*places.to_crs(crs).total_bounds).buffer(padding_m, join_style="mitre")
    return Clip(
        core_box=tuple(float(x) for x in places.total_bounds),
        padded_box=tuple(float(x) for x in gpd.GeoSeries([padded], crs=crs).to_crs(LONLAT).total_bounds),
    )


def _with_stations(clips: Mapping[str, Clip], official: gpd.GeoDataFrame, crs: str) -> dict[str, Clip]:
    """Add a box around the bike stations, for their spacing."""
    stations = official[(official["category"] == _STATIONS) & (official["status"] == "ok")]
    if len(stations) < 2:
        return dict(clips)
    return {**clips, _STATIONS: _clip(stations, crs, _STATIONS_PAD_M)}


def _without_extras(network: WalkNetwork, info: NetworkInfo, crs: str) -> OsmArea:
    nothing = gpd.GeoSeries([], crs=crs)
    columns = ["facility_id", "name", "category", "address", "source", "osm_id", "opening_hours"]
    facilities = gpd.GeoDataFrame({name: [] for name in columns}, geometry=[], crs=LONLAT)
    return OsmArea(network, Backdrop(nothing, nothing, nothing, nothing), facilities, info)


def _straight_m(xy: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    if len(xy) < 2:
        return np.full(len(xy), np.inf)
    gaps_m = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(gaps_m, np.inf)
    return np.asarray(gaps_m.min(axis=1))


def _group_labels(study: Study) -> dict[str, dict[str, str]]:
    labels = study.population.labels
    return {
        group: {"it": labels[group].it, "en": labels[group].en} if group in labels else {"it": group, "en": group}
        for group in study.population.groups
    }


def _hashes(study: Study, choices: Choices) -> dict[str, str]:
    files = [study.facilities.file, study.zones.file, study.population.file]
    if choices.osm is not None:
        files.append(choices.osm)
    elif study.sketch is not None:
        files += [study.sketch.nodes, study.sketch.segments]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
