"""The fifteen-minute score and station spacing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.streets import Oracle, Scene, Street, build_streets, scene, snapped_at, walker
from hypothesis import given
from hypothesis import strategies as st

from access15.core.measures.opportunities import Spacing, measure_score, measure_spacing
from access15.core.walk.snap import Snapped

INF = math.inf


def spacing(network_scene: Scene) -> Spacing:
    """Spacing of the scene's sources."""
    return measure_spacing(
        network_scene.graph(towards=True),
        network_scene.placed_sources(towards=True),
        network_scene.placed_targets(towards=True),
        pace_ms=network_scene.impedance.pace_ms,
    )


def stations(*places: tuple[int, float] | tuple[int, float, float]) -> Scene:
    """Bike stations on two streets that do not meet.

    ::

        A -------------------- 1000 m -------------------- B        C --- 100 m --- D
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (1000.0, 0.0), "C": (2000.0, 0.0), "D": (2100.0, 0.0)},
        [Street("A", "B"), Street("C", "D")],
    )
    return scene(network, walker(), snapped_at(*places))


def test_score_is_the_share_of_categories_in_time() -> None:
    """Two of three within 900 s, inclusive to the ulp; nothing reachable is 0, nothing asked is
    0.
    """
    times = {
        "library": np.array([900.0, INF, 0.0]),
        "park": np.array([math.nextafter(900.0, INF), INF, 0.0]),
        "pharmacy": np.array([10.0, INF, 0.0]),
    }
    score = measure_score(times, n_residents=3, cutoff_s=900.0)
    assert score.tolist() == pytest.approx([2 / 3, 0.0, 1.0])
    assert measure_score({}, n_residents=2, cutoff_s=900.0).tolist() == [0.0, 0.0]
    assert measure_score({"a": np.zeros(0)}, n_residents=0, cutoff_s=900.0).tolist() == []


def test_spacing_to_the_nearest_other_station() -> None:
    """At 0, 300, 700 m, and one alone on its street: 300, 300, 400 m, none."""
    found = spacing(stations((0, 0.0), (0, 0.3), (0, 0.7), (1, 0.5)))
    assert found.spacing_m.tolist() == [
        pytest.approx(300),
        pytest.approx(300),
        pytest.approx(400),
        INF,
    ]
    assert found.neighbour.tolist() == [1, 0, 1, -1]


def test_spacing_of_stations_at_one_spot() -> None:
    """Three at the same place are 0 m from each other and never their own neighbour."""
    found = spacing(stations((0, 0.5), (0, 0.5), (0, 0.5), (0, 0.9)))
    assert found.spacing_m.tolist() == [0.0, 0.0, 0.0, pytest.approx(400)]
    assert all(other != own for own, other in enumerate(found.neighbour))
    assert found.neighbour.tolist() == [1, 0, 0, 0]


def test_spacing_with_a_station_far_off_the_street() -> None:
    """100 m off: both ways count the walk to the street; a station without a street has no
    neighbour.
    """
    found = spacing(stations((0, 0.5, 100.0), (0, 0.51), (-1, 0.0)))
    assert found.spacing_m.tolist() == [pytest.approx(110), pytest.approx(110), INF]
    assert found.neighbour.tolist() == [1, 0, -1]


@pytest.mark.parametrize(("places", "expected_m"), [((), []), (((0, 0.5),), [INF])])
def test_spacing_of_none_and_one(
    places: tuple[tuple[int, float], ...], expected_m: list[float]
) -> None:
    assert spacing(stations(*places)).spacing_m.tolist() == expected_m


@given(
    places=st.lists(
        st.tuples(st.integers(-1, 1), st.integers(0, 8).map(lambda n: n / 8)), max_size=7
    )
)
def test_spacing_equals_networkx(places: list[tuple[int, float]]) -> None:
    """Against every other station in turn."""
    found_scene = stations(*places)
    found = spacing(found_scene)
    metres = Oracle(found_scene).target_times(towards=True) * walker().pace_ms
    np.fill_diagonal(metres, INF)
    assert found.spacing_m.tolist() == pytest.approx(metres.min(axis=0, initial=INF).tolist())
    for own, other in enumerate(found.neighbour.tolist()):
        assert other != own
        if other >= 0:
            assert metres[other, own] == pytest.approx(found.spacing_m[own])


def test_spacing_is_symmetric_in_what_it_is_given() -> None:
    """On flat streets the walk there is the walk back: the nearest pair has one spacing."""
    edge, fraction = np.zeros(5, dtype=np.int64), np.array([0.1, 0.15, 0.5, 0.8, 0.99])
    found = spacing(scene(stations().network, walker(), Snapped(edge, fraction, np.full(5, 3.0))))
    assert found.spacing_m[0] == found.spacing_m[1] == pytest.approx(56.0)
