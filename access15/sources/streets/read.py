"""One pass of pyosmium over an OpenStreetMap file, and what may be wrong with such a file."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import osmium
from osmium import version

from access15.config import Category
from access15.errors import Access15Error, NetworkDataError, name_reason
from access15.files import check_input
from access15.remarks import Remark
from access15.sources.streets.access import WORKING_DAY
from access15.sources.streets.boxes import Box
from access15.sources.streets.collect import Collector, OsmData
from access15.sources.streets.plain import (
    Plain,
    find_format,
    is_odd,
    open_file,
    read_header,
    write_anew,
)
from access15.sources.streets.relations import read_areas, read_by_id
from access15.sources.streets.seats import SEAT_KEYS
from access15.sources.streets.tags import BACKDROP_KEYS

OSMIUM_VERSION = str(version.pyosmium_release)
FORMATS = (".osm.pbf", ".osm", ".osm.bz2", ".osm.gz", ".osm.xz", ".o5m")
# everything that a file makes libosmium, the unpacker or the XML parser raise
_BROKEN = (
    *(RuntimeError, ValueError, OSError, EOFError),
    *(osmium.InvalidLocationError, ElementTree.ParseError, lzma.LZMAError, zlib.error),
)


def read_osm_data(
    path: Path,
    categories: Iterable[Category],
    at: datetime = WORKING_DAY,
    *,
    within: Box | None = None,
) -> OsmData:
    """Read an OpenStreetMap file, its streets as they may be walked at a moment: all of it, or what
    meets a box, whose size alone then decides how much is held of it.
    """
    kinds = tuple(categories)
    with _translating(path):
        kind = find_format(path)
        # 1. Most files are read as they are. Some say themselves that libosmium reads them in part
        #    only, others show it: by their ids, their order, by an object that is refused.
        collector = None if is_odd(path, kind) else _try_plain(path, kind, kinds, at, within)
        if collector is not None:
            box, stamp = read_header(open_file(path))
            # 3. What can only be said in the end: rings that no way draws, the date of the newest
            #    object.
            return collector.finish(box, stamp[:10])
        # 2. These are written anew, object by object.
        with write_anew(path, kind) as plain:
            collector = _collect(plain, kinds, at, within)
            collector.unread.update(plain.unread)
            return collector.finish(plain.box, plain.stamp[:10])


@contextmanager
def opened_plain(path: Path, *, anew: bool = False) -> Iterator[Plain]:
    """Open a file for a pass of one's own, written anew where libosmium would refuse it or where
    that is asked for.
    """
    with _translating(path):
        kind = find_format(path)
        if not (anew or is_odd(path, kind)):
            file = open_file(path)
            yield Plain(file, stamp=read_header(file)[1])
            return
        with write_anew(path, kind) as plain:
            yield plain


def _try_plain(
    path: Path,
    kind: str,
    kinds: tuple[Category, ...],
    at: datetime,
    within: Box | None,
) -> Collector | None:
    """Collect what a file holds as it is; None where it has to be written anew first."""
    file = open_file(path)
    try:
        plain = Plain(file, stamp=read_header(file)[1])
        collector = _collect(plain, kinds, at, within)
    except _BROKEN:
        # one object is no reason to refuse the rest; whether the file is whole is seen then
        if kind.startswith("xml") and _is_readable(path, kind):
            return None
        raise
    is_xml_with_gaps = kind.startswith("xml") and bool(collector.missing_nodes)
    return None if collector.is_odd or is_xml_with_gaps else collector


def _collect(
    plain: Plain,
    kinds: tuple[Category, ...],
    at: datetime,
    within: Box | None,
) -> Collector:
    """Collect what a file holds, or what of it meets a box."""
    collector = Collector(kinds, at, plain.own_ids, is_dated=bool(plain.stamp), within=within)
    # 1. One pass over all objects, because a city's file takes seconds to unpack. Filters run
    #    inside osmium, because most objects of a file have no key that matters here and each that
    #    comes through to Python costs microseconds.
    area_keys = _area_keys(collector.place_keys)
    node_keys = {"crossing", "barrier", "kerb", "kerb:height", "entrance", "door", *SEAT_KEYS}
    wanted = osmium.filter.KeyFilter(*sorted(area_keys | node_keys))
    # places by id in a plain list, for one id of 18 digits would make a table of all below it
    objects = osmium.FileProcessor(plain.file).with_locations("sparse_mem_array")
    for item in objects.with_filter(wanted):
        collector.take(item)
    # 2. A node that comes after its ways was not known to them.
    collector.is_odd |= _has_nodes(plain.file, collector.missing_nodes)
    # 3. The ways of relations, most of which have no tags of their own.
    places = objects.node_location_storage
    for area in read_areas(plain.file, area_keys, places, collector.unread, within):
        collector.take_relation(area)
    return collector


def _has_nodes(file: osmium.io.File, refs: set[int]) -> bool:
    """Whether a file holds any of some nodes, wherever in it."""
    return any(True for _ in read_by_id(file, osmium.osm.NODE, refs))


def _is_readable(path: Path, kind: str) -> bool:
    """Whether XML that libosmium refuses is whole, and only an object of it is broken."""
    try:
        with write_anew(path, kind):
            return True
    except _BROKEN:
        return False


def _area_keys(place_keys: set[str]) -> set[str]:
    """Keys of outlines that are drawn or walked to."""
    return {"highway", "public_transport", "man_made", *BACKDROP_KEYS, *place_keys}


def read_extract_box(path: Path) -> Box | None:
    """Read the box that a file's header states."""
    with _translating(path):
        return read_header(open_file(path))[0]


def read_certain_box(path: Path) -> Box | None:
    """Read the box that reading the whole file would find, where the header alone tells it.

    Of a binary file that is the box its header states, true or not: what lies outside it is refused
    after reading as before. What another file states is only known to hold once it was read.
    """
    with _translating(path):
        if find_format(path) not in ("pbf", "o5m"):
            return None
        return read_header(open_file(path))[0]


@contextmanager
def _translating(path: Path) -> Iterator[None]:
    """Tell what is wrong with a file in a sentence."""
    if path.is_dir():
        raise NetworkDataError(Remark("extract_a_folder", path=path, formats=FORMATS))
    if not path.exists():
        raise NetworkDataError(Remark("extract_missing", path=path, formats=FORMATS))
    try:
        check_input(path)
    except OSError as error:
        raise NetworkDataError(
            Remark("extract_closed", path=path, reason=name_reason(error))
        ) from error
    try:
        yield
    except Access15Error:
        raise  # says what is wrong already
    except _BROKEN as error:
        reason = name_fault(error)
        raise NetworkDataError(
            Remark("extract_unreadable", path=path, reason=reason, formats=FORMATS)
        ) from error


def name_fault(error: Exception) -> str:
    """What is wrong with a file: as a remark where it was found here, else as libosmium, an
    unpacker or the XML parser says it.
    """
    own = error.args[0] if error.args else None
    return own if isinstance(own, Remark) else str(error)
