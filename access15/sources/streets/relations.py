"""Areas drawn as multipolygon relations, put together from whichever of their ways are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from access15.sources.streets.boxes import Box, is_meeting, join_boxes
from access15.sources.streets.outlines import fill_outline, keep_areas
from access15.sources.streets.unread import Kind

_SITE = "site"
_AREA_TYPES = ("multipolygon", "boundary", _SITE)
_LARGEST_IN_TABLE = 1 << 40
_DEEPEST = 8  # relations in relations in relations; each level is a pass over the file
Line = tuple[list[int], NDArray[np.float64]]  # nodes and where they are


@dataclass(frozen=True, eq=False)
class RelationArea:
    """An area that several ways draw.

    Parameters
    ----------
    osm_id : int
        Its relation.
    tags : dict of str to str
        Its tags.
    rings : tuple of (list of int, ndarray)
        Nodes and places of its closed outlines, the outer ones first.
    outline : shapely geometry
        The area in EPSG:4326; empty where no outer outline is closed.
    lines : tuple of (list of int, ndarray)
        Its ways as far as they are in the file, NaN where a node is not.
    of_parts : tuple of dict of str to str
        Tags of the ways of a site, which may be the place themselves.
    """

    osm_id: int
    tags: dict[str, str]
    rings: tuple[Line, ...]
    outline: shapely.Geometry
    lines: tuple[Line, ...]
    of_parts: tuple[dict[str, str], ...] = ()

    def find_node(self) -> tuple[float, float] | None:
        """Longitude and latitude of one of its nodes, None where none is known."""
        known = [xy[np.isfinite(xy).all(axis=1)] for _, xy in self.lines]
        return next(((float(xy[0, 0]), float(xy[0, 1])) for xy in known if len(xy)), None)


@dataclass(frozen=True, eq=False)
class _Relation:
    """What a relation says: its tags, and its ways and relations with their roles."""

    tags: dict[str, str]
    ways: dict[int, str]
    relations: dict[int, str]

    @property
    def is_site(self) -> bool:
        """Whether its members are objects that belong together, not the lines of one outline."""
        return self.tags.get("type") == _SITE


def read_areas(
    file: osmium.io.File,
    keys: Collection[str],
    places: osmium.index.LocationTable | None,
    unread: Counter[Kind],
    within: Box | None = None,
) -> Iterator[RelationArea]:
    """Areas of a file that bear one of some keys and may meet a box; what of them is missing is
    counted.

    An inner outline that is not in the file leaves the area whole; one of several outer outlines
    that is not closed is left out. Members that are relations are followed.
    """
    # 1. The relations first, because which ways they need decides what is read next.
    tagged = osmium.FileProcessor(file, osmium.osm.RELATION)
    areas = _read_relations(tagged.with_filter(osmium.filter.KeyFilter(*sorted(keys))), unread)
    areas = {ref: one for ref, one in areas.items() if one.tags.get("type") in _AREA_TYPES}
    if not areas:
        return
    # 2. Relations in them, level by level: these need no tags of their own.
    known = dict(areas)
    asked = set(areas)
    for _ in range(_DEEPEST):
        wanted = {ref for one in known.values() for ref in one.relations} - asked
        if not wanted:
            break
        asked |= wanted
        known |= _read_relations(read_by_id(file, osmium.osm.RELATION, wanted), unread)
    members = {osm_id: _gather_ways(osm_id, known, unread) for osm_id in areas}
    if within is not None:
        members = _choose_near(file, members, places, within)
    # 3. The lines of their ways, tagged or not.
    wanted_ways = {ref for parts, _ in members.values() for ref in parts}
    lines: dict[int, Line] = {}
    tags: dict[int, dict[str, str]] = {}
    of_sites = {ref for key in members if areas[key].is_site for ref in members[key][0]}
    for way in read_by_id(file, osmium.osm.WAY, wanted_ways):
        if isinstance(way, osmium.osm.Way):
            lines[way.id] = _read_line(way, places)
            if way.id in of_sites:
                tags[way.id] = dict(way.tags)
    # 4. Outlines: ways joined end to end until they close.
    for osm_id, (parts, is_whole) in members.items():
        found = [(lines[ref], role) for ref, role in parts.items() if ref in lines]
        has_gaps = any(np.isnan(xy).any() for (_, xy), _ in found)
        is_missing = len(found) < len(parts) or has_gaps or not is_whole
        unread["relations with missing members"] += is_missing
        one = areas[osm_id]
        outer, inner = _sort_rings(found, is_site=one.is_site)
        of_parts = [tags[ref] for ref in parts if ref in tags] if one.is_site else []
        yield RelationArea(
            osm_id,
            one.tags,
            (*outer, *inner),
            _to_area(outer, inner),
            tuple(line for line, _ in found),
            tuple(of_parts),
        )


def _choose_near(
    file: osmium.io.File,
    members: Mapping[int, tuple[dict[int, str], bool]],
    places: osmium.index.LocationTable | None,
    within: Box,
) -> dict[int, tuple[dict[int, str], bool]]:
    """Relations whose ways together may meet a box: of a country's, no line is held for this."""
    wanted = {ref for parts, _ in members.values() for ref in parts}
    boxes: dict[int, Box] = {}
    for way in read_by_id(file, osmium.osm.WAY, wanted):
        xy = _read_line(way, places)[1]
        known = xy[np.isfinite(xy[:, 0])]
        if len(known):
            (west, south), (east, north) = known.min(axis=0).tolist(), known.max(axis=0).tolist()
            boxes[way.id] = (west, south, east, north)
    near = {}
    for osm_id, (parts, is_whole) in members.items():
        found = [boxes[ref] for ref in parts if ref in boxes]
        if not found or is_meeting(join_boxes(found, 0.0), within):
            near[osm_id] = (parts, is_whole)
    return near


def read_by_id(
    file: osmium.io.File,
    kind: osmium.osm.osm_entity_bits,
    refs: Collection[int],
) -> Iterator[Any]:
    """Objects of a file that have one of some ids, none of which need be there."""
    known = {ref for ref in refs if ref > 0}
    if not known:
        return
    objects = osmium.FileProcessor(file, kind)
    # osmium keeps wanted ids in a table up to the largest, which one of 19 digits makes endless
    if max(known) <= _LARGEST_IN_TABLE:
        objects = objects.with_filter(osmium.filter.IdFilter(known))
    yield from (item for item in objects if item.id in known)


def _read_relations(items: Iterable[Any], unread: Counter[Kind]) -> dict[int, _Relation]:
    """Relations by id; deleted ones are counted."""
    found = {}
    for item in items:
        if not isinstance(item, osmium.osm.Relation):
            continue
        if item.deleted:
            unread["deleted objects"] += item.tags.get("type") in _AREA_TYPES
            continue
        ways: dict[int, str] = {}
        relations: dict[int, str] = {}
        for one in item.members:
            # a member that stands twice is one; a subarea is an area of its own
            if one.type == "w":
                ways.setdefault(one.ref, one.role)
            elif one.type == "r" and one.role != "subarea":
                relations.setdefault(one.ref, one.role)
        found[item.id] = _Relation(dict(item.tags), ways, relations)
    return found


def _gather_ways(
    osm_id: int,
    known: Mapping[int, _Relation],
    unread: Counter[Kind],
) -> tuple[dict[int, str], bool]:
    """Ways of a relation and of those in it, with their roles; whether all relations are there."""
    ways: dict[int, str] = {}
    is_whole, is_odd = True, False
    # 1. Whoever is met again is held by itself, or stands in two of its members: once is enough.
    seen = {osm_id}
    waiting = [(osm_id, False, 0, frozenset({osm_id}))]
    while waiting:
        ref, is_hole, depth, above = waiting.pop()
        one = known[ref]
        for way, role in one.ways.items():
            ways.setdefault(way, _turn(role) if is_hole else role)
        for member, role in one.relations.items():
            is_odd |= member in above
            if member in seen:
                continue
            if depth == _DEEPEST:
                is_odd = True
                continue
            seen.add(member)
            if member not in known:
                is_whole = False
                continue
            # 2. What is land in a hole is none of the area, and its own hole is land again.
            deeper = is_hole != (role == "inner")
            waiting.append((member, deeper, depth + 1, above | {member}))
    unread["relations that hold themselves or nest too deep"] += is_odd
    return ways, is_whole


def _turn(role: str) -> str:
    """Role of a way in the hole of another area."""
    return "outer" if role == "inner" else "inner"


def _read_line(way: osmium.osm.Way, places: osmium.index.LocationTable | None) -> Line:
    """Nodes of a way and where they are, NaN where one is not in the file."""
    refs = [node.ref for node in way.nodes]
    return refs, np.array([_look_up(places, ref) for ref in refs]).reshape(-1, 2)


def _look_up(places: osmium.index.LocationTable | None, ref: int) -> tuple[float, float]:
    """Longitude and latitude of a node, NaN where it is not in the file."""
    if places is None:
        return np.nan, np.nan
    try:
        place = places.get(ref)
    except (KeyError, TypeError):  # not there, or of an id below zero
        return np.nan, np.nan
    return (place.lon, place.lat) if place.valid() else (np.nan, np.nan)


def _sort_rings(
    found: list[tuple[Line, str]],
    *,
    is_site: bool,
) -> tuple[list[Line], list[Line]]:
    """Outer and inner outlines, by their roles, else by which lies in which."""
    # 1. As their roles say, in which "inner" alone makes a hole.
    outer = close_rings([line for line, role in found if role != "inner"])
    inner = close_rings([line for line, role in found if role == "inner"])
    # 2. Roles are often forgotten: an outline without any that lies in another one is a hole.
    blank = {ref for (refs, _), role in found if role == "" for ref in refs}
    free = [ring for ring in outer if blank.issuperset(ring[0])]
    if len(outer) > 1 and free and not is_site:  # a house on the grounds of a site is no hole
        areas = [fill_outline(xy)[0] for _, xy in outer]
        for ring in free:
            own = fill_outline(ring[1])[0]
            around = sum(bool(one.contains(own)) and not one.equals(own) for one in areas)
            if around % 2:
                inner.append(ring)
        outer = [ring for ring in outer if not any(ring is hole for hole in inner)]
    # 3. Roles may be wrong as well: where nothing closes, all ways are tried together.
    return outer or close_rings([line for line, _ in found if len(inner) == 0]), inner


def close_rings(lines: list[Line]) -> list[Line]:
    """Join lines at common end nodes; what does not close is left out.

    Examples
    --------
    >>> import numpy as np
    >>> bent, straight = np.array([[0.0, 0], [1, 0], [1, 1]]), np.array([[0.0, 0], [1, 1]])
    >>> [refs for refs, _ in close_rings([([1, 2, 3], bent), ([1, 3], straight)])]
    [[1, 2, 3, 1]]
    """
    rings = []
    left = [line for line in lines if len(line[0]) > 1]
    while left:
        # 1. Go on from way to way, whichever is met first.
        path = [left.pop(0)]
        while path:
            end = path[-1][0][-1]
            begin = next((i for i, (refs, _) in enumerate(path) if refs[0] == end), None)
            if begin is not None:
                # 2. Where it meets itself a ring is closed; the way to it waits for another one.
                rings.append(_join(path[begin:]))
                del path[begin:]
                continue
            found = next((i for i, (r, _) in enumerate(left) if end in (r[0], r[-1])), None)
            if found is None:
                # 3. A dead end is no part of a ring: without its last way another may be found.
                path.pop()
                continue
            refs, xy = left.pop(found)
            path.append((refs, xy) if refs[0] == end else (refs[::-1], xy[::-1]))
    # 4. A ring has three corners, and places for all of them.
    return [(refs, xy) for refs, xy in rings if len(refs) > 3 and np.isfinite(xy).all()]


def _join(path: list[Line]) -> Line:
    """Lines one after the other as one line."""
    refs = [path[0][0][0], *(ref for part, _ in path for ref in part[1:])]
    return refs, np.concatenate([path[0][1][:1], *(xy[1:] for _, xy in path)])


def _to_area(outer: list[Line], inner: list[Line]) -> shapely.MultiPolygon:
    """What the outer outlines hold and the inner ones do not."""
    land = shapely.union_all([shapely.make_valid(shapely.Polygon(xy)) for _, xy in outer])
    holes = shapely.union_all([shapely.make_valid(shapely.Polygon(xy)) for _, xy in inner])
    return keep_areas(shapely.difference(land, holes))
