"""What each plausible door of a place would give: some doors decide how many people are near."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.coverage import is_known, located
from access15.area.walkers import HUB, AreaInputs
from access15.config import find_headline_group
from access15.core.walk.choice import DOOR_SOURCES
from access15.core.walk.doors import Doors
from access15.crs import LONLAT, points_xy
from access15.results.schema import DOORS
from access15.results.walker import Walker

_MOST_AT_ONCE = 1 << 24  # doors times homes: with their people 150 MB


class _Doors(NamedTuple):
    """Doors of one kind of place that are looked at: of every hub, else of places with several."""

    category: str
    facilities: NDArray[np.int64]  # every one of the kind that counts
    rows: NDArray[np.int64]  # doors, facility after facility
    which: NDArray[np.int64]  # position of each door's facility in `facilities`


def tabulate_doors(inputs: AreaInputs, walkers: list[Walker]) -> pd.DataFrame:
    """Every door that a counted hub, or a counted place with several, has or could have, and the
    share of the headline's group within the longest cutoff of a place of its kind with it: of a
    door taken with all that are taken, of another with that one alone.
    """
    kinds = [
        kind for target in (HUB, *inputs.categories) if len((kind := _list(inputs, target))[2])
    ]
    rows = np.concatenate([kind.rows for kind in kinds]) if kinds else np.zeros(0, dtype=np.int64)
    group = find_headline_group(inputs.groups)
    people = inputs.people[group]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads only take more room
        found = pool.map(lambda walker: _count_people(inputs, walker, kinds, people), walkers)
        covered = dict(zip((one.profile.id for one in walkers), found, strict=True))
    table = _describe(inputs, rows)
    table["category"] = np.repeat([kind.category for kind in kinds], [len(k.rows) for k in kinds])
    table["group"], table["cutoff_min"] = group, inputs.cutoffs_min[-1]
    total = people.sum()
    for profile, n_people in covered.items():
        table[f"share_{profile}"] = n_people / total if total > 0 else np.nan
    return table[DOORS.list_names(profile=covered)]


def _list(inputs: AreaInputs, target: str) -> _Doors:
    """Doors of one kind of place to look at."""
    known = inputs.plausible_doors
    facilities = located(inputs, target)
    if not is_known(inputs, target):
        facilities = facilities[:0]
    rows, which = Doors(known.owner, known.snapped).of(facilities)
    is_looked_at = (target == HUB) | (np.bincount(which, minlength=len(facilities))[which] > 1)
    return _Doors(target, facilities, rows[is_looked_at], which[is_looked_at])


def _count_people(
    inputs: AreaInputs,
    walker: Walker,
    kinds: list[_Doors],
    people: NDArray[np.float64],
) -> NDArray[np.float64]:
    """People within the cutoff of a place of each door's kind, with that door."""
    cutoff_s, known = inputs.cutoffs_s[-1], inputs.plausible_doors
    counted = [np.zeros(0)]
    for kind in kinds:
        # 1. Homes within the cutoff of each place as it is, and of each door alone.
        pairs = walker.walks.pairs_within(kind.facilities, cutoff_s=cutoff_s)
        doors = Doors(np.arange(len(kind.rows)), known.snapped.take(kind.rows))
        alone = walker.walks.ending_at(doors).pairs_within(doors.owner, cutoff_s=cutoff_s)
        # 2. With that door instead, who reaches another place of the kind is within the cutoff all
        #    the same.
        n_near = np.bincount(pairs.target, minlength=len(people))
        first = np.searchsorted(pairs.source, kind.which)
        end = np.searchsorted(pairs.source, kind.which, side="right")
        # 3. Some doors at a time: all of a city with all homes would be gigabytes.
        at_once = max(1, _MOST_AT_ONCE // max(1, len(people)))
        for low in range(0, len(kind.rows), at_once):
            doors_here = range(low, min(low + at_once, len(kind.rows)))
            by_door = np.zeros((len(doors_here), len(people)), dtype=bool)
            found = slice(*np.searchsorted(alone.source, (low, doors_here.stop)))
            by_door[alone.source[found] - low, alone.target[found]] = True
            for door in doors_here:
                n_other = n_near.copy()
                if not known.is_taken[kind.rows[door]]:
                    n_other[pairs.target[first[door] : end[door]]] -= 1
                by_door[door - low] |= n_other > 0
            counted.append(by_door @ people)
    return np.concatenate(counted)


def _describe(inputs: AreaInputs, rows: NDArray[np.int64]) -> pd.DataFrame:
    """What each door is and where."""
    known, network = inputs.plausible_doors, inputs.network
    owner, snapped = known.owner[rows], known.snapped.take(rows)
    facilities = inputs.facilities.iloc[owner]
    at = shapely.line_interpolate_point(
        network.lines[snapped.edge], snapped.fraction, normalized=True
    )
    lonlat = points_xy(gpd.GeoDataFrame(geometry=at, crs=network.crs), LONLAT)
    table = {
        "study": inputs.study_id,
        "area": inputs.area.id,
        "facility_id": facilities["facility_id"].to_numpy(),
        "name": facilities["name"].to_numpy(),
        "door": _count_up(owner),
        "is_taken": known.is_taken[rows],
        "door_source": np.array(DOOR_SOURCES, dtype=object)[known.source[rows]],
        "door_street": np.array(network.street_names, dtype=object)[network.street[snapped.edge]],
        "door_m": snapped.snap_m,
        "lat": lonlat[:, 1],
        "lon": lonlat[:, 0],
    }
    return pd.DataFrame(table)


def _count_up(owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of each door among those of its facility, from 1."""
    first = np.flatnonzero(np.diff(owner, prepend=-1) != 0)
    counts = np.diff(np.append(first, len(owner)))
    return np.arange(len(owner)) - np.repeat(first, counts) + 1
