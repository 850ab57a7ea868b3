"""Where to go and look: the walk audit of a neighbourhood."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from access15.area.audit import find_stops
from access15.config import Study
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.results.audit import AuditFindings
from access15.workflows.peba import BarrierOptions, ask_area


def audit(
    area: str, *, study: Study | str | Path = "milano", **asked: Unpack[BarrierOptions]
) -> AuditFindings:
    """Find the ten places of a neighbourhood whose unknowns move its result most.

    Parameters
    ----------
    area : str
        A neighbourhood of the study.
    study : Study, str or Path
        A study, its name, or its TOML file.
    **asked
        As for `access15.find_barriers`.

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
    found_area = ask_area(area, study, **asked)
    here, question = found_area.area, found_area.question
    found = find_stops(here, question)
    if not found.stops:
        raise ConfigError(
            Remark("barriers_no_unknown", area=here.area.name, profile=question.walker.id)
        )
    return AuditFindings(
        **found_area.describe(),
        study_name=found_area.done.study.name,
        area=here,
        n_people=found.n_people,
        within=found.within,
        rows=tuple(found.rows.tolist()),
        stops=found.stops,
    )
