"""The command line, put together."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable
from functools import partial, wraps
from importlib import import_module
from typing import Any, TextIO

import typer
from typer._click import Context  # Typer's own copies, which it hands on and raises
from typer._click.core import Command as AnyCommand
from typer._click.exceptions import ClickException

from access15.cli.guard import check_folder, finish_output, mend_streams, report_fault, say_error
from access15.cli.language import choose_language, find_language
from access15.cli.lists import lead_with_command, spread_lists
from access15.cli.manual import EXAMPLE, Command, Group, describe_misuse
from access15.cli.messages import err, say_remark
from access15.cli.options import SpokenOpt, with_options
from access15.config import find_now
from access15.errors import (
    Access15Error,
    Access15Warning,
    ConfigError,
    InputDataError,
    OutputError,
)
from access15.remarks import Lang, Remark

# Every command with its module, which is imported when somebody calls the command or asks for its
# help, and the example at the end of that.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "run milano --osm milano.osm.pbf --area chiesa_rossa --out maps"),
    "coverage": ("run", "coverage milano --profile frail --cutoff 15 --csv coverage.csv"),
    "check": ("places", "check facilities.csv"),
    "geocode": ("places", "geocode facilities.csv -o geocoded.csv --review to_decide.csv"),
    "places": ("places", "places milano --osm milano.osm.pbf -o review.html"),
    "fetch": ("at_hand", "fetch milano"),
    "isochrone": (
        "walks",
        "isochrone --facility cam-04 --minutes 5 10 15 --profile frail -o boifava.geojson",
    ),
    "times": ("walks", "times --from 45.4275,9.1748 --to homes.csv --profile frail -o times.csv"),
    "nearest": (
        "points",
        "nearest --from homes.csv --to facilities.csv --profile frail -o nearest.csv",
    ),
    "seats": (
        "benches",
        "seats milano --category csrc --osm milano.osm.pbf --seats benches.json -o seats",
    ),
    "site": ("sites", "site milano --category csrc --new 2 --osm milano.osm.pbf -o sites"),
    "city": ("city", "city milano_city --osm milano.osm.pbf --out city"),
    "session": ("table", "session chiesa_rossa --osm milano.osm.pbf -o chiesa_rossa.html"),
    "compare": ("table", "compare proposal.geojson --osm milano.osm.pbf -o comparison"),
    "poster": ("paper", "poster chiesa_rossa --osm milano.osm.pbf --size A3 -o chiesa_rossa.pdf"),
    "scan": ("paper", "scan photo.jpg --poster chiesa_rossa.json -o stickers.geojson"),
    "report": ("paper", "report chiesa_rossa --osm milano.osm.pbf -o report"),
    "peba": ("barriers", "peba chiesa_rossa --osm milano.osm.pbf -o peba"),
    "audit": ("barriers", "audit chiesa_rossa --osm milano.osm.pbf -o chiesa_rossa_audit.html"),
    "init": ("new", "init my_town --osm my_town.osm.pbf --around 28.0990,-15.4150 --radius 1200"),
    "schema": ("new", "schema study --table"),
    "qgis": ("qgis", "qgis --install"),
    "profiles": ("at_hand", "profiles"),
    "doctor": ("at_hand", "doctor"),
}


class _Commands(Group):
    """All commands: only the one that is called is imported and put together."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Names of the commands, in the order in which the overview tells them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> AnyCommand | None:
        """A command by its name; None where there is none."""
        del ctx
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = _build_command(cmd_name)
        return self.commands.get(cmd_name)


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="overview",
    epilog=f"{EXAMPLE}run milano --osm milano.osm.pbf",
)


@app.callback(help="overview")
def _speak(lang: SpokenOpt = None) -> None:
    """Take the language of every command; `main` reads it before anything can be wrong."""
    del lang


def _with_words(command: Callable[..., None]) -> Callable[..., None]:
    """Have what readers warn of said in the language asked for, and all problems told at once."""

    @wraps(command)
    def speaking(**given: Any) -> None:
        warnings.showwarning = partial(_show_warning, choose_language(given["lang"]))
        try:
            command(**given)
        except OutputError:
            raise
        except (InputDataError, ConfigError) as error:
            from access15.cli.problems import list_asked
            from access15.workflows.problems import gather_problems

            raise gather_problems(error, list_asked(command.__name__, given)) from error

    return speaking


def load_command(name: str) -> Callable[..., None]:
    """What a command does, as its module says it."""
    module = import_module(f"access15.cli.{COMMANDS[name][0]}")
    command: Callable[..., None] = getattr(module, name)
    return command


def _build_command(name: str) -> AnyCommand:
    """A command with its shared options and its help."""
    alone = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    words = EXAMPLE + COMMANDS[name][1]
    register = alone.command(name, cls=Command, help=name, epilog=words)
    register(_with_words(with_options(load_command(name))))
    return typer.main.get_command(alone)


def main(notes: Iterable[Remark] = ()) -> None:
    """Run the command line; problems with input end in one clear message and exit code 2.

    What nobody foresaw ends in a sentence as well, with exit code 1. `notes` are said first.
    """
    mend_streams()
    words = lead_with_command(sys.argv[1:])
    lang: Lang = find_language(sys.argv[1:], os.environ) or "en"
    try:
        check_folder()
        for note in notes:
            say_remark(note, lang)
        find_now()  # an unusable SOURCE_DATE_EPOCH is told first: libraries read it, too
        with warnings.catch_warnings():
            warnings.simplefilter("always", Access15Warning)
            code = app(args=spread_lists(words), standalone_mode=False, obj={"lang": lang})
    except Access15Error as error:
        say_error(error.in_lang(lang), lang)
        sys.exit(2)
    except ClickException as misuse:  # of the command line itself
        err.print(describe_misuse(misuse, lang), soft_wrap=True)
        sys.exit(misuse.exit_code)
    except Exception as fault:  # the one place where everything ends
        sys.exit(report_fault(fault, lang))
    sys.exit(code or finish_output(lang))


def _show_warning(  # behind the language, the standard library's own signature
    lang: Lang,
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show what access15 warns of as a note; what libraries warn of is not for people."""
    del filename, lineno, file, line
    if issubclass(category, Access15Warning):
        say_remark(message if isinstance(message, str) else message.args[0], lang)
