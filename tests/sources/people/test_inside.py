"""People of every zone before any street is read: by area, in zones drawn by hand.

::

    0      100     200     300 m
    +-------+-------+-------+
    |   N   |   S   |       |     squares of 100 m; the source's rows lie across them
    +-------+-------+-------+
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from access15.sources.people.counts import Counted
from access15.sources.people.inside import sum_all, sum_inside

CRS = "EPSG:32632"
X0, Y0 = 514_000, 5_031_000
GROUPS = ["total", "old"]


def square(west: float, east: float) -> Any:
    return box(X0 + west, Y0, X0 + east, Y0 + 100)


def zones() -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries([square(0, 100), square(100, 200)], crs=CRS).to_crs("EPSG:4326")
    return gpd.GeoDataFrame({"zone_id": ["N", "S"]}, geometry=shapes)


def counted(on: Any, shapes: list[Any], people: list[tuple[float, float]], **more: Any) -> Counted:
    frame = gpd.GeoDataFrame(people, columns=GROUPS, geometry=shapes, crs=CRS)
    frame["place_id"] = ["S", "N"] if on == "zones" else range(len(frame))
    return Counted(on, frame, **more)


CASES = [
    # a row in N, one half in N and half in S, one half outside
    ("cells", [square(0, 50), square(50, 150), square(150, 250)], {"N": (20, 3), "S": (15, 2)}),
    ("sections", [square(0, 50), square(50, 150), square(150, 250)], {"N": (20, 3), "S": (15, 2)}),
    # on the border the first zone takes it
    (
        "points",
        [Point(X0 + 10, Y0 + 5), Point(X0 + 150, Y0 + 5), Point(X0 + 290, Y0 + 5)],
        {"N": (10, 2), "S": (20, 2)},
    ),
]


@pytest.mark.parametrize(("on", "shapes", "expected"), CASES, ids=[case[0] for case in CASES])
def test_people_of_zones(
    on: str, shapes: list[Any], expected: dict[str, tuple[float, float]]
) -> None:
    source = counted(on, shapes, [(10, 2), (20, 2), (10, 2)], elsewhere={"total": 60.0, "old": 1})
    inside = sum_inside(source, zones(), GROUPS)
    assert {zone: tuple(inside.loc[zone]) for zone in "NS"} == {
        zone: pytest.approx(people, rel=1e-3) for zone, people in expected.items()
    }
    assert sum_all(source, GROUPS).to_dict() == {"total": 100.0, "old": 7.0}


def test_totals_of_zones_are_their_own() -> None:
    source = counted("zones", [square(100, 200), square(0, 100)], [(7, 1), (9, 2)])
    assert sum_inside(source, zones(), GROUPS).loc["N"].to_dict() == {"total": 9.0, "old": 2.0}
