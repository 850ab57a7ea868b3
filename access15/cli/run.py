"""Commands for a whole study: coverage with maps and tables, or the numbers alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from access15.cli.lists import describe_command
from access15.cli.messages import (
    Language,
    make_progress,
    out,
    say_networks,
    say_open,
)
from access15.cli.options import LangOpt, StudyArg
from access15.config import USUAL, RunOptions, build_options, load_study, parse_formats, parse_grid
from access15.errors import show_text


def run(
    *,
    study: StudyArg = "milano",
    options: RunOptions,
    folder: Annotated[Path, typer.Option("--out", help="help_out")] = Path("maps"),
    lang: LangOpt = Language.it,
    tiles: Annotated[bool, typer.Option("--tiles", help="help_tiles")] = False,
    formats: Annotated[str, typer.Option("--format", help="help_format")] = ",".join(USUAL),
    grid: Annotated[
        str | None, typer.Option("--grid", help="help_grid", metavar="KIND:SIZE")
    ] = None,
) -> None:
    """Compute coverage and write maps and tables."""
    from access15.outputs.bundle import list_run_files
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.terminal.summary import draw_summary
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.run import run as run_study

    progress = make_progress(lang.value)
    check_output_folder(folder)
    written = parse_formats(formats)
    cells = None if grid is None else parse_grid(grid)
    asked = build_options(**options).apply_to(load_study(study))
    names = list_run_files(asked, written, has_cells=cells is not None)
    check_outputs([folder / name for name in names], study=asked, options=options)
    result = run_study(study, progress=progress, **options)
    progress("writing maps and tables")
    files = result.write(
        folder,
        lang=lang.value,
        tiles=tiles,
        formats=written,
        grid=cells,
        command=describe_command(sys.argv[1:]),
    )
    say_networks(result, lang.value, has_remarks=False)
    for part in draw_summary(result, lang=lang.value):
        out.print(part)
    say_open(files["index.html"], lang.value)


def coverage(
    *,
    study: StudyArg = "milano",
    options: RunOptions,
    csv: Annotated[Path | None, typer.Option("--csv", help="help_csv")] = None,
    lang: LangOpt = Language.it,
) -> None:
    """Compute the numbers alone, for scripts."""
    from access15.files import write_text_atomic
    from access15.outputs.tables.cells import format_csv
    from access15.outputs.tables.layers import check_output_file
    from access15.outputs.tables.run import build_coverage_table
    from access15.outputs.words.texts import say
    from access15.results.schema import COVERAGE
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.run import run as run_study

    if csv is not None:
        check_output_file(csv)
        check_outputs([csv], study=study, options=options)
    progress = make_progress(lang.value)
    result = run_study(study, progress=progress, **options)
    say_networks(result, lang.value)
    text = format_csv(build_coverage_table(result), COVERAGE)
    if csv is None:
        sys.stdout.write(show_text(text))
    else:
        write_text_atomic(csv, text)
        progress(say("rows_written", lang.value, n=len(result.coverage), file=csv))
