"""What new ways of a proposal would take: solved by hand, and against GEOS on random lines."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from builders.streets import Street, build_streets
from hypothesis import given
from hypothesis import strategies as st

from access15.core.change.changes import StreetChange, change_streets
from access15.core.change.links import WORKS
from access15.core.change.works import find_way_works, list_barrier_pieces, name_works
from access15.core.streets.barriers import BARRIERS, Barriers, build_barriers

# A ----400 m---- B, and C-D 300 m north of it
NODES = {"A": (0.0, 0.0), "B": (400.0, 0.0), "C": (0.0, 300.0), "D": (400.0, 300.0)}
NETWORK = build_streets(NODES, [Street("A", "B"), Street("C", "D")])


def barrier(kind: str, *shapes: shapely.Geometry) -> Barriers:
    return build_barriers({kind: np.array(shapes, dtype=object)})


def work_of(barriers: Barriers, *, is_level: bool = True) -> str:
    """Of a way from (100, 0) to (100, 300)."""
    pieces = list_barrier_pieces(barriers, NETWORK)
    ends = np.array([[[100.0, 0.0], [100.0, 300.0]]])
    (work,) = find_way_works(pieces, ends, np.array([300.0]), is_level=np.array([is_level]))
    return WORKS[work]


@pytest.mark.parametrize(
    ("kind", "work"),
    [
        ("water", "bridge"),
        ("rail", "bridge"),
        ("motorway", "bridge"),
        ("fence", "gate"),
        ("retaining_wall", "lift_or_ramp"),
        ("building", "missing_link"),
    ],
)
def test_what_is_crossed_says_what_it_takes(kind: str, work: str) -> None:
    for shape in (
        shapely.LineString([(0, 100), (200, 200)]),
        shapely.box(50, 100, 150, 200),
        shapely.MultiLineString([[(0, 900), (10, 900)], [(90, 150), (100, 150)]]),
    ):
        assert work_of(barrier(kind, shape)) == work
    assert work_of(barrier(kind, shapely.LineString([(0, 100), (99.99, 150)]))) == "missing_link"


def test_levels_and_the_hardest() -> None:
    fence = barrier("fence", shapely.LineString([(0, 100), (200, 200)]))
    canal = barrier("water", shapely.LineString([(0, 100), (200, 200)]))
    assert work_of(build_barriers({}), is_level=False) == "lift_or_ramp"
    assert work_of(fence, is_level=False) == "lift_or_ramp"
    assert work_of(canal, is_level=False) == "bridge"
    both = build_barriers({"fence": fence.shapes, "water": canal.shapes})
    assert work_of(both) == "bridge"


def test_what_lies_beyond_the_streets_is_left_out() -> None:
    """Of a river of 20 km only the piece among the streets is kept."""
    river = shapely.LineString([(-10_000, 150), (-500, 150), (500, 150), (10_000, 150)])
    pieces = list_barrier_pieces(barrier("water", river), NETWORK)
    assert pieces.ends_cm.tolist() == [[[-50_000, 15_000], [50_000, 15_000]]]
    empty = build_streets({"A": (0.0, 0.0)}, [])
    assert len(list_barrier_pieces(barrier("water", river), empty).work) == 0


def test_new_ways_of_a_proposal_are_named() -> None:
    """Two ways, of which one crosses the canal; a third means nothing."""
    canal = barrier("water", shapely.LineString([(50, 150), (150, 150)]))
    changes = [
        StreetChange("over", "add_link", (100.0, 2.0), (100.0, 299.0)),
        StreetChange("lost", "add_link", (100.0, 2.0), (100.0, 2000.0)),
        StreetChange("closed", "close_link", (100.0, 2.0)),
        StreetChange("beside", "add_link", (300.0, 298.0), (390.0, 298.0)),
    ]
    assert name_works(change_streets(NETWORK, changes[:2]), canal) == {"over": "bridge"}
    assert name_works(change_streets(NETWORK, changes[3:]), canal) == {"beside": "missing_link"}
    assert name_works(change_streets(NETWORK, changes[2:3]), canal) == {}


_PLACES = st.tuples(st.integers(-40, 40), st.integers(-40, 40)).map(lambda p: (p[0] * 5, p[1] * 5))


@given(
    st.lists(st.tuples(st.sampled_from(BARRIERS), st.lists(_PLACES, min_size=2, max_size=4))),
    _PLACES,
    _PLACES,
)
def test_crossed_as_geos_crosses(
    drawn: list[tuple[str, list[tuple[int, int]]]],
    start: tuple[int, int],
    stop: tuple[int, int],
) -> None:
    """Lines on a grid of 5 m, with every kind of touch; the way is as long as it is drawn."""
    length_m = float(np.hypot(stop[0] - start[0], stop[1] - start[1]))
    if length_m == 0:
        return
    shapes = {kind: [shapely.LineString(xy) for k, xy in drawn if k == kind] for kind in BARRIERS}
    barriers = build_barriers({k: np.array(own, dtype=object) for k, own in shapes.items()})
    network = build_streets({"A": (-900.0, -900.0), "B": (900.0, 900.0)}, [Street("A", "B")])
    ends = np.array([[start, stop]], dtype=np.float64)
    pieces = list_barrier_pieces(barriers, network)
    (work,) = find_way_works(pieces, ends, np.array([length_m]), is_level=np.array([True]))
    step = (ends[0, 1] - ends[0, 0]) * min(0.02, 0.5 / length_m)
    trimmed = np.rint(100.0 * np.stack([ends[0, 0] + step, ends[0, 1] - step]))
    way = shapely.LineString(trimmed)
    in_cm = [(k, shapely.transform(shapely.LineString(xy), lambda p: p * 100)) for k, xy in drawn]
    met = {kind for kind, line in in_cm if line.intersects(way)}
    expected = "missing_link"
    if "fence" in met:
        expected = "gate"
    if "retaining_wall" in met:
        expected = "lift_or_ramp"
    if met & {"water", "rail", "motorway"}:
        expected = "bridge"
    assert WORKS[work] == expected
