"""Files that libosmium refuses or reads in part only, written anew as plain ones: ids below zero,
as editors give them, places that stand on ways instead of nodes, several versions of an object,
objects in any order, answers of services.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

import osmium
from osmium.osm import mutable

from access15.errors import NetworkDataError
from access15.remarks import Remark
from access15.sources.json_text import read_json_file
from access15.sources.overpass_json import is_answer, refuse_incomplete
from access15.sources.streets.boxes import Box
from access15.sources.streets.lenient import Objects, Record, read_elements, read_xml
from access15.sources.streets.unread import Kind

_MAX_ID = 1 << 36  # above all ids there are; who has others is called anew from here on
_CHUNK = 1 << 20
# What of XML libosmium does not read as it is meant: deleted by an editor or in a history, changes,
# places on ways, ids below zero, and a service that gave up.
_ODD_XML = re.compile(
    rb"""<osmChange|<remark|\baction=|\bvisible=["']false|\bid=["']-|<nd\s[^>]*\bl(?:at|on)="""
)
_OVERLAP = 400  # of two chunks, so that none of these is cut
_FORMATS = {
    "xml": "osm",
    "xml.gz": "osm.gz",
    "xml.bz2": "osm.bz2",
    "o5m": "o5m",
    "pbf": "osm.pbf",
}
_PACKED = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ": "xz"}


@dataclass(frozen=True)
class Plain:
    """A file that libosmium reads.

    Parameters
    ----------
    file : osmium.io.File
        The file.
    unread : Counter
        What is not in it of the file it was written from, by kind.
    own_ids : mapping of int to int
        Ids of the first file by those they are called by here.
    box : tuple of float, optional
        Box that the first file states.
    stamp : str
        When its data was current; empty where it does not say.
    """

    file: osmium.io.File
    unread: Counter[Kind] = field(default_factory=Counter)
    own_ids: Mapping[int, int] = field(default_factory=dict)
    box: Box | None = None
    stamp: str = ""


def find_format(path: Path) -> str:
    """What a file is by its first bytes: ``xml``, ``xml.gz``, ``json``, ``pbf``, ...; empty where
    they do not tell.
    """
    with path.open("rb") as file:
        head = file.read(400)
    packed = next((name for mark, name in _PACKED.items() if head.startswith(mark)), "")
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        raise NetworkDataError(Remark("packed_with_zstandard", path=path, name=path.name))
    if packed:
        return f"xml.{packed}"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "xml"
    if start.startswith(b"{"):
        return "json"
    if head.startswith(b"\xff\xe0"):
        return "o5m"
    return "pbf" if b"OSMHeader" in head[:20] else ""


def open_file(path: Path) -> osmium.io.File:
    """The file as libosmium reads it, whatever its name says."""
    return osmium.io.File(str(path), _FORMATS.get(find_format(path), ""))


def read_header(file: osmium.io.File) -> tuple[Box | None, str]:
    """Box and time stamp of a file."""
    with osmium.io.Reader(file, osmium.osm.NOTHING) as opened:
        header = opened.header()
        box, stamp = header.box(), header.get("osmosis_replication_timestamp", "")
    if not box.valid():
        return None, stamp
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat), stamp


def is_odd(path: Path, kind: str) -> bool:
    """Whether a file says itself that libosmium reads it in part only."""
    if kind in ("json", "xml.xz"):
        return True
    if kind.startswith("xml"):
        return _has_odd_xml(path, kind)
    with osmium.io.Reader(open_file(path), osmium.osm.NOTHING) as opened:
        header = opened.header()
        features = [header.get(f"pbf_optional_feature_{i}") for i in range(8)]
        return "LocationsOnWays" in features or header.has_multiple_object_versions


def _has_odd_xml(path: Path, kind: str) -> bool:
    """Whether XML holds what is read in part only."""
    before = b""
    try:
        for part in _read_parts(path, kind):
            if _ODD_XML.search(before + part):
                return True
            before = part[-_OVERLAP:]
    except (OSError, EOFError, lzma.LZMAError):
        return False  # broken off: libosmium says how
    return False


def _read_parts(path: Path, kind: str) -> Iterator[bytes]:
    """Unpacked content of a file, part by part."""
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        unpacked: IO[bytes] = file
        if kind == "xml.gz":
            unpacked = cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=file)))
        elif kind == "xml.bz2":
            unpacked = stack.enter_context(bz2.BZ2File(file))
        elif kind == "xml.xz":
            unpacked = stack.enter_context(lzma.LZMAFile(file))
        while part := unpacked.read(_CHUNK):
            yield part


@contextmanager
def write_anew(path: Path, kind: str) -> Iterator[Plain]:
    """A plain file that holds the same, for as long as it is read."""
    if kind == "json":
        objects = _read_json(path)
    elif kind.startswith("xml"):
        objects = read_xml(_read_parts(path, kind))
    else:
        objects = _read_objects(path)
    with TemporaryDirectory(prefix="access15-") as folder:
        plain = Path(folder) / "plain.osm.pbf"
        own_ids = write_plain(objects, plain)
        file = osmium.io.File(str(plain))
        yield Plain(file, objects.unread, own_ids, objects.box, objects.stamp)


def _read_json(path: Path) -> Objects:
    """Objects of an Overpass answer."""
    raw = read_json_file(path, remedy=Remark("fetch_again"))
    if not is_answer(raw):
        raise NetworkDataError(Remark("json_no_overpass", path=path))
    refuse_incomplete(raw, path.name)
    return read_elements(raw)


def _read_objects(path: Path) -> Objects:
    """Objects of a file that libosmium reads, one by one."""
    objects = Objects()
    objects.box = read_header(open_file(path))[0]
    for item in osmium.FileProcessor(open_file(path)):
        if isinstance(item, osmium.osm.Changeset):
            continue
        record = Record(item.version, item.deleted, dict(item.tags), stamp=item.timestamp)
        if isinstance(item, osmium.osm.Node):
            place = (item.lon, item.lat) if item.location.valid() else None
            objects.add("n", item.id, record._replace(place=place))
        elif isinstance(item, osmium.osm.Way):
            refs = []
            for node in item.nodes:
                known = (node.lon, node.lat) if node.location.valid() else None
                objects.name_node(node.ref, known)
                refs.append(node.ref)
            objects.add("w", item.id, record._replace(refs=tuple(refs)))
        elif isinstance(item, osmium.osm.Relation):
            members = tuple((one.type, one.ref, one.role) for one in item.members)
            objects.add("r", item.id, record._replace(members=members))
    objects.finish()
    return objects


def write_plain(
    objects: Objects,
    target: Path | str,
    header: osmium.io.Header | None = None,
) -> dict[int, int]:
    """Write objects in order, with ids that libosmium looks up; return what these are called in the
    file they come from.
    """
    new_ids: dict[int, int] = {}

    def rename(ref: int) -> int:
        """Id above zero, and no longer than others."""
        if 0 < ref <= _MAX_ID:
            return ref
        return new_ids.setdefault(ref, _MAX_ID + 1 + len(new_ids))

    renamed = {
        kind: sorted(((rename(ref), one) for ref, one in held.items()), key=lambda pair: pair[0])
        for kind, held in objects.of_kind.items()
    }
    with osmium.SimpleWriter(
        str(target), header=header or osmium.io.Header(), overwrite=True
    ) as writer:
        for ref, one in renamed["n"]:
            writer.add_node(
                mutable.Node(id=ref, tags=one.tags, location=one.place, timestamp=one.stamp)
            )
        for ref, one in renamed["w"]:
            nodes = [rename(node) for node in one.refs]
            writer.add_way(mutable.Way(id=ref, tags=one.tags, nodes=nodes, timestamp=one.stamp))
        for ref, one in renamed["r"]:
            members = [(kind, rename(of), role[:200]) for kind, of, role in one.members]
            writer.add_relation(
                mutable.Relation(id=ref, tags=one.tags, members=members, timestamp=one.stamp)
            )
    return {new: old for old, new in new_ids.items()}
