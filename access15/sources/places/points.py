"""Points of facilities: numbers with decimal commas, any CRS, swapped or far-away coordinates."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError as PyprojCRSError
from shapely.geometry.base import BaseGeometry

from access15.errors import InputDataError
from access15.sources.tables.columns import Columns
from access15.sources.tables.rows import RawRow, RawTable, RowFault, Thing

Bounds = tuple[float, float, float, float]
# west, south, east, north of the national territory [degrees]
ITALY_BOUNDS: Bounds = (6.6, 35.2, 18.6, 47.2)
WORLD_BOUNDS: Bounds = (-180.0, -90.0, 180.0, 90.0)
# What tables write for "nothing"; "nan" is not among them: it is a computation gone wrong.
MISSING = ("", "-", "--", "n.d.", "nd", "n/d", "na", "n/a", "null", "none")

_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:(?:\.\d{3})+(?:,\d+)?|(?:,\d{3})+(?:\.\d+)?|(?:['\u2019 ]\d{3})+(?:[.,]\d+)?)",
    re.ASCII,
)


@dataclass(frozen=True)
class _Given:
    """Coordinates of one row as the file writes them."""

    x: float
    y: float
    words: str


def parse_number(text: str, *, grouped: bool = False) -> float | None:
    """Number written with a decimal point or comma."""
    text = text.strip()
    if _PLAIN.fullmatch(text):
        value = float(text.replace(",", "."))
        return value if math.isfinite(value) else None
    if not grouped or not _GROUPED.fullmatch(text):
        return None
    separators = re.findall(r"[^\d+-]", text)
    decimal = (
        separators[-1] if separators[-1] in ".," and separators.count(separators[-1]) == 1 else ""
    )
    if len(separators) == 1:
        decimal = ""
    digits = "".join(
        "." if sign == decimal else sign
        for sign in text
        if sign.isdigit() or sign in f"+-{decimal}"
    )
    return float(digits)


def resolve_crs(table: RawTable, stated: str | None) -> tuple[pyproj.CRS, list[str]]:
    """Coordinate reference system of a table's coordinates."""
    text = stated or table.crs or "EPSG:4326"
    try:
        crs = pyproj.CRS.from_user_input(text)
        own = pyproj.CRS.from_user_input(table.crs) if stated and table.crs else crs
    except PyprojCRSError:
        raise InputDataError(
            f"{table.name}: {text!r} is not a coordinate reference system; write for example crs = "
            '"EPSG:32632".'
        ) from None
    if crs.equals(own, ignore_axis_order=True):
        return crs, []
    return crs, [
        f"{table.name} says its coordinates are in {table.crs}; {stated} of the study file is used "
        "instead."
    ]


def read_points(
    table: RawTable, columns: Columns, *, crs: pyproj.CRS, bounds: Bounds | None
) -> tuple[NDArray[np.object_], list[RowFault]]:
    """Point of every row.

    Returns points in EPSG:4326, also of misplaced rows; None where a row has no readable
    coordinates. faults : list of RowFault Rows whose coordinates are no place in the area.
    """
    pair = _pair(columns, crs)
    faults: list[RowFault] = []
    given: dict[int, _Given] = {}
    for position, row in enumerate(table.rows):
        try:
            found = (
                _of_geometry(row.geometry, table.thing)
                if row.geometry is not None
                else _of_cells(row, columns, pair, crs)
            )
        except ValueError as error:
            faults.append(table.fault(row, str(error)))
        else:
            if found is not None:
                given[position] = found
    lonlat = _to_lonlat([(g.x, g.y) for g in given.values()], crs)
    swapped = _to_lonlat([(g.y, g.x) for g in given.values()], crs)
    points = np.full(len(table.rows), None, dtype=object)
    for at, (position, place) in enumerate(given.items()):
        points[position] = shapely.Point(lonlat[at])
        if wrong := _misplaced(
            lonlat[at], swapped[at], place.words, crs=crs, bounds=bounds, thing=table.thing
        ):
            faults.append(table.fault(table.rows[position], wrong))
    return points, faults


def _pair(columns: Columns, crs: pyproj.CRS) -> tuple[str, str]:
    """Meanings of the two coordinate columns that suit the system, x first."""
    degrees, metres = ("lon", "lat"), ("x", "y")
    first, second = (degrees, metres) if crs.is_geographic else (metres, degrees)
    return first if all(meaning in columns for meaning in first) else second


def _of_geometry(geometry: BaseGeometry, thing: Thing) -> _Given | None:
    """Coordinates of a drawn point; ValueError says what is wrong."""
    if geometry.is_empty:
        return None
    if geometry.geom_type == "MultiPoint" and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    if geometry.geom_type != "Point":
        rule = (
            "a facility is a Point: draw its entrance"
            if thing == "facility"
            else "give a Point: draw one"
        )
        raise ValueError(f"its geometry is a {geometry.geom_type}, {rule}.")
    x, y = geometry.x, geometry.y
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(f"its point is ({x}, {y}), not a place: draw the point again.")
    return _Given(x, y, f"lat is {round(y, 6)} and lon is {round(x, 6)}")


def _of_cells(
    row: RawRow, columns: Columns, pair: tuple[str, str], crs: pyproj.CRS
) -> _Given | None:
    """Coordinates in two cells; None where both are empty; ValueError says what is wrong."""
    names = {meaning: columns.headers.get(meaning, meaning) for meaning in pair}
    texts = {meaning: columns.value(row, meaning) for meaning in pair}
    filled = [meaning for meaning in pair if texts[meaning].casefold() not in MISSING]
    if not filled:
        return None
    if len(filled) == 1:
        lacks = pair[1 - pair.index(filled[0])]
        raise ValueError(
            f"{names[filled[0]]} is {texts[filled[0]]} and {names[lacks]} is empty: write both, or "
            "leave both empty."
        )
    wrong = []
    values = {}
    for meaning in pair:
        number = parse_number(texts[meaning], grouped=not crs.is_geographic)
        if number is None:
            wrong.append(f"{names[meaning]} is {texts[meaning]!r}")
        else:
            values[meaning] = number
    if wrong:
        unit = (
            "decimal degrees such as 45.4539 or 45,4539"
            if crs.is_geographic
            else "metres such as 514120.5"
        )
        raise ValueError(
            f"{' and '.join(wrong)}, not a number: write {unit}, or leave lat and lon empty."
        )
    x, y = pair
    return _Given(values[x], values[y], f"{names[y]} is {texts[y]} and {names[x]} is {texts[x]}")


def _to_lonlat(xy: Sequence[tuple[float, float]], crs: pyproj.CRS) -> NDArray[np.float64]:
    """Longitude and latitude, shape (n, 2); inf where a coordinate has none."""
    values = np.array(xy, dtype=np.float64).reshape(-1, 2)
    if crs.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True):
        return values
    transformer = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return np.column_stack(transformer.transform(values[:, 0], values[:, 1]))


def _misplaced(
    lonlat: NDArray[np.float64],
    swapped: NDArray[np.float64],
    words: str,
    *,
    crs: pyproj.CRS,
    bounds: Bounds | None,
    thing: Thing,
) -> str:
    """What is wrong with a place; empty when it lies where it should."""
    area = bounds or WORLD_BOUNDS
    if is_inside(lonlat, area):
        return (
            ""
            if lonlat.any()
            else f"{words}, a spot in the ocean: leave both empty when the place is not known."
        )
    if not crs.is_geographic:
        words += f" in {crs.to_string()}"
    words += f", outside {_area_name(lonlat, area)}"
    if is_inside(swapped, area):
        pair = "latitude and longitude" if crs.is_geographic else "x and y"
        return f"{words}: {pair} look swapped; swap the two columns."
    if crs.is_geographic and not is_inside(lonlat, WORLD_BOUNDS):
        remedy = "write latitude and longitude in degrees."
        if thing == "facility":
            remedy = (
                'say in which system they are, for example [facilities] crs = "EPSG:32632" '
                "in "
                "the study file."
            )
        return f"{words}: these are not degrees; {remedy}"
    purpose = " to have the address looked up" if thing == "facility" else ""
    return f"{words}: correct the coordinates, or leave them empty{purpose}."


def is_inside(lonlat: NDArray[np.float64] | tuple[float, float], bounds: Bounds) -> bool:
    """Whether a place lies in a box, edges included."""
    west, south, east, north = bounds
    return bool(west <= lonlat[0] <= east and south <= lonlat[1] <= north)


def _area_name(lonlat: NDArray[np.float64], area: Bounds) -> str:
    if area == WORLD_BOUNDS:
        return "the world (lat -90 to 90, lon -180 to 180)"
    west, south, east, north = area
    in_italy = is_inside((west, south), ITALY_BOUNDS) and is_inside((east, north), ITALY_BOUNDS)
    if in_italy and not is_inside(lonlat, ITALY_BOUNDS):
        return "Italy"
    return f"the study's area (lat {south:.3f} to {north:.3f}, lon {west:.3f} to {east:.3f})"
