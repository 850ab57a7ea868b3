"""The pipeline: from facilities, streets and people to coverage and maps, read top to bottom."""

from __future__ import annotations

import hashlib
import os
import time
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import geopandas as gpd
import pandas as pd

from access15.area.study import study_area
from access15.area.walkers import HUB, AreaInputs
from access15.config import (
    LONGEST_CUTOFF_MIN,
    Area,
    Category,
    Lang,
    SeatsSource,
    Study,
    choose,
    load_categories,
    load_profiles,
    load_study,
)
from access15.config.moments import Moment, parse_moment
from access15.core.walk import kernels
from access15.crs import LONLAT
from access15.errors import ConfigError
from access15.results.run import AreaResult, RunResult
from access15.sources.people.residents import read_population, settle_people
from access15.sources.places.facilities import read_facilities
from access15.sources.places.gbfs import StationCopy
from access15.sources.places.merge import merge_osm_facilities
from access15.sources.places.opening_hours import holiday_country, list_open_states, pick_time
from access15.sources.places.points import ITALY_BOUNDS
from access15.sources.places.seats import join_seats, read_seats, seats_from_osm
from access15.sources.streets.area import StreetArea
from access15.sources.streets.at_hand import (
    STATION_STREETS,
    add_stations,
    build_clips,
    build_needs,
    choose_crs,
    read_streets,
)
from access15.sources.zones import read_zones
from access15.workflows.bikes import join_stations, read_bikes, space_stations, tell_stations

if TYPE_CHECKING:
    import folium
    import networkx as nx


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
    at : Moment, optional
        Count only what is open then.
    seats : sequence of Path
        Layers of seats, beside the study's.
    """

    facilities: Path | None = None
    profiles: Sequence[str] | None = None
    cutoffs_min: Sequence[float] | None = None
    areas: Sequence[str] | None = None
    osm: Path | None = None
    graph: nx.Graph | Path | None = None
    offline: bool = False
    at: Moment | None = None
    seats: Sequence[Path] = ()


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
            If the run has no such area, or the language is another one.
        """
        from access15.outputs.pages.folium_map import draw_map  # noqa: PLC0415 - folium costs a second

        self.study.area(area_id)
        _check_lang(lang)
        return draw_map(self, area_id, lang=lang, tiles=tiles)

    def write(
        self,
        folder: str | Path = "maps",
        *,
        lang: Lang = "it",
        tiles: bool = False,
        command: Sequence[str] = (),
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
        ConfigError
            If the language is another one.
        Access15Error
            If the folder cannot be written.
        """
        from access15.outputs.bundle import write_run  # noqa: PLC0415 - folium costs a second

        _check_lang(lang)
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
    at: str | datetime | None = None,
    seats: Sequence[str | Path] = (),
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
    at : str or datetime, optional
        Count only what is open then: a weekday and a time (``"tue 10:00"``, ``"mar 10:00"``) or a
        local date and time. A weekday is the next one that is no public holiday.
    seats : sequence of str or Path
        Layers of seats, beside those of the study and of the extract.
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
        at=None if at is None else parse_moment(at),
        seats=tuple(Path(path) for path in seats),
    )
    loaded = study if isinstance(study, Study) else load_study(study)
    return run_study(
        apply_choices(loaded, choices), choices, now=now or datetime.now(UTC), progress=progress
    )


def run_study(
    study: Study, choices: Choices, *, now: datetime, progress: Progress | None = None
) -> Run:
    """Run a study whose choices are applied."""
    clock = _Clock(progress or (lambda _: None))
    walkers = load_profiles()
    _check_walks_as(study, walkers)
    profiles = choose(walkers, tuple(dict.fromkeys(choices.profiles or study.profiles)), "profile")
    known = load_categories()
    categories = _with_areas(choose(known, study.categories, "category"), study.draw_areas)
    with clock.stage("reading facilities, zones and residents"):
        official = read_facilities(
            study.facilities, categories=known, bounds=facility_bounds(study)
        )
        _check_hubs(study, official)
        wanted = [zone for area in study.areas for zone in area.zones]
        zones = read_zones(study.zones, wanted=wanted)
        population = read_population(study.population, zones)
        crs = choose_crs(study, zones)
        layers = read_seat_layers(study)
    with clock.stage("reading streets"):
        clips = build_clips(study, zones, profiles, crs)
        streets = read_streets(
            study,
            add_stations(clips, official, crs),
            categories,
            crs,
            needs=build_needs(study, zones, official, profiles, crs),
            osm=choices.osm,
            graph=choices.graph,
            offline=choices.offline,
            today=now.date(),
            progress=clock.progress,
        )
    with clock.stage("joining facilities"):
        bikes = read_bikes(study)
        if bikes is not None:
            clock.progress(tell_stations(study, bikes, now))
        facilities = join_facilities(
            join_stations(official, study, bikes, crs), streets, categories, crs
        )
        at = None
        if choices.at is not None:
            country = holiday_country(study.countries)
            at = pick_time(choices.at, now.date(), country=country)
            is_named = choices.at.day is not None
            facilities["open_at"] = list_open_states(
                facilities, categories, at, country=country, is_named_day=is_named
            )
    with clock.stage("putting residents where they live"):
        own_zones = {
            area.id: zones[zones["zone_id"].isin(area.zones)].to_crs(crs).reset_index(drop=True)
            for area in study.areas
        }
        people = settle_people(study.population, population, own_zones, streets, clips)
    if not kernels.is_compiled():
        clock.progress("the search is compiled on first use: about ten seconds, once")

    def walk(area: Area) -> AreaResult:
        with clock.stage(f"walking in {area.name}"):
            found = streets[area.id]
            inputs = AreaInputs(
                area=area,
                network=found.network,
                network_info=found.info,
                backdrop=found.backdrop,
                zones=own_zones[area.id],
                facilities=facilities,
                residents=people[area.id].residents,
                categories=categories,
                cutoffs_min=study.cutoffs_min,
                own_profile={group: study.own_profile(group) for group in study.population.groups},
                claim=study.claim,
                claim_pace_ms=walkers[study.claim].pace_ms,
                max_snap_m=study.max_snap_m,
                study_id=study.id,
                people_info=people[area.id].info,
                at=at,
                seats=join_area_seats(found, layers, crs),
            )
            return study_area(inputs, profiles)

    # libraries change the process's warnings for a moment, in threads behind each other's back: put
    # them back after
    with (
        warnings.catch_warnings(),
        ThreadPoolExecutor(min(len(study.areas), os.cpu_count() or 1)) as pool,
    ):
        results = {
            area.id: found
            for area, found in zip(study.areas, pool.map(walk, study.areas), strict=True)
        }
    with clock.stage("spacing of bike stations"):
        spacing = space_stations(facilities, streets.get(STATION_STREETS), crs, study.max_snap_m)
    return Run(
        study=study,
        profiles=profiles,
        categories=categories,
        cutoffs_min=study.cutoffs_min,
        areas=results,
        station_spacing=spacing,
        group_labels=_group_labels(study),
        created=now,
        at=at,
        stage_s=clock.stage_s,
        inputs=_hash_inputs(
            study, choices, {area.network_info.kind for area in results.values()}, bikes
        ),
    )


def apply_choices(study: Study, choices: Choices) -> Study:
    """Study as a person changed it for one run, validated again.

    Its profiles stay: a run with fewer walkers is still one of this study, whose claim they are
    measured against.
    """
    changes: dict[str, Any] = {}
    if choices.cutoffs_min:
        if wrong := [
            f"{minutes:g}"
            for minutes in choices.cutoffs_min
            if not 0 < minutes <= LONGEST_CUTOFF_MIN
        ]:
            raise ConfigError(
                f"cutoffs are {', '.join(wrong)}; give minutes above 0 and up to "
                f"{LONGEST_CUTOFF_MIN}"
            )
        changes["cutoffs_min"] = tuple(sorted({float(minutes) for minutes in choices.cutoffs_min}))
    if choices.areas:
        changes["areas"] = tuple(study.area(area_id) for area_id in dict.fromkeys(choices.areas))
    if choices.facilities:
        changes["facilities"] = study.facilities.model_copy(update={"file": choices.facilities})
    if choices.seats:
        files = study.seats.files if study.seats is not None else ()
        changes["seats"] = SeatsSource(files=tuple(dict.fromkeys([*files, *choices.seats])))
    return study.changed(**changes)


def read_seat_layers(study: Study) -> gpd.GeoDataFrame | None:
    """Seats of a study's own layers.

    Returns from `access15.sources.places.seats.read_seats`; None where the study names none.
    """
    return None if study.seats is None else read_seats(study.seats.files)


def join_area_seats(
    area: StreetArea, layers: gpd.GeoDataFrame | None, crs: str
) -> gpd.GeoDataFrame | None:
    """Seats of an area's extract with those of the study's layers.

    Returns from `access15.sources.places.seats.join_seats`; None where neither knows a seat.
    """
    if layers is None and not area.seats:
        return None
    mapped = seats_from_osm(area.seats, area.info.name)
    return join_seats([mapped] if layers is None else [mapped, layers], crs=crs)


def facility_bounds(study: Study) -> tuple[float, float, float, float] | None:
    """Box every facility of a study must lie in."""
    return ITALY_BOUNDS if study.countries == "it" else None


def join_facilities(
    official: gpd.GeoDataFrame,
    streets: Mapping[str, StreetArea],
    categories: Mapping[str, Category],
    crs: str,
) -> gpd.GeoDataFrame:
    """Official facilities with those of the extract, each once."""
    mapped = [
        area.facilities
        for key, area in streets.items()
        if key != STATION_STREETS and len(area.facilities)
    ]
    joined = official
    if mapped:
        osm = pd.concat(mapped, ignore_index=True).drop_duplicates("facility_id", ignore_index=True)
        osm = osm[osm["category"].isin(list(categories))].reset_index(drop=True)
        joined = merge_osm_facilities(
            official, gpd.GeoDataFrame(osm, geometry="geometry", crs=LONLAT), crs=crs
        )
    return joined.to_crs(crs).reset_index(drop=True)


def _with_areas(
    categories: dict[str, Category], drawn: Collection[str] | None
) -> dict[str, Category]:
    """Categories with service areas as the study wants them."""
    if drawn is None:
        return categories
    return {
        key: category.model_copy(update={"draws_areas": key in drawn})
        for key, category in categories.items()
    }


def _check_lang(lang: str) -> None:
    if lang not in get_args(Lang):
        raise ConfigError(f"lang is {lang!r}; use one of {', '.join(get_args(Lang))}")


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


def _check_walks_as(study: Study, known: Collection[str]) -> None:
    problems = [
        f"[population.walks_as] {group} = {profile!r} is not known; known are {', '.join(known)}"
        for group, profile in study.population.walks_as.items()
        if profile not in known
    ]
    if problems:
        raise ConfigError(
            f"study {study.id!r}: a group walks as a profile that does not exist", problems
        )


def _check_hubs(study: Study, facilities: gpd.GeoDataFrame) -> None:
    status = dict(zip(facilities["facility_id"], facilities["status"], strict=True))
    problems = [
        f"area {area.id!r}: hub {hub!r} is not among the facilities; correct the study file or add "
        "the facility"
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
    taken = {HUB, *study.categories}  # what coverage is told of
    problems += [
        f"area {area.id!r}: the hub's id {hub!r} is also that of a category; give the facility "
        "another id"
        for area in study.areas
        for hub in area.hubs
        if hub in taken
    ]
    if problems:
        raise ConfigError(
            f"study {study.id!r}: hubs cannot be used with {study.facilities.file.name}", problems
        )


def _group_labels(study: Study) -> dict[str, dict[str, str]]:
    labels = {group: study.population.label_of(group) for group in study.population.groups}
    return {group: {"it": label.it, "en": label.en} for group, label in labels.items()}


def _hash_inputs(
    study: Study, choices: Choices, kinds: Collection[str], bikes: StationCopy | None
) -> dict[str, str]:
    """Hashes of the files that were used, by name; fetched streets and graphs in memory are no
    files.
    """
    files = [study.facilities.file, study.zones.file, *study.population.files.values()]
    files += study.seats.files if study.seats is not None else ()
    files += [path for path in (choices.osm, choices.graph) if isinstance(path, Path)]
    if study.sketch is not None and "sketch" in kinds:
        files += [study.sketch.nodes, study.sketch.segments]
    files += [] if bikes is None else [bikes.path]
    hashes: dict[str, str] = {}
    for path in dict.fromkeys(files):
        name = path.name if path.name not in hashes else f"{path.parent.name}/{path.name}"
        with path.open("rb") as file:
            hashes[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes
