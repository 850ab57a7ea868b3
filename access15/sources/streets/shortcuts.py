"""Ways that nobody draws because everybody walks them: across squares, and across quiet streets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import SHORTCUT
from access15.core.streets.squares import find_sight_lines
from access15.crs import LONLAT
from access15.sources.streets.build import project
from access15.sources.streets.tags import QUIET_CROSSING, WayTags
from access15.sources.streets.ways import NodeTable, WayTable

Line = tuple[list[int], NDArray[np.float64]]  # nodes and where they are

# How far a pavement may lie from the middle of its street: four lanes with parking on both sides.
_MAX_ACROSS_M = 15.0
# A quiet street may be crossed every so far, so that the way to the next place is no detour.
_SPACING_M = 20.0
_LEAN = np.cos(np.radians(70.0))  # a pavement that is not square across is round a corner
_AT_CROSSING_M = 10.0  # who stands that near to a mapped crossing takes it
_SAME_SHARE = 1e-6
_LEAST_ACROSS_M = 1.0  # nearer than that it is the street


@dataclass(frozen=True, eq=False)
class Square:
    """An area to be walked across.

    Parameters
    ----------
    tags : int
        Index into the tag sets of the ways.
    name : str
        Its name.
    rings : tuple of (list of int, ndarray)
        Nodes and places (EPSG:4326) of its outlines.
    outline : str
        The area as hexadecimal WKB, EPSG:4326.
    """

    tags: int
    name: str
    rings: tuple[Line, ...]
    outline: str


def add_shortcuts(
    ways: WayTable,
    nodes: NodeTable,
    squares: Sequence[Square],
    land: shapely.Geometry,
    crs: str,
) -> WayTable:
    """Ways with those across squares and quiet streets, as far as they lie near some land.

    Parameters
    ----------
    ways : WayTable
        Ways in EPSG:4326.
    nodes : NodeTable
        Nodes that walkers notice.
    squares : sequence of Square
        Areas to be walked across.
    land : shapely geometry
        Where they are wanted, EPSG:4326.
    crs : str
        Projected CRS in which they are measured.
    """
    shapely.prepare(land)
    crossed = _cross_squares(ways, squares, land, crs)
    return _cross_quiet_streets(crossed, nodes, land, crs)


def _cross_squares(
    ways: WayTable,
    squares: Sequence[Square],
    land: shapely.Geometry,
    crs: str,
) -> WayTable:
    """Add straight ways between the entries of squares that see each other."""
    near = [
        square for square in squares if shapely.intersects(land, shapely.from_wkb(square.outline))
    ]
    if not near:
        return ways
    # 1. Neighbours of the nodes on the squares' edges, as far as ways are drawn.
    wanted = np.unique([ref for square in near for ref in _refs(square)])
    is_step = np.diff(ways.of_vertex) == 0
    a, b = ways.node_id[:-1][is_step], ways.node_id[1:][is_step]
    steps = np.concatenate([np.column_stack([a, b]), np.column_stack([b, a])])
    steps = steps[np.isin(steps[:, 0], wanted)]
    met: dict[int, set[int]] = {}
    for here, there in steps.tolist():
        met.setdefault(here, set()).add(there)
    # 2. Square by square: an entry is a node at which a way leaves the edge.
    found = []
    for square in near:
        place_of = {
            ref: xy for refs, xys in square.rings for ref, xy in zip(refs, xys, strict=True)
        }
        beside = _neighbours_on_edge(square)
        refs = [ref for ref in place_of if met.get(ref, set()) - beside[ref]]
        metres = project(np.array(list(place_of.values())), LONLAT, crs)
        xy_of = dict(zip(place_of, metres.tolist(), strict=True))
        outline = shapely.transform(
            shapely.from_wkb(square.outline), lambda xy: project(xy, LONLAT, crs)
        )
        entries = np.array([xy_of[ref] for ref in refs]).reshape(-1, 2)
        stops, pairs = find_sight_lines(shapely.make_valid(outline), entries)
        # 3. Corners that are stops too are nodes of the edge: the nearest one.
        corners = list(xy_of)
        named = [*refs, *(_nearest(stop, corners, metres) for stop in stops[len(refs) :])]
        for i, j in pairs.tolist():
            one, other = named[i], named[j]
            places = np.array([place_of[one], place_of[other]])
            found.append((square.tags, square.name, [one, other], places))
    return _append(ways, found)


def _refs(square: Square) -> list[int]:
    """Nodes on the edges of a square."""
    return [ref for refs, _ in square.rings for ref in refs]


def _neighbours_on_edge(square: Square) -> dict[int, set[int]]:
    """Nodes before and behind each node along the edges."""
    beside: dict[int, set[int]] = {}
    for refs, _ in square.rings:
        for one, other in pairwise(refs):
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    return beside


def _nearest(
    place: NDArray[np.float64],
    refs: list[int],
    metres: NDArray[np.float64],
) -> int:
    """Node nearest to a place."""
    return refs[int(np.argmin(np.hypot(*(metres - place).T)))]


def _append(
    ways: WayTable,
    found: Sequence[tuple[int, str, list[int], NDArray[np.float64]]],
) -> WayTable:
    """Put ways at the end of the table."""
    if not found:
        return ways
    names = {name: i for i, name in enumerate(ways.street_names)}
    street = [names.setdefault(name, len(names)) for _, name, _, _ in found]
    n_vertices = [len(refs) for _, _, refs, _ in found]
    new = np.full(len(found), SHORTCUT, dtype=np.int64)
    length_m = ways.length_m
    if length_m is not None:
        length_m = np.append(length_m, np.full(len(found), np.nan))
    return replace(
        ways,
        way_id=np.append(ways.way_id, new),
        tags=np.append(ways.tags, np.array([tags for tags, *_ in found], dtype=np.int64)),
        street=np.append(ways.street, np.array(street, dtype=np.int64)),
        street_names=tuple(names),
        start=np.append(ways.start, ways.start[-1] + np.cumsum(n_vertices)),
        node_id=np.append(ways.node_id, [ref for _, _, refs, _ in found for ref in refs]),
        xy=np.concatenate([ways.xy, *(xy for _, _, _, xy in found)]),
        length_m=length_m,
    )


def _cross_quiet_streets(
    ways: WayTable,
    nodes: NodeTable,
    land: shapely.Geometry,
    crs: str,
) -> WayTable:
    """Join quiet streets to the pavements mapped beside them."""
    # 1. Straight pieces of quiet streets, and of what may be their pavement.
    segments = _Segments.of(ways, land, crs)
    street, pavement = segments.choose(_is_quiet), segments.choose(_may_be_pavement)
    if not (len(street) and len(pavement)):
        return ways
    # 2. Places along the streets, and on each side of each the nearest pavement that lies square
    #    across.
    row, share = segments.space_out(street)
    is_free = _is_far_from(segments.at(row, share), _find_crossings(ways, nodes, land, crs))
    row, share = row[is_free], share[is_free]
    at_xy = segments.at(row, share)
    lines = shapely.linestrings(np.stack([segments.a[pavement], segments.b[pavement]], axis=1))
    place, hit = shapely.STRtree(lines).query(
        shapely.points(at_xy), predicate="dwithin", distance=_MAX_ACROSS_M
    )
    beside = pavement[hit]
    foot_at = shapely.line_locate_point(lines[hit], shapely.points(at_xy[place]), normalized=True)
    across = segments.at(beside, foot_at) - at_xy[place]
    across_m = np.hypot(*across.T)
    along = segments.b[row] - segments.a[row]
    along = (along / np.maximum(np.hypot(*along.T), 1e-9)[:, None])[place]
    lean = np.abs((along * across).sum(axis=1)) / np.maximum(across_m, 1e-9)
    is_left = along[:, 0] * across[:, 1] > along[:, 1] * across[:, 0]
    is_across = (across_m > _LEAST_ACROSS_M) & (lean < _LEAN)
    good = np.flatnonzero(is_across & segments.belong(row[place], beside))
    side = place * 2 + is_left
    good = good[np.lexsort((across_m[good], side[good]))]
    good = good[np.diff(side[good], prepend=-1) != 0]
    if not len(good):
        return ways
    # 3. Both ends become nodes of their ways, and a short way joins them.
    used, index = np.unique(place[good], return_inverse=True)
    vertex = np.concatenate([segments.vertex[row[used]], segments.vertex[beside[good]]])
    t = np.concatenate([share[used], foot_at[good]])
    cut, ref, xy = _insert(ways, vertex, t)
    tags = (*cut.tag_sets, QUIET_CROSSING)
    cut = replace(cut, tag_sets=tags)
    joined = [
        (len(tags) - 1, "", [int(ref[i]), int(ref[j])], np.array([xy[i], xy[j]]))
        for i, j in zip(index.tolist(), range(len(used), len(ref)), strict=True)
        if ref[i] != ref[j]
    ]
    return _append(cut, joined)


def _find_crossings(
    ways: WayTable,
    nodes: NodeTable,
    land: shapely.Geometry,
    crs: str,
) -> NDArray[np.float64]:
    """Places on the land at which a crossing is mapped [m]."""
    is_drawn = ways.say(lambda t: t.crossing > 0 or t.is_crossing_stated, np.bool_)[ways.of_vertex]
    is_node = np.isin(ways.node_id, nodes.node_id[nodes.crossing > 0])
    x, y = ways.xy.T
    is_here = np.isfinite(x) & (is_drawn | is_node)
    is_here[is_here] = shapely.contains_xy(land, x[is_here], y[is_here])
    return project(ways.xy[is_here], LONLAT, crs)


def _is_far_from(xy: NDArray[np.float64], marks: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether no crossing is so near that people would take it."""
    near, _ = shapely.STRtree(shapely.points(marks)).query(
        shapely.points(xy), predicate="dwithin", distance=_AT_CROSSING_M
    )
    is_far = np.ones(len(xy), dtype=np.bool_)
    is_far[near] = False
    return is_far


def _is_quiet(tags: WayTags) -> bool:
    """Whether a street at the ground is crossed anywhere."""
    return tags.is_quiet and not (tags.tunnel or tags.bridge)


def _may_be_pavement(tags: WayTags) -> bool:
    """Whether a way at the ground may be the pavement of a street."""
    is_path = tags.is_walkway and tags.highway in ("footway", "path", "cycleway")
    return is_path and not (tags.tunnel or tags.bridge or tags.crossing or tags.is_square)


@dataclass(frozen=True, eq=False)
class _Segments:
    """Straight pieces of ways near some land, in metres."""

    vertex: NDArray[np.int64]  # row of the first vertex in the ways' table
    a: NDArray[np.float64]
    b: NDArray[np.float64]
    tags: NDArray[np.int64]
    tag_sets: tuple[WayTags, ...]

    @classmethod
    def of(cls, ways: WayTable, land: shapely.Geometry, crs: str) -> _Segments:
        """The pieces of streets and paths that come to the land, whole: where they are crossed must
        not depend on what else is asked.
        """
        wanted = ways.say(lambda t: _is_quiet(t) or _may_be_pavement(t), np.bool_)
        x, y = ways.xy.T
        is_known = np.isfinite(x) & wanted[ways.of_vertex]
        is_on_land = is_known.copy()
        is_on_land[is_known] = shapely.contains_xy(land, x[is_known], y[is_known])
        comes_here = np.zeros(len(ways.way_id), dtype=np.bool_)
        comes_here[ways.of_vertex[is_on_land]] = True
        is_here = is_known & comes_here[ways.of_vertex]
        is_step = np.diff(ways.of_vertex) == 0
        first = np.flatnonzero(is_step & is_here[:-1] & is_here[1:])
        return cls(
            vertex=first,
            a=project(ways.xy[first], LONLAT, crs),
            b=project(ways.xy[first + 1], LONLAT, crs),
            tags=ways.tags[ways.of_vertex[first]],
            tag_sets=ways.tag_sets,
        )

    def choose(self, rule: Callable[[WayTags], bool]) -> NDArray[np.int64]:
        """Pieces whose tags fulfil a rule."""
        return np.flatnonzero(self.say(rule))

    def say(self, value_of: Callable[[WayTags], object]) -> NDArray[Any]:
        """What the tags of each piece say."""
        return np.array([value_of(tags) for tags in self.tag_sets])[self.tags]

    def at(self, row: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places on some pieces [m]."""
        return np.asarray(self.a[row] + (self.b[row] - self.a[row]) * share[:, None])

    def belong(self, street: NDArray[np.int64], path: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether paths are the pavements of streets: tagged so, or mapped apart as the street
        says.
        """
        level = self.say(lambda t: t.level)
        is_pavement = self.say(lambda t: t.is_pavement)
        says_apart = self.say(lambda t: t.pavement == "separate")
        return np.asarray((level[street] == level[path]) & (is_pavement[path] | says_apart[street]))

    def space_out(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Places evenly along ways, both ends among them: piece, and how far along it (0 to 1)."""
        begins = np.flatnonzero(np.diff(self.vertex[rows], prepend=-2) != 1)
        found_row, found_share = [], []
        for first, last in zip(begins, [*begins[1:], len(rows)], strict=True):
            run = rows[first:last]
            length_m = np.hypot(*(self.b[run] - self.a[run]).T)
            reached_m = np.concatenate([[0.0], np.cumsum(length_m)])
            n = int(np.ceil(reached_m[-1] / _SPACING_M)) + 1
            at_m = np.linspace(0.0, reached_m[-1], max(n, 2))
            piece = np.clip(np.searchsorted(reached_m, at_m, side="right") - 1, 0, len(run) - 1)
            found_row.append(run[piece])
            share = (at_m - reached_m[piece]) / np.maximum(length_m[piece], 1e-9)
            found_share.append(np.clip(share, 0.0, 1.0))
        return np.concatenate(found_row), np.concatenate(found_share)


def _insert(
    ways: WayTable,
    vertex: NDArray[np.int64],
    share: NDArray[np.float64],
) -> tuple[WayTable, NDArray[np.int64], NDArray[np.float64]]:
    """Make nodes of places between vertices and the next: the table, and each place's node and
    where it is.
    """
    # 1. What falls on a vertex is that vertex; the same place twice is one node.
    share = np.where(share < _SAME_SHARE, 0.0, np.where(share > 1 - _SAME_SHARE, 1.0, share))
    xy = ways.xy[vertex] + (ways.xy[vertex + 1] - ways.xy[vertex]) * share[:, None]
    ref = np.where(share == 1.0, ways.node_id[vertex + 1], ways.node_id[vertex])
    inner = np.flatnonzero((share > 0) & (share < 1))
    places = np.column_stack([vertex[inner].astype(np.float64), share[inner]])
    new, first, index = np.unique(places, axis=0, return_index=True, return_inverse=True)
    ids = min(int(ways.node_id.min(initial=0)), -1) - 1 - np.arange(len(new))
    ref[inner] = ids[index]
    # 2. In the order of the ways, each behind the vertex it follows.
    behind = new[:, 0].astype(np.int64) + 1
    of_way = ways.of_vertex[behind - 1]
    more = np.bincount(of_way, minlength=len(ways.way_id))
    cut = replace(
        ways,
        start=ways.start + np.concatenate([[0], np.cumsum(more)]),
        node_id=np.insert(ways.node_id, behind, ids),
        xy=np.insert(ways.xy, behind, xy[inner[first]], axis=0),
    )
    return cut, ref, xy
