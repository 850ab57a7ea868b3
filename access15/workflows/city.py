"""A whole city: every zone of a study in one answer, tile by tile, read top to bottom.

Tiles are pure tasks (`access15.area.tiles`). What one found is kept with a fingerprint of all that
it depends on, so that a run that was killed goes on where it was, and one with a changed input
computes only what depends on it.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Unpack

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.area.city import CityCounts
from access15.area.coverage import located
from access15.area.tiles import (
    CityGround,
    Tile,
    TileFindings,
    TilePlan,
    TileRules,
    build_rules,
    lay_ground,
    list_city_targets,
    plan_tiles,
    walk_tile,
)
from access15.area.walkers import AreaInputs
from access15.config import (
    Area,
    Lang,
    Options,
    RunOptions,
    Study,
    build_options,
    find_now,
    list_inputs,
    load_study,
)
from access15.core.walk.search import is_compiled
from access15.crs import LONLAT
from access15.errors import InputDataError
from access15.files.store import DamagedError, Kept, Question, Store
from access15.remarks import Remark
from access15.results.city import CityResult, TileRecord
from access15.sources.streets.at_hand import find_covered_box
from access15.sources.streets.boxes import Box, format_box, is_box_inside
from access15.sources.streets.extract import describe_state
from access15.sources.streets.pack import pack, unpack
from access15.workflows.given import Given, read_given
from access15.workflows.run import (
    READING,
    Clock,
    Progress,
    check_lang,
    hash_inputs,
    label_groups,
    prepare_study,
)

CITY: Final = "city"
MOST_KEPT_BYTES: Final = 4_000_000_000  # this project's choice: some fifty cities like Milan
_UNUSABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError)


@dataclass(frozen=True, eq=False)
class City(CityResult):
    """A finished answer about a city that can write itself."""

    def write(
        self,
        folder: str | Path = CITY,
        *,
        lang: Lang = "it",
        command: Sequence[str] = (),
    ) -> dict[str, Path]:
        """Write the page, tables, layers and provenance.

        Parameters
        ----------
        folder : str or Path
            Where; made when missing.
        lang : {"it", "en"}
            Language of the page.
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
        from access15.outputs.bundle import write_city  # noqa: PLC0415 - drawing loads mapclassify

        check_lang(lang)
        return write_city(self, Path(folder), lang=lang, command=list(command))


def run_city(
    study: Study | str | Path = "milano_city",
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[RunOptions],
) -> City:
    """Answer for every zone of a study at once: coverage, gap, ranks, what closes the door.

    Zones that the extract does not cover whole are left out and told, never counted half. Every
    number is that of one undivided run over the same zones, to the last bit.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name, or its TOML file; all zones of all its neighbourhoods are counted.
    now : datetime, optional
        Time of the run, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        As for `access15.run`. What tiles found is kept in the cache, unless ``no_cache``.

    Returns
    -------
    City
        Tables, and what writes them with the page.

    Raises
    ------
    Access15Error
        If any input cannot be used; says which, where and what to do.
    """
    asked = build_options(**options)
    loaded = study if isinstance(study, Study) else load_study(study)
    return run_city_study(asked.apply_to(loaded), asked, now=now, progress=progress)


def run_city_study(
    study: Study,
    options: Options,
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> City:
    """Answer for every zone of a study to which options are applied."""
    clock, created = Clock.start(now, progress), find_now(now)
    # 1. The zones that are there whole, as one neighbourhood.
    whole = merge_areas(study, [zone for area in study.areas for zone in area.zones])
    with clock.stage(READING):
        given = read_given(whole, options)
        box = find_covered_box(given.categories, options, given.crs)
        is_whole = find_whole(given.zones, box)
        city = _leave_out(whole, given, is_whole, box)
        kept = given if city is whole else read_given(city, options)
    prepared = prepare_study(city, kept, options, clock=clock, now=created)
    inputs = replace(prepared.build_inputs(city.areas[0]), around=None)
    # 2. Tile by tile.
    if not is_compiled():
        clock.progress("the search is compiled on first use: about ten seconds, once")
    with clock.stage("finding doors and missing links"):
        rules = build_rules(inputs, given.profiles)
        ground = lay_ground(inputs, rules)
    plans, counts = plan_tiles(inputs), CityCounts(inputs, rules)
    store = None if options.no_cache else Store(options.cache.tiles, most_bytes=MOST_KEPT_BYTES)
    with clock.stage("walking tile by tile"):
        walk = _TileWalk(ground, rules, store, study.id)
        tiles = _walk_everywhere(plans, counts, walk)
    # 3. Put together.
    with clock.stage("counting zone by zone"):
        near_edge = find_near_edge(inputs, box, ground.halo_m)
        tables = counts.tabulate(near_edge)
    outlines = inputs.zones[["zone_id", "name", "geometry"]]
    ids = outlines["zone_id"].astype(str)
    names = zip(given.zones["zone_id"].astype(str), given.zones["name"], is_whole, strict=True)
    return City(
        study=city,
        quarters={one.zones[0]: one.id for one in study.areas if len(one.zones) == 1},
        profiles=given.profiles,
        categories=given.categories,
        targets=tuple(list_city_targets(inputs)),
        group_labels=label_groups(study),
        cutoffs_min=study.cutoffs_min,
        created=created,
        at=prepared.at,
        network_info=inputs.network_info,
        crs=inputs.network.crs,
        n_nodes=inputs.network.n_nodes,
        n_edges=inputs.network.n_edges,
        people_info=inputs.people_info,
        outlines=outlines.assign(near_edge=ids.map(near_edge).astype(bool)),
        left_out=tuple((zone, str(name)) for zone, name, is_in in names if not is_in),
        zones=tables.zones,
        explained=tables.explained,
        residents=inputs.residents,
        time_s=tables.time_s,
        tiles=tiles,
        n_places={target: len(located(inputs, target)) for target in list_city_targets(inputs)},
        inputs=hash_inputs(city, options, {inputs.network_info.kind}, prepared.bikes),
        read_files=list_inputs(study, options),
        stage_s=clock.stage_s,
    )


def merge_areas(study: Study, zones: Sequence[str]) -> Study:
    """A study whose one neighbourhood has these zones, each once, and all hubs."""
    hubs = dict.fromkeys(hub for area in study.areas for hub in area.hubs)
    area = Area(id=CITY, name=study.name, zones=tuple(dict.fromkeys(zones)), hubs=tuple(hubs))
    # who shares a place is not asked of a city
    population = study.population.model_copy(update={"around": None})
    stand_in = study.hub_stand_in
    return study.changed(areas=(area,), population=population, hub_category=stand_in)


def find_whole(zones: gpd.GeoDataFrame, box: Box | None) -> NDArray[np.bool_]:
    """Which zones the streets at hand cover whole; all where nobody says how far these reach."""
    if box is None:
        return np.ones(len(zones), dtype=bool)
    bounds = shapely.bounds(zones.to_crs(LONLAT).geometry.to_numpy())
    found = []
    for west, south, east, north in bounds.tolist():
        found.append(is_box_inside((west, south, east, north), box))
    return np.array(found, dtype=bool)


def _leave_out(study: Study, given: Given, is_whole: NDArray[np.bool_], box: Box | None) -> Study:
    """The study with the zones that are there whole."""
    if is_whole.all() or box is None:
        return study
    if not is_whole.any():
        raise InputDataError(Remark("city_no_zone_whole", study=study.id, box=format_box(box)))
    return merge_areas(study, given.zones["zone_id"].astype(str)[is_whole].tolist())


def find_near_edge(inputs: AreaInputs, box: Box | None, halo_m: float) -> dict[str, bool]:
    """Whether the longest walks of each zone may lead beyond what the streets at hand cover."""
    ids = inputs.zones["zone_id"].astype(str).tolist()
    if box is None:
        return dict.fromkeys(ids, False)
    around = shapely.bounds(inputs.zones.geometry.to_numpy())
    wide = shapely.box(*(around + halo_m * np.array([-1.0, -1.0, 1.0, 1.0])).T)
    lonlat = gpd.GeoSeries(wide, crs=inputs.zones.crs).to_crs(LONLAT)
    inside = find_whole(gpd.GeoDataFrame(geometry=lonlat), box)
    return {zone: not is_in for zone, is_in in zip(ids, inside.tolist(), strict=True)}


@dataclass(frozen=True, eq=False)
class _TileWalk:
    """Finds what a tile reaches: kept from before, else walked now and kept."""

    ground: CityGround
    rules: TileRules
    store: Store | None
    study_id: str

    def __call__(self, plan: TilePlan) -> tuple[TileRecord, TileFindings]:
        """What one tile found, and its fingerprint."""
        tile = self.ground.cut(plan)
        fingerprint = hash_tile(tile, self.rules)
        record = TileRecord(plan.name, plan.zones, len(plan.rows), fingerprint)
        if self.store is None:
            return record, walk_tile(tile, self.rules)
        question = Question(
            name=f"{self.study_id} {plan.name}",
            asked={"what": "tile", "study": self.study_id, "tile": plan.name},
            state={"tile": fingerprint, **describe_state("area")},
        )
        kept = self.store.find(question)
        if kept is not None:
            try:
                found = unpack(TileFindings, kept.values, kept.arrays)
                check_findings(found, tile, self.rules)
            except _UNUSABLE:
                self.store.refuse()
            else:
                return record, found
        found = walk_tile(tile, self.rules)
        self.store.keep(question, Kept(*pack(TileFindings, found)))
        return record, found


def hash_tile(tile: Tile, rules: TileRules) -> str:
    """Fingerprint of all that the numbers of a tile depend on, beside the program itself."""
    values, arrays = pack(Tile, tile)
    said = asdict(replace(rules, profiles={}))
    said["profiles"] = [one.model_dump(mode="json") for one in rules.profiles.values()]
    digest = hashlib.sha256(json.dumps([values, said], sort_keys=True).encode())
    digest.update(arrays)
    return digest.hexdigest()


def check_findings(found: TileFindings, tile: Tile, rules: TileRules) -> None:
    """Refuse what cannot be of a tile."""
    shape = (len(rules.profiles), len(tile.counted))
    told = (found.band.shape, found.time_s.shape, found.people.shape[:3])
    expected = (
        (*shape, len(tile.zone)),
        (*shape, len(tile.middle)),
        (len(rules.explained), len(tile.counted), tile.n_zones),
    )
    if told != expected:
        raise DamagedError


def _walk_everywhere(
    plans: Sequence[TilePlan],
    counts: CityCounts,
    walk: Callable[[TilePlan], tuple[TileRecord, TileFindings]],
) -> tuple[TileRecord, ...]:
    """Walk every tile, in threads; what is found is put away as it comes."""
    lock = threading.Lock()

    def walk_one(plan: TilePlan) -> TileRecord:
        record, found = walk(plan)
        with lock:
            counts.add(plan, found)
        return record

    n_threads = min(len(plans), os.cpu_count() or 1)
    with warnings.catch_warnings(), ThreadPoolExecutor(n_threads) as pool:
        return tuple(pool.map(walk_one, plans))
