"""Options that commands share, each said once.

A command names the shared options it takes by the type of its parameter ``options``, one of the
typed dictionaries of `access15.config.options`; `with_options` puts them in its place.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from access15.cli.messages import Language


def read_number(text: str | float) -> float:
    """A number as people write it, or a default that is one already."""
    try:
        return float(str(text).replace(",", "."))
    except ValueError:
        raise typer.BadParameter(
            f"{str(text)[:40]!r} is no number; write one such as 7.5"
        ) from None


def read_minutes(text: str | float) -> float:
    """One of several numbers: a comma may stand between two of them."""
    if "," in str(text):
        raise typer.BadParameter(
            f"{str(text)[:40]!r} may be one number or two; write 7.5 for one, 5 10 for two"
        )
    return read_number(text)


StudyArg = Annotated[str, typer.Argument(help="A study's name or its .toml file.")]
StudyOpt = Annotated[str, typer.Option("--study", help="A study's name or its .toml file.")]
ProfileOpt = Annotated[str, typer.Option("--profile", help="Who walks; see access15 profiles.")]
SpeedOpt = Annotated[
    float | None,
    typer.Option(
        "--speed-ms",
        help="Another pace, in metres per second.",
        parser=read_number,
        metavar="NUMBER",
    ),
]
ServiceOpt = Annotated[
    str, typer.Option("--service", help="Another Nominatim service; empty for the public one.")
]
LangOpt = Annotated[Language, typer.Option("--lang", help="Language of maps and tables.")]
FacilitiesOpt = Annotated[
    Path | None, typer.Option("--facilities", help="Facilities in place of the study's.")
]
AddPlacesOpt = Annotated[
    list[Path] | None,
    typer.Option(
        "--add-places", help="Places beside the study's, each once; may be given several times."
    ),
]
MapOpt = Annotated[
    list[str] | None,
    typer.Option(
        "--map", help="Which column holds what, such as opening_hours=Orario; several times."
    ),
]
ReplaceOpt = Annotated[
    list[str] | None,
    typer.Option(
        "--replace-categories", help="Kinds of which only the added places count: csrc,library."
    ),
]
OfflineOpt = Annotated[
    bool, typer.Option("--offline", help="Never fetch streets from the internet.")
]

CutoffsOpt = Annotated[
    list[float] | None,
    typer.Option(
        "--cutoff",
        help="Minutes; may be given several times.",
        parser=read_minutes,
        metavar="NUMBER",
    ),
]
AreasOpt = Annotated[
    list[str] | None, typer.Option("--area", help="Neighbourhood; may be given several times.")
]
# What a shared option is on the command line, by its key; the others are for Python alone.
SHARED: dict[str, Any] = {
    "osm": Annotated[
        Path | None,
        typer.Option("--osm", help="OpenStreetMap extract: .osm.pbf, .osm or .osm.bz2."),
    ],
    "facilities": FacilitiesOpt,
    "add_places": AddPlacesOpt,
    "replace_categories": ReplaceOpt,
    "map_columns": MapOpt,
    "profiles": Annotated[
        list[str] | None, typer.Option("--profile", help="Walker; may be given several times.")
    ],
    "cutoffs_min": CutoffsOpt,
    "areas": AreasOpt,
    "seats": Annotated[
        list[Path] | None,
        typer.Option("--seats", help="Layer of benches; may be given several times."),
    ],
    "offline": OfflineOpt,
    "no_cache": Annotated[
        bool,
        typer.Option("--no-cache", help="Read the extract anew, and keep nothing of it."),
    ],
    "at": Annotated[
        str | None,
        typer.Option(
            "--at",
            help="Count only what is open then: 'tue 10:00', 'mar 10:00', '2026-12-25 10:00'.",
        ),
    ],
}
_FLAGS = ("offline", "no_cache")


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, in place of its parameter ``options``, each of the shared ones it names."""
    own = inspect.signature(command, eval_str=True)
    if "options" not in own.parameters:
        return command
    names = [key for key in own.parameters["options"].annotation.__annotations__ if key in SHARED]
    parameters: list[inspect.Parameter] = []
    for parameter in own.parameters.values():
        if parameter.name == "options":
            parameters += [_make_parameter(name) for name in names]
        else:
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    @wraps(command)
    def gathered(**given: Any) -> None:
        options = {name: given.pop(name) for name in names}
        command(**given, options=options)

    # Typer reads both: the signature for the order, the annotations for the types
    vars(gathered)["__signature__"] = own.replace(parameters=parameters)
    gathered.__annotations__ = {one.name: one.annotation for one in parameters}
    return gathered


def _make_parameter(name: str) -> inspect.Parameter:
    """A shared option as a parameter that may be left out."""
    default = False if name in _FLAGS else None
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=SHARED[name]
    )
