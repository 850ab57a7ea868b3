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

from access15.core.reach.spread import (
    SPACING_M,
    STRETCH_M,
    group_stretches,
    spread_total,
    street_points,
)


@given(
    total=st.integers(0, 10**7),
    weights=st.lists(st.floats(0, 1e4, allow_subnormal=False), min_size=1, max_size=300).filter(
        lambda w: sum(w) > 0
    ),
)
def test_total_is_exact_and_in_proportion(total: int, weights: list[float]) -> None:
    """Bit by bit in any order; each within 2**-20 of its due; nothing where there is no weight."""
    due = np.array(weights)
    parts = spread_total(total, due)
    assert parts.sum() == total
    assert sum(parts.tolist()) == total
    assert sum(reversed(parts.tolist())) == total
    assert math.fsum(parts[::2]) + math.fsum(parts[1::2]) == total
    assert (parts >= 0).all()
    assert (parts * 2**20 == np.round(parts * 2**20)).all()
    assert (parts[due == 0] == 0).all()
    np.testing.assert_allclose(parts, total * due / due.sum(), atol=2**-20 + total * 1e-12)


def test_equal_remainders_go_to_the_first() -> None:
    """One person over three equal points: the first gets 2**-20 more."""
    assert (spread_total(1, np.ones(3)) * 2**20).tolist() == [349526, 349525, 349525]
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
        (-1, [1.0], "a total of -1 people cannot be spread: it must be whole 2**-20 from 0 up"),
        (0.3, [1.0], "a total of 0.3 people cannot be spread: it must be whole 2**-20 from 0 up"),
        (
            math.nan,
            [1.0],
            "a total of nan people cannot be spread: it must be whole 2**-20 from 0 up",
        ),
        (
            math.inf,
            [1.0],
            "a total of inf people cannot be spread: it must be whole 2**-20 from 0 up",
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
    zone = shapely.box(-10, -10, 100, 10)
    edge, xy, stretch_m = street_points(network, is_used, zone, spacing_m=25)
    assert edge.tolist() == [0, 0, 0]
    np.testing.assert_allclose(xy, [[10, 0], [30, 0], [50, 0]], atol=1e-9)
    assert stretch_m.tolist() == pytest.approx([20, 20, 20])


def test_a_street_across_the_border_counts_inside_only() -> None:
    """Of four points two lie in the zone; a bent street's points lie on it."""
    network = build_streets({"A": (0, 0), "B": (50, 50)}, [Street("A", "B", via=((50, 0),))])
    edge, xy, stretch_m = street_points(
        network, np.ones(1, dtype=bool), shapely.box(-1, -1, 51, 1), spacing_m=25
    )
    assert edge.tolist() == [0, 0]
    np.testing.assert_allclose(xy, [[12.5, 0], [37.5, 0]], atol=1e-9)
    assert stretch_m.sum() == pytest.approx(50)


def test_no_street_in_the_zone() -> None:
    network = build_streets({"A": (0, 0), "B": (60, 0)}, [Street("A", "B")])
    edge, xy, stretch_m = street_points(
        network, np.ones(1, dtype=bool), shapely.box(100, 100, 200, 200)
    )
    assert (len(edge), xy.shape, len(stretch_m)) == (0, (0, 2), 0)


@pytest.mark.parametrize(("shift", "x_m"), [(-0.5, [0, 20, 40]), (0.25, [15, 35, 55])])
def test_points_may_be_shifted_along_their_stretch(shift: float, x_m: list[float]) -> None:
    """Three points of 20 m, at the beginning of their stretch or a quarter behind its middle."""
    network = build_streets({"A": (0, 0), "B": (60, 0)}, [Street("A", "B")])
    _, xy, stretch_m = street_points(
        network, np.ones(1, dtype=bool), shapely.box(-1, -1, 61, 1), spacing_m=25, shift=shift
    )
    np.testing.assert_allclose(xy[:, 0], x_m, atol=1e-9)
    assert stretch_m.tolist() == pytest.approx([20, 20, 20])


@given(
    lengths_m=st.lists(st.floats(30, 300), min_size=40, max_size=60),
    cutoff_m=st.floats(50, 250),
    shift=st.sampled_from([-0.5, 0.5]),
)
def test_where_points_fall_moves_no_share(
    lengths_m: list[float], cutoff_m: float, shift: float
) -> None:
    """Streets that leave one square like spokes, each cut where the walk ends: a shift by half a
    spacing moves at most one point of each, by less than half its stretch.
    """
    turns = np.linspace(0, 2 * np.pi, len(lengths_m), endpoint=False)
    ends = np.column_stack([np.cos(turns), np.sin(turns)]) * np.array(lengths_m)[:, None]
    network = build_streets(
        {"O": (0.0, 0.0), **{f"{i}": (float(x), float(y)) for i, (x, y) in enumerate(ends)}},
        [Street("O", f"{i}") for i in range(len(ends))],
    )
    zone = shapely.Point(0, 0).buffer(400)

    def share(shift: float) -> float:
        used = np.ones(network.n_edges, dtype=bool)
        _, xy, stretch_m = street_points(network, used, zone, shift=shift)
        people = spread_total(5000, stretch_m)
        return float(people[np.hypot(*xy.T) <= cutoff_m].sum() / 5000)

    exact = sum(min(cutoff_m, length) for length in lengths_m) / sum(lengths_m)
    assert share(0.0) == pytest.approx(exact, abs=len(lengths_m) * SPACING_M / 2 / sum(lengths_m))
    worst = len(lengths_m) * SPACING_M / sum(lengths_m)
    assert share(shift) == pytest.approx(share(0.0), abs=worst)


def test_points_gather_to_stretches() -> None:
    """Seven points of a street make two stretches of at most four; zones and streets part them, and
    buildings stay alone.

    ::

        zone 0: o o o o | o o o (street 3)   o o (street 5)   zone 1: o (street 5)   B   B
    """
    zone = np.array([0] * 9 + [1] * 3)
    edge = np.array([3] * 7 + [5] * 2 + [5] + [-1] * 2)
    found = group_stretches(zone, edge, most=4)
    assert found.tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5]
    assert group_stretches(zone[:0], edge[:0]).tolist() == []


@given(n=st.integers(1, 400))
def test_no_stretch_is_long_and_none_a_short_rest(n: int) -> None:
    stretch = group_stretches(np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64))
    sizes = np.bincount(stretch)
    assert sizes.max() * SPACING_M <= STRETCH_M
    assert sizes.max() - sizes.min() <= 1
