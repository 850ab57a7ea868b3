"""Gaps between seats and places for new ones: by hand, and greedy beside every choice."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.placing_oracle import choose_seats_exactly
from builders.streets import Scene, Street, build_streets, scene, snapped_at, walker
from hypothesis import given, settings
from hypothesis import strategies as st

from access15.core.reach.parts import split_edges
from access15.core.seat_walk.graph import build_rest_graph, place_resting
from access15.core.seat_walk.placing import (
    DOOR,
    SeatQuestion,
    find_gaps,
    propose_seats,
    reach_homes,
)
from access15.core.walk.snap import Snapped


def ask(
    some: Scene,
    seats: Snapped,
    *,
    step_m: float,
    limit_m: float = 100.0,
    cutoff_s: float = math.inf,
) -> SeatQuestion:
    parts = split_edges(some.network, np.arange(some.network.n_edges), step_m=step_m)
    middles = Snapped(parts.edge, (parts.start + parts.stop) / 2, np.zeros(len(parts)))
    graph = build_rest_graph(some.network, some.impedance, seats, candidates=middles)
    return SeatQuestion(
        graph=graph,
        sources=place_resting(graph, some.sources, leaving=False),
        homes=place_resting(graph, some.targets, leaving=True),
        people=np.ones(len(some.targets.edge)),
        limit_m=limit_m,
        cutoff_s=cutoff_s,
    )


def street(*homes_m: float) -> Scene:
    """1 km of street, the service at 0 m, a home at each of the metres."""
    network = build_streets({"A": (0.0, 0.0), "B": (1000.0, 0.0)}, [Street("A", "B")])
    return scene(
        network,
        walker("plain"),
        snapped_at((0, 0.0)),
        snapped_at(*[(0, m / 1000) for m in homes_m]),
    )


def test_gaps_by_hand() -> None:
    """Seats at 90 m and 300 m: 210 m between them; beyond the second up to 450 m nobody can sit.

    ::

        service -- 90 -- seat ---- 210 ---- seat ---- homes at 350, 390, 450
    """
    question = ask(street(50, 350, 390, 450), snapped_at((0, 0.09), (0, 0.3)), step_m=1000.0)
    assert reach_homes(question).tolist() == [True, False, False, False]
    between, beyond = sorted(find_gaps(question), key=lambda gap: gap.far, reverse=True)
    first, second = (question.graph.network.n_nodes + i for i in (0, 1))
    assert (between.near, between.far, between.metres) == (first, second, pytest.approx(210.0))
    assert (between.alone.tolist(), between.together.tolist()) == ([1, 2], [3])
    assert (beyond.near, beyond.far, beyond.metres, beyond.farthest) == (
        second,
        DOOR,
        pytest.approx(150.0),
        3,
    )
    assert (beyond.alone.tolist(), beyond.together.tolist()) == ([], [3])


def test_gap_from_the_door_to_the_homes() -> None:
    """No seat at all: one gap, from the service to the farthest home of the street."""
    [gap] = find_gaps(ask(street(50, 150, 320), snapped_at(), step_m=1000.0))
    assert (gap.near, gap.source, gap.far, gap.metres) == (DOOR, 0, DOOR, pytest.approx(320.0))
    assert (gap.alone.tolist(), gap.farthest) == ([1, 2], 2)
    assert (
        find_gaps(ask(street(50, 150, 320), snapped_at(), step_m=1000.0, cutoff_s=100 / 1.33)) == []
    )


def test_one_seat_that_brings_all_back() -> None:
    """A seat is missing halfway between 90 m and 240 m; one there reconnects the homes at 200 m and
    300 m.
    """
    question = ask(street(50, 200, 300), snapped_at((0, 0.09), (0, 0.24)), step_m=20.0)
    [seat] = propose_seats(question, n=3)
    assert (seat.step, seat.gained, seat.total) == (1, 2.0, 2.0)
    at_m = 1000 * question.graph.split_fraction[seat.row]
    assert 140 <= at_m <= 190
    assert choose_seats_exactly(question, n=1)[1] == 2.0


def test_two_seats_in_a_row() -> None:
    """One seat alone brings nobody back, two do: a chain is one step."""
    question = ask(street(280, 290), snapped_at(), step_m=20.0)
    assert choose_seats_exactly(question, n=1) == ((), 0.0)
    found = propose_seats(question, n=5)
    assert [(seat.step, seat.gained, seat.total) for seat in found] == [
        (1, 0.0, 0.0),
        (1, 2.0, 2.0),
    ]
    assert propose_seats(question, n=1) == []


def test_greedy_is_not_always_best() -> None:
    """Two homes near, one bench; three homes far, two benches: per bench the near ones come first.

    With two benches greedy choice gets the two near homes and no more, where three could be had.

    ::

        near homes -- 150 -- service ---------- 290 ---------- far homes
    """
    network = build_streets(
        {"A": (-150.0, 0.0), "S": (0.0, 0.0), "B": (290.0, 0.0)},
        [Street("S", "A"), Street("S", "B")],
    )
    homes = snapped_at((0, 1.0), (0, 0.99), (1, 0.95), (1, 0.94), (1, 0.93))
    question = ask(
        scene(network, walker("plain"), snapped_at((0, 0.0)), homes), snapped_at(), step_m=20.0
    )
    assert sum(seat.gained for seat in propose_seats(question, n=2)) == 2.0
    assert choose_seats_exactly(question, n=2)[1] == 3.0
    assert sum(seat.gained for seat in propose_seats(question, n=3)) == 5.0


@st.composite
def towns(draw: st.DrawFn) -> tuple[Scene, Snapped]:
    """Small trees and rings of streets of 60 to 240 m, a service, homes, a seat or none."""
    n = draw(st.integers(2, 5))
    names = {str(i): (100.0 * i, 30.0 * (i % 2)) for i in range(n)}
    metres = st.sampled_from([60.0, 120.0, 180.0, 240.0])
    streets = [
        Street(str(draw(st.integers(0, i - 1))), str(i), length_m=draw(metres)) for i in range(1, n)
    ]
    if draw(st.booleans()):
        streets.append(Street("0", str(n - 1), length_m=draw(metres)))
    place = st.tuples(st.integers(0, len(streets) - 1), st.integers(0, 12).map(lambda k: k / 12))
    network = build_streets(names, streets)
    homes = snapped_at(*draw(st.lists(place, min_size=1, max_size=8)))
    seats = snapped_at(*draw(st.lists(place, max_size=2)))
    return scene(network, walker("plain"), snapped_at(draw(place)), homes), seats


@settings(max_examples=40)
@given(town=towns(), n=st.integers(1, 3))
def test_greedy_beside_every_choice(town: tuple[Scene, Snapped], n: int) -> None:
    """Never better than the best, counts its own gains rightly, and helps wherever n seats can help
    anybody.
    """
    some, seats = town
    question = ask(some, seats, step_m=60.0)
    found = propose_seats(question, n=n)
    _, best = choose_seats_exactly(question, n=n)
    total = sum(seat.gained for seat in found)
    before, after = reach_homes(question), reach_homes(question, [seat.row for seat in found])
    assert len(found) <= n
    assert total == pytest.approx(float(after.sum() - before.sum()))
    assert (after >= before).all()
    assert total <= best + 1e-9
    assert (total > 0) == (best > 0)
    if n == 1:
        assert total == best


@settings(max_examples=60)
@given(town=towns())
def test_gaps_name_exactly_who_is_cut_off(town: tuple[Scene, Snapped]) -> None:
    """Whoever can walk there but not from seat to seat stands at a gap; all gaps exceed the
    limit.
    """
    some, seats = town
    question = ask(some, seats, step_m=60.0)
    gaps = find_gaps(question)
    named = {home for gap in gaps for home in [*gap.alone.tolist(), *gap.together.tolist()]}
    assert named == set(np.flatnonzero(~reach_homes(question)).tolist())
    assert all(gap.metres > question.limit_m for gap in gaps)
