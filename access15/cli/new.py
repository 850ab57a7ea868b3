"""Commands for a study of one's own: begin one from an extract, and what may be written in it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from access15.cli.language import choose_language, read_locale
from access15.cli.messages import Language, err, out, say_line
from access15.cli.options import SpokenOpt, read_number
from access15.remarks import Lang, Remark, put_in_lang


class Kind(StrEnum):
    """What a schema describes."""

    study = "study"
    categories = "categories"
    profiles = "profiles"
    places = "places"
    proposal = "proposal"


def init(
    *,
    folder: Annotated[Path, typer.Argument(help="help_init_folder")],
    osm: Annotated[
        Path | None,
        typer.Option("--osm", help="help_osm"),
    ] = None,
    admin: Annotated[str, typer.Option("--admin", help="help_admin")] = "",
    area: Annotated[Path | None, typer.Option("--area", help="help_init_area")] = None,
    around: Annotated[str, typer.Option("--around", help="help_around")] = "",
    radius_m: Annotated[
        float | None,
        typer.Option("--radius", help="help_radius", parser=read_number, metavar="NUMBER"),
    ] = None,
    places: Annotated[
        list[Path] | None,
        typer.Option("--places", help="help_init_places"),
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(
            "--people",
            help="help_people",
        ),
    ] = None,
    lang: Annotated[Language | None, typer.Option("--lang", help="help_init_lang")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="help_yes")] = False,
) -> None:
    """Begin a study of a new town from an extract: the next command draws its maps."""
    from access15.errors import ConfigError
    from access15.workflows.init import Asked
    from access15.workflows.init import init as begin

    spoken = choose_language(None if lang is None else lang.value)
    is_asking = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    if osm is None and is_asking:
        osm = _as_path(_ask(Remark("ask_extract"), (), "", spoken))
    if osm is None:
        raise ConfigError(Remark("extract_unnamed"))
    if is_asking and not (admin or area or around):
        admin = _ask(Remark("ask_boundary"), (), "", spoken)
    asked = Asked(
        folder=folder,
        osm=osm,
        admin=admin,
        area=area,
        around=around,
        radius_m=radius_m,
        places=tuple(places or ()),
        people=people,
        lang=read_locale(os.environ) if lang is None else lang.value,
    )

    begun = begin(asked, partial(_ask, lang=spoken)) if is_asking else begin(asked)
    say_line(Remark("init_written", file=begun.file), spoken)
    for line in begun.decided:
        out.print(f"  {put_in_lang(line, spoken)}", soft_wrap=True)
    for line in begun.next_commands:
        say_line(Remark("init_next", command=line), spoken)


def _ask(question: str, answers: Sequence[str], default: str, lang: Lang) -> str:
    """Ask in the terminal, in its language; whoever ends the input ends the command."""
    from rich.prompt import Prompt

    from access15.errors import ConfigError

    prompt = Prompt(
        put_in_lang(question, lang),
        console=err,
        choices=list(answers) or None,
        show_default=bool(default),
    )
    prompt.illegal_choice_message = Remark("ask_again").in_lang(lang)
    try:
        return prompt(default=default)
    except EOFError:
        err.print()
        raise ConfigError(Remark("answer_missing")) from None
    except UnicodeDecodeError:
        raise ConfigError(Remark("answer_unreadable")) from None


def _as_path(answer: str) -> Path | None:
    """A path as people type it or drop it into a terminal: in quotes, or from their home."""
    text = answer.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return Path(os.path.expanduser(text)) if text else None  # noqa: PTH111  # never fails


def schema(
    kind: Annotated[Kind, typer.Argument(help="help_kind")] = Kind.study,
    *,
    table: Annotated[bool, typer.Option("--table", help="help_table")] = False,
    lang: SpokenOpt = None,
) -> None:
    """Print what may be written in a study, or in its files, as JSON Schema."""
    from access15.config.reference import build_schema, format_reference

    del lang  # a schema is read by editors, and its table is a page of English words
    if table:
        sys.stdout.write(format_reference(kind.value))
        return
    text = json.dumps(build_schema(kind.value), indent=1, ensure_ascii=False)
    sys.stdout.write(f"{text}\n")
