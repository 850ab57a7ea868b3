"""The barriers on the ways to chosen places, as plans that remove them list them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Unpack

from access15.area.barriers import BarrierQuestion, find_area_barriers
from access15.area.walkers import HUB
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
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.results.barriers import BarrierFindings
from access15.results.run import AreaResult
from access15.sources.tables.barriers import read_barrier_sheets
from access15.workflows.run import Progress, Run, run_study

WHEELS = "wheelchair"  # whom the law's plans are written for first, and whom most barriers stop
_HUBS = Label(it="Hub", en="Hub")


class AskedArea(NamedTuple):
    """A question about barriers, and the run of the neighbourhood that it is about."""

    question: BarrierQuestion
    done: Run
    area: AreaResult
    service: Label
    people: Label


def find_barriers(
    area: str,
    *,
    study: Study | str | Path = "milano",
    to: str = HUB,
    profile: str = WHEELS,
    group: str | None = None,
    cutoff_min: float = 15.0,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[PlaceOptions],
) -> BarrierFindings:
    """List the barriers on the ways to the nearest chosen place, the first keeps most people out.

    Parameters
    ----------
    area : str
        A neighbourhood of the study.
    study : Study, str or Path
        A study, its name, or its TOML file.
    to : str
        Kind of place walked to; ``"hub"`` for the nearest hub.
    profile : str
        Who walks.
    group : str, optional
        Who is counted; by default the group of the study's headlines.
    cutoff_min : float
        Longest walk, inclusive [min].
    now : datetime, optional
        Time of the run, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        As for `access15.run`: ``osm, graph, facilities, seats, obstacles, at, offline, walkers,
        categories, cache`` and the others about places.

    Returns
    -------
    BarrierFindings
        Barriers, with what sheets among ``obstacles`` say of them.

    Raises
    ------
    ConfigError
        If something asked for does not exist.
    Access15Error
        If any input cannot be used.
    """
    asked = ask_area(
        area,
        study=study,
        to=to,
        profile=profile,
        group=group,
        cutoff_min=cutoff_min,
        now=now,
        progress=progress,
        **options,
    )
    done, here = asked.done, asked.area
    source = done.study.obstacles
    surveyed = read_barrier_sheets(source.files) if source is not None else []
    found = find_area_barriers(here, asked.question, surveyed)
    info = here.network_info
    return BarrierFindings(
        area_id=here.area.id,
        area_name=here.area.name,
        profile=asked.question.walker,
        service=asked.service,
        people=asked.people,
        group=asked.question.group,
        cutoff_min=asked.question.cutoff_min,
        created=done.created,
        source=Remark("remark_dated", name=info.name, date=info.date) if info.date else info.name,
        method=here.people_info.join_methods(),
        n_places=found.n_places,
        n_people=found.n_people,
        within=found.within,
        within_free=found.within_free,
        barriers=found.barriers,
        settled=found.settled,
        gone=found.gone,
        at=done.at,
        warnings=tuple(dict.fromkeys(info.warnings)),
        read_files=done.read_files,
    )


def ask_area(
    area: str,
    *,
    study: Study | str | Path,
    to: str,
    profile: str,
    group: str | None,
    cutoff_min: float,
    now: datetime | None,
    progress: Progress | None,
    **options: Unpack[PlaceOptions],
) -> AskedArea:
    """Check a question about barriers, and run the neighbourhood that it is about."""
    loaded = study if isinstance(study, Study) else load_study(study)
    loaded.area(area)
    group = group or find_headline_group(loaded.population.groups)
    given = build_options(profiles=[profile], cutoffs_min=[cutoff_min], areas=[area], **options)
    walker = choose(given.walkers, [profile], "profile")[profile]
    question = BarrierQuestion(category=to, walker=walker, group=group, cutoff_min=cutoff_min)
    _check(loaded, given, question)
    kinds = loaded.categories[:1] if to == HUB else (to,)
    done = run_study(given.apply_to(loaded).asking(kinds), given, now=now, progress=progress)
    labels = done.group_labels[group]
    kind = done.study.hub_category if to == HUB else to
    return AskedArea(
        question,
        done,
        done.areas[area],
        _HUBS if kind is None else given.categories[kind].label,
        Label(it=labels["it"], en=labels["en"]),
    )


def _check(study: Study, options: Options, asked: BarrierQuestion) -> None:
    """Refuse what does not exist, and a walker on whose way nothing is a barrier of its own."""
    problems = []
    known, groups = [HUB, *options.categories], tuple(study.population.groups)
    if asked.category not in known:
        problems.append(Remark("seats_category_unknown", category=asked.category, known=known))
    if asked.group not in groups:
        problems.append(Remark("sites_group_unknown", group=asked.group, groups=groups))
    if asked.walker.needs_seat:
        problems.append(Remark("barriers_from_seats", profile=asked.walker.id))
    if len(problems) == 1:
        raise ConfigError(problems[0])
    if problems:
        raise ConfigError(Remark("barriers_unasked"), problems)
