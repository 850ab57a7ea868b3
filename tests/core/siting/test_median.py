"""The places that are nearest on average, against all choices there are."""

from __future__ import annotations

import numpy as np
import pytest
from builders.siting import Question, ask_many

from access15.core.siting.median import solve_median

# Five homes along a street, a minute apart; a person at each, but four at the end. Each home is a
# candidate:
#
#     a --- b --- c --- d --- e
#     1     1     1     1     4
PEOPLE = np.array([1.0, 1.0, 1.0, 1.0, 4.0])
STREET_S = 60.0 * np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
NOWHERE = np.full(5, np.inf)


def find_least(asked: Question) -> tuple[float, float]:
    """People without any place and person-seconds of the best choice, by trying all of them."""
    time_s = asked.walk_with_each_choice()
    unserved = np.isinf(time_s) @ asked.own_people
    person_s = np.where(np.isinf(time_s), 0.0, time_s) @ asked.own_people
    best = np.lexsort((person_s, np.round(unserved, 6)))[0]
    return float(unserved[best]), float(person_s[best])


def test_one_place_goes_where_the_half_of_the_people_is() -> None:
    best = solve_median(Question(STREET_S, PEOPLE, NOWHERE, 1).build(), 1)
    # at d: 3 + 2 + 1 + 0 + 4 minutes; at e: 4 + 3 + 2 + 1
    assert best.chosen.tolist() in ([3], [4])
    assert (best.person_s, best.mean_s, best.is_proven) == (600.0, 75.0, True)
    assert (best.unserved, best.served) == (0.0, 8.0)


def test_a_place_of_today_is_kept() -> None:
    today_s = STREET_S[4]  # one is at e
    best = solve_median(Question(STREET_S, PEOPLE, today_s, 1).build(), 1)
    assert (best.chosen.tolist(), best.person_s) == ([1], 60.0 + 0.0 + 60.0 + 60.0 + 0.0)


def test_two_thousand_questions_are_answered_as_by_trying_all_choices() -> None:
    for asked in ask_many(2000, seed=13):
        best = solve_median(asked.build(), asked.n)
        unserved, person_s = find_least(asked)
        assert best.unserved == pytest.approx(unserved, abs=1e-6)
        assert best.person_s == pytest.approx(person_s, rel=1e-9, abs=1e-6)
        assert best.is_proven
        assert len(best.chosen) <= asked.n
