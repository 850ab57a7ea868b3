"""Both real extracts, damaged and misused: one sentence with file, boxes and remedy, never half an
answer.
"""

from __future__ import annotations

import re
from pathlib import Path

import osmium
import pytest
from builders.command_line import call
from builders.osm import read_osm

from access15.config import load_categories
from access15.errors import NetworkDataError
from access15.sources.streets.boxes import Clip
from access15.sources.streets.read import read_extract_box

pytestmark = pytest.mark.real_data

CRS = {"milano-2014": "EPSG:32632", "las-palmas-2023": "EPSG:32628"}
INSIDE = {
    "milano-2014": (9.22, 45.44, 9.24, 45.46),
    "las-palmas-2023": (-15.44, 28.10, -15.42, 28.12),
}
Box = tuple[float, float, float, float]


@pytest.fixture(params=sorted(CRS))
def town(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def extract(town: str, shared_dir: Path) -> Path:
    return shared_dir / "data" / "osm" / f"{town}.osm.pbf"


def refusal(path: Path, town: str, core: Box | None = None) -> str:
    """What is said about an area with a padding of 0.005 degrees."""
    west, south, east, north = core or INSIDE[town]
    clip = Clip(
        (west, south, east, north), (west - 0.005, south - 0.005, east + 0.005, north + 0.005)
    )
    with pytest.raises(NetworkDataError) as caught:
        # of every kind, as others read these files, which then are read once for all
        read_osm(path, {"a": clip}, crs=CRS[town], categories=load_categories().values())
    sentence = str(caught.value)
    assert path.name in sentence
    return sentence


def in_words(box: Box) -> str:
    west, south, east, north = box
    return f"(lon {west:.5f} to {east:.5f}, lat {south:.5f} to {north:.5f})"


@pytest.mark.parametrize(
    ("town", "share"),
    [
        *(("milano-2014", share) for share in (0.001, 0.35, 0.999)),
        *(("las-palmas-2023", share) for share in (0.001, 0.35)),
    ],
)
def test_a_download_that_broke_off(extract: Path, town: str, tmp_path: Path, share: float) -> None:
    whole = extract.read_bytes()
    path = tmp_path / "half.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert re.search(
        r"cannot be read as OpenStreetMap data .*the file may be incomplete", refusal(path, town)
    )


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_hole_in_the_middle(extract: Path, town: str, tmp_path: Path, share: float) -> None:
    """A kilobyte of zeros, as a bad disk leaves it."""
    content = bytearray(extract.read_bytes())
    at = int(len(content) * share)
    content[at : at + 1024] = bytes(1024)
    path = tmp_path / "hole.osm.pbf"
    path.write_bytes(bytes(content))
    assert "cannot be read as OpenStreetMap data" in refusal(path, town)


def keep_only(extract: Path, path: Path, *, nodes: bool, highways: frozenset[str]) -> Path:
    """Copy of an extract with its box: nodes if wanted, and ways of some classes, without
    permissions.
    """
    box = read_extract_box(extract)
    assert box is not None
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(*box))
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for item in osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY):
            is_wanted = item.tags.get("highway") in highways and "foot" not in item.tags
            if nodes if item.is_node() else is_wanted:
                writer.add(item)
    return path


def test_nodes_without_any_way(extract: Path, town: str, tmp_path: Path) -> None:
    path = keep_only(extract, tmp_path / "nodes.osm.pbf", nodes=True, highways=frozenset())
    west, south, east, north = INSIDE[town]
    needed = (west - 0.005, south - 0.005, east + 0.005, north + 0.005)
    sentence = refusal(path, town)
    assert f"there is no walkable way in the area {in_words(needed)}; the extract (lon " in sentence
    assert sentence.endswith("may have been filtered")


def test_motorways_alone(extract: Path, town: str, tmp_path: Path) -> None:
    motor = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
    path = keep_only(extract, tmp_path / "motor.osm.pbf", nodes=True, highways=motor)
    core = (INSIDE[town][0] - 0.02, INSIDE[town][1] - 0.02, INSIDE[town][2], INSIDE[town][3])
    assert "there is no walkable way in the area" in refusal(path, town, core)


def test_ways_without_their_nodes(extract: Path, town: str, tmp_path: Path) -> None:
    """Nobody knows where such ways are: none of them is in the area."""
    path = keep_only(
        extract,
        tmp_path / "ways.osm.pbf",
        nodes=False,
        highways=frozenset({"residential", "footway"}),
    )
    assert "there is no walkable way in the area" in refusal(path, town)


def test_an_area_of_the_other_town(extract: Path, town: str) -> None:
    (other,) = (box for name, box in INSIDE.items() if name != town)
    sentence = refusal(extract, town, other)
    assert f"the area {in_words(other)} lies outside the extract (lon " in sentence
    assert sentence.endswith("use an extract that contains it")


@pytest.mark.parametrize("side", [0, 3], ids=["west", "north"])
def test_an_area_cut_by_the_edge(extract: Path, town: str, side: int) -> None:
    whole = read_extract_box(extract)
    assert whole is not None
    core = list(INSIDE[town])
    core[side] = whole[side] + (-0.01 if side < 2 else 0.01)
    west, south, east, north = core
    box = (west, south, east, north)
    expected = (
        f"the area {in_words(box)} is cut by the edge of the extract {in_words(whole)}; "
        "use "
        "a larger extract"
    )
    assert refusal(extract, town, box).endswith(expected)


@pytest.mark.parametrize("command", ["run", "isochrone", "times"])
def test_no_command_shows_a_traceback(
    extract: Path, town: str, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "half.osm.pbf"
    path.write_bytes(extract.read_bytes()[:200_000])
    (tmp_path / "points.csv").write_text("id,lat,lon\na,45.446,9.246\n")
    arguments = {
        "run": ("--out", tmp_path / "maps"),
        "isochrone": ("--at", "45.446,9.246", "--minutes", "5", "-o", tmp_path / "out.geojson"),
        "times": (
            "--from",
            "45.446,9.246",
            "--to",
            tmp_path / "points.csv",
            "-o",
            tmp_path / "out.csv",
        ),
    }[command]
    done = call(capsys, command, "--osm", path, *arguments)
    assert done.code == 2
    told = " ".join(done.err.split())
    assert "half.osm.pbf" in told
    # the header of the other town says that it is elsewhere: the rest is not read
    is_here = town == "milano-2014"
    assert ("cannot be read as OpenStreetMap data" if is_here else "outside the extract") in told
    assert "Traceback" not in done.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["half.osm.pbf", "points.csv"]
