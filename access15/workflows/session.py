"""The offline page on which a neighbourhood tries out changes together."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Unpack

import geopandas as gpd
import numpy as np

from access15.area.siting.aids import find_bench
from access15.area.siting.prepare import find_answers, list_given
from access15.area.walkers import HUB
from access15.config import (
    AreaOptions,
    Lang,
    RunOptions,
    Study,
    find_headline_group,
    load_study,
)
from access15.config.proposal import Proposal
from access15.errors import ConfigError, InputDataError
from access15.files import write_text_atomic
from access15.outputs.pages.session import render_session
from access15.remarks import Remark
from access15.results.prepared import SessionSites
from access15.results.run import AreaResult, RunResult
from access15.sources.places.candidates import read_candidates
from access15.workflows.compare import check_asked, read_for_session, set_defaults
from access15.workflows.own_inputs import check_outputs
from access15.workflows.run import Progress, run

MOST_SITES = 5  # each answer is solved for every group and kind of place


def write_session(
    area: str,
    path: Path,
    *,
    study: Study | str | Path = "milano",
    proposals: Path | None = None,
    sites: int | None = None,
    site_candidates: Path | None = None,
    lang: Lang = "it",
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[AreaOptions],
) -> RunResult:
    """Run a study for one neighbourhood and write its session page, with proposals to open with,
    places to choose among, and answers for so many more places.
    """
    if sites is not None and not 2 <= sites <= MOST_SITES:
        raise ConfigError(Remark("session_sites_odd", asked=sites, most=MOST_SITES))
    loaded = study if isinstance(study, Study) else load_study(study)
    asked: RunOptions = {**options, "areas": [area]}
    read = [one for one in (proposals, site_candidates) if one is not None]
    check_outputs([path], study=loaded, options=asked, others=read)
    given: tuple[Proposal, ...] = ()
    if proposals is not None:
        given = read_for_session(proposals, area, loaded, asked)
        asked = set_defaults(asked, given)
    points = None if site_candidates is None else read_site_candidates(site_candidates)
    result = run(loaded, now=now, progress=progress, **asked)
    if given:
        check_asked(given, result)
    prepared = _prepare(result, area, points, most=sites, progress=progress)
    if points is not None and not prepared.given:
        name = Path(str(site_candidates)).name
        raise InputDataError(Remark("session_candidates_far", name=name, area=area))
    text = render_session(result, area, lang=lang, proposals=given, sites=prepared)
    write_text_atomic(path, text)
    return result


def read_site_candidates(path: Path) -> gpd.GeoDataFrame:
    """Candidates of a file that have a point; none of which more is asked than people within the
    minutes.
    """
    points = read_candidates(path)
    is_bound = points["required"].any() or (points["one_of"] != "").any()
    if is_bound or np.isfinite(points["capacity"].to_numpy(dtype=np.float64)).any():
        raise InputDataError(Remark("session_candidates_bound", name=path.name))
    return gpd.GeoDataFrame(points[points.geometry.notna()].reset_index(drop=True))


def _prepare(
    result: RunResult,
    area: str,
    points: gpd.GeoDataFrame | None,
    *,
    most: int | None,
    progress: Progress | None,
) -> SessionSites:
    """What the page knows of more places before anybody sits down at it."""
    here, max_snap_m = result.areas[area], result.study.max_snap_m
    given = () if points is None else list_given(here, points, max_snap_m=max_snap_m)
    place = _find_bench_place(result, here)
    if most is None:
        return SessionSites(given, bench=place)
    if progress is not None:
        progress(f"looking for the best places in {here.area.name}")
    answers = find_answers(
        here,
        own_profile={one: result.study.own_profile(one) for one in result.study.population.groups},
        cutoff_min=max(result.cutoffs_min),
        most=most,
        max_snap_m=max_snap_m,
        points=points,
    )
    return SessionSites(given, tuple(answers), bench=place)


def _find_bench_place(result: RunResult, here: AreaResult) -> tuple[float, float] | None:
    """Where one more bench helps the headline's group most, as the index tells."""
    group = find_headline_group(result.study.population.groups)
    if result.study.own_profile(group) not in here.walkers or not here.is_known(HUB):
        return None
    bench = find_bench(here, group=group, cutoff_min=max(result.cutoffs_min))
    return bench.place if bench else None
