"""Areas drawn as multipolygon relations, put together from whichever of their ways are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from access15.sources.streets.outlines import fill_outline, keep_areas
from access15.sources.streets.unread import Kind

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
    """

    osm_id: int
    tags: dict[str, str]
    rings: tuple[Line, ...]
    outline: shapely.Geometry
    lines: tuple[Line, ...]

    def find_node(self) -> tuple[float, float] | None:
        """Longitude and latitude of one of its nodes, None where none is known."""
        known = [xy[np.isfinite(xy).all(axis=1)] for _, xy in self.lines]
        return next(((float(xy[0, 0]), float(xy[0, 1])) for xy in known if len(xy)), None)


def read_areas(
    file: osmium.io.File,
    keys: Collection[str],
    places: osmium.index.LocationTable | None,
    unread: Counter[Kind],
) -> Iterator[RelationArea]:
    """Areas of a file that bear one of some keys; what of them is missing is counted.

    An inner outline that is not in the file leaves the area whole; one of several outer outlines
    that is not closed is left out.
    """
    # 1. The relations first, because which ways they need decides what is read next.
    members: dict[int, dict[int, str]] = {}
    tags: dict[int, dict[str, str]] = {}
    relations = osmium.FileProcessor(file, osmium.osm.RELATION)
    for item in relations.with_filter(osmium.filter.KeyFilter(*sorted(keys))):
        if not isinstance(item, osmium.osm.Relation):
            continue
        if item.tags.get("type") not in ("multipolygon", "boundary"):
            continue
        if item.deleted:
            unread["deleted objects"] += 1
            continue
        tags[item.id] = dict(item.tags)
        # a member that stands twice is one
        members[item.id] = {}
        for one in item.members:
            if one.type == "w":
                members[item.id].setdefault(one.ref, one.role)
        is_nested = any(one.type == "r" and one.role != "subarea" for one in item.members)
        unread["relations in relations"] += is_nested
    if not members:
        return
    # 2. The lines of their ways, tagged or not.
    wanted = {ref for parts in members.values() for ref in parts}
    lines: dict[int, Line] = {}
    if wanted:
        ways = osmium.FileProcessor(file, osmium.osm.WAY)
        for way in ways.with_filter(osmium.filter.IdFilter(wanted)):
            if isinstance(way, osmium.osm.Way):
                lines[way.id] = _read_line(way, places)
    # 3. Outlines: ways joined end to end until they close.
    for osm_id, parts in members.items():
        found = [(lines[ref], role) for ref, role in parts.items() if ref in lines]
        has_gaps = any(np.isnan(xy).any() for (_, xy), _ in found)
        unread["relations with missing members"] += len(found) < len(parts) or has_gaps
        outer, inner = _sort_rings(found)
        area = _to_area(outer, inner)
        yield RelationArea(
            osm_id, tags[osm_id], (*outer, *inner), area, tuple(line for line, _ in found)
        )


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


def _sort_rings(found: list[tuple[Line, str]]) -> tuple[list[Line], list[Line]]:
    """Outer and inner outlines, by their roles, else by which lies in which."""
    # 1. As their roles say, in which "inner" alone makes a hole.
    outer = close_rings([line for line, role in found if role != "inner"])
    inner = close_rings([line for line, role in found if role == "inner"])
    # 2. Roles are often forgotten: an outline without any that lies in another one is a hole.
    blank = {ref for (refs, _), role in found if role == "" for ref in refs}
    free = [ring for ring in outer if blank.issuperset(ring[0])]
    if len(outer) > 1 and free:
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
