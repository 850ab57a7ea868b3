"""People spread over points: every total exactly, nobody negative, in proportion."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import shapely
from builders.streets import Street, build_streets
from hypothesis import given
from hypothesis import strategies as st

from access15.core.reach.spread import spread_total, street_points


@given(
    total=st.integers(0, 10**7),
    weights=st.lists(st.floats(0, 1e4, allow_subnormal=False), min_size=1, max_size=300).filter(
        lambda w: sum(w) > 0
    ),
)
def test_total_is_exact_and_in_proportion(total: int, weights: list[float]) -> None:
    """Bit by bit in any order; each within one 1024th of its due; nothing where there is no
    weight.
    """
    due = np.array(weights)
    parts = spread_total(total, due)
    assert parts.sum() == total
    assert sum(parts.tolist()) == total
    assert sum(reversed(parts.tolist())) == total
    assert math.fsum(parts[::2]) + math.fsum(parts[1::2]) == total
    assert (parts >= 0).all()
    assert (parts * 1024 == np.round(parts * 1024)).all()
    assert (parts[due == 0] == 0).all()
    np.testing.assert_allclose(parts, total * due / due.sum(), atol=1 / 1024 + total * 1e-12)


def test_equal_remainders_go_to_the_first() -> None:
    """One person over three equal points: 342, 341 and 341 1024ths."""
    assert (spread_total(1, np.ones(3)) * 1024).tolist() == [342, 341, 341]
    assert spread_total(0, np.ones(3)).tolist() == [0, 0, 0]
    assert spread_total(7, np.array([0.0, 5.0])).tolist() == [0, 7]


@pytest.mark.parametrize(
    ("total", "weights", "message"),
    [
        (1, [], "weights must be finite and not negative, and one must be above zero"),
        (1, [0.0], "weights must be finite and not negative, and one must be above zero"),
        (1, [2.0, -1.0], "weights must be finite and not negative, and one must be above zero"),
        (1, [math.nan], "weights must be finite and not negative, and one must be above zero"),
        (1, [1.0, math.inf], "weights must be finite and not negative, and one must be above zero"),
        (-1, [1.0], "a total of -1 people cannot be spread: it must be whole 1024ths from 0 up"),
        (0.3, [1.0], "a total of 0.3 people cannot be spread: it must be whole 1024ths from 0 up"),
        (
            math.nan,
            [1.0],
            "a total of nan people cannot be spread: it must be whole 1024ths from 0 up",
        ),
        (
            math.inf,
            [1.0],
            "a total of inf people cannot be spread: it must be whole 1024ths from 0 up",
        ),
    ],
)
def test_what_cannot_be_spread(total: float, weights: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        spread_total(total, np.array(weights))


def test_points_stand_for_equal_stretches() -> None:
    """60 m make three points of 20 m; what lies outside the zone or is not used has none.

    ::

        A---o-----o-----o---B          C used, but outside
        D ... not used ... E
    """
    network = build_streets(
        {"A": (0, 0), "B": (60, 0), "C": (500, 0), "F": (560, 0), "D": (0, 9), "E": (60, 9)},
        [Street("A", "B"), Street("C", "F"), Street("D", "E"), Street("A", "A")],
    )
    is_used = np.array([True, True, False, True])
    edge, xy, stretch_m = street_points(network, is_used, shapely.box(-10, -10, 100, 10))
    assert edge.tolist() == [0, 0, 0]
    np.testing.assert_allclose(xy, [[10, 0], [30, 0], [50, 0]], atol=1e-9)
    assert stretch_m.tolist() == pytest.approx([20, 20, 20])


def test_a_street_across_the_border_counts_inside_only() -> None:
    """Of four points two lie in the zone; a bent street's points lie on it."""
    network = build_streets({"A": (0, 0), "B": (50, 50)}, [Street("A", "B", via=((50, 0),))])
    edge, xy, stretch_m = street_points(network, np.ones(1, dtype=bool), shapely.box(-1, -1, 51, 1))
    assert edge.tolist() == [0, 0]
    np.testing.assert_allclose(xy, [[12.5, 0], [37.5, 0]], atol=1e-9)
    assert stretch_m.sum() == pytest.approx(50)


def test_no_street_in_the_zone() -> None:
    network = build_streets({"A": (0, 0), "B": (60, 0)}, [Street("A", "B")])
    edge, xy, stretch_m = street_points(
        network, np.ones(1, dtype=bool), shapely.box(100, 100, 200, 200)
    )
    assert (len(edge), xy.shape, len(stretch_m)) == (0, (0, 2), 0)
