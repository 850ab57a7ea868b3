"""Where seats are missing on the way, and what becomes of people from one walk to another, as the
session page draws and tells them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders.session_scenes import (
    METRES_PER_DEGREE,
    TARGETS,
    Neighbourhood,
    ask_core,
    numbers,
    random_changes,
    random_neighbourhood,
    walkers,
)
from builders.streets import Street, build_streets

pytestmark = pytest.mark.node

N = 150
LIMIT_S = 240.0  # the longest cutoff of these sessions


def _along(seats: list[float], homes: list[float]) -> dict[str, Any]:
    """One street of 180 m with the hub at its beginning, cut in two at 90 m."""
    places = {"a": (0.0, 0.0), "b": (90.0, 0.0), "c": (180.0, 0.0)}
    here = Neighbourhood(
        network=build_streets(places, [Street("a", "b"), Street("b", "c")]),
        home_xy=np.array([[x, 0.0] for x in homes]),
        people=np.ones(len(homes)),
        facility_xy=np.array([[0.0, 0.0]]),
        second_xy=np.zeros((0, 2)),
        category=["library"],
        is_hub=np.array([True]),
        seat_xy=np.array([[x, 0.0] for x in seats]).reshape(-1, 2),
        profiles=walkers(),
    )
    return here.to_json()


def _ask(sessions: list[dict[str, Any]], **more: Any) -> list[list[tuple[int, float, float]]]:
    question = {"profile": "sitting", "target": "hub", "cutoff_s": LIMIT_S, "want": ["gaps"]}
    asked = [{**question, "session": i, **more} for i in range(len(sessions))]
    return [
        list(zip(*(found["gaps"][key] for key in ("edge", "from", "to")), strict=True))
        for found in ask_core(sessions, asked)
    ]


def test_gaps_lie_between_the_seats_of_those_left_out() -> None:
    r"""Metres from the hub H; s is a seat, h a home, ### longer than 100 m without a seat.

    H--s--------------h   seat at 10, home at 105: 95 m, nobody is left out
    H--s##############h   seat at 10, home at 115
    H##############s--h   seat at 120, home at 130
    H--s###########s--h   seats at 10 and 120, home at 130
    H###############h-s   seat at 180, behind the home at 110
    H-----s-----s-----h   seats at 60 and 120, home at 130
    H--h-s############    nobody lives there
    """
    found = _ask(
        [
            _along([10], [105]),
            _along([10], [115]),
            _along([120], [130]),
            _along([10, 120], [130]),
            _along([180], [110]),
            _along([60, 120], [130]),
            _along([40], [20]),
        ]
    )
    expected: list[list[list[float]]] = [
        [],
        [[0, 10, 90], [1, 90, 115]],
        [[0, 0, 90], [1, 90, 120]],
        [[0, 10, 90], [1, 90, 120]],
        [[0, 0, 90], [1, 90, 110]],
        [],
        [],
    ]
    metres = [
        [
            [edge, *np.round([90 * edge + 90 * one for one in (start, stop)], 6)]
            for edge, start, stop in one
        ]
        for one in found
    ]
    assert metres == expected


def test_a_bench_closes_a_gap() -> None:
    here = _along([10], [115])
    bench: dict[str, Any] = {"id": "c1", "change": "add_bench", "lat": 0.0}
    for metres, is_closed in ((60.0, True), (5.0, False)):
        bench["lon"] = round(metres / METRES_PER_DEGREE, 7)
        assert (_ask([here], changes=[bench]) == [[]]) is is_closed


def test_there_are_gaps_where_somebody_is_left_out_and_nowhere_else() -> None:
    places = [random_neighbourhood(seed) for seed in range(N)]
    questions = [
        {
            "session": i,
            "profile": "sitting",
            "target": TARGETS[i % 3],
            "cutoff_s": LIMIT_S,
            "changes": random_changes(i, here) if i % 2 else [],
            "want": ["gaps", "times", "plain_times"],
        }
        for i, here in enumerate(places)
    ]
    n_left_out = 0
    for here, found in zip(
        places, ask_core([one.to_json() for one in places], questions), strict=True
    ):
        plain, seated = numbers(found["plain_times"]), numbers(found["times"])
        left_out = (plain <= LIMIT_S) & ~(seated <= LIMIT_S) & (here.people > 0)
        # of a home at its door's very place the gap has no length
        assert left_out.any() or found["gaps"]["edge"] == []
        n_left_out += bool(left_out.any() and found["gaps"]["edge"])
    assert n_left_out > 20


def test_who_gains_loses_and_walks_longer_or_shorter() -> None:
    """Counted from the times of today and of the proposal."""
    places = [random_neighbourhood(seed) for seed in range(N)]
    questions = [
        {
            "session": i,
            "profile": ("adult", "frail", "wheelchair", "sitting")[i % 4],
            "target": TARGETS[i % 3],
            "cutoff_s": LIMIT_S,
            "changes": changes,
            "want": ["times", "exchanged"],
        }
        for i, here in enumerate(places)
        for changes in ([], random_changes(i, here))
    ]
    answers = ask_core([one.to_json() for one in places], questions)
    n = {"gained": 0, "lost": 0, "longer": 0, "shorter": 0}
    for here, today, after in zip(places, answers[::2], answers[1::2], strict=True):
        was, now = numbers(today["times"]), numbers(after["times"])
        both = (was <= LIMIT_S) & (now <= LIMIT_S)
        with np.errstate(invalid="ignore"):
            more = np.where(both, now - was, 0.0)
        who = {
            "gained": (now <= LIMIT_S) & ~(was <= LIMIT_S),
            "lost": (was <= LIMIT_S) & ~(now <= LIMIT_S),
            "longer": more > 0,
            "shorter": more < 0,
        }
        told = after["exchanged"]
        for name, homes in who.items():
            assert told[name] == pytest.approx(here.people[homes].sum(), abs=1e-9)
            n[name] += bool(homes.any())
        people = here.people > 0
        assert told["longer_s"] == more[people].max(initial=0.0)
        assert told["shorter_s"] == (-more[people]).max(initial=0.0)
    assert min(n.values()) > 3
