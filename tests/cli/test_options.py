"""Options that commands share: said once, offered by every command they mean something for."""

from __future__ import annotations

import inspect

import pytest

from access15.cli.app import COMMANDS, load_command
from access15.cli.options import SHARED, with_options
from access15.config import RunOptions

pytestmark = pytest.mark.usefixtures("said_in_italian")

STREETS = {"osm", "dem", "no_cache"}
PLACES = STREETS | {
    *("facilities", "add_places", "replace_categories", "map_columns", "crs"),
    *("seats", "obstacles", "at", "offline"),
}
AREA = PLACES | {"profiles", "cutoffs_min"}
OFFERED = {
    "run": AREA | {"areas"},
    "coverage": AREA | {"areas"},
    "city": AREA | {"areas"},
    "compare": AREA | {"areas"},
    "fetch": {"profiles", "cutoffs_min", "areas"},
    "session": AREA,
    "poster": PLACES,  # one walker, said of the poster's own
    "seats": PLACES,  # one walker, one cutoff
    "places": (PLACES | {"areas"}) - {"seats", "obstacles", "at", "dem"},
    "site": PLACES,  # one walker, one cutoff
    "report": PLACES,  # each group's own walker, the longest cutoff
    "peba": PLACES,  # one walker, one cutoff
    "audit": PLACES,  # as above
    "check": (AREA | {"areas"}) - {"offline", "no_cache"},
    "isochrone": STREETS,
    "times": STREETS,
    "nearest": STREETS,
}


def shared_of(command: object) -> set[str]:
    assert callable(command)
    return set(inspect.signature(command).parameters) & set(SHARED)


@pytest.mark.parametrize("name", COMMANDS)
def test_sisters_offer_the_same(name: str) -> None:
    command, offered = load_command(name), OFFERED.get(name, set())
    if offered:
        assert shared_of(with_options(command)) - shared_of(command) == offered


def test_shared_options_are_those_of_runs() -> None:
    """What is missing on the command line is for Python alone."""
    assert set(RunOptions.__annotations__) - set(SHARED) == {
        "graph",
        "walkers",
        "categories",
        "cache",
    }


def test_a_command_gets_what_was_given() -> None:
    got: list[object] = []

    def command(*, study: str = "milano", options: RunOptions, tiles: bool = False) -> None:
        got.append((study, options, tiles))

    made = with_options(command)
    assert list(inspect.signature(made).parameters) == [
        "study",
        *(key for key in RunOptions.__annotations__ if key in SHARED),
        "tiles",
    ]
    given = dict.fromkeys(SHARED) | {"profiles": ["frail"], "offline": True}
    made(study="mine.toml", tiles=True, **given)
    assert got == [("mine.toml", given, True)]
