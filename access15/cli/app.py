"""The command line, put together."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any, TextIO

import typer
from typer._click.exceptions import ClickException  # Typer's own copy, which it raises

from access15.cli.at_hand import doctor, fetch, profiles
from access15.cli.benches import seats
from access15.cli.city import city
from access15.cli.guard import check_folder, finish_output, mend_streams, report_fault, say_error
from access15.cli.language import choose_language, find_language
from access15.cli.lists import lead_with_command, spread_lists
from access15.cli.manual import EXAMPLE, Command, Group, describe_misuse
from access15.cli.messages import err, say_remark
from access15.cli.new import init, schema
from access15.cli.options import SpokenOpt, with_options
from access15.cli.paper import poster, scan
from access15.cli.places import check, geocode, places
from access15.cli.problems import list_asked
from access15.cli.run import coverage, run
from access15.cli.sites import site
from access15.cli.table import compare, session
from access15.cli.walks import isochrone, times
from access15.config import find_now
from access15.errors import (
    Access15Error,
    Access15Warning,
    ConfigError,
    InputDataError,
    OutputError,
)
from access15.remarks import Lang, Remark

# Every command with the example at the end of its help.
COMMANDS: dict[Callable[..., None], str] = {
    run: "run milano --osm milano.osm.pbf --area chiesa_rossa --out maps",
    coverage: "coverage milano --profile frail --cutoff 15 --csv coverage.csv",
    check: "check facilities.csv",
    geocode: "geocode facilities.csv -o geocoded.csv --review to_decide.csv",
    places: "places milano --osm milano.osm.pbf -o review.html",
    fetch: "fetch milano",
    isochrone: "isochrone --facility cam-04 --minutes 5 10 15 --profile frail -o boifava.geojson",
    times: "times --from 45.4275,9.1748 --to homes.csv --profile frail -o times.csv",
    seats: "seats milano --category csrc --osm milano.osm.pbf --seats benches.json -o seats",
    site: "site milano --category csrc --new 2 --osm milano.osm.pbf -o sites",
    city: "city milano_city --osm milano.osm.pbf --out city",
    session: "session chiesa_rossa --osm milano.osm.pbf -o chiesa_rossa.html",
    compare: "compare proposal.geojson --osm milano.osm.pbf -o comparison",
    poster: "poster chiesa_rossa --osm milano.osm.pbf --size A3 -o chiesa_rossa.pdf",
    scan: "scan photo.jpg --poster chiesa_rossa.json -o stickers.geojson",
    init: "init my_town --osm my_town.osm.pbf --around 28.0990,-15.4150 --radius 1200",
    schema: "schema study --table",
    profiles: "profiles",
    doctor: "doctor",
}

app = typer.Typer(
    cls=Group,
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
            from access15.workflows.problems import gather_problems

            raise gather_problems(error, list_asked(command.__name__, given)) from error

    return speaking


for command, example in COMMANDS.items():
    app.command(
        cls=Command,
        help=command.__name__,
        epilog=f"{EXAMPLE}{example}",
    )(_with_words(with_options(command)))


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
