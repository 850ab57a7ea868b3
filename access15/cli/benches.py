"""The command for missing seats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from access15.cli.messages import Language, make_progress, out, say_files, say_remark
from access15.cli.options import AreasOpt, LangOpt, ProfileOpt, StudyArg, read_number
from access15.config import PlaceOptions


def seats(
    *,
    category: Annotated[str, typer.Option("--category", help="help_seat_category")],
    folder: Annotated[Path, typer.Option("--output", "-o", help="help_seat_folder")],
    study: StudyArg = "milano",
    profile: ProfileOpt = "frail",
    group: Annotated[str | None, typer.Option("--group", help="help_site_group")] = None,
    n: Annotated[int, typer.Option("--n", help="help_seat_n")] = 10,
    limit_m: Annotated[
        float | None,
        typer.Option(
            "--limit-m",
            help="help_seat_limit",
            parser=read_number,
            metavar="NUMBER",
        ),
    ] = None,
    cutoff: Annotated[
        float,
        typer.Option("--cutoff", help="help_minutes", parser=read_number, metavar="NUMBER"),
    ] = 15.0,
    area: AreasOpt = None,
    options: PlaceOptions,
    lang: LangOpt = Language.it,
) -> None:
    """Find where missing seats cut people off, and the best places for new benches."""
    from access15.outputs.tables.benches import SEAT_FILES, write_seat_findings
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.terminal.benches import draw_seat_findings
    from access15.workflows.benches import find_seats
    from access15.workflows.own_inputs import check_outputs

    check_output_folder(folder)
    check_outputs([folder / name for name in SEAT_FILES], study=study, options=options)
    found = find_seats(
        study,
        category=category,
        profile=profile,
        group=group,
        n=n,
        limit_m=limit_m,
        cutoff_min=cutoff,
        areas=area,
        progress=make_progress(lang.value),
        **options,
    )
    files = write_seat_findings(found, folder)
    for note in found.warnings:
        say_remark(note, lang.value)
    for part in draw_seat_findings(found, lang=lang.value):
        out.print(part, soft_wrap=False)
    say_files(files)
