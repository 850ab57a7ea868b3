"""Where the next places should go: the best ones, proven, among corners or given candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.area.siting.candidates import list_corners, mark_free, put_on_streets, require_inside
from access15.area.siting.find import find_area_sites
from access15.area.siting.parts import are_too_many
from access15.area.siting.question import AreaSites, SiteQuestion
from access15.config import (
    Label,
    Options,
    PlaceOptions,
    Study,
    build_options,
    load_study,
)
from access15.core.measures.uncertain import N_DRAWS
from access15.crs import LONLAT
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.results.run import AreaResult
from access15.results.schema import (
    SITE_ALTERNATIVES,
    SITE_CURVE,
    SITE_GAIN_STREETS,
    SITE_LEFT_OUT,
    SITE_STREETS,
    SITES,
)
from access15.results.siting import SiteFindings
from access15.results.table import GEOMETRY, Table
from access15.sources.places.candidates import read_candidates
from access15.workflows.run import Progress, Run, run_study
from access15.workflows.site_question import (
    STREETS,
    WrittenQuestion,
    build_question,
    choose_walker,
    find_candidate_file,
    list_site_inputs,
)


def site(
    study: Study | str | Path = "milano",
    *,
    category: str,
    n: int | None = None,
    objective: str = "cover",
    share: float | None = None,
    group: str | None = None,
    profile: str | None = None,
    cutoff_min: float = 15.0,
    candidates: str | Path = STREETS,
    free_existing: bool = False,
    no_losers: bool = False,
    floors: Mapping[str, float] | Sequence[str] = (),
    weights: str | Path | None = None,
    seconds: float | None = None,
    worlds: int = N_DRAWS,
    areas: Sequence[str] | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[PlaceOptions],
) -> SiteFindings:
    """Find where one more place of a kind, and two, and more, would do most for people.

    Each number of places is answered for itself, and proven: no other choice among the candidates
    that keeps the rules is better.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name, or its TOML file.
    category : str
        Kind of place.
    n : int, optional
        How many more places at most, in each neighbourhood; by default 1, and 20 where `objective`
        is ``enough``. 0 where places of today may move and none is added.
    objective : {"cover", "average", "worst", "enough"}
        Most people within the cutoff; the least average walk, where who is without any place counts
        as the longest walk that anybody has or could have; the least worst walk, with as few as can
        be without any place; fewest places for `share`.
    share : float, optional
        Share of the people, above 0 and up to 1, at which no more places are added; by default 0.9
        of ``enough``.
    group : str, optional
        Who is counted; by default the group of the study's headlines.
    profile : str, optional
        Who walks; by default as the group walks.
    cutoff_min : float
        Longest walk, inclusive [min].
    candidates : str or Path
        ``streets``: every corner in the neighbourhood. ``category:<id>`` (several with commas): the
        places of other kinds. Else a file of points, as destinations of `access15.measure_times`,
        that may say of each whether it is ``required`` or ``excluded``, of which it is
        ``only_one_of``, and its ``capacity`` [people] (``data/README.md``).
    free_existing : bool
        Whether places of today that stand in the neighbourhood may move: as many as there are and
        the more are then chosen among candidates and today's.
    no_losers : bool
        With `free_existing`: whoever is within the cutoff today stays so (``cover, enough``), or
        nobody walks longer than today (``average, worst``).
    floors : mapping of str to float, or sequence of str
        Shares that must be within the cutoff: of the people of a zone, of every zone (``each``), or
        of a group, which walks at its own pace; or texts such as ``88=0.4``. ``zone:`` and
        ``group:`` before a name say which is meant.
    weights : str or Path, optional
        Table of what each person of a zone counts for: ``zone_id, weight``. People told stay
        people.
    seconds : float, optional
        When to end with the best found and what none exceeds, in each neighbourhood; by default
        when all is proven [s].
    worlds : int
        In how many of the drawn worlds that ranges of a run are made of every choice is looked at
        again; 0 for none, and none where candidates times resident points are over 500 million.
    areas : sequence of str, optional
        Fewer neighbourhoods than the study's.
    now : datetime, optional
        Time of the run, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        ``osm, graph, dem, facilities, seats, at, offline, walkers, categories, cache`` as for
        `access15.run`.

    Returns
    -------
    SiteFindings
        The places, what they bring, other places as good, and where the people live.

    Raises
    ------
    ConfigError
        If something asked for does not exist.
    Access15Error
        If any input cannot be used, or walks are to be short among over 500 million pairs of a
        candidate and a resident point.
    """
    loaded = study if isinstance(study, Study) else load_study(study)
    group, walker = choose_walker(loaded, group, profile)
    own = [loaded.own_profile(one) for one in loaded.population.groups]
    profiles = list(dict.fromkeys([walker, *own]))
    given = build_options(profiles=profiles, cutoffs_min=[cutoff_min], areas=areas, **options)
    written = WrittenQuestion(
        category=category,
        n=n,
        objective=objective,
        share=share,
        group=group,
        profile=walker,
        cutoff_min=cutoff_min,
        candidates=candidates,
        seconds=seconds,
        worlds=worlds,
        free_existing=free_existing,
        no_losers=no_losers,
        floors=floors,
        weights=None if weights is None else Path(weights),
    )
    asked, kinds = build_question(written, loaded, given), written.kinds
    file = find_candidate_file(candidates)
    points = None if file is None else read_candidates(file)
    _check_capacity(asked, points)
    if points is not None:
        asked = replace(asked, has_room=bool(np.isfinite(points["capacity"]).any()))
    small = given.apply_to(loaded).asking([category, *kinds])
    say = progress or (lambda _: None)
    done = run_study(small, given, now=now, progress=say)
    found, told, used, bound = dict[str, AreaSites](), set[str](), set[str](), set[str]()
    for area in done.areas.values():
        say(f"looking for the best places in {area.area.name}")
        listed = _list_candidates(area, asked, kinds=kinds, points=points)
        known = gpd.GeoDataFrame(listed[listed.geometry.notna()].reset_index(drop=True))
        put = put_on_streets(area, known, max_snap_m=small.max_snap_m)
        put = require_inside(area, put)
        _check_size(area, asked, len(put))
        told, used = told | set(listed["id"]), used | set(put.points["id"])
        bound |= set(put.points["id"][put.points["required"]])
        found[area.area.id] = find_area_sites(
            area, asked, put, tell=_make_greedy_news(say, area.area.name, asked)
        )
    _check_found(found, required=_list_required(points) - bound)
    notes = _list_left_out(len(told), len(told - used), small.max_snap_m)
    notes += [note for one in found.values() for note in one.notes]
    if category not in loaded.categories:
        notes.append(Remark("remark_kind_unasked", category=category))
    return _join_findings(
        done,
        found,
        asked,
        given,
        files=list_site_inputs(candidates, weights),
        is_bound=_is_bound(points),
        notes=notes,
    )


def _check_capacity(asked: SiteQuestion, points: gpd.GeoDataFrame | None) -> None:
    """Refuse capacities where minutes are sought."""
    if points is None or asked.is_by_reach or not np.isfinite(points["capacity"]).any():
        return
    raise ConfigError(Remark("sites_capacity_idle", objective=asked.objective))


def _make_greedy_news(
    say: Progress, area: str, asked: SiteQuestion
) -> Callable[[int, float, float], None]:
    """Make what says a greedy choice at once, with what none is better than."""

    def say_at_once(n: int, greedy: float, bound: float) -> None:
        if asked.is_by_reach:
            told = f"{greedy:.0f} (≤ {np.ceil(bound):.0f})"
        else:
            told = f"{greedy:.1f} min (≥ {np.floor(10.0 * bound) / 10.0:.1f})"
        say(f"found one at a time, before the proof, in {area}, +{n}: {told}")

    return say_at_once


def _check_size(area: AreaResult, asked: SiteQuestion, n: int) -> None:
    """Refuse minutes where candidates and homes are too many: all walks are needed at once."""
    n_homes = len(area.residents)
    if asked.is_by_reach or not are_too_many(n, n_homes):
        return
    raise ConfigError(
        Remark(
            "sites_walks_many",
            area=area.area.name,
            n=n,
            n_homes=n_homes,
            objective=asked.objective,
        )
    )


def _is_bound(points: gpd.GeoDataFrame | None) -> bool:
    """Whether candidates of a file say what a choice must heed."""
    return points is not None and bool(points["required"].any() or (points["one_of"] != "").any())


def _list_required(points: gpd.GeoDataFrame | None) -> set[str]:
    """Candidates that must be chosen."""
    return set() if points is None else set(points["id"][points["required"]])


def _check_found(found: Mapping[str, AreaSites], *, required: set[str]) -> None:
    """Refuse to tell of anything where a required candidate is in no neighbourhood, or where no
    choice keeps the rules.
    """
    problems = []
    if required:
        problems.append(Remark("sites_required_elsewhere", ids=sorted(required)))
    for one in found.values():
        area = one.curve["area_name"].iloc[0]
        problems += [Remark("sites_in_area", area=area, what=fault) for fault in one.faults]
    if problems:
        raise ConfigError(Remark("sites_rules_unkept"), problems)


def _list_candidates(
    area: AreaResult,
    asked: SiteQuestion,
    *,
    kinds: Sequence[str],
    points: gpd.GeoDataFrame | None,
) -> gpd.GeoDataFrame:
    """Candidates of one neighbourhood, with their points where these are certain."""
    if points is not None:
        return points
    if not kinds:
        return list_corners(area, asked.profile)
    table = area.facilities
    own = table[table["category"].isin(kinds)].to_crs(LONLAT)
    ids, points = own["facility_id"].astype(str), own.geometry.where(own["status"] == "ok")
    told = {"id": ids, "node": -1, "address": own["address"].fillna("")}
    return mark_free(gpd.GeoDataFrame(told, geometry=points, crs=LONLAT))


def _list_left_out(n_all: int, n: int, max_snap_m: float) -> list[Remark]:
    """Say how many candidates no neighbourhood looked at."""
    return [Remark("remark_left_out", n=n, n_all=n_all, metres=f"{max_snap_m:g}")] if n else []


def _join_findings(
    done: Run,
    found: Mapping[str, AreaSites],
    asked: SiteQuestion,
    options: Options,
    *,
    files: Sequence[Path],
    is_bound: bool,
    notes: Sequence[Remark],
) -> SiteFindings:
    """Put what was found in all neighbourhoods together."""
    infos = {area_id: area.network_info for area_id, area in done.areas.items()}
    sources: dict[str, str] = {
        area_id: Remark("remark_dated", name=info.name, date=info.date) if info.date else info.name
        for area_id, info in infos.items()
    }
    labels = done.group_labels[asked.group]
    curve = pd.concat([one.curve for one in found.values()], ignore_index=True).assign(
        profile=asked.profile,
        category=asked.category,
        group=asked.group,
        cutoff_min=asked.cutoff_min,
        streets=lambda table: table["area"].map(sources),
        date=done.created.isoformat(timespec="seconds"),
    )
    if done.at is not None:
        curve = curve.assign(at=done.at.strftime("%Y-%m-%d %H:%M"))
    table = SITE_CURVE.fill(group=asked.own_profile)
    return SiteFindings(
        study_id=done.study.id,
        study_name=done.study.name,
        profile=options.walkers[asked.profile],
        category=asked.category,
        kind=options.categories[asked.category],
        group=asked.group,
        people=Label(it=labels["it"], en=labels["en"]),
        cutoff_min=asked.cutoff_min,
        objective=asked.objective,
        share=asked.share,
        is_free=asked.is_free,
        has_rules=bool(asked.floors) or asked.is_lossless or is_bound,
        created=done.created,
        networks={area_id: area.network_hash for area_id, area in done.areas.items()},
        sources=sources,
        curve=curve[table.arrange(curve.columns)],
        sites=_stack([one.sites for one in found.values()], SITES),
        alternatives=_stack([one.alternatives for one in found.values()], SITE_ALTERNATIVES),
        streets=pd.concat([one.streets for one in found.values()], ignore_index=True)[
            [column.name for column in SITE_STREETS.columns]
        ],
        left_out=_stack([one.left_out for one in found.values()], SITE_LEFT_OUT),
        gain_streets=_stack([one.gain_streets for one in found.values()], SITE_GAIN_STREETS),
        run=done,
        at=done.at,
        warnings=(
            *dict.fromkeys(note for one in infos.values() for note in one.warnings),
            *notes,
        ),
        read_files=(*done.read_files, *files),
    )


def _stack(frames: Sequence[gpd.GeoDataFrame], table: Table) -> gpd.GeoDataFrame:
    """Tables of all neighbourhoods as one, with the columns of the schema."""
    joined: Any = pd.concat(frames, ignore_index=True)
    return gpd.GeoDataFrame(joined[[*table.arrange(joined.columns), GEOMETRY]])
