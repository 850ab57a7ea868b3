"""From ways of nodes with tags to a walking network, whatever the ways were read from."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from access15.core.streets.network import (
    WalkNetwork,
    build_network,
    polyline_lengths_m,
    round_to_centimetres,
    sort_nodes,
)
from access15.core.streets.simplify import simplify_network
from access15.crs import LONLAT, check_projected, check_scale
from access15.errors import CrsError
from access15.remarks import Remark
from access15.sources.streets.boxes import Box
from access15.sources.streets.crossings import Pieces, assign_crossings, assign_kerbs
from access15.sources.streets.doubles import choose_ways, find_stretches
from access15.sources.streets.ways import NodeTable, WayTable

# What the network takes over from a way's tags as it is said there.
_SAID: dict[str, type] = {
    "steps": np.bool_,
    "incline": np.float64,
    "slope": np.uint8,
    "one_way": np.uint8,
    "conveying": np.bool_,
    "surface": np.uint8,
    "smoothness": np.uint8,
    "wheelchair": np.uint8,
    "width_m": np.float64,
    "tunnel": np.bool_,
    "bridge": np.bool_,
    "level": np.int8,
    "other_level": np.bool_,
}
# DM 236/89 (Italy), 8.1.10: the tread of a step is at least 30 cm deep
_TREAD_M = 0.30


def build_streets(
    ways: WayTable,
    nodes: NodeTable,
    *,
    crs: str,
    source_crs: str = LONLAT,
    box: Box | None = None,
) -> WalkNetwork:
    """Build the walking network of some ways.

    Ways are cut where they meet and at crossings, kerbs and barriers, and joined again where
    nothing changes. A vertex whose place is unknown cuts its way in two. A node that is blocked
    ends every way that comes to it. A stretch between two nodes that several ways share is kept
    once, see `choose_ways`.
    """
    # 1. Cut where something changes, because an edge has one set of tags and meets others only at
    #    its ends.
    cut = _cut_ways(ways, nodes, box)
    vertex_xy = project(ways.xy[cut.vertex], source_crs, crs)
    if len(vertex_xy):
        check_scale(crs, (*vertex_xy.min(axis=0), *vertex_xy.max(axis=0)))
    # 2. Measure. A stated length is of the whole way, so each piece gets its share of it.
    share = _share_of_way(ways, cut)
    length_m = polyline_lengths_m(cut.vertex_start, vertex_xy)
    if ways.length_m is not None:
        stated_m = ways.length_m[cut.way]
        length_m = np.where(np.isnan(stated_m), length_m, stated_m * (share[1] - share[0]))
    # 3. Share out the steps of a flight: rounding where each piece ends, not its number, keeps the
    #    sum.
    n_steps = ways.say(lambda t: t.step_count, np.int64)[cut.way]
    step_count = np.floor(share[1] * n_steps + 0.5) - np.floor(share[0] * n_steps + 0.5)
    # 4. Give crossings and kerbs to ends of edges now: once joined again, edges no longer know
    #    which way they were part of.
    pieces = _find_pieces(ways, cut, length_m, nodes, _leave(cut, vertex_xy))
    crossing_u, crossing_v = assign_crossings(pieces)
    kerb_u, kerb_v = assign_kerbs(pieces)
    # 5. Only names in use are kept, sorted, so that networks do not depend on the rest of a file.
    #    Carriageways that are only crossed have given their crossings to those who cross, and go.
    stays = np.flatnonzero(~ways.say(lambda t: t.is_only_crossed, np.bool_)[cut.way])
    ends = {
        "crossing_u": crossing_u[stays],
        "crossing_v": crossing_v[stays],
        "kerb_u": kerb_u[stays],
        "kerb_v": kerb_v[stays],
    }
    cut, vertex_xy = _keep(cut, stays, vertex_xy)
    length_m, step_count = length_m[stays], step_count[stays]
    highway_names, highway = _names_in_use([t.highway for t in ways.tag_sets], ways.tags[cut.way])
    street_names, street = _names_in_use(ways.street_names, ways.street[cut.way], always="")
    network = build_network(
        crs=crs,
        node_xy=_place_nodes(cut, vertex_xy),
        edge_u=cut.u,
        edge_v=cut.v,
        vertex_start=cut.vertex_start,
        vertex_xy=vertex_xy,
        length_m=length_m,
        highway_names=highway_names,
        street_names=street_names,
        highway=highway,
        street=street,
        way_id=ways.way_id[cut.way],
        step_count=step_count,
        step_share=_share_of_steps(step_count, length_m),
        **ends,
        **{name: ways.say(attrgetter(name), dtype)[cut.way] for name, dtype in _SAID.items()},
    )
    # 6. Join pieces between which nothing changes, because every node costs the search time.
    #    Sorted nodes and whole centimetres make results the same however the file is ordered.
    return round_to_centimetres(sort_nodes(simplify_network(network)))


def project(
    xy: NDArray[np.float64],
    source_crs: str,
    crs: str,
) -> NDArray[np.float64]:
    """Project points to a CRS that measures in metres."""
    try:
        source = pyproj.CRS.from_user_input(source_crs)
    except CRSError:
        raise CrsError(Remark("crs_of_graph_unknown", crs=source_crs, example=LONLAT)) from None
    to_metres = pyproj.Transformer.from_crs(source, check_projected(crs), always_xy=True)
    return np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))


class _Cut(NamedTuple):
    """Pieces of ways between the nodes that matter."""

    u: NDArray[np.int64]  # node index of each piece's first vertex
    v: NDArray[np.int64]
    way: NDArray[np.int64]  # row of the way
    vertex_start: NDArray[np.int64]  # offsets into vertex
    vertex: NDArray[np.int64]  # row in the ways' vertices
    node_id: NDArray[np.int64]  # id of each node; -1 for the separate ends at a blocked one
    # nodes on a walkway that was left out for a carriageway on the same stretch
    is_passed: NDArray[np.bool_]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_id)


def _share_of_steps(
    step_count: NDArray[np.float64],
    length_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Share of each piece that its steps take up; all of it where they are not counted."""
    is_counted = (step_count > 0) & (length_m > 0)
    share = step_count * _TREAD_M / np.where(is_counted, length_m, 1.0)
    return np.where(is_counted, np.minimum(share, 1.0), 1.0)


def _keep(
    cut: _Cut,
    pieces: NDArray[np.int64],
    vertex_xy: NDArray[np.float64],
) -> tuple[_Cut, NDArray[np.float64]]:
    """Some of the pieces, and where their vertices are."""
    n_vertices = np.diff(cut.vertex_start)
    is_kept = np.zeros(len(cut.u), dtype=np.bool_)
    is_kept[pieces] = True
    of_kept = np.repeat(is_kept, n_vertices)
    kept = cut._replace(
        u=cut.u[pieces],
        v=cut.v[pieces],
        way=cut.way[pieces],
        vertex_start=np.concatenate([[0], np.cumsum(n_vertices[pieces])]),
        vertex=cut.vertex[of_kept],
    )
    return kept, vertex_xy[of_kept]


def _leave(
    cut: _Cut,
    vertex_xy: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Directions in which pieces leave their first and last node [rad]."""
    if not len(cut.u):
        return np.zeros(0), np.zeros(0)
    first, last = cut.vertex_start[:-1], cut.vertex_start[1:] - 1
    from_u = vertex_xy[first + 1] - vertex_xy[first]
    from_v = vertex_xy[last - 1] - vertex_xy[last]
    return np.arctan2(*from_u.T[::-1]), np.arctan2(*from_v.T[::-1])


def _place_nodes(cut: _Cut, vertex_xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the nodes are: at the ends of their pieces."""
    node_xy = np.zeros((cut.n_nodes, 2))
    node_xy[cut.u] = vertex_xy[cut.vertex_start[:-1]]
    node_xy[cut.v] = vertex_xy[cut.vertex_start[1:] - 1]
    return node_xy


def _cut_ways(
    ways: WayTable,
    nodes: NodeTable,
    box: Box | None,
) -> _Cut:
    """Cut ways where they meet, where their tags or nodes change something, and at the box."""
    # 1. Look at straight segments, from a vertex to the next: what of a way is outside the box, or
    #    at a place nobody knows, drops out of their row.
    segment = np.flatnonzero(_is_walkable_segment(ways, box))
    way = ways.of_vertex[segment]
    ends = np.concatenate([ways.node_id[segment], ways.node_id[segment + 1]])
    ids, ends = np.unique(ends, return_inverse=True)
    a, b = ends[: len(segment)], ends[len(segment) :]
    # 2. Of segments on the same stretch one is kept, before nodes are counted: else every vertex of
    #    a square drawn along its street would look like a junction.
    is_kept, is_passed = _find_doubles(ways, way, a, b)
    segment, way = segment[is_kept], way[is_kept]
    a, b = a[is_kept], b[is_kept]
    # 3. A node is a break where not exactly two segments meet, or where its own tags matter.
    row = find_rows(nodes.node_id, ids)
    n_ends = np.bincount(np.concatenate([a, b]), minlength=len(ids))
    is_break = (n_ends != 2) | (row >= 0)
    # 4. A piece begins at a break, and where the row of segments has a gap (the next way, too: its
    #    first vertex is not the last one's next).
    is_after_gap = np.diff(segment, prepend=-2) != 1
    begins = np.flatnonzero(is_after_gap | is_break[a])
    n_segments = np.diff(np.append(begins, len(segment)))
    # 5. A piece of n segments has n + 1 vertices, one after the other in the ways' table.
    vertex_start = np.concatenate([[0], np.cumsum(n_segments + 1)])
    n_vertices = n_segments + 1
    along = np.arange(vertex_start[-1]) - np.repeat(vertex_start[:-1], n_vertices)
    vertex = np.repeat(segment[begins], n_vertices) + along
    # 6. Nobody passes a blocked node, so each end there is a node of its own.
    is_blocked = np.zeros(len(ids), dtype=np.bool_)
    is_blocked[row >= 0] = nodes.is_blocked[row[row >= 0]]
    node_of_end = np.concatenate([a[begins], b[begins + n_segments - 1]])
    end, node_id = _name_nodes(node_of_end, ids, is_blocked)
    is_named = node_id >= 0
    passed = np.zeros(len(node_id), dtype=np.bool_)
    passed[is_named] = is_passed[np.searchsorted(ids, node_id[is_named])]
    u, v = end[: len(begins)], end[len(begins) :]
    return _Cut(u, v, way[begins], vertex_start, vertex, node_id, passed)


def _find_doubles(
    ways: WayTable,
    way: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Segments to keep, one for each stretch, and nodes on a walkway that gives way to a
    carriageway.
    """
    # 1. One way per stretch, the one that is easier to walk.
    length_m = None if ways.length_m is None else ways.length_m[way]
    rows, stretch = find_stretches(a, b, length_m)
    tags = ways.tags[way[rows]]
    is_chosen = choose_ways(
        stretch,
        tags,
        ways.street[way[rows]],
        ways.way_id[way[rows]],
        tag_sets=ways.tag_sets,
        street_names=ways.street_names,
    )
    is_kept = np.ones(len(a), dtype=np.bool_)
    is_kept[rows[~is_chosen]] = False
    # 2. Where a walkway gives way to a carriageway, walkers still pass beside its crossings: the
    #    crossing rules ask for its nodes.
    is_walkway = ways.say(lambda t: t.is_walkway, np.bool_)[way[rows]]
    has_carriageway = np.zeros(len(rows), dtype=np.bool_)
    has_carriageway[stretch[is_chosen & ~is_walkway]] = True
    given_way = rows[~is_chosen & is_walkway & has_carriageway[stretch]]
    n_nodes = int(np.maximum(a, b).max(initial=-1)) + 1
    is_passed = np.zeros(n_nodes, dtype=np.bool_)
    is_passed[a[given_way]] = True
    is_passed[b[given_way]] = True
    return is_kept, is_passed


def _is_walkable_segment(ways: WayTable, box: Box | None) -> NDArray[np.bool_]:
    """Whether each vertex and the next are two known places of one way, one of them in the box."""
    is_known = np.isfinite(ways.xy[:, 0])
    is_one_way = np.diff(ways.of_vertex) == 0
    is_step = np.diff(ways.node_id) != 0  # a node named twice in a row is a slip of the pen
    is_segment = is_one_way & is_step & is_known[1:] & is_known[:-1]
    if box is None:
        return np.asarray(is_segment)
    west, south, east, north = box
    x, y = ways.xy.T
    is_inside = (west <= x) & (x <= east) & (south <= y) & (y <= north)
    # one end is enough: whoever walks to the edge of the box walks on a whole segment
    return np.asarray(is_segment & (is_inside[1:] | is_inside[:-1]))


def _name_nodes(
    node_of_end: NDArray[np.int64],
    ids: NDArray[np.int64],
    is_blocked: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the nodes in use; at a blocked node every end gets a node of its own."""
    apart = np.flatnonzero(is_blocked[node_of_end])
    label = node_of_end.copy()
    label[apart] = len(ids) + np.arange(len(apart))
    used, end = np.unique(label, return_inverse=True)
    node_id = np.full(len(used), -1, dtype=np.int64)
    node_id[used < len(ids)] = ids[used[used < len(ids)]]
    return end, node_id


def find_rows(sorted_ids: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Look ids up."""
    if not len(sorted_ids):
        return np.full(len(ids), -1, dtype=np.int64)
    row = np.minimum(np.searchsorted(sorted_ids, ids), len(sorted_ids) - 1)
    return np.where(sorted_ids[row] == ids, row, -1)


def _share_of_way(ways: WayTable, cut: _Cut) -> NDArray[np.float64]:
    """Where on its way each piece begins and ends, from 0 to 1, shape (2, n)."""
    # measured in degrees, because parts of a way outside the box are not projected
    x, y = ways.xy.T
    narrowing = np.cos(np.radians(y[1:]))
    step = np.hypot(np.diff(x) * narrowing, np.diff(y))
    along = np.zeros(max(len(x), 1))
    along[1:] = np.cumsum(np.nan_to_num(step))
    way_start, way_end = ways.start[:-1][cut.way], ways.start[1:][cut.way]
    begin, end = along[way_start], along[way_end - 1]
    whole = np.where(end > begin, end - begin, 1.0)
    first = cut.vertex[cut.vertex_start[:-1]]
    last = cut.vertex[cut.vertex_start[1:] - 1]
    share = np.stack([along[first] - begin, along[last] - begin]) / whole
    share[1, end <= begin] = 1.0  # a way without extent: its only piece has it all
    return share


def _names_in_use(
    names: Sequence[str],
    index: NDArray[np.int64],
    always: str | None = None,
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names that are used, sorted (the empty one first), and the index into them."""
    used = {names[i] for i in np.unique(index).tolist()}
    if always is not None:
        used.add(always)
    sorted_names = sorted(used)
    position = {name: i for i, name in enumerate(sorted_names)}
    row = np.array([position.get(name, 0) for name in names], dtype=np.int64)
    return tuple(sorted_names), row[index] if len(index) else index


def _find_pieces(
    ways: WayTable,
    cut: _Cut,
    length_m: NDArray[np.float64],
    nodes: NodeTable,
    leaves: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Pieces:
    """The pieces as the crossing rules see them."""
    row = find_rows(nodes.node_id, cut.node_id)
    is_listed = row >= 0

    def at_node(values: NDArray[Any]) -> NDArray[Any]:
        """The value of each node, 0 where it is not listed."""
        found = np.zeros(len(row), dtype=values.dtype)
        found[is_listed] = values[row[is_listed]]
        return found

    way_id = ways.way_id[cut.way]
    is_street = ways.say(lambda t: not t.is_walkway and t.highway != "service", np.bool_)
    return Pieces(
        u=cut.u,
        v=cut.v,
        # ways of no id each get one below zero
        way=np.where(way_id >= 0, way_id, -1 - cut.way),
        length_m=length_m,
        is_walkway=ways.say(lambda t: t.is_walkway, np.bool_)[cut.way],
        is_street=is_street[cut.way],
        is_wide=ways.say(lambda t: t.is_wide, np.bool_)[cut.way],
        name=ways.street[cut.way],
        leaves_u=leaves[0],
        leaves_v=leaves[1],
        way_crossing=ways.say(lambda t: t.crossing, np.uint8)[cut.way],
        is_crossing_stated=ways.say(lambda t: t.is_crossing_stated, np.bool_)[cut.way],
        node_crossing=at_node(nodes.crossing),
        node_kerb=at_node(nodes.kerb),
        is_kerb_across=at_node(nodes.is_kerb_across),
        is_passed=cut.is_passed,
    )
