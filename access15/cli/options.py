"""Options and messages that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from access15.results.run import RunResult

out = Console(highlight=False, markup=False)
err = Console(stderr=True, highlight=False, markup=False)


class Language(StrEnum):
    """Languages of the outputs."""

    it = "it"
    en = "en"


StudyArg = Annotated[str, typer.Argument(help="A study's name or its .toml file.")]
StudyOpt = Annotated[str, typer.Option("--study", help="A study's name or its .toml file.")]
OsmOpt = Annotated[
    Path | None, typer.Option("--osm", help="OpenStreetMap extract: .osm.pbf, .osm or .osm.bz2.")
]
FacilitiesOpt = Annotated[
    Path | None, typer.Option("--facilities", help="Facilities in place of the study's.")
]
ProfilesOpt = Annotated[
    list[str] | None, typer.Option("--profile", help="Walker; may be given several times.")
]
CutoffsOpt = Annotated[
    list[float] | None, typer.Option("--cutoff", help="Minutes; may be given several times.")
]
AreasOpt = Annotated[
    list[str] | None, typer.Option("--area", help="Neighbourhood; may be given several times.")
]
SeatsOpt = Annotated[
    list[Path] | None, typer.Option("--seats", help="Layer of benches; may be given several times.")
]
OfflineOpt = Annotated[
    bool, typer.Option("--offline", help="Never fetch streets from the internet.")
]
ProfileOpt = Annotated[str, typer.Option("--profile", help="Who walks; see access15 profiles.")]
SpeedOpt = Annotated[
    float | None, typer.Option("--speed-ms", help="Another pace, in metres per second.")
]
ServiceOpt = Annotated[
    str, typer.Option("--service", help="Another Nominatim service; empty for the public one.")
]
AtOpt = Annotated[
    str | None,
    typer.Option(
        "--at", help="Count only what is open then: 'tue 10:00', 'mar 10:00', '2026-12-25 10:00'."
    ),
]
LangOpt = Annotated[Language, typer.Option("--lang", help="Language of maps and tables.")]


def say(what: str) -> None:
    """Say on standard error what is being done."""
    err.print(f"… {what}", soft_wrap=True)


def tell_stages(lang: Language) -> Callable[[str], None]:
    """Make what says the stages of a run in a language."""
    from access15.outputs.terminal import format_stage

    return lambda stage: err.print(format_stage(stage, lang.value), soft_wrap=True)


def say_networks(result: RunResult) -> None:
    """Say once where the streets of a run come from, and how old they are when fetched."""
    for kind, name in dict.fromkeys(
        (area.network_info.kind, area.network_info.name) for area in result.areas.values()
    ):
        say_network(kind, name, ())


def say_network(kind: str, name: str, notes: tuple[str, ...]) -> None:
    """Say where streets come from."""
    err.print(f"streets: {kind}, {name}", soft_wrap=True)
    for note in notes:
        err.print(f"note: {note}", soft_wrap=True)
