"""Commands for what happens at the table: the session page, and proposals beside today."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from access15.cli.options import (
    AtOpt,
    CutoffsOpt,
    FacilitiesOpt,
    LangOpt,
    Language,
    OfflineOpt,
    OsmOpt,
    ProfilesOpt,
    SeatsOpt,
    StudyOpt,
    err,
    out,
    say_networks,
    tell_stages,
)


def session(
    area: Annotated[str, typer.Argument(help="Neighbourhood of the study.")],
    study: StudyOpt = "milano",
    osm: OsmOpt = None,
    facilities: FacilitiesOpt = None,
    profile: ProfilesOpt = None,
    cutoff: CutoffsOpt = None,
    seats: SeatsOpt = None,
    at: AtOpt = None,
    proposals: Annotated[
        Path | None,
        typer.Option("--proposals", help="Open with the proposals of a file saved before."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write: .html; by default AREA_session.html."),
    ] = None,
    lang: LangOpt = Language.it,
    offline: OfflineOpt = False,
) -> None:
    """Write the offline page on which a neighbourhood tries out changes together."""
    from access15.files import write_text_atomic
    from access15.outputs.pages.session import render_session
    from access15.outputs.tables.layers import check_output_file
    from access15.workflows.compare import check_asked, read_for_session
    from access15.workflows.run import run

    path = output or Path(f"{area}_session.html")
    check_output_file(path, endings=(".html",), inputs=() if proposals is None else (proposals,))
    given = () if proposals is None else read_for_session(proposals, area, study)
    tell = tell_stages(lang)
    first = given[0] if given else None
    result = run(
        study,
        osm=osm,
        facilities=facilities,
        profiles=profile,
        areas=[area],
        offline=offline,
        seats=seats or (),
        cutoffs_min=cutoff or (first.cutoffs_min if first else None),
        at=at or (first.at if first else None),
        progress=tell,
    )
    if first is not None:
        check_asked(given, result)
    write_text_atomic(path, render_session(result, area, lang=lang.value, proposals=given))
    say_networks(result)
    out.print(f"{'Apri' if lang is Language.it else 'Open'}: {path}", soft_wrap=True)


def compare(
    files: Annotated[
        list[Path], typer.Argument(help="Files of proposals, as the session page saves them.")
    ],
    study: StudyOpt = "milano",
    osm: OsmOpt = None,
    facilities: FacilitiesOpt = None,
    profile: ProfilesOpt = None,
    cutoff: CutoffsOpt = None,
    seats: SeatsOpt = None,
    folder: Annotated[
        Path, typer.Option("--output", "--out", "-o", help="Folder for tables and pages.")
    ] = Path("comparison"),
    lang: LangOpt = Language.it,
    offline: OfflineOpt = False,
) -> None:
    """Set proposals beside today: who gains and who loses, by group, zone and street."""
    from access15.outputs.tables.comparison import draw_comparison
    from access15.outputs.tables.layers import check_output_folder
    from access15.workflows.compare import compare as compare_proposals

    check_output_folder(folder)
    found = compare_proposals(
        files,
        study=study,
        osm=osm,
        facilities=facilities,
        profiles=profile,
        cutoffs_min=cutoff,
        offline=offline,
        seats=seats or (),
        quiet=True,
        progress=tell_stages(lang),
    )
    written = found.write(folder, lang=lang.value)
    say_networks(found.result)
    for note in found.notes:
        err.print(f"note: {note}", soft_wrap=True)
    for part in draw_comparison(
        found.result, found.coverage, [one.proposal for one in found.proposals], lang=lang.value
    ):
        out.print(part)
    out.print(", ".join(str(path) for path in written.values()), soft_wrap=True)
