"""What one more place, and one more bench, would bring to a neighbourhood."""

from __future__ import annotations

from typing import Final

import numpy as np

from access15.area.siting.candidates import list_corners
from access15.area.siting.prepare import find_answers
from access15.area.siting.works import BENCH, WorkQuestion, find_area_works
from access15.area.walkers import HUB
from access15.results.aids import Aids, BenchAid
from access15.results.run import AreaResult

# This project's choice: a neighbourhood has some hundred corners; a whole city as one area is asked
# by `access15 site`, not on the way to an overview.
MOST_CORNERS: Final = 5_000


def find_aids(
    area: AreaResult,
    *,
    group: str,
    profile: str,
    cutoff_min: float,
    max_snap_m: float,
) -> Aids:
    """Find the best place for one more hub, and for one more bench on the ways to hubs."""
    if profile not in area.walkers or not area.is_known(HUB):
        return Aids()
    n_corners = len(list_corners(area, profile))
    if not 0 < n_corners <= MOST_CORNERS:
        return Aids()
    best = find_answers(
        area,
        own_profile={group: profile},
        cutoff_min=cutoff_min,
        least=1,
        most=1,
        max_snap_m=max_snap_m,
        points=None,
        kinds=(HUB,),
    )
    bench = find_bench(area, group=group, cutoff_min=cutoff_min)
    return Aids(next(best, None), n_corners, bench)


def find_bench(area: AreaResult, *, group: str, cutoff_min: float) -> BenchAid | None:
    """The best bench for the first walker who rests on the way, were they to need a seat for it."""
    resting = (
        walker.profile
        for walker in area.walkers.values()
        if walker.profile.rest_every_m is not None and not walker.profile.needs_seat
    )
    walker = next(resting, None)
    if area.seats is None or walker is None:
        return None
    asked = WorkQuestion(
        work=BENCH, category=HUB, walker=walker, group=group, cutoff_min=cutoff_min, n=1
    )
    found = find_area_works(area, asked)
    today = found.curve.iloc[0]
    one = found.works.iloc[0] if len(found.works) else None
    is_near = np.asarray(area.travel_time_s[walker.id, HUB]) <= 60.0 * cutoff_min
    return BenchAid(
        walker.id,
        float(walker.rest_every_m or 0.0),
        street="" if one is None else str(one["street"]),
        gained=0.0 if one is None else float(one["gained"]),
        everywhere=float(today["everything"]),
        today=float(today["within"]),
        place=None if one is None else (float(one["lon"]), float(one["lat"])),
        anywhere=float(area.residents[group].to_numpy(dtype=np.float64)[is_near].sum()),
    )
