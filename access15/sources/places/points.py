"""Points of places: numbers with decimal commas, any CRS, swapped or far-away coordinates."""

from __future__ import annotations

import math
import sys
from typing import NamedTuple, TypeGuard

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError as PyprojCRSError
from shapely.geometry.base import BaseGeometry

from access15.config import Study
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.places.headers import Columns, Thing
from access15.sources.places.systems import WORLD, guess_crs
from access15.sources.tables.cells import MISSING, parse_degrees, parse_number
from access15.sources.tables.columns import Problems, Table

Bounds = tuple[float, float, float, float]
# west, south, east, north of the national territory [degrees]
ITALY_BOUNDS: Bounds = (6.6, 35.2, 18.6, 47.2)
WORLD_BOUNDS: Bounds = WORLD


class _Given(NamedTuple):
    """Coordinates of one row, and how the file writes them."""

    x: float
    y: float
    words: Remark


def facility_bounds(study: Study) -> Bounds | None:
    """Box every facility of a study must lie in."""
    return ITALY_BOUNDS if study.countries == "it" else None


def resolve_crs(
    table: Table,
    stated: str | None,
    problems: Problems,
) -> pyproj.CRS | None:
    """Coordinate reference system of a table's coordinates, None where nobody states any; what the
    study file states wins.
    """
    text = stated or table.crs
    if text is None:
        return None
    try:
        crs = pyproj.CRS.from_user_input(text)
        own = pyproj.CRS.from_user_input(table.crs) if stated and table.crs else crs
    except PyprojCRSError:
        raise InputDataError(Remark("table_crs_unknown", name=table.name, crs=text)) from None
    if not (crs.is_geographic or crs.is_projected):
        raise InputDataError(
            Remark("table_crs_no_plane", name=table.name, crs=text, called=crs.name)
        )
    if not crs.equals(own, ignore_axis_order=True):
        problems.notes.append(
            Remark("remark_other_crs", name=table.name, own=table.crs, stated=stated)
        )
    return crs


def read_points(
    columns: Columns,
    problems: Problems,
    *,
    crs: pyproj.CRS | None,
    bounds: Bounds | None,
    thing: Thing = "facility",
) -> NDArray[np.object_]:
    """Point of every row.

    Returns points in EPSG:4326, also of misplaced rows; None where a row has no readable
    coordinates.
    """
    # 1. What is drawn goes before what is written: a file that draws has its columns from others.
    given = _read_drawn(columns.table, problems, thing)
    given |= _read_written(columns, crs, problems)
    if crs is None:
        crs = guess_crs(columns, [(one.x, one.y) for one in given.values()], problems, bounds)
    if crs is None:
        return np.full(len(columns.table), None, dtype=object)
    # 2. All at once into longitude and latitude, also the other way round, to see what was meant.
    rows = list(given)
    xy = np.array([(one.x, one.y) for one in given.values()], dtype=np.float64).reshape(-1, 2)
    lonlat, swapped = _to_lonlat(xy, crs), _to_lonlat(xy[:, ::-1], crs)
    # 3. A point outside the area is a mistake somewhere: most are swapped, or in another system.
    area = bounds or WORLD_BOUNDS
    for row, place, other in zip(rows, lonlat, swapped, strict=True):
        if is_inside(place, area) and place.any():
            continue
        words = given[row].words
        if is_inside(place, area):
            what = Remark("coordinates_zero", words=words)
        else:
            what = _describe_misplaced(
                words,
                place,
                other,
                crs=crs,
                area=area,
                thing=thing,
            )
        problems.add(row, what)
    points = np.full(len(columns.table), None, dtype=object)
    points[rows] = shapely.points(lonlat)
    return points


def _read_drawn(
    table: Table,
    problems: Problems,
    thing: Thing,
) -> dict[int, _Given]:
    """Coordinates of the rows that the file draws as points."""
    given = {}
    for row, geometry in enumerate(table.geometries or ()):
        if geometry is None:
            continue
        if not np.isfinite(shapely.get_coordinates(geometry)).all():
            problems.add(row, Remark("drawn_no_numbers"))
            continue
        if geometry.is_empty:
            continue
        point = _only_point(geometry)
        if point is None:
            code = "drawn_no_facility" if thing == "facility" else "drawn_no_point"
            problems.add(row, Remark(code, kind=geometry.geom_type))
        elif not (math.isfinite(point.x) and math.isfinite(point.y)):
            problems.add(row, Remark("drawn_nowhere", x=point.x, y=point.y))
        else:
            lat, lon = (str(round(value, 6)) for value in (point.y, point.x))
            words = name_coordinates("lat", lat, "lon", lon)
            given[row] = _Given(point.x, point.y, words)
    return given


def _only_point(geometry: BaseGeometry) -> shapely.Point | None:
    """A point, also where it is the only one of several; None for anything else."""
    if isinstance(geometry, shapely.MultiPoint) and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    return geometry if isinstance(geometry, shapely.Point) else None


def _read_written(
    columns: Columns,
    crs: pyproj.CRS | None,
    problems: Problems,
) -> dict[int, _Given]:
    """Coordinates of the rows that have them in two cells, and are not drawn."""
    degrees, metres = ("lon", "lat"), ("x", "y")
    is_degrees = crs is None or crs.is_geographic
    wanted, other = (degrees, metres) if is_degrees else (metres, degrees)
    pair = wanted if all(meaning in columns for meaning in wanted) else other
    may_be_metres = not is_degrees or (crs is None and pair == metres)
    x_name, y_name = (columns.headers.get(meaning, meaning) for meaning in pair)
    texts = zip(*(columns.texts(meaning) for meaning in pair), strict=True)
    geometries = columns.table.geometries or [None] * len(columns.table)
    unit = Remark("coordinates_in_degrees" if is_degrees else "coordinates_in_metres")
    given = {}
    for row, (x_text, y_text) in enumerate(texts):
        has_x, has_y = (text.casefold() not in MISSING for text in (x_text, y_text))
        if geometries[row] is not None or not (has_x or has_y):
            continue
        if not (has_x and has_y):
            filled = {"filled": x_name, "text": x_text, "empty": y_name}
            if has_y:
                filled = {"filled": y_name, "text": y_text, "empty": x_name}
            problems.add(row, Remark("coordinate_missing", **filled))
            continue
        x, y = (parse_number(text, grouped=may_be_metres) for text in (x_text, y_text))
        if is_degrees:
            x = parse_degrees(x_text) if x is None else x
            y = parse_degrees(y_text) if y is None else y
        if x is None or y is None:
            named = ((x, x_name, x_text), (y, y_name, y_text))
            wrong = [
                Remark("coordinate_is", name=name, text=repr(text))
                for value, name, text in named
                if value is None
            ]
            words = (
                wrong[0] if len(wrong) == 1 else Remark("remark_both", one=wrong[0], other=wrong[1])
            )
            problems.add(row, Remark("coordinates_no_number", words=words, unit=unit))
        else:
            given[row] = _Given(x, y, name_coordinates(y_name, y_text, x_name, x_text))
    return given


def name_coordinates(name: str, text: str, other_name: str, other_text: str) -> Remark:
    """Two coordinates as the file writes them."""
    return Remark(
        "coordinates_are", name=name, text=text, other_name=other_name, other_text=other_text
    )


def _to_lonlat(xy: NDArray[np.float64], crs: pyproj.CRS) -> NDArray[np.float64]:
    """Longitude and latitude, shape (n, 2); inf where a coordinate has none."""
    if crs.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True):
        return xy
    transformer = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _describe_misplaced(
    words: Remark,
    lonlat: NDArray[np.float64],
    swapped: NDArray[np.float64],
    *,
    crs: pyproj.CRS,
    area: Bounds,
    thing: Thing,
) -> Remark:
    """What is wrong with a place outside the area, and what was probably meant."""
    if not crs.is_geographic:
        words = Remark("coordinates_in_crs", words=words, crs=crs.to_string())
    is_facility = thing == "facility"
    if is_inside(swapped, area):
        code = "coordinates_swapped" if crs.is_geographic else "coordinates_swapped_metres"
    elif crs.is_geographic and not is_inside(lonlat, WORLD_BOUNDS):
        code = "coordinates_no_degrees" if is_facility else "coordinates_no_degrees_point"
    else:
        code = "coordinates_outside" if is_facility else "coordinates_outside_point"
    return Remark(code, words=words, area=_name_area(lonlat, area))


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value of a JSON file is a finite number, and no truth value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max


def is_inside(lonlat: NDArray[np.float64] | tuple[float, float], bounds: Bounds) -> bool:
    """Whether a place lies in a box, edges included."""
    west, south, east, north = bounds
    return bool(west <= lonlat[0] <= east and south <= lonlat[1] <= north)


def _name_area(lonlat: NDArray[np.float64], area: Bounds) -> Remark:
    """What an area is called where a place lies outside it: Italy, where even that is too small."""
    if area == WORLD_BOUNDS:
        return Remark("coordinates_of_world")
    west, south, east, north = area
    in_italy = is_inside((west, south), ITALY_BOUNDS) and is_inside((east, north), ITALY_BOUNDS)
    if in_italy and not is_inside(lonlat, ITALY_BOUNDS):
        return Remark("coordinates_of_italy")
    return Remark("coordinates_of_study", west=west, south=south, east=east, north=north)
