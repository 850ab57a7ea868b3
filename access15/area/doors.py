"""What each plausible door of a hub would give: some doors decide how many people are near."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

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


def tabulate_doors(inputs: AreaInputs, walkers: list[Walker]) -> pd.DataFrame:
    """Every door that a counted hub has or could have, and the share of the headline's group within
    the longest cutoff of a hub with it: of a door taken with all that are taken, of another with
    that one alone.
    """
    hubs = located(inputs, HUB)
    if not is_known(inputs, HUB):
        hubs = hubs[:0]
    known = inputs.plausible_doors
    rows, which = Doors(known.owner, known.snapped).of(hubs)
    group = find_headline_group(inputs.groups)
    people = inputs.residents[group].to_numpy(dtype=np.float64)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads only take more room
        found = pool.map(lambda walker: _measure(inputs, walker, hubs, rows, which), walkers)
        reached = dict(zip((one.profile.id for one in walkers), found, strict=True))
    table = _describe(inputs, rows)
    table["group"], table["cutoff_min"] = group, inputs.cutoffs_min[-1]
    total = people.sum()
    for profile, is_within in reached.items():
        covered = is_within @ people
        table[f"share_{profile}"] = covered / total if total > 0 else np.nan
    return table[DOORS.list_names(profile=reached)]


def _measure(
    inputs: AreaInputs,
    walker: Walker,
    hubs: NDArray[np.int64],
    rows: NDArray[np.int64],
    which: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether each home is within the cutoff of a hub with each door."""
    cutoff_s, known = inputs.cutoffs_s[-1], inputs.plausible_doors
    n_homes = len(inputs.residents)
    # 1. Homes within the cutoff of each hub as it is, and of each door alone.
    as_it_is = np.zeros((len(hubs), n_homes), dtype=bool)
    pairs = walker.walks.pairs_within(hubs, cutoff_s=cutoff_s)
    as_it_is[pairs.source, pairs.target] = True
    by_door = np.zeros((len(rows), n_homes), dtype=bool)
    doors = Doors(np.arange(len(rows)), known.snapped.take(rows))
    pairs = walker.walks.ending_at(doors).pairs_within(np.arange(len(rows)), cutoff_s=cutoff_s)
    by_door[pairs.source, pairs.target] = True
    # 2. With that door instead, who reaches another hub is within the cutoff all the same.
    is_taken = known.is_taken[rows]
    within = np.where(is_taken[:, None], as_it_is[which], by_door)
    for door, hub in enumerate(which.tolist()):
        within[door] |= np.delete(as_it_is, hub, axis=0).any(axis=0)
    return within


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
