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
from access15.remarks import Remark


def read_number(text: str | float) -> float:
    """A number as people write it, or a default that is one already."""
    try:
        return float(str(text).replace(",", "."))
    except ValueError:
        raise typer.BadParameter(Remark("misuse_number", value=str(text)[:40])) from None


def read_minutes(text: str | float) -> float:
    """One of several numbers: a comma may stand between two of them."""
    if "," in str(text):
        raise typer.BadParameter(Remark("misuse_two_numbers", value=str(text)[:40]))
    return read_number(text)


StudyArg = Annotated[str, typer.Argument(help="help_study")]
StudyOpt = Annotated[str, typer.Option("--study", help="help_study")]
ProfileOpt = Annotated[str, typer.Option("--profile", help="help_profile")]
SpeedOpt = Annotated[
    float | None,
    typer.Option(
        "--speed-ms",
        help="help_speed",
        parser=read_number,
        metavar="NUMBER",
    ),
]
ServiceOpt = Annotated[str, typer.Option("--service", help="help_nominatim_service")]
RegisterOpt = Annotated[Path | None, typer.Option("--register", help="help_register")]
OsmOpt = Annotated[Path | None, typer.Option("--osm", help="help_osm")]
DemOpt = Annotated[list[Path] | None, typer.Option("--dem", help="help_dem")]
NoCacheOpt = Annotated[bool, typer.Option("--no-cache", help="help_no_cache")]
LangOpt = Annotated[Language, typer.Option("--lang", help="help_lang")]
SpokenOpt = Annotated[Language | None, typer.Option("--lang", help="help_spoken")]
FacilitiesOpt = Annotated[Path | None, typer.Option("--facilities", help="help_facilities")]
AddPlacesOpt = Annotated[
    list[Path] | None,
    typer.Option("--add-places", help="help_add_places"),
]
MapOpt = Annotated[
    list[str] | None,
    typer.Option("--map", help="help_map"),
]
ReplaceOpt = Annotated[
    list[str] | None,
    typer.Option("--replace-categories", help="help_replace_categories"),
]
CrsOpt = Annotated[list[str] | None, typer.Option("--crs", help="help_crs")]
OfflineOpt = Annotated[bool, typer.Option("--offline", help="help_offline")]

CutoffsOpt = Annotated[
    list[float] | None,
    typer.Option(
        "--cutoff",
        help="help_cutoff",
        parser=read_minutes,
        metavar="NUMBER",
    ),
]
AreasOpt = Annotated[list[str] | None, typer.Option("--area", help="help_areas")]
# What a shared option is on the command line, by its key; the others are for Python alone.
SHARED: dict[str, Any] = {
    "osm": OsmOpt,
    "dem": DemOpt,
    "facilities": FacilitiesOpt,
    "add_places": AddPlacesOpt,
    "replace_categories": ReplaceOpt,
    "map_columns": MapOpt,
    "crs": CrsOpt,
    "profiles": Annotated[list[str] | None, typer.Option("--profile", help="help_profiles")],
    "cutoffs_min": CutoffsOpt,
    "areas": AreasOpt,
    "seats": Annotated[
        list[Path] | None,
        typer.Option("--seats", help="help_seats"),
    ],
    "obstacles": Annotated[
        list[Path] | None,
        typer.Option("--obstacles", help="help_obstacles"),
    ],
    "offline": OfflineOpt,
    "no_cache": NoCacheOpt,
    "at": Annotated[
        str | None,
        typer.Option(
            "--at",
            help="help_at",
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
