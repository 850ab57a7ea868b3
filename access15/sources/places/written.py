"""Points that a table writes into one column: WKT, WKB, GeoJSON, "lat, lon", degrees."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from access15.remarks import Remark
from access15.sources.places.headers import Columns, find_words
from access15.sources.places.systems import WORLD, Bounds
from access15.sources.tables.cells import MISSING, parse_degrees, parse_number
from access15.sources.tables.columns import Problems, Table

_WKT = re.compile(
    r"(?:SRID=(?P<srid>\d{1,9});)?\s*"
    r"(?P<wkt>(?:MULTI)?(?:POINT|LINESTRING|POLYGON|CURVE|SURFACE)|GEOMETRYCOLLECTION)",
    re.IGNORECASE,
)
_HEX = re.compile(r"0[01][0-9A-F]{40,}", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_POINT_NUMBERS = r"([+-]?\d{1,3}(?:\.\d+)?)"
_COMMA_NUMBERS = r"([+-]?\d{1,3},\d+)"
_PAIRS = (
    re.compile(rf"{_POINT_NUMBERS}\s*[,;/|\s]\s*{_POINT_NUMBERS}"),
    re.compile(rf"{_COMMA_NUMBERS}\s*(?:[;/|\s]|,)\s*{_COMMA_NUMBERS}"),
)
_HEMISPHERES = re.compile(r"(.*?[NS])[\s,;/]*(.*[EWO])", re.IGNORECASE)
_DMS_PAIR = re.compile(r"(.*?[\"\u2033\u201d'\u2032\u2019]{1,2})[\s,;/]+(\d.*)")
_MOST = 0.8  # share of the filled cells that must be points, so that a column is taken for points
_CERTAIN_DECIMALS = 3  # hours and counts have fewer
# words of headers that say: there are places in this column
_PLACE_TEXT = """
    geo geom geometry geometria wkt wkb shape point punto geopoint coord coords coordinate
    coordinata coordinates coordinates posizione position location localizzazione latlon latlng
    lat lon lng long gps georef georeferenziazione xy
"""
_PLACE_WORDS = frozenset(_PLACE_TEXT.split())
_ERRORS = (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError)
_KEYS = (("lat", "lon"), ("lat", "lng"), ("lat", "long"), ("latitude", "longitude"), ("y", "x"))
_AXES = ("lat", "lon", "x", "y")


class _Place(NamedTuple):
    """What one cell draws: a geometry with the number of its CRS, or two numbers in some order."""

    geometry: BaseGeometry | None = None
    srid: int | None = None
    pair: tuple[float, float] | None = None
    decimals: int = 0


def draw_written(columns: Columns, problems: Problems, bounds: Bounds | None) -> Columns:
    """Draw the points of the one column that holds any, where the table gives them in no other way.

    Returns the columns, with a table that draws the points where a column holds them.
    """
    table = columns.table
    if any(one is not None for one in table.geometries or ()) or _has_pairs(columns):
        return columns
    alone = {columns.headers[axis] for axis in _AXES if axis in columns.headers}
    used = set(columns.headers.values()) - alone
    for header, cells in table.columns.items():
        places = None if header in used else _read_column(header, cells)
        if places is not None:
            others = {axis: one for axis, one in columns.headers.items() if one != header}
            drawn = _draw(columns, header, places, problems, bounds or WORLD)
            return replace(columns, table=drawn, headers=others, drawn=header)
    return columns


def _has_pairs(columns: Columns) -> bool:
    """Whether any row has coordinates in two columns."""
    lats, lons, xs, ys = (columns.texts(axis) for axis in _AXES)
    pairs = (*zip(lats, lons, strict=True), *zip(xs, ys, strict=True))
    return any(_is_given(one) and _is_given(other) for one, other in pairs)


def _is_given(text: str) -> bool:
    """Whether a cell holds anything."""
    return text.casefold() not in MISSING


def _read_column(header: str, cells: Sequence[str]) -> dict[int, _Place] | None:
    """Places of a column by row; None where it is no column of places."""
    filled = [row for row, text in enumerate(cells) if _is_given(text)]
    if not filled or not any(_read_place(cells[row]) for row in filled[:5]):
        return None
    places = {row: place for row in filled if (place := _read_place(cells[row])) is not None}
    if len(places) < _MOST * len(filled):
        return None
    is_drawn = any(place.geometry is not None for place in places.values())
    is_certain = sorted(place.decimals for place in places.values())[len(places) // 2] >= (
        _CERTAIN_DECIMALS
    )
    is_named = not _PLACE_WORDS.isdisjoint(find_words(header))
    return places if is_drawn or is_certain or is_named else None


def _read_place(text: str) -> _Place | None:
    """What a cell draws, in whatever notation; None where it is no place."""
    for read in (_read_wkt, _read_hex, _read_json, _read_pair):
        place = read(text.strip())
        if place is not None:
            return place
    return None


def _read_wkt(text: str) -> _Place | None:
    """Well-known text, with a number of its CRS in front or not, also with decimal commas."""
    found = _WKT.match(text)
    if not found:
        return None
    srid = int(found["srid"]) if found["srid"] else None
    for written in (text, _DECIMAL_COMMA.sub(".", text)):
        try:
            return _Place(shapely.from_wkt(written[found.start("wkt") :]), srid)
        except _ERRORS:
            continue
    return None


def _read_hex(text: str) -> _Place | None:
    """Well-known binary, as databases write it out."""
    if not _HEX.fullmatch(text):
        return None
    try:
        geometry = shapely.from_wkb(text)
    except _ERRORS:
        return None
    return _Place(geometry, shapely.get_srid(geometry) or None)


def _read_json(text: str) -> _Place | None:
    """A GeoJSON geometry, an object of latitude and longitude, or a list of two numbers."""
    if not text.startswith(("{", "[")):
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(content, list):
        return _pair_of(content)
    for names in _KEYS:
        if set(names) <= content.keys():
            lat, lon = (parse_number(str(content[name])) for name in names)
            is_place = lat is not None and lon is not None
            return _Place(shapely.Point(lon, lat)) if is_place else None
    try:
        return _Place(shapely.geometry.shape(content))
    except (*_ERRORS, OverflowError, IndexError):
        return None


def _pair_of(content: list[object]) -> _Place | None:
    """Two numbers of a list."""
    numbers = [one for one in content if isinstance(one, int | float) and abs(one) < 1e9]
    if len(content) != 2 or len(numbers) != 2:
        return None
    return _Place(pair=(float(numbers[0]), float(numbers[1])), decimals=_CERTAIN_DECIMALS)


def _read_pair(text: str) -> _Place | None:
    """Two numbers in one cell: with decimal points or commas, or in degrees and minutes."""
    bare = text.strip("()[] ")
    for pattern in _PAIRS:
        found = pattern.fullmatch(bare)
        if found:
            one, other = (parse_number(number) for number in found.groups())
            decimals = min(len(re.split("[.,]", number)[-1]) for number in found.groups())
            has_decimals = all(re.search("[.,]", number) for number in found.groups())
            if one is not None and other is not None:
                return _Place(pair=(one, other), decimals=decimals if has_decimals else 0)
    for pattern in (_HEMISPHERES, _DMS_PAIR):
        found = pattern.fullmatch(bare)
        if found:
            one, other = (parse_degrees(part) for part in found.groups())
            if one is not None and other is not None:
                return _Place(pair=(one, other), decimals=_CERTAIN_DECIMALS)
    return None


def _draw(
    columns: Columns,
    header: str,
    places: Mapping[int, _Place],
    problems: Problems,
    bounds: Bounds,
) -> Table:
    """Draw a column of places, and tell of the cells that are none."""
    table = columns.table
    pairs = [place.pair for place in places.values() if place.pair is not None]
    is_lat_first = _find_order(header, pairs, bounds)
    geometries: list[BaseGeometry | None] = [None] * len(table)
    for row, place in places.items():
        geometries[row] = place.geometry
        if place.pair is not None:
            lon, lat = reversed(place.pair) if is_lat_first else place.pair
            geometries[row] = shapely.Point(lon, lat)
    for row, text in enumerate(table.columns[header]):
        if _is_given(text) and row not in places:
            problems.add(row, Remark("written_no_place", column=header, text=text[:80]))
    order = Remark("remark_lat_first") if is_lat_first else Remark("remark_lon_first")
    problems.notes.append(
        Remark("remark_points_of", name=table.name, column=header, order=order if pairs else "")
    )
    srids = {place.srid for place in places.values()}
    if len(srids) > 1:
        systems = {"column": header, "systems": _list_systems(srids)}
        problems.add_header(Remark("written_several_crs", name=table.name, **systems))
        return replace(table, geometries=geometries)
    (srid,) = srids
    crs = "EPSG:4326" if pairs else None
    return replace(table, geometries=geometries, crs=f"EPSG:{srid}" if srid else crs)


def _list_systems(srids: Iterable[int | None]) -> list[str]:
    """The systems of places, as they are listed."""
    return sorted(Remark("written_no_crs") if srid is None else f"EPSG:{srid}" for srid in srids)


def _find_order(header: str, pairs: Sequence[tuple[float, float]], bounds: Bounds) -> bool:
    """Whether latitude stands before longitude: as the area says, else the header, else usage."""
    west, south, east, north = bounds
    n_lat = sum(west <= b <= east and south <= a <= north for a, b in pairs)
    n_lon = sum(west <= a <= east and south <= b <= north for a, b in pairs)
    if n_lat != n_lon:
        return n_lat > n_lon
    words = " ".join(find_words(header))
    return not re.search(r"(lon|lng|long|x|longitud\w*) ?(lat|y)", words)
