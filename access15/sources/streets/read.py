"""One pass of pyosmium over an OpenStreetMap file, and what may be wrong with such a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import osmium
from osmium.osm.types import OSMEntity

from access15.config import Category
from access15.errors import NetworkDataError
from access15.files import check_input
from access15.sources.streets.access import WORKING_DAY
from access15.sources.streets.boxes import Box
from access15.sources.streets.collect import Collector, OsmData
from access15.sources.streets.plain import open_plain
from access15.sources.streets.relations import read_areas
from access15.sources.streets.seats import SEAT_KEYS
from access15.sources.streets.tags import BACKDROP_KEYS

FORMATS = (".osm.pbf", ".osm", ".osm.bz2", ".osm.gz")


def read_osm_data(
    path: Path,
    categories: Iterable[Category],
    at: datetime = WORKING_DAY,
) -> OsmData:
    """Read a whole OpenStreetMap file, its streets as they may be walked at a moment."""
    kinds = tuple(categories)
    with _translating(path):
        # 1. The header first: its box says how far the file knows, whatever streets end where.
        box, stamp = _read_header(path)
        # 2. Most files are read as they are; only a way tells whether its nodes are called by ids
        #    below zero, which libosmium does not look up.
        collector = _collect(path, kinds, at, is_numbered_below_zero=False)
        if collector.has_ids_below_zero:
            collector = _collect(path, kinds, at, is_numbered_below_zero=True)
    # 3. What can only be said in the end: rings that no way draws, the date of the newest object.
    return collector.finish(box, stamp[:10])


def _collect(
    path: Path,
    kinds: tuple[Category, ...],
    at: datetime,
    *,
    is_numbered_below_zero: bool,
) -> Collector:
    """Collect what a file holds."""
    collector = Collector(kinds, at)
    with open_plain(path, is_numbered_below_zero=is_numbered_below_zero) as plain:
        # one pass over all objects, because a city's file takes seconds to unpack
        for item in _stream(plain, collector.place_keys):
            collector.take(item)
        for area in read_areas(plain, _area_keys(collector.place_keys)):
            collector.take_relation(area)
    return collector


def _area_keys(place_keys: set[str]) -> set[str]:
    """Keys of outlines that are drawn or walked to."""
    return {"highway", "public_transport", "man_made", *BACKDROP_KEYS, *place_keys}


def read_extract_box(path: Path) -> Box | None:
    """Read the box that a file's header states."""
    with _translating(path):
        return _read_header(path)[0]


@contextmanager
def _translating(path: Path) -> Iterator[None]:
    """Tell what is wrong with a file in a sentence."""
    if path.is_dir():
        raise NetworkDataError(
            f"{path}: is a folder; name the OpenStreetMap extract in it ({', '.join(FORMATS)})"
        )
    if not path.exists():
        raise NetworkDataError(
            f"{path}: there is no such file; give an OpenStreetMap extract ({', '.join(FORMATS)})"
        )
    try:
        check_input(path)
    except OSError as error:
        raise NetworkDataError(
            f"{path}: cannot be read ({error.strerror}); give another"
        ) from error
    try:
        yield
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        if "out of order" in str(error):
            raise NetworkDataError(
                f"{path}: its objects are not in order ({error}); put them in order with `osmium "
                "sort`"
            ) from error
        raise NetworkDataError(
            f"{path}: cannot be read as OpenStreetMap data ({error}); the file may be incomplete "
            "or of another kind: "
            f"download it again, as one of {', '.join(FORMATS)}"
        ) from error


def _read_header(path: Path) -> tuple[Box | None, str]:
    """Box and time stamp of a file."""
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as opened:
        header = opened.header()
        box, stamp = header.box(), header.get("osmosis_replication_timestamp", "")
    if not box.valid():
        return None, stamp
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat), stamp


def _stream(path: Path, place_keys: set[str]) -> Iterable[OSMEntity]:
    """Objects with a key of interest; multipolygons and closed ways come as areas as well."""
    # 1. Filters run inside osmium, because most objects of a file have no key that matters here
    #    and each that comes through to Python costs microseconds.
    area_keys = _area_keys(place_keys)
    node_keys = {"crossing", "barrier", "kerb", "kerb:height", "entrance", "door", *SEAT_KEYS}
    wanted = osmium.filter.KeyFilter(*sorted(area_keys | node_keys))
    # 2. Areas are put together only where an outline is drawn or walked to.
    areas = osmium.filter.KeyFilter(*sorted(area_keys))
    yield from osmium.FileProcessor(str(path)).with_areas(areas).with_filter(wanted)
