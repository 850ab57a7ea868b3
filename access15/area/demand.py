"""Who shares each facility: everybody who can walk there at their own pace, from around the
neighbourhood too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.area.walkers import AreaInputs, set_walkers
from access15.config import list_age_classes
from access15.core.measures.catchments import (
    Demand,
    count_demand,
    estimate_missing,
    join_demands,
)
from access15.core.walk.doors import build_door_snapper, snap_doors
from access15.core.walk.walks import Walks
from access15.crs import points_xy
from access15.results.people import Around
from access15.results.walker import Walker

_AT_ONCE = 64


def measure_demand(inputs: AreaInputs, walkers: Sequence[Walker]) -> Demand | None:
    """Count who shares each facility, and estimate who is missing, row by row of the facilities.

    None where nothing is known of what lies around: the homes then share the facilities alone.
    """
    around = inputs.around
    if around is None:
        return None
    # 1. Everybody stands on the streets: those of the neighbourhood, and those around.
    crs = inputs.network.crs
    snapper = build_door_snapper(inputs.network, inputs.door_streets)
    xy = points_xy(around.residents, crs)
    homes = inputs.home_snap.join(snap_doors(snapper, xy, max_snap_m=inputs.max_snap_m))
    by_id = _find_own_walkers(inputs, walkers)
    land_m2 = float(shapely.union_all(inputs.zones.geometry.to_numpy()).area)
    is_placed = inputs.is_located & inputs.is_among_streets
    facility_xy = np.where(is_placed[:, None], points_xy(inputs.facilities, crs), np.nan)
    # 2. Each class of age walks at its own pace; the classes are everybody, each person once.
    cutoff_s = inputs.cutoffs_s[-1]
    demands = []
    for people, profile in _list_classes(inputs, around):
        walker = by_id[profile]
        walks = walker.walks.starting_at(homes)
        demands.append(_count_class(walks, people, len(inputs.facilities), cutoff_s))
        here = float(people[: len(inputs.residents)].sum())
        demands.append(
            estimate_missing(
                facility_xy,
                around.known,
                reach_m=walker.profile.pace_with_rests_ms * cutoff_s,
                people_per_m2=here / land_m2,
            )
        )
    return reduce(add, demands)


def _count_class(
    walks: Walks,
    people: NDArray[np.float64],
    n_facilities: int,
    cutoff_s: float,
) -> Demand:
    """Who of one pace shares each facility, some facilities at a time: pairs take much room."""
    parts = []
    for first in range(0, n_facilities, _AT_ONCE):
        rows = np.arange(first, min(first + _AT_ONCE, n_facilities))
        pairs = walks.pairs_within(rows, cutoff_s=cutoff_s)
        parts.append(count_demand(pairs, people, n_facilities=len(rows), cutoff_s=cutoff_s))
    return join_demands(parts)


def _list_classes(inputs: AreaInputs, around: Around) -> list[tuple[NDArray[np.float64], str]]:
    """People of each class of age at every home, here and around, and whose pace is theirs."""

    def count(frame: gpd.GeoDataFrame, group: str, older: str | None) -> NDArray[np.float64]:
        people = frame[group].to_numpy(dtype=np.float64)
        if older is not None:
            people = np.maximum(people - frame[older].to_numpy(dtype=np.float64), 0.0)
        return np.asarray(people)

    frames = (inputs.residents, around.residents)
    return [
        (
            np.concatenate([count(frame, group, older) for frame in frames]),
            inputs.own_profile[group],
        )
        for group, older in list_age_classes(inputs.groups)
    ]


def _find_own_walkers(inputs: AreaInputs, walkers: Sequence[Walker]) -> dict[str, Walker]:
    """Walkers of every group's own pace; those the run does not show are set for this alone."""
    by_id = {walker.profile.id: walker for walker in walkers}
    missing = {
        profile: inputs.own_walkers[profile]
        for profile in dict.fromkeys(inputs.own_profile.values())
        if profile not in by_id
    }
    extra = set_walkers(
        inputs.network,
        missing,
        inputs.plausible_doors,
        inputs.home_snap,
        walkers[0].seat_snap,
    )
    return by_id | {walker.profile.id: walker for walker in extra}
