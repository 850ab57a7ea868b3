"""Coordinate systems: only true metres pass, and no point is lost on the way to an array."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from access15.crs import check_projected, check_scale, lonlat_xy, points_xy, utm_crs
from access15.errors import CrsError, InputDataError

pytestmark = pytest.mark.usefixtures("said_in_italian")

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
        (
            "+proj=webmerc +datum=WGS84",
            f"crs is '+proj=webmerc +datum=WGS84', Web Mercator, {MERCATOR}",
        ),
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


MILAN = (9.1, 45.4, 9.3, 45.5)


def bounds_in(crs: str, box: tuple[float, float, float, float]) -> list[float]:
    return gpd.GeoSeries([shapely.box(*box)], crs="EPSG:4326").to_crs(crs).total_bounds.tolist()


@pytest.mark.parametrize(
    ("crs", "box", "found", "utm"),
    [
        ("EPSG:32662", MILAN, "42.7% too long at lat 45.50, lon 9.10", 32632),
        (
            "EPSG:4087",
            (-58.5, -34.7, -58.3, -34.5),
            "21.6% too long at lat -34.70, lon -58.50",
            32721,
        ),
        ("EPSG:3034", MILAN, "3.0% too short at lat 45.50, lon 9.30", 32632),
        ("EPSG:32628", MILAN, "4.4% too long at lat 45.36, lon 9.28", 32632),
    ],
    ids=["plate carrée", "plate carrée, south-west", "conic of all Europe", "a UTM zone far away"],
)
def test_crs_that_stretches_the_study_is_refused(
    crs: str, box: tuple[float, float, float, float], found: str, utm: int
) -> None:
    assert check_projected(crs) == crs  # metres in name
    sentence = (
        f"crs is {crs!r}, whose metres are up to {found}; at most 1% is allowed: use the "
        f"UTM zone, EPSG:{utm}"
    )
    with pytest.raises(CrsError, match=f"^{re.escape(sentence)}$"):
        check_scale(crs, bounds_in(crs, box))


def test_one_corner_beyond_the_limit_is_enough() -> None:
    check_scale("EPSG:32632", bounds_in("EPSG:32632", (9.0, 45.0, 15.0, 46.0)))
    with pytest.raises(CrsError, match="too long"):
        check_scale("EPSG:32632", bounds_in("EPSG:32632", (9.0, 45.0, 22.0, 46.0)))


def test_crs_that_does_not_reach_the_study() -> None:
    with pytest.raises(
        CrsError, match=r"^crs is '[+]proj=ortho .*', which does not reach all of the study"
    ):
        check_scale("+proj=ortho +lat_0=-45 +lon_0=170", [7e6, 7e6, 8e6, 8e6])


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:32632",
        "EPSG:32631",
        "EPSG:32633",
        "EPSG:3003",
        "EPSG:7791",
        "EPSG:3035",
        "EPSG:25832",
        "EPSG:2056",
    ],
)
def test_crs_true_at_the_study_passes(crs: str) -> None:
    check_scale(crs, bounds_in(crs, MILAN))


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
    """One minute of latitude at Milan is 1852.2 m on the ellipsoid; UTM's own scale is within 0.04
    %.
    """
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
    line = gpd.GeoDataFrame(
        geometry=[None, shapely.LineString([(9, 45), (9, 46)])], crs="EPSG:4326"
    )
    with pytest.raises(
        InputDataError, match=r"^row 1 is a LineString, it must be a point; use its centroid$"
    ):
        points_xy(line, "EPSG:32632")
