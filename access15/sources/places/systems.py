"""Which coordinate system a table's metres are in, where nobody says it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyproj
from numpy.typing import NDArray

from access15.remarks import Remark
from access15.sources.places.headers import Columns
from access15.sources.tables.columns import Problems

Bounds = tuple[float, float, float, float]
WORLD: Bounds = (-180.0, -90.0, 180.0, 90.0)
# Systems in metres that Italian tables are in: UTM, Gauss-Boaga, the web's and Europe's.
_SYSTEMS = (
    "EPSG:32632",
    "EPSG:32633",
    "EPSG:3003",
    "EPSG:3004",
    "EPSG:3857",
    "EPSG:3035",
)
_LONLAT = pyproj.CRS.from_epsg(4326)


def guess_crs(
    columns: Columns,
    places: Sequence[tuple[float, float]],
    problems: Problems,
    bounds: Bounds | None,
) -> pyproj.CRS | None:
    """System of coordinates without a stated one: degrees, or the only system that the numbers
    allow; None where several do, which is told.

    Columns called latitude and longitude are degrees, whatever numbers they hold.
    """
    xy = np.array(places, dtype=np.float64).reshape(-1, 2)
    is_far = (np.abs(xy[:, 0]) > 180) & (np.abs(xy[:, 1]) > 180)
    says_degrees = "lat" in columns and "lon" in columns
    if not len(xy) or not is_far.all() or says_degrees:
        return _LONLAT
    fitting = [name for name in _SYSTEMS if _fits(xy, name, bounds or WORLD)]
    what = Remark("remark_metres", name=columns.table.name, columns=_name_columns(columns))
    if len(fitting) == 1 and bounds is not None:
        problems.notes.append(Remark("remark_guessed_crs", what=what, crs=fitting[0]))
        return pyproj.CRS.from_user_input(fitting[0])
    readings = [_describe(xy[0], name) for name in fitting]
    where = Remark("crs_readings", readings=readings) if readings else ""
    problems.add_header(Remark("crs_not_stated", what=what, readings=where))
    return None


def _name_columns(columns: Columns) -> str:
    """What holds the coordinates."""
    pair = [columns.headers[axis] for axis in ("x", "y") if axis in columns.headers]
    if columns.drawn:
        return Remark("remark_coordinates_in", column=columns.drawn)
    if len(pair) < 2:
        return pair[0] if pair else Remark("remark_its_coordinates")
    return Remark("remark_both", one=pair[0], other=pair[1])


def _fits(xy: NDArray[np.float64], name: str, area: Bounds) -> bool:
    """Whether all places lie in an area when they are read in a system."""
    lon, lat = _to_lonlat(xy, name)
    west, south, east, north = area
    return bool(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).all())


def _describe(place: NDArray[np.float64], name: str) -> Remark:
    """Where a system puts the first place."""
    lon, lat = _to_lonlat(place.reshape(1, 2), name)
    return Remark("crs_reading", crs=name, lat=lat[0], lon=lon[0])


def _to_lonlat(
    xy: NDArray[np.float64], name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes."""
    lon, lat = pyproj.Transformer.from_crs(name, _LONLAT, always_xy=True).transform(*xy.T)
    return np.asarray(lon), np.asarray(lat)
