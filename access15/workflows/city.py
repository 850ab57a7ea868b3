"""A whole city: every zone of a study in one answer, tile by tile, read top to bottom.

Tiles are pure tasks (`access15.area.tiles`). What one found is kept with a fingerprint of all that
it depends on, so that a run that was killed goes on where it was, and one with a changed input
computes only what depends on it.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final, Unpack
from weakref import finalize

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.area.city import CityCounts, CityTables
from access15.area.coverage import located
from access15.area.tiles import (
    CityGround,
    TileFindings,
    TilePlan,
    TileRules,
    build_rules,
    lay_ground,
    list_city_targets,
    plan_tiles,
)
from access15.area.walkers import AreaInputs
from access15.config import (
    Area,
    Grid,
    Lang,
    Options,
    RunOptions,
    Study,
    build_options,
    find_now,
    list_inputs,
    load_study,
    parse_grid,
)
from access15.core.walk.search import is_compiled
from access15.crs import LONLAT
from access15.errors import Access15Error, Access15Warning, InputDataError
from access15.files import scratch_folder
from access15.files.store import Store
from access15.remarks import Remark
from access15.results.cells import gather_cells
from access15.results.city import CityResult, HomeColumns, LostTile, TileRecord
from access15.sources.streets.at_hand import find_covered_box
from access15.sources.streets.boxes import Box, format_box, is_box_inside
from access15.workflows.cluster import Cluster, Failed, Wanted, opened_cluster, read_wanted
from access15.workflows.given import Given, read_given
from access15.workflows.run import (
    READING,
    Clock,
    Prepared,
    Progress,
    check_lang,
    hash_inputs,
    label_groups,
    prepare_study,
)
from access15.workflows.tiles import FarWalk, TileWalk, lay_out

CITY: Final = "city"
MOST_KEPT_BYTES: Final = 4_000_000_000  # this project's choice: some fifty cities like Milan
_MOST_TOLD: Final = 20  # lines of progress


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
    grid: str | Grid | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    **options: Unpack[RunOptions],
) -> City:
    """Answer for every zone of a study at once: coverage, gap, ranks, what closes the door.

    Zones that the extract does not cover whole are left out and told, never counted half. Every
    number is that of one undivided run over the same zones, to the last bit, however many workers
    there are.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name, or its TOML file; all zones of all its neighbourhoods are counted.
    grid : str or Grid, optional
        Cells that people are counted in as well: ``"h3:9"`` (hexagons of H3 by their resolution) or
        ``"square:100"`` (squares by their side in metres). The sums of the cells are those of the
        zones, to the last bit.
    now : datetime, optional
        Time of the run, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.
    workers : int, optional
        How many processes of this machine walk; needs ``access15[cluster]``. A script that asks for
        them must be guarded by ``if __name__ == "__main__":``.
    scheduler : str, optional
        Address of a Dask scheduler whose workers walk (``"tcp://10.0.0.5:8786"``): they need the
        same access15, Python and libraries, and must see the cache under the same path.
    **options
        As for `access15.run`. What tiles found is kept in the cache, unless ``no_cache``.

    Returns
    -------
    City
        Tables, and what writes them with the page. What failed on every worker is in `City.lost`.

    Raises
    ------
    Access15Error
        If any input cannot be used, or the workers are gone; says which, where and what to do.
    """
    cells = parse_grid(grid) if isinstance(grid, str) else grid
    wanted = read_wanted(workers, scheduler)
    asked = build_options(**options)
    loaded = study if isinstance(study, Study) else load_study(study)
    given = asked.apply_to(loaded)
    return run_city_study(given, asked, grid=cells, now=now, progress=progress, wanted=wanted)


def run_city_study(
    study: Study,
    options: Options,
    *,
    grid: Grid | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> City:
    """Answer for every zone of a study to which options are applied."""
    clock, created = Clock.start(now, progress), find_now(now)
    with ExitStack() as on_exit:
        far = _Far.begin(on_exit, wanted, options, clock.progress) if wanted else None
        # 1. The zones that are there whole, as one neighbourhood.
        whole = merge_areas(study, [zone for area in study.areas for zone in area.zones])
        with clock.stage(READING):
            given = read_given(whole, options)
            box = find_covered_box(given.categories, options, given.crs)
            is_whole = find_whole(given.zones, box)
        # 2. Tile by tile; where some fail on every worker, all others again as if these had never
        #    been asked for: what the others found is kept.
        lost: tuple[LostTile, ...] = ()
        while True:
            city = _leave_out(whole, given, is_whole, box, lost)
            kept = given if city is whole else read_given(city, options)
            walked = _walk_city(city, kept, options, clock=clock, now=created, far=far)
            if not walked.lost:
                break
            lost += walked.lost
        # 3. Put together.
        with clock.stage("counting zone by zone"):
            near_edge = find_near_edge(walked.inputs, box, walked.halo_m)
            tables = walked.counts.tabulate(near_edge)
            cells = None
            if grid is not None:
                homes = gather_cells(walked.inputs.residents.geometry, grid)
                cells = walked.counts.count_cells(homes, grid)
        made = _describe(study, city, options, walked, tables)
        names = dict(zip(given.zones["zone_id"].astype(str), given.zones["name"], strict=True))
        outside = [zone for zone, is_in in zip(names, is_whole, strict=True) if not is_in]
        made = replace(
            made,
            outlines=made.outlines.assign(near_edge=list(near_edge.values())),
            left_out=tuple((zone, str(names[zone])) for zone in outside),
            created=created,
            lost=lost,
            lost_names={zone: str(names[zone]) for tile in lost for zone in tile.zones},
            stage_s=clock.stage_s,
            cells=cells,
        )
        if far is not None:
            # what workers wrote stays until nobody can ask for it
            finalize(made, far.scratch.pop_all().close)
        return made


@dataclass(frozen=True, eq=False)
class _Walked:
    """A city whose tiles are walked."""

    study: Study
    prepared: Prepared
    inputs: AreaInputs
    halo_m: float
    counts: CityCounts
    tiles: tuple[TileRecord, ...]
    lost: tuple[LostTile, ...] = ()
    parts: Path | None = None


def _walk_city(
    city: Study,
    given: Given,
    options: Options,
    *,
    clock: Clock,
    now: datetime,
    far: _Far | None,
) -> _Walked:
    """Walk every tile of a city: here, or on workers."""
    prepared = prepare_study(city, given, options, clock=clock, now=now)
    inputs = replace(prepared.build_inputs(city.areas[0]), around=None)
    if not is_compiled():
        clock.progress("the search is compiled on first use: about ten seconds, once")
    with clock.stage("finding doors and missing links"):
        rules = build_rules(inputs, given.profiles)
        ground = lay_ground(inputs, rules)
    plans, counts = plan_tiles(inputs), CityCounts(inputs, rules)
    walked = _Walked(city, prepared, inputs, ground.halo_m, counts, ())
    with clock.stage("walking tile by tile"):
        if far is not None:
            return far.walk(walked, ground, rules, plans, clock.progress)
        store = None if options.no_cache else Store(options.cache.tiles, most_bytes=MOST_KEPT_BYTES)
        walk = TileWalk(ground, rules, store, city.id)
        return replace(walked, tiles=_walk_everywhere(plans, counts, walk))


def _describe(
    study: Study,
    city: Study,
    options: Options,
    walked: _Walked,
    tables: CityTables,
) -> City:
    """The answer, as far as walking found it."""
    inputs, prepared = walked.inputs, walked.prepared
    targets = list_city_targets(inputs)
    return City(
        study=city,
        quarters={one.zones[0]: one.id for one in study.areas if len(one.zones) == 1},
        profiles=prepared.given.profiles,
        categories=prepared.given.categories,
        targets=tuple(targets),
        group_labels=label_groups(study),
        cutoffs_min=study.cutoffs_min,
        created=find_now(None),
        at=prepared.at,
        network_info=inputs.network_info,
        crs=inputs.network.crs,
        n_nodes=inputs.network.n_nodes,
        n_edges=inputs.network.n_edges,
        people_info=inputs.people_info,
        outlines=inputs.zones[["zone_id", "name", "geometry"]],
        left_out=(),
        zones=tables.zones,
        explained=tables.explained,
        residents=inputs.residents,
        time_s=tables.time_s,
        tiles=walked.tiles,
        n_places={target: len(located(inputs, target)) for target in targets},
        inputs=hash_inputs(city, options, {inputs.network_info.kind}, prepared.bikes),
        read_files=list_inputs(study, options),
        home_parts=walked.parts,
    )


@dataclass(frozen=True, eq=False)
class _Far:
    """Workers, and a folder that they and this process see."""

    cluster: Cluster
    folder: Path
    scratch: ExitStack
    store: Store
    round: Iterator[int] = field(default_factory=count)

    @classmethod
    def begin(
        cls,
        on_exit: ExitStack,
        wanted: Wanted,
        options: Options,
        progress: Progress,
    ) -> _Far:
        """Find workers that can be used, before anything is read."""
        scratch = on_exit.enter_context(ExitStack())
        folder = scratch.enter_context(scratch_folder(options.cache.tiles / "ground"))
        cluster = on_exit.enter_context(opened_cluster(wanted, folder))
        cluster.check(folder)
        progress(Remark("cluster_begun", n=cluster.count(), dashboard=cluster.dashboard))
        kept = folder / "kept" if options.no_cache else options.cache.tiles
        return cls(cluster, folder, scratch, Store(kept, most_bytes=MOST_KEPT_BYTES))

    def walk(
        self,
        walked: _Walked,
        ground: CityGround,
        rules: TileRules,
        plans: Sequence[TilePlan],
        progress: Progress,
    ) -> _Walked:
        """Have workers walk every tile."""
        inputs = walked.inputs
        folder = self.folder / str(next(self.round))
        folder.mkdir()
        homes = inputs.residents
        lay_out(folder, ground, ((plan.name, homes.iloc[plan.rows]) for plan in plans))
        targets = tuple(list_city_targets(inputs))
        named = HomeColumns(tuple(rules.profiles), targets, inputs.groups, inputs.network.crs)
        work = FarWalk(folder, rules, self.store, walked.study.id, named)
        records: dict[int, TileRecord] = {}
        lost: dict[int, LostTile] = {}
        told: set[str] = set()
        names = [f"tile {plan.name}" for plan in plans]
        for i, found in self.cluster.walk(work, plans, names):
            if isinstance(found, Failed):
                lost[i] = LostTile(plans[i].name, plans[i].zones, found.reason)
                progress(Remark("tile_lost", tile=plans[i].name, reason=found.reason))
                continue
            records[i] = found.record
            walked.counts.add(plans[i], found.found)
            for note in set(found.notes) - told:
                warnings.warn(note, Access15Warning, stacklevel=2)
            told |= set(found.notes)
            n_done, every = len(records), -(-len(plans) // _MOST_TOLD)
            if n_done % every == 0 or n_done == len(plans):
                progress(Remark("tiles_done", done=n_done, n=len(plans)))
        return replace(
            walked,
            tiles=tuple(records[i] for i in sorted(records)),
            lost=tuple(lost[i] for i in sorted(lost)),
            parts=work.parts,
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


def _leave_out(
    study: Study,
    given: Given,
    is_whole: NDArray[np.bool_],
    box: Box | None,
    lost: Sequence[LostTile],
) -> Study:
    """The study with the zones that are there whole, and are not of tiles that failed."""
    if not is_whole.any() and box is not None:
        raise InputDataError(Remark("city_no_zone_whole", study=study.id, box=format_box(box)))
    ids = given.zones["zone_id"].astype(str)
    is_counted = is_whole & ~ids.isin([zone for tile in lost for zone in tile.zones]).to_numpy()
    if is_counted.all():
        return study
    if not is_counted.any():
        reasons = [Remark("error_at", where=one.name, text=one.reason) for one in lost]
        raise Access15Error(Remark("city_all_lost", n=len(lost)), reasons)
    return merge_areas(study, ids[is_counted].tolist())


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
