"""No output replaces what the same run reads: every command, every input, every way there."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from builders.command_line import Done, call

from access15.cli.app import COMMANDS as ALL
from access15.config import build_options, data_dir, list_inputs, load_study
from access15.errors import InputDataError
from access15.files import check_inputs_stay
from access15.outputs.tables.benches import SEAT_FILES

pytestmark = pytest.mark.usefixtures("said_in_italian")

# What a study names, and where it lies unless a test puts it elsewhere.
NAMED = {
    "facilities": "town/facilities.csv",
    "zones": "town/zones.shp",
    "residents": "town/residents.csv",
    "around": "town/around.csv",
    "zones_around": "town/around.gpkg",
    "nodes": "town/nodes.csv",
    "segments": "town/segments.csv",
    "seats": "town/benches.json",
    "obstacles": "town/peba.gpkg",
}
STUDY = """
id = "town"
name = "Town"
profiles = ["adult"]
categories = ["library"]
facilities = {{ file = "{facilities}" }}
zones = {{ file = "{zones}", id_column = "id", name_column = "name" }}
sketch = {{ nodes = "{nodes}", segments = "{segments}" }}
seats = {{ files = ["{seats}"] }}
obstacles = {{ files = ["{obstacles}"] }}
[population]
file = "{residents}"
zone_column = "id"
groups = {{ total = "n" }}
around = {{ file = "{around}", zone_column = "id", zones = "{zones_around}", id_column = "id" }}
[[areas]]
id = "east"
name = "East"
zones = ["1"]
hubs = ["hub"]
"""


class Command(NamedTuple):
    """A command that writes: its words, the file it would write, and what it reads beside the
    study.
    """

    words: tuple[str, ...]
    written: str
    others: tuple[str, ...] = ()


OSM = ("--osm", "streets.osm.pbf")
AT = ("--at", "45.4,9.2", "--minutes", "5")
COMMANDS = {
    "run": Command(("run", "town.toml", *OSM, "--out", "out"), "out/coverage.csv", (OSM[1],)),
    "run, pages": Command(("run", "town.toml", "--out", "out"), "out/index.html"),
    "run, here": Command(("run", "town.toml", "--out", "."), "facilities_out.csv"),
    "run, default": Command(("run", "town.toml"), "maps/results.gpkg"),
    "coverage": Command(("coverage", "town.toml", *OSM, "--csv", "new.csv"), "new.csv", (OSM[1],)),
    "city": Command(
        ("city", "town.toml", *OSM, "--out", "out"), "out/zones_explain.csv", (OSM[1],)
    ),
    "city, default": Command(("city", "town.toml"), "city/homes/zone_id=1/part.parquet"),
    "city, cells": Command(
        ("city", "town.toml", "--grid", "h3:9", "--out", "out"),
        "out/cells/category=hub/part.parquet",
    ),
    "geocode": Command(
        ("geocode", "raw.csv", "-o", "new.geojson", "--study", "town.toml"),
        "new.geojson",
        ("raw.csv",),
    ),
    "geocode, review": Command(
        ("geocode", "raw.csv", "-o", "x.csv", "--review", "new.csv", "--study", "town.toml"),
        "new.csv",
        ("raw.csv",),
    ),
    "isochrone": Command(
        ("isochrone", *AT, "-o", "new.gpkg", "--facilities", "mine.csv", "--study", "town.toml"),
        "new.gpkg",
        ("mine.csv",),
    ),
    "times": Command(
        ("times", "--from", "45,9", "--to", "to.csv", "-o", "new.csv", "--study", "town.toml"),
        "new.csv",
        ("to.csv",),
    ),
    "nearest": Command(
        (
            *("nearest", "--from", "from.csv", "--to", "to.csv", "-o", "new.csv"),
            *("--study", "town.toml"),
        ),
        "new.csv",
        ("from.csv", "to.csv"),
    ),
    "isochrone of points": Command(
        (
            *("isochrone", "--points", "to.gpkg", "--minutes", "5", "-o", "new.gpkg"),
            *("--study", "town.toml"),
        ),
        "new.gpkg",
        ("to.gpkg",),
    ),
    "seats": Command(
        ("seats", "town.toml", "--category", "hub", "--seats", "more.csv", "-o", "out"),
        "out/new_seats.geojson",
        ("more.csv",),
    ),
    "site": Command(
        ("site", "town.toml", "--category", "csrc", "--candidates", "more.csv", "-o", "out"),
        "out/sites.geojson",
        ("more.csv",),
    ),
    "site, weights": Command(
        ("site", "town.toml", "--category", "csrc", "--weights", "more.csv", "-o", "out"),
        "out/east_1.geojson",
        ("more.csv",),
    ),
    "session": Command(
        ("session", "east", "--proposals", "p.geojson", "-o", "x.html", "--study", "town.toml"),
        "x.html",
        ("p.geojson",),
    ),
    "session, candidates": Command(
        ("session", "east", "--site-candidates", "c.csv", "-o", "x.html", "--study", "town.toml"),
        "x.html",
        ("c.csv",),
    ),
    "places": Command(
        ("places", "town.toml", "--review", "r.csv", "-o", "x.html"), "x.html", ("r.csv",)
    ),
    "places, default": Command(("places", "town.toml"), "town_places.html"),
    "session, default": Command(("session", "east", "--study", "town.toml"), "east_session.html"),
    "compare": Command(
        ("compare", "p.geojson", "q.geojson", "-o", "out", "--study", "town.toml"),
        "out/compare_streets.csv",
        ("p.geojson", "q.geojson"),
    ),
    "compare, default": Command(
        ("compare", "p.geojson", "--study", "town.toml"), "comparison/east_compare.html"
    ),
    "compare, documents": Command(
        ("compare", "p.geojson", "--study", "town.toml", "--format", "pptx,docx"),
        "comparison/east_compare.docx",
    ),
    "poster": Command(
        ("poster", "east", "--proposal", "p.geojson", "-o", "x.svg", "--study", "town.toml"),
        "x.svg",
        ("p.geojson",),
    ),
    "poster, sides": Command(
        (
            *("poster", "east", "--proposal", "p.geojson", "--side-by-side", "-o", "x.svg"),
            *("--study", "town.toml"),
        ),
        "x.svg",
        ("p.geojson",),
    ),
    "poster, key": Command(
        ("poster", "east", *OSM, "-o", "x.png", "--study", "town.toml"), "x.json", (OSM[1],)
    ),
    "report": Command(
        ("report", "east", "--obstacles", "s.xlsx", "-o", "out", "--study", "town.toml"),
        "out/east_report.docx",
        ("s.xlsx",),
    ),
    "report, default": Command(
        ("report", "east", "--study", "town.toml"), "report/east_report.pdf"
    ),
    "peba": Command(
        ("peba", "east", "--obstacles", "s.xlsx", "-o", "out", "--study", "town.toml"),
        "out/east_peba.xlsx",
        ("s.xlsx",),
    ),
    "peba, default": Command(("peba", "east", "--study", "town.toml"), "peba/east_peba.docx"),
    "audit": Command(
        ("audit", "east", "--obstacles", "s.xlsx", "-o", "x.html", "--study", "town.toml"),
        "x.html",
        ("s.xlsx",),
    ),
    "audit, default": Command(("audit", "east", "--study", "town.toml"), "east_audit.html"),
    "poster, default": Command(("poster", "east", "--study", "town.toml"), "east_a3.json"),
    "scan": Command(("scan", "photo.jpg", "--poster", "key.json", "-o", "new.geojson"), ""),
}
# The study's own paths are those of another command here: scan reads no study.
STUDY_COMMANDS = {name: command for name, command in COMMANDS.items() if name != "scan"}
READERS = {"check", "profiles", "doctor", "schema"}  # write nothing
INTO_CACHE = {"fetch"}  # writes under names of its own into the cache
INTO_NEW = {"init", "qgis"}  # into a folder that is new, empty, or the command's own


@pytest.fixture(autouse=True)
def own_folder(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder to work in, and an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> partial[Done]:
    return partial(call, capsys)


def put(name: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"precious {name}".encode())
    return path


def put_study(**elsewhere: str) -> None:
    """A study whose files all lie where it says, or elsewhere."""
    named = NAMED | elsewhere
    for name in (*named.values(), "town/zones.dbf"):
        put(name)
    Path("town.toml").write_text(STUDY.format(**named), encoding="utf-8")


def read_all() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def link(written: str, to: Path, how: str) -> None:
    """Lay a link to a file where a command would write."""
    path = Path(written)
    path.parent.mkdir(parents=True, exist_ok=True)
    if how == "symbolic":
        path.symlink_to(os.path.relpath(to, path.parent))
    else:
        os.link(to, path)


def test_every_command_is_tried() -> None:
    tried = {command.words[0] for command in COMMANDS.values()}
    assert set(ALL) == tried | READERS | INTO_CACHE | INTO_NEW


@pytest.mark.parametrize("how", ["symbolic", "hard"])
@pytest.mark.parametrize("name", STUDY_COMMANDS)
def test_links_to_any_input_are_refused(cli: partial[Done], name: str, how: str) -> None:
    command = STUDY_COMMANDS[name]
    put_study()
    others = [put(other) for other in command.others]
    named = sorted(NAMED.values())
    here = list(STUDY_COMMANDS).index(name)  # each command tries some, all of them every input
    some = [named[(here + i) % len(named)] for i in (0, 3)]
    for read in [Path("town.toml"), Path("town/zones.dbf"), *map(Path, some), *others]:
        link(command.written, read, how)
        before = read_all()
        done = cli(*command.words)
        assert done.code == 2, done
        assert done.out == ""
        sentence = f"access15: {command.written} is {read}, which is read here and would be "
        found = done.err.replace(f"{Path.cwd()}/", "")
        assert found.startswith((sentence, sentence.replace(f"{read}, ", f"{read.resolve()}, ")))
        assert found.endswith("replaced; name another file to write\n")
        assert read_all() == before
        Path(command.written).unlink()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (name, list(NAMED)[(here + i) % len(NAMED)])
        for here, name in enumerate(STUDY_COMMANDS)
        for i in (0, 4)
    ],
)
def test_a_studys_own_files_are_refused(cli: partial[Done], name: str, key: str) -> None:
    """The study names the very file that is written, whatever it is."""
    command = STUDY_COMMANDS[name]
    put_study(**{key: command.written})
    for other in command.others:
        put(other)
    before = read_all()
    done = cli(*command.words)
    sentence = f"{command.written} is read here and would be replaced; name another file to write"
    assert (done.code, done.out, done.err) == (2, "", f"access15: {sentence}\n")
    assert read_all() == before


@pytest.mark.parametrize(
    ("words", "own"),
    [
        (("coverage", "town.toml", "--osm", "a.osm", "--csv", "a.osm"), "a.osm"),
        (("coverage", "town.toml", "--facilities", "a.csv", "--csv", "a.csv"), "a.csv"),
        (("coverage", "town.toml", "--dem", "b.tif", "--dem", "a.csv", "--csv", "a.csv"), "a.csv"),
        (("isochrone", *AT, "--dem", "a.gpkg", "-o", "a.gpkg"), "a.gpkg"),
        (("coverage", "town.toml", "--seats", "a.csv", "--csv", "x/../a.csv"), "a.csv"),
        (("coverage", "town.toml", "--seats", "a.shp", "--csv", "a.dbf"), "a.dbf"),
        (("coverage", "town.toml", "--seats", "a.shp", "--csv", "a.CPG"), "a.CPG"),
        (("coverage", "town.toml", "--osm", "x/../a.osm", "--csv", "a.osm"), "a.osm"),
        (("isochrone", *AT, "--osm", "a.gpkg", "-o", "a.gpkg"), "a.gpkg"),
        (
            ("isochrone", *AT, "--facilities", "a.geojson", "-o", "a.geojson", "--streets"),
            "a.geojson",
        ),
        (("times", "--from", "45,9", "--to", "a.csv", "-o", "a.csv"), "a.csv"),
        (("seats", "--category", "hub", "-o", ".", "--seats", "seats.geojson"), "seats.geojson"),
        (("compare", "compare.csv", "--out", "."), "compare.csv"),
        (("session", "chiesa_rossa", "--proposals", "a.html", "-o", "a.html"), "a.html"),
        (
            ("session", "chiesa_rossa", "--proposals", "chiesa_rossa_session.html"),
            "chiesa_rossa_session.html",
        ),
        (
            ("poster", "chiesa_rossa", "--proposal", "chiesa_rossa_a3.json"),
            "chiesa_rossa_a3.json",
        ),
        (
            ("poster", "chiesa_rossa", "--size", "A2", "--proposal", "chiesa_rossa_a2.json"),
            "chiesa_rossa_a2.json",
        ),
        (("poster", "chiesa_rossa", "--seats", "a.json", "-o", "a.pdf"), "a.json"),
        (("run", "--seats", "seats/doors.csv", "--out", "seats"), "seats/doors.csv"),
        (("run", "--seats", "chiesa_rossa.html", "--out", "."), "chiesa_rossa.html"),
        (("run", "--facilities", "maps/facilities_out.csv"), "maps/facilities_out.csv"),
        (("geocode", "a.gpkg", "-o", "a.gpkg"), "a.gpkg"),
        (("geocode", "a.csv", "-o", "b.csv", "--review", "./b.csv"), "b.csv"),
        (("scan", "a.geojson", "--poster", "key.json"), "a.geojson"),
        (("scan", "x/photo.jpg", "--poster", "photo.geojson"), "photo.geojson"),
        (("scan", "a.jpg", "--poster", "k.geojson", "-o", "k.geojson"), "k.geojson"),
    ],
    ids=lambda value: " ".join(value)[-50:] if isinstance(value, tuple) else "",
)
def test_what_options_name_is_refused(cli: partial[Done], words: tuple[str, ...], own: str) -> None:
    put_study()
    put(own)
    put("a.shp")
    Path("x").mkdir()
    before = read_all()
    done = cli(*words)
    assert (done.code, done.out) == (2, "")
    assert "read here and would be replaced; name another file to write" in done.err
    assert own in done.err
    assert done.err.count("\n") == 1
    assert read_all() == before


def test_what_was_fetched_and_what_comes_with_access15_are_inputs(tmp_path: Path) -> None:
    for name in ("streets/milano/a.osm.pbf", "stations/milano/s.json", "answers.sqlite"):
        put(f"cache/{name}")
    options = build_options(cache=tmp_path / "cache", graph="streets.graphml")
    files = list_inputs(load_study("milano"), options)
    for name in ("streets/milano/a.osm.pbf", "stations/milano/s.json", "answers.sqlite"):
        assert tmp_path / "cache" / name in files
    assert Path("streets.graphml") in files
    for name in ("profiles.toml", "categories.toml", "studies/milano.toml", "facilities.csv"):
        with pytest.raises(InputDataError, match="is read here and would be replaced"):
            check_inputs_stay([data_dir() / name], files)


@pytest.mark.skipif(os.name != "posix", reason="needs devices")
@pytest.mark.parametrize(
    "path", ["/dev/stdout", "/dev/null", "/dev/fd/1", "/proc/self/fd/1", "pipe"]
)
def test_devices_and_pipes_stay(cli: partial[Done], path: str) -> None:
    """A file is renamed into its place: in that of a device there would be none after."""
    os.mkfifo("pipe")
    done = cli("coverage", "--csv", path)
    sentence = f"{path} is no file that could be replaced; name another one"
    assert (done.code, done.err) == (2, f"access15: {sentence}\n")
    assert Path("/dev/stdout").is_symlink()
    assert Path("pipe").is_fifo()


def test_all_are_told_at_once(cli: partial[Done]) -> None:
    put_study(seats="out/seats.geojson", facilities="out/new_seats.csv")
    done = cli("seats", "town.toml", "--category", "hub", "-o", "out")
    assert (done.code, done.err) == (
        2,
        "access15: 2 files that are read here would be replaced\n"
        "  - out/new_seats.csv is read here and would be replaced; name another file to write\n"
        "  - out/seats.geojson is read here and would be replaced; name another file to write\n",
    )


def test_a_study_changed_by_options_remembers_its_file() -> None:
    put_study()
    study = load_study("town.toml")
    assert study.file == Path("town.toml").resolve()
    assert study.changed(cutoffs_min=(5.0,)).file == study.file
    assert study.model_copy(update={"name": "x"}).file == study.file


def test_other_files_may_be_replaced() -> None:
    """What is not there cannot be lost, and a namesake elsewhere is another file."""
    put("a.csv")
    put("x/a.csv")
    check_inputs_stay([Path("x/a.csv"), Path("new.csv")], [Path("a.csv"), Path("none.csv")])
    check_inputs_stay([Path("out") / name for name in SEAT_FILES], [Path("seats.geojson")])
    check_inputs_stay([Path("a\0b"), Path("n" * 300)], [Path("a.csv"), Path("b\0c")])
