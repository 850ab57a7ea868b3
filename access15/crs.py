"""Between GeoDataFrames and arrays: coordinate systems, identifiers, columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Proj
from pyproj.exceptions import CRSError as ProjCrsError

from access15.errors import CrsError, InputDataError

LONLAT = "EPSG:4326"
MAX_DISTORTION = 0.01  # a walk of 15 minutes may come out nine seconds wrong


def check_projected(crs: str) -> str:
    """Make sure a CRS measures metres.

    Examples
    --------
    >>> check_projected("EPSG:32632")
    'EPSG:32632'
    """
    try:
        parsed = CRS.from_user_input(crs)
    except ProjCrsError:
        raise CrsError(
            f"crs is {crs!r}, which is no known coordinate reference system; use for example "
            "EPSG:32632"
        ) from None
    if mercator := _mercator_name(parsed):
        raise CrsError(
            f"crs is {crs!r}, {mercator}, whose metres are 43 % too long at Milan; use the UTM zone"
        )
    if not parsed.is_projected or any(axis.unit_name != "metre" for axis in parsed.axis_info):
        raise CrsError(
            f"crs is {crs!r}, which does not measure metres; use a projected one such as the UTM "
            "zone"
        )
    return crs


def check_scale(crs: str, bounds: Iterable[float]) -> None:
    """Make sure that a metre of a CRS is a metre of ground where it is used.

    A projection is true near some line or point and stretches elsewhere: plate carrée is 43 % too
    wide at Milan, a UTM zone four zones away 1 % too long. Milan's own zone is 0.04 % short: on the
    Milan extract no share would move by more than 0.08 points with the metres of the ground, so
    that those of the grid are kept.
    """
    parsed = CRS.from_user_input(crs)
    projection = Proj(parsed.sub_crs_list[0] if parsed.is_compound else parsed)
    west, south, east, north = bounds
    x = np.array([west, west, east, east, (west + east) / 2])
    y = np.array([south, north, south, north, (south + north) / 2])
    lon, lat = projection(x, y, inverse=True)
    scale = projection.get_factors(lon, lat, errcheck=False)
    ends = np.stack([scale.tissot_semimajor, scale.tissot_semiminor])
    if not np.isfinite(ends).all():
        raise CrsError(f"crs is {crs!r}, which does not reach all of the study; use its UTM zone")
    if (np.abs(ends - 1) > MAX_DISTORTION).any():
        which = int(np.argmax(np.abs(ends - 1)))
        worst, at = float(ends.flat[which]), which % len(x)
        wrong = "long" if worst > 1 else "short"
        raise CrsError(
            f"crs is {crs!r}, whose metres are up to {abs(worst - 1):.1%} too {wrong} at lat "
            f"{lat[at]:.2f}, "
            f"lon {lon[at]:.2f}; at most {MAX_DISTORTION:.0%} is allowed: use the UTM zone, "
            f"{utm_crs(float(lon[-1]), float(lat[-1]))}"
        )


def _mercator_name(crs: CRS) -> str:
    """Which Mercator projection of the whole world a CRS is; empty when none."""
    plane = crs.sub_crs_list[0] if crs.is_compound else crs
    method = plane.coordinate_operation.method_name if plane.coordinate_operation else ""
    if "Mercator" not in method or "Transverse" in method or "Oblique" in method:
        return ""
    return (
        "Web Mercator" if "Pseudo" in method or "Spherical" in method else "a Mercator projection"
    )


def utm_crs(lon: float, lat: float) -> str:
    """UTM zone of a place, on WGS 84.

    Examples
    --------
    >>> utm_crs(9.19, 45.46)
    'EPSG:32632'
    """
    zone = int((lon + 180) // 6) % 60 + 1
    return f"EPSG:{32600 + zone if lat >= 0 else 32700 + zone}"


def points_xy(frame: gpd.GeoDataFrame, crs: str) -> NDArray[np.float64]:
    """Coordinates of the points of a frame."""
    if frame.crs is None:
        raise CrsError("the points have no coordinate reference system; say which one they are in")
    kinds = frame.geometry.geom_type
    others = kinds[kinds.notna() & (kinds != "Point")]
    if len(others):
        raise InputDataError(
            f"row {others.index[0]} is a {others.iloc[0]}, it must be a point; use its centroid"
        )
    points: Any = frame.geometry.to_crs(crs)
    return np.column_stack(
        [points.x.to_numpy(dtype=np.float64), points.y.to_numpy(dtype=np.float64)]
    )


def lonlat_xy(lonlat: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Project longitudes and latitudes."""
    return points_xy(
        gpd.GeoDataFrame(geometry=gpd.points_from_xy(lonlat[:, 0], lonlat[:, 1], crs=LONLAT)), crs
    )


def whole_cm(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points on whole centimetres: streets lie on them, and pages count in them.

    Parameters
    ----------
    xy : ndarray of float64
        Metres; NaN stays NaN [m].

    Returns
    -------
    ndarray of float64
        The same shape, moved by at most half a centimetre each way [m].

    Examples
    --------
    >>> import numpy as np
    >>> whole_cm(np.array([[513000.12499, 5031000.126]])).tolist()
    [[513000.12, 5031000.13]]
    """
    return np.asarray(np.rint(100.0 * xy) / 100.0)


def to_box(bounds: Iterable[float]) -> tuple[float, float, float, float]:
    """Bounds as plain numbers."""
    west, south, east, north = (float(value) for value in bounds)
    return west, south, east, north
