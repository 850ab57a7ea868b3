"""The barriers on the ways to chosen places, as plans that remove them list them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Unpack

from access15.area.barriers import BarrierQuestion, find_area_barriers
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
from access15.errors import ConfigError, Gathering
from access15.remarks import Remark
from access15.results.barriers import BarrierFindings
from access15.results.run import AreaResult
from access15.sources.tables.barriers import read_barrier_sheets
from access15.workflows.run import Progress, Run, run_study

WHEELS = "wheelchair"  # whom the law's plans are written for first, and whom most barriers stop
_HUBS = Label(it="Hub", en="Hub")


class BarrierOptions(PlaceOptions, total=False):
    """What every question about barriers shares."""

    to: str
    profile: str
    group: str | None
    cutoff_min: float
    now: datetime | None
    progress: Progress | None


class AskedArea(NamedTuple):
    """A question about barriers, and the run of the neighbourhood that it is about."""

    question: BarrierQuestion
    done: Run
    area: AreaResult
    service: Label
    people: Label

    def describe(self) -> dict[str, Any]:
        """What every answer says of the question, as `BarrierAnswer` takes it."""
        info = self.area.network_info
        dated = Remark("remark_dated", name=info.name, date=info.date) if info.date else info.name
        return {
            "profile": self.question.walker,
            "service": self.service,
            "people": self.people,
            "group": self.question.group,
            "cutoff_min": self.question.cutoff_min,
            "created": self.done.created,
            "source": dated,
            "method": self.area.people_info.join_methods(),
            "at": self.done.at,
        }


def find_barriers(
    area: str, *, study: Study | str | Path = "milano", **asked: Unpack[BarrierOptions]
) -> BarrierFindings:
    """List the barriers on the ways to the nearest chosen place, the first keeps most people out.

    Parameters
    ----------
    area : str
        A neighbourhood of the study.
    study : Study, str or Path
        A study, its name, or its TOML file.
    **asked
        ``to`` (kind of place walked to; ``"hub"``, the nearest hub, by default), ``profile`` (who
        walks; ``"wheelchair"``), ``group`` (who is counted; the study's headline group),
        ``cutoff_min`` (longest walk, inclusive; 15 [min]), ``now`` (time of the run, with time
        zone), ``progress`` (called with the name of each stage); and, as for `access15.run`,
        ``osm, graph, dem, facilities, seats, obstacles, at, offline, walkers, categories, cache``
        and the others about places.

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
    found_area = ask_area(area, study, **asked)
    done, here = found_area.done, found_area.area
    source = done.study.obstacles
    surveyed = read_barrier_sheets(source.files) if source is not None else []
    found = find_area_barriers(here, found_area.question, surveyed)
    return BarrierFindings(
        **found_area.describe(),
        area_id=here.area.id,
        area_name=here.area.name,
        n_places=found.n_places,
        n_people=found.n_people,
        within=found.within,
        within_free=found.within_free,
        barriers=found.barriers,
        settled=found.settled,
        gone=found.gone,
        warnings=tuple(dict.fromkeys(here.network_info.warnings)),
        read_files=done.read_files,
    )


def ask_area(
    area: str,
    study: Study | str | Path,
    *,
    to: str = HUB,
    profile: str = WHEELS,
    group: str | None = None,
    cutoff_min: float = 15.0,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[PlaceOptions],
) -> AskedArea:
    """Check a question about barriers, and run the neighbourhood that it is about."""
    loaded = study if isinstance(study, Study) else load_study(study)
    group = group or find_headline_group(loaded.population.groups)
    given = build_options(profiles=[profile], cutoffs_min=[cutoff_min], areas=[area], **options)
    all_of = Gathering()
    walker = all_of.read(lambda: choose(given.walkers, [profile], "profile")[profile])
    all_of.read(lambda: _check(loaded, given, to, group, walker))
    all_of.read(lambda: loaded.area(area))
    all_of.check()
    question = BarrierQuestion(category=to, walker=walker, group=group, cutoff_min=cutoff_min)
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


def _check(study: Study, options: Options, to: str, group: str, walker: WalkProfile | None) -> None:
    """Refuse what does not exist, and a walker on whose way nothing is a barrier of its own."""
    problems = []
    known, groups = [HUB, *options.categories], tuple(study.population.groups)
    if to not in known:
        problems.append(Remark("seats_category_unknown", category=to, known=known))
    if group not in groups:
        problems.append(Remark("sites_group_unknown", group=group, groups=groups))
    if walker is not None and walker.needs_seat:
        problems.append(Remark("barriers_from_seats", profile=walker.id))
    if len(problems) == 1:
        raise ConfigError(problems[0])
    if problems:
        raise ConfigError(Remark("barriers_unasked"), problems)
