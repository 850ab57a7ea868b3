"""Commands for what happens at the table: the session page, and proposals beside today."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from access15.cli.messages import (
    Language,
    make_progress,
    out,
    say_files,
    say_networks,
    say_open,
    say_remark,
)
from access15.cli.options import LangOpt, StudyOpt
from access15.config import (
    COMPARISON_USUAL,
    AreaOptions,
    RunOptions,
    load_study,
    parse_comparison_formats,
)


def session(
    *,
    area: Annotated[str, typer.Argument(help="help_area")],
    study: StudyOpt = "milano",
    options: AreaOptions,
    proposals: Annotated[
        Path | None,
        typer.Option("--proposals", help="help_session_proposals"),
    ] = None,
    sites: Annotated[int | None, typer.Option("--sites", help="help_session_sites")] = None,
    site_candidates: Annotated[
        Path | None,
        typer.Option("--site-candidates", help="help_session_candidates"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="help_session_output"),
    ] = None,
    lang: LangOpt = Language.it,
) -> None:
    """Write the offline page on which a neighbourhood tries out changes together."""
    from access15.outputs.tables.layers import check_output_file
    from access15.workflows.session import write_session

    path = output or Path(f"{area}_session.html")
    check_output_file(path, endings=(".html",))
    result = write_session(
        area,
        path,
        study=study,
        proposals=proposals,
        sites=sites,
        site_candidates=site_candidates,
        lang=lang.value,
        progress=make_progress(lang.value),
        **options,
    )
    say_networks(result, lang.value)
    say_open(path, lang.value)


def compare(
    *,
    files: Annotated[list[Path], typer.Argument(help="help_proposal_files")],
    study: StudyOpt = "milano",
    options: RunOptions,
    folder: Annotated[
        Path, typer.Option("--output", "--out", "-o", help="help_compare_folder")
    ] = Path("comparison"),
    formats: Annotated[str, typer.Option("--format", help="help_compare_format")] = ",".join(
        COMPARISON_USUAL
    ),
    lang: LangOpt = Language.it,
) -> None:
    """Set proposals beside today: who gains and who loses, by group, zone and street."""
    from access15.outputs.compared import list_comparison_files
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.terminal.comparison import draw_comparison
    from access15.workflows.compare import compare as compare_proposals
    from access15.workflows.own_inputs import check_outputs

    check_output_folder(folder)
    asked = parse_comparison_formats(formats)
    names = list_comparison_files(load_study(study), asked)
    check_outputs([folder / name for name in names], study=study, options=options, others=files)
    found = compare_proposals(
        files,
        study=study,
        quiet=True,
        progress=make_progress(lang.value),
        **options,
    )
    written = found.write(folder, lang=lang.value, formats=asked)
    say_networks(found.result, lang.value)
    for note in found.notes:
        say_remark(note, lang.value)
    for part in draw_comparison(found.result, found.proposals, lang=lang.value):
        out.print(part)
    say_files(written)
