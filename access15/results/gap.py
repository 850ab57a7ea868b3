"""The honesty gap: who is covered at the usual claim's walk and is not at the walk of a row's
profile.
"""

from __future__ import annotations

import pandas as pd

KEYS = ("area", "zone", "category", "group", "cutoff_min")


def add_gap(coverage: pd.DataFrame, claim: str) -> pd.DataFrame:
    """Set every row of a coverage table beside the claim for the same people and place.

    Returns with ``gap_people`` (the claim's `covered` minus the row's) and ``gap_points`` (the same
    of `share`, in percentage points); NaN where either is unknown or the claim's profile is not in
    the table, which is not a gap of zero.
    """
    claimed = coverage.loc[coverage["profile"] == claim, [*KEYS, "covered", "share"]].set_index(
        list(KEYS)
    )
    beside = claimed.reindex(pd.MultiIndex.from_frame(coverage[list(KEYS)]))
    return coverage.assign(
        gap_people=beside["covered"].to_numpy() - coverage["covered"],
        gap_points=100.0 * (beside["share"].to_numpy() - coverage["share"]),
    )
