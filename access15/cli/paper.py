"""Commands for paper: the poster of a neighbourhood, the stickers on a photograph of it, and pages
that people take home.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from access15.cli.language import choose_language
from access15.cli.messages import Language, make_progress, out, say_files, say_networks
from access15.cli.options import CutoffsOpt, LangOpt, SpokenOpt, StudyOpt
from access15.config import PlaceOptions, find_now, load_study


class Size(StrEnum):
    """Sizes of paper."""

    A2 = "A2"
    A3 = "A3"
    A4 = "A4"


def poster(
    *,
    area: Annotated[str, typer.Argument(help="help_area")],
    study: StudyOpt = "milano",
    proposals: Annotated[
        Path | None,
        typer.Option("--proposal", help="help_poster_proposal"),
    ] = None,
    proposal: Annotated[str | None, typer.Option("--proposal-id", help="help_proposal_id")] = None,
    side_by_side: Annotated[bool, typer.Option("--side-by-side", help="help_side_by_side")] = False,
    profile: Annotated[
        str | None,
        typer.Option("--profile", help="help_poster_profile"),
    ] = None,
    target: Annotated[str, typer.Option("--target", help="help_target")] = "hub",
    options: PlaceOptions,
    cutoff: CutoffsOpt = None,
    size: Annotated[Size, typer.Option("--size", help="help_size")] = Size.A3,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="help_poster_output"),
    ] = None,
    lang: LangOpt = Language.it,
) -> None:
    """Draw the sheet that goes on the table; beside it the key (.json) with which access15 scan
    reads a photo of it.
    """
    from access15.workflows.poster import make_poster

    loaded = load_study(study)
    sort = "sides_" if side_by_side else ""
    path = output or Path(f"{loaded.area(area).id}_{sort}{size.value.lower()}.pdf")
    drawn = make_poster(
        area,
        path,
        study=loaded,
        profile=profile,
        target=target,
        size=size.value,
        lang=lang.value,
        proposals=proposals,
        proposal=proposal,
        side_by_side=side_by_side,
        cutoffs_min=cutoff,
        progress=make_progress(lang.value),
        **options,
    )
    say_networks(drawn.result, lang.value)
    say_files(drawn.files)


def scan(
    photo: Annotated[Path, typer.Argument(help="help_photo")],
    key: Annotated[Path, typer.Option("--poster", help="help_key")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="help_scan_output"),
    ] = None,
    lang: SpokenOpt = None,
) -> None:
    """Read the stickers on a photograph of a poster into a proposal, to be checked in the session
    page.
    """
    from access15.files import check_inputs_stay
    from access15.outputs.tables.layers import check_output_file
    from access15.outputs.words.numbers import format_count
    from access15.outputs.words.texts import say
    from access15.sources.proposals.poster_key import read_poster_key
    from access15.workflows.poster import scan_poster

    path = output or Path(f"{photo.stem}.geojson")
    check_output_file(path, endings=(".geojson",))
    check_inputs_stay([path], [photo, key])
    spoken = choose_language(lang, default=read_poster_key(key).lang)
    found = scan_poster(photo, key, path, now=find_now())
    colours = [one.colour for one in found.stickers]
    n = format_count("n_stickers", len(colours), spoken)
    told = ", ".join(
        format_count(f"n_{colour}", colours.count(colour), spoken)
        for colour in dict.fromkeys(colours)
    )
    line = say("scan_found", spoken, n=n)
    out.print(f"{line}: {told}" if told else line, soft_wrap=True)
    if found.n_outside:
        out.print(say("scan_beside", spoken, n=found.n_outside), soft_wrap=True)
    out.print(say("scan_next", spoken, path=path), soft_wrap=True)


def report(
    *,
    area: Annotated[str, typer.Argument(help="help_area")],
    study: StudyOpt = "milano",
    options: PlaceOptions,
    folder: Annotated[
        Path, typer.Option("--output", "--out", "-o", help="help_report_folder")
    ] = Path("report"),
    lang: LangOpt = Language.it,
) -> None:
    """Write four pages in plain words: who is left out and why, and what would help."""
    from access15.config.formats import check_pdf, check_word

    check_word()  # before what writes documents is imported
    check_pdf()
    from access15.outputs.documents.report_files import list_report_files
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.terminal.report import list_report_lines
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.report import report as make_report

    check_output_folder(folder)
    check_outputs([folder / name for name in list_report_files(area)], study=study, options=options)
    made = make_report(area, study=study, progress=make_progress(lang.value), **options)
    files = made.write(folder, lang=lang.value)
    say_networks(made.run, lang.value)
    for line in list_report_lines(made.run, area, lang=lang.value):
        out.print(line, soft_wrap=True)
    say_files(files)
