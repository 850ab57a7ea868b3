"""Everything that is wrong with what a command reads is told at once, and nothing that follows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from builders.command_line import Done, call
from builders.small_town import write_questions, write_town

from access15.errors import MOST_LINES

pytestmark = pytest.mark.usefixtures("said_in_italian")

HERE = "45.4300,9.1800"
# What each command reads of a study, and its other words.
COMMANDS: Mapping[str, tuple[set[str], tuple[str, ...]]] = {
    "run": ({"study", "zones", "places", "people", "osm", "heights"}, ("run", "town.toml")),
    "coverage": ({"study", "zones", "places", "people", "osm"}, ("coverage", "town.toml")),
    "city": ({"study", "zones", "places", "people", "osm"}, ("city", "town.toml")),
    "check": ({"study", "zones", "places", "people"}, ("check", "town.toml")),
    "seats": (
        {"study", "zones", "places", "people", "osm", "benches"},
        ("seats", "town.toml", "--category", "hub", "-o", "seats"),
    ),
    "site": (
        {"study", "zones", "places", "people", "osm", "points"},
        ("site", "town.toml", "--category", "csrc", "--candidates", "points.csv", "-o", "sites"),
    ),
    "session": (
        {"study", "zones", "places", "people", "osm", "proposal", "points"},
        (
            *("session", "west", "--study", "town.toml", "--proposals", "proposal.geojson"),
            *("--site-candidates", "points.csv"),
        ),
    ),
    "places": (
        {"study", "zones", "places", "people", "osm", "review"},
        ("places", "town.toml", "--review", "review.csv", "--offline", "-o", "p.html"),
    ),
    "compare": (
        {"study", "zones", "places", "people", "osm", "proposal"},
        ("compare", "proposal.geojson", "--study", "town.toml"),
    ),
    "poster": (
        {"study", "zones", "places", "people", "osm", "proposal"},
        ("poster", "west", "--study", "town.toml", "--proposal", "proposal.geojson"),
    ),
    "report": (
        {"study", "places", "people", "osm", "sheet", "heights"},
        ("report", "west", "--study", "town.toml", "-o", "report"),
    ),
    "peba": (
        {"study", "places", "sheet", "heights"},  # and all that its sisters read
        ("peba", "west", "--study", "town.toml", "-o", "peba"),
    ),
    "audit": (
        {"osm", "sheet"},  # as above
        ("audit", "west", "--study", "town.toml"),
    ),
    "geocode": (
        {"study", "zones", "places", "addresses", "review"},
        (
            *("geocode", "addresses.csv", "-o", "out.csv", "--study", "town.toml"),
            *("--review", "review.csv", "--offline"),
        ),
    ),
    "isochrone": (
        {"study", "places", "osm", "heights"},
        (
            *("isochrone", "--facility", "hall-west", "--study", "town.toml"),
            *("--minutes", "5", "-o", "a.gpkg"),
        ),
    ),
    "times": (
        {"study", "osm", "points"},
        ("times", "--from", HERE, "--to", "points.csv", "--study", "town.toml", "-o", "t.csv"),
    ),
    "nearest": (
        {"study", "osm", "points", "heights"},
        (
            *("nearest", "--from", "points.csv", "--to", "places.csv"),
            *("--study", "town.toml", "-o", "n.csv"),
        ),
    ),
    "scan": ({"key"}, ("scan", "photo.png", "--poster", "key.json")),
}
OSM = {
    *("run", "coverage", "city", "seats", "site", "session", "places", "compare"),
    *("poster", "isochrone", "times", "nearest", "report", "peba", "audit"),
}


def spoil_study() -> None:
    path = Path("town.toml")
    path.write_text(f"max_snap_m = -3\nfuture = 1\n{path.read_text('utf-8')}", encoding="utf-8")


def spoil(name: str, text: str) -> Callable[[], None]:
    return lambda: put(name, text)


def put(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


# What is wrong, and what is told of it.
FAULTS: Mapping[str, tuple[Callable[[], None], str]] = {
    "study": (spoil_study, "max_snap_m: must be more than 0 (found -3)"),
    "zones": (spoil("zones.geojson", "{}"), "zones.geojson: cannot be read"),
    "places": (
        spoil("places.csv", "facility_id,name,category,lat,lon\na,A,cinemma,45.43,9.18\n"),
        "places.csv row 2: category 'cinemma' is not known",
    ),
    "people": (
        spoil("people.csv", "zone,total,old\nwest,900,-5\neast,777,180\n"),
        "zone 'west': old is '-5', it must be a whole number of people",
    ),
    "osm": (lambda: Path("town.osm").unlink(), "town.osm: there is no such file"),
    "heights": (lambda: None, "hill.tif: cannot be read as a GeoTIFF"),
    "sheet": (spoil("sheet.xlsx", "Codice"), "sheet.xlsx is text, not an Excel workbook"),
    "benches": (lambda: None, "benches.csv cannot be read (No such file or directory)"),
    "proposal": (spoil("proposal.geojson", "{}"), "proposal.geojson: not a file of proposals"),
    "addresses": (
        spoil("addresses.csv", "facility_id,name,category,address\na,A,cinemma,Via west 1\n"),
        "addresses.csv row 2: category 'cinemma' is not known",
    ),
    "review": (spoil("review.csv", "a,b\n1,2\n"), "review.csv is not a review file"),
    "points": (spoil("points.csv", "x\n"), "points.csv"),
    "key": (spoil("key.json", "[]"), "key.json"),
}
PAIRS = [
    (command, *pair)
    for command, (reads, _) in COMMANDS.items()
    for pair in itertools.combinations(sorted(reads), 2)
]


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> partial[Done]:
    """The command line in a folder with the town's files and an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_town(tmp_path)
    write_questions(tmp_path)
    put("review.csv", "")
    Path("review.csv").unlink()
    return partial(call, capsys)


def ask(cli: partial[Done], command: str, *faults: str) -> list[str]:
    """Lines of what a command says of some faults."""
    words = COMMANDS[command][1]
    more = ("--osm", "town.osm") if command in OSM else ()
    more += ("--seats", "benches.csv") if "benches" in faults else ()
    more += ("--obstacles", "sheet.xlsx") if "sheet" in faults else ()
    more += ("--dem", "hill.tif") if "heights" in faults else ()
    for fault in faults:
        FAULTS[fault][0]()
    done = cli(*words, *more)
    assert (done.code, "Traceback" in done.err) == (2, False), done.err
    return done.err.splitlines()


@pytest.mark.parametrize(("command", "one", "other"), PAIRS)
def test_both_are_told_and_nothing_else(
    cli: partial[Done], command: str, one: str, other: str
) -> None:
    before = sorted(path.name for path in Path().iterdir())
    lines = [line for line in ask(cli, command, one, other) if not line.startswith(("note", "…"))]
    told = "\n".join(lines)
    assert lines[0] == "access15: 2 things cannot be used as they are", told
    assert all(told.count(FAULTS[fault][1]) == 1 for fault in (one, other)), told
    assert "Error" not in told
    written = (
        {path.name for path in Path().iterdir()}
        - set(before)
        - {"cache", "review.csv", "sheet.xlsx"}
    )
    assert not written


@pytest.mark.parametrize("command", ["run", "compare", "seats", "session", "poster"])
def test_all_of_them_fit_on_a_screen(cli: partial[Done], command: str) -> None:
    faults = sorted(COMMANDS[command][0])
    lines = ask(cli, command, *faults)
    told = "\n".join(lines)
    assert f"access15: {len(faults)} things cannot be used as they are" in lines
    assert all(told.count(FAULTS[fault][1]) == 1 for fault in faults), told
    assert len(lines) <= MOST_LINES + 3


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # a part that is wrong is not read, for it is not sure what is meant
        ('zone_column = "zone"', "zone_column = 3", {"population.zone_column"}),
        ('id_column = "zone"', 'id_colunm = "zone"', {"zones.id_column", "zones.id_colunm"}),
        ('zones = ["west"]', "zones = []", {"areas.0.zones"}),
        ('hubs = ["hall-west"]', 'hubs = "hall-west"', {"areas.0.hubs"}),
        ('categories = ["csrc"]', "categories = 1", {"categories"}),
        ('profiles = ["adult", "older_adult"]', "", {"profiles"}),
        ('id = "town"\nname', 'id = "Town"\nname', {"id"}),
        ('countries = "it"', "", set()),
        # what nobody knows is left out, and the rest of its part is read
        ('file = "people.csv"', 'file = "people.csv"\nfle = "x"', {"population.fle"}),
        ('{ file = "places.csv" }', '{ file = "places.csv", crx = 1 }', {"facilities.crx"}),
    ],
)
def test_what_only_follows_is_not_told(
    cli: partial[Done], old: str, new: str, told: set[str]
) -> None:
    """Each key of the study wrong by itself, while all files are as they must be."""
    path = Path("town.toml")
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = cli("check", "town.toml")
    lines = [line for line in done.err.splitlines() if line.startswith("  - ")]
    assert {line.removeprefix("  - ").partition(":")[0] for line in lines} == told, done.err
    assert done.code == (2 if told else 0)


def test_options_that_are_wrong_are_told_with_the_rest(cli: partial[Done]) -> None:
    FAULTS["people"][0]()
    words = ("--area", "nord", "--area", "sud", "--profile", "nobody", "--cutoff", "900")
    done = cli("run", "town.toml", *words, "--at", "noon", "--osm", "town.osm")
    assert done.code == 2
    for part in ("'nord'", "'sud'", "'nobody'", "900", "noon", "old is '-5'"):
        assert done.err.count(part) == 1, done.err


def test_a_study_that_is_no_table_is_told_with_what_stands_beside(cli: partial[Done]) -> None:
    put("town.toml", "id = \n")
    FAULTS["proposal"][0]()
    done = cli("compare", "proposal.geojson", "--study", "town.toml")
    assert "town.toml: not valid TOML" in done.err
    assert FAULTS["proposal"][1] in done.err


# What attackers found, each once: what is changed in the study, other files, the words, what is told
NO_OSM = "no.osm: there is no such file"
PLACES = "places.csv is not a table"
FINDINGS = {
    "a place is no moment": (
        {"places.csv": "x\n"},
        f"isochrone --facility x --at {HERE} --minutes 5 --osm no.osm -o a.gpkg",
        ["the place is not clear", PLACES, NO_OSM],
    ),
    "what one place is asked with": (
        {},
        "isochrone --at north --profile who --minutes 500 --osm no.osm -o a.gpkg",
        ["--at is 'north'", "profile 'who' is not known", "minutes are 500", NO_OSM],
    ),
    "where walks begin": (
        {},
        "times --from 45.43 --to no.csv --osm no.osm -o t.csv",
        ["--from is '45.43'", "no.csv cannot be read", NO_OSM],
    ),
    "proposals of areas that are left out are sound": (
        {},
        "compare proposal.geojson --area east --osm no.osm",
        ["no proposal is of area 'east'", NO_OSM],
    ),
    "a proposal to set beside today": (
        {"places.csv": "x\n"},
        "poster west --side-by-side --osm no.osm",
        ["--side-by-side: sets a proposal beside today, and there is none", PLACES, NO_OSM],
    ),
    "people of a zone that is not there": (
        {"town.toml": ('zones = ["west"]', 'zones = ["north"]'), "places.csv": "x\n"},
        "run",
        ["zone 'north' stands 0 times in column 'zone'", PLACES],
    ),
    "what does not go together": (
        {
            "town.toml": (
                "cutoffs_min = [5]",
                'cutoffs_min = [5, 3]\nclaim_profile = "frail"\ndraw_areas = ["library"]',
            ),
            "places.csv": "x\n",
        },
        "run",
        ["cutoffs_min is 5, 3", "draw_areas names 'library'", "claim_profile 'frail'", PLACES],
    ),
    "what does not go together, beside a key that is wrong": (
        {"town.toml": ("cutoffs_min = [5]", "cutoffs_min = [5, 3]\npadding_m = 'wide'")},
        "run",
        ["cutoffs_min is 5, 3", "padding_m: must be a number"],
    ),
    "an unknown key inside an area": (
        {"town.toml": ('hubs = ["hall-west"]', 'hubs = ["hall-x"]\nfoo = { a = [1, 2] }')},
        "run",
        ["areas.0.foo: is not known here", "hub 'hall-x' is not among the facilities"],
    ),
    "around, whose file is not there": (
        {
            "town.toml": (
                'zone_column = "zone"',
                'zone_column = "zone"\naround = { file = "q.csv", zone_column = "a", '
                'zones = "z.gpkg", id_column = "b", x = 1 }',
            )
        },
        "run",
        ["population.around.x: is not known here", "z.gpkg: there is no such file"],
    ),
    "a sketch half there": (
        {
            "town.toml": (
                'name = "Città disegnata"',
                'name = "x"\nfuture = 1\nsketch = { nodes = "n.csv", segments = "s.csv" }',
            )
        },
        "run town.toml --offline",
        ["future: is not known here", "n.csv: cannot be read", "s.csv: cannot be read"],
    ),
    "facilities of an option beside faulty ones": (
        {"town.toml": ('{ file = "places.csv" }', '{ fil = "places.csv" }')},
        "run --facilities none.csv",
        ["facilities.fil: is not known here", "none.csv cannot be read"],
    ),
    "places that are added": (
        {"town.toml": ('name = "Città disegnata"', 'name = "x"\nfuture = 1')},
        "run --add-places more.csv --add-places none.csv --seats benches.csv",
        [
            "future: is not known here",
            "more.csv cannot be read",
            "none.csv cannot be read",
            "benches.csv cannot be read",
        ],
    ),
    "a grid that is none, beside places": (
        {"places.csv": "x\n"},
        "city town.toml --grid hex:wide --osm town.osm",
        ["'hex' is no kind of grid", "'wide' is no size", PLACES],
    ),
    "numbers that are none, beside files": (
        {},
        "nearest --from no.csv --to places.csv --cutoff 900 --count 0 -o n.csv --osm town.osm",
        ["no.csv cannot be read", "--cutoff cannot be 900.0", "--count cannot be 0"],
    ),
    "what barriers are asked for, beside files": (
        {},
        "peba east-end --to xx --group zz --osm town.osm --dem no.tif -o p",
        [
            "category 'xx' is not known",
            "group 'zz' is not in the study",
            "study 'town' has no area 'east-end'",
            "no.tif: cannot be read as a GeoTIFF",
        ],
    ),
    "photograph and key": (
        {},
        "scan no.jpg --poster no.json",
        ["no.jpg: cannot be read", "no.json: cannot be read"],
    ),
    "proposals that are checked, with their study": (
        {"town.toml": ('id = "town"', 'id = "city"'), "places.csv": "x\n"},
        "check proposal.geojson --study town.toml",
        ["proposal 'proposal' is of study 'town', not 'city'", PLACES],
    ),
}


@pytest.mark.parametrize("finding", FINDINGS)
def test_findings(cli: partial[Done], finding: str) -> None:
    files, words, told = FINDINGS[finding]
    for name, change in files.items():
        text = Path(name).read_text("utf-8").replace(*change, 1) if name.endswith("l") else change
        put(name, text)
    command, *more = words.split()
    if command == "run":
        more += [] if "town.toml" in more else ["town.toml", "--osm", "town.osm"]
    elif command in ("isochrone", "times", "compare", "nearest", "poster", "peba"):
        more += ["--study", "town.toml"]
    done = cli(command, *more)
    assert done.code == 2
    assert all(done.err.count(part) == 1 for part in told), done.err
    lines = done.err.splitlines()
    inner = [line for line in lines if line.startswith("    - ")]
    bare = [
        line
        for line, following in itertools.zip_longest(lines[1:], lines[2:], fillvalue="")
        if line.startswith("  - ") and not following.startswith("    - ")
    ]
    assert len(inner) + len(bare) == len(told), done.err


def test_proposals_are_checked(cli: partial[Done]) -> None:
    done = cli("check", "proposal.geojson", "--study", "town.toml")
    assert (done.code, done.out) == (0, "proposal.geojson: 1 proposal, no problems\n")
