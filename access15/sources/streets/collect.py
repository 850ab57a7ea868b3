"""What a file holds for walkers and their maps, collected object by object as they stream by."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal, TypeVar

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.osm.types import OSMEntity

from access15.config import Category
from access15.core.streets.barriers import BARRIERS
from access15.sources.streets.access import WORKING_DAY, apply_hours
from access15.sources.streets.boxes import Box, is_meeting
from access15.sources.streets.buildings import BUILDING_KEYS, classify_building
from access15.sources.streets.outlines import close_outline, fill_outline
from access15.sources.streets.relations import RelationArea
from access15.sources.streets.seats import SEAT_KEYS, is_seat
from access15.sources.streets.shortcuts import Square
from access15.sources.streets.tags import (
    BACKDROP_KEYS,
    BARRIER_KEYS,
    NODE_KEYS,
    WAY_IN_KEYS,
    WAY_KEYS,
    BackdropKind,
    NodeTags,
    PlaceTags,
    WayIn,
    WayTags,
    classify_backdrop_area,
    classify_backdrop_line,
    classify_barrier,
    classify_node,
    classify_way,
    classify_way_in,
    find_place,
)
from access15.sources.streets.unread import Kind
from access15.sources.streets.ways import NodeTable, WayTable

_T = TypeVar("_T")
_Tags = Mapping[str, str]
OsmKind = Literal["node", "way", "relation"]
_PLACE_KEYS = ("name", "addr:street", "addr:housenumber", "addr:city", "opening_hours")
_CLOSED = ("water", "building")  # barriers that are areas
_POINT_BYTES = 16  # longitude and latitude, eight bytes each
_WKB_LINE_HEAD = 18  # hex digits before the coordinates: byte order, type, number of points


@dataclass(frozen=True)
class Place:
    """An object that belongs to a category.

    Parameters
    ----------
    kind : {"node", "way", "relation"}
        Sort of OpenStreetMap object.
    osm_id : int
        Its OpenStreetMap id.
    category : str
        Category id.
    tags : dict of str to str
        Name, address and opening hours.
    wkb : str
        Point or outline in EPSG:4326, as hexadecimal WKB.
    by_entrance : bool
        Whether people walk to the entrances of the outline, not to its middle.
    """

    kind: OsmKind
    osm_id: int
    category: str
    tags: dict[str, str]
    wkb: str
    by_entrance: bool = False


@dataclass(frozen=True, eq=False)
class OsmData:
    """What a file holds for walkers and their maps; geometries are in EPSG:4326.

    Parameters
    ----------
    ways : WayTable
        Ways to be walked.
    nodes : NodeTable
        Nodes that walkers notice.
    places : tuple of Place
        Objects of the categories asked for.
    backdrop : dict of str to list of str
        Hexadecimal WKB by kind: ``water``, ``green``, ``rail``, ``buildings``.
    barriers : dict of str to list of str
        Hexadecimal WKB by kind of `access15.core.streets.barriers.BARRIERS`.
    is_home : ndarray of bool, shape (n_buildings,)
        Whether people are taken to live in each of the ``buildings``.
    levels : ndarray of float64, shape (n_buildings,)
        Their storeys, NaN when unknown.
    box : tuple of float or None
        ``(west, south, east, north)`` of the extract, None when it holds nothing.
    is_box_stated : bool
        Whether the file's header states the box; else it is the extent of the ways.
    date : str
        Date of the data, ``YYYY-MM-DD``; empty when unknown.
    seats : tuple of (str, float, float)
        Kind and id such as ``node/1``, longitude and latitude of every place to sit down.
    squares : tuple of Square
        Areas to be walked across.
    lost : tuple of (str, float, float)
        Relations of which no outline is closed, such as ``relation/5 (Parco Grande)``, and the
        longitude and latitude of one of their nodes.
    ways_in : tuple of (float, float, WayIn)
        Longitude, latitude and kind of every entrance and gate.
    unread : mapping of str to int
        What could not be read as it stands, by kind.
    """

    ways: WayTable
    nodes: NodeTable
    places: tuple[Place, ...]
    backdrop: dict[BackdropKind, list[str]]
    barriers: dict[str, list[str]]
    is_home: NDArray[np.bool_]
    levels: NDArray[np.float64]
    box: Box | None
    is_box_stated: bool
    date: str
    seats: tuple[tuple[str, float, float], ...] = ()
    squares: tuple[Square, ...] = ()
    lost: tuple[tuple[str, float, float], ...] = ()
    ways_in: tuple[tuple[float, float, WayIn], ...] = ()
    unread: Mapping[Kind, int] = field(default_factory=dict)


class Collector:
    """Collects objects as they stream by; they must not be kept, only what is copied from them."""

    def __init__(
        self,
        categories: tuple[Category, ...],
        at: datetime = WORKING_DAY,
        own_ids: Mapping[int, int] | None = None,
        *,
        is_dated: bool = False,
        within: Box | None = None,
    ) -> None:
        self._at = at
        self._within = within
        self._is_dated = is_dated
        self._own_ids = own_ids or {}
        # 1. What is collected, in arrays rather than objects: a city has a million vertices.
        self._wkb = osmium.geom.WKBFactory()
        self._way_id = array("q")
        self._way_tags = array("q")
        self._street = array("q")
        self._start = array("q", [0])
        self._node_id = array("q")
        self._xy = bytearray()
        self._tag_sets: dict[WayTags, int] = {}
        self._squares_of: list[bool] = []
        self._names: dict[str, int] = {"": 0}
        self._rings: list[tuple[int, str, list[int], NDArray[np.float64]]] = []
        self._squares: list[Square] = []
        self._lost: list[tuple[str, float, float]] = []
        # 2. What could not be read, and signs that libosmium reads only part of the file.
        self.unread: Counter[Kind] = Counter()
        self.is_odd = False
        self.missing_nodes: set[int] = set()
        self._last_id, self._is_after_ways = 0, False
        self._nodes: dict[int, NodeTags] = {}
        self._places: list[Place] = []
        kinds: tuple[BackdropKind, ...] = ("water", "green", "rail", "buildings", "coast")
        self._backdrop: dict[BackdropKind, list[str]] = {kind: [] for kind in kinds}
        self._barriers: dict[str, list[str]] = {kind: [] for kind in BARRIERS}
        self._seats: list[tuple[str, float, float]] = []
        self._ways_in: list[tuple[float, float, WayIn]] = []
        self._is_home = array("b")
        self._levels = array("d")
        self._newest = datetime.fromtimestamp(0, tz=UTC)
        # 3. Which keys the categories ask for. A value that only has to be there ("*", such as any
        #    name) must not make every object a new set of values.
        rules = [
            rule for category in categories for rule in (*category.tag_rules, *category.area_rules)
        ]
        self.place_keys = {rule.key for rule in rules}
        asked = [condition for rule in rules for condition in rule.conditions]
        place_keys = tuple(sorted({"access", *(one.key for one in asked if one.value != "*")}))
        any_keys = tuple(sorted({one.key for one in asked} - set(place_keys)))
        # 4. The rules of tags, each remembered by the values of the keys that it looks at.
        self._remember_rules(categories, place_keys, any_keys)

    def _remember_rules(
        self,
        categories: tuple[Category, ...],
        place_keys: tuple[str, ...],
        any_keys: tuple[str, ...],
    ) -> None:
        """Prepare what is asked of buildings, nodes, ways and areas."""
        self._of_building = _remember(BUILDING_KEYS, classify_building)
        self._of_node = _remember(
            tuple(dict.fromkeys((*NODE_KEYS, *WAY_IN_KEYS, *place_keys, *SEAT_KEYS))),
            lambda tags: (
                classify_node(apply_hours(tags, self._at)),
                find_place(tags, categories),
                is_seat(tags),
                classify_way_in(tags),
            ),
            any_keys,
        )
        self._of_way = _remember(
            tuple(dict.fromkeys((*WAY_KEYS, *BARRIER_KEYS, *SEAT_KEYS))),
            lambda tags: (
                self._index_tags(tags),
                classify_backdrop_line(tags),
                classify_barrier(tags),
                is_seat(tags),
            ),
        )
        self._of_area = _remember(
            tuple(dict.fromkeys((*WAY_KEYS, *BACKDROP_KEYS, *BARRIER_KEYS, *place_keys))),
            lambda tags: (
                self._index_tags(tags),
                classify_backdrop_area(tags),
                classify_barrier(tags),
                find_place(tags, categories),
            ),
            any_keys,
        )

    def take(self, item: OSMEntity) -> None:
        """Sort one object in."""
        if isinstance(item, osmium.osm.Way):
            is_way = True
        elif isinstance(item, osmium.osm.Node):
            is_way = False
        else:
            return
        # 1. Whatever is not in order, or stands there twice, has to be put in order first.
        ref = item.id
        self.is_odd |= ref <= self._last_id and is_way == self._is_after_ways
        self.is_odd |= self._is_after_ways and not is_way
        self._last_id, self._is_after_ways = ref, is_way
        if item.deleted:
            self.unread["deleted objects"] += 1
            return
        # 2. Tags are copied once: every look at them on the object costs more than all looks here.
        tags = dict(item.tags)
        if isinstance(item, osmium.osm.Way):
            self._take_way(item, tags)
        else:
            self._take_node(item, tags)
        if not self._is_dated:  # the file's date is that of its newest object
            self._newest = max(self._newest, item.timestamp)

    def finish(self, box: Box | None, date: str) -> OsmData:
        """Hand over what was collected."""
        self._add_rings()
        xy = _to_points(bytes(self._xy))
        ways = WayTable(
            way_id=np.array(self._way_id, dtype=np.int64),
            tags=np.array(self._way_tags, dtype=np.int64),
            tag_sets=tuple(self._tag_sets),
            street=np.array(self._street, dtype=np.int64),
            street_names=tuple(self._names),
            start=np.array(self._start, dtype=np.int64),
            node_id=np.array(self._node_id, dtype=np.int64),
            xy=xy,
        )
        if not date and self._newest.year > 1970:
            date = self._newest.date().isoformat()
        return OsmData(
            ways=ways,
            nodes=NodeTable.from_tags(self._nodes),
            places=tuple(self._places),
            backdrop=self._backdrop,
            barriers=self._barriers,
            is_home=np.array(self._is_home, dtype=np.bool_),
            levels=np.array(self._levels, dtype=np.float64),
            box=box or _extent(xy),
            is_box_stated=box is not None,
            date=date,
            seats=tuple(self._seats),
            squares=tuple(self._squares),
            lost=tuple(self._lost),
            ways_in=tuple(self._ways_in),
            unread=self.unread,
        )

    def _take_node(self, node: osmium.osm.Node, tags: dict[str, str]) -> None:
        """Sort a node in: something to walk through, a place, a seat, or several of these."""
        if not self._is_near_point(node):
            return
        found, place, is_seat_here, way_in = self._of_node(tags)
        # streets go through a node wherever it is
        if found is not None:
            self._nodes[node.id] = found
        if place is None and way_in is None and not is_seat_here:
            return
        if not node.location.valid():
            self.unread["nodes without a place"] += 1
            return
        if way_in is not None:
            self._ways_in.append((node.lon, node.lat, way_in))
        if is_seat_here:
            self._seats.append((f"node/{self._restore(node.id)}", node.lon, node.lat))
        if place is not None:  # a park drawn as a point has no edge to enter by
            point = self._wkb.create_point(node)
            found_here = PlaceTags(place.category, by_entrance=False)
            self._add_place("node", node.id, found_here, _pick(_PLACE_KEYS, tags), point)

    def _take_way(self, way: osmium.osm.Way, tags: dict[str, str]) -> None:
        """Sort a way in: a street, a line of the backdrop, an area, a long bench."""
        # 1. Most ways that nobody walks mean nothing here: where they run is not asked for.
        index, kind, barrier, is_seat_here = self._of_way(tags)
        is_line = is_seat_here or not (index is None and kind is None and barrier is None)
        if not (is_line or self._is_area(tags)):
            return
        refs = [node.ref for node in way.nodes]
        self.is_odd |= min(refs, default=1) <= 0
        raw, is_whole = self._line_xy(way)
        if not self._is_near(_to_points(raw)):
            return
        if not self._is_drawn(refs, raw, is_whole=is_whole):
            return
        # 2. Its line.
        if is_seat_here and is_whole:
            xy = _to_points(raw)
            lon, lat = (xy.min(axis=0) + xy.max(axis=0)) / 2
            self._seats.append((f"way/{self._restore(way.id)}", float(lon), float(lat)))
        if index is not None:
            way_id = way.id if self._restore(way.id) == way.id else -1
            self._add_street(way_id, index, tags.get("name") or "", refs, raw)
        if kind is not None:
            known = _to_points(raw)
            known = known[np.isfinite(known[:, 0])]
            if len(known) > 1:
                self._backdrop[kind].append(shapely.LineString(known).wkb_hex)
        if barrier is not None and barrier != "building":  # buildings come as areas, too
            self._add_barrier(barrier, _to_points(raw))
        # 3. The area inside it, if it ends where it began.
        is_closed = refs[0] == refs[-1]
        is_closed |= is_whole and raw[:_POINT_BYTES] == raw[-_POINT_BYTES:]
        if is_closed and len(refs) > 3 and tags.get("area") != "no":
            self._take_area(way.id, tags, refs, _to_points(raw), is_whole=is_whole)

    def _is_near_point(self, node: osmium.osm.Node) -> bool:
        """Whether a node lies where it is asked about; one without a place may."""
        if self._within is None or not node.location.valid():
            return True
        west, south, east, north = self._within
        return west <= node.lon <= east and south <= node.lat <= north

    def _is_near(self, xy: NDArray[np.float64]) -> bool:
        """Whether a line or an outline may meet what is asked about; one without a place may."""
        box = None if self._within is None else _extent(xy)
        return box is None or self._within is None or is_meeting(box, self._within)

    def _is_area(self, tags: dict[str, str]) -> bool:
        """Whether tags are of an area that is drawn, walked to or walked across."""
        index, kind, barrier, place = self._of_area(tags)
        is_square = index is not None and self._is_square(index)
        return is_square or kind is not None or place is not None or barrier in _CLOSED

    def _is_drawn(self, refs: list[int], raw: bytes, *, is_whole: bool) -> bool:
        """Whether a way has a line; nodes that are not in the file, and why it has none, are
        counted.
        """
        if len(refs) < 2 or (refs[0] == refs[-1] and len(set(refs)) < 2):
            self.unread["ways of fewer than two nodes"] += 1
            return False
        if is_whole:
            return True
        is_missing = np.isnan(_to_points(raw)[:, 0])
        self.missing_nodes.update(np.array(refs, dtype=np.int64)[is_missing].tolist())
        is_nowhere = bool(is_missing.all())
        kind: Kind = "ways with nodes that are not in the file"
        self.unread["ways without places" if is_nowhere else kind] += 1
        return not is_nowhere

    def _add_barrier(self, kind: str, xy: NDArray[np.float64]) -> None:
        """Keep a line that stops walkers, as far as the places of its nodes are known."""
        is_known = np.isfinite(xy[:, 0])
        # 1. Water runs on where a vertex is not in the file, so that its known vertices are joined;
        #    a fence may turn anywhere, so that it breaks there.
        if kind == "water":
            runs = [xy[is_known]]
        else:
            runs = np.split(xy, np.flatnonzero(~is_known))
            runs = [run[np.isfinite(run[:, 0])] for run in runs]
        # 2. A single point is no line.
        lines = [shapely.LineString(run).wkb_hex for run in runs if len(run) > 1]
        self._barriers[kind] += lines

    def _take_area(
        self,
        way_id: int,
        tags: dict[str, str],
        refs: list[int],
        xy: NDArray[np.float64],
        *,
        is_whole: bool,
    ) -> None:
        """Sort the outline of a closed way in: backdrop, a place, a square."""
        index, kind, barrier, place = self._of_area(tags)
        is_square = index is not None and self._is_square(index)
        is_barrier = barrier in _CLOSED
        if kind is None and place is None and not is_square and not is_barrier:
            return
        if not is_whole:  # without some of its corners it would be another area
            self.unread["outlines with nodes that are not in the file"] += 1
            return
        ring = close_outline(refs, xy)
        if ring is None:
            return
        area, is_mended = fill_outline(ring[1])
        if area.is_empty:
            self.unread["outlines without an area"] += 1
            return
        self.unread["outlines that cross themselves"] += is_mended
        outline = area.wkb_hex
        if is_square and index is not None:
            self._squares.append(Square(index, tags.get("name", ""), (ring,), outline))
        if barrier is not None and is_barrier:
            self._barriers[barrier].append(outline)
        self._add_outline(outline, kind, self._of_building(tags))
        if place is not None:
            self._add_place("way", way_id, place, _pick(_PLACE_KEYS, tags), outline)

    def take_relation(self, area: RelationArea) -> None:
        """Sort in an area that several ways draw, as far as they are in the file."""
        index, kind, barrier, place = self._of_area(area.tags)
        if barrier is not None and barrier in _CLOSED:
            # what its ways draw is a bank or a wall, also where they do not close
            for _, xy in area.lines:
                self._add_barrier(barrier, xy)
            if not shapely.is_empty(area.outline):
                self._barriers[barrier].append(area.outline.wkb_hex)
        name = area.tags.get("name", "")
        if index is not None:
            # rings wait until all ways are known: what a way draws already is not drawn again
            self._rings.extend((index, name, *ring) for ring in area.rings)
        if shapely.is_empty(area.outline):
            is_wanted = index is not None or kind is not None or place is not None
            near = area.find_node()
            self.unread["relations without places"] += is_wanted and near is None
            if is_wanted and near is not None:
                label = f"relation/{self._restore(area.osm_id)}" + (f" ({name})" if name else "")
                self._lost.append((label, *near))
            return
        outline = area.outline.wkb_hex
        if index is not None and self._is_square(index):
            self._squares.append(Square(index, name, area.rings, outline))
        self._add_outline(outline, kind, self._of_building(area.tags))
        if place is not None and not self._is_double(place, area.of_parts):
            self._add_place("relation", area.osm_id, place, _pick(_PLACE_KEYS, area.tags), outline)

    def _is_double(self, place: PlaceTags, parts: Iterable[dict[str, str]]) -> bool:
        """Whether a part of a site is the same kind of place, and stands for it."""
        found = (self._of_area(tags)[3] for tags in parts)
        return any(one is not None and one.category == place.category for one in found)

    def _is_square(self, index: int) -> bool:
        """Whether a set of tags is of an area to be walked across."""
        return self._squares_of[index]

    def _add_outline(
        self,
        outline: str,
        kind: BackdropKind | None,
        home: tuple[bool, float],
    ) -> None:
        """Keep the outline of an area for the backdrop."""
        if kind is not None:
            self._backdrop[kind].append(outline)
        if kind == "buildings":
            is_home, levels = home
            self._is_home.append(is_home)
            self._levels.append(levels)

    def _add_place(
        self,
        kind: OsmKind,
        osm_id: int,
        place: PlaceTags,
        tags: dict[str, str],
        wkb: str,
    ) -> None:
        """Keep a place."""
        found = Place(kind, self._restore(osm_id), place.category, tags, wkb, place.by_entrance)
        self._places.append(found)

    def _restore(self, ref: int) -> int:
        """Id as the user's file has it."""
        return self._own_ids.get(ref, ref)

    def _index_tags(self, tags: dict[str, str]) -> int | None:
        """Row of the way's tags among the different ones, None when nobody may walk there."""
        found = classify_way(apply_hours(tags, self._at))
        if found is None:
            return None
        index = self._tag_sets.setdefault(found, len(self._tag_sets))
        if index == len(self._squares_of):
            self._squares_of.append(found.is_square)
        return index

    def _line_xy(self, way: osmium.osm.Way) -> tuple[bytes, bool]:
        """Longitudes and latitudes of a way's nodes, NaN where a node is not in the file, and
        whether all are.
        """
        # osmium writes a whole line at once, faster than a loop over its nodes
        try:
            line = self._wkb.create_linestring(way, osmium.geom.ALL)
            return bytes.fromhex(line[_WKB_LINE_HEAD:]), True
        # fewer than two nodes, or one is missing
        except (RuntimeError, osmium.InvalidLocationError):
            places = [(n.lon, n.lat) if n.location.valid() else (np.nan, np.nan) for n in way.nodes]
            return np.array(places, dtype="<f8").tobytes(), False

    def _add_street(
        self,
        way_id: int,
        tags: int,
        name: str,
        refs: list[int],
        xy: bytes,
    ) -> None:
        """Put a way at the end of the table; a name is kept once for all that bear it."""
        self._way_id.append(way_id)
        self._way_tags.append(tags)
        self._street.append(self._names.setdefault(name, len(self._names)))
        self._node_id.extend(refs)
        self._start.append(len(self._node_id))
        self._xy += xy

    def _add_rings(self) -> None:
        """Add the outlines of squares drawn as multipolygons, where no way runs along them
        already.
        """
        # 1. Which steps from node to node are drawn already: only nodes of rings matter.
        wanted = {ref for ring in self._rings for ref in ring[2]}
        drawn = _find_pairs(np.array(self._node_id), np.array(self._start), wanted)
        # 2. Follow each ring, and cut out the runs of steps that are new. What one ring draws, the
        #    next finds drawn: two squares share the border between them.
        for tags, name, refs, places in self._rings:
            begin = 0
            for i, pair in enumerate(pairwise(refs), start=1):
                is_new = frozenset(pair) not in drawn
                drawn.add(frozenset(pair))
                is_last = i == len(refs) - 1
                if is_new and not is_last:
                    continue
                end = i + 1 if is_new else i
                if end - begin > 1:
                    xy = places[begin:end].tobytes()
                    self._add_street(-1, tags, name, refs[begin:end], xy)
                begin = i


def _find_pairs(
    node_id: NDArray[np.int64],
    start: NDArray[np.int64],
    wanted: set[int],
) -> set[frozenset[int]]:
    """Neighbours along ways, as far as both are wanted."""
    is_wanted = np.isin(node_id, list(wanted))
    # every vertex and the next, all at once
    is_pair = is_wanted[:-1] & is_wanted[1:]
    is_pair[start[1:-1] - 1] = False  # the step from one way to the next
    rows = np.flatnonzero(is_pair)
    pairs = np.column_stack([node_id[rows], node_id[rows + 1]])
    return {frozenset(pair) for pair in pairs.tolist()}


def _pick(keys: tuple[str, ...], tags: _Tags) -> dict[str, str]:
    """Copy some tags, for an object must not be kept."""
    return {key: value for key in keys if (value := tags.get(key)) is not None}


def _remember(
    keys: tuple[str, ...],
    rule: Callable[[dict[str, str]], _T],
    any_keys: tuple[str, ...] = (),
) -> Callable[[_Tags], _T]:
    """Apply a rule once per different set of values: a city has far fewer of them than of ways.

    Of `any_keys` (names, for example) the rule only sees that there is one.
    """
    seen: dict[tuple[tuple[str, str], ...], _T] = {}
    wanted, present = frozenset(keys), frozenset(any_keys)

    def look_up(tags: _Tags) -> _T:
        """What the rule says of these tags."""
        # an object has a few tags, the rules ask for dozens of keys: go through those it has
        named = [pair for pair in tags.items() if pair[0] in wanted]
        if present:
            named += [(key, "yes") for key in present if tags.get(key)]
        values = tuple(named)
        if values not in seen:
            seen[values] = rule(dict(values))
        return seen[values]

    return look_up


def _to_points(xy: bytes) -> NDArray[np.float64]:
    """Longitudes and latitudes, shape (n, 2)."""
    return np.frombuffer(xy, dtype="<f8").reshape(-1, 2)


def _extent(xy: NDArray[np.float64]) -> Box | None:
    """Box around all places that are known."""
    known = xy[np.isfinite(xy[:, 0])]
    if not len(known):
        return None
    (west, south), (east, north) = known.min(axis=0), known.max(axis=0)
    return (float(west), float(south), float(east), float(north))
