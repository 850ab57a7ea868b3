"""Coordinate systems: only true metres pass, and no point is lost on the way to an array."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from access15.errors import CrsError, InputDataError
from access15.frames import check_projected, lonlat_xy, points_xy, utm_crs

MERCATOR = "whose metres are 43 % too long at Milan; use the UTM zone"
NOT_METRES = "which does not measure metres; use a projected one such as the UTM zone"
UNKNOWN = "which is no known coordinate reference system; use for example EPSG:32632"


@pytest.mark.parametrize(
    ("crs", "sentence"),
    [
        ("EPSG:3857", f"crs is 'EPSG:3857', Web Mercator, {MERCATOR}"),
        ("EPSG:900913", f"crs is 'EPSG:900913', Web Mercator, {MERCATOR}"),
        ("ESRI:102100", f"crs is 'ESRI:102100', Web Mercator, {MERCATOR}"),
        ("ESRI:102113", f"crs is 'ESRI:102113', Web Mercator, {MERCATOR}"),
        ("EPSG:3785", f"crs is 'EPSG:3785', Web Mercator, {MERCATOR}"),
        ("EPSG:3395", f"crs is 'EPSG:3395', a Mercator projection, {MERCATOR}"),
        ("+proj=webmerc +datum=WGS84", f"crs is '+proj=webmerc +datum=WGS84', Web Mercator, {MERCATOR}"),
        ("EPSG:4326", f"crs is 'EPSG:4326', {NOT_METRES}"),  # degrees
        ("EPSG:2263", f"crs is 'EPSG:2263', {NOT_METRES}"),  # feet
        ("+proj=utm +zone=32 +units=km", f"crs is '+proj=utm +zone=32 +units=km', {NOT_METRES}"),
        ("EPSG:4978", f"crs is 'EPSG:4978', {NOT_METRES}"),  # from the centre of the Earth
        ("EPSG:5703", f"crs is 'EPSG:5703', {NOT_METRES}"),  # heights
        ("UTM 32", f"crs is 'UTM 32', {UNKNOWN}"),
        ("", f"crs is '', {UNKNOWN}"),
    ],
)
def test_unfit_crs_is_refused(crs: str, sentence: str) -> None:
    with pytest.raises(CrsError, match=f"^{re.escape(sentence)}$"):
        check_projected(crs)


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:32632",
        "EPSG:32733",
        "EPSG:3003",  # Monte Mario / Italy zone 1
        "EPSG:7791",  # RDN2008 / UTM 32N
        "EPSG:2056",  # Switzerland, an oblique Mercator: true metres
        "EPSG:3035",
        "EPSG:7415",  # with heights
        "+proj=utm +zone=32",
    ],
)
def test_crs_in_true_metres_passes(crs: str) -> None:
    assert check_projected(crs) == crs


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        (9.19, 45.46, "EPSG:32632"),
        (-15.43, 28.10, "EPSG:32628"),  # Las Palmas
        (0.0, 51.5, "EPSG:32631"),
        (-0.001, 51.5, "EPSG:32630"),
        (6.0, 0.0, "EPSG:32632"),
        (151.2, -33.9, "EPSG:32756"),
        (180.0, 10.0, "EPSG:32601"),
        (-180.0, -10.0, "EPSG:32701"),
    ],
)
def test_utm_zone(lon: float, lat: float, crs: str) -> None:
    assert utm_crs(lon, lat) == crs


def test_metres_are_metres_on_the_ground() -> None:
    """One minute of latitude at Milan is 1852.2 m on the ellipsoid; UTM's own scale is within 0.04 %."""
    a, b = lonlat_xy(np.array([[9.19, 45.46], [9.19, 45.46 + 1 / 60]]), "EPSG:32632")
    assert np.hypot(*(b - a)) == pytest.approx(1852.2, rel=1e-3)


def test_every_point_keeps_its_row() -> None:
    """No geometry and an empty point become NaN; the order stays."""
    frame = gpd.GeoDataFrame(
        geometry=[shapely.Point(9, 45), None, shapely.Point(), shapely.Point(9, 46)],
        crs="EPSG:4326",
        index=[7, 5, 3, 1],
    )
    xy = points_xy(frame, "EPSG:32632")
    assert xy.shape == (4, 2)
    assert np.isnan(xy).all(axis=1).tolist() == [False, True, True, False]
    assert xy[0] == pytest.approx([500_000.0, 4_982_950.4])
    assert xy[3, 1] > xy[0, 1]
    assert points_xy(frame.iloc[:0], "EPSG:32632").shape == (0, 2)
    same = points_xy(frame.to_crs("EPSG:32632"), "EPSG:32632")
    np.testing.assert_allclose(same, xy)


def test_lonlat_rows_without_numbers_stay_nan() -> None:
    xy = lonlat_xy(np.array([[9.0, 45.0], [np.nan, np.nan]]), "EPSG:32632")
    assert np.isfinite(xy).tolist() == [[True, True], [False, False]]
    assert lonlat_xy(np.zeros((0, 2)), "EPSG:32632").shape == (0, 2)


def test_points_without_crs_and_lines_are_refused() -> None:
    sentence = "the points have no coordinate reference system; say which one they are in"
    with pytest.raises(CrsError, match=f"^{re.escape(sentence)}$"):
        points_xy(gpd.GeoDataFrame(geometry=[shapely.Point(9, 45)]), "EPSG:32632")
    line = gpd.GeoDataFrame(geometry=[None, shapely.LineString([(9, 45), (9, 46)])], crs="EPSG:4326")
    with pytest.raises(InputDataError, match=r"^row 1 is a LineString, it must be a point; use its centroid$"):
        points_xy(line, "EPSG:32632")
