"""The k nearest without a limit equal what networkx finds for every source in turn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.scenes import scenes
from builders.streets import Oracle, Scene, Street, build_streets, scene, snapped_at, walker
from hypothesis import given
from hypothesis import strategies as st

from access15.core.walk.ranked import measure_ranked_times

INF = math.inf


def ranked(drawn: Scene, k: int, *, towards: bool = True) -> np.ndarray:
    """The function under test on a scene."""
    return measure_ranked_times(
        drawn.graph(towards=towards),
        drawn.placed_sources(towards=towards),
        drawn.placed_targets(towards=towards),
        k=k,
    )


def by_networkx(drawn: Scene, k: int, *, towards: bool) -> np.ndarray:
    """Every source's times, sorted per target, the first k."""
    times = np.sort(Oracle(drawn).target_times(towards=towards), axis=0).T
    padded = np.concatenate([times, np.full((len(times), k), INF)], axis=1)
    return padded[:, :k]


def test_three_nearest_solved_by_hand() -> None:
    """Facilities at 100, 400, 1000 m and one on an island; a home at 300 m and one on no street.

    ::

        A --100--*--200--(home)--100--*--600--* B        C --*-- D
    """
    streets = build_streets(
        {"A": (0.0, 0.0), "B": (1000.0, 0.0), "C": (2000.0, 0.0), "D": (2100.0, 0.0)},
        [Street("A", "B"), Street("C", "D")],
    )
    drawn = scene(
        streets,
        walker(pace_ms=1.0),
        snapped_at((0, 0.1), (0, 0.4), (0, 1.0), (1, 0.5)),
        snapped_at((0, 0.3), (-1, 0)),
    )
    assert ranked(drawn, 4).tolist() == [pytest.approx([100.0, 200.0, 700.0, INF]), [INF] * 4]


def test_none_and_too_few() -> None:
    """No facility at all; one facility asked for three; no home."""
    streets = build_streets({"A": (0.0, 0.0), "B": (100.0, 0.0)}, [Street("A", "B")])
    one, none = snapped_at((0, 0.5)), snapped_at()
    assert ranked(scene(streets, walker(pace_ms=1.0), none, one), 3).tolist() == [[INF] * 3]
    assert ranked(scene(streets, walker(pace_ms=1.0), one, one), 3).tolist() == [[0.0, INF, INF]]
    assert ranked(scene(streets, walker(pace_ms=1.0), one, none), 3).shape == (0, 3)
    with pytest.raises(ValueError, match="k is 0; ask for the nearest 1 or more"):
        ranked(scene(streets, walker(pace_ms=1.0), one, one), 0)


@given(drawn=scenes(), k=st.integers(1, 6), towards=st.booleans())
def test_exact_times_equal_networkx(drawn: Scene, k: int, towards: bool) -> None:
    """Ties, loops, parallel edges, closed directions, several facilities at one spot."""
    np.testing.assert_array_equal(
        ranked(drawn, k, towards=towards), by_networkx(drawn, k, towards=towards)
    )


@given(drawn=scenes(exact=False, max_points=9), k=st.integers(1, 4))
def test_any_times_equal_networkx(drawn: Scene, k: int) -> None:
    """Any costs, to rounding."""
    np.testing.assert_allclose(
        ranked(drawn, k), by_networkx(drawn, k, towards=True), rtol=1e-9, atol=1e-9
    )
