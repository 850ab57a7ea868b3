"""What the command for the next places does for benches, crossings, kerbs and steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from typer._click.core import ParameterSource
from typer._click.globals import get_current_context  # of Typer's own copy

from access15.cli.messages import make_progress, out, say_files, say_remark
from access15.config import Lang, PlaceOptions, load_study
from access15.errors import ConfigError
from access15.remarks import Remark

# mirrored from `access15.workflows.works.WORK_KINDS`, which takes a second to import
WORK_KINDS: Final = ("bench", "crossing", "kerb", "steps")
_USED: Final = {
    *("study", "category", "service", "folder", "n", "share", "group", "profile", "cutoff"),
    *("seconds", "area", "lang"),
}


def check_used(category: str, options: PlaceOptions) -> None:
    """Refuse options that say nothing for what is asked about."""
    context = get_current_context()
    given = [
        max(one.opts, key=len)
        for one in context.command.params
        if context.get_parameter_source(one.name or "") == ParameterSource.COMMANDLINE
        and one.name not in {*_USED, *options}
    ]
    if category not in WORK_KINDS:
        given = ["--to"] if context.params.get("service") is not None else []
    if given:
        raise ConfigError(Remark("works_unused", category=category, options=given))


def site_works(
    study: str,
    folder: Path,
    options: PlaceOptions,
    *,
    lang: Lang,
    **asked: Any,
) -> None:
    """Find works in the street, write them and tell them."""
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.tables.sites import list_site_files
    from access15.outputs.tables.works import WORK_FILES, write_work_findings
    from access15.outputs.terminal.works import draw_work_findings
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.works import MOST_WORKS, find_works

    check_output_folder(folder)
    most = min(max(int(asked["n"]), 1), MOST_WORKS)
    names = [*WORK_FILES, *list_site_files(load_study(study), most)]
    check_outputs([folder / name for name in names], study=study, options=options)
    found = find_works(study, progress=make_progress(lang), **asked, **options)
    files = write_work_findings(found, folder, lang=lang)
    for note in found.warnings:
        say_remark(note, lang)
    for part in draw_work_findings(found, lang=lang):
        out.print(part, soft_wrap=False)
    say_files(files)
