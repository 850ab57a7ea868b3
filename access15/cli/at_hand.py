"""Commands for what is at hand: streets and stations to be fetched, walkers, the installation."""

from __future__ import annotations

from typing import Annotated

import typer

from access15.cli.language import choose_language
from access15.cli.messages import make_progress, out, say_line, say_remark
from access15.cli.options import SpokenOpt, StudyArg
from access15.config import (
    ExtentOptions,
    build_options,
    find_cache,
    find_now,
    load_profiles,
    load_study,
)
from access15.errors import ServiceError


def fetch(
    *,
    study: StudyArg = "milano",
    options: ExtentOptions,
    service: Annotated[str, typer.Option("--service", help="help_overpass_service")] = "",
    lang: SpokenOpt = None,
) -> None:
    """Fetch a study's streets from OpenStreetMap and its bike stations into the cache, for later
    runs.
    """
    from access15.sources.streets.at_hand import fetch_streets
    from access15.workflows.bikes import fetch_bikes

    asked, now = build_options(**options), find_now()
    loaded = asked.apply_to(load_study(study))
    spoken = choose_language(lang)
    progress = make_progress(spoken)
    gone: ServiceError | None = None
    try:
        for line in fetch_bikes(loaded, asked.cache, now=now, progress=progress):
            say_line(line, spoken)
    except ServiceError as error:  # the streets are fetched all the same
        say_remark(error.in_lang(spoken), spoken)
        gone = error
    for line in fetch_streets(
        loaded,
        asked,
        today=now.date(),
        progress=progress,
        service=service,
    ):
        say_line(line, spoken)
    if gone is not None:
        raise gone


def profiles(lang: SpokenOpt = None) -> None:
    """List who walks, how, and where each value comes from."""
    from access15.outputs.words.texts import name_own

    spoken = choose_language(lang)
    for walker in load_profiles().values():
        label, who = walker.label.in_lang(spoken), walker.who.in_lang(spoken)
        pace = f"{walker.pace_ms:g} m/s ({walker.pace_kmh:.1f} km/h)"
        if spoken == "it":
            pace = pace.replace(".", ",")
        out.print(f"{walker.id}: {label}, {who}; {pace}", soft_wrap=True)
        for field, source in walker.sources.items():
            value = getattr(walker, field)
            told = name_own(source, spoken)
            out.print(f"    {field} = {value}: {told}", soft_wrap=True)


def doctor(study: StudyArg = "milano", *, lang: SpokenOpt = None) -> None:
    """Show versions, data, caches and the streets a run would use."""
    from access15.workflows.doctor import describe

    today = find_now().date()
    for line in describe(load_study(study), find_cache(), today=today):
        say_line(line, choose_language(lang))
