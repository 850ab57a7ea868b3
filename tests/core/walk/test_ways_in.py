"""Entrances of places: of the grounds around them, of their building, or none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from access15.core.walk.ways_in import WaysIn, find_ways_in

#   0   10  20      60          200     y
#   +---------------------------+  100
#   |  grounds of a hospital    |
#   G   +---E                   |   50   G a gate, E the entrance of a building in the grounds
#   |   |   |                   |
#   |   +---+                   |   40
#   +---------------------------+    0
#           M-------+ -20           M the main entrance of a house, s a side entrance
#           |       s
#           +-------+ -40
GROUNDS = shapely.box(0, 0, 200, 100)
INSIDE, HOUSE = shapely.box(10, 40, 20, 50), shapely.box(20, -40, 60, -20)
GATE, INNER, MAIN, SIDE = (0.0, 50.0), (20.0, 50.0), (20.0, -20.0), (60.0, -30.0)


def ways(
    *entrances: tuple[float, float],
    buildings: list[shapely.Polygon],
    led: tuple[tuple[float, float], ...] = (),
) -> WaysIn:
    return WaysIn(
        kind=("hospital",),
        led_xy=np.array(led, dtype=float).reshape(-1, 2),
        led_into=np.zeros(len(led), dtype=np.int64),
        buildings=np.array(buildings, dtype=object),
        grounds=np.array([GROUNDS], dtype=object),
        xy=np.array(entrances, dtype=float).reshape(-1, 2),
        is_main=np.array([one == MAIN for one in entrances], dtype=bool),
        is_gate=np.array([one == GATE for one in entrances], dtype=bool),
    )


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((15.0, 45.0), [(GATE, True)]),
        ((150.0, 10.0), [(GATE, True)]),
        ((40.0, -30.0), [(MAIN, True), (SIDE, False)]),
        ((74.0, -30.0), [(MAIN, True), (SIDE, False)]),
        ((76.0, -30.0), []),
        ((np.nan, 0.0), []),
    ],
)
def test_grounds_first_then_the_building_and_what_is_beside_it(
    place: tuple[float, float], expected: list[tuple[tuple[float, float], bool]]
) -> None:
    found = find_ways_in(ways(GATE, MAIN, SIDE, buildings=[INSIDE, HOUSE]), np.array([place]))
    assert list(zip(map(tuple, found.xy.tolist()), found.is_used.tolist(), strict=True)) == expected
    assert found.owner.tolist() == [0] * len(expected)


def test_grounds_without_a_gate_leave_the_building_to_tell() -> None:
    found = find_ways_in(ways(INNER, buildings=[INSIDE]), np.array([[15.0, 45.0], [15.0, 80.0]]))
    assert (found.owner.tolist(), found.xy.tolist()) == ([0], [list(INNER)])


def test_a_gate_is_no_door_of_a_building() -> None:
    beside = shapely.box(-30, 40, 0, 60)
    found = find_ways_in(ways(GATE, buildings=[beside]), np.array([[-10.0, 50.0]]))
    assert found.owner.tolist() == []


def test_of_two_grounds_the_smaller_one() -> None:
    """A school in a campus: its own gate counts."""
    campus = ways(GATE, (100.0, 40.0), buildings=[])
    school = shapely.box(80, 20, 120, 40)
    both = replace(
        campus,
        grounds=np.array([GROUNDS, school], dtype=object),
        is_gate=np.ones(2, dtype=bool),
        kind=("university", "school"),
    )
    assert find_ways_in(both, np.array([[100.0, 30.0]])).xy.tolist() == [[100.0, 40.0]]


LED = ((100.0, 0.0), (200.0, 50.0))  # where streets lead into the grounds


@pytest.mark.parametrize(
    ("kind", "entrances", "expected"),
    [
        ("hospital", [], LED),
        ("fountain", [], ()),  # it stands in the grounds, and is reached inside
        ("hospital", [GATE], (GATE,)),  # what is mapped is surer
        ("hospital", [INNER], (INNER,)),
    ],
)
def test_where_streets_lead_into_grounds(
    kind: str, entrances: list[tuple[float, float]], expected: tuple[tuple[float, float], ...]
) -> None:
    here = ways(*entrances, buildings=[INSIDE], led=LED)
    place = np.array([[15.0, 45.0]])
    found = find_ways_in(here, place, kind=np.array([kind], dtype=object))
    assert list(map(tuple, found.xy.tolist())) == list(expected)
    assert len(find_ways_in(here, place).owner) == len(entrances)


def test_homes_belong_to_no_building_beside_them() -> None:
    at_street = np.array([[70.0, -30.0], [40.0, -30.0]])
    found = find_ways_in(ways(SIDE, buildings=[HOUSE]), at_street, beside_m=0.01)
    assert found.owner.tolist() == [1]
