"""The command for the next places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from access15.cli.messages import Language, make_progress, out, say_files, say_remark
from access15.cli.options import AreasOpt, LangOpt, StudyArg, read_number
from access15.cli.works import WORK_KINDS, check_used, site_works
from access15.config import PlaceOptions, load_study


def site(
    *,
    category: Annotated[str, typer.Option("--category", help="help_site_category")],
    folder: Annotated[Path, typer.Option("--output", "-o", help="help_site_folder")],
    study: StudyArg = "milano",
    n: Annotated[int | None, typer.Option("--new", help="help_site_new")] = None,
    objective: Annotated[str, typer.Option("--objective", help="help_site_objective")] = "cover",
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
    free_existing: Annotated[
        bool, typer.Option("--free-existing/--keep", help="help_site_free_existing")
    ] = False,
    no_losers: Annotated[bool, typer.Option("--no-losers", help="help_site_no_losers")] = False,
    floor: Annotated[list[str] | None, typer.Option("--floor", help="help_site_floor")] = None,
    weights: Annotated[Path | None, typer.Option("--weights", help="help_site_weights")] = None,
    service: Annotated[str | None, typer.Option("--to", help="help_site_to")] = None,
    seconds: Annotated[
        float | None,
        typer.Option("--seconds", help="help_site_seconds", parser=read_number, metavar="NUMBER"),
    ] = None,
    worlds: Annotated[int, typer.Option("--worlds", help="help_site_worlds")] = 128,
    area: AreasOpt = None,
    options: PlaceOptions,
    lang: LangOpt = Language.it,
) -> None:
    """Find where the next places should go to do most for people, with proof."""
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.tables.sites import list_site_files, write_site_findings
    from access15.outputs.terminal.sites import draw_site_findings
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.site_question import MOST_SITES, list_site_inputs
    from access15.workflows.siting import site as find_sites

    check_used(category, options)
    if category in WORK_KINDS:
        site_works(
            study,
            folder,
            options,
            lang=lang.value,
            work=category,
            to=service or "hub",
            n=1 if n is None else n,
            share=share,
            group=group,
            profile=profile,
            cutoff_min=cutoff,
            seconds=seconds,
            areas=area,
        )
        return
    check_output_folder(folder)
    names = list_site_files(load_study(study), MOST_SITES)
    others = list_site_inputs(candidates, weights)
    check_outputs([folder / name for name in names], study=study, options=options, others=others)
    found = find_sites(
        study,
        category=category,
        n=n,
        objective=objective,
        share=share,
        group=group,
        profile=profile,
        cutoff_min=cutoff,
        candidates=candidates,
        free_existing=free_existing,
        no_losers=no_losers,
        floors=floor or (),
        weights=weights,
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
