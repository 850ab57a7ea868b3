"""Objects of files that libosmium refuses or reads in part only, taken one by one.

These are small: what an editor saves, what a service answers, changes and histories.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from xml.etree import ElementTree

from access15.errors import NetworkDataError
from access15.remarks import Remark
from access15.sources.overpass_json import read_place, read_tags
from access15.sources.streets.boxes import Box
from access15.sources.streets.unread import Kind

Place = tuple[float, float]  # longitude and latitude [degrees]
Member = tuple[str, int, str]  # n, w or r; id; role
_KINDS = {"node": "n", "way": "w", "relation": "r"}
_MAX_BYTES = 1024  # of a key or a value, as OpenStreetMap allows (256 letters of four bytes)
# what XML does not allow, as itself and written with a number
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_CODE = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:\d|1[124-9]|2\d|3[01]));"
)
_NOBODY = -(1 << 61)
_WHITE_CODES = (b"&#9;", b"&#10;", b"&#13;")


class Record(NamedTuple):
    """One version of an object: its place, its nodes or its members, as its kind has it."""

    version: int = 0
    is_deleted: bool = False
    tags: Mapping[str, str] = MappingProxyType({})
    place: Place | None = None
    refs: tuple[int, ...] = ()
    members: tuple[Member, ...] = ()
    stamp: datetime | None = None


class Objects:
    """Objects of a file by kind and id, in any order, each once."""

    def __init__(self) -> None:
        self.of_kind: dict[str, dict[int, Record]] = {"n": {}, "w": {}, "r": {}}
        self.unread: Counter[Kind] = Counter()
        self.box: Box | None = None
        self.stamp = ""
        self._places: dict[int, Place] = {}  # that ways know of their nodes
        self._lines: dict[int, tuple[int, ...]] = {}  # that relations know of their ways
        self._named: dict[Place, int] = {}

    def add(self, kind: str, ref: int | None, record: Record) -> None:
        """Take one version of an object."""
        if ref is None:
            self.unread["objects without a usable id"] += 1
            return
        held = self.of_kind[kind].setdefault(ref, record)
        if held is record or held == record:
            return
        is_version = held.version != record.version
        self.unread[
            "earlier versions of objects" if is_version else "objects that stand twice"
        ] += 1
        if record.version >= held.version:
            self.of_kind[kind][ref] = record

    def name_node(self, ref: int | None, place: Place | None) -> int | None:
        """Id of a node that a way names, or draws without naming it."""
        if ref is None and place is not None:
            # below all that editors and services give
            ref = self._named.setdefault(place, -(1 << 62) - len(self._named))
        if ref is not None and place is not None:
            self._places.setdefault(ref, place)
        return ref

    def draw_way(self, ref: int | None, refs: Iterable[int | None]) -> None:
        """Keep the line that a relation draws of a way that is perhaps not in the file."""
        known = tuple(one for one in refs if one is not None)
        if ref is not None and known:
            self._lines.setdefault(ref, known)

    def finish(self) -> None:
        """Add what others know, and leave out what is deleted."""
        nodes, ways = self.of_kind["n"], self.of_kind["w"]
        for ref, refs in self._lines.items():
            ways.setdefault(ref, Record(refs=refs))
        for ref, place in self._places.items():
            held = nodes.setdefault(ref, Record(place=place))
            if held.place is None and not held.is_deleted:
                nodes[ref] = held._replace(place=place)
        for kind, held_ones in self.of_kind.items():
            kept = {ref: one for ref, one in held_ones.items() if not one.is_deleted}
            self.unread["deleted objects"] += len(held_ones) - len(kept)
            self.of_kind[kind] = kept


def read_xml(parts: Iterable[bytes]) -> Objects:
    """Read OpenStreetMap XML: extracts, changes, histories, answers with geometry."""
    objects = Objects()
    reader: ElementTree.XMLPullParser[Any] = ElementTree.XMLPullParser(("start", "end"))
    outside: list[ElementTree.Element] = []
    for part in _clean(parts):
        reader.feed(part)
        for event, found in _list_events(reader):
            if event == "start":
                _check_root(found, is_root=not outside)
                outside.append(found)
                continue
            outside.pop()
            # an object is whole at its end; what is taken is let go, for files may be long
            if not any(one.tag in _KINDS for one in outside[1:]):
                _take_element(objects, found, is_deleted=any(o.tag == "delete" for o in outside))
                for one in outside:
                    one.clear()
    reader.close()
    objects.finish()
    return objects


def _list_events(
    reader: ElementTree.XMLPullParser[Any],
) -> Iterator[tuple[str, ElementTree.Element]]:
    """Beginnings and ends of elements that were read since."""
    for what in reader.read_events():
        event, found = what[0], what[-1]
        if isinstance(event, str) and isinstance(found, ElementTree.Element):
            yield event, found


def _check_root(root: ElementTree.Element, *, is_root: bool) -> None:
    """Make sure that a text is of OpenStreetMap, and of the version that is known."""
    if not is_root:
        return
    if root.tag not in ("osm", "osmChange"):
        raise ValueError(Remark("xml_root_unknown", tag=root.tag[:40]))
    if root.get("version", "0.6") != "0.6":
        raise ValueError(Remark("xml_version_unknown", version=root.get("version", "")[:20]))


def _take_element(objects: Objects, found: ElementTree.Element, *, is_deleted: bool) -> None:
    """Take an object, the box, or what the service remarks."""
    if found.tag == "remark":
        refuse_remark(found.text or "")
    elif found.tag == "meta":
        objects.stamp = found.get("osm_base", "")
    elif found.tag == "bounds":
        sides = [_to_number(found.get(side)) for side in ("minlon", "minlat", "maxlon", "maxlat")]
        west, south, east, north = sides
        if all(map(math.isfinite, sides)) and west <= east and south <= north:
            objects.box = (west, south, east, north)
    elif found.tag in _KINDS:
        _take_object(objects, found, is_deleted=is_deleted)


def refuse_remark(remark: str) -> None:
    """Refuse an answer that a service broke off."""
    if "error" in remark.casefold():
        raise NetworkDataError(Remark("service_gave_up_streets", remark=remark.strip()[:200]))


def _find_id(ref: int | None) -> int:
    """Id of a member; where it is none, one that no object has, so that it is missed."""
    return _NOBODY if ref is None else ref


def _take_object(objects: Objects, found: ElementTree.Element, *, is_deleted: bool) -> None:
    """Take one object of XML."""
    kind = _KINDS[found.tag]
    refs = [objects.name_node(_to_int(nd.get("ref")), _find_place(nd)) for nd in found.iter("nd")]
    members = []
    for member in found.iter("member"):
        ref = _to_int(member.get("ref"))
        if member.get("type") in _KINDS:
            members.append((_KINDS[member.get("type", "")], _find_id(ref), member.get("role", "")))
        drawn = [objects.name_node(_to_int(nd.get("ref")), _find_place(nd)) for nd in member]
        if member.get("type") == "way":
            objects.draw_way(ref, drawn)
    record = Record(
        version=_to_int(found.get("version")) or 0,
        # as histories, editors and changes say it
        is_deleted=is_deleted or found.get("visible") == "false" or found.get("action") == "delete",
        tags=_keep_tags(objects, ((tag.get("k"), tag.get("v")) for tag in found.iter("tag"))),
        place=_find_place(found) if kind == "n" else None,
        refs=tuple(ref for ref in refs if ref is not None) if kind == "w" else (),
        members=tuple(members),
        stamp=_to_stamp(found.get("timestamp")),
    )
    objects.add(kind, _to_int(found.get("id")), record)


def read_elements(raw: dict[str, Any]) -> Objects:
    """Take the elements of an Overpass answer in JSON."""
    objects = Objects()
    base = raw.get("osm3s")
    if isinstance(base, dict):
        objects.stamp = str(base.get("timestamp_osm_base", ""))
    for one in raw["elements"]:
        kind = one.get("type") if isinstance(one, dict) else None
        if not isinstance(kind, str) or kind not in _KINDS:
            objects.unread["other elements"] += 1
            continue
        members = []
        for member in _list_records(one.get("members")):
            ref, role = _to_int(member.get("ref")), member.get("role")
            of_kind = member.get("type")
            if isinstance(of_kind, str) and of_kind in _KINDS:
                members.append(
                    (_KINDS[of_kind], _find_id(ref), role if isinstance(role, str) else "")
                )
            if of_kind == "way":
                objects.draw_way(ref, _name_nodes(objects, member))
        record = Record(
            version=_to_int(one.get("version")) or 0,
            is_deleted=one.get("visible") is False,
            tags=_keep_tags(objects, read_tags(one).items()),
            place=read_place(one) if kind == "node" else None,
            refs=tuple(_name_nodes(objects, one)) if kind == "way" else (),
            members=tuple(members),
            stamp=_to_stamp(one.get("timestamp")),
        )
        # what stands twice tells more each time: `out body` and then `out geom`
        ref = _to_int(one.get("id"))
        held = None if ref is None else objects.of_kind[_KINDS[kind]].get(ref)
        if held is not None and held.version == record.version:
            record = held._replace(
                tags={**held.tags, **record.tags},
                place=record.place or held.place,
                refs=record.refs or held.refs,
                members=record.members or held.members,
            )
            objects.of_kind[_KINDS[kind]].pop(ref or 0)
        objects.add(_KINDS[kind], ref, record)
    objects.finish()
    return objects


def _name_nodes(objects: Objects, one: dict[str, Any]) -> list[int]:
    """Nodes of a way or of a member that is one, with the places that the answer draws."""
    refs, drawn = one.get("nodes"), one.get("geometry")
    named = [_to_int(ref) for ref in refs] if isinstance(refs, list) else []
    places = [read_place(record) for record in drawn] if isinstance(drawn, list) else []
    # where both are there they go together, vertex by vertex
    n_vertices = max(len(named), len(places))
    named += [None] * (n_vertices - len(named))
    places += [None] * (n_vertices - len(places))
    found = [objects.name_node(ref, place) for ref, place in zip(named, places, strict=True)]
    return [ref for ref in found if ref is not None]


def _list_records(value: object) -> list[dict[str, Any]]:
    """Those of a list that are objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _clean(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Text that XML allows: without control characters, in whole letters."""
    left, is_wide, is_other = b"", False, False
    is_first = True
    for part in parts:
        if is_first:
            is_wide = part[:2] in (b"\xff\xfe", b"\xfe\xff")
            declared = re.search(rb"""encoding\s*=\s*["']([^"']+)""", part[:200])
            is_other = declared is not None and declared[1].lower() not in (b"utf-8", b"utf8")
            is_first = False
        if is_wide:
            yield part
            continue
        # 1. Cut where no letter and no number of one is cut.
        text = left + part
        end = text.rfind(b">") + 1
        left, text = text[end:], text[:end]
        yield _clean_text(text, is_other=is_other)
    yield _clean_text(left, is_other=is_other)


def _clean_text(text: bytes, *, is_other: bool) -> bytes:
    """Text without what XML does not allow; who declares entities is refused, for one may hold
    millions.
    """
    if b"<!ENTITY" in text:
        raise ValueError(Remark("xml_entities"))
    text = _CONTROL.sub(b"", text)
    text = _CONTROL_CODE.sub(lambda code: code[0] if code[0] in _WHITE_CODES else b"", text)
    return text if is_other else text.decode("utf-8", errors="replace").encode()


def _keep_tags(
    objects: Objects,
    pairs: Iterable[tuple[str | None, str | None]],
) -> dict[str, str]:
    """Tags that have a name and that a file can hold."""
    kept = {}
    for key, value in pairs:
        # half of a letter pair is no text
        sizes = [len((text or "").encode(errors="replace")) for text in (key, value)]
        if not key or max(sizes) > _MAX_BYTES:
            objects.unread["tags without a name or too long"] += 1
        else:
            kept[_whole(key)] = _whole(value or "")
    return kept


def _whole(text: str) -> str:
    """Text that can be written."""
    return text.encode(errors="replace").decode()


def _find_place(found: ElementTree.Element) -> Place | None:
    """Place that an element states, when it is on Earth."""
    lon, lat = _to_number(found.get("lon")), _to_number(found.get("lat"))
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _to_number(text: str | None) -> float:
    """A number, NaN where it is none."""
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def _to_int(text: object) -> int | None:
    """A whole number of at most 18 digits, None where it is none."""
    if isinstance(text, bool) or not isinstance(text, str | int):
        return None
    if isinstance(text, int):
        return text if abs(text) < 10**18 else None
    return int(text) if re.fullmatch(r"\s*[-+]?[0-9]{1,18}\s*", text) else None


def _to_stamp(text: object) -> datetime | None:
    """A moment, None where it is none."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
