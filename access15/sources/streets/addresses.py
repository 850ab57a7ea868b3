"""Addresses of an extract: houses with a number, lines that numbers are interpolated along, streets
and squares by their names, and the towns and quarters that they lie in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.osm.types import OSMEntity

from access15.errors import NetworkDataError
from access15.sources.streets.boxes import Box
from access15.sources.streets.read import opened_plain
from access15.sources.streets.relations import read_areas
from access15.sources.streets.unread import Kind
from access15.sources.streets.values import words

Tags = Mapping[str, str]
_KEYS = ("addr:housenumber", "addr:interpolation", "highway", "place")
# A street's own name and the others that are on signs and in lists today, not those it once had.
_NAME_KEYS = ("name", "official_name", "alt_name", "short_name", "loc_name")
_LANGUAGES = ("it", "de", "fr", "sl", "es", "ca", "gl", "eu", "pt", "en")
_ALL_NAMES = (
    *_NAME_KEYS,
    *("name:left", "name:right"),
    *(f"name:{one}" for one in _LANGUAGES),
)
_NO_STREETS = words("proposed construction platform rest_area services bus_stop emergency_bay")
_TOWNS = words("city town village hamlet isolated_dwelling")
_QUARTERS = words("borough suburb quarter neighbourhood")
_MUNICIPALITY = "8"  # admin_level in Italy, Spain, Portugal, France, Germany and Brazil
_NEVER = datetime.fromtimestamp(0, tz=UTC)
_WKB = osmium.geom.WKBFactory()
_WKB_LINE_HEAD = 18  # hex digits before the coordinates: byte order, type, number of points
_CITY_KEYS = ("addr:city", "addr:municipality", "addr:village", "addr:hamlet")


@dataclass(frozen=True, eq=False)
class Houses:
    """Objects that bear a house number.

    Parameters
    ----------
    number, street, town, name : tuple of str
        As their tags say; empty where these do not.
    xy : ndarray of float64, shape (n, 2)
        Longitude and latitude, of an outline a point inside it [degrees].
    """

    number: tuple[str, ...]
    street: tuple[str, ...]
    town: tuple[str, ...]
    name: tuple[str, ...]
    xy: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NumberLine:
    """A line of ``addr:interpolation`` along which houses are numbered.

    Parameters
    ----------
    kind : str
        ``even``, ``odd``, ``all``, ``alphabetic``, or a step such as ``4``.
    street, town : str
        Of the line, else of the nodes that bear numbers.
    numbers : tuple of str
        House number of each of its nodes; empty where one bears none.
    xy : ndarray of float64, shape (n, 2)
        Longitude and latitude of its nodes [degrees].
    """

    kind: str
    street: str
    town: str
    numbers: tuple[str, ...]
    xy: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Named:
    """Things with a name: lines of streets, outlines of towns, points of quarters.

    Parameters
    ----------
    names : tuple of str
        Their names.
    shapes : ndarray of geometry
        Where they are, in EPSG:4326.
    """

    names: tuple[str, ...]
    shapes: NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Addresses:
    """All that an extract knows of addresses.

    Parameters
    ----------
    date : str
        Date of the data, ``YYYY-MM-DD``; empty when unknown.
    houses : Houses
        What bears a number.
    lines : tuple of NumberLine
        Lines of interpolation.
    streets : Named
        Lines of streets and squares; one that bears two names stands there twice.
    towns : Named
        Outlines of municipalities.
    quarters : Named
        Points of the names of quarters.
    settlements : Named
        Points of the names of towns and villages.
    """

    date: str
    houses: Houses
    lines: tuple[NumberLine, ...]
    streets: Named
    towns: Named
    quarters: Named
    settlements: Named


def _nothing_named() -> Named:
    """No things."""
    return Named((), np.zeros(0, dtype=object))


NO_ADDRESSES = Addresses(
    "",
    Houses((), (), (), (), np.zeros((0, 2))),
    (),
    *(_nothing_named() for _ in range(4)),
)


@dataclass
class _Collected:
    """What was found so far."""

    of_relations: Mapping[tuple[str, int], tuple[str, str]]
    newest: datetime = _NEVER
    houses: list[tuple[str, str, str, str, float, float]] = field(default_factory=list)
    at_nodes: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    lines: list[tuple[dict[str, str], list[int], NDArray[np.float64]]] = field(default_factory=list)
    streets: list[tuple[str, shapely.Geometry]] = field(default_factory=list)
    towns: list[tuple[str, shapely.Geometry]] = field(default_factory=list)
    quarters: list[tuple[str, shapely.Geometry]] = field(default_factory=list)
    settlements: list[tuple[str, shapely.Geometry]] = field(default_factory=list)

    def add_house(self, ref: tuple[str, int], tags: Tags, lon: float, lat: float) -> None:
        """Keep a house number at a place."""
        number = tags.get("addr:housenumber", "").strip()
        if number:
            street, town = self.find_street(ref, tags)
            self.houses.append((number, street, town, tags.get("name", ""), lon, lat))

    def find_street(self, ref: tuple[str, int], tags: Tags) -> tuple[str, str]:
        """Street and town of an object: its own, else those of the relation that holds it."""
        street, town = self.of_relations.get(ref, ("", ""))
        own = tags.get("addr:street") or tags.get("addr:place") or ""
        return own.strip() or street, find_town(tags) or town


def find_town(tags: Tags) -> str:
    """Town that an object's own address names."""
    return next((tags[key].strip() for key in _CITY_KEYS if tags.get(key)), "")


def list_names(tags: Tags) -> list[str]:
    """Every name that a street bears today."""
    texts = (part.strip() for key in _ALL_NAMES if key in tags for part in tags[key].split(";"))
    return list(dict.fromkeys(text for text in texts if text))


def read_addresses(path: Path, box: Box) -> Addresses:
    """Read the addresses of an extract that lie in a box."""
    # Objects in another order than osmium's, or one that it refuses: the file is written anew.
    with suppress(_DisorderError, NetworkDataError):
        return _read_addresses(path, box, anew=False)
    return _read_addresses(path, box, anew=True)


class _DisorderError(Exception):
    """Nodes come after the ways that they lie on."""


def _read_addresses(
    path: Path,
    box: Box,
    *,
    anew: bool,
) -> Addresses:
    """Read the addresses of an extract in whichever form it has."""
    with opened_plain(path, anew=anew) as plain:
        # 1. Relations first: houses may get their street from one.
        found = _Collected(_read_associations(plain.file))
        # 2. One pass over what bears a number or a name.
        wanted = osmium.filter.KeyFilter(*_KEYS)
        of_use = osmium.filter.KeyFilter("addr:housenumber", "addr:interpolation", *_ALL_NAMES)
        objects = osmium.FileProcessor(plain.file).with_locations("sparse_mem_array")
        is_after_ways = False
        for item in objects.with_filter(wanted).with_filter(of_use):
            is_node = isinstance(item, osmium.osm.Node)
            if is_after_ways and is_node and not anew:
                raise _DisorderError
            is_after_ways |= not is_node
            _take(found, item, box)
        # 3. Areas of several ways.
        keys = ("addr:housenumber", "place", "boundary")
        unread: Counter[Kind] = Counter()
        for area in read_areas(plain.file, keys, objects.node_location_storage, unread):
            if shapely.intersects(area.outline, shapely.box(*box)):
                _take_area(found, area.osm_id, area.tags, area.outline)
        newest = found.newest.date().isoformat() if found.newest.year > 1970 else ""
        date = plain.stamp[:10] or newest
    return _finish(found, box, date)


def _read_associations(file: osmium.io.File) -> dict[tuple[str, int], tuple[str, str]]:
    """Street and town of the houses that relations put together with it."""
    found: dict[tuple[str, int], tuple[str, str]] = {}
    relations = osmium.FileProcessor(file, osmium.osm.RELATION)
    for item in relations.with_filter(osmium.filter.TagFilter(("type", "associatedStreet"))):
        if not isinstance(item, osmium.osm.Relation) or item.deleted:
            continue
        tags = dict(item.tags)
        street = tags.get("addr:street") or tags.get("name") or ""
        for one in item.members:
            if street and one.role in ("house", "address", ""):
                found[one.type, one.ref] = (street, find_town(tags))
    return found


def _take(found: _Collected, item: OSMEntity, box: Box) -> None:
    """Sort one object in, if it is still there."""
    if isinstance(item, osmium.osm.Changeset) or item.deleted:
        return
    found.newest = max(found.newest, item.timestamp)
    if isinstance(item, osmium.osm.Node):
        _take_node(found, item)
    elif isinstance(item, osmium.osm.Way):
        _take_way(found, item, box)


def _take_node(found: _Collected, node: osmium.osm.Node) -> None:
    """Sort a node in: a house, the point of a quarter."""
    if not node.location.valid():
        return
    tags = dict(node.tags)
    if tags.get("addr:housenumber"):
        found.add_house(("n", node.id), tags, node.lon, node.lat)
        street, town = found.find_street(("n", node.id), tags)
        found.at_nodes[node.id] = (tags["addr:housenumber"].strip(), street, town)
    kind, name = tags.get("place"), tags.get("name")
    if name and kind in _QUARTERS:
        found.quarters.append((name, shapely.Point(node.lon, node.lat)))
    elif name and kind in _TOWNS:
        found.settlements.append((name, shapely.Point(node.lon, node.lat)))


def _take_way(found: _Collected, way: osmium.osm.Way, box: Box) -> None:
    """Sort a way in: a house, a line of numbers, a street or a square."""
    tags = dict(way.tags)
    is_street = "highway" in tags and tags["highway"] not in _NO_STREETS
    is_named = (is_street or tags.get("place") == "square") and bool(list_names(tags))
    is_line = "addr:interpolation" in tags and "addr:housenumber" not in tags
    if not (is_named or is_line or tags.get("addr:housenumber")):
        return
    xy = _read_line(way)
    known = xy[np.isfinite(xy).all(axis=1)]
    if not _is_near(known, box):
        return
    is_closed = len(known) > 3 and bool((known[0] == known[-1]).all())
    if tags.get("addr:housenumber"):
        inside = _find_middle(known, is_closed=is_closed)
        found.add_house(("w", way.id), tags, inside.x, inside.y)
    if is_line:
        street, town = found.find_street(("w", way.id), tags)
        own = {"kind": tags["addr:interpolation"], "street": street, "town": town}
        found.lines.append((own, [node.ref for node in way.nodes], xy))
    if is_named and len(known) > 1:
        line = shapely.LineString(known)
        found.streets += [(name, line) for name in list_names(tags)]


def _take_area(
    found: _Collected,
    osm_id: int,
    tags: Tags,
    outline: shapely.Geometry,
) -> None:
    """Sort an area of several ways in: a house, a square, a municipality."""
    if shapely.is_empty(outline):
        return
    if tags.get("addr:housenumber"):
        inside = shapely.point_on_surface(outline)
        found.add_house(("r", osm_id), tags, inside.x, inside.y)
    if tags.get("place") == "square":
        found.streets += [(name, shapely.boundary(outline)) for name in list_names(tags)]
    is_town = tags.get("boundary") == "administrative" and tags.get("admin_level") == _MUNICIPALITY
    if is_town and tags.get("name"):
        found.towns.append((tags["name"], outline))


def _read_line(way: osmium.osm.Way) -> NDArray[np.float64]:
    """Places of a way's nodes, NaN where one is not in the file."""
    # osmium writes a whole line at once, faster than a loop over its nodes
    try:
        line = _WKB.create_linestring(way, osmium.geom.ALL)
        return np.frombuffer(bytes.fromhex(line[_WKB_LINE_HEAD:]), dtype="<f8").reshape(-1, 2)
    except (RuntimeError, osmium.InvalidLocationError):
        places = [(n.lon, n.lat) if n.location.valid() else (np.nan, np.nan) for n in way.nodes]
        return np.array(places, dtype=np.float64).reshape(-1, 2)


def _find_middle(xy: NDArray[np.float64], *, is_closed: bool) -> shapely.Point:
    """A point of a way that bears a number: inside its outline, else in the middle of its line."""
    if is_closed:
        outline = shapely.make_valid(shapely.Polygon(xy))
        if not outline.is_empty:
            return shapely.point_on_surface(outline)
    if len(xy) == 1:
        return shapely.Point(xy[0])
    return shapely.line_interpolate_point(shapely.LineString(xy), 0.5, normalized=True)


def _is_near(xy: NDArray[np.float64], box: Box) -> bool:
    """Whether any of some places lies in a box."""
    west, south, east, north = box
    x, y = xy.T
    return bool(((x >= west) & (x <= east) & (y >= south) & (y <= north)).any())


def _finish(found: _Collected, box: Box, date: str) -> Addresses:
    """What was found, in tables."""
    west, south, east, north = box
    near = [one for one in found.houses if west <= one[4] <= east and south <= one[5] <= north]
    numbers, streets, towns, names = (
        zip(*(one[:4] for one in near), strict=True) if near else [()] * 4
    )
    houses = Houses(
        numbers,
        streets,
        towns,
        names,
        np.array([one[4:] for one in near], dtype=np.float64).reshape(-1, 2),
    )
    lines = tuple(_finish_lines(found))
    return Addresses(
        date,
        houses,
        lines,
        _to_named(found.streets),
        _to_named(found.towns),
        _to_named(found.quarters),
        _to_named(found.settlements),
    )


def _finish_lines(found: _Collected) -> Iterator[NumberLine]:
    """Lines of numbers with the numbers of their nodes, which may have come after them."""
    for own, refs, xy in found.lines:
        at = [found.at_nodes.get(ref, ("", "", "")) for ref in refs]
        is_placed = np.asarray(np.isfinite(xy).all(axis=1))
        streets = {street for number, street, _ in at if number and street}
        towns = {town for number, _, town in at if number and town}
        street = own["street"] or (streets.pop() if len(streets) == 1 else "")
        town = own["town"] or (towns.pop() if len(towns) == 1 else "")
        numbers = tuple(one[0] for one, is_there in zip(at, is_placed, strict=True) if is_there)
        if street:
            yield NumberLine(own["kind"], street, town, numbers, xy[is_placed])


def _to_named(pairs: Iterable[tuple[str, shapely.Geometry]]) -> Named:
    """Things with a name, as a table."""
    several = list(pairs)
    shapes = np.empty(len(several), dtype=object)
    shapes[:] = [shape for _, shape in several]
    return Named(tuple(name for name, _ in several), shapes)
