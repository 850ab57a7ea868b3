"""Where the next places should go: the best ones, proven, among corners or given candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.area.siting.candidates import list_corners, mark_free, put_on_streets
from access15.area.siting.find import find_area_sites
from access15.area.siting.question import AreaSites, SiteQuestion
from access15.config import (
    Label,
    Options,
    PlaceOptions,
    Study,
    build_options,
    choose,
    find_headline_group,
    load_study,
)
from access15.core.measures.uncertain import N_DRAWS
from access15.crs import LONLAT
from access15.errors import ConfigError, InputDataError
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
from access15.sources.places.destinations import read_destinations
from access15.workflows.run import Progress, Run, run_study

MOST_SITES = 20
STREETS = "streets"
_OF_CATEGORY = "category:"


def find_sites(
    study: Study | str | Path = "milano",
    *,
    category: str,
    n: int = 1,
    share: float | None = None,
    group: str | None = None,
    profile: str | None = None,
    cutoff_min: float = 15.0,
    candidates: str | Path = STREETS,
    seconds: float | None = None,
    worlds: int = N_DRAWS,
    areas: Sequence[str] | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[PlaceOptions],
) -> SiteFindings:
    """Find where one more place of a kind, and two, and more, would bring most people within reach.

    Each number of places is answered for itself, and proven: no other choice among the candidates
    brings more people. Places of today stay.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name, or its TOML file.
    category : str
        Kind of place.
    n : int
        How many more places at most, in each neighbourhood.
    share : float, optional
        Share of the people, above 0 and up to 1, at which no more places are added.
    group : str, optional
        Who is counted; by default the group of the study's headlines.
    profile : str, optional
        Who walks; by default as the group walks.
    cutoff_min : float
        Longest walk, inclusive [min].
    candidates : str or Path
        ``streets``: every corner in the neighbourhood. ``category:<id>`` (several with commas): the
        places of other kinds. Else a file of points, as destinations of `access15.measure_times`.
    seconds : float, optional
        When to end with the best found and what none exceeds, in each neighbourhood; by default
        when all is proven [s].
    worlds : int
        In how many of the drawn worlds that ranges of a run are made of every choice is looked at
        again; 0 for none.
    areas : sequence of str, optional
        Fewer neighbourhoods than the study's.
    now : datetime, optional
        Time of the run, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        ``osm, graph, facilities, seats, at, offline, walkers, categories, cache`` as for
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
        If any input cannot be used.
    """
    loaded = study if isinstance(study, Study) else load_study(study)
    group = group or find_headline_group(loaded.population.groups)
    own = {one: loaded.own_profile(one) for one in loaded.population.groups}
    walker = profile or own.get(group, loaded.claim)
    kinds = _list_kinds(candidates)
    profiles = list(dict.fromkeys([walker, *own.values()]))
    given = build_options(profiles=profiles, cutoffs_min=[cutoff_min], areas=areas, **options)
    choose(given.walkers, [walker], "profile")
    _check_asked(
        loaded,
        given,
        kinds=[category, *kinds],
        group=group,
        n=n,
        share=share,
        seconds=seconds,
        worlds=worlds,
    )
    file = find_candidate_file(candidates)
    points = None if file is None else read_candidates(file)
    asked = SiteQuestion(
        category=category,
        profile=walker,
        group=group,
        own_profile=own,
        cutoff_min=float(cutoff_min),
        n=n,
        share=share,
        seconds=seconds,
        n_worlds=worlds,
    )
    small = given.apply_to(loaded).asking([category, *kinds])
    say = progress or (lambda _: None)
    done = run_study(small, given, now=now, progress=say)
    found, told, used = dict[str, AreaSites](), set[str](), set[str]()
    for area in done.areas.values():
        say(f"looking for the best places in {area.area.name}")
        listed = _list_candidates(area, asked, kinds=kinds, points=points)
        known = gpd.GeoDataFrame(listed[listed.geometry.notna()].reset_index(drop=True))
        put = put_on_streets(area, known, max_snap_m=small.max_snap_m)
        told, used = told | set(listed["id"]), used | set(put.points["id"])
        found[area.area.id] = find_area_sites(area, asked, put)
    notes = _list_left_out(len(told), len(told - used), small.max_snap_m)
    if category not in loaded.categories:
        notes.append(Remark("remark_kind_unasked", category=category))
    return _join_findings(done, found, asked, given, file=file, notes=notes)


def find_candidate_file(candidates: str | Path) -> Path | None:
    """File of the candidates, where they are in one."""
    is_other = str(candidates) == STREETS or str(candidates).startswith(_OF_CATEGORY)
    return None if is_other else Path(candidates)


def _list_kinds(candidates: str | Path) -> list[str]:
    """Categories whose places are candidates; none where they are corners or in a file."""
    text = str(candidates)
    if not text.startswith(_OF_CATEGORY):
        return []
    return [one.strip() for one in text.removeprefix(_OF_CATEGORY).split(",")]


def _check_asked(
    study: Study,
    options: Options,
    *,
    kinds: Sequence[str],
    group: str,
    n: int,
    share: float | None,
    seconds: float | None,
    worlds: int,
) -> None:
    """Refuse what does not exist, and numbers that mean nothing."""
    problems = [
        Remark("sites_category_unknown", category=kind, known=list(options.categories))
        for kind in kinds
        if kind not in options.categories
    ]
    if kinds[0] in kinds[1:]:
        problems.append(Remark("sites_category_own", category=kinds[0]))
    if group not in study.population.groups:
        groups = tuple(study.population.groups)
        problems.append(Remark("sites_group_unknown", group=group, groups=groups))
    if not 1 <= n <= MOST_SITES:
        problems.append(Remark("sites_too_many", asked=n, most=MOST_SITES))
    if share is not None and not 0 < share <= 1:
        problems.append(Remark("sites_share_odd", share=share))
    if seconds is not None and not 0 < seconds < np.inf:
        problems.append(Remark("sites_seconds_odd", seconds=seconds))
    if not 0 <= worlds <= N_DRAWS:
        problems.append(Remark("sites_worlds_odd", worlds=worlds, most=N_DRAWS))
    if len(problems) == 1:
        raise ConfigError(problems[0])
    if problems:
        raise ConfigError(Remark("sites_unfit"), problems)


def read_candidates(path: Path) -> gpd.GeoDataFrame:
    """Candidates of a file, some of which have a point."""
    points = read_destinations(path)
    if not points.geometry.notna().any():
        raise InputDataError(Remark("sites_no_candidate", name=path.name))
    return mark_free(gpd.GeoDataFrame(points.assign(node=-1)))


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
    return mark_free(gpd.GeoDataFrame({"id": ids, "node": -1}, geometry=points, crs=LONLAT))


def _list_left_out(n_all: int, n: int, max_snap_m: float) -> list[Remark]:
    """Say how many candidates no neighbourhood looked at."""
    return [Remark("remark_left_out", n=n, n_all=n_all, metres=f"{max_snap_m:g}")] if n else []


def _join_findings(
    done: Run,
    found: Mapping[str, AreaSites],
    asked: SiteQuestion,
    options: Options,
    *,
    file: Path | None,
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
        share=asked.share,
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
        read_files=(*done.read_files, *([] if file is None else [file])),
    )


def _stack(frames: Sequence[gpd.GeoDataFrame], table: Table) -> gpd.GeoDataFrame:
    """Tables of all neighbourhoods as one, with the columns of the schema."""
    joined: Any = pd.concat(frames, ignore_index=True)
    return gpd.GeoDataFrame(joined[[*table.arrange(joined.columns), GEOMETRY]])
