"""Which benches, crossings, kerbs or steps bring most people to a service, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.area.siting.works import BENCH, FIXED, AreaWorks, WorkQuestion, find_area_works
from access15.area.walkers import HUB
from access15.config import (
    Label,
    Options,
    PlaceOptions,
    Study,
    WalkProfile,
    build_options,
    choose,
    find_headline_group,
    load_study,
)
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.results.schema import WORK_CURVE
from access15.results.works import WorkFindings
from access15.workflows.run import Progress, Run, run_study

WORK_KINDS: Final = (BENCH, *FIXED)
MOST_WORKS: Final = 20
_SITTING: Final = "frail_seats"
_HUBS = Label(it="Hub", en="Hub")


def find_works(
    study: Study | str | Path = "milano",
    *,
    work: str,
    to: str = HUB,
    n: int = 1,
    share: float | None = None,
    group: str | None = None,
    profile: str | None = None,
    cutoff_min: float = 15.0,
    seconds: float | None = None,
    areas: Sequence[str] | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[PlaceOptions],
) -> WorkFindings:
    """Find the bench, crossing, kerb or steps that bring most people to a service, the two, and so
    on.

    Works help each other, so that each number of them is asked for anew: the greedy choice first,
    then whatever no larger choice does without, until none can be better.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name, or its TOML file.
    work : str
        ``bench``: a new one, in the middle of a short stretch of street. ``crossing``, ``kerb``,
        ``steps``: one that is mapped, so mended that it costs the walker nothing more.
    to : str
        Kind of place walked to; ``"hub"`` for the nearest hub of the neighbourhood.
    n : int
        How many at most, in each neighbourhood.
    share : float, optional
        Share of the people, above 0 and up to 1, at which no more are added.
    group : str, optional
        Who is counted; by default the group of the study's headlines.
    profile : str, optional
        Who walks; by default ``frail_seats`` to find benches, from seat to seat, else as the group
        walks.
    cutoff_min : float
        Longest walk, inclusive [min].
    seconds : float, optional
        When to end with the best found and what none exceeds, in each neighbourhood; by default
        after so many rounds of the search [s].
    areas : sequence of str, optional
        Fewer neighbourhoods than the study's.
    now : datetime, optional
        Time of the run, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        ``osm, graph, dem, facilities, seats, at, offline, walkers, categories, cache`` as for
        `access15.run`; benches of an extract count.

    Returns
    -------
    WorkFindings
        The works, what they bring, and where the people live.

    Raises
    ------
    ConfigError
        If something asked for does not exist.
    Access15Error
        If any input cannot be used.
    """
    loaded = study if isinstance(study, Study) else load_study(study)
    group = group or find_headline_group(loaded.population.groups)
    own = loaded.own_profile(group) if group in loaded.population.groups else loaded.claim
    name = profile or (_SITTING if work == BENCH else own)
    given = build_options(profiles=[name], cutoffs_min=[cutoff_min], areas=areas, **options)
    walker = choose(given.walkers, [name], "profile")[name]
    asked = WorkQuestion(
        work=work,
        category=to,
        walker=walker,
        group=group,
        cutoff_min=float(cutoff_min),
        n=n,
        share=share,
        seconds=seconds,
    )
    _check_asked(loaded, given, asked)
    # seats are asked about below, whether or not one is known today
    plain = {**given.walkers, name: walker.model_copy(update={"needs_seat": False})}
    given = replace(given, walkers=plain)
    kinds = loaded.categories[:1] if to == HUB else (to,)
    say = progress or (lambda _: None)
    done = run_study(given.apply_to(loaded).asking(kinds), given, now=now, progress=say)
    found = dict[str, AreaWorks]()
    for area in done.areas.values():
        say(f"looking for the best works in {area.area.name}")
        found[area.area.id] = find_area_works(area, asked)
    return _join_findings(done, found, asked, given)


def _check_asked(study: Study, options: Options, asked: WorkQuestion) -> None:
    """Refuse what does not exist, and numbers that mean nothing."""
    problems = []
    known, groups = [HUB, *options.categories], tuple(study.population.groups)
    if asked.work not in WORK_KINDS:
        problems.append(Remark("works_unknown", work=asked.work, known=WORK_KINDS))
    if asked.category not in known:
        problems.append(Remark("seats_category_unknown", category=asked.category, known=known))
    if asked.group not in groups:
        problems.append(Remark("sites_group_unknown", group=asked.group, groups=groups))
    if not 1 <= asked.n <= MOST_WORKS:
        problems.append(Remark("works_too_many", asked=asked.n, most=MOST_WORKS))
    if asked.share is not None and not 0 < asked.share <= 1:
        problems.append(Remark("sites_share_odd", share=asked.share))
    if asked.seconds is not None and not 0 < asked.seconds < np.inf:
        problems.append(Remark("sites_seconds_odd", seconds=asked.seconds))
    problems += _check_walker(asked.work, asked.walker)
    if len(problems) == 1:
        raise ConfigError(problems[0])
    if problems:
        raise ConfigError(Remark("works_unfit"), problems)


def _check_walker(work: str, walker: WalkProfile) -> list[Remark]:
    """Refuse a walker to whom the works mean nothing."""
    if work == BENCH and walker.rest_every_m is None:
        return [Remark("works_without_gap", profile=walker.id)]
    if work in FIXED and walker.needs_seat:
        return [Remark("works_from_seats", profile=walker.id, work=work)]
    return []


def _join_findings(
    done: Run,
    found: Mapping[str, AreaWorks],
    asked: WorkQuestion,
    options: Options,
) -> WorkFindings:
    """Put what was found in all neighbourhoods together."""
    infos = {area_id: area.network_info for area_id, area in done.areas.items()}
    sources: dict[str, str] = {
        area_id: Remark("remark_dated", name=info.name, date=info.date) if info.date else info.name
        for area_id, info in infos.items()
    }
    labels = done.group_labels[asked.group]
    curve = pd.concat([one.curve for one in found.values()], ignore_index=True).assign(
        work=asked.work,
        profile=asked.walker.id,
        category=asked.category,
        group=asked.group,
        cutoff_min=asked.cutoff_min,
        streets=lambda table: table["area"].map(sources),
        date=done.created.isoformat(timespec="seconds"),
    )
    if done.at is not None:
        curve = curve.assign(at=done.at.strftime("%Y-%m-%d %H:%M"))
    works: Any = pd.concat([one.works for one in found.values()], ignore_index=True)
    kind = done.study.hub_category if asked.category == HUB else asked.category
    return WorkFindings(
        study_id=done.study.id,
        study_name=done.study.name,
        work=asked.work,
        profile=asked.walker,
        category=asked.category,
        service=_HUBS if kind is None else options.categories[kind].label,
        people=Label(it=labels["it"], en=labels["en"]),
        cutoff_min=asked.cutoff_min,
        share=asked.share,
        created=done.created,
        networks={area_id: area.network_hash for area_id, area in done.areas.items()},
        sources=sources,
        curve=curve[WORK_CURVE.arrange(curve.columns)],
        works=gpd.GeoDataFrame(works),
        streets=pd.concat([one.streets for one in found.values()], ignore_index=True),
        at=done.at,
        warnings=tuple(dict.fromkeys(note for one in infos.values() for note in one.warnings)),
        read_files=done.read_files,
    )
