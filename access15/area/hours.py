"""How many more residents would be within reach if the places of unknown hours were open."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.walkers import AreaInputs
from access15.area.zones import count_by_zone, mask_zones
from access15.results.walker import Walker


def walk_if_open(
    inputs: AreaInputs, walkers: list[Walker]
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Walk to the nearest place that is open or may be.

    Returns door-to-door walks; inf beyond the longest cutoff [s]. Targets are the nearest hub and
    the categories; only those with a place of unknown hours.
    """
    may_be_open = inputs.is_located & (inputs.open_at != "closed")
    chosen = {
        target: rows[may_be_open[rows]]
        for target, rows in inputs.targets.items()
        if target not in inputs.area.hubs
        and (inputs.is_located & (inputs.open_at == "unknown"))[rows].any()
    }
    tasks = [(walker, target) for walker in walkers for target in chosen]

    def walk(walker: Walker, target: str) -> NDArray[np.float64]:
        time_s, _ = walker.walks.nearest(chosen[target], cutoff_s=inputs.cutoffs_s[-1])
        return time_s

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads only take more room
        walks = list(pool.map(lambda task: walk(*task), tasks))
    return {
        (walker.profile.id, target): time_s
        for (walker, target), time_s in zip(tasks, walks, strict=True)
    }


def add_unknown_hours(
    coverage: pd.DataFrame,
    inputs: AreaInputs,
    walks: Mapping[tuple[str, str], NDArray[np.float64]],
) -> pd.DataFrame:
    """Set beside those covered for certain how many more there may be.

    Returns with ``unknown_hours`` (people covered only if places of unknown hours are open),
    ``unknown_hours_share`` and ``share_if_open``; all of those covered then, where nothing is known
    for certain.
    """
    zones = mask_zones(inputs.residents, inputs.zones)
    people = inputs.residents[list(inputs.groups)].to_numpy(dtype=np.float64).T
    by_zone = {zone: people[:, here] for zone, here in zones.items()}
    cutoffs_min = [float(cutoff_min) for cutoff_min in inputs.cutoffs_min]
    covered: dict[tuple[str, str, str, str, float], float] = {}
    for (profile, target), time_s in walks.items():
        counts = count_by_zone(zones, time_s, by_zone, cutoffs_s=inputs.cutoffs_s)
        keys = product(zones, [profile], [target], inputs.groups, cutoffs_min)
        covered |= zip(keys, counts.ravel().tolist(), strict=True)
    names = ["zone", "profile", "category", "group", "cutoff_min"]
    rows = coverage[names].itertuples(index=False, name=None)
    certain = coverage["covered"].fillna(0.0).to_numpy(dtype=np.float64)
    at_most = np.array([covered.get(row, np.nan) for row in rows])
    more = np.where(np.isnan(at_most), 0.0, np.maximum(at_most - certain, 0.0))
    total = coverage["people"].to_numpy(dtype=np.float64)
    share = np.divide(more, total, out=np.full(len(total), np.nan), where=total > 0)
    most = np.where(coverage["covered"].isna() & (more == 0), np.nan, certain + more)
    if_open = np.divide(most, total, out=np.full(len(total), np.nan), where=total > 0)
    return coverage.assign(unknown_hours=more, unknown_hours_share=share, share_if_open=if_open)
