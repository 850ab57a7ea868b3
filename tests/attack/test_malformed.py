"""Every kind of file, changed in one place: read, or refused in a sentence; never anything else."""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from builders.command_line import call
from builders.mutations import mutate_bytes, mutate_json, mutate_table, mutate_toml
from builders.small_town import write_questions, write_town

from access15.config import FacilitiesSource, ZoneSource, build_options, load_categories, load_study
from access15.config.categories import load_categories as read_categories
from access15.config.population import PopulationSource
from access15.config.profiles import load_profiles
from access15.config.study import ObstaclesSource, SketchSource
from access15.errors import MOST_LINES, Access15Error
from access15.sources.people.zone_table import read_zone_totals
from access15.sources.places.destinations import read_destinations
from access15.sources.places.facilities import read_facilities
from access15.sources.places.points import ITALY_BOUNDS
from access15.sources.places.seats import read_seats
from access15.sources.proposals.files import read_proposals
from access15.sources.streets.obstacles import read_obstacles
from access15.sources.streets.sketch import check_sketch
from access15.sources.zones import read_zones
from access15.workflows.given import read_given

N_CASES = int(os.environ.get("ACCESS15_ATTACK", "40"))  # of each kind of file
# Words of libraries, which say nothing to people.
FOREIGN = re.compile(
    r"pydantic|Input should|validation error|GDAL|pyogrio|tomllib|numpy|Extra inputs|type=|Errno|"
    r"List should|String should|Value error|codec|0x[0-9a-f]{8}|<class|object at"
)
CATEGORIES = load_categories()


def _facilities(path: Path) -> object:
    return read_facilities(FacilitiesSource(file=path), categories=CATEGORIES, bounds=ITALY_BOUNDS)


def _zones(path: Path) -> object:
    return read_zones(ZoneSource(file=path, id_column="zone", name_column="name"), wanted=["west"])


def _people(path: Path) -> object:
    source = PopulationSource(file=path, zone_column="zone", groups={"total": "total"})
    return read_zone_totals(source, wanted=["west", "east"])


def _sketch(path: Path) -> object:
    other = path.with_name("segments.csv" if path.name == "nodes.csv" else "nodes.csv")
    nodes, segments = sorted([path, other])
    return check_sketch(SketchSource(nodes=nodes, segments=segments))


def _study(path: Path) -> object:
    study = load_study(path)
    return read_given(study, build_options())


# What is changed, how, and who reads it.
KINDS: dict[str, tuple[Callable[[bytes, Random], bytes], Callable[[Path], object]]] = {
    "places.csv": (mutate_table, _facilities),
    "places.geojson": (mutate_json, _facilities),
    "places.json": (mutate_json, _facilities),
    "zones.geojson": (mutate_json, _zones),
    "people.csv": (mutate_table, _people),
    "nodes.csv": (mutate_table, _sketch),
    "segments.csv": (mutate_table, _sketch),
    "points.csv": (mutate_table, read_destinations),
    "benches.json": (mutate_json, lambda path: read_seats([path])),
    "kerbs.geojson": (mutate_json, lambda path: read_obstacles(ObstaclesSource(files=(path,)))),
    "proposal.geojson": (mutate_json, read_proposals),
    "town.toml": (mutate_toml, _study),
    "profiles.toml": (mutate_toml, load_profiles),
    "categories.toml": (mutate_toml, read_categories),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One good file of every kind."""
    folder = tmp_path_factory.mktemp("town")
    write_town(folder)
    write_questions(folder)
    point = {"type": "Point", "coordinates": [9.17, 45.43]}
    rows = {"facility_id": "a", "name": "Casa", "category": "csrc", "address": "Via 1, 2"}
    features = [{"type": "Feature", "id": 1, "properties": rows, "geometry": point}]
    collection = {"type": "FeatureCollection", "features": features}
    kerb = [{"type": "Feature", "properties": {"kind": "kerb", "height": "0.1"}, "geometry": point}]
    bench = {"type": "node", "id": 1, "lat": 45.43, "lon": 9.17, "tags": {"amenity": "bench"}}
    contents = {
        "places.geojson": json.dumps(collection),
        "places.json": json.dumps([{**rows, "lat": 45.43, "lon": 9.17}]),
        "benches.json": json.dumps({"version": 0.6, "elements": [bench]}),
        "kerbs.geojson": json.dumps({"type": "FeatureCollection", "features": kerb}),
        "nodes.csv": "node_id,lon,lat\n1,9.17,45.43\n2,9.171,45.43\n",
        "segments.csv": "from_node,to_node,street,highway\n1,2,Via A,residential\n",
    }
    for name in ("profiles.toml", "categories.toml"):
        text = (Path(__file__).parents[2] / "data" / name).read_text(encoding="utf-8")
        contents[name] = "\n[".join(text.split("\n[")[:3])
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _notes_are_no_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as the command line shows none of libraries
        yield


def check_told(text: str) -> None:
    """What is told of an error: few lines, in our words, which any screen shows."""
    assert len(text.split("\n")) <= MOST_LINES, text
    assert not FOREIGN.search(text), text
    assert "Traceback" not in text


@pytest.mark.parametrize("name", KINDS)
def test_good_files_are_read(town: Path, name: str) -> None:
    KINDS[name][1](town / name)


@pytest.mark.parametrize("name", KINDS)
def test_changed_files_are_read_or_refused(town: Path, name: str) -> None:
    mutate, read = KINDS[name]
    good = (town / name).read_bytes()
    try:
        for number in range(N_CASES):
            (town / name).write_bytes(mutate(good, Random(f"{name} {number}")))
            try:
                read(town / name)
            except Access15Error as error:
                check_told(str(error))
            except Exception as fault:
                fault.add_note(f"{name}, change number {number}")
                raise
    finally:
        (town / name).write_bytes(good)


@pytest.mark.parametrize("number", range(12))
def test_check_says_what_a_run_would(
    town: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Up to three files changed: what stops a run before it computes is what check tells."""
    random = Random(f"set {number}")
    monkeypatch.chdir(town)
    before = {path.name: path.read_bytes() for path in town.iterdir()}
    changed = random.sample(["places.csv", "zones.geojson", "people.csv"], random.randrange(1, 4))
    try:
        for name in changed:
            (town / name).write_bytes(mutate_bytes(before[name], random))
        checked = call(capsys, "check", "town.toml")
        ran = (
            call(
                capsys,
                "coverage",
                "town.toml",
                "--osm",
                "town.osm",
                "--cutoff",
                "5",
                "--csv",
                "o.csv",
            )
            if checked.code
            else checked
        )
        assert checked.code in (0, 2)
        assert ran.code == checked.code
        told = ran.err.partition("access15: ")[2]
        assert told == checked.err.partition("access15: ")[2]
        check_told(told)
        assert {path.name for path in town.iterdir()} == set(before)
    finally:
        for name, data in before.items():
            (town / name).write_bytes(data)


def test_all_files_at_once(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Study, facilities, zones and people: the problems of each, and no other."""
    bad = {
        "places.csv": b"facility_id,name,category,lat,lon\nhall-west,,csrc,45.4,9.1\n",
        "people.csv": b"zone,total,old\nwest,many,1\neast,1,1\n",
        "zones.geojson": b"{",
    }
    before = {name: (town / name).read_bytes() for name in bad}
    try:
        for name, data in bad.items():
            (town / name).write_bytes(data)
        done = call(capsys, "check", town / "town.toml")
    finally:
        for name, data in before.items():
            (town / name).write_bytes(data)
    assert done.code == 2
    assert "access15: 3 things cannot be used as they are" in done.err
    assert "places.csv row 2: the name is empty" in done.err
    assert "total is 'many', it must be a whole number of people" in done.err
    assert "zones.geojson" in done.err
    assert "hub" not in done.err
