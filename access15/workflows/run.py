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
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack, get_args

import geopandas as gpd

from access15.area.siting.aids import find_aids
from access15.area.study import study_area
from access15.area.walkers import AreaInputs
from access15.config import (
    USUAL,
    Area,
    Category,
    Grid,
    Lang,
    Options,
    RunOptions,
    Study,
    WalkProfile,
    build_options,
    find_headline_group,
    find_now,
    is_clock_fixed,
    list_inputs,
    load_study,
    parse_formats,
    parse_grid,
)
from access15.core.walk.search import is_compiled
from access15.errors import ConfigError
from access15.files import name_file
from access15.remarks import Remark
from access15.results.aids import Aids
from access15.results.run import AreaResult, RunResult
from access15.sources.people.residents import Settled, settle_people
from access15.sources.places.gbfs import StationCopy
from access15.sources.streets.area import StreetArea
from access15.sources.streets.at_hand import (
    STATION_STREETS,
    add_stations,
    build_clips,
    build_needs,
    read_streets,
)
from access15.sources.streets.boxes import Clip
from access15.sources.streets.obstacles import add_obstacles
from access15.sources.streets.widen import Need
from access15.workflows.bikes import describe_stations, join_stations, read_bikes, space_stations
from access15.workflows.given import Given, read_given
from access15.workflows.places import (
    find_home_entrances,
    gather_door_hints,
    join_area_seats,
    join_facilities,
    mark_open,
)

if TYPE_CHECKING:
    import folium


Progress = Callable[[str], None]
READING = "reading facilities, zones and residents"  # the first stage of whatever reads a study


@dataclass(frozen=True)
class Run(RunResult):
    """A finished run that can draw and write itself."""

    def map(
        self,
        area_id: str,
        *,
        lang: Lang = "it",
        tiles: bool = False,
    ) -> folium.Map:
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
        check_lang(lang)
        return draw_map(self, area_id, lang=lang, tiles=tiles)

    def write(
        self,
        folder: str | Path = "maps",
        *,
        lang: Lang = "it",
        tiles: bool = False,
        command: Sequence[str] = (),
        formats: str | Sequence[str] = USUAL,
        grid: str | Grid | None = None,
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
        formats : str or sequence of {"csv", "gpkg", "geoparquet"}
            Formats of the tables (``csv``) and of the layers (``gpkg`` with styles for QGIS,
            ``geoparquet`` a file for each, which needs ``access15[city]``). Files of a format that
            an earlier run wrote there, and this one does not, are removed.
        grid : str or Grid, optional
            Cells that coverage is counted in, too: ``"h3:9"`` (hexagons of H3 by their resolution)
            or ``"square:100"`` (squares by their side in metres), as ``coverage_by_cell``.

        Returns
        -------
        dict of str to Path
            Written files by name. Nothing in the folder changes unless all could be made.

        Raises
        ------
        ConfigError
            If the language is another one, or a format, or a grid.
        Access15Error
            If the folder cannot be written.
        """
        from access15.outputs.bundle import write_run  # noqa: PLC0415 - folium costs a second

        check_lang(lang)
        return write_run(
            self,
            Path(folder),
            lang=lang,
            tiles=tiles,
            command=list(command),
            formats=parse_formats(formats),
            grid=parse_grid(grid) if isinstance(grid, str) else grid,
            aids={area_id: self.find_aids(area_id) for area_id in self.areas},
        )

    def find_aids(self, area_id: str) -> Aids:
        """What one more place and one more bench would bring to the group of the headline.

        Parameters
        ----------
        area_id : str
            Which neighbourhood.

        Returns
        -------
        Aids
            The best place for one more hub, and for one more bench, within the longest cutoff.

        Raises
        ------
        ConfigError
            If the run has no such area.
        """
        self.study.area(area_id)
        group = find_headline_group(self.study.population.groups)
        return find_aids(
            self.areas[area_id],
            group=group,
            profile=self.study.own_profile(group),
            cutoff_min=max(self.cutoffs_min),
            max_snap_m=self.study.max_snap_m,
        )


def run(
    study: Study | str | Path = "milano",
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[RunOptions],
) -> Run:
    """Run a study.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name, or its TOML file.
    now : datetime, optional
        Time of the run, with time zone, in every file that it writes; by default that of the
        environment's ``SOURCE_DATE_EPOCH``, else the clock's. Where it is given, by either, the
        seconds that stages take are not kept: two runs write the same bytes.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        What is left out stays as the study says:

        osm : str or Path
            An OpenStreetMap extract; without it the streets fetched before, or the study's sketch.
        graph : networkx graph, str or Path
            Streets as an OSMnx graph or a GraphML file.
        dem : sequence of str or Path
            Heights of the ground (GeoTIFFs of one band, in any coordinate system) in place of those
            the study names. Streets get their slopes; a slope that the map tells is kept. It needs
            rasterio (``access15[raster]``).
        facilities : str or Path
            A facilities file in place of the study's; kinds that it does not list are unknown.
        add_places : sequence of str or Path
            Tables of places beside the study's, each place once.
        replace_categories : sequence of str
            Kinds of which only the added places count.
        map_columns : mapping of str to str
            Which column of those tables holds what: ``{"opening_hours": "Orario"}``.
        crs : str or sequence of str
            Coordinate system of their x and y (``"EPSG:3003"``); ``"hers.csv=EPSG:3003"`` for one
            of several tables.
        profiles, cutoffs_min, areas : sequence
            Fewer walkers, other cutoffs [min], fewer neighbourhoods.
        seats : sequence of str or Path
            Layers of seats, beside those of the study and of the extract.
        obstacles : sequence of str or Path
            Layers of surveyed obstacles, and sheets of barriers that were filled in, beside the
            study's.
        at : str or datetime
            Count only what is open then: a weekday and a time (``"tue 10:00"``, ``"mar 10:00"``)
            or a local date and time. A weekday is the next one that is no public holiday.
        offline : bool
            Never fetch streets from the internet.
        walkers, categories : mapping
            Profiles and kinds of place by id; by default `access15.load_profiles` and
            `access15.load_categories`.
        cache : str or Path
            Folder of what was fetched and read; by default the user's own.
        no_cache : bool
            Read an extract anew and keep nothing of it. Else what was read and cut is kept for
            later questions, which it answers the same, to the bit.

    Returns
    -------
    Run
        Tables and maps.

    Raises
    ------
    Access15Error
        If any input cannot be used; says which, where and what to do.
    """
    asked = build_options(**options)
    loaded = study if isinstance(study, Study) else load_study(study)
    return run_study(asked.apply_to(loaded), asked, now=now, progress=progress)


def run_study(
    study: Study,
    options: Options,
    *,
    now: datetime | None,
    progress: Progress | None = None,
) -> Run:
    """Run a study to which options are applied."""
    clock = Clock.start(now, progress)
    with clock.stage(READING):
        given = read_given(study, options)
    return run_given(study, given, options, clock=clock, now=find_now(now))


def run_given(
    study: Study,
    given: Given,
    options: Options,
    *,
    clock: Clock,
    now: datetime,
) -> Run:
    """Run a study whose files are read."""
    prepared = prepare_study(study, given, options, clock=clock, now=now)

    def walk(area: Area) -> AreaResult:
        with clock.stage(f"walking in {area.name}"):
            return study_area(prepared.build_inputs(area), given.profiles)

    results = _walk_everywhere(study, walk, clock.progress)
    with clock.stage("spacing of bike stations"):
        of_stations = prepared.streets.get(STATION_STREETS)
        spacing = space_stations(prepared.facilities, of_stations, given.crs, study.max_snap_m)
    kinds = {area.network_info.kind for area in results.values()}
    return Run(
        study=study,
        profiles=given.profiles,
        categories=given.categories,
        cutoffs_min=study.cutoffs_min,
        areas=results,
        station_spacing=spacing,
        group_labels=label_groups(study),
        created=now,
        at=prepared.at,
        places_info=given.places.info,
        stage_s=clock.stage_s,
        inputs=hash_inputs(study, options, kinds, prepared.bikes),
        read_files=list_inputs(study, options),
        sitting=_find_sitting(given.profiles, options.walkers),
    )


def _find_sitting(
    profiles: Mapping[str, WalkProfile],
    known: Mapping[str, WalkProfile],
) -> WalkProfile | None:
    """Find who needs a seat on the way, where none of the run's walkers does."""
    if any(one.needs_seat for one in profiles.values()):
        return None
    return next((one for one in known.values() if one.needs_seat), None)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A study whose streets are read, with everybody and every place on them."""

    study: Study
    given: Given
    options: Options
    streets: Mapping[str, StreetArea]
    zones: Mapping[str, gpd.GeoDataFrame]
    people: Mapping[str, Settled]
    facilities: gpd.GeoDataFrame
    at: datetime | None
    bikes: StationCopy | None

    def build_inputs(self, area: Area) -> AreaInputs:
        """Everything that the walks of one neighbourhood need."""
        streets, given = self.streets[area.id], self.given
        return _build_inputs(
            self.study,
            area,
            streets=streets,
            zones=self.zones[area.id],
            people=self.people[area.id],
            facilities=self.facilities,
            categories=given.categories,
            walkers=self.options.walkers,
            at=self.at,
            seats=join_area_seats(streets, given.seats, given.crs),
        )


def prepare_study(
    study: Study,
    given: Given,
    options: Options,
    *,
    clock: Clock,
    now: datetime,
) -> Prepared:
    """Read the streets of a study whose files are read, and put people and places on them."""
    clips = build_clips(study, given.zones, given.profiles, given.crs)
    with clock.stage("reading streets"):
        needs = build_needs(study, given.zones, given.official, given.profiles, given.crs)
        streets = _read_streets(
            study, given, clips, needs, options, today=now.date(), progress=clock.progress
        )
    with clock.stage("joining facilities"):
        bikes = _read_bikes(study, options, now, clock.progress)
        placed = join_stations(given.official, study, bikes, given.crs)
        facilities = join_facilities(
            placed, streets, given.categories, given.crs, unlisted=given.places.info.unlisted
        )
        at = mark_open(facilities, study, given.categories, options.at, now.date())
    with clock.stage("putting residents where they live"):
        zones = given.zones_of(study)
        people = settle_people(
            study.population, given.population, zones, streets, clips, around=given.around
        )
    return Prepared(study, given, options, streets, zones, people, facilities, at, bikes)


def _build_inputs(
    study: Study,
    area: Area,
    *,
    streets: StreetArea,
    zones: gpd.GeoDataFrame,
    people: Settled,
    facilities: gpd.GeoDataFrame,
    categories: Mapping[str, Category],
    walkers: Mapping[str, WalkProfile],
    at: datetime | None,
    seats: gpd.GeoDataFrame | None,
) -> AreaInputs:
    """Everything that the walks of one neighbourhood need."""
    own_profile = {group: study.own_profile(group) for group in study.population.groups}
    return AreaInputs(
        area=area,
        network=streets.network,
        network_info=streets.info,
        backdrop=streets.backdrop,
        barriers=streets.barriers,
        zones=zones,
        facilities=facilities,
        residents=people.residents,
        categories=categories,
        cutoffs_min=study.cutoffs_min,
        own_profile=own_profile,
        claim=study.claim,
        claim_pace_ms=walkers[study.claim].pace_ms,
        max_snap_m=study.max_snap_m,
        study_id=study.id,
        people_info=people.info,
        at=at,
        seats=seats,
        around=people.around,
        hub_category=study.hub_stand_in,
        own_walkers={profile: walkers[profile] for profile in own_profile.values()},
        door_hints=gather_door_hints(facilities, streets, categories),
        home_entrances=find_home_entrances(people.residents, streets),
        residential_highways=study.population.residential_highways,
    )


def _read_streets(
    study: Study,
    given: Given,
    clips: Mapping[str, Clip],
    needs: Mapping[str, Need],
    options: Options,
    *,
    today: date,
    progress: Progress,
) -> dict[str, StreetArea]:
    """Streets of every neighbourhood, with the obstacles that somebody surveyed."""
    streets = read_streets(
        study,
        add_stations(clips, given.official, given.crs),
        given.categories,
        given.crs,
        needs=needs,
        options=options,
        today=today,
        progress=progress,
    )
    return {key: add_obstacles(one, given.obstacles) for key, one in streets.items()}


def _read_bikes(
    study: Study,
    options: Options,
    now: datetime,
    progress: Progress,
) -> StationCopy | None:
    """Read the bike stations fetched last, and say of which day they are."""
    bikes = read_bikes(study, options.cache)
    if bikes is not None:
        progress(describe_stations(study, bikes, now))
    return bikes


def _walk_everywhere(
    study: Study,
    walk: Callable[[Area], AreaResult],
    progress: Progress,
) -> dict[str, AreaResult]:
    """Walk in every neighbourhood, in threads."""
    if not is_compiled():
        progress("the search is compiled on first use: about ten seconds, once")
    n_threads = min(len(study.areas), os.cpu_count() or 1)
    # libraries change the process's warnings for a moment, in threads behind each other's back: put
    # them back after
    with warnings.catch_warnings(), ThreadPoolExecutor(n_threads) as pool:
        results = list(pool.map(walk, study.areas))
    return {area.id: found for area, found in zip(study.areas, results, strict=True)}


def check_lang(lang: str) -> None:
    """Refuse a language that pages do not speak."""
    if lang not in get_args(Lang):
        raise ConfigError(Remark("lang_unknown", lang=lang, known=get_args(Lang)))


class Clock:
    """Seconds per stage, none where the clock is fixed, and a word when each begins."""

    def __init__(self, progress: Progress, *, is_fixed: bool) -> None:
        self.progress = progress
        self._is_fixed = is_fixed
        self.stage_s: dict[str, float] = {}

    @classmethod
    def start(cls, now: datetime | None, progress: Progress | None) -> Clock:
        """Start the clock of a run at a time that was given, or is read."""
        return cls(progress or (lambda _: None), is_fixed=is_clock_fixed(now))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Say that a stage begins, and keep how long it takes [s]."""
        self.progress(name)
        begin = time.perf_counter()
        yield
        if not self._is_fixed:  # no two runs take equally long
            self.stage_s[name] = time.perf_counter() - begin


def label_groups(study: Study) -> dict[str, dict[str, str]]:
    """What each group of people is called, by language."""
    labels = {group: study.population.label_of(group) for group in study.population.groups}
    return {group: {"it": label.it, "en": label.en} for group, label in labels.items()}


def hash_inputs(
    study: Study,
    options: Options,
    kinds: Collection[str],
    bikes: StationCopy | None,
) -> dict[str, str]:
    """Hashes of the files that were used, by name; fetched streets and graphs in memory are no
    files. `kinds` are those of the streets.
    """
    files = [*study.facilities.tables, study.zones.file]
    files += study.population.files.values()
    files += study.seats.files if study.seats is not None else ()
    files += study.obstacles.files if study.obstacles is not None else ()
    files += study.heights.files if study.heights is not None else ()
    files += [path for path in (options.osm, options.graph) if isinstance(path, Path)]
    if study.sketch is not None and "sketch" in kinds:
        files += [study.sketch.nodes, study.sketch.segments]
    if bikes is not None:
        files.append(bikes.path)
    hashes: dict[str, str] = {}
    seen: list[str] = []
    for path in dict.fromkeys(files):
        own = name_file(path)
        n_before = seen.count(own)
        seen.append(own)
        name = own if not n_before else f"{own} ({n_before + 1})"
        with path.open("rb") as file:
            hashes[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes
