"""Between GeoDataFrames and arrays: coordinate systems, identifiers, columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError as ProjCrsError

from access15.errors import CrsError, InputDataError
from access15.remarks import Remark

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
        raise CrsError(Remark("crs_unknown", crs=crs)) from None
    if mercator := _mercator_name(parsed):
        raise CrsError(Remark("crs_mercator", crs=crs, name=mercator))
    if not parsed.is_projected or any(axis.unit_name != "metre" for axis in parsed.axis_info):
        raise CrsError(Remark("crs_without_metres", crs=crs))
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
        raise CrsError(Remark("crs_too_small", crs=crs))
    if (np.abs(ends - 1) > MAX_DISTORTION).any():
        which = int(np.argmax(np.abs(ends - 1)))
        worst, at = float(ends.flat[which]), which % len(x)
        told = Remark(
            "crs_metres_long" if worst > 1 else "crs_metres_short",
            crs=crs,
            wrong=abs(worst - 1),
            lat=lat[at],
            lon=lon[at],
            most=MAX_DISTORTION,
            zone=utm_crs(float(lon[-1]), float(lat[-1])),
        )
        raise CrsError(told)


def _mercator_name(crs: CRS) -> str:
    """Which Mercator projection of the whole world a CRS is; empty when none."""
    plane = crs.sub_crs_list[0] if crs.is_compound else crs
    method = plane.coordinate_operation.method_name if plane.coordinate_operation else ""
    if "Mercator" not in method or "Transverse" in method or "Oblique" in method:
        return ""
    if "Pseudo" in method or "Spherical" in method:
        return "Web Mercator"
    return Remark("crs_mercator_projection")


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
        raise CrsError(Remark("points_without_crs"))
    kinds = frame.geometry.geom_type
    others = kinds[kinds.notna() & (kinds != "Point")]
    if len(others):
        row, kind = others.index[0], others.iloc[0]
        raise InputDataError(Remark("row_no_point", row=row, kind=kind))
    points: Any = frame.geometry.to_crs(crs)
    return np.column_stack(
        [points.x.to_numpy(dtype=np.float64), points.y.to_numpy(dtype=np.float64)]
    )


def shapes_xy(points: NDArray[np.object_], crs: str, to: str) -> NDArray[np.float64]:
    """Coordinates of points in another CRS; NaN where there is none."""
    xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    return xy if crs == to else _change_system(xy, crs, to)


def lonlat_xy(lonlat: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Project longitudes and latitudes."""
    return _change_system(lonlat, LONLAT, crs)


def change_shapes(shapes: NDArray[np.object_], crs: str, to: str) -> NDArray[np.object_]:
    """Shapes of one CRS in another, corner by corner."""
    changed = shapely.transform(shapes, lambda xy: _change_system(xy, crs, to))
    return np.asarray(changed, dtype=object)


def _change_system(xy: NDArray[np.float64], crs: str, to: str) -> NDArray[np.float64]:
    """Points of one CRS in another, x or longitude first."""
    change = Transformer.from_crs(crs, to, always_xy=True)
    return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))


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
