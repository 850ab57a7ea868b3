"""Made-up ranges for tests of outputs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from access15.core.measures.ranges import measure_budget
from access15.core.measures.uncertain import FACTORS
from access15.results.schema import RANGE_BUDGET

# what each factor alone moves: the share, the gap [points], the ratio
SWINGS = dict(zip(FACTORS, (0.2, 0.1, 0.1, 0.02, 0.0, 0.04, 0.01), strict=True))
TIMES = {"share": 1.0, "gap": 50.0, "ratio": 2.0}


def add_ranges(coverage: pd.DataFrame) -> pd.DataFrame:
    """Gaps two points less and four more, ratios a tenth less and a twentieth more."""
    return coverage.assign(
        gap_low=coverage["gap_points"] - 2.0,
        gap_high=coverage["gap_points"] + 4.0,
        no_range=np.where(coverage["covered"].isna(), "unknown", ""),
        ratio_low=coverage["ratio"] * 0.9,
        ratio_high=coverage["ratio"] * 1.05,
    )


def make_budget(
    area: str, profiles: Iterable[str], swings: dict[str, float] = SWINGS
) -> pd.DataFrame:
    """The same budget for everybody of an area."""
    parts = measure_budget(swings)
    rows = [
        {
            "study": "prova",
            "area": area,
            "profile": profile,
            "category": "hub",
            "group": "age_65_plus",
            "cutoff_min": 15.0,
            "number": number,
            "factor": factor,
            "low": 0.25 * times,
            "high": (0.25 + swing) * times,
            "swing": swing * times,
            "part": parts[factor],
            "method": "zones_streets",
            "network": "sketch",
        }
        for profile in profiles
        for number, times in TIMES.items()
        for factor, swing in swings.items()
    ]
    return pd.DataFrame(rows, columns=RANGE_BUDGET.list_names())
