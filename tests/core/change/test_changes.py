"""Streets as a proposal would have them, solved by hand.

Paces are 1 m/s here (the plain walker), so that metres are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from builders.streets import Street, build_streets, walker
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.change.changes import (
    Fault,
    Points,
    StreetChange,
    change_streets,
    move_doors,
    place_anew,
)
from access15.core.reach.walks import build_plain_walks
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import (
    build_door_snapper,
    find_door_streets,
    one_door_each,
    snap_doors,
)
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest

INF = math.inf
OPENINGS = st.sampled_from(["add_link", "remove_steps", "add_kerb_ramp"])
PLAIN = walker("plain", pace_ms=1.0)
WHEELS = walker("wheelchair", pace_ms=1.0)


def points(network: WalkNetwork, *xy: tuple[float, float]) -> Points:
    places = np.array(xy, dtype=float).reshape(-1, 2)
    snapper = build_door_snapper(network, find_door_streets(network))
    return Points(places, one_door_each(snap_doors(snapper, places, max_snap_m=150.0)), 150.0)


def walked(
    network: WalkNetwork,
    changes: Sequence[StreetChange],
    homes: Points,
    service: Points,
    profile: WalkProfile,
) -> NDArray[np.float64]:
    """Seconds from the homes to the service on changed streets."""
    streets = change_streets(network, changes)
    walks = build_plain_walks(
        streets.network,
        build_impedance(streets.network, profile, is_closed=streets.is_closed),
        homes=move_doors(streets, homes).snapped,
        facilities=move_doors(streets, service),
    )
    return walks.nearest(np.array([0]))[0]


def times(
    network: WalkNetwork,
    *changes: StreetChange,
    homes: list[tuple[float, float]],
    service: tuple[float, float],
    profile: WalkProfile = PLAIN,
) -> list[float]:
    assert change_streets(network, changes).faults == ()
    found = walked(network, changes, points(network, *homes), points(network, service), profile)
    return [float(one) for one in found]


#    d---------c
#    |         |      Two streets of 100 m, 40 m apart, joined only at b-c (x = 100).
#    a---------b      Home near d, service near a.
LADDER = build_streets(
    {"a": (0, 0), "b": (100, 0), "c": (100, 40), "d": (0, 40)},
    [Street("a", "b"), Street("b", "c"), Street("d", "c")],
)


def link(x: float, y: float, to_x: float, to_y: float) -> StreetChange:
    return StreetChange("l", "add_link", (x, y), (to_x, to_y))


def close(x: float, y: float, name: str = "k") -> StreetChange:
    return StreetChange(name, "close_link", (x, y))


def test_a_new_way_shortens_walks() -> None:
    home, service = [(0.0, 40.0)], (0.0, 0.0)
    streets = change_streets(LADDER, [link(50, 41, 50, 2), close(100, 20)])
    assert streets.edges == {"k": (1,), "l": (2, 0)}
    assert times(LADDER, homes=home, service=service) == [240.0]
    assert times(LADDER, link(0, 40, 0, 0), homes=home, service=service) == [40.0]
    assert times(LADDER, link(50, 41, 50, 2), homes=home, service=service) == [140.0]
    assert times(LADDER, link(50, 40, 30, 0), homes=home, service=service) == [
        pytest.approx(50 + 44.72 + 30)
    ]


def test_the_way_round_when_a_street_is_closed() -> None:
    home, service = [(0.0, 40.0), (60.0, 0.0)], (0.0, 0.0)
    assert times(LADDER, close(100, 20), homes=home, service=service) == [INF, 60.0]
    both = [close(100, 20), link(0, 40, 0, 0)]
    assert times(LADDER, *both, homes=home, service=service) == [40.0, 60.0]


def test_who_lives_on_a_closed_street_is_joined_to_the_nearest_that_stays() -> None:
    """The home stands 3 m above d-c; the street below is 43 m away."""
    home, service = [(50.0, 43.0)], (0.0, 0.0)
    assert times(LADDER, homes=home, service=service) == [3 + 50 + 40 + 100]
    assert times(LADDER, close(50, 40), homes=home, service=service) == [43 + 50]
    corner = [(50.0, 160.0)]  # the corner c is 130 m away
    assert times(LADDER, close(50, 40), homes=corner, service=service) == [130 + 40 + 100]
    far = [(50.0, 188.0)]
    assert times(LADDER, homes=far, service=service) == [148 + 190]
    assert times(LADDER, close(50, 40), homes=far, service=service) == [INF]


def test_a_new_way_ends_on_no_closed_street_and_nobody_lives_on_it() -> None:
    streets = change_streets(LADDER, [close(50, 40), link(50, 41, 50, 2)])
    assert [(one.id, one.code) for one in streets.faults] == [("l", "no_street")]
    home, service = [(52.0, 20.0)], (0.0, 0.0)
    assert times(LADDER, link(50, 40, 50, 0), homes=home, service=service) == [20 + 52]


#    a----b====c----d    Steps b-c; wheels cannot pass: e is a house on the far side, 2 m off c-d.
#              |    e
STAIRS = build_streets(
    {"a": (0, 0), "b": (100, 0), "c": (120, 0), "d": (180, 0)},
    [
        Street("a", "b"),
        Street("b", "c", steps=True, wheelchair="no", incline=0.5),
        Street("c", "d"),
    ],
)


def test_who_lives_behind_steps_keeps_the_door_and_gets_in_once_they_are_gone() -> None:
    """Both houses belong to c-d, whoever walks: b is 50 m from the first, but behind the steps."""
    homes, service = [(150.0, -2.0), (180.0, 140.0)], (0.0, 0.0)
    gone = StreetChange("s", "remove_steps", (110, 3))
    assert times(STAIRS, homes=homes, service=service, profile=WHEELS) == [INF, INF]
    assert times(STAIRS, gone, homes=homes, service=service, profile=WHEELS) == [
        2 + 30 + 20 + 100,
        140 + 60 + 20 + 100,
    ]


def test_a_ramp_lets_wheels_pass_a_kerb() -> None:
    kerb = build_streets(
        {"a": (0, 0), "b": (100, 0), "c": (400, 0)},
        [Street("a", "b", kerb_v="raised"), Street("b", "c", kerb_u="raised")],
    )
    home, service = [(10.0, 0.0)], (390.0, 0.0)
    assert times(kerb, homes=home, service=service, profile=WHEELS) == [INF]
    ramp = StreetChange("r", "add_kerb_ramp", (104, 8))
    assert times(kerb, ramp, homes=home, service=service, profile=WHEELS) == [380.0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (close(50, 80.01), Fault("k", "no_street", 40.01)),
        (StreetChange("s", "remove_steps", (0, 0)), Fault("s", "no_steps", INF)),
        (StreetChange("r", "add_kerb_ramp", (0, 0)), Fault("r", "no_kerb", INF)),
        (link(0, 0, 0.002, -5), Fault("l", "too_short", 0.0)),
        (link(0, 0, 0, -31), Fault("l", "no_street", 31.0)),
    ],
)
def test_changes_that_mean_nothing_are_told(change: StreetChange, fault: Fault) -> None:
    found = change_streets(LADDER, [change])
    (told,) = found.faults
    assert (told.id, told.code) == (fault.id, fault.code)
    assert told.metres == pytest.approx(fault.metres)
    assert found.network.n_edges == LADDER.n_edges


def test_a_link_has_at_most_500_metres() -> None:
    long = build_streets({"a": (0, 0), "b": (600, 0)}, [Street("a", "b")])
    assert change_streets(long, [link(0, 0, 500, 0)]).faults == ()
    (told,) = change_streets(long, [link(0, 0, 500.02, 0)]).faults
    assert (told.code, told.metres) == ("too_long", 500.02)


def test_something_new_is_put_on_whole_centimetres() -> None:
    streets = change_streets(LADDER, [link(50, 40, 50, 0)])
    placed = place_anew(
        streets, np.array([[50.0, 21.234], [12.3456, -3.456], [0, 400]]), max_snap_m=150
    )
    assert placed.is_snapped.tolist() == [True, True, False]
    assert not streets.linked.is_link[placed.edge[:2]].any(), "a new way is no street"
    assert placed.snap_m.tolist()[:2] == [18.77, 3.46]
    along_m = placed.fraction[1] * streets.network.length_m[placed.edge[1]]
    assert along_m == pytest.approx(12.35, abs=1e-12)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[WalkNetwork, list[StreetChange], list[StreetChange], Any]:
    """A grid of streets, closures, openings, homes and a service."""
    size = draw(st.integers(2, 4))
    nodes = {f"{i},{j}": (60.0 * i, 60.0 * j) for i in range(size) for j in range(size)}
    pairs = [(f"{i},{j}", f"{i + 1},{j}") for i in range(size - 1) for j in range(size)]
    pairs += [(f"{i},{j}", f"{i},{j + 1}") for i in range(size) for j in range(size - 1)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    kinds = st.sampled_from(["unknown", "raised"])
    streets = [
        Street(u, v, steps=draw(st.booleans()), kerb_u=draw(kinds), kerb_v=draw(kinds))
        for u, v in chosen
    ]
    inside = st.floats(0, 60.0 * (size - 1)).map(lambda m: round(m, 2))
    place = st.tuples(inside, inside)
    openings = [
        StreetChange(f"o{i}", draw(OPENINGS), draw(place), draw(place))
        for i in range(draw(st.integers(0, 3)))
    ]
    closures = [close(*draw(place), f"k{i}") for i in range(draw(st.integers(0, 2)))]
    return (
        build_streets(nodes, streets),
        openings,
        closures,
        draw(st.lists(place, min_size=2, max_size=6)),
    )


def on_wheels(
    network: WalkNetwork, changes: list[StreetChange], places: list[tuple[float, float]]
) -> NDArray[np.float64]:
    homes, service = points(network, *places[1:]), points(network, places[0])
    return walked(network, changes, homes, service, WHEELS)


@given(scene=scenes())
def test_openings_never_lengthen_a_walk(scene: Any) -> None:
    network, openings, closures, places = scene
    before, after = on_wheels(network, [], places), on_wheels(network, openings, places)
    assert (after <= before + 1e-9 * np.where(np.isfinite(before), before, 1.0)).all()
    shut = on_wheels(network, closures, places)
    both = on_wheels(network, [*closures, *openings], places)
    same_links = [
        one for one in openings if one.kind != "add_link"
    ]  # a link may not end on a closed street
    eased = on_wheels(network, [*closures, *same_links], places)
    assert (eased <= shut + 1e-9 * np.where(np.isfinite(shut), shut, 1.0)).all()
    assert both.shape == shut.shape


@given(scene=scenes())
def test_no_change_changes_nothing_to_the_last_bit(scene: Any) -> None:
    network, _, _, places = scene
    homes, service = points(network, *places[1:]), points(network, places[0])
    impedance = build_impedance(network, WHEELS)
    graph = build_graph(network, impedance, towards=True)
    today, _ = nearest(
        graph,
        place_points(network, impedance, service.doors.snapped, leaving=False),
        place_points(network, impedance, homes.doors.snapped, leaving=True),
    )
    np.testing.assert_array_equal(on_wheels(network, [], places), today)
