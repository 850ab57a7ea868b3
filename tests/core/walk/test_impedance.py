"""Seconds per edge, solved by hand on drawn streets, and where each walker can be at all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.matrix import travel_matrix
from builders.streets import Street, build_streets, scene, snapped_at, walker
from hypothesis import given
from hypothesis import strategies as st

from access15.config import WalkProfile
from access15.core.streets.network import CROSSINGS, KERBS, WHEELCHAIR, WalkNetwork, build_network
from access15.core.walk.impedance import build_impedance, find_main

INF = math.inf
# metres per second on the flat; the frail person rests 30 s on foot after every 100 m
FACES = {
    "adult": 1.33,
    "older_adult": 0.97,
    "frail": 1 / (1 / 0.80 + 30 / 100),
    "wheelchair": 0.83,
    "plain": 1.33,
}


def one_street(**tags: object) -> Street:
    return Street("A", "B", length_m=97.0, **tags)  # type: ignore[arg-type]


def walk_s(profile: WalkProfile, street: Street) -> tuple[float, float]:
    """Seconds from A to B and back, ends included."""
    network = build_streets({"A": (0.0, 0.0), "B": (97.0, 0.0)}, [street])
    found = build_impedance(network, profile)
    ends_s = found.at_u_s[0] + found.at_v_s[0]
    return float(found.forward_s[0] + ends_s), float(found.backward_s[0] + ends_s)


@pytest.mark.parametrize("profile_id", FACES)
def test_pace_alone(profile_id: str) -> None:
    """97 m on the flat take 97 m over the pace, the same both ways."""
    there, back = walk_s(walker(profile_id), one_street())
    assert there == back == pytest.approx(97.0 / FACES[profile_id], rel=1e-15)


# 97 m at 1.33, 0.97, 0.80, 0.83 and 1.33 m/s, times the factor for steps
@pytest.mark.parametrize(
    ("profile_id", "seconds"),
    [
        ("adult", 97 / 1.33 * 2),
        ("older_adult", 300.0),
        ("frail", 97 / 0.80 * 10 + 97 * 0.3),
        ("wheelchair", INF),
        ("plain", 97 / 1.33),
    ],
)
def test_steps(profile_id: str, seconds: float) -> None:
    """Slower, avoided, impassable or as the flat; how steep the flight is does not count twice."""
    assert walk_s(walker(profile_id), one_street(steps=True)) == pytest.approx((seconds, seconds))
    assert walk_s(walker(profile_id), one_street(steps=True, incline=0.5)) == pytest.approx(
        (seconds, seconds)
    )


def test_avoided_steps_are_used_only_where_the_way_round_is_longer() -> None:
    """A frail person takes 60 m of way round before 8 m of steps, but not 120 m.

    ::

        A --8 m steps-- B      steps 8 / 0.8 * 10 = 100 s, rests 8 * 0.3 = 2.4 s
        +--- round -----+      round 60 / 0.8 = 75 s, rests 18 s; or 120 / 0.8 = 150 s, rests 36 s
    """
    for round_m, seconds in ((60.0, 93.0), (120.0, 102.4)):
        network = build_streets(
            {"A": (0.0, 0.0), "B": (8.0, 0.0)},
            [
                Street("A", "B", steps=True),
                Street("A", "B", length_m=round_m),
                Street("B", "B", length_m=1.0),
            ],
        )
        ends = scene(network, walker("frail"), snapped_at((1, 0.0)), snapped_at((2, 0.0)))
        found = travel_matrix(
            ends.graph(towards=True),
            ends.placed_sources(towards=True),
            ends.placed_targets(towards=True),
            cutoff_s=INF,
        )
        assert found[0, 0] == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("kind", "adult_s", "older_s", "frail_s", "wheelchair_s"),
    [
        ("none", 0, 0, 0, 0),
        ("unmarked", 5, 10, 15, 10),
        ("marked", 3, 5, 8, 5),
        ("signals", 15, 20, 25, 20),
    ],
)
def test_crossing_counts_once(
    kind: str, adult_s: float, older_s: float, frail_s: float, wheelchair_s: float
) -> None:
    """A whole delay for who walks through, half for who starts or ends at the crossing.

    ::

        A ---100 m--- X ---100 m--- B      X is the crossing
                      |
                    100 m                  three edges meet, the delay is still one
                      |
                      C
    """
    network = build_streets(
        {"A": (0.0, 0.0), "X": (100.0, 0.0), "B": (200.0, 0.0), "C": (100.0, -100.0)},
        [
            Street("A", "X", crossing_v=kind),
            Street("X", "B", crossing_u=kind),
            Street("C", "X", crossing_v=kind),
        ],
    )
    for profile_id, delay_s in zip(
        FACES, (adult_s, older_s, frail_s, wheelchair_s, 0.0), strict=True
    ):
        doors = snapped_at((0, 0.0), (1, 1.0), (2, 0.0), (0, 0.5))
        ends = scene(network, walker(profile_id), doors)
        found = travel_matrix(
            ends.graph(towards=True),
            ends.placed_sources(towards=True),
            ends.placed_targets(towards=True),
            cutoff_s=INF,
        )
        pace = FACES[profile_id]
        assert found[0, 1] == pytest.approx(200 / pace + delay_s)
        assert found[1, 2] == pytest.approx(200 / pace + delay_s)
        assert found[3, 2] == pytest.approx(150 / pace + delay_s)
        assert found[0, 3] == pytest.approx(50 / pace)  # before the crossing: no delay


def test_raised_kerb_stops_wheels_at_that_end_only() -> None:
    """A wheelchair reaches both sides of the kerb but does not pass it.

    ::

        A ---100 m--- K  K ---100 m--- B       raised kerb where the second edge begins
    """
    network = build_streets(
        {"A": (0.0, 0.0), "K": (100.0, 0.0), "B": (200.0, 0.0)},
        [Street("A", "K"), Street("K", "B", kerb_u="raised")],
    )
    ends = scene(network, walker("wheelchair"), snapped_at((0, 0.0), (0, 1.0), (1, 0.0), (1, 1.0)))
    found = travel_matrix(
        ends.graph(towards=True),
        ends.placed_sources(towards=True),
        ends.placed_targets(towards=True),
        cutoff_s=INF,
    )
    leg = 100 / 0.83
    expected = [[0, leg, INF, INF], [leg, 0, INF, INF], [INF, INF, 0, leg], [INF, INF, leg, 0]]
    np.testing.assert_allclose(found, expected)
    for profile_id in ("adult", "older_adult", "frail", "plain"):
        assert math.isfinite(
            sum(walk_s(walker(profile_id), one_street(kerb_u="raised", kerb_v="raised")))
        )
    for kerb in ("unknown", "flush"):
        assert math.isfinite(sum(walk_s(walker("wheelchair"), one_street(kerb_v=kerb))))


def tobler(slope: float) -> float:
    """Time relative to the flat: exp(3.5 |s + 0.05|) over exp(3.5 * 0.05), never under 1."""
    return max(1.0, math.exp(3.5 * abs(slope + 0.05)) / math.exp(3.5 * 0.05))


@pytest.mark.parametrize("slope", [-0.30, -0.11, -0.10, -0.05, -0.01, 0.0, 0.02, 0.08, 0.2])
def test_incline_per_direction(slope: float) -> None:
    """Uphill is slower, gentle downhill counts as flat, and the way back sees the other sign."""
    flat_s = 97.0 / 0.97
    there, back = walk_s(walker("older_adult"), one_street(incline=slope))
    assert there == pytest.approx(flat_s * tobler(slope))
    assert back == pytest.approx(flat_s * tobler(-slope))
    assert min(there, back) >= flat_s * (1 - 1e-12)
    assert walk_s(walker("plain"), one_street(incline=slope)) == pytest.approx(
        (97 / 1.33, 97 / 1.33)
    )


@pytest.mark.parametrize(
    ("slope", "is_open"),
    [(0.08, True), (-0.08, True), (math.nextafter(0.08, 1), False), (-0.09, False), (0.5, False)],
)
def test_steep_street_stops_wheels_both_ways(slope: float, is_open: bool) -> None:
    """8 % is still passable, more is not, up or down."""
    assert [math.isfinite(s) for s in walk_s(walker("wheelchair"), one_street(incline=slope))] == [
        is_open,
        is_open,
    ]
    assert math.isfinite(sum(walk_s(walker("frail"), one_street(incline=slope))))


def test_wheelchair_no_stops_wheels_only() -> None:
    """What is tagged wheelchair=no is closed to wheels; yes and unknown are open."""
    assert walk_s(walker("wheelchair"), one_street(wheelchair="no")) == (INF, INF)
    for tag in ("unknown", "yes"):
        assert math.isfinite(sum(walk_s(walker("wheelchair"), one_street(wheelchair=tag))))
    assert math.isfinite(sum(walk_s(walker("adult"), one_street(wheelchair="no"))))


def expected_s(profile: WalkProfile, tags: dict[str, float | int | bool]) -> tuple[float, float]:
    """Seconds without the ends, by the rules of the README, one edge at a time."""
    there_s, back_s = walked_s(profile, tags)
    rests_s = tags["length_m"] * (0.3 if profile.id == "frail" else 0.0)
    return there_s + rests_s, back_s + rests_s


def walked_s(profile: WalkProfile, tags: dict[str, float | int | bool]) -> tuple[float, float]:
    """Seconds on the feet."""
    flat_s = tags["length_m"] / profile.pace_ms
    rolls = profile.id == "wheelchair"
    has_ramp = tags["wheelchair"] == WHEELCHAIR.index("yes")
    if rolls and tags["wheelchair"] == WHEELCHAIR.index("no"):
        return INF, INF
    if rolls and tags["steps"]:
        return (flat_s, flat_s) if has_ramp else (INF, INF)
    if tags["steps"]:
        return flat_s * profile.steps_factor, flat_s * profile.steps_factor
    slope = tags["incline"]
    if profile.id == "plain" or math.isnan(slope):
        return flat_s, flat_s
    if rolls and abs(slope) > 0.08:
        return INF, INF
    return flat_s * tobler(slope), flat_s * tobler(-slope)


@given(
    profile_id=st.sampled_from(list(FACES)),
    edges=st.lists(
        st.fixed_dictionaries(
            {
                "length_m": st.floats(0, 2000, allow_subnormal=False),
                "steps": st.booleans(),
                "incline": st.one_of(st.just(math.nan), st.floats(-0.5, 0.5)),
                "crossing_u": st.integers(0, 5),
                "crossing_v": st.integers(0, 5),
                "kerb_u": st.integers(0, 2),
                "kerb_v": st.integers(0, 2),
                "wheelchair": st.integers(0, 2),
            }
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_every_combination_of_tags(profile_id: str, edges: list[dict[str, float]]) -> None:
    """Random tags give what the rules say, and never anything that is not a number."""
    n = len(edges)
    columns = {name: np.array([edge[name] for edge in edges]) for name in edges[0]}
    network = build_network(
        crs="EPSG:32632",
        node_xy=np.zeros((n + 1, 2)),
        edge_u=np.arange(n),
        edge_v=np.arange(n) + 1,
        **columns,
    )
    profile = walker(profile_id)
    found = build_impedance(network, profile)
    delay = {
        "none": 0.0,
        "unmarked": profile.crossing_unmarked_s,
        "marked": profile.crossing_marked_s,
        "signals": profile.crossing_signals_s,
        "wide": profile.crossing_wide_s,
        "lift": profile.lift_s,
    }
    for i, edge in enumerate(edges):
        np.testing.assert_allclose(
            (found.forward_s[i], found.backward_s[i]), expected_s(profile, edge), rtol=1e-12
        )
        for at_s, crossing, kerb in (
            (found.at_u_s[i], edge["crossing_u"], edge["kerb_u"]),
            (found.at_v_s[i], edge["crossing_v"], edge["kerb_v"]),
        ):
            stops = profile_id == "wheelchair" and KERBS[int(kerb)] == "raised"
            assert at_s == (INF if stops else delay[CROSSINGS[int(crossing)]] / 2)


def main_of(network: WalkNetwork, profile: WalkProfile) -> list[bool]:
    return find_main(network, build_impedance(network, profile)).tolist()


def test_main_component_has_the_most_metres() -> None:
    """One long street beats a knot of short ones; who cannot pass the steps stays on the larger
    side.

    ::

        A ---1000 m--- B      C -10- D -10- E -10- C       A-B is main: 1000 m against 30 m
    """
    nodes = {
        "A": (0.0, 0.0),
        "B": (1000.0, 0.0),
        "C": (0.0, 50.0),
        "D": (10.0, 50.0),
        "E": (5.0, 58.66),
    }
    knot = [
        Street("C", "D", length_m=10),
        Street("D", "E", length_m=10),
        Street("E", "C", length_m=10),
    ]
    network = build_streets(nodes, [*knot, Street("A", "B")])
    assert main_of(network, walker()) == [False, False, False, True]
    joined = build_streets(nodes, [*knot, Street("A", "B"), Street("B", "C", steps=True)])
    assert main_of(joined, walker()) == [True] * 5
    assert main_of(joined, walker("wheelchair")) == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_kerbed_end_of_the_main_component_stays_open() -> None:
    """People live on a street whose far end has a raised kerb; on one kerbed at both ends nobody on
    wheels can.

    ::

        A ---500 m--- B ---100 m--|K      K |--100 m--| L
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (500.0, 0.0), "K": (600.0, 0.0), "L": (700.0, 0.0)},
        [
            Street("A", "B"),
            Street("B", "K", kerb_v="raised"),
            Street("K", "L", kerb_u="raised", kerb_v="raised"),
        ],
    )
    assert main_of(network, walker("wheelchair")) == [True, True, False]
    assert main_of(network, walker("adult")) == [True, True, True]


def test_no_passable_street_has_no_main_component() -> None:
    """Only steps: a wheelchair has nowhere to be; an empty network has no edges at all."""
    steps = build_streets({"A": (0.0, 0.0), "B": (9.0, 0.0)}, [Street("A", "B", steps=True)])
    assert main_of(steps, walker("wheelchair")) == [False]
    assert main_of(build_streets({}, []), walker()) == []


@given(
    length_m=st.floats(0.5, 500),
    cut=st.floats(0.01, 0.99),
    incline=st.one_of(st.just(math.nan), st.floats(-0.2, 0.2)),
)
def test_rests_do_not_depend_on_where_a_street_is_cut(
    length_m: float, cut: float, incline: float
) -> None:
    """One edge, or the same in two pieces: the same seconds."""
    frail = walker("frail")

    def whole_s(*lengths: float) -> tuple[float, float]:
        network = build_network(
            crs="EPSG:32632",
            node_xy=np.zeros((len(lengths) + 1, 2)),
            edge_u=np.arange(len(lengths)),
            edge_v=np.arange(len(lengths)) + 1,
            length_m=np.array(lengths),
            incline=np.full(len(lengths), incline),
        )
        found = build_impedance(network, frail)
        return float(found.forward_s.sum()), float(found.backward_s.sum())

    assert whole_s(length_m) == pytest.approx(whole_s(cut * length_m, (1 - cut) * length_m))


def test_the_walk_from_the_door_includes_rests() -> None:
    """40 m between door and street: 50 s at 0.8 m/s and 12 s of rest."""
    network = build_streets({"A": (0.0, 0.0), "B": (100.0, 0.0)}, [Street("A", "B")])
    ends = scene(network, walker("frail"), snapped_at((0, 0.0)), snapped_at((0, 0.0, 40.0)))
    found = travel_matrix(
        ends.graph(towards=True),
        ends.placed_sources(towards=True),
        ends.placed_targets(towards=True),
        cutoff_s=INF,
    )
    assert found[0, 0] == pytest.approx(62.0)


def test_lifted_rests_leave_pace_steps_and_waits() -> None:
    """A frail person over 80 m, 8 m of steps and a zebra: without rests each part takes its plain seconds.

    80 / 0.8 = 100 s and 24 s of rest; 8 / 0.8 * 10 = 100 s and 2.4 s; half a zebra's 8 s at its end.
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (80.0, 0.0), "C": (88.0, 0.0)},
        [Street("A", "B", crossing_v="marked"), Street("B", "C", steps=True)],
    )
    rested = build_impedance(network, walker("frail"))
    lifted = build_impedance(network, walker("frail"), lifted="rests")
    np.testing.assert_allclose(rested.forward_s, [124.0, 102.4])
    np.testing.assert_allclose(lifted.forward_s, [100.0, 100.0])
    np.testing.assert_array_equal(lifted.at_v_s, rested.at_v_s)
    assert lifted.pace_ms == 0.8
    adult = build_impedance(network, walker("adult"), lifted="rests")
    np.testing.assert_array_equal(
        adult.forward_s, build_impedance(network, walker("adult")).forward_s
    )


def test_a_walker_with_slopes_of_their_own() -> None:
    """Told at 0, 5 and 10 % up and 10 % down: evenly in between, as the last beyond.

    ::

        A --- 7.5 % --- B --- 20 % --- C     100 m each; back down -7.5 % and -20 %
    """
    pairs = ((-0.1, 0.8), (0.0, 1.0), (0.05, 1.5), (0.1, 3.0))
    own = walker("older_adult", pace_ms=1.0).model_copy(update={"incline_factors": pairs})
    hill = build_streets(
        {"A": (0, 0), "B": (100, 0), "C": (200, 0), "D": (300, 0)},
        [
            Street("A", "B", incline=0.075),
            Street("B", "C", incline=0.2),
            Street("C", "D"),
        ],
    )
    found = build_impedance(hill, own)
    assert found.forward_s.tolist() == pytest.approx([225.0, 300.0, 100.0])
    assert found.backward_s.tolist() == pytest.approx([85.0, 80.0, 100.0])
    steep = own.model_copy(update={"max_incline": 0.08})
    assert np.isinf(build_impedance(hill, steep).forward_s).tolist() == [False, True, False]
