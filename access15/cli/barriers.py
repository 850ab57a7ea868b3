"""Commands for barriers in the street: the list that plans are written from, and where to look."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from access15.cli.messages import Language, make_progress, out, say_files, say_open, say_remark
from access15.cli.options import LangOpt, StudyOpt, read_number
from access15.config import PlaceOptions

ToOpt = Annotated[str, typer.Option("--to", help="help_peba_to")]
WalkerOpt = Annotated[str, typer.Option("--profile", help="help_profile")]
GroupOpt = Annotated[str | None, typer.Option("--group", help="help_site_group")]
CutoffOpt = Annotated[
    float, typer.Option("--cutoff", help="help_minutes", parser=read_number, metavar="NUMBER")
]


def peba(
    *,
    area: Annotated[str, typer.Argument(help="help_area")],
    study: StudyOpt = "milano",
    service: ToOpt = "hub",
    profile: WalkerOpt = "wheelchair",
    group: GroupOpt = None,
    cutoff: CutoffOpt = 15.0,
    options: PlaceOptions,
    folder: Annotated[
        Path, typer.Option("--output", "--out", "-o", help="help_peba_folder")
    ] = Path("peba"),
    lang: LangOpt = Language.it,
) -> None:
    """List the barriers on the ways to chosen places, as barrier-removal plans do."""
    from access15.config.formats import check_word

    check_word()  # before what writes documents is imported
    from access15.outputs.documents.barriers import list_barrier_files, write_barriers
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.terminal.barriers import list_barrier_lines
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.peba import find_barriers

    check_output_folder(folder)
    names = list_barrier_files(area)
    check_outputs([folder / name for name in names], study=study, options=options)
    found = find_barriers(
        area,
        study=study,
        to=service,
        profile=profile,
        group=group,
        cutoff_min=cutoff,
        progress=make_progress(lang.value),
        **options,
    )
    files = write_barriers(found, folder, lang=lang.value)
    for note in found.warnings:
        say_remark(note, lang.value)
    for line in list_barrier_lines(found, lang=lang.value):
        out.print(line, soft_wrap=True)
    say_files(files)


def audit(
    *,
    area: Annotated[str, typer.Argument(help="help_area")],
    study: StudyOpt = "milano",
    service: ToOpt = "hub",
    profile: WalkerOpt = "wheelchair",
    group: GroupOpt = None,
    cutoff: CutoffOpt = 15.0,
    options: PlaceOptions,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="help_audit_output")] = None,
    lang: LangOpt = Language.it,
) -> None:
    """Write the sheet of a walk audit: ten places whose unknowns move the result most."""
    from access15.files import write_text_atomic
    from access15.outputs.pages.audit import render_audit
    from access15.outputs.tables.layers import check_output_file
    from access15.outputs.terminal.barriers import list_audit_lines
    from access15.workflows.audit import audit as find_audit
    from access15.workflows.own_inputs import check_outputs

    path = output or Path(f"{area}_audit.html")
    check_output_file(path, endings=(".html",))
    check_outputs([path], study=study, options=options)
    found = find_audit(
        area,
        study=study,
        to=service,
        profile=profile,
        group=group,
        cutoff_min=cutoff,
        progress=make_progress(lang.value),
        **options,
    )
    write_text_atomic(path, render_audit(found, lang=lang.value))
    for note in found.area.network_info.warnings:
        say_remark(note, lang.value)
    for line in list_audit_lines(found, lang=lang.value):
        out.print(line, soft_wrap=True)
    say_open(path, lang.value)
