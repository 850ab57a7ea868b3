"""Small towns of people and services."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.core.walk.pairs import Pairs

INF = math.inf


def make_pairs(times: NDArray[np.float64], cutoff_s: float = INF) -> Pairs:
    """Pairs of a full table of seconds, homes by facilities; inf and beyond the cutoff is no
    pair.
    """
    home, facility = np.nonzero(np.isfinite(times) & (times <= cutoff_s))
    order = np.lexsort((home, times[home, facility], facility))
    home, facility = home[order], facility[order]
    return Pairs(facility, home, times[home, facility])


@st.composite
def towns(draw: st.DrawFn, *, max_homes: int = 6, max_facilities: int = 5) -> NDArray[np.float64]:
    """Seconds between homes and facilities, some unreachable."""
    shape = (draw(st.integers(1, max_homes)), draw(st.integers(1, max_facilities)))
    time = st.one_of(st.integers(0, 1800).map(float), st.just(INF))
    flat = draw(st.lists(time, min_size=math.prod(shape), max_size=math.prod(shape)))
    return np.array(flat).reshape(shape)
