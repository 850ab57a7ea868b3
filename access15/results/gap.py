"""The honesty gap: who is covered at the usual claim's walk and is not at the walk of a row's
profile.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

KEYS = ("area", "zone", "category", "group", "cutoff_min")


def add_gap(coverage: pd.DataFrame, claim: str) -> pd.DataFrame:
    """Set every row of a coverage table beside the claim for the same people and place.

    Returns with ``gap_people`` (the claim's `covered` minus the row's), ``gap_points`` (the same of
    `share`, in percentage points) and ``ratio`` (the row's `covered` over the claim's); NaN where
    either is unknown or the claim's profile is not in the table, which is not a gap of zero, and no
    ratio to nobody.
    """
    claimed = coverage.loc[coverage["profile"] == claim, [*KEYS, "covered", "share"]].set_index(
        list(KEYS)
    )
    beside = claimed.reindex(pd.MultiIndex.from_frame(coverage[list(KEYS)]))
    claimed_people = beside["covered"].to_numpy(dtype=np.float64)
    covered = coverage["covered"].to_numpy(dtype=np.float64)
    no_ratio = np.full(len(coverage), np.nan)
    return coverage.assign(
        gap_people=claimed_people - covered,
        gap_points=100.0 * (beside["share"].to_numpy() - coverage["share"]),
        ratio=np.divide(covered, claimed_people, out=no_ratio, where=claimed_people > 0),
    )
