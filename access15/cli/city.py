"""The command for a whole city."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from access15.cli.lists import describe_command
from access15.cli.messages import Language, make_progress, out, say_network, say_open
from access15.cli.options import LangOpt, StudyArg
from access15.config import RunOptions, build_options, load_study


def city(
    *,
    study: StudyArg = "milano_city",
    options: RunOptions,
    folder: Annotated[Path, typer.Option("--out", help="help_out")] = Path("city"),
    lang: LangOpt = Language.it,
) -> None:
    """Answer for every zone of a whole city at once: a page, tables and layers."""
    from access15.outputs.pages.city import load_extra
    from access15.outputs.tables.city import list_city_files
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.terminal.city import draw_city
    from access15.workflows.city import run_city
    from access15.workflows.own_inputs import check_outputs

    progress = make_progress(lang.value)
    check_output_folder(folder)
    for name in ("mapclassify", "pyarrow"):  # told before the work, not after
        load_extra(name)
    asked = build_options(**options).apply_to(load_study(study))
    check_outputs([folder / name for name in list_city_files(asked)], study=asked, options=options)
    result = run_city(study, progress=progress, **options)
    progress("writing maps and tables")
    files = result.write(folder, lang=lang.value, command=describe_command(sys.argv[1:]))
    say_network(result.network_info, lang.value)
    for part in draw_city(result, lang=lang.value):
        out.print(part)
    say_open(files["city.html"], lang.value)
