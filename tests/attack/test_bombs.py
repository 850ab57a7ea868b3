"""Small files that unfold, and paths that are no files: a sentence, soon and in little room."""

from __future__ import annotations

import os
import re
import socket
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from access15.config import (
    FacilitiesSource,
    ObstaclesSource,
    SketchSource,
    load_categories,
    load_study,
)
from access15.config.model import read_toml
from access15.errors import Access15Error
from access15.files import check_input, read_input
from access15.sources.geocode.review import read_review
from access15.sources.places.destinations import read_destinations
from access15.sources.places.facilities import read_facilities
from access15.sources.places.seats import join_seats, read_seats, seats_from_osm
from access15.sources.proposals.files import read_proposals
from access15.sources.proposals.poster_key import read_poster_key
from access15.sources.proposals.scan import _load_cv2, _read
from access15.sources.streets.boxes import Clip
from access15.sources.streets.graph import read_graph
from access15.sources.streets.obstacles import read_obstacles
from access15.sources.streets.read import read_extract_box, read_osm_data
from access15.sources.streets.sketch import read_sketch
from access15.sources.tables.wide import read_columns
from access15.sources.vector_layers import read_layer

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="pipes and devices are files on Unix only"),
    pytest.mark.usefixtures("said_in_italian"),
]

ANYWHERE = Clip((9.0, 45.0, 9.1, 45.1), (9.0, 45.0, 9.1, 45.1))


def make_pipe(folder: Path, name: str) -> Path:
    path = folder / name
    os.mkfifo(path)
    return path


def make_socket(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)  # a socket's address has few letters
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
    return folder / name


# reader: what it reads, a name with an ending it takes
READERS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "study": (read_toml, "a.toml"),
    "facilities": (
        lambda path: read_facilities(
            FacilitiesSource(file=path), categories=load_categories(), bounds=None
        ),
        "a.csv",
    ),
    "facilities in a layer": (
        lambda path: read_facilities(
            FacilitiesSource(file=path), categories=load_categories(), bounds=None
        ),
        "a.gpkg",
    ),
    "workbook": (read_destinations, "a.xlsx"),
    "points": (read_destinations, "a.geojson"),
    "wide table": (lambda path: read_columns(path, list), "a.csv"),
    "wide workbook": (lambda path: read_columns(path, list), "a.xlsx"),
    "layer": (lambda path: read_layer(path, None, what="polygons", where="[zones]"), "a.gpkg"),
    "zipped layer": (
        lambda path: read_layer(path, None, what="polygons", where="[zones]"),
        "a.zip",
    ),
    "seats": (lambda path: read_seats([path]), "a.json"),
    "seats in a layer": (lambda path: read_seats([path]), "a.geojson"),
    "obstacles": (lambda path: read_obstacles(ObstaclesSource(files=(path,))), "a.json"),
    "obstacles in a layer": (lambda path: read_obstacles(ObstaclesSource(files=(path,))), "a.gpkg"),
    "review": (read_review, "a.csv"),
    "proposals": (read_proposals, "a.geojson"),
    "key": (read_poster_key, "a.json"),
    "photograph": (lambda path: _read(_load_cv2(), path), "a.jpg"),
    "graph": (lambda path: read_graph(path, crs="EPSG:32632"), "a.graphml"),
    "extract": (lambda path: read_osm_data(path, ()), "a.osm.pbf"),
    "box of an extract": (read_extract_box, "a.osm"),
    "sketch": (
        lambda path: read_sketch(
            SketchSource(nodes=path, segments=path), ANYWHERE, crs="EPSG:32632"
        ),
        "a.csv",
    ),
}


@pytest.mark.parametrize(("read", "name"), READERS.values(), ids=READERS)
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("pipe", "it is a pipe, not a file|cannot be read as"),
        ("socket", "it is a socket, not a file|cannot be read as|No such device"),
        ("device", "it is a device, not a file|cannot be read as"),
        ("folder", "folder|cannot be read|Is a directory"),
    ],
)
def test_what_is_no_file_is_told_and_nobody_waits(
    read: Callable[[Path], Any],
    name: str,
    kind: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if kind == "pipe":
        path = make_pipe(tmp_path, name)
    elif kind == "socket":
        path = make_socket(tmp_path, name, monkeypatch)
    elif kind == "folder":
        path = tmp_path / name
        path.mkdir()
    else:
        path = tmp_path / name
        path.symlink_to("/dev/zero")
    with pytest.raises(Access15Error, match=words) as told:
        read(path)
    assert name in str(told.value)


@pytest.mark.parametrize("check", [check_input, read_input])
def test_the_reason_stands_in_the_error(check: Callable[..., object], tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"12345")
    assert check(path, 5) in (None, b"12345")
    with pytest.raises(OSError, match=re.escape(f"it is larger than 4e-06 MB: '{path}'")):
        check(path, 4)
    with pytest.raises(FileNotFoundError, match="No such file"):
        check(tmp_path / "none")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no /proc here")
def test_files_that_state_no_size_are_read_to_the_limit() -> None:
    assert Path("/proc/self/maps").stat().st_size == 0
    assert len(read_input(Path("/proc/self/maps"))) > 100
    with pytest.raises(OSError, match=r"it is larger than 0\.0001 MB"):
        read_input(Path("/proc/self/maps"), 100)


TOML_BOMBS = {
    "arrays": "a = " + "[" * 100_000,
    "closed arrays": "a = " + "[" * 100_000 + "]" * 100_000,
    "tables": "a = " + "{b = " * 50_000,
    "digits": "a = " + "9" * 10_000,
    "nothing": "a = ",
    "twice": "a = 1\na = 2",
}


@pytest.mark.parametrize("text", TOML_BOMBS.values(), ids=TOML_BOMBS)
def test_settings_that_unfold(text: str, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        Access15Error, match=r"study\.toml: (not valid TOML|holds a number of more digits)"
    ):
        read_toml(path)


def test_settings_larger_than_anybody_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access15.config.model._MAX_BYTES", 10)
    path = tmp_path / "study.toml"
    path.write_text("a = 'more than ten'", encoding="utf-8")
    with pytest.raises(
        Access15Error, match=r"study\.toml: cannot be read .it is larger than 1e-05"
    ):
        read_toml(path)


def test_a_study_of_more_neighbourhoods_than_a_city_has() -> None:
    study = load_study("milano")
    many = tuple(study.areas[0].model_copy(update={"id": f"a{i}"}) for i in range(1001))
    told = "areas are 1001; a study has at most 1000: make several"
    with pytest.raises(Access15Error, match=told):
        study.changed(areas=many)


PROPOSAL = (
    '{"type": "FeatureCollection", "access15": {"format": "access15-proposal", "version": 1, '
    '"study": "milano", "area": "chiesa_rossa", %s}, "features": [%s]}'
)
NOTE = (
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [9.17, 45.43]}, '
    '"properties": {"change": "note", "text": "x"}}'
)
HEAD = {"id": "a", "name": "A"}
PROPOSAL_BOMBS = {
    "999 minutes": (PROPOSAL % ('"cutoffs_min": [999]', ""), "999; give minutes above 0"),
    "minutes below 0": (PROPOSAL % ('"cutoffs_min": [-1]', ""), "-1; give minutes above 0"),
    "400 minutes": (PROPOSAL % (f'"cutoffs_min": {[1] * 400}', ""), "400 values; give at most 60"),
    "endless minutes": (PROPOSAL % ('"cutoffs_min": [1e999]', ""), "too large to be counted with"),
    "10,000 proposals": (
        PROPOSAL % (f'"proposals": {[HEAD] * 10_000}'.replace("'", '"'), ""),
        "proposals: must hold at most 6",
    ),
    "10,000 notes": (PROPOSAL % ('"created": ""', ", ".join([NOTE] * 10_000)), "2400"),
    "brackets": ("[" * 100_000, "nested too deep"),
    "geometry of brackets": (PROPOSAL % ('"created": ""', '{"a":' * 50_000), "nested too deep"),
}


@pytest.mark.parametrize(("text", "words"), PROPOSAL_BOMBS.values(), ids=PROPOSAL_BOMBS)
def test_proposals_that_unfold(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "p.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Access15Error, match=words) as told:
        read_proposals(path)
    assert len(str(told.value)) < 5000
    assert "p.geojson" in str(told.value)


def draw_png(width: int, height: int) -> bytes:
    """A grey picture of this many pixels, whose rows end early."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * min((width + 1) * height, 200_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURES = {
    "thin": (draw_png(1, 100_000), "1 by 100000 pixels, too few to show a sheet"),
    "flat": (draw_png(100_000, 1), "100000 by 1 pixels, too few to show a sheet"),
    "one pixel": (draw_png(1, 1), "1 by 1 pixels, too few to show a sheet"),
    "no width": (draw_png(0, 100), "not a picture that can be read"),
    "100,000 by 100,000": (draw_png(100_000, 100_000), "more than 120 million pixels"),
    "11,000 by 11,000": (draw_png(11_000, 11_000), "more than 120 million pixels"),
    "most of 32 bits": (draw_png(2**31 - 1, 2**31 - 1), "more than 120 million pixels|not a pic"),
    "text": (b"x" * 1000, "not a picture that can be read"),
    "nothing": (b"", "not a picture that can be read"),
    "only a head": (b"\x89PNG\r\n\x1a\n", "not a picture that can be read"),
}


@pytest.mark.parametrize(("data", "words"), PICTURES.values(), ids=PICTURES)
def test_pictures_that_unfold(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    with pytest.raises(Access15Error, match=words) as told:
        _read(_load_cv2(), path)
    assert "photo.png" in str(told.value)


def test_benches_on_one_point_are_one_place() -> None:
    benches = seats_from_osm([(f"node/{i}", 9.17, 45.43) for i in range(20_000)], "town.osm")
    joined = join_seats([benches], crs="EPSG:32632")
    assert joined["status"].tolist() == ["ok", *["duplicate"] * 19_999]
    assert set(joined["same_as"]) == {"", joined["seat_id"].iat[0]}
