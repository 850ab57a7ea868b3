"""What a method of a network is asked, in whatever a notebook holds it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from access15.errors import InputDataError
from access15.workflows.network.asked import read_cutoffs


@pytest.mark.parametrize(
    ("minutes", "read"),
    [
        (5, (5.0,)),
        ([15, 5, 10.5], (5.0, 10.5, 15.0)),
        ((5,), (5.0,)),
        (range(5, 16, 5), (5.0, 10.0, 15.0)),
        (np.array([10, 5]), (5.0, 10.0)),
        (np.arange(5.0, 16.0, 5.0), (5.0, 10.0, 15.0)),
        (np.float32(7.0), (7.0,)),
        (np.array(5), (5.0,)),
        (pd.Series([5.0, 5.0], index=["a", "b"]), (5.0,)),
    ],
    ids=repr,
)
def test_minutes_of_any_row_of_numbers(minutes: Any, read: tuple[float, ...]) -> None:
    assert read_cutoffs(minutes) == read


@pytest.mark.parametrize(
    "minutes", ["5", b"5", [True], np.array([True]), {5: 1}, None, [[5]], ["5"], 5j], ids=repr
)
def test_what_are_no_minutes_is_told(minutes: Any) -> None:
    with pytest.raises(InputDataError, match=r"^minutes cannot be .*; give minutes above 0"):
        read_cutoffs(minutes)


@pytest.mark.parametrize("minutes", [0, -1.0, float("nan"), float("inf"), 121, [5, 0], []])
def test_minutes_that_nobody_walks_are_told(minutes: Any) -> None:
    with pytest.raises(InputDataError, match="give minutes above 0 and up to 120"):
        read_cutoffs(minutes)
