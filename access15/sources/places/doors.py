"""Doors that a table of facilities gives: a pair of columns, and a row or a cell for each of
several.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.remarks import Remark
from access15.sources.places.headers import Columns
from access15.sources.places.points import WORLD_BOUNDS, Bounds, is_inside, name_coordinates
from access15.sources.tables.cells import MISSING, parse_number
from access15.sources.tables.columns import Problems, list_repeated

# This project's choice: no door is farther from the place it leads to than the longest building
# block is long; whoever gives one mixes up two places.
MAX_DOOR_M = 500.0
_METRES_PER_DEGREE = 111_195.0
_Door = tuple[float, float]  # latitude, longitude


def read_doors(
    columns: Columns,
    points: NDArray[np.object_],
    problems: Problems,
    *,
    bounds: Bounds | None,
) -> list[list[_Door]]:
    """Doors of every row, in degrees."""
    names = [columns.headers.get(meaning, meaning) for meaning in ("door_lat", "door_lon")]
    doors = []
    cells = zip(columns.texts("door_lat"), columns.texts("door_lon"), strict=True)
    for row, texts in enumerate(cells):
        found, fault = read_pairs(texts, names, bounds or WORLD_BOUNDS)
        fault = fault or find_far(found, points[row], names)
        if fault:
            problems.add(row, fault)
        doors.append([] if fault else found)
    return doors


def read_pairs(
    texts: tuple[str, str], names: Sequence[str], area: Bounds
) -> tuple[list[_Door], Remark | None]:
    """The doors of two cells, and what is wrong with them."""
    lats, lons = (_list_cell(text) for text in texts)
    if not lats and not lons:
        return [], None
    if not lats or not lons:
        which, other = (0, 1) if lats else (1, 0)
        filled = {"filled": names[which], "text": texts[which]}
        return [], Remark("coordinate_missing", empty=names[other], **filled)
    if len(lats) != len(lons):
        counts = {"n_lats": len(lats), "n_lons": len(lons)}
        return [], Remark("door_counts", lat_name=names[0], lon_name=names[1], **counts)
    doors = []
    for lat_text, lon_text in zip(lats, lons, strict=True):
        lat, lon = parse_number(lat_text), parse_number(lon_text)
        words = name_coordinates(names[0], lat_text, names[1], lon_text)
        if lat is None or lon is None:
            return [], Remark("door_no_numbers", words=words)
        if not is_inside((lon, lat), area):
            is_swapped = is_inside((lat, lon), area)
            return [], Remark("door_swapped" if is_swapped else "door_outside", words=words)
        doors.append((lat, lon))
    return doors, None


def _list_cell(text: str) -> list[str]:
    """The values of a cell; none where it says that nothing is known."""
    return [one for part in text.split(";") if (one := part.strip()).casefold() not in MISSING]


def find_far(
    doors: Sequence[_Door], point: shapely.Point | None, names: Sequence[str]
) -> Remark | None:
    """What is wrong where a door lies far from its place."""
    if point is None:
        return None
    for lat, lon in doors:
        narrowing = np.cos(np.radians(lat))
        away_m = _METRES_PER_DEGREE * np.hypot(lat - point.y, (lon - point.x) * narrowing)
        if away_m > MAX_DOOR_M:
            words = name_coordinates(names[0], f"{lat:g}", names[1], f"{lon:g}")
            return Remark("door_far", words=words, away_m=away_m, most_m=MAX_DOOR_M)
    return None


def join_doors(frame: gpd.GeoDataFrame, doors: Sequence[Sequence[_Door]]) -> gpd.GeoDataFrame:
    """Facilities once each: further rows of one id are further doors of it.

    Returns with ``door_lat`` and ``door_lon`` as text, values of several doors with semicolons
    between them.
    """
    ids = frame["facility_id"].tolist()
    first_row = dict(list_repeated(ids))
    all_of: dict[int, list[_Door]] = {}
    for row, found in enumerate(doors):
        all_of.setdefault(first_row.get(row, row), []).extend(found)
    kept = frame.iloc[list(all_of)].reset_index(drop=True)
    for k, name in enumerate(("door_lat", "door_lon")):
        kept[name] = [";".join(f"{door[k]:.7f}" for door in own) for own in all_of.values()]
    return kept


def list_given_doors(
    facilities: gpd.GeoDataFrame,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of facilities whose doors are given, and those doors as longitude and latitude."""
    owner, lonlat = [], []
    if "door_lat" in facilities:
        texts = zip(facilities["door_lat"], facilities["door_lon"], strict=True)
        for row, (lats, lons) in enumerate(texts):
            pairs = zip(_list_cell(str(lats)), _list_cell(str(lons)), strict=True)
            found = [(float(lon), float(lat)) for lat, lon in pairs]
            lonlat += found
            owner += [row] * len(found)
    return np.array(owner, dtype=np.int64), np.array(lonlat, dtype=np.float64).reshape(-1, 2)
