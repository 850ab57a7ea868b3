"""The certificate on land, on one straight street solved by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from builders.streets import Street, build_streets, snapped_at, walker

from access15.core.reach.land import N_POINTS, LandPoints, certify_land, scatter_points
from access15.core.reach.service_area import AreaCanvas, build_canvas, draw_reach, narrow_canvas
from access15.core.reach.walks import PlainWalks, build_plain_walks
from access15.core.walk.doors import Doors
from access15.core.walk.impedance import build_impedance

# A place at the west end of a street 1,000 m long; at 1 m/s the cutoff of 600 s leads 600 m along
# it, and (600 - x) m aside of it at most 25 m.
#
#     P ------------------------- 1000 m
PACE_MS, CUTOFF_S = 1.0, 600.0


@pytest.fixture(scope="module")
def street() -> tuple[AreaCanvas, PlainWalks, LandPoints]:
    network = build_streets({"a": (0, 0), "b": (1000, 0)}, [Street("a", "b")])
    impedance = build_impedance(network, walker("plain", pace_ms=PACE_MS))
    canvas = build_canvas(network, np.ones(1, dtype=bool))
    door = snapped_at((0, 0.0))
    doors = Doors(np.zeros(1, dtype=np.int64), door)
    walks = build_plain_walks(network, impedance, homes=door, facilities=doors)
    return canvas, walks, scatter_points(canvas)


def check(street: tuple[AreaCanvas, PlainWalks, LandPoints], polygon: shapely.Geometry) -> tuple:
    _, walks, points = street
    reach = walks.reach(np.array([0]))
    found = certify_land(polygon, points, reach, cutoff_s=CUTOFF_S, pace_ms=PACE_MS)
    return found.n_inside, found.farther, found.farther_s, found.missed


def test_points_cover_the_land_evenly(street: tuple) -> None:
    points: LandPoints = street[2]
    assert len(points.xy) == N_POINTS
    assert points.xy.min(axis=0) == pytest.approx([-25, -25], abs=1)
    assert points.xy.max(axis=0) == pytest.approx([1025, 25], abs=1)
    in_the_west = (points.xy[:, 0] < 500).mean()
    assert in_the_west == pytest.approx(525 / 1050, abs=0.02)
    again = scatter_points(street[0])
    assert np.array_equal(again.xy, points.xy)


def test_what_is_drawn_holds(street: tuple) -> None:
    canvas, walks, _ = street
    area = draw_reach(canvas, walks.reach(np.array([0])), cutoffs_s=(CUTOFF_S,))[0]
    _, farther, _, missed = check(street, area.polygon)
    assert farther <= 0.001
    assert missed <= 0.001  # also the half round beyond the end of the street
    reached_m2 = math.pi * 25**2 / 2 + 575 * 50 + 25 * 50 / 2
    assert area.polygon.area == pytest.approx(reached_m2, rel=0.002)
    assert area.polygon.bounds == pytest.approx((-25, -25, 600, 25), abs=0.2)


def test_land_drawn_too_far_is_told(street: tuple) -> None:
    # 700 x 50 m drawn from the west end, of which the wedge up to 600 m is right: to 575 m all of
    # it, then a triangle of 25 m. The farthest places are 700 + 25 m away: 125 s too far.
    n, farther, farther_s, missed = check(street, shapely.box(0, -25, 700, 25))
    right_m2 = 575 * 50 + 25 * 50 / 2
    assert farther == pytest.approx(1 - right_m2 / (700 * 50), abs=0.02)
    assert 100 < farther_s < 125
    assert n == pytest.approx(N_POINTS * 700 * 50 / (1050 * 50), rel=0.03)
    assert missed == pytest.approx(0.0, abs=0.04)  # the round end west of the door


def test_land_left_out_is_told(street: tuple) -> None:
    # the first 300 m drawn, of 600
    _, farther, farther_s, missed = check(street, shapely.box(-25, -25, 300, 25))
    reached_m2 = 25 * 50 + 575 * 50 + 25 * 50 / 2
    assert farther == 0
    assert np.isnan(farther_s)
    assert missed == pytest.approx(1 - (325 * 50) / reached_m2, abs=0.03)


def test_nothing_drawn_says_nothing(street: tuple) -> None:
    n, *rest = check(street, shapely.MultiPolygon())
    assert n == 0
    assert np.isnan(rest).all()


def test_land_of_streets_that_are_not_drawn_is_not_asked_about() -> None:
    """Of two streets 20 m apart one is drawn: places nearer to the other belong to nobody."""
    nodes = {"a": (0, 0), "b": (500, 0), "c": (0, 20), "d": (500, 20)}
    network = build_streets(nodes, [Street("a", "b"), Street("c", "d")])
    canvas = build_canvas(network, np.ones(2, dtype=bool))
    points = scatter_points(narrow_canvas(canvas, np.array([True, False])))
    assert len(points.xy) > 1_000
    assert (points.edge == 0).all()
    assert points.xy[:, 1].max() <= 10.0
