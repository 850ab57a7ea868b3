"""Made-up measures and equity of one neighbourhood, for tests of what is written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.core.measures.homes import HomeMeasures
from access15.results.asked import Later, Measured
from access15.results.schema import EQUITY, MEASURES


def make_measured(
    area_id: str, times: Mapping[tuple[str, str], NDArray[np.float64]]
) -> Later[Measured]:
    """What `access15.results.run.AreaResult` is measured by: one place of each kind, if any."""
    homes = {}
    for key, time_s in times.items():
        ranked_s = np.stack([time_s, *[np.full(len(time_s), np.inf)] * 2], axis=1)
        n_within, nothing = (time_s <= 900.0).astype(np.int64), np.zeros(len(time_s))
        homes[key] = HomeMeasures(ranked_s, n_within, *[nothing] * 5, has_capacity=False)
    return Later(partial(Measured, homes, make_measures(area_id), make_equity(area_id)))


def make_measures(area_id: str) -> pd.DataFrame:
    """Three rows: known, unknown, and a walk that most cannot make."""
    said = ("residential streets", "sketch")
    minutes, places = (
        ("minutes_nearest", "min", np.nan, "", np.nan),
        ("2sfca", "places per 1000 residents", 15.0, "capacity", 0.05),
    )
    rows = [
        ("hub", 40.0, *minutes, 40.0, 6.25, 4.5, 4.5, 4.5, 15.0, 20.0),
        ("bike_station", 40.0, *minutes, *([np.nan] * 7)),
        ("library", 40.0, *minutes, 10.0, 13.5, 13.5, 13.5, np.inf, np.inf, np.inf),
        ("cam", 40.0, *places, 40.0, np.nan, 0.0, 0.0, 0.0, 0.5, 1.0),
    ]
    table = [
        ("prova", area_id, "older_adult", row[0], "age_65_plus", True, *row[1:], *said)
        for row in rows
    ]
    return pd.DataFrame(table, columns=MEASURES.list_names())


def make_equity(area_id: str) -> pd.DataFrame:
    """Two rows: a hub that some cannot reach, and the score."""
    said = ("residential streets", "sketch")
    rows = [
        ("hub", 40.0, "gravity", 0.5, 0.75, np.inf, 15.0, 20.0, 0.5, 10.0, 2.5, 0.125, 0.0625),
        ("score", 40.0, "score", 0.25, 0.125, 0.5, 15.0, *([np.nan] * 6)),
    ]
    table = [
        ("prova", area_id, "older_adult", row[0], "age_65_plus", True, *row[1:], *said)
        for row in rows
    ]
    return pd.DataFrame(table, columns=EQUITY.list_names())
