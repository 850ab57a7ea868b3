"""A disk that takes no more, down to the last byte that is written when a file is closed: one
sentence, and the file of before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.tables import make_result

from access15.errors import Access15Error
from access15.files import staged_outputs, write_text_atomic
from access15.outputs.tables.layers import write_layer
from access15.outputs.tables.run import write_tables
from access15.sources.geocode.cache import AnswerCache
from access15.sources.geocode.review import Question, write_review
from access15.sources.places.facilities import write_facilities
from access15.sources.streets import fetched

pytestmark = pytest.mark.usefixtures("said_in_italian")

if sys.platform != "win32":
    import resource

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a limit for files")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
OSM = """<osm version="0.6"><node id="1" lat="45" lon="9"/><node id="2" lat="45.001" lon="9"/>
<way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way></osm>"""
LAYER = gpd.GeoDataFrame(
    {"minutes": np.arange(40.0), "profile": "frail"},
    geometry=shapely.points(np.arange(40.0) / 1000 + 9, 45.0),
    crs="EPSG:4326",
)
PLACES = gpd.GeoDataFrame(
    {"facility_id": [f"f{i}" for i in range(40)], "name": "è", "address": "Via Roma 1"},
    geometry=LAYER.geometry,
)
QUESTIONS = tuple(Question(f"f{i}", "Biblioteca", "Via Roma 1", ()) for i in range(9))


@contextmanager
def disk_with_room_for(n_bytes: int) -> Iterator[None]:
    """No file grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write_streets(path: Path) -> None:
    fetched._store(OSM.encode(), path, (8.9, 44.9, 9.1, 45.1), "example.org")


WRITERS: dict[str, Callable[[Path], object]] = {
    "text.html": lambda path: write_text_atomic(path, "è" * 9000),
    "layer.geojson": lambda path: write_layer(LAYER, path, name="isochrone", now=NOW),
    "layer.gpkg": lambda path: write_layer(LAYER, path, name="isochrone", now=NOW),
    "places.csv": lambda path: write_facilities(PLACES, path, now=NOW),
    "places.geojson": lambda path: write_facilities(PLACES, path, now=NOW),
    "places.gpkg": lambda path: write_facilities(PLACES, path, now=NOW),
    "review.csv": lambda path: write_review(QUESTIONS, path),
    "streets-a.osm.pbf": write_streets,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_says_that_the_disk_is_full(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    whole = path.read_bytes()
    for n_bytes in (0, 1, len(whole) // 2, len(whole) * 3 // 4, len(whole) - 1):
        with (
            disk_with_room_for(n_bytes),
            pytest.raises(
                Access15Error, match=rf"^{tmp_path}: nothing could be written there \(File too "
            ),
        ):
            WRITERS[name](path)
        assert path.read_bytes() == whole
        assert list(tmp_path.iterdir()) == [path]
    with disk_with_room_for(len(whole)):
        WRITERS[name](path)


@pytest.mark.parametrize("room", [0.5, 0.9, 0.999])
def test_the_geopackage_of_a_run_is_whole_or_told(tmp_path: Path, room: float) -> None:
    result, folder = make_result(), tmp_path / "maps"
    with staged_outputs(folder) as staging:
        write_tables(result, staging)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    n_bytes = int(len(before["results.gpkg"]) * room)
    with (
        disk_with_room_for(n_bytes),
        pytest.raises(Access15Error, match=r"could not be written|nothing could be written there"),
        staged_outputs(folder) as staging,
    ):
        write_tables(result, staging)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_cache_of_answers_says_it_and_goes_on_without(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with AnswerCache(path) as cache:
        cache.store("p", "q", [{"a": 1}], now=NOW)
        with disk_with_room_for(path.stat().st_size):
            cache.store("p", "r", [{"a": "x" * 100_000}], now=NOW)
        assert cache.find("p", "r", now=NOW) == (NOW, [{"a": "x" * 100_000}])
        assert "cannot be used" in cache.notice
    with AnswerCache(path) as cache:
        assert cache.find("p", "q", now=NOW) == (NOW, [{"a": 1}])
        assert cache.find("p", "r", now=NOW) is None
