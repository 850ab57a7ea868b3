"""Commands for what is at hand: streets and stations to be fetched, walkers, the installation."""

from __future__ import annotations

from typing import Annotated

import typer

from access15.cli.messages import err, out, say
from access15.cli.options import StudyArg
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
    service: Annotated[
        str, typer.Option("--service", help="Another Overpass service; empty for the public one.")
    ] = "",
) -> None:
    """Fetch a study's streets from OpenStreetMap and its bike stations into the cache, for later
    runs.
    """
    from access15.sources.streets.at_hand import fetch_streets
    from access15.workflows.bikes import fetch_bikes

    asked, now = build_options(**options), find_now()
    loaded = asked.apply_to(load_study(study))
    gone: ServiceError | None = None
    try:
        for line in fetch_bikes(loaded, asked.cache, now=now, progress=say):
            out.print(line, soft_wrap=True)
    except ServiceError as error:  # the streets are fetched all the same
        err.print(f"note: {error}", soft_wrap=True)
        gone = error
    for line in fetch_streets(
        loaded,
        asked,
        today=now.date(),
        progress=say,
        service=service,
    ):
        out.print(line, soft_wrap=True)
    if gone is not None:
        raise gone


def profiles() -> None:
    """List who walks, how, and where each value comes from."""
    for walker in load_profiles().values():
        pace = f"{walker.pace_ms:g} m/s ({walker.pace_kmh:.1f} km/h)"
        out.print(f"{walker.id}: {walker.label.en}, {walker.who.en}; {pace}", soft_wrap=True)
        for field, source in walker.sources.items():
            value = getattr(walker, field)
            out.print(f"    {field} = {value}: {source}", soft_wrap=True)


def doctor(study: StudyArg = "milano") -> None:
    """Show versions, data, caches and the streets a run would use."""
    from access15.workflows.doctor import describe

    today = find_now().date()
    for line in describe(load_study(study), find_cache(), today=today):
        out.print(line, soft_wrap=True)
