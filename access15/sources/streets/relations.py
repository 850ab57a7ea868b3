"""Areas drawn as multipolygon relations, put together from whichever of their ways are there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

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


def read_areas(path: Path, keys: Collection[str]) -> Iterator[RelationArea]:
    """Areas of a file that bear one of some keys.

    An inner outline that is not in the file leaves the area whole; one of several outer outlines
    that is not closed is left out.
    """
    # 1. The relations first, because which ways they need decides what is read next.
    members: dict[int, list[tuple[int, bool]]] = {}
    tags: dict[int, dict[str, str]] = {}
    relations = osmium.FileProcessor(str(path), osmium.osm.RELATION)
    for item in relations.with_filter(osmium.filter.KeyFilter(*sorted(keys))):
        if not isinstance(item, osmium.osm.Relation):
            continue
        if item.tags.get("type") in ("multipolygon", "boundary"):
            tags[item.id] = dict(item.tags)
            members[item.id] = [
                (one.ref, one.role == "inner") for one in item.members if one.type == "w"
            ]
    if not members:
        return
    # 2. The lines of their ways, tagged or not.
    wanted = {ref for parts in members.values() for ref, _ in parts}
    ways = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    lines: dict[int, Line] = {}
    for way in ways.with_filter(osmium.filter.IdFilter(wanted)):
        if not isinstance(way, osmium.osm.Way):
            continue
        refs = [node.ref for node in way.nodes]
        lines[way.id] = (
            refs,
            np.array(
                [(n.lon, n.lat) if n.location.valid() else (np.nan, np.nan) for n in way.nodes]
            ),
        )
    # 3. Outlines: ways joined end to end until they close.
    for osm_id, parts in members.items():
        found = [(lines[ref], is_inner) for ref, is_inner in parts if ref in lines]
        outer = close_rings([line for line, is_inner in found if not is_inner])
        inner = close_rings([line for line, is_inner in found if is_inner])
        yield RelationArea(
            osm_id,
            tags[osm_id],
            (*outer, *inner),
            _to_area(outer, inner),
            tuple(line for line, _ in found),
        )


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
        refs, xy = left.pop(0)
        while refs[0] != refs[-1]:
            found = next((i for i, (r, _) in enumerate(left) if refs[-1] in (r[0], r[-1])), None)
            if found is None:
                break
            more, more_xy = left.pop(found)
            if more[0] != refs[-1]:
                more, more_xy = more[::-1], more_xy[::-1]
            refs, xy = [*refs, *more[1:]], np.concatenate([xy, more_xy[1:]])
        if refs[0] == refs[-1] and len(refs) > 3 and np.isfinite(xy).all():
            rings.append((refs, xy))
    return rings


def _to_area(outer: list[Line], inner: list[Line]) -> shapely.Geometry:
    """What the outer outlines hold and the inner ones do not."""
    land = shapely.union_all([shapely.make_valid(shapely.Polygon(xy)) for _, xy in outer])
    holes = shapely.union_all([shapely.make_valid(shapely.Polygon(xy)) for _, xy in inner])
    parts = shapely.get_parts(shapely.difference(land, holes))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
