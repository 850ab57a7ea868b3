"""Where one can walk into an outline: entrances of parks, not their middles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

EntranceKind = Literal["crossing", "edge", "none"]
KINDS: tuple[EntranceKind, ...] = ("crossing", "edge", "none")
CROSSING, EDGE, NONE = range(len(KINDS))
EDGE_M = 1.0  # mapping error: a path this near along the edge runs on it, not inside
MERGE_M = 15.0  # a carriageway and its pavements are one way in
BESIDE_M = 30.0  # half a wide street: a park this near a street lies on it
_GATE_M = 3.0  # from the edge to a locked gate that belongs to it
_STEP_M = 0.05


@dataclass(frozen=True, eq=False)
class Entrances:
    """Points by which outlines are walked into, every outline at least once.

    Parameters
    ----------
    area : ndarray of int64, shape (n,)
        Which outline, rising.
    xy : ndarray of float64, shape (n, 2)
        Where [m].
    along_m : ndarray of float64, shape (n,)
        How far along the outline from its first vertex, inner rings after the outer [m].
    kind : ndarray of int64, shape (n,)
        Index into `KINDS`: a street crosses the edge; none does, but one runs beside it; neither,
        and the point is only somewhere inside.
    """

    area: NDArray[np.int64]
    xy: NDArray[np.float64]
    along_m: NDArray[np.float64]
    kind: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Segments:
    """Straight pieces of walkable ways.

    Parameters
    ----------
    ends : ndarray of int64, shape (n_segments, 2)
        Nodes at both ends; pieces that share a node are joined there.
    xy : ndarray of float64, shape (n_nodes, 2)
        Where nodes lie, in a projected CRS [m].
    is_blocked : ndarray of bool, shape (n_nodes,)
        Nodes that nobody passes: private gates.
    """

    ends: NDArray[np.int64]
    xy: NDArray[np.float64]
    is_blocked: NDArray[np.bool_]


def find_entrances(areas: NDArray[np.object_], segments: Segments) -> Entrances:
    """Find where walkable streets lead into outlines.

    A street leads in where it comes from outside, or from the edge itself, and goes more than
    `EDGE_M` inside. A path that ends at the edge without going on is no entrance (there is a
    fence), nor is a locked gate. Ways in less than `MERGE_M` apart are one.

    Parameters
    ----------
    areas : ndarray of shapely polygons and multipolygons, shape (n_areas,)
        Outlines, valid, in the CRS of the segments.
    segments : Segments
        Streets; those of tunnels should be left out.

    Returns
    -------
    Entrances
        At least one for every outline: where no street leads in, the point of its edge nearest to a
        street within `BESIDE_M`, else a point inside of kind ``none``.
    """
    outlines = _Outlines(
        areas, shapely.buffer(areas, -EDGE_M), [_rings(one) for one in areas.tolist()]
    )
    lines = (
        shapely.linestrings(segments.xy[segments.ends])
        if len(segments.ends)
        else np.array([], dtype=object)
    )
    streets = _Streets(segments, lines, shapely.STRtree(lines))
    # 1. Crossings are looked for a metre inside, because paths drawn along the edge cross and cross
    #    it again by errors of mapping.
    crossings = _find_crossings(outlines, streets)
    leads_in = _leads_in(outlines, streets, crossings)
    # 2. Those that lead in are put on the true edge, and near ones become one.
    rows = [
        _on_edge(outlines.rings[area], point, area, CROSSING)
        for area, point in zip(
            crossings.area[leads_in].tolist(), crossings.point[leads_in].tolist(), strict=True
        )
    ]
    rows = _merge_near(rows)
    # 3. Whoever has none is walked into from the street beside it: no outline may get lost.
    rows += _beside_streets(
        outlines, streets, sorted(set(range(len(areas))) - {row[0] for row in rows})
    )
    rows.sort(key=lambda row: (row[0], row[2]))
    return Entrances(
        area=np.array([row[0] for row in rows], dtype=np.int64),
        xy=np.array([row[1] for row in rows], dtype=np.float64).reshape(-1, 2),
        along_m=np.array([row[2] for row in rows], dtype=np.float64),
        kind=np.array([row[3] for row in rows], dtype=np.int64),
    )


_Row = tuple[int, tuple[float, float], float, int]  # outline, point, metres along it, kind
_Ring = tuple[float, shapely.Geometry]  # metres of the rings before it, ring


@dataclass(frozen=True, eq=False)
class _Outlines:
    """Outlines, the same shrunk by `EDGE_M`, and their rings."""

    shapes: NDArray[np.object_]
    inner: NDArray[np.object_]
    rings: list[list[_Ring]]


@dataclass(frozen=True, eq=False)
class _Streets:
    """Streets, their lines and the index of these."""

    segments: Segments
    lines: NDArray[np.object_]
    tree: shapely.STRtree


@dataclass(frozen=True, eq=False)
class _Crossings:
    """Points where segments pass the edge of a shrunk outline."""

    area: NDArray[np.int64]
    segment: NDArray[np.int64]
    point: NDArray[np.object_]


def _find_crossings(outlines: _Outlines, streets: _Streets) -> _Crossings:
    """Points where streets pass the edges of shrunk outlines."""
    edge = shapely.boundary(outlines.inner)
    area, segment = streets.tree.query(edge, predicate="intersects")
    parts, of = shapely.get_parts(
        shapely.intersection(edge[area], streets.lines[segment]), return_index=True
    )
    is_point = shapely.get_type_id(parts) == 0
    return _Crossings(area[of][is_point], segment[of][is_point], parts[is_point])


def _leads_in(
    outlines: _Outlines,
    streets: _Streets,
    crossings: _Crossings,
) -> NDArray[np.bool_]:
    """Whether each crossing comes from somewhere outside."""
    if not len(crossings.area):
        return np.zeros(0, dtype=np.bool_)
    segments, shapes, inner = (
        streets.segments,
        outlines.shapes[crossings.area],
        outlines.inner[crossings.area],
    )
    shapely.prepare(outlines.shapes)
    shapely.prepare(outlines.inner)
    line = streets.lines[crossings.segment]
    # 1. A street passes where a step before is inside and a step beyond is not, or the other way
    #    round; one that only touches does neither.
    at_m = shapely.line_locate_point(line, crossings.point)
    before = shapely.contains(
        inner, shapely.line_interpolate_point(line, np.maximum(at_m - _STEP_M, 0.0))
    )
    beyond_m = np.minimum(at_m + _STEP_M, shapely.length(line))
    after = shapely.contains(inner, shapely.line_interpolate_point(line, beyond_m))
    passes = before != after
    ends = segments.ends[crossings.segment]
    outer_end, inner_end = (
        np.where(before, ends[:, 1], ends[:, 0]),
        np.where(before, ends[:, 0], ends[:, 1]),
    )
    middle = shapely.points(
        (segments.xy[outer_end] + shapely.get_coordinates(crossings.point)) / 2.0
    )
    # 2. It comes from outside if its outer end, or the way there, is not in the outline; else it
    #    begins on the edge, and somebody must be able to come along the edge or from beyond it.
    leaves = ~shapely.intersects(
        shapes, shapely.points(segments.xy[outer_end])
    ) | ~shapely.intersects(shapes, middle)
    goes_on = _goes_on(outlines, segments, crossings, outer_end, np.flatnonzero(passes & ~leaves))
    # 3. A private gate at the edge locks its street, whichever end it is drawn at.
    edge = shapely.boundary(shapes)
    is_locked = np.zeros(len(crossings.area), dtype=np.bool_)
    for end in (outer_end, inner_end):
        is_locked |= segments.is_blocked[end] & (
            shapely.distance(edge, shapely.points(segments.xy[end])) <= _GATE_M
        )
    return np.asarray(passes & (leaves | goes_on) & ~is_locked)


def _goes_on(
    outlines: _Outlines,
    segments: Segments,
    crossings: _Crossings,
    end: NDArray[np.int64],
    asked: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether from a node on the edge a segment leads on that does not just turn back inside."""
    goes_on = np.zeros(len(crossings.area), dtype=np.bool_)
    order = np.argsort(segments.ends.ravel(), kind="stable")
    node_of = segments.ends.ravel()[order]
    first, last = (
        np.searchsorted(node_of, end[asked]),
        np.searchsorted(node_of, end[asked], side="right"),
    )
    for i, begin, stop in zip(asked.tolist(), first.tolist(), last.tolist(), strict=True):
        slots = order[begin:stop]
        others = segments.ends[slots // 2, 1 - slots % 2][slots // 2 != crossings.segment[i]]
        points = shapely.points(segments.xy[others])
        goes_on[i] = bool((~shapely.contains(outlines.inner[crossings.area[i]], points)).any())
    return goes_on


def _rings(area: shapely.Geometry) -> list[_Ring]:
    """Rings of an outline, one behind the other."""
    rings, begin_m = [], 0.0
    for ring in shapely.get_rings(shapely.get_parts(area)).tolist():
        rings.append((begin_m, ring))
        begin_m += ring.length
    return rings


def _on_edge(
    rings: list[_Ring],
    point: shapely.Geometry,
    area: int,
    kind: int,
) -> _Row:
    """Nearest point of the edge to a point."""
    begin_m, ring = min(rings, key=lambda one: float(shapely.distance(one[1], point)))
    at_m = float(shapely.line_locate_point(ring, point))
    x, y = shapely.get_coordinates(shapely.line_interpolate_point(ring, at_m))[0].tolist()
    return area, (x, y), begin_m + at_m, kind


def _merge_near(rows: list[_Row]) -> list[_Row]:
    """Keep the first along the outline of those that lie together."""
    kept: dict[int, list[_Row]] = {}
    for row in sorted(rows, key=lambda one: (one[0], one[2])):
        mine = kept.setdefault(row[0], [])
        if all(
            np.hypot(row[1][0] - other[1][0], row[1][1] - other[1][1]) >= MERGE_M for other in mine
        ):
            mine.append(row)
    return [row for mine in kept.values() for row in mine]


def _beside_streets(
    outlines: _Outlines,
    streets: _Streets,
    alone: list[int],
) -> list[_Row]:
    """One point for each outline that no street crosses."""
    near_area, near = streets.tree.query(
        outlines.shapes[alone], predicate="dwithin", distance=BESIDE_M
    )
    blocked = streets.segments.is_blocked
    rows = []
    for i, area in enumerate(alone):
        candidates = near[near_area == i]
        candidates = candidates[~shapely.contains(outlines.inner[area], streets.lines[candidates])]
        candidates = candidates[~blocked[streets.segments.ends[candidates]].any(axis=1)]
        if not len(candidates):
            middle = shapely.point_on_surface(outlines.shapes[area])
            rows.append((area, (float(middle.x), float(middle.y)), 0.0, NONE))
            continue
        edge = shapely.boundary(outlines.shapes[area])
        best = candidates[int(np.argmin(shapely.distance(edge, streets.lines[candidates])))]
        foot = shapely.get_point(shapely.shortest_line(edge, streets.lines[best]), 0)
        rows.append(_on_edge(outlines.rings[area], foot, area, EDGE))
    return rows
