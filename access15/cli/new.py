"""Commands for a study of one's own: begin one from an extract, and what may be written in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from access15.cli.messages import Language, err, out
from access15.cli.options import read_number


class Kind(StrEnum):
    """What a schema describes."""

    study = "study"
    categories = "categories"
    profiles = "profiles"
    places = "places"
    proposal = "proposal"


def init(
    *,
    folder: Annotated[Path, typer.Argument(help="New folder for the study.")],
    osm: Annotated[
        Path | None,
        typer.Option("--osm", help="OpenStreetMap extract: .osm.pbf, .osm or .osm.bz2."),
    ] = None,
    admin: Annotated[
        str, typer.Option("--admin", help="Boundary or quarter of the extract, by its name.")
    ] = "",
    area: Annotated[
        Path | None, typer.Option("--area", help="Layer of polygons: the area, drawn.")
    ] = None,
    around: Annotated[
        str, typer.Option("--around", help="Middle of the area as LAT,LON; with --radius.")
    ] = "",
    radius_m: Annotated[
        float | None,
        typer.Option(
            "--radius", help="How far around it, in metres.", parser=read_number, metavar="NUMBER"
        ),
    ] = None,
    places: Annotated[
        list[Path] | None,
        typer.Option("--places", help="Table of your own places; may be given several times."),
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(
            "--people",
            help="Table (zones, H3 cells), layer or raster of residents; without it homes count.",
        ),
    ] = None,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language of the README and of the next run.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take the defaults.")] = False,
) -> None:
    """Begin a study of a new town from an extract: the next command draws its maps."""
    from access15.errors import ConfigError
    from access15.workflows.init import Asked
    from access15.workflows.init import init as begin

    is_asking = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    if osm is None and is_asking:
        osm = Path(_ask("Which OpenStreetMap extract?", (), ""))
    if osm is None:
        raise ConfigError("no extract is named; give one with --osm FILE (.osm.pbf, .osm)")
    if is_asking and not (admin or area or around):
        admin = _ask("Which boundary of the extract? (empty: all of it)", (), "")
    asked = Asked(
        folder=folder,
        osm=osm,
        admin=admin,
        area=area,
        around=around,
        radius_m=radius_m,
        places=tuple(places or ()),
        people=people,
        lang=None if lang is None else lang.value,
    )
    begun = begin(asked, _ask) if is_asking else begin(asked)
    out.print(f"written: {begun.file}", soft_wrap=True)
    for line in begun.decided:
        out.print(f"  {line}", soft_wrap=True)
    for line in begun.next_commands:
        out.print(f"next: {line}", soft_wrap=True)


def _ask(question: str, answers: Sequence[str], default: str) -> str:
    """Ask in the terminal."""
    from rich.prompt import Prompt

    choices = list(answers) or None
    return Prompt.ask(question, console=err, choices=choices, default=default)


def schema(
    kind: Annotated[Kind, typer.Argument(help="What is described.")] = Kind.study,
    *,
    table: Annotated[
        bool, typer.Option("--table", help="A table in Markdown, to be read.")
    ] = False,
) -> None:
    """Print what may be written in a study, or in its files, as JSON Schema."""
    from access15.config.reference import build_schema, format_reference

    if table:
        sys.stdout.write(format_reference(kind.value))
        return
    text = json.dumps(build_schema(kind.value), indent=1, ensure_ascii=False)
    sys.stdout.write(f"{text}\n")
