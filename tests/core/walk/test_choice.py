"""Which street a place's door opens to: the first rule that says something, and what else could
be.

::

                                  drive (service), 39 m above the street, ends at x = 200
    e---------------f
        h                         h is the place: (100, 30), 9 m below the drive
    a-----------------------b     Via Lunga, y = 0
            |
            c-----------d         Via Corta, y = -20, from x = 150
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from access15.core.streets.barriers import build_barriers
from access15.core.streets.network import WalkNetwork, build_network
from access15.core.walk.choice import (
    APART_M,
    BESIDE_MARGIN_M,
    DOOR_SOURCES,
    MOST_DOORS,
    NO_HINTS,
    DoorHints,
    choose_doors,
)
from access15.core.walk.doors import (
    PlausibleDoors,
    build_door_snapper,
    find_door_streets,
    snap_doors,
)

NAMES = ("", "Via Corta", "Via Lunga")
PLACE = np.array([[100.0, 30.0]])


def town() -> WalkNetwork:
    xy = {
        "a": (0, 0),
        "b": (400, 0),
        "c": (150, -20),
        "d": (400, -20),
        "e": (0, 39),
        "f": (200, 39),
    }
    index = {name: i for i, name in enumerate(xy)}
    # the drive is joined at a, Via Corta at both its ends
    pairs = ["ab", "ae", "ef", "cd", "db"]
    return build_network(
        crs="EPSG:32632",
        node_xy=np.array(list(xy.values()), dtype=float),
        edge_u=np.array([index[pair[0]] for pair in pairs]),
        edge_v=np.array([index[pair[1]] for pair in pairs]),
        highway_names=("residential", "service"),
        highway=np.array([0, 1, 1, 0, 0]),
        street_names=NAMES,
        street=np.array([2, 0, 0, 1, 1]),
        way_id=np.array([1, 2, 2, 3, 3]),
    )


def choose(hints: DoorHints = NO_HINTS, xy: np.ndarray = PLACE, **more: float) -> PlausibleDoors:
    network = town()
    return choose_doors(
        network, find_door_streets(network), xy, hints, **{"max_snap_m": 150.0, **more}
    )


def told(doors: PlausibleDoors) -> list[tuple[str, int, float, bool]]:
    """How each was found, its edge, its metres, and whether it is taken."""
    return [
        (DOOR_SOURCES[source], edge, round(metres, 6), taken)
        for source, edge, metres, taken in zip(
            doors.source.tolist(),
            doors.snapped.edge.tolist(),
            doors.snapped.snap_m.tolist(),
            doors.is_taken.tolist(),
            strict=True,
        )
    ]


def addressed(*names: str) -> DoorHints:
    return replace(
        NO_HINTS,
        address_owner=np.zeros(len(names), dtype=np.int64),
        address_street=np.array([NAMES.index(name) for name in names], dtype=np.int64),
    )


def entered(*xy: tuple[float, float], used: tuple[bool, ...]) -> DoorHints:
    return replace(
        NO_HINTS,
        entrance_owner=np.zeros(len(xy), dtype=np.int64),
        entrance_xy=np.array(xy),
        is_used=np.array(used),
    )


def given_at(*xy: tuple[float, float]) -> DoorHints:
    return replace(NO_HINTS, given_owner=np.zeros(len(xy), dtype=np.int64), given_xy=np.array(xy))


def test_the_nearest_street_that_is_no_dead_end() -> None:
    assert told(choose()) == [("street", 0, 30.0, True), ("nearest", 2, 9.0, False)]


def test_the_street_that_the_address_names() -> None:
    assert told(choose(addressed("Via Corta"))) == [
        ("address", 3, round(float(np.hypot(50, 50)), 6), True),
        ("street", 0, 30.0, False),
        ("nearest", 2, 9.0, False),
    ]
    assert told(choose(addressed("Via Corta"), max_snap_m=70.0))[0][0] == "street", "too far away"
    both = told(choose(addressed("Via Corta", "Via Lunga")))
    assert both[0] == ("address", 0, 30.0, True), "at a corner the nearer of the two"


@pytest.mark.parametrize(
    ("kind", "line", "taken"),
    [
        ("water", [(0, 10), (400, 10)], ("street", "Via Lunga")),
        ("motorway", [(0, -10), (400, -10)], ("street", "Via Lunga")),
        ("water", [(0, -10), (180, -10)], ("address", "Via Corta")),  # it ends before that street
        (
            "fence",
            [(0, 10), (400, 10)],
            ("address", "Via Corta"),
        ),  # of its own grounds, with a gate
        ("rail", [(0, 10), (400, 10)], ("address", "Via Corta")),  # a tram in the street
    ],
)
def test_nobody_is_let_in_across_water(
    kind: str, line: list[tuple[float, float]], taken: tuple[str, str]
) -> None:
    """Via Corta, which the address names, begins at (150, -20); Via Lunga is nearer."""
    network = town()
    place = np.array([[190.0, 30.0]])
    between = build_barriers({kind: np.array([shapely.LineString(line)], dtype=object)})
    found = choose_doors(
        network,
        find_door_streets(network),
        place,
        addressed("Via Corta"),
        max_snap_m=150.0,
        barriers=between,
    )
    named = [NAMES[network.street[edge]] for edge in found.snapped.edge]
    assert (DOOR_SOURCES[found.source[0]], named[0]) == taken
    assert "Via Corta" in named  # which could be the door all the same


def test_a_mapped_entrance_comes_before_the_address() -> None:
    """The entrance opens to Via Lunga 4 m away; the walk begins there, not at the point."""
    found = choose(
        replace(
            addressed("Via Corta"),
            **vars(entered((120.0, 4.0), used=(False,)))
            | {
                "address_owner": np.zeros(1, dtype=np.int64),
                "address_street": np.array([1]),
            },
        )
    )
    assert told(found)[0] == ("entrance", 0, 4.0, True)
    assert found.xy[0].tolist() == [120.0, 4.0]
    assert [one[0] for one in told(found)[1:]] == ["address", "nearest"], "one is the same street"


def test_main_entrances_are_doors_together_and_else_the_nearest_one() -> None:
    three = ((120.0, 4.0), (300.0, 4.0), (100.0, 37.0))
    used = choose(entered(*three, used=(True, True, False)))
    assert [one for one in told(used) if one[3]] == [
        ("entrance", 0, 4.0, True),
        ("entrance", 0, 4.0, True),
    ]
    nearest = choose(entered(*three, used=(False, False, False)))
    assert [one for one in told(nearest) if one[3]] == [("entrance", 0, 37.0, True)], (
        "which opens to the street, not to the drive 2 m away"
    )


def test_given_doors_are_all_there_is() -> None:
    """Whoever gives a door means the nearest street, also a drive."""
    hints = replace(
        given_at((100.0, 37.0), (390.0, 1.0)),
        entrance_owner=np.zeros(1, dtype=np.int64),
        entrance_xy=np.array([[120.0, 4.0]]),
        is_used=np.array([True]),
    )
    assert told(choose(hints)) == [("given", 0, 1.0, True), ("given", 2, 2.0, True)]
    assert told(choose(given_at((100.0, 900.0))))[0][0] == "street", "a door that no street is near"


def test_streets_about_as_near_could_be_the_door() -> None:
    """From (200, -8) Via Lunga is 8 m away and Via Corta 12 m."""
    found = told(choose(xy=np.array([[200.0, -8.0]])))
    assert found == [("street", 0, 8.0, True), ("beside", 3, 12.0, False)]
    middle = np.array([[160.0, 40.0 - 16.0]])
    assert [one[0] for one in told(choose(xy=middle))] == ["street", "nearest"]


def test_doors_less_than_25_m_apart_by_street_are_one() -> None:
    """By the corner b the two streets meet: 10 m from it, the one is as good as the other."""
    near, far = (told(choose(xy=np.array([[x, -10.0]]))) for x in (395.0, 380.0))
    assert [one[0] for one in near] == ["street"]
    assert [one[0] for one in far] == ["street", "beside"]


def test_a_place_that_no_street_is_near_has_a_door_nowhere() -> None:
    found = choose(xy=np.array([[100.0, 700.0], [np.nan, 0.0], [100.0, 1.0]]))
    assert found.owner.tolist() == [0, 1, 2]
    assert found.snapped.edge.tolist() == [-1, -1, 0]
    assert found.snapped.snap_m[0] == 661.0
    assert found.is_taken.all()
    none = choose(xy=np.zeros((0, 2)))
    assert none.taken.is_met(3).tolist() == [False] * 3


@given(
    xy=st.lists(st.tuples(st.floats(-50, 450), st.floats(-80, 120)), min_size=1, max_size=6),
    names=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 2)), max_size=4),
)
def test_whatever_is_known_each_place_is_joined_and_alternatives_are_apart(
    xy: list[tuple[float, float]], names: list[tuple[int, int]]
) -> None:
    places = np.array(xy)
    named = [(owner, street) for owner, street in names if owner < len(xy)]
    hints = replace(
        NO_HINTS,
        address_owner=np.array([owner for owner, _ in named], dtype=np.int64),
        address_street=np.array([street for _, street in named], dtype=np.int64),
    )
    network = town()
    found = choose_doors(network, find_door_streets(network), places, hints, max_snap_m=150.0)
    plain = snap_doors(
        build_door_snapper(network, find_door_streets(network)), places, max_snap_m=150.0
    )
    for i in range(len(xy)):
        mine = found.owner == i
        assert found.is_taken[mine].tolist() == [True] + [False] * (int(mine.sum()) - 1)
        assert mine.sum() <= 1 + MOST_DOORS
        assert plain.is_snapped[i] == found.snapped.is_snapped[mine][0]
        first = np.flatnonzero(mine)[0]
        if DOOR_SOURCES[found.source[first]] in ("street", "nearest"):
            assert found.snapped.edge[first] == plain.edge[i]
            assert found.snapped.snap_m[first] == plain.snap_m[i]
            beside = mine & (found.source == DOOR_SOURCES.index("beside"))
            assert (found.snapped.snap_m[beside] <= plain.snap_m[i] + BESIDE_MARGIN_M).all()
        at = [
            network.lines[edge].interpolate(at, normalized=True)
            for edge, at in zip(
                found.snapped.edge[mine].tolist(),
                found.snapped.fraction[mine].tolist(),
                strict=True,
            )
            if edge >= 0
        ]
        # as the crow flies they may be nearer than by street
        same_edge = [
            one.distance(other)
            for k, one in enumerate(at)
            for j, other in enumerate(at)
            if k < j and found.snapped.edge[mine][k] == found.snapped.edge[mine][j]
        ]
        assert all(metres > APART_M for metres in same_edge)


@pytest.mark.parametrize("n", [1, 3])
def test_several_places_are_chosen_for_alike(n: int) -> None:
    one, many = choose(), choose(xy=np.repeat(PLACE, n, axis=0))
    assert told(many) == told(one) * n
    assert many.owner.tolist() == sorted(list(range(n)) * 2)
