"""The offline page on which a neighbourhood tries out changes together."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Unpack

from access15.config import AreaOptions, Lang, RunOptions, Study, load_study
from access15.config.proposal import Proposal
from access15.files import write_text_atomic
from access15.outputs.pages.session import render_session
from access15.results.run import RunResult
from access15.workflows.compare import check_asked, read_for_session, set_defaults
from access15.workflows.own_inputs import check_outputs
from access15.workflows.run import Progress, run


def write_session(
    area: str,
    path: Path,
    *,
    study: Study | str | Path = "milano",
    proposals: Path | None = None,
    lang: Lang = "it",
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[AreaOptions],
) -> RunResult:
    """Run a study for one neighbourhood and write its session page, with proposals to open with."""
    loaded = study if isinstance(study, Study) else load_study(study)
    asked: RunOptions = {**options, "areas": [area]}
    read = () if proposals is None else (proposals,)
    check_outputs([path], study=loaded, options=asked, others=read)
    given: tuple[Proposal, ...] = ()
    if proposals is not None:
        given = read_for_session(proposals, area, loaded, asked)
        asked = set_defaults(asked, given)
    result = run(loaded, now=now, progress=progress, **asked)
    if given:
        check_asked(given, result)
    write_text_atomic(path, render_session(result, area, lang=lang, proposals=given))
    return result
