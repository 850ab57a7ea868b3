"""What an extract knows of a town before anybody studies it: outlines and names of its parts, the
kinds of place in it, and signs of the country it lies in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import osmium
import shapely
from osmium.osm.types import OSMEntity

from access15.config import Category
from access15.errors import NetworkDataError
from access15.remarks import Remark
from access15.sources.streets.boxes import Box
from access15.sources.streets.read import opened_plain, read_osm_data
from access15.sources.streets.relations import read_areas
from access15.sources.streets.unread import Kind
from access15.sources.streets.values import words

_SETTLEMENTS = words("city town village borough suburb quarter neighbourhood hamlet")
QUARTERS = words("borough suburb quarter neighbourhood village")
_WEB_KEYS = ("website", "contact:website", "url")
_COUNTRY_KEYS = ("addr:country", "is_in:country_code")
# the country of a web address: its last two letters, where no generic use is made of them
_WEB_COUNTRY = re.compile(r"https?://[^/]+\.([a-z]{2})(?:[:/]|$)", re.IGNORECASE)
_GENERIC = words("eu tv me co io cc ws fm ly gg ai")
_LEVEL = re.compile(r"[1-9]|1[01]")


@dataclass(frozen=True, eq=False)
class Outline:
    """A named part of a town with an outline.

    Parameters
    ----------
    name : str
        Its name on the ground.
    level : int
        ``admin_level`` of an administrative boundary; 0 of a named quarter.
    shape : shapely geometry
        The land in EPSG:4326; empty where the outline is not closed in the extract.
    osm : str
        The object, such as ``relation/5``.
    """

    name: str
    level: int
    shape: shapely.Geometry
    osm: str


@dataclass(frozen=True)
class NamedPoint:
    """A part of a town of which the map knows a point only.

    Parameters
    ----------
    name : str
        Its name on the ground.
    kind : str
        Value of ``place``.
    lon, lat : float
        Where its name stands [degrees].
    """

    name: str
    kind: str
    lon: float
    lat: float


@dataclass(frozen=True, eq=False)
class Survey:
    """What an extract knows of a town.

    Parameters
    ----------
    box : tuple of float
        ``(west, south, east, north)`` of the extract [degrees].
    date : str
        Date of the data; empty when unknown.
    places : tuple of (str, shapely geometry)
        Category and point or outline of every place, in EPSG:4326.
    outlines : tuple of Outline
        Administrative boundaries and quarters.
    points : tuple of NamedPoint
        Towns and quarters without an outline.
    countries : mapping of str to int
        Country codes, in small letters, that addresses state.
    web_countries : mapping of str to int
        Country codes that web addresses end in.
    """

    box: Box
    date: str
    places: tuple[tuple[str, shapely.Geometry], ...]
    outlines: tuple[Outline, ...]
    points: tuple[NamedPoint, ...]
    countries: Mapping[str, int] = field(default_factory=dict)
    web_countries: Mapping[str, int] = field(default_factory=dict)


def survey_extract(path: Path, categories: Iterable[Category]) -> Survey:
    """Look through an extract."""
    # 1. Streets and places, as a run reads them; what is wrong with the file is told there.
    data = read_osm_data(path, categories)
    if data.box is None:
        raise NetworkDataError(Remark("extract_without_streets", path=path))
    places = tuple((one.category, shapely.from_wkb(one.wkb)) for one in data.places)
    # 2. Names, outlines and signs of the country, which a run does not read.
    points: list[NamedPoint] = []
    outlines: list[Outline] = []
    countries: Counter[str] = Counter()
    web: Counter[str] = Counter()
    with opened_plain(path) as plain:
        wanted = osmium.filter.KeyFilter("place", *_COUNTRY_KEYS, *_WEB_KEYS)
        objects = osmium.FileProcessor(plain.file).with_locations("sparse_mem_array")
        for item in objects.with_filter(wanted):
            _count_countries(item.tags, countries, web)
            _take_name(item, points, outlines)
        outlines += _read_outlines(plain.file, objects.node_location_storage)
    return Survey(data.box, data.date, places, tuple(outlines), tuple(points), countries, web)


def _read_outlines(
    file: osmium.io.File, places: osmium.index.LocationTable | None
) -> Iterator[Outline]:
    """Outlines that relations draw; one of which a part is not in the file has no land, for what
    is left may close to a small islet of it.
    """
    unread: Counter[Kind] = Counter()
    n_incomplete = 0
    for area in read_areas(file, ("boundary", "place"), places, unread):
        is_whole = unread["relations with missing members"] == n_incomplete
        n_incomplete = unread["relations with missing members"]
        shape = area.outline if is_whole else shapely.MultiPolygon()
        outline = _read_outline(area.tags, shape, f"relation/{area.osm_id}")
        if outline is not None:
            yield outline


def _count_countries(tags: osmium.osm.TagList, countries: Counter[str], web: Counter[str]) -> None:
    """Count the countries that an object's tags speak of."""
    for key in _COUNTRY_KEYS:
        code = (tags.get(key) or "").strip().lower()
        if re.fullmatch(r"[a-z]{2}", code):
            countries[code] += 1
    for key in _WEB_KEYS:
        found = _WEB_COUNTRY.match(tags.get(key) or "")
        if found and found[1].lower() not in _GENERIC:
            web[found[1].lower().replace("uk", "gb")] += 1


def _take_name(item: OSMEntity, points: list[NamedPoint], outlines: list[Outline]) -> None:
    """Keep the point or outline of a named part of the town."""
    kind, name = item.tags.get("place") or "", (item.tags.get("name") or "").strip()
    if not name or kind not in _SETTLEMENTS:
        return
    if isinstance(item, osmium.osm.Node):
        points.append(NamedPoint(name, kind, item.location.lon, item.location.lat))
    elif isinstance(item, osmium.osm.Way) and item.is_closed() and kind in QUARTERS:
        xy = [(node.lon, node.lat) for node in item.nodes if node.location.valid()]
        if len(xy) == len(item.nodes) and len(xy) > 3:
            shape = shapely.make_valid(shapely.Polygon(xy))
            outlines.append(Outline(name, 0, shape, f"way/{item.id}"))


def _read_outline(tags: Mapping[str, str], shape: shapely.Geometry, osm: str) -> Outline | None:
    """An administrative boundary, or a quarter drawn by a relation."""
    name = tags.get("name", "").strip()
    level = tags.get("admin_level", "").strip()
    if name and tags.get("boundary") == "administrative" and _LEVEL.fullmatch(level):
        return Outline(name, int(level), shape, osm)
    if name and tags.get("place", "") in QUARTERS:
        return Outline(name, 0, shape, osm)
    return None
