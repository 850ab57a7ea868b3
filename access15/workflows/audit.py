"""Where to go and look: the walk audit of a neighbourhood."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Unpack

from access15.area.audit import find_stops
from access15.area.walkers import HUB
from access15.config import PlaceOptions, Study
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.results.audit import AuditFindings
from access15.workflows.peba import WHEELS, ask_area
from access15.workflows.run import Progress


def audit(
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
) -> AuditFindings:
    """Find the ten places of a neighbourhood whose unknowns move its result most.

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
        As for `access15.workflows.peba.find_barriers`.

    Returns
    -------
    AuditFindings
        The stops.

    Raises
    ------
    ConfigError
        If something asked for does not exist, or nothing unknown moves the result.
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
    found = find_stops(here, asked.question)
    if not found.stops:
        raise ConfigError(
            Remark("barriers_no_unknown", area=here.area.name, profile=asked.question.walker.id)
        )
    info = here.network_info
    return AuditFindings(
        study_name=done.study.name,
        area=here,
        profile=asked.question.walker,
        service=asked.service,
        people=asked.people,
        group=asked.question.group,
        cutoff_min=asked.question.cutoff_min,
        created=done.created,
        source=Remark("remark_dated", name=info.name, date=info.date) if info.date else info.name,
        method=here.people_info.join_methods(),
        n_people=found.n_people,
        within=found.within,
        rows=tuple(found.rows.tolist()),
        stops=found.stops,
        at=done.at,
    )
