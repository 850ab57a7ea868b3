"""The command for the next places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from access15.cli.messages import Language, make_progress, out, say_files, say_remark
from access15.cli.options import AreasOpt, LangOpt, StudyArg, read_number
from access15.config import PlaceOptions, load_study


def site(
    *,
    category: Annotated[str, typer.Option("--category", help="help_site_category")],
    folder: Annotated[Path, typer.Option("--output", "-o", help="help_site_folder")],
    study: StudyArg = "milano",
    n: Annotated[int, typer.Option("--new", help="help_site_new")] = 1,
    share: Annotated[
        float | None,
        typer.Option("--share", help="help_site_share", parser=read_number, metavar="NUMBER"),
    ] = None,
    group: Annotated[str | None, typer.Option("--group", help="help_site_group")] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="help_site_profile")] = None,
    cutoff: Annotated[
        float,
        typer.Option("--cutoff", help="help_minutes", parser=read_number, metavar="NUMBER"),
    ] = 15.0,
    candidates: Annotated[
        str, typer.Option("--candidates", help="help_site_candidates")
    ] = "streets",
    seconds: Annotated[
        float | None,
        typer.Option("--seconds", help="help_site_seconds", parser=read_number, metavar="NUMBER"),
    ] = None,
    worlds: Annotated[int, typer.Option("--worlds", help="help_site_worlds")] = 128,
    area: AreasOpt = None,
    options: PlaceOptions,
    lang: LangOpt = Language.it,
) -> None:
    """Find where the next places should go to bring most people within reach, with proof."""
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.tables.sites import list_site_files, write_site_findings
    from access15.outputs.terminal.sites import draw_site_findings
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.siting import MOST_SITES, find_candidate_file, find_sites

    check_output_folder(folder)
    names = list_site_files(load_study(study), min(max(n, 1), MOST_SITES))
    file = find_candidate_file(candidates)
    others = [] if file is None else [file]
    check_outputs([folder / name for name in names], study=study, options=options, others=others)
    found = find_sites(
        study,
        category=category,
        n=n,
        share=share,
        group=group,
        profile=profile,
        cutoff_min=cutoff,
        candidates=candidates,
        seconds=seconds,
        worlds=worlds,
        areas=area,
        progress=make_progress(lang.value),
        **options,
    )
    files = write_site_findings(found, folder, lang=lang.value)
    for note in found.warnings:
        say_remark(note, lang.value)
    for part in draw_site_findings(found, lang=lang.value):
        out.print(part, soft_wrap=False)
    say_files(files)
