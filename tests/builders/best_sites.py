"""The best corner for one more place, as Python finds it, to hold the session page against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import access15
from access15.area.siting.candidates import list_corners, put_on_streets


def best_site_of(
    result: access15.Run, area_id: str, profile: str
) -> Callable[[str, str], tuple[int, float, tuple[float, float]]]:
    """Of a walker: for a kind of place and a group, the candidate (-1 for none), the people it
    brings within the longest cutoff, and its longitude and latitude.
    """
    area, cutoff_s = result.areas[area_id], 60 * max(result.cutoffs_min)
    corners = list_corners(area, profile)
    put = put_on_streets(area, corners, max_snap_m=result.study.max_snap_m)
    walks = area.walkers[profile].walks.ending_at(put.doors)
    pairs = walks.pairs_within(np.arange(len(put)), cutoff_s=cutoff_s)

    def find(target: str, group: str) -> tuple[int, float, tuple[float, float]]:
        table = area.facilities
        rows = np.flatnonzero((table["category"] == target) & (table["status"] == "ok"))
        today_s = np.full(len(area.residents), np.inf)
        if len(rows):
            today_s, _ = area.walkers[profile].walks.nearest(rows, cutoff_s=cutoff_s)
        is_reached = today_s <= cutoff_s
        people = np.where(is_reached, 0.0, area.residents[group].to_numpy(dtype=np.float64))
        gained = np.bincount(pairs.source, weights=people[pairs.target], minlength=len(put))
        best = int(np.argmax(gained))  # of equal ones the first, as `solve_cover` chooses one
        place = put.points.geometry.iloc[best]
        row = best if gained[best] > 0 else -1
        return row, float(gained[best]), (place.x, place.y)

    return find
