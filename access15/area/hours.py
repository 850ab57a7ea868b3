"""How many more residents would be within reach if the places of unknown hours were open."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.walkers import AreaInputs, Walker
from access15.core.measures.coverage import count_covered
from access15.core.walk.search import nearest


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
        if walker.seat_walks is not None:
            return walker.seat_walks.nearest(chosen[target], cutoff_s=inputs.cutoffs_s[-1])[0]
        sources = walker.facilities.take(chosen[target])
        return nearest(walker.graph, sources, walker.residents, cutoff_s=inputs.cutoffs_s[-1])[0]

    with ThreadPoolExecutor() as pool:
        walks = list(pool.map(lambda task: walk(*task), tasks))
    return {
        (walker.profile.id, target): time_s
        for (walker, target), time_s in zip(tasks, walks, strict=True)
    }


def add_unknown_hours(
    coverage: pd.DataFrame, inputs: AreaInputs, walks: Mapping[tuple[str, str], NDArray[np.float64]]
) -> pd.DataFrame:
    """Set beside those covered for certain how many more there may be.

    Returns with ``unknown_hours`` (people covered only if places of unknown hours are open) and
    ``unknown_hours_share``; all of those covered then, where nothing is known for certain.
    """
    zone_of = inputs.residents["zone_id"].to_numpy()
    people = inputs.residents[list(inputs.groups)].to_numpy(dtype=np.float64).T
    covered: dict[tuple[str, str, str, str, float], float] = {}
    for (profile, target), time_s in walks.items():
        for zone in ("all", *inputs.zones["zone_id"]):
            here = np.ones(len(zone_of), dtype=np.bool_) if zone == "all" else zone_of == zone
            counts = count_covered(time_s[here], people[:, here], cutoffs_s=inputs.cutoffs_s)
            for group, row in zip(inputs.groups, counts.tolist(), strict=True):
                for cutoff_min, count in zip(inputs.cutoffs_min, row, strict=True):
                    covered[zone, profile, target, group, float(cutoff_min)] = count
    keys = zip(
        *(coverage[name] for name in ("zone", "profile", "category", "group", "cutoff_min")),
        strict=True,
    )
    certain = coverage["covered"].fillna(0.0).to_numpy(dtype=np.float64)
    at_most = np.array([covered.get((*key[:4], float(key[4])), np.nan) for key in keys])
    more = np.where(np.isnan(at_most), 0.0, np.maximum(at_most - certain, 0.0))
    total = coverage["people"].to_numpy(dtype=np.float64)
    share = np.divide(more, total, out=np.full(len(total), np.nan), where=total > 0)
    return coverage.assign(unknown_hours=more, unknown_hours_share=share)
