"""Opportunities and equity on frames: solved by hand, and wrong input named."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

import access15
from access15.errors import InputDataError

# Two homes, three places; the middle place is reached by both.
TIMES = pd.DataFrame(
    {
        "origin": ["a", "a", "a", "b", "b", "b"],
        "destination": ["x", "y", "z", "x", "y", "z"],
        "minutes": [4.0, 15.0, math.inf, math.inf, 10.0, 15.5],
    }
)
SUPPLY = {"x": 1.0, "y": 20.0, "z": 300.0}


def test_opportunities_are_counted_by_hand() -> None:
    """Exactly fifteen minutes are within fifteen."""
    assert access15.count_opportunities(TIMES, within_min=15).to_dict() == {"a": 2.0, "b": 1.0}
    found = access15.count_opportunities(TIMES, within_min=15, supply=SUPPLY)
    assert found.to_dict() == {"a": 21.0, "b": 20.0}


@pytest.mark.parametrize("decay", ["exponential", "gaussian", "logistic"])
def test_gravity_counts_a_half_after_its_half(decay: Any) -> None:
    times = pd.DataFrame({"origin": ["a", "b"], "destination": ["x", "x"], "minutes": [0.0, 6.0]})
    found = access15.measure_gravity(times, decay=decay, half_min=6.0, supply={"x": 2.0})
    assert found["a"] == pytest.approx(2.0)
    assert found["b"] == pytest.approx(1.0, rel=0.01)
    cut = access15.measure_gravity(times, decay=decay, half_min=6.0, cutoff_min=5.0)
    assert cut["b"] == 0.0


def test_catchments_by_hand() -> None:
    """x is a's alone (1/3 each); y is shared by 3 and 2 (20/5); z is reached by nobody in time."""
    found = access15.measure_2sfca(
        TIMES, people=pd.Series({"a": 3, "b": 2}), supply=SUPPLY, within_min=15
    )
    assert found.to_dict() == {"a": pytest.approx(1 / 3 + 4.0), "b": 4.0}


def test_equity_by_hand() -> None:
    held = pd.Series({"a": 0.0, "b": 1.0, "c": 2.0})
    people = {"a": 1, "b": 1, "c": 2}
    found = access15.measure_equity(held, people, enough=2, rank_by={"a": 3, "b": 2, "c": 1})
    assert found[["fgt_0", "fgt_1", "fgt_2"]].tolist() == [0.5, 0.375, 0.3125]
    assert found["concentration"] == pytest.approx(-found["gini"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: access15.count_opportunities(TIMES[["origin"]], within_min=15),
            "destination, min",
        ),
        (lambda: access15.count_opportunities([1], within_min=15), "times needs the columns"),
        (lambda: access15.count_opportunities(TIMES, within_min=-1), "within_min cannot be -1"),
        (
            lambda: access15.count_opportunities(TIMES.assign(minutes=-1.0), within_min=5),
            "row 0: its minutes",
        ),
        (
            lambda: access15.count_opportunities(TIMES, within_min=5, supply={"x": 1, "y": -2}),
            "row 'z' has no number",
        ),
        (
            lambda: access15.count_opportunities(
                TIMES, within_min=5, supply={"x": 1, "y": -2, "z": "many"}
            ),
            r"(?s)row 'y' cannot be -2.*row 'z' cannot be 'many'",
        ),
        (lambda: access15.measure_gravity(TIMES, decay="linear"), "decay 'linear' is not known"),  # type: ignore[arg-type]
        (lambda: access15.measure_equity(pd.Series([1.0]), [1]), "people must be a Series"),  # type: ignore[arg-type]
        (lambda: access15.measure_equity([1.0], {0: 1}), "values must be a Series"),
        (lambda: access15.measure_equity(pd.Series([1.0]), {0: 1}, enough=0), "enough cannot be 0"),
        (
            lambda: access15.measure_equity(pd.Series([1.0, 2.0], index=[0, 0]), {0: 1}),
            "row 0: several rows",
        ),
    ],
)
def test_what_is_wrong_is_named(call: Any, message: str, said_in_italian: None) -> None:
    with pytest.raises(InputDataError, match=message):
        call()
